"""What an import is given and what it makes of it: the cells of a table, the user's options, a draft of a set."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Optional

from ..classes.codes import as_text
from .problems import Place, Problem
from .records import FLUXES, INFO_FIELDS, LATER_INFO, POOL_PARTS, POOLS, Factor, SetInfo

_TOLD = ("id", "version", "kind", "system", "status", "title_en", "title_zh", "licence")
MIXED = "mixed"  # no kind of set: what a table with stocks and fluxes would be


@dataclass(frozen=True)
class Grid:
    """The cells of a table as texts.

    ``separator`` is "" for spreadsheets; ``dead_formulas`` are the addresses of cells whose formula was never computed.
    """

    name: str
    rows: Sequence[Sequence[str]]
    separator: str = ""
    notes: tuple[Problem, ...] = ()
    dead_formulas: frozenset[str] = frozenset()


@dataclass(frozen=True)
class ImportOptions:
    """What the user says about a table, taken where the table itself is silent.

    ``set_id``, ``version``, ``kind``, ``system``, ``status`` and titles go before what the table says of its set;
    ``region``, ``year``, ``source``, ``unit``, ``parameter``, ``confidence`` fill empty cells. ``pad_codes`` puts back
    leading zeros that a spreadsheet dropped, where the result is a known code. ``sheet`` is a name; "" is the first
    sheet that holds a table. ``encoding`` overrides detection.
    """

    set_id: str = ""
    version: str = ""
    kind: str = ""
    system: str = ""
    status: str = ""
    title_en: str = ""
    title_zh: str = ""
    licence: str = ""
    region: str = ""
    year: Optional[int] = None
    source: str = ""
    unit: str = ""
    parameter: str = ""
    confidence: str = ""
    encoding: str = ""
    sheet: str = ""
    pad_codes: bool = False


@dataclass(frozen=True)
class Draft:
    """Factors as read, before they are checked."""

    info: SetInfo
    factors: tuple[Factor, ...]
    places: tuple[Place, ...]
    problems: tuple[Problem, ...]


def slug(name: str) -> str:
    """A set id from a file name: letters, digits, ``_`` and ``-``; Chinese stays."""
    stem = name.rsplit(".", 1)[0] if "." in name else name
    kept = "".join(c if c.isalnum() or c == "-" else "_" for c in stem).strip("_-")
    return "_".join(part for part in kept.split("_") if part)[:64].rstrip("_-") or "table"


def kind_of(factors: Sequence[Factor]) -> str:
    """The kind of set that parameters point to: stocks, fluxes, or neither; ``mixed`` for both."""
    stocks = any(f.parameter in (*POOLS, *POOL_PARTS) for f in factors)
    fluxes = any(f.parameter in FLUXES for f in factors)
    if stocks and fluxes:
        return MIXED
    return "land_stock" if stocks else "land_flux" if fluxes else "other"


def set_info(grid: Grid, options: ImportOptions, said: Mapping[str, str], factors: Sequence[Factor]) -> SetInfo:
    """What the set is: as the options say, else as the file says (be it ""), else as factors and file name suggest."""
    systems = Counter(f.system for f in factors if f.system).most_common(1)
    regions = {f.region for f in factors}
    suggested = {
        "id": slug(grid.name),
        "version": "1.0.0",
        "kind": kind_of(factors),
        "system": systems[0][0] if systems else "",
        "region": options.region or (regions.pop() if len(regions) == 1 else ""),
        "status": "draft",
    }
    told = {name: getattr(options, "set_id" if name == "id" else name, "") for name in _TOLD}
    if options.status:  # who says the state anew does not take over when and by whom another one was given
        said = {name: text for name, text in said.items() if name not in LATER_INFO}
    texts: dict[str, Any] = {name: told.get(name) or said.get(name, suggested.get(name, "")) for name in INFO_FIELDS}
    year = as_text(texts["year"])
    return SetInfo(**{**texts, "year": int(year) if year.isdigit() else options.year})

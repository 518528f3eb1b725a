"""Headers of factor tables in English and Chinese (``columns.csv``), with the unit that a header may carry."""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from .records import FACTOR_FIELDS, FIRST_FIELDS, INFO_FIELDS, LATER_INFO
from .unitnames import unit_text

SET_PREFIX = "set_"
POOL_PREFIX = "pool:"
# The columns of an exported table: the factor, then what the set says of itself, repeated in every row, so that the
# table stays a plain table and may be sorted and cut without losing its origin.
EXPORT_FIELDS = FACTOR_FIELDS + tuple(SET_PREFIX + name for name in INFO_FIELDS)
# what exports had before records were full: a table with these columns is an export, too
FIRST_EXPORT = FIRST_FIELDS + tuple(SET_PREFIX + name for name in INFO_FIELDS if name not in LATER_INFO)
HEADER_SEARCH = 10  # a title and a note may stand above the header

_UNIT_IN_HEADER = re.compile(r"[(\[{<]\s*([^()\[\]{}<>]*(?:\([^()]*\))?[^()\[\]{}<>]*)\s*[)\]}>]\s*$")
_CARBON_WORDS = re.compile(r"碳|carbon|^c_|soc", re.IGNORECASE)


@dataclass(frozen=True)
class Column:
    """A recognised column: its place, the header as written, the field it fills, the unit its header names or ""."""

    index: int
    header: str
    field: str
    unit: str = ""


def _plain(header: str) -> str:
    name = unicodedata.normalize("NFKC", header).strip().strip("*:").lower()
    return re.sub(r"[\s_\-./]+", "", name)


@cache
def _aliases() -> dict[str, str]:
    with Path(__file__).with_name("columns.csv").open(encoding="utf-8", newline="") as handle:
        rows = [(row["field"], row["aliases"].split("|")) for row in csv.DictReader(handle)]
    return {_plain(alias): field for field, aliases in rows for alias in aliases}


@cache
def pool_names() -> dict[str, str]:
    """Pools as they are named in a ``parameter`` cell, by plain form."""
    return {alias: field[len(POOL_PREFIX) :] for alias, field in _aliases().items() if field.startswith(POOL_PREFIX)}


def parameter_name(text: str) -> str:
    """``地上`` or ``C_above`` as ``above``; any other parameter comes back as it is."""
    return pool_names().get(_plain(text), text)


def column_of(index: int, header: str) -> Column | None:
    """The column of a header, or None where the header is not known."""
    field = _aliases().get(_plain(header))
    if field:
        return Column(index, header, field)
    normal = unicodedata.normalize("NFKC", header).strip()
    match = _UNIT_IN_HEADER.search(normal)
    if not match:
        return None
    field = _aliases().get(_plain(normal[: match.start()]))
    return Column(index, header, field, _header_unit(normal, match[1])) if field else None


def _header_unit(header: str, text: str) -> str:
    """``地上碳密度(t/hm2)`` is carbon: it says so. ``地上生物量(t/hm2)`` may be dry matter and stays ``t/ha``."""
    unit = unit_text(text)
    mass, slash, area = unit.partition("/")
    return f"{mass}C{slash}{area}" if mass in ("t", "kg", "g", "Mg") and _CARBON_WORDS.search(header) else unit


def recognise(headers: Sequence[str]) -> tuple[Column, ...]:
    """The columns that are known; the first of two with the same field wins, as a reader expects."""
    found: dict[str, Column] = {}
    for index, header in enumerate(headers):
        column = column_of(index, header)
        if column and column.field not in found:
            found[column.field] = column
    return tuple(found.values())


def is_wide(columns: Sequence[Column]) -> bool:
    """Whether pools stand in columns of their own (InVEST's form), one class per row."""
    fields = {c.field for c in columns}
    return "value" not in fields and any(f.startswith(POOL_PREFIX) for f in fields)


def find_header(rows: Sequence[Sequence[str]]) -> tuple[int, tuple[Column, ...]] | None:
    """The row of the header among the first rows, and its columns; None where no row names a class and a value."""
    best: tuple[int, tuple[Column, ...]] | None = None
    for number, row in enumerate(rows[:HEADER_SEARCH]):
        columns = recognise(row)
        fields = {c.field for c in columns}
        usable = bool(fields & {"item", "item_zh", "item_en"}) and ("value" in fields or is_wide(columns))
        if usable and (best is None or len(columns) > len(best[1])):
            best = (number, columns)
    return best

"""Tables of sectors as records: quantities, uses, symbols, rules, conflicts. Nothing is checked here."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ...base.messages import Message, message

Finding = Message
FLOOR, LAND = "floor", "land"
EVERY_FLOOR_USE = "*floor"
CAP = "cap"  # action of a conflict, see :mod:`.caps`


@dataclass(frozen=True)
class Place:
    """Where a row stands: file name and line, for messages."""

    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


@dataclass(frozen=True)
class Quantity:
    """What a zone may state. See ``docs/sectors.md`` for the columns."""

    name: str
    unit: str
    extensive: bool
    name_en: str
    name_zh: str
    low: float | None
    high: float | None
    derive: str
    default: str
    natural_zero: bool
    uses: tuple[str, ...]
    added: bool
    needed: bool
    whole: str  # shares of one whole, which may not exceed 1 together
    place: Place

    def title(self, lang: str = "en") -> str:
        """Name in a language."""
        return self.name_zh if lang == "zh" else self.name_en


@dataclass(frozen=True)
class UseType:
    """A building use (``floor``) or a kind of ground (``land``)."""

    name: str
    kind: str
    name_en: str
    name_zh: str
    heavy: bool
    codes: tuple[str, ...]


@dataclass(frozen=True)
class Symbol:
    """A name in a coefficient, and the keys of the factor that it stands for; ``use`` "" serves all uses.

    The first key with a factor serves; a later one is a default for places without it. ``rest`` names the symbols
    beside which this one fills a whole: without a factor of its own it is 1 less their sum, so that the shares of a
    whole sum to 1 in every draw.
    """

    name: str
    unit: str
    use: str
    keys: tuple[str, ...]
    stored: str
    override: str
    rest: tuple[str, ...]
    place: Place


@dataclass(frozen=True)
class Rule:
    """One row of a rule table: what an activity emits or removes, when and in which view."""

    sector: str
    line: str
    choice: int
    name_en: str
    name_zh: str
    uses: tuple[str, ...]
    split: str
    activity: str
    unit: str
    part: str
    sides: str
    coefficient: str
    gas: str
    scope: str
    views: tuple[str, ...]
    timing: str
    years: str
    role: str
    flags: tuple[str, ...]
    stated_only: bool  # defaults of the class do not serve this choice
    notes: str
    place: Place

    @property
    def key(self) -> str:
        """``sector.line``."""
        return f"{self.sector}.{self.line}"

    def title(self, lang: str = "en") -> str:
        """Name in a language."""
        return self.name_zh if lang == "zh" else self.name_en


@dataclass(frozen=True)
class SectorInfo:
    """A sector; zones with one of ``need_uses`` have no net in it unless they state one of ``need_any``."""

    name: str
    name_en: str
    name_zh: str
    need_uses: tuple[str, ...]
    need_any: tuple[str, ...]
    need_flag: str


@dataclass(frozen=True)
class Conflict:
    """Two lines that count the same: ``refuse``, ``drop`` the second, or turn it into information (``inform``)."""

    name: str
    first: str
    second: tuple[str, ...]
    where: tuple[str, ...]
    action: str
    flag: str
    place: Place


Cells = Mapping[str, str]


def read_rows(path: Path, columns: tuple[str, ...]) -> Iterator[tuple[Cells, Place]]:
    """Rows of a table with all of its columns; a column that the file lacks is empty, others are left out."""
    with path.open(encoding="utf-8-sig", newline="") as handle:
        for number, row in enumerate(csv.DictReader(handle), start=2):
            yield {name: (row.get(name) or "").strip() for name in columns}, Place(path.name, number)


def bar(text: str) -> tuple[str, ...]:
    """Parts of a cell between bars."""
    return tuple(part.strip() for part in text.split("|") if part.strip())


QUANTITY_COLUMNS = ("quantity", "unit", "kind", "name_en", "name_zh", "low", "high", "derive", "default",
                    "natural_zero", "uses", "added", "missing", "whole", "notes")  # fmt: skip
SYMBOL_COLUMNS = ("symbol", "unit", "use", "key", "stored", "override", "rest", "name_en", "name_zh", "notes")
RULE_COLUMNS = ("sector", "line", "choice", "name_en", "name_zh", "uses", "split", "activity", "unit", "part",
                "sides", "coefficient", "gas", "scope", "views", "timing", "years", "role", "flags", "stated_only",
                "notes")  # fmt: skip
USE_TYPE_COLUMNS = ("use", "kind", "name_en", "name_zh", "heavy", "code", "notes")
USE_COLUMNS = ("system", "code", "use", "share", "confidence", "evidence", "source", "notes")
SECTOR_COLUMNS = ("sector", "name_en", "name_zh", "need_uses", "need_any", "need_flag")
CONFLICT_COLUMNS = ("conflict", "first", "second", "where", "action", "flag", "notes")


def number(text: str) -> float | None:
    """A number, None for an empty or unreadable cell."""
    try:
        return float(text) if text else None
    except ValueError:
        return None


def quantity(row: Cells, place: Place) -> Quantity:
    """A row of ``quantities.csv``."""
    return Quantity(
        row["quantity"], row["unit"], row["kind"] == "extensive", row["name_en"], row["name_zh"],
        number(row["low"]), number(row["high"]), row["derive"], row["default"], row["natural_zero"] == "y",
        bar(row["uses"]), row["added"] == "y", row["missing"] == "unknown", row["whole"], place,
    )  # fmt: skip


def symbol(row: Cells, place: Place) -> Symbol:
    """A row of ``symbols.csv``."""
    return Symbol(row["symbol"], row["unit"], row["use"], bar(row["key"]), row["stored"] or row["unit"],
                  row["override"], bar(row["rest"]), place)  # fmt: skip


def rule(row: Cells, place: Place) -> Rule:
    """A row of a rule table."""
    choice = number(row["choice"])
    return Rule(
        row["sector"], row["line"], int(choice) if choice is not None else 1, row["name_en"], row["name_zh"],
        bar(row["uses"]), row["split"] or "zone", row["activity"], row["unit"], row["part"] or "all",
        row["sides"] or "both", row["coefficient"], row["gas"], row["scope"], bar(row["views"]), row["timing"],
        row["years"], row["role"] or "net", bar(row["flags"]), row["stated_only"] == "y", row["notes"], place,
    )  # fmt: skip


def use_type(row: Cells, _place: Place) -> UseType:
    """A row of ``use_types.csv``."""
    return UseType(row["use"], row["kind"], row["name_en"], row["name_zh"], row["heavy"] == "y", bar(row["code"]))


def sector_info(row: Cells, _place: Place) -> SectorInfo:
    """A row of ``sectors.csv``."""
    return SectorInfo(row["sector"], row["name_en"], row["name_zh"], bar(row["need_uses"]), bar(row["need_any"]),
                      row["need_flag"])  # fmt: skip


def conflict(row: Cells, place: Place) -> Conflict:
    """A row of ``conflicts.csv``."""
    return Conflict(row["conflict"], row["first"], bar(row["second"]), tuple(row["where"].split()), row["action"],
                    row["flag"], place)  # fmt: skip


def finding(msg_id: str, place: Place | None = None, **params: Any) -> Finding:
    """A problem of a table, with the place of its row."""
    text = message(msg_id, **params)
    return text if place is None else message("SECTOR_AT", place=str(place), problem=text)

"""Stable names of quantities (``building.operation.office.electricity``) and the factors that each stands for.

``library/factor_keys.csv`` maps a key to filters over factor sets, because the items of the tables are prose. Rows of
one key are alternatives by climate zone, series or region; ``parent`` is the key to fall back on. A factor whose
``item`` is the key itself (a key with a dot in it), or the key without its last part and ``parameter`` the last part,
belongs to it as well if it has the unit of the key, so that a pack may extend a key without a table of its own.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from ..base.errors import FactorError
from .records import Factor
from .regions import GRID_DIVISIONS
from .series import RULES

ANY = "*"
DEFAULT_RULE = "hold"
_FILE = Path(__file__).parent / "library" / "factor_keys.csv"


@dataclass(frozen=True)
class KeyRow:
    """One row of the table: which factors of which set serve a key, where, when, and by which rule of years.

    ``item`` ``*`` stands for all; ``region`` says where the factor serves if that is not its own region (a figure of
    Shanghai for the whole climate zone); ``grid`` names the division of grid regions by which the place is turned
    into a grid region.
    """

    key: str
    parent: str = ""
    set_id: str = ""
    category: str = ""
    item: str = ""
    parameter: str = ""
    region: str = ""
    year_min: int | None = None
    year_max: int | None = None
    climates: tuple[str, ...] = ()
    series: str = ""
    grid: str = ""
    rule: str = DEFAULT_RULE
    unit: str = ""
    name_en: str = ""
    name_zh: str = ""
    notes: str = ""

    def name(self, lang: str = "en") -> str:
        """Name of the quantity in a language."""
        return self.name_zh if lang == "zh" else self.name_en

    def takes(self, set_id: str, factor: Factor) -> bool:
        """Whether a factor of a set is one of this row."""
        return (
            bool(self.set_id)
            and self.set_id == set_id
            and self.category in ("", factor.category)
            and self.item in ("", ANY, factor.item)
            and self.parameter in ("", factor.parameter)
            and self._in_years(factor.year)
        )

    def _in_years(self, year: int | None) -> bool:
        if year is None:
            return self.year_min is None and self.year_max is None
        return (self.year_min is None or year >= self.year_min) and (self.year_max is None or year <= self.year_max)


def parse_keys(rows: Iterable[Mapping[str, str]]) -> list[KeyRow]:
    """Rows of a key table. Raises :class:`FactorError` for an unknown rule or grid division."""
    return [_row(row) for row in rows]


def _row(cells: Mapping[str, str]) -> KeyRow:
    texts = {name: (cells.get(name) or "").strip() for name in _COLUMNS}
    rule, grid = texts["rule"] or DEFAULT_RULE, texts["grid"]
    if rule not in RULES:
        raise FactorError("SERIES_RULE_UNKNOWN", rule=rule, known=", ".join(RULES))
    if grid and grid not in GRID_DIVISIONS:
        raise FactorError("GRID_DIVISION_UNKNOWN", division=grid, known=", ".join(GRID_DIVISIONS))
    plain = {n: texts[n] for n in _COLUMNS if n not in ("year_min", "year_max", "climate", "rule")}
    years = {n: int(texts[n]) if texts[n] else None for n in ("year_min", "year_max")}
    climates = tuple(part for part in texts["climate"].split("|") if part)
    return KeyRow(**plain, **years, climates=climates, rule=rule)  # type: ignore[arg-type]


_COLUMNS = (
    "key", "parent", "set_id", "category", "item", "parameter", "region", "year_min", "year_max", "climate", "series",
    "grid", "rule", "unit", "name_en", "name_zh", "notes",
)  # fmt: skip


class KeyTable:
    """The keys of a library and of packs. Immutable."""

    def __init__(self, rows: Iterable[KeyRow]) -> None:
        self._rows: dict[str, list[KeyRow]] = {}
        for row in rows:
            self._rows.setdefault(row.key, []).append(row)

    @staticmethod
    def shipped() -> KeyTable:
        """The table that comes with the plugin."""
        return _shipped()

    def extended(self, rows: Iterable[KeyRow]) -> KeyTable:
        """This table with more rows (of a factor pack), which stand behind its own."""
        return KeyTable([*(row for rows_of in self._rows.values() for row in rows_of), *rows])

    def __contains__(self, key: str) -> bool:
        return key in self._rows

    def __iter__(self) -> Iterator[str]:
        return iter(self._rows)

    def unit(self, key: str, series: str) -> str:
        """The unit that a key promises for a series; "" where the table says nothing."""
        return next((row.unit for row in self.rows(key) if row.unit and row.series == series), "")

    def rows(self, key: str) -> tuple[KeyRow, ...]:
        """The rows of a key; none for an unknown one."""
        return tuple(self._rows.get(key, ()))

    def chain(self, key: str) -> tuple[str, ...]:
        """A key and the keys that it falls back on, nearest first."""
        chain: list[str] = []
        while key and key not in chain:
            chain.append(key)
            key = next((row.parent for row in self.rows(key) if row.parent), "")
        return tuple(chain)

    def series(self, key: str) -> tuple[str, ...]:
        """The series of a key, the default first."""
        return tuple(dict.fromkeys(row.series for row in self.rows(key)))


@cache
def _shipped() -> KeyTable:
    with _FILE.open(encoding="utf-8", newline="") as handle:
        return KeyTable(parse_keys(csv.DictReader(handle)))

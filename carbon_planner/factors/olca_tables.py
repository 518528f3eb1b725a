"""The tables of a folder of openLCA reference data, of version 1 (semicolons, no header) and 2 (commas, header)."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from ..base.errors import FactorError
from ..storage.aside import os_failure
from .io_csv import decode

INDICATORS = "lcia_categories.csv"
UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


@dataclass(frozen=True)
class Indicator:
    """An impact category: its name, description and the unit of its result."""

    uuid: str
    name: str
    description: str
    unit: str
    methods: tuple[str, ...] = ()


@dataclass
class Reference:
    """The tables that impact factors refer to, by UUID and, where it is unique, by name."""

    indicators: dict[str, Indicator] = field(default_factory=dict)
    flows: dict[str, tuple[str, str, str, str]] = field(default_factory=dict)  # name, category, CAS, formula
    units: dict[str, str] = field(default_factory=dict)
    locations: dict[str, str] = field(default_factory=dict)


def reference_of(folder: Path) -> Reference:
    """Read the tables of a folder."""
    tables = Reference()
    methods = {row[0].lower(): row[1] for row in _rows(folder / "lcia_methods.csv", 2)}
    of_indicator: dict[str, list[str]] = {}
    for method, indicator, *_ in _rows(folder / "lcia_method_categories.csv", 2):
        of_indicator.setdefault(indicator.lower(), []).append(methods.get(method.lower(), method))
    for uuid, name, description, *rest in _rows(folder / INDICATORS, 4):
        old = len(rest) > 1 and UUID.fullmatch(rest[1].strip()) is not None  # openLCA 1: unit, method
        unit = rest[0] if old else rest[1] if len(rest) > 1 else ""
        named = of_indicator.get(uuid.lower(), [methods.get(rest[1].lower(), "")] if old else [])
        found = Indicator(uuid, name, description, unit, tuple(n for n in named if n))
        tables.indicators[uuid.lower()] = found
    old_paths = {row[0].lower(): row[1] for row in _rows(folder / "categories.csv", 2)}
    for uuid, name, _, category, _kind, cas, formula, *_ in _rows(folder / "flows.csv", 7):
        tables.flows[uuid.lower()] = (name, old_paths.get(category.lower(), category), cas, formula)
    for uuid, name, *_ in _rows(folder / "units.csv", 2):
        tables.units[uuid.lower()] = tables.units[name.lower()] = name
    for row in _rows(folder / "locations.csv", 4):
        code = row[4] if len(row) > 6 else row[3]  # openLCA 1 has no category
        tables.locations[row[0].lower()] = tables.locations[row[1].lower()] = code or row[1]
    return tables


def factor_files(folder: Path) -> Iterator[tuple[str, list[list[str]]]]:
    """Tables of impact factors with their names: one for each indicator, or one for all."""
    several = sorted((folder / "lcia_factors").glob("*.csv"))
    for path in several or [folder / "lcia_factors.csv"]:
        if path.is_file():
            yield (f"lcia_factors/{path.name}" if several else path.name), _read(path)


def _rows(path: Path, width: int) -> Iterator[list[str]]:
    """Rows of a table without its header, filled to ``width`` cells; none where there is no such file."""
    if not path.is_file():
        return
    for number, row in enumerate(_read(path)):
        if row and (number or UUID.fullmatch(row[0].strip())):
            yield [cell.strip() for cell in row] + [""] * (width - len(row))


def _read(path: Path) -> list[list[str]]:
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise os_failure(path, error) from error
    text, _ = decode(raw, "", path.name)
    try:
        ways = [list(csv.reader(io.StringIO(text, newline=""), delimiter=sign)) for sign in ",;"]
    except csv.Error as error:
        raise FactorError("CSV_BROKEN", file=path.name, reason=str(error)) from error
    return max(ways, key=lambda rows: len(rows[0]) if rows else 0)

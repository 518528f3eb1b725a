"""Inputs of InVEST's carbon model from a stock set: ``carbon_pools.csv``, the table of its codes, and a README beside.

InVEST wants an integer for each class and all four pools without blanks (user guide, Carbon Storage and Sequestration,
carbon pools table; elemental carbon in t/ha). What the set does not estimate is written as 0 and listed, since InVEST
cannot tell the two apart; a class of which nothing is known is left out, so that InVEST stops at it.
"""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Optional

from ..base.errors import FactorError
from ..base.messages import Message, message
from ..base.units import parse_unit
from ..classes.library import ClassLibrary
from ..classes.system import ClassRecord
from ..storage.aside import write_whole
from .cells import guard, write_number
from .codebook import OWN_SYSTEM
from .lookup import Found, Lookup
from .records import FactorSet

POOLS_FILE, CODES_FILE, README_FILE = "carbon_pools.csv", "lulc_codes.csv", "README.txt"
INVEST_POOLS = ("above", "below", "soil", "dead")
# Pools that InVEST does not have, and the column that takes them: the sum of the columns stays right.
_SUMS = {"vegetation": "above", "total": "above", "litter": "dead"}
_CODE_LIMIT = 2_147_483_647


@dataclass(frozen=True)
class InvestClass:
    """One class: its integer, its pools in t C/ha (None: not estimated), which columns hold a sum of pools."""

    lucode: int
    code: str
    name_en: str
    name_zh: str
    pools: Mapping[str, Optional[float]]
    sums: Mapping[str, str]

    @property
    def missing(self) -> tuple[str, ...]:
        """Pools that are written as 0 because the set does not estimate them."""
        covered = {"above", "below"} if "vegetation" in self.sums.values() else set()
        if "total" in self.sums.values():
            covered = set(INVEST_POOLS)
        return tuple(pool for pool in INVEST_POOLS if self.pools[pool] is None and pool not in covered)


@dataclass(frozen=True)
class InvestTable:
    """What is written: classes by their integers; ``unknown`` are codes of the system without any pool."""

    set_ref: str
    licence: str
    system: str
    classes: tuple[InvestClass, ...]
    unknown: tuple[str, ...]
    sources: tuple[str, ...]

    @property
    def lucode(self) -> Mapping[str, int]:
        """Integer of each class code."""
        return {row.code: row.lucode for row in self.classes}


def invest_table(
    factor_set: FactorSet, classes: ClassLibrary, system: str = "", codes: Sequence[str] | None = None
) -> InvestTable:
    """Pools of the classes of a system as a stock set has them, found as an evaluation finds them.

    ``system`` is by default that of the set, ``codes`` all codes of the system. Codes that are whole numbers keep their
    value; where one is not (or two would be the same), all are numbered in their order. Raises :class:`FactorError`
    where the set holds no stocks, or none for the system.
    """
    if factor_set.info.kind != "land_stock":
        raise FactorError("INVEST_NOT_STOCK", set=factor_set.info.ref, kind=factor_set.info.kind)
    system = system or factor_set.info.system
    lookup = Lookup(factor_set, classes)
    records = {record.code: record for record in _records(classes, system)}
    wanted = sorted(set(codes) if codes is not None else set(records) or _own_codes(factor_set, system))
    found = {code: lookup.pools(classes.match(system, code)) for code in wanted}
    known = [code for code in wanted if any(hit.factor.value is not None for hit in found[code].values())]
    if not known:
        raise FactorError("INVEST_NO_CLASS", set=factor_set.info.ref, system=system)
    numbers = _numbers(known)
    names = {code: _names(records.get(code), found[code]) for code in known}
    rows = tuple(_class(numbers[code], code, names[code], found[code]) for code in known)
    used = {hit.factor.source for code in known for hit in found[code].values() if hit.factor.value is not None}
    missing = tuple(code for code in wanted if code not in numbers)
    return InvestTable(
        factor_set.ref, factor_set.info.licence, system, tuple(sorted(rows, key=lambda row: row.lucode)), missing,
        tuple(sorted(used)),
    )  # fmt: skip


def write_invest(folder: Path, table: InvestTable) -> dict[str, Path]:
    """Write the three files, each whole or not at all; existing ones are replaced. Gives their paths by name."""
    files = {POOLS_FILE: _pools_rows(table), CODES_FILE: _code_rows(table)}
    for name, rows in files.items():
        buffer = io.StringIO(newline="")
        csv.writer(buffer, lineterminator="\r\n").writerows(rows)
        # no byte order mark in the pools: InVEST of some years took it for a part of the first header
        write_whole(folder / name, buffer.getvalue().encode("utf-8" if name == POOLS_FILE else "utf-8-sig"))
    text = "\r\n\r\n".join("\r\n".join(one.text(lang) for one in readme(table)) for lang in ("en", "zh"))
    write_whole(folder / README_FILE, (text + "\r\n").encode("utf-8-sig"))
    return {name: folder / name for name in (POOLS_FILE, CODES_FILE, README_FILE)}


def readme(table: InvestTable) -> list[Message]:
    """What a reader of the tables must know: zeros that are none, sums in one column, classes left out, sources."""
    lines = [
        message("INVEST_README_HEAD", set=table.set_ref, system=table.system, licence=table.licence or "—"),
        message("INVEST_README_UNITS"),
        message("INVEST_README_BUILT"),
    ]
    zeros, sums = defaultdict(list), defaultdict(list)
    for row in table.classes:
        if row.missing:
            zeros[", ".join(f"c_{pool}" for pool in row.missing)].append(f"{row.code} ({row.lucode})")
        for column, pool in row.sums.items():
            sums[f"c_{column}", pool].append(f"{row.code} ({row.lucode})")
    lines += [message("INVEST_README_ZERO", pools=pools, classes=", ".join(rows)) for pools, rows in zeros.items()]
    lines += [
        message("INVEST_README_SUM", column=column, pool=pool, classes=", ".join(rows))
        for (column, pool), rows in sums.items()
    ]
    if table.unknown:
        lines.append(message("INVEST_README_UNKNOWN", count=len(table.unknown), codes=", ".join(table.unknown)))
    lines += [message("INVEST_README_SOURCE", source=source) for source in table.sources]
    return lines


def _records(classes: ClassLibrary, system: str) -> Sequence[ClassRecord]:
    own = system.startswith(OWN_SYSTEM)
    return () if own else classes.system(system).records()


def _own_codes(factor_set: FactorSet, system: str) -> set[str]:
    return {factor.item for factor in factor_set.factors if factor.system == system}


def _names(record: Optional[ClassRecord], found: Mapping[str, Found]) -> tuple[str, str]:
    if record is not None:
        return record.name_en, record.name_zh
    factor = next(iter(found.values())).factor
    return factor.item_en, factor.item_zh


def _numbers(codes: Sequence[str]) -> dict[str, int]:
    """An integer for each code: its own where all are different whole numbers, else its place in their order."""
    own = {code: int(code) for code in codes if code.isascii() and code.isdigit() and int(code) <= _CODE_LIMIT}
    if len(own) == len(codes) == len(set(own.values())):
        return own
    return {code: number for number, code in enumerate(codes, 1)}


def _class(lucode: int, code: str, names: tuple[str, str], found: Mapping[str, Found]) -> InvestClass:
    pools: dict[str, Optional[float]] = dict.fromkeys(INVEST_POOLS)
    sums: dict[str, str] = {}
    for pool, hit in found.items():
        if hit.factor.value is None:
            continue
        column = _SUMS.get(pool, pool)
        pools[column] = hit.factor.value * parse_unit(hit.factor.unit).carbon_tonnes_per_ha()
        if pool != column:
            sums[column] = pool
    return InvestClass(lucode, code, *names, pools, sums)


def _pools_rows(table: InvestTable) -> list[list[Any]]:
    rows: list[list[Any]] = [["lucode", "LULC_name", *(f"c_{pool}" for pool in INVEST_POOLS)]]
    for row in table.classes:
        figures = [write_number(row.pools[pool] or 0.0) for pool in INVEST_POOLS]
        rows.append([row.lucode, guard(row.name_en or row.name_zh or row.code), *figures])
    return rows


def _code_rows(table: InvestTable) -> list[list[Any]]:
    rows: list[list[Any]] = [["lucode", "class_system", "code", "name_en", "name_zh"]]
    rows += [[r.lucode, guard(table.system), guard(r.code), guard(r.name_en), guard(r.name_zh)] for r in table.classes]
    return rows

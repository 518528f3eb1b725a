"""From activities on rows to columns: rules that share an activity share its columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Optional

import numpy as np

from ..columns import Pattern, SectorColumn
from .request import Floats, Ints
from .rows import RowActivity
from .rule_types import CompiledRule
from .selection import ClassDefault


@dataclass(frozen=True)
class Content:
    """What a column holds: its rules, use, region, what the zones gave themselves, and the class default behind it."""

    rules: tuple[CompiledRule, ...]
    use: str
    region: str
    own: tuple[str, ...]
    default: Optional[ClassDefault]


@dataclass(frozen=True)
class Assembled:
    """Triplets on rows, and what each column holds."""

    columns: list[SectorColumn]
    row: Ints
    col: Ints
    qty: Floats
    contents: list[Content]


def assemble(
    activities: Sequence[RowActivity],
    regions: Sequence[str],
    region_of_row: Ints,
    patterns: Sequence[Pattern | None],
    pattern_of_row: Ints,
) -> Assembled:
    """Put activities into columns by activity, use, set of rules, region and pattern."""
    groups: dict[tuple[object, ...], list[RowActivity]] = {}
    for one in activities:
        spec = one.rule.rule
        own = (one.own, one.rule.number) if one.own else ()
        carriers = one.rule.uses if spec.split == "carriers" else ()
        key = (
            spec.sector,
            spec.activity,
            spec.unit,
            spec.part,
            spec.split,
            carriers,
            one.use,
            one.side,
            own,
            one.default,
        )
        groups.setdefault(key, []).append(one)
    result = Assembled([], np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0), [])
    parts: list[tuple[Ints, Ints, Floats]] = []
    for members in groups.values():
        parts += _columns(members, regions, region_of_row, patterns, pattern_of_row, result)
    if not parts:
        return result
    row, col, qty = (np.concatenate(axis) for axis in zip(*parts))
    return Assembled(result.columns, row, col, qty, result.contents)


def _columns(
    members: Sequence[RowActivity],
    regions: Sequence[str],
    region_of_row: Ints,
    patterns: Sequence[Pattern | None],
    pattern_of_row: Ints,
    result: Assembled,
) -> list[tuple[Ints, Ints, Floats]]:
    row, qty, mask = _merged(members)
    if not len(row):
        return []
    key = (mask * len(regions) + region_of_row[row]) * len(patterns) + pattern_of_row[row]
    distinct, where = np.unique(key, return_inverse=True)
    col = len(result.columns) + where.reshape(-1).astype(np.int64)
    first = members[0]
    for one in distinct.tolist():
        pattern, rest = patterns[one % len(patterns)], one // len(patterns)
        region, bits = regions[rest % len(regions)], rest // len(regions)
        rules = tuple(m.rule for number, m in enumerate(members) if bits >> number & 1)
        result.columns.append(_column(first, rules, region, pattern, bits))
        result.contents.append(Content(rules, first.use, region, first.own, first.default))
    return [(row, col, qty)]


def _merged(members: Sequence[RowActivity]) -> tuple[Ints, Floats, Ints]:
    """Rows of all members once, with their quantity and the set of members as bits."""
    if len(members) == 1:
        return members[0].row, members[0].qty, np.ones(len(members[0].row), dtype=np.int64)
    first = members[0]
    if all(m.row is first.row or np.array_equal(m.row, first.row) for m in members[1:]):
        return first.row, first.qty, np.full(len(first.row), (1 << len(members)) - 1, dtype=np.int64)
    every = np.concatenate([m.row for m in members])
    row, where = np.unique(every, return_inverse=True)
    where = where.reshape(-1)
    # A row stands once in each member, so that sums of powers of two are sets; below 2**53 they are exact.
    bits = np.concatenate([np.full(len(m.row), float(1 << n)) for n, m in enumerate(members)])
    mask = np.bincount(where, weights=bits, minlength=len(row)).astype(np.int64)
    qty = np.zeros(len(row))
    qty[where] = np.concatenate([m.qty for m in members])
    return row, qty, mask


def _column(
    first: RowActivity, rules: Sequence[CompiledRule], region: str, pattern: Pattern | None, bits: int
) -> SectorColumn:
    spec = first.rule.rule
    words = [first.use, "" if spec.part == "all" else spec.part, region]
    words += [f"own {name}" for name in first.own]
    words.append("" if first.default is None else f"default of {first.default[0]}")
    words.append("+".join(dict.fromkeys(r.rule.line for r in rules)) if bits else "")
    key = ", ".join(word for word in words if word)
    return SectorColumn(spec.sector, spec.activity, spec.unit, first.side, key, pattern)

"""Activities on rows: what units of a side hold is spread over their rows, and compared with the other side."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional

import numpy as np
from numpy.typing import NDArray

from .request import Bools, Floats, Ints, SectorRequest
from .rule_types import CompiledRule
from .selection import ClassDefault, Picked, activity_of_use
from .side import Side
from .sides_of_run import PLAN, zone_rows_mm2


@dataclass(frozen=True)
class RowActivity:
    """An activity of a rule on rows."""

    rule: CompiledRule
    use: str
    own: tuple[str, ...]
    side: str
    row: Ints
    qty: Floats
    default: Optional[ClassDefault] = None


class Rows:
    """The rows of a request: from zones to rows, and back."""

    def __init__(self, request: SectorRequest, plan: Side, base: Side) -> None:
        self._plan, self._base = plan, base
        self.zone = request.zone_of_row
        self.count = len(request.zone_of_row)
        self.zones = len(request.zones)
        whole = zone_rows_mm2(request)
        self._share = np.divide(request.mm2, whole[self.zone], out=np.zeros(self.count), where=whole[self.zone] > 0)
        self.mm2 = request.mm2
        self._order = np.argsort(self.zone, kind="stable")
        self._start = np.searchsorted(self.zone[self._order], np.arange(self.zones + 1))
        self.filled = np.diff(self._start) > 0
        self.kept = plan.keeps[self.zone]
        self._spread: dict[tuple[object, ...], tuple[Picked, Ints, Floats]] = {}
        self._cached: tuple[object, tuple[Floats, Floats]] | None = None

    def of_zones(self, unit: Ints, qty: Floats) -> tuple[Ints, Floats]:
        """Rows of some zones with their part of what the zones hold; reserve land is left out."""
        first, count = self._start[unit], self._start[unit + 1] - self._start[unit]
        index = np.arange(int(count.sum())) - np.repeat(np.cumsum(count) - count, count) + np.repeat(first, count)
        row = self._order[index]
        amount = np.repeat(qty, count) * self._share[row]
        keep = (amount != 0.0) & ~self.kept[row]
        return row[keep], amount[keep]

    def spread(self, picked: Picked, side: str) -> RowActivity:
        """What was picked, on rows; of added, kept and lost activities only that part.

        Rules that share an activity share the arrays of their rows.
        """
        spec = picked.rule.rule
        carriers = picked.rule.uses if spec.split == "carriers" else ()
        key = (side, spec.activity, spec.unit, spec.part, spec.split, carriers, picked.use, picked.own, picked.default)
        before = self._spread.get(key)
        if before is None or not (_equal(before[0].unit, picked.unit) and _equal(before[0].qty, picked.qty)):
            before = (picked, *self._on_rows(picked, side))
            self._spread[key] = before
        return RowActivity(picked.rule, picked.use, picked.own, side, before[1], before[2], picked.default)

    def _on_rows(self, picked: Picked, side: str) -> tuple[Ints, Floats]:
        if side == PLAN:
            row, qty = self.of_zones(picked.unit, picked.qty)
        else:
            row, qty = picked.unit, picked.qty
        part = picked.rule.rule.part
        if part != "all":
            qty = qty * self._fraction(picked.rule, picked.use, part, row)
            row, qty = row[qty != 0.0], qty[qty != 0.0]
        return row, qty

    def _fraction(self, rule: CompiledRule, use: str, part: str, row: Ints) -> Floats:
        """Which part of the activity is added, kept or lost, by row."""
        planned, held = (whole[row] for whole in self._both(rule, use))
        both = np.minimum(planned, held)
        if part == "lost":
            return np.divide(held - both, held, out=np.zeros(len(row)), where=held > 0.0)
        upper = planned - both if part == "added" else both
        return np.divide(upper, planned, out=np.zeros(len(row)), where=planned > 0.0)

    def _both(self, rule: CompiledRule, use: str) -> tuple[Floats, Floats]:
        """Activity of plan and baseline on all rows, noughts where unknown; the last answer is kept."""
        key = (rule.rule.activity, rule.rule.split, rule.uses if rule.rule.split == "carriers" else (), use)
        if self._cached is None or self._cached[0] != key:
            held, planned = np.zeros(self.count), np.zeros(self.count)
            unit, qty, _ = activity_of_use(rule, use, self._base)
            held[unit] = qty
            unit, qty, _ = activity_of_use(rule, use, self._plan)
            row, amount = self.of_zones(unit, qty)
            planned[row] = amount
            planned[self.kept] = held[self.kept]
            self._cached = (key, (planned, held))
        return self._cached[1]

    def largest(self, values: NDArray[np.int8]) -> NDArray[np.int8]:
        """The largest value of the rows of each zone, 0 for a zone without rows."""
        found = np.zeros(self.zones, dtype=np.int8)
        filled = np.flatnonzero(self.filled)
        if filled.size:
            found[filled] = np.maximum.reduceat(values[self._order], self._start[filled])
        return found

    def in_zones(self, row: Ints) -> Bools:
        """Zones that hold some of the rows."""
        found = np.zeros(self.zones, dtype=bool)
        found[self.zone[row]] = True
        return found

    def zones_with(self, of_row: Bools, tolerance: float) -> Bools:
        """Zones in which the rows of a mask cover more than a share of the area."""
        area = np.bincount(self.zone[of_row], weights=self.mm2[of_row], minlength=self.zones)
        whole = np.bincount(self.zone, weights=self.mm2, minlength=self.zones)
        return np.asarray(area > tolerance * whole)


def _equal(one: NDArray[np.generic], other: NDArray[np.generic]) -> bool:
    return one is other or (len(one) == len(other) and bool(np.array_equal(one, other)))

"""Whole numbers that add up: integer areas closed to their fragment, and shares rounded to a control total."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..base.errors import GeometryError

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def close(mm2: Ints, fragment: Ints, tie: Floats, uncovered: Ints, total: Ints) -> tuple[Ints, Ints]:
    """Pieces and uncovered parts (mm²), changed as little as it takes to add up to ``total`` of each fragment.

    The few mm² that rounding left over go to the uncovered part where there is one, else to the largest piece (and the
    next, should it be too small). Among equal pieces ``tie`` (rows of numbers) decides, so that the order of features
    does not.
    """
    mm2, uncovered = mm2.copy(), uncovered.copy()
    spare = total.copy()
    np.subtract.at(spare, fragment, mm2)
    spare -= uncovered
    onto_gap = np.where(uncovered > 0, np.maximum(spare, -uncovered), 0)
    uncovered += onto_gap
    spare -= onto_gap
    order = np.lexsort((*tie.T[::-1], -mm2, fragment))
    begin = np.searchsorted(fragment[order], np.arange(len(total) + 1))
    for f in np.flatnonzero(spare).tolist():
        for k in order[begin[f] : begin[f + 1]].tolist():
            change = max(int(spare[f]), -int(mm2[k]))
            mm2[k] += change
            spare[f] -= change
        uncovered[f] += spare[f]
    return mm2, uncovered


def allocate(values: ArrayLike, units: int) -> Ints:
    """Split ``units`` indivisible units in proportion to ``values`` by largest remainder; the parts add up exactly.

    Equal remainders: the larger value first, then the earlier one. Raises :class:`GeometryError` ``ALLOCATE_VALUES``
    for negative or non-finite values, or where nothing is there to carry a total other than 0.
    """
    weights = np.asarray(values, dtype=np.float64)
    if not np.isfinite(weights).all() or (weights < 0.0).any() or units < 0 or (units and not weights.any()):
        raise GeometryError("ALLOCATE_VALUES")
    if not units:
        return np.zeros(len(weights), dtype=np.int64)
    ratios = [weight.as_integer_ratio() for weight in weights.tolist()]
    scale = max(denominator for _, denominator in ratios)  # all are powers of two: whole numbers, no rounding
    whole = [numerator * (scale // denominator) for numerator, denominator in ratios]
    total = sum(whole)
    parts, rests = zip(*(divmod(weight * units, total) for weight in whole))
    result = np.array(parts, dtype=np.int64)
    order = sorted(range(len(whole)), key=lambda k: (-rests[k], -whole[k], k))
    result[order[: units - sum(parts)]] += 1
    return result


def largest_remainder(values: ArrayLike, total: float, unit: float = 0.01) -> Floats:
    """``values`` scaled to ``total`` and rounded to multiples of ``unit``: printed parts add up to the printed total.

    For statutory tables: areas in m², control area in m², unit 0.01 m² (rule 10: piece = TBMJ × share). The total is
    rounded to the unit first. Raises as :func:`allocate`.
    """
    per = 1.0 / unit
    per = round(per) if abs(per - round(per)) < 1e-9 * per else per
    return allocate(values, round(total * per)) / per

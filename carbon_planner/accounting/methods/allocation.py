"""Totals to parts and between grid and zones, with nothing lost on the way."""

from __future__ import annotations

import numpy as np

from ...base.errors import BalanceError, SettingsError
from ...geometry.closing import allocate
from .arrays import Floats, Ints, floats


def split(total: float, weights: Floats) -> Floats:
    """A total divided in proportion to weights; the parts sum to it within a rounding error.

    Raises :class:`SettingsError` for weights that are negative or unknown, or all zero while there is a total.
    """
    share = floats(weights)
    if not np.isfinite(share).all() or np.any(share < 0) or (total != 0.0 and not share.any()):
        raise SettingsError("METHOD_WEIGHTS")
    if total == 0.0:
        return np.zeros_like(share)
    parts = total * (share / share.sum())
    # The rounding of the sum goes to the largest part.
    parts[share.argmax()] += total - parts.sum()
    return np.asarray(parts)


def printed_parts(values: Floats, decimals: int = 0) -> Floats:
    """Parts rounded by largest remainder so that they add up to the rounded total, as tables print them.

    Works for parts of either sign: positive and negative ones are rounded apart, each side to its own rounded sum where
    these two add up to the rounded total, else the larger side takes the difference.
    """
    numbers, unit = floats(values), 10.0**decimals
    if not np.isfinite(numbers).all():
        raise SettingsError("METHOD_WEIGHTS")
    plus, minus = np.maximum(numbers, 0.0), np.maximum(-numbers, 0.0)
    up, down = round(plus.sum() * unit), round(minus.sum() * unit)
    rest = round(numbers.sum() * unit) - (up - down)
    if plus.sum() >= minus.sum():
        up += rest
    else:
        down -= rest
    rounded = allocate(plus, up) - allocate(minus, down)
    return np.asarray(rounded / unit)


def to_zones(values: Floats, cell: Ints, zone: Ints, part: Floats, zones: int) -> tuple[Floats, Floats]:
    """(values by zone, rest by cell) of cell totals shared out over zones.

    ``part`` is the share of cell ``cell[k]`` that belongs to zone ``zone[k]`` (of its area, floor area or population).
    What no zone takes stays as the rest: Σ zones + Σ rest = Σ values. A null cell makes its zones null. Raises
    :class:`BalanceError` where the shares of a cell sum above 1.
    """
    return _share_out(floats(values), cell, zone, floats(part), zones)


def to_cells(values: Floats, cell: Ints, zone: Ints, weight: Floats, cells: int) -> tuple[Floats, Floats]:
    """(values by cell, rest by zone) of zone totals spread over cells by weight within each zone.

    The rest is what a zone could not place, because no cell with a weight lies in it: Σ cells + Σ rest = Σ values.
    """
    weights = floats(weight)
    if not np.isfinite(weights).all() or np.any(weights < 0):
        raise SettingsError("METHOD_WEIGHTS")
    whole = np.bincount(zone, weights, minlength=len(values))
    part = np.divide(weights, whole[zone], out=np.zeros_like(weights), where=whole[zone] > 0)
    return _share_out(floats(values), zone, cell, part, cells)


def _share_out(values: Floats, source: Ints, target: Ints, part: Floats, targets: int) -> tuple[Floats, Floats]:
    given = np.bincount(source, part, minlength=len(values))
    if np.any(part < 0) or np.any(given > 1.0 + 1e-9):
        raise BalanceError("METHOD_SHARES", value=f"{float(given.max(initial=0.0)):g}")
    used = part > 0  # a share of 0 carries nothing, not even a null
    moved = values[source[used]] * part[used]
    rest = np.where(given >= 1.0 - 1e-12, 0.0, values * (1.0 - given))
    return np.bincount(target[used], moved, minlength=targets).astype(np.float64), np.asarray(rest)

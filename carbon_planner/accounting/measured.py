"""Measured biomass: carbon that a forest survey found, in place of the class mean.

A cover whose living biomass was measured (:attr:`~.covers.Cover.measured`) has none by its factors. What it holds comes
as an activity of its own, tonnes of carbon by change of cover, so that a hectare of old forest weighs what it holds.
"""

from __future__ import annotations

import numpy as np

from ..base.units import GRAMS_PER_TONNE
from .activities import Activities
from .columns import MeasuredStock, Transition
from .model import Floats, Ints


def with_measured(land: Activities, living_gc: Ints) -> Activities:
    """Activities with the measured carbon of each row (grams) as further columns, shared by hectares.

    ``land`` holds changes of cover only. Raises nothing; rows without measured ground keep out.
    """
    measured = np.array([isinstance(c, Transition) and _is_measured(c) for c in land.columns], dtype=bool)
    if not measured.any():
        return land
    pick = np.flatnonzero(measured[land.col])
    whole = np.bincount(land.row[pick], weights=land.qty[pick], minlength=len(living_gc))
    row = land.row[pick]
    share: Floats = np.divide(land.qty[pick], whole[row], out=np.zeros(len(pick)), where=whole[row] > 0)
    numbers, place = np.unique(land.col[pick], return_inverse=True)
    changes = [land.columns[number] for number in numbers.tolist()]
    added = tuple(MeasuredStock(change) for change in changes if isinstance(change, Transition))
    tonnes = living_gc[row] / GRAMS_PER_TONNE * share
    col = np.concatenate([land.col, len(land.columns) + place.reshape(-1)])
    rows = np.concatenate([land.row, row])
    order = np.lexsort((col, rows))
    qty = np.concatenate([land.qty, tonnes])
    return Activities(rows[order], col[order], qty[order], (*land.columns, *added))


def _is_measured(change: Transition) -> bool:
    return change.source is not None and change.source.measured

"""Uncertainty of the difference of two runs that share factors."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..accounting.evaluate import Evaluation
from ..accounting.uncertainty import half_widths, jacobian


def shared_half_width(old: Evaluation, new: Evaluation) -> tuple[float, float]:
    """95 % half-widths below and above of (net of new − net of old), by Approach 1 over the factors of both.

    A factor of the same set, id, value and range is one source of error on both sides: only the difference of its
    derivatives counts.
    """
    slopes: dict[tuple[Any, ...], float] = {}
    widths: dict[tuple[Any, ...], tuple[float, float]] = {}
    for run, sign in ((old, -1.0), (new, 1.0)):
        book, activities = run.model.book, run.model.activities
        derivative = jacobian(run.model.terms, len(activities.columns), book).slope
        held = np.where(run.counted[activities.row], activities.qty, 0.0)
        per_column = np.bincount(activities.col, held, minlength=len(activities.columns))
        low, high, _ = book.half_widths()
        for number, (factor, gradient) in enumerate(zip(book.factors, (per_column @ derivative).tolist())):
            key = (book.fset[number], factor.factor_id, factor.value, factor.low, factor.high)
            slopes[key] = slopes.get(key, 0.0) + sign * gradient
            widths[key] = (float(low[number]), float(high[number]))
    if not slopes:
        return 0.0, 0.0
    gradient = np.array(list(slopes.values()))
    low, high = np.array(list(widths.values())).T
    down, up = half_widths(gradient, low, high)
    return float(down), float(up)

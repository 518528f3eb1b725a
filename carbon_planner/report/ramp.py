"""Colours of results: the diverging ramp of maps, charts and layer styles, and its class breaks.

Brown is emission, blue-green is removal (ColorBrewer BrBG, seven classes: safe for all common kinds of colour blindness
and in greyscale symmetric around a light middle). The breaks are symmetric around zero, so that equal emission and
removal are equally dark, and round, so that a legend can be read aloud.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

DIVERGING = ("#01665e", "#5ab4ac", "#c7eae5", "#f4f4f1", "#f6e8c3", "#d8b365", "#8c510a")
SEQUENTIAL = ("#edf8e9", "#c7e9c0", "#a1d99b", "#5fb56f", "#2b8c4f", "#00592b")
NOT_EVALUATED = "#b9c0c2"
EMISSION = "#8c510a"
REMOVAL = "#01665e"

_SHARES = (0.1, 0.3, 0.6)  # upper breaks as shares of the round top value
_QUANTILE = 0.98  # a few extreme zones must not wash out the rest


@dataclass(frozen=True)
class ColourClass:
    """One class of a legend: ``low`` ≤ value < ``high`` and its colour; the outer classes are open."""

    low: float
    high: float
    colour: str


def round_top(value: float) -> float:
    """The smallest of 1, 2, 5 × 10^k that is not below ``value``."""
    if not value > 0.0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(value))
    return next((m * power for m in (1.0, 2.0, 5.0) if value <= m * power * (1.0 + 1e-9)), 10.0 * power)


def diverging(values: NDArray[np.float64]) -> tuple[ColourClass, ...]:
    """Seven classes from strong removal to strong emission, symmetric around zero."""
    top = round_top(_top(np.abs(values)))
    upper = [float(f"{share * top:.6g}") for share in _SHARES]
    bounds = [-math.inf, *(-b for b in reversed(upper)), *upper, math.inf]
    return tuple(ColourClass(low, high, colour) for low, high, colour in zip(bounds, bounds[1:], DIVERGING))


def sequential(values: NDArray[np.float64]) -> tuple[ColourClass, ...]:
    """Six classes of equal width from zero up, for quantities that are never negative."""
    finite = values[np.isfinite(values)]
    width = round_top(_top(finite) / len(SEQUENTIAL))
    bounds = [-math.inf, *(width * i for i in range(1, len(SEQUENTIAL))), math.inf]
    return tuple(ColourClass(low, high, colour) for low, high, colour in zip(bounds, bounds[1:], SEQUENTIAL))


def classify(values: NDArray[np.float64], classes: tuple[ColourClass, ...]) -> NDArray[np.int64]:
    """Index of each value's class; −1 where there is no value."""
    inner = np.array([c.high for c in classes[:-1]])
    index = np.searchsorted(inner, values, side="right").astype(np.int64)
    index[~np.isfinite(values)] = -1
    return index


def _top(values: NDArray[np.float64]) -> float:
    finite = values[np.isfinite(values)]
    return float(np.quantile(finite, _QUANTILE)) if finite.size else 0.0

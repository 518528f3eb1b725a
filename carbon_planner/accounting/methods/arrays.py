"""Helpers of the methods: numbers or arrays in, arrays out; refusals that name the parameter."""

from __future__ import annotations

from typing import Union

import numpy as np
from numpy.typing import NDArray

from ...base.errors import SettingsError

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
# A number or an array of them, NaN for null.
Numbers = Union[float, Floats]


def floats(values: Numbers) -> Floats:
    """As an array of doubles."""
    return np.asarray(values, dtype=np.float64)


def divided(numerator: Numbers, denominator: Numbers) -> Floats:
    """Quotient, NaN where the denominator is null, zero or negative: an intensity without a base is null, not 0."""
    top, below = np.broadcast_arrays(floats(numerator), floats(denominator))
    return np.divide(top, below, out=np.full(top.shape, np.nan), where=below > 0.0)


def require_between(name: str, values: Numbers, low: float, high: float) -> None:
    """Raise :class:`SettingsError` where a value lies outside ``low`` … ``high``; NaN passes."""
    array = floats(values).reshape(-1)
    bad = array[(array < low) | (array > high)]
    if bad.size:
        raise SettingsError(
            "METHOD_OUT_OF_RANGE", parameter=name, value=f"{bad[0]:g}", low=f"{low:g}", high=f"{high:g}"
        )


def require_positive(name: str, values: Numbers) -> None:
    """Raise :class:`SettingsError` where a value is 0 or less; NaN passes."""
    array = floats(values).reshape(-1)
    bad = array[array <= 0.0]
    if bad.size:
        raise SettingsError("METHOD_NOT_POSITIVE", parameter=name, value=f"{bad[0]:g}")


def require_length(name: str, values: Floats, length: int) -> None:
    """Raise :class:`SettingsError` where the last axis does not have the length needed."""
    if values.shape[-1:] != (length,):
        raise SettingsError(
            "METHOD_LENGTH", parameter=name, count=values.shape[-1] if values.ndim else 1, needed=length
        )

"""Values of quantities over many units with their origins, and the algebra that derives them from each other."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .dimensions import dimension
from .request import Floats
from .tables import Quantity

# Origins, the best first. ZERO is known: by the nature of the class, or because the class has nothing of the kind.
FIELD, DERIVED, CLASS, ZERO, UNKNOWN = 0, 1, 2, 3, 9

Origins = NDArray[np.int8]


class Values(NamedTuple):
    """Values (NaN where unknown) with their origins."""

    values: Floats
    origin: Origins


class Arrays:
    """Algebra of arrays in base units; the origin of a result is the worst of its parts."""

    def __init__(self, size: int, quantity: Callable[[str], Values], units: Mapping[str, Quantity]) -> None:
        self._size, self._quantity, self._units = size, quantity, units

    def number(self, value: float) -> Values:
        """A plain number."""
        return Values(np.full(self._size, value), np.full(self._size, FIELD, dtype=np.int8))

    def name(self, text: str) -> Values:
        """The values of a quantity."""
        found = self._quantity(text)
        scale = dimension(self._units[text].unit).scale
        return found if scale == 1.0 else Values(found.values * scale, found.origin)

    def add(self, left: Values, right: Values) -> Values:
        """Sum."""
        return Values(left.values + right.values, np.maximum(left.origin, right.origin))

    def subtract(self, left: Values, right: Values) -> Values:
        """Difference."""
        return Values(left.values - right.values, np.maximum(left.origin, right.origin))

    def multiply(self, left: Values, right: Values) -> Values:
        """Product."""
        return Values(left.values * right.values, np.maximum(left.origin, right.origin))

    def divide(self, left: Values, right: Values) -> Values:
        """A quotient by nought is unknown."""
        good = right.values != 0.0
        value = np.divide(left.values, right.values, out=np.full(len(good), np.nan), where=good)
        return Values(value, np.maximum(left.origin, right.origin))

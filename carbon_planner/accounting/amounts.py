"""Amounts: numbers that remember the factors they were made of.

An amount keeps its value, its derivatives with respect to the factors (Approach 1) and itself as a polynomial over them
(Monte Carlo), so that a factor shared by many zones moves them together (carbon rules 15 and 16).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Callable, TypeVar

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Monomial = tuple[int, ...]  # numbers of quantities, sorted, repeated for powers; () is the constant
Gradient = Mapping[int, float]
Key = TypeVar("Key", int, Monomial)
# A smooth function of amounts: from arrays of equal shape (one per input) to an array of that shape.
Function = Callable[[list[Floats]], Floats]

# Relative step of central differences: the cube root of the double's precision balances both errors.
STEP = float(np.finfo(np.float64).eps) ** (1.0 / 3.0)


@dataclass(frozen=True)
class Amount:
    """A value with its gradient {factor number: d value / d factor} and its polynomial {monomial: coefficient}.

    Factors count in their own units. Negative numbers in a monomial are derived quantities of the
    :class:`~.factor_book.FactorBook` that made them.
    """

    value: float
    gradient: Gradient = field(default_factory=dict)
    polynomial: Mapping[Monomial, float] = field(default_factory=dict)

    @classmethod
    def constant(cls, value: float) -> Amount:
        """A plain number."""
        return cls(value, {}, {(): value} if value else {})

    def scaled(self, by: float) -> Amount:
        """This amount times a plain number."""
        return Amount(self.value * by, _times(self.gradient, by), _times(self.polynomial, by))

    def minus(self, other: Amount) -> Amount:
        """Difference, netted per factor: the same factor on both sides cancels."""
        return Amount(
            self.value - other.value,
            _difference(self.gradient, other.gradient),
            _difference(self.polynomial, other.polynomial),
        )

    def plus(self, other: Amount) -> Amount:
        """Sum."""
        return self.minus(other.scaled(-1.0))

    def times(self, other: Amount) -> Amount:
        """Product, with the product rule."""
        gradient = {f: g * other.value for f, g in self.gradient.items()}
        for factor, slope in other.gradient.items():
            gradient[factor] = gradient.get(factor, 0.0) + slope * self.value
        product: dict[Monomial, float] = {}
        for one, a in self.polynomial.items():
            for two, b in other.polynomial.items():
                key = tuple(sorted(one + two))
                product[key] = product.get(key, 0.0) + a * b
        return Amount(self.value * other.value, gradient, product)

    @property
    def is_zero(self) -> bool:
        """Whether nothing is left, in value and in gradient."""
        return self.value == 0.0 and not self.gradient


ZERO = Amount(0.0)


def total(amounts: list[Amount]) -> Amount:
    """Sum of amounts, the values added without loss."""
    gradient: dict[int, float] = {}
    polynomial: dict[Monomial, float] = {}
    for amount in amounts:
        for factor, slope in amount.gradient.items():
            gradient[factor] = gradient.get(factor, 0.0) + slope
        for monomial, coefficient in amount.polynomial.items():
            polynomial[monomial] = polynomial.get(monomial, 0.0) + coefficient
    return Amount(math.fsum(a.value for a in amounts), _nonzero(gradient), _nonzero(polynomial))


def slopes(function: Function, values: list[float]) -> list[float]:
    """Partial derivatives of a function at a point, by central differences."""
    found = []
    for number, value in enumerate(values):
        step = STEP * max(abs(value), 1.0) if value == 0.0 else STEP * abs(value)
        points = [np.full(2, v, dtype=np.float64) for v in values]
        points[number] = np.array([value - step, value + step])
        below, above = function(points).tolist()
        found.append((above - below) / (points[number][1] - points[number][0]))
    return found


def _times(parts: Mapping[Key, float], by: float) -> dict[Key, float]:
    return {key: value * by for key, value in parts.items()}


def _difference(one: Mapping[Key, float], other: Mapping[Key, float]) -> dict[Key, float]:
    parts = dict(one)
    for key, value in other.items():
        parts[key] = parts.get(key, 0.0) - value
    return _nonzero(parts)


def _nonzero(parts: dict[Key, float]) -> dict[Key, float]:
    return {key: value for key, value in parts.items() if value != 0.0}

"""Coefficients: what one hectare of a transition costs, as terms with a gradient over the factors.

A total is A @ c. Every term keeps the partial derivatives of its value with respect to the factors it uses, so that a
factor shared by many zones moves them together (carbon rules 15 and 16).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Optional

import numpy as np
from numpy.typing import NDArray

from ..factors.records import Factor

# Half-width of the 95 % interval of a normal distribution, in standard deviations.
Z95 = 1.959963984540054
# A range without a stated level is a uniform distribution: sd = half range / √3 (carbon rule 16).
UNIFORM_TO_95 = Z95 / math.sqrt(3.0)


@dataclass(frozen=True)
class Amount:
    """A value with its gradient {factor index: d value / d factor}, in the factor's own unit."""

    value: float
    gradient: Mapping[int, float] = field(default_factory=dict)

    def scaled(self, by: float) -> Amount:
        """This amount times a plain number."""
        return Amount(self.value * by, {f: g * by for f, g in self.gradient.items()})

    def minus(self, other: Amount) -> Amount:
        """Difference, netted per factor: the same factor on both sides cancels."""
        gradient = dict(self.gradient)
        for factor, slope in other.gradient.items():
            gradient[factor] = gradient.get(factor, 0.0) - slope
        return Amount(self.value - other.value, {f: g for f, g in gradient.items() if g != 0.0})

    def plus(self, other: Amount) -> Amount:
        """Sum."""
        return self.minus(other.scaled(-1.0))

    def times(self, other: Amount) -> Amount:
        """Product, with the product rule."""
        gradient = {f: g * other.value for f, g in self.gradient.items()}
        for factor, slope in other.gradient.items():
            gradient[factor] = gradient.get(factor, 0.0) + slope * self.value
        return Amount(self.value * other.value, gradient)

    @property
    def is_zero(self) -> bool:
        """Whether nothing is left, in value and in gradient."""
        return self.value == 0.0 and not self.gradient


ZERO = Amount(0.0)


@dataclass(frozen=True)
class Term:
    """One line of a coefficient: tonnes per hectare of a transition.

    ``net`` is +1 or −1 where the term enters the net with that sign, 0 where it is committed or information.
    ``gas`` C means a stock in tonnes of carbon, without an emission.
    """

    transition: int
    stage: str
    category: str
    item: str
    gas: str
    yr_from: int
    yr_to: int
    amount: Amount
    net: int
    fset: str
    method: str
    flags: tuple[str, ...] = ()


class FactorBook:
    """The factors a run has used, numbered; gives amounts and the half-widths of their 95 % intervals."""

    def __init__(self) -> None:
        self.factors: list[Factor] = []
        self.fset: list[str] = []
        self._index: dict[tuple[str, str], int] = {}

    def amount(self, factor: Factor, fset: str, scale: float) -> Optional[Amount]:
        """The factor's value times ``scale``, with its gradient; None where its value is not estimated."""
        if factor.value is None:
            return None
        key = (fset, factor.factor_id)
        if key not in self._index:
            self._index[key] = len(self.factors)
            self.factors.append(factor)
            self.fset.append(fset)
        return Amount(factor.value * scale, {self._index[key]: scale})

    def values(self) -> NDArray[np.float64]:
        """Values in the factors' own units, shape (factors,)."""
        return np.array([f.value for f in self.factors], dtype=np.float64)

    def half_widths(self) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.bool_]]:
        """95 % half-widths below and above the value, and whether the range is stated on both sides."""
        pairs = [_half_widths(f) for f in self.factors]
        low, high, known = zip(*pairs) if pairs else ((), (), ())
        return np.array(low, dtype=np.float64), np.array(high, dtype=np.float64), np.array(known, dtype=bool)

    def ids(self, amount: Amount) -> str:
        """Ids of the factors in an amount, joined; the first is the one that names it."""
        return "; ".join(self.factors[f].factor_id for f in amount.gradient)


def _half_widths(factor: Factor) -> tuple[float, float, bool]:
    value = factor.value
    if value is None or factor.range_kind == "none":
        return 0.0, 0.0, False
    to_95 = UNIFORM_TO_95 if factor.range_kind == "minmax" else 1.0
    low = 0.0 if factor.low is None else max(value - factor.low, 0.0) * to_95
    high = 0.0 if factor.high is None else max(factor.high - value, 0.0) * to_95
    return low, high, factor.low is not None and factor.high is not None

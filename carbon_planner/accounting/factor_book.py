"""The factors that a run has used, numbered, and the derived quantities made of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Optional

import numpy as np
from numpy.typing import NDArray

from ..factors.distributions import factor_half_widths
from ..factors.records import Factor
from .amounts import Amount, Floats, Function, Monomial, slopes


@dataclass(frozen=True)
class Derived:
    """A quantity that is a function of amounts, evaluated anew for each draw of the factors."""

    name: str
    inputs: tuple[Amount, ...]
    function: Function


class FactorBook:
    """Numbers factors as they are asked for; gives amounts and the half-widths of their 95 % intervals."""

    def __init__(self) -> None:
        self.factors: list[Factor] = []
        self.fset: list[str] = []
        self.derived: list[Derived] = []
        self._index: dict[tuple[str, str], int] = {}

    def amount(self, factor: Factor, fset: str, scale: float = 1.0) -> Optional[Amount]:
        """The factor's value times ``scale``, with its gradient; None where its value is not estimated."""
        if factor.value is None:
            return None
        key = (fset, factor.factor_id)
        if key not in self._index:
            self._index[key] = len(self.factors)
            self.factors.append(factor)
            self.fset.append(fset)
        number = self._index[key]
        return Amount(factor.value * scale, {number: scale}, {(number,): scale})

    def function(self, name: str, inputs: Sequence[Amount], function: Function) -> Amount:
        """A smooth function of amounts: a quotient, a decay, a saturation.

        Its gradient follows from the chain rule with central differences; in draws the function itself is evaluated.
        """
        values = [a.value for a in inputs]
        value = float(function([np.full(1, v, dtype=np.float64) for v in values])[0])
        gradient: dict[int, float] = {}
        for amount, slope in zip(inputs, slopes(function, values)):
            for factor, inner in amount.gradient.items():
                gradient[factor] = gradient.get(factor, 0.0) + slope * inner
        self.derived.append(Derived(name, tuple(inputs), function))
        return Amount(value, gradient, {(-len(self.derived),): 1.0})

    def values(self) -> Floats:
        """Values in the factors' own units, shape (factors,)."""
        return np.array([f.value for f in self.factors], dtype=np.float64)

    def half_widths(self) -> tuple[Floats, Floats, NDArray[np.bool_]]:
        """95 % half-widths below and above the value, and whether the range is stated on both sides."""
        pairs = [factor_half_widths(f) for f in self.factors]
        low, high, known = zip(*pairs) if pairs else ((), (), ())
        return np.array(low, dtype=np.float64), np.array(high, dtype=np.float64), np.array(known, dtype=bool)

    def ids(self, amount: Amount) -> str:
        """Ids of the factors in an amount, joined; the first is the one that names it."""
        return "; ".join(self.factors[f].factor_id for f in amount.gradient)

    def draw_quantities(self, draws: Floats) -> Floats:
        """Derived quantities per draw: from (draws, factors) to (draws, derived), in the order they were made."""
        made = np.zeros((len(draws), len(self.derived)))
        for number, quantity in enumerate(self.derived):
            inputs = [evaluate_polynomial(a, draws, made) for a in quantity.inputs]
            made[:, number] = quantity.function(inputs)
        return made


def evaluate_polynomial(amount: Amount, draws: Floats, derived: Floats) -> Floats:
    """An amount per draw, shape (draws,)."""
    value = np.zeros(len(draws))
    for monomial, coefficient in amount.polynomial.items():
        value = value + coefficient * product(monomial, draws, derived)
    return value


def product(monomial: Monomial, draws: Floats, derived: Floats) -> Floats:
    """A monomial per draw, shape (draws,)."""
    value: Floats = np.ones(len(draws))
    for number in monomial:
        value = value * (draws[:, number] if number >= 0 else derived[:, -1 - number])
    return value

"""The coefficient of a rule for one use and region, and the algebra of amounts that makes it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Optional

import numpy as np
from numpy.typing import NDArray

from ..amounts import Amount

ONE = Amount.constant(1.0)


@dataclass
class Coefficient:
    """Tonnes per unit of activity in each year (per year or once, as the timing says), and what made it.

    ``mass`` is in tonnes of the gas, ``amount`` in tonnes of CO2e; the entries of equal years are the same object.
    ``missing`` names the symbols without a factor; then there are no amounts. ``years`` is the service life,
    saturation or decay rate of the timing.
    """

    amounts: list[Amount] = field(default_factory=list)
    masses: list[float] = field(default_factory=list)
    fset: str = ""
    missing: tuple[str, ...] = ()
    years: Optional[Amount] = None
    flags: tuple[str, ...] = ()

    @property
    def estimated(self) -> bool:
        """Whether there is a figure."""
        return not self.missing


def one_over(values: list[NDArray[np.float64]]) -> NDArray[np.float64]:
    """1/x of the first input."""
    return np.asarray(1.0 / values[0])


class Amounts:
    """Algebra of amounts. A symbol that the zones give themselves is 1: the activity holds its figure."""

    def __init__(self, values: Mapping[str, Amount], inverse: Callable[[Amount], Amount]) -> None:
        self._values, self._inverse = values, inverse

    def number(self, value: float) -> Amount:
        """A plain number."""
        return Amount.constant(value)

    def name(self, text: str) -> Amount:
        """The amount of a symbol."""
        return self._values.get(text, ONE)

    def add(self, left: Amount, right: Amount) -> Amount:
        """Sum."""
        return left.plus(right)

    def subtract(self, left: Amount, right: Amount) -> Amount:
        """Difference, netted per factor."""
        return left.minus(right)

    def multiply(self, left: Amount, right: Amount) -> Amount:
        """Product."""
        return left.times(right)

    def divide(self, left: Amount, right: Amount) -> Amount:
        """Quotient."""
        return left.times(self._inverse(right))

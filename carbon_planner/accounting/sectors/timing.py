"""When a rule emits: weights of the years START+1 … END for each timing, and what falls after them.

In the plan's world an activity grows into place with the pattern of its zone; that of the baseline gives way by the
same measure. ``dated`` embodied emission falls where it occurs, ``annualised`` spreads each year's part over its
service life; over the whole life both sum to the same.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..columns import Pattern
from ..phasing import added_shares, removed_shares

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Course:
    """Shares of a zone's change by year, shape (years,).

    ``built``: mean share in place; ``added`` and ``removed`` within the year; ``taken``: mean share of the ground that
    the plan has taken from the baseline, which demolition does not give back; ``stands``: share of what was built that
    stands at the end of the year.
    """

    built: Floats
    added: Floats
    removed: Floats
    taken: Floats
    stands: Floats

    @classmethod
    def of(cls, pattern: Pattern | None, years: int) -> Course:
        """The course of a pattern; without one all is in place in all years."""
        added = np.array(added_shares(pattern, years))
        removed = np.array(removed_shares(pattern, years))
        built = np.ones(years) if pattern is None else np.array(pattern.built)
        taken = np.maximum.accumulate(built)
        gone = np.cumsum(removed)
        # After demolition the mean of its year falls while the ground stays taken.
        if gone.any():
            first = int(np.argmax(gone > 0.0))
            taken[first:] = np.maximum(taken[first:], min(1.0, float(np.cumsum(added)[first])))
        return cls(built, added, removed, taken, np.maximum(0.0, 1.0 - gone))

    def renewed(self, life: float) -> Floats:
        """Share that is renewed in each year: what was added a service life ago, twice, … and still stands."""
        step = max(1, round(life))
        total = np.zeros_like(self.added)
        for late in range(step, len(total), step):
            total[late:] += self.added[: len(total) - late]
        return total * self.stands

    def annualised(self, life: float) -> Floats:
        """Yearly share of what was added within the service life: each part counts 1/life in ``life`` years."""
        return self._window(np.cumsum(self.added), life) / life

    def saturating(self, years: float, of: Floats) -> Floats:
        """Share of what came into place that is younger than ``years``; ``of`` is a course of means."""
        return self._window(of, years)

    @staticmethod
    def _window(course: Floats, years: float) -> Floats:
        """Course less the course ``years`` ago; a broken year counts in part."""
        whole = math.floor(years)
        rest = years - whole
        return np.asarray(course - _late(course, whole) * (1.0 - rest) - _late(course, whole + 1) * rest)


def _late(course: Floats, years: int) -> Floats:
    late = np.zeros_like(course)
    if years < len(course):
        late[years:] = course[: len(course) - years]
    return late


def decay_emitted(deposits: Floats, year: int) -> dict[int, float]:
    """First-order decay: what deposits of earlier years emit in a year, as weights of what remains after t years.

    Method: IPCC 2006 Guidelines vol. 5 ch. 3; what is laid down in one year begins to decay in the next. Year 0 is the
    first; a deposit of 1 emits R(t−1) − R(t) in the t-th year after its own, with R(t) = e^(−kt). Summed by t, years
    of equal deposits cancel: only changes of the deposit leave a weight.
    """
    weights: dict[int, float] = {}
    for age in range(year + 1):
        added = float(deposits[year - 1 - age]) if age < year else 0.0
        before = float(deposits[year - age]) if age > 0 else 0.0
        if added != before:
            weights[age] = added - before
    return weights


def decay_left(deposits: Floats) -> dict[int, float]:
    """First-order decay: what of all deposits is still to be emitted after the last year, as weights of R(t)."""
    last = len(deposits) - 1
    return {last - day: float(amount) for day, amount in enumerate(deposits) if amount}


def remaining(years: int) -> Callable[[list[Floats]], Floats]:
    """R(t): what remains of a deposit after t years, as a function of the rate k."""

    def function(values: list[Floats]) -> Floats:
        return np.asarray(np.exp(-values[0] * float(years)))

    return function

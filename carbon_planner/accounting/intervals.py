"""The intervals of a run, all by one method: IPCC Approach 1, or Monte Carlo with one set of draws for everything."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Callable, Optional

import numpy as np

from ..base.feedback import Feedback
from ..factors.records import CONFIDENCES
from ..factors.special import Z95
from .convergence import Convergence, convergence
from .correlation import Correlation
from .draws import PLAIN, Draws, draw
from .grouping import Floats, Grouped, Ints
from .model import Groups, Model
from .monomials import net
from .montecarlo import simulate
from .simulation import Simulation
from .terms import Term
from .uncertainty import Spread, jacobian, spread

APPROACH_1 = "A1"


@dataclass(frozen=True)
class Interval:
    """95 % interval by group and the coefficient of variation as a share; tonnes of CO2e.

    ``spread`` is that of Approach 1, whichever method gave the bounds: it says which share of |tonnes| has a range. An
    interval is partial where ``spread.covered`` is below 1. ``simulation`` is None for Approach 1.
    """

    low: Floats
    high: Floats
    cv: Floats
    method: str
    spread: Spread
    simulation: Optional[Simulation] = None


class Intervals:
    """How a run finds its intervals: ``draws`` 0 is Approach 1, else how many (:func:`.montecarlo.simulate`)."""

    def __init__(
        self,
        model: Model,
        draws: int = 0,
        seed: int = 1,
        *,
        sampling: str = PLAIN,
        correlations: Iterable[Correlation] = (),
        activity_factor: Optional[Ints] = None,
        workers: int = 1,
    ) -> None:
        self._model, self._count, self._seed, self._sampling = model, draws, seed, sampling
        self._correlations, self._activity_factor, self._workers = tuple(correlations), activity_factor, workers
        self._last: Optional[tuple[Groups, Grouped]] = None

    @cached_property
    def draws(self) -> Optional[Draws]:
        """The draws of the run, made when first needed; None for Approach 1."""
        if not self._count:
            return None
        return draw(self._model.book, self._count, self._seed, sampling=self._sampling, correlations=self._correlations)

    def _grouped(self, groups: Groups) -> Grouped:
        """Activities by group: sorted once for all the intervals that are asked for of the same groups."""
        if self._last is None or self._last[0] is not groups:
            of_groups = Grouped(self._model.activities, groups.of_row, groups.size, self._activity_factor)
            self._last = (groups, of_groups)
        return self._last[1]

    @property
    def method(self) -> str:
        """For fields and reports: ``A1``, or ``MC n=10000 seed=1``."""
        return APPROACH_1 if self.draws is None else self.draws.method

    def convergence(self, groups: Groups, where: Callable[[Term], float] = net) -> Optional[Convergence]:
        """Whether the draws suffice for the first group, by default for its net; None for Approach 1."""
        if self.draws is None:
            return None
        found = simulate(
            self._model, groups, self.draws, where=where, activity_factor=self._activity_factor, keep=True
        ).values
        return None if found is None or not len(found) else convergence(found[0])

    def of(
        self,
        groups: Groups,
        where: Callable[[Term], float] = net,
        *,
        keep: bool = False,
        feedback: Optional[Feedback] = None,
    ) -> Interval:
        """Interval of the sums of terms, each times its weight ``where(term)``, by group.

        ``keep`` keeps the draws, for :func:`.simulation.difference`, :func:`.convergence.convergence` and
        :func:`.variance.contributions`.
        """
        model = self._model
        derivative = jacobian(model.terms, len(model.activities.columns), model.book, where)
        error = spread(
            model.activities, groups.of_row, groups.size, derivative, model.book, CONFIDENCES,
            correlations=self._correlations, activity_factor=self._activity_factor, grouped=self._grouped(groups),
        )  # fmt: skip
        if self.draws is None:
            value = model.total(derivative.value, groups)
            size = np.abs(value)
            cv = np.divide(
                (error.down + error.up) / (2.0 * Z95), size, out=np.full(groups.size, np.nan), where=size > 0
            )
            return Interval(value - error.down, value + error.up, cv, self.method, error)
        found = simulate(
            model, groups, self.draws, where=where, activity_factor=self._activity_factor, keep=keep,
            workers=self._workers, feedback=feedback, grouped=self._grouped(groups),
        )  # fmt: skip
        return Interval(found.low, found.high, found.cv, self.method, error, found)

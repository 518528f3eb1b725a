"""Results of simulations by group: means and intervals, and the differences of two results draw by draw."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Optional

import numpy as np

from ..base.errors import SettingsError
from .draws import Draws
from .grouping import Floats

LEVELS = (0.025, 0.975)


@dataclass(frozen=True)
class Simulation:
    """Mean, standard deviation and 95 % interval (2.5 % and 97.5 % quantiles) by group.

    ``values`` are the draws themselves, shape (groups, count), where they were to be kept. NaN where a draw is not
    finite.
    """

    draws: Draws
    mean: Floats
    sd: Floats
    low: Floats
    high: Floats
    values: Optional[Floats] = None

    @property
    def method(self) -> str:
        """For fields and reports: ``MC n=10000 seed=1``."""
        return self.draws.method

    @property
    def cv(self) -> Floats:
        """Standard deviation per |mean|; NaN where the mean is 0."""
        return np.divide(self.sd, np.abs(self.mean), out=np.full_like(self.sd, np.nan), where=self.mean != 0.0)

    @property
    def half_width(self) -> Floats:
        """Half the width of the interval."""
        return (self.high - self.low) / 2.0


def difference(first: Simulation, second: Simulation) -> Simulation:
    """``second`` − ``first``, draw by draw: the interval of a comparison, in which shared factors cancel.

    Both must have kept their draws. Raises :class:`SettingsError` where seeds, numbers or kinds of draws differ.
    """
    if first.method != second.method or first.values is None or second.values is None:
        raise SettingsError("DRAWS_DIFFER", first=first.method, second=second.method)
    values = second.values - first.values
    return Simulation(second.draws, *summarise(values.copy()), values)


def summarise(values: Floats) -> tuple[Floats, Floats, Floats, Floats]:
    """Mean, standard deviation and both quantiles of draws, shape (groups, draws). Reorders ``values`` in place.

    Quantiles lie between order statistics at (draws − 1)·level (type 7 of Hyndman and Fan 1996).
    """
    count = values.shape[1]
    first = values[:, 0].copy()
    # Deviations from one of the draws: exactly 0 where all draws are the same.
    away = values - first[:, None]
    centre = away.mean(axis=1)
    away -= centre[:, None]
    sd = np.sqrt(np.square(away, out=away).sum(axis=1) / (count - 1))
    places = [(count - 1) * level for level in LEVELS]
    below = [int(place) for place in places]
    values.partition(below, axis=1)
    low, high = (_between(values, place, at, below) for place, at in zip(places, below))
    return first + centre, sd, low, high


def _between(values: Floats, place: float, at: int, partitioned: Sequence[int]) -> Floats:
    """Value at a place between two order statistics, of which the lower is in its place."""
    end = next((other for other in partitioned if other > at), values.shape[1] - 1)
    lower = values[:, at]
    upper = values[:, at + 1 : end + 1].min(axis=1) if end > at else lower
    return np.asarray(lower + (upper - lower) * (place - at))

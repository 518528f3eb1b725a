"""Electricity: the series by name, their courses, and whether a ranking of zones hangs on the choice of series.

The provincial average is the default; beyond the last published year it is held (*frozen*). The series answer
different questions and differ by a factor of two in Chongqing, so they are never mixed in one sum.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .resolve import Resolver
from .resolved import Resolved

KEY = "grid.electricity"
PROVINCIAL, REGIONAL, NATIONAL, ETS, FOOTPRINT = "provincial", "regional", "national", "ets", "footprint"
SERIES = (PROVINCIAL, REGIONAL, NATIONAL, ETS, FOOTPRINT)


def course(resolver: Resolver, years: Sequence[int], series: str = PROVINCIAL, region: str = "") -> list[Resolved]:
    """The factor of electricity in each of the years; years without a factor are left out."""
    found = (resolver.find(KEY, region=region, year=year, series=series) for year in years)
    return [one for one in found if one is not None]


@dataclass(frozen=True)
class RankStability:
    """How a ranking of zones changes between two series of the electricity factor.

    ``correlation`` is Spearman's, NaN for fewer than two zones or where all are equal; ``shift`` is the change of rank
    per zone (rank 1 is the lowest total; equal totals share their mean rank); ``swapped`` counts pairs of zones whose
    order is reversed.
    """

    series: tuple[str, str]
    correlation: float
    shift: NDArray[np.float64]
    swapped: int

    @property
    def stable(self) -> bool:
        """Whether no two zones change places."""
        return self.swapped == 0


def rank_stability(
    evaluate: Callable[[str], NDArray[np.float64]], series: tuple[str, str] = (PROVINCIAL, REGIONAL)
) -> RankStability:
    """Evaluate the zones under two series (``evaluate`` gives float64[n] for a series) and compare the rankings.

    Zones whose total is NaN under either series are left out of the ranking; their shift is NaN.
    """
    first, second = (np.asarray(evaluate(name), dtype=np.float64) for name in series)
    return compare_ranks({series[0]: first, series[1]: second})


def compare_ranks(totals: Mapping[str, NDArray[np.float64]]) -> RankStability:
    """As :func:`rank_stability`, for totals that are already there: two series with float64[n] each."""
    (name, first), (other, second) = totals.items()
    known = ~(np.isnan(first) | np.isnan(second))
    a, b = mean_ranks(first[known]), mean_ranks(second[known])
    shift = np.full(len(first), np.nan)
    shift[known] = b - a
    return RankStability((name, other), _correlation(a, b), shift, _reversed_pairs(first[known], second[known]))


def mean_ranks(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Ranks from 1; equal values share the mean of their ranks."""
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    middle = (last + (last - counts) + 1) / 2.0
    ranks: NDArray[np.float64] = middle[inverse.reshape(-1)]
    return ranks


def _correlation(a: NDArray[np.float64], b: NDArray[np.float64]) -> float:
    if len(a) < 2 or a.std() == 0 or b.std() == 0:
        return float("nan")
    return float(np.corrcoef(a, b)[0, 1])


def _reversed_pairs(a: NDArray[np.float64], b: NDArray[np.float64]) -> int:
    """Pairs whose order differs between the two, without pairs that are equal in either."""
    order = np.lexsort((b, a))
    return inversions(b[order])


def inversions(values: NDArray[np.float64]) -> int:
    """How many pairs of values stand in falling order; O(n log n), level by level of a merge sort.

    At each level, neighbouring sorted runs of equal length meet: every value of a right run counts the larger ones of
    the run to its left. Of equal values the left ones come first, so these are not counted.
    """
    _, rank = np.unique(values, return_inverse=True)
    current = rank.reshape(-1).astype(np.int64)
    size, place = len(current), np.arange(len(current))
    found, width = 0, 1
    while width < size:
        run, left = place // (2 * width), (place // width) % 2 == 0
        # A stable sort of runs that are sorted already merely merges them.
        order = np.argsort(run * size + current, kind="stable")
        is_left = left[order]
        to_the_left = np.cumsum(is_left)
        in_run = np.bincount(run, weights=left).astype(np.int64)
        upto = np.cumsum(in_run)[run]  # left values of this pair of runs and all before it
        found += int((upto - to_the_left)[~is_left].sum())
        current = current[order]
        width *= 2
    return found

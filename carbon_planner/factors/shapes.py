"""Shapes of distributions: quantile function, distribution function, mean, and what Approach 1 takes of them.

Draws are made by the quantile function from numbers between 0 and 1, so that one source of such numbers serves every
shape, and so that correlated factors can be made from correlated numbers. Parameters carry the factor's own unit;
names follow openLCA's distributions: normal(mean, sd), lognormal(gmean, gsd), triangle(min, mode, max), uniform(min,
max).
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from dataclasses import dataclass

import numpy as np

from .special import Z95, Floats, normal_cdf, normal_quantile

TAILS = np.array([0.025, 0.975])
# Where a moment has no closed form it is the mean over this many equally likely slices.
SLICES = 20_000


class Distribution(ABC):
    """Base of all shapes. ``bounded`` shapes have no tails: Approach 1 takes their variance, not their quantiles."""

    bounded = False

    @property
    @abstractmethod
    def name(self) -> str:
        """Name of the shape."""

    @abstractmethod
    def quantile(self, u: Floats) -> Floats:
        """Values below which the shares ``u`` (strictly between 0 and 1) lie."""

    @abstractmethod
    def cdf(self, x: float) -> float:
        """Share that lies at or below ``x``."""

    @property
    def mean(self) -> float:
        """Expected value."""
        return float(self.quantile(_slices()).mean())

    @property
    def sd(self) -> float:
        """Standard deviation."""
        return float(self.quantile(_slices()).std())

    def half_widths(self, value: float) -> tuple[float, float]:
        """Widths of the 95 % interval below and above ``value``, as Approach 1 adds them in quadrature.

        Shapes with tails: distances to the 2.5 % and 97.5 % quantiles. Bounded shapes: 1.96 root mean squares of the
        deviations on each side, so that the variance of a sum is right (decision 0013).
        """
        if not self.bounded:
            low, high = self.quantile(TAILS).tolist()
            return max(value - low, 0.0), max(high - value, 0.0)
        away = self.quantile(_slices()) - value
        squares = away**2
        below, above = float(squares[away < 0].sum()), float(squares[away > 0].sum())
        return Z95 * math.sqrt(2.0 * below / SLICES), Z95 * math.sqrt(2.0 * above / SLICES)


def _slices() -> Floats:
    return (np.arange(SLICES) + 0.5) / SLICES


@dataclass(frozen=True)
class Normal(Distribution):
    """Normal by mean and standard deviation."""

    centre: float
    deviation: float

    @property
    def name(self) -> str:
        """See :class:`Distribution`."""
        return "normal"

    def quantile(self, u: Floats) -> Floats:
        """See :class:`Distribution`."""
        return self.centre + self.deviation * normal_quantile(u)

    def cdf(self, x: float) -> float:
        """See :class:`Distribution`."""
        return _phi(x - self.centre, self.deviation)

    @property
    def mean(self) -> float:
        """Expected value."""
        return self.centre

    @property
    def sd(self) -> float:
        """Standard deviation."""
        return self.deviation


@dataclass(frozen=True)
class SplitNormal(Distribution):
    """Half a normal on each side of the median, each with its own standard deviation."""

    median: float
    below: float
    above: float

    @property
    def name(self) -> str:
        """See :class:`Distribution`."""
        return "split normal"

    def quantile(self, u: Floats) -> Floats:
        """See :class:`Distribution`."""
        z = normal_quantile(u)
        return np.asarray(self.median + z * np.where(z < 0.0, self.below, self.above))

    def cdf(self, x: float) -> float:
        """See :class:`Distribution`."""
        return _phi(x - self.median, self.below if x < self.median else self.above)

    @property
    def mean(self) -> float:
        """Expected value."""
        return self.median + (self.above - self.below) / math.sqrt(2.0 * math.pi)

    @property
    def sd(self) -> float:
        """Standard deviation."""
        return math.sqrt((self.above**2 + self.below**2) / 2.0 - (self.mean - self.median) ** 2)


@dataclass(frozen=True)
class Lognormal(Distribution):
    """Lognormal by geometric mean (the median) and geometric standard deviation; a negative ``gmean`` mirrors it."""

    gmean: float
    gsd: float

    @property
    def name(self) -> str:
        """See :class:`Distribution`."""
        return "lognormal"

    def quantile(self, u: Floats) -> Floats:
        """See :class:`Distribution`."""
        z = normal_quantile(u)
        return np.asarray(self.gmean * np.exp(math.copysign(math.log(self.gsd), self.gmean) * z))

    def cdf(self, x: float) -> float:
        """See :class:`Distribution`."""
        ratio = x / self.gmean
        if ratio <= 0.0:
            return 0.0 if self.gmean > 0 else 1.0
        share = _phi(math.log(ratio), math.log(self.gsd))
        return share if self.gmean > 0 else 1.0 - share

    @property
    def mean(self) -> float:
        """Expected value: above the median in size."""
        return self.gmean * math.exp(math.log(self.gsd) ** 2 / 2.0)

    @property
    def sd(self) -> float:
        """Standard deviation."""
        return abs(self.mean) * math.sqrt(math.expm1(math.log(self.gsd) ** 2))


@dataclass(frozen=True)
class Truncated(Distribution):
    """Another distribution without what lies beyond stated limits; the rest is scaled up."""

    whole: Distribution
    at_least: float = -math.inf
    at_most: float = math.inf

    @property
    def name(self) -> str:
        """Name of the whole."""
        return f"{self.whole.name}, truncated"

    def quantile(self, u: Floats) -> Floats:
        """See :class:`Distribution`."""
        first, last = self.whole.cdf(self.at_least), self.whole.cdf(self.at_most)
        # Rounding may give a share of exactly 0 or 1, where tails end at infinity.
        share = np.clip(first + np.asarray(u) * (last - first), 2.0**-60, 1.0 - 2.0**-53)
        return np.clip(self.whole.quantile(share), self.at_least, self.at_most)

    def cdf(self, x: float) -> float:
        """See :class:`Distribution`."""
        first, last = self.whole.cdf(self.at_least), self.whole.cdf(self.at_most)
        return min(max(share_of(self.whole.cdf(x) - first, last - first), 0.0), 1.0)


def _phi(distance: float, deviation: float) -> float:
    if deviation == 0.0 or math.isinf(distance):
        return float(distance >= 0.0)
    return float(normal_cdf(np.array(distance / deviation)))


def share_of(part: float, whole: float) -> float:
    """A part of a whole; its sign where the whole is nothing."""
    return math.copysign(1.0, part) if whole == 0.0 else part / whole

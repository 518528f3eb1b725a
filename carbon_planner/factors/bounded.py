"""Bounded shapes of distributions: uniform, triangular, PERT, and observed values."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from .shapes import Distribution, share_of
from .special import Z95, Floats, beta_cdf, beta_quantile


@dataclass(frozen=True)
class Uniform(Distribution):
    """Uniform on each side of ``median``, half the probability each; the plain uniform where that is the middle."""

    low: float
    median: float
    high: float
    bounded = True

    @property
    def name(self) -> str:
        """See :class:`Distribution`."""
        return "uniform"

    @classmethod
    def between(cls, low: float, high: float) -> Uniform:
        """The plain uniform distribution."""
        return cls(low, low + (high - low) / 2.0, high)

    def quantile(self, u: Floats) -> Floats:
        """See :class:`Distribution`."""
        away = 2.0 * np.asarray(u) - 1.0
        return np.asarray(self.median + away * np.where(away < 0.0, self.median - self.low, self.high - self.median))

    def cdf(self, x: float) -> float:
        """See :class:`Distribution`."""
        side = self.median - self.low if x < self.median else self.high - self.median
        return min(max(0.5 + 0.5 * share_of(x - self.median, side), 0.0), 1.0)

    @property
    def mean(self) -> float:
        """Expected value."""
        return self.median + ((self.high - self.median) - (self.median - self.low)) / 4.0

    @property
    def sd(self) -> float:
        """Standard deviation."""
        square = ((self.high - self.median) ** 2 + (self.median - self.low) ** 2) / 6.0
        return math.sqrt(square - (self.mean - self.median) ** 2)

    def half_widths(self, value: float) -> tuple[float, float]:
        """1.96 standard deviations of a uniform distribution, √3 to the half range, on each side."""
        if value != self.median:
            return super().half_widths(value)
        scale = Z95 / math.sqrt(3.0)
        return (value - self.low) * scale, (self.high - value) * scale


@dataclass(frozen=True)
class Triangular(Distribution):
    """Triangle between two bounds with its peak at the mode."""

    low: float
    mode: float
    high: float
    bounded = True

    @property
    def name(self) -> str:
        """See :class:`Distribution`."""
        return "triangular"

    def quantile(self, u: Floats) -> Floats:
        """See :class:`Distribution`."""
        u, width = np.asarray(u), self.high - self.low
        rising = self.low + np.sqrt(u * width * (self.mode - self.low))
        falling = self.high - np.sqrt((1.0 - u) * width * (self.high - self.mode))
        return np.where(u * width < self.mode - self.low, rising, falling)

    def cdf(self, x: float) -> float:
        """See :class:`Distribution`."""
        width = self.high - self.low
        if x <= self.low or x >= self.high:
            return float(x >= self.high)
        if x < self.mode:
            return (x - self.low) ** 2 / (width * (self.mode - self.low))
        return 1.0 - (self.high - x) ** 2 / (width * (self.high - self.mode))

    @property
    def mean(self) -> float:
        """Expected value."""
        return (self.low + self.mode + self.high) / 3.0

    @property
    def sd(self) -> float:
        """Standard deviation."""
        a, b, c = self.low, self.high, self.mode
        return math.sqrt(((b - a) ** 2 + (c - a) ** 2 + (b - c) ** 2) / 36.0)


@dataclass(frozen=True)
class Pert(Distribution):
    """PERT: a beta distribution between two bounds with mean (min + 4 mode + max)/6."""

    low: float
    mode: float
    high: float
    bounded = True

    @property
    def name(self) -> str:
        """See :class:`Distribution`."""
        return "pert"

    @property
    def _beta(self) -> tuple[float, float]:
        width = self.high - self.low
        if width == 0.0:
            return 3.0, 3.0
        return 1.0 + 4.0 * (self.mode - self.low) / width, 1.0 + 4.0 * (self.high - self.mode) / width

    def quantile(self, u: Floats) -> Floats:
        """See :class:`Distribution`."""
        return self.low + (self.high - self.low) * beta_quantile(u, *self._beta)

    def cdf(self, x: float) -> float:
        """See :class:`Distribution`."""
        return float(beta_cdf(np.array(min(max(share_of(x - self.low, self.high - self.low), 0.0), 1.0)), *self._beta))

    @property
    def mean(self) -> float:
        """Expected value."""
        return (self.low + 4.0 * self.mode + self.high) / 6.0

    @property
    def sd(self) -> float:
        """Standard deviation: of the beta distribution, whose parameters add up to 6."""
        return math.sqrt((self.mean - self.low) * (self.high - self.mean) / 7.0)


@dataclass(frozen=True)
class Empirical(Distribution):
    """Observed values, equally likely, with straight lines between their order statistics."""

    values: tuple[float, ...]

    @property
    def name(self) -> str:
        """See :class:`Distribution`."""
        return "empirical"

    def quantile(self, u: Floats) -> Floats:
        """See :class:`Distribution`."""
        ordered = np.sort(np.array(self.values, dtype=np.float64))
        return np.asarray(np.interp(np.asarray(u) * (len(ordered) - 1), np.arange(len(ordered)), ordered))

    def cdf(self, x: float) -> float:
        """See :class:`Distribution`."""
        ordered = sorted(self.values)
        if x < ordered[0] or x >= ordered[-1]:
            return float(x >= ordered[-1])
        return float(np.interp(x, ordered, np.linspace(0.0, 1.0, len(ordered))))

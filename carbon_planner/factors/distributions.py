"""The distribution of a factor: as its record states it, else from its range, else from its pedigree.

Ranges become distributions by these rules (decision 0059). The printed value is the median,
of a lognormal within the rounding of its figures.

- ``95`` and ``unknown``: bounds are the 2.5 % and 97.5 % quantiles. Symmetric: normal. Both of one sign, and the value
  the geometric middle within the rounding of printed figures: lognormal. Else half a normal on each side.
- ``minmax``: uniform; where the value is not in the middle, uniform on each side with half the probability.
- one bound only: the same on that side, nothing on the other, and the range counts as not known.
- ``none``: no distribution, unless there are pedigree scores: lognormal about the value.

Nothing is cut off at zero unless the record says so (``at_least=0`` or ``at_most=0`` among its ``params``).
"""

from __future__ import annotations

import math
from typing import Optional

from .bounded import Empirical, Pert, Triangular, Uniform
from .pedigree import gsd, parse_scores
from .records import Factor
from .shapes import Distribution, Lognormal, Normal, SplitNormal, Truncated
from .special import Z95
from .stated import parse_params, stated

__all__ = [
    "Distribution", "Empirical", "Lognormal", "Normal", "Pert", "SplitNormal", "Triangular", "Truncated", "Uniform",
    "Z95", "factor_half_widths", "has_range", "of_factor", "of_range", "parse_params",
]  # fmt: skip

# Bounds whose sides differ by less than this share of the range are symmetric: what printing and reading leave.
SYMMETRIC = 1e-9
# The value is the geometric middle where the logarithms of both sides differ by less than this share of their sum.
GEOMETRIC = 0.02


def of_factor(factor: Factor) -> Optional[Distribution]:
    """Distribution of a factor, in its own unit; None where nothing is said of its uncertainty.

    Raises :class:`FactorError` for a distribution that is not known or whose parameters do not fit.
    """
    if factor.value is None:
        return None
    # Records of older stores have no such fields.
    name = getattr(factor, "distribution", "").strip().lower()
    params = parse_params(getattr(factor, "params", ""), factor.factor_id)
    shape = stated(name, params, factor) if name else of_range(factor.value, factor.low, factor.high, factor.range_kind)
    scores = getattr(factor, "pedigree", "")
    if shape is None and scores and factor.value != 0.0:
        shape = Lognormal(factor.value, gsd(parse_scores(scores)))
    if shape is None:
        return None
    lowest, highest = params.get("at_least", (-math.inf,))[0], params.get("at_most", (math.inf,))[0]
    return Truncated(shape, lowest, highest) if lowest > -math.inf or highest < math.inf else shape


def of_range(value: float, low: Optional[float], high: Optional[float], kind: str) -> Optional[Distribution]:
    """Distribution of a value with bounds that are read as ``kind`` (95, minmax, unknown, none) says."""
    if kind == "none" or (low is None and high is None):
        return None
    # A bound on the wrong side of its value says nothing of that side.
    bottom, top = min(value, value if low is None else low), max(value, value if high is None else high)
    if kind == "minmax":
        return Uniform(bottom, value, top)
    below, above = value - bottom, top - value
    if abs(above - below) <= SYMMETRIC * (above + below):
        return Normal(value, (above + below) / 2.0 / Z95)
    if bottom * top > 0.0 and _geometric(value, bottom, top):
        middle = math.copysign(math.sqrt(bottom * top), value)
        return Lognormal(middle, math.exp(abs(math.log(top / bottom)) / 2.0 / Z95))
    return SplitNormal(value, below / Z95, above / Z95)


def _geometric(value: float, low: float, high: float) -> bool:
    below, above = abs(math.log(value / low)), abs(math.log(high / value))
    arithmetic = abs((high - value) - (value - low)) / (high - low)
    return abs(above - below) <= min(GEOMETRIC, arithmetic) * (above + below)


def has_range(factor: Factor) -> bool:
    """Whether the uncertainty of a factor is stated on both sides."""
    if factor.value is None:
        return False
    if getattr(factor, "distribution", ""):
        return True
    if factor.range_kind == "none":
        return bool(getattr(factor, "pedigree", "")) and factor.value != 0.0
    return factor.low is not None and factor.high is not None


def factor_half_widths(factor: Factor) -> tuple[float, float, bool]:
    """95 % half-widths below and above the value for Approach 1, and whether the range is stated on both sides."""
    shape = of_factor(factor)
    if shape is None or factor.value is None:
        return 0.0, 0.0, False
    return (*shape.half_widths(factor.value), has_range(factor))

"""Whether there were enough draws: how the interval settles as they grow, and the sampling errors that are left."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from ..base.messages import Message, message
from .grouping import Floats
from .simulation import LEVELS, summarise

# Half-widths that change by less than this share when the draws are doubled count as stable (IPCC Approach 2).
STABLE = 0.01
HALVINGS = 3
LEAST = 40  # draws below which a 2.5 % quantile says nothing


@dataclass(frozen=True)
class Convergence:
    """Half-widths of the interval with the first ⅛, ¼, ½ and all draws, and what the last doubling changed.

    ``mean_error``, ``low_error``, ``high_error`` are standard errors of the simulation, in tonnes: of the mean sd/√n,
    of a quantile half the distance between the order statistics one binomial standard deviation to both sides.
    """

    counts: tuple[int, ...]
    half_widths: tuple[float, ...]
    change: float
    stable: bool
    mean_error: float
    low_error: float
    high_error: float


def convergence(values: Floats) -> Convergence:
    """Convergence of the draws of one total, in the order in which they were drawn."""
    count = len(values)
    counts = [n for n in (count >> k for k in range(HALVINGS, -1, -1)) if n >= min(LEAST, count)]
    widths = []
    for n in counts:
        _, _, low, high = summarise(values[None, :n].copy())
        widths.append(float(high[0] - low[0]) / 2.0)
    last = widths[-1]
    before = widths[-2] if len(widths) > 1 else math.nan
    # A total without any spread is as stable as can be.
    change = abs(last - before) / last if last > 0.0 else (0.0 if before == last else math.nan)
    ordered = np.sort(values)
    low_error, high_error = (_quantile_error(ordered, level) for level in LEVELS)
    return Convergence(
        tuple(counts), tuple(widths), change, change < STABLE,
        float(values.std(ddof=1)) / math.sqrt(count), low_error, high_error,
    )  # fmt: skip


def statement(found: Convergence) -> Message:
    """What a result says of its draws: enough, or too few."""
    change = "?" if math.isnan(found.change) else f"{100.0 * found.change:.2f}"
    count, error = found.counts[-1], f"{found.mean_error:.3g}"
    if found.stable:
        return message("MC_STABLE", count=count, change=change, error=error)
    return message("MC_UNSTABLE", count=count, change=change, limit=f"{100.0 * STABLE:g}")


def _quantile_error(ordered: Floats, level: float) -> float:
    count = len(ordered)
    away = math.sqrt(count * level * (1.0 - level))
    place = (count - 1) * level
    first, last = max(math.floor(place - away), 0), min(math.ceil(place + away), count - 1)
    return float(ordered[last] - ordered[first]) / 2.0

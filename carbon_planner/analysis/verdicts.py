"""Verdicts on zones and plans: the sign of the net, a cap, a limit of an intensity; each with its own uncertainty.

A figure whose interval holds the limit is *undecided* at 95 %, a figure that is null is *unknown*: neither is a pass.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

PASS, FAIL, UNDECIDED, UNKNOWN = "pass", "fail", "undecided", "unknown"
EMISSION, REMOVAL, NEUTRAL = "emission", "removal", "neutral"
WORDS = (PASS, FAIL, UNDECIDED, UNKNOWN, EMISSION, REMOVAL, NEUTRAL)
ROUNDING = 1e-9  # share of the gross figures below which a net is nought
Figures = Mapping[str, Any]  # figures of a zone or a plan by the names of zone fields


@dataclass(frozen=True)
class Verdict:
    """A rule that gives one of :data:`WORDS` for the figures of a zone or plan."""

    id: str
    judge: Callable[[Figures], str]


def net_sign() -> Verdict:
    """Whether the net is an emission or a removal; neutral where emissions and removals cancel out to rounding."""

    def judge(figures: Figures) -> str:
        net = _number(figures, "cp_net_t")
        if net is None:
            return UNKNOWN
        gross = max(abs(_number(figures, name) or 0.0) for name in ("cp_emis_t", "cp_rem_t"))
        if abs(net) <= ROUNDING * gross:
            return NEUTRAL
        return EMISSION if net > 0 else REMOVAL if net < 0 else NEUTRAL

    return Verdict("net_sign", judge)


def at_most(field: str, limit: float, *, name: str = "", sure: bool = False) -> Verdict:
    """Pass where a figure is at most the limit.

    With ``sure`` the interval counts where the table has one (``cp_net_lo`` and ``cp_net_hi`` for ``cp_net_t``): a pass
    needs its upper bound below the limit, a fail its lower bound above; what lies between is undecided.
    """
    stem = field.removesuffix("_t")

    def judge(figures: Figures) -> str:
        value = _number(figures, field)
        if value is None:
            return UNKNOWN
        low, high = _number(figures, f"{stem}_lo"), _number(figures, f"{stem}_hi")
        if not sure or low is None or high is None:
            return PASS if value <= limit else FAIL
        return PASS if high <= limit else FAIL if low > limit else UNDECIDED

    return Verdict(name or f"{field} <= {limit!r}", judge)


DEFAULT: Sequence[Verdict] = (net_sign(),)


def judged(verdict: Verdict, table: pd.DataFrame) -> list[str]:
    """A verdict on every row of a table of zones."""
    names = [str(name) for name in table.columns]
    return [verdict.judge(dict(zip(names, row))) for row in table.itertuples(index=False, name=None)]


def _number(figures: Figures, name: str) -> float | None:
    value = figures.get(name)
    return None if value is None or value != value else float(value)

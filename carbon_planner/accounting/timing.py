"""When a change of stock reaches the air: shares of it by year, for changes made at once or in phases.

A *profile* is the share that goes in the first, second … year counted from the year of the change: all at once, evenly
over D years, by a growth curve, or by first-order decay. A phased change is the sum of its yearly increments, each with
the profile from its own year on. What falls after END is committed (carbon rule 3): inside and committed are the whole.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Optional

import numpy as np

from ..base.errors import SettingsError
from .columns import Pattern
from .methods import decay, growth
from .phasing import PhasedPattern, added_shares, removed_shares

LINEAR_20, CURVE = "linear20", "curve"
GROWTHS = (LINEAR_20, CURVE)

# Years after which the last of a decay is taken as gone; of a half-life of 35 years 0.04 % are left then.
LONGEST = 400
# Yearly shares closer than this are one span.
EQUAL = 1e-12

_CURVES = Path(__file__).with_name("land_curves.csv")


@dataclass(frozen=True)
class Profile:
    """Shares of a change by year after it, and the name that stands in the ledger's method."""

    shares: tuple[float, ...]
    name: str


@dataclass(frozen=True)
class Span:
    """A share of the whole that falls evenly on the years ``yr_from`` … ``yr_to``."""

    yr_from: int
    yr_to: int
    share: float


@dataclass(frozen=True)
class Timing:
    """Spans inside the horizon, and what comes after it."""

    inside: tuple[Span, ...]
    committed: Optional[Span]


def straight(years: int) -> Profile:
    """Even over some years; 1 is all in the year of the change."""
    return Profile((1.0 / years,) * years, f"/{years}yr" if years > 1 else "")


def decaying(half_life: float) -> Profile:
    """First-order decay from the year of the change on; a half-life of 0 is all in that year."""
    if half_life <= 0.0:
        return straight(1)
    shares = decay.released_in_year(1.0, np.arange(1.0, LONGEST + 1.0), half_life).tolist()
    shares[-1] += 1.0 - math.fsum(shares)
    return Profile(tuple(shares), f" decay {half_life:g}yr")


@dataclass(frozen=True)
class Curve:
    """A row of ``land_curves.csv``: the shape in which a class reaches its stock, and whether it gives wood.

    ``kind`` and ``parameters`` are those of :func:`.methods.growth.named_curve`; at ``end_year`` the stock is reached.
    """

    item: str
    kind: str
    parameters: tuple[tuple[str, float], ...]
    end_year: int
    wood: bool

    def profile(self) -> Profile:
        """Share of the final stock that each year adds."""
        stocks = growth.named_curve(self.kind, dict(self.parameters), np.arange(0.0, self.end_year + 1.0))
        return Profile(tuple((growth.increments(stocks) / stocks[-1]).tolist()), f" curve {self.item}")


@cache
def curves() -> dict[str, Curve]:
    """Growth curves by generic class, with their sources in ``land_curves.csv``."""
    with _CURVES.open(encoding="utf-8", newline="") as handle:
        return {
            row["item"]: Curve(
                row["item"], row["curve"], _parameters(row["parameters"]), int(row["end_year"]), row["wood"] == "yes"
            )
            for row in csv.DictReader(handle)
        }  # fmt: skip


def _parameters(text: str) -> tuple[tuple[str, float], ...]:
    pairs = (part.partition("=") for part in text.split(";"))
    return tuple((name.strip(), float(value)) for name, _, value in pairs)


def growing(item: str, option: str, years: int) -> Profile:
    """How new biomass of a class comes: by its curve where ``option`` asks for it and there is one, else straight."""
    curve = curves().get(item) if option == CURVE else None
    return straight(years) if curve is None else curve.profile()


def gives_wood(item: str) -> bool:
    """Whether a stated share of the biomass of a class goes into wood products."""
    curve = curves().get(item)
    return curve is not None and curve.wood


@lru_cache(maxsize=8192)
def schedule(pattern: Optional[Pattern], profile: Profile, start_year: int, end_year: int) -> Timing:
    """Spans of a change that is made by ``pattern`` and reaches the air by ``profile``.

    The sum of the spans inside and of the committed one is 1 to the last bit that doubles allow.
    """
    years = end_year - start_year
    if pattern is None and len(set(profile.shares)) == 1:
        return _even(len(profile.shares), start_year, years)
    yearly = np.convolve(added_shares(pattern, years), profile.shares)
    inside = _spans(yearly[:years].tolist(), start_year + 1)
    rest = 1.0 - math.fsum(span.share for span in inside)
    if rest <= EQUAL * 10:
        return Timing(tuple(inside), None)
    # Work that comes after END has no year of its own: it is taken to begin in the next.
    later = isinstance(pattern, PhasedPattern) and pattern.later > EQUAL
    made = np.flatnonzero(yearly > 0.0)
    last = start_year + 1 + int(made[-1]) if made.size else end_year
    last = max(last, end_year + len(profile.shares) if later else end_year + 1)
    return Timing(tuple(inside), Span(end_year + 1, last, rest))


def _even(length: int, start_year: int, years: int) -> Timing:
    """A change made at once that goes evenly over some years."""
    inside = min(years, length)
    spans = (Span(start_year + 1, start_year + inside, inside / length),)
    if inside == length:
        return Timing(spans, None)
    return Timing(spans, Span(start_year + inside + 1, start_year + length, (length - inside) / length))


def in_place(pattern: Pattern, years: int) -> tuple[float, ...]:
    """Mean share of ground that is converted during each year counted; demolition does not turn ground back."""
    shares, made, gone = [], 0.0, 0.0
    steps = zip(pattern.built, added_shares(pattern, years), removed_shares(pattern, years))
    for built, added, removed in steps:
        gone += removed
        # Only what is finished is demolished: from then on the ground is converted, in that year since its middle.
        shares.append(built if gone == 0.0 else max(built, made + added / 2.0))
        made += added
    return tuple(min(share, 1.0) for share in shares)


def added_within(shares: Sequence[float], years: int) -> tuple[float, ...]:
    """Share that is at most ``years`` old in each year: what was there that many years before is grown."""
    before = (0.0,) * min(years, len(shares)) + tuple(shares)
    return tuple(now - old for now, old in zip(shares, before))


def spans_of(shares: Sequence[float], start_year: int) -> list[Span]:
    """Spans of yearly shares from ``start_year`` + 1 on; years without a share have none."""
    return _spans(list(shares), start_year + 1)


def check_options(growth_option: str, wood_share: float, half_lives: Sequence[float]) -> None:
    """Raise :class:`SettingsError` for an unknown way to grow, a share outside 0–1 or a half-life below 0."""
    if growth_option not in GROWTHS:
        raise SettingsError("SETTING_UNKNOWN", parameter="GROWTH", value=growth_option, allowed=", ".join(GROWTHS))
    for name, value, high in (("HWP_SHARE", wood_share, 1.0), *(("HALF_LIFE", h, 1000.0) for h in half_lives)):
        if not 0.0 <= value <= high:
            raise SettingsError("METHOD_OUT_OF_RANGE", parameter=name, value=f"{value:g}", low="0", high=f"{high:g}")


def _spans(yearly: list[float], first: int) -> list[Span]:
    """Runs of equal shares above 0."""
    found: list[Span] = []
    begin = 0
    for k in range(1, len(yearly) + 1):
        if k < len(yearly) and abs(yearly[k] - yearly[begin]) <= EQUAL:
            continue
        if yearly[begin] > EQUAL:
            found.append(Span(first + begin, first + k - 1, math.fsum(yearly[begin:k])))
        begin = k
    return found

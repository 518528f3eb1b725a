"""Which published year serves a year that is asked for: named rules, as weights over the published years.

``exact``   only the year itself.
``step``    the last published year that is not later; nothing before the first.
``frozen``  as ``step``, and the first year before itself: the default of electricity, flagged outside what is printed.
``linear``  linear between two published years; outside them the nearest.
``hold``    the nearest published year, without a flag: for figures that are properties and no course in time.

A rule gives weights that sum to 1, so that a coefficient stays linear in its factors.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ..base.errors import FactorError
from .records import Factor

RULES = ("exact", "step", "frozen", "linear", "hold")
# Flags of a result: the year lies after the last, or before the first published year; the value lies between two.
YEAR_FROZEN, YEAR_BEFORE, YEAR_BETWEEN = "YEAR_FROZEN", "YEAR_BEFORE", "YEAR_BETWEEN"


@dataclass(frozen=True)
class YearPick:
    """Weights over published years (None is a factor without year) and what is to be said of them."""

    weights: tuple[tuple[int | None, float], ...]
    flags: tuple[str, ...] = ()


def validity(factor: Factor) -> tuple[int | None, int | None]:
    """First and last year in which a factor is valid as its record says; its own year where the record is silent."""
    if factor.valid_from is None and factor.valid_to is None:
        return factor.year, factor.year
    return factor.valid_from, factor.valid_to


def published(factor: Factor) -> int | None:
    """The year under which a factor stands in a series: the first of its validity, else its own."""
    return factor.valid_from if factor.valid_from is not None else factor.year


def covers(factor: Factor, year: int) -> bool:
    """Whether a year lies in the validity that the record states; a factor that states none covers every year."""
    first = factor.valid_from if factor.valid_from is not None else year
    last = factor.valid_to if factor.valid_to is not None else year
    return first <= year <= last


def pick(years: Iterable[int | None], year: int | None, rule: str) -> YearPick | None:
    """Weights for ``year`` over the published years, or None where the rule gives nothing.

    Without a year that is asked for, the last published one serves. Factors without year serve only where no other is
    there. Raises :class:`FactorError` for an unknown rule.
    """
    if rule not in RULES:
        raise FactorError("SERIES_RULE_UNKNOWN", rule=rule, known=", ".join(RULES))
    present = set(years)
    dated = sorted(y for y in present if y is not None)
    if not dated:
        return YearPick(((None, 1.0),)) if present else None
    if year is None or year in dated:
        return YearPick(((dated[-1] if year is None else year, 1.0),))
    return _between(dated, year, rule) if dated[0] < year < dated[-1] else _outside(dated, year, rule)


def _between(dated: Sequence[int], year: int, rule: str) -> YearPick | None:
    before = max(y for y in dated if y < year)
    after = min(y for y in dated if y > year)
    if rule == "exact":
        return None
    if rule == "linear":
        share = (year - before) / (after - before)
        return YearPick(((before, 1.0 - share), (after, share)), (YEAR_BETWEEN,))
    if rule == "hold":  # equally near: the later, which knows more
        return YearPick(((after if after - year <= year - before else before, 1.0),))
    return YearPick(((before, 1.0),), (YEAR_BETWEEN,))


def _outside(dated: Sequence[int], year: int, rule: str) -> YearPick | None:
    late = year > dated[-1]
    if rule == "exact" or (rule == "step" and not late):
        return None
    flags = () if rule == "hold" else (YEAR_FROZEN if late else YEAR_BEFORE,)
    return YearPick(((dated[-1] if late else dated[0], 1.0),), flags)

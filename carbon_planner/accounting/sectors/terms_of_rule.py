"""Terms of a rule for one pattern: coefficient × weights of the years, put together where years are alike."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..amounts import Amount, total
from ..columns import Pattern
from ..factor_book import FactorBook
from ..inputs import Settings
from ..terms import Term
from .coefficient import ONE, Coefficient
from .rule_types import CompiledRule
from .timing import Course, decay_emitted, decay_left, remaining

Floats = NDArray[np.float64]
BASELINE, PLAN, COMMITTED = "baseline", "plan", "committed"
INFO = "INFO"
# Years over which the table shows what decays after the end year; the amount is all that is left.
DECAY_SPAN = 50
METHOD_WIDTH = 40


@dataclass(frozen=True)
class Strand:
    """One stage of a rule: weights by year, the sign with which it enters the net, and what falls after the end."""

    stage: str
    weights: Floats
    net: int
    later: float = 0.0
    span: int = 0
    deposits: bool = False  # weights are deposits that decay


def strands(rule: CompiledRule, side: str, course: Course, years: float) -> list[Strand]:
    """The stages of a rule on one side."""
    if rule.rule.role != "net":
        return [_outside(rule, side, course, years)]
    if side == PLAN:
        return [_planned(rule, course, years)]
    return _of_baseline(rule, course, years)


def _planned(rule: CompiledRule, course: Course, years: float) -> Strand:
    timing = rule.rule.timing
    if timing == "once_build":
        return Strand(PLAN, course.added, 1)
    if timing == "once_demolish":
        return Strand(PLAN, course.removed, 1)
    if timing == "renewal":
        return Strand(PLAN, course.renewed(years), 1)
    if timing == "annualised":
        return Strand(PLAN, course.annualised(years), 1)
    if timing == "saturating":
        weights = course.saturating(years, course.taken) * course.stands
        left = years * float(course.taken[-1]) - float(course.saturating(years, course.taken).sum())
        return Strand(PLAN, weights, 1, left if course.stands[-1] > 0.0 else 0.0, _whole(years))
    return Strand(PLAN, course.built, 1, deposits=timing == "fod")


def _of_baseline(rule: CompiledRule, course: Course, years: float) -> list[Strand]:
    timing, part = rule.rule.timing, rule.rule.part
    if timing == "once_demolish":  # the plan clears what it does not keep
        return [Strand(PLAN, course.added, 1)]
    if timing == "saturating":
        weights = course.saturating(years, course.taken)
        left = years * float(course.taken[-1]) - float(weights.sum())
        # What an added activity of the baseline would have been held is the loss of it.
        ended = Strand(BASELINE, weights, -1, -left, _whole(years))
        return [ended]
    if part == "lost":
        return [Strand(BASELINE, course.taken, -1)]
    whole = np.ones_like(course.taken)
    fod = timing == "fod"
    found = [Strand(BASELINE, whole, -1, deposits=fod)]
    if (course.taken < 1.0).any():
        found.append(Strand(PLAN, 1.0 - course.taken, 1, deposits=fod))
    return found


def _outside(rule: CompiledRule, side: str, course: Course, years: float) -> Strand:
    """Lines outside the net: avoided, displaced and information."""
    role, part = rule.rule.role, rule.rule.part
    if role == "info":
        stage = PLAN if side == PLAN else BASELINE
        if rule.rule.timing == "annualised":
            return Strand(stage, course.annualised(years), 0)
        return Strand(stage, np.ones_like(course.built) if part == "kept" or side != PLAN else course.built, 0)
    if side == PLAN:
        return Strand(role, course.built, 0)
    # what the baseline had of it ends: the avoided part of the plan counts against it
    return Strand(role, course.taken * (1.0 if part == "lost" else -1.0), 0)


def _whole(years: float) -> int:
    return max(1, int(np.ceil(years)))


class TermMaker:
    """Makes the terms of rules for the years of a run."""

    def __init__(self, settings: Settings, book: FactorBook, inform: dict[int, str]) -> None:
        self._settings, self._book, self._inform = settings, book, inform
        self._decay: dict[tuple[object, ...], Amount] = {}

    def counted(self, rule: CompiledRule) -> bool:
        """Whether a rule enters the net in the view of the run."""
        return rule.rule.role == "net" and self._settings.view in rule.rule.views and rule.number not in self._inform

    def terms(
        self, column: int, rule: CompiledRule, use: str, side: str, coefficient: Coefficient, pattern: Pattern | None
    ) -> list[Term]:
        """Terms of a rule for a column."""
        course = Course.of(pattern, self._settings.years)
        years = coefficient.years.value if coefficient.years is not None else 0.0
        found: list[Term] = []
        for strand in strands(rule, side, course, years):
            yearly = self._amounts(strand, coefficient)
            found += self._runs(column, rule, use, strand, coefficient, yearly)
            found += self._later(column, rule, use, strand, coefficient)
        return found

    def _amounts(self, strand: Strand, coefficient: Coefficient) -> list[tuple[Amount, float] | None]:
        """(amount, tonnes of the gas) of each year, None where there is nothing."""
        found: list[tuple[Amount, float] | None] = []
        for year, (amount, mass) in enumerate(zip(coefficient.amounts, coefficient.masses)):
            if strand.deposits and coefficient.years is not None:
                weights = decay_emitted(strand.weights, year)
                share = self._decayed(weights, coefficient.years) if weights else None
                found.append(None if share is None else (amount.times(share), mass * share.value))
                continue
            weight = float(strand.weights[year])
            found.append((amount.scaled(weight), mass * weight) if weight else None)
        return found

    def _decayed(self, weights: dict[int, float], rate: Amount) -> Amount:
        """Weighted sum of what remains after t years; R(t) is one quantity for all zones and patterns."""
        return total([self._remaining(age, rate).scaled(weight) for age, weight in sorted(weights.items())])

    def _remaining(self, age: int, rate: Amount) -> Amount:
        if age == 0:
            return ONE
        key = (age, tuple(sorted(rate.polynomial.items())))
        if key not in self._decay:
            self._decay[key] = self._book.function(f"exp(-{age} k)", [rate], remaining(age))
        return self._decay[key]

    def _runs(
        self,
        column: int,
        rule: CompiledRule,
        use: str,
        strand: Strand,
        coefficient: Coefficient,
        yearly: Sequence[tuple[Amount, float] | None],
    ) -> list[Term]:
        """One term for each run of years with the same coefficient and weight."""
        start = self._settings.start_year + 1
        terms: list[Term] = []
        first = 0
        for year in range(1, len(yearly) + 1):
            if year < len(yearly) and _same(yearly[first], yearly[year]):
                continue
            value = yearly[first]
            if value is not None:
                count = year - first
                span = (start + first, start + year - 1)
                terms.append(
                    self._term(column, rule, use, strand, coefficient, span, value[0].scaled(count), value[1] * count)
                )
            first = year
        return terms

    def _later(self, column: int, rule: CompiledRule, use: str, strand: Strand, coefficient: Coefficient) -> list[Term]:
        """What falls after the end year, as a committed term: net + committed = total."""
        if not strand.net:
            return []
        end = self._settings.end_year
        amount, mass, span = coefficient.amounts[-1], coefficient.masses[-1], strand.span
        if strand.deposits and coefficient.years is not None:
            share = self._decayed(decay_left(strand.weights), coefficient.years)
            amount, mass, span = amount.times(share), mass * share.value, DECAY_SPAN
            amount, mass = amount.scaled(float(strand.net)), mass * strand.net
        elif abs(strand.later) > 1e-12:
            amount, mass = amount.scaled(strand.later), mass * strand.later
        else:
            return []
        outside = Strand(COMMITTED, strand.weights, 0)
        if not self.counted(rule):
            return []
        return [self._term(column, rule, use, outside, coefficient, (end + 1, end + span), amount, mass, strand.stage)]

    def _term(
        self,
        column: int,
        rule: CompiledRule,
        use: str,
        strand: Strand,
        coefficient: Coefficient,
        span: tuple[int, int],
        amount: Amount,
        mass: float,
        of: str = "",
    ) -> Term:
        spec = rule.rule
        counted = self.counted(rule)
        net = strand.net if counted else 0
        flags = list(spec.flags)
        if not net and strand.stage != COMMITTED:
            flags = [INFO, *flags]
        if rule.number in self._inform:
            flags.append(self._inform[rule.number])
        item = f"{spec.line} [{use}]" if use else spec.line
        span_of = "" if coefficient.years is None or coefficient.years.gradient else f" {coefficient.years.value:g} yr"
        method = f"{spec.timing}{span_of}: {spec.coefficient}"
        return Term(
            column, strand.stage, spec.sector, f"{item}, {of}" if of else item, spec.gas, span[0], span[1], amount, net,
            coefficient.fset, method if len(method) <= METHOD_WIDTH else method[: METHOD_WIDTH - 1] + "…",
            tuple(dict.fromkeys(flags)), spec.scope, None if spec.gas == "CO2e" else mass,
        )  # fmt: skip


def _same(one: tuple[Amount, float] | None, other: tuple[Amount, float] | None) -> bool:
    if one is None or other is None:
        return one is other
    return one[0] == other[0]

"""Which choice of a line serves each unit: own figures first, then what is stated, then defaults of the class."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Optional

import numpy as np

from .arrays import CLASS, DERIVED, FIELD, UNKNOWN, ZERO, Values
from .factor_source import FactorSource
from .request import Bools, Floats, Ints
from .rule_types import CompiledRule, Replaced
from .side import Side

# Ranks of candidates, the best first.
OWN, STATED, DEFAULT, NOTHING, UNFIT = 0, 1, 2, 3, 9
# What a line knows of a unit: an activity or a known nought; nothing was stated; it should be known and is not.
KNOWN, UNSTATED, NOT_KNOWN = 0, 1, 2


ClassDefault = tuple[str, str]  # class code, name of its figure


@dataclass(frozen=True)
class Picked:
    """Units that one choice serves for one use, with their activity in the rule's unit.

    ``own`` are the symbols that the units' own figures replace; the activity holds them already. ``default`` is the
    class and the name of its figure that the activity follows, None where the units state it themselves.
    """

    rule: CompiledRule
    use: str
    own: tuple[str, ...]
    unit: Ints
    qty: Floats
    default: Optional[ClassDefault] = None


@dataclass
class LineResult:
    """A line on one side: what was picked, what is known of each unit, and remarks by unit."""

    picked: list[Picked]
    state: Ints
    defaults: Bools
    own: Bools
    missing: dict[str, tuple[str, ...]] = field(default_factory=dict)
    default_names: set[str] = field(default_factory=set)

    def active(self, size: int) -> Bools:
        """Units with an activity that is not nought."""
        found = np.zeros(size, dtype=bool)
        for one in self.picked:
            found[one.unit[one.qty != 0.0]] = True
        return found


@dataclass(frozen=True)
class _Candidate:
    rule: CompiledRule
    use: str
    unit: Ints
    qty: Floats
    rank: Ints


def select_line(rules: Sequence[CompiledRule], side: Side, source: FactorSource) -> LineResult:
    """Serve each unit of a side by the best choice of a line."""
    return _Selector(rules, side, source).run()


class _Selector:
    def __init__(self, rules: Sequence[CompiledRule], side: Side, source: FactorSource) -> None:
        self._rules = sorted(rules, key=lambda r: r.rule.choice)
        self._side, self._source = side, source
        size = len(side)
        self._whole = np.zeros(size, dtype=bool)
        self._told = np.zeros(size, dtype=bool)  # units that a figure of the zone as a whole serves
        self._by_use: dict[str, Bools] = {}
        self._result = LineResult([], np.zeros(size, np.int64), np.zeros(size, dtype=bool), np.zeros(size, dtype=bool))

    def run(self) -> LineResult:
        candidates = [c for rule in self._rules for use in (rule.uses or ("",)) for c in self._candidate(rule, use)]
        _pass_over_noughts(candidates, len(self._side))
        for rank in (OWN, STATED, DEFAULT, NOTHING):
            for candidate in candidates:
                self._take(candidate, rank)
        self._state()
        return self._result

    def _candidate(self, rule: CompiledRule, use: str) -> list[_Candidate]:
        side = self._side
        if use:
            carriers = rule.uses if rule.rule.split == "carriers" else ()
            unit, share = side.of_use(use, carriers)
        else:
            unit, share = np.arange(len(side), dtype=np.int64), np.ones(len(side))
        if not len(unit):
            return []
        activity = self._activity(rule)
        values, origin = activity.values[unit] * share, activity.origin[unit].astype(np.int64)
        rank = np.full(len(unit), UNFIT, dtype=np.int64)
        rank[origin <= DERIVED] = STATED
        rank[origin == CLASS] = UNFIT if rule.rule.stated_only else DEFAULT
        rank[origin == ZERO] = NOTHING
        if not use:
            rank[origin == FIELD] = OWN
        for replaced in rule.replaced:
            if replaced.power < 0:  # persons per household turn people into households: no figure of the line itself
                continue
            has = np.isfinite(side.own(replaced.quantity)[unit]) & (origin <= CLASS)
            rank[has & (rank != UNFIT)] = OWN
        rank[~np.isfinite(values)] = UNFIT
        rank[self._unserved(rule, use, unit, rank)] = UNFIT
        return [_Candidate(rule, use, unit, values, rank)]

    def _activity(self, rule: CompiledRule) -> Values:
        return self._side.activity(rule)

    def _unserved(self, rule: CompiledRule, use: str, unit: Ints, rank: Ints) -> Bools:
        """Units whose region has no factor for the rule; a nought needs none."""
        without = np.zeros(len(unit), dtype=bool)
        region = self._side.region_of[unit]
        for number in np.unique(region[(rank <= DEFAULT)]).tolist():
            here = (region == number) & (rank <= DEFAULT)
            for own, members in self._variants(rule, unit):
                if not (here & members).any():
                    continue
                missing = self._source.missing(rule, use, self._side.regions[number], own)
                if missing:
                    without |= here & members
                    self._result.missing[rule.rule.line] = missing
        return without

    def _variants(self, rule: CompiledRule, unit: Ints) -> list[tuple[tuple[str, ...], Bools]]:
        """Units by the set of symbols that they give themselves."""
        masks: list[tuple[tuple[str, ...], Bools]] = [((), np.ones(len(unit), dtype=bool))]
        for replaced in rule.replaced:
            has = np.isfinite(self._side.own(replaced.quantity)[unit])
            if has.any():
                masks = [
                    pair
                    for own, members in masks
                    for pair in ((own, members & ~has), ((*own, replaced.symbol), members & has))
                ]
        return [(own, members) for own, members in masks if members.any()]

    def _take(self, candidate: _Candidate, rank: int) -> None:
        take = (candidate.rank == rank) & ~self._whole[candidate.unit]
        taken = self._by_use.setdefault(candidate.use, np.zeros(len(self._side), dtype=bool))
        take &= ~taken[candidate.unit]
        if not candidate.use:
            for others in self._by_use.values():
                take &= ~others[candidate.unit]
        if not take.any():
            return
        unit, qty = candidate.unit[take], candidate.qty[take]
        (taken if candidate.use else self._whole)[unit] = True
        if not candidate.use and rank != NOTHING:
            self._told[unit] = True
        if rank == DEFAULT:
            self._result.defaults[unit[qty != 0.0]] = True
            self._result.default_names.update(candidate.rule.quantities)
        if rank == NOTHING:
            return
        for own, members in self._variants(candidate.rule, unit):
            where = unit[members]
            amount = qty[members] * self._factor(candidate.rule.replaced, own, where)
            if own:
                self._result.own[where] = True
            keep = amount != 0.0
            picked = Picked(candidate.rule, candidate.use, own, where[keep], amount[keep])
            self._result.picked += self._by_class(picked) if rank == DEFAULT else [picked]

    def _by_class(self, picked: Picked) -> list[Picked]:
        """What follows from a default of the class, by class: each class has its own figure with its own range."""
        name = self._side.default_behind(picked.rule)
        infos = self._side.infos
        index: dict[Optional[ClassDefault], int] = {None: 0}
        of_info = [
            index.setdefault((i.source, name) if name in i.figures else None, len(index)) for i in infos
        ]  # fmt: skip
        group = np.array([*of_info, 0], dtype=np.int64)[self._side.info_of[picked.unit]]
        found = []
        for default, number in index.items():
            members = group == number
            if members.any():
                found.append(replace(picked, unit=picked.unit[members], qty=picked.qty[members], default=default))
        return found

    def _factor(self, replaced: Sequence[Replaced], own: tuple[str, ...], unit: Ints) -> Floats:
        """What the units' own figures multiply their activity by, in base units."""
        factor = np.ones(len(unit))
        for one in replaced:
            if one.symbol in own:
                value = self._side.own(one.quantity)[unit] * one.scale
                factor = factor * value if one.power == 1 else np.divide(
                    factor, value, out=np.zeros_like(factor), where=value != 0.0
                )  # fmt: skip
        return factor

    def _state(self) -> None:
        """Whether each unit is known: its zone was served, or each of its uses was, or it holds none of them."""
        uses = tuple(dict.fromkeys(use for rule in self._rules for use in rule.uses))
        if uses:
            known = self._side.known | self._side.has_any(uses)
            for use in uses:
                unit, _ = self._side.of_use(use)
                served = self._by_use.get(use)
                known[unit] &= served[unit] if served is not None else False
        else:
            known = np.zeros(len(self._side), dtype=bool)
        known |= self._whole
        known &= self._told | ~self._homeless(uses)
        needed = any(
            self._side.catalogue.quantities[q].needed for rule in self._rules for q in rule.quantities if q != "area_m2"
        )
        self._result.state = np.where(known, KNOWN, NOT_KNOWN if needed else UNSTATED).astype(np.int64)

    def _homeless(self, uses: tuple[str, ...]) -> Bools:
        """Units that state floor area though their class has no use to put it in: a hut in the forest."""
        found = np.zeros(len(self._side), dtype=bool)
        for rule in self._rules:
            if rule.rule.split == "floor" and set(rule.uses) == set(self._side.catalogue.floor_uses):
                activity = self._side.activity(rule)
                found |= (activity.origin <= DERIVED) & (activity.values > 0.0)
        return found & ~self._side.has_any(uses)


def _pass_over_noughts(candidates: Sequence[_Candidate], size: int) -> None:
    """Let a stated nought not serve where another choice of the line states more: 0 residents in 1000 m2 of housing.

    Columns filled with 0 in the place of nothing are common; such a nought would pass for no emission.
    """
    more: dict[str, Bools] = {}
    for one in candidates:
        above = more.setdefault(one.use, np.zeros(size, dtype=bool))
        above[one.unit[(one.rank <= STATED) & (one.qty > 0.0)]] = True
    for one in candidates:
        if one.rule.rule.stated_only:
            one.rank[(one.rank == STATED) & (one.qty == 0.0) & more[one.use][one.unit]] = UNFIT


def activity_of_use(rule: CompiledRule, use: str, side: Side) -> tuple[Ints, Floats, Bools]:
    """(units that hold a use, their activity, whether it is known) for comparing one side with the other."""
    if use:
        unit, share = side.of_use(use, rule.uses if rule.rule.split == "carriers" else ())
    else:
        unit, share = np.arange(len(side), dtype=np.int64), np.ones(len(side))
    found = side.activity(rule)
    known = (found.origin[unit] != UNKNOWN) & np.isfinite(found.values[unit])
    return unit, np.where(known, found.values[unit], 0.0) * share, known


def by_line(rules: Sequence[CompiledRule]) -> Mapping[str, list[CompiledRule]]:
    """Rules by ``sector.line``, in the order of the tables."""
    found: dict[str, list[CompiledRule]] = {}
    for rule in rules:
        found.setdefault(rule.rule.key, []).append(rule)
    return found

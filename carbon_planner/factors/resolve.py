"""Which factor serves a quantity, in a place and a year, and why.

A quantity is a key of ``library/factor_keys.csv`` (``grid.electricity``), a class with a parameter (``generic``,
``forest``, ``soil``), or the plain item and parameter of a table. Three ways lead from the narrow to the general:
key → parent key or class → parent → generic; parcel → district → city → province → nation → world; the asked year →
the years that were published, by a named rule. The first key or class that has a fitting factor serves; within it the
order is that of :mod:`candidates`. A factor without value ends the search: *not estimated* is an answer.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from ..classes.library import ClassLibrary
from .assumptions import on_path, overridden
from .candidates import Query, Rejected, Step
from .climates import combine
from .keys import KeyTable
from .override_log import LogRow, OverrideLog
from .overrides import Override, choose_override
from .paths import YearPath
from .records import FactorSet
from .regions import RegionTree
from .resolved import NOT_ESTIMATED, OVERRIDDEN, PARENT_FACTOR, REGION_PROXY, SERIES_FALLBACK, Resolved
from .selection import Selection, select
from .ways import Ways

__all__ = ["Query", "Rejected", "Resolved", "Resolver"]

_Answer = tuple["Resolved | None", tuple[Rejected, ...]]


class Resolver:
    """Finds factors in several sets. Answers are cached; ``log`` counts the overrides that served."""

    def __init__(
        self,
        sets: Sequence[FactorSet],
        *,
        region: str = "",
        overrides: Sequence[Override] = (),
        paths: Mapping[str, YearPath] | None = None,
        series: Mapping[str, str] | None = None,
        climates: Sequence[str] = (),
        classes: ClassLibrary | None = None,
        keys: KeyTable | None = None,
        regions: RegionTree | None = None,
    ) -> None:
        """Prepare the search.

        ``sets`` stand in the order of preference among equals; ``region`` is where factors are asked for unless a call
        says otherwise; ``climates`` are labels of climate zones, which go before those of the region; ``paths`` are
        assumed courses by key (``grid.electricity``), ``series`` the series that the run takes for a key. ``classes``
        is needed only for the parents of land classes.
        """
        self.regions = regions or RegionTree.shipped()
        self.keys = keys or KeyTable.shipped()
        self.region, self.sets = region, tuple(sets)
        self.log = OverrideLog()
        self._overrides = tuple(replace(o, region=self.regions.canonical(o.region)) for o in overrides)
        self._paths = {key: path for key, path in (paths or {}).items() if path.assumed}
        self._series, self._climates = dict(series or {}), tuple(climates)
        self._ways = Ways(self.sets, self.keys, self.regions, classes)
        self._answers: dict[Query, _Answer] = {}

    def find(
        self,
        item: str,
        parameter: str = "",
        *,
        system: str = "",
        region: str = "",
        year: int | None = None,
        category: str = "",
        series: str = "",
        climate: str = "",
        rule: str = "",
    ) -> Resolved | None:
        """The factor of a quantity, or None where no set has one (then :meth:`rejected` says what was looked at).

        ``item`` and ``parameter`` may together be a key, in one text or in two. ``series`` names a series of the key
        (``regional``); without it the one of the run, else the first that has a factor for the place (flagged).
        ``rule`` goes before the interpolation rule of the key; ``climate`` holds labels separated by bars. Raises
        :class:`FactorError` for an unknown region or rule.
        """
        return self.ask(self.query(item, parameter, system, region, year, category, series, climate, rule))[0]

    def rejected(self, item: str, parameter: str = "", **where: str | int | None) -> tuple[Rejected, ...]:
        """What was looked at for a quantity and not taken, with reasons; arguments as :meth:`find`."""
        return self.ask(self.query(item, parameter, **where))[1]  # type: ignore[arg-type]

    def query(
        self, item: str, parameter: str = "", system: str = "", region: str = "", year: int | None = None,
        category: str = "", series: str = "", climate: str = "", rule: str = "",
    ) -> Query:  # fmt: skip
        """The question in full: region and climates of the run filled in."""
        place = region or self.region
        named = tuple(part for part in climate.split("|") if part) or self._climates
        climates = combine(named, self.regions.climates(place))
        taken = series or self._series.get(f"{item}.{parameter}" if parameter else item, "")
        return Query(item, parameter, system, place, year, category, taken, climates, rule)

    def ask(self, query: Query) -> _Answer:
        """The answer to a question and what was rejected on the way."""
        if query not in self._answers:
            self._answers[query] = self._with_path(query, *self._search(query))
        found, rejected = self._answers[query]
        if found is not None and OVERRIDDEN in found.flags:
            self._count(found)
        return found, rejected

    def _search(self, query: Query) -> _Answer:
        places = self.regions.chain(query.region)
        passed: list[Rejected] = []
        tried: list[str] = []
        for step in self._ways.steps(query):
            series = self._ways.series(step, query)
            found = select(step, query, series, places, lambda division: self.regions.grid(query.region, division))
            override = choose_override(self._overrides, step.keys, places, query.year)
            passed += found.rejected
            if override is not None:
                answer = overridden(step, query, override, found, passed)
                return answer, answer.rejected
            if found.parts:
                return self._resolved(step, query, found, tuple(tried), tuple(passed)), tuple(passed)
            tried.append(step.name)
        return None, tuple(passed)

    def _resolved(
        self, step: Step, query: Query, found: Selection, tried: tuple[str, ...], rejected: tuple[Rejected, ...]
    ) -> Resolved:
        default = self._ways.series(step, query)[0]
        parts = tuple((candidate.factor, candidate.fset, weight) for candidate, weight in found.parts)
        told = (
            (PARENT_FACTOR, not self._ways.is_own(step, query)),
            (SERIES_FALLBACK, found.series != default),
            (REGION_PROXY, any(candidate.proxy for candidate, _ in found.parts)),
            (NOT_ESTIMATED, any(factor.value is None for factor, _, _ in parts)),
        )
        flags = (*found.flags, *(flag for flag, true in told if true))
        return Resolved(parts, query, step.name, found.where, found.series, found.rule, flags, tried, rejected)

    def _with_path(self, query: Query, found: Resolved | None, rejected: tuple[Rejected, ...]) -> _Answer:
        """The answer on the course that is assumed for its key; an override goes before a course."""
        path = self._paths.get(found.key) if found is not None else None
        if found is None or path is None or query.year is None or OVERRIDDEN in found.flags:
            return found, rejected
        same = replace(query, series=found.series)
        return on_path(found, path, query.year, lambda year: self._search(replace(same, year=year))[0]), rejected

    def _count(self, found: Resolved) -> None:
        factor = found.factor
        replaced = "; ".join(r.factor.factor_id for r in found.rejected if r.reason.id == "REJECTED_OVERRIDDEN")
        self.log.note(LogRow(factor.category, found.key, factor.factor_id, replaced, factor.value, factor.source))

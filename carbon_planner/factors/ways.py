"""The way from the narrow to the general: keys with their parents, classes with their parents, plain names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ..classes.library import LANDSEA, ClassLibrary
from .candidates import Candidate, Query, Step, candidate_of
from .keys import KeyRow, KeyTable
from .lookup import GENERIC, Lookup
from .records import Factor, FactorSet
from .regions import RegionTree

_Name = tuple[str, str, str]  # system, item, parameter; the parameter is "" where the item is a key


class Ways:
    """Steps and candidates of questions; cached. ``sets`` stand in the order of preference."""

    def __init__(
        self, sets: Sequence[FactorSet], keys: KeyTable, regions: RegionTree, classes: ClassLibrary | None
    ) -> None:
        self._sets, self._keys, self._regions, self._classes = tuple(sets), keys, regions, classes
        self._steps: dict[tuple[str, str, str, str], tuple[Step, ...]] = {}
        self._named = self._index()

    def steps(self, query: Query) -> tuple[Step, ...]:
        """The steps of a question, the narrowest first; at least one."""
        key = (query.system, query.item, query.parameter, query.category)
        if key not in self._steps:
            self._steps[key] = self._class_way(query) if query.system else self._key_way(query)
        return self._steps[key]

    def series(self, step: Step, query: Query) -> tuple[str, ...]:
        """The series to try: the one that is asked for, else those of the key in their order, the default first."""
        if query.series:
            return (query.series,)
        named = () if query.system else self._keys.series(step.name)
        return tuple(dict.fromkeys((*named, *(c.series for c in step.candidates)))) or ("",)

    def is_own(self, step: Step, query: Query) -> bool:
        """Whether a step is the class itself and no parent of it; keys have only one step of their own."""
        if not query.system:
            return step.name == self.steps(query)[0].name
        own = [(query.system, query.item)]
        if self._classes is not None and query.system != GENERIC:
            match = self._classes.match(query.system, query.item)
            pairs = ((match.system, match.code), (LANDSEA, match.landsea), (GENERIC, match.generic))
            own = [*match.chain[:1], *((system, code) for system, code in pairs if code)]
        return step.name in {f"{system}:{code}" for system, code in own}

    def _key_way(self, query: Query) -> tuple[Step, ...]:
        joined = f"{query.item}.{query.parameter}" if query.parameter else query.item
        for name in (joined, query.item):
            if name in self._keys:
                return tuple(Step(k, self._of_key(k, query.category), (k,)) for k in self._keys.chain(name))
        if query.parameter and self._named.get(("", query.item, query.parameter)):
            return (Step(joined, self._of_name("", query.item, query), (joined,)),)
        return (Step(joined, self._of_key(joined, query.category), (joined,)),)

    def _of_key(self, key: str, category: str) -> tuple[Candidate, ...]:
        found: dict[tuple[str, str], Candidate] = {}
        rows = self._keys.rows(key)
        for row in rows:
            for order, one in enumerate(self._sets):
                for factor in one.factors if one.info.id == row.set_id else ():
                    if row.takes(one.info.id, factor) and category in ("", factor.category):
                        found.setdefault((one.ref, factor.factor_id), self._made(factor, order, row))
        has_series = any(row.series for row in rows)
        for order, factor in self._named.get(("", key, ""), ()):
            series = factor.category if has_series else ""
            if category in ("", factor.category):
                unit = self._keys.unit(key, series) or factor.unit
                made = replace(self._made(factor, order, None), series=series, unit=unit)
                found.setdefault((made.fset, factor.factor_id), made)
        return tuple(found.values())

    def _class_way(self, query: Query) -> tuple[Step, ...]:
        return tuple(
            Step(f"{system}:{code}", self._of_name(system, code, query), (f"{code}.{query.parameter}", code))
            for system, code in self._classes_of(query)
        )

    def _classes_of(self, query: Query) -> tuple[tuple[str, str], ...]:
        if self._classes is None or not self._sets:
            return ((query.system, query.item),)
        target = query.item if query.system == GENERIC else self._classes.match(query.system, query.item)
        return Lookup(self._sets[0], self._classes).tried(target)

    def _of_name(self, system: str, item: str, query: Query) -> tuple[Candidate, ...]:
        return tuple(
            self._made(factor, order, None)
            for order, factor in self._named.get((system, item, query.parameter), ())
            if query.category in ("", factor.category)
        )

    def _made(self, factor: Factor, order: int, row: KeyRow | None) -> Candidate:
        one = self._sets[order]
        return replace(candidate_of(factor, one.ref, order, row, self._regions), status=one.info.status)

    def _index(self) -> dict[_Name, list[tuple[int, Factor]]]:
        """Factors by their key, and by the names under which a factor without class may itself stand for a key."""
        index: dict[_Name, list[tuple[int, Factor]]] = {}
        for order, one in enumerate(self._sets):
            for factor in one.factors:
                index.setdefault(factor.key, []).append((order, factor))
                if not factor.system:
                    names = {factor.item, f"{factor.item}.{factor.parameter}"}
                    for name in sorted(name for name in names if "." in name):
                        index.setdefault(("", name, ""), []).append((order, factor))
        return index

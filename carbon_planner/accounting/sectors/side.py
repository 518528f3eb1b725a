"""One side of a comparison: its units (zones of the plan, rows of the baseline) with their quantities as arrays.

A quantity is taken from the unit's own field, else derived from other quantities, else from the defaults of its class;
where all are silent it is unknown. The origin is kept for every value.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

from ...base.units import M2_PER_HA
from . import grammar
from .arrays import CLASS, DERIVED, FIELD, UNKNOWN, ZERO, Arrays, Values
from .catalogue import Catalogue
from .class_info import KEEP, NATURAL, ClassInfo
from .dimensions import dimension
from .request import Bools, Floats, Ints
from .rule_types import CompiledRule

ORIGIN_NAMES = {FIELD: "field", DERIVED: "derived", CLASS: "class", ZERO: "zero", UNKNOWN: "unknown"}
PER_HA = ("population_per_ha", "jobs_per_ha")
AREA = "area_m2"
ACTIVITIES_KEPT = 4  # rules of a line, and lines of a sector, share their activity


class OfUse(NamedTuple):
    """Units that hold a use, and its share in each."""

    unit: Ints
    share: Floats


@dataclass
class Side:
    """Units of one side. ``fields`` hold what the units state, in the units of ``quantities.csv``."""

    name: str
    catalogue: Catalogue
    infos: Sequence[ClassInfo]
    info_of: Ints
    regions: Sequence[str]
    region_of: Ints
    area_m2: Floats
    fields: Mapping[str, Floats]

    def __post_init__(self) -> None:
        self._quantities: dict[str, Values] = {}
        self._settled: dict[str, Floats] = {}
        self._activities: dict[tuple[str, str], Values] = {}
        self._of_use: dict[tuple[str, tuple[str, ...]], OfUse] = {}

    def __len__(self) -> int:
        return len(self.info_of)

    @cached_property
    def known(self) -> Bools:
        """Units whose class says what stands on them."""
        return self._by_info([i.known for i in self.infos])

    @cached_property
    def keeps(self) -> Bools:
        """Units of reserve land that keep what is there and state nothing of their own."""
        keeps = self._by_info([i.kind == KEEP for i in self.infos])
        for values in self.fields.values():
            keeps = keeps & ~np.isfinite(values)
        return keeps

    def _by_info(self, flags: Sequence[bool]) -> Bools:
        return np.asarray(np.array([*flags, False], dtype=bool)[self.info_of])

    def has_any(self, uses: Sequence[str]) -> Bools:
        """Units whose mix holds one of some uses."""
        return self._by_info([any(info.uses.get(u, 0.0) > 0.0 for u in uses) for info in self.infos])

    def of_use(self, use: str, carriers: tuple[str, ...] = ()) -> OfUse:
        """Units that hold a use with its share; with ``carriers`` its share among those uses alone."""
        key = (use, carriers)
        if key not in self._of_use:
            shares = np.array([*(_share(info, use, carriers) for info in self.infos), 0.0])
            share = shares[self.info_of]
            unit = np.flatnonzero(share > 0.0)
            self._of_use[key] = OfUse(unit, share[unit])
        return self._of_use[key]

    def quantity(self, name: str) -> Values:
        """A quantity of all units. Cached."""
        if name in self._quantities:
            return self._quantities[name]
        found = self._find(name)
        if not self.silent(name):
            self._quantities[name] = found
        return found

    def settle(self, name: str, values: Floats) -> None:
        """Let figures that follow from others go before what is stated: NaN where they do not."""
        before = self._settled.get(name)
        self._settled[name] = values if before is None else np.where(np.isfinite(values), values, before)
        self._quantities.clear()
        self._activities.clear()

    @property
    def named(self) -> tuple[str, ...]:
        """Quantities that units state, and those that were settled beside them."""
        return (*self.fields, *self._settled)

    def silent(self, name: str) -> bool:
        """Whether no unit can have a quantity: nothing states it, derives it or has a default for it."""
        if name == AREA or name in self.fields or name in self._settled:
            return False
        spec = self.catalogue.quantities[name]
        if spec.default:
            return False
        parts = grammar.names(grammar.parse(spec.derive)) if spec.derive else ()
        return not parts or any(self.silent(part) for part in parts)

    def activity(self, rule: CompiledRule) -> Values:
        """The activity of a rule in the rule's unit, before it is split by use."""
        key = (rule.rule.activity, rule.rule.unit)
        if key not in self._activities:
            found = grammar.fold(rule.activity, Arrays(len(self), self.quantity, self.catalogue.quantities))
            scale = dimension(rule.rule.unit).scale
            if len(self._activities) >= ACTIVITIES_KEPT:
                self._activities.pop(next(iter(self._activities)))
            self._activities[key] = found if scale == 1.0 else Values(found.values / scale, found.origin)
        return self._activities[key]

    def default_behind(self, rule: CompiledRule) -> str:
        """The one default of a class that an activity is proportional to, "" where there is none or several."""
        found = {d for name in rule.quantities for d in self._defaults_of(name)}
        return found.pop() if len(found) == 1 else ""

    def _defaults_of(self, name: str) -> tuple[str, ...]:
        spec = self.catalogue.quantities[name]
        if spec.default:
            return (spec.default,)
        parts = grammar.names(grammar.parse(spec.derive)) if spec.derive else ()
        return tuple(d for part in parts for d in self._defaults_of(part))

    def own(self, quantity: str) -> Floats:
        """A quantity as the units state it or as it follows from what they state, NaN elsewhere."""
        found = self.quantity(quantity)
        return np.where(found.origin <= DERIVED, found.values, np.nan)

    def _find(self, name: str) -> Values:
        if name == AREA:
            return Values(self.area_m2, np.full(len(self), FIELD, dtype=np.int8))
        spec = self.catalogue.quantities[name]
        values = np.full(len(self), np.nan)
        origin = np.full(len(self), UNKNOWN, dtype=np.int8)
        found = [
            self._follows(name),
            self._stated(name),
            self._derived(spec.derive),
            self._of_class(spec.default),
            self._nothing(name),
        ]
        for candidate in found:
            if candidate is None:
                continue
            take = (origin == UNKNOWN) & (candidate.origin != UNKNOWN) & np.isfinite(candidate.values)
            values[take], origin[take] = candidate.values[take], candidate.origin[take]
        return Values(values, origin)

    def _follows(self, name: str) -> Values | None:
        if name not in self._settled:
            return None
        return Values(self._settled[name], np.full(len(self), DERIVED, dtype=np.int8))

    def _stated(self, name: str) -> Values | None:
        if name not in self.fields:
            return None
        return Values(self.fields[name], np.full(len(self), FIELD, dtype=np.int8))

    def _derived(self, formula: str) -> Values | None:
        if not formula:
            return None
        found = grammar.fold(grammar.parse(formula), Arrays(len(self), self.quantity, self.catalogue.quantities))
        # Area alone derives nothing: what follows from a stated figure is derived, from a default it is a default.
        origin = np.where(found.origin == FIELD, DERIVED, found.origin).astype(np.int8)
        return Values(found.values, origin)

    def _of_class(self, default: str) -> Values | None:
        if not default:
            return None
        figures = np.array([*(i.defaults.get(default, np.nan) for i in self.infos), np.nan])
        # Natural ground has its own cover, no share of urban green; what it has of buildings is nought (see _nothing).
        figures[:-1][[i.kind == NATURAL for i in self.infos]] = np.nan
        values = figures[self.info_of]
        if default in PER_HA:
            values = values * self.area_m2 / M2_PER_HA * self._density()
        origin = np.where(values == 0.0, ZERO, CLASS).astype(np.int8)
        return Values(values, origin)

    def _density(self) -> Floats:
        """How many times the floor area of its class a unit has: people and jobs of a class follow the floor area."""
        usual = np.array([*(i.defaults.get("plot_ratio", np.nan) for i in self.infos), np.nan])[self.info_of]
        floor = self.quantity("floor_area_m2")
        typical = usual * self.area_m2
        stated = (floor.origin <= DERIVED) & (typical > 0.0)
        return np.divide(floor.values, typical, out=np.ones(len(self)), where=stated)

    def _nothing(self, name: str) -> Values:
        """Known noughts."""
        spec = self.catalogue.quantities[name]
        if spec.added and self.name == "baseline":
            nought = np.ones(len(self), dtype=bool)
        else:
            flags = [
                (spec.natural_zero and i.kind == NATURAL) or (i.known and bool(spec.uses) and not _any(i, spec.uses))
                for i in self.infos
            ]
            nought = self._by_info(flags)
        origin = np.where(nought, ZERO, UNKNOWN).astype(np.int8)
        return Values(np.where(nought, 0.0, np.nan), origin)


def _any(info: ClassInfo, uses: Sequence[str]) -> bool:
    return any(info.uses.get(use, 0.0) > 0.0 for use in uses)


def _share(info: ClassInfo, use: str, carriers: tuple[str, ...]) -> float:
    own = info.uses.get(use, 0.0)
    if not carriers or own == 0.0:
        return own
    return own / sum(info.uses.get(c, 0.0) for c in carriers)

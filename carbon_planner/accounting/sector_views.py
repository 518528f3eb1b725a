"""Figures of the sectors beside the land, by group of rows: effects with intervals, yearly emissions, intensities."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Callable

import numpy as np
from numpy.typing import NDArray

from .intervals import Intervals
from .model import Floats, Groups, Model
from .terms import INFORMATION, LAND, Term

# Which field of the zone table a sector's effect is added to.
FIELD_OF_SECTOR = {
    "land": "land",
    "buildings": "bldg",
    "supply": "bldg",
    "transport": "tran",
    "waste": "wast",
    "water": "wast",
    "sinks": "sink",
    "industry": "oth",
    "agriculture": "oth",
}
FIELDS = ("land", "bldg", "tran", "wast", "sink", "oth")
OUTSIDE = {"avd": ("avoided",), "dsp": ("displaced", "relocated")}
LEGACY = "LEGACY_SINK"
EMBODIED_IN, EMBODIED_SCOPE = "buildings", "3"
ANNUALISED = "annualised"  # the other view of the same emission: never added to the dated one


def sector_of(term: Term) -> str:
    """The sector of a term: ``land`` for both land methods and their information, else its category."""
    return "land" if term.category in LAND or term.category in INFORMATION else term.category


def field_of(sector: str) -> str:
    """Part of the field's name; a sector registered by others counts among the other sectors."""
    return FIELD_OF_SECTOR.get(sector, "oth")


@dataclass(frozen=True)
class Effect:
    """Effect of one field's sectors by group: tonnes of CO2e with its interval and variation, NaN where it is null."""

    value: Floats
    low: Floats
    high: Floats
    cv: Floats


def effect(
    model: Model, intervals: Intervals, groups: Groups, wanted: Callable[[Term], bool], null: NDArray[np.bool_]
) -> Effect:
    """Effect of the terms that are wanted, by group."""

    def weight(t: Term) -> float:
        return float(t.net) if t.net and wanted(t) else 0.0

    value = model.total(model.coefficient(lambda t: weight(t) * t.amount.value), groups)
    found = intervals.of(groups, weight)
    vectors = [value, found.low.copy(), found.high.copy(), found.cv.copy()]
    for vector in vectors:
        vector[null] = np.nan
    return Effect(*vectors)


def gross(model: Model, groups: Groups) -> tuple[Floats, Floats]:
    """(change of gross emissions, change of gross removals) of the sectors beside the land, plan minus baseline.

    A baseline emission that ends lowers the emissions; it is no removal (carbon rule 1).
    """

    def part(t: Term, sign: float) -> float:
        counted = t.net and sector_of(t) != "land" and t.amount.value * sign > 0.0
        return t.net * t.amount.value if counted else 0.0

    return (
        model.total(model.coefficient(lambda t: part(t, 1.0)), groups),
        model.total(model.coefficient(lambda t: part(t, -1.0)), groups),
    )


def yearly_emission(model: Model, groups: Groups, stage: str, year: int) -> Floats:
    """Gross emission of one side in a year, tCO2e/yr, of all sectors but the land, in the view of the run."""

    def value(t: Term) -> float:
        inside = t.stage == stage and t.yr_from <= year <= t.yr_to and sector_of(t) != "land"
        return t.yearly if inside and t.amount.value > 0.0 and in_view(t) else 0.0

    return model.total(model.coefficient(value), groups)


def in_view(term: Term) -> bool:
    """Whether a term counts in the view of the run, be it that its zone's net is null."""
    return bool(term.net) or "NULL_NET" in term.flags


def outside(model: Model, groups: Groups) -> dict[str, Floats]:
    """Lines outside the net, by the short name of their field."""
    found = {
        name: model.total(model.coefficient(lambda t, s=stages: t.amount.value if t.stage in s else 0.0), groups)  # type: ignore[misc]
        for name, stages in OUTSIDE.items()
    }
    found["lgc"] = model.total(model.coefficient(_legacy), groups)
    found["emb"] = model.total(model.coefficient(_embodied), groups)
    return found


def _legacy(term: Term) -> float:
    return term.amount.value if term.stage == "plan" and LEGACY in term.flags else 0.0


def _embodied(term: Term) -> float:
    """Embodied emission of the plan in the years in which it happens (carbon rule 12: a column of its own)."""
    dated = term.category == EMBODIED_IN and term.scope == EMBODIED_SCOPE and not term.method.startswith(ANNUALISED)
    return term.amount.value if dated and term.stage == "plan" else 0.0


def included(null: Mapping[str, NDArray[np.bool_]], sectors: Sequence[str], size: int) -> dict[str, NDArray[np.bool_]]:
    """For each field, where it is null: no sector of it is evaluated, or its net is null there.

    All sectors of a field are null together, see :func:`~.sector_run.by_field`.
    """
    masks: dict[str, NDArray[np.bool_]] = {name: np.ones(size, dtype=bool) for name in FIELDS}
    for sector in sectors:
        of_sector = null.get(sector, np.zeros(size, dtype=bool))
        masks[field_of(sector)] = masks[field_of(sector)] & of_sector
    return masks

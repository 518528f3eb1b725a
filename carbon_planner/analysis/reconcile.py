"""Reconcile results with an official inventory, and run plans again with what was learnt: totals and flipped verdicts.

The district's existing state, evaluated bottom-up, meets the official figure of each sector
(:mod:`carbon_planner.accounting.methods.calibration`). The factors found there scale the sectors of every plan, on both
sides: the net of a plan is linear in them, so that nothing is evaluated anew and intervals come from the same run.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Callable

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..accounting.evaluate import Evaluation
from ..accounting.methods import calibration as methods
from ..accounting.model import Floats, Groups
from ..accounting.sector_views import in_view, sector_of
from ..accounting.terms import Term
from ..base.errors import SettingsError
from .verdicts import DEFAULT, Verdict, judged

PROPORTIONAL, BY_UNCERTAINTY = "proportional", "uncertainty"
WAYS = (PROPORTIONAL, BY_UNCERTAINTY)

Weight = Callable[[Term], float]


@dataclass(frozen=True)
class BottomUp:
    """Gross emission of a year by zone and sector, tCO2e/yr; NaN where the sector of a zone is not known."""

    zone_ids: Sequence[str]
    sectors: tuple[str, ...]
    year: int
    values: Floats
    spread: Floats


def bottom_up(result: Evaluation, year: int, stage: str = "baseline") -> BottomUp:
    """Emissions of one side in a year, every place counted once; the land is left out (no inventory has its timing).

    ``spread`` is half of the 95 % interval of each figure.
    """
    sectors = tuple(sector for sector in result.sectors if sector != "land")
    groups = _zones(result)
    size = len(result.inputs)
    values, spread = np.zeros((size, len(sectors))), np.zeros((size, len(sectors)))
    for column, sector in enumerate(sectors):
        weight = _in_year(stage, year, sector)
        values[:, column] = result.model.total(result.model.coefficient(_times_amount(weight)), groups)
        if result.intervals is not None:
            found = result.intervals.of(groups, weight)
            spread[:, column] = (found.high - found.low) / 2.0
        if stage == "baseline":
            values[_unknown(result, sector, groups), column] = np.nan
    return BottomUp(result.inputs.ids, sectors, year, values, spread)


def reconcile(found: BottomUp, official: Mapping[str, float], way: str = PROPORTIONAL) -> methods.Calibration:
    """Adjust bottom-up figures to the official ones, tCO2e/yr by sector; sectors without one stay.

    Raises :class:`SettingsError` for an official figure of a sector that was not evaluated, or an unknown way.
    """
    strange = sorted(set(official) - set(found.sectors))
    if strange:
        raise SettingsError(
            "SETTING_UNKNOWN", parameter="official", value=", ".join(strange), allowed=", ".join(found.sectors)
        )
    if way not in WAYS:
        raise SettingsError("SETTING_UNKNOWN", parameter="way", value=way, allowed=", ".join(WAYS))
    target = np.array([official.get(sector, np.nan) for sector in found.sectors])
    if way == BY_UNCERTAINTY:
        return methods.by_uncertainty(found.values, found.spread, target, list(found.sectors))
    return methods.proportional(found.values, target, list(found.sectors))


@dataclass(frozen=True)
class Rerun:
    """Plans before and after calibration.

    ``figures``: one row per plan and zone (``zone_id`` None for the plan as a whole): net with its interval, gross
    emissions and removals, yearly emission of the plan in END, each as ``…_old`` and ``…_new``. ``verdicts``: one row
    per plan, zone and verdict: ``old``, ``new``, ``flipped``.
    """

    figures: pd.DataFrame
    verdicts: pd.DataFrame

    @property
    def flips(self) -> pd.DataFrame:
        """The verdicts that change."""
        return self.verdicts[self.verdicts["flipped"]].reset_index(drop=True)


def rerun(
    plans: Mapping[str, Evaluation], factors: Mapping[str, float], verdicts: Sequence[Verdict] = DEFAULT
) -> Rerun:
    """Scale the sectors of plans by calibration factors and judge again; see :func:`factors_of`."""
    figures, judgements = [], []
    for name, result in plans.items():
        for groups, ids in ((_zones(result), list(result.inputs.ids)), (_whole(result), [None])):
            old, new = (_figures(result, groups, scale) for scale in ({}, factors))
            figures.append(_beside(name, ids, old, new))
            for verdict in verdicts:
                before, after = judged(verdict, old), judged(verdict, new)
                judgements += [(name, zone, verdict.id, b, a, b != a) for zone, b, a in zip(ids, before, after)]
    columns = ["plan", "zone_id", "verdict", "old", "new", "flipped"]
    return Rerun(pd.concat(figures, ignore_index=True), pd.DataFrame(judgements, columns=columns))


def factors_of(found: methods.Calibration) -> dict[str, float]:
    """Factor of each sector that was adjusted."""
    table = found.sectors[found.sectors["applied"]]
    return dict(zip(table["sector"].tolist(), table["factor"].tolist()))


def _zones(result: Evaluation) -> Groups:
    """Zones as groups, each place counted in one of them only."""
    return Groups(np.where(result.counted, result.zone_of_row, -1).astype(np.int64), len(result.inputs))


def _whole(result: Evaluation) -> Groups:
    return Groups(np.where(result.counted, 0, -1).astype(np.int64), 1)


def _in_year(stage: str, year: int, sector: str) -> Weight:
    """Weight that makes a term's amount its gross emission in a year."""

    def weight(t: Term) -> float:
        inside = t.stage == stage and t.yr_from <= year <= t.yr_to and sector_of(t) == sector
        return 1.0 / (t.yr_to - t.yr_from + 1) if inside and t.amount.value > 0.0 and in_view(t) else 0.0

    return weight


def _times_amount(weight: Weight) -> Weight:
    return lambda t: weight(t) * t.amount.value


def _unknown(result: Evaluation, sector: str, groups: Groups) -> NDArray[np.bool_]:
    """Zones that have a plan in a sector but no baseline activity."""
    marked = result.model.has(lambda t: sector_of(t) == sector and "NULL_NET" in t.flags)
    return np.asarray(result.model.total(marked.astype(np.float64), groups) > 0)


def _figures(result: Evaluation, groups: Groups, factors: Mapping[str, float]) -> pd.DataFrame:
    model, end = result.model, result.settings.end_year

    def weight(t: Term) -> float:
        return t.net * factors.get(sector_of(t), 1.0) if t.net else 0.0

    def gross(sign: float) -> Floats:
        land = model.gross[0 if sign > 0 else 1] * factors.get("land", 1.0)

        def part(t: Term) -> float:
            counted = sector_of(t) != "land" and t.amount.value * sign > 0.0
            return weight(t) * t.amount.value if counted else 0.0

        return model.total(land + model.coefficient(part), groups)

    def yearly(t: Term) -> float:
        inside = t.stage == "plan" and t.yr_from <= end <= t.yr_to and sector_of(t) != "land"
        counted = inside and t.amount.value > 0.0 and in_view(t)
        return t.yearly * factors.get(sector_of(t), 1.0) if counted else 0.0

    columns = {
        "cp_net_t": model.total(model.coefficient(_times_amount(weight)), groups),
        "cp_emis_t": gross(1.0),
        "cp_rem_t": gross(-1.0),
    }
    if result.intervals is not None:
        interval = result.intervals.of(groups, weight)
        columns["cp_net_lo"], columns["cp_net_hi"] = interval.low, interval.high
    table = pd.DataFrame(columns)
    table.loc[_null(result, groups), :] = np.nan
    return table.assign(cp_pyr_t=model.total(model.coefficient(yearly), groups))


def _null(result: Evaluation, groups: Groups) -> NDArray[np.bool_]:
    """Where the run has no net."""
    if groups.size == len(result.inputs) and np.array_equal(groups.of_row, _zones(result).of_row):
        return np.asarray(result.zones["cp_net_t"].isna().to_numpy(dtype=bool))
    return np.full(groups.size, not result.totals.has_net)


def _beside(name: str, ids: Sequence[str | None], old: pd.DataFrame, new: pd.DataFrame) -> pd.DataFrame:
    table = pd.DataFrame({"plan": name, "zone_id": pd.Series(ids, dtype=object)})
    for column in old.columns:
        table[f"{column}_old"], table[f"{column}_new"] = old[column], new[column]
    return table

"""Views of a model: the table of zones, the totals, the table by class, the factors used."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..base.units import CO2_PER_C, MM2_PER_HA
from ..factors.records import CONFIDENCES, as_dict
from .intervals import Intervals
from .model import Floats, Groups, Model
from .sector_figures import Scope, add_sectors
from .terms import Term
from .uncertainty import Spread

NOT_YET = ("cp_bldg_t", "cp_tran_t", "cp_oth_t")


@dataclass(frozen=True)
class Totals:
    """Sums of the plan; every place is counted once, also where zones overlap. Tonnes of CO2e, hectares, t C."""

    zone_count: int
    area_ha: float
    zone_overlap_ha: float
    base_double_ha: float
    unknown_ha: float
    has_net: bool
    net: float
    low: float
    high: float
    emissions: float
    removals: float
    committed: float
    baseline_stock_tc: float
    plan_stock_tc: float
    baseline_flux: float
    plan_flux: float
    covered_share: float
    balance_error: float
    confidence: dict[str, float] = field(default_factory=dict)
    by_class: pd.DataFrame = field(default_factory=pd.DataFrame)
    sectors: pd.DataFrame = field(default_factory=pd.DataFrame)
    yearly: pd.DataFrame = field(default_factory=pd.DataFrame)
    figures: dict[str, float] = field(default_factory=dict)  # by the names of zone fields; empty for land alone

    @property
    def partial(self) -> bool:
        """Whether the interval leaves out terms without a range."""
        return self.has_net and not self.covered_share >= 1.0 - 1e-9


@dataclass
class Figures:
    """Vectors by group, NaN where a figure is null."""

    compared: Floats
    known: Floats
    columns: dict[str, Floats]
    spread: Spread


class Views:
    """Products of one model."""

    def __init__(self, model: Model, intervals: Intervals | None = None) -> None:
        self.model = model
        self.intervals = Intervals(model) if intervals is None else intervals

    def figures(self, groups: Groups, *, baseline: bool, plan: bool, scope: Scope | None = None) -> Figures:
        """All figures by group; ``baseline`` and ``plan`` say which sides the run has, ``scope`` its other sectors."""
        model = self.model
        compared = model.total(model.compared, groups)
        sides = {"b": (baseline, 0), "p": (plan, 1)}
        columns: dict[str, Floats] = {}
        for side, (given, which) in sides.items():
            columns[f"cp_{side}stk_tc"] = self._state("stock", which, groups, compared, given)
            columns[f"cp_{side}flux_t"] = self._state("flux", which, groups, compared, given)
        columns["cp_stke_t"] = -(columns["cp_pstk_tc"] - columns["cp_bstk_tc"]) * CO2_PER_C
        columns["cp_stke_t"][compared <= 0] = np.nan
        interval = self.intervals.of(groups)
        plus, minus = model.gross
        net = model.total(model.net, groups)
        columns.update(
            cp_net_t=net,
            cp_land_t=net.copy(),
            cp_emis_t=model.total(plus, groups),
            cp_rem_t=model.total(minus, groups),
            cp_cmt_t=model.total(model.committed, groups),
            cp_net_lo=interval.low.copy(),
            cp_net_hi=interval.high.copy(),
        )
        for name in ("cp_net_t", "cp_land_t", "cp_emis_t", "cp_rem_t", "cp_cmt_t", "cp_net_lo", "cp_net_hi"):
            columns[name][compared <= 0] = np.nan
        columns["cp_net_ha"] = np.divide(net, compared, out=np.full(len(net), np.nan), where=compared > 0)
        known = compared if baseline and plan else model.total(self.model.known(0 if baseline else 1), groups)
        if scope is not None:
            add_sectors(columns, model, self.intervals, groups, scope, compared <= 0)
        return Figures(compared, known, columns, interval.spread)

    def _state(self, what: str, side: int, groups: Groups, compared: Floats, given: bool) -> Floats:
        """Stock (t C) or yearly flux (tCO2e/yr) of one side: of the compared area, else of all that is known."""
        model, nothing = self.model, np.full(groups.size, np.nan)
        if not given:
            return nothing
        value, exists = _stock(model, side) if what == "stock" else _flux(model, side)
        both = model.paired
        inside = model.total(np.where(both, value, 0.0), groups)
        outside = model.total(np.where(both, 0.0, value), groups)
        known = self.model.known(side) > 0
        # A state is null where any of its area lacks the figure: a sum with gaps would pass for the whole.
        gap_inside = model.total(np.where(both & known & ~exists, 1.0, 0.0), groups) > 0
        gap_outside = model.total(np.where(~both & known & ~exists, 1.0, 0.0), groups) > 0
        area_outside = model.total(np.where(~both & known, 1.0, 0.0), groups)
        alone = np.where((area_outside > 0) & ~gap_outside, outside, np.nan)
        return np.where(compared > 0, np.where(gap_inside, np.nan, inside), alone)

    def factors(self, by_factor: Floats) -> pd.DataFrame:
        """Factors that a run has used, heaviest first, with the |tCO2e| of the net that each stands for."""
        book = self.model.book
        rows = [
            {**as_dict(f), "fset": fset, "weight_t": weight}
            for f, fset, weight in zip(book.factors, book.fset, by_factor.tolist())
        ]
        table = pd.DataFrame(rows)
        if table.empty:
            return table
        return table.sort_values(["weight_t", "factor_id"], ascending=[False, True], ignore_index=True)

    def by_class(self, groups: Groups, labels: Sequence[tuple[str, str]]) -> pd.DataFrame:
        """Area and net by base class and planned class; ``labels`` name the groups."""
        model = self.model
        area = model.total(model.land, groups)
        compared = model.total(model.compared, groups)
        net = np.where(compared > 0, model.total(model.net, groups), np.nan)
        table = pd.DataFrame(
            {
                "base_class": [base for base, _ in labels],
                "plan_class": [plan for _, plan in labels],
                "area_ha": area,
                "compared_ha": compared,
                "net_tco2e": net,
            }
        )
        table = table[table["area_ha"] > 0]
        return table.sort_values(["area_ha", "base_class", "plan_class"], ascending=[False, True, True]).reset_index(
            drop=True
        )


def _stock(model: Model, side: int) -> tuple[Floats, NDArray[np.bool_]]:
    stage = ("baseline", "plan")[side]
    value = model.coefficient(lambda t: t.amount.value if t.category == "stock" and t.stage == stage else 0.0)
    return value, model.has(lambda t: t.category == "stock" and t.stage == stage)


def _flux(model: Model, side: int) -> tuple[Floats, NDArray[np.bool_]]:
    stages = (("baseline", "displaced"), ("plan",))[side]
    kinds = ("land_flux", "flux", "displaced")

    def wanted(t: Term) -> bool:
        # What counts of a phased change is a part of it; the flux of its finished state stands beside.
        return t.category in kinds and t.stage in stages and "PHASED" not in t.flags

    value = model.coefficient(lambda t: t.yearly if wanted(t) else 0.0)
    return value, model.has(wanted)


def shares(weights: Floats) -> dict[str, float]:
    """Confidences as shares of |tCO2e|; empty where nothing weighs."""
    total = float(weights.sum())
    return {name: float(w) / total for name, w in zip(CONFIDENCES, weights)} if total > 0 else {}


def hectares(mm2: NDArray[np.int64]) -> Floats:
    """Square millimetres to hectares."""
    return mm2 / MM2_PER_HA

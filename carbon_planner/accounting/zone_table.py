"""The table of zones as it is written to layers, and the totals of the plan."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Optional

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..base.fields import land_fields, zone_fields
from ..base.units import MM2_PER_HA
from ..factors.records import CONFIDENCES
from ..geometry.area import total_mm2
from .activities import Rows
from .covers import Mix
from .flags import FlagMasks, union
from .inputs import LAND_SECTOR, BaseParcels, PlanZones, Settings
from .model import Floats, Groups, Ints, Model
from .overlay import NO_CODE, NOTEWORTHY, ClassCodes, Overlay
from .pathway import pathway
from .sector_figures import Scope
from .sector_run import SectorRun
from .sector_views import FIELDS
from .views import NOT_YET, Figures, Totals, Views, hectares, shares


def zone_table(
    zones: PlanZones,
    settings: Settings,
    laid: Overlay,
    rows: Rows,
    figures: Figures,
    model: Model,
    *,
    base_mixes: Sequence[Mix],
    plan_mixes: Sequence[Mix],
    has_base: bool,
    has_plan: bool,
    run: SectorRun,
    fset: str,
    uncertainty: Optional[str],
) -> pd.DataFrame:
    """One row per zone in layer order, columns as in ``fields.csv``; NaN and None are null."""
    count = len(zones)
    empty = np.array([g is None for g in laid.zones.geometry], dtype=bool)
    area = hectares(laid.pairs.zone_mm2)
    # The area of nothing is not nought hectares.
    area[empty] = np.nan
    unknown = np.maximum(hectares(laid.pairs.zone_mm2) - figures.known, 0.0)
    # What is left of subtracting sums of the same millimetres is noise.
    unknown[unknown <= 1e-9 * np.maximum(np.nan_to_num(area), 1e-9)] = 0.0
    unknown[empty] = np.nan
    overlapped = _overlapped(laid, count)
    overlapped[empty] = np.nan
    masks = _flags(laid, rows, figures, model, base_mixes, plan_mixes, settings, has_base, has_plan)
    masks.add(empty, "EMPTY_GEOM")
    for flag, where in run.flags.items():
        masks.add(where, flag)
    columns: dict[str, object] = {
        "cp_zone_id": list(zones.ids),
        "cp_area_ha": area,
        "cp_unk_ha": unknown,
        "cp_ovl_ha": overlapped,
        "cp_method": "/".join(
            (
                settings.land_method,
                settings.stock_timing if settings.land_method == "stock" else "yearly",
                settings.area_method,
                f"{settings.start_year + 1}-{settings.end_year}",
            )
        ),
        "cp_bl": settings.baseline if has_base else None,
        "cp_scope": run.texts(figures.compared <= 0) if run.beyond_land else LAND_SECTOR,
        "cp_conf": _confidence(figures),
        "cp_flags": masks.texts(),
        "cp_fset": fset,
        "cp_stamp": list(zones.stamps) if zones.stamps is not None else None,
        **{name: np.full(count, np.nan) for name in NOT_YET},
        **figures.columns,
    }
    if uncertainty is not None:
        unknown_size = np.full(count, np.nan)
        sizes = {name: run.sizes.get(key, unknown_size) for name, key in (("cp_gfa_m2", "m2"), ("cp_pop", "pp"))}
        columns.update(cp_unc=uncertainty, **sizes)
    specs = land_fields() if uncertainty is None else zone_fields()
    return pd.DataFrame({f.name: columns[f.name] for f in specs}, index=pd.RangeIndex(count))


def totals_of(
    views: Views, zones: PlanZones, laid: Overlay, rows: Rows, scope: Scope | None, *, has_base: bool, has_plan: bool
) -> tuple[Totals, Floats]:
    """Totals over counted fragments, and |tCO2e| by factor."""
    pairs = laid.pairs
    counted = pairs.fragment_counted[rows.fragment]
    whole = Groups(np.where(counted, 0, -1).astype(np.int64), 1)
    figures = views.figures(whole, baseline=has_base, plan=has_plan, scope=scope)
    value = {name: float(vector[0]) for name, vector in figures.columns.items()}
    area = total_mm2(pairs.fragment_mm2[pairs.fragment_counted]) / MM2_PER_HA
    unknown = max(area - float(figures.known[0]), 0.0)
    zone_of_row = pairs.fragment_zone[rows.fragment]
    labels, of_row = _class_pairs(zones, laid, rows, zone_of_row, counted)
    totals = Totals(
        zone_count=len(zones),
        area_ha=area,
        zone_overlap_ha=pairs.zone_overlap_mm2 / MM2_PER_HA,
        base_double_ha=total_mm2(pairs.double_mm2[pairs.fragment_counted]) / MM2_PER_HA,
        unknown_ha=unknown if unknown > 1e-9 * max(area, 1e-9) else 0.0,
        has_net=bool(np.isfinite(value["cp_net_t"])),
        net=value["cp_net_t"],
        low=value["cp_net_lo"],
        high=value["cp_net_hi"],
        emissions=value["cp_emis_t"],
        removals=value["cp_rem_t"],
        committed=value["cp_cmt_t"],
        baseline_stock_tc=value["cp_bstk_tc"],
        plan_stock_tc=value["cp_pstk_tc"],
        baseline_flux=value["cp_bflux_t"],
        plan_flux=value["cp_pflux_t"],
        covered_share=float(figures.spread.covered[0]),
        balance_error=pairs.balance_error,
        confidence=shares(figures.spread.by_confidence[0]),
        by_class=views.by_class(Groups(of_row, len(labels)), labels),
        sectors=_sector_table(value) if scope is not None else pd.DataFrame(),
        yearly=pathway(views.model, whole),
        figures=value if scope is not None else {},
    )
    return totals, figures.spread.by_factor


def _sector_table(value: dict[str, float]) -> pd.DataFrame:
    """Effect of each group of sectors with its interval; NaN where it is not evaluated or has no net."""
    rows = [(n, value[f"cp_{n}_t"], value[f"cp_{n}_lo"], value[f"cp_{n}_hi"]) for n in FIELDS]
    return pd.DataFrame(rows, columns=["field", "net_tco2e", "low", "high"])


def pieces_table(zones: PlanZones, base: BaseParcels | None, laid: Overlay) -> pd.DataFrame:
    """One row per piece of a zone and a parcel; ``counted`` is False where another zone counts it."""
    pairs = laid.pairs
    zone = pairs.fragment_zone[pairs.pair_fragment]
    plan = np.full(len(zones), None, dtype=object) if zones.plan_class is None else np.array(zones.plan_class, object)
    before = np.full(0, None, dtype=object) if base is None else np.array(base.classes, dtype=object)
    geometry: Optional[NDArray[np.object_]] = pairs.pieces
    return pd.DataFrame(
        {
            "zone_id": np.asarray(zones.ids, dtype=object)[zone],
            "base_class": before[pairs.pair_parcel],
            "plan_class": plan[zone],
            "area_ha": hectares(pairs.pair_mm2),
            "counted": pairs.fragment_counted[pairs.pair_fragment],
            "geometry": geometry if geometry is not None else np.full(len(zone), None, dtype=object),
        }
    )


def _overlapped(laid: Overlay, count: int) -> Floats:
    pairs = laid.pairs
    doubled = pairs.double_mm2 + np.where(pairs.fragment_counted, 0, pairs.fragment_mm2)
    total = np.zeros(count, dtype=np.int64)
    np.add.at(total, pairs.fragment_zone, doubled)
    return hectares(total)


def _confidence(figures: Figures) -> list[Optional[str]]:
    """Shares of the confidences in whole per cent; what is below half a per cent is left out."""
    weights = figures.spread.by_confidence
    total = weights.sum(axis=1, keepdims=True)
    percent = np.rint(np.divide(100.0 * weights, total, out=np.zeros_like(weights), where=total > 0)).astype(np.int64)
    rows, inverse = np.unique(percent, axis=0, return_inverse=True)
    texts = ["; ".join(f"{k} {v}%" for k, v in zip(CONFIDENCES, row) if v) or None for row in rows.tolist()]
    return [texts[i] for i in inverse.reshape(-1)]


def _flags(
    laid: Overlay,
    rows: Rows,
    figures: Figures,
    model: Model,
    base_mixes: Sequence[Mix],
    plan_mixes: Sequence[Mix],
    settings: Settings,
    has_base: bool,
    has_plan: bool,
) -> FlagMasks:
    masks = FlagMasks(len(laid.pairs.zone_mm2))
    pairs = laid.pairs
    zone_of_row = pairs.fragment_zone[rows.fragment]
    if has_base:
        masks.add_by(zone_of_row, union(masks, [m.flags for m in base_mixes])[rows.base])
        measured_mm2 = pairs.zone_mm2.astype(np.float64)
        nothing = _by_zone(zone_of_row, rows.base == NO_CODE, rows.mm2, len(masks.masks))
        measured = pairs.zone_mm2 > 0
        masks.add((nothing > NOTEWORTHY * measured_mm2) & (nothing < pairs.zone_mm2), "PARTIAL_BASE")
        masks.add(measured & (nothing >= pairs.zone_mm2), "NO_BASE")
    if has_plan:
        masks.add_by(zone_of_row, union(masks, [m.flags for m in plan_mixes])[rows.plan])
        masks.add(_by_zone(zone_of_row, rows.plan == 0, rows.mm2, len(masks.masks)) > 0, "NO_PLAN_CLASS")
    noted = ("SOIL_NE", "POOL_NE", "DISPLACED")
    of_transition: list[list[str]] = [[] for _ in model.activities.columns]
    for term in model.terms:
        of_transition[term.column] += [f for f in term.flags if f in noted]
        if term.net and any(model.book.factors[f].range_kind == "unknown" for f in term.amount.gradient):
            of_transition[term.column].append("RANGE_UNKNOWN")
    active = zone_of_row[model.activities.row]
    masks.add_by(active, union(masks, of_transition)[model.activities.col])
    everywhere = np.ones(len(masks.masks), dtype=bool)
    if settings.land_method == "flux":
        masks.add(everywhere, "NO_PULSE")
    masks.add(figures.spread.covered < 1.0 - 1e-9, "PARTIAL_RANGE")
    repaired = np.zeros(len(masks.masks), dtype=bool)
    repaired[[i.index for i in laid.zones.issues if i.kind == "REPAIRED"]] = True
    masks.add(repaired, "REPAIRED")
    hidden = _by_zone(pairs.fragment_zone, ~pairs.fragment_counted, pairs.fragment_mm2, len(masks.masks))
    masks.add(hidden > 0, "ZONE_OVERLAP")
    every = np.ones(len(pairs.double_mm2), dtype=bool)
    masks.add(_by_zone(pairs.fragment_zone, every, pairs.double_mm2, len(masks.masks)) > 0, "BASE_OVERLAP")
    return masks


def _by_zone(zone: Ints, where: NDArray[np.bool_], mm2: Ints, size: int) -> Ints:
    total = np.zeros(size, dtype=np.int64)
    np.add.at(total, zone[where], mm2[where])
    return total


def _class_pairs(
    zones: PlanZones, laid: Overlay, rows: Rows, zone_of_row: Ints, counted: NDArray[np.bool_]
) -> tuple[list[tuple[str, str]], Ints]:
    """Distinct (base class, planned class) codes and the group of each row; rows that are not counted have −1."""
    plan = ["" for _ in range(len(zones))] if zones.plan_class is None else [c or "" for c in zones.plan_class]
    names, plan_index = np.unique(np.array(plan, dtype=object).astype(str), return_inverse=True)
    # Parcels of one class that a survey tells apart are one line of this table.
    plain = ClassCodes.of([d.code for d in laid.described])
    base = plain.index([d.code for d in laid.described])[rows.base]
    key = base * len(names) + plan_index.reshape(-1)[zone_of_row]
    unique, of_row = np.unique(key, return_inverse=True)
    labels = [(plain.codes[k // len(names)] or "", str(names[k % len(names)])) for k in unique.tolist()]
    return labels, np.where(counted, of_row.reshape(-1), -1).astype(np.int64)

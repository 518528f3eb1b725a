"""Invariants of formulas.md 4.13 that hold for any plan, on random plans."""

from dataclasses import replace

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from carbon_planner.accounting.evaluate import evaluate
from carbon_planner.accounting.inputs import BaseParcels, PlanZones, Settings
from carbon_planner.factors.formats import write_file
from carbon_planner.factors.records import FactorSet
from carbon_planner.factors.store import open_set
from carbon_planner.geometry.crs import Crs

GRID = Crs.from_text("EPSG:4545")
BASE_CODES = ["0101", "0103", "0201", "0301", "0702", "1101", "1104", "9999"]
PLAN_CODES = ["0701", "0901", "1001", "1207", "1401", "0301", "16", "1701", None]
RUN = Settings(plan_system="landsea2023", base_system="survey3", start_year=2025, end_year=2040)


def cells(count, size, offset=0.0):
    """A grid of count × count squares."""
    x, y = np.meshgrid(np.arange(count), np.arange(count))
    left, low = 500_000 + offset + x.ravel() * size, 3_270_000 + offset + y.ravel() * size
    return shapely.box(left, low, left + size, low + size)


SEEDS = st.integers(0, 2**32 - 1)


def make(seed):
    """4 × 4 zones over 7 × 7 parcels that do not quite cover them."""
    rng = np.random.default_rng(seed)
    zones, parcels = cells(4, 150.0), cells(7, 83.0, offset=rng.uniform(-20, 40))
    plan = PlanZones(
        "zones", [f"Z{i:02d}" for i in range(16)], zones, GRID,
        plan_class=[PLAN_CODES[i] for i in rng.integers(0, len(PLAN_CODES), 16)],
        green_ratio=np.where(rng.random(16) < 0.5, np.nan, rng.uniform(0, 0.6, 16)),
        building_density=np.where(rng.random(16) < 0.5, np.nan, rng.uniform(0, 0.4, 16)),
    )  # fmt: skip
    keep = rng.random(49) < 0.9
    codes = [BASE_CODES[i] for i in rng.integers(0, len(BASE_CODES), 49)]
    base = BaseParcels(
        "base", [str(i) for i in np.flatnonzero(keep)], parcels[keep], GRID, [c for c, k in zip(codes, keep) if k]
    )
    return plan, base, rng


@given(SEEDS, st.sampled_from(["stock", "flux"]))
@settings(max_examples=25, deadline=None)
def test_parts_sum_to_the_whole(seed, method):
    plan, base, _ = make(seed)
    result = evaluate(plan, base, replace(RUN, land_method=method))
    zones, totals = result.zones, result.totals
    assert totals.area_ha == pytest.approx(zones.cp_area_ha.sum(), rel=1e-12)
    assert totals.unknown_ha == pytest.approx(zones.cp_unk_ha.sum(), abs=1e-9)
    if totals.has_net:
        assert totals.net == pytest.approx(zones.cp_net_t.sum(), rel=1e-9, abs=1e-9)
        assert totals.net == pytest.approx(totals.emissions + totals.removals, rel=1e-9, abs=1e-9)
        assert totals.low <= totals.net <= totals.high
        assert totals.by_class.net_tco2e.sum() == pytest.approx(totals.net, rel=1e-9, abs=1e-9)
    ledger = result.ledger
    counted = ledger[ledger["flags"].map(lambda f: "INFO" not in f) & (ledger.stage != "committed")]
    sign = np.where(counted.stage == "baseline", -1.0, 1.0)
    by_zone = (counted.tco2e * sign).groupby(counted.zone_id).sum()
    expected = zones.set_index("cp_zone_id").cp_net_t
    for zone, value in by_zone.items():
        assert value == pytest.approx(expected[zone], rel=1e-9, abs=1e-9)


@given(SEEDS)
@settings(max_examples=15, deadline=None)
def test_order_of_features_does_not_matter(seed):
    plan, base, rng = make(seed)
    first = evaluate(plan, base, RUN)
    zone_order, base_order = rng.permutation(16), rng.permutation(len(base))
    shuffled = replace(
        plan,
        ids=[plan.ids[i] for i in zone_order],
        geometry=plan.geometry[zone_order],
        plan_class=[plan.plan_class[i] for i in zone_order],
        green_ratio=plan.green_ratio[zone_order],
        building_density=plan.building_density[zone_order],
    )
    moved = replace(
        base,
        ids=[base.ids[i] for i in base_order],
        geometry=base.geometry[base_order],
        classes=[base.classes[i] for i in base_order],
    )
    second = evaluate(shuffled, moved, RUN)
    one, other = (r.zones.sort_values("cp_zone_id").reset_index(drop=True) for r in (first, second))
    for name in ("cp_area_ha", "cp_net_t", "cp_net_lo", "cp_net_hi", "cp_unk_ha", "cp_bstk_tc", "cp_pflux_t"):
        np.testing.assert_allclose(one[name], other[name], rtol=1e-12, atol=1e-9, equal_nan=True)
    assert one.cp_flags.tolist() == other.cp_flags.tolist()
    assert first.totals.net == pytest.approx(second.totals.net, rel=1e-12, abs=1e-9, nan_ok=True)


@given(SEEDS)
@settings(max_examples=15, deadline=None)
def test_splitting_a_zone_never_changes_the_total(seed):
    plan, base, _ = make(seed)
    whole = evaluate(plan, base, RUN)
    cut = shapely.box(500_000 - 10, 3_270_000 - 10, 500_000 + 77.7, 3_270_000 + 1000)
    first, rest = shapely.intersection(plan.geometry[0], cut), shapely.difference(plan.geometry[0], cut)
    split = replace(
        plan,
        ids=[*plan.ids, "Z00b"],
        geometry=np.array([first, *plan.geometry[1:], rest], dtype=object),
        plan_class=[*plan.plan_class, plan.plan_class[0]],
        green_ratio=np.append(plan.green_ratio, plan.green_ratio[0]),
        building_density=np.append(plan.building_density, plan.building_density[0]),
    )
    parts = evaluate(split, base, RUN)
    assert parts.totals.net == pytest.approx(whole.totals.net, rel=1e-9, abs=1e-6, nan_ok=True)
    assert parts.totals.low == pytest.approx(whole.totals.low, rel=1e-9, abs=1e-6, nan_ok=True)


def scaled(factor_set, by, **more):
    """The set with all values and ranges multiplied."""
    times = lambda v: None if v is None else v * by  # noqa: E731
    factors = tuple(replace(f, value=times(f.value), low=times(f.low), high=times(f.high)) for f in factor_set.factors)
    return FactorSet(replace(factor_set.info, id="scaled", **more), factors)


@pytest.mark.parametrize("by", [2.0, 0.125])
def test_scaling_all_factors_scales_the_result(tmp_path, by):
    path = tmp_path / "scaled.csv"
    write_file(path, scaled(open_set("", "stock"), by))
    plan = PlanZones(
        "z", ["a", "b"], cells(2, 100.0)[:2], GRID, plan_class=["0701", "0301"], base_class=["0103", "0201"]
    )
    run = replace(RUN, base_system="landsea2023")
    plain, times = evaluate(plan, None, run), evaluate(plan, None, replace(run, factor_set=str(path)))
    for name in ("cp_net_t", "cp_net_lo", "cp_net_hi", "cp_bstk_tc", "cp_cmt_t"):
        assert times.zones[name].tolist() == pytest.approx((plain.zones[name] * by).tolist(), rel=1e-12)


def test_an_unused_factor_never_changes_a_result(tmp_path):
    stock = open_set("", "stock")
    without = FactorSet(replace(stock.info, id="less"), tuple(f for f in stock.factors if f.item != "bamboo"))
    path = tmp_path / "less.csv"
    write_file(path, without)
    plan = PlanZones("z", ["a"], cells(1, 100.0), GRID, plan_class=["0701"], base_class=["0103"])
    run = replace(RUN, base_system="landsea2023")
    full, less = evaluate(plan, None, run), evaluate(plan, None, replace(run, factor_set=str(path)))
    assert less.totals.net == full.totals.net
    assert (less.totals.low, less.totals.high) == (full.totals.low, full.totals.high)


def test_reprojecting_changes_area_by_less_than_a_millionth():
    from carbon_planner.geometry.crs import transform

    plan = PlanZones("z", ["a"], cells(1, 100.0), GRID, plan_class=["0701"], base_class=["0103"])
    run = replace(RUN, base_system="landsea2023")
    here = evaluate(plan, None, run).totals
    for name in ("EPSG:4490", "EPSG:3857", "EPSG:4524", "EPSG:4544"):
        crs = Crs.from_text(name)
        there = evaluate(replace(plan, geometry=transform(plan.geometry, GRID, crs), crs=crs), None, run).totals
        assert there.area_ha == pytest.approx(here.area_ha, rel=1e-6)
        assert there.net == pytest.approx(here.net, rel=1e-6)


def test_overlapping_zones_count_every_place_once():
    zones = np.array([shapely.box(0, 0, 300, 300), shapely.box(200, 0, 400, 300)], dtype=object)
    moved = np.array([shapely.transform(z, lambda c: c + np.array([500_000, 3_270_000])) for z in zones], dtype=object)
    plan = PlanZones("z", ["a", "b"], moved, GRID, plan_class=["0701", "0701"], base_class=["0103", "0103"])
    run = replace(RUN, base_system="landsea2023", area_method="planar")
    result = evaluate(plan, None, run)
    assert result.zones.cp_area_ha.tolist() == pytest.approx([9.0, 6.0])
    assert result.totals.area_ha == pytest.approx(12.0)
    assert result.totals.zone_overlap_ha == pytest.approx(3.0)
    assert result.totals.net == pytest.approx(result.zones.cp_net_t.sum() * 12 / 15)
    assert result.zones.cp_ovl_ha.tolist() == pytest.approx([3.0, 0.0])
    assert [m.id for m in result.warnings if m.id == "ZONES_OVERLAP"] == ["ZONES_OVERLAP"]

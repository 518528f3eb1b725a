"""Golden numbers of the land account: what the rules and formulas say, to the last digit."""

from dataclasses import replace

import numpy as np
import pytest
import shapely

from carbon_planner.accounting.evaluate import evaluate
from carbon_planner.accounting.inputs import BaseParcels, PlanZones, Settings
from carbon_planner.base.errors import InputError, SettingsError
from carbon_planner.base.units import CO2_PER_C
from carbon_planner.classes.library import ClassLibrary
from carbon_planner.factors.formats import write_file
from carbon_planner.factors.records import FactorSet
from carbon_planner.factors.store import open_set
from carbon_planner.geometry.crs import Crs

GRID = Crs.from_text("EPSG:4545")
PLANAR = {"area_method": "planar"}


def squares(*hectares):
    """Separate rectangles of given areas near the central meridian, 100 m high."""
    left, found = 500_000.0, []
    for area in hectares:
        width = area * 100.0
        found.append(shapely.box(left, 3_000_000.0, left + width, 3_000_100.0))
        left += width + 50.0
    return np.array(found, dtype=object)


def plan(base, target, hectares=10.0, system="landsea2023", base_system="landsea2023", **more):
    """Evaluate one rectangle from a base class to a planned class; returns the Evaluation."""
    settings = {k: more.pop(k) for k in list(more) if k in Settings.__dataclass_fields__}
    zones = PlanZones(
        layer="zones",
        ids=["Z1"],
        geometry=squares(hectares),
        crs=GRID,
        plan_class=None if target is None else [target],
        base_class=None if base is None else [base],
        **{k: np.array([v]) for k, v in more.items()},
    )
    return evaluate(zones, None, Settings(plan_system=system, base_system=base_system, **PLANAR, **settings))


def row(result):
    return result.zones.iloc[0]


def test_cropland_to_residential_by_cover_and_lumped():
    """Carbon rule 5: the choice between cover shares and the lumped class doubles the answer."""
    by_cover = row(plan("0103", "0701", green_ratio=0.35, building_density=0.25))
    assert by_cover.cp_net_t == pytest.approx(156.85 * CO2_PER_C, rel=1e-12)
    assert by_cover.cp_net_t == pytest.approx(575.1166666667)
    lumped = row(plan("cropland", "built_residential", system="generic", base_system="generic"))
    assert lumped.cp_net_t == pytest.approx(1243.0)
    assert "COVER_DEFAULT" in lumped.cp_flags.split()
    assert "COVER_DEFAULT" not in by_cover.cp_flags.split()


def test_stock_columns_agree_with_each_other():
    result = row(plan("0103", "0701", green_ratio=0.35, building_density=0.25))
    assert result.cp_bstk_tc == pytest.approx(952.0)
    assert result.cp_pstk_tc == pytest.approx(795.15)
    assert result.cp_stke_t == pytest.approx(-(result.cp_pstk_tc - result.cp_bstk_tc) * CO2_PER_C)
    assert result.cp_net_ha == pytest.approx(57.51166666667)
    assert result.cp_area_ha == pytest.approx(10.0, abs=1e-9)


def test_invest_sample_pools(tmp_path):
    """formulas.md 4.1: 10 ha forest to urban, 257 and 27 t/ha, is -2300 t C."""
    rows = ["factor_id,system,item,parameter,value,unit,gas,range_kind,source,year,confidence,region,category"]
    for item, pools in {"forest": (140, 70, 35, 12), "built": (5, 5, 15, 2)}.items():
        for pool, value in zip(("above", "below", "soil", "dead"), pools):
            rows.append(f"{item}_{pool},generic,{item},{pool},{value},tC/ha,C,none,InVEST guide,2024,recalled,World,x")
    path = tmp_path / "pools.csv"
    path.write_text("\n".join(rows), encoding="utf-8")
    result = plan("forest", "built", system="generic", base_system="generic", factor_set=str(path))
    zone = row(result)
    assert zone.cp_pstk_tc - zone.cp_bstk_tc == pytest.approx(-2300.0)
    assert zone.cp_net_t == pytest.approx(8433.3333333333)
    assert np.isnan(zone.cp_bflux_t), "a set of the user's own says nothing of fluxes"


def test_forest_to_built_by_stock_and_by_flux():
    """Carbon rule 2: about 207 tCO2/ha by stock, 2.4 tCO2/(ha·yr) by flux, never added."""
    stock = row(plan("forest", "built", 1.0, "generic", "generic"))
    assert stock.cp_net_t == pytest.approx((117.79 - 61.3) * CO2_PER_C)
    flux = row(plan("forest", "built", 1.0, "generic", "generic", land_method="flux"))
    assert flux.cp_net_t == pytest.approx(0.644 * CO2_PER_C * 35)
    assert flux.cp_bflux_t == pytest.approx(-0.644 * CO2_PER_C)
    assert "NO_PULSE" in flux.cp_flags.split()
    assert flux.cp_stke_t == pytest.approx(stock.cp_stke_t), "stocks are information beside fluxes"


def test_cropland_inputs_are_not_credited():
    """Carbon rule 9: paving cropland does not earn its farm emissions; they are listed as displaced."""
    result = plan("0103", "0301", 2.0, land_method="flux")
    assert row(result).cp_net_t == pytest.approx(2.0 * 35 * -0.644 * CO2_PER_C)
    displaced = result.ledger[result.ledger.stage == "displaced"]
    assert displaced.tco2e.sum() == pytest.approx(2.0 * 35 * 0.422 * CO2_PER_C)


def test_added_urban_green_saturates_after_twenty_years():
    """Carbon rule 8: bare ground to urban green by flux counts 20 of 35 years."""
    zone = row(plan("bare", "green_urban", 1.0, "generic", "generic", land_method="flux"))
    assert zone.cp_net_t == pytest.approx(CO2_PER_C * (20 * -0.021 - 35 * -0.005))


@pytest.mark.parametrize("code", ["0101", "0301", "0701", "1401", "1207", "1701", "0501"])
@pytest.mark.parametrize("method", ["stock", "flux"])
def test_nothing_changes_where_the_plan_repeats_the_baseline(code, method):
    zone = row(plan(code, code, land_method=method))
    assert (zone.cp_net_t, zone.cp_net_lo, zone.cp_net_hi) == (0.0, 0.0, 0.0)
    assert (zone.cp_emis_t, zone.cp_rem_t) == (0.0, 0.0)


def test_reverse_change_has_the_opposite_sign():
    there = row(plan("cropland", "forest", 3.0, "generic", "generic"))
    back = row(plan("forest", "cropland", 3.0, "generic", "generic"))
    assert there.cp_net_t == pytest.approx(-back.cp_net_t)
    assert there.cp_net_t == pytest.approx(-3.0 * (117.79 - 95.2) * CO2_PER_C)


def test_sealing_never_gains_soil():
    """Carbon rule 6: bare ground (25 t/ha of soil) to a lumped built class (60) gains none."""
    lumped = row(plan("bare", "built", 1.0, "generic", "generic"))
    assert lumped.cp_net_t == pytest.approx((0.3 - 1.3) * CO2_PER_C)
    sealed = row(plan("2306", "1207", 1.0, green_ratio=0.0))
    assert sealed.cp_net_t > 0


def test_flooding_leaves_soil_out_on_both_sides():
    """Carbon rule 6: soil under water is not estimated; only the biomass counts."""
    result = plan("0103", "1704", 1.0)
    zone = row(result)
    assert zone.cp_net_t == pytest.approx(3.2 * CO2_PER_C)
    assert zone.cp_bstk_tc == pytest.approx(3.2)
    assert "SOIL_NE" in zone.cp_flags.split()
    left_out = result.ledger[result.ledger.category == "not_estimated"]
    assert left_out.act_qty.sum() == pytest.approx(92.0)
    back = row(plan("1704", "0103", 1.0))
    assert back.cp_net_t == pytest.approx(-3.2 * CO2_PER_C)


def test_timing_splits_into_net_and_committed():
    """Carbon rule 3: with 10 years left, half of soil and growth is committed; net + committed = total."""
    short = row(plan("0301", "0103", 1.0, end_year=2035))
    loss, grown, soil = 19.5 + 4.65 + 2.74, 3.2, 90.9 - 92.0
    assert short.cp_net_t == pytest.approx((loss - grown / 2 + soil / 2) * CO2_PER_C)
    assert short.cp_net_t + short.cp_cmt_t == pytest.approx(short.cp_stke_t)
    pulse = row(plan("0301", "0103", 1.0, end_year=2035, stock_timing="pulse"))
    assert (pulse.cp_net_t, pulse.cp_cmt_t) == (pytest.approx(short.cp_stke_t), 0.0)
    linear = row(plan("0301", "0103", 1.0, end_year=2035, stock_timing="linear"))
    assert linear.cp_net_t == pytest.approx(short.cp_stke_t / 2)


def test_ledger_adds_up_to_the_zone():
    for method in ("stock", "flux"):
        result = plan("0103", "0701", end_year=2040, land_method=method)
        ledger, zone = result.ledger, row(result)
        counted = ledger[ledger["flags"].map(lambda f: "INFO" not in f) & (ledger.stage != "committed")]
        sign = np.where(counted.stage == "baseline", -1.0, 1.0)
        assert (counted.tco2e * sign).sum() == pytest.approx(zone.cp_net_t)
        assert ledger[ledger.stage == "committed"].tco2e.sum() == pytest.approx(zone.cp_cmt_t, abs=1e-9)
        key = ["zone_id", "stage", "category", "item", "yr_from", "yr_to", "gas"]
        assert not ledger.duplicated(key).any()
        assert set(ledger.fset) <= {open_set("", "stock").ref, open_set("", "flux").ref, open_set("ipcc_afolu").ref}


def test_one_state_only_gives_no_net():
    only_plan = row(plan(None, "0701", base_system=""))
    assert np.isnan(only_plan.cp_net_t)
    assert np.isnan(only_plan.cp_bstk_tc)
    assert only_plan.cp_pstk_tc == pytest.approx(10 * (0.33 * 90.5 + 0.67 * 60.0))
    only_base = row(plan("0301", None, system=""))
    assert np.isnan(only_base.cp_net_t)
    assert np.isnan(only_base.cp_pstk_tc)
    assert only_base.cp_bstk_tc == pytest.approx(1177.9)
    with pytest.raises(InputError, match="neither"):
        plan(None, None)


def test_reserve_land_keeps_the_baseline():
    zone = row(plan("0301", "16"))
    assert zone.cp_net_t == 0.0
    assert "KEEP_BASE" in zone.cp_flags.split()


def test_mixed_code_is_split_by_its_shares():
    """Carbon rule 11: 0701/0301(7:3) is 70 % of one and 30 % of the other."""
    whole = row(plan("0103", "0701/0301(7:3)"))
    housing, forest = row(plan("0103", "0701")), row(plan("0103", "0301"))
    assert whole.cp_pstk_tc == pytest.approx(0.7 * housing.cp_pstk_tc + 0.3 * forest.cp_pstk_tc)
    assert "MIXED_CODE" in whole.cp_flags.split()


@pytest.mark.parametrize("method", ["stock", "flux"])
def test_every_planned_class_gets_a_result(method):
    """All 175 codes of 用地用海 2023, through their factor, their parents or their cover shares."""
    codes = list(ClassLibrary.shipped().system("landsea2023").codes())
    assert len(codes) == 175
    shapes = np.array(
        [shapely.box(5e5, 3e6 + 200 * i, 5e5 + 100, 3e6 + 200 * i + 100) for i in range(175)], dtype=object
    )
    zones = PlanZones("z", codes, shapes, GRID, plan_class=codes, base_class=["0103"] * 175)
    settings = Settings(plan_system="landsea2023", base_system="landsea2023", land_method=method, **PLANAR)
    result = evaluate(zones, None, settings).zones
    assert result.cp_net_t.notna().all()
    assert (result.cp_unk_ha == 0.0).all()
    assert not result.cp_flags.str.contains("NO_FACTOR|UNKNOWN_CLASS").any()


def test_unknown_codes_are_area_not_zero():
    zone = row(plan("0103", "9999"))
    assert np.isnan(zone.cp_net_t)
    assert zone.cp_unk_ha == pytest.approx(10.0)
    assert "UNKNOWN_CLASS" in zone.cp_flags.split()
    assert zone.cp_bstk_tc == pytest.approx(952.0)


def test_survey_parcel_yields_its_deduction():
    """Carbon rule 10: TBDLMJ of DLBM plus KCMJ of KCDLBM, pro rata of the clipped area."""
    from carbon_planner.accounting.inputs import SurveyAreas

    parcel = squares(10.0)
    half = np.array([shapely.box(500_000.0, 3_000_000.0, 500_500.0, 3_000_100.0)], dtype=object)
    survey = SurveyAreas(np.array([100_400.0]), np.array([10_040.0]), ["1203"])
    base = BaseParcels("DLTB", ["1"], parcel, GRID, ["0103"], survey)
    zones = PlanZones("zones", ["Z1"], half, GRID, plan_class=["0301"])
    settings = Settings(plan_system="landsea2023", base_system="survey3", area_method="field")
    result = evaluate(zones, base, settings)
    assert row(result).cp_area_ha == pytest.approx(5.02, rel=1e-7)
    by_class = result.totals.by_class.set_index("base_class").area_ha
    assert by_class["0103"] == pytest.approx(4.518, rel=1e-7)
    assert by_class["1203"] == pytest.approx(0.502, rel=1e-7)


def test_settings_out_of_range():
    with pytest.raises(SettingsError, match="end year"):
        plan("0103", "0701", end_year=2025)
    with pytest.raises(InputError, match="more than 1"):
        plan("0103", "0701", green_ratio=0.7, building_density=0.4)
    with pytest.raises(InputError, match="GREEN_RATIO"):
        plan("0103", "0701", green_ratio=35.0)


def table(tmp_path, pools):
    """A factor table of generic classes: {item: {pool: t C/ha}}."""
    rows = ["factor_id,system,item,parameter,value,unit,gas,range_kind,source,year,confidence,region,category"]
    for item, values in pools.items():
        for pool, value in values.items():
            rows.append(f"{item}_{pool},generic,{item},{pool},{value},tC/ha,C,none,a test,2024,recalled,World,x")
    path = tmp_path / "pools.csv"
    path.write_text("\n".join(rows), encoding="utf-8")
    return str(path)


def test_living_biomass_given_as_a_sum_is_compared_with_its_parts(tmp_path):
    path = table(
        tmp_path, {"forest": {"vegetation": 24, "soil": 90}, "grassland": {"above": 1, "below": 3, "soil": 85}}
    )
    zone = row(plan("forest", "grassland", 1.0, "generic", "generic", factor_set=path))
    assert zone.cp_net_t == pytest.approx((24 - 4 + 90 - 85) * CO2_PER_C)
    assert "POOL_NE" not in zone.cp_flags.split()


def test_a_total_cannot_be_sealed(tmp_path):
    """Of a total nobody knows how much is the soil that stays under the paving."""
    path = table(tmp_path, {"forest": {"total": 118}, "built": {"total": 60}, "green_urban": {"total": 90}})
    zone = row(plan("0301", "0701", 1.0, factor_set=path))
    assert "POOL_NE" in zone.cp_flags.split()
    assert zone.cp_net_t == pytest.approx(0.33 * (118 - 90) * CO2_PER_C)


def test_cropland_keyed_by_code_is_displaced_too(tmp_path):
    """Rule 9 holds whatever system the factors are keyed by: no credit for farm inputs of paved cropland."""
    path = tmp_path / "flux.csv"
    rows = [f for f in open_set("", "flux").factors if f.item in ("cropland", "forest")]
    own = tuple(replace(f, system="survey3", item={"cropland": "0103", "forest": "0301"}[f.item]) for f in rows)
    write_file(path, FactorSet(replace(open_set("", "flux").info, id="own", system="survey3"), own))
    zones = PlanZones(
        "z", ["a"], np.array([shapely.box(500_000, 3_270_000, 500_100, 3_270_100)], dtype=object),
        Crs.from_text("EPSG:32648"), plan_class=["0301"], base_class=["0103"],
    )  # fmt: skip
    run = Settings(plan_system="survey3", base_system="survey3", land_method="flux", factor_set=str(path))
    found = evaluate(zones, None, run)
    assert "DISPLACED" in found.zones.cp_flags[0]
    assert set(found.ledger.category) == {"displaced", "land_flux"}

"""What surveys know of base parcels: planting attributes, heavy emitters, measured biomass."""

import numpy as np
import pytest
import shapely

from carbon_planner.accounting.evaluate import evaluate
from carbon_planner.accounting.inputs import BaseParcels, PlanZones, Settings
from carbon_planner.base.units import CO2_PER_C
from carbon_planner.classes.library import ClassLibrary
from carbon_planner.classes.survey import heavy_emitter, vegetation
from carbon_planner.factors.lookup import Lookup
from carbon_planner.factors.store import open_set
from carbon_planner.geometry.crs import Crs

UTM = Crs.from_text("EPSG:32648")
X, Y = 500_000.0, 3_270_000.0
HECTARE = 10_000.0


def box(x0, y0, x1, y1):
    return shapely.box(X + x0, Y + y0, X + x1, Y + y1)


def plan(code="0701", green=0.35, density=0.25, width=200.0):
    return PlanZones(
        "plan", ["z"], np.array([box(0, 0, width, 100)], dtype=object), UTM, plan_class=[code],
        green_ratio=None if green is None else np.array([green]),
        building_density=None if density is None else np.array([density]),
    )  # fmt: skip


def parcels(*classes, living=None, **attributes):
    width = 200.0 / len(classes)
    shapes = [box(i * width, 0, (i + 1) * width, 100) for i in range(len(classes))]
    return BaseParcels(
        "DLTB", [f"p{i}" for i in range(len(classes))], np.array(shapes, dtype=object), UTM, list(classes),
        attributes=attributes, living_tc_ha=None if living is None else np.array(living, dtype=float),
    )  # fmt: skip


SETTINGS = Settings(plan_system="landsea2023", base_system="survey3")


def net(zones, base, settings=SETTINGS):
    return evaluate(zones, base, settings).totals.net


def density(item, pool):
    return open_set("").get("generic", item, pool).value


def test_the_planting_attribute_says_what_grows_on_cropland():
    assert vegetation("0103", {"ZZSXDM": "LM"}) == "forest"
    assert vegetation("0103", {"ZZSXDM": "ym"}) == "orchard"
    assert vegetation("0103", {"ZZSXDM": "LS"}) == ""
    assert vegetation("0301", {"ZZSXDM": "LM"}) == ""
    assert vegetation("0404", {"TBXHDM": "GCCD"}) == "shrubland"
    assert heavy_emitter({"TBXHDM": "SNGY"}).name_en == "cement industry land"
    assert heavy_emitter({"TBXHDM": "HDGD"}) is None


def test_trees_on_cropland_leave_as_trees_and_the_soil_stays_cropland_soil():
    zones = plan()
    bare, planted = net(zones, parcels("0103")), net(zones, parcels("0103", ZZSXDM=["LM"]))
    area = evaluate(zones, parcels("0103"), SETTINGS).totals.area_ha
    assert area == pytest.approx(2.0, rel=1e-3)
    field = Lookup(open_set(""), ClassLibrary.shipped()).pools(ClassLibrary.shipped().match("survey3", "0103"))
    living = sum(density("forest", p) - field[p].factor.value for p in ("above", "below", "dead"))
    assert planted - bare == pytest.approx(living * area * CO2_PER_C, rel=1e-9)


def test_measured_biomass_replaces_the_class_mean():
    zones = plan()
    area = evaluate(zones, parcels("0301"), SETTINGS).totals.area_ha
    mean = sum(density("forest", p) for p in ("above", "below"))
    by_mean = net(zones, parcels("0301"))
    assert net(zones, parcels("0301", living=[mean])) == pytest.approx(by_mean, rel=1e-6)
    richer = net(zones, parcels("0301", living=[mean + 50.0]))
    assert richer - by_mean == pytest.approx(50.0 * area * CO2_PER_C, rel=1e-6)


def test_only_measured_parcels_differ_and_flags_say_so():
    zones, mean = plan(), sum(density("forest", p) for p in ("above", "below"))
    mixed = evaluate(zones, parcels("0301", "0301", living=[mean + 10.0, np.nan]), SETTINGS)
    whole = evaluate(zones, parcels("0301", "0301"), SETTINGS)
    assert mixed.totals.net - whole.totals.net == pytest.approx(10.0 * whole.totals.area_ha / 2 * CO2_PER_C, rel=1e-4)
    assert "MEASURED" in mixed.zones.cp_flags[0]
    assert "MEASURED" not in whole.zones.cp_flags[0]
    assert mixed.totals.by_class.base_class.tolist() == ["0301"]


def test_forest_that_stays_forest_keeps_what_was_measured():
    zones = plan("0301", green=None, density=None)
    found = evaluate(zones, parcels("0301", living=[123.0]), SETTINGS)
    assert found.totals.net == 0.0
    assert (found.totals.low, found.totals.high) == (0.0, 0.0)
    ground = sum(density("forest", p) for p in ("dead", "soil"))
    assert found.totals.baseline_stock_tc == pytest.approx((123.0 + ground) * found.totals.area_ha, rel=1e-6)
    assert found.totals.plan_stock_tc == pytest.approx(found.totals.baseline_stock_tc, rel=1e-12)


def test_the_ledger_shows_measured_carbon_with_its_unit():
    found = evaluate(plan(), parcels("0301", living=[40.0]), SETTINGS)
    rows = found.ledger[found.ledger["item"].str.contains("living")]
    held = rows[rows.stage == "baseline"]
    assert set(held.act_unit) == {"t C"}
    assert held.act_qty.sum() == pytest.approx(40.0 * found.totals.area_ha, rel=1e-6)
    lost = rows[rows.stage == "change"]
    assert lost.tco2e.sum() == pytest.approx(40.0 * found.totals.area_ha * CO2_PER_C, rel=1e-6)
    assert set(lost.yr_from) == {2026}


def test_parts_of_a_zone_add_up_whatever_the_parcels_hold():
    base = parcels("0301", "0103", "0301", "0404", living=[80.0, np.nan, 20.0, np.nan], ZZSXDM=[None, "YM", None, None])
    whole = net(plan(), base)
    halves = PlanZones(
        "plan", ["a", "b"], np.array([box(0, 0, 77, 100), box(77, 0, 200, 100)], dtype=object), UTM,
        plan_class=["0701", "0701"], green_ratio=np.full(2, 0.35), building_density=np.full(2, 0.25),
    )  # fmt: skip
    assert net(halves, base) == pytest.approx(whole, rel=1e-9)


def test_heavy_emitters_are_listed_and_flagged():
    found = evaluate(plan(), parcels("0601", "0103", TBXHDM=["GTGY", None]), SETTINGS)
    (told,) = [m for m in found.warnings if m.id == "HEAVY_EMITTERS"]
    assert told.params["features"] == "p0"
    assert "钢铁" in told.text("zh") or "高耗能" in told.text("zh")
    assert "HEAVY_EMITTER" in found.zones.cp_flags[0]


def test_every_vegetation_of_the_attribute_table_is_a_generic_class():
    from carbon_planner.classes.survey import survey_codes

    known = {g.id for g in ClassLibrary.shipped().generics()}
    assert {c.generic for c in survey_codes().values() if c.generic} <= known


def approved(green, density):
    shapes = np.array([box(0, 0, 200, 100)], dtype=object)
    return BaseParcels("approved", ["a"], shapes, UTM, ["0701"], green_ratio=green, building_density=density)


def test_an_approved_plan_as_baseline_keeps_its_own_ratios():
    settings = Settings(plan_system="landsea2023", base_system="landsea2023", baseline="approved_plan")
    same = approved(np.array([0.35]), np.array([0.25]))
    assert net(plan(), same, settings) == pytest.approx(0.0, abs=1e-9)
    greener = net(plan(green=0.45, density=0.25), same, settings)
    less = net(plan(green=0.35, density=0.25), approved(np.array([0.45]), np.array([0.25])), settings)
    assert greener < 0 < less
    silent = evaluate(plan(green=None, density=None), approved(np.array([np.nan]), None), settings)
    assert silent.totals.net == pytest.approx(0.0, abs=1e-9)
    assert silent.zones.cp_bl[0] == "approved_plan"

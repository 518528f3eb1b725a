"""The steps of an evaluation on plain tables."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
import shapely

from carbon_planner import api
from carbon_planner.base.errors import FactorError, InputError
from carbon_planner.factors.records import Factor, FactorSet, SetInfo
from carbon_planner.factors.store import open_set
from carbon_planner.jobs.blocks import areas, intervals, tables
from carbon_planner.jobs.blocks.apply import Fields, apply_factors

X, Y = 500_000.0, 3_300_000.0
CRS = api.Crs.from_text("EPSG:4545")


def box(x, width=100.0):
    return shapely.box(X + x, Y, X + x + width, Y + 100.0)


def zones(shapes, classes, **more):
    return api.PlanZones("z", [str(i + 1) for i in range(len(shapes))], np.array(shapes, object), CRS, classes, **more)


def test_areas_of_classes_add_up_to_the_zone():
    plan = zones([box(0), box(50)], ["0701", None])
    base = api.BaseParcels("b", ["a", "b"], np.array([box(0, 60), box(60, 60)], object), CRS, ["0301", "0103"])
    found = areas.areas_by_class(plan, base, api.Settings(area_method="planar"))
    rows = {(z, b): (a, c) for z, b, a, c in zip(found["zone_id"], found["base_class"], found["area_ha"],
                                                found["counted_ha"])}  # fmt: skip
    assert rows["1", "0301"][0] == pytest.approx(0.6)
    assert rows["1", "0103"][0] == pytest.approx(0.4)
    assert rows["2", "0301"][0] == pytest.approx(0.1)
    assert rows["1", "0301"][1] + rows["2", "0301"][1] == pytest.approx(0.6)  # each place counts once
    assert found["counted_ha"].sum() == pytest.approx(1.5)
    assert rows["2", None][0] == pytest.approx(0.3)
    assert found.groupby("zone_id")["share"].sum().tolist() == pytest.approx([1.0, 1.0])
    assert found["plan_class"].tolist() == ["0701", "0701", None, None, None]


def test_activities_of_land_and_sectors():
    plan = zones([box(0)], ["0701"], base_class=["cropland"], plot_ratio=np.array([2.0]))
    settings = api.Settings(plan_system="landsea2023", base_system="generic", sectors=("land", "buildings"))
    found = areas.activities(api.evaluate(plan, None, settings))
    land = found[(found["kind"] == "activity") & (found["sector"] == "land")]
    assert land["value"].sum() == pytest.approx(1.0)
    assert set(land["unit"]) == {"ha"}
    stated = found[(found["kind"] == "quantity") & (found["side"] == "plan")].set_index("item")
    assert stated.loc["floor_area_m2", "value"] == pytest.approx(20000.0)
    assert stated.loc["floor_area_m2", "origin"] == "derived"
    assert len(found[(found["sector"] == "buildings") & (found["kind"] == "activity")]) >= 1


def own_set():
    def factor(name, value, unit, low=None, high=None, gas="CO2"):
        kind = "none" if low is None else "95"
        return Factor(name, "other", "", name, name, name, "ef", "CN", value, low, high, kind, unit, gas, 2024,
                      "a test", "verified")  # fmt: skip

    return FactorSet(
        SetInfo("own", "1.0.0", "other"),
        (
            factor("power", 0.5, "kgCO2/kWh", 0.4, 0.7),
            factor("heat", 0.11, "tCO2/GJ", 0.10, 0.12),
            factor("soil", 60.0, "tC/ha"),
            factor("ch4", 2.0, "kgCH4/(person·yr)", gas="CH4"),
            factor("size", 30.0, "m2/person", gas=""),
            factor("unknown", None, "kgCO2/kWh"),
        ),
    )


def test_units_are_multiplied_and_checked():
    table = pd.DataFrame(
        {"what": ["power", "heat", "soil", "ch4", "power"], "much": [1000.0, 10.0, 1e4, 50.0, None],
         "unit": ["MWh", "GJ", "m2", "person", "kWh"], "zone": ["a", "a", "b", "b", "b"]}
    )  # fmt: skip
    found = apply_factors(
        table, Fields("much", unit_field="unit", factor_field="what", parameter="ef", group="zone"), own_set(), "AR6"
    )
    assert found["row"].tolist() == [1, 2, 3, 4]  # a null activity is no nought
    assert found["tco2e"].tolist() == pytest.approx([500.0, 1.1, 60.0 * 44 / 12, 0.1 * found["tco2e"][3] / 0.1])
    methane = api.open_set("gwp")
    gwp = next(f.value for f in methane.factors if f.parameter == "GWP100 AR6" and f.item == "CH4")
    assert found["tco2e"][3] == pytest.approx(0.1 * gwp)
    assert found["gas_t"].tolist()[3] == pytest.approx(0.1)
    assert found["unit"].tolist() == ["tCO2e", "tCO2e", "tCO2e", "tCO2e/yr"]
    assert (found["lo"][0], found["hi"][0]) == (pytest.approx(400.0), pytest.approx(700.0))
    assert math.isnan(found["lo"][2])
    assert found["group"].tolist() == ["a", "a", "b", "b"]


@pytest.mark.parametrize(
    ("what", "unit", "msg_id"),
    [
        ("power", "GJ·m2", "BLOCK_UNITS"),
        ("size", "person", "BLOCK_UNITS"),
        ("power", "bananas", "BLOCK_UNIT"),
        ("nothing", "kWh", "BLOCK_NO_FACTOR"),
        ("unknown", "kWh", "BLOCK_NOT_ESTIMATED"),
    ],
)
def test_what_does_not_fit_is_refused_with_its_row(what, unit, msg_id):
    table = pd.DataFrame({"what": [what], "much": [1.0]})
    with pytest.raises((InputError, FactorError)) as caught:
        apply_factors(table, Fields("much", unit, factor_field="what", parameter="ef"), own_set())
    assert caught.value.message.id == msg_id
    assert "1" in caught.value.text("zh")


def test_rows_with_the_same_factor_move_together():
    library = open_set("building")
    factor = next(f for f in library.factors if f.factor_id == "emb_res_rc")  # 400 (300 … 550) kgCO2e/m2
    table = pd.DataFrame({"f": [factor.factor_id] * 3, "kwh": [1e6, 2e6, -1e6], "zone": ["a", "b", "b"]})
    ledger = apply_factors(table, Fields("kwh", "m2", factor_field="f", group="zone"), library)
    found = intervals.of_ledger(ledger, "group")
    total = found.intervals.set_index("group")
    one, both = total.loc["a"], total.loc[""]
    assert both["tco2e"] == pytest.approx(2e6 * factor.value / 1000.0)
    assert both["hi"] - both["tco2e"] == pytest.approx(2.0 * (one["hi"] - one["tco2e"]))  # not √3
    assert total.loc["b", "hi"] - total.loc["b", "tco2e"] == pytest.approx(one["hi"] - one["tco2e"])
    assert found.factors["factor_id"].tolist() == [factor.factor_id]
    assert found.factors["share"][0] == pytest.approx(1.0)
    drawn = intervals.of_ledger(ledger, "group", draws=4000, seed=3)
    again = intervals.of_ledger(ledger.iloc[::-1], "group", draws=4000, seed=3)
    assert drawn.intervals.set_index("group").loc["", "lo"] == again.intervals.set_index("group").loc["", "lo"]
    assert drawn.intervals["method"][0].startswith("MC n=4000")
    assert drawn.intervals.set_index("group").loc["", "hi"] == pytest.approx(both["hi"], rel=0.05)


def test_intervals_of_a_run_are_those_of_its_zones():
    plan = zones([box(0), box(200)], ["0701", "0901"], base_class=["cropland", "forest"])
    run = api.evaluate(plan, None, api.Settings(plan_system="landsea2023", base_system="generic"))
    found = intervals.of_evaluation(run).intervals
    assert found["lo"].tolist() == pytest.approx([*run.zones["cp_net_lo"], run.totals.low])
    assert found["hi"].tolist() == pytest.approx([*run.zones["cp_net_hi"], run.totals.high])
    shares = intervals.of_evaluation(run).factors["share"]
    assert shares.sum() == pytest.approx(1.0)
    assert shares.is_monotonic_decreasing


def test_a_ledger_of_several_factors_asks_for_the_run():
    plan = zones([box(0)], ["0701"], base_class=["cropland"])
    run = api.evaluate(plan, None, api.Settings(plan_system="landsea2023", base_system="generic"))
    with pytest.raises(InputError) as caught:
        intervals.of_ledger(run.ledger[run.ledger["factor_id"].str.contains(";")])
    assert caught.value.message.id == "BLOCK_ROW_OF_SEVERAL"


def test_decomposition():
    start = pd.DataFrame({"zone": ["a"], "activity": [10.0], "intensity": [10.0]})
    end = pd.DataFrame({"zone": ["a"], "activity": [12.0], "intensity": [9.5]})
    found = tables.decompose(start, end, "zone", ["activity", "intensity"]).set_index(["part", "factor"])["effect"]
    assert found["a", "activity"] == pytest.approx(19.480544, abs=5e-7)
    assert found["a", "intensity"] == pytest.approx(-5.480544, abs=5e-7)
    assert found["total", "product"] == 14.0
    more = tables.decompose(start, pd.concat([end, end.assign(zone="b")]), "zone", ["activity", "intensity"])
    of_b = more[more["part"] == "b"].set_index("factor")["effect"]
    assert of_b["activity"] + of_b["intensity"] == pytest.approx(114.0)
    with pytest.raises(InputError, match="more than once"):
        tables.decompose(start, pd.concat([end, end]), "zone", ["activity"])


def test_valuation():
    change = np.array([-2300.0, np.nan, 0.0])
    found = tables.value_stock_change(change, 43.0, 0.07, 0.0, 2020, 2030)
    assert found[0] == pytest.approx(-74325.646941, abs=5e-7)
    assert math.isnan(found[1])
    assert found[2] == 0.0
    flows = pd.DataFrame({"y": [1, 2, 3, 4, 5], "r": [100.0] * 5, "c": [300.0, 50.0, 50.0, 50.0, 50.0]})
    assert tables.present_values(flows, "y", "r", "c", 0.05, None, "")["npv"][0] == pytest.approx(-22.7024748, abs=5e-8)
    two = pd.concat([flows.assign(z="a"), flows.assign(z="b", r=[np.nan, 1, 1, 1, 1])])
    npv = tables.present_values(two, "y", "r", "c", 0.05, 1, "z").set_index("group")["npv"]
    assert npv["a"] == pytest.approx(-22.7024748, abs=5e-8)
    assert math.isnan(npv["b"])  # a missing year is no nought


def test_calibration():
    table = pd.DataFrame({"z": ["a", "b", "a"], "s": ["transport", "transport", "waste"], "v": [60.0, 40.0, 5.0],
                          "u": [6.0, 2.0, 1.0]})  # fmt: skip
    official = pd.DataFrame({"sector": ["transport", "industry"], "t": [120.0, 7.0]})
    rows, sectors = tables.calibrate(table, "z", "s", "v", official, "sector", "t")
    assert rows["calibrated"].tolist() == pytest.approx([72.0, 48.0, 5.0])
    kept = sectors.set_index("sector")
    assert kept.loc["transport", "residual"] == pytest.approx(20.0)
    assert kept.loc["transport", "factor"] == pytest.approx(1.2)
    assert kept.loc["industry", "unallocated"] == pytest.approx(7.0)
    rows, _ = tables.calibrate(table, "z", "s", "v", official, "sector", "t", spread="u")
    assert rows["calibrated"].tolist() == pytest.approx([60.0 + 20 * 36 / 40, 40.0 + 20 * 4 / 40, 5.0])
    with pytest.raises(InputError, match="“t2”"):
        tables.calibrate(table, "z", "s", "v", official, "sector", "t2")

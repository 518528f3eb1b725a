"""What a result says of its electricity, and that the ranking under the other series is that of a run with it."""

from dataclasses import replace

import numpy as np
import pytest
import shapely

from carbon_planner.accounting.evaluate import evaluate
from carbon_planner.accounting.grid_stability import stability
from carbon_planner.accounting.inputs import BaseParcels, PlanZones, Settings
from carbon_planner.factors.electricity import compare_ranks
from carbon_planner.geometry.crs import Crs

UTM = Crs.from_text("EPSG:32648")
RUN = Settings(
    plan_system="landsea2023", base_system="survey3", start_year=2025, end_year=2035, sectors=("land", "buildings")
)


def run(floor, codes=None, base="0301", **changes):
    """Zones of 1 ha side by side with floor areas (m2)."""
    x = 500_000.0 + np.arange(len(floor)) * 100.0
    boxes = shapely.box(x, 3_270_000.0, x + 100.0, 3_270_100.0)
    ids = [f"z{i}" for i in range(len(floor))]
    zones = PlanZones(
        "plan", ids, boxes, UTM, plan_class=codes or ["0701"] * len(floor),
        quantities={"floor_area_m2": np.asarray(floor, dtype=np.float64)},
    )  # fmt: skip
    parcels = BaseParcels("base", ids, boxes, UTM, [base] * len(floor))
    return evaluate(zones, parcels, replace(RUN, **changes))


def statement(result, name):
    return [m for m in result.statement if m.id == name]


def test_series_year_and_course_are_named():
    result = run([10_000.0, 20_000.0])
    (named,) = statement(result, "GRID_NAMED")
    assert named.text("en") == "Electricity: series provincial, published for 2023; course frozen."
    assert "省级" in named.text("zh")
    (ets,) = statement(run([10_000.0], grid_path="ets"), "GRID_NAMED")
    assert ets.text("en").startswith("Electricity: series enterprise reporting, published for 2022;")
    assert not statement(run([10_000.0], sectors=("land",)), "GRID_NAMED")
    (assumed,) = statement(run([1e4], grid_path="table:2026=0.5,2030=0.3"), "GRID_NAMED")
    assert "assumed by the user" in assumed.text("en")


def test_a_ranking_by_floor_area_alone_is_stable():
    result = run([10_000.0, 20_000.0, 15_000.0])
    (line,) = statement(result, "GRID_RANK_STABLE")
    assert "provincial" in line.text("en")
    assert not statement(run([10_000.0]), "GRID_RANK_STABLE")  # one zone has no rank


def test_the_ranking_under_the_other_series_is_that_of_a_run_with_it():
    floor, codes = [30_000.0, 5_000.0, 2_000.0], ["0701", "0901", "0901"]
    result = run(floor, codes)
    other = run(floor, codes, grid_path="regional")
    nets = [np.asarray(r.zones.cp_net_t, dtype=float) for r in (result, other)]
    expected = compare_ranks({"provincial": nets[0], "regional": nets[1]})
    found = stability(result.model, 3, result.zone_of_row, nets[0], "CN-CQ")
    assert (found.swapped, found.shift.tolist()) == (expected.swapped, expected.shift.tolist())
    back = stability(other.model, 3, other.zone_of_row, nets[1], "CN-CQ")
    assert back.series == ("regional", "provincial")
    assert back.swapped == expected.swapped


def test_a_ranking_that_hangs_on_the_series_is_told():
    """A house with much electricity beside one with much material: found by trying floor areas of an office."""
    house = 30_000.0
    for office in np.linspace(2_000.0, 30_000.0, 57):
        result = run([house, office], ["0701", "0901"])
        told = statement(result, "GRID_RANK_UNSTABLE")
        if told:
            break
    else:
        pytest.fail("no pair of zones changes places")
    assert told[0].params["pairs"] == 1
    assert "z0" in told[0].text("zh")


def test_no_counterpart_no_claim():
    assert not statement(run([1e4, 2e4], grid_path="national"), "GRID_RANK_STABLE")
    assert statement(run([1e4, 2e4], grid_path="multiplier:2026=1,2035=0.5"), "GRID_RANK_STABLE")
    assert not statement(run([1e4, 2e4], region="CN-BJ", climate_zone="hscw", grid_path="ets"), "GRID_RANK_STABLE")

"""Own figures, courses of electricity and climate zones in a whole run."""

from dataclasses import replace

import numpy as np
import pytest
import shapely

from carbon_planner.accounting.evaluate import evaluate
from carbon_planner.accounting.inputs import BaseParcels, PlanZones, Settings
from carbon_planner.geometry.crs import Crs

UTM = Crs.from_text("EPSG:32648")
BOX = [shapely.box(500_000.0, 3_270_000.0, 500_200.0, 3_270_200.0)]
RUN = Settings(
    plan_system="landsea2023", base_system="survey3", start_year=2025, end_year=2030, sectors=("land", "buildings")
)


def run(fields=None, **changes):
    quantities = {"floor_area_m2": np.array([100_000.0]), **(fields or {})}
    zones = PlanZones("plan", ["z"], BOX, UTM, plan_class=["0701"], quantities=quantities)
    return evaluate(zones, BaseParcels("base", ["1"], BOX, UTM, ["0103"]), replace(RUN, **changes))


def electricity(result):
    ledger = result.ledger
    return ledger[(ledger.item == "electricity [residential]") & (ledger.stage == "plan")]


def test_the_default_course_is_frozen():
    rows = electricity(run())
    assert rows.tco2e.sum() == pytest.approx(5 * 100_000 * 31 * 0.5581 / 1000, rel=1e-12)


def test_a_named_series_and_an_assumed_course_move_the_run():
    assert electricity(run(grid_path="regional")).tco2e.sum() == pytest.approx(5 * 3100 * 0.2472, rel=1e-12)
    falling = electricity(run(grid_path="multiplier:2026=1,2030=0.5"))
    shares = [1.0, 0.875, 0.75, 0.625, 0.5]
    assert falling.tco2e.sum() == pytest.approx(3100 * 0.5581 * sum(shares), rel=1e-12)
    table = electricity(run(grid_path="table:2026=0.5,2030=0.3"))
    assert table.tco2e.sum() == pytest.approx(3100 * (0.5 + 0.45 + 0.4 + 0.35 + 0.3), rel=1e-12)


def test_an_override_moves_the_run_and_is_told():
    own = {"item": "grid.electricity", "value": 0.3, "low": 0.2, "high": 0.4, "reason": "contract"}
    result = run(overrides=(own,))
    assert electricity(result).tco2e.sum() == pytest.approx(5 * 3100 * 0.3, rel=1e-12)
    assert "scenario:grid.electricity" in set(result.factors.factor_id)
    told = [note.text("en") for note in result.warnings]
    assert any("Own figures in the place of stored ones: 1" in text for text in told)
    assert any("contract" in text and "grid_2023_cn_cq" in text for text in told)


def test_the_climate_zone_is_a_setting():
    assert electricity(run(climate_zone="hsww")).tco2e.sum() == pytest.approx(5 * 2800 * 0.5581, rel=1e-12)
    assert electricity(run(climate_zone="cold")).tco2e.sum() == pytest.approx(5 * 2700 * 0.5581, rel=1e-12)


def test_a_field_of_the_zones_goes_before_all_others_and_is_counted():
    own = {"item": "building.operation.residential", "parameter": "electricity", "value": 40.0, "reason": "survey"}
    assert electricity(run(overrides=(own,))).tco2e.sum() == pytest.approx(5 * 4000 * 0.5581, rel=1e-12)
    result = run({"eui_elec": np.array([50.0])}, overrides=(own,))
    assert electricity(result).tco2e.sum() == pytest.approx(5 * 5000 * 0.5581, rel=1e-12)
    told = [note.text("en") for note in result.warnings]
    assert any("zone fields 1, rasters 0" in text for text in told)
    assert "Own figures (zone field) for eui_elec in 1 zones." in told

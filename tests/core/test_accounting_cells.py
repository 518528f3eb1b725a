"""A raster as baseline gives what its cells give as parcels."""

import numpy as np
import pytest
import shapely

from carbon_planner.accounting.cells import BaseCells, with_biomass
from carbon_planner.accounting.evaluate import evaluate
from carbon_planner.accounting.inputs import BaseParcels, PlanZones, Settings
from carbon_planner.base.errors import InputError
from carbon_planner.base.feedback import Silent
from carbon_planner.base.units import CO2_PER_C
from carbon_planner.geometry.crs import Crs
from carbon_planner.geometry.grid import ArrayCells

UTM = Crs.from_text("EPSG:32648")
X, Y, SIZE = 500_000.0, 3_270_000.0, 30.0
RUN = Settings(plan_system="landsea2023", base_system="worldcover", start_year=2025, end_year=2045)


def raster(seed=1, rows=20, cols=24):
    rng = np.random.default_rng(seed)
    values = rng.choice([10, 30, 40, 50, 80], size=(rows, cols)).astype(np.int32)
    values[rng.random(values.shape) < 0.05] = 0
    return values


def cells(values):
    return BaseCells("worldcover", ArrayCells(values, (X, SIZE, 0.0, Y, 0.0, -SIZE), nodata=0), UTM)


def parcels(values):
    row, col = np.nonzero(values)
    left, top = X + col * SIZE, Y - row * SIZE
    shapes = shapely.box(left, top - SIZE, left + SIZE, top)
    codes = [str(v) for v in values[row, col].tolist()]
    return BaseParcels("cells", [f"{r}-{c}" for r, c in zip(row, col)], shapes, UTM, codes)


def plan(**more):
    centres = [(200.0, -200.0), (500.0, -310.0), (610.0, -90.0)]
    shapes = [shapely.Point(X + x, Y + y).buffer(85.0, quad_segs=5) for x, y in centres]
    codes = ["0701", "1401", "0301"]
    return PlanZones("plan", ["a", "b", "c"], np.array(shapes, dtype=object), UTM, plan_class=codes, **more)


@pytest.mark.parametrize("method", ["stock", "flux"])
@pytest.mark.parametrize("sectors", [("land",), ("land", "buildings", "transport")])
def test_a_raster_gives_what_its_cells_give_as_parcels(method, sectors):
    values = raster()
    run = Settings(**{**RUN.as_dict(), "land_method": method, "sectors": sectors, "overrides": ()})
    one, two = evaluate(plan(), cells(values), run), evaluate(plan(), parcels(values), run)
    for name in ("cp_area_ha", "cp_net_t", "cp_net_lo", "cp_unk_ha", "cp_bstk_tc", "cp_pflux_t"):
        np.testing.assert_allclose(one.zones[name], two.zones[name], rtol=1e-8, atol=1e-6)
    assert one.totals.net == pytest.approx(two.totals.net, rel=1e-8)
    assert one.zones.cp_flags.tolist() == two.zones.cp_flags.tolist()


def test_cells_without_a_value_are_unknown_ground():
    values = np.zeros((20, 24), dtype=np.int32)
    values[:, 12:] = 40
    found = evaluate(plan(), cells(values), RUN)
    assert found.zones.cp_unk_ha[0] == pytest.approx(found.zones.cp_area_ha[0], rel=1e-12)
    assert np.isnan(found.zones.cp_net_t[0])
    assert found.zones.cp_unk_ha[1] == pytest.approx(0.0, abs=1e-9)


def test_names_turn_values_into_codes():
    named = BaseCells("own", cells(raster()).cells, UTM, {10: "0301", 30: "0404", 40: "0103", 50: "0701", 80: "1101"})
    run = Settings(plan_system="landsea2023", base_system="survey3", start_year=2025, end_year=2045)
    found = evaluate(plan(), named, run)
    assert set(found.totals.by_class.base_class) <= {"0301", "0404", "0103", "0701", "1101", ""}
    assert found.totals.has_net


def test_a_raster_states_no_survey_areas():
    with pytest.raises(InputError, match="worldcover"):
        evaluate(
            plan(),
            cells(raster()),
            Settings(**{**RUN.as_dict(), "area_method": "field", "sectors": ("land",), "overrides": ()}),
        )


def test_a_biomass_raster_gives_parcels_their_own_stock():
    survey = BaseParcels(
        "DLTB", ["w", "e"], shapely.box([X, X + 300], Y - 600, [X + 300, X + 720], Y), UTM, ["0301"] * 2
    )
    carbon = np.full((20, 24), 100.0)
    carbon[:, 10:] = 60.0
    carbon[:, 20:] = np.nan
    measured = with_biomass(survey, ArrayCells(carbon, (X, SIZE, 0.0, Y, 0.0, -SIZE)), UTM, Silent())
    assert measured.living_tc_ha.tolist() == pytest.approx([100.0, 60.0], rel=1e-9)
    sparse = with_biomass(survey, ArrayCells(carbon, (X, SIZE, 0.0, Y, 0.0, -SIZE)), UTM, Silent(), least_covered=0.9)
    assert np.isnan(sparse.living_tc_ha[1])
    run = Settings(plan_system="landsea2023", base_system="survey3", stock_timing="pulse")
    poor, rich = evaluate(plan(), survey, run), evaluate(plan(), measured, run)
    lost = rich.ledger[rich.ledger.item.str.contains("living") & (rich.ledger.stage == "change")]
    assert lost.tco2e.sum() > 0
    a = rich.zones.cp_bstk_tc[0] - poor.zones.cp_bstk_tc[0]
    assert rich.zones.cp_net_t[0] - poor.zones.cp_net_t[0] == pytest.approx(a * CO2_PER_C, rel=1e-6)
    kept = with_biomass(measured, ArrayCells(carbon + 5.0, (X, SIZE, 0.0, Y, 0.0, -SIZE)), UTM, Silent())
    assert kept.living_tc_ha.tolist() == measured.living_tc_ha.tolist()

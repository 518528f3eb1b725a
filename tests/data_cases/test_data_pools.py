"""InVEST's sample pools table of the Willamette basin: imported, then used on zones that carry its codes."""

import csv

import numpy as np
import pytest
import shapely

from carbon_planner import api
from carbon_planner.base.units import CO2_PER_C

SIDE = 316.22776601683796  # of a square of ten hectares
FILE = "carbon_pools_willamette/carbon_pools_willamette.csv"


@pytest.fixture(scope="module")
def pools(data):
    """{lucode: t C/ha of all four pools}, read by the csv module."""
    with data(FILE).open(encoding="utf-8-sig", newline="") as handle:
        rows = list(csv.DictReader(handle))
    return {row["lucode"]: sum(float(row[f"C_{pool}"]) for pool in ("above", "below", "soil", "dead")) for row in rows}


def zones(pools, now=None):
    """A square of ten hectares for each class, the class before being ``now`` where given."""
    codes = list(pools)
    left = 500_000 + 400.0 * np.arange(len(codes))
    return api.PlanZones(
        layer="classes",
        ids=[f"C{code}" for code in codes],
        geometry=shapely.box(left, 4_900_000, left + SIDE, 4_900_000 + SIDE),
        crs=api.Crs.from_text("EPSG:32610"),
        plan_class=codes,
        base_class=[now] * len(codes) if now else None,
    )


def test_every_class_of_the_table_has_its_stock(data, pools):
    found = api.evaluate(zones(pools), None, api.Settings(factor_set=str(data(FILE)), area_method="planar"))
    assert found.plan_system == "table:carbon_pools_willamette"
    stocks = dict(zip(pools, found.zones["cp_pstk_tc"]))
    for code, density in pools.items():
        assert stocks[code] == pytest.approx(10.0 * density, rel=1e-9), code
    assert found.totals.unknown_ha == 0.0
    assert not found.totals.has_net


def test_change_of_class_is_the_difference_of_the_pools(data, pools):
    """formulas.md 4.1: Σ area × (plan − baseline), × 44/12, + for what is lost."""
    settings = api.Settings(factor_set=str(data(FILE)), area_method="planar")
    before = max(pools, key=pools.get)
    found = api.evaluate(zones(pools, before), None, settings)
    lost = np.array([pools[before] - density for density in pools.values()]) * 10.0
    np.testing.assert_allclose(found.zones["cp_net_t"], lost * CO2_PER_C, rtol=1e-9, atol=1e-6)
    assert found.totals.net == pytest.approx(lost.sum() * CO2_PER_C, rel=1e-9)
    same = list(pools).index(before)
    assert found.zones["cp_net_t"][same] == found.zones["cp_net_lo"][same] == found.zones["cp_net_hi"][same] == 0.0


def test_through_the_import_into_the_users_store(data, pools, user_store, run_alg, make_layer, rows_of):
    run_alg("importinvestpools", INPUT=str(data(FILE)), SET_ID="willamette", VERSION="1.0.0", SOURCE="InVEST sample")
    assert user_store.is_file()
    drawn = zones(pools)
    rows = list(zip(shapely.to_wkt(drawn.geometry, rounding_precision=-1), drawn.ids, drawn.plan_class))
    layer = make_layer(rows, "id:string,lu:string", "EPSG:32610", "classes")
    results = run_alg(
        "evaluatezones", ZONES=layer, ZONE_ID="id", ZONE_CLASS="lu", FACTOR_SET="willamette@1.0.0",
        AREA_METHOD="planar", OUTPUT="memory:",
    )  # fmt: skip
    found = {row["cp_zone_id"]: row["cp_pstk_tc"] for row in rows_of(results["OUTPUT"])}
    assert found == pytest.approx({f"C{code}": 10.0 * density for code, density in pools.items()}, rel=1e-9)
    assert results["STATUS"] == "plan_only"

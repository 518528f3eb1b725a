"""CORINE polygons around Poznań: published areas, the class table, and the layer as baseline of study areas."""

import numpy as np
import pandas as pd
import pytest
import shapely
from data_helpers import HA, closes, column, ids, moved, shapes, sum_m2, union_m2

from carbon_planner import api
from carbon_planner.factors.store import open_set

TOTAL_M2 = 3078978163.22  # sum of areas = area of the union in EPSG:2180, by the README
CRS = "EPSG:2180"


@pytest.fixture(scope="module")
def path(data):
    return data("poznan_corine/poznan_clc2018.gpkg")


@pytest.fixture(scope="module")
def planar(path):
    return api.evaluate_files(path, zone_base_class="CODE_18", settings=api.Settings(area_method="planar"))


@pytest.fixture(scope="module")
def true(path):
    return api.evaluate_files(path, zone_base_class="CODE_18")


def test_the_class_system_is_found_and_every_class_has_a_stock(planar):
    assert planar.base_system == "corine"
    assert ids(planar.warnings) == ["CLASS_DETECTED"]
    assert "24" in planar.warnings[0].text("zh")
    assert planar.zones["cp_bstk_tc"].notna().all()
    assert planar.totals.unknown_ha == 0.0
    assert not planar.totals.has_net
    assert planar.zones["cp_net_t"].isna().all()


def test_planar_areas_are_the_published_ones(planar, path):
    assert planar.totals.zone_count == 1521
    assert sum_m2(planar) == pytest.approx(TOTAL_M2, abs=0.005)
    assert union_m2(planar) == pytest.approx(TOTAL_M2, abs=0.005)
    assert planar.totals.zone_overlap_ha * HA < 0.01
    closes(planar)
    published = np.array(column(path, "Area_Ha"), dtype=float)
    assert (np.abs(planar.zones["cp_area_ha"] - published) <= 0.006).sum() == 1306
    # The others were clipped at the edge of the extract: never larger than the whole polygon.
    assert (planar.zones["cp_area_ha"] <= published + 0.006).all()


def test_true_areas_are_those_of_the_equal_area_projection(true, path):
    """Pow_Ha is the area in EPSG:3035 to 0.001 ha. A straight edge is another line there, which moves single areas by
    up to 5e-5 and the sum by 2e-10."""
    published = np.array(column(path, "Pow_Ha"), dtype=float)
    equal_area = shapely.area(moved(shapes(path), CRS, "EPSG:3035")) / HA
    same = np.abs(equal_area - published) <= 0.001
    assert same.sum() == 1278
    np.testing.assert_allclose(true.zones["cp_area_ha"][same], published[same], rtol=5e-5, atol=0.0011)
    assert true.totals.area_ha == pytest.approx(equal_area.sum(), rel=1e-9)


def test_table_of_classes_adds_up_and_stocks_follow_the_factors(planar, path):
    codes = pd.Series(column(path, "CODE_18"))
    by_class = planar.totals.by_class.set_index("base_class")["area_ha"]
    assert set(by_class.index) == set(codes)
    assert len(by_class) == 24
    sums = planar.zones.groupby(codes)["cp_area_ha"].sum()
    np.testing.assert_allclose(by_class.reindex(sums.index), sums, rtol=1e-12)
    assert by_class.sum() * HA == pytest.approx(TOTAL_M2, abs=0.005)
    # Arable land (211) has one density; the stock of its zones is area × density.
    factors = open_set("", "stock")
    pools = [factors.get("generic", "cropland", pool) for pool in ("above", "below", "dead", "soil")]
    density = sum(factor.value for factor in pools if factor is not None)
    arable = planar.zones[codes == "211"]
    np.testing.assert_allclose(arable["cp_bstk_tc"], arable["cp_area_ha"] * density, rtol=1e-12)
    # Water bodies (512): soil under water is not estimated, so it is not in their stock.
    water = planar.zones[codes == "512"]
    assert (water["cp_bstk_tc"] < 0.1 * water["cp_area_ha"] * density).all()


def squares(path, count=12):
    """Study areas: rectangles that tile the extract and reach beyond its edge."""
    left, low, right, high = shapely.total_bounds(shapes(path))
    width, height = (right - left) / (count - 1), (high - low) / (count - 1)
    x, y = np.meshgrid(np.arange(count) - 0.5, np.arange(count) - 0.5)
    x, y = left + width * x.ravel(), low + height * y.ravel()
    return shapely.box(x, y, x + width, y + height)


def parcels(path):
    codes = column(path, "CODE_18")
    keys = [str(i) for i in range(len(codes))]
    return api.BaseParcels("clc", keys, shapes(path), api.Crs.from_text(CRS), codes, class_field="CODE_18")


def test_study_areas_over_the_layer_hold_all_of_it(path):
    """Every place of the layer lies in one study area: what they find is the layer, the rest has no baseline."""
    boxes = squares(path)
    zones = api.PlanZones("grid", [f"S{i:03d}" for i in range(len(boxes))], boxes, api.Crs.from_text(CRS))
    found = api.evaluate(zones, parcels(path), api.Settings(area_method="planar"))
    assert found.base_system == "corine"
    known = found.totals.area_ha - found.totals.unknown_ha
    assert known * HA == pytest.approx(TOTAL_M2, abs=0.01)
    assert found.totals.area_ha == pytest.approx(shapely.area(boxes).sum() / HA, rel=1e-12)
    assert found.totals.base_double_ha * HA < 0.01
    closes(found)
    union = shapely.union_all(shapes(path))
    for zone, box in list(zip(found.zones.itertuples(), boxes))[::7]:
        inside = shapely.area(shapely.intersection(box, union)) / HA
        assert zone.cp_area_ha - zone.cp_unk_ha == pytest.approx(inside, rel=1e-9, abs=1e-6)
    flags = found.zones["cp_flags"].str.split()
    outside = (found.zones["cp_unk_ha"] > 1e-6 * found.zones["cp_area_ha"]).to_numpy()
    assert [bool({"NO_BASE", "PARTIAL_BASE"} & set(f)) for f in flags] == outside.tolist()
    whole = api.evaluate_files(path, zone_base_class="CODE_18", settings=api.Settings(area_method="planar"))
    assert found.totals.baseline_stock_tc == pytest.approx(whole.totals.baseline_stock_tc, rel=1e-9)


def test_study_areas_through_qgis(path, run_alg, rows_of, make_layer):
    boxes = squares(path, 5)
    layer = make_layer([(box.wkt, f"S{i:03d}") for i, box in enumerate(boxes)], "name:string", CRS, "study")
    results = run_alg(
        "evaluatezones", ZONES=layer, ZONE_ID="name", BASE=f"{path}|layername=clc", BASE_CLASS="CODE_18",
        AREA_METHOD="planar", OUTPUT="memory:",
    )  # fmt: skip
    zones = api.PlanZones("study", [f"S{i:03d}" for i in range(len(boxes))], boxes, api.Crs.from_text(CRS))
    wanted = api.evaluate(zones, parcels(path), api.Settings(area_method="planar"))
    assert results["STATUS"] == "baseline_only"
    assert results["AREA_HA"] == pytest.approx(wanted.totals.area_ha, rel=1e-9)
    rows = rows_of(results["OUTPUT"])
    for name in ("cp_area_ha", "cp_unk_ha", "cp_bstk_tc", "cp_bflux_t"):
        numbers = [np.nan if row[name] is None else row[name] for row in rows]
        np.testing.assert_allclose(numbers, wanted.zones[name].astype(float), rtol=1e-9, atol=1e-9, err_msg=name)
    assert "CORINE" not in results["WARNINGS"]  # what was detected is no warning

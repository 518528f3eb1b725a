"""Parcels as zones and as baseline: farms that overlap heavily, plots in Web Mercator, forest stands, OSM land use.

Figures are those of the READMEs beside the data.
"""

import json

import numpy as np
import pytest
import shapely
from data_helpers import (
    HA,
    areal_scale,
    closes,
    column,
    evaluate,
    ids,
    moved,
    shapes,
    sum_m2,
    union_m2,
    warning,
)

from carbon_planner import api
from carbon_planner.geometry.area import areas_m2
from carbon_planner.geometry.validity import polygonal

KM2 = 1e6
UTM33S = "EPSG:32733"


@pytest.fixture(scope="module")
def farms(data):
    return data("swellendam_farms/farms_33S.shp")


@pytest.fixture(scope="module")
def farms_as_zones(farms):
    return evaluate(farms, "MUNIC", area="planar")


def test_farms_count_once_in_the_total(farms_as_zones, farms):
    found = farms_as_zones
    assert found.totals.zone_count == 2008
    assert sum_m2(found) / KM2 == pytest.approx(6456.2, abs=0.05)
    assert union_m2(found) / KM2 == pytest.approx(3210.7, abs=0.05)
    assert union_m2(found) == pytest.approx(shapely.union_all(polygonal(shapes(farms)).geometry).area, rel=1e-9)
    closes(found)
    assert warning(found, "GEOMETRY_REPAIRED").params["count"] == 16
    overlap = warning(found, "ZONES_OVERLAP")
    assert "324547.9571 ha" in overlap.text("en")
    # Each farm keeps its own area, also where another one counts the place.
    drawn = shapely.area(polygonal(shapes(farms)).geometry) / HA
    np.testing.assert_allclose(found.zones["cp_area_ha"], drawn, rtol=1e-9, atol=1e-9)
    twice = found.zones["cp_flags"].str.contains("ZONE_OVERLAP")
    assert twice.sum() == overlap.params["count"]
    assert 900 < twice.sum() < 1000
    assert warning(found, "PLANAR_AREAS_OFF").params["percent"] == "+0.6"  # the layer is in the wrong UTM zone


def test_the_wrong_utm_zone_makes_the_plane_too_large(farms, farms_as_zones):
    """The farms lie one zone to the east of EPSG:32733: plane areas are 0.6 % too large, true areas are not."""
    valid = polygonal(shapes(farms)).geometry
    true = areas_m2(valid, api.Crs.from_text(UTM33S))
    right_zone = moved(valid, UTM33S, "EPSG:32734")
    assert sum_m2(farms_as_zones) / shapely.area(right_zone).sum() == pytest.approx(1.006, abs=0.0005)
    scale = areal_scale("EPSG:32734", *shapely.get_coordinates(shapely.centroid(right_zone)).T)
    # A long edge that is straight in one zone is not in the other: single farms differ, their sum hardly does.
    np.testing.assert_allclose(true, shapely.area(right_zone) / scale, rtol=3e-4)
    assert true.sum() == pytest.approx((shapely.area(right_zone) / scale).sum(), rel=5e-6)


def test_farms_below_one_zone_count_once_and_what_is_double_is_told(farms):
    geometry = shapes(farms)
    valid = polygonal(geometry).geometry
    codes = ["0103" if i % 2 else "0301" for i in range(len(geometry))]
    base = api.BaseParcels("farms", [str(i) for i in range(len(codes))], geometry, api.Crs.from_text(UTM33S), codes)
    whole = np.array([shapely.box(*shapely.total_bounds(valid))], dtype=object)
    zone = api.PlanZones("all", ["a"], whole, base.crs)
    found = api.evaluate(zone, base, api.Settings(base_system="survey3", area_method="planar"))
    known = found.totals.area_ha - found.totals.unknown_ha
    assert known * HA == pytest.approx(shapely.union_all(valid).area, rel=1e-9)
    assert known * HA / KM2 == pytest.approx(3210.7, abs=0.05)
    closes(found)
    left, right = shapely.STRtree(valid).query(valid, predicate="intersects")
    pairs = left < right
    shared = shapely.intersection(valid[left[pairs]], valid[right[pairs]])
    twice = shapely.union_all(shared[shapely.area(shared) > 0.0]).area
    assert found.totals.base_double_ha * HA == pytest.approx(twice, rel=1e-6)
    assert "“farms”" in warning(found, "BASE_OVERLAPS").text("en")
    assert {"BASE_OVERLAP", "PARTIAL_BASE", "REPAIRED"} & set(found.zones["cp_flags"][0].split()) == {
        "BASE_OVERLAP", "PARTIAL_BASE",
    }  # fmt: skip


def test_plots_in_web_mercator_have_their_true_area(data):
    """Planar areas are 2.43 times too large there. In EPSG:5514 the plots measure 278886.8 m²; its scale of 0.9998
    and the 3.6 ppm between the two datums are the difference to the ellipsoid."""
    path = data("prague_bubenec_plots/bubenec.gpkg")
    planar = evaluate(path, "TYPPPD_KOD", zones_layer="plots", area="planar")
    true = evaluate(path, "TYPPPD_KOD", zones_layer="plots")
    plots = shapes(path, "plots")
    assert planar.totals.zone_count == 407
    assert sum_m2(planar) == pytest.approx(677215.8, abs=0.05)
    assert warning(planar, "PLANAR_AREAS_OFF").params["percent"] == "+142.8"
    assert "PLANAR_AREAS_OFF" not in ids(true.warnings)
    krovak = moved(plots, "EPSG:3857", "EPSG:5514")
    assert shapely.area(krovak).sum() == pytest.approx(278886.8, abs=0.05)
    assert sum_m2(true) == pytest.approx(278886.8, rel=2e-4)
    x, y = shapely.get_coordinates(shapely.centroid(shapely.multipoints(shapely.centroid(krovak))))[0]
    assert sum_m2(true) == pytest.approx(278886.8 / areal_scale("EPSG:5514", x, y), rel=1e-5)
    equal_area = moved(shapely.segmentize(plots, 2.0), "EPSG:3857", "+proj=laea +lat_0=50.1 +lon_0=14.4 +datum=WGS84")
    np.testing.assert_allclose(true.zones["cp_area_ha"] * HA, shapely.area(equal_area), rtol=1e-7, atol=2e-6)
    closes(true)
    assert 0.0 < true.totals.zone_overlap_ha * HA < 0.2


def test_plots_below_buildings(data):
    """Buildings as zones, plots as baseline, both in Web Mercator: what no plot covers is left out, and told."""
    path = data("prague_bubenec_plots/bubenec.gpkg")
    found = api.evaluate_files(
        path, zones_layer="buildings", zone_id="uID", base=path, base_layer="plots", base_class="OBEC_KOD",
        settings=api.Settings(base_system="generic"),
    )  # fmt: skip
    closes(found)
    buildings, plots = (moved(shapes(path, name), "EPSG:3857", "EPSG:32633") for name in ("buildings", "plots"))
    assert found.totals.zone_count == len(buildings)
    covered = shapely.area(shapely.intersection(buildings, shapely.union_all(shapely.make_valid(plots))))
    pairs = found.model.activities
    assert found.totals.area_ha * HA == pytest.approx(shapely.area(buildings).sum(), rel=1e-3)
    assert len(pairs.row) >= len(buildings)
    share = covered.sum() / shapely.area(buildings).sum()
    rows = found.totals.by_class.set_index("base_class")["area_ha"]
    assert 1.0 - rows.get("", 0.0) / rows.sum() == pytest.approx(share, abs=1e-6)


def test_forest_stands_overlap_a_little(data):
    found = evaluate(data("finland_forest_stands/forest_stands_2012.shp"), "StandID", area="planar")
    assert found.totals.zone_count == 74
    assert sum_m2(found) == pytest.approx(666844.16, abs=0.005)
    assert union_m2(found) == pytest.approx(666822.03, abs=0.005)
    closes(found)
    assert "22.12 m²" in warning(found, "ZONES_OVERLAP").text("en")
    older = evaluate(data("finland_forest_stands/forest_stands.shp"), "ID", area="planar")
    assert older.totals.zone_count == 22


def test_towns_and_water_of_swellendam(data):
    towns = evaluate(data("swellendam_farms/urban_33S.shp"), "TOWN", area="planar")
    assert (towns.totals.zone_count, warning(towns, "GEOMETRY_REPAIRED").params["count"]) == (6, 1)
    water = evaluate(data("swellendam_farms/water_33S.shp"), "TYPE", system="generic", area="planar")
    assert water.totals.area_ha * HA == pytest.approx(1094400.58, abs=0.01)
    assert water.zones["cp_bstk_tc"].notna().all()


def test_a_damaged_shapefile_is_evaluated_without_the_damaged_records(data):
    """Record 30 of the OSM water layer is cut short; five more have no geometry."""
    found = evaluate(data("swellendam_osm/water.shp"), "natural")
    assert found.totals.zone_count == 37
    assert warning(found, "VECTOR_DAMAGED").params["features"] == "30"
    assert warning(found, "GEOMETRY_NULL").params["count"] == 6
    assert found.zones["cp_area_ha"].isna().sum() == found.zones["cp_bstk_tc"].isna().sum() == 6
    assert (found.zones["cp_flags"] == "EMPTY_GEOM").sum() == 6
    assert found.totals.unknown_ha == 0.0


HELSINKI = "EPSG:3879"


@pytest.fixture(scope="module")
def land_use(data):
    return data("helsinki_osm/helsinki_landuse.gpkg")


def test_land_use_that_overlaps_by_nature_as_zones(land_use):
    found = evaluate(land_use, "landuse", zones_layer="landuse")
    assert found.totals.zone_count == 361
    empty, repaired = warning(found, "GEOMETRY_EMPTY"), warning(found, "GEOMETRY_REPAIRED")
    assert empty.params["count"] + repaired.params["count"] == 17  # invalid ones; eleven of them enclose nothing
    assert empty.params["count"] == found.zones["cp_area_ha"].isna().sum() == 11
    closes(found)
    valid = polygonal(shapes(land_use, "landuse")).geometry
    equal_area = moved(
        shapely.segmentize(valid, 2e-5), "EPSG:4326", "+proj=laea +lat_0=60.17 +lon_0=24.95 +datum=WGS84"
    )
    areas = np.where(shapely.is_geometry(valid), shapely.area(equal_area), np.nan)
    np.testing.assert_allclose(found.zones["cp_area_ha"] * HA, areas, rtol=1e-7, atol=2e-6)


def test_land_use_as_baseline_of_a_plan_in_another_crs(land_use, tmp_path):
    """A plan in the city's own CRS over OSM areas in degrees; classes without a factor are named, area is kept."""
    table = tmp_path / "osm.csv"
    codes = ("grass", "commercial", "residential", "civil", "lane", "basin")
    lines = [
        "lucode,LULC_Name,C_above,C_below,C_soil,C_dead",
        *(f"{c},{c},1,1,{i + 20},1" for i, c in enumerate(codes)),
    ]
    table.write_text("\n".join(lines), encoding="utf-8")
    base = moved(shapes(land_use, "landuse"), "EPSG:4326", HELSINKI)
    left, low, right, high = shapely.total_bounds(base)
    x, y = np.meshgrid(np.linspace(left, right, 6)[:-1], np.linspace(low, high, 6)[:-1])
    width, height = (right - left) / 5, (high - low) / 5
    zones = shapely.box(x, y, x + width, y + height).ravel()
    plan = tmp_path / "plan.geojson"
    features = [
        {
            "type": "Feature",
            "properties": {"id": f"Z{i}", "plan": "grass"},
            "geometry": json.loads(shapely.to_geojson(z)),
        }
        for i, z in enumerate(zones)
    ]
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::3879"}}
    plan.write_text(json.dumps({"type": "FeatureCollection", "crs": crs, "features": features}), encoding="utf-8")
    found = api.evaluate_files(
        plan, zone_id="id", zone_class="plan", base=land_use, base_layer="landuse", base_class="landuse",
        settings=api.Settings(factor_set=str(table), area_method="planar"),
    )  # fmt: skip
    assert found.plan_system == found.base_system == "table:osm"
    closes(found)
    valid = polygonal(base).geometry
    assert found.totals.area_ha * HA == pytest.approx(shapely.area(zones).sum(), rel=1e-9)
    by_class = found.totals.by_class.groupby("base_class")["area_ha"].sum() * HA
    assert by_class.sum() == pytest.approx(shapely.area(zones).sum(), rel=1e-9)
    # Water basins lie in nothing smaller: all of their area comes through; every class has at most its union.
    kinds = np.array([k or "" for k in column(land_use, "landuse", "landuse")], dtype=object)
    for code in codes:
        union = shapely.union_all(valid[(kinds == code) & shapely.is_geometry(valid)]).area
        assert 0.0 < by_class[code] <= union * (1.0 + 1e-9)
    bare = by_class[""]  # no parcel, or a parcel without a value
    named = valid[(kinds != "") & shapely.is_geometry(valid)]
    assert bare >= shapely.area(zones).sum() - shapely.union_all(named).area - 0.01
    unknown = warning(found, "CLASS_VALUES_UNKNOWN")
    assert "railway" in column(land_use, "landuse", "landuse")
    assert unknown.params["count"] == len({k for k in kinds if k} - set(codes))
    assert {"GEOMETRY_EMPTY", "GEOMETRY_REPAIRED", "BASE_OVERLAPS", "AREA_NOT_EVALUATED"} <= set(ids(found.warnings))
    assert found.totals.has_net

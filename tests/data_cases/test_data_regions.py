"""Districts, counties, countries and boundaries: geodesic areas, missing CRS, odd CRS, sizes at the limit.

Figures are those of the READMEs beside the data. A border that is a straight line in longitude and latitude is not a
geodesic: along the short edges of district maps that is 1e-8 of the area, along the long edges of a world map up to
half a per cent of a country.
"""

import numpy as np
import pytest
import shapely
from data_helpers import HA, closes, column, evaluate, geodesic_m2, moved, shapes, sum_m2, union_m2, warning

from carbon_planner import api
from carbon_planner.base.errors import GeometryError
from carbon_planner.geometry.area import areas_m2
from carbon_planner.geometry.validity import polygonal

KM2 = 1e6
WGS84 = api.Crs.from_text("EPSG:4326")


@pytest.mark.parametrize(("name", "count", "km2"), [("重庆市", 38, 82441.79), ("重庆城区", 26, 43283.60)])
def test_districts_of_chongqing(data, name, count, km2):
    path = data(f"chongqing_districts/{name}.shp")
    with pytest.raises(GeometryError) as caught:
        evaluate(path, "name")
    assert caught.value.message.id == "LAYER_WITHOUT_CRS"
    for lang, remedy in (("en", ".prj"), ("zh", "请指定其坐标实际所在的坐标系")):
        assert f"“{name}”" in caught.value.text(lang)
        assert remedy in caught.value.text(lang)
    found = evaluate(path, "name", zones_crs="EPSG:4326")
    assert found.totals.zone_count == count
    assert sum_m2(found) / KM2 == pytest.approx(km2, abs=0.005)
    areas = found.zones["cp_area_ha"] * HA
    np.testing.assert_allclose(areas, geodesic_m2(shapes(path)), rtol=1e-6)
    np.testing.assert_allclose(areas, geodesic_m2(shapes(path), longest=5e-4), rtol=2e-8)
    closes(found)
    cgcs = evaluate(path, "name", zones_crs="EPSG:4490")  # its ellipsoid differs by a tenth of a millimetre
    assert sum_m2(cgcs) == pytest.approx(sum_m2(found), rel=1e-9)


def test_districts_as_study_areas_over_the_same_districts(data):
    """26 districts over all 38 districts and counties: each finds itself, in the ellipsoid's square millimetres."""
    city, all_of_it = data("chongqing_districts/重庆城区.shp"), data("chongqing_districts/重庆市.shp")
    found = api.evaluate_files(
        city, zones_crs="EPSG:4326", zone_id="adcode", base=all_of_it, base_crs="EPSG:4326", base_class="adcode",
        settings=api.Settings(base_system="generic"),
    )  # fmt: skip
    closes(found)
    by_class = found.totals.by_class.set_index("base_class")["area_ha"]
    zones = found.zones.set_index("cp_zone_id")["cp_area_ha"]
    same = [code for code in zones.index if code in by_class.index]
    assert len(same) == 26
    np.testing.assert_allclose(by_class[same], zones[same], rtol=1e-6)


@pytest.mark.parametrize("level", ["planning-area", "subzone"])
def test_planning_areas_of_singapore(data, level):
    """Degrees with heights. SVY21 has the scale 1 on its meridian, so its 784784014.27 m² are 4e-6 too many."""
    path = data(f"singapore_zones/MP2019-{level}.shp")
    found = evaluate(path, "PLN_AREA_C")
    drawn = polygonal(shapes(path)).geometry
    plane = shapely.area(moved(drawn, "EPSG:4326", "EPSG:3414")).sum()
    assert plane == pytest.approx(784784014.27, abs=0.01)
    assert sum_m2(found) == pytest.approx(plane, rel=1e-5)
    assert sum_m2(found) == pytest.approx(geodesic_m2(drawn).sum(), rel=1e-7)
    closes(found)
    if level == "subzone":
        assert found.totals.zone_count == 332
        assert warning(found, "GEOMETRY_REPAIRED").params["count"] == 6
    assert "GEOM_Z_DROPPED" not in [m.id for m in found.warnings]


def test_subzones_nest_in_planning_areas(data):
    path = data("singapore_zones/MP2019-subzone.shp")
    found = evaluate(path, "PLN_AREA_C").zones["cp_area_ha"]
    parents = column(path, "PLN_AREA_C")
    above = data("singapore_zones/MP2019-planning-area.shp")
    wanted = dict(zip(column(above, "PLN_AREA_C"), evaluate(above, "PLN_AREA_C").zones["cp_area_ha"]))
    for code, area in wanted.items():
        assert found[[p == code for p in parents]].sum() == pytest.approx(area, rel=1e-7)


def test_countries_of_the_world(data):
    """Published areas are geodesic; ours follow the borders as drawn. Densified borders show that this is all."""
    path = data("world_countries/world.gpkg")
    drawn = polygonal(shapes(path)).geometry
    published = np.array(column(path, "area_km2"), dtype=float) * KM2
    np.testing.assert_allclose(geodesic_m2(drawn), published, rtol=3.1e-6)
    ours = areas_m2(drawn, WGS84)
    np.testing.assert_allclose(ours, geodesic_m2(drawn, longest=0.05), rtol=4e-6)
    off = np.abs(ours / published - 1.0)
    assert off.max() < 0.0045
    assert np.median(off) < 1.5e-4
    assert ours.sum() == pytest.approx(published.sum(), rel=1e-3)


def test_countries_beyond_the_limit_are_refused_by_name(data):
    with pytest.raises(GeometryError) as caught:
        evaluate(data("world_countries/world.gpkg"), "type")
    assert caught.value.message.id == "AREA_TOO_LARGE"
    assert "9000000 km²" in caught.value.text("en")
    assert "第 4 个要素" in caught.value.text("zh")  # Canada


def test_all_other_countries_are_evaluated(data):
    path = data("world_countries/world.gpkg")
    drawn = polygonal(shapes(path)).geometry
    small = areas_m2(drawn, WGS84) < 9e12
    assert np.count_nonzero(~small) == 5
    names = [n for n, s in zip(column(path, "name_long"), small) if s]
    zones = api.PlanZones("world", names, drawn[small], WGS84, base_class=["forest"] * len(names))
    found = api.evaluate(zones, None, api.Settings(base_system="generic"))
    closes(found)
    np.testing.assert_allclose(found.zones["cp_area_ha"] * HA, areas_m2(drawn, WGS84)[small], rtol=1e-12)
    density = found.zones["cp_bstk_tc"] / found.zones["cp_area_ha"]
    np.testing.assert_allclose(density, density[0], rtol=1e-12)


@pytest.mark.parametrize("file", ["nc.shp", "nc.gpkg"])
def test_counties_in_nad27_degrees(data, file):
    """On Clarke's ellipsoid of 1866, not on WGS 84; the 127018 km² of EPSG:32119 are smaller by its scale."""
    path = data(f"north_carolina_counties/{file}")
    found = evaluate(path, "NAME")
    assert found.totals.zone_count == 100
    assert sum_m2(found) == pytest.approx(geodesic_m2(shapes(path), "clrk66", longest=0.02).sum(), rel=1e-7)
    assert sum_m2(found) / KM2 == pytest.approx(127018.0, rel=2e-4)
    assert shapely.area(moved(shapes(path), "EPSG:4267", "EPSG:32119")).sum() / KM2 == pytest.approx(127018, abs=1)
    closes(found)
    with pytest.raises(GeometryError) as caught:
        evaluate(path, "NAME", area="planar")
    assert caught.value.message.id == "PLANAR_GEOGRAPHIC"
    assert "椭球面积" in caught.value.text("zh")


def test_boundary_in_a_hand_written_crs(data):
    """UTM 12N on GRS 1980 without a code."""
    path = data("zion_nlcd/zion.gpkg")
    true, plane = evaluate(path, "STATE"), evaluate(path, "STATE", area="planar")
    assert sum_m2(plane) == pytest.approx(shapely.area(shapes(path)).sum(), rel=1e-9)
    degrees = moved(shapely.segmentize(shapes(path), 50.0), true.inputs.crs.wkt, "EPSG:4269")
    assert sum_m2(true) == pytest.approx(geodesic_m2(degrees, "GRS80").sum(), rel=1e-7)


def test_municipality_of_lausanne(data):
    path = data("lausanne_corine/gmb-lausanne.gpkg")
    plane = evaluate(path, "GMDNR", area="planar")
    assert plane.totals.area_ha == pytest.approx(4144.24, abs=0.005)
    assert evaluate(path, "GMDNR").totals.area_ha == pytest.approx(plane.totals.area_ha, rel=1e-4)
    assert column(path, "AREA_HA") == [4147]  # published in whole hectares


def test_city_limits_that_are_invalid(data):
    path = data("medford_citylimits/medford_citylimits.shp")
    found = evaluate(path, "acres")
    acre = 4046.8564224
    assert sum_m2(found) / acre == pytest.approx(16195.78, abs=0.02)
    assert sum_m2(found) / acre == pytest.approx(column(path, "acres")[0], rel=1e-5)
    assert warning(found, "GEOMETRY_REPAIRED").params["count"] == 1


def test_units_that_are_none_are_refused_and_only_measured_in_their_plane(data):
    path = data("columbus_no_crs/columbus.shp")
    with pytest.raises(GeometryError) as caught:
        evaluate(path, "NEIG")
    assert caught.value.message.id == "LAYER_WITHOUT_CRS"
    assert "“columbus”" in caught.value.text("en")
    local = api.Crs.local_metres().wkt
    found = evaluate(path, "NEIG", zones_crs=local, area="planar")
    np.testing.assert_allclose(found.zones["cp_area_ha"] * HA, column(path, "AREA"), rtol=5e-5, atol=1e-6)
    with pytest.raises(GeometryError) as caught:
        evaluate(path, "NEIG", zones_crs=local)
    assert caught.value.message.id == "CRS_NO_ELLIPSOID"


def test_counties_of_georgia_and_states_of_mexico(data):
    georgia, mexico = data("pysal_polygons/G_utm.shp"), data("pysal_polygons/mexicojoin.shp")
    for path, field in ((georgia, "AreaKey"), (mexico, "CODE")):  # no .prj, and an empty one
        with pytest.raises(GeometryError) as caught:
            evaluate(path, field)
        assert caught.value.message.id == "LAYER_WITHOUT_CRS"
    found = evaluate(georgia, "AreaKey", zones_crs="EPSG:26917", area="planar")
    assert found.totals.zone_count == 159
    assert sum_m2(found) == pytest.approx(shapely.area(shapes(georgia)).sum(), rel=1e-9)
    found = evaluate(mexico, "CODE", zones_crs="EPSG:4326")
    assert found.totals.zone_count == 32
    assert found.zones["cp_area_ha"].sum() == pytest.approx(195740048.564, rel=1e-5)
    np.testing.assert_allclose(found.zones["cp_area_ha"], column(mexico, "HECTARES"), rtol=2.5e-3)


def test_holes_and_parts(data):
    path = data("pysal_polygons/Polygon_Holes.shp")
    found = evaluate(path, "Name")
    drawn = shapes(path)
    names = column(path, "Name")
    assert (shapely.get_num_geometries(drawn).tolist(), names) == ([2, 1, 1], ["Eyes", "Nose", "Mouth"])
    np.testing.assert_allclose(found.zones["cp_area_ha"] * HA, geodesic_m2(drawn, longest=1e-3), rtol=1e-7)
    assert union_m2(found) == pytest.approx(sum_m2(found), rel=1e-12)

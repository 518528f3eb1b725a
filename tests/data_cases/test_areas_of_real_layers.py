"""Areas and overlays of real layers: the figures that their READMEs name, and those of pyproj.Geod."""

import numpy as np
import pyproj
import pytest
import shapely

from carbon_planner.geometry.area import AreaMethod, areas_m2, total_mm2
from carbon_planner.geometry.crs import Crs, transform
from carbon_planner.geometry.overlay import pair_areas
from carbon_planner.geometry.validity import polygonal

M2 = 1_000_000


@pytest.fixture(scope="module")
def read(data_dir):
    """Read a layer: geometries, and the values of a field."""
    ogr = pytest.importorskip("osgeo.ogr", reason="real layers are read with GDAL")
    ogr.UseExceptions()

    def reader(path, layer=None, field=None):
        if not (data_dir / path).exists():
            pytest.skip(f"no {path} in the test data")
        source = ogr.Open(str(data_dir / path))
        features = list(source.GetLayer(layer) if layer else source.GetLayer(0))
        shapes = np.empty(len(features), dtype=object)
        for i, feature in enumerate(features):
            shape = feature.GetGeometryRef()
            if shape is not None:
                shapes[i] = shapely.from_wkb(bytes(shape.GetLinearGeometry().ExportToWkb()))
        return shapes, np.array([f.GetField(field) for f in features] if field else [], dtype=float)

    return reader


def planar(zones, parcels, crs):
    return pair_areas(zones, parcels, Crs.from_text(crs), method=AreaMethod.PLANAR)


def geodesic(ring, step_m):
    """Points along the geodesics between the vertices of a ring in degrees."""
    geod = pyproj.Geod(ellps="WGS84")
    xy = shapely.get_coordinates(ring)
    points = [xy[:1]]
    for (x0, y0), (x1, y1) in zip(xy[:-1], xy[1:]):
        length = geod.inv(x0, y0, x1, y1)[2]
        count = int(length / step_m)
        if count and abs(y0) < 89.99 and abs(y1) < 89.99 and abs(x1 - x0) < 180:
            between = np.array(geod.npts(x0, y0, x1, y1, count))
            between[:, 0] += 360 * np.rint((x0 - between[:, 0]) / 360)  # along 180° either sign may come
            points.append(between)
        points.append([[x1, y1]])
    return shapely.linearrings(np.concatenate(points))


def test_countries_have_their_published_areas(read):
    """``area_km2`` is geodesic; between vertices far apart a geodesic is not the straight line of the map: densify."""
    shapes, published = read("world_countries/world.gpkg", field="area_km2")
    drawn = np.empty(len(shapes), dtype=object)
    for i, shape in enumerate(shapes):
        drawn[i] = shapely.multipolygons(
            [
                shapely.polygons(geodesic(rings[0], 3_000), [geodesic(r, 3_000) for r in rings[1:]] or None)
                for rings in (shapely.get_rings(part) for part in shapely.get_parts(shape))
            ]
        )
    found = areas_m2(drawn, Crs.from_text("EPSG:4326")) / 1e6
    # Antarctica is drawn down to 89.9° S; the published area has the cap below it too
    cap = areas_m2(np.array([shapely.box(-180, -90, 180, -89.9)]), Crs.from_text("EPSG:4326"))[0] / 1e6
    found[shapely.bounds(shapes)[:, 1] < -85] += cap
    assert found == pytest.approx(published, rel=3.5e-6)
    raw = areas_m2(shapes, Crs.from_text("EPSG:4326")) / 1e6
    assert 1e-4 < np.abs(raw / published - 1).max() < 5e-3


def test_countries_do_not_fit_64_bits_together(read):
    shapes, _ = read("world_countries/world.gpkg")
    crs = Crs.from_text("EPSG:4326")
    areas = areas_m2(shapes, crs)
    result = pair_areas(shapes[areas < 9e12], None, crs)
    assert total_mm2(result.zone_mm2) > 2**63
    assert total_mm2(result.zone_mm2) == pytest.approx(areas[areas < 9e12].sum() * M2, rel=1e-12)
    assert total_mm2(result.fragment_mm2) == total_mm2(result.zone_mm2)


TAIWAN = [
    ("D0301", 4250676.10, 4250675.98, 0.12, 0),
    ("H0209", 13818009.73, 13814590.85, 3418.88, 0),
    ("H0304", 22093816.81, 22093396.26, 420.55, 3),
    ("K0301", 3828501.48, 3828467.91, 33.58, 2),
    ("L0301", 21269381.56, 21269381.55, 0.01, 1),
    ("P0303", 13741489.25, 13734108.23, 7381.03, 0),
    ("None", 4750.63, 4750.63, 0.0, 0),
]


@pytest.mark.parametrize(("name", "total", "union", "overlap", "invalid"), TAIWAN)
def test_zoning_of_taiwan(read, name, total, union, overlap, invalid):
    shapes, published = read(f"tw_zoning/{name}.json", field="Shape_Area")
    checked = polygonal(shapes)
    assert sum(issue.kind == "REPAIRED" for issue in checked.issues) == invalid
    result = planar(checked.geometry, None, "EPSG:3826")
    assert total_mm2(result.zone_mm2) / M2 == pytest.approx(total, abs=0.006)
    assert total_mm2(result.fragment_mm2[result.fragment_counted]) / M2 == pytest.approx(union, abs=0.012)
    assert result.zone_overlap_mm2 / M2 == pytest.approx(overlap, abs=0.012)
    assert result.balance_error < 1e-9
    good = shapely.is_valid(shapes)
    assert result.zone_mm2[good] / M2 == pytest.approx(published[good], rel=1e-9, abs=1e-6)


def test_farms_count_their_union_not_their_sum(read):
    """2008 parcels lying on each other twice and thrice, 16 invalid, 68 repeated exactly."""
    shapes, _ = read("swellendam_farms/farms_33S.shp")
    checked = polygonal(shapes)
    assert sum(issue.kind == "REPAIRED" for issue in checked.issues) == 16
    farms = checked.geometry
    result = planar(farms, farms, "EPSG:32733")
    counted = result.fragment_counted
    assert total_mm2(result.zone_mm2) / 1e12 == pytest.approx(6456.2, abs=0.05)
    assert total_mm2(result.fragment_mm2[counted]) / 1e12 == pytest.approx(3210.7, abs=0.05)
    assert total_mm2(result.uncovered_mm2) / M2 < 1.0
    assert result.balance_error < 1e-8
    window = np.array([shapely.box(*shapely.total_bounds(farms))], dtype=object)
    base = planar(window, farms, "EPSG:32733")
    assert total_mm2(base.pair_mm2) / 1e12 == pytest.approx(3210.7, abs=0.05)
    assert base.double_mm2[0] / M2 == pytest.approx(deeper_than_one(farms), rel=1e-6)
    # the zone next door: planar areas there are 0.6 % smaller, ellipsoidal ones are the same
    farms = shapely.segmentize(farms, 100)
    true = areas_m2(farms, Crs.from_text("EPSG:32733"))
    next_door = transform(farms, Crs.from_text("EPSG:32733"), Crs.from_text("EPSG:32734"))
    big = true > 1e5
    assert areas_m2(next_door, Crs.from_text("EPSG:32734"))[big] == pytest.approx(true[big], rel=1e-7)
    assert shapely.area(farms).sum() / shapely.area(next_door).sum() == pytest.approx(1.006, abs=1e-3)


def deeper_than_one(shapes):
    """Area covered at least twice, by GEOS alone: faces of all outlines, counted by points."""
    faces = shapely.get_parts(shapely.polygonize(shapely.get_parts(shapely.union_all(shapely.boundary(shapes)))))
    depth = np.bincount(
        shapely.STRtree(shapes).query(shapely.point_on_surface(faces), predicate="intersects")[0], minlength=len(faces)
    )
    return shapely.area(faces[depth > 1]).sum()


def test_corine_of_poznan(read):
    """A clean coverage that fills nothing but itself; two published areas per polygon."""
    shapes, published = read("poznan_corine/poznan_clc2018.gpkg", field="Area_Ha")
    checked = polygonal(shapes)
    assert [issue.kind for issue in checked.issues] == ["Z_DROPPED"]
    window = np.array([shapely.box(*shapely.total_bounds(shapes))], dtype=object)
    result = planar(window, checked.geometry, "EPSG:2180")
    assert total_mm2(result.pair_mm2) / M2 == pytest.approx(3078978163.22, abs=0.01)
    assert result.double_mm2.sum() == 0
    assert result.balance_error < 1e-12
    assert (np.abs(shapely.area(shapes) / 1e4 - published) <= 0.006).sum() == 1306
    _, true = read("poznan_corine/poznan_clc2018.gpkg", field="Pow_Ha")
    crs = Crs.from_text("EPSG:2180")
    found = areas_m2(checked.geometry, crs) / 1e4
    # published from EPSG:3035, where edges are straight elsewhere: 1e-3 ha for most
    assert (np.abs(found - true) <= 0.005).sum() >= 1278
    whole = np.abs(found - true) <= 0.005
    assert found[whole].sum() == pytest.approx(true[whole].sum(), rel=1e-6)


def test_plots_of_prague_in_web_mercator(read):
    plots, _ = read("prague_bubenec_plots/bubenec.gpkg", "plots")
    crs = Crs.from_text("EPSG:3857")
    assert areas_m2(plots, crs, AreaMethod.PLANAR).sum() == pytest.approx(677215.8, abs=0.05)
    # README: 278,886.8 m² in the plane of EPSG:5514, whose scale there is 0.9999
    assert areas_m2(plots, crs).sum() == pytest.approx(278886.8, rel=2.5e-4)
    krovak = transform(plots, crs, Crs.from_text("EPSG:5514"))
    assert areas_m2(krovak, Crs.from_text("EPSG:5514")).sum() == pytest.approx(areas_m2(plots, crs).sum(), rel=2e-5)


def test_counties_of_north_carolina_in_degrees(read):
    shapes, _ = read("north_carolina_counties/nc.gpkg")
    crs = Crs.from_text("EPSG:4267")
    assert areas_m2(shapes, crs).sum() / 1e6 == pytest.approx(127018, rel=2e-4)
    with pytest.raises(Exception, match="degrees"):
        areas_m2(shapes, crs, AreaMethod.PLANAR)


def test_districts_of_chongqing(read):
    for name, km2 in (("重庆市", 82441.79), ("重庆城区", 43283.60)):
        shapes, _ = read(f"chongqing_districts/{name}.shp")
        assert areas_m2(shapes, Crs.from_text("EPSG:4326")).sum() / 1e6 == pytest.approx(km2, abs=0.01)


@pytest.mark.parametrize(
    ("path", "kinds"),
    [
        ("polygon_layer.shp", {"REPAIRED": 2, "EMPTY": 1}),  # one of the three invalid ones has no area
        ("polygon_layer_empty_geometries.geojson", {"EMPTY": 3}),
        ("multi_polys_with_empty_geoms.gpkg", {"NULL": 1, "EMPTY": 1, "Z_DROPPED": 1}),
        ("nullGeometryDissolve.gml", {"NULL": 1}),
        ("polys.gml", {"NULL": 1}),
        ("innerRingTouchesOuterRing.gml", {"REPAIRED": 2}),
        ("invalidgeometries.gml", {"REPAIRED": 1}),
        ("gap_layer.shp", {}),
        ("overlap_layer_tolerance_bug.shp", {}),
        ("curved_polys.gpkg", {}),
        ("missing_vertex.gpkg", {}),
    ],
)
def test_awkward_layers(read, path, kinds):
    shapes, _ = read(f"qgis_awkward_vectors/{path}")
    checked = polygonal(shapes)
    assert {k: sum(i.kind == k for i in checked.issues) for k in {i.kind for i in checked.issues}} == kinds
    unit = 1.0 if np.nanmax(shapely.bounds(shapes)) > 400 else 1e3  # degrees become a plane of kilometres
    plane = shapely.transform(checked.geometry, lambda xy: xy * unit)
    result = pair_areas(plane, plane[::-1], Crs.local_metres(), method=AreaMethod.PLANAR)
    union = shapely.union_all(plane[shapely.is_geometry(plane)])
    found = total_mm2(result.fragment_mm2[result.fragment_counted])
    assert found / M2 == pytest.approx(shapely.area(union), rel=1e-9, abs=1e-6 * len(plane))
    assert total_mm2(result.uncovered_mm2) <= 1e-9 * found + len(plane)
    assert result.balance_error < 1e-8

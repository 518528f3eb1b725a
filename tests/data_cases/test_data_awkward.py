"""QGIS' awkward layers and overlay cases, curves and lines: right numbers or named warnings, in QGIS and in Python."""

import math

import numpy as np
import pytest
import shapely
from data_helpers import HA, closes, column, evaluate, geodesic_m2, ids, shapes, sum_m2, warning
from qgis.core import QgsProcessingException

from carbon_planner import api
from carbon_planner.base.errors import PlannerError
from carbon_planner.geometry.validity import polygonal
from carbon_planner.storage.vectors import read_vectors

FOLDER = "qgis_awkward_vectors"
CURVED = {"curved_polys.gpkg", "curvepolygon.gpkg"}
#   file: (layer, field, features, without geometry, empty or no area, repaired)
LAYERS = {
    "curved_polys.gpkg": ("polys", "fid", 4, 0, 0, 0),
    "gap_layer.shp": ("gap_layer", "id", 6, 0, 0, 0),
    "innerRingTouchesOuterRing.gml": ("innerRingTouchesOuterRing", "fid", 19, 0, 0, 2),
    "invalidgeometries.gml": ("invalidgeometries", "fid", 1, 0, 0, 1),
    "missing_vertex.gpkg": ("missing_vertex", "id", 6, 0, 0, 0),
    "multi_polys_with_empty_geoms.gpkg": ("multi_polys_with_empty_geoms", "fid", 10, 1, 1, 0),
    "nullGeometryDissolve.gml": ("nullGeometryDissolve", "fid", 3, 1, 0, 0),
    "overlap_layer_tolerance_bug.shp": ("overlap_layer_tolerance_bug", "id", 2, 0, 0, 0),
    "polygon_layer.shp": ("polygon_layer", "id", 25, 0, 1, 2),  # the third invalid one has a ring without area
    "polygon_layer_empty_geometries.geojson": ("polygon_layer_empty_geometries", "attr", 4, 0, 3, 0),
    "polys.gml": ("polys2", "fid", 6, 1, 0, 0),
    "polys_overlapping_with_cat.shp": ("polys_overlapping_with_cat", "cat", 3, 0, 0, 0),
    "test_gdb.gdb": ("polys", "text", 2, 0, 0, 0),
}


def plain(path, layer, field):
    return api.evaluate_files(
        path, zones_layer=layer, zone_base_class=field, settings=api.Settings(base_system="generic")
    )


@pytest.mark.parametrize("name", LAYERS)
def test_counts_and_areas(data, name):
    layer, field, count, null, empty, repaired = LAYERS[name]
    path = data(f"{FOLDER}/{name}")
    found = plain(path, layer, field)
    assert found.totals.zone_count == count
    told = {m.id: m.params for m in found.warnings}
    for msg_id, wanted in (("GEOMETRY_NULL", null), ("GEOMETRY_EMPTY", empty), ("GEOMETRY_REPAIRED", repaired)):
        assert (told[msg_id]["count"] if msg_id in told else 0) == wanted, msg_id
    closes(found)
    areas = found.zones["cp_area_ha"]
    assert areas.isna().sum() == null + empty
    assert (found.zones["cp_flags"] == "EMPTY_GEOM").sum() == null + empty
    # Nothing is evaluated here (the classes are no classes): null, never nought.
    assert found.zones[["cp_bstk_tc", "cp_net_t"]].isna().all(axis=None)
    if name in CURVED or not found.inputs.crs.is_geographic:
        return
    drawn = polygonal(shapes(path, layer)).geometry
    left, low, right, high = shapely.total_bounds(drawn)
    extent = max(right - left, high - low)
    wanted = np.where(shapely.is_geometry(drawn), geodesic_m2(drawn, longest=extent / 2000), np.nan)
    np.testing.assert_allclose(areas * HA, wanted, rtol=1e-7, atol=0.2)


@pytest.mark.parametrize("name", LAYERS)
def test_qgis_gives_the_same(data, name, run_alg, rows_of):
    layer, field, _, null, empty, repaired = LAYERS[name]
    path = data(f"{FOLDER}/{name}")
    results = run_alg(
        "evaluatezones", ZONES=f"{path}|layername={layer}", ZONE_BASE_CLASS=field, BASE_CLASS_SYSTEM="generic",
        OUTPUT="memory:",
    )  # fmt: skip
    wanted = plain(path, layer, field)
    rows = rows_of(results["OUTPUT"])
    within = 1e-6 if name in CURVED else 1e-9
    for column_name in ("cp_area_ha", "cp_unk_ha", "cp_ovl_ha"):
        numbers = [np.nan if row[column_name] is None else row[column_name] for row in rows]
        np.testing.assert_allclose(numbers, wanted.zones[column_name], rtol=within, atol=1e-9, err_msg=column_name)
    assert [row["cp_flags"] for row in rows] == wanted.zones["cp_flags"].tolist()
    assert results["AREA_HA"] == pytest.approx(wanted.totals.area_ha, rel=within)
    assert results["BALANCE_ERROR"] < 1e-8
    words = {"without geometry": null, "empty or has no area": empty, "invalid polygons": repaired}
    assert [word for word in words if word in results["WARNINGS"]] == [word for word, n in words.items() if n]


def test_known_overlaps(data):
    """Two squares of the Swiss grid that overlap by a strip; three polygons of which two cover each other."""
    found = plain(data(f"{FOLDER}/overlap_layer_tolerance_bug.shp"), "overlap_layer_tolerance_bug", "id")
    assert found.totals.zone_overlap_ha * HA == pytest.approx(889.619, abs=0.01)
    path = data(f"{FOLDER}/polys_overlapping_with_cat.shp")
    found = plain(path, "polys_overlapping_with_cat", "cat")
    drawn = shapes(path)
    shared = shapely.union_all([a.intersection(b) for i, a in enumerate(drawn) for b in drawn[i + 1 :]])
    assert found.totals.zone_overlap_ha * HA == pytest.approx(geodesic_m2([shared], longest=0.01)[0], rel=1e-7)
    path = data(f"{FOLDER}/polygon_layer.shp")
    found = plain(path, "polygon_layer", "id")
    valid = polygonal(shapes(path)).geometry
    union = geodesic_m2([shapely.union_all(valid)], longest=0.01)[0]
    assert found.totals.area_ha * HA == pytest.approx(union, rel=1e-7)
    assert sum_m2(found) > 1.3 * union


def test_gaps_between_zones_count_nowhere(data):
    found = plain(data(f"{FOLDER}/gap_layer.shp"), "gap_layer", "id")
    assert found.totals.zone_overlap_ha == 0.0
    assert found.totals.area_ha == pytest.approx(found.zones["cp_area_ha"].sum(), rel=1e-12)


@pytest.mark.parametrize(
    ("file", "layer", "field"),
    [
        (f"{FOLDER}/empty_spatial_layer.shp", "empty_spatial_layer", "id"),
        (f"{FOLDER}/system_encoding.shp", "system_encoding", "text"),
        (f"{FOLDER}/utf8.shp", "utf8", "text"),
        (f"{FOLDER}/windows-1252.shp", "windows-1252", "text"),
        (f"{FOLDER}/windows-1252_ldid.shp", "windows-1252_ldid", "text"),
        (f"{FOLDER}/test_gdb.gdb", "lines", "text"),
        (f"{FOLDER}/test_gdb.gdb", "points", "text"),
        ("curved_and_measured/line_zm.gpkg", "line_zm", "fid"),
    ],
)
def test_points_lines_and_nothing_are_refused_by_name(data, file, layer, field, run_alg):
    path = data(file)
    with pytest.raises(PlannerError) as caught:
        plain(path, layer, field)
    assert caught.value.message.id == "NO_POLYGONS"
    assert f"“{layer}”" in caught.value.text("en")
    assert "面图层" in caught.value.text("zh")
    with pytest.raises(QgsProcessingException) as raised:
        run_alg(
            "evaluatezones",
            ZONES=f"{path}|layername={layer}",
            ZONE_BASE_CLASS=field,
            BASE_CLASS_SYSTEM="generic",
            OUTPUT="memory:",
        )
    assert layer in str(raised.value)


def test_a_file_with_several_layers_asks_for_one(data):
    with pytest.raises(PlannerError, match="fd1_lyr1, fd1_lyr2, standalone, fd2_lyr"):
        evaluate(data(f"{FOLDER}/featuredataset.gdb"), "x")


@pytest.mark.parametrize(
    ("file", "encoding"),
    [
        ("utf8.shp", ""),
        ("windows-1252.shp", ""),
        ("windows-1252_ldid.shp", ""),
        ("system_encoding.shp", "windows-1252"),
    ],
)
def test_text_of_every_encoding_is_read(data, file, encoding):
    """The four files hold the same word."""
    found = read_vectors(data(f"{FOLDER}/{file}"), ["text"], encoding=encoding).attributes["text"]
    assert found == read_vectors(data(f"{FOLDER}/utf8.shp"), ["text"]).attributes["text"]


@pytest.mark.parametrize("without_crs", ["columbus_no_crs/columbus.shp", "chongqing_districts/重庆市.shp"])
def test_layers_without_crs_are_refused_in_qgis(data, without_crs, run_alg):
    path = data(without_crs)
    field = "NEIG" if path.stem == "columbus" else "name"
    with pytest.raises(QgsProcessingException) as caught:
        run_alg("evaluatezones", ZONES=str(path), ZONE_BASE_CLASS=field, BASE_CLASS_SYSTEM="generic", OUTPUT="memory:")
    assert f"“{path.stem}” has no coordinate reference system" in str(caught.value)
    assert "Set CRS" in str(caught.value)


def test_a_curved_zone(data, run_alg, rows_of):
    path = data("curved_and_measured/curvepolygon.gpkg")
    found = plain(path, "curvepolygon", "fid")
    results = run_alg(
        "evaluatezones", ZONES=str(path), ZONE_BASE_CLASS="fid", BASE_CLASS_SYSTEM="generic", OUTPUT="memory:"
    )
    (row,) = rows_of(results["OUTPUT"])
    assert row["cp_area_ha"] == pytest.approx(found.totals.area_ha, rel=1e-6)
    (drawn,) = shapes(path, "curvepolygon")
    assert found.totals.area_ha * HA == pytest.approx(geodesic_m2(np.array([drawn]), longest=0.01)[0], rel=1e-6)
    assert math.isclose(results["AREA_HA"], row["cp_area_ha"], rel_tol=1e-12)


OVERLAYS = "qgis_overlay_cases"


def expected(data, name, first, second):
    """Areas of an expected result of QGIS by the ids of both layers; the coordinates are whole numbers."""
    path = data(f"{OVERLAYS}/{name}.gml")
    keys = zip(column(path, first), column(path, second) if second else [""] * 99)
    return {(a, b or ""): float(area) for (a, b), area in zip(keys, shapely.area(shapes(path)))}


@pytest.mark.parametrize(("zones", "base"), [("a", "b"), ("b", "a")])
def test_pieces_are_those_of_qgis(data, zones, base):
    paths = {name: data(f"{OVERLAYS}/overlay1_{name}.geojson") for name in "ab"}
    settings = api.Settings(plan_system="generic", base_system="generic", area_method="planar")
    found = api.evaluate_files(
        paths[zones], zone_id=f"id_{zones}", zone_class=f"id_{zones}", base=paths[base], base_class=f"id_{base}",
        settings=settings, keep_pieces=True,
    )  # fmt: skip
    pieces = {
        (row.zone_id, row.base_class): round(row.area_ha * HA, 9) for row in found.pieces.itertuples() if row.area_ha
    }
    assert pieces == expected(data, "intersection1", f"id_{zones}", f"id_{base}")
    union = expected(data, "union1", f"id_{zones}", f"id_{base}")
    by_class = found.totals.by_class
    rows = {(r.plan_class, r.base_class): round(r.area_ha * HA, 9) for r in by_class.itertuples()}
    assert rows == {key: area for key, area in union.items() if key[0]}
    nothing = {key[0]: area for key, area in rows.items() if not key[1]}
    difference = expected(data, f"difference1_{zones}_{base}", f"id_{zones}", "")
    assert nothing == {key[0]: area for key, area in difference.items()}
    other = expected(data, f"symmetrical_difference1_{zones}_{base}", f"id_{zones}", f"id_{base}")
    assert nothing == {key[0]: area for key, area in other.items() if key[0]}
    assert found.totals.area_ha * HA == pytest.approx(22.0, rel=1e-12)
    drawn = shapely.area(found.pieces["geometry"].to_numpy())
    np.testing.assert_allclose(drawn, found.pieces["area_ha"] * HA, rtol=1e-9)
    closes(found)


def test_pieces_through_qgis(data, run_alg, rows_of):
    results = run_alg(
        "evaluatezones", ZONES=str(data(f"{OVERLAYS}/overlay1_a.geojson")), ZONE_ID="id_a", ZONE_CLASS="id_a",
        ZONE_CLASS_SYSTEM="generic", BASE=str(data(f"{OVERLAYS}/overlay1_b.geojson")), BASE_CLASS="id_b",
        BASE_CLASS_SYSTEM="generic", AREA_METHOD="planar", OUTPUT="memory:", PIECES="memory:",
    )  # fmt: skip
    pieces = {(row["zone_id"], row["base_class"]): round(row["area_ha"] * HA, 9) for row in rows_of(results["PIECES"])}
    assert pieces == expected(data, "intersection1", "id_a", "id_b")
    assert results["AREA_HA"] * HA == pytest.approx(22.0, rel=1e-12)
    assert not results["HAS_NET"]
    assert results["STATUS"] == "partial"


def test_unknown_classes_of_the_overlay_are_named(data):
    settings = api.Settings(plan_system="generic", base_system="generic", area_method="planar")
    found = api.evaluate_files(data(f"{OVERLAYS}/overlay1_a.geojson"), zone_class="id_a", settings=settings)
    assert warning(found, "CLASS_VALUES_UNKNOWN").params["values"] == "A1, A2, A3, A4"
    assert ids(found.warnings) == ["AREA_NOT_EVALUATED", "CLASS_VALUES_UNKNOWN", "PLANAR_AREAS_OFF"]

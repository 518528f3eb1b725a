"""Hostile geometry (G14): every item gives the right number or a named issue; none a silent zero or a traceback."""

import json
import math

import numpy as np
import pytest
import shapely
from geometry_cases import METRES, array, square
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.errors import GEOSException

from carbon_planner.base.errors import Cancelled
from carbon_planner.base.feedback import Silent
from carbon_planner.base.messages import load_texts
from carbon_planner.geometry import validity
from carbon_planner.geometry.area import AreaMethod
from carbon_planner.geometry.overlay import pair_areas
from carbon_planner.geometry.repair import repaired
from carbon_planner.geometry.validity import GeometryIssue, polygonal

NAN, INF = math.nan, math.inf


def coords(*xy):
    return shapely.polygons(np.array([*xy, xy[0]], dtype=float))


def circle(vertices):
    """A regular polygon of radius 100, clockwise from (100, 0), not closed."""
    turn = -np.arange(vertices) * 2 * math.pi / vertices
    return np.stack([np.cos(turn), np.sin(turn)], axis=1) * 100


def comb(teeth):
    """A comb whose teeth all touch its back from outside in one point: valid only as many parts."""
    xy = [(0, 0)]
    for i in range(teeth):
        xy += [(2 * i, 0), (2 * i + 1, 1), (2 * i + 2, 0)]
    return coords(*xy, (2 * teeth, -1), (0, -1))


def random_ring(count, seed):
    return coords(*map(tuple, np.random.default_rng(seed).uniform(0, 100, (count, 2))))


SQ = "((0 0, 4 0, 4 4, 0 4, 0 0))"
FAR = 4e6

# name: geometry, kinds of issues, area (None: no geometry)
HOSTILE = {
    "nothing": (None, ["NULL"], None),
    "pandas missing": (NAN, ["NULL"], None),
    "text": ("@POLYGON", ["NOT_POLYGON"], None),
    "number": (5, ["NOT_POLYGON"], None),
    "dictionary": ({"type": "Polygon"}, ["NOT_POLYGON"], None),
    "empty polygon": ("POLYGON EMPTY", ["EMPTY"], None),
    "empty multipolygon": ("MULTIPOLYGON EMPTY", ["EMPTY"], None),
    "multipolygon of empties": ("MULTIPOLYGON (EMPTY, EMPTY)", ["EMPTY"], None),
    "empty collection": ("GEOMETRYCOLLECTION EMPTY", ["EMPTY"], None),
    "collection of empties": ("GEOMETRYCOLLECTION (POLYGON EMPTY, POINT EMPTY)", ["EMPTY"], None),
    "empty point": ("POINT EMPTY", ["EMPTY"], None),
    "empty with heights": ("POLYGON Z EMPTY", ["EMPTY"], None),
    "point": ("POINT (1 1)", ["NOT_POLYGON"], None),
    "multipoint": ("MULTIPOINT ((1 1), (2 2))", ["NOT_POLYGON"], None),
    "line": ("LINESTRING (0 0, 1 1)", ["NOT_POLYGON"], None),
    "closed line": ("LINESTRING (0 0, 1 0, 1 1, 0 0)", ["NOT_POLYGON"], None),
    "ring": (shapely.linearrings([(0, 0), (1, 0), (1, 1), (0, 0)]), ["NOT_POLYGON"], None),
    "multiline": ("MULTILINESTRING ((0 0, 1 1), (2 2, 3 3))", ["NOT_POLYGON"], None),
    "collection without polygon": ("GEOMETRYCOLLECTION (POINT (0 0), LINESTRING (0 0, 1 1))", ["NOT_POLYGON"], None),
    "nested collection without polygon": (
        "GEOMETRYCOLLECTION (GEOMETRYCOLLECTION (POINT (0 0)), MULTIPOINT ((1 1)))", ["NOT_POLYGON"], None,
    ),
    "collection with polygon": (f"GEOMETRYCOLLECTION (POLYGON {SQ}, LINESTRING (0 0, 9 9))", ["REPAIRED"], 16),
    "nested collection": (f"GEOMETRYCOLLECTION (GEOMETRYCOLLECTION (POLYGON {SQ}), POINT (9 9))", ["REPAIRED"], 16),
    "collection of overlapping polygons": (
        f"GEOMETRYCOLLECTION (POLYGON {SQ}, POLYGON ((2 0, 6 0, 6 4, 2 4, 2 0)))", ["REPAIRED"], 24,
    ),
    "collection with multipolygon": (f"GEOMETRYCOLLECTION (MULTIPOLYGON ({SQ}), POINT (0 0))", ["REPAIRED"], 16),
    "nan": (shapely.polygons([(0, 0), (1, 0), (NAN, 1), (0, 0)]), ["NOT_FINITE"], None),
    "infinity": (shapely.polygons([(0, 0), (1, 0), (1, INF), (0, 0)]), ["NOT_FINITE"], None),
    "infinite all over": (shapely.polygons([(INF, INF)] * 4), ["NOT_FINITE"], None),
    "nan in a hole": (
        shapely.polygons(shapely.linearrings([(0, 0), (9, 0), (9, 9), (0, 0)]),
                         [shapely.linearrings([(4, 1), (5, 1), (5, NAN), (4, 1)])]), ["NOT_FINITE"], None,
    ),
    "nan height": (shapely.polygons([(0, 0, 1), (4, 0, NAN), (4, 4, 1), (0, 0, 1)]), ["Z_DROPPED"], 8),
    "heights": ("POLYGON Z ((0 0 5, 4 0 5, 4 4 5, 0 4 5, 0 0 5))", ["Z_DROPPED"], 16),
    "bow tie": ("POLYGON ((0 0, 2 2, 2 0, 0 2, 0 0))", ["REPAIRED"], 2),
    "bow tie with heights": ("POLYGON Z ((0 0 1, 2 2 1, 2 0 1, 0 2 1, 0 0 1))", ["REPAIRED", "Z_DROPPED"], 2),
    "unequal bow tie": ("POLYGON ((0 0, 4 4, 4 0, 0 1, 0 0))", ["REPAIRED"], 0.4 + 6.4),
    "bow tie far from the origin": (
        coords((FAR, FAR), (FAR + 2, FAR + 2), (FAR + 2, FAR), (FAR, FAR + 2)), ["REPAIRED"], 2,
    ),
    "bow tie in a multipolygon": (
        "MULTIPOLYGON (((0 0, 2 2, 2 0, 0 2, 0 0)), ((9 9, 10 9, 10 10, 9 10, 9 9)))", ["REPAIRED"], 3,
    ),
    "bow tie as a hole": ("POLYGON ((0 0, 9 0, 9 9, 0 9, 0 0), (1 1, 3 3, 3 1, 1 3, 1 1))", ["REPAIRED"], 79),
    "pentagram": (
        coords(*((math.sin(k * 4 * math.pi / 5), math.cos(k * 4 * math.pi / 5)) for k in range(5))), ["REPAIRED"],
        1.1225699414489634,  # ten triangles round its centre
    ),
    "ring twice round": ("POLYGON ((0 0, 4 0, 4 4, 0 4, 0 0, 4 0, 4 4, 0 4, 0 0))", ["REPAIRED"], 16),
    "loop inside the ring": ("POLYGON ((0 0, 6 0, 6 6, 3 6, 3 3, 5 3, 5 5, 2 5, 2 6, 0 6, 0 0))", ["REPAIRED"], 35),
    "figure of eight": ("POLYGON ((0 0, 2 0, 2 2, 4 2, 4 4, 2 4, 2 2, 0 2, 0 0))", ["REPAIRED"], 8),
    "ring touches itself, enclosing a hole": (
        "POLYGON ((0 0, 6 0, 6 6, 3 6, 4 4, 2 4, 3 6, 0 6, 0 0))", ["REPAIRED"], 34,
    ),
    "clockwise shell": ("POLYGON ((0 0, 0 4, 4 4, 4 0, 0 0))", [], 16),
    "hole turning like its shell": ("POLYGON ((0 0, 4 0, 4 4, 0 4, 0 0), (1 1, 2 1, 2 2, 1 2, 1 1))", [], 15),
    "hole outside": ("POLYGON ((0 0, 4 0, 4 4, 0 4, 0 0), (6 6, 7 6, 7 7, 6 7, 6 6))", ["REPAIRED"], 17),
    "hole across the shell": ("POLYGON ((0 0, 2 0, 2 2, 0 2, 0 0), (1 1, 3 1, 3 3, 1 3, 1 1))", ["REPAIRED"], 3),
    "hole equal to shell": ("POLYGON ((0 0, 4 0, 4 4, 0 4, 0 0), (0 0, 4 0, 4 4, 0 4, 0 0))", ["EMPTY"], None),
    "hole larger than shell": (
        "POLYGON ((0 0, 4 0, 4 4, 0 4, 0 0), (-1 -1, 5 -1, 5 5, -1 5, -1 -1))", ["EMPTY"], None,
    ),
    "hole along the shell": ("POLYGON ((0 0, 4 0, 4 4, 0 4, 0 0), (0 1, 1 1, 1 2, 0 2, 0 1))", ["REPAIRED"], 15),
    "hole touching the shell in a point": ("POLYGON ((0 0, 4 0, 4 4, 0 4, 0 0), (0 2, 1 1, 1 3, 0 2))", [], 15),
    "hole touching the shell twice": (
        "POLYGON ((0 0, 4 0, 4 4, 0 4, 0 0), (0 2, 2 1, 4 2, 2 3, 0 2))", ["REPAIRED"], 12,
    ),
    "overlapping holes": (
        "POLYGON ((0 0, 9 0, 9 9, 0 9, 0 0), (1 1, 4 1, 4 4, 1 4, 1 1), (2 2, 6 2, 6 6, 2 6, 2 2))", ["REPAIRED"], 60,
    ),
    "hole in a hole": (
        "POLYGON ((0 0, 9 0, 9 9, 0 9, 0 0), (1 1, 8 1, 8 8, 1 8, 1 1), (3 3, 4 3, 4 4, 3 4, 3 3))", ["REPAIRED"], 32,
    ),
    "the same hole twice": (
        "POLYGON ((0 0, 9 0, 9 9, 0 9, 0 0), (1 1, 4 1, 4 4, 1 4, 1 1), (1 1, 4 1, 4 4, 1 4, 1 1))", ["REPAIRED"], 72,
    ),
    "empty hole": ("POLYGON ((0 0, 4 0, 4 4, 0 4, 0 0), EMPTY)", [], 16),
    "empty hole first": ("POLYGON ((0 0, 4 0, 4 4, 0 4, 0 0), EMPTY, (1 1, 2 1, 2 2, 1 2, 1 1))", [], 15),
    "collapsed hole": ("POLYGON ((0 0, 4 0, 4 4, 0 4, 0 0), (1 1, 3 3, 2 2, 1 1))", ["REPAIRED"], 16),
    "island": (
        "MULTIPOLYGON (((0 0, 9 0, 9 9, 0 9, 0 0), (1 1, 8 1, 8 8, 1 8, 1 1)), ((3 3, 4 3, 4 4, 3 4, 3 3)))", [], 33,
    ),
    "parts overlap": ("MULTIPOLYGON (((0 0, 2 0, 2 2, 0 2, 0 0)), ((1 1, 3 1, 3 3, 1 3, 1 1)))", ["REPAIRED"], 7),
    "part in a part": ("MULTIPOLYGON (((0 0, 4 0, 4 4, 0 4, 0 0)), ((1 1, 2 1, 2 2, 1 2, 1 1)))", ["REPAIRED"], 16),
    "the same part twice": (f"MULTIPOLYGON ({SQ}, {SQ})", ["REPAIRED"], 16),
    "the same part three times": (f"MULTIPOLYGON ({SQ}, {SQ}, {SQ})", ["REPAIRED"], 16),
    "parts share an edge": ("MULTIPOLYGON (((0 0, 1 0, 1 1, 0 1, 0 0)), ((1 0, 2 0, 2 1, 1 1, 1 0)))", ["REPAIRED"], 2),
    "parts touch in a point": ("MULTIPOLYGON (((0 0, 1 0, 1 1, 0 1, 0 0)), ((1 1, 2 1, 2 2, 1 2, 1 1)))", [], 2),
    "an empty part": (f"MULTIPOLYGON ({SQ}, EMPTY)", [], 16),
    "a collapsed part": (f"MULTIPOLYGON ({SQ}, ((7 7, 8 8, 9 9, 7 7)))", ["REPAIRED"], 16),
    "duplicate vertices": ("POLYGON ((0 0, 4 0, 4 0, 4 0, 4 4, 0 4, 0 4, 0 0, 0 0))", [], 16),
    "vertices on a straight edge": ("POLYGON ((0 0, 1 0, 2 0, 3 0, 4 0, 4 4, 0 4, 0 0))", [], 16),
    "spike outward": ("POLYGON ((0 0, 2 0, 2 2, 2 9, 2 2, 0 2, 0 0))", ["REPAIRED"], 4),
    "spike inward": ("POLYGON ((0 0, 4 0, 4 4, 2 4, 2 1, 2 4, 0 4, 0 0))", ["REPAIRED"], 16),
    "bridge to an island": (
        "POLYGON ((0 0, 2 0, 2 1, 5 1, 5 0, 7 0, 7 2, 5 2, 5 1, 2 1, 2 2, 0 2, 0 0))", ["REPAIRED"], 8,
    ),
    "needle": (coords((0, 0), (1e5, 0), (1e5, 1e-6)), [], 0.05),
    "flat": ("POLYGON ((0 0, 4 0, 2 0, 0 0))", ["EMPTY"], None),
    "one point": ("POLYGON ((1 1, 1 1, 1 1, 1 1))", ["EMPTY"], None),
    "back and forth": ("POLYGON ((0 0, 1 1, 2 2, 1 1, 0 0))", ["EMPTY"], None),
    "tiny": (square(0, 0, 1e-9), [], 1e-18),
    "too small for a number": (square(0, 0, 1e-170), ["EMPTY"], None),
    "huge": (square(-1e150, -1e150, 2e150), [], 4e300),
    "comb": (comb(50), [], 150),
    "random scribble": (random_ring(40, 1), ["REPAIRED"], "structure"),
    "large scribble": (random_ring(300, 2), ["REPAIRED"], "structure"),
    "spiral staircase": (
        coords(*((r * math.cos(r), r * math.sin(r)) for r in np.linspace(1, 30, 200)), (0, 0)), ["REPAIRED"],
        "structure",
    ),
    "million vertices": (shapely.polygons(circle(10**6)), [], math.pi * 1e4),
    "million vertices and an ear": (
        shapely.polygons(np.concatenate([circle(10**6), [(100, 0), (200, -50), (200, 50), (100, 0)]])), ["REPAIRED"],
        math.pi * 1e4 + 5000.0,
    ),
}  # fmt: skip


def hostile(name):
    shape = HOSTILE[name][0]
    if isinstance(shape, str) and not shape.startswith("@"):
        return shapely.from_wkt(shape)
    return shape


def test_there_are_enough():
    assert len(HOSTILE) >= 60


@pytest.mark.parametrize("name", HOSTILE)
def test_right_number_or_named_issue(name):
    shape, (_, kinds, expected) = hostile(name), HOSTILE[name]
    given_shapes = np.empty(1, dtype=object)
    given_shapes[0] = shape
    checked = polygonal(given_shapes)
    assert [issue.kind for issue in checked.issues] == kinds
    result = checked.geometry[0]
    if expected is None:
        assert result is None
    else:
        assert result.geom_type in ("Polygon", "MultiPolygon")
        assert shapely.is_valid(result)
        assert not shapely.has_z(result)
        if expected == "structure":
            expected = structure_area(shape)
        assert shapely.area(result) == pytest.approx(expected, rel=1e-9)
    assert given_shapes[0] is shape
    for issue in checked.issues:
        for lang, text in (("en", "zones"), ("zh", "分区")):
            said = issue.message("zones" if lang == "en" else "分区", "A1").text(lang)
            assert text in said
            assert "{" not in said
            assert issue.kind not in said


def structure_area(shape):
    """GEOS's own repair by structure, where this shapely offers it."""
    try:
        return shapely.area(shapely.make_valid(shape, method="structure", keep_collapsed=False))
    except TypeError:
        pytest.skip("shapely before 2.1 repairs by linework only")


@pytest.mark.parametrize("name", [n for n in HOSTILE if "huge" not in n and "million" not in n])
def test_pair_areas_takes_anything(name):
    """Unchecked input too: as a zone over a good parcel, and as a parcel under a good zone."""
    expected = HOSTILE[name][2]
    shape = hostile(name)
    if not isinstance(shape, shapely.Geometry):
        pytest.skip("not a geometry")
    if expected == "structure":
        expected = structure_area(shape)
    box = np.array([0.0, 0.0, 1.0, 1.0])
    if np.isfinite(shapely.bounds(shape)).all():
        box = shapely.bounds(shape) + np.array([-3.0, -3.0, 3.0, 3.0])
    good = array(shapely.box(*box))
    for zones, parcels in ((array(shape), good), (good, array(shape))):
        result = pair_areas(zones, parcels, METRES, method=AreaMethod.PLANAR)
        total = int(result.pair_mm2.sum())
        assert total == pytest.approx((expected or 0.0) * 1e6, rel=1e-9, abs=1)
        assert result.balance_error < 1e-9


def test_noding_that_fails_leaves_the_repair_to_geos(monkeypatch):
    def fails(*args, **options):
        raise GEOSException("TopologyException: made up")

    monkeypatch.setattr("carbon_planner.geometry.repair._enclosed", fails)
    checked = polygonal(array("POLYGON ((0 0, 2 2, 2 0, 0 2, 0 0))"))
    assert shapely.area(checked.geometry[0]) == 2.0
    assert [issue.kind for issue in checked.issues] == ["REPAIRED"]


def test_repair_that_is_not_valid_is_repaired_again(monkeypatch):
    bow_tie = shapely.from_wkt("POLYGON ((0 0, 2 2, 2 0, 0 2, 0 0))")
    monkeypatch.setattr("carbon_planner.geometry.repair._fix_polygon", lambda polygon: polygon)
    monkeypatch.setattr("carbon_planner.geometry.repair.as_polygonal", lambda geom: geom)
    assert shapely.is_valid(repaired(bow_tie))


def test_issue_says_what_repair_did():
    issue = polygonal(array(square(0, 0), "POLYGON ((0 0, 2 2, 2 0, 0 2, 0 0))")).issues[0]
    assert issue == GeometryIssue(1, "REPAIRED", "Self-intersection[1 1]", 0.0, 2.0)
    assert "went from 0 to 2" in issue.message("zones", "7").text()
    assert "由 0 变为 2" in issue.message("分区", "7").text("zh")


def test_every_kind_has_its_texts():
    texts = load_texts(validity.__file__ and __import__("pathlib").Path(validity.__file__).with_name("messages.csv"))
    kinds = [getattr(validity, k) for k in ("NULL", "EMPTY", "REPAIRED", "NOT_POLYGON", "NOT_FINITE", "Z_DROPPED")]
    assert all("GEOM_" + kind in texts for kind in kinds)


def test_heights_are_told_once():
    shapes = array(square(0, 0), *(shapely.force_3d(square(i, 0)) for i in range(5)))
    checked = polygonal(shapes)
    assert [(i.index, i.kind, i.reason) for i in checked.issues] == [(1, "Z_DROPPED", "5")]
    assert not shapely.has_z(checked.geometry).any()


def test_measures_are_dropped():
    checked = polygonal(array(shapely.from_wkt("POLYGON ZM ((0 0 1 2, 4 0 1 2, 4 4 1 2, 0 0 1 2))")))
    assert shapely.get_coordinates(checked.geometry, include_z=True).shape == (4, 3)
    assert np.isnan(shapely.get_coordinates(checked.geometry, include_z=True)[:, 2]).all()


def test_good_polygons_stay_as_they_are():
    shapes = array(square(0, 0), shapely.reverse(square(5, 5)), shapely.multipolygons([square(0, 0), square(20, 20)]))
    checked = polygonal(shapes)
    assert not checked.issues
    assert (shapely.to_wkb(checked.geometry) == shapely.to_wkb(shapes)).all()


def test_lists_and_geojson_shapes():
    shape = shapely.from_geojson(json.dumps({"type": "Polygon", "coordinates": [[[0, 0], [4, 0], [4, 4], [0, 0]]]}))
    assert shapely.area(polygonal([shape, None]).geometry[0]) == 8.0
    assert polygonal([]).geometry.shape == (0,)


def test_issues_come_in_order_whatever_the_blocks(monkeypatch):
    names = [n for n in HOSTILE if "million" not in n]
    shapes = np.empty(len(names), dtype=object)
    for i, name in enumerate(names):
        shapes[i] = hostile(name)
    whole = polygonal(shapes)
    assert [i.index for i in whole.issues] == sorted(i.index for i in whole.issues)
    monkeypatch.setattr(validity, "BLOCK_VERTICES", 7)
    small = polygonal(shapes)
    assert [(i.index, i.kind) for i in small.issues] == [(i.index, i.kind) for i in whole.issues]
    assert np.array_equal(shapely.to_wkb(small.geometry), shapely.to_wkb(whole.geometry))


def test_cancel():
    class Stop(Silent):
        def cancelled(self):
            return True

    with pytest.raises(Cancelled):
        polygonal(array(square(0, 0)), Stop())


points = st.tuples(st.integers(0, 6), st.integers(0, 6))


@settings(max_examples=300, deadline=None)
@given(st.lists(points, min_size=3, max_size=9), st.lists(points, min_size=3, max_size=5))
def test_repair_follows_the_winding_rule(shell, hole):
    """Rings on a lattice, against a fine raster of points that the shell winds round and the hole does not."""
    polygon = shapely.polygons(shapely.linearrings([*shell, shell[0]]), [shapely.linearrings([*hole, hole[0]])])
    fixed = repaired(polygon)
    if fixed is not None:
        assert shapely.is_valid(fixed)
        assert fixed.geom_type in ("Polygon", "MultiPolygon")
    cells = np.stack(np.meshgrid(np.arange(42), np.arange(42)), axis=-1).reshape(-1, 2)
    centres = (cells + np.array([0.51373, 0.52119])) / 7.0  # on no line through points of the lattice
    inside_shell = winding(np.array([*shell, shell[0]], dtype=float), centres) != 0
    inside_hole = winding(np.array([*hole, hole[0]], dtype=float), centres) != 0
    found = shapely.contains_xy(fixed, *centres.T) if fixed is not None else np.zeros(len(centres), dtype=bool)
    apart = not (inside_shell & inside_hole).any()
    if not apart:
        assert np.array_equal(found, inside_shell & ~inside_hole)
    else:  # a hole outside is a part of its own, one that only touches the shell takes nothing from it
        assert (found >= inside_shell).all()
        assert (found <= inside_shell | inside_hole).all()


def winding(xy, points_xy):
    """Winding numbers by summed angles: slow, and nothing in common with the code under test."""
    one, two = xy[:-1] - points_xy[:, None], xy[1:] - points_xy[:, None]
    cross = one[..., 0] * two[..., 1] - one[..., 1] * two[..., 0]
    return np.rint(np.arctan2(cross, (one * two).sum(axis=-1)).sum(axis=1) / (2 * math.pi)).astype(int)

"""Hostile geometry (G14): every item gives the right number or a named issue; none a silent zero or a traceback."""

import json
import math

import numpy as np
import pytest
import shapely
from geometry_cases import METRES, array, square
from geometry_hostile import HOSTILE, hostile
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

"""Made planar fabrics with snapped coordinates, zones through their vertices and along their edges; the GEOS suite."""

import re
import xml.etree.ElementTree as ElementTree

import numpy as np
import pytest
import shapely
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from kernel_cases import M2, SMALL, array, compared
from shapely.errors import ShapelyError

from carbon_planner.geometry.kernel import Rings, cross_areas
from carbon_planner.geometry.validity import polygonal

QUIET = settings(
    max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much]
)

# --- unions of cells of a lattice: areas are counts -------------------------------------------------------------------

SIDE = 6
figure = st.sets(st.tuples(st.integers(0, SIDE - 1), st.integers(0, SIDE - 1)), min_size=1, max_size=18)
layer = st.lists(figure, min_size=1, max_size=6)
FAR = [(0.0, 0.0), (39_500_000.0, 3_300_000.0), (-7.0, 2.0**40)]


def drawn(cells, x, y, size):
    shape = shapely.union_all([shapely.box(i, j, i + 1, j + 1) for i, j in cells])
    return shapely.transform(shape, lambda xy: xy * size + np.array([x, y]))


@QUIET
@given(layer, layer, st.sampled_from(FAR), st.sampled_from([1.0, 0.25, 3.0]))
def test_figures_of_cells(zones, parcels, far, size):
    one, other = (array(*(drawn(f, *far, size) for f in shapes)) for shapes in (zones, parcels))
    counted = np.array([[len(z & p) * size**2 for p in parcels] for z in zones])
    table = compared(one, other, oracle=counted, tolerance=1e-12)
    assert np.array_equal(table > 0.0, counted > 0.0)


# --- triangulations of whole points, triangles joined at random: any slope, any number of shared edges ----------------

point = st.tuples(st.integers(0, 12), st.integers(0, 12))


@st.composite
def fabrics(draw):
    """A planar fabric and zones made of its triangles, its vertices and boxes on its lattice."""
    points = draw(st.lists(point, min_size=5, max_size=22, unique=True))
    triangles = shapely.get_parts(shapely.delaunay_triangles(shapely.MultiPoint(points)))
    assume(len(triangles) >= 3)
    label = draw(st.lists(st.integers(0, 6), min_size=len(triangles), max_size=len(triangles)))
    groups = [triangles[np.equal(label, k)] for k in sorted(set(label))]
    parcels = array(*(shapely.union_all(group) for group in groups))
    chosen = draw(st.lists(st.sets(st.integers(0, len(triangles) - 1), min_size=1), min_size=1, max_size=3))
    zones = [shapely.union_all(triangles[sorted(some)]) for some in chosen]
    corners = draw(st.lists(st.sampled_from(points), min_size=3, max_size=6, unique=True))
    hull = shapely.convex_hull(shapely.MultiPoint(corners))
    x, y = draw(point)
    zones += [hull, shapely.box(x, y, x + 5, y + 4), shapely.box(-1, -1, 14, 14)]
    zones = array(*(z for z in zones if z.geom_type in ("Polygon", "MultiPolygon")))
    # unions of triangles have no new vertices: everything is in whole numbers
    for shape in (*parcels, *zones):
        assert np.array_equal(shapely.get_coordinates(shape), np.round(shapely.get_coordinates(shape)))
    return parcels, zones


@QUIET
@given(fabrics(), st.sampled_from(FAR[:2]), st.sampled_from([1.0, 64.0]))
def test_fabrics_of_triangles(made, far, size):
    parcels, zones = made
    assume(shapely.is_valid(parcels).all() and shapely.is_valid(zones).all())
    near = [shapely.transform(g, lambda xy: xy * size) for g in (zones, parcels)]
    table = compared(*near)
    away = [shapely.transform(g, lambda xy: xy * size + np.array(far)) for g in (zones, parcels)]
    moved = compared(*away, oracle=table)
    assert np.array_equal(moved > 0.0, table > 0.0)
    cover = shapely.union_all(parcels)
    inside = shapely.covers(cover, zones)
    assert np.abs(table.sum(axis=1)[inside] / (shapely.area(zones)[inside] * size**2) - 1.0).max(initial=0.0) < 1e-12
    zone, parcel, area = cross_areas(*map(Rings.of, near), limits=SMALL)
    assert area.tobytes() == table[zone, parcel].tobytes()
    assert np.count_nonzero(table) == len(area)


# --- polygons that broke geometry engines -----------------------------------------------------------------------------

SUITE = "geos_overlay_robustness"


def read(text):
    """A geometry from WKT or hexadecimal WKB; None where this GEOS cannot read it."""
    text = (text or "").strip()
    if not text:
        return None
    try:
        return shapely.from_wkb(text) if re.fullmatch(r"[0-9A-Fa-f\s]+", text) else shapely.from_wkt(text)
    except ShapelyError:
        return None


def test_suite_of_geos(data_dir):
    """Every pair of polygons, both ways, and each with itself, relative to the size of the coordinates' rounding."""
    folder = data_dir / SUITE
    if not folder.is_dir():
        pytest.skip(f"no {SUITE} in the test data")
    seen = 0
    for path in sorted(folder.glob("*.xml")):
        for case in ElementTree.parse(path).getroot().iter("case"):
            shapes = polygonal(array(read(case.findtext("a")), read(case.findtext("b")))).geometry
            if any(s is None for s in shapes):
                continue
            try:
                truth = shapely.area(shapely.intersection(shapes[:, None], shapes[None, :]))
            except ShapelyError:
                continue
            seen += 1
            zone, parcel, area = cross_areas(Rings.of(shapes), Rings.of(shapes))
            table = np.zeros((2, 2))
            table[zone, parcel] = area
            # what rounding the vertices of a result can do, their last digit times the rim; and by how much Shapely
            # contradicts itself when both change places (5e-6 in one case of the suite, where it snaps)
            rim = shapely.length(shapes).max()
            bound = 2.0 * np.spacing(np.abs(shapely.bounds(shapes)).max()) * rim
            doubt = 4.0 * abs(truth[0, 1] - truth[1, 0])
            assert np.abs(table - truth).max() <= max(M2 * min(1.0, shapely.area(shapes).max()), bound, doubt), (
                path.name
            )
            assert table[0, 1] == pytest.approx(table[1, 0], abs=max(bound, 1e-12 * shapely.area(shapes).max()))
    assert seen >= 130

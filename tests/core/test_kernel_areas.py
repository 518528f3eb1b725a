"""Areas of pairs against Shapely: generic zones, and everything that makes ties."""

import numpy as np
import pytest
import shapely
import shapely.affinity
from kernel_cases import array, compared, fabric

from carbon_planner.base.errors import GeometryError
from carbon_planner.geometry.kernel import Rings, cross_areas


@pytest.fixture(scope="module")
def parcels():
    return fabric()


@pytest.fixture(scope="module")
def unions(parcels):
    """Zones made of neighbouring parcels."""
    tree = shapely.STRtree(parcels.copy())
    rng = np.random.default_rng(3)
    around = [shapely.buffer(shapely.centroid(parcels[i]), 110.0) for i in rng.choice(len(parcels), 40, replace=False)]
    return array(*(shapely.coverage_union_all(parcels[tree.query(a, predicate="intersects")]) for a in around))


def star(rng, x, y, size, corners):
    angle = np.arange(corners) * (2.0 * np.pi / corners)
    reach = size * rng.uniform(0.3, 1.0, corners)
    shell = np.column_stack([x + reach * np.cos(angle), y + reach * np.sin(angle)])
    hole = np.column_stack([x + 0.2 * size * np.cos(-angle), y + 0.2 * size * np.sin(-angle)])
    return shapely.Polygon(shell, [hole] if corners % 2 else [])


def test_generic_zones_with_holes(parcels):
    rng = np.random.default_rng(5)
    box = shapely.total_bounds(parcels)
    zones = array(
        *(
            star(rng, *rng.uniform(box[:2], box[2:]), 10 ** rng.uniform(0, 2.8), int(rng.integers(5, 90)))
            for _ in range(80)
        )
    )
    compared(zones, parcels)
    compared(parcels, zones[:20])


def test_zones_of_whole_parcels(parcels, unions):
    table = compared(unions, parcels)
    whole = shapely.area(parcels)
    inside = table > 0.0
    assert (inside.sum(axis=1) >= 2).all()
    assert np.abs((table / whole)[inside] - 1.0).max() < 1e-12  # whole parcels or nothing
    assert np.abs(table.sum(axis=1) / shapely.area(unions) - 1.0).max() < 1e-12
    assert np.abs(Rings.of(parcels).area / whole - 1.0).max() < 1e-12


def test_hulls_through_vertices(parcels, unions):
    compared(shapely.convex_hull(unions), parcels)


def test_the_parcels_themselves(parcels):
    table = compared(parcels, parcels)
    assert np.abs(np.diag(table) / shapely.area(parcels) - 1.0).max() < 1e-12
    assert np.count_nonzero(table) == len(parcels)


def test_holes_filled_by_islands(parcels):
    holed = parcels[[any(p.interiors for p in shapely.get_parts(g)) for g in parcels]]
    assert len(holed) == 3
    shells = array(*(shapely.Polygon(shapely.get_parts(g)[0].exterior) for g in holed))
    islands = array(*(shapely.Polygon(shapely.get_parts(g)[0].interiors[0]) for g in holed))
    assert (np.count_nonzero(compared(shells, parcels), axis=1) >= 2).all()
    assert np.count_nonzero(compared(islands, holed)) == 0
    assert np.count_nonzero(compared(holed, islands)) == 0
    assert (np.count_nonzero(compared(islands, parcels), axis=1) == 1).all()


def test_tiny_zones(parcels):
    compared(shapely.buffer(shapely.point_on_surface(parcels), 0.5), parcels, tolerance=1e-12)


def test_boxes(parcels):
    bounds = shapely.bounds(parcels)
    compared(shapely.box(*bounds.T), parcels)
    compared(shapely.box(*np.round(bounds).T), parcels)
    compared(array(shapely.box(bounds[7, 0], bounds[7, 1], bounds[7, 0] + 400.0, bounds[7, 1] + 300.0)), parcels)


def test_zones_larger_than_everything(parcels):
    cover = shapely.coverage_union_all(parcels)
    x0, y0, x1, y1 = cover.bounds
    huge = shapely.box(x0 - 3e6, y0 - 3e6, x1 + 3e6, y1 + 3e6)
    around = shapely.Polygon(huge.exterior, [cover.exterior])
    table = compared(array(cover, huge, around, shapely.box(x0 - 1.0, y0 - 1.0, x1 + 1.0, y1 + 1.0)), parcels)
    areas = Rings.of(parcels).area
    assert np.array_equal(table[1], areas)
    assert np.array_equal(table[3], areas)
    assert np.count_nonzero(table[2]) == 0
    assert abs(table[0].sum() / cover.area - 1.0) < 1e-12


def test_moved_by_the_last_digit(parcels, unions):
    """Almost shared edges: neighbours in floating point."""
    for towards in (np.inf, -np.inf):
        zones = shapely.transform(unions, lambda xy, t=towards: np.nextafter(xy, t))
        compared(zones, parcels)


@pytest.mark.parametrize("x", [39_500_000.0, 500_000.0, -2_000_000.0, 0.0])
def test_zone_numbers_before_the_easting(x):
    """Whole and half metres keep their bits at any of these eastings, so results move along."""
    here = fabric(2, origin=(0.0, 0.0), decimals=0)
    far = shapely.transform(here, lambda xy: xy + np.array([x, 3_300_000.0]))
    tree = shapely.STRtree(here.copy())
    zones = array(*(shapely.coverage_union_all(here[tree.query(p.buffer(40.0))]) for p in here[::9]))
    zones = np.concatenate([zones, shapely.convex_hull(zones), shapely.box(*(shapely.bounds(zones) + 0.5).T)])
    near = compared(zones, here)
    moved = shapely.transform(zones, lambda xy: xy + np.array([x, 3_300_000.0]))
    assert np.array_equal(compared(moved, far, oracle=near, tolerance=1e-9) > 0.0, near > 0.0)


UNIT = shapely.box(0, 0, 4, 4)
TIES = {
    "identical": (UNIT, UNIT, 16.0),
    "shared edge": (shapely.box(4, 0, 8, 4), UNIT, 0.0),
    "part of an edge": (shapely.box(4, 1, 8, 2), UNIT, 0.0),
    "longer edge": (shapely.box(4, -3, 8, 9), UNIT, 0.0),
    "shared edge, inside": (shapely.box(2, 1, 4, 3), UNIT, 4.0),
    "edge beyond, inside": (shapely.box(2, -1, 4, 3), UNIT, 6.0),
    "corner": (shapely.box(4, 4, 8, 8), UNIT, 0.0),
    "corner on an edge": (shapely.Polygon([(4, 2), (7, 0), (7, 4)]), UNIT, 0.0),
    "corner on an edge, from inside": (shapely.Polygon([(4, 2), (1, 3), (1, 1)]), UNIT, 3.0),
    "through two corners": (shapely.Polygon([(-1, -1), (5, 5), (-1, 5)]), UNIT, 8.0),
    "through corners, beyond": (shapely.Polygon([(0, 0), (4, 4), (0, 4)]), UNIT, 8.0),
    "all corners on edges": (shapely.Polygon([(2, 0), (4, 2), (2, 4), (0, 2)]), UNIT, 8.0),
    "vertices along the edge": (shapely.Polygon([(0, 0), (1, 0), (2, 0), (3, 0), (4, 0), (4, 4), (0, 4)]), UNIT, 16.0),
    "repeated vertices": (shapely.Polygon([(0, 0), (0, 0), (4, 0), (4, 0), (4, 4), (4, 4), (0, 4)]), UNIT, 16.0),
    "sawtooth on an edge": (
        shapely.Polygon([(4, 0), (9, 2), (4, 1), (9, 3), (4, 2), (9, 4), (4, 3), (9, 5), (4, 4), (10, 6), (10, 0)]),
        UNIT,
        0.0,
    ),
    "spike": (shapely.Polygon([(1, 1), (3, 1), (3, 1.9), (9, 2), (3, 2.1), (3, 3), (1, 3)]), UNIT, 4.0 + 11.0 / 60.0),
    "hole of its size": (shapely.Polygon(shapely.box(-1, -1, 5, 5).exterior, [UNIT.exterior]), UNIT, 0.0),
    "hole that touches": (shapely.Polygon(shapely.box(-1, -1, 5, 5).exterior, [[(0, 0), (4, 2), (0, 4)]]), UNIT, 8.0),
    "checkers": (
        shapely.MultiPolygon([shapely.box(i, j, i + 1, j + 1) for i in range(6) for j in range(6) if (i + j) % 2]),
        UNIT,
        8.0,
    ),
    "hole at its rim": (shapely.Polygon(UNIT.exterior, [[(0, 2), (2, 1), (2, 3)]]), UNIT, 14.0),
}


@pytest.mark.parametrize("flip", ["as drawn", "mirrored", "turned", "reversed"])
@pytest.mark.parametrize("case", TIES)
def test_ties(case, flip):
    zone, parcel, area = TIES[case]
    if flip == "mirrored":
        zone, parcel = (shapely.affinity.scale(g, -1.0, 1.0, origin=(0, 0)) for g in (zone, parcel))
    elif flip == "turned":
        zone, parcel = (shapely.transform(g, lambda xy: np.column_stack([-xy[:, 1], xy[:, 0]])) for g in (zone, parcel))
    elif flip == "reversed":
        zone, parcel = shapely.reverse(zone), shapely.reverse(parcel)
    for a, b in ((zone, parcel), (parcel, zone)):
        table = compared(array(a), array(b), tolerance=1e-12)
        assert table[0, 0] == pytest.approx(area, rel=1e-14, abs=0.0)


def test_none_empty_and_no_polygons():
    odd = array(
        None, shapely.Polygon(), shapely.Point(1, 1), shapely.LineString([(0, 0), (3, 3)]), UNIT, shapely.MultiPolygon()
    )
    assert [v.tolist() for v in cross_areas(Rings.of(odd), Rings.of(odd))] == [[4], [4], [16.0]]
    nothing = array()
    for a, b in ((nothing, odd), (odd, nothing), (nothing, nothing), (odd[:2], odd)):
        assert [len(v) for v in cross_areas(Rings.of(a), Rings.of(b))] == [0, 0, 0]


@pytest.mark.parametrize(
    "text",
    [
        "POLYGON ((0 0, 4 0, 4 4, 0 0), EMPTY)",
        "MULTIPOLYGON (EMPTY, ((0 0, 4 0, 4 4, 0 0)))",
        "MULTIPOLYGON (((0 0, 4 0, 4 4, 0 0)), EMPTY)",
        "MULTIPOLYGON (((0 0, 4 0, 4 4, 0 0), EMPTY), ((9 9, 10 9, 10 10, 9 9), EMPTY))",
        "MULTIPOLYGON (EMPTY, EMPTY, ((0 0, 4 0, 4 4, 0 0)), EMPTY, ((9 9, 10 9, 10 10, 9 9)))",
        "POLYGON Z ((0 0 1, 4 0 1, 4 4 1, 0 0 1))",
    ],
)
def test_empty_holes_and_parts(text):
    shapes = array(shapely.from_wkt(text), shapely.box(1, 0, 8, 9), shapely.Polygon())
    areas = shapely.area(shapes)
    for order in ([0, 1, 2], [1, 0, 2], [2, 1, 0], [1, 2, 0], [0], [0, 0], [0, 1, 0, 2, 1]):
        rings = Rings.of(shapes[order])
        assert rings.area.tolist() == areas[order].tolist()
        table = np.zeros((len(order), len(order)))
        zone, parcel, area = cross_areas(rings, rings)
        table[zone, parcel] = area
        expected = [[0.0 if 2 in (a, b) else areas[a] if a == b else 7.5 for b in order] for a in order]
        assert table.tolist() == expected


def test_coordinates_that_are_none():
    with pytest.raises(GeometryError) as caught:
        Rings.of(array(UNIT, shapely.Polygon([(0, 0), (1, np.nan), (1, 1)])))
    assert caught.value.message.params["feature"] == 2


def test_orientation_of_rings_that_rounding_cannot_tell():
    thin = shapely.Polygon([(0.5, 0.5), (12.0, 12.0), (24.0, 24.0 + 2**-48), (0.5 + 2**-53, 0.5 + 2**-52)])
    for shape in (thin, shapely.reverse(thin)):
        rings = Rings.of(array(shape))
        assert rings._turns()[0] > 0.0
    turned = Rings.of(array(shapely.Polygon(UNIT.exterior, [[(1, 1), (1, 2), (2, 2)], [(3, 3), (3.5, 3), (3.5, 3.5)]])))
    assert (turned._turns() > 0.0).tolist() == [True, False, False]


def test_bow_ties_do_no_harm_to_others(parcels):
    x, y = shapely.get_coordinates(shapely.centroid(parcels[30]))[0]
    bow = shapely.Polygon([(x, y), (x + 300, y + 300), (x + 300, y), (x, y + 300)])
    good = shapely.box(x, y, x + 100, y + 100)
    both = cross_areas(Rings.of(array(bow, good)), Rings.of(parcels))
    alone = cross_areas(Rings.of(array(good)), Rings.of(parcels))
    assert both[2][both[0] == 1].tobytes() == alone[2].tobytes()

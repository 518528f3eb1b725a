"""Same bits for any blocks and any order; balance; progress and cancelling; the search tree."""

import subprocess
import sys

import numpy as np
import pytest
import shapely
from geometry_cases import Watch
from kernel_cases import SMALL, array, fabric

from carbon_planner.base.errors import Cancelled
from carbon_planner.geometry.area import to_mm2
from carbon_planner.geometry.kernel import Base, BoxTree, Limits, Rings, areas_over, cross_areas
from carbon_planner.geometry.kernel.tree import hilbert

LIMITS = [SMALL, Limits(1, 1, 1, 1), Limits(100, 1000, 160, 300), Limits(10**9, 10**9, 10**9, 10**9)]


@pytest.fixture(scope="module")
def parcels():
    return fabric(7)


@pytest.fixture(scope="module")
def zones(parcels):
    """Overlapping circles, unions of parcels, the lot, and one far away."""
    rng = np.random.default_rng(11)
    spots = shapely.get_coordinates(shapely.centroid(parcels))[rng.choice(len(parcels), 30)]
    tree = shapely.STRtree(parcels.copy())
    circles = shapely.buffer(shapely.points(spots), rng.uniform(1.0, 150.0, 30))
    unions = [shapely.coverage_union_all(parcels[tree.query(c)]) for c in circles[:8]]
    return array(*circles, *unions, shapely.coverage_union_all(parcels), shapely.box(0, 0, 9, 9), None)


@pytest.mark.parametrize("limits", LIMITS)
def test_blocks_change_no_bit(zones, parcels, limits):
    usual = cross_areas(Rings.of(zones), Rings.of(parcels))
    other = cross_areas(Rings.of(zones), Rings.of(parcels), limits=limits)
    assert len(usual[0]) > 400
    assert [a.tobytes() for a in usual] == [a.tobytes() for a in other]


def test_order_changes_no_bit(zones, parcels):
    zone, parcel, area = cross_areas(Rings.of(zones), Rings.of(parcels))
    rng = np.random.default_rng(2)
    for _ in range(3):
        p, z = rng.permutation(len(parcels)), rng.permutation(len(zones))
        z2, p2, area2 = cross_areas(Rings.of(zones[z]), Rings.of(parcels[p]), limits=SMALL)
        order = np.lexsort((p[p2], z[z2]))
        assert np.array_equal(z[z2][order], zone)
        assert np.array_equal(p[p2][order], parcel)
        assert area2[order].tobytes() == area.tobytes()


def test_tiles_change_no_bit(zones, parcels):
    """Parcels in tiles, each by itself: the same pairs, and sums of whole mm² that have no order."""
    zone, parcel, area = cross_areas(Rings.of(zones), Rings.of(parcels))
    for count in (2, 5, 17):
        tile = np.arange(len(parcels)) * 31 % count
        found = []
        for t in range(count):
            ids = np.flatnonzero(tile == t)
            z, p, a = cross_areas(Rings.of(zones), Rings.of(parcels[ids]))
            found += zip(z.tolist(), ids[p].tolist(), a.tolist())
        assert sorted(found) == list(zip(zone.tolist(), parcel.tolist(), area.tolist()))
        sums = np.zeros(len(zones), dtype=np.int64)
        np.add.at(sums, [f[0] for f in found], to_mm2(np.array([f[2] for f in found])))
        whole = np.zeros(len(zones), dtype=np.int64)
        np.add.at(whole, zone, to_mm2(area))
        assert np.array_equal(sums, whole)


def test_one_zone_has_the_bits_it_has_among_many(zones, parcels):
    base = Base(Rings.of(parcels))
    zone, parcel, area = areas_over(base, Rings.of(zones))
    for k in (0, 5, 31, 38):
        _, p, a = areas_over(base, Rings.of(zones[k : k + 1]))
        assert np.array_equal(p, parcel[zone == k])
        assert a.tobytes() == area[zone == k].tobytes()


def test_balance_over_a_covering_partition(zones, parcels):
    inside = shapely.covers(shapely.coverage_union_all(parcels), zones)
    assert inside.sum() > 25
    zone, _, area = cross_areas(Rings.of(zones), Rings.of(parcels))
    total = np.bincount(zone, area, minlength=len(zones))
    assert np.abs(total[inside] / shapely.area(zones[inside]) - 1.0).max() < 1e-12


def test_balance_of_parcels_over_a_partition_of_zones(parcels):
    other = fabric(8, side=6, cell=160.0, origin=(319_900.0, 3_199_900.0))
    inside = shapely.covers(shapely.coverage_union_all(other), parcels)
    assert inside.sum() > 100
    _, parcel, area = cross_areas(Rings.of(other), Rings.of(parcels))
    total = np.bincount(parcel, area, minlength=len(parcels))
    assert np.abs(total[inside] / shapely.area(parcels[inside]) - 1.0).max() < 1e-12


def test_progress_and_cancel(zones, parcels):
    watch = Watch()
    cross_areas(Rings.of(zones), Rings.of(parcels), watch, limits=SMALL)
    assert watch.shares == sorted(watch.shares)
    assert watch.shares[-1] == 1.0
    assert len(watch.shares) > 20
    for after in (0, 1, 10, 100):
        with pytest.raises(Cancelled):
            cross_areas(Rings.of(zones), Rings.of(parcels), Watch(after), limits=SMALL)


@pytest.mark.parametrize("count", [0, 1, 15, 16, 17, 256, 257, 5000])
def test_tree_finds_the_boxes_that_meet(count):
    rng = np.random.default_rng(count)
    low = np.round(rng.random((count, 2)) * 100.0)
    box = np.hstack([low, low + np.round(rng.random((count, 2)) * 4.0)])
    box[::7] = [np.inf, np.inf, -np.inf, -np.inf]
    query = np.array([[0, 0, 0, 0], [10, 10, 30, 12], [-5, -5, 200, 200], [50.5, 50.5, 50.6, 50.6], [np.inf] * 4])
    query[4, 2:] = -np.inf
    tree = BoxTree(box)
    which, item = tree.query(query)
    meets = (box[None, :, :2] <= query[:, None, 2:]).all(axis=2) & (box[None, :, 2:] >= query[:, None, :2]).all(axis=2)
    assert sorted(zip(which.tolist(), item.tolist())) == [tuple(pair) for pair in np.argwhere(meets).tolist()]
    assert (tree.estimate(query) >= meets.sum(axis=1)).all()


def test_hilbert_curve_steps_to_neighbours():
    x, y = (axis.ravel() for axis in np.meshgrid(np.arange(32), np.arange(32)))
    order = np.argsort(hilbert(x, y))
    assert sorted(hilbert(x, y).tolist()) == list(range(1024))
    assert (np.abs(np.diff(x[order])) + np.abs(np.diff(y[order])) == 1).all()


def test_a_zone_of_very_many_parts_and_very_flat_ones():
    parts = [shapely.box(i * 3.0, j * 3.0, i * 3.0 + 1.0, j * 3.0 + 1.0) for i in range(60) for j in range(60)]
    many = shapely.MultiPolygon(parts)
    flat = shapely.box(0.0, 10.0, 180.0, 10.0 + 1e-9)
    comb = shapely.Polygon([(0, 0)] + [(k * 0.09, 180.0 * (k % 2)) for k in range(2000)] + [(180, -1), (0, -1)])
    squares = array(
        *(shapely.box(i * 10.5, j * 10.5, i * 10.5 + 10.5, j * 10.5 + 10.5) for i in range(17) for j in range(17))
    )
    zone, parcel, area = cross_areas(Rings.of(array(many, flat, comb)), Rings.of(squares))
    expected = shapely.area(shapely.intersection(many, squares))
    assert np.abs(np.bincount(parcel[zone == 0], area[zone == 0], minlength=289) - expected).max() < 1e-9
    assert area[zone == 1].sum() == pytest.approx(17 * 10.5 * (10.0 + 1e-9 - 10.0), rel=1e-9)
    assert area[zone == 2].sum() == pytest.approx(
        shapely.intersection(comb, shapely.box(0, 0, 178.5, 178.5)).area, rel=1e-9
    )


def test_numpy_is_all_it_needs(repository):
    code = (
        "import sys\n"
        "import numpy as np\n"
        "from carbon_planner.geometry.kernel import Rings, cross_areas\n"
        "x, y = np.array([0.0, 4, 4, 0, 0]), np.array([0.0, 0, 3, 3, 0])\n"
        "one = Rings(x, y, np.array([0, 5]), np.array([0, 1]))\n"
        "print(cross_areas(one, Rings(x + 1.0, y, one.ring, one.geom))[2].tolist())\n"
        "print(sorted({'shapely', 'scipy', 'pandas', 'pyproj'} & set(sys.modules)))\n"
    )
    told = subprocess.run([sys.executable, "-c", code], cwd=repository, check=True, capture_output=True, text=True)
    assert told.stdout.split("\n")[:2] == ["[9.0]", "[]"]

"""Which polygons overlap: exact on lattices against brute force, and on layers made to deceive edge matching."""

import itertools

import numpy as np
import pytest
import shapely
import shapely.affinity
from geometry_cases import METRES, array, grid, square
from hypothesis import given, settings
from hypothesis import strategies as st

from carbon_planner.base.errors import Cancelled
from carbon_planner.base.feedback import Silent
from carbon_planner.geometry import matching
from carbon_planner.geometry.area import AreaMethod
from carbon_planner.geometry.matching import match_edges
from carbon_planner.geometry.measured import Measured
from carbon_planner.geometry.overlaps import overlapping_pairs
from carbon_planner.geometry.precedence import partition, precedence
from carbon_planner.geometry.robust import Overlay


def layer_of(shapes):
    return Measured(shapes, METRES, AreaMethod.PLANAR, Silent())


def pairs_of(shapes, members=None, places=None):
    found = overlapping_pairs(layer_of(shapes), shapely.STRtree(shapes), Overlay(Silent()), Silent(), members, places)
    return [tuple(pair) for pair in found.tolist()]


def brute(shapes):
    return [
        (i, j)
        for i, j in itertools.combinations(range(len(shapes)), 2)
        if shapes[i] is not None and shapes[j] is not None and shapes[i].intersection(shapes[j]).area > 1e-6
    ]


def parts_of(shapes, keys=None):
    layer = layer_of(shapes)
    pairs = overlapping_pairs(layer, shapely.STRtree(shapes), Overlay(Silent()), Silent())
    return partition(layer, pairs, Overlay(Silent()), Silent(), keys)


def test_edges_of_a_clean_coverage_match():
    found = match_edges(grid(3, 2, 10.0), Silent())
    assert len(found.free_owner) == 10  # the rim
    inner = {(0, 1), (2, 3), (4, 5), (0, 2), (2, 4), (1, 3), (3, 5)}
    assert {tuple(sorted(pair)) for pair in found.neighbours.tolist()} == inner
    assert len(found.neighbours) == 2 * len(inner)


@pytest.mark.parametrize("change", [shapely.reverse, shapely.normalize, lambda s: s])
def test_matching_does_not_mind_how_rings_are_written(change):
    shapes = grid(3, 3, 10.0)
    shapes[4] = change(shapes[4])
    shapes[8] = shapely.multipolygons([change(shapes[8])])
    assert len(match_edges(shapes, Silent()).free_owner) == 12


def test_matching_counts_holes_zero_edges_and_minus_zero():
    ring = shapely.difference(square(-10, -10, 30), square(0, 0))
    plug = shapely.polygons([(-0.0, 0.0), (10.0, -0.0), (10.0, -0.0), (10.0, 10.0), (0.0, 10.0), (0.0, 0.0)])
    found = match_edges(array(ring, plug), Silent())
    assert len(found.free_owner) == 4
    assert found.neighbours.tolist() == [[0, 1], [1, 0]]


def test_doubled_polygons_do_not_match():
    found = match_edges(array(square(0, 0), square(0, 0)), Silent())
    assert len(found.free_owner) == 8
    assert match_edges(array(square(0, 0), square(10, 0), square(0, 0)), Silent()).neighbours.shape == (0, 2)


def test_equal_hashes_are_not_equal_edges(monkeypatch):
    """With a hash that says nothing, matching may miss partners but never invents them."""
    monkeypatch.setattr(matching, "_hashes", lambda xy: np.zeros(len(xy), dtype=np.uint64))
    assert len(match_edges(grid(3, 2, 10.0), Silent()).free_owner) == 24
    assert pairs_of(array(*grid(2, 2, 10.0), square(5, 5))) == [(0, 4), (1, 4), (2, 4), (3, 4)]


def test_matching_is_the_same_in_small_parts(monkeypatch):
    shapes = grid(9, 9, 10.0)
    whole = match_edges(shapes, Silent())
    monkeypatch.setattr(matching, "READ_TOGETHER", 20)
    monkeypatch.setattr(matching, "SORTED_TOGETHER", 10)
    small = match_edges(shapes, Silent())
    assert np.array_equal(whole.free_xy, small.free_xy)
    assert np.array_equal(whole.neighbours, small.neighbours)


def test_neighbours_do_not_overlap():
    assert pairs_of(grid(6, 5, 10.0)) == []
    assert pairs_of(array(square(0, 0), square(10, 3), square(10, 13))) == []  # no common vertices
    assert pairs_of(array(square(0, 0), square(10, 10))) == []


def test_rounding_is_no_overlap():
    left = shapely.polygons([(4e6, 4e6), (4e6 + 100, 4e6 + 1), (4e6 + 100, 4e6 + 100), (4e6, 4e6 + 100)])
    third = 4e6 + 1 / 3, 4e6 + 1 / 300  # a vertex that cannot lie exactly on the long edge
    lower = shapely.polygons([(4e6, 4e6), (4e6, 4e6 - 50), (4e6 + 100, 4e6 - 50), (4e6 + 100, 4e6 + 1), third])
    assert shapely.intersection(left, lower).area < 1e-6
    assert pairs_of(array(left, lower)) == []


@pytest.mark.parametrize(
    ("name", "extra"),
    [
        ("island inside one", square(2, 2, 3)),
        ("across four", square(5, 5)),
        ("duplicate of one", square(10, 10)),
        ("duplicate, other start", shapely.polygons([(20, 20), (20, 10), (10, 10), (10, 20)])),
        ("duplicate with a vertex more", shapely.polygons([(10, 10), (15, 10), (20, 10), (20, 20), (10, 20)])),
        ("two at once", square(10, 10, 20, 10)),
        ("everything", square(0, 0, 40)),
        ("more than everything", square(-5, -5, 50)),
        ("everything but one", shapely.difference(square(0, 0, 40), square(10, 10))),
        ("only the rim", shapely.difference(square(-5, -5, 50), square(1, 1, 38))),
    ],
)
def test_finds_all_pairs(name, extra):
    shapes = array(*grid(4, 4, 10.0), extra)
    assert pairs_of(shapes) == brute(shapes)
    assert pairs_of(shapes[::-1]) == brute(shapes[::-1])


def test_two_clean_coverages_on_each_other():
    """No free edge inside: the pairs are reached through the common rim and spread."""
    shapes = np.concatenate([grid(5, 5, 10.0), grid(5, 5, 10.0)])
    assert pairs_of(shapes) == [(i, i + 25) for i in range(25)]
    shifted = np.concatenate([grid(5, 5, 10.0), grid(5, 5, 10.0, 3.0, 4.0)])
    assert pairs_of(shifted) == brute(shifted)
    apart = np.concatenate([grid(6, 6, 10.0), grid(2, 2, 15.0, 11.0, 12.0)])
    assert pairs_of(apart) == brute(apart)


def test_a_layer_below_a_window_is_found_by_sample_points():
    """Of two coverages that reach far beyond the zones, no rim is in sight."""
    shapes = np.concatenate([grid(9, 9, 10.0), grid(10, 10, 9.0)])
    zones = array(square(41, 41, 7), shapely.multipolygons([square(21, 23, 3), square(61, 63, 3)]))
    members = np.unique(shapely.STRtree(shapes).query(zones)[1])
    found = pairs_of(shapes, members, zones)
    needed = {
        pair
        for pair in itertools.combinations(members.tolist(), 2)
        for zone in zones
        if shapes[pair[0]].intersection(shapes[pair[1]]).intersection(zone).area > 1e-6
    }
    assert needed
    assert needed <= set(found)
    assert set(found) <= set(brute(shapes))


def test_a_moved_parcel():
    """Its overlap and its gap are equally large, so that no sum of areas shows it."""
    shapes = grid(5, 5, 10.0)
    shapes[12] = shapely.affinity.translate(shapes[12], 2.0, 0.0)
    assert pairs_of(shapes) == [(12, 17)]


def test_nothing_to_overlap():
    assert pairs_of(array(None, None)) == []
    assert pairs_of(array(square(0, 0), None, "POLYGON EMPTY")) == []
    assert pairs_of(np.zeros(0, dtype=object)) == []


lattice = st.tuples(st.integers(0, 5), st.integers(0, 5), st.integers(1, 4), st.integers(1, 4))


def lattice_shapes(boxes):
    """Rectangles on a lattice; every third becomes an L or gets a hole, so that edges and corners coincide often."""
    shapes = []
    for number, (x, y, w, h) in enumerate(boxes):
        shape = shapely.box(x, y, x + w, y + h)
        if number % 3 == 1 and w > 1 and h > 1:
            shape = shapely.difference(shape, shapely.box(x, y, x + 1, y + 1))
        if number % 3 == 2 and w > 2 and h > 2:
            shape = shapely.difference(shape, shapely.box(x + 1, y + 1, x + 2, y + 2))
        shapes.append(shape)
    return array(*shapes)


def cells(shape):
    """Unit cells of the lattice that a shape covers."""
    i, j = np.meshgrid(np.arange(10), np.arange(10))
    if shape is None:
        return np.zeros((10, 10), dtype=bool)
    return shapely.contains_xy(shape, i + 0.5, j + 0.5)


@settings(max_examples=400, deadline=None)
@given(st.lists(lattice, min_size=2, max_size=10))
def test_partition_of_lattice_layers_against_counting(boxes):
    shapes = lattice_shapes(boxes)
    assert pairs_of(shapes) == brute(shapes)
    found = parts_of(shapes)
    before = np.array([cells(s) for s in shapes]).sum(axis=0)
    after = np.array([cells(s) for s in found.kept]).sum(axis=0)
    assert np.array_equal(after, before > 0)
    second = np.array([cells(s) for s in found.second]) if len(found.second) else np.zeros((1, 10, 10), dtype=bool)
    assert np.array_equal(second.sum(axis=0), before > 1)
    assert (found.imbalance < 1e-12).all()
    # each place belongs to the polygon of least area that covers it
    areas = shapely.area(shapes)
    for cell in np.argwhere(before > 0):
        owners = [k for k, s in enumerate(found.kept) if cells(s)[tuple(cell)]]
        assert areas[owners[0]] == min(areas[k] for k, s in enumerate(shapes) if cells(s)[tuple(cell)])


@settings(max_examples=100, deadline=None)
@given(st.lists(lattice, min_size=2, max_size=8), st.randoms(use_true_random=False))
def test_precedence_does_not_depend_on_order(boxes, random):
    shapes = lattice_shapes(boxes)
    order = list(range(len(shapes)))
    random.shuffle(order)
    one, two = parts_of(shapes).kept, parts_of(shapes[order]).kept
    covered = {}
    for kept, source in ((one, range(len(shapes))), (two, order)):
        for shape, k in zip(kept, source):
            key = shapely.to_wkb(shapely.normalize(shapes[k]))
            covered.setdefault(key, []).append(cells(shape))
    for key, found in covered.items():
        half = len(found) // 2
        assert np.array_equal(sum(c.astype(int) for c in found[:half]), sum(c.astype(int) for c in found[half:])), key


def test_precedence_by_area_then_wkb_then_key():
    shapes = array(square(0, 0, 20), square(5, 5, 10), square(6, 6, 10), square(5, 5, 10), None)
    order = precedence(layer_of(shapes), np.array([0, 1, 2, 3]), ["", "b", "z", "a", ""])
    assert order.tolist() == [3, 1, 2, 0]
    assert precedence(layer_of(shapes), np.array([0, 1, 2, 3])).tolist() == [1, 3, 2, 0]


def test_untouched_polygons_stay_the_same_objects():
    shapes = array(*grid(3, 3, 10.0), square(12, 12, 3), None)
    found = parts_of(shapes)
    for i in (0, 1, 2, 3, 5, 6, 7, 8, 9):
        assert found.kept[i] is shapes[i]
    assert found.kept[4].area == 91.0
    assert found.kept[10] is None
    assert found.changed.tolist() == [4]


def test_identical_duplicates_count_once():
    found = parts_of(array(square(0, 0), square(0, 0), square(0, 0)), ["c", "a", "b"])
    assert [s is not None for s in found.kept] == [False, True, False]
    assert shapely.area(found.second).tolist() == [100.0]
    assert shapely.area(found.lost).tolist() == [100.0, 100.0]


def test_cancel():
    class Stop(Silent):
        def __init__(self, after):
            self.left = after

        def cancelled(self):
            self.left -= 1
            return self.left < 0

    shapes = np.concatenate([grid(5, 5, 10.0), grid(5, 5, 10.0, 3.0, 4.0)])
    for after in range(6):
        stop = Stop(after)
        with pytest.raises(Cancelled):
            overlapping_pairs(layer_of(shapes), shapely.STRtree(shapes), Overlay(stop), stop)

"""Random plans (G2): parts sum to the whole, order and splitting do not matter, figures are what counting gives."""

import numpy as np
import pytest
import shapely
import shapely.affinity
from geometry_cases import GK, M2, METRES, array, assert_closes, by_zone, pair_table, planar
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from carbon_planner.geometry.area import AreaMethod
from carbon_planner.geometry.overlay import pair_areas

# --- on a lattice: coinciding edges everywhere, and cells that can be counted -----------------------------------------

box = st.tuples(st.integers(0, 6), st.integers(0, 6), st.integers(1, 4), st.integers(1, 4))
shape = st.one_of(
    st.none(),
    st.lists(box, min_size=1, max_size=3).map(
        lambda boxes: shapely.union_all([shapely.box(x, y, x + w, y + h) for x, y, w, h in boxes])
    ),
)
layer = st.lists(shape, min_size=0, max_size=7).map(lambda shapes: array(*shapes))
I, J = np.meshgrid(np.arange(10), np.arange(10))


def cells(figure):
    if figure is None:
        return np.zeros((10, 10), dtype=bool)
    return shapely.contains_xy(figure, I + 0.5, J + 0.5)


def owners(shapes):
    """Index of the smallest polygon over each cell (ties: normalised WKB) or −1; and how many cover the cell."""
    stack = np.array([cells(s) for s in shapes]).reshape(-1, 10, 10)
    order = sorted(
        (i for i, s in enumerate(shapes) if s is not None),
        key=lambda i: (shapely.area(shapes[i]), shapely.to_wkb(shapely.normalize(shapes[i])), i),
    )
    owner = np.full((10, 10), -1)
    for i in reversed(order):
        owner[stack[i]] = i
    return owner, stack.sum(axis=0)


def check_lattice(zones, parcels):
    result = planar(zones, parcels)
    zone_owner, _ = owners(zones)
    parcel_owner, depth = owners(parcels)
    assert result.fragment_mm2[result.fragment_counted].sum() == np.count_nonzero(zone_owner >= 0) * M2
    table = {}
    uncovered, double = np.zeros(len(zones), dtype=int), np.zeros(len(zones), dtype=int)
    for z, zone in enumerate(zones):
        mine = cells(zone)
        assert result.zone_mm2[z] == mine.sum() * M2
        for p in np.unique(parcel_owner[mine & (parcel_owner >= 0)]):
            table[z, int(p)] = int((mine & (parcel_owner == p)).sum()) * M2
        uncovered[z] = (mine & (depth == 0)).sum() * M2
        double[z] = (mine & (depth > 1)).sum() * M2
    assert pair_table(result) == table
    assert by_zone(result, result.uncovered_mm2).tolist() == uncovered.tolist()
    assert by_zone(result, result.double_mm2).tolist() == double.tolist()
    counted = result.fragment_counted
    for fragment in np.flatnonzero(counted):
        z = result.fragment_zone[fragment]
        assert result.fragment_mm2[fragment] == np.count_nonzero(zone_owner == z) * M2
        assert result.double_mm2[fragment] == np.count_nonzero((zone_owner == z) & (depth > 1)) * M2


@settings(max_examples=250, deadline=None)
@given(layer, layer)
def test_lattice_plans_against_counting(zones, parcels):
    check_lattice(zones, parcels)


@pytest.mark.long
@pytest.mark.parametrize("part", range(20))
@settings(max_examples=500, deadline=None, suppress_health_check=list(HealthCheck))
@given(zones=layer, parcels=layer)
def test_lattice_plans_against_counting_long(part, zones, parcels):
    check_lattice(zones, parcels)


# --- anywhere: figures whose edges cross at any angle -----------------------------------------------------------------

seeds = st.integers(0, 2**32 - 1)


def scene(seed, size=300.0, place=(5.0e5, 3.27e6)):
    """Zones and parcels, both overlapping, at national coordinates."""
    rng = np.random.default_rng(seed)
    place = np.array(place)
    count = int(rng.integers(2, 9))
    cells_x = np.sort(np.concatenate([[0, size], rng.uniform(0, size, count)]))
    cells_y = np.sort(np.concatenate([[0, size], rng.uniform(0, size, count)]))
    corners = np.stack(np.meshgrid(cells_x, cells_y), axis=-1) + rng.normal(0, size / 200, (count + 2, count + 2, 2))
    quads = np.stack([corners[:-1, :-1], corners[:-1, 1:], corners[1:, 1:], corners[1:, :-1]], axis=2).reshape(-1, 4, 2)
    parcels = shapely.polygons(quads + place)
    parcels = parcels[shapely.is_valid(parcels)]
    moved = rng.random(len(parcels)) < rng.choice([0.0, 0.1, 0.5])
    parcels[moved] = [shapely.affinity.rotate(p, float(rng.uniform(0, 90))) for p in parcels[moved]]
    parcels = parcels[rng.random(len(parcels)) < rng.choice([0.8, 1.0])]
    zones = []
    for _ in range(int(rng.integers(1, 9))):
        turn = np.sort(rng.uniform(0, 2 * np.pi, int(rng.integers(3, 20))))
        reach = rng.uniform(0.3, 1.0, len(turn)) * rng.uniform(size / 50, size / 2)
        centre = rng.uniform(0, size, 2) + place
        ring = centre + np.stack([np.cos(turn), np.sin(turn)], axis=1) * reach[:, None]
        zones.append(shapely.polygons(ring))
    if rng.random() < 0.3 and len(parcels) > 3:  # snapped to parcels
        zones.append(shapely.union_all(rng.choice(parcels, 3)))
        zones.append(parcels[0])
    zones = array(*zones)
    return zones[shapely.is_valid(zones)], parcels


def check_scene(seed, crs, method):
    zones, parcels = scene(seed)
    result = pair_areas(zones, parcels, crs, method=method)
    assert_closes(result)
    assert result.balance_error < 1e-9
    if method is AreaMethod.PLANAR:
        counted = result.fragment_counted
        noise = 2.0 * len(result.pair_mm2) + 10
        union = shapely.area(shapely.union_all(zones)) * M2
        assert result.fragment_mm2[counted].sum() == pytest.approx(union, rel=1e-12, abs=noise)
        cover = shapely.union_all(parcels)
        covered = shapely.area(shapely.intersection(shapely.union_all(zones), cover)) * M2
        inside = counted[result.pair_fragment]
        assert result.pair_mm2[inside].sum() == pytest.approx(covered, rel=1e-12, abs=noise)
        gaps = shapely.area(shapely.difference(zones, cover)) * M2
        assert by_zone(result, result.uncovered_mm2) == pytest.approx(gaps, rel=1e-12, abs=noise)
    return zones, parcels, result


@settings(max_examples=120, deadline=None)
@given(seeds, st.sampled_from([AreaMethod.PLANAR, AreaMethod.ELLIPSOIDAL]))
def test_random_plans_balance(seed, method):
    check_scene(seed, GK, method)


@pytest.mark.long
@pytest.mark.parametrize("part", range(20))
@settings(max_examples=500, deadline=None, suppress_health_check=list(HealthCheck))
@given(seed=seeds, method=st.sampled_from([AreaMethod.PLANAR, AreaMethod.ELLIPSOIDAL]))
def test_random_plans_balance_long(part, seed, method):
    check_scene(seed, GK, method)


@settings(max_examples=60, deadline=None)
@given(seeds)
def test_feature_order_does_not_matter(seed):
    """Each pair to a square millimetre, and totals exactly (zones' areas, union)."""
    zones, parcels = scene(seed)
    rng = np.random.default_rng(seed)
    one = pair_areas(zones, parcels, GK)
    z, p = rng.permutation(len(zones)), rng.permutation(len(parcels))
    two = pair_areas(zones[z], parcels[p], GK)
    assert np.array_equal(two.zone_mm2, one.zone_mm2[z])
    assert two.zone_overlap_mm2 == pytest.approx(one.zone_overlap_mm2, abs=len(zones))
    first, second = pair_table(one), pair_table(two)
    back = {(int(z[i]), int(p[j])): mm2 for (i, j), mm2 in second.items()}
    for key in set(first) | set(back):
        fragments = 2  # a pair may lie in two fragments, each rounded
        assert abs(first.get(key, 0) - back.get(key, 0)) <= fragments, key


@settings(max_examples=60, deadline=None)
@given(seeds, st.floats(0.1, 0.9))
def test_splitting_a_zone_keeps_totals(seed, share):
    zones, parcels = scene(seed)
    assume(len(zones))
    one = pair_areas(zones, parcels, GK)
    big = int(np.argmax(shapely.area(zones)))
    x0, y0, x1, y1 = shapely.bounds(zones[big])
    x = x0 + share * (x1 - x0)
    halves = shapely.intersection(zones[big], [shapely.box(x0, y0, x, y1), shapely.box(x, y0, x1, y1)])
    split = array(*np.delete(zones, big), *halves)
    two = pair_areas(split, parcels, GK)
    assert two.zone_mm2.sum() == pytest.approx(one.zone_mm2.sum(), rel=1e-12, abs=2)
    counted = [r.fragment_mm2[r.fragment_counted].sum() for r in (one, two)]
    assert counted[1] == pytest.approx(counted[0], rel=1e-11, abs=20)
    by_parcel = []
    for r in (one, two):
        sums = np.zeros(len(parcels), dtype=np.int64)
        np.add.at(sums, r.pair_parcel, np.where(r.fragment_counted[r.pair_fragment], r.pair_mm2, 0))
        by_parcel.append(sums)
    assert np.abs(by_parcel[0] - by_parcel[1]).max(initial=0) <= 20


@settings(max_examples=40, deadline=None)
@given(seeds)
def test_pieces_are_disjoint_and_cover_what_is_covered(seed):
    zones, parcels = scene(seed)
    result = pair_areas(zones, parcels, METRES, method=AreaMethod.PLANAR, keep_pieces=True)
    inside = result.fragment_counted[result.pair_fragment]
    pieces = result.pieces[inside]
    moved = np.abs(shapely.area(result.pieces) * M2 - result.pair_mm2)  # by closing
    assert moved.max(initial=0) <= 3 + 0.1 * len(result.pieces)
    total = shapely.area(shapely.union_all(pieces)) * M2 if len(pieces) else 0.0
    assert total == pytest.approx(result.pair_mm2[inside].sum(), rel=1e-9, abs=2.0 * len(pieces))


@settings(max_examples=40, deadline=None)
@given(seeds, st.floats(0.5, 2.0))
def test_survey_areas_scale(seed, factor):
    """Survey areas twice as large make pieces twice as large, whatever the geometry."""
    zones, parcels = scene(seed)
    survey = np.full(len(parcels), 1000.0)
    one = pair_areas(zones, parcels, GK, method=AreaMethod.FIELD, parcel_m2=survey)
    two = pair_areas(zones, parcels, GK, method=AreaMethod.FIELD, parcel_m2=survey * factor)
    assert_closes(one)
    assert_closes(two)
    assert np.array_equal(one.uncovered_mm2, two.uncovered_mm2)
    first, second = pair_table(one), pair_table(two)
    for key, mm2 in first.items():
        assert second.get(key, 0) == pytest.approx(mm2 * factor, abs=3)

"""Plan layers merged to one partition by declared precedence."""

import itertools

import numpy as np
import pytest
import shapely

from carbon_planner.geometry.area import areas_m2
from carbon_planner.geometry.crs import Crs
from carbon_planner.geometry.plan_layers import merge_layers

UTM = Crs.from_text("EPSG:32648")
X, Y = 500_000.0, 3_270_000.0


def box(x0, y0, x1, y1):
    return shapely.box(X + x0, Y + y0, X + x1, Y + y1)


def merged(polygons, ranks):
    return merge_layers(np.array(polygons, dtype=object), ranks, UTM)


def test_the_declared_layer_wins_although_it_is_larger():
    found = merged([box(0, 0, 200, 200), box(100, 0, 150, 50)], [0, 1])
    assert found.geometry[0].equals(box(0, 0, 200, 200))
    assert found.geometry[1] is None
    assert (found.winner.tolist(), found.loser.tolist()) == ([0], [1])
    assert found.overlap_m2[0] == pytest.approx(found.given_m2[1], rel=1e-12)


def test_inside_a_layer_the_smaller_polygon_wins():
    found = merged([box(0, 0, 200, 200), box(100, 0, 150, 50)], [0, 0])
    assert found.geometry[1].equals(box(100, 0, 150, 50))
    assert found.geometry[0].equals(box(0, 0, 200, 200).difference(box(100, 0, 150, 50)))


def test_three_levels_leave_every_place_to_the_highest():
    detailed, special, general = box(0, 0, 100, 100), box(50, 50, 150, 150), box(-50, -50, 300, 300)
    found = merged([general, special, detailed], [2, 1, 0])
    assert found.geometry[2].equals(detailed)
    assert found.geometry[1].equals(special.difference(detailed))
    assert found.geometry[0].equals(general.difference(special.union(detailed)))
    whole = areas_m2(np.array([general], dtype=object), UTM)[0]
    assert found.union_m2 == pytest.approx(whole, rel=1e-12)
    pairs = {(w, loser) for w, loser in zip(found.winner.tolist(), found.loser.tolist())}
    assert pairs == {(2, 1), (2, 0), (1, 0)}


def test_order_of_features_plays_no_part():
    polygons = [box(0, 0, 100, 100), box(50, 0, 150, 100), box(20, 20, 60, 60), box(140, 0, 200, 100)]
    ranks = [1, 0, 1, 1]
    first = merged(polygons, ranks)
    for order in itertools.permutations(range(4)):
        found = merged([polygons[i] for i in order], [ranks[i] for i in order])
        for place, i in enumerate(order):
            assert found.area_m2[place] == pytest.approx(first.area_m2[i], rel=1e-12)


def test_nothing_is_cut_where_layers_only_touch():
    found = merged([box(0, 0, 100, 100), box(100, 0, 200, 100), None], [0, 1, 1])
    assert len(found.winner) == 0
    assert found.geometry[0].equals(box(0, 0, 100, 100))
    assert found.area_m2[2] == 0.0
    assert found.union_m2 == pytest.approx(found.given_m2.sum(), rel=1e-15)

"""Hashes of geometry: indifferent to the writing, sensitive to every vertex."""

import time

import numpy as np
import pytest
import shapely

from carbon_planner.jobs import edge_hash

HOLE = "POLYGON((0 0,9 0,9 9,0 9,0 0),(1 1,3 1,3 3,1 3,1 1))"
SAME = [
    "POLYGON((9 9,0 9,0 0,9 0,9 9),(3 3,1 3,1 1,3 1,3 3))",  # starts elsewhere
    "POLYGON((0 0,0 9,9 9,9 0,0 0),(1 1,1 3,3 3,3 1,1 1))",  # turns the other way
    "MULTIPOLYGON(((0 0,9 0,9 9,0 9,0 0),(1 1,3 1,3 3,1 3,1 1)))",
    "POLYGON Z((0 0 5,9 0 5,9 9 5,0 9 5,0 0 5),(1 1 5,3 1 5,3 3 5,1 3 5,1 1 5))",
    "POLYGON((-0.0 0,9 0,9 9,-0.0 9,-0.0 0),(1 1,3 1,3 3,1 3,1 1))",
]
OTHER = [
    "POLYGON((0 0,9 0,9 9,0 9,0 0))",
    "POLYGON((0 0,9 0,9 9,0 9.000000000001,0 0),(1 1,3 1,3 3,1 3,1 1))",
    "POLYGON((0 0,9 9,9 0,0 9,0 0),(1 1,3 1,3 3,1 3,1 1))",  # the same vertices in another order
]


def hashes(*wkt):
    return edge_hash.polygons(np.array([shapely.from_wkt(text) for text in wkt], dtype=object))


@pytest.mark.parametrize("wkt", SAME)
def test_the_writing_does_not_count(wkt):
    assert (hashes(HOLE)[0] == hashes(wkt)[0]).all()


@pytest.mark.parametrize("wkt", OTHER)
def test_the_shape_counts(wkt):
    assert (hashes(HOLE)[0] != hashes(wkt)[0]).all()


def test_parts_in_any_order_and_nothing():
    one, two = "((0 0,1 0,1 1,0 0))", "((5 5,6 5,6 6,5 5))"
    both = hashes(f"MULTIPOLYGON({one},{two})", f"MULTIPOLYGON({two},{one})", f"POLYGON{one}", "POLYGON EMPTY")
    assert (both[0] == both[1]).all()
    assert (both[0] != both[2]).all()
    assert (both[3] == 0).all()
    assert edge_hash.polygons(np.array([None], dtype=object)).tolist() == [[0, 0]]
    assert edge_hash.polygons(np.zeros(0, dtype=object)).shape == (0, 2)


def test_values():
    texts = edge_hash.texts(["a", None, "", "a", "b"])
    assert (texts[0] == texts[3]).all()
    assert len({tuple(row) for row in texts.tolist()}) == 4
    reals = edge_hash.reals(np.array([np.nan, -np.nan, 0.0, -0.0, 1.0]))
    assert (reals[0] == reals[1]).all()
    assert (reals[2] == reals[3]).all()
    assert len({tuple(row) for row in reals.tolist()}) == 3
    swapped = edge_hash.rows([texts, reals]), edge_hash.rows([reals, texts])
    assert (swapped[0] != swapped[1]).all()


def test_many_parcels_are_quick():
    x = np.arange(100_000, dtype=float)
    shapes = shapely.box(x, 0.0, x + 1.0, 1.0)
    start = time.perf_counter()
    found = edge_hash.polygons(shapes)
    assert time.perf_counter() - start < 5.0
    assert len(np.unique(found[:, 0])) == len(shapes)

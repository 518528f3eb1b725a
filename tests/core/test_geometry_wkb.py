"""Reading WKB with rings that GEOS refuses."""

import struct

import numpy as np
import pytest
import shapely

from carbon_planner.geometry.validity import polygonal
from carbon_planner.geometry.wkb import from_wkb

SQUARE = [(0.0, 0.0), (10.0, 0.0), (10.0, 10.0), (0.0, 10.0), (0.0, 0.0)]


def polygon_wkb(*rings, kind=3, order="<"):
    data = struct.pack(order + "bII", order == "<", kind, len(rings))
    for ring in rings:
        data += struct.pack(order + "I", len(ring)) + b"".join(struct.pack(f"{order}{len(p)}d", *p) for p in ring)
    return data


def test_a_hole_of_two_points_costs_nothing():
    broken = polygon_wkb(SQUARE, [(2.0, 2.0), (4.0, 4.0)])
    assert shapely.from_wkb(broken, on_invalid="ignore") is None
    geometry, unreadable = from_wkb([broken, None, shapely.to_wkb(shapely.box(0, 0, 1, 1))])
    assert unreadable.tolist() == []
    assert geometry[1] is None
    checked = polygonal(geometry)
    assert [i.kind for i in checked.issues] == ["REPAIRED", "NULL"]
    np.testing.assert_allclose([checked.geometry[0].area, checked.geometry[2].area], [100.0, 1.0])


@pytest.mark.parametrize("order", ["<", ">"])
def test_an_open_ring_is_closed(order):
    geometry, unreadable = from_wkb([polygon_wkb(SQUARE[:-1], order=order)])
    assert unreadable.tolist() == []
    assert geometry[0].area == 100.0
    assert geometry[0].is_valid


def test_parts_of_a_multipolygon_with_height():
    good = polygon_wkb([(x, y, 5.0) for x, y in SQUARE], kind=1003)
    bad = polygon_wkb([(20.0, 20.0, 5.0), (21.0, 21.0, 5.0)], kind=1003)
    geometry, unreadable = from_wkb([struct.pack("<bII", 1, 1006, 2) + good + bad])
    assert unreadable.tolist() == []
    checked = polygonal(geometry)
    assert checked.geometry[0].area == 100.0
    assert not checked.geometry[0].has_z


def test_an_area_of_two_points_is_empty_not_null():
    geometry, unreadable = from_wkb([polygon_wkb([(0.0, 0.0), (1.0, 1.0)])])
    assert unreadable.tolist() == []
    checked = polygonal(geometry)
    assert checked.geometry[0] is None
    assert [i.kind for i in checked.issues] == ["EMPTY"]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\1",
        b"\1\3\0\0\0",
        polygon_wkb(SQUARE)[:-3],
        struct.pack("<bII", 1, 9999, 1),
        struct.pack("<bII", 1, 3 | 0x80000000, 1),
    ],
)
def test_what_is_no_wkb_is_named_and_empty(data):
    geometry, unreadable = from_wkb([data])
    assert unreadable.tolist() == [0]
    assert geometry[0].is_empty


def test_nothing():
    geometry, unreadable = from_wkb([])
    assert len(geometry) == len(unreadable) == 0

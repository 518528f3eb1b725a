"""Helpers for tests of geometry: arrays of shapes, independent oracles, and the sums that must close."""

from __future__ import annotations

import numpy as np
import pyproj
import pytest
import shapely
import shapely.affinity

from carbon_planner.base.errors import GeometryError
from carbon_planner.base.feedback import Silent
from carbon_planner.geometry.area import AreaMethod
from carbon_planner.geometry.crs import Crs
from carbon_planner.geometry.overlay import PairAreas, pair_areas

METRES = Crs.local_metres()
GK = Crs.from_text("EPSG:4545")
M2 = 1_000_000  # mm²


def array(*shapes) -> np.ndarray:
    """Shapes, WKT texts or None as an object array."""
    result = np.empty(len(shapes), dtype=object)
    for i, shape in enumerate(shapes):
        result[i] = shapely.from_wkt(shape) if isinstance(shape, str) else shape
    return result


def square(x: float, y: float, size: float = 10.0, height: float | None = None):
    """A rectangle from its lower left corner."""
    return shapely.box(x, y, x + size, y + (size if height is None else height))


def grid(columns: int, rows: int, size: float, x: float = 0.0, y: float = 0.0) -> np.ndarray:
    """Squares side by side, column by column."""
    return array(*(square(x + i * size, y + j * size, size) for i in range(columns) for j in range(rows)))


def geodesic_m2(shape, crs: Crs, step: float) -> float:
    """Area by pyproj.Geod of a figure whose edges are straight in its CRS, each divided into pieces of ``step``."""
    geod = pyproj.Geod(a=crs.ellipsoid[0], b=crs.ellipsoid[1])
    total = 0.0
    for polygon in shapely.get_parts(shape):
        for number, ring in enumerate(shapely.get_rings(polygon)):
            xy = shapely.get_coordinates(shapely.segmentize(ring, step))
            area = abs(geod.polygon_area_perimeter(*crs.to_lonlat(xy[:, 0], xy[:, 1]))[0])
            total += area if number == 0 else -area
    return total


def by_fragment(result: PairAreas, values: np.ndarray) -> np.ndarray:
    """Sum of values of pairs for each fragment."""
    sums = np.zeros(len(result.fragment_mm2), dtype=np.int64)
    np.add.at(sums, result.pair_fragment, values)
    return sums


def by_zone(result: PairAreas, values: np.ndarray) -> np.ndarray:
    """Sum of values of fragments for each zone."""
    sums = np.zeros(len(result.zone_mm2), dtype=np.int64)
    np.add.at(sums, result.fragment_zone, values)
    return sums


def assert_closes(result: PairAreas) -> None:
    """The exact sums of the contract, and what may not be negative."""
    assert np.array_equal(by_fragment(result, result.pair_mm2) + result.uncovered_mm2, result.fragment_mm2)
    assert np.array_equal(by_zone(result, result.fragment_mm2), result.zone_mm2)
    doubles = [int(v) for v in result.fragment_mm2[~result.fragment_counted]]
    assert result.zone_overlap_mm2 == sum(doubles)
    assert (result.pair_mm2 > 0).all()
    assert (result.fragment_mm2 > 0).all()
    assert (result.uncovered_mm2 >= 0).all()
    assert (result.double_mm2 >= 0).all()
    assert (result.double_mm2 <= result.fragment_mm2).all()
    assert len({(f, p) for f, p in zip(result.pair_fragment, result.pair_parcel)}) == len(result.pair_mm2)


def pair_table(result: PairAreas) -> dict[tuple[int, int], int]:
    """mm² of zone and parcel, over all fragments."""
    table: dict[tuple[int, int], int] = {}
    for f, p, mm2 in zip(result.pair_fragment, result.pair_parcel, result.pair_mm2):
        key = (int(result.fragment_zone[f]), int(p))
        table[key] = table.get(key, 0) + int(mm2)
    return table


def planar(zones, parcels, **options) -> PairAreas:
    """Pair areas in the plane, with the sums and the balance checked."""
    result = pair_areas(zones, parcels, METRES, method=AreaMethod.PLANAR, **options)
    assert_closes(result)
    assert result.balance_error < 1e-9
    return result


def refusal(*args, **options):
    """The message with which pair areas are refused."""
    with pytest.raises(GeometryError) as caught:
        pair_areas(*args, **options)
    assert caught.value.text("zh") != caught.value.text("en")
    return caught.value.message


class Watch(Silent):
    """Feedback that records, and wants to stop after some questions."""

    def __init__(self, after=10**9):
        self.left, self.shares, self.told = after, [], []

    def progress(self, share):
        self.shares.append(share)

    def info(self, message):
        self.told.append(message)

    def cancelled(self):
        self.left -= 1
        return self.left < 0


def crowd(seed=4, count=120, zones=14):
    """Overlapping zones on parcels that overlap and leave gaps."""
    rng = np.random.default_rng(seed)
    parcels = array(*grid(12, 10, 10.0))[:count]
    parcels[::7] = [shapely.affinity.translate(p, 3, 2) for p in parcels[::7]]
    parcels[5::11] = None
    centres = rng.uniform(10, 100, (zones, 2))
    return array(*(shapely.Point(*c).buffer(r, 9) for c, r in zip(centres, rng.uniform(3, 30, zones)))), parcels

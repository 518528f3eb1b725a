"""Helpers for tests of geometry: arrays of shapes, independent oracles, and the sums that must close."""

from __future__ import annotations

import numpy as np
import pyproj
import shapely

from carbon_planner.geometry.crs import Crs
from carbon_planner.geometry.overlay import PairAreas

METRES = Crs.local_metres()


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

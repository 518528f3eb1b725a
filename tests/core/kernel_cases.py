"""Polygons to try the kernel on, and the comparison with Shapely pair by pair."""

import numpy as np
import shapely

from carbon_planner.geometry.kernel import Limits, Rings, cross_areas

M2 = 1e-6  # agreement asked of each pair
SMALL = Limits(zone_edges=20, candidates=30, pairs=16, edges=40)


def array(*shapes):
    """An object array, whatever is in it."""
    result = np.empty(len(shapes), dtype=object)
    result[:] = shapes
    return result


def fabric(seed=1, side=14, cell=60.0, origin=(320_000.0, 3_200_000.0), decimals=4):
    """A planar fabric: wiggly cells that share edges, from 14 × 14 on some joined, with holes or in two parts."""
    rng = np.random.default_rng(seed)
    node = np.stack(np.meshgrid(np.arange(side + 1), np.arange(side + 1), indexing="ij"), axis=-1) * cell
    node = node + rng.uniform(-0.25, 0.25, node.shape) * cell
    right = (node[:-1] + node[1:]) / 2.0 + rng.uniform(-0.1, 0.1, (side, side + 1, 2)) * cell
    up = (node[:, :-1] + node[:, 1:]) / 2.0 + rng.uniform(-0.1, 0.1, (side + 1, side, 2)) * cell
    node, right, up = (np.round(part + origin, decimals) for part in (node, right, up))
    cells = [
        shapely.Polygon(
            [
                *(node[i, j], right[i, j], node[i + 1, j], up[i + 1, j]),
                *(node[i + 1, j + 1], right[i, j + 1], node[i, j + 1], up[i, j]),
            ]
        )
        for i in range(side)
        for j in range(side)
    ]
    label = np.arange(side * side).reshape(side, side)
    if side >= 14:
        joined(label)
    groups = [np.flatnonzero(label.ravel() == k) for k in np.unique(label)]
    made = array(*(shapely.coverage_union_all(array(*(cells[k] for k in group))) for group in groups))
    assert shapely.is_valid(made).all()
    return made


def joined(label):
    """Give cells to other parcels."""
    for i, j in ((2, 2), (7, 4), (3, 9)):  # eight cells around one
        ring = label[i - 1 : i + 2, j - 1 : j + 2]
        keep = ring[1, 1]
        ring[:] = ring[0, 0]
        ring[1, 1] = keep
    label[10, 10] = label[10, 12]  # two parts
    label[11, 1] = label[12, 2]  # two parts that touch in a point
    label[5:9, 11] = label[5, 11]  # a strip


def compared(zones, parcels, oracle=None, tolerance=M2):
    """Areas by pair as the kernel has them, after comparing every pair with Shapely's."""
    zone, parcel, area = cross_areas(Rings.of(zones), Rings.of(parcels))
    assert (area > 0.0).all()
    key = zone * len(parcels) + parcel
    assert (np.diff(key) > 0).all()
    table = np.zeros((len(zones), len(parcels)))
    table[zone, parcel] = area
    expected = crossed(zones, parcels) if oracle is None else oracle
    assert np.abs(table - expected).max(initial=0.0) <= tolerance
    return table


def crossed(zones, parcels):
    """The same by Shapely, as a table."""
    one, other = shapely.STRtree(parcels.copy()).query(zones)
    table = np.zeros((len(zones), len(parcels)))
    table[one, other] = shapely.area(shapely.intersection(zones[one], parcels[other]))
    return table

"""Where the boundaries of parcels cross the boundary of a zone, with exact signs.

Ties (a vertex on an edge, edges that coincide) are decided as if the zone were moved by (ε, ε²), ε being positive and
smaller than any number: after H. Edelsbrunner and E. P. Mücke (1990), Simulation of simplicity, ACM Transactions on
Graphics 9. Then every crossing is a proper one, every point is inside or outside, and all signs agree with each other;
the area changes by nothing, being continuous.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .arrays import Floats, Ints, ragged
from .exact import orientation
from .grids import Grids, cells_by_row
from .rings import Rings


@dataclass(frozen=True)
class Pairs:
    """Pairs of a zone (its number in a group) and a parcel, with the place from which their areas are measured."""

    zone: Ints
    parcel: Ints
    x: Floats  # lower left corner of what the two boxes have in common
    y: Floats

    @classmethod
    def of(cls, zones: Rings, parcels: Rings, zone: Ints, parcel: Ints) -> Pairs:
        """Pairs whose boxes meet."""
        one, other = zones.box[zone], parcels.box[parcel]
        return cls(zone, parcel, np.maximum(one[:, 0], other[:, 0]), np.maximum(one[:, 1], other[:, 1]))

    def __len__(self) -> int:
        return len(self.zone)


@dataclass(frozen=True)
class Crossings:
    """Crossings of a parcel edge with a zone edge, by pair, then along the parcel, then along the zone.

    ``enters`` is +1 where the parcel's boundary enters the zone (and the zone's leaves the parcel), −1 where it leaves;
    ``x`` and ``y`` are relative to the pair's place.
    """

    pair: Ints
    parcel_edge: Ints
    zone_edge: Ints
    enters: Ints
    x: Floats
    y: Floats


def crossings_of(grids: Grids, parcels: Rings, pairs: Pairs, pair: Ints, ring: Ints) -> Crossings:
    """All crossings of some parcel rings, each taken for a pair, with the zones of these pairs."""
    edge, of = parcels.edges(ring)
    pair = pair[of]
    edge, pair, candidate, zone_edge = _near(grids, parcels, edge, pair, pairs.zone)
    keep, enters, along = _crossing(parcels, edge[candidate], grids.zones, zone_edge)
    candidate, zone_edge = candidate[keep], zone_edge[keep]
    # an edge may meet another in several cells
    key = candidate * (len(grids.zones.x) + 1) + zone_edge
    order = np.argsort(key, kind="stable")
    order = order[np.diff(key[order], prepend=-1) > 0]
    edge, pair, along = edge[candidate[order]], pair[candidate[order]], along[order]
    ax, ay = parcels.x[edge] - pairs.x[pair], parcels.y[edge] - pairs.y[pair]
    bx, by = parcels.x[edge + 1] - pairs.x[pair], parcels.y[edge + 1] - pairs.y[pair]
    x, y = ax + along * (bx - ax), ay + along * (by - ay)
    return Crossings(pair, edge, zone_edge[order], enters[order], x, y)


def _near(grids: Grids, parcels: Rings, edge: Ints, pair: Ints, zone: Ints) -> tuple[Ints, Ints, Ints, Ints]:
    """Edges that touch a dirty cell of their zone with their pairs; and candidates: positions there, zone edges."""
    where = zone[pair]
    u0, v0 = grids.place(where, parcels.x[edge], parcels.y[edge])
    u1, v1 = grids.place(where, parcels.x[edge + 1], parcels.y[edge + 1])
    nx, ny = grids.nx[where], grids.ny[where]
    some = (np.maximum(u0, u1) >= 0.0) & (np.minimum(u0, u1) < nx)
    some &= (np.maximum(v0, v1) >= 0.0) & (np.minimum(v0, v1) < ny)
    near = np.flatnonzero(some)
    near = near[grids.may_touch(where[near], u0[near], v0[near], u1[near], v1[near])]
    of, row, low, high = cells_by_row(u0[near], v0[near], u1[near], v1[near], nx[near], ny[near])
    of = near[of]
    base = grids.first[where[of]] + row * nx[of]
    some = grids.dirty_among(base + low, base + high)
    of, low, high = of[some], (base + low)[some], (base + high)[some]
    cell, among = ragged(low, high - low + 1)
    of = of[among]
    at, listed = ragged(grids.cell_start[cell], grids.cell_start[cell + 1] - grids.cell_start[cell])
    return edge, pair, of[listed], grids.edge[grids.cell_edge[at]]


def _crossing(parcels: Rings, p: Ints, zones: Rings, f: Ints) -> tuple[Ints, Ints, Floats]:
    """Which parcel edges p properly cross the moved zone edges f; +1 where they enter; the share of p before."""
    px, py, qx, qy = parcels.x[p], parcels.y[p], parcels.x[p + 1], parcels.y[p + 1]
    fx, fy, gx, gy = zones.x[f], zones.y[f], zones.x[f + 1], zones.y[f + 1]
    boxes = (np.minimum(px, qx) <= np.maximum(fx, gx)) & (np.maximum(px, qx) >= np.minimum(fx, gx))
    boxes &= (np.minimum(py, qy) <= np.maximum(fy, gy)) & (np.maximum(py, qy) >= np.minimum(fy, gy))
    keep = np.flatnonzero(boxes)
    px, py, qx, qy, fx, fy, gx, gy = (axis[keep] for axis in (px, py, qx, qy, fx, fy, gx, gy))
    tie = _first_sign(gy - fy, fx - gx)
    before, start = _side(fx, fy, gx, gy, px, py, tie)
    after, end = _side(fx, fy, gx, gy, qx, qy, tie)
    apart = np.flatnonzero(before * after < 0.0)
    keep, start, end, after = keep[apart], start[apart], end[apart], after[apart]
    px, py, qx, qy, fx, fy, gx, gy = (axis[apart] for axis in (px, py, qx, qy, fx, fy, gx, gy))
    tie = _first_sign(py - qy, qx - px)
    one, _ = _side(px, py, qx, qy, fx, fy, tie)
    other, _ = _side(px, py, qx, qy, gx, gy, tie)
    apart = np.flatnonzero(one * other < 0.0)
    along = np.clip(start[apart] / (start[apart] - end[apart]), 0.0, 1.0)
    return keep[apart], after[apart].astype(np.int64), along


def _side(ax: Floats, ay: Floats, bx: Floats, by: Floats, px: Floats, py: Floats, tie: Floats) -> tuple[Floats, Floats]:
    """Sides of points, those on the line as ``tie`` says, and the determinants."""
    sign, value = orientation(ax, ay, bx, by, px, py)
    return np.where(sign == 0.0, tie, sign), value


def _first_sign(one: Floats, other: Floats) -> Floats:
    """Sign of ε·one + ε²·other: rounded differences of floating-point numbers keep their signs."""
    result: Floats = np.where(one != 0.0, np.sign(one), np.sign(other))
    return result

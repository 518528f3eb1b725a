"""Polygons as flat arrays: coordinates, ring offsets, owners. What area and edge matching compute on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Geometries = NDArray[np.object_]

POLYGON, MULTI_FROM, COLLECTION = 3, 4, 7


@dataclass(frozen=True)
class Rings:
    """Closed rings of many polygons.

    ``xy`` holds all coordinates, ring r being ``xy[start[r]:start[r + 1]]`` with its first vertex repeated at the end;
    ``owner[r]`` is the index of the geometry it belongs to, ``hole[r]`` whether it bounds a hole.
    """

    xy: Floats
    start: Ints
    owner: Ints
    hole: NDArray[np.bool_]

    @property
    def of_vertex(self) -> Ints:
        """Index of the ring of each coordinate."""
        return np.repeat(np.arange(len(self.owner), dtype=np.int64), np.diff(self.start))

    def edges(self) -> Ints:
        """Index of the first coordinate of each edge (the second is the next one)."""
        first = np.ones(len(self.xy), dtype=bool)
        first[self.start[1:] - 1] = False
        return np.flatnonzero(first)

    def signed_areas(self) -> Floats:
        """Planar area of each ring in squared coordinate units, positive if counter-clockwise."""
        ring = self.of_vertex
        local = self.xy - self.xy[self.start[:-1]][ring]  # near the origin nothing cancels
        i = self.edges()
        cross = local[i, 0] * local[i + 1, 1] - local[i + 1, 0] * local[i, 1]
        return np.bincount(ring[i], cross, minlength=len(self.owner)) / 2.0


def tree_of(geoms: Geometries) -> shapely.STRtree:
    """A search tree over the boxes of geometries; Shapely 2.0 makes the array that it is given read-only, so a copy."""
    return shapely.STRtree(geoms.copy())


def polygon_parts(geoms: Geometries) -> tuple[Geometries, Ints]:
    """The single, non-empty polygons inside geometries of any kind, with the index of the geometry each came from."""
    parts, owner = shapely.get_parts(np.array(geoms, dtype=object), return_index=True)  # Shapely 2.0 wants it writable
    while True:
        nested = shapely.get_type_id(parts) >= MULTI_FROM
        if not nested.any():
            break
        inner, back = shapely.get_parts(parts[nested], return_index=True)
        parts = np.concatenate([parts[~nested], inner])
        owner = np.concatenate([owner[~nested], owner[nested][back]])
    keep = (shapely.get_type_id(parts) == POLYGON) & ~shapely.is_empty(parts)
    parts, owner = parts[keep], owner[keep].astype(np.int64)
    order = np.argsort(owner, kind="stable")
    return parts[order], owner[order]


def rings_of(geoms: Geometries) -> Rings:
    """Rings of all polygons inside ``geoms``; None, empty geometries, lines and points have none."""
    parts, owner = polygon_parts(geoms)
    rings, part = shapely.get_rings(parts, return_index=True)
    hole = np.zeros(len(rings), dtype=bool)
    hole[1:] = part[1:] == part[:-1]  # a polygon's first ring is its shell
    full = ~shapely.is_empty(rings)  # a hole may be empty
    rings, part, hole = rings[full], part[full], hole[full]
    xy = shapely.get_coordinates(rings)
    start = np.zeros(len(rings) + 1, dtype=np.int64)
    np.cumsum(shapely.get_num_coordinates(rings), out=start[1:])
    return Rings(xy, start, owner[part], hole)


def vertex_blocks(geoms: Geometries, vertices: int) -> list[slice]:
    """Cut an array into runs of at most ``vertices`` coordinates each (at least one geometry)."""
    counts = shapely.get_num_coordinates(np.asarray(geoms, dtype=object))
    return cost_blocks(np.maximum(counts, 1), vertices)


def cost_blocks(costs: NDArray[np.generic], limit: float) -> list[slice]:
    """Cut an array into runs whose summed cost stays at or below ``limit``; a single dearer item makes its own run."""
    total = np.cumsum(costs)
    blocks: list[slice] = []
    begin = 0
    while begin < len(total):
        spent = total[begin - 1] if begin else 0
        end = max(int(np.searchsorted(total, spent + limit, side="right")), begin + 1)
        blocks.append(slice(begin, end))
        begin = end
    return blocks

"""Which edges of a polygon layer are shared by exactly two neighbours, vertex for vertex.

In a clean coverage every edge has one polygon on either side; crossing such an edge the number of polygons that cover a
place does not change. Only at *free* edges (rims, gaps, overlaps, neighbours that do not share vertices) can it change.
Finding these by sorting coordinates is linear, where testing neighbours pair by pair costs an overlay each.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..base.feedback import Feedback, check
from .rings import rings_of, vertex_blocks

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Geometries = NDArray[np.object_]

READ_TOGETHER = 200_000  # vertices; about 0.1 s
SORTED_TOGETHER = 250_000  # edges; about 0.1 s
_MIX = np.uint64(0xBF58476D1CE4E5B9)  # of SplitMix64


@dataclass(frozen=True)
class Matching:
    """Edges without exactly one partner, and the neighbours that share the others.

    ``free_xy`` holds the two ends of each free edge (n × 2 × 2), ``free_owner`` its polygon; ``neighbours`` lists, in
    both directions, the polygons on the two sides of matched edges (k × 2, sorted, unique).
    """

    free_xy: Floats
    free_owner: Ints
    neighbours: Ints


@dataclass(frozen=True)
class _Edges:
    """Edges as rows x0, y0, x1, y1 with a symmetric hash of their ends, their polygon, and their sense of rotation."""

    ends: Floats
    key: NDArray[np.uint64]
    ahead: NDArray[np.bool_]
    owner: Ints


def match_edges(geoms: Geometries, feedback: Feedback) -> Matching:
    """Match the edges of all polygons of an array. Raises Cancelled."""
    edges = _edges(geoms, feedback)
    free = np.ones(len(edges.key), dtype=bool)
    sides = [np.zeros((0, 2), dtype=np.int64)]
    parts = len(edges.key) // SORTED_TOGETHER + 1
    part = ((edges.key >> np.uint64(32)) * np.uint64(parts)) >> np.uint64(32)
    for number in range(parts):  # equal keys fall into the same part
        check(feedback)
        one, two = _twins(edges.key, np.flatnonzero(part == number))
        # not only equal hashes: the same two places, with the polygons on either side
        first, second = edges.ends[one], edges.ends[two]
        true = (first == second[:, [2, 3, 0, 1]]).all(axis=1) | (first == second).all(axis=1)
        true &= (edges.ahead[one] != edges.ahead[two]) & (edges.owner[one] != edges.owner[two])
        one, two = one[true], two[true]
        free[one] = free[two] = False
        sides.append(unique_pairs(np.sort(np.stack([edges.owner[one], edges.owner[two]], axis=1), axis=1)))
    check(feedback)
    once = unique_pairs(np.concatenate(sides))
    check(feedback)
    return Matching(
        edges.ends[free].reshape(-1, 2, 2), edges.owner[free], unique_pairs(np.concatenate([once, once[:, ::-1]]))
    )


def _edges(geoms: Geometries, feedback: Feedback) -> _Edges:
    """All edges that have a length."""
    found: list[tuple[Floats, NDArray[np.uint64], NDArray[np.bool_], Ints]] = []
    for block in (slice(0, 0), *vertex_blocks(geoms, READ_TOGETHER)):
        check(feedback)
        rings = rings_of(geoms[block])
        edge = rings.edges()
        edge = edge[(rings.xy[edge] != rings.xy[edge + 1]).any(axis=1)]
        ring = rings.of_vertex[edge]
        place = _hashes(rings.xy)
        # which way the edge runs between its two places, seen with the polygon on its left
        turned = (rings.signed_areas() < 0.0) ^ rings.hole
        ahead = (place[edge] > place[edge + 1]) ^ turned[ring]
        ends = np.concatenate([rings.xy[edge], rings.xy[edge + 1]], axis=1)
        found.append((ends, place[edge] + place[edge + 1], ahead, rings.owner[ring] + block.start))
    ends, key, ahead, owner = (np.concatenate(column) for column in zip(*found))
    return _Edges(ends, key, ahead, owner)


def _twins(key: NDArray[np.uint64], among: Ints) -> tuple[Ints, Ints]:
    """The two edges of each key that exactly two edges have."""
    order = among[np.argsort(key[among], kind="stable")]
    ordered = key[order]
    change = np.ones(len(order) + 1, dtype=bool)
    change[1:-1] = ordered[1:] != ordered[:-1]
    group = np.flatnonzero(change)
    first = group[:-1][np.diff(group) == 2]
    return order[first], order[first + 1]


def _hashes(xy: Floats) -> NDArray[np.uint64]:
    """64-bit hashes of places."""
    bits = (xy + 0.0).view(np.uint64)  # −0 becomes 0
    result: NDArray[np.uint64] = bits[:, 0] * _MIX
    result ^= result >> np.uint64(29)
    result += bits[:, 1]
    for _ in range(2):
        result *= _MIX
        result ^= result >> np.uint64(32)
    return result


def unique_pairs(pairs: Ints) -> Ints:
    """Distinct rows of pairs of non-negative indices below 2³¹, sorted."""
    keys = np.sort(pair_keys(pairs))  # faster than numpy.unique, which hashes since 2.3
    fresh = np.ones(len(keys), dtype=bool)
    fresh[1:] = keys[1:] != keys[:-1]
    keys = keys[fresh]
    return np.stack([keys >> 32, keys & 0xFFFFFFFF], axis=1)


def pair_keys(pairs: Ints) -> Ints:
    """One integer for each pair."""
    return (pairs[:, 0].astype(np.int64) << 32) | pairs[:, 1]

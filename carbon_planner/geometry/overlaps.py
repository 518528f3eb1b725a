"""Which polygons of one layer overlap, without testing every pair of neighbours.

Crossing a matched edge (:mod:`.matching`) the number of polygons that cover a place does not change, so every region
covered twice either has a free edge on its rim or fills its surroundings. Pairs to be tested therefore start from free
edges and from one sample point in every part of the area of interest, and spread: where P and Q overlap, the neighbours
of P may overlap Q too.
"""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray

from ..base.feedback import Feedback, check
from .matching import match_edges, pair_keys, unique_pairs
from .measured import Measured
from .rings import cost_blocks, polygon_parts
from .robust import Overlay

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Geometries = NDArray[np.object_]

# What counts as an overlap: more than rounding can make of a shared edge, in m² and as a share of the smaller polygon,
# or along its outline.
LEAST_M2 = 1e-6
LEAST_SHARE = 1e-9
PAIR_VERTICES = 100_000
QUERY_EDGES = 20_000
QUERY_POINTS = 10_000
QUERY_BOXES = 20_000


def overlapping_pairs(
    layer: Measured,
    tree: shapely.STRtree,
    overlay: Overlay,
    feedback: Feedback,
    members: Ints | None = None,
    places: Geometries | None = None,
) -> Ints:
    """Pairs i < j of polygons whose common area is more than rounding, sorted.

    ``tree`` holds the whole layer. ``members`` limits the question to some polygons, with ``places`` the polygons
    (zones) inside which it matters. Raises Cancelled.
    """
    geoms = layer.geoms
    present = np.flatnonzero(shapely.is_geometry(geoms) & ~shapely.is_empty(geoms))
    inside = np.zeros(len(geoms), dtype=bool)
    inside[present if members is None else members] = True
    if np.count_nonzero(inside) < 2:
        return np.zeros((0, 2), dtype=np.int64)
    context = present if members is None else _with_neighbours(tree, geoms, members, feedback)
    matching = match_edges(geoms[context], feedback)
    owner = context[matching.free_owner]
    ours = inside[owner]
    seeds = [_hits(tree, matching.free_xy[ours], owner[ours], feedback)]
    if places is not None:
        seeds.append(_together(tree, polygon_parts(places)[0], feedback))
    pairs = np.concatenate(seeds)
    neighbours = context[matching.neighbours]
    neighbours = neighbours[inside[neighbours].all(axis=1)]
    return _spread(layer, overlay, unique_pairs(_ordered(pairs[inside[pairs].all(axis=1)])), neighbours, feedback)


def _with_neighbours(tree: shapely.STRtree, geoms: Geometries, members: Ints, feedback: Feedback) -> Ints:
    """Polygons whose boxes meet the box of a member: all neighbours of members are among them."""
    found = [members]
    for begin in range(0, len(members), QUERY_BOXES):
        check(feedback)
        boxes = shapely.box(*shapely.bounds(geoms[members[begin : begin + QUERY_BOXES]]).T)
        found.append(np.unique(tree.query(boxes)[1]))
    return np.unique(np.concatenate(found))


def _hits(tree: shapely.STRtree, edges: Floats, owner: Ints, feedback: Feedback) -> Ints:
    """Pairs of a polygon with free edges (n × 2 × 2, each with its owner) and another polygon that these edges meet."""
    order = np.argsort(owner, kind="stable")
    edges, owner = edges[order], owner[order]
    polygons, begin = np.unique(owner, return_index=True)
    found = [np.zeros((0, 2), dtype=np.int64)]
    for block in cost_blocks(np.diff(np.append(begin, len(owner))), QUERY_EDGES):
        check(feedback)
        rows = slice(begin[block.start], begin[block.stop] if block.stop < len(begin) else len(owner))
        lines = shapely.multilinestrings(
            shapely.linestrings(edges[rows]), indices=np.searchsorted(polygons[block], owner[rows])
        )
        line, other = tree.query(lines, predicate="intersects")
        found.append(np.stack([polygons[block][line], other], axis=1))
    return np.concatenate(found)


def _together(tree: shapely.STRtree, parts: Geometries, feedback: Feedback) -> Ints:
    """Pairs of polygons that cover the same sample point of a part of a place."""
    hits = [np.zeros((2, 0), dtype=np.int64)]
    for begin in range(0, len(parts), QUERY_POINTS):
        check(feedback)
        points = shapely.point_on_surface(parts[begin : begin + QUERY_POINTS])
        hits.append(tree.query(points, predicate="intersects") + np.array([[begin], [0]]))
    point, other = np.concatenate(hits, axis=1)
    order = np.argsort(point, kind="stable")
    point, other = point[order], other[order]
    found = [np.zeros((0, 2), dtype=np.int64)]
    for step in range(1, len(point)):
        same = point[step:] == point[:-step]
        if not same.any():
            break
        found.append(np.stack([other[:-step][same], other[step:][same]], axis=1))
    return np.concatenate(found)


def _ordered(pairs: Ints) -> Ints:
    """Pairs of two different polygons, the lower index first."""
    return np.sort(pairs[pairs[:, 0] != pairs[:, 1]], axis=1)


def _spread(layer: Measured, overlay: Overlay, fresh: Ints, neighbours: Ints, feedback: Feedback) -> Ints:
    """Test pairs, then those that become likely through the ones found, until there are no more."""
    bounds = shapely.bounds(layer.geoms)
    tested, found = np.zeros(0, dtype=np.int64), [np.zeros((0, 2), dtype=np.int64)]
    while len(fresh):
        tested = np.union1d(tested, pair_keys(fresh))
        hits = fresh[_overlap(layer, overlay, fresh, feedback)]
        found.append(hits)
        likely = _ordered(np.concatenate([_stepped(hits, neighbours), _stepped(hits[:, ::-1], neighbours)]))
        likely = unique_pairs(likely[_boxes_meet(bounds[likely[:, 0]], bounds[likely[:, 1]])])
        fresh = likely[~np.isin(pair_keys(likely), tested)]
    return unique_pairs(np.concatenate(found))


def _stepped(pairs: Ints, neighbours: Ints) -> Ints:
    """(P, Q) → all (P', Q) with P' a neighbour of P."""
    begin = np.searchsorted(neighbours[:, 0], pairs[:, 0], side="left")
    count = np.searchsorted(neighbours[:, 0], pairs[:, 0], side="right") - begin
    row = np.repeat(np.arange(len(pairs)), count)
    place = np.arange(len(row)) - np.repeat(np.cumsum(count) - count, count)
    return np.stack([neighbours[begin[row] + place, 1], pairs[row, 1]], axis=1)


def _boxes_meet(one: Floats, two: Floats) -> NDArray[np.bool_]:
    """Whether boxes (xmin, ymin, xmax, ymax) have a common interior."""
    meet: NDArray[np.bool_] = ((one[:, :2] < two[:, 2:]) & (two[:, :2] < one[:, 2:])).all(axis=1)
    return meet


def _overlap(layer: Measured, overlay: Overlay, pairs: Ints, feedback: Feedback) -> NDArray[np.bool_]:
    """Which pairs have more area in common than rounding makes."""
    result = np.zeros(len(pairs), dtype=bool)
    costs = shapely.get_num_coordinates(layer.geoms[pairs]).sum(axis=1)
    for block in cost_blocks(costs, PAIR_VERTICES):
        check(feedback)
        one, two = pairs[block].T
        common = layer.measure(overlay.intersection(layer.geoms[one], layer.geoms[two]), one)
        smaller = np.minimum(layer.of(one), layer.of(two))
        strip = np.minimum(layer.rounding(one), layer.rounding(two))
        result[block] = common > np.maximum(np.minimum(LEAST_M2, LEAST_SHARE * smaller), strip)
    return result

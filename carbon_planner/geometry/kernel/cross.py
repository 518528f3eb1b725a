"""Zones × parcels: the area that each pair has in common, block by block."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Optional

import numpy as np

from ...base.feedback import Feedback, Silent, check
from .arrays import Flags, Floats, Ints, blocks, ragged
from .crossings import Crossings, Pairs, crossings_of
from .density import Density
from .green import Inside, common_areas
from .grids import Grids, edges_left_of
from .rings import Rings
from .tree import FAN, BoxTree

_NONE = np.zeros(0, dtype=np.int64)


@dataclass(frozen=True)
class Limits:
    """How much is held at a time; changes neither results nor their bits. A single larger polygon is taken whole."""

    zone_edges: int = 40_000  # whose grids are built together
    candidates: int = 400_000  # pairs of boxes estimated for the zones of a group
    pairs: int = 16_384  # pairs of boxes that are looked at together
    edges: int = 65_536  # parcel edges that are crossed with zones together


class Base:
    """Parcels prepared for many questions: flat rings, search tree, and their whole areas.

    With a ``density`` areas are in m² on the ellipsoid, without one in squared units of the plane.
    """

    def __init__(self, parcels: Rings, density: Optional[Density] = None, tree: Optional[BoxTree] = None) -> None:
        self.parcels, self.density = parcels, density
        self.tree = BoxTree(parcels.box) if tree is None else tree
        self.area = parcels.area if density is None else weighted_areas(parcels, density)


def cross_areas(
    zones: Rings,
    parcels: Rings,
    feedback: Feedback = Silent(),
    *,
    density: Optional[Density] = None,
    limits: Limits = Limits(),
) -> tuple[Ints, Ints, Floats]:
    """Common area of each zone and parcel that have one: zone, parcel, area; sorted by zone, then parcel.

    Areas are in squared units of the plane, with a ``density`` in m². Signs are exact and nothing is snapped, so zones
    may share edges and vertices with parcels or consist of whole ones. Pairs that only touch, or whose area rounding
    cannot tell from 0, are left out. A pair has the same bits whatever else is computed, in which order and in which
    blocks. Both must be valid polygons; invalid ones do no harm to others, but count places as often as their rings
    wind around them. Raises Cancelled.
    """
    return areas_over(Base(parcels, density), zones, feedback, limits)


def areas_over(
    base: Base, zones: Rings, feedback: Feedback = Silent(), limits: Limits = Limits()
) -> tuple[Ints, Ints, Floats]:
    """As :func:`cross_areas`, over a base that is prepared already."""
    found = [(_NONE, _NONE, np.zeros(0))]
    check(feedback)
    candidates = base.tree.estimate(zones.box)
    some = np.flatnonzero(candidates)
    edges = zones.size[some]
    cost = np.maximum(edges / limits.zone_edges, candidates[some] / limits.candidates)
    for block in blocks(np.ceil(cost * 1e6).astype(np.int64), 1_000_000):
        ids = some[block]
        for zone, parcel, area in _Group(base, zones.take(ids), limits, feedback).run():
            found.append((ids[zone], parcel, area))
        feedback.progress(block.stop / len(some))
    zone, parcel, area = (np.concatenate(column) for column in zip(*found))
    order = np.lexsort((parcel, zone))
    feedback.progress(1.0)
    return zone[order], parcel[order], area[order]


class _Group:
    """Some zones, whose grids stay while the parcels around them pass by in blocks."""

    def __init__(self, base: Base, zones: Rings, limits: Limits, feedback: Feedback) -> None:
        self._base, self._zones, self._limits, self._feedback = base, zones, limits, feedback
        self._grids = Grids(zones)
        check(feedback)
        first = zones.ring[:-1]
        ring, parcel = base.tree.query(np.stack([zones.x[first], zones.y[first]] * 2, axis=1))
        zone = np.repeat(np.arange(len(zones), dtype=np.int64), np.diff(zones.geom))[ring]
        order = np.lexsort((ring, parcel, zone))
        self._start_key, self._start_ring = self._key(zone[order], parcel[order]), ring[order]

    def run(self) -> Iterator[tuple[Ints, Ints, Floats]]:
        """Zone, parcel and area of pairs that have one."""
        base, box = self._base, self._zones.box
        which, node = base.tree.nodes(box)
        per_block = max(self._limits.pairs // FAN, 1)
        for begin in range(0, len(which), per_block):
            check(self._feedback)
            block = slice(begin, begin + per_block)
            zone, parcel = base.tree.open(box, which[block], node[block])
            near, inside = self._grids.classify(zone, base.parcels.box[parcel])
            yield zone[inside], parcel[inside], base.area[parcel[inside]]
            zone, parcel = zone[near], parcel[near]
            for part in blocks(base.parcels.size[parcel], self._limits.edges):
                check(self._feedback)
                area = self._crossed(Pairs.of(self._zones, base.parcels, zone[part], parcel[part]))
                some = area > 0.0
                yield zone[part][some], parcel[part][some], area[some]

    def _crossed(self, pairs: Pairs) -> Floats:
        """Areas of pairs whose boundaries may cross."""
        parcels = self._base.parcels
        ring, of = ragged(parcels.geom[pairs.parcel], parcels.geom[pairs.parcel + 1] - parcels.geom[pairs.parcel])
        one, other = parcels.ring_box[ring], self._zones.box[pairs.zone[of]]
        meets = (one[:, 0] <= other[:, 2]) & (one[:, 2] >= other[:, 0])
        meets &= (one[:, 1] <= other[:, 3]) & (one[:, 3] >= other[:, 1])
        ring, of = ring[meets], of[meets]
        found: Crossings = crossings_of(self._grids, parcels, pairs, of, ring)
        first = parcels.ring[ring]
        inside = self._grids.locate(pairs.zone[of], parcels.x[first], parcels.y[first])
        starts = Inside(of[inside], ring[inside])
        return common_areas(self._zones, parcels, pairs, found, starts, self._zone_starts(pairs), self._base.density)

    def _zone_starts(self, pairs: Pairs) -> Inside:
        """Zone rings that begin inside the parcels of pairs."""
        key = self._key(pairs.zone, pairs.parcel)
        begin = np.searchsorted(self._start_key, key, side="left")
        at, pair = ragged(begin, np.searchsorted(self._start_key, key, side="right") - begin)
        ring, parcel = self._start_ring[at], pairs.parcel[pair]
        inside = np.zeros(len(ring), dtype=bool)
        for block in blocks(self._base.parcels.size[parcel], self._limits.edges):
            check(self._feedback)
            inside[block] = self._in_parcel(ring[block], parcel[block])
        return Inside(pair[inside], ring[inside])

    def _in_parcel(self, zone_ring: Ints, parcel: Ints) -> Flags:
        """Whether first vertices of zone rings, moved by (ε, ε²), are inside parcels."""
        parcels, zones = self._base.parcels, self._zones
        ring, of = ragged(parcels.geom[parcel], parcels.geom[parcel + 1] - parcels.geom[parcel])
        edge, among = parcels.edges(ring)
        of = of[among]
        point = zones.ring[zone_ring][of]
        left = edges_left_of(parcels, edge, zones.x[point], zones.y[point], moved=-1)
        result: Flags = np.bincount(of[left], minlength=len(parcel)) % 2 == 1
        return result

    def _key(self, zone: Ints, parcel: Ints) -> Ints:
        """One number for each pair."""
        return zone * len(self._base.parcels) + parcel


def weighted_areas(parcels: Rings, density: Density) -> Floats:
    """Whole area of each parcel, in m², as the pieces of it are measured."""
    result = np.zeros(len(parcels))
    for block in blocks(parcels.size, Limits().edges):
        ids = np.arange(block.start, block.stop, dtype=np.int64)
        sub = parcels.take(ids)
        pairs = Pairs(ids, ids, sub.box[:, 0], sub.box[:, 1])
        owner = np.repeat(np.arange(len(ids), dtype=np.int64), np.diff(sub.geom))
        rings = Inside(owner, np.arange(len(owner), dtype=np.int64))
        none = Inside(_NONE, _NONE)
        nothing = Crossings(_NONE, _NONE, _NONE, _NONE, np.zeros(0), np.zeros(0))
        result[block] = common_areas(sub, sub, pairs, nothing, rings, none, density)
    return result

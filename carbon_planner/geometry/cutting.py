"""Every fragment with every parcel that it meets: area, and where asked for shape, of what they have in common."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from ..base.feedback import Feedback, check
from .measured import Measured
from .rings import cost_blocks
from .robust import Overlay, polygons_only

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Geometries = NDArray[np.object_]
Flags = NDArray[np.bool_]

CANDIDATES = 50_000  # pairs of boxes looked at together
TEST_VERTICES = 400_000  # in one call of a prepared predicate, about 0.05 s
CUT_VERTICES = 40_000  # in one call of an intersection: 0.05 s, of small polygons 0.2 s


@dataclass(frozen=True)
class Cuts:
    """Pairs with a common area, ordered by fragment and parcel; ``m2`` geometric; ``pieces`` None unless asked for."""

    fragment: Ints
    parcel: Ints
    m2: Floats
    pieces: Geometries | None

    def without(self, fragments: Ints) -> Cuts:
        """Without the pairs of some fragments."""
        keep = ~np.isin(self.fragment, fragments)
        pieces = None if self.pieces is None else self.pieces[keep]
        return Cuts(self.fragment[keep], self.parcel[keep], self.m2[keep], pieces)

    def joined(self, other: Cuts) -> Cuts:
        """With more pairs, in order again."""
        fragment, parcel = np.append(self.fragment, other.fragment), np.append(self.parcel, other.parcel)
        order = np.lexsort((parcel, fragment))
        pieces = None
        if self.pieces is not None and other.pieces is not None:
            pieces = np.append(self.pieces, other.pieces)[order]
        return Cuts(fragment[order], parcel[order], np.append(self.m2, other.m2)[order], pieces)


def cut(
    fragments: Measured, parcels: Measured, tree: shapely.STRtree, overlay: Overlay, feedback: Feedback, keep: bool
) -> Cuts:
    """Overlay; a parcel inside a fragment, or a fragment inside a parcel, needs no intersection. Raises Cancelled."""
    found: list[tuple[Ints, Ints, Floats, Geometries]] = []
    blocks = cost_blocks(_likely_counts(fragments.geoms, parcels.geoms), CANDIDATES)
    for number, block in enumerate(blocks):
        check(feedback)
        fragment, parcel = tree.query(fragments.geoms[block])
        order = np.lexsort((parcel, fragment))
        pairs = _Pairs(fragments, parcels, fragment[order] + block.start, parcel[order], overlay, feedback)
        found.append(pairs.cut(keep))
        feedback.progress((number + 1) / len(blocks))
    nothing = np.zeros(0, dtype=np.int64)
    found.append((nothing, nothing, np.zeros(0), np.zeros(0, dtype=object)))
    fragment, parcel, m2, pieces = (np.concatenate(column) for column in zip(*found))
    return Cuts(fragment, parcel, m2, pieces if keep else None)


def _likely_counts(fragments: Geometries, parcels: Geometries) -> Floats:
    """How many parcels the box of each fragment may meet, if parcels were spread evenly."""
    if not len(parcels):
        return np.ones(len(fragments))
    bounds = shapely.bounds(fragments)
    whole = shapely.total_bounds(parcels)
    size = np.nan_to_num((bounds[:, 2:] - bounds[:, :2]) / np.maximum(whole[2:] - whole[:2], 1e-300))
    counts: Floats = np.minimum(size, 1.0).prod(axis=1) * len(parcels) + 4.0
    return counts


class _Pairs:
    """Candidate pairs of one block of fragments."""

    def __init__(self, left: Measured, right: Measured, f: Ints, p: Ints, overlay: Overlay, feedback: Feedback) -> None:
        self._left, self._right, self._overlay, self._feedback = left, right, overlay, feedback
        self.f, self.p = f, p
        self._vertices = (shapely.get_num_coordinates(left.geoms)[f], shapely.get_num_coordinates(right.geoms[p]))

    def cut(self, keep: bool) -> tuple[Ints, Ints, Floats, Geometries]:
        """Fragment, parcel, m² and piece (None unless ``keep``) of the pairs that have an area in common."""
        left, right = self._left, self._right
        m2 = np.zeros(len(self.f))
        pieces = np.full(len(self.f), None, dtype=object)
        outer, inner = shapely.bounds(left.geoms[self.f]), shapely.bounds(right.geoms[self.p])
        inside = self._test(shapely.contains_properly, left, self.f, right, self.p, _boxed(outer, inner))
        around = self._test(shapely.contains_properly, right, self.p, left, self.f, _boxed(inner, outer) & ~inside)
        rest = self._test(shapely.intersects, left, self.f, right, self.p, ~inside & ~around)
        m2[inside], m2[around] = right.of(self.p[inside]), left.of(self.f[around])
        if keep:
            pieces[inside], pieces[around] = right.geoms[self.p[inside]], left.geoms[self.f[around]]
        todo = np.flatnonzero(rest)
        for block in cost_blocks((self._vertices[0] + self._vertices[1] + 50)[todo], CUT_VERTICES):
            check(self._feedback)
            now = todo[block]
            common = self._overlay.intersection(right.geoms[self.p[now]], left.geoms[self.f[now]])
            m2[now] = right.measure(common, self.p[now])
            if keep:
                pieces[now] = polygons_only(common)
        shapely.destroy_prepared(left.geoms[np.unique(self.f)])
        shapely.destroy_prepared(right.geoms[np.unique(self.p[around])])
        hit = m2 > 0.0
        return self.f[hit], self.p[hit], m2[hit], pieces[hit]

    def _test(
        self, predicate: shapely.Geometry, one: Measured, i: Ints, other: Measured, j: Ints, where: Flags
    ) -> Flags:
        """A predicate on the pairs ``where``, the first geometry prepared."""
        result = np.zeros(len(i), dtype=bool)
        todo = np.flatnonzero(where)
        cost = shapely.get_num_coordinates(other.geoms[j[todo]]) + 20
        for block in cost_blocks(cost, TEST_VERTICES):
            check(self._feedback)
            now = todo[block]
            shapely.prepare(one.geoms[np.unique(i[now])])
            result[now] = predicate(one.geoms[i[now]], other.geoms[j[now]])
        return result


def _boxed(outer: Floats, inner: Floats) -> Flags:
    """Whether the outer box holds the inner one, so that its figure may."""
    held: Flags = (outer[:, :2] <= inner[:, :2]).all(axis=1) & (outer[:, 2:] >= inner[:, 2:]).all(axis=1)
    return held

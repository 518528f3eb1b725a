"""What no parcel covers, measured from shapes, and the balance of every fragment that follows from it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from ..base.feedback import Feedback, check
from .cutting import Cuts
from .matching import match_edges
from .measured import Measured
from .rings import tree_of
from .robust import Overlay, polygons_only

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Geometries = NDArray[np.object_]

COVERED_SHARE = 1e-10  # a remainder below this share of a fragment is rounding: the fragment is covered
EXACT_SHARE = 1e-9
TOGETHER = 400  # parcels looked at in one piece of a fragment
IN_VAIN = 4  # divisions that did not lessen them: more meet in one point


@dataclass(frozen=True)
class Balance:
    """Uncovered m² of each fragment, and its relative imbalance |fragment − Σ pieces − uncovered| / zone."""

    uncovered_m2: Floats
    imbalance: Floats


def balance(
    fragments: Measured,
    parcels: Measured,
    tree: shapely.STRtree,
    cuts: Cuts,
    scale_m2: Floats,
    overlay: Overlay,
    feedback: Feedback,
) -> Balance:
    """Take the balance of each fragment, relative to the area ``scale_m2`` of its zone.

    Where the pieces fill the fragment up to rounding, that is the check. Where they do not, the uncovered part is built
    as a shape, from the parcels that meet the fragment, whatever the pieces say, and measured by itself. Raises
    Cancelled.
    """
    whole = fragments.all()
    remainder = whole - np.bincount(cuts.fragment, cuts.m2, minlength=len(whole))
    uncovered = np.zeros(len(whole))
    open_ones = np.flatnonzero(np.abs(remainder) > COVERED_SHARE * whole)
    finder = _Gaps(fragments, parcels, tree, overlay, feedback)
    for number, f in enumerate(open_ones.tolist()):
        uncovered[f] = finder.m2(f)
        if abs(remainder[f] - uncovered[f]) > EXACT_SHARE * scale_m2[f]:
            # between nearly equal outlines noding moves vertices: take the better of two ways
            ways = (uncovered[f], finder.m2_one_by_one(f))
            uncovered[f] = ways[int(np.argmin(np.abs(remainder[f] - ways)))]
        feedback.progress((number + 1) / len(open_ones))
    return Balance(uncovered, np.abs(remainder - uncovered) / scale_m2)


class _Gaps:
    """Finds the parts of fragments that no parcel covers.

    The number of parcels that cover a place changes only at their free edges (:mod:`.matching`). The fragment is
    divided along these, and of each face one point decides. Clean coverages have few free edges, so that this costs
    little.
    """

    def __init__(
        self, fragments: Measured, parcels: Measured, tree: shapely.STRtree, overlay: Overlay, feedback: Feedback
    ) -> None:
        self._fragments, self._parcels, self._tree = fragments, parcels, tree
        self._overlay, self._feedback = overlay, feedback

    def m2(self, f: int) -> float:
        """Uncovered area of a fragment; large ones are taken in pieces, so that a cancel is heard."""
        total, todo = 0.0, [(self._fragments.geoms[f], np.inf, 0)]
        while todo:
            check(self._feedback)
            part, before, vain = todo.pop()
            met = self._met(part)
            vain = vain + 1 if len(met) > 0.9 * before else 0
            if len(met) > TOGETHER and vain < IN_VAIN:
                todo += [(half, len(met), vain) for half in self._halves(part) if half is not None]
            else:
                gaps = self._faces(part, met) if len(met) else np.array([part], dtype=object)
                total += float(self._fragments.measure(gaps, np.full(len(gaps), f)).sum())
        return total

    def m2_one_by_one(self, f: int) -> float:
        """The same by taking one parcel after the other from the fragment."""
        fragment = self._fragments.geoms[f]
        met = self._met(fragment)
        if len(met) > TOGETHER:  # would take too long
            return np.inf
        rest = np.array([self._overlay.without(fragment, met)], dtype=object)
        return float(self._fragments.measure(rest, np.array([f]))[0])

    def _met(self, part: shapely.Geometry) -> Geometries:
        """The parcels that meet a part of a fragment (the tree holds them with their overlaps)."""
        met = self._parcels.geoms[np.sort(self._tree.query(part, predicate="intersects"))]
        found: Geometries = met[shapely.is_geometry(met)]
        return found

    def _halves(self, part: shapely.Geometry) -> Geometries:
        x0, y0, x1, y1 = shapely.bounds(part)
        x, y = ((x0 + x1) / 2, y1) if x1 - x0 > y1 - y0 else (x1, (y0 + y1) / 2)
        boxes = shapely.box([x0, x if x < x1 else x0], [y0, y if y < y1 else y0], [x, x1], [y, y1])
        return polygons_only(self._overlay.intersection(np.array([part, part], dtype=object), boxes))

    def _faces(self, part: shapely.Geometry, met: Geometries) -> Geometries:
        """The uncovered faces of a part of a fragment."""
        free = match_edges(met, self._feedback).free_xy
        x0, y0, x1, y1 = shapely.bounds(part)
        low, high = free.min(axis=1), free.max(axis=1)
        near = (low[:, 0] <= x1) & (high[:, 0] >= x0) & (low[:, 1] <= y1) & (high[:, 1] >= y0)
        lines = np.append(shapely.linestrings(free[near]), shapely.boundary(part))
        faces = shapely.get_parts(shapely.polygonize(shapely.get_parts(self._overlay.union(lines))))
        points = shapely.point_on_surface(faces)
        shapely.prepare(part)
        uncovered = shapely.contains(part, points)
        uncovered[tree_of(met).query(points, predicate="intersects")[0]] = False
        gaps: Geometries = faces[uncovered]
        return gaps

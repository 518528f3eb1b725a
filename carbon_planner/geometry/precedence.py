"""Overlapping polygons of one layer resolved to a partition: each place belongs to one polygon.

The smaller polygon has precedence (it is the finer detail); equal areas are ordered by their normalised WKB, then by a
key of the caller. The order of features plays no part, unless two features are the same in all of these.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from ..base.feedback import Feedback, check
from .area import Naming, to_mm2
from .measured import Measured
from .robust import Overlay, polygons_only

Ints = NDArray[np.int64]
Geometries = NDArray[np.object_]

EXACT_SHARE = 1e-9
ONE_BY_ONE = 16  # polygons; more take too long


@dataclass(frozen=True)
class Partition:
    """A layer without overlaps.

    ``kept`` is the layer with what each polygon lost cut off (None where nothing is left); untouched polygons are the
    objects given. ``changed`` lists the polygons that lost something and ``lost`` their lost parts; ``second`` is
    disjoint and covers what more than one polygon of the layer covers. ``imbalance`` is |whole − kept − lost| / whole
    of each changed polygon.
    """

    kept: Geometries
    changed: Ints
    lost: Geometries
    second: Geometries
    imbalance: NDArray[np.float64]
    rank: Ints  # of each polygon that overlaps another: the lower has precedence

    def first(self, pairs: Ints) -> NDArray[np.bool_]:
        """For each pair of polygons, whether the first has precedence over the second."""
        found: NDArray[np.bool_] = self.rank[pairs[:, 0]] < self.rank[pairs[:, 1]]
        return found


def precedence(layer: Measured, index: Ints, keys: Sequence[str] | None = None, declared: Ints | None = None) -> Ints:
    """``index`` in order of precedence; a ``declared`` rank of each polygon decides before its size does."""
    before = np.zeros(len(layer.geoms), dtype=np.int64) if declared is None else declared
    mm2 = to_mm2(layer.of(index), Naming(layer.layer, index))
    wkb = shapely.to_wkb(shapely.normalize(layer.geoms[index]))
    key = [keys[i] if keys is not None else "" for i in index]
    order = sorted(range(len(index)), key=lambda k: (before[index[k]], mm2[k], wkb[k], key[k], index[k]))
    return index[np.array(order, dtype=np.int64)]


def partition(
    layer: Measured,
    pairs: Ints,
    overlay: Overlay,
    feedback: Feedback,
    keys: Sequence[str] | None = None,
    declared: Ints | None = None,
) -> Partition:
    """Resolve the overlapping ``pairs``, see :func:`~.overlaps.overlapping_pairs`; nothing else is touched."""
    kept = layer.geoms.copy()
    order = precedence(layer, np.unique(pairs), keys, declared)
    rank = np.zeros(len(kept), dtype=np.int64)
    rank[order] = np.arange(len(order))
    first = rank[pairs[:, 0]] < rank[pairs[:, 1]]
    winner, loser = np.where(first[:, None], pairs, pairs[:, ::-1]).T
    above: dict[int, list[int]] = {}
    for k in np.argsort(rank[winner], kind="stable").tolist():
        above.setdefault(int(loser[k]), []).append(int(winner[k]))
    lost: dict[int, shapely.Geometry] = {}
    second: list[shapely.Geometry] = []
    for p in order.tolist():
        if p not in above:
            continue
        check(feedback)
        kept[p], gone = _divided(layer.geoms[p], layer.geoms[above[p]], overlay)
        if gone is None:
            continue
        lost[p] = gone
        twice = np.array([lost[q] for q in above[p] if q in lost], dtype=object)
        second.append(_divided(gone, twice, overlay)[0] if len(twice) else gone)
    changed = np.array(sorted(lost), dtype=np.int64)
    parts = np.array([lost[p] for p in changed.tolist()], dtype=object)
    whole = layer.of(changed)
    rest = layer.measure(kept[changed], changed) + layer.measure(parts, changed)
    imbalance = np.abs(whole - rest) / layer.resolvable(changed)
    return Partition(
        kept, changed, parts, np.array([g for g in second if g is not None], dtype=object), imbalance, rank
    )


def _divided(
    geom: shapely.Geometry, over: Geometries, overlay: Overlay
) -> tuple[shapely.Geometry | None, shapely.Geometry | None]:
    """What is left of a polygon, and what the polygons ``over`` it take."""
    mine = np.array([geom], dtype=object)
    cover = np.array([overlay.union(over)], dtype=object)
    if 1 < len(over) <= ONE_BY_ONE:  # a union of polygons with slivers between them can lose a strip
        rest = np.array([overlay.without(geom, over)], dtype=object)
    else:
        rest = polygons_only(overlay.difference(mine, cover))
    gone = polygons_only(overlay.intersection(mine, cover))
    if _apart(mine, rest, gone):
        gone = polygons_only(overlay.difference(mine, rest)) if rest[0] is not None else mine
    return rest[0], gone[0]


def _apart(whole: Geometries, *parts: Geometries) -> bool:
    """Whether planar areas differ by more than rounding."""
    area = float(shapely.area(whole)[0])
    found = sum(float(np.nan_to_num(shapely.area(part))[0]) for part in parts)
    return abs(area - found) > EXACT_SHARE * area

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


def precedence(layer: Measured, index: Ints, keys: Sequence[str] | None = None) -> Ints:
    """``index`` in order of precedence."""
    mm2 = to_mm2(layer.of(index), Naming(layer.layer, index))
    wkb = shapely.to_wkb(shapely.normalize(layer.geoms[index]))
    key = [keys[i] if keys is not None else "" for i in index]
    order = sorted(range(len(index)), key=lambda k: (mm2[k], wkb[k], key[k], index[k]))
    return index[np.array(order, dtype=np.int64)]


def partition(
    layer: Measured, pairs: Ints, overlay: Overlay, feedback: Feedback, keys: Sequence[str] | None = None
) -> Partition:
    """Resolve the overlapping ``pairs``, see :func:`~.overlaps.overlapping_pairs`; nothing else is touched."""
    kept = layer.geoms.copy()
    order = precedence(layer, np.unique(pairs), keys)
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
        mine, over = layer.geoms[[p]], np.empty(1, dtype=object)
        over[0] = overlay.union(layer.geoms[above[p]])
        gone = polygons_only(overlay.intersection(mine, over))
        kept[p] = polygons_only(overlay.difference(mine, over))[0]
        if gone[0] is None:
            continue
        lost[p] = gone[0]
        over[0] = overlay.union(np.array([lost[q] for q in above[p] if q in lost], dtype=object))
        second.append(polygons_only(overlay.difference(gone, over))[0] if over[0] is not None else gone[0])
    changed = np.array(sorted(lost), dtype=np.int64)
    parts = np.array([lost[p] for p in changed.tolist()], dtype=object)
    whole = layer.of(changed)
    rest = layer.measure(kept[changed], changed) + layer.measure(parts, changed)
    imbalance = np.abs(whole - rest) / layer.resolvable(changed)
    return Partition(kept, changed, parts, np.array([g for g in second if g is not None], dtype=object), imbalance)

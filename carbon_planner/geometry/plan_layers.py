"""Several plan layers as one planar partition: each place belongs to one plan, by a declared precedence.

A general plan, special plans and detailed plans of the same ground must not be added up: the ground would be counted
once for each of them. The layer named first wins; inside a layer the smaller polygon does, as everywhere else.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from ..base.feedback import Feedback, Part, Silent
from .area import AreaMethod
from .crs import Crs
from .measured import Measured
from .overlaps import overlapping_pairs
from .precedence import partition
from .rings import tree_of
from .robust import Overlay

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Geometries = NDArray[np.object_]


@dataclass(frozen=True)
class Merged:
    """A partition of plan layers.

    ``geometry`` holds what is left of each polygon given (None where nothing is), ``area_m2`` its ellipsoidal area,
    ``given_m2`` that of the polygon as given. ``winner`` and ``loser`` are pairs of overlapping polygons with their
    common areas ``overlap_m2``; where three polygons meet, the pairs share that area.
    """

    geometry: Geometries
    area_m2: Floats
    given_m2: Floats
    winner: Ints
    loser: Ints
    overlap_m2: Floats
    union_m2: float


def merge_layers(
    geometry: Geometries,
    layer: Sequence[int],
    crs: Crs,
    *,
    keys: Sequence[str] | None = None,
    feedback: Feedback = Silent(),
) -> Merged:
    """Resolve polygons of several layers; ``layer[i]`` is the rank of the layer of polygon i, 0 wins over 1 and so on.

    Polygons come from :func:`~.validity.polygonal`, in one CRS. Within a layer: the smaller polygon, then normalised
    WKB, then ``keys``. Raises :class:`GeometryError` as :func:`~.area.areas_m2` does, and Cancelled.
    """
    overlay = Overlay(feedback)
    given = Measured(geometry, crs, AreaMethod.ELLIPSOIDAL, feedback, "LAYER_ZONES")
    given_m2 = given.all().copy()
    rank = np.asarray(layer, dtype=np.int64)
    pairs = overlapping_pairs(given, tree_of(geometry), overlay, Part(feedback, 0.0, 0.5))
    parts = partition(given, pairs, overlay, Part(feedback, 0.5, 0.9), keys, rank)
    area = given_m2.copy()
    area[parts.changed] = given.measure(parts.kept[parts.changed], parts.changed)
    first = parts.first(pairs)
    winner, loser = np.where(first[:, None], pairs, pairs[:, ::-1]).T if len(pairs) else (pairs[:, 0], pairs[:, 1])
    common = given.measure(overlay.intersection(geometry[winner], geometry[loser]), winner) if len(pairs) else area[:0]
    feedback.progress(1.0)
    return Merged(parts.kept, area, given_m2, winner, loser, common, float(np.sum(area[shapely.is_geometry(geometry)])))

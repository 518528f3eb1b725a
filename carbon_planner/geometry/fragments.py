"""Zones cut into the parts that count and the parts that another zone counts already."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..base.feedback import Feedback
from .area import Naming, to_mm2
from .measured import Measured
from .overlaps import overlapping_pairs
from .precedence import Partition, partition
from .rings import tree_of
from .robust import Overlay

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Geometries = NDArray[np.object_]


@dataclass(frozen=True)
class Fragments:
    """Parts of zones, ordered by zone, the counted part first.

    ``m2`` is measured for each part; ``mm2`` closes: the parts of a zone add up to the zone's own rounded area.
    ``partition`` is what they come from.
    """

    zone_mm2: Ints
    zone: Ints
    counted: NDArray[np.bool_]
    geoms: Geometries
    m2: Floats
    mm2: Ints
    partition: Partition


def fragments_of(zones: Measured, overlay: Overlay, feedback: Feedback, keys: Sequence[str] | None = None) -> Fragments:
    """Cut overlapping zones; zones that overlap nothing are their own single fragment. Raises Cancelled."""
    zone_m2 = zones.all()
    zone_mm2 = to_mm2(zone_m2, Naming(zones.layer))
    pairs = overlapping_pairs(zones, tree_of(zones.geoms), overlay, feedback)
    parts = partition(zones, pairs, overlay, feedback, keys)
    double_m2, double_mm2 = np.zeros(len(zone_m2)), np.zeros(len(zone_m2), dtype=np.int64)
    double_m2[parts.changed] = zones.measure(parts.lost, parts.changed)
    double_mm2[:] = np.minimum(to_mm2(double_m2), zone_mm2)
    rest_m2 = zone_m2.copy()
    rest_m2[parts.changed] = zones.measure(parts.kept[parts.changed], parts.changed)
    # a rest below half a square millimetre is rounding: the zone is doubly covered as a whole
    double_mm2[to_mm2(rest_m2) == 0] = zone_mm2[to_mm2(rest_m2) == 0]
    counted_mm2 = zone_mm2 - double_mm2
    lost = np.full(len(zone_m2), None, dtype=object)
    lost[parts.changed] = parts.lost
    zone = np.repeat(np.arange(len(zone_m2)), 2)
    mm2 = np.stack([counted_mm2, double_mm2], axis=1).ravel()
    m2 = np.stack([rest_m2, double_m2], axis=1).ravel()
    geoms = np.stack([parts.kept, lost], axis=1).ravel()
    counted = np.tile([True, False], len(zone_m2))
    real = mm2 > 0
    return Fragments(zone_mm2, zone[real], counted[real], geoms[real], m2[real], mm2[real], parts)

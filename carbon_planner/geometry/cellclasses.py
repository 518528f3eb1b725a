"""A raster of classes as the base of an overlay: areas of zones by class in whole mm², closed as those of parcels are.

The result has the shape of :class:`~.overlay.PairAreas`, with classes in the place of parcels. Areas are those of the
raster's cells as polygons; they are rounded once for each zone and class, or, to compare, for each cell.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Optional

import numpy as np
from numpy.typing import NDArray

from ..base.errors import GeometryError
from ..base.feedback import Feedback, Part, Silent
from .area import AreaMethod, to_mm2, total_mm2
from .cellareas import CellAreas
from .cellpieces import CellCutter
from .cells import values_of
from .crs import Crs
from .fragments import Fragments, fragments_of
from .gaps import COVERED_SHARE
from .grid import Cells, grid_of
from .land import hold, largest, valid
from .measured import Measured
from .overlay import PairAreas
from .placed import Placed
from .robust import Overlay
from .tally import CellTally, ClassTally, Tally

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Geometries = NDArray[np.object_]


@dataclass(frozen=True)
class CellPairs:
    """Zones on a raster of classes: ``pairs.pair_parcel`` is an index into ``classes``, the values met, ascending."""

    pairs: PairAreas
    classes: Ints


@dataclass(frozen=True)
class ClassAreas:
    """mm² of each zone (overlaps of zones count in each) by class, and on no class; rows add up to ``zone_mm2``."""

    classes: Ints
    mm2: Ints
    uncovered_mm2: Ints
    zone_mm2: Ints

    @property
    def covered(self) -> Floats:
        """Share of each zone on cells with a class; NaN for a zone without area."""
        part = (self.zone_mm2 - self.uncovered_mm2).astype(np.float64)
        return np.divide(part, self.zone_mm2, out=np.full(len(part), np.nan), where=self.zone_mm2 > 0)


def pairs_from_cells(
    cells: Cells,
    zones: Geometries,
    crs: Crs,
    *,
    cells_crs: Optional[Crs] = None,
    method: AreaMethod = AreaMethod.ELLIPSOIDAL,
    feedback: Feedback = Silent(),
    zone_keys: Optional[Sequence[str]] = None,
    per_cell: bool = False,
    band_cells: int = 0,
) -> CellPairs:
    """Overlay zones (in ``crs``) with a raster of classes (in ``cells_crs``, ``crs`` if None).

    Zones that overlap are cut as in :func:`~.overlay.pair_areas`. Places without a class, beyond the raster or nodata,
    are ``uncovered_mm2``. With ``per_cell`` each cell's part is rounded by itself, as those of parcels are: the result
    is that of the cells as parcels to the square millimetre, at up to half a mm² of bias for each cell. Raises as
    ``pair_areas``, and :class:`GeometryError` ``CELLS_NOT_CLASSES`` for values that are no whole numbers.
    """
    if method is AreaMethod.FIELD:
        raise GeometryError("FIELD_AREAS_MISSING")
    overlay = Overlay(feedback)
    plan = Measured(valid(zones, overlay, feedback), crs, method, feedback, "LAYER_ZONES")
    parts = fragments_of(plan, overlay, Part(feedback, 0.0, 0.1), zone_keys)
    hold(parts.partition.imbalance, parts.partition.changed)
    measured = Measured(parts.geoms, crs, method, feedback, "LAYER_ZONES")
    placed = Placed(measured, crs, grid_of(cells), cells_crs or crs, overlay)
    progress = Part(feedback, 0.1, 1.0)
    cut = CellCutter(placed, CellAreas(placed, method, exact=per_cell), overlay, progress)
    size = len(parts.zone)
    tally: Tally = CellTally(placed.quads, size) if per_cell else ClassTally(size)
    for pieces in cut.bands(band_cells):
        tally.add(pieces, *values_of(cells, pieces))
    outside = placed.outside_m2()
    error = np.abs(parts.m2 - tally.m2 - tally.nodata_m2 - outside) / plan.resolvable(parts.zone)
    hold(error, parts.zone)
    gap = np.where(np.abs(parts.m2 - tally.m2) > COVERED_SHARE * parts.m2, outside + tally.nodata_m2, 0.0)
    classes, fragment, index, mm2, uncovered = tally.closed(to_mm2(gap), parts.mm2)
    feedback.progress(1.0)
    worst = max(largest(error), largest(parts.partition.imbalance))
    return CellPairs(_pairs(parts, fragment, index, mm2, uncovered, worst, overlay.fallbacks), classes)


def class_areas(
    cells: Cells,
    zones: Geometries,
    crs: Crs,
    *,
    cells_crs: Optional[Crs] = None,
    method: AreaMethod = AreaMethod.ELLIPSOIDAL,
    feedback: Feedback = Silent(),
    band_cells: int = 0,
) -> ClassAreas:
    """Areas of zones by class of a raster. Raises as :func:`pairs_from_cells`."""
    found = pairs_from_cells(
        cells, zones, crs, cells_crs=cells_crs, method=method, feedback=feedback, band_cells=band_cells
    )
    pairs, size = found.pairs, len(found.pairs.zone_mm2)
    mm2 = np.zeros((size, len(found.classes)), dtype=np.int64)
    np.add.at(mm2, (pairs.fragment_zone[pairs.pair_fragment], pairs.pair_parcel), pairs.pair_mm2)
    uncovered = np.zeros(size, dtype=np.int64)
    np.add.at(uncovered, pairs.fragment_zone, pairs.uncovered_mm2)
    return ClassAreas(found.classes, mm2, uncovered, pairs.zone_mm2)


def _pairs(
    parts: Fragments, fragment: Ints, index: Ints, mm2: Ints, uncovered: Ints, worst: float, fallbacks: int
) -> PairAreas:
    some = mm2 > 0
    return PairAreas(
        zone_mm2=parts.zone_mm2,
        fragment_zone=parts.zone,
        fragment_counted=parts.counted,
        fragment_mm2=parts.mm2,
        pair_fragment=fragment[some],
        pair_parcel=index[some],
        pair_mm2=mm2[some],
        uncovered_mm2=uncovered,
        double_mm2=np.zeros(len(parts.mm2), dtype=np.int64),
        zone_overlap_mm2=total_mm2(parts.mm2[~parts.counted]),
        balance_error=worst,
        fallbacks=fallbacks,
    )

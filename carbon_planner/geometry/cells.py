"""Rasters and zones: exact areas by class, means, sums, and amounts spread over cells. Nodata is never zero.

A cell that a zone covers in part counts with that part, measured as everything else is (:mod:`.area`), so that a raster
gives what its cells give as polygons. Results do not depend on the height of the bands in which a raster is read.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional

import numpy as np
from numpy.typing import NDArray

from ..base.errors import GeometryError
from ..base.feedback import Feedback, Silent
from .area import AreaMethod
from .cellareas import CellAreas
from .cellpieces import CellCutter, Pieces
from .crs import Crs
from .grid import Cells, grid_of
from .land import valid
from .measured import Measured
from .placed import Placed
from .robust import Overlay
from .tally import add_by_row

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Geometries = NDArray[np.object_]


@dataclass(frozen=True)
class ZoneValues:
    """What a raster says of each zone.

    ``value`` is NaN where no cell with a value meets the zone; ``covered`` is the share of the zone's area on cells
    with values, 0 to 1 (NaN for a zone without area).
    """

    value: Floats
    covered: Floats


@dataclass(frozen=True)
class Spread:
    """Amounts of zones on cells: ``values`` of the window that begins at ``row``, ``col``; ``left`` found no cell."""

    values: Floats
    row: int
    col: int
    left: Floats


def cutter(
    zones: Geometries, crs: Crs, cells: Cells, cells_crs: Optional[Crs], method: AreaMethod, feedback: Feedback
) -> tuple[CellCutter, Measured]:
    """What cuts zones by the cells of a raster, and the zones with their areas."""
    if method is AreaMethod.FIELD:
        raise GeometryError("FIELD_AREAS_MISSING")
    overlay = Overlay(feedback)
    plan = Measured(valid(zones, overlay, feedback), crs, method, feedback, "LAYER_ZONES")
    placed = Placed(plan, crs, grid_of(cells), cells_crs or crs, overlay)
    return CellCutter(placed, CellAreas(placed, method), overlay, feedback), plan


def values_of(cells: Cells, pieces: Pieces) -> tuple[NDArray[np.generic], NDArray[np.bool_]]:
    """Value of the cell of each piece, and whether it is one."""
    row, col, rows, cols = pieces.span
    values, good = cells.window(row, col, rows, cols)
    return values[pieces.row - row, pieces.col - col], good[pieces.row - row, pieces.col - col]


def zone_means(
    cells: Cells,
    zones: Geometries,
    crs: Crs,
    *,
    cells_crs: Optional[Crs] = None,
    method: AreaMethod = AreaMethod.ELLIPSOIDAL,
    feedback: Feedback = Silent(),
    band_cells: int = 0,
) -> ZoneValues:
    """Mean of a raster over each zone, weighted by area: densities, factors per area.

    ``cells_crs`` is that of the raster where it is not ``crs``. Raises as :func:`~.overlay.pair_areas`.
    """
    cut, plan = cutter(zones, crs, cells, cells_crs, method, feedback)
    size, total = len(plan.geoms), np.zeros(len(plan.geoms))
    weight = np.zeros(size)
    for pieces in cut.bands(band_cells):
        value, good = values_of(cells, pieces)
        m2 = np.where(good, pieces.m2, 0.0)
        add_by_row(weight, pieces, m2)
        add_by_row(total, pieces, np.where(good, value, 0).astype(np.float64) * m2)
    mean = np.divide(total, weight, out=np.full(size, np.nan), where=weight > 0.0)
    return ZoneValues(mean, _share(weight, plan))


def zone_sums(
    cells: Cells,
    zones: Geometries,
    crs: Crs,
    *,
    cells_crs: Optional[Crs] = None,
    method: AreaMethod = AreaMethod.ELLIPSOIDAL,
    feedback: Feedback = Silent(),
    band_cells: int = 0,
) -> ZoneValues:
    """Sum of a raster of amounts per cell (persons, tonnes): a cell gives each zone the share of its area there.

    Zones that fill the raster without overlap share its total, to the last digits. Raises as :func:`zone_means`.
    """
    cut, plan = cutter(zones, crs, cells, cells_crs, method, feedback)
    size, total = len(plan.geoms), np.zeros(len(plan.geoms))
    weight = np.zeros(size)
    for pieces in cut.bands(band_cells):
        value, good = values_of(cells, pieces)
        share = pieces.m2 / cut.cell_m2(pieces)
        add_by_row(weight, pieces, np.where(good, pieces.m2, 0.0))
        add_by_row(total, pieces, np.where(good, value, 0).astype(np.float64) * share)
    return ZoneValues(np.where(weight > 0.0, total, np.nan), _share(weight, plan))


def _share(weight: Floats, plan: Measured) -> Floats:
    """Covered share of each zone; 1 where what is missing is rounding."""
    whole = plan.all()
    share = np.divide(weight, whole, out=np.full(len(whole), np.nan), where=whole > 0.0)
    return np.where(np.abs(share - 1.0) < 1e-9, 1.0, np.minimum(share, 1.0))


def spread(
    amounts: Floats,
    zones: Geometries,
    crs: Crs,
    cells: Cells,
    *,
    cells_crs: Optional[Crs] = None,
    weighted: bool = False,
    method: AreaMethod = AreaMethod.ELLIPSOIDAL,
    feedback: Feedback = Silent(),
    band_cells: int = 0,
) -> Spread:
    """Amounts of zones on the cells of a raster's grid, in proportion to area, or, ``weighted``, to what cells hold.

    Weights are amounts per cell (persons, floor area), of which a zone has the share of the cell's area that it covers;
    cells without a value have none. What a zone has and no cell takes (outside the grid, no weight) is in ``left``; the
    rest is conserved: Σ cells + Σ left = Σ amounts. NaN amounts are left out. Raises :class:`GeometryError`
    ``WEIGHT_NEGATIVE`` for negative weights.
    """
    cut, plan = cutter(zones, crs, cells, cells_crs, method, feedback)
    known = np.where(np.isfinite(amounts), amounts, 0.0)
    total = np.zeros(len(plan.geoms))
    for pieces in cut.bands(band_cells):
        add_by_row(total, pieces, _weight(cut, cells, pieces, weighted))
    first_row, first_col, last_row, last_col = cut.placed.window
    values = np.zeros((last_row - first_row, last_col - first_col))
    per_weight = np.divide(known, total, out=np.zeros(len(total)), where=total > 0.0)
    for pieces in cut.bands(band_cells):
        given = per_weight[pieces.owner] * _weight(cut, cells, pieces, weighted)
        np.add.at(values, (pieces.row - first_row, pieces.col - first_col), given)
    return Spread(values, first_row, first_col, np.where(total > 0.0, 0.0, known))


def _weight(cut: CellCutter, cells: Cells, pieces: Pieces, weighted: bool) -> Floats:
    if not weighted:
        return pieces.m2
    value, good = values_of(cells, pieces)
    weight: Floats = np.where(good, value, 0).astype(np.float64) * (pieces.m2 / cut.cell_m2(pieces))
    if (weight < 0.0).any():
        raise GeometryError("WEIGHT_NEGATIVE")
    return weight

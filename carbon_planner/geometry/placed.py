"""Polygons placed on a grid: the window of cells around them, their outlines in coordinates of cells, what lies beyond.

Everything is measured in the polygons' CRS; a grid in another CRS has its corners brought there, shared by neighbours,
so that its cells stay a partition.
"""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray

from ..base.errors import GeometryError
from .crs import Crs, transform
from .grid import Grid
from .measured import Measured
from .rings import Rings, rings_of
from .robust import Overlay, polygons_only

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Geometries = NDArray[np.object_]

RIM_POINTS = 50  # on each side of a grid, to find where it lies in another CRS
CHORD = 4  # cells: outlines that are straight in another CRS are followed in steps so long


class Placed:
    """Polygons (in their own CRS) on a grid; ``same`` says whether both have one CRS.

    ``window`` is the first and last rows and columns (last exclusive) around all polygons, two cells wider where the
    grid is.
    """

    def __init__(self, polygons: Measured, crs: Crs, grid: Grid, grid_crs: Crs, overlay: Overlay) -> None:
        self.polygons, self.grid, self.crs, self.same = polygons, grid, crs, crs.same_as(grid_crs)
        self._grid_crs, self._overlay = grid_crs, overlay
        self.window = self._window()

    @property
    def empty(self) -> bool:
        """Whether no polygon can meet the grid."""
        first_row, first_col, last_row, last_col = self.window
        return first_row >= last_row or first_col >= last_col

    def brought(self, geoms: Geometries) -> Geometries:
        """Figures of the grid's CRS in that of the polygons."""
        return geoms if self.same else transform(geoms, self._grid_crs, self.crs)

    def quads(self, row: Ints, col: Ints) -> Geometries:
        """Cells as polygons in the polygons' CRS."""
        return self.brought(self.grid.boxes(row, col))

    @property
    def rim(self) -> shapely.Polygon:
        """Outline of the window in the polygons' CRS; beyond it there is no cell under any polygon."""
        return self.brought(np.array([self.grid.outline(*self.window)], dtype=object))[0]

    def _window(self) -> tuple[int, int, int, int]:
        if not len(self.polygons.geoms):
            return 0, 0, 0, 0
        bounds = shapely.total_bounds(self.polygons.geoms)
        if not self.same:  # polygons far beyond the grid may lie where its system has no coordinates
            reach = self._reach()
            bounds = np.append(np.fmax(bounds[:2], reach[:2]), np.fmin(bounds[2:], reach[2:]))
        if np.isnan(bounds).any() or (bounds[:2] > bounds[2:]).any():
            return 0, 0, 0, 0
        frame = shapely.segmentize(shapely.box(*bounds), max(float((bounds[2:] - bounds[:2]).max()) / 20.0, 1e-300))
        there = transform(np.array([frame], dtype=object), self.crs, self._grid_crs)
        cells = self.grid.to_cells(shapely.get_coordinates(there))
        # a frame bulges between the points at which it was brought over
        slack = 2.0 if self.same else 2.0 + 0.01 * (cells.max(axis=0) - cells.min(axis=0))
        size = np.array([self.grid.cols, self.grid.rows])
        low = np.clip(np.floor(cells.min(axis=0) - slack), 0, size).astype(int)
        high = np.clip(np.ceil(cells.max(axis=0) + slack), 0, size).astype(int)
        return int(low[1]), int(low[0]), int(high[1]), int(high[0])

    def _reach(self) -> Floats:
        """Bounds of the grid in the polygons' CRS, a tenth wider; NaN where that CRS does not hold all of it."""
        try:
            bounds = shapely.bounds(self.brought(np.array([self.grid.frame(RIM_POINTS)], dtype=object)))[0]
        except GeometryError:
            return np.full(4, np.nan)
        wider: Floats = bounds + np.array([-0.1, -0.1, 0.1, 0.1]) * (bounds[2:] - bounds[:2]).max()
        return wider

    def outlines(self) -> Rings:
        """Rings of the polygons in coordinates of cells; what lies far outside the window is cut off first."""
        geoms = self.polygons.geoms
        size = shapely.bounds(self.rim)
        around = shapely.box(*(size + np.array([-1.0, -1.0, 1.0, 1.0]) * (size[2:] - size[:2]).max() * 0.1))
        far = ~shapely.covers(around, geoms) & shapely.is_geometry(geoms)
        if far.any():
            geoms = geoms.copy()
            geoms[far] = polygons_only(self._overlay.intersection(geoms[far], np.full(int(far.sum()), around)))
        if not self.same:
            geoms = transform(shapely.segmentize(geoms, self._chord()), self.crs, self._grid_crs)
        rings = rings_of(geoms)
        return Rings(self.grid.to_cells(rings.xy), rings.start, rings.owner, rings.hole)

    def _chord(self) -> float:
        """Length of :data:`CHORD` cells in the polygons' CRS."""
        first_row, first_col, last_row, last_col = self.window
        row, col = np.array([(first_row + last_row - 1) // 2]), np.array([(first_col + last_col - 1) // 2])
        return CHORD * float(np.sqrt(shapely.area(self.quads(row, col))[0]))

    def outside_m2(self) -> Floats:
        """Area of each polygon beyond the grid, m²."""
        polygons = self.polygons
        if self.empty:
            return polygons.all().copy()
        result = np.zeros(len(polygons.geoms))
        rim = self.rim
        beyond = np.flatnonzero(shapely.is_geometry(polygons.geoms) & ~shapely.covers(rim, polygons.geoms))
        rest = self._overlay.difference(polygons.geoms[beyond], np.full(len(beyond), rim))
        result[beyond] = polygons.measure(rest, beyond)
        return result

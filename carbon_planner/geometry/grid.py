"""Rasters as the geometry sees them: an affine grid of cells, and windows of values with their validity."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Optional, Protocol

import numpy as np
import shapely
from numpy.typing import NDArray

from ..base.errors import GeometryError

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]
Geometries = NDArray[np.object_]
Transform = tuple[float, float, float, float, float, float]


@dataclass(frozen=True)
class Grid:
    """Where the cells of a raster lie.

    ``transform`` is in GDAL's order: the corner of cell (row r, column c) is at x = t0 + c·t1 + r·t2 and
    y = t3 + c·t4 + r·t5; grids may be rotated, cells need not be square. Raises :class:`GeometryError` ``GRID_BAD``
    where cells have no area or there are none.
    """

    transform: Transform
    rows: int
    cols: int

    def __post_init__(self) -> None:
        if not all(map(math.isfinite, self.transform)) or not self._determinant or self.rows < 1 or self.cols < 1:
            raise GeometryError("GRID_BAD", transform=", ".join(f"{t:g}" for t in self.transform))

    @property
    def _determinant(self) -> float:
        _, dx, rx, _, ry, dy = self.transform
        return dx * dy - rx * ry

    @property
    def cell_area(self) -> float:
        """Area of a cell in the plane, in squared coordinate units."""
        return abs(self._determinant)

    def nodes(self, row: NDArray[Any], col: NDArray[Any]) -> Floats:
        """Coordinates (n × 2) of corners; equal indices give equal bits, so that neighbours share their corners."""
        x, dx, rx, y, ry, dy = self.transform
        row, col = np.asarray(row, dtype=np.float64), np.asarray(col, dtype=np.float64)
        return np.stack([x + col * dx + row * rx, y + col * ry + row * dy], axis=-1)

    def boxes(self, row: Ints, col: Ints) -> Geometries:
        """The cells as polygons in the raster's own CRS."""
        row, col = np.asarray(row), np.asarray(col)
        corners = [
            self.nodes(row, col),
            self.nodes(row + 1, col),
            self.nodes(row + 1, col + 1),
            self.nodes(row, col + 1),
        ]
        result: Geometries = shapely.polygons(np.stack([*corners, corners[0]], axis=1))
        return result

    def outline(self, first_row: int, first_col: int, last_row: int, last_col: int) -> shapely.Polygon:
        """The rim of a block of cells (last ones exclusive), through every corner on it."""
        rows, cols = np.arange(first_row, last_row), np.arange(first_col, last_col)
        down = self.nodes(rows, np.full(len(rows), first_col))
        right = self.nodes(np.full(len(cols), last_row), cols)
        up = self.nodes(rows[::-1] + 1, np.full(len(rows), last_col))
        left = self.nodes(np.full(len(cols), first_row), cols[::-1] + 1)
        return shapely.Polygon(np.concatenate([down, right, up, left]))

    def frame(self, points: int) -> shapely.Polygon:
        """The rim of the whole grid through some ``points`` on each side."""
        share = np.linspace(0.0, 1.0, points, endpoint=False)
        zero, one = np.zeros(points), np.ones(points)
        row = np.concatenate([share, one, 1.0 - share, zero]) * self.rows
        col = np.concatenate([zero, share, one, 1.0 - share]) * self.cols
        return shapely.Polygon(self.nodes(row, col))

    def to_cells(self, xy: Floats) -> Floats:
        """Coordinates as fractions of cells (n × 2): column, row."""
        x, dx, rx, y, ry, dy = self.transform
        east, north = xy[:, 0] - x, xy[:, 1] - y
        return np.stack([(east * dy - north * rx), (north * dx - east * ry)], axis=-1) / self._determinant


class Cells(Protocol):
    """A raster band: its grid, and its values by windows. :class:`ArrayCells` and ``storage.rasters`` offer it."""

    @property
    def transform(self) -> Transform:
        """The affine transform, see :class:`Grid`."""

    @property
    def rows(self) -> int:
        """Number of rows."""

    @property
    def cols(self) -> int:
        """Number of columns."""

    def window(self, row: int, col: int, rows: int, cols: int) -> tuple[NDArray[Any], Flags]:
        """Values of a window, and which of them are values at all (not nodata, not NaN)."""


@dataclass(frozen=True)
class ArrayCells:
    """A raster in memory; ``nodata`` and NaN are no values, nor is what ``valid`` denies."""

    values: NDArray[Any]
    transform: Transform
    nodata: Optional[float] = None
    valid: Optional[Flags] = None

    @property
    def rows(self) -> int:
        """Number of rows."""
        return int(self.values.shape[0])

    @property
    def cols(self) -> int:
        """Number of columns."""
        return int(self.values.shape[1])

    def window(self, row: int, col: int, rows: int, cols: int) -> tuple[NDArray[Any], Flags]:
        """Values and validity of a window."""
        part = np.s_[row : row + rows, col : col + cols]
        values = self.values[part]
        good = valid_of(values, self.nodata)
        return values, good if self.valid is None else good & self.valid[part]


def valid_of(values: NDArray[Any], nodata: Optional[float]) -> Flags:
    """Which values are values: neither NaN nor infinite nor nodata."""
    good: Flags = np.isfinite(values) if values.dtype.kind == "f" else np.ones(values.shape, dtype=bool)
    if nodata is None or math.isnan(nodata):
        return good
    if values.dtype.kind == "f":  # a file's nodata is a double, its values may be single
        good &= values != values.dtype.type(nodata)
    elif nodata == int(nodata):
        good &= values != int(nodata)
    return good


def grid_of(cells: Cells) -> Grid:
    """The grid of a raster."""
    return Grid(cells.transform, cells.rows, cells.cols)

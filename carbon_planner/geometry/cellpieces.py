"""Polygons cut by the cells of a grid: exact pieces, band by band of rows.

Cells that no outline touches need no overlay; the others are cut from the polygon by GEOS, as parcels are. A piece
depends on its cell and polygon alone, so that bands may be of any height.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from ..base.feedback import Feedback, check
from .cellareas import CellAreas
from .placed import Placed
from .rings import cost_blocks
from .robust import Overlay
from .tracing import Edges, Runs, inside, touched

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Geometries = NDArray[np.object_]

BAND_CELLS = 500_000  # looked at together: some 100 MB
CUT_VERTICES = 100_000  # in one call of an intersection, about 0.05 s
MANY_VERTICES = 200  # a polygon with more is cut into blocks of cells first
BLOCK = 64  # rows and columns of such a block, counted from the grid's origin whatever the bands


@dataclass(frozen=True)
class Pieces:
    """Parts of polygons in cells, ordered by row, polygon and column; rows and columns count from the grid's origin."""

    owner: Ints
    row: Ints
    col: Ints
    m2: Floats
    whole: NDArray[np.bool_]

    @property
    def span(self) -> tuple[int, int, int, int]:
        """First row and column, number of rows and columns that hold them all."""
        row, col = int(self.row.min()), int(self.col.min())
        return row, col, int(self.row.max()) - row + 1, int(self.col.max()) - col + 1


class CellCutter:
    """Cuts polygons by the cells of the grid that they are placed on."""

    def __init__(self, placed: Placed, areas: CellAreas, overlay: Overlay, feedback: Feedback) -> None:
        self.placed, self._grid, self._areas = placed, placed.grid, areas
        self._overlay, self._feedback = overlay, feedback
        self._keys, self._runs = self._traced()

    def _traced(self) -> tuple[Ints, Runs]:
        """Keys of the cells that outlines touch, and runs of cells inside, by row."""
        nothing = np.zeros(0, dtype=np.int64)
        if self.placed.empty:
            return nothing, Runs(nothing, nothing, nothing, nothing)
        rows, cols = self._grid.rows, self._grid.cols
        edges = Edges.of(self.placed.outlines())
        keys = touched(edges, rows, cols, 0 if self.placed.same else 1, self._feedback)
        runs = inside(edges, rows, cols, self._feedback)
        order = np.argsort(runs.row, kind="stable")
        return keys, Runs(runs.owner[order], runs.row[order], runs.first[order], runs.last[order])

    def bands(self, cells: int = 0) -> Iterator[Pieces]:
        """Pieces of ever further rows, about ``cells`` (:data:`BAND_CELLS`) cells at a time. Raises Cancelled."""
        first_row, first_col, last_row, last_col = self.placed.window
        if self.placed.empty:
            return
        row_of_key = self._keys // self._grid.cols % self._grid.rows
        order = np.argsort(row_of_key, kind="stable")
        keys, row_of_key = self._keys[order], row_of_key[order]
        # a row costs the cells looked at, and the window of values that will be read for it
        costs = np.bincount(self._runs.row, self._runs.last - self._runs.first + 1, minlength=last_row)
        costs = costs + np.bincount(row_of_key, minlength=last_row) + (last_col - first_col)
        for block in cost_blocks(costs[first_row:last_row], cells or BAND_CELLS):
            check(self._feedback)
            top, bottom = first_row + block.start, first_row + block.stop
            mine = slice(*np.searchsorted(row_of_key, [top, bottom]))
            runs = slice(*np.searchsorted(self._runs.row, [top, bottom]))
            found = self._band(np.sort(keys[mine]), runs)
            if len(found.owner):
                yield found
            self._feedback.progress((bottom - first_row) / (last_row - first_row))

    def _band(self, keys: Ints, runs: slice) -> Pieces:
        rows, cols = self._grid.rows, self._grid.cols
        length = (self._runs.last - self._runs.first + 1)[runs]
        of = np.repeat(np.arange(len(length)), length)
        col = self._runs.first[runs][of] + np.arange(len(of)) - np.repeat(np.cumsum(length) - length, length)
        full = (self._runs.owner[runs][of] * rows + self._runs.row[runs][of]) * cols + col
        full = full[~np.isin(full, keys)]
        full_m2 = self._areas.m2(full // cols % rows, full % cols)
        cut_m2 = self._cut(keys // (rows * cols), keys // cols % rows, keys % cols)
        key, m2 = np.concatenate([full, keys]), np.concatenate([full_m2, cut_m2])
        whole = np.arange(len(key)) < len(full)
        owner, row, col = key // (rows * cols), key // cols % rows, key % cols
        order = np.lexsort((col, owner, row))
        order = order[m2[order] > 0.0]
        return Pieces(owner[order], row[order], col[order], m2[order], whole[order])

    def cell_m2(self, pieces: Pieces) -> Floats:
        """Area of the cell of each piece, m²."""
        m2 = pieces.m2.copy()
        part = ~pieces.whole
        m2[part] = self._areas.m2(pieces.row[part], pieces.col[part])
        return m2

    def _cut(self, owner: Ints, row: Ints, col: Ints) -> Floats:
        """Areas of polygons inside cells that their outlines touch."""
        m2 = np.zeros(len(owner))
        geoms = self.placed.polygons.geoms[owner]
        many = np.flatnonzero(shapely.get_num_coordinates(geoms) > MANY_VERTICES)
        geoms[many] = self._local(owner[many], row[many], col[many])
        for block in cost_blocks(shapely.get_num_coordinates(geoms) + 55, CUT_VERTICES):
            check(self._feedback)
            common = self._overlay.intersection(self.placed.quads(row[block], col[block]), geoms[block])
            m2[block] = self.placed.polygons.measure(common, owner[block])
        return m2

    def _local(self, owner: Ints, row: Ints, col: Ints) -> Geometries:
        """The part of each polygon around the block of its cell; the cuts run outside the block."""
        down, across = self._grid.rows // BLOCK + 1, self._grid.cols // BLOCK + 1
        key, back = np.unique((owner * down + row // BLOCK) * across + col // BLOCK, return_inverse=True)
        part = np.empty(len(key), dtype=object)
        for number, one in enumerate(key.tolist()):
            check(self._feedback)
            top, left = one // across % down * BLOCK, one % across * BLOCK
            bottom, right = min(top + BLOCK, self._grid.rows), min(left + BLOCK, self._grid.cols)
            outline = np.array([self._grid.outline(top, left, bottom, right)], dtype=object)
            low = shapely.bounds(self.placed.brought(outline))[0]
            margin = float((low[2:] - low[:2]).max()) / BLOCK
            box = shapely.box(low[0] - margin, low[1] - margin, low[2] + margin, low[3] + margin)
            polygon = self.placed.polygons.geoms[one // (down * across)]
            part[number] = self._overlay.intersection(np.array([box], dtype=object), np.array([polygon], dtype=object))[
                0
            ]
        result: Geometries = part[back.reshape(-1)]
        return result

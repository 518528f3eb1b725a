"""Areas of whole cells. They change so little from cell to cell that few need to be measured.

Within a block of cells the area is a smooth function of row and column: nine cells are measured, four more test the
quadratic through them, and where it misses by more than :data:`TOLERANCE` every cell of the block is measured. Blocks
are counted from the grid's origin, so that the area of a cell depends on nothing but the cell.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .area import AreaMethod, areas_m2
from .placed import Placed

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

BLOCK = 64
TOLERANCE = 1e-10  # relative; coordinates of degrees have no more digits than that for cells of some 20 m
_AT = np.array([0, 31, 63])
_TESTS = np.array([[15, 15], [15, 47], [47, 15], [47, 47]])


class CellAreas:
    """Areas (m²) of the cells of a grid in the CRS and by the method of the polygons on it.

    With ``exact`` each cell is measured, to compare with polygons.
    """

    def __init__(self, placed: Placed, method: AreaMethod, exact: bool = False) -> None:
        self._placed, self._method, self._exact = placed, method, exact
        self._across = placed.grid.cols // BLOCK + 1

    def m2(self, row: Ints, col: Ints) -> Floats:
        """Areas of cells; a cell may be asked for several times."""
        key, back = np.unique(row * self._placed.grid.cols + col, return_inverse=True)
        row, col = key // self._placed.grid.cols, key % self._placed.grid.cols
        if self._exact:
            found = self._measured(row, col)
        elif self._method is AreaMethod.PLANAR and self._placed.same:
            found = np.full(len(key), self._placed.grid.cell_area * self._placed.crs.metres_per_unit**2)
        else:
            found = self._smooth(row, col)
        every: Floats = found[back.reshape(-1)]
        return every

    def _measured(self, row: Ints, col: Ints) -> Floats:
        return areas_m2(self._placed.quads(row, col), self._placed.crs, self._method)

    def _smooth(self, row: Ints, col: Ints) -> Floats:
        block, of = np.unique((row // BLOCK) * self._across + col // BLOCK, return_inverse=True)
        of = of.reshape(-1)
        top, left = block // self._across * BLOCK, block % self._across * BLOCK
        down, across = np.meshgrid(_AT, _AT, indexing="ij")
        down, across = np.append(down, _TESTS[:, 0]), np.append(across, _TESTS[:, 1])
        sample = self._measured((top[:, None] + down).ravel(), (left[:, None] + across).ravel()).reshape(-1, 13)
        nodes, tests = sample[:, :9].reshape(-1, 3, 3), sample[:, 9:]
        fitted = np.einsum("ti,bij,tj->bt", _weights(_TESTS[:, 0]), nodes, _weights(_TESTS[:, 1]))
        good = (np.abs(fitted - tests) <= TOLERANCE * tests).all(axis=1)
        by_row, by_col = _weights(row - top[of]), _weights(col - left[of])
        m2: Floats = np.einsum("ci,cij,cj->c", by_row, nodes[of], by_col)
        rough = ~good[of]
        m2[rough] = self._measured(row[rough], col[rough])
        return m2


def _weights(place: Ints) -> Floats:
    """Weights of the three measured rows (or columns) at other places: Lagrange's quadratic."""
    a, b, c = (float(at) for at in _AT)
    x = place.astype(np.float64)
    return np.stack(
        [
            (x - b) * (x - c) / ((a - b) * (a - c)),
            (x - a) * (x - c) / ((b - a) * (b - c)),
            (x - a) * (x - b) / ((c - a) * (c - b)),
        ],
        axis=-1,
    )

"""Areas of whole cells. They change so little from cell to cell that few figures need to be measured.

Within a block of cells the area is a smooth function of row and column. Nine patches of the block are measured, and the
quadratic that has their means gives every cell; four more patches test it, and where it misses by more than
:data:`TOLERANCE` and the digits of coordinates allow, every cell of the block is measured. A single small cell measured
by itself would be no better: its corners have no more digits. Blocks are counted from the grid's origin, so that the
area of a cell depends on nothing but the cell.
"""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray

from .area import AreaMethod, areas_m2
from .placed import Placed

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

BLOCK, PATCH = 64, 16  # cells on a side
TOLERANCE = 1e-10  # relative
_EARTH_M = 2.0e7  # what coordinates count: half a meridian, whatever their unit
_DIGITS = 16.0 * float(np.finfo(np.float64).eps)
_AT = np.array([0, 24, 48])  # first rows and columns of the patches measured
_TESTS = np.array([[12, 12], [12, 36], [36, 12], [36, 36]])


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
        sample = self._patches((top[:, None] + down).ravel(), (left[:, None] + across).ravel()).reshape(-1, 13)
        nodes, tests = sample[:, :9].reshape(-1, 3, 3), sample[:, 9:]
        fitted = np.einsum("ti,bij,tj->bt", _weights(_TESTS[:, 0], PATCH), nodes, _weights(_TESTS[:, 1], PATCH))
        digits = _DIGITS * _EARTH_M / (np.sqrt(np.abs(tests)) * PATCH)
        good = (np.abs(fitted - tests) <= (TOLERANCE + digits) * tests).all(axis=1)
        m2: Floats = np.einsum("ci,cij,cj->c", _weights(row - top[of]), nodes[of], _weights(col - left[of]))
        rough = ~good[of]
        m2[rough] = self._measured(row[rough], col[rough])
        return m2

    def _patches(self, row: Ints, col: Ints) -> Floats:
        """Mean area of the cells of patches, through every corner on their rims."""
        go, stay, full = np.arange(PATCH), np.zeros(PATCH, dtype=np.int64), np.full(PATCH, PATCH)
        down = np.concatenate([go, full, full - go, stay, [0]])
        across = np.concatenate([stay, go, full, full - go, [0]])
        rims = shapely.polygons(self._placed.grid.nodes(row[:, None] + down, col[:, None] + across))
        return areas_m2(self._placed.brought(rims), self._placed.crs, self._method) / PATCH**2


def _weights(place: Ints, size: int = 1) -> Floats:
    """Weights of the three patches in the mean over ``size`` cells from ``place`` on, along one axis.

    The mean of x² over n cells about their middle c is c² + (n² − 1)/12.
    """

    def means(first: NDArray[np.generic], n: int) -> Floats:
        middle = first.astype(np.float64) + (n - 1) / 2.0
        return np.stack([np.ones(len(middle)), middle, middle**2 + (n**2 - 1) / 12.0], axis=-1)

    weights: Floats = means(place, size) @ np.linalg.inv(means(_AT, PATCH))
    return weights

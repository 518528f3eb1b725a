"""Sums of pieces of cells by class, in whole mm², closed to the fragments that they are pieces of."""

from __future__ import annotations

from typing import Callable, Protocol

import numpy as np
import shapely
from numpy.typing import NDArray

from ..base.errors import GeometryError
from .area import to_mm2
from .cellpieces import Pieces
from .closing import close

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Geometries = NDArray[np.object_]


class Tally(Protocol):
    """What sums pieces by class, band by band."""

    m2: Floats
    nodata_m2: Floats

    def add(self, pieces: Pieces, value: NDArray[np.generic], good: NDArray[np.bool_]) -> None:
        """Take the pieces of a band, with the values of their cells and which are values."""

    def closed(self, uncovered: Ints, total: Ints) -> tuple[Ints, Ints, Ints, Ints, Ints]:
        """Classes met; fragment, class index and mm² of the pairs; uncovered mm². They add up to ``total``."""


class ClassTally:
    """Rounds once for each fragment and class, so that a million cells have no million rounding errors.

    Rows are summed first: sums neither depend on the height of bands nor lose digits over many cells.
    """

    def __init__(self, size: int) -> None:
        self.m2, self.nodata_m2 = np.zeros(size), np.zeros(size)
        self._slots: dict[tuple[int, int], int] = {}
        self._sums = np.zeros(0)

    def add(self, pieces: Pieces, value: NDArray[np.generic], good: NDArray[np.bool_]) -> None:
        """Take the pieces of a band."""
        add_by_row(self.nodata_m2, pieces, np.where(good, 0.0, pieces.m2))
        add_by_row(self.m2, pieces, np.where(good, pieces.m2, 0.0))
        row, fragment, code, m2 = pieces.row[good], pieces.owner[good], _whole(value[good]), pieces.m2[good]
        if not len(m2):
            return
        order = np.lexsort((code, fragment, row))
        keys = np.stack([row, fragment, code])[:, order]
        begin = np.flatnonzero(np.append(True, (keys[:, 1:] != keys[:, :-1]).any(axis=0)))
        sums = np.add.reduceat(m2[order], begin)
        pairs = list(zip(keys[1, begin].tolist(), keys[2, begin].tolist()))
        for pair in pairs:
            self._slots.setdefault(pair, len(self._slots))
        self._sums = np.append(self._sums, np.zeros(len(self._slots) - len(self._sums)))
        np.add.at(self._sums, [self._slots[pair] for pair in pairs], sums)

    def closed(self, uncovered: Ints, total: Ints) -> tuple[Ints, Ints, Ints, Ints, Ints]:
        """As :class:`Tally` says; what rounding left over goes to the uncovered part, else to the largest class."""
        pairs = np.array(list(self._slots), dtype=np.int64).reshape(-1, 2)
        order = np.lexsort((pairs[:, 1], pairs[:, 0]))
        fragment, code = pairs[order].T
        classes, index = np.unique(code, return_inverse=True)
        index = index.reshape(-1)
        mm2, uncovered = close(to_mm2(self._sums[order]), fragment, index[:, np.newaxis] + 0.0, uncovered, total)
        return classes, fragment, index, mm2, uncovered


def add_by_row(total: Floats, pieces: Pieces, what: Floats) -> None:
    """Add an amount of each piece to its owner's total: within rows first, rows in their order.

    The result does not depend on how rows are grouped to bands, and keeps its digits over many cells.
    """
    key = (pieces.row - pieces.row.min()) * len(total) + pieces.owner
    begin = np.flatnonzero(np.append(True, key[1:] != key[:-1]))
    np.add.at(total, pieces.owner[begin], np.add.reduceat(what, begin))


class CellTally:
    """Rounds each piece, as the overlay with cells as parcels does; agrees with that to the square millimetre."""

    def __init__(self, quads: Callable[[Ints, Ints], Geometries], size: int) -> None:
        self._quads = quads
        self.m2, self.nodata_m2 = np.zeros(size), np.zeros(size)
        self._sums: list[Ints] = []  # fragment, class, mm²
        self._largest: list[Floats] = []  # fragment, class, mm², box of the cell: the largest piece of a band

    def add(self, pieces: Pieces, value: NDArray[np.generic], good: NDArray[np.bool_]) -> None:
        """Take the pieces of a band."""
        np.add.at(self.nodata_m2, pieces.owner[~good], pieces.m2[~good])
        fragment, m2, code = pieces.owner[good], pieces.m2[good], _whole(value[good])
        np.add.at(self.m2, fragment, m2)
        mm2 = to_mm2(m2)
        self._sums.append(_summed(np.stack([fragment, code, mm2])))
        top = np.zeros(len(self.m2), dtype=np.int64)
        np.maximum.at(top, fragment, mm2)
        best = np.flatnonzero(mm2 == top[fragment])
        box = shapely.bounds(self._quads(pieces.row[good][best], pieces.col[good][best]))
        rows = np.column_stack([fragment[best], code[best], mm2[best], box])
        self._largest.append(_first(rows))

    def closed(self, uncovered: Ints, total: Ints) -> tuple[Ints, Ints, Ints, Ints, Ints]:
        """Classes met; fragment, class index and mm² of the pairs; uncovered mm². They add up to ``total``.

        What rounding left over goes where :func:`~.closing.close` sends it: to the uncovered part if there is one, else
        to the largest piece of all, thus to its class.
        """
        fragment, code, mm2 = _summed(np.concatenate([np.zeros((3, 0), dtype=np.int64), *self._sums], axis=1))
        classes, index = np.unique(code, return_inverse=True)
        index = index.reshape(-1)
        best = _first(np.concatenate([np.zeros((0, 7)), *self._largest]))
        owner, size = best[:, 0].astype(np.int64), best[:, 2].astype(np.int64)
        of_best = np.searchsorted(classes, best[:, 1].astype(np.int64))
        where = np.searchsorted(fragment * len(classes) + index, owner * len(classes) + of_best)
        rest = total.copy()
        np.subtract.at(rest, fragment, mm2)
        np.add.at(rest, owner, size)
        top, uncovered = close(size, owner, best[:, 3:], uncovered, rest)
        mm2[where] += top - size
        # only where rounding took more than the largest piece has is anything left to do
        mm2, uncovered = close(mm2, fragment, np.zeros((len(mm2), 1)), np.maximum(uncovered, 0), total)
        return classes, fragment, index, mm2, uncovered


def _whole(values: NDArray[np.generic]) -> Ints:
    """Class values as integers."""
    codes = values.astype(np.int64)
    wrong = np.flatnonzero(codes != values)
    if wrong.size:
        raise GeometryError("CELLS_NOT_CLASSES", value=f"{values[wrong[0]]:g}")
    return codes


def _summed(rows: Ints) -> Ints:
    """Fragment, class, mm² with one column for each fragment and class, in their order."""
    rows = rows[:, np.lexsort((rows[1], rows[0]))]
    fresh = np.ones(rows.shape[1], dtype=bool)
    fresh[1:] = (rows[:2, 1:] != rows[:2, :-1]).any(axis=0)
    begin = np.flatnonzero(fresh)
    if not begin.size:
        return rows
    return np.vstack([rows[:2, begin], np.add.reduceat(rows[2], begin)])


def _first(rows: Floats) -> Floats:
    """Of rows (fragment, class, mm², box), the one of each fragment that comes first: the largest, then by its box."""
    order = np.lexsort((*rows[:, :2:-1].T, -rows[:, 2], rows[:, 0]))
    rows = rows[order]
    fresh = np.ones(len(rows), dtype=bool)
    fresh[1:] = rows[1:, 0] != rows[:-1, 0]
    found: Floats = rows[fresh]
    return found

"""Sums over groups that do not depend on the order of what is summed."""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from ..base.feedback import pause

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class Matrix(Protocol):
    """Activities as triplets: rows of the overlay, columns, quantities."""

    @property
    def row(self) -> Ints:
        """Row of each entry."""

    @property
    def col(self) -> Ints:
        """Column of each entry."""

    @property
    def qty(self) -> Floats:
        """Quantity of each entry in the unit of its column."""


def summed(key: Ints, value: Floats) -> tuple[Ints, Floats]:
    """Distinct keys in order with the sums of their values.

    Values of a key are added from the smallest to the largest: the sum depends on the values, not on their order.
    """
    pause()
    order = np.argsort(key, kind="stable")
    ordered = key[order]
    first = np.ones(len(key), dtype=bool)
    first[1:] = ordered[1:] != ordered[:-1]
    segment = np.cumsum(first) - 1
    count = int(first.sum())
    # One or two values have one sum only; where there are more, their order is made theirs.
    many = (np.bincount(segment, minlength=count) > 2)[segment]
    pause()
    if many.any():
        some = order[many]
        order[many] = some[np.lexsort((value[some], key[some]))]
    total = np.bincount(segment, weights=value[order], minlength=count)
    return ordered[first], np.asarray(total, dtype=np.float64)


def expanded(index: Ints, starts: Ints) -> tuple[Ints, Ints]:
    """For entries that point to lists: (entry, position in the lists) of every pair.

    List i holds positions ``starts[i]`` … ``starts[i + 1] − 1``.
    """
    count = starts[index + 1] - starts[index]
    entry = np.repeat(np.arange(len(index)), count)
    offset = np.arange(len(entry)) - np.repeat(np.cumsum(count) - count, count)
    return entry, starts[index][entry] + offset


class Grouped:
    """Quantities by group and column, sorted by group; ``starts[g]`` is where group g begins.

    ``factor`` is the number of an uncertain activity's own factor, −1 for activities taken as certain.
    """

    def __init__(self, matrix: Matrix, group_of_row: Ints, size: int, factor: Ints | None = None) -> None:
        group = group_of_row[matrix.row]
        inside = group >= 0
        column, group = matrix.col[inside], group[inside]
        own = np.full(len(group), -1, dtype=np.int64) if factor is None else factor[inside]
        columns, factors = int(column.max(initial=0)) + 1, int(own.max(initial=-1)) + 2
        key, self.quantity = summed((group * columns + column) * factors + own + 1, matrix.qty[inside])
        self.factor = key % factors - 1
        self.column = key // factors % columns
        self.group = key // factors // columns
        self.size = size
        self.starts = np.searchsorted(self.group, np.arange(size + 1)).astype(np.int64)

    def parts(self, most: int) -> list[tuple[int, int]]:
        """Ranges of groups with at most ``most`` entries each, or of one group."""
        ranges, first = [], 0
        while first < self.size:
            last = int(np.searchsorted(self.starts, self.starts[first] + most, side="right")) - 1
            last = min(max(last, first + 1), self.size)
            ranges.append((first, last))
            first = last
        return ranges

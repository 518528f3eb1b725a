"""What the modules of the kernel share: types, ragged ranges, blocks of bounded cost."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]


def ragged(start: Ints, length: Ints) -> tuple[Ints, Ints]:
    """The ranges ``start[i] … start[i] + length[i] − 1`` one after the other, and the i of each element."""
    owner = np.repeat(np.arange(len(start), dtype=np.int64), length)
    shift = start - (np.cumsum(length) - length)
    return np.arange(len(owner), dtype=np.int64) + shift[owner], owner


def offsets(counts: Ints) -> Ints:
    """Where runs of these lengths begin when laid end to end; one longer than ``counts``."""
    result = np.zeros(len(counts) + 1, dtype=np.int64)
    np.cumsum(counts, out=result[1:])
    return result


def blocks(cost: Ints, limit: int) -> Iterator[slice]:
    """Cut items into runs whose summed cost stays within ``limit``; a dearer item makes a run of its own."""
    total = np.cumsum(cost)
    begin = 0
    while begin < len(total):
        spent = int(total[begin - 1]) if begin else 0
        end = max(int(np.searchsorted(total, spent + limit, side="right")), begin + 1)
        yield slice(begin, end)
        begin = end

"""Remarks on zones and rows, as short codes that mean the same in every language (``flags.csv`` words them)."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]


@cache
def table() -> dict[str, dict[str, str]]:
    """{flag: {"en": meaning, "zh": meaning}}, in the order in which flags are written."""
    with Path(__file__).with_name("flags.csv").open(encoding="utf-8", newline="") as handle:
        return {row["flag"]: {"en": row["en"], "zh": row["zh"]} for row in csv.DictReader(handle)}


class FlagMasks:
    """Flags of many zones as bit masks, so that a million zones need no loop."""

    def __init__(self, size: int) -> None:
        self._bits = {flag: np.int64(1) << np.int64(i) for i, flag in enumerate(table())}
        self.masks: Ints = np.zeros(size, dtype=np.int64)

    def mask(self, flags: Iterable[str]) -> np.int64:
        """Mask of some flags. A flag that the table does not hold is a KeyError: it would reach nobody."""
        bits = np.int64(0)
        for flag in flags:
            bits |= self._bits[flag]
        return bits

    def add(self, where: NDArray[np.bool_], flag: str) -> None:
        """Set a flag where a condition holds."""
        self.masks[where] |= self._bits[flag]

    def add_by(self, rows_zone: Ints, row_masks: Ints) -> None:
        """Set the flags of rows on the zones of the rows."""
        np.bitwise_or.at(self.masks, rows_zone, row_masks)

    def texts(self) -> list[str]:
        """Flags of each zone, separated by blanks."""
        unique, inverse = np.unique(self.masks, return_inverse=True)
        words = [" ".join(flag for flag, bit in self._bits.items() if mask & bit) for mask in unique]
        return [words[i] for i in inverse.reshape(-1)]


def union(masks: FlagMasks, flags_of: Sequence[Sequence[str]]) -> Ints:
    """Masks of a list of flag tuples, shape (len(flags_of),)."""
    return np.array([masks.mask(flags) for flags in flags_of], dtype=np.int64)

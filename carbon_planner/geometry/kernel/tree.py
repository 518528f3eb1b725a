"""Which boxes meet: a packed tree over boxes in the order of a Hilbert curve.

After the packed Hilbert R-tree of Kamel and Faloutsos (1993), as flat arrays: level 0 holds the boxes sorted along the
curve, each higher level the hulls of sixteen neighbours. A query walks down all levels at once for all its boxes.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .arrays import Floats, Ints, ragged

FAN = 16
_ORDER = 16  # bits of each coordinate on the curve
_COARSE = 4096  # boxes of the level on which queries are estimated


class BoxTree:
    """Boxes (n × 4: x, y of the lower left, x, y of the upper right corner) prepared for queries.

    ``order`` says which box stands where on the curve; void boxes (lower left beyond upper right) never meet anything.
    """

    def __init__(self, box: Floats) -> None:
        full = np.flatnonzero((box[:, 0] <= box[:, 2]) & (box[:, 1] <= box[:, 3]))
        self.order: Ints = full[np.argsort(curve_of(box[full]), kind="stable")]
        self.levels: list[Floats] = [box[self.order]]
        while len(self.levels[-1]) > FAN:
            below = self.levels[-1]
            at = np.arange(0, len(below), FAN)
            hull = [np.minimum.reduceat(below[:, :2], at), np.maximum.reduceat(below[:, 2:], at)]
            self.levels.append(np.hstack(hull))

    def estimate(self, query: Floats) -> Ints:
        """About how many boxes each query box will meet, and never fewer than it does."""
        level = next(i for i, boxes in enumerate(self.levels) if len(boxes) <= _COARSE)
        which, _ = self._walk(query, level)
        result: Ints = np.bincount(which, minlength=len(query)) * FAN**level
        return result

    def nodes(self, query: Floats) -> tuple[Ints, Ints]:
        """Pairs of query box and node of the level above the boxes; to be opened by :meth:`open`."""
        return self._walk(query, min(1, len(self.levels) - 1))

    def open(self, query: Floats, which: Ints, node: Ints) -> tuple[Ints, Ints]:
        """Pairs of query box and box that meet (touching counts), from pairs of :meth:`nodes`."""
        if len(self.levels) > 1:
            node, owner = self._children(node, 0)
            which = which[owner]
        meets = _meet(self.levels[0][node], query[which])
        return which[meets], self.order[node[meets]]

    def query(self, query: Floats) -> tuple[Ints, Ints]:
        """Pairs of query box and box that meet, all at once."""
        return self.open(query, *self.nodes(query))

    def _walk(self, query: Floats, stop: int) -> tuple[Ints, Ints]:
        """Pairs of query box and node of a level that meet."""
        top = len(self.levels[-1])
        which = np.repeat(np.arange(len(query), dtype=np.int64), top)
        node = np.tile(np.arange(top, dtype=np.int64), len(query))
        for level in range(len(self.levels) - 1, stop - 1, -1):
            if level < len(self.levels) - 1:
                node, owner = self._children(node, level)
                which = which[owner]
            meets = _meet(self.levels[level][node], query[which])
            which, node = which[meets], node[meets]
        return which, node

    def _children(self, node: Ints, level: int) -> tuple[Ints, Ints]:
        """Nodes of a level under nodes of the level above, and the position of the parent."""
        begin = node * FAN
        return ragged(begin, np.minimum(FAN, len(self.levels[level]) - begin))


def _meet(one: Floats, other: Floats) -> NDArray[np.bool_]:
    """Whether boxes meet, row by row."""
    result: NDArray[np.bool_] = (one[:, 0] <= other[:, 2]) & (one[:, 2] >= other[:, 0])
    result &= (one[:, 1] <= other[:, 3]) & (one[:, 3] >= other[:, 1])
    return result


def curve_of(box: Floats) -> Ints:
    """Place of the middle of each box on the Hilbert curve through their common square."""
    if not len(box):
        return np.zeros(0, dtype=np.int64)
    low = box[:, :2].min(axis=0)
    side = max(float((box[:, 2:].max(axis=0) - low).max()), np.finfo(np.float64).tiny)
    cells = ((box[:, :2] / 2.0 + box[:, 2:] / 2.0 - low) / side * (1 << _ORDER)).astype(np.int64)
    return hilbert(*np.clip(cells, 0, (1 << _ORDER) - 1).T)


def hilbert(x: Ints, y: Ints) -> Ints:
    """Place of cells on the Hilbert curve of a square with 2¹⁶ cells on each side (Warren, Hacker's Delight, 16)."""
    last = (1 << _ORDER) - 1
    place = np.zeros(len(x), dtype=np.int64)
    for bit in range(_ORDER - 1, -1, -1):
        right, upper = (x >> bit) & 1, (y >> bit) & 1
        place += ((3 * right) ^ upper) << (2 * bit)
        turn = upper == 0
        flip = turn & (right == 1)
        x, y = np.where(flip, last - x, x), np.where(flip, last - y, y)
        x, y = np.where(turn, y, x), np.where(turn, x, y)
    return place

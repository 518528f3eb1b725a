"""Which cells of a grid the outlines of polygons touch, and which lie inside them, in coordinates of cells.

Outlines are cut at every grid line they cross; the middle of each cut lies in one cell. What no outline touches is in
or out as a whole, and the centre of the cell decides: along the middle of each row, outlines enter and leave in turn.
Both are sorts over crossings, so that the work grows with the length of outlines, not with the area inside.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..base.feedback import Feedback, check
from .rings import Rings, cost_blocks

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

NEAR = 1e-6  # of a cell: what comes so near to a grid line touches both sides
CROSSINGS = 1_000_000  # in one piece
_AROUND = ((-1, -1), (-1, 1), (1, -1), (1, 1))


@dataclass(frozen=True)
class Edges:
    """Edges of polygons: both ends (column, row) and the polygon each belongs to."""

    start: Floats
    end: Floats
    owner: Ints

    @classmethod
    def of(cls, rings: Rings) -> Edges:
        """All edges of rings."""
        edge = rings.edges()
        return cls(rings.xy[edge], rings.xy[edge + 1], rings.owner[rings.of_vertex[edge]])

    def part(self, block: slice) -> Edges:
        """Some of them."""
        return Edges(self.start[block], self.end[block], self.owner[block])

    def blocks(self) -> list[slice]:
        """Runs of edges with about as many crossings as :data:`CROSSINGS`."""
        return cost_blocks(np.abs(self.end - self.start).sum(axis=1) + 4.0, CROSSINGS)


@dataclass(frozen=True)
class Runs:
    """Stretches of cells inside a polygon: columns ``first`` to ``last`` (inclusive) of a row."""

    owner: Ints
    row: Ints
    first: Ints
    last: Ints


def touched(edges: Edges, rows: int, cols: int, around: int, feedback: Feedback) -> Ints:
    """Keys ``(polygon·rows + row)·cols + column`` of the cells that outlines touch, sorted; ``around`` adds neighbours.

    Raises Cancelled.
    """
    found = [np.zeros(0, dtype=np.int64)]
    for block in edges.blocks():
        check(feedback)
        middle, owner = _middles(edges.part(block))
        keys = [_keys(owner, np.floor(middle + NEAR * np.array(d)), rows, cols, around) for d in _AROUND]
        found.append(np.unique(np.concatenate(keys)))
    return np.unique(np.concatenate(found))


def _middles(edges: Edges) -> tuple[Floats, Ints]:
    """Middles of the edges' parts between grid lines."""
    start, step = edges.start, edges.end - edges.start
    count = len(start)
    every = np.arange(count)
    index, along = [every, every], [np.zeros(count), np.ones(count)]
    for axis in (0, 1):
        low = np.ceil(np.minimum(start[:, axis], edges.end[:, axis]))
        high = np.floor(np.maximum(start[:, axis], edges.end[:, axis]))
        crossed = np.where(step[:, axis] != 0.0, np.maximum(high - low + 1.0, 0.0), 0.0).astype(np.int64)
        edge, line = _counted(crossed)
        index.append(edge)
        along.append((low[edge] + line - start[edge, axis]) / step[edge, axis])
    edge, t = np.concatenate(index), np.clip(np.concatenate(along), 0.0, 1.0)
    order = np.lexsort((t, edge))
    edge, t = edge[order], t[order]
    same = edge[1:] == edge[:-1]
    middle = ((t[1:] + t[:-1]) / 2.0)[same]
    edge = edge[1:][same]
    return start[edge] + middle[:, np.newaxis] * step[edge], edges.owner[edge]


def _counted(counts: Ints) -> tuple[Ints, Ints]:
    """For each of ``counts[i]`` items: i, and its number from 0."""
    of = np.repeat(np.arange(len(counts)), counts)
    return of, np.arange(len(of)) - np.repeat(np.cumsum(counts) - counts, counts)


def _keys(owner: Ints, cell: Floats, rows: int, cols: int, around: int) -> Ints:
    """Keys of cells (column, row) and of their neighbours up to ``around``, as far as the grid goes."""
    col, row = cell[:, 0].astype(np.int64), cell[:, 1].astype(np.int64)
    found = []
    for down in range(-around, around + 1):
        for right in range(-around, around + 1):
            r, c = row + down, col + right
            inside = (r >= 0) & (r < rows) & (c >= 0) & (c < cols)
            found.append(((owner * rows + r) * cols + c)[inside])
    near: Ints = np.unique(np.concatenate(found))
    return near


def inside(edges: Edges, rows: int, cols: int, feedback: Feedback) -> Runs:
    """Stretches of cells whose centres lie inside the polygons (even–odd, as valid polygons are), by polygon and row.

    Raises Cancelled.
    """
    owners, lines, places = [], [], []
    for block in edges.blocks():
        check(feedback)
        part = edges.part(block)
        y0, y1 = part.start[:, 1], part.end[:, 1]
        # half-open, so that a vertex on the line is met once by its two edges together
        low = np.maximum(np.ceil(np.minimum(y0, y1) - 0.5), 0.0)
        high = np.minimum(np.ceil(np.maximum(y0, y1) - 0.5), float(rows))
        edge, number = _counted(np.maximum(high - low, 0.0).astype(np.int64))
        row = low[edge] + number
        share = (row + 0.5 - y0[edge]) / (y1 - y0)[edge]
        x0, x1 = part.start[edge, 0], part.end[edge, 0]
        owners.append(part.owner[edge])
        lines.append(row.astype(np.int64))
        places.append(x0 + share * (x1 - x0))
    if not owners:
        nothing = np.zeros(0, dtype=np.int64)
        return Runs(nothing, nothing, nothing, nothing)
    owner, line, x = np.concatenate(owners), np.concatenate(lines), np.concatenate(places)
    order = np.lexsort((x, line, owner))
    owner, line, x = owner[order], line[order], x[order]
    enter, leave = x[0::2], x[1::2]
    first = np.clip(np.ceil(enter - 0.5), 0, cols).astype(np.int64)
    last = np.clip(np.ceil(leave - 0.5), 0, cols).astype(np.int64) - 1
    keep = last >= first
    return Runs(owner[0::2][keep], line[0::2][keep], first[keep], last[keep])

"""A uniform grid over each zone: which cells its edges touch, and which of the others lie inside.

All zones of a group share the arrays: the cells of a zone are numbered row by row from ``first[zone]`` on. A cell is
*dirty* if an edge may touch it, else it is inside or outside as a whole. Everything here is a matter of speed only:
cells are padded against rounding, and what lies in dirty cells is decided by exact signs.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .arrays import Flags, Floats, Ints, offsets, ragged
from .exact import orientation
from .rings import Rings

CELLS_PER_EDGE, PIECES_PER_EDGE, SPARE = 8, 4, 16
_PAD = 1e-6  # of a cell
_FLAT = 1e-9  # of a cell: edges with less rise are taken as level
_ROUNDING = 8.0 * float(np.finfo(np.float64).eps)


class Grids:
    """Grids of zones (none of them empty), lists of the edges in each cell and row, and the state of clean cells."""

    def __init__(self, zones: Rings) -> None:
        self.zones = zones
        ring_zone = np.repeat(np.arange(len(zones), dtype=np.int64), np.diff(zones.geom))
        self.edge, of = zones.edges(np.arange(len(zones.ring) - 1, dtype=np.int64))
        self.zone: Ints = ring_zone[of]
        self._lay_out()
        u0, v0 = self.place(self.zone, zones.x[self.edge], zones.y[self.edge])
        u1, v1 = self.place(self.zone, zones.x[self.edge + 1], zones.y[self.edge + 1])
        nx, ny = self.nx[self.zone], self.ny[self.zone]
        edge, row, low, high = cells_by_row(u0, v0, u1, v1, nx, ny)
        zone = self.zone[edge]
        self.row_start, self.row_edge = _lists(self.first_row[zone] + row, edge, int(self.first_row[-1]))
        cell, of = ragged(self.first[zone] + row * self.nx[zone] + low, high - low + 1)
        self.cell_start, self.cell_edge = _lists(cell, edge[of], int(self.first[-1]))
        self.dirty: Flags = np.diff(self.cell_start) > 0
        self._dirty_before = offsets(self.dirty.astype(np.int64))
        self._inside = self._parity(u0, v0, u1, v1)

    def _lay_out(self) -> None:
        """Cells about as large as edges, no more of them than edges allow, and one row around."""
        zones, count = self.zones, len(self.zones)
        wide, high = zones.box[:, 2] - zones.box[:, 0], zones.box[:, 3] - zones.box[:, 1]
        dx, dy = zones.x[self.edge + 1] - zones.x[self.edge], zones.y[self.edge + 1] - zones.y[self.edge]
        edges = np.bincount(self.zone, minlength=count)
        length = np.bincount(self.zone, np.hypot(dx, dy), minlength=count)
        # the second term bounds the pieces that edges are cut into, and the rows of very flat zones
        size = np.sqrt(wide) * np.sqrt(high) / np.sqrt(CELLS_PER_EDGE * edges + SPARE)
        size = np.maximum(size, length / (PIECES_PER_EDGE * edges + SPARE))
        size = np.where(size > 0.0, size, 1.0)
        self._x, self._y, self._per_size = zones.box[:, 0].copy(), zones.box[:, 1].copy(), 1.0 / size
        self.nx: Ints = np.floor(wide / size).astype(np.int64) + 3
        self.ny: Ints = np.floor(high / size).astype(np.int64) + 3
        self.first, self.first_row = offsets(self.nx * self.ny), offsets(self.ny)

    def place(self, zone: Ints, x: Floats, y: Floats) -> tuple[Floats, Floats]:
        """Where points lie in the grids of zones, in cells."""
        per_size = self._per_size[zone]
        return (x - self._x[zone]) * per_size + 1.0, (y - self._y[zone]) * per_size + 1.0

    def _parity(self, u0: Floats, v0: Floats, u1: Floats, v1: Floats) -> Flags:
        """Whether the middle of each cell is inside, counting the edges left of it; means nothing in dirty cells."""
        begin = np.ceil(np.minimum(v0, v1) - 0.5).astype(np.int64)
        end = np.ceil(np.maximum(v0, v1) - 0.5).astype(np.int64)
        row, edge = ragged(begin, end - begin)
        zone = self.zone[edge]
        share = (row + 0.5 - v0[edge]) / (v1[edge] - v0[edge])
        column = np.ceil(u0[edge] + share * (u1[edge] - u0[edge]) - 0.5).astype(np.int64)
        column = np.clip(column, 0, self.nx[zone] - 1)
        count = np.bincount(self.first[zone] + row * self.nx[zone] + column, minlength=int(self.first[-1]))
        result: Flags = (
            np.cumsum(count) % 2 == 1
        )  # a row of closed rings has an even count, so none leaks into the next
        return result

    def classify(self, zone: Ints, box: Floats) -> tuple[Flags, Flags]:
        """Of boxes that meet the box of a zone: whether its edges may be near, and if not, whether it is inside."""
        nx, ny = self.nx[zone], self.ny[zone]
        u0, v0 = self.place(zone, box[:, 0], box[:, 1])
        u1, v1 = self.place(zone, box[:, 2], box[:, 3])
        left, right = _cell(u0 - _PAD, nx), _cell(u1 + _PAD, nx)
        low, high = _cell(v0 - _PAD, ny), _cell(v1 + _PAD, ny)
        row, of = ragged(low, high - low + 1)
        begin = (self.first[zone] + left)[of] + row * nx[of]
        near = np.bincount(of[self.dirty_among(begin, begin + (right - left)[of])], minlength=len(zone)) > 0
        inside: Flags = ~near & self._inside[self.first[zone] + low * nx + left]
        return near, inside

    def may_touch(self, zone: Ints, u0: Floats, v0: Floats, u1: Floats, v1: Floats) -> Flags:
        """Whether lines from place to place may touch a dirty cell: no for those that are short and in clean ones."""
        nx, ny = self.nx[zone], self.ny[zone]
        left, right = _cell(np.minimum(u0, u1) - _PAD, nx), _cell(np.maximum(u0, u1) + _PAD, nx)
        low, high = _cell(np.minimum(v0, v1) - _PAD, ny), _cell(np.maximum(v0, v1) + _PAD, ny)
        left += self.first[zone]
        wide, below, above = right - left + self.first[zone], left + low * nx, left + high * nx
        result = self.dirty_among(below, below + wide)
        result |= self.dirty_among(above, above + wide)
        result |= high - low > 1
        return result

    def dirty_among(self, first: Ints, last: Ints) -> Flags:
        """Whether there is a dirty one among the cells from first to last of a row."""
        result: Flags = self._dirty_before[last + 1] > self._dirty_before[first]
        return result

    def locate(self, zone: Ints, x: Floats, y: Floats) -> Flags:
        """Whether points are inside zones that are moved by (ε, ε²), ε being smaller than any number."""
        u, v = self.place(zone, x, y)
        on_grid = (u >= 0.0) & (v >= 0.0) & (u < self.nx[zone]) & (v < self.ny[zone])
        result = np.zeros(len(zone), dtype=bool)
        some = np.flatnonzero(on_grid)
        zone, row = zone[some], v[some].astype(np.int64)
        cell = self.first[zone] + row * self.nx[zone] + u[some].astype(np.int64)
        result[some] = self._inside[cell] & ~self.dirty[cell]
        close = self.dirty[cell]
        some, line = some[close], (self.first_row[zone] + row)[close]
        at, of = ragged(self.row_start[line], self.row_start[line + 1] - self.row_start[line])
        edge, point = self.edge[self.row_edge[at]], some[of]
        left = edges_left_of(self.zones, edge, x[point], y[point], moved=1)
        result[some] = np.bincount(of[left], minlength=len(some)) % 2 == 1
        return result


def edges_left_of(rings: Rings, edge: Ints, x: Floats, y: Floats, moved: int) -> Flags:
    """Whether edges meet the ray from each point towards −x; the zone moved by (ε, ε²) as in :mod:`.crossings`.

    ``moved`` is 1 where the edges are a zone's, −1 where the points are.
    """
    level = np.less if moved > 0 else np.less_equal
    rises = np.flatnonzero(level(rings.y[edge], y) != level(rings.y[edge + 1], y))
    e = edge[rises]
    side, _ = orientation(rings.x[e], rings.y[e], rings.x[e + 1], rings.y[e + 1], x[rises], y[rises])
    up = np.sign(rings.y[e + 1] - rings.y[e])
    side = np.where(side == 0.0, moved * up, side)  # such edges are never level
    result = np.zeros(len(edge), dtype=bool)
    result[rises] = side * up < 0.0
    return result


def cells_by_row(u0: Floats, v0: Floats, u1: Floats, v1: Floats, nx: Ints, ny: Ints) -> tuple[Ints, Ints, Ints, Ints]:
    """Cells that edges may touch: for each edge and row of its grid the first and the last column.

    Coordinates are in cells; edges reach into their grid of ``nx`` × ``ny`` cells. Gives edge, row, first, last.
    """
    low, high = _cell(np.minimum(v0, v1) - _PAD, ny), _cell(np.maximum(v0, v1) + _PAD, ny)
    row, edge = ragged(low, high - low + 1)
    run, rise = u1 - u0, v1 - v0
    level = np.abs(rise) < _FLAT
    per_row = np.where(level, 0.0, 1.0 / np.where(level, 1.0, rise))
    reach = np.abs(u0) + np.abs(u1) + np.abs(run * per_row) * (np.abs(v0) + np.abs(v1) + ny)
    slack = (_PAD + _ROUNDING * reach)[edge]
    enter = (row - v0[edge]) * per_row[edge]
    leave = enter + per_row[edge]
    one = u0[edge] + np.where(level[edge], 0.0, np.clip(enter, 0.0, 1.0)) * run[edge]
    other = u0[edge] + np.where(level[edge], 1.0, np.clip(leave, 0.0, 1.0)) * run[edge]
    first = _cell(np.minimum(one, other) - slack, nx[edge])
    return edge, row, first, _cell(np.maximum(one, other) + slack, nx[edge])


def _cell(place: Floats, count: Ints) -> Ints:
    """Column or row of a place, the nearest one where it is off the grid."""
    result: Ints = np.minimum(np.maximum(place, 0.0), count - 1).astype(np.int64)
    return result


def _lists(key: Ints, item: Ints, count: int) -> tuple[Ints, Ints]:
    """Items by key: where the list of each key begins (one longer), and the lists end to end."""
    order = np.argsort(key, kind="stable")
    result: NDArray[np.int64] = item[order]
    return offsets(np.bincount(key, minlength=count)), result

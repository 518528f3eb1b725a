"""Polygons as flat arrays, the only form in which the kernel knows them."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ...base.errors import GeometryError
from ...base.messages import message
from .arrays import Flags, Floats, Ints, blocks, offsets, ragged

SMALLEST, LARGEST = 1e-100, 1e100  # of coordinates other than 0: products of differences stay floating-point numbers
_TOGETHER = 250_000  # vertices
_POLYGON, _MULTIPOLYGON = 3, 6
_UNIT = 2.0**-53


@dataclass(frozen=True)
class Rings:
    """Polygons with holes and parts: shells run counter-clockwise, holes clockwise, so the inside is on the left.

    Ring r has the vertices ``ring[r] … ring[r + 1] − 1`` of ``x`` and ``y`` (float64, units of the plane), the first
    repeated at the end (no ring is empty); polygon i has the rings ``geom[i] … geom[i + 1] − 1`` (none where it is
    empty). Make it with :meth:`of`, which sees to orientation, or hand over arrays that keep it.
    """

    x: Floats
    y: Floats
    ring: Ints
    geom: Ints

    @classmethod
    def of(cls, geoms: NDArray[np.object_]) -> Rings:
        """Rings of Shapely polygons and multipolygons; anything else, None too, is an empty polygon here.

        Raises :class:`GeometryError` ``AREA_NOT_FINITE`` naming the first polygon with coordinates that are not
        numbers or beyond 1e100. Coordinates within 1e-100 of 0 become 0, in all polygons alike.
        """
        import shapely

        geoms = np.array(geoms, dtype=object)
        geoms[~np.isin(shapely.get_type_id(geoms), (_POLYGON, _MULTIPOLYGON))] = shapely.Polygon()
        if not len(geoms):
            return cls(np.zeros(0), np.zeros(0), np.zeros(1, dtype=np.int64), np.zeros(1, dtype=np.int64))
        xy, ring, geom, shell = _flat(geoms)
        x, y = (np.where(np.abs(axis) < SMALLEST, 0.0, axis) for axis in (xy[:, 0], xy[:, 1]))
        result = cls(x, y, ring, geom)
        result._hold_finite()
        return result._oriented(shell)

    def __len__(self) -> int:
        return len(self.geom) - 1

    @cached_property
    def vertex(self) -> Ints:
        """First vertex of each polygon, and the end."""
        result: Ints = self.ring[self.geom]
        return result

    @cached_property
    def size(self) -> Ints:
        """Number of vertices of each polygon."""
        return np.diff(self.vertex)

    @cached_property
    def box(self) -> Floats:
        """Lower left and upper right corner of each polygon (n × 4: x, y, x, y); a void box if it is empty."""
        return self._boxes(self.vertex)

    @cached_property
    def ring_box(self) -> Floats:
        """The same of each ring."""
        return self._boxes(self.ring)

    @cached_property
    def area(self) -> Floats:
        """Area of each polygon in the plane, shells minus holes, in squared units."""
        result = np.zeros(len(self))
        for block in blocks(self.size, _TOGETHER):
            ring, owner = ragged(self.geom[:-1][block], np.diff(self.geom)[block])
            edge, of = self.edges(ring)
            owner = owner[of]
            corner = self.box[block][owner]
            size = block.stop - block.start
            result[block] = np.bincount(owner, self.wedges(edge, corner[:, 0], corner[:, 1]), minlength=size)
        return result

    def edges(self, ring: Ints) -> tuple[Ints, Ints]:
        """First vertex of each edge of some rings (the second is the next one), and its position in ``ring``."""
        return ragged(self.ring[ring], np.maximum(self.ring[ring + 1] - self.ring[ring] - 1, 0))

    def wedges(self, edge: Ints, ox: Floats, oy: Floats) -> Floats:
        """Signed area of the triangle between each edge and an origin of its own."""
        return wedge(self.x[edge] - ox, self.y[edge] - oy, self.x[edge + 1] - ox, self.y[edge + 1] - oy)

    def take(self, ids: Ints) -> Rings:
        """Some of the polygons, in this order."""
        ring, _ = ragged(self.geom[ids], self.geom[ids + 1] - self.geom[ids])
        vertex, _ = ragged(self.ring[ring], self.ring[ring + 1] - self.ring[ring])
        bounds = offsets(self.ring[ring + 1] - self.ring[ring])
        return Rings(self.x[vertex], self.y[vertex], bounds, offsets(self.geom[ids + 1] - self.geom[ids]))

    def _boxes(self, start: Ints) -> Floats:
        """Boxes of consecutive runs of vertices."""
        full = np.diff(start) > 0
        result = np.empty((len(full), 4))
        result[:, :2], result[:, 2:] = np.inf, -np.inf
        if full.any():
            at = start[:-1][full]  # runs between them are empty
            for column, axis in enumerate((self.x, self.y)):
                result[full, column] = np.minimum.reduceat(axis, at)
                result[full, column + 2] = np.maximum.reduceat(axis, at)
        return result

    def _hold_finite(self) -> None:
        """Raise for the first polygon with coordinates that cannot be computed with."""
        good = (np.abs(self.x) <= LARGEST) & (np.abs(self.y) <= LARGEST)
        if not good.all():
            index = int(np.searchsorted(self.vertex, np.flatnonzero(~good)[0], side="right")) - 1
            raise GeometryError("AREA_NOT_FINITE", layer=message("LAYER_ANY"), index=index, feature=index + 1)

    def _oriented(self, shell: Flags) -> Rings:
        """The same with rings turned where they run the wrong way."""
        wrong = (self._turns() > 0.0) != shell
        if not wrong.any():
            return self
        r = np.flatnonzero(wrong)
        vertex, owner = ragged(self.ring[r], self.ring[r + 1] - self.ring[r])
        source = (self.ring[r] + self.ring[r + 1] - 1)[owner] - vertex
        x, y = self.x.copy(), self.y.copy()
        x[vertex], y[vertex] = self.x[source], self.y[source]
        return Rings(x, y, self.ring, self.geom)

    def _turns(self) -> Floats:
        """Signed area of each ring; where rounding could have changed its sign, computed in fractions."""
        count = len(self.ring) - 1
        result, doubt = np.zeros(count), np.zeros(count, dtype=bool)
        for block in blocks(np.diff(self.ring), _TOGETHER):
            ring = np.arange(block.start, block.stop, dtype=np.int64)
            edge, of = self.edges(ring)
            corner = self.ring_box[block][of]
            terms = self.wedges(edge, corner[:, 0], corner[:, 1])
            result[block] = np.bincount(of, terms, minlength=len(ring))
            size = np.bincount(of, np.abs(terms), minlength=len(ring))
            doubt[block] = np.abs(result[block]) <= (np.diff(self.ring)[block] + 8.0) * _UNIT * 2.0 * size
        for r in np.flatnonzero(doubt).tolist():
            result[r] = self._exact_turn(slice(int(self.ring[r]), int(self.ring[r + 1])))
        return result

    def _exact_turn(self, run: slice) -> float:
        """The sign of a ring's area, without rounding."""
        x, y = [Fraction(v) for v in self.x[run].tolist()], [Fraction(v) for v in self.y[run].tolist()]
        twice = sum((x[i] * y[i + 1] - x[i + 1] * y[i] for i in range(len(x) - 1)), Fraction(0))
        return float((twice > 0) - (twice < 0))


def wedge(ax: Floats, ay: Floats, bx: Floats, by: Floats) -> Floats:
    """Signed area of the triangles origin–a–b; exactly the opposite for b–a, so that shared edges cancel."""
    result: Floats = 0.25 * ((ax + bx) * (by - ay) - (ay + by) * (bx - ax))
    return result


def _flat(geoms: NDArray[np.object_]) -> tuple[Floats, Ints, Ints, Flags]:
    """Coordinates, offsets of rings and of polygons, and which rings are shells."""
    import shapely

    _, xy, parts = shapely.to_ragged_array(geoms, include_z=False)
    ring, part = (np.asarray(bounds, dtype=np.int64) for bounds in parts[:2])
    many = len(parts) > 2
    polygon = np.asarray(parts[2], dtype=np.int64) if many else np.arange(len(part), dtype=np.int64)
    miscounted = part[-1] != len(ring) - 1 or polygon[-1] != len(part) - 1
    if miscounted or (np.diff(ring) == 0).any() or (many and (np.diff(part) == 0).any()):  # empty holes or parts
        from ..rings import rings_of

        plain = rings_of(geoms)
        return plain.xy, plain.start, offsets(np.bincount(plain.owner, minlength=len(geoms))), ~plain.hole
    shell = np.zeros(len(ring) - 1, dtype=bool)
    shell[part[:-1][np.diff(part) > 0]] = True  # a part's first ring
    return xy, ring, part[polygon], shell

"""WKB → Shapely, without losing a polygon over one broken ring.

GEOS refuses a ring of fewer than four points or one that is not closed, and with it the whole feature. Layers hold such
rings (a hole of two points left by editing, OpenStreetMap areas of two nodes). Here they are closed and filled up by
repeating their last point, which encloses nothing more than before; :func:`~.validity.polygonal` then repairs and
reports the feature like any other invalid one.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import Optional

import numpy as np
import shapely
from numpy.typing import NDArray

from .rings import COLLECTION, MULTI_FROM, POLYGON

FEWEST = 4  # points of a ring, the first repeated at the end
_EWKB_FLAGS = 0xE0000000  # of PostGIS; nothing that reads layers here writes them


class _Unreadable(Exception):  # noqa: N818 - never leaves this module
    """Not a polygon in ISO WKB."""


def from_wkb(wkb: Sequence[Optional[bytes]]) -> tuple[NDArray[np.object_], NDArray[np.int64]]:
    """Shapely geometries (None for None), and the places of those that cannot be read at all.

    The latter come back as empty polygons, so that nobody takes them for features without geometry.
    """
    data = np.empty(len(wkb), dtype=object)
    data[:] = wkb
    geometry: NDArray[np.object_] = np.asarray(shapely.from_wkb(data, on_invalid="ignore"), dtype=object)
    given = np.array([part is not None for part in data], dtype=bool)
    unreadable = []
    for i in np.flatnonzero(given & ~shapely.is_geometry(geometry)):
        try:
            geometry[i] = shapely.from_wkb(closed_rings(bytes(data[i])), on_invalid="ignore")
        except _Unreadable:
            geometry[i] = None
        if geometry[i] is None:
            geometry[i] = shapely.Polygon()
            unreadable.append(i)
    return geometry, np.array(unreadable, dtype=np.int64)


def closed_rings(wkb: bytes) -> bytes:
    """ISO WKB of a polygon, or of a collection of them, with every ring closed and of four points at least."""
    return _geometry(wkb, 0)[0]


def _geometry(wkb: bytes, at: int) -> tuple[bytes, int]:
    """The geometry that starts at a byte, put right, and where it ends."""
    order = "<" if wkb[at : at + 1] == b"\1" else ">"
    kind, at = _word(wkb, at + 1, order)
    if kind & _EWKB_FLAGS:
        raise _Unreadable
    dimension, flat = divmod(kind, 1000)
    head = struct.pack(order + "bI", order == "<", kind)
    count, at = _word(wkb, at, order)
    parts = [head, struct.pack(order + "I", count)]
    size = 8 * (2 + {0: 0, 1: 1, 2: 1, 3: 2}.get(dimension, 0))
    for _ in range(count):
        if flat == POLYGON:
            part, at = _ring(wkb, at, order, size)
        elif MULTI_FROM < flat <= COLLECTION:
            part, at = _geometry(wkb, at)
        else:
            raise _Unreadable
        parts.append(part)
    return b"".join(parts), at


def _ring(wkb: bytes, at: int, order: str, size: int) -> tuple[bytes, int]:
    count, at = _word(wkb, at, order)
    end = at + count * size
    if end > len(wkb):
        raise _Unreadable
    points = wkb[at:end]
    if count:
        if points[:size] != points[-size:]:
            points += points[:size]
        points += points[-size:] * (FEWEST - len(points) // size)
    return struct.pack(order + "I", len(points) // size) + points, end


def _word(wkb: bytes, at: int, order: str) -> tuple[int, int]:
    if at + 4 > len(wkb):
        raise _Unreadable
    return int(struct.unpack_from(order + "I", wkb, at)[0]), at + 4

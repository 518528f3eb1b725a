"""Areas of polygons as drawn: the truth for every hectare in the program.

*Ellipsoidal* (default): the area, on the ellipsoid of the layer's CRS, of the figure whose edges are straight in that
CRS. *Planar*: the area in the plane of a projected or local CRS. *Field*: areas of a survey table, see :mod:`.overlay`;
the geometric side of it is ellipsoidal.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import Optional, Union

import numpy as np
import shapely
from numpy.typing import NDArray

from ..base.errors import GeometryError
from ..base.feedback import Feedback, Silent, check
from ..base.messages import Message, message
from ..base.units import MM2_PER_M2
from .crs import Crs
from .ellipsoid import ring_areas_m2
from .rings import Rings, rings_of, vertex_blocks

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Geometries = NDArray[np.object_]

BLOCK_VERTICES = 100_000  # about a tenth of a second
LARGEST_M2 = 9.0e12  # 64-bit integers hold 9.22e18 mm²; only four countries and Antarctica are larger


class AreaMethod(str, Enum):
    """How the area of a figure is taken."""

    ELLIPSOIDAL = "ellipsoidal"
    PLANAR = "planar"
    FIELD = "field"


@dataclass(frozen=True)
class Naming:
    """How error messages name a feature: its layer, and its number there where an array is only a part of the layer."""

    layer: Union[str, Message] = field(default_factory=lambda: message("LAYER_ANY"))
    index: Optional[Ints] = None

    def error(self, text: str, position: int, **params: object) -> GeometryError:
        """An error about the geometry at a position of the array."""
        index = position if self.index is None else int(self.index[position])
        return GeometryError(text, layer=self.layer, index=index, feature=index + 1, **params)


def areas_m2(
    geoms: Geometries,
    crs: Crs,
    method: AreaMethod = AreaMethod.ELLIPSOIDAL,
    feedback: Feedback = Silent(),
    naming: Naming = Naming(),
) -> Floats:
    """Area of each geometry in m²; 0.0 for None, empty, lines and points.

    Polygons should be valid (:func:`~.validity.polygonal`): of a bow tie the two halves cancel, in any method. Raises
    :class:`GeometryError`: ``PLANAR_GEOGRAPHIC`` for planar areas in degrees, ``CRS_NO_ELLIPSOID`` for ellipsoidal ones
    in a local CRS, ``OUTSIDE_CRS`` naming the first feature with vertices that the CRS cannot place on the earth.
    """
    geoms = np.asarray(geoms, dtype=object)
    if method is AreaMethod.PLANAR and crs.is_geographic:
        raise GeometryError("PLANAR_GEOGRAPHIC", crs=crs.name)
    result = np.zeros(len(geoms))
    blocks = vertex_blocks(geoms, BLOCK_VERTICES)
    for number, block in enumerate(blocks):
        check(feedback)
        if method is AreaMethod.PLANAR:
            result[block] = np.nan_to_num(shapely.area(geoms[block])) * crs.metres_per_unit**2
        else:
            result[block] = _ellipsoidal(rings_of(geoms[block]), block, crs, naming)
        feedback.progress((number + 1) / len(blocks))
    return result


def _ellipsoidal(rings: Rings, block: slice, crs: Crs, naming: Naming) -> Floats:
    """Shells minus holes, per geometry of a block."""
    size = block.stop - block.start
    if not len(rings.owner):
        return np.zeros(size)
    per_ring, lost = ring_areas_m2(rings, crs)
    if lost is not None:
        raise naming.error("OUTSIDE_CRS", block.start + int(rings.owner[lost]), crs=crs.name)
    return np.maximum(np.bincount(rings.owner, np.where(rings.hole, -per_ring, per_ring), minlength=size), 0.0)


def to_mm2(m2: Floats, naming: Naming = Naming()) -> Ints:
    """Areas in whole square millimetres, the unit in which they are summed; halves go to even.

    Raises :class:`GeometryError` naming the first feature: ``AREA_NOT_FINITE``, or ``AREA_TOO_LARGE`` beyond
    :data:`LARGEST_M2` (9 million km²), which 64-bit integers cannot hold.
    """
    values = np.asarray(m2, dtype=np.float64)
    for bad, text in ((~np.isfinite(values), "AREA_NOT_FINITE"), (np.abs(values) > LARGEST_M2, "AREA_TOO_LARGE")):
        if bad.any():
            raise naming.error(text, int(np.flatnonzero(bad)[0]), km2=round(LARGEST_M2 / 1e6))
    result: Ints = np.rint(values * MM2_PER_M2).astype(np.int64)
    return result


def total_mm2(mm2: NDArray[np.int64]) -> int:
    """Sum without overflow: one country fits into 64 bits, a continent of them does not."""
    high, low = np.divmod(np.asarray(mm2, dtype=np.int64), 1 << 32)
    return (int(high.sum()) << 32) + int(low.sum())

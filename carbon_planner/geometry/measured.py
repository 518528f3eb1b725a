"""Geometries with their areas, taken when first asked for."""

from __future__ import annotations

from copy import copy

import numpy as np
import shapely
from numpy.typing import NDArray

from ..base.feedback import Feedback
from ..base.messages import Message, message
from .area import AreaMethod, Naming, areas_m2
from .crs import Crs

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Geometries = NDArray[np.object_]

ROUNDING_SHARE = 4.0 * float(np.finfo(np.float64).eps)
STRIP_SHARE = 1e-6  # of the coordinates' size: GEOS's snapping tolerance over the largest imbalance allowed


class Measured:
    """An array of polygons (or None) in one CRS whose areas in m² are computed once, and only where needed."""

    def __init__(
        self, geoms: Geometries, crs: Crs, method: AreaMethod, feedback: Feedback, layer: str = "LAYER_ANY"
    ) -> None:
        self.geoms = geoms
        self.layer: Message = message(layer)
        self._crs, self._method, self._feedback = crs, method, _Quiet(feedback)
        self._areas = np.full(len(geoms), np.nan)

    def some(self, index: Ints) -> Measured:
        """Some of the polygons as a layer of their own."""
        few = copy(self)
        few.take(index)
        return few

    def take(self, index: Ints) -> None:
        """Keep only some of the polygons."""
        self.geoms, self._areas = self.geoms[index], self._areas[index]

    def of(self, index: Ints) -> Floats:
        """Areas of some of the polygons, m²."""
        missing = np.unique(index[np.isnan(self._areas[index])])
        self._areas[missing] = self.measure(self.geoms[missing], missing)
        return self._areas[index]

    def all(self) -> Floats:
        """Areas of all of them, m²."""
        return self.of(np.arange(len(self.geoms)))

    def resolvable(self, index: Ints) -> Floats:
        """Areas (m²) to judge imbalances by: the polygon's own, but at least a strip along its outline.

        Where outlines nearly coincide, GEOS snaps vertices by up to 1e-12 of the coordinates (6 µm at 6,000 km). A
        sliver millimetres wide then cannot balance to a millionth of its own area, though nothing is wrong; the strip
        is so wide that what snapping does along the whole outline stays below a millionth of it.
        """
        strip = self._strip_m2(index, STRIP_SHARE)
        return np.maximum(np.maximum(self.of(index), strip), np.finfo(np.float64).tiny)

    def rounding(self, index: Ints) -> Floats:
        """Area (m²) of a strip along the outline as wide as the coordinates' last digits."""
        return self._strip_m2(index, ROUNDING_SHARE)

    def _strip_m2(self, index: Ints, share: float) -> Floats:
        """A strip along the outline, as wide as a share of the coordinates' size."""
        geoms, area = self.geoms[index], self.of(index)
        planar = np.nan_to_num(shapely.area(geoms))
        # m² per squared coordinate unit
        per_unit = np.divide(area, planar, out=np.zeros(len(area)), where=planar > 0.0)
        width = np.nan_to_num(np.abs(shapely.bounds(geoms)).max(axis=1)) * share
        strip: Floats = np.nan_to_num(shapely.length(geoms)) * width * per_unit
        return strip

    def measure(self, geoms: Geometries, index: Ints) -> Floats:
        """Areas in m², in the same CRS and by the same method, of figures made from the polygons ``index``."""
        return areas_m2(geoms, self._crs, self._method, self._feedback, Naming(self.layer, index))


class _Quiet:
    """Feedback that only listens for a cancel."""

    def __init__(self, whole: Feedback) -> None:
        self.progress = _ignore
        self.info = whole.info
        self.warn = whole.warn
        self.cancelled = whole.cancelled


def _ignore(share: float) -> None:
    """Progress of a part that is no part of the whole's scale."""

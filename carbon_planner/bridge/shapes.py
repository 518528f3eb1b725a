"""Geometry of a layer on its way to the core, with what is worth telling about it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Optional

import numpy as np
import shapely
from numpy.typing import NDArray
from qgis.core import QgsCoordinateTransform, QgsCsException, QgsGeometry, QgsRectangle, QgsWkbTypes

from ..base.feedback import Feedback, check
from ..base.messages import message
from ..geometry.wkb import from_wkb
from .checks import listed
from .geometries import ARC_DEGREES, is_curved, to_wkb

_BLOCK = 5_000  # geometries turned between two looks at the cancel button, about a tenth of a second
_SIMPLE = (QgsWkbTypes.Type.Polygon, QgsWkbTypes.Type.MultiPolygon)


class Shapes:
    """Collects geometry of features as WKB and what is worth telling about it."""

    def __init__(self, layer: str) -> None:
        self.layer = layer
        self.wkb: list[Optional[bytes]] = []
        self.curved = 0
        self.outside: list[int] = []

    def add(self, geometry: QgsGeometry, transform: Optional[QgsCoordinateTransform] = None) -> None:
        """Add the geometry of the next feature, moved into another CRS vertex by vertex."""
        if geometry.wkbType() not in _SIMPLE:
            self.curved += is_curved(geometry)
        data = to_wkb(geometry)
        if data is not None and transform is not None:
            data = self._moved(data, transform)
        self.wkb.append(data)

    def _moved(self, data: bytes, transform: QgsCoordinateTransform) -> Optional[bytes]:
        flat = QgsGeometry()
        flat.fromWkb(data)
        try:
            flat.transform(transform)
        except QgsCsException:
            self.outside.append(len(self.wkb))
            return None
        return bytes(flat.asWkb())

    def finish(self, ids: Sequence[str], feedback: Feedback) -> NDArray[np.object_]:
        """Shapely geometries of all features (None for null); warns of those that could not be used."""
        parts, unreadable = [], []
        for start in range(0, len(self.wkb), _BLOCK):
            check(feedback)
            block, bad = from_wkb(self.wkb[start : start + _BLOCK])
            parts.append(block)
            unreadable += (bad + start).tolist()
        self.wkb = []  # no longer needed, and large
        if self.curved:
            feedback.info(message("CURVES_STRAIGHTENED", layer=self.layer, count=self.curved, degrees=ARC_DEGREES))
        for msg_id, rows in (("GEOMETRY_UNREADABLE", unreadable), ("GEOMETRY_OUTSIDE_CRS", self.outside)):
            if rows:
                feedback.warn(message(msg_id, layer=self.layer, count=len(rows), features=listed(ids, rows)))
        return np.concatenate(parts) if parts else np.zeros(0, dtype=object)


def extent_of(geometry: NDArray[np.object_]) -> QgsRectangle:
    """The extent of geometries, without those that are empty or not finite; a null rectangle where none is left."""
    bounds = shapely.bounds(geometry)
    bounds = bounds[np.isfinite(bounds).all(axis=1)]
    if not len(bounds):
        return QgsRectangle()
    low, high = bounds[:, :2].min(axis=0), bounds[:, 2:].max(axis=0)
    return QgsRectangle(float(low[0]), float(low[1]), float(high[0]), float(high[1]))

"""Geometry of a layer on its way to the core, with what is worth telling about it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Optional

import numpy as np
from numpy.typing import NDArray
from qgis.core import QgsCoordinateTransform, QgsCsException, QgsGeometry

from ..base.feedback import Feedback
from ..base.messages import message
from ..geometry.wkb import from_wkb
from .checks import listed
from .geometries import ARC_DEGREES, is_curved, to_wkb


class Shapes:
    """Collects geometry of features as WKB and what is worth telling about it."""

    def __init__(self, layer: str) -> None:
        self.layer = layer
        self.wkb: list[Optional[bytes]] = []
        self.curved = 0
        self.outside: list[int] = []

    def add(self, geometry: QgsGeometry, transform: Optional[QgsCoordinateTransform] = None) -> None:
        """Add the geometry of the next feature, moved into another CRS vertex by vertex."""
        self.curved += is_curved(geometry)
        data = to_wkb(geometry)
        if data is not None and transform is not None:
            data = self._moved(geometry, transform)
        self.wkb.append(data)

    def _moved(self, geometry: QgsGeometry, transform: QgsCoordinateTransform) -> Optional[bytes]:
        flat = QgsGeometry()
        flat.fromWkb(to_wkb(geometry))
        try:
            flat.transform(transform)
        except QgsCsException:
            self.outside.append(len(self.wkb))
            return None
        return bytes(flat.asWkb())

    def finish(self, ids: Sequence[str], feedback: Feedback) -> NDArray[np.object_]:
        """Shapely geometries of all features (None for null); warns of those that could not be used."""
        geometry, unreadable = from_wkb(self.wkb)
        if self.curved:
            feedback.info(message("CURVES_STRAIGHTENED", layer=self.layer, count=self.curved, degrees=ARC_DEGREES))
        for msg_id, rows in (("GEOMETRY_UNREADABLE", unreadable.tolist()), ("GEOMETRY_OUTSIDE_CRS", self.outside)):
            if rows:
                feedback.warn(message(msg_id, layer=self.layer, count=len(rows), features=listed(ids, rows)))
        return geometry

"""Geometry of QGIS → WKB and back from Shapely: curves to chords, Z and M dropped, odd surfaces to multipolygons."""

from __future__ import annotations

import math
from typing import Any, Optional

import shapely
from qgis.core import QgsAbstractGeometry, QgsGeometry, QgsWkbTypes

# Curves become chords of at most this angle of arc. A full circle loses angle²/6 = 5e-7 of its area.
ARC_DEGREES = 0.1

_MAX_ANGLE = QgsAbstractGeometry.SegmentationToleranceType.MaximumAngle
_PLAIN = (
    QgsWkbTypes.Type.Polygon,
    QgsWkbTypes.Type.MultiPolygon,
    QgsWkbTypes.Type.Point,
    QgsWkbTypes.Type.MultiPoint,
    QgsWkbTypes.Type.LineString,
    QgsWkbTypes.Type.MultiLineString,
    QgsWkbTypes.Type.GeometryCollection,
)


def is_curved(geometry: QgsGeometry) -> bool:
    """Whether the geometry holds arcs (a curve type of straight pieces does not count)."""
    return QgsWkbTypes.isCurvedType(geometry.wkbType()) and geometry.constGet().hasCurvedSegments()


def chords(geometry: QgsGeometry) -> QgsGeometry:
    """The geometry with its curves replaced by chords; Z and M stay."""
    if not QgsWkbTypes.isCurvedType(geometry.wkbType()):
        return geometry
    # Not convertToStraightSegment: that leaves curve types alone that hold no arc, and no other program reads them.
    return QgsGeometry(geometry.constGet().segmentize(math.radians(ARC_DEGREES), _MAX_ANGLE))


def straight(geometry: QgsGeometry) -> QgsGeometry:
    """The geometry in two dimensions, without curves, as a type that every program reads."""
    kind = geometry.wkbType()
    flat = QgsWkbTypes.flatType(kind)
    if kind in _PLAIN:
        return geometry
    if QgsWkbTypes.isCurvedType(kind):
        geometry = chords(geometry)
    elif flat not in _PLAIN:  # triangle, TIN, polyhedral surface
        parts = geometry.coerceToType(QgsWkbTypes.Type.MultiPolygon)
        geometry = QgsGeometry.collectGeometry(parts) if len(parts) != 1 else parts[0]
    flattened = QgsGeometry(geometry)
    part = flattened.get()
    if part is not None:
        part.dropZValue()
        part.dropMValue()
    return flattened


def to_wkb(geometry: QgsGeometry) -> Optional[bytes]:
    """Two-dimensional WKB without curves, None for a null geometry."""
    if geometry.isNull():
        return None
    return bytes(straight(geometry).asWkb())


def to_qgis(geometry: object) -> QgsGeometry:
    """A Shapely geometry for QGIS; a null geometry for None."""
    result = QgsGeometry()
    if geometry is not None:
        result.fromWkb(shapely.to_wkb(geometry))
    return result


def multi(geometry: QgsGeometry) -> QgsGeometry:
    """The geometry as a multi type; what is given stays as it is."""
    made = QgsGeometry(geometry)
    if not made.isNull():
        made.convertToMultiType()
    return made


def polygons_only(geometry: Any) -> Any:
    """The polygons of a Shapely geometry as one multipolygon, None where it has none."""
    if geometry is None:
        return None
    parts = [part for part in shapely.get_parts(geometry, return_index=False) if part.geom_type == "Polygon"]
    return shapely.multipolygons(parts) if parts else None

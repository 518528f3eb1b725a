"""Coordinate reference systems: QGIS → core, missing or wrong ones refused, base layers brought into that of the zones.

Reprojection goes through QgsCoordinateTransform with the project's transform context, not through pyproj: between
datums (Beijing 1954, Xi'an 1980, CGCS2000) several operations exist and differ by tens of metres; the user chose one
for the map, and the evaluation must see the same figures as the map. Areas are computed by the core afterwards.
"""

from __future__ import annotations

from typing import Optional

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsCoordinateTransformContext,
    QgsCsException,
    QgsRectangle,
    QgsVectorLayer,
)

from ..base.errors import InputError
from ..base.feedback import Feedback
from ..base.messages import message
from ..geometry.crs import Crs

# Beyond this a transform without grids may move a zone noticeably against the base map.
COARSE_METRES = 1.0
DEGREES = QgsRectangle(-360.0, -90.0, 360.0, 90.0)


def core_crs(crs: QgsCoordinateReferenceSystem, layer: str) -> Crs:
    """The CRS for the core. By its WKT: the core's PROJ may be another than that of QGIS and not know a custom one.

    Raises :class:`InputError` where the layer has none.
    """
    if not crs.isValid():
        raise InputError("LAYER_WITHOUT_CRS", layer=layer)
    return Crs.from_text(crs.toWkt(QgsCoordinateReferenceSystem.WktVariant.WKT_PREFERRED))


def layer_crs(layer: Optional[QgsVectorLayer], stated: QgsCoordinateReferenceSystem) -> QgsCoordinateReferenceSystem:
    """The CRS that was really stated; an invalid one where QGIS only assumed it.

    A memory layer made without CRS claims EPSG:4326: a hectare drawn in metres would become a quarter of the Earth.
    """
    if layer is not None and layer.providerType() == "memory" and "crs=" not in layer.source().lower():
        assumed = QgsCoordinateReferenceSystem("EPSG:4326")
        return QgsCoordinateReferenceSystem() if stated == assumed else stated
    return stated


def check_extent(extent: QgsRectangle, crs: QgsCoordinateReferenceSystem, layer: str, feedback: Feedback) -> None:
    """Compare coordinates with the CRS: metres in a geographic one are refused, degrees in a projected one told."""
    if extent.isNull() or extent.isEmpty() or not extent.isFinite():
        return
    box = {"layer": layer, "crs": crs.userFriendlyIdentifier(), "extent": extent.toString(3)}
    if crs.isGeographic() and not DEGREES.contains(extent):
        raise InputError("CRS_NOT_DEGREES", **box)
    if not crs.isGeographic() and QgsRectangle(-180.0, -90.0, 180.0, 90.0).contains(extent) and extent.width() < 10.0:
        feedback.warn(message("CRS_LOOKS_LIKE_DEGREES", **box))


def transform_between(
    source: QgsCoordinateReferenceSystem,
    target: QgsCoordinateReferenceSystem,
    context: QgsCoordinateTransformContext,
    layer: str,
    feedback: Feedback,
) -> Optional[QgsCoordinateTransform]:
    """The transform from a layer's CRS to that of the zones, None where they are the same; says what is done.

    Raises :class:`InputError` where no operation exists.
    """
    if source == target:
        return None
    transform = QgsCoordinateTransform(source, target, context)
    names = {"layer": layer, "source": source.userFriendlyIdentifier(), "target": target.userFriendlyIdentifier()}
    if not transform.isValid():
        raise InputError("LAYER_NO_TRANSFORM", **names)
    operation = transform.instantiatedCoordinateOperationDetails()
    feedback.info(message("CRS_TRANSFORMED", operation=operation.name or transform.coordinateOperation(), **names))
    if operation.accuracy < 0 or operation.accuracy > COARSE_METRES:
        accuracy = f"{operation.accuracy:g} m" if operation.accuracy > 0 else "?"
        feedback.warn(message("CRS_TRANSFORM_COARSE", accuracy=accuracy, **names))
    return transform


def transformed_box(
    extent: QgsRectangle,
    source: QgsCoordinateReferenceSystem,
    target: QgsCoordinateReferenceSystem,
    context: QgsCoordinateTransformContext,
) -> QgsRectangle:
    """An extent in another CRS, a little enlarged; a null rectangle (which limits nothing) where that fails."""
    try:
        box = QgsCoordinateTransform(source, target, context).transformBoundingBox(extent)
    except QgsCsException:
        return QgsRectangle()
    if not box.isFinite() or box.isNull():
        return QgsRectangle()
    box.grow(0.01 * max(box.width(), box.height()))
    return box

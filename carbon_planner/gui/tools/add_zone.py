"""Put a drawn zone into the plan layer: one gesture, one undo step."""

from __future__ import annotations

import re
from typing import Any

from qgis.core import (
    QgsCoordinateTransform,
    QgsCsException,
    QgsDistanceArea,
    QgsGeometry,
    QgsProject,
    QgsUnitTypes,
    QgsVectorLayer,
    QgsVectorLayerUtils,
)
from qgis.PyQt.QtCore import QCoreApplication, QDateTime

from ..plan import schema

translate = QCoreApplication.translate

NUMBERED = re.compile(r"Z-(\d{1,9})$")


def next_zone_id(layer: QgsVectorLayer) -> str:
    """The number behind the highest one of the layer, unsaved zones included; as the field's default, but fast."""
    ids = layer.uniqueValues(layer.fields().lookupField(schema.ZONE_ID))
    numbers = (NUMBERED.match(str(value)) for value in ids)
    return f"Z-{max((int(found.group(1)) for found in numbers if found), default=0) + 1:04d}"


def area_ha(geometry: QgsGeometry, layer: QgsVectorLayer, project: QgsProject) -> float:
    """Area on the ellipsoid of the layer's system, in hectares; for the form only, results have their own rule."""
    measure = QgsDistanceArea()
    measure.setSourceCrs(layer.crs(), project.transformContext())
    measure.setEllipsoid(layer.crs().ellipsoidAcronym() or "EPSG:7030")
    return measure.convertAreaMeasurement(measure.measureArea(geometry), QgsUnitTypes.AreaUnit.AreaHectares)


def remarks(geometry: QgsGeometry) -> list[str]:
    """What is odd about an outline; it can be kept all the same."""
    if geometry.isGeosValid():
        return []
    text = translate("CarbonPlanner", "The outline crosses or touches itself. An evaluation will repair and report it.")
    return [text]


def add_zone(layer: QgsVectorLayer, geometry: QgsGeometry, zone_id: str, values: dict[str, Any]) -> bool:
    """Add a zone as one undo step; says whether the layer took it. With topological editing on, neighbours follow."""
    attributes = {
        **values,
        schema.ZONE_ID: zone_id,
        schema.CREATED: QDateTime.currentDateTime(),
    }
    index = layer.fields().lookupField
    known = {index(name): value for name, value in attributes.items() if index(name) >= 0}
    context = layer.createExpressionContext()
    layer.beginEditCommand(translate("CarbonPlanner", "Draw plan zone {id}").format(id=zone_id))
    feature = QgsVectorLayerUtils.createFeature(layer, geometry, known, context)
    for field, value in known.items():  # createFeature puts a default where the value is None
        feature.setAttribute(field, value)
    if not layer.addFeature(feature):
        layer.destroyEditCommand()
        return False
    project = QgsProject.instance()
    if project.topologicalEditing():
        _match_neighbours(layer, geometry, project)
    layer.endEditCommand()
    layer.triggerRepaint()
    return True


def _match_neighbours(layer: QgsVectorLayer, geometry: QgsGeometry, project: QgsProject) -> None:
    """Give neighbours the vertices of the new outline, as QGIS's own tool does."""
    layer.addTopologicalPoints(geometry)
    for other in project.avoidIntersectionsLayers():
        if other.id() == layer.id() or not other.isEditable():
            continue
        there = QgsGeometry(geometry)
        try:
            there.transform(QgsCoordinateTransform(layer.crs(), other.crs(), project))
        except QgsCsException:
            continue
        other.beginEditCommand(translate("CarbonPlanner", "Match the outline of a plan zone"))
        other.addTopologicalPoints(there)
        other.endEditCommand()

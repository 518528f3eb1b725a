"""Plan layers of the project, and into which of them the next zone goes."""

from __future__ import annotations

from qgis.core import QgsMapLayer, QgsProject, QgsVectorDataProvider, QgsVectorLayer
from qgis.PyQt.QtCore import QCoreApplication

from .schema import is_plan_layer

translate = QCoreApplication.translate


def plan_layers(project: QgsProject) -> list[QgsVectorLayer]:
    """Plan layers of the project, the upper ones of the layer tree first."""
    return [layer for layer in project.layerTreeRoot().layerOrder() if is_plan_layer(layer)]


def target(project: QgsProject, active: QgsMapLayer | None) -> QgsVectorLayer | None:
    """The layer for the next zone: the active one if it is a plan, else one in editing, else the uppermost plan."""
    if is_plan_layer(active):
        return active
    plans = plan_layers(project)
    return next((layer for layer in plans if layer.isEditable()), plans[0] if plans else None)


def obstacle(layer: QgsVectorLayer) -> str:
    """Why nothing can be drawn into a plan layer; empty where nothing stands in the way."""
    capabilities = layer.dataProvider().capabilities()
    if layer.readOnly() or not capabilities & QgsVectorDataProvider.Capability.AddFeatures:
        return translate("CarbonPlanner", "The plan layer “{layer}” is read-only.").format(layer=layer.name())
    return ""

"""The sample plan that comes with the plugin: load it, in its colours, and show it."""

from __future__ import annotations

from pathlib import Path

from qgis.core import QgsProject, QgsVectorLayer
from qgis.PyQt.QtCore import QCoreApplication

from ..base.errors import PlannerError
from . import bar
from .evaluate import BASE_CLASS_FIELDS, field_of
from .plan import schema
from .plan.catalogue import catalogue
from .plan.style import LABEL, labels, renderer, used_codes

translate = QCoreApplication.translate

FOLDER = Path(__file__).parents[1] / "resources" / "sample"
ZONES_SYSTEM, BASE_SYSTEM = "landsea2023", "survey3"


def load_sample(iface) -> list[QgsVectorLayer]:
    """Add zones and existing land use of the sample to the project, read-only, and zoom to them."""
    base = _layer("base.geojson", translate("CarbonPlanner", "Existing land use (sample)"))
    zones = _layer("zones.geojson", translate("CarbonPlanner", "Plan zones (sample)"))
    if not base.isValid() or not zones.isValid():
        bar.warn(iface, translate("CarbonPlanner", "The sample plan is missing from this installation."))
        return []
    _colour(base, BASE_SYSTEM, field_of(base, BASE_CLASS_FIELDS) or "")
    _colour(zones, ZONES_SYSTEM, schema.CLASS_CODE)
    zones.setCustomProperty(schema.SYSTEM, ZONES_SYSTEM)
    zones.setLabeling(labels(LABEL if schema.CLASS_NAME in zones.fields().names() else '"name"'))
    zones.setLabelsEnabled(True)
    for name, alias in schema.aliases().items():
        if zones.fields().lookupField(name) >= 0:
            zones.setFieldAlias(zones.fields().lookupField(name), alias)
    project = QgsProject.instance()
    empty = not project.mapLayers()
    for layer in (base, zones):
        layer.setCustomProperty(schema.SAMPLE, True)
        layer.setReadOnly(True)  # the files belong to the plugin
        project.addMapLayer(layer)
    if empty:
        project.setCrs(zones.crs())
    project.layerTreeRoot().findLayer(zones.id()).setExpanded(True)
    iface.setActiveLayer(zones)
    iface.zoomToActiveLayer()
    return [zones, base]


def _layer(name: str, title: str) -> QgsVectorLayer:
    return QgsVectorLayer(str(FOLDER / name), title, "ogr")


def _colour(layer: QgsVectorLayer, system: str, attribute: str) -> None:
    """Draw by class; without the class library the layer keeps the colour that QGIS gave it."""
    if layer.fields().lookupField(attribute) < 0:
        return
    try:
        layer.setRenderer(renderer(catalogue(system), used_codes(layer, attribute), attribute))
    except PlannerError:
        return

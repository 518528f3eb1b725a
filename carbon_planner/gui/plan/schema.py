"""Template of the plan layer: its fields, as a planner fills them and as *Evaluate plan zones* reads them."""

from __future__ import annotations

from dataclasses import dataclass

from qgis.core import Qgis, QgsField, QgsFields, QgsVectorLayer, QgsWkbTypes
from qgis.PyQt.QtCore import QCoreApplication, QMetaType, QVariant

translate = QCoreApplication.translate

MARK = "carbon_planner/plan"  # custom property of a plan layer: version of the template
SYSTEM = "carbon_planner/class_system"  # custom property: class system of class_code
SAMPLE = "carbon_planner/sample"  # custom property of the sample's layers: they are shown, not drawn into
VERSION = 1
TEXT, REAL, TIME = "text", "real", "time"

ZONE_ID, NAME, CLASS_CODE, CLASS_NAME = "zone_id", "name", "class_code", "class_name"
GREEN_RATIO, BLDG_DENS, PLOT_RATIO = "green_ratio", "bldg_dens", "plot_ratio"
BASE_CODE, STATUS, NOTE, CREATED = "base_code", "status", "note", "created"


@dataclass(frozen=True)
class PlanField:
    """One field of the template; names have at most 10 bytes, so that a shapefile keeps them."""

    name: str
    kind: str
    length: int = 0


FIELDS = (
    PlanField(ZONE_ID, TEXT, 40),
    PlanField(NAME, TEXT, 120),
    PlanField(CLASS_CODE, TEXT, 20),
    PlanField(CLASS_NAME, TEXT, 120),
    PlanField(GREEN_RATIO, REAL),
    PlanField(BLDG_DENS, REAL),
    PlanField(PLOT_RATIO, REAL),
    PlanField(BASE_CODE, TEXT, 20),
    PlanField(STATUS, TEXT, 20),
    PlanField(NOTE, TEXT, 254),
    PlanField(CREATED, TIME),
)
NEEDED = {ZONE_ID, CLASS_CODE, GREEN_RATIO, BLDG_DENS, PLOT_RATIO}  # by these a plan layer is known without its style


def aliases() -> dict[str, str]:
    """Names of the fields for forms and tables, in the user's language."""
    return {
        ZONE_ID: translate("CarbonPlanner", "Zone id"),
        NAME: translate("CarbonPlanner", "Name"),
        CLASS_CODE: translate("CarbonPlanner", "Planned class"),
        CLASS_NAME: translate("CarbonPlanner", "Class name"),
        GREEN_RATIO: translate("CarbonPlanner", "Green ratio (0–1)"),
        BLDG_DENS: translate("CarbonPlanner", "Building density (0–1)"),
        PLOT_RATIO: translate("CarbonPlanner", "Plot ratio"),
        BASE_CODE: translate("CarbonPlanner", "Existing class"),
        STATUS: translate("CarbonPlanner", "Status"),
        NOTE: translate("CarbonPlanner", "Note"),
        CREATED: translate("CarbonPlanner", "Drawn on"),
    }


def statuses() -> dict[str, str]:
    """Stored value and label of the stages of a zone."""
    return {
        "draft": translate("CarbonPlanner", "Draft"),
        "approved": translate("CarbonPlanner", "Approved"),
        "implemented": translate("CarbonPlanner", "Implemented"),
    }


def _types() -> dict[str, object]:
    if Qgis.QGIS_VERSION_INT >= 33800:  # by version: older ones have QMetaType, but QgsField refuses it
        return {TEXT: QMetaType.Type.QString, REAL: QMetaType.Type.Double, TIME: QMetaType.Type.QDateTime}
    return {TEXT: QVariant.String, REAL: QVariant.Double, TIME: QVariant.DateTime}


def fields() -> QgsFields:
    """The template as QGIS fields."""
    types, result = _types(), QgsFields()
    for spec in FIELDS:
        result.append(QgsField(spec.name, types[spec.kind], "", spec.length))
    return result


def is_plan_layer(layer: object) -> bool:
    """Whether zones can be drawn into the layer: polygons with the fields of the template.

    The fields decide and not the mark, so that a plan that was copied or lost its style still works.
    """
    if not isinstance(layer, QgsVectorLayer) or not layer.isValid() or layer.customProperty(SAMPLE):
        return False
    return layer.geometryType() == QgsWkbTypes.GeometryType.PolygonGeometry and set(layer.fields().names()) >= NEEDED


def class_system(layer: QgsVectorLayer) -> str:
    """Class system of a plan layer's codes; empty where it does not say."""
    return str(layer.customProperty(SYSTEM, "") or "")

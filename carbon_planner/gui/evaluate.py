"""*Evaluate*: the dialog of the algorithm, filled with the layers and fields that fit."""

from __future__ import annotations

from typing import Any

from qgis.core import QgsApplication, QgsMapLayer, QgsProject, QgsVectorLayer, QgsWkbTypes
from qgis.PyQt.QtCore import QCoreApplication
from qgis.PyQt.QtWidgets import QDialog

from . import bar
from .plan import schema
from .plan.find import plan_layers
from .settings import END_YEAR, FLUX_SET, LAND_METHOD, START_YEAR, STOCK_SET

translate = QCoreApplication.translate

EVALUATE = "carbonplanner:evaluatezones"
RESULT_FIELD = "cp_net_t"

# Usual names of fields, the template's first; compared without regard to case.
CLASS_FIELDS = ("class_code", "yddm", "ydyhfldm", "ghyddm", "ghyhdm", "yhfldm", "用地代码", "用地用海代码", "landuse")
GREEN_FIELDS = ("green_ratio", "ldl", "lvdilv", "绿地率")
DENSITY_FIELDS = ("bldg_dens", "jzmd", "建筑密度")
RATIO_FIELDS = ("plot_ratio", "rjl", "容积率", "far")
ID_FIELDS = ("zone_id", "cp_zone_id", "dkbh", "dkbm", "地块编号", "bsm")
ZONE_BASE_FIELDS = ("base_code", "xzdlbm", "bgqdlbm", "现状地类")
BASE_CLASS_FIELDS = ("dlbm", "dldm", "地类编码", "clc_code", "code_18", "base_class", "class_code")


def polygon_layers(project: QgsProject) -> list[QgsVectorLayer]:
    """Polygon layers of the project, the upper ones of the layer tree first."""
    return [layer for layer in project.layerTreeRoot().layerOrder() if is_polygon(layer)]


def is_polygon(layer: QgsMapLayer | None) -> bool:
    """Whether a layer holds polygons."""
    polygon = QgsWkbTypes.GeometryType.PolygonGeometry
    return isinstance(layer, QgsVectorLayer) and layer.isValid() and layer.geometryType() == polygon


def field_of(layer: QgsVectorLayer, names: tuple[str, ...]) -> str | None:
    """The layer's field that bears one of the usual names, the earlier name first."""
    own = {name.lower(): name for name in reversed(layer.fields().names())}
    return next((own[name] for name in names if name in own), None)


def guess_zones(project: QgsProject, active: QgsMapLayer | None) -> QgsVectorLayer | None:
    """The layer to evaluate: the active one if it has polygons and no results, else a plan, else any polygon layer."""
    if is_polygon(active) and RESULT_FIELD not in active.fields().names():
        return active
    candidates = [*plan_layers(project), *polygon_layers(project)]
    fresh = [layer for layer in candidates if RESULT_FIELD not in layer.fields().names()]
    return next(iter(fresh or candidates), None)


def guess_base(project: QgsProject, zones: QgsVectorLayer) -> QgsVectorLayer | None:
    """The existing land use: a polygon layer with a field that only surveys and land-cover maps have."""
    for layer in polygon_layers(project):
        if layer.id() == zones.id() or schema.is_plan_layer(layer) or RESULT_FIELD in layer.fields().names():
            continue
        if field_of(layer, BASE_CLASS_FIELDS[:-1]):
            return layer
    return None


def parameters(project: QgsProject, active: QgsMapLayer | None) -> dict[str, Any]:
    """What the dialog starts with; only what is known is set."""
    zones = guess_zones(project, active)
    found: dict[str, Any] = {"START_YEAR": START_YEAR.get(), "END_YEAR": END_YEAR.get()}
    found["LAND_METHOD"] = LAND_METHOD.get()
    found["FACTOR_SET"] = (FLUX_SET if found["LAND_METHOD"] == "flux" else STOCK_SET).get()
    if zones is None:
        return found
    found["ZONES"] = zones.id()
    for name, names in (
        ("ZONE_ID", ID_FIELDS),
        ("ZONE_CLASS", CLASS_FIELDS),
        ("GREEN_RATIO", GREEN_FIELDS),
        ("BUILDING_DENSITY", DENSITY_FIELDS),
        ("PLOT_RATIO", RATIO_FIELDS),
    ):
        found[name] = field_of(zones, names)
    found["ZONE_CLASS_SYSTEM"] = schema.class_system(zones)
    base = guess_base(project, zones)
    if base is not None:
        found["BASE"], found["BASE_CLASS"] = base.id(), field_of(base, BASE_CLASS_FIELDS)
    else:
        found["ZONE_BASE_CLASS"] = _filled_base_field(zones)
    return {name: value for name, value in found.items() if value is not None}


def _filled_base_field(zones: QgsVectorLayer) -> str | None:
    """A field of the zones with the class before the plan, if the template's is not merely there but filled."""
    name = field_of(zones, ZONE_BASE_FIELDS)
    if name == schema.BASE_CODE:
        values = zones.uniqueValues(zones.fields().lookupField(name), 2)
        return name if any(value for value in values) else None
    return name


def algorithm_dialog(iface, algorithm_id: str, values: dict[str, Any]) -> QDialog | None:
    """The dialog of an algorithm, not yet shown; None, with a message, where Processing is switched off."""
    if QgsApplication.processingRegistry().algorithmById(algorithm_id) is None:
        text = translate("CarbonPlanner", "The algorithm {id} is not registered. Reload the plugin.")
        bar.warn(iface, text.format(id=algorithm_id))
        return None
    try:
        from processing import createAlgorithmDialog
    except ImportError:
        text = translate("CarbonPlanner", "Enable the plugin “Processing” in Plugins ▸ Manage and Install Plugins.")
        bar.warn(iface, text)
        return None
    return createAlgorithmDialog(algorithm_id, values)

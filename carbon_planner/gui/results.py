"""Evaluated layers of the project: which there are, what their totals say, where their report lies."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from qgis.core import NULL, QgsFeature, QgsFeatureRequest, QgsProject, QgsVectorLayer
from qgis.PyQt.QtCore import QDateTime, Qt

from .evaluate import RESULT_FIELD

REPORT = "carbon_planner/report"  # custom property: path of the report
CREATED = "carbon_planner/created"  # custom property: time of the evaluation, ISO
TOTALS = ("carbon_planner/net", "carbon_planner/netLow", "carbon_planner/netHigh")  # custom properties: tCO2e


@dataclass(frozen=True)
class Result:
    """One evaluated layer.

    ``net`` and its 95 % interval are those of the run, in tCO2e; None where there are none, or where the layer does not
    say. Zones may overlap and share factors, so a sum over the layer would be another figure.
    """

    layer: QgsVectorLayer
    zones: int
    net: float | None
    low: float | None
    high: float | None
    factor_set: str
    method: str
    created: QDateTime
    report: Path | None


def is_result(layer: object) -> bool:
    """Whether a layer holds evaluated zones."""
    return isinstance(layer, QgsVectorLayer) and layer.isValid() and RESULT_FIELD in layer.fields().names()


def result_layers(project: QgsProject) -> list[QgsVectorLayer]:
    """Evaluated layers, the latest first; those that do not say when come in the order of the layer tree."""
    found = [layer for layer in project.layerTreeRoot().layerOrder() if is_result(layer)]
    return sorted(found, key=lambda layer: created(layer).toMSecsSinceEpoch(), reverse=True)


def created(layer: QgsVectorLayer) -> QDateTime:
    """When a layer was evaluated; invalid where it does not say."""
    stated = str(layer.customProperty(CREATED, "") or "")
    if stated:
        return QDateTime.fromString(stated, Qt.DateFormat.ISODate)
    return QDateTime()


def report_of(layer: QgsVectorLayer) -> Path | None:
    """The report page of a result: as the layer says, or beside its file; None where there is none."""
    stated = str(layer.customProperty(REPORT, "") or "")
    path = Path(stated) if stated else None
    return path if path is not None and path.is_file() else None


def summary(layer: QgsVectorLayer) -> Result:
    """Read what there is to say of a result; set and method are the same in all zones."""
    request = QgsFeatureRequest().setFlags(QgsFeatureRequest.Flag.NoGeometry).setLimit(1)
    request.setSubsetOfAttributes(["cp_fset", "cp_method"], layer.fields())
    factor_set = method = ""
    for feature in layer.getFeatures(request):
        factor_set, method = _text(feature, "cp_fset"), _text(feature, "cp_method")
    net, low, high = (_figure(layer, name) for name in TOTALS)
    return Result(layer, layer.featureCount(), net, low, high, factor_set, method, created(layer), report_of(layer))


def _figure(layer: QgsVectorLayer, name: str) -> float | None:
    try:
        return float(layer.customProperty(name))
    except (TypeError, ValueError):
        return None


def _text(feature: QgsFeature, name: str) -> str:
    if feature.fields().lookupField(name) < 0:
        return ""
    value = feature[name]
    return "" if value in (None, NULL) else str(value)

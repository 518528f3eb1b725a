"""Evaluated layers of the project: which there are, what their totals say, where their report lies."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from qgis.core import NULL, QgsFeatureRequest, QgsProject, QgsVectorLayer
from qgis.PyQt.QtCore import QDateTime, Qt

from .evaluate import RESULT_FIELD

REPORT = "carbon_planner/report"  # custom property: path of the report
CREATED = "carbon_planner/created"  # custom property: time of the evaluation, ISO
MANY = 20000  # zones above which the sum is left to the report


@dataclass(frozen=True)
class Result:
    """One evaluated layer. ``net`` is the sum over its zones in tCO2e, None where none has a net impact."""

    layer: QgsVectorLayer
    zones: int
    net: float | None
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
    """Read what there is to say of a result."""
    names = ["cp_net_t", "cp_fset", "cp_method"]
    request = QgsFeatureRequest().setFlags(QgsFeatureRequest.Flag.NoGeometry)
    request.setSubsetOfAttributes(names, layer.fields()).setLimit(MANY)
    nets: list[float] = []
    factor_set = method = ""
    for feature in layer.getFeatures(request):
        value = feature["cp_net_t"]
        if value not in (None, NULL):
            nets.append(float(value))
        factor_set = factor_set or str(feature["cp_fset"] or "")
        method = method or str(feature["cp_method"] or "")
    count = layer.featureCount()
    net = sum(nets) if nets and count <= MANY else None
    return Result(layer, count, net, factor_set, method, created(layer), report_of(layer))

"""What a layer holds unsaved, as plain data: taken from its edit buffer and put back in one undo step."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from qgis.core import NULL, QgsFeature, QgsFeatureRequest, QgsGeometry, QgsVectorLayer, QgsVectorLayerUtils
from qgis.PyQt.QtCore import QByteArray, QDate, QDateTime, Qt

from ..plan.schema import ZONE_ID

ADDED, GEOMETRIES, ATTRIBUTES, DELETED = "added", "geometries", "attributes", "deleted"


@dataclass
class Replayed:
    """How many unsaved edits came back, and how many had lost the zone they belong to."""

    done: int = 0
    lost: int = 0


def snapshot(layer: QgsVectorLayer) -> dict[str, Any]:
    """Everything unsaved of a layer; empty lists where nothing is. Zones of the file are named by fid and zone id."""
    buffer = layer.editBuffer()
    if buffer is None:
        return {}
    names = layer.fields().names()
    geometries, attributes = buffer.changedGeometries(), buffer.changedAttributeValues()
    deleted = list(buffer.deletedFeatureIds())
    keys = _zone_ids(layer, [*geometries, *attributes])
    return {
        ADDED: [
            {"wkb": _hex(feature.geometry()), "values": _plain(dict(zip(names, feature.attributes())))}
            for _, feature in sorted(buffer.addedFeatures().items(), reverse=True)  # new zones count down: -2, -3, …
        ],
        GEOMETRIES: [{"fid": fid, "key": keys.get(fid), "wkb": _hex(geom)} for fid, geom in geometries.items()],
        ATTRIBUTES: [
            {"fid": fid, "key": keys.get(fid), "values": _plain({names[i]: v for i, v in values.items()})}
            for fid, values in attributes.items()
        ],
        DELETED: [{"fid": fid, "key": _stored_key(layer, fid)} for fid in deleted],
    }


def replay(layer: QgsVectorLayer, edits: dict[str, Any], title: str) -> Replayed:
    """Put a snapshot back into an editable layer as one undo step.

    A change to a zone that is not in the file any more, or that has become another zone, is counted as lost.
    """
    result = Replayed()
    layer.beginEditCommand(title)
    for item in edits.get(ADDED, []):
        result.done += int(layer.addFeature(_feature(layer, item)))
    for item in edits.get(GEOMETRIES, []):
        good = _same_zone(layer, item) and layer.changeGeometry(item["fid"], _geometry(item["wkb"]))
        _count(result, good)
    for item in edits.get(ATTRIBUTES, []):
        good = _same_zone(layer, item, item["values"].get(ZONE_ID)) and _set_values(layer, item["fid"], item["values"])
        _count(result, good)
    for item in edits.get(DELETED, []):
        _count(result, _same_zone(layer, item) and layer.deleteFeature(item["fid"]))
    layer.endEditCommand()
    return result


def _count(result: Replayed, good: bool) -> None:
    result.done += int(good)
    result.lost += int(not good)


def _feature(layer: QgsVectorLayer, item: dict[str, Any]) -> QgsFeature:
    fields = layer.fields()
    primary = set(layer.primaryKeyAttributes())
    values = {
        fields.lookupField(name): _typed(layer, name, value)
        for name, value in item["values"].items()
        if fields.lookupField(name) >= 0 and fields.lookupField(name) not in primary
    }
    return QgsVectorLayerUtils.createFeature(layer, _geometry(item["wkb"]), values)


def _set_values(layer: QgsVectorLayer, fid: int, values: dict[str, Any]) -> bool:
    fields = layer.fields()
    indexes = [(fields.lookupField(name), _typed(layer, name, value)) for name, value in values.items()]
    return all(layer.changeAttributeValue(fid, index, value) for index, value in indexes if index >= 0)


def _zone_ids(layer: QgsVectorLayer, fids: list[int]) -> dict[int, str]:
    """Zone ids as the file has them: what the user changed since is part of the edits."""
    return {fid: key for fid in set(fids) if (key := _stored_key(layer, fid)) is not None}


def _stored_key(layer: QgsVectorLayer, fid: int) -> str | None:
    index = layer.dataProvider().fieldNameIndex(ZONE_ID)
    request = QgsFeatureRequest(fid).setFlags(QgsFeatureRequest.Flag.NoGeometry).setSubsetOfAttributes([index])
    for feature in layer.dataProvider().getFeatures(request):
        value = feature.attribute(index)
        return None if value in (None, NULL) else str(value)
    return None


def _same_zone(layer: QgsVectorLayer, item: dict[str, Any], renamed: str | None = None) -> bool:
    feature = layer.getFeature(item["fid"])
    if not feature.isValid():
        return False
    value = feature.attribute(ZONE_ID)
    now = None if value in (None, NULL) else str(value)
    return now in (item["key"], renamed)


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    """Attribute values as JSON has them; binary values are left out, the template has none."""
    result: dict[str, Any] = {}
    for name, value in values.items():
        if value in (None, NULL):
            result[name] = None
        elif isinstance(value, (QDateTime, QDate)):
            result[name] = value.toString(Qt.DateFormat.ISODate)
        elif isinstance(value, (bool, int, float, str)):
            result[name] = value
    return result


def _typed(layer: QgsVectorLayer, name: str, value: Any) -> Any:
    """A value of :func:`_plain` as the field's type wants it; text is enough for all but time."""
    if value is None or not isinstance(value, str):
        return value
    kind = layer.fields().field(name).typeName().lower()
    return QDateTime.fromString(value, Qt.DateFormat.ISODate) if "datetime" in kind else value


def _hex(geometry: QgsGeometry) -> str:
    return bytes(geometry.asWkb()).hex()


def _geometry(text: str) -> QgsGeometry:
    geometry = QgsGeometry()
    geometry.fromWkb(QByteArray.fromHex(text.encode("ascii")))
    return geometry

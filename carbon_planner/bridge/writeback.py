"""Results back into the layer they came from: joined by a key, in one edit command that one undo takes back.

    results = read_results(source_of_a_result_layer, feedback)
    done = write_results(layer, "BSM", results, feedback, lang="zh", commit=False)

A layer that is being edited keeps its edit session: the user saves or undoes. Another one is put into edit mode and,
with ``commit``, saved; a save that fails is rolled back. :mod:`.freshness` tells later which of them are stale.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Optional

from qgis.core import QgsField, QgsVectorDataProvider, QgsVectorLayer

from ..base.errors import InputError, StorageError
from ..base.feedback import Feedback, check
from ..base.fields import FieldSpec, zone_fields
from ..base.messages import message
from ..storage.encoding import UTF8, canonical_name, codec
from .schema import cut, make_field
from .source import Source
from .values import plain, text

ZONE_ID = "cp_zone_id"
_LOOK = 64


@dataclass(frozen=True)
class Results:
    """Results by zone: ids, and one list of values per field of the plugin that was found."""

    name: str
    ids: list[str]
    columns: dict[str, list[Any]]


@dataclass(frozen=True)
class Written:
    """What was done: features changed, fields added, results without a feature, features without a result."""

    changed: int
    added: tuple[str, ...]
    without_feature: int
    without_result: int
    committed: bool


def read_results(source: Source, feedback: Feedback) -> Results:
    """Read the plugin's fields of a result layer. Raises :class:`InputError` where zone ids are missing or repeated."""
    places = {spec.name: source.fields.lookupField(spec.name) for spec in zone_fields()}
    if places[ZONE_ID] < 0:
        raise InputError("NO_RESULTS", layer=source.name, field=ZONE_ID)
    found = {name: place for name, place in places.items() if place >= 0}
    columns: dict[str, list[Any]] = {name: [] for name in found}
    for feature in source.features(feedback, sorted(found.values())):
        for name, place in found.items():
            columns[name].append(plain(feature.attribute(place)))
    ids = [text(value) or "" for value in columns[ZONE_ID]]
    _refuse_repeated(ids, source.name, ZONE_ID)
    return Results(source.name, ids, columns)


def write_results(
    layer: QgsVectorLayer,
    key: str,
    results: Results,
    feedback: Feedback,
    *,
    lang: str = "en",
    commit: bool = False,
) -> Written:
    """Join results into a layer by its field ``key`` ("" for the feature number).

    Raises :class:`InputError` where the key is missing, empty or repeated, or nothing matches; :class:`StorageError`
    where the layer cannot be edited or saved; :class:`Cancelled`. The layer is then as it was.
    """
    keys = _keys(layer, key, feedback)
    rows = {zone: row for row, zone in enumerate(results.ids)}
    matched = {fid: rows[zone] for fid, zone in keys.items() if zone in rows}
    if not matched:
        raise InputError("NOTHING_MATCHES", layer=layer.name(), field=key or "fid", results=results.name)
    session = layer.isEditable()
    if not session and (layer.readOnly() or not layer.startEditing()):
        raise StorageError("LAYER_READ_ONLY", layer=layer.name())
    layer.beginEditCommand(message("COMMAND_WRITE_BACK").text(lang))
    try:
        added = _add_fields(layer, results)
        changed = _change(layer, matched, results, feedback)
    except BaseException:
        layer.destroyEditCommand()
        if not session:
            layer.rollBack()
        raise
    layer.endEditCommand()
    if commit and not session:
        _save(layer)
    for spec in zone_fields():
        if spec.name in results.columns:
            layer.setFieldAlias(layer.fields().lookupField(spec.name), spec.alias(lang))
    lost = len(set(results.ids) - set(keys.values()))
    bare = len(keys) - len(matched)
    if lost or bare:
        names = {"layer": layer.name(), "results": results.name, "lost": lost, "bare": bare}
        feedback.warn(message("RESULTS_UNMATCHED", **names))
    return Written(changed, tuple(added), lost, bare, commit and not session)


def _keys(layer: QgsVectorLayer, key: str, feedback: Feedback) -> dict[int, str]:
    """Feature number → key."""
    place = layer.fields().lookupField(key) if key else -1
    if key and place < 0:
        names = ", ".join(f.name() for f in layer.fields()) or "—"
        raise InputError("FIELD_MISSING", layer=layer.name(), field=key, fields=names)
    found: dict[int, str] = {}
    empty: list[str] = []
    for number, feature in enumerate(layer.getFeatures()):
        if number % _LOOK == 0:
            check(feedback)
        value = text(feature.attribute(place)) if key else str(feature.id())
        if value is None:
            empty.append(str(feature.id()))
        else:
            found[feature.id()] = value
    if empty:
        shown = ", ".join(empty[:5])
        raise InputError("KEY_EMPTY", layer=layer.name(), field=key, count=len(empty), features=shown)
    _refuse_repeated(list(found.values()), layer.name(), key)
    return found


def _refuse_repeated(ids: Sequence[str], layer: str, name: str) -> None:
    repeated = [value for value, count in Counter(ids).items() if count > 1]
    if repeated:
        shown = ", ".join(repeated[:5])
        raise InputError("KEY_REPEATED", layer=layer, field=name, count=len(repeated), ids=shown)


def _add_fields(layer: QgsVectorLayer, results: Results) -> list[str]:
    """Add the plugin's fields that the layer lacks, in their order."""
    provider = layer.dataProvider()
    missing = [s for s in zone_fields() if s.name in results.columns and layer.fields().lookupField(s.name) < 0]
    if missing and not provider.capabilities() & QgsVectorDataProvider.Capability.AddAttributes:
        raise StorageError("LAYER_TAKES_NO_FIELDS", layer=layer.name(), fields=", ".join(s.name for s in missing))
    for spec in missing:
        if not layer.addAttribute(_native(spec, provider)):
            raise StorageError("LAYER_TAKES_NO_FIELDS", layer=layer.name(), fields=spec.name)
    return [spec.name for spec in missing]


def _native(spec: FieldSpec, provider: QgsVectorDataProvider) -> QgsField:
    """The field exactly as the provider will give it back: QGIS compares both when it saves."""
    if provider.storageType() == "ESRI Shapefile" or provider.name() == "memory":
        return make_field(spec.name, spec.kind, spec.width, spec.precision)
    made = make_field(spec.name, spec.kind)  # databases need no widths
    if provider.name() != "ogr":
        for native in provider.nativeTypes():
            if native.mType == made.type() and native.mMinLen <= 0:
                made.setTypeName(native.mTypeName)
                made.setLength(native.mMinLen)
                break
    return made


def _change(layer: QgsVectorLayer, matched: Mapping[int, int], results: Results, feedback: Feedback) -> int:
    """Set the values that differ; gives how many features were changed."""
    places = {layer.fields().lookupField(name): values for name, values in results.columns.items()}
    limits = _text_limits(layer, list(places))
    changed = 0
    for number, feature in enumerate(layer.getFeatures()):
        if number % _LOOK == 0:
            check(feedback)
            feedback.progress(number / max(len(matched), 1))
        row = matched.get(feature.id())
        if row is None:
            continue
        old = feature.attributes()
        fresh = {place: _fitting(values[row], limits.get(place)) for place, values in places.items()}
        fresh = {place: value for place, value in fresh.items() if place >= len(old) or plain(old[place]) != value}
        for place, value in fresh.items():
            if not layer.changeAttributeValue(feature.id(), place, value):
                raise StorageError("LAYER_READ_ONLY", layer=layer.name())
        changed += bool(fresh)
    return changed


def _text_limits(layer: QgsVectorLayer, places: Sequence[int]) -> dict[int, tuple[str, int]]:
    """Encoding and bytes of the text fields of a shapefile, which would cut in the middle of a character."""
    if layer.storageType() != "ESRI Shapefile":
        return {}
    encoding = codec(canonical_name(layer.dataProvider().encoding()) or UTF8)
    fields = layer.fields()
    return {place: (encoding, fields.at(place).length()) for place in places if fields.at(place).length() > 0}


def _fitting(value: Any, limit: Optional[tuple[str, int]]) -> Any:
    return cut(value, *limit) if isinstance(value, str) and limit is not None else value


def _save(layer: QgsVectorLayer) -> None:
    if layer.commitChanges():
        return
    detail = "; ".join(layer.commitErrors())
    layer.rollBack()
    raise StorageError("LAYER_NOT_SAVED", layer=layer.name(), detail=detail)

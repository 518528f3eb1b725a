"""Features of a Processing source or a layer, with CRS, encoding and field names put right.

:class:`Source` is what :mod:`.reading` reads from. It never changes the layer it comes from: where the encoding of a
shapefile is wrong, the file is opened a second time, so that a layer of the project, which belongs to the main thread,
keeps its settings. Field names chosen while the layer showed garbled names are found again by their place.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Optional

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsFeature,
    QgsFeatureRequest,
    QgsFeatureSource,
    QgsFields,
    QgsProcessingContext,
    QgsProcessingFeatureSource,
    QgsProcessingFeatureSourceDefinition,
    QgsProcessingParameterDefinition,
    QgsProcessingParameters,
    QgsProcessingUtils,
    QgsProviderRegistry,
    QgsRectangle,
    QgsVectorLayer,
)

from ..base.errors import InputError
from ..base.feedback import Feedback, check
from ..base.fields import PREFIX
from ..base.messages import message
from ..storage.encoding import Detection, canonical_name, chosen_encoding, detect_dbf_encoding
from .crs import layer_crs
from .locations import is_part, safe_uri

# Features between two looks at the cancel button: 64 take below a millisecond, of a slow provider below half a second.
_LOOK = 64
_SHAPEFILE = ("ESRI Shapefile",)


@dataclass
class Source:
    """Where features come from.

    ``origin`` is the source as given, ``reader`` the one that is read; they differ where an encoding was put right.
    ``encoding`` is that of a shapefile's text ("" elsewhere), ``path`` and ``table`` name the file and the layer in it;
    ``provider`` and ``uri`` are those of the layer behind, without password. ``only`` limits the features to some ids,
    ``partial`` says that the source itself shows a part of its layer (selection, filter, limit).
    """

    name: str
    origin: QgsFeatureSource
    reader: QgsFeatureSource
    crs: QgsCoordinateReferenceSystem
    fields: QgsFields
    aliases: dict[str, int] = field(default_factory=dict)
    encoding: str = ""
    path: str = ""
    table: str = ""
    provider: str = ""
    uri: str = ""
    only: Optional[Sequence[int]] = None
    partial: bool = False

    @property
    def repaired(self) -> bool:
        """Whether text is read by another encoding than the layer shows."""
        return self.reader is not self.origin

    @property
    def wkb_type(self) -> int:
        """Geometry type, as QgsWkbTypes."""
        return self.origin.wkbType()

    def extent(self) -> QgsRectangle:
        """The extent as the source tells it, perhaps larger than that of its features."""
        return self.origin.sourceExtent()

    def kept_fields(self) -> list[int]:
        """Places of the fields that an output keeps: all but the plugin's own of an earlier run."""
        return [i for i, spec in enumerate(self.fields) if not spec.name().lower().startswith(PREFIX)]

    def index(self, name: str) -> int:
        """Place of a field by name (upper and lower case differ only where both exist).

        Raises :class:`InputError` for a field that is not there, with those that are.
        """
        place = self.fields.indexFromName(name)
        if place < 0:
            place = self.aliases.get(name, -1)
        if place < 0:
            lower = [i for i, spec in enumerate(self.fields) if spec.name().lower() == name.lower()]
            place = lower[0] if len(lower) == 1 else -1
        if place < 0:
            there = ", ".join(spec.name() for spec in self.fields) or "—"
            raise InputError("FIELD_MISSING", layer=self.name, field=name, fields=there)
        return place

    def features(
        self, feedback: Feedback, columns: Optional[Sequence[int]] = None, box: Optional[QgsRectangle] = None
    ) -> Iterator[QgsFeature]:
        """Features in the order of the layer, with progress; ``columns`` limits the attributes, ``box`` the area.

        Raises :class:`Cancelled`, and :class:`InputError` where the source breaks off.
        """
        request = QgsFeatureRequest()
        if columns is not None:
            request.setSubsetOfAttributes(list(columns))
        if box is not None and not box.isNull():
            request.setFilterRect(box)
        if self.only is not None:
            request.setFilterRect(QgsRectangle()).setFilterFids(list(self.only))
        if self.repaired:
            ids = [feature.id() for feature in _fetch(self.origin, _ids_only(request))]
            request.setFilterRect(QgsRectangle()).setFilterFids(ids)
        total = max(self.origin.featureCount(), 1)
        rows = _fetch(self.reader, request)
        for row, feature in enumerate(rows):
            if row % _LOOK == 0:
                check(feedback)
                feedback.progress(row / total)
            yield feature
        if not rows.isValid():
            raise InputError("SOURCE_BROKE_OFF", layer=self.name, detail=str(rows.compileStatus()))
        feedback.progress(1.0)


def _fetch(source: QgsFeatureSource, request: QgsFeatureRequest) -> Any:
    """Features of a source; Processing's own check of validity is left out, the core reports and repairs."""
    if isinstance(source, QgsProcessingFeatureSource):
        return source.getFeatures(request, QgsProcessingFeatureSource.Flag.FlagSkipGeometryValidityChecks)
    return source.getFeatures(request)


def _ids_only(request: QgsFeatureRequest) -> QgsFeatureRequest:
    slim = QgsFeatureRequest(request)
    return slim.setSubsetOfAttributes([]).setFlags(QgsFeatureRequest.Flag.NoGeometry)


def open_source(
    definition: QgsProcessingParameterDefinition,
    parameters: dict[str, Any],
    context: QgsProcessingContext,
    feedback: Feedback,
    encoding: str = "",
) -> Optional[Source]:
    """The source of a parameter, None where it is optional and not given.

    Raises :class:`InputError` where it cannot be read, :class:`SettingsError` for an unknown encoding.
    """
    value = parameters.get(definition.name())
    origin = QgsProcessingParameters.parameterAsSource(definition, parameters, context)
    if origin is None:
        if value is None or value == "":
            return None
        raise InputError("SOURCE_UNREADABLE", parameter=definition.description(), value=_shown(value, context))
    source = _prepared(origin.sourceName(), origin, _layer_behind(value, context), feedback, encoding)
    source.partial |= is_part(value)
    return source


def open_layer(layer: QgsVectorLayer, feedback: Feedback, encoding: str = "") -> Source:
    """A layer as source, for callers outside Processing. Raises as :func:`open_source` does."""
    if not layer.isValid():
        raise InputError("SOURCE_UNREADABLE", parameter=layer.name(), value=layer.source())
    return _prepared(layer.name(), layer, layer, feedback, encoding)


def _layer_behind(value: Any, context: QgsProcessingContext) -> Optional[QgsVectorLayer]:
    if isinstance(value, QgsProcessingFeatureSourceDefinition):
        value = value.source.valueAsString(context.expressionContext())[0]
    if isinstance(value, str):
        value = QgsProcessingUtils.mapLayerFromString(value, context)
    return value if isinstance(value, QgsVectorLayer) else None


def _shown(value: Any, context: QgsProcessingContext) -> str:
    if isinstance(value, QgsProcessingFeatureSourceDefinition):
        return str(value.source.valueAsString(context.expressionContext())[0])
    return str(value)


def _prepared(
    name: str, origin: QgsFeatureSource, layer: Optional[QgsVectorLayer], feedback: Feedback, encoding: str
) -> Source:
    crs = layer_crs(layer, origin.sourceCrs())
    source = Source(name, origin, origin, crs, origin.fields())
    if layer is not None:
        source.provider, source.uri, source.partial = layer.providerType(), safe_uri(layer), bool(layer.subsetString())
    wanted = chosen_encoding(encoding) if encoding.strip() else ""
    if layer is None or layer.providerType() != "ogr":
        return source
    parts = QgsProviderRegistry.instance().decodeUri("ogr", layer.source())
    source.path, source.table = parts.get("path") or "", parts.get("layerName") or ""
    # A layer opened by its path is called after the file, which may hold many layers.
    if source.table and source.table != name == Path(source.path).stem:
        source.name = f"{name} — {source.table}"
    if layer.storageType() in _SHAPEFILE:
        _put_right(source, layer, wanted, feedback)
    return source


def _put_right(source: Source, layer: QgsVectorLayer, wanted: str, feedback: Feedback) -> None:
    """Read the text of a shapefile by the encoding it is in."""
    shown = canonical_name(layer.dataProvider().encoding())
    source.encoding = wanted or _detected(source, shown, feedback)
    if source.encoding in ("", shown):
        source.encoding = source.encoding or shown
        return
    if layer.isEditable() and layer.isModified():
        raise InputError("ENCODING_WHILE_EDITING", layer=source.name, encoding=source.encoding)
    options = QgsVectorLayer.LayerOptions()
    options.loadDefaultStyle = False
    options.skipCrsValidation = True
    again = QgsVectorLayer(layer.source(), source.name, "ogr", options)
    again.setProviderEncoding(source.encoding)
    source.reader = again
    source.aliases = {spec.name(): place for place, spec in enumerate(source.fields)}
    source.fields = again.fields()


def _detected(source: Source, shown: str, feedback: Feedback) -> str:
    """The encoding by the bytes of the file; says what was found where it is not what the layer is read by."""
    found: Detection = detect_dbf_encoding(source.path)
    if found.encoding == shown or found.evidence.id in ("ENCODING_ASCII", "ENCODING_NO_DBF"):
        return ""
    # Who set an encoding in the layer's properties has seen the text: a guess does not overrule it.
    if shown and shown != found.declared and found.guessed and shown != "UTF-8":
        return ""
    tell = feedback.warn if found.guessed or found.contradicts else feedback.info
    tell(message("ENCODING_FOUND", layer=source.name, evidence=found.evidence))
    return found.encoding

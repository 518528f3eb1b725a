"""Where sources lie: what a job file needs to open them again, without passwords."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from qgis.core import QgsDataSourceUri, QgsProcessingFeatureSourceDefinition, QgsVectorLayer

from ..base.errors import InputError
from ..geometry.crs import Crs
from ..jobs.sources import SourceRecord

MEMORY = "memory"
_SECRET = re.compile(r"\b(?:password|passwd|pwd|token)=(?:'(?:[^'\\]|\\.)*'|[^\s&;,]*)", re.IGNORECASE)
_USER_INFO = re.compile(r"(://)[^/@\s]*@")
_DATABASES = ("postgres", "mssql", "oracle", "spatialite")


def safe_uri(layer: QgsVectorLayer) -> str:
    """Source of a layer without its password; "" for a temporary layer."""
    provider = layer.providerType()
    if provider == MEMORY:
        return ""
    if provider in _DATABASES:
        uri = QgsDataSourceUri(layer.source())
        uri.setPassword("")
        return str(uri.uri(False))
    bare = str(QgsDataSourceUri.removePassword(layer.source()))  # knows few of the forms
    return _USER_INFO.sub(r"\1", _SECRET.sub("", bare))


def is_part(value: Any) -> bool:
    """Whether a parameter's value shows only some features of its layer: a selection, a limit, a filter."""
    if not isinstance(value, QgsProcessingFeatureSourceDefinition):
        return False
    filtered = bool(getattr(value, "filterExpression", ""))  # since QGIS 3.32
    return value.selectedFeaturesOnly or value.featureLimit >= 0 or filtered


def record(source: Any, crs: Crs, fields: dict[str, str], fids: list[int]) -> SourceRecord:
    """The record of a :class:`~.source.Source` that was read; ``fids`` are the ids of the features that were."""
    return SourceRecord(
        layer=source.name,
        location=source.path if Path(source.path).exists() else "",  # of a service it may hold a password
        table=source.table,
        crs=crs.wkt,
        encoding=source.encoding,
        fields=fields,
        selection=tuple(fids) if source.partial or source.only is not None else None,
        uri=f"{source.provider}:{source.uri}" if source.uri else "",
    )


def open_record(known: SourceRecord, parameter: str) -> QgsVectorLayer:
    """The layer of a record. Raises :class:`InputError` where it is not said where it lies, or it cannot be opened."""
    provider, _, uri = known.uri.partition(":")
    if not uri:
        provider = "ogr"
        uri = known.location + (f"|layername={known.table}" if known.table and known.location else "")
    if not uri:
        raise InputError("JOB_LOCATION", layer=known.layer, parameter=parameter)
    options = QgsVectorLayer.LayerOptions()
    options.loadDefaultStyle = False
    layer = QgsVectorLayer(uri, known.layer, provider, options)
    if not layer.isValid():
        raise InputError("SOURCE_UNREADABLE", parameter=parameter, value=uri)
    return layer

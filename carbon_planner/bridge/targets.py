"""Where outputs go: what a sink parameter says, as a kind of target with path and layer name."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Optional

from qgis.core import (
    QgsDataProvider,
    QgsDataSourceUri,
    QgsMapLayer,
    QgsProcessingContext,
    QgsProcessingDestinationParameter,
    QgsProcessingFeatureSourceDefinition,
    QgsProcessingParameters,
    QgsProcessingUtils,
    QgsProviderRegistry,
    QgsVectorFileWriter,
)

from ..base.errors import StorageError

GPKG, SHAPEFILE, GEOJSON, CSV, OTHER_FILE, MEMORY, PROVIDER = (
    "gpkg", "shapefile", "geojson", "csv", "other", "memory", "provider",
)  # fmt: skip
_BY_SUFFIX = {".gpkg": GPKG, ".shp": SHAPEFILE, ".dbf": SHAPEFILE, ".geojson": GEOJSON, ".json": GEOJSON, ".csv": CSV}
_PROVIDER = re.compile(r"^(?P<key>[a-z_]+):(?P<uri>.*)$", re.DOTALL)
_ALIASES = {"postgis": "postgres"}
# Drivers that would lose attributes, geometry or other layers without a word.
_REFUSED = {"DXF", "GPX", "PDF", "MBTiles", "S57"}
DEFAULT_SUFFIX = ".gpkg"
# Sources that no output replaces. Zones may be: the output repeats their geometry and fields. Of the survey of the
# existing land use it would leave nothing.
_KEPT = ("BASE",)


@dataclass(frozen=True)
class Target:
    """One sink.

    ``destination`` is the text QGIS made of the parameter, ``description`` the parameter's label; ``layer`` is the name
    inside a database, ``uri`` that of a table of ``provider``. ``details`` says how the result is to be loaded, None
    where it is not.
    """

    parameter: str
    destination: str
    kind: str
    path: Optional[Path] = None
    layer: str = ""
    driver: str = ""
    provider: str = ""
    uri: str = ""
    description: str = ""
    details: Optional[QgsProcessingContext.LayerDetails] = field(default=None, compare=False)

    @property
    def key(self) -> tuple[str, str]:
        """What makes two targets the same: the file (links and case resolved) and the layer in it."""
        if self.path is None:
            return self.destination, self.layer
        return place_of(self.path, self.layer)

    @property
    def layer_id(self) -> str:
        """How QGIS opens the finished output."""
        if self.kind == GPKG:
            return f"{self.path}|layername={self.layer}"
        return str(self.path) if self.path is not None else self.destination


def place_of(path: Path, layer: str) -> tuple[str, str]:
    """File and layer in it, the same for every way to write them; the parts of a shapefile are one place."""
    kind = _BY_SUFFIX.get(path.suffix.lower(), OTHER_FILE)
    file = os.path.normcase(os.path.realpath(path.with_suffix("") if kind == SHAPEFILE else path))
    return file, layer.casefold() if kind == GPKG else ""


def resolve(
    definitions: Iterable[Optional[QgsProcessingDestinationParameter]],
    names: Mapping[str, str],
    parameters: Mapping[str, Any],
    context: QgsProcessingContext,
) -> dict[str, Target]:
    """The targets of sink parameters that are given, by parameter name; ``names`` gives their layer names.

    Whether a layer is to be loaded on completion goes with the target: the context keeps that by destination, and
    several outputs may go to one GeoPackage.
    Raises :class:`StorageError` for two sinks that are the same layer or file, for one that is the layer of the
    existing land use, and for formats that cannot hold them.
    """
    targets: dict[str, Target] = {}
    for definition in definitions:
        if definition is None:
            continue
        name = definition.name()
        destination = QgsProcessingParameters.parameterAsOutputLayer(definition, dict(parameters), context)
        if destination:
            found = parse(name, destination, names[name])
            details = _announced(destination, context)
            targets[name] = replace(found, description=definition.description(), details=details)
    refuse_same(targets.values())
    refuse_sources(targets.values(), parameters, context)
    return targets


def _announced(destination: str, context: QgsProcessingContext) -> Optional[QgsProcessingContext.LayerDetails]:
    """Take from the context what QGIS has just noted about loading a destination."""
    waiting = context.layersToLoadOnCompletion()
    details = waiting.pop(destination, None)
    if details is not None:
        context.setLayersToLoadOnCompletion(waiting)
    return details


def parse(parameter: str, destination: str, layer: str) -> Target:
    """Make a target of a destination text. Raises :class:`StorageError` for an unknown or unsuitable format."""
    if destination.startswith("memory:"):
        return Target(parameter, destination, MEMORY, layer=destination[len("memory:") :])
    match = _PROVIDER.match(destination)
    if match:
        key = _ALIASES.get(match["key"], match["key"])
        if key == "ogr":
            uri = QgsDataSourceUri(match["uri"])
            path = uri.database() or match["uri"]
            return replace(_file(parameter, path, uri.table() or layer), destination=destination)
        if QgsProviderRegistry.instance().providerMetadata(key) is not None:
            return Target(parameter, destination, PROVIDER, provider=key, uri=match["uri"])
    path, _, rest = destination.partition("|layername=")
    return replace(_file(parameter, path, rest.partition("|")[0] or layer), destination=destination)


def _file(parameter: str, text: str, layer: str) -> Target:
    path = Path(text)
    if not path.suffix:
        path = path.with_name(path.name + DEFAULT_SUFFIX)
    kind = _BY_SUFFIX.get(path.suffix.lower(), OTHER_FILE)
    driver = "" if kind != OTHER_FILE else QgsVectorFileWriter.driverForExtension(path.suffix)
    if kind == OTHER_FILE and (not driver or driver in _REFUSED):
        raise StorageError("FORMAT_UNSUITABLE", parameter=parameter, file=path.name, suffix=path.suffix)
    return Target(parameter, str(path), kind, path.absolute(), layer if kind == GPKG else path.stem, driver)


def refuse_same(targets: Iterable[Target]) -> None:
    """Raise :class:`StorageError` where two targets are one: the second would replace the first."""
    seen: dict[tuple[str, str], Target] = {}
    for target in targets:
        if target.kind == MEMORY:
            continue
        other = seen.setdefault(target.key, target)
        if other is not target:
            raise StorageError("SAME_TARGET", first=other.parameter, second=target.parameter, target=target.layer_id)


def refuse_sources(targets: Iterable[Target], parameters: Mapping[str, Any], context: QgsProcessingContext) -> None:
    """Raise :class:`StorageError` where an output would replace the layer of the existing land use."""
    wanted = list(targets)
    for name in _KEPT if wanted else ():
        layer = _layer(parameters.get(name), context)
        for target in wanted if layer is not None else ():
            if _is_source(target, layer):
                raise StorageError(
                    "TARGET_IS_SOURCE", parameter=target.parameter, source=name, layer=layer.name(),
                    target=target.layer_id,
                )  # fmt: skip


def _layer(value: Any, context: QgsProcessingContext) -> Optional[QgsMapLayer]:
    if isinstance(value, QgsProcessingFeatureSourceDefinition):
        value = value.source.valueAsString(context.expressionContext())[0]
    if isinstance(value, str) and value:
        value = QgsProcessingUtils.mapLayerFromString(value, context)
    return value if isinstance(value, QgsMapLayer) else None


def _is_source(target: Target, layer: QgsMapLayer) -> bool:
    """Whether a target is what a layer shows."""
    if target.kind == PROVIDER:
        return layer.providerType() == target.provider and _table(target.uri) == _table(layer.source())
    if target.path is None:
        return False
    parts = QgsProviderRegistry.instance().decodeUri(layer.providerType(), layer.source())
    path = parts.get("path")
    return bool(path) and target.key == place_of(Path(path), parts.get("layerName") or _first_layer(layer))


def _table(uri: str) -> tuple[str, ...]:
    """What tells one table of a database from another; whoever connects."""
    parts = QgsDataSourceUri(uri)
    return parts.service(), parts.host(), parts.port(), parts.database(), parts.schema() or "public", parts.table()


def _first_layer(layer: QgsMapLayer) -> str:
    """Name of the layer that a file is opened with where none is named."""
    provider = layer.dataProvider()
    found = provider.subLayers() if provider is not None else []
    parts = found[0].split(QgsDataProvider.SUBLAYER_SEPARATOR) if found else []
    return parts[1] if len(parts) > 1 else ""

"""Where outputs go. Files are written by :mod:`..bridge.sinks`, whole or not at all; memory layers and databases by QGIS.

QGIS cannot do this for files: a run cancelled half-way leaves a valid file with part of the features, and the default
way to write into an existing GeoPackage wipes its other layers.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Iterable

from qgis.core import (
    QgsDataSourceUri,
    QgsProcessing,
    QgsProcessingContext,
    QgsProcessingOutputLayerDefinition,
    QgsProject,
    QgsProperty,
    QgsProviderRegistry,
)
from qgis.PyQt.QtCore import QCoreApplication

translate = QCoreApplication.translate

LAYER_NAMES = {"OUTPUT": "cp_zones", "PIECES": "cp_pieces", "LEDGER": "cp_ledger"}


@dataclass(frozen=True)
class Destination:
    """Where one output goes. ``path`` is None where QGIS's own sink serves: memory layers and databases.

    ``layer`` is the layer's name in a GeoPackage, ``project`` the project to load the result into, or None.
    """

    parameter: str
    path: Path | None
    layer: str
    title: str
    project: QgsProject | None

    @property
    def driver_suffix(self) -> str:
        """Suffix of the file in lower case, without the dot."""
        return self.path.suffix.lower().lstrip(".") if self.path else ""

    @property
    def place(self) -> tuple[str, str]:
        """Identity of the place written to, for telling two outputs with the same target."""
        if self.path is None:
            return ("", self.parameter)
        inside = self.layer.lower() if self.driver_suffix == "gpkg" else ""
        return (str(self.path.expanduser().resolve()), inside)

    @property
    def source(self) -> str:
        """Data source of the written layer, as QGIS names it."""
        text = str(self.path or "")
        return f"{text}|layername={self.layer}" if self.driver_suffix == "gpkg" else text


def destination(value: Any, parameter: str, title: str, context: QgsProcessingContext) -> Destination | None:
    """Read the value of a sink parameter; None where the output is not wanted."""
    project: QgsProject | None = None
    if isinstance(value, QgsProcessingOutputLayerDefinition):
        project = value.destinationProject
        title = value.destinationName or title
        value = value.sink
    if isinstance(value, QgsProperty):
        value, _ = value.valueAsString(context.expressionContext(), "")
    text = str(value or "").strip()
    if not text:
        return None
    name = LAYER_NAMES.get(parameter, parameter.lower())
    path, layer = _file(text)
    return Destination(parameter, path, layer or name, title, project)


def _file(text: str) -> tuple[Path | None, str]:
    """(file, layer name) of a destination string; (None, "") for everything that is no file."""
    if text == QgsProcessing.TEMPORARY_OUTPUT:
        return None, ""
    key, colon, rest = text.partition(":")
    if colon and key == "ogr":
        uri = QgsDataSourceUri(rest)
        return (Path(uri.database()), uri.table()) if uri.database() else _plain(rest)
    if colon and (key == "memory" or key in QgsProviderRegistry.instance().providerList()):
        return None, ""
    return _plain(text)


def _plain(text: str) -> tuple[Path, str]:
    """A path, with ``|layername=`` or not; without a suffix it becomes a GeoPackage, as in QGIS."""
    path, _, options = text.partition("|")
    layer = ""
    for option in options.split("|"):
        key, _, value = option.partition("=")
        if key.lower() == "layername":
            layer = value
    file = Path(path.replace("file://", "", 1) if path.startswith("file:///") else path)
    return (file if file.suffix else file.with_suffix(".gpkg")), layer


def same_target(destinations: Iterable[Destination | None]) -> str:
    """A sentence naming two outputs with one target, or an empty text."""
    seen: dict[tuple[str, str], Destination] = {}
    for item in destinations:
        if item is None:
            continue
        other = seen.setdefault(item.place, item)
        if other is not item:
            return translate(
                "CarbonPlanner", "{first} and {second} have the same target {target}. Give each its own file or layer."
            ).format(first=other.parameter, second=item.parameter, target=item.source)
    return ""

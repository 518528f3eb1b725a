"""The plan file: a GeoPackage with an empty plan layer, made without touching what else the file holds."""

from __future__ import annotations

import uuid
from pathlib import Path

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsFeatureSink,
    QgsProject,
    QgsProviderRegistry,
    QgsVectorFileWriter,
    QgsVectorLayer,
    QgsWkbTypes,
)
from qgis.PyQt.QtCore import QCoreApplication, QStandardPaths

from . import schema
from .catalogue import Catalogue
from .style import apply_style

translate = QCoreApplication.translate

TABLE = "plan_zones"
SUFFIX = ".gpkg"


class PlanFileError(Exception):
    """The plan file cannot be made or opened; the text is for the user."""


def default_path(project: QgsProject) -> Path:
    """A free file name beside the project, or among the user's documents."""
    home = project.absolutePath()
    documents = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
    folder = Path(home or documents or Path.home())
    stem = translate("CarbonPlanner", "plan")
    path, number = folder / f"{stem}{SUFFIX}", 2
    while path.exists():
        path, number = folder / f"{stem}_{number}{SUFFIX}", number + 1
    return path


def plan_tables(path: Path) -> list[str]:
    """Names of the plan layers in a file; empty where it is no vector file or has none."""
    names = [item.name() for item in QgsProviderRegistry.instance().querySublayers(str(path))]
    return [name for name in names if schema.is_plan_layer(_layer(path, name))]


def create_plan(path: Path, crs: QgsCoordinateReferenceSystem, catalogue: Catalogue, title: str) -> QgsVectorLayer:
    """Make an empty plan layer; other layers of an existing GeoPackage stay as they are.

    A new file is written under another name and renamed when it is whole. Raises :class:`PlanFileError`.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        table = _add_table(path, crs) if path.exists() else _make_file(path, crs)
    except OSError as error:
        raise PlanFileError(_not_written(path, error)) from None
    _keep_style(path, table, catalogue)
    return open_plan(path, table, title)


def _make_file(path: Path, crs: QgsCoordinateReferenceSystem) -> str:
    aside = path.with_name(f"{path.stem}.{uuid.uuid4().hex[:8]}{SUFFIX}")
    try:
        _write(aside, TABLE, crs, QgsVectorFileWriter.ActionOnExistingFile.CreateOrOverwriteFile)
        aside.rename(path)
    finally:
        aside.unlink(missing_ok=True)
    return TABLE


def _add_table(path: Path, crs: QgsCoordinateReferenceSystem) -> str:
    table = _free_table(path)
    _write(path, table, crs, QgsVectorFileWriter.ActionOnExistingFile.CreateOrOverwriteLayer)
    return table


def _not_written(path: Path, reason: object) -> str:
    return translate("CarbonPlanner", "“{path}” cannot be written: {reason}").format(path=path, reason=reason)


def open_plan(path: Path, table: str, title: str) -> QgsVectorLayer:
    """A plan layer of a file. Raises :class:`PlanFileError`."""
    layer = _layer(path, table, title)
    if not schema.is_plan_layer(layer):
        raise PlanFileError(
            translate("CarbonPlanner", "“{path}” holds no plan layer that can be read.").format(path=path)
        )
    return layer


def _keep_style(path: Path, table: str, catalogue: Catalogue) -> None:
    """Keep style and form in the file, so that they are there in every project.

    By a layer of its own: saving a style takes the file out of WAL mode, and layers that are open on it cannot read
    until they open it again (seen with 3.22).
    """
    layer = open_plan(path, table, table)
    apply_style(layer, catalogue)
    save = getattr(layer, "saveStyleToDatabaseV2", layer.saveStyleToDatabase)  # renamed in 3.44
    save(TABLE, "Carbon Planner", True, "")
    del layer
    for other in QgsProject.instance().mapLayers().values():
        parts = QgsProviderRegistry.instance().decodeUri(other.providerType(), other.source())
        if isinstance(other, QgsVectorLayer) and not other.isEditable() and Path(parts.get("path") or "") == path:
            other.dataProvider().reloadData()


def _layer(path: Path, table: str, title: str = "") -> QgsVectorLayer:
    uri = QgsProviderRegistry.instance().encodeUri("ogr", {"path": str(path), "layerName": table})
    return QgsVectorLayer(uri, title or table, "ogr")


def _free_table(path: Path) -> str:
    taken = {item.name().lower() for item in QgsProviderRegistry.instance().querySublayers(str(path))}
    table, number = TABLE, 2
    while table in taken:
        table, number = f"{TABLE}_{number}", number + 1
    return table


def _write(path: Path, table: str, crs: QgsCoordinateReferenceSystem, action: object) -> None:
    options = QgsVectorFileWriter.SaveVectorOptions()
    options.driverName = "GPKG"
    options.layerName = table
    options.actionOnExistingFile = action
    writer = QgsVectorFileWriter.create(
        str(path),
        schema.fields(),
        QgsWkbTypes.Type.MultiPolygon,
        crs,
        QgsProject.instance().transformContext(),
        options,
        QgsFeatureSink.SinkFlags(),
    )
    reason = writer.errorMessage() if writer.hasError() != QgsVectorFileWriter.WriterError.NoError else ""
    del writer  # closes the file
    if reason:
        raise PlanFileError(_not_written(path, reason))

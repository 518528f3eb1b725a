"""Rows of a table → a file or database layer, through QGIS's own writer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from osgeo import gdal
from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransformContext,
    QgsFeature,
    QgsFeatureSink,
    QgsFields,
    QgsVectorFileWriter,
    QgsWkbTypes,
)

from ..base.errors import Cancelled, StorageError
from ..base.feedback import Feedback
from .geometries import chords, multi
from .storage_errors import shown, write_failure
from .tables import Row, Table

_LOOK = 64


def write_layer(
    path: Path,
    layer: str,
    driver: str,
    fields: QgsFields,
    rows: Iterable[Row],
    table: Table,
    feedback: Feedback,
    *,
    encoding: str = "UTF-8",
    options: Sequence[str] = (),
    crs: bool = True,
    into_existing: bool = False,
) -> None:
    """Write rows into a new file, or as a layer into an existing one (other layers stay).

    Raises :class:`StorageError` and :class:`Cancelled`; the file is then unfinished, so it must lie in a staging
    folder.
    """
    save = QgsVectorFileWriter.SaveVectorOptions()
    save.driverName, save.layerName, save.fileEncoding = driver, layer, encoding
    save.layerOptions = list(options)
    action = QgsVectorFileWriter.ActionOnExistingFile
    save.actionOnExistingFile = action.CreateOrOverwriteLayer if into_existing else action.CreateOrOverwriteFile
    system = table.crs if crs else QgsCoordinateReferenceSystem()
    curves = driver == "GPKG" and QgsWkbTypes.isCurvedType(table.wkb_type)  # no other format holds them
    kind = table.wkb_type if curves else QgsWkbTypes.linearType(table.wkb_type)
    writer = QgsVectorFileWriter.create(str(path), fields, kind, system, QgsCoordinateTransformContext(), save)
    if writer.hasError() != QgsVectorFileWriter.WriterError.NoError:
        detail = writer.errorMessage()
        del writer
        raise write_failure(path, detail)
    total, spatial = max(table.count, 1), table.spatial
    for number, (geometry, values) in enumerate(rows):
        if number % _LOOK == 0:
            if feedback.cancelled():
                del writer  # an open file would hinder the removal of its folder, and be written to when that is gone
                raise Cancelled
            feedback.progress(number / total)
        feature = QgsFeature(fields)
        if spatial:
            feature.setGeometry(multi(geometry) if curves else chords(geometry))
        feature.setAttributes(values)
        if not writer.addFeature(feature, QgsFeatureSink.Flag.FastInsert):
            detail = writer.errorMessage()
            del writer
            raise write_failure(path, detail)
    flushed = writer.flushBuffer()
    detail = writer.errorMessage()
    failed = writer.hasError() != QgsVectorFileWriter.WriterError.NoError or not flushed
    del writer  # closes the file
    if failed:
        raise write_failure(path, detail)


def _found(path: Path, layer: str) -> tuple[int, set[str]]:
    """Rows and field names that another reader finds in a finished file; −1 rows where it cannot be read."""
    gdal.PushErrorHandler("CPLQuietErrorHandler")
    try:
        dataset = gdal.OpenEx(str(path), gdal.OF_VECTOR)
        found = None if dataset is None else (dataset.GetLayerByName(layer) if layer else dataset.GetLayer(0))
        if found is None:
            return -1, set()
        head = found.GetLayerDefn()
        names = {head.GetFieldDefn(i).GetName().casefold() for i in range(head.GetFieldCount())}
        return int(found.GetFeatureCount(1)), names
    except RuntimeError:  # with exceptions switched on, as from QGIS 3.38
        return -1, set()
    finally:
        gdal.PopErrorHandler()


def verify(path: Path, layer: str, table: Table, fields: QgsFields | None = None) -> None:
    """Raise :class:`StorageError` unless the finished file holds all rows, and the fields if they are given."""
    count, names = _found(path, layer)
    if count < 0:
        raise write_failure(path, "?")
    missing = [spec.name() for spec in fields or () if spec.name().casefold() not in names]
    if count != table.count or missing:
        raise StorageError(
            "FORMAT_LOSES", file=str(shown(path)), count=table.count - count, fields=", ".join(missing[:5]) or "—"
        )

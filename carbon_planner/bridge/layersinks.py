"""Outputs that are no files: memory layers, tables of a database that QGIS has a provider for."""

from __future__ import annotations

import contextlib
import uuid
from collections.abc import Iterator
from typing import Optional

from qgis.core import (
    Qgis,
    QgsDataSourceUri,
    QgsException,
    QgsFeature,
    QgsFeatureSink,
    QgsFields,
    QgsMemoryProviderUtils,
    QgsProcessingContext,
    QgsProviderConnectionException,
    QgsProviderRegistry,
    QgsVectorLayer,
    QgsVectorLayerExporter,
)

from ..base.errors import StorageError
from ..base.feedback import Feedback, check
from .geometries import multi
from .tables import Table
from .targets import Target

_BATCH = 1000
_NO_ERROR = Qgis.VectorExportResult.Success
_REFUSED = (QgsProviderConnectionException, QgsException)  # what the connections of the versions of QGIS raise


def _features(table: Table, fields: QgsFields, feedback: Feedback) -> Iterator[list[QgsFeature]]:
    """Features in batches, with progress and cancel."""
    batch: list[QgsFeature] = []
    for number, (geometry, values) in enumerate(table.rows()):
        if number % 64 == 0:
            check(feedback)
            feedback.progress(number / max(table.count, 1))
        feature = QgsFeature(fields)
        if table.spatial:
            feature.setGeometry(multi(geometry))
        feature.setAttributes(values)
        batch.append(feature)
        if len(batch) == _BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


class MemoryOutput:
    """A memory layer; QGIS warns when the user closes a project with one."""

    def __init__(self, target: Target, table: Table, context: QgsProcessingContext) -> None:
        self.target, self.table, self.context = target, table, context
        self.layer: Optional[QgsVectorLayer] = None
        self.layer_id = ""

    def stage(self, feedback: Feedback) -> None:
        """Make the layer. Raises :class:`StorageError` and :class:`Cancelled`."""
        table = self.table
        name = table.title or self.target.layer or table.name
        self.layer = QgsMemoryProviderUtils.createMemoryLayer(name, table.fields, table.wkb_type, table.crs)
        provider = self.layer.dataProvider()
        for batch in _features(table, self.layer.fields(), feedback):
            good, _ = provider.addFeatures(batch, QgsFeatureSink.Flag.FastInsert)
            if not good:
                raise StorageError("WRITE_FAILED", file=name, detail=provider.lastError(), free="")
        self.layer.updateExtents()
        if table.metadata is not None:
            self.layer.setMetadata(table.metadata)
        table.styles().apply(self.layer)

    def place(self) -> None:
        """Hand the layer to the context."""
        self.layer_id = self.layer.id()
        self.context.temporaryLayerStore().addMapLayer(self.layer)

    def undo(self) -> None:
        """Drop the layer, unless the run is finished."""
        if self.layer is not None and self.layer_id:
            self.context.temporaryLayerStore().removeMapLayer(self.layer_id)
        self.layer = None

    def commit(self) -> None:
        """Nothing can fail any more."""
        self.layer = None


class ProviderOutput:
    """A table of a database (PostGIS, SpatiaLite, …).

    It is filled under another name; only a complete one takes the place of the old, which is dropped last.
    """

    def __init__(self, target: Target, table: Table, context: QgsProcessingContext) -> None:
        self.target, self.table = target, table
        self.uri = QgsDataSourceUri(target.uri)
        self.schema, self.name = self.uri.schema(), self.uri.table()
        token = uuid.uuid4().hex[:8]
        self.fresh, self.old = f"cp_new_{token}", f"cp_old_{token}"
        self._made = self._placed = self._set_aside = False
        metadata = QgsProviderRegistry.instance().providerMetadata(target.provider)
        self._connection = metadata.createConnection(self.uri.connectionInfo(False), {}) if metadata else None

    @property
    def layer_id(self) -> str:
        """How QGIS opens the finished table."""
        return self._uri(self.name).uri(False)

    def _uri(self, name: str) -> QgsDataSourceUri:
        uri = QgsDataSourceUri(self.uri)
        uri.setTable(name)
        if self.table.spatial:
            uri.setGeometryColumn(self.uri.geometryColumn() or "geom")
        else:
            uri.setGeometryColumn("")
        return uri

    def stage(self, feedback: Feedback) -> None:
        """Fill the new table and count it. Raises :class:`StorageError` and :class:`Cancelled`."""
        if self._connection is None or not hasattr(self._connection, "renameVectorTable"):
            raise StorageError("PROVIDER_UNSUITABLE", provider=self.target.provider, target=self.name)
        table, uri = self.table, self._uri(self.fresh)
        exporter = QgsVectorLayerExporter(
            uri.uri(False), self.target.provider, table.fields, table.wkb_type, table.crs, False, {}
        )
        self._refuse(exporter)
        self._made = True
        for batch in _features(table, table.fields, feedback):
            for feature in batch:
                exporter.addFeature(feature, QgsFeatureSink.Flag.FastInsert)
            exporter.flushBuffer()
            self._refuse(exporter)
        exporter.flushBuffer()
        self._refuse(exporter)
        del exporter
        written = QgsVectorLayer(uri.uri(False), self.name, self.target.provider)
        count = sum(1 for _ in written.getFeatures()) if written.isValid() else -1
        if count != table.count:
            raise self._failure(f"{count} / {table.count}")

    def _refuse(self, exporter: QgsVectorLayerExporter) -> None:
        if exporter.errorCode() != _NO_ERROR:
            raise self._failure(exporter.errorMessage())

    def _failure(self, detail: str) -> StorageError:
        return StorageError("DATABASE_FAILED", target=f"{self.schema}.{self.name}".lstrip("."), detail=detail)

    def _exists(self) -> bool:
        return any(entry.tableName() == self.name for entry in self._connection.tables(self.schema))

    def _rename(self, old: str, new: str) -> None:
        self._connection.renameVectorTable(self.schema, old, new)

    def place(self) -> None:
        """Give the new table its name. Raises :class:`StorageError`; :meth:`undo` then brings the old one back."""
        try:
            if self._exists():
                self._rename(self.name, self.old)
                self._set_aside = True
            self._rename(self.fresh, self.name)
            self._made, self._placed = False, True
        except _REFUSED as error:
            raise self._failure(str(error)) from error

    def undo(self) -> None:
        """Drop the new table and give the old one its name back, unless all is accepted."""
        for done, table in ((self._made, self.fresh), (self._placed, self.name)):
            if done:
                with contextlib.suppress(*_REFUSED):
                    self._connection.dropVectorTable(self.schema, table)
        if self._set_aside:
            with contextlib.suppress(*_REFUSED):
                self._rename(self.old, self.name)
        self._made = self._placed = self._set_aside = False

    def commit(self) -> None:
        """Accept; drop the old table. If that is refused (a view hangs on it), it stays under its new name."""
        if self._set_aside:
            with contextlib.suppress(*_REFUSED):
                self._connection.dropVectorTable(self.schema, self.old)
        self._made = self._placed = self._set_aside = False

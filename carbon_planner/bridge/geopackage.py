"""GeoPackage outputs: all tables of one file in one exchange; other layers, styles, projects, metadata untouched."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Optional

from osgeo import gdal
from qgis.core import QgsField, QgsFields

from ..base.errors import StorageError
from ..base.feedback import Feedback, Part, check, pause
from .database_copy import LockedCopy, finish, leftovers, violations
from .geopackage_index import build_index
from .geopackage_tables import describe, take_own_style
from .schema import kind_of, unique_names
from .staging import Staging
from .tables import Table
from .targets import Target
from .writer import verify, write_layer

_LOOK = 1024  # rows between two looks at the cancel button


class GeoPackageOutput:
    """The outputs that go into one GeoPackage."""

    def __init__(self, path: Path, outputs: Sequence[tuple[Target, Table]], staging: Staging) -> None:
        self.path = Path(os.path.realpath(path))
        self.outputs = outputs
        self.staging = staging
        self.aside = staging.new / self.path.name
        self._copy: Optional[LockedCopy] = None

    def stage(self, feedback: Feedback) -> None:
        """Make the new file aside and check it. Raises :class:`StorageError` and :class:`Cancelled`."""
        before = 0
        if self.path.exists():
            self._copy = LockedCopy(self.path, self.aside, Part(feedback, 0.0, 0.1))
            before = violations(self.aside)
        elif leftovers(self.path):
            raise StorageError("JOURNAL_IN_THE_WAY", file=str(leftovers(self.path)[0]))
        for number, (target, table) in enumerate(self.outputs):
            start, end = (0.1 + 0.8 * n / len(self.outputs) for n in (number, number + 1))
            _write(self.aside, target.layer, table, Part(feedback, start, end))
        check(feedback)
        finish(self.aside, before, feedback)
        for target, table in self.outputs:
            check(feedback)
            verify(self.aside, target.layer, table)
        self.staging.replace(self.aside, self.path)

    def release(self) -> None:
        """Give the old file free for the exchange. Raises :class:`StorageError` if it was changed all the same."""
        if self._copy is None:
            if self.path.exists():
                raise StorageError("FILE_CHANGED", file=str(self.path))
            return
        self._copy.release()
        if not self._copy.unchanged():
            raise StorageError("FILE_CHANGED", file=str(self.path))

    def close(self) -> None:
        """Give everything free, whatever happened."""
        if self._copy is not None:
            self._copy.release()


def _write(path: Path, layer: str, table: Table, feedback: Feedback) -> None:
    fields, key = _columns(table)
    geometry = _free("geom", table)
    # without its index a layer is closed at once, also after a cancel; the index is made in a step that hears one
    options = [f"FID={key}", f"GEOMETRY_NAME={geometry}", f"DESCRIPTION={table.title}", "SPATIAL_INDEX=NO"]
    table.own_style = path.exists() and take_own_style(path, layer)
    empty: list[int] = []
    write_layer(
        path, layer, "GPKG", fields, _noting_null(table, empty, key), table, feedback, options=options,
        into_existing=path.exists(),
    )  # fmt: skip
    if table.spatial:
        build_index(path, layer, geometry, feedback)
    _restore_null(path, layer, empty)
    describe(path, layer, geometry if table.spatial else "", table)
    check(feedback)


def _columns(table: Table) -> tuple[QgsFields, str]:
    """Fields with names that SQLite can tell apart, and the name of the key column.

    A column ``fid`` of whole, different numbers (a source that is a GeoPackage) stays the key.
    """
    names = unique_names(spec.name() for spec in table.fields)
    fields = QgsFields()
    for spec, name in zip(table.fields, names):
        copy = QgsField(spec)
        copy.setName(name)
        fields.append(copy)
    place = fields.lookupField("fid")
    if place < 0:
        return fields, "fid"
    if kind_of(fields.at(place)) == "int":
        keys = []
        for number, (_, values) in enumerate(table.rows()):
            if number % _LOOK == 0:
                pause()
            keys.append(values[place])
        if None not in keys and len(set(keys)) == len(keys):
            return fields, fields.at(place).name()
    return fields, _free("cp_fid", table)


def _free(name: str, table: Table) -> str:
    """The name, or one with a suffix where a field has it."""
    return unique_names([name], [spec.name() for spec in table.fields])[0]


def _noting_null(table: Table, empty: list[int], key: str):
    """The rows; notes the key of those without geometry, which the writer would turn into empty polygons."""
    place = table.fields.lookupField(key)
    for number, (geometry, values) in enumerate(table.rows(), 1):
        if table.spatial and geometry.isNull():
            empty.append(values[place] if place >= 0 else number)
        yield geometry, values


def _restore_null(path: Path, layer: str, keys: Sequence[int]) -> None:
    if not keys:
        return
    dataset = gdal.OpenEx(str(path), gdal.OF_VECTOR | gdal.OF_UPDATE)
    opened = dataset.GetLayerByName(layer)
    opened.StartTransaction()
    for key in keys:
        feature = opened.GetFeature(key)
        feature.SetGeometry(None)
        opened.SetFeature(feature)
    opened.CommitTransaction()
    del feature, opened, dataset

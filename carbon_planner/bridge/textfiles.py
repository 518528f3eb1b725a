"""Outputs of one file: GeoJSON, CSV, and whatever else QGIS can write.

GeoJSON keeps the source's CRS and says so in a ``crs`` member; only coordinates in EPSG:4326 go without one, as RFC
7946 has it. Transforming everything to EPSG:4326, as the RFC asks, would move vertices between datums and change every
area measured afterwards. GDAL, QGIS and most web maps read the member; a CRS without an authority's code cannot be
named in it and is refused.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from qgis.core import QgsFields

from ..base.errors import StorageError
from ..base.feedback import Feedback, check
from ..base.messages import message
from .shapefile import dress, glob_safe
from .staging import Staging
from .storage_errors import storage_error, write_failure
from .tables import Row, Table
from .targets import CSV, GEOJSON, Target
from .values import number
from .writer import verify, write_layer

_SPREADSHEETS = ("XLSX", "ODS")
# Signs with which a spreadsheet starts a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\0")
_CSVT = {"text": "String", "real": "Real", "int": "Integer64"}
WGS84 = "EPSG:4326"


def defused(value: Any) -> Any:
    """Text that a spreadsheet would run as a formula gets an apostrophe in front; numbers stay numbers."""
    if isinstance(value, str) and value.startswith(_FORMULA) and number(value) is None:
        return "'" + value
    return value


class FileOutput:
    """One table as one file (with its companions)."""

    def __init__(self, target: Target, table: Table, staging: Staging) -> None:
        self.target, self.table, self.staging = target, table, staging
        self.path: Path = target.path
        self.made = staging.new / target.path.name

    def stage(self, feedback: Feedback) -> None:
        """Make the file aside and check it. Raises :class:`StorageError` and :class:`Cancelled`."""
        if self.target.kind == CSV:
            self._csv(feedback)
        elif self.target.kind == GEOJSON:
            self._geojson(feedback)
        else:
            self._other(feedback)
        for made in sorted(self.staging.new.glob(f"{glob_safe(self.path.stem)}.*")):
            self.staging.replace(made, self.path.parent / made.name)

    def _geojson(self, feedback: Feedback) -> None:
        crs = self.table.crs
        if self.table.spatial and not crs.authid().partition(":")[2].isdigit():
            raise StorageError("GEOJSON_NEEDS_CODE", file=str(self.path), crs=crs.description() or crs.authid())
        options = ["RFC7946=NO", "WRITE_BBOX=NO", "COORDINATE_PRECISION=15", "SIGNIFICANT_FIGURES=17"]
        write_layer(
            self.made, self.path.stem, "GeoJSON", self.table.fields, self.table.rows(), self.table, feedback,
            options=options, crs=crs.authid() != WGS84,
        )  # fmt: skip
        self._count_features(feedback)
        self._dress()

    def _count_features(self, feedback: Feedback) -> None:
        """Count the features, one to a line, and look for the end: parsing it all would take longer than writing."""
        count, last = 0, b""
        with self.made.open("rb") as handle:
            for number, line in enumerate(handle):
                if number % 1024 == 0:
                    check(feedback)
                count += line.startswith(b'{ "type": "Feature",')
                last = line.strip() or last
        if count != self.table.count or not last.endswith(b"}"):
            verify(self.made, "", self.table)

    def _csv(self, feedback: Feedback) -> None:
        if self.table.spatial:
            feedback.warn(message("CSV_WITHOUT_GEOMETRY", file=self.path.name))
        names = [defused(spec.name()) for spec in self.table.fields]
        try:
            with self.made.open("w", encoding="utf-8-sig", newline="") as handle:
                lines = csv.writer(handle)
                lines.writerow(names)
                for count, (_, values) in enumerate(self.table.rows()):
                    if count % 64 == 0:
                        check(feedback)
                        feedback.progress(count / max(self.table.count, 1))
                    lines.writerow([_told(value) for value in values])
            self.made.with_suffix(".csvt").write_text(_types(self.table.fields), encoding="ascii")
            with self.made.open(encoding="utf-8-sig", newline="") as handle:
                written = sum(1 for _ in csv.reader(handle)) - 1
        except OSError as error:
            raise storage_error(error, self.path) from error
        if written != self.table.count:
            raise write_failure(self.made, f"{written} / {self.table.count}")

    def _other(self, feedback: Feedback) -> None:
        rows = self._defused_rows() if self.target.driver in _SPREADSHEETS else self.table.rows()
        layer = self.table.name
        write_layer(self.made, layer, self.target.driver, self.table.fields, rows, self.table, feedback)
        verify(self.made, "", self.table, self.table.fields)

    def _defused_rows(self) -> Iterator[Row]:
        for geometry, values in self.table.rows():
            yield geometry, [defused(value) for value in values]

    def _dress(self) -> None:
        if self.table.spatial:
            dress(self.made, self.table, style=not self.path.with_suffix(".qml").exists())


def _told(value: Any) -> Any:
    """A value for a CSV: full precision, empty for NULL, Qt dates in ISO form."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, float):
        return repr(value)
    iso = getattr(value, "toString", None)
    return defused(iso(1) if iso is not None else value)  # 1 is Qt.ISODate in Qt 5 and 6


def _types(fields: QgsFields) -> str:
    from .schema import kind_of

    return ",".join(f'"{_CSVT.get(kind_of(spec), "String")}"' for spec in fields) + "\n"

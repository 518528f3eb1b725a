"""Shapefile outputs: the source's encoding, ten-byte names, 254-byte texts, aliases beside, the whole set exchanged."""

from __future__ import annotations

import csv
from pathlib import Path

from qgis.core import QgsFields

from ..base.errors import StorageError
from ..base.feedback import Feedback
from ..base.messages import message
from ..storage.dbf import read_header
from .dbf_layout import DbfLayout
from .geopackage_tables import metadata_xml
from .staging import Staging
from .storage_errors import write_failure
from .tables import Table
from .targets import Target
from .writer import verify, write_layer

ALIAS_SUFFIX = "_fields.csv"
# Files of the old set that describe the old data: an index left behind would hide new features.
_STALE = (".sbn", ".sbx", ".qix", ".idm", ".ind", ".mxs", ".fbn", ".fbx", ".ain", ".aih", ".qpj", ".cpg", ".prj",
          ".shp.xml")  # fmt: skip


class ShapefileOutput:
    """One table as a shapefile, or as a lone ``.dbf`` where it has no geometry."""

    def __init__(self, target: Target, table: Table, staging: Staging) -> None:
        self.target, self.table, self.staging = target, table, staging
        self.stem = target.path.stem
        self.folder = target.path.parent

    @property
    def path(self) -> Path:
        """The file that QGIS opens."""
        return self.folder / (self.stem + (".shp" if self.table.spatial else ".dbf"))

    def stage(self, feedback: Feedback) -> None:
        """Make the set aside and check it. Raises :class:`StorageError` and :class:`Cancelled`."""
        geometry = self.folder / f"{self.stem}.shp"
        if not self.table.spatial and geometry.exists():
            raise StorageError("TABLE_OF_A_SHAPEFILE", file=str(self.path), shapefile=geometry.name)
        layout = DbfLayout(self.table, feedback)
        if layout.encoding != layout.wanted:
            names = {"wanted": layout.wanted, "encoding": layout.encoding}
            feedback.warn(message("ENCODING_CHANGED", file=self.path.name, **names))
        made, fields = self.staging.new / (self.stem + ".shp"), layout.fields()
        write_layer(
            made, self.stem, "ESRI Shapefile", fields, layout.rows(), self.table, feedback, encoding=layout.encoding
        )
        (self.staging.new / f"{self.stem}.cpg").write_text(layout.encoding, encoding="ascii")
        made = self.staging.new / self.path.name
        self._verify(made)
        self._aliases(fields)
        self._dress(made)
        for name, count in layout.cut.items():
            feedback.warn(message("VALUES_CUT", file=self.path.name, field=name, count=count))
        self._plan()

    def _verify(self, made: Path) -> None:
        """A writer that ran out of space may say nothing: compare sizes with what the headers promise."""
        table = made.with_suffix(".dbf")
        header = read_header(str(table))
        if header is None or header.rows != self.table.count or table.stat().st_size < header.file_size:
            raise write_failure(made, table.name)
        if self.table.spatial:
            for suffix in (".shp", ".shx"):
                with made.with_suffix(suffix).open("rb") as handle:
                    words = int.from_bytes(handle.read(28)[24:28], "big")
                size = made.with_suffix(suffix).stat().st_size
                if size != 2 * words or (suffix == ".shx" and size != 100 + 8 * self.table.count):
                    raise write_failure(made, made.with_suffix(suffix).name)
        verify(made, "", self.table)

    def _aliases(self, fields: QgsFields) -> None:
        """A table of names beside the shapefile, readable by spreadsheets: what ten bytes cannot say."""
        specs = {spec.name: spec for spec in self.table.specs}
        path = self.staging.new / (self.stem + ALIAS_SUFFIX)
        with path.open("w", encoding="utf-8-sig", newline="") as handle:
            lines = csv.writer(handle)
            lines.writerow(["field", "name", "alias_en", "alias_zh", "unit", "meaning_en", "meaning_zh"])
            for field, original in zip(fields, self.table.fields):
                spec = specs.get(original.name())
                name = self.table.own_names.get(original.name(), original.name())
                if spec is None:
                    lines.writerow([field.name(), name, original.alias(), original.alias(), "", "", ""])
                else:
                    texts = [spec.alias_en, spec.alias_zh, spec.unit, spec.meaning_en, spec.meaning_zh]
                    lines.writerow([field.name(), name, *texts])

    def _dress(self, made: Path) -> None:
        """Metadata (``.qmd``) and, unless the user has his own, the style (``.qml``)."""
        dress(made, self.table, style=not (self.folder / f"{self.stem}.qml").exists())

    def _plan(self) -> None:
        fresh = {path.name for path in self.staging.new.glob(f"{glob_safe(self.stem)}*")}
        for name in sorted(fresh):
            self.staging.replace(self.staging.new / name, self.folder / name)
        for suffix in _STALE:
            if self.stem + suffix not in fresh:
                self.staging.remove(self.folder / (self.stem + suffix))


def glob_safe(name: str) -> str:
    """A file name as a pattern that matches only itself."""
    return "".join(f"[{c}]" if c in "*?[" else c for c in name)


def dress(made: Path, table: Table, style: bool) -> None:
    """Store metadata and style beside a finished file, as QGIS reads them when it opens the file."""
    if table.metadata is not None:
        made.with_suffix(".qmd").write_text(metadata_xml(table.metadata), encoding="utf-8")
    named = table.styles().named
    if style and named:
        made.with_suffix(".qml").write_text(named[0][1], encoding="utf-8")

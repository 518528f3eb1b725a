"""Shapefile outputs: the source's encoding, ten-byte names, 254-byte texts, aliases beside, the whole set exchanged."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Optional

from qgis.core import QgsField, QgsFields

from ..base.feedback import Feedback, check
from ..base.messages import message
from ..storage.dbf import read_header
from ..storage.encoding import GB18030, GBK, UTF8, codec
from .geopackage_tables import metadata_xml
from .schema import cut, dbf_names, kind_of, make_field
from .staging import Staging
from .storage_errors import write_failure
from .tables import Row, Table
from .targets import Target
from .writer import verify, write_layer

TEXT_BYTES = 254
# Widest whole number that a DBF reader still takes for one, and default of doubles: 24 signs, 15 decimals.
_INT_WIDTH, _REAL_WIDTH, _REAL_DECIMALS = 18, 24, 15
ALIAS_SUFFIX = "_fields.csv"
# Files of the old set that describe the old data: an index left behind would hide new features.
_STALE = (".sbn", ".sbx", ".qix", ".idm", ".ind", ".mxs", ".fbn", ".fbx", ".ain", ".aih", ".qpj", ".cpg", ".prj",
          ".shp.xml", ".shp", ".shx")  # fmt: skip


@dataclass(frozen=True)
class _Column:
    """How one field is written: its field in the DBF, its kind, the bytes that its values may have."""

    field: QgsField
    kind: str
    size: int


def _column(spec: QgsField, name: str, size: int) -> _Column:
    """The DBF field that holds values of a size; declared widths are kept where they suffice."""
    kind, width, decimals = kind_of(spec), spec.length(), max(spec.precision(), 0)
    if kind == "text":
        width = min(max(size, min(width, TEXT_BYTES), 1), TEXT_BYTES)
        return _Column(make_field(name, kind, width), kind, width)
    if kind == "real":
        if not 0 < width <= _REAL_WIDTH:
            width, decimals = _REAL_WIDTH, _REAL_DECIMALS
        return _Column(make_field(name, kind, width, max(min(decimals, width - size - 1), 0)), kind, width)
    if kind == "int":
        width = min(max(size, width), _INT_WIDTH) if width > 0 else _INT_WIDTH
        return _Column(make_field(name, kind, width), kind, width)
    copy = QgsField(spec)
    copy.setName(name)
    return _Column(copy, kind, TEXT_BYTES)


def _size(value: Any, encoding: str) -> int:
    """Bytes of a value that is no real number."""
    if value is None:
        return 1
    return len(value.encode(encoding)) if isinstance(value, str) else len(str(value))


class ShapefileOutput:
    """One table as a shapefile, or as a lone ``.dbf`` where it has no geometry."""

    def __init__(self, target: Target, table: Table, staging: Staging) -> None:
        self.target, self.table, self.staging = target, table, staging
        self.stem = target.path.stem
        self.folder = target.path.parent
        self._cut: dict[str, int] = {}

    @property
    def path(self) -> Path:
        """The file that QGIS opens."""
        return self.folder / (self.stem + (".shp" if self.table.spatial else ".dbf"))

    def stage(self, feedback: Feedback) -> None:
        """Make the set aside and check it. Raises :class:`StorageError` and :class:`Cancelled`."""
        encoding, widest = self._measured(feedback)
        columns = self._columns(encoding, widest)
        fields = QgsFields()
        for column in columns:
            fields.append(column.field)
        made = self.staging.new / (self.stem + ".shp")
        rows = self._rows(columns, encoding, widest)
        write_layer(made, self.stem, "ESRI Shapefile", fields, rows, self.table, feedback, encoding=encoding)
        (self.staging.new / f"{self.stem}.cpg").write_text(encoding, encoding="ascii")
        made = self.staging.new / self.path.name
        self._verify(made)
        self._aliases(fields)
        self._dress(made)
        for name, count in self._cut.items():
            feedback.warn(message("VALUES_CUT", file=self.path.name, field=name, count=count))
        self._plan()

    def _measured(self, feedback: Feedback) -> tuple[str, dict[int, int]]:
        """The encoding, and the most bytes of the values of each field (of real numbers before the decimal point).

        The source's encoding is kept if it can hold every text; else GB18030 for GBK, UTF-8 for the rest.
        """
        wanted = self.table.encoding or UTF8
        for candidate in dict.fromkeys([wanted, GB18030 if wanted == GBK else UTF8, UTF8]):
            widest = self._widest(candidate, feedback)
            if widest is not None:
                if candidate != wanted:
                    feedback.warn(message("ENCODING_CHANGED", file=self.path.name, wanted=wanted, encoding=candidate))
                return candidate, widest
        return UTF8, {}

    def _widest(self, encoding: str, feedback: Feedback) -> Optional[dict[int, int]]:
        """Most bytes by place of the field, None where a text cannot be encoded."""
        name, known = codec(encoding), {}
        widest = dict.fromkeys(range(len(self.table.fields)), 1)
        extremes = {place: [0.0, 0.0] for place in widest}
        try:
            for spec in self.table.fields:
                spec.name().encode(name)
            for number, (_, values) in enumerate(self.table.rows()):
                if number % 256 == 0:
                    check(feedback)
                for place, value in enumerate(values):
                    if isinstance(value, float):
                        span = extremes[place]
                        span[value > 0] = max(span[value > 0], abs(value))
                        continue
                    size = known.get(value) if isinstance(value, str) else _size(value, name)
                    if size is None:
                        known[value] = size = _size(value, name)
                    widest[place] = max(widest[place], size)
        except UnicodeEncodeError:
            return None
        for place, (low, high) in extremes.items():
            widest[place] = max(widest[place], len(f"{-low:.0f}"), len(f"{high:.0f}"))
        return widest

    def _columns(self, encoding: str, widest: dict[int, int]) -> list[_Column]:
        own = {spec.name for spec in self.table.specs}
        originals = [f.name() for f in self.table.fields if f.name() not in own]
        short = dict(zip(originals, dbf_names(originals, codec(encoding), own)))
        return [
            _column(spec, short.get(spec.name(), spec.name()), widest.get(place, 1))
            for place, spec in enumerate(self.table.fields)
        ]

    def _rows(self, columns: list[_Column], encoding: str, widest: dict[int, int]) -> Iterator[Row]:
        """The rows; those fields whose values are wider than they can be are fitted."""
        tight = [
            (place, column)
            for place, column in enumerate(columns)
            if column.kind != "other" and widest.get(place, 1) > column.size
        ]
        for geometry, values in self.table.rows():
            for place, column in tight:
                values[place] = self._fitted(values[place], column, codec(encoding))
            yield geometry, values

    def _fitted(self, value: Any, column: _Column, encoding: str) -> Any:
        if value is None:
            return value
        if column.kind == "text":
            short = cut(str(value), encoding, column.size)
            if short == value:
                return value
        else:
            digits = len(f"{value:.0f}") if column.kind == "real" else len(str(value))
            if digits <= column.size:
                return value
            short = None
        name = column.field.name()
        self._cut[name] = self._cut.get(name, 0) + 1
        return short

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

"""Outputs complete in memory, before anything is written: fields, rows, CRS, style, metadata.

    zones_table(zone_layer, evaluation.zones, lang)      OUTPUT
    pieces_table(evaluation.pieces, zone_layer.crs, lang) PIECES
    ledger_table(evaluation.ledger, lang)                 LEDGER

NaN, NaT, infinities and pandas' NA become NULL here, once for all formats.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Callable, Optional

import numpy as np
from qgis.core import QgsCoordinateReferenceSystem, QgsField, QgsFields, QgsGeometry, QgsLayerMetadata, QgsWkbTypes

from ..base.fields import FieldSpec, ledger_fields, zone_fields
from .geometries import to_qgis
from .reading import ZoneLayer
from .schema import field_of, unique_names
from .values import plain

if TYPE_CHECKING:
    import pandas as pd

ZONES, PIECES, LEDGER = "cp_zones", "cp_pieces", "cp_ledger"
Row = tuple[QgsGeometry, list[Any]]

_WHOLE = {"int": int, "real": float, "text": str}


@dataclass
class Table:
    """One output. ``name`` is its layer name in a database, ``kind`` (one of the names) chooses style and title.

    ``rows`` gives the rows anew at each call. ``specs`` describe the plugin's own fields, ``own_names`` the original
    name of fields that had to be renamed. ``encoding`` is that of the source's text, for shapefiles.
    """

    name: str
    kind: str
    fields: QgsFields
    rows: Callable[[], Iterator[Row]]
    count: int
    wkb_type: int = QgsWkbTypes.Type.NoGeometry
    crs: QgsCoordinateReferenceSystem = field(default_factory=QgsCoordinateReferenceSystem)
    specs: tuple[FieldSpec, ...] = ()
    own_names: dict[str, str] = field(default_factory=dict)
    encoding: str = ""
    title: str = ""
    lang: str = "en"
    metadata: Optional[QgsLayerMetadata] = None
    class_system: str = ""
    own_style: bool = False

    @property
    def spatial(self) -> bool:
        """Whether the rows have geometry."""
        return self.wkb_type != QgsWkbTypes.Type.NoGeometry

    def text_widths(self) -> dict[int, int]:
        """Longest text in characters per text field, by place."""
        widths: dict[int, int] = {}
        for _, values in self.rows():
            for place, value in enumerate(values):
                if isinstance(value, str) and len(value) > widths.get(place, 0):
                    widths[place] = len(value)
        return widths


def column_values(series: Any, kind: str) -> list[Any]:
    """Values of a frame's column as plain Python values of a kind, None for whatever is not there."""
    import pandas as pd

    convert = _WHOLE[kind]
    absent = pd.isna(series).to_numpy()
    if kind == "real":
        absent |= ~np.isfinite(pd.to_numeric(series, errors="coerce").to_numpy(dtype=float, na_value=np.nan))
    return [None if gone else convert(value) for value, gone in zip(series.tolist(), absent)]


def _columns(frame: pd.DataFrame, specs: Sequence[FieldSpec]) -> list[list[Any]]:
    """Columns of the frame in the order of the specifications; one that the frame lacks is NULL throughout."""
    empty = [None] * len(frame)
    return [column_values(frame[s.name], s.kind) if s.name in frame else empty for s in specs]


def _widened(fields: Sequence[QgsField], table: Table) -> QgsFields:
    """Fields whose text width holds every value; a limit of the table of fields never cuts an id."""
    widths, result = table.text_widths(), QgsFields()
    for place, spec in enumerate(fields):
        if 0 < spec.length() < widths.get(place, 0):
            spec = QgsField(spec)
            spec.setLength(widths[place])
        result.append(spec)
    return result


def zones_table(zones: ZoneLayer, frame: pd.DataFrame, lang: str = "en") -> Table:
    """The evaluated zones: original geometry and fields (without ``cp_*``), then the results in their order."""
    specs = zone_fields()
    original = zones.kept_fields()
    names = unique_names([f.name() for f in original], [s.name for s in specs])
    renamed = {new: f.name() for new, f in zip(names, original) if new != f.name()}
    fields = [QgsField(f) for f in original]
    for spec, name in zip(fields, names):
        spec.setName(name)
    fields += [field_of(spec, lang) for spec in specs]
    results = _columns(frame, specs)

    def rows() -> Iterator[Row]:
        for feature, own in zip(zones.features, zip(*results)):
            values = feature.attributes()
            yield feature.geometry(), [*(plain(values[i]) for i in zones.kept), *own]

    kind = QgsWkbTypes.multiType(zones.source.wkb_type)
    table = Table(ZONES, ZONES, QgsFields(), rows, len(zones.features), kind, zones.crs, specs, renamed, lang=lang)
    table.encoding = zones.source.encoding
    table.fields = _widened(fields, table)
    return table


# Pieces carry few fields; they are described here because they belong to no other output.
_PIECE_SPECS = (
    FieldSpec("zone_id", "text", 80, 0, "", "Zone id", "分区编号", "Identifier of the plan zone", "规划分区的标识"),
    FieldSpec("base_class", "text", 80, 0, "", "Existing class", "现状地类", "Class in the baseline", "基线状态的地类"),
    FieldSpec("plan_class", "text", 80, 0, "", "Planned class", "规划地类", "Class under the plan", "规划的地类"),
    FieldSpec("area_ha", "real", 18, 6, "ha", "Area", "面积", "Area of the piece", "图块面积"),
    FieldSpec(
        "counted", "int", 1, 0, "", "Counted", "计入", "1 if the totals hold the piece, 0 if another zone counts it",
        "1 表示计入总量，0 表示与其他分区重叠并由其计入",
    ),
)  # fmt: skip


def piece_fields() -> tuple[FieldSpec, ...]:
    """Fields of the pieces."""
    return _PIECE_SPECS


def pieces_table(frame: pd.DataFrame, crs: QgsCoordinateReferenceSystem, lang: str = "en") -> Table:
    """The pieces of zones by existing class, with their geometry."""
    columns = _columns(frame, _PIECE_SPECS)
    geometry = frame["geometry"].tolist()

    def rows() -> Iterator[Row]:
        for shape, values in zip(geometry, zip(*columns)):
            yield to_qgis(shape), list(values)

    table = Table(PIECES, PIECES, QgsFields(), rows, len(frame), QgsWkbTypes.Type.MultiPolygon, crs, _PIECE_SPECS)
    return _finished(table, lang)


def ledger_table(frame: pd.DataFrame, lang: str = "en") -> Table:
    """The ledger, without geometry."""
    columns = _columns(frame, ledger_fields())

    def rows() -> Iterator[Row]:
        for values in zip(*columns):
            yield QgsGeometry(), list(values)

    return _finished(Table(LEDGER, LEDGER, QgsFields(), rows, len(frame), specs=ledger_fields()), lang)


def _finished(table: Table, lang: str) -> Table:
    table.lang = lang
    table.fields = _widened([field_of(spec, lang) for spec in table.specs], table)
    return table

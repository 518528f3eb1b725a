"""Outputs complete in memory, before anything is written: fields, rows, CRS, style, metadata.

    zones_table(zone_layer, evaluation.zones, lang, feedback)       OUTPUT
    pieces_table(evaluation.pieces, zone_layer.crs, lang, feedback) PIECES
    ledger_table(evaluation.ledger, lang, feedback)                 LEDGER

NaN, NaT, infinities and pandas' NA become NULL here, once for all formats.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Callable, Optional

import numpy as np
from qgis.core import QgsCoordinateReferenceSystem, QgsField, QgsFields, QgsGeometry, QgsLayerMetadata, QgsWkbTypes

from ..base.feedback import Feedback, Silent, check
from ..base.fields import FieldSpec, ledger_fields, zone_fields
from .geometries import polygons_only, to_qgis
from .reading import ZoneLayer
from .schema import LEDGER, PIECES, ZONES, field_of, piece_fields, unique_names
from .styles import Styles, make_styles

if TYPE_CHECKING:
    import pandas as pd

Row = tuple[QgsGeometry, list[Any]]

_POLYGONAL = (QgsWkbTypes.Type.MultiPolygon, QgsWkbTypes.Type.MultiSurface)
_WHOLE = {"int": int, "real": float, "text": str}


@dataclass
class Table:
    """One output. ``name`` is its layer name in a database, ``kind`` (one of the names) chooses style and title.

    ``rows`` gives the rows anew at each call. ``specs`` describe the plugin's own fields and ``columns`` holds their
    values by name; ``own_names`` gives the original name of fields that had to be renamed. ``encoding`` is that of the
    source's text, for shapefiles; ``own_style`` says that the target carries a style of the user's own.
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
    columns: dict[str, list[Any]] = field(default_factory=dict)
    _styles: Optional[Styles] = field(default=None, repr=False)

    @property
    def spatial(self) -> bool:
        """Whether the rows have geometry."""
        return self.wkb_type != QgsWkbTypes.Type.NoGeometry

    def styles(self) -> Styles:
        """The styles of the table, made once from its values; empty for tables that have none."""
        if self._styles is None:
            self._styles = make_styles(self)
        return self._styles


def column_values(series: Any, kind: str) -> list[Any]:
    """Values of a frame's column as plain Python values of a kind, None for whatever is not there."""
    import pandas as pd

    convert = _WHOLE[kind]
    absent = pd.isna(series).to_numpy()
    if kind == "real":
        absent |= ~np.isfinite(pd.to_numeric(series, errors="coerce").to_numpy(dtype=float, na_value=np.nan))
    return [None if gone else convert(value) for value, gone in zip(series.tolist(), absent.tolist())]


def _columns(frame: pd.DataFrame, specs: Sequence[FieldSpec], feedback: Optional[Feedback]) -> dict[str, list[Any]]:
    """Columns of the frame in the order of the specifications; one that the frame lacks is NULL throughout."""
    columns = {}
    for spec in specs:
        check(feedback or Silent())
        columns[spec.name] = column_values(frame[spec.name], spec.kind) if spec.name in frame else [None] * len(frame)
    return columns


def _own_fields(specs: Sequence[FieldSpec], columns: Mapping[str, Sequence[Any]], lang: str) -> list[QgsField]:
    """Fields of specifications, widened where a text is longer: the table of fields never cuts an id."""
    fields = []
    for spec in specs:
        made = field_of(spec, lang)
        if spec.kind == "text":
            longest = max((len(value) for value in columns[spec.name] if value is not None), default=0)
            made.setLength(max(spec.width, longest))
        fields.append(made)
    return fields


def _gathered(fields: Sequence[QgsField]) -> QgsFields:
    result = QgsFields()
    for spec in fields:
        result.append(spec)
    return result


def zones_table(zones: ZoneLayer, frame: pd.DataFrame, lang: str = "en", feedback: Optional[Feedback] = None) -> Table:
    """The evaluated zones: original geometry and fields (without ``cp_*``), then the results in their order.

    Of a layer that holds other things than polygons (collections, surfaces of solids) the polygons are kept.
    """
    specs = tuple(spec for spec in zone_fields() if spec.name in frame.columns)
    columns = _columns(frame, specs, feedback)
    original = [QgsField(spec) for spec in zones.kept_fields()]
    names = unique_names([spec.name() for spec in original], [spec.name for spec in specs])
    renamed = {new: spec.name() for new, spec in zip(names, original) if new != spec.name()}
    for spec, name in zip(original, names):
        spec.setName(name)
    kept, kind = zones.kept, QgsWkbTypes.multiType(zones.source.wkb_type)
    as_they_are = QgsWkbTypes.flatType(kind) in _POLYGONAL
    shapes = zones.geometries if as_they_are else zones.plan.geometry

    def rows() -> Iterator[Row]:
        for shape, values, own in zip(shapes, zones.rows.values, zip(*columns.values())):
            geometry = shape if as_they_are else to_qgis(polygons_only(shape))
            yield geometry, [*[values[place] for place in kept], *own]

    return Table(
        ZONES, ZONES, _gathered([*original, *_own_fields(specs, columns, lang)]), rows, len(zones.geometries),
        wkb_type=kind if as_they_are else QgsWkbTypes.Type.MultiPolygon, crs=zones.crs, specs=specs, own_names=renamed,
        encoding=zones.source.encoding, lang=lang, columns=columns,
    )  # fmt: skip


def pieces_table(
    frame: pd.DataFrame, crs: QgsCoordinateReferenceSystem, lang: str = "en", feedback: Optional[Feedback] = None
) -> Table:
    """The pieces of zones by existing class, with their geometry."""
    specs = piece_fields()
    columns = _columns(frame, specs, feedback)
    geometry = frame["geometry"].tolist()

    def rows() -> Iterator[Row]:
        for shape, values in zip(geometry, zip(*columns.values())):
            yield to_qgis(shape), list(values)

    return Table(
        PIECES, PIECES, _gathered(_own_fields(specs, columns, lang)), rows, len(frame),
        wkb_type=QgsWkbTypes.Type.MultiPolygon, crs=crs, specs=specs, lang=lang, columns=columns,
    )  # fmt: skip


def ledger_table(frame: pd.DataFrame, lang: str = "en", feedback: Optional[Feedback] = None) -> Table:
    """The ledger, without geometry."""
    specs = ledger_fields()
    columns = _columns(frame, specs, feedback)

    def rows() -> Iterator[Row]:
        for values in zip(*columns.values()):
            yield QgsGeometry(), list(values)

    fields = _gathered(_own_fields(specs, columns, lang))
    return Table(LEDGER, LEDGER, fields, rows, len(frame), specs=specs, lang=lang, columns=columns)


__all__ = ["LEDGER", "PIECES", "ZONES", "Row", "Table", "column_values", "ledger_table", "pieces_table", "zones_table"]

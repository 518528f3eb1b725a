"""Spreadsheets read through GDAL, which every QGIS brings; all cells come as texts, in their places."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ..base.errors import MissingLibrary, StorageError

# Raw cells: no guess at a header (titles may stand above it), none at types (0101 is no number).
_RAW = {"OGR_XLSX_HEADERS": "DISABLE", "OGR_XLSX_FIELD_TYPES": "STRING"}


def gdal_module() -> Any:
    """The ``osgeo.gdal`` module. Raises :class:`MissingLibrary` where Python has none."""
    try:
        from osgeo import gdal
    except ImportError as error:
        raise MissingLibrary("GDAL_MISSING") from error
    return gdal


@contextmanager
def _raw_cells(gdal: Any) -> Iterator[None]:
    """The options, for this thread only (where GDAL is new enough) and only as long as needed; no error on stderr."""
    get = getattr(gdal, "GetThreadLocalConfigOption", gdal.GetConfigOption)
    put = getattr(gdal, "SetThreadLocalConfigOption", gdal.SetConfigOption)
    before = {name: get(name) for name in _RAW}
    for name, value in _RAW.items():
        put(name, value)
    gdal.PushErrorHandler("CPLQuietErrorHandler")
    try:
        yield
    finally:
        gdal.PopErrorHandler()
        for name, value in before.items():
            put(name, value)


def read_xlsx(path: Path) -> dict[str, list[list[str]]]:
    """All sheets that hold cells: {title: rows of texts}, empty rows and cells included up to the last used one.

    Raises :class:`StorageError` where the file is no workbook.
    """
    gdal = gdal_module()
    with _raw_cells(gdal):
        try:
            source = gdal.OpenEx(str(path), gdal.OF_VECTOR | gdal.OF_READONLY, allowed_drivers=["XLSX"])
        except RuntimeError as error:  # only where the host has called gdal.UseExceptions()
            raise StorageError("WORKBOOK_UNREADABLE", path=str(path), reason=str(error)) from error
        if source is None:
            raise StorageError("WORKBOOK_UNREADABLE", path=str(path), reason=gdal.GetLastErrorMsg())
        layers = [source.GetLayer(i) for i in range(source.GetLayerCount())]
        return {layer.GetName(): _rows(layer) for layer in layers}


def _rows(layer: Any) -> list[list[str]]:
    """Texts of a sheet; the driver counts features by row, so that a gap in the ids is an empty row."""
    width = layer.GetLayerDefn().GetFieldCount()
    rows: list[list[str]] = []
    for feature in layer:
        while len(rows) < feature.GetFID() - 1:
            rows.append([""] * width)
        rows.append([feature.GetField(i) or "" for i in range(width)])
    return rows

"""Raster bands through GDAL: grid, values by windows, what is nodata, names of classes; and rasters of classes out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Optional, Union

import numpy as np
from numpy.typing import NDArray
from osgeo import gdal, ogr, osr

from ..base.errors import InputError, StorageError
from .aside import aside
from .vectors import collected

Transform = tuple[float, float, float, float, float, float]
NO_CLASS = -2_147_483_648  # nodata of the class rasters written here
CELL_LIMIT = 4_000_000_000


# Types of cells as NumPy has them; what is not here is read as 64-bit floats.
_TYPES: dict[int, Any] = {
    gdal.GDT_Byte: np.uint8,
    gdal.GDT_UInt16: np.uint16,
    gdal.GDT_Int16: np.int16,
    gdal.GDT_UInt32: np.uint32,
    gdal.GDT_Int32: np.int32,
    gdal.GDT_Float32: np.float32,
    gdal.GDT_Float64: np.float64,
}


@dataclass(frozen=True)
class RasterBand:
    """One band of a raster, open for reading.

    ``transform`` is GDAL's (see ``geometry.grid``), ``crs`` WKT ("" for none), ``nodata`` the declared value or None,
    ``classes`` the names of values by the attribute table or the category names, ``whole`` whether values are integers.
    """

    name: str
    transform: Transform
    rows: int
    cols: int
    crs: str
    nodata: Optional[float]
    classes: dict[int, str]
    whole: bool
    _band: Any

    def window(self, row: int, col: int, rows: int, cols: int) -> tuple[NDArray[Any], NDArray[np.bool_]]:
        """Values of a window (scale and offset of the band applied) and which of them are values.

        What the band's mask leaves out (nodata, a mask band, transparency) and NaN is none. Raises
        :class:`InputError` ``RASTER_BROKEN`` where the file ends too early or is damaged.
        """
        with collected() as said:
            values = _cells(self._band, col, row, cols, rows)
            mask = None
            if self._band.GetMaskFlags() != gdal.GMF_ALL_VALID:
                mask = _cells(self._band.GetMaskBand(), col, row, cols, rows)
        if values is None or said:
            raise InputError("RASTER_BROKEN", path=self.name, reason="; ".join(said) or "—")
        good: NDArray[np.bool_] = np.isfinite(values)
        if mask is not None:
            good &= mask != 0
        scale, offset = self._band.GetScale(), self._band.GetOffset()
        if scale not in (None, 1.0) or offset not in (None, 0.0):
            values = values * (1.0 if scale is None else scale) + (offset or 0.0)
        return values, good


@contextmanager
def open_raster(path: Union[Path, str], band: int = 1) -> Iterator[RasterBand]:
    """Open a band of a raster; ``path`` may be any name that GDAL knows (a subdataset).

    Raises :class:`InputError`: ``RASTER_UNREADABLE``, ``RASTER_NO_BAND``, ``RASTER_NOT_PLACED`` for a raster without
    georeference.
    """
    with collected() as said:
        dataset = gdal.OpenEx(str(path), gdal.OF_RASTER | gdal.OF_READONLY)
        if dataset is None:
            raise InputError("RASTER_UNREADABLE", path=str(path), reason="; ".join(said) or "—")
        if not 1 <= band <= dataset.RasterCount:
            raise InputError("RASTER_NO_BAND", path=str(path), band=band, count=dataset.RasterCount)
        transform = dataset.GetGeoTransform(can_return_null=True)
        if transform is None:
            raise InputError("RASTER_NOT_PLACED", path=str(path))
        source = dataset.GetRasterBand(band)
        found = RasterBand(
            name=str(path),
            transform=tuple(transform),
            rows=dataset.RasterYSize,
            cols=dataset.RasterXSize,
            crs=dataset.GetProjectionRef() or "",
            nodata=source.GetNoDataValue(),
            classes=_classes(source),
            whole=source.DataType not in (gdal.GDT_Float32, gdal.GDT_Float64),
            _band=source,
        )
    yield found  # the dataset lives as long as this frame


def _cells(band: Any, col: int, row: int, cols: int, rows: int) -> Optional[NDArray[Any]]:
    """Cells of a window, None where they cannot be read.

    As bytes, not by GDAL's own arrays: these are compiled against one NumPy and fail beside another.
    """
    kind = band.DataType if band.DataType in _TYPES else gdal.GDT_Float64
    raw = band.ReadRaster(col, row, cols, rows, buf_type=kind)
    return None if raw is None else np.frombuffer(raw, dtype=_TYPES[kind]).reshape(rows, cols)


def _classes(band: Any) -> dict[int, str]:
    """Names of values: from the attribute table if it has them, else the category names."""
    table = band.GetDefaultRAT()
    if table is not None:
        value = _column(table, (gdal.GFU_MinMax, gdal.GFU_Min))
        name = _column(table, (gdal.GFU_Name,))
        if value is not None and name is not None:
            rows = range(table.GetRowCount())
            return {table.GetValueAsInt(row, value): table.GetValueAsString(row, name) for row in rows}
    return {number: name for number, name in enumerate(band.GetCategoryNames() or []) if name}


def _column(table: Any, usages: Sequence[int]) -> Optional[int]:
    """The first column of an attribute table with one of the usages."""
    return next((i for i in range(table.GetColumnCount()) if table.GetUsageOfCol(i) in usages), None)


def write_classes(
    path: Path, wkb: Sequence[Optional[bytes]], codes: Sequence[int], crs: str, cell: float, *, layer: str = ""
) -> tuple[int, int]:
    """Write polygons as a GeoTIFF of their codes, whole or not at all; gives rows and columns.

    ``cell`` is the edge of the square cells in units of ``crs`` (WKT); cells begin at multiples of it, so that two
    plans of one place share their grid. A cell has the code of the polygon at its centre, of several the last one;
    where there is none it is nodata. Raises :class:`InputError` ``RASTER_DEGREES`` for a geographic CRS (models that
    count cells take them for equal), ``RASTER_TOO_LARGE``, ``RASTER_NOTHING``; :class:`StorageError`.
    """
    shapes = [None if raw is None else ogr.CreateGeometryFromWkb(raw) for raw in wkb]
    reference = osr.SpatialReference()
    if crs and reference.ImportFromWkt(crs) == 0 and reference.IsGeographic():
        raise InputError("RASTER_DEGREES", layer=layer or path.stem)
    boxes = [shape.GetEnvelope() for shape in shapes if shape is not None and not shape.IsEmpty()]
    if not boxes:
        raise InputError("RASTER_NOTHING", layer=layer or path.stem)
    low = np.floor(np.array(boxes)[:, [0, 2]].min(axis=0) / cell)
    high = np.ceil(np.array(boxes)[:, [1, 3]].max(axis=0) / cell)
    cols, rows = (int(n) for n in np.maximum(high - low, 1.0))
    if rows * cols > CELL_LIMIT:
        raise InputError("RASTER_TOO_LARGE", layer=layer or path.stem, rows=rows, cols=cols)
    with collected() as said, aside(path) as scratch:
        source = ogr.GetDriverByName("Memory").CreateDataSource("codes")
        table = source.CreateLayer("codes", reference if crs else None, ogr.wkbUnknown)
        table.CreateField(ogr.FieldDefn("code", ogr.OFTInteger64))
        for shape, code in zip(shapes, codes):
            feature = ogr.Feature(table.GetLayerDefn())
            feature.SetField("code", int(code))
            feature.SetGeometry(shape)
            table.CreateFeature(feature)
        options = ["COMPRESS=DEFLATE", "TILED=YES", "BIGTIFF=IF_SAFER"]
        target = gdal.GetDriverByName("GTiff").Create(str(scratch), cols, rows, 1, gdal.GDT_Int32, options)
        if target is None:
            raise StorageError("STORAGE_FAILED", path=str(path), reason="; ".join(said) or "—")
        target.SetGeoTransform((low[0] * cell, cell, 0.0, high[1] * cell, 0.0, -cell))
        target.SetProjection(crs)
        target.GetRasterBand(1).SetNoDataValue(NO_CLASS)
        target.GetRasterBand(1).Fill(NO_CLASS)
        done = gdal.RasterizeLayer(target, [1], table, options=["ATTRIBUTE=code"])
        target.FlushCache()
        del target
        if done != gdal.CE_None or said:
            raise StorageError("STORAGE_FAILED", path=str(path), reason="; ".join(said) or "—")
    return rows, cols

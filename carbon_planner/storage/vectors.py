"""Polygon layers of files, read with GDAL alone: for plain Python and child processes, where no QGIS runs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Optional

from osgeo import gdal, ogr

from ..base.errors import InputError


@dataclass(frozen=True)
class VectorTable:
    """Features of a layer: ``wkb`` (None where there is no geometry), attributes by field, CRS as WKT ("" for none)."""

    name: str
    fids: list[int]
    wkb: list[Optional[bytes]]
    attributes: dict[str, list[Any]]
    crs: str


def read_vectors(path: Path, fields: Sequence[str], *, layer: str = "", encoding: str = "") -> VectorTable:
    """Read a layer with some of its fields; curves become lines, Z and M stay as they are.

    ``layer`` is needed where a file holds several. Raises :class:`InputError` naming what exists where the file, the
    layer or a field does not.
    """
    options = [f"ENCODING={encoding}"] if encoding else []
    with gdal.ExceptionMgr(useExceptions=True) if hasattr(gdal, "ExceptionMgr") else _exceptions():
        try:
            dataset = gdal.OpenEx(str(path), gdal.OF_VECTOR | gdal.OF_READONLY, open_options=options)
        except RuntimeError as error:
            raise InputError("VECTOR_UNREADABLE", path=str(path), reason=str(error)) from error
        source = _layer(dataset, path, layer)
        definition = source.GetLayerDefn()
        names = [definition.GetFieldDefn(i).GetName() for i in range(definition.GetFieldCount())]
        missing = [f for f in fields if f not in names]
        if missing:
            raise InputError("VECTOR_NO_FIELD", layer=source.GetName(), field=missing[0], fields=", ".join(names))
        return _read(source, list(fields))


def _layer(dataset: Any, path: Path, name: str) -> Any:
    names = [dataset.GetLayer(i).GetName() for i in range(dataset.GetLayerCount())]
    if not name and len(names) == 1:
        return dataset.GetLayer(0)
    if name not in names:
        raise InputError("VECTOR_NO_LAYER", path=str(path), layer=name, layers=", ".join(names))
    return dataset.GetLayerByName(name)


def _read(source: Any, fields: list[str]) -> VectorTable:
    reference = source.GetSpatialRef()
    table = VectorTable(source.GetName(), [], [], {f: [] for f in fields}, reference.ExportToWkt() if reference else "")
    for feature in source:
        geometry = feature.GetGeometryRef()
        table.fids.append(feature.GetFID())
        table.wkb.append(None if geometry is None else bytes(geometry.GetLinearGeometry().ExportToIsoWkb()))
        for name in fields:
            index = feature.GetFieldIndex(name)
            table.attributes[name].append(feature.GetField(index) if feature.IsFieldSetAndNotNull(index) else None)
    return table


class _exceptions:  # noqa: N801 - stands in for gdal.ExceptionMgr before GDAL 3.7
    """Switch GDAL's exceptions on, and back to what they were."""

    def __enter__(self) -> None:
        self._before = bool(gdal.GetUseExceptions()), bool(ogr.GetUseExceptions())
        gdal.UseExceptions()
        ogr.UseExceptions()

    def __exit__(self, *_: object) -> None:
        # Error handlers are a stack: what was pushed last goes first.
        if not self._before[1]:
            ogr.DontUseExceptions()
        if not self._before[0]:
            gdal.DontUseExceptions()

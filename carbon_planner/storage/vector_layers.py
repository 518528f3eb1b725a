"""Which layers a file holds, without reading their features."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from osgeo import gdal, ogr

from ..base.errors import InputError
from .vectors import collected

TEXT, WHOLE, REAL, OTHER = "text", "int", "real", "other"
_KINDS = {
    ogr.OFTString: TEXT, ogr.OFTInteger: WHOLE, ogr.OFTInteger64: WHOLE, ogr.OFTReal: REAL,
}  # fmt: skip
_POLYGONS = {
    ogr.wkbPolygon, ogr.wkbMultiPolygon, ogr.wkbCurvePolygon, ogr.wkbMultiSurface, ogr.wkbUnknown,
    ogr.wkbGeometryCollection, ogr.wkbPolyhedralSurface, ogr.wkbTIN,
}  # fmt: skip


@dataclass(frozen=True)
class LayerInfo:
    """A layer: ``areal`` where it may hold polygons, ``fields`` as (name, kind) without the column of feature ids."""

    name: str
    areal: bool
    fields: tuple[tuple[str, str], ...]
    features: int
    crs: str


def list_layers(path: Path, encoding: str = "") -> list[LayerInfo]:
    """All layers of a file; ``encoding`` is that of a shapefile's text. Raises :class:`InputError` if GDAL has none."""
    options = [f"ENCODING={encoding}"] if encoding else []
    with collected() as said:
        dataset = gdal.OpenEx(str(path), gdal.OF_VECTOR | gdal.OF_READONLY, open_options=options)
        if dataset is None:
            raise InputError("VECTOR_UNREADABLE", path=str(path), reason="; ".join(said) or "—")
        return [_info(dataset.GetLayer(place)) for place in range(dataset.GetLayerCount())]


def _info(layer: ogr.Layer) -> LayerInfo:
    definition = layer.GetLayerDefn()
    fields = [definition.GetFieldDefn(i) for i in range(definition.GetFieldCount())]
    reference = layer.GetSpatialRef()
    areal = ogr.GT_Flatten(layer.GetGeomType()) in _POLYGONS
    named = tuple((field.GetName(), _KINDS.get(field.GetType(), OTHER)) for field in fields)
    return LayerInfo(layer.GetName(), areal, named, layer.GetFeatureCount(), reference.GetName() if reference else "")


def gdal_version() -> str:
    """Version of GDAL as a number with points."""
    return str(gdal.VersionInfo("RELEASE_NAME"))

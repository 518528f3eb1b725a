"""A layer written anew as a GeoPackage with the figures of an evaluation beside its own attributes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Optional

from osgeo import gdal, ogr, osr

from ..base.errors import InputError, StorageError
from ..base.feedback import pause
from ..base.fields import PREFIX, FieldSpec
from .aside import aside
from .vectors import collected

EPOCH = "2025-01-01T00:00:00.000Z"  # constant, so that the same content gives the same bytes
_TYPES = {"text": ogr.OFTString, "real": ogr.OFTReal, "int": ogr.OFTInteger64}
_DATE = "OGR_CURRENT_DATE"
_LOOK = 500  # features between two looks at the cancel button


def write_results(
    source: Path,
    layer: str,
    encoding: str,
    target: Path,
    crs: str,
    specs: Sequence[FieldSpec],
    columns: Mapping[str, Sequence[Any]],
) -> None:
    """Write all features of a layer in their order, with geometry and attributes, and ``columns`` by name of the spec.

    None in a column is null. A field of the source that is called like a result, or ``fid``, is left out. ``crs`` is
    WKT. The file appears whole or not at all. Raises :class:`StorageError` where it cannot be written and
    :class:`InputError` where the source has changed meanwhile.
    """
    with aside(target) as scratch, collected() as said, _fixed_date():
        options = [f"ENCODING={encoding}"] if encoding else []
        dataset = gdal.OpenEx(str(source), gdal.OF_VECTOR | gdal.OF_READONLY, open_options=options)
        if dataset is None:
            raise InputError("VECTOR_UNREADABLE", path=str(source), reason="; ".join(said) or "—")
        origin = dataset.GetLayerByName(layer) if layer else dataset.GetLayer(0)
        made = ogr.GetDriverByName("GPKG").CreateDataSource(str(scratch))
        if made is None:
            raise StorageError("STORAGE_FAILED", path=str(target), reason="; ".join(said) or "—")
        said.clear()
        _fill(made, origin, crs, specs, columns)
        del made  # closes the file
        if said:
            raise StorageError("STORAGE_FAILED", path=str(target), reason="; ".join(said[:3]))


def _fill(made: Any, origin: Any, crs: str, specs: Sequence[FieldSpec], columns: Mapping[str, Sequence[Any]]) -> None:
    reference = osr.SpatialReference()
    reference.ImportFromWkt(crs)
    reference.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
    result = made.CreateLayer("cp_zones", reference, origin.GetGeomType())
    kept = _take_fields(origin.GetLayerDefn(), result, {spec.name for spec in specs})
    first = result.GetLayerDefn().GetFieldCount()
    for spec in specs:
        result.CreateField(ogr.FieldDefn(spec.name, _TYPES[spec.kind]))
    definition = result.GetLayerDefn()
    result.StartTransaction()
    for row, feature in enumerate(_features(origin)):
        new = ogr.Feature(definition)
        new.SetGeometry(feature.GetGeometryRef())
        for place, old in enumerate(kept):
            _copy(feature, old, new, place)
        for place, spec in enumerate(specs, first):
            value = columns[spec.name][row]
            if value is not None:
                new.SetField(place, value)
        result.CreateFeature(new)
    result.CommitTransaction()


def _take_fields(definition: Any, result: Any, taken: set[str]) -> list[int]:
    """Create the fields of the source in the result; gives their places there."""
    kept: list[int] = []
    seen = {"fid", "geom", *taken}
    for place in range(definition.GetFieldCount()):
        field = definition.GetFieldDefn(place)
        name = field.GetName()
        if name.lower() in seen or name.lower().startswith(PREFIX):
            continue
        seen.add(name.lower())
        copy = ogr.FieldDefn(name, field.GetType())
        copy.SetSubType(field.GetSubType())
        result.CreateField(copy)
        kept.append(place)
    return kept


def _copy(feature: Any, old: int, new: Any, place: int) -> None:
    if not feature.IsFieldSetAndNotNull(old):
        return
    value: Optional[Any] = feature.GetField(old)
    # Dates have no setter for what the getter gives in all versions: their text is understood by every one.
    kind = feature.GetFieldDefnRef(old).GetType()
    plain = kind in (ogr.OFTInteger, ogr.OFTInteger64, ogr.OFTReal, ogr.OFTString)
    new.SetField(place, value if plain else feature.GetFieldAsString(old))


def _features(layer: Any) -> Iterator[Any]:
    layer.ResetReading()
    number = 0
    while True:
        feature = layer.GetNextFeature()
        if feature is None:
            return
        if number % _LOOK == 0:
            pause()
        number += 1
        yield feature


@contextmanager
def _fixed_date() -> Iterator[None]:
    """No time of writing in the file: what is equal shall be equal byte by byte."""
    get = getattr(gdal, "GetThreadLocalConfigOption", gdal.GetConfigOption)
    put = getattr(gdal, "SetThreadLocalConfigOption", gdal.SetConfigOption)
    before = get(_DATE)
    put(_DATE, EPOCH)
    try:
        yield
    finally:
        put(_DATE, before)

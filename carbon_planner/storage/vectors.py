"""Polygon layers of files, read with GDAL alone: for plain Python and child processes, where no QGIS runs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Optional

from osgeo import gdal, ogr, osr

from ..base.errors import InputError
from ..base.feedback import pause
from ..base.messages import Message, message
from .encoding import chosen_encoding, detect_dbf_encoding

# Arcs become chords of at most this angle, as in QGIS (bridge/geometries.py): a full circle loses 5e-7 of its area.
# GDAL's own default of 4° loses 0.08 %.
ARC_DEGREES = 0.1
_LISTED = 5
_LOOK = 1000  # features between two looks at the cancel button
SHAPEFILE = (".shp", ".dbf", ".shx")


@dataclass(frozen=True)
class VectorTable:
    """Features of a layer.

    ``wkb`` is None where there is no geometry; attributes are by field; ``crs`` is WKT ("" for none); ``notes`` say
    what GDAL could not read.
    """

    name: str
    fids: list[int]
    wkb: list[Optional[bytes]]
    attributes: dict[str, list[Any]]
    crs: str
    notes: list[Message] = field(default_factory=list)


def read_vectors(path: Path, fields: Sequence[str], *, layer: str = "", encoding: str = "") -> VectorTable:
    """Read a layer with some of its fields; curves become lines, Z and M stay as they are.

    ``layer`` is needed where a file holds several. Raises :class:`InputError` naming what exists where the file, the
    layer or a field does not, where text cannot be decoded, and where reading breaks off. A feature whose geometry is
    damaged has none, with a note. The encoding of a shapefile is told from its bytes, unless it is stated.
    """
    with collected() as said:
        options, notes = _encoding(path, encoding)
        dataset = gdal.OpenEx(str(path), gdal.OF_VECTOR | gdal.OF_READONLY, open_options=options)
        if dataset is None:
            raise InputError("VECTOR_UNREADABLE", path=str(path), reason="; ".join(said) or "—")
        source = _layer(dataset, path, layer)
        places = _places(source, fields)
        said.clear()
        table = _read(source, places, said)
        table.notes[:0] = notes
        return table


def field_names(path: Path, *, layer: str = "", encoding: str = "") -> list[str]:
    """Names of the fields of a layer. Raises :class:`InputError` as :func:`read_vectors` does."""
    with collected() as said:
        options, _ = _encoding(path, encoding)
        dataset = gdal.OpenEx(str(path), gdal.OF_VECTOR | gdal.OF_READONLY, open_options=options)
        if dataset is None:
            raise InputError("VECTOR_UNREADABLE", path=str(path), reason="; ".join(said) or "—")
        definition = _layer(dataset, path, layer).GetLayerDefn()
        return [definition.GetFieldDefn(i).GetName() for i in range(definition.GetFieldCount())]


def _encoding(path: Path, stated: str) -> tuple[list[str], list[Message]]:
    """Open options for the text of a shapefile, and what to tell of it.

    As stated, else by the bytes of the table: GDAL trusts any declaration, and none at all once QGIS has switched its
    recoding off for the whole process.
    """
    if path.suffix.lower() not in SHAPEFILE:
        return [], []
    if stated.strip():
        return [f"ENCODING={chosen_encoding(stated)}"], []
    found = detect_dbf_encoding(str(path))
    notes = [message("ENCODING_FOUND", layer=path.stem, evidence=found.evidence)]
    told = found.contradicts or (found.guessed and found.evidence.id != "ENCODING_NO_DBF")
    return ([f"ENCODING={found.encoding}"] if found.encoding else []), notes if told else []


def _layer(dataset: Any, path: Path, name: str) -> Any:
    names = [dataset.GetLayer(i).GetName() for i in range(dataset.GetLayerCount())]
    if not name and len(names) == 1:
        return dataset.GetLayer(0)
    if not name:
        raise InputError("VECTOR_SEVERAL_LAYERS", path=str(path), layers=", ".join(names) or "—")
    if name not in names:
        raise InputError("VECTOR_NO_LAYER", path=str(path), layer=name, layers=", ".join(names) or "—")
    return dataset.GetLayerByName(name)


def _places(source: Any, fields: Sequence[str]) -> dict[str, int]:
    """Place of each field, the column of feature ids (a field in QGIS) being the last.

    Upper and lower case differ only where both exist.
    """
    definition = source.GetLayerDefn()
    names = [definition.GetFieldDefn(i).GetName() for i in range(definition.GetFieldCount())]
    names += [source.GetFIDColumn()] if source.GetFIDColumn() else []
    places: dict[str, int] = {}
    for wanted in fields:
        alike = [i for i, name in enumerate(names) if name.lower() == wanted.lower()]
        if wanted in names:
            places[wanted] = names.index(wanted)
        elif len(alike) == 1:
            places[wanted] = alike[0]
        else:
            shown = ", ".join(names) or "—"
            raise InputError("VECTOR_NO_FIELD", layer=source.GetName(), field=wanted, fields=shown)
    return places


def _read(source: Any, places: dict[str, int], said: list[str]) -> VectorTable:
    reference = source.GetSpatialRef()
    # WKT of 2019 as QGIS gives it: the old form loses what no parameter says (Web Mercator's sphere, datum ensembles).
    crs = reference.ExportToWkt(["FORMAT=WKT2_2019"]) if reference else ""
    table = VectorTable(source.GetName(), [], [], {name: [] for name in places}, crs)
    damaged: list[int] = []
    reasons: list[str] = []
    for feature in _features(source, said):
        table.fids.append(feature.GetFID())
        table.wkb.append(_wkb(feature.GetGeometryRef()))
        for name, place in places.items():
            table.attributes[name].append(_value(feature, place))
        if said:
            damaged.append(feature.GetFID())
            reasons += said
            said.clear()
    if damaged:
        shown = ", ".join(map(str, damaged[:_LISTED])) + (", …" if len(damaged) > _LISTED else "")
        table.notes.append(
            message("VECTOR_DAMAGED", layer=table.name, count=len(damaged), features=shown, reason=reasons[0])
        )
    return table


def _value(feature: Any, place: int) -> Any:
    if place == feature.GetFieldCount():
        return feature.GetFID()
    return feature.GetField(place) if feature.IsFieldSetAndNotNull(place) else None


def _wkb(geometry: Any) -> Optional[bytes]:
    return None if geometry is None else bytes(geometry.GetLinearGeometry(ARC_DEGREES).ExportToIsoWkb())


def _features(source: Any, said: list[str]) -> Iterator[Any]:
    """All features; what GDAL says about one is in ``said`` while that one is given out."""
    number = 0
    while True:
        feature = source.GetNextFeature()
        if feature is None:
            break
        if number % _LOOK == 0:
            pause()
        number += 1
        yield feature
    if said:
        raise InputError("VECTOR_BROKE_OFF", layer=source.GetName(), reason="; ".join(said[:_LISTED]))


@contextmanager
def collected() -> Iterator[list[str]]:
    """Keep GDAL's exceptions off, so that one bad record does not end the reading, and collect what it says instead."""
    said: list[str] = []

    def keep(level: int, _number: int, text: str) -> None:
        if level >= gdal.CE_Failure:
            said.append(text)

    with _without_exceptions():
        gdal.PushErrorHandler(keep)
        try:
            yield said
        finally:
            gdal.PopErrorHandler()


@contextmanager
def _without_exceptions() -> Iterator[None]:
    """Switch the exceptions of GDAL's modules off, and back to what they were."""
    modules = (ogr, osr, gdal)
    if hasattr(gdal, "ExceptionMgr"):
        with ExitStack() as stack:
            for module in modules:
                stack.enter_context(module.ExceptionMgr(useExceptions=False))
            yield
        return
    # Before GDAL 3.7 they are error handlers on a stack of unknown order: what was pushed last goes first.
    off = [module for module in modules * len(modules) if module.GetUseExceptions() and _switched_off(module)]
    try:
        yield
    finally:
        for module in reversed(off):
            module.UseExceptions()


def _switched_off(module: Any) -> bool:
    try:
        module.DontUseExceptions()
    except RuntimeError:  # another module's handler lies on top
        return False
    return True

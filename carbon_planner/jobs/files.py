"""Plan zones and base parcels from files, read with GDAL alone; what the job needs to find them again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Callable, Optional

from numpy.typing import NDArray

from ..accounting.inputs import BaseParcels, PlanZones
from ..accounting.phasing import LINEAR, Curve
from ..accounting.values import Column, Floats, areas, plot_ratios, ratios, text
from ..base.errors import GeometryError
from ..base.feedback import Feedback
from ..geometry.crs import Crs, transform
from ..geometry.wkb import from_wkb
from ..storage.vectors import VectorTable, field_names, read_vectors
from .fields import MoreFields, attributes
from .parcels import parcel_values, with_standard
from .sources import BASE, ZONES, SourceRecord


@dataclass(frozen=True)
class FileSource:
    """A layer of a file: ``layer`` where there are several, ``crs`` where the file has none, ``encoding`` if known.

    ``selection`` keeps only the features of these ids.
    """

    path: Path
    layer: str = ""
    crs: str = ""
    encoding: str = ""
    selection: Optional[tuple[int, ...]] = None


@dataclass
class Inputs:
    """What was read. ``base_geometry`` is that of the parcels in the CRS of their file, None where that is the same."""

    zones: PlanZones
    base: Optional[BaseParcels] = None
    base_geometry: Optional[NDArray[Any]] = None
    sources: dict[str, SourceRecord] = field(default_factory=dict)


def read_inputs(
    zones: FileSource,
    fields: Mapping[str, str],
    base: Optional[FileSource],
    base_fields: Mapping[str, str],
    feedback: Feedback,
    curve: Curve = LINEAR,
) -> Inputs:
    """Read zones and base; ``fields`` and ``base_fields`` map roles to fields as job files do.

    Roles of zones: ``zone_id``, ``plan_class``, ``base_class``, ``green_ratio``, ``building_density``, ``plot_ratio``,
    ``survey_area`` and those of :class:`MoreFields`; of parcels: ``classes``,
    ``survey_area``, ``green_ratio``, ``building_density``, ``living_tc_ha``. Raises
    :class:`InputError` and :class:`GeometryError` with layer, feature and remedy.
    """
    found = read_zones(zones, fields, feedback, curve)
    if base is not None:
        under = load_base(base, base_fields, feedback)
        found.base = under.parcels(found.zones.crs, feedback)
        found.base_geometry = None if under.crs.same_as(found.zones.crs) else under.geometry
        found.sources[BASE] = under.record
    return found


def read_zones(zones: FileSource, fields: Mapping[str, str], feedback: Feedback, curve: Curve = LINEAR) -> Inputs:
    """Read zones alone; arguments and errors as of :func:`read_inputs`."""
    table = _read(zones, list(fields.values()), feedback)
    plan = _plan(table, fields, curve, zones.crs, feedback)
    return Inputs(plan, sources={ZONES: _record(zones, table, plan.crs, fields)})


@dataclass(frozen=True)
class LoadedBase:
    """Parcels as their file holds them, to be given out in the CRS of one plan after another."""

    table: VectorTable
    fields: Mapping[str, str]
    geometry: NDArray[Any]
    crs: Crs
    record: SourceRecord

    def parcels(self, crs: Crs, feedback: Feedback) -> BaseParcels:
        """The parcels in a CRS. Raises :class:`InputError` for values that cannot be read."""
        return _parcels(self.table, dict(self.fields), self.geometry, self.crs, crs, feedback)


def load_base(base: FileSource, fields: Mapping[str, str], feedback: Feedback) -> LoadedBase:
    """Read a base; arguments and errors as of :func:`read_inputs`."""
    under, used = _read_base(base, fields, feedback)
    own = _crs(under, base.crs)
    return LoadedBase(under, used, from_wkb(under.wkb)[0], own, _record(base, under, own, used))


def _plan(table: VectorTable, fields: Mapping[str, str], curve: Curve, stated: str, voice: Feedback) -> PlanZones:
    ids = _ids(table, fields.get("zone_id", ""))

    def column(role: str) -> Column:
        return Column(table.name, fields[role], ids, table.attributes[fields[role]])

    def numbers(role: str, parse: Callable[[Column, Feedback], Floats]) -> Optional[Floats]:
        return parse(column(role), voice) if fields.get(role) else None

    def codes(role: str) -> Optional[list[Optional[str]]]:
        return [text(value) for value in column(role).values] if fields.get(role) else None

    more, _ = attributes(MoreFields.from_used(fields, curve), column, len(ids), voice)
    return PlanZones(
        layer=table.name,
        ids=ids,
        geometry=from_wkb(table.wkb)[0],
        crs=_crs(table, stated),
        plan_class=codes("plan_class"),
        base_class=codes("base_class"),
        green_ratio=numbers("green_ratio", ratios),
        building_density=numbers("building_density", ratios),
        plot_ratio=numbers("plot_ratio", plot_ratios),
        survey_m2=numbers("survey_area", areas),
        class_field=fields.get("plan_class", ""),
        base_class_field=fields.get("base_class", ""),
        **more,
    )


def _read_base(base: FileSource, fields: Mapping[str, str], voice: Feedback) -> tuple[VectorTable, dict[str, str]]:
    """The table, with the fields that are found by their standard names."""
    there = field_names(base.path, layer=base.layer, encoding=base.encoding)
    used = with_standard(fields, there)
    return _read(base, list(used.values()), voice), used


def _parcels(
    under: VectorTable, used: Mapping[str, str], geometry: NDArray[Any], own: Crs, crs: Crs, voice: Feedback
) -> BaseParcels:
    """Parcels in the CRS of the zones."""
    ids = _ids(under, "")

    def column(role: str) -> Column:
        return Column(under.name, used[role], ids, under.attributes[used[role]])

    return BaseParcels(
        layer=under.name,
        ids=ids,
        geometry=transform(geometry, own, crs),
        crs=crs,
        class_field=used.get("classes", ""),
        **parcel_values(used, column, len(ids), voice),
    )


def _read(source: FileSource, fields: Sequence[str], voice: Feedback) -> VectorTable:
    names = list(dict.fromkeys(name for name in fields if name))
    table = read_vectors(source.path, names, layer=source.layer, encoding=source.encoding)
    for note in table.notes:
        voice.warn(note)
    if source.selection is None:
        return table
    chosen = set(source.selection)
    kept = [row for row, fid in enumerate(table.fids) if fid in chosen]
    attributes_ = {name: [values[row] for row in kept] for name, values in table.attributes.items()}
    return VectorTable(table.name, [table.fids[i] for i in kept], [table.wkb[i] for i in kept], attributes_, table.crs)


def _record(source: FileSource, table: VectorTable, crs: Crs, fields: Mapping[str, str]) -> SourceRecord:
    used = {role: name for role, name in fields.items() if name}
    where = str(source.path.absolute())
    return SourceRecord(table.name, where, source.layer or table.name, crs.wkt, source.encoding, used, source.selection)


def _crs(table: VectorTable, stated: str) -> Crs:
    if not (table.crs or stated.strip()):
        raise GeometryError("LAYER_WITHOUT_CRS", layer=table.name)
    return Crs.from_text(table.crs or stated)


def _ids(table: VectorTable, field_: str) -> list[str]:
    values = table.attributes[field_] if field_ else table.fids
    return [text(value) or str(fid) for value, fid in zip(values, table.fids)]

"""Layers → core inputs. Everything is read before anything is written, so that a run may overwrite its own source.

    source = open_source(self.parameterDefinition("ZONES"), parameters, context, feedback, encoding)
    zones = read_zones(source, ZoneFields(plan_class="YDYHFLDM", green_ratio="LDL"), feedback)
    base = read_base(base_source, BaseFields("DLBM"), zones, context.transformContext(), feedback)
    evaluation = evaluate(zones.plan, base.parcels if base else None, settings, feedback=feedback)

``zones.rows`` and ``zones.geometries`` hold the original features for the output (see :mod:`.tables`). What the user
should know goes to ``feedback.warn``; what cannot be evaluated raises :class:`InputError` with layer, field, feature
and remedy.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Optional

from numpy.typing import NDArray
from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransformContext,
    QgsField,
    QgsGeometry,
    QgsRectangle,
)

from ..accounting.inputs import BaseParcels, PlanZones
from ..base.errors import InputError
from ..base.feedback import Feedback, Silent
from ..base.messages import message
from ..geometry.crs import Crs
from ..jobs.parcels import ATTRIBUTE, parcel_values, with_standard
from ..storage.encoding import damage
from .attributes import Rows
from .checks import check_text, refuse_damage, unique_ids
from .crs import check_extent, core_crs, transform_between, transformed_box
from .shapes import Shapes, extent_of
from .source import Source
from .stamps import zone_stamps
from .values import Column, text
from .zone_fields import ZoneFields, zone_values

__all__ = ["BaseFields", "BaseLayer", "ZoneFields", "ZoneLayer", "read_base", "read_zones"]


@dataclass(frozen=True)
class BaseFields:
    """Field names of the base parcels, "" where a role has none.

    The deduction is found by its standard names where the area is TBMJ, attributes of the survey wherever they stand.
    """

    classes: str
    survey_area: str = ""
    deducted_area: str = ""
    deducted_class: str = ""
    green_ratio: str = ""
    building_density: str = ""
    living_tc_ha: str = ""
    attributes: tuple[tuple[str, str], ...] = ()

    def used(self) -> dict[str, str]:
        """Role → field of those that are given."""
        single = {role: name for role, name in vars(self).items() if role != "attributes" and name}
        return {**single, **{ATTRIBUTE + standard: name for standard, name in self.attributes}}

    @classmethod
    def from_used(cls, roles: Mapping[str, str]) -> BaseFields:
        """The fields from :meth:`used`, as job files hold them."""
        single = {role: name for role, name in roles.items() if not role.startswith(ATTRIBUTE)}
        marked = tuple((role[len(ATTRIBUTE) :], name) for role, name in roles.items() if role.startswith(ATTRIBUTE))
        return cls(**single, attributes=marked)


@dataclass
class ZoneLayer:
    """Zones as read: input of the core, and what the output repeats. ``extent`` is in the CRS of the zones.

    ``rows`` holds all attributes in the order of the source's fields, ``kept`` the places of those that outputs keep.
    """

    plan: PlanZones
    source: Source
    fields: ZoneFields
    rows: Rows
    geometries: list[QgsGeometry]
    kept: list[int]
    crs: QgsCoordinateReferenceSystem
    extent: QgsRectangle

    def kept_fields(self) -> list[QgsField]:
        """Original fields of the output, in their order."""
        return [self.source.fields.at(i) for i in self.kept]


@dataclass
class BaseLayer:
    """Base parcels as read, in the CRS of the zones.

    ``geometry`` is that in the CRS of the source, None where that is the same; ``fids`` are the ids of the features,
    ``columns`` the places of the fields by role, ``crs`` is that of the source.
    """

    parcels: BaseParcels
    source: Source
    geometry: Optional[NDArray[Any]] = None
    fids: list[int] = field(default_factory=list)
    columns: dict[str, int] = field(default_factory=dict)
    crs: Optional[Crs] = None

    def used(self) -> dict[str, str]:
        """Role → field."""
        return {role: self.source.fields.at(place).name() for role, place in self.columns.items()}


def read_zones(source: Source, fields: ZoneFields, feedback: Feedback) -> ZoneLayer:
    """Read all zones. Raises :class:`InputError`: a missing field or CRS, values that cannot be read, no features."""
    crs = core_crs(source.crs, source.name)
    columns = {role: source.index(name) for role, name in fields.used().items()}
    rows, geometries, shapes = Rows(), [], Shapes(source.name)
    for feature in source.features(feedback):
        geometry = feature.geometry()
        geometries.append(geometry)
        shapes.add(geometry)
        rows.add(feature)
    if not geometries:
        raise InputError("SOURCE_EMPTY", layer=source.name)
    ids = unique_ids(source, rows, columns.get("zone_id"), feedback)
    kept = source.kept_fields()
    check_text(source, rows, ids, set(kept), set(columns.values()), feedback)
    geometry = shapes.finish(ids, feedback)
    extent = extent_of(geometry)
    check_extent(extent, source.crs, source.name, feedback)
    plan = _plan(source, crs, fields, ids, geometry, rows, columns, feedback)
    return ZoneLayer(plan, source, fields, rows, geometries, kept, source.crs, extent)


def _plan(source, crs, fields, ids, geometry, rows, columns, feedback) -> PlanZones:
    used, told = zone_values(source, fields, ids, rows, columns, feedback)
    stamps = zone_stamps(geometry, told, feedback)
    names = {"class_field": "plan_class", "base_class_field": "base_class"}
    named = {name: source.fields.at(columns[role]).name() for name, role in names.items() if role in columns}
    return PlanZones(source.name, ids, geometry, crs, stamps=stamps, **used, **named)


def read_base(
    source: Source,
    fields: BaseFields,
    zones: ZoneLayer,
    context: QgsCoordinateTransformContext,
    feedback: Feedback,
) -> BaseLayer:
    """Read the base parcels around the zones, in the CRS of the zones. Raises :class:`InputError` as for zones."""
    own_crs = core_crs(source.crs, source.name)
    crs = zones.plan.crs
    transform = transform_between(source.crs, zones.crs, context, source.name, feedback)
    box = zones.extent if transform is None else transformed_box(zones.extent, zones.crs, source.crs, context)
    columns = _base_columns(source, fields)
    ids: list[str] = []
    values: dict[str, list[Any]] = {role: [] for role in columns}
    shapes, original = Shapes(source.name), Shapes(source.name)
    for feature in source.features(feedback, sorted(set(columns.values())), box):
        ids.append(str(feature.id()))
        shapes.add(feature.geometry(), transform)
        if transform is not None:
            original.add(feature.geometry())
        for role, place in columns.items():
            values[role].append(feature.attribute(place))
    check_extent(source.extent(), source.crs, source.name, feedback)
    if not ids:
        feedback.warn(message("BASE_ELSEWHERE", layer=source.name, zones=zones.source.name))
    bad = [row for row, value in enumerate(values["classes"]) if damage(text(value))]
    name = source.fields.at(columns["classes"]).name()
    refuse_damage(source, name, ids, bad)

    def column(role: str) -> Column:
        return Column(source.name, source.fields.at(columns[role]).name(), ids, values[role])

    told = parcel_values(columns, column, len(ids), feedback)
    parcels = BaseParcels(source.name, ids, shapes.finish(ids, feedback), crs, class_field=name, **told)
    own = None if transform is None else original.finish(ids, Silent())
    return BaseLayer(parcels, source, own, [int(fid) for fid in ids], columns, own_crs)


def _base_columns(source: Source, fields: BaseFields) -> dict[str, int]:
    """Place of each role, with the fields that are found by their standard names."""
    used = with_standard(fields.used(), [spec.name() for spec in source.fields])
    return {role: source.index(name) for role, name in used.items()}

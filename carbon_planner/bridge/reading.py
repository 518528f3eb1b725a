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

from dataclasses import dataclass
from typing import Any, Callable, Optional

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransformContext,
    QgsField,
    QgsGeometry,
    QgsRectangle,
)

from ..accounting.inputs import BaseParcels, PlanZones, SurveyAreas
from ..base.errors import InputError
from ..base.feedback import Feedback
from ..base.messages import message
from ..storage.encoding import damage
from .attributes import Rows
from .checks import check_text, refuse_damage, unique_ids
from .crs import check_extent, core_crs, transform_between, transformed_box
from .shapes import Shapes, extent_of
from .source import Source
from .stamps import zone_stamps
from .values import Column, Floats, areas, plot_ratios, ratios, text

# Names of the deduction beside the area of a survey parcel (third national land survey).
DEDUCTED_AREA, DEDUCTED_CLASS, GROSS_AREA = "KCMJ", "KCDLBM", "TBMJ"


@dataclass(frozen=True)
class ZoneFields:
    """Field names of the zones by role; "" where a role has none."""

    zone_id: str = ""
    plan_class: str = ""
    base_class: str = ""
    green_ratio: str = ""
    building_density: str = ""
    plot_ratio: str = ""
    survey_area: str = ""

    def used(self) -> dict[str, str]:
        """Role → field of those that are given."""
        return {role: name for role, name in vars(self).items() if name}


@dataclass(frozen=True)
class BaseFields:
    """Field names of the base parcels; the deduction is found by its standard names where the area is TBMJ."""

    classes: str
    survey_area: str = ""
    deducted_area: str = ""
    deducted_class: str = ""


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
    """Base parcels as read, in the CRS of the zones."""

    parcels: BaseParcels
    source: Source


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
    plan = _plan(source, crs, ids, geometry, rows, columns, feedback)
    return ZoneLayer(plan, source, fields, rows, geometries, kept, source.crs, extent)


def _plan(source, crs, ids, geometry, rows, columns, feedback) -> PlanZones:
    def column(role: str) -> Optional[Column]:
        place = columns.get(role)
        if place is None:
            return None
        return Column(source.name, source.fields.at(place).name(), ids, rows.column(place))

    def values(role: str, parse: Callable[[Column, Feedback], Floats]) -> Optional[Floats]:
        given = column(role)
        return None if given is None else parse(given, feedback)

    def codes(role: str) -> Optional[list[Optional[str]]]:
        given = column(role)
        return None if given is None else [text(value) for value in given.values]

    used = {
        "plan_class": codes("plan_class"),
        "base_class": codes("base_class"),
        "green_ratio": values("green_ratio", ratios),
        "building_density": values("building_density", ratios),
        "plot_ratio": values("plot_ratio", plot_ratios),
        "survey_m2": values("survey_area", areas),
    }
    stamps = zone_stamps(geometry, {role: list(given) for role, given in used.items() if given is not None}, feedback)
    names = {"class_field": "plan_class", "base_class_field": "base_class"}
    fields = {name: source.fields.at(columns[role]).name() for name, role in names.items() if role in columns}
    return PlanZones(source.name, ids, geometry, crs, stamps=stamps, **used, **fields)


def read_base(
    source: Source,
    fields: BaseFields,
    zones: ZoneLayer,
    context: QgsCoordinateTransformContext,
    feedback: Feedback,
) -> BaseLayer:
    """Read the base parcels around the zones, in the CRS of the zones. Raises :class:`InputError` as for zones."""
    core_crs(source.crs, source.name)
    crs = zones.plan.crs
    transform = transform_between(source.crs, zones.crs, context, source.name, feedback)
    box = zones.extent if transform is None else transformed_box(zones.extent, zones.crs, source.crs, context)
    columns = _base_columns(source, fields)
    ids: list[str] = []
    values: dict[str, list[Any]] = {role: [] for role in columns}
    shapes = Shapes(source.name)
    for feature in source.features(feedback, sorted(set(columns.values())), box):
        ids.append(str(feature.id()))
        shapes.add(feature.geometry(), transform)
        for role, place in columns.items():
            values[role].append(feature.attribute(place))
    check_extent(source.extent(), source.crs, source.name, feedback)
    if not ids:
        feedback.warn(message("BASE_ELSEWHERE", layer=source.name, zones=zones.source.name))
    classes = [text(value) for value in values["classes"]]
    bad = [row for row, value in enumerate(classes) if damage(value)]
    refuse_damage(source, source.fields.at(columns["classes"]).name(), ids, bad)
    survey = _survey(source, columns, ids, values, feedback)
    geometry = shapes.finish(ids, feedback)
    field = source.fields.at(columns["classes"]).name()
    return BaseLayer(BaseParcels(source.name, ids, geometry, crs, classes, survey, class_field=field), source)


def _base_columns(source: Source, fields: BaseFields) -> dict[str, int]:
    columns = {role: source.index(name) for role, name in vars(fields).items() if name}
    if fields.survey_area.upper() == GROSS_AREA and not (fields.deducted_area or fields.deducted_class):
        names = {spec.name().upper(): i for i, spec in enumerate(source.fields)}
        if DEDUCTED_AREA in names and DEDUCTED_CLASS in names:
            columns.update(deducted_area=names[DEDUCTED_AREA], deducted_class=names[DEDUCTED_CLASS])
    return columns


def _survey(source, columns, ids, values, feedback) -> Optional[SurveyAreas]:
    if "survey_area" not in columns:
        return None

    def numbers(role: str) -> Optional[Floats]:
        if role not in columns:
            return None
        return areas(Column(source.name, source.fields.at(columns[role]).name(), ids, values[role]), feedback)

    gross = numbers("survey_area")
    classes = [text(value) for value in values["deducted_class"]] if "deducted_class" in columns else None
    return SurveyAreas(gross, numbers("deducted_area"), classes)

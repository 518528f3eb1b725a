"""Which fields of the zones hold what, and their values as the core takes them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Callable, Optional

from qgis.PyQt.QtCore import QDate, QDateTime

from ..accounting.phasing import LINEAR, Curve
from ..base.feedback import Feedback
from ..jobs.fields import MoreFields, attributes
from .attributes import Rows
from .source import Source
from .values import Column, Floats, areas, plot_ratios, ratios, text

NO_MORE = MoreFields()


@dataclass(frozen=True)
class ZoneFields:
    """Field names of the zones by role; "" where a role has none.

    ``more`` holds what a plan states beyond class and ratios: quantities, uses, region, phases.
    """

    zone_id: str = ""
    plan_class: str = ""
    base_class: str = ""
    green_ratio: str = ""
    building_density: str = ""
    plot_ratio: str = ""
    survey_area: str = ""
    more: MoreFields = NO_MORE

    def used(self) -> dict[str, str]:
        """Role → field of those that are given."""
        single = {role: name for role, name in vars(self).items() if role != "more" and name}
        return {**single, **self.more.used()}

    @classmethod
    def from_used(cls, roles: Mapping[str, str], curve: Curve = LINEAR) -> ZoneFields:
        """The fields from :meth:`used`, as layers' metadata and job files hold them."""
        single = {spec.name for spec in fields(cls)} - {"more"}
        own = {role: name for role, name in roles.items() if role in single}
        return cls(**own, more=MoreFields.from_used(roles, curve))


def zone_values(
    source: Source, given: ZoneFields, ids: list[str], rows: Rows, columns: Mapping[str, int], feedback: Feedback
) -> tuple[dict[str, Any], dict[str, list[Any]]]:
    """(arguments of :class:`PlanZones`, values by role for stamps); ``columns`` gives the place of each role.

    Raises :class:`InputError` for values that are not what their role needs.
    """

    def column(role: str) -> Column:
        place = columns[role]
        return Column(source.name, source.fields.at(place).name(), ids, [_date(v) for v in rows.column(place)])

    def values(role: str, parse: Callable[[Column, Feedback], Floats]) -> Optional[Floats]:
        return parse(column(role), feedback) if role in columns else None

    def codes(role: str) -> Optional[list[Optional[str]]]:
        return [text(value) for value in column(role).values] if role in columns else None

    used: dict[str, Any] = {
        "plan_class": codes("plan_class"),
        "base_class": codes("base_class"),
        "green_ratio": values("green_ratio", ratios),
        "building_density": values("building_density", ratios),
        "plot_ratio": values("plot_ratio", plot_ratios),
        "survey_m2": values("survey_area", areas),
    }
    more, told = attributes(given.more, column, len(ids), feedback)
    stamped = {role: list(found) for role, found in used.items() if found is not None}
    return {**used, **more}, {**stamped, **told}


def _date(value: Any) -> Any:
    """Dates of Qt as dates of Python, whose calendar the core counts days by."""
    if isinstance(value, QDateTime):
        value = value.date()
    if isinstance(value, QDate):
        return value.toPyDate() if value.isValid() else None
    return value

"""What base parcels state beyond their class: which field holds it, and its reading. One way for layers and files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Callable, Optional

from ..accounting.inputs import SurveyAreas
from ..accounting.values import Column, Floats, areas, ratios, text
from ..base.feedback import Feedback
from ..classes.survey import FIELDS

# The deduction beside the area of a survey parcel, by the standard names of the third national land survey.
DEDUCTED_AREA, DEDUCTED_CLASS, GROSS_AREA = "KCMJ", "KCDLBM", "TBMJ"
CLASSES, SURVEY_AREA = "classes", "survey_area"
ATTRIBUTE = "attribute."  # before the standard name of a survey attribute, where roles of fields are listed


def with_standard(fields: Mapping[str, str], there: Iterable[str]) -> dict[str, str]:
    """Role → field of those that are given, with what is found by standard names among the fields that are there.

    The deduction belongs to the area of the survey (TBMJ); attributes tell planting and heavy emitters.
    """
    used = {role: name for role, name in fields.items() if name}
    names = {name.upper(): name for name in there}
    stated = "deducted_area" in used or "deducted_class" in used
    whole = DEDUCTED_AREA in names and DEDUCTED_CLASS in names
    if used.get(SURVEY_AREA, "").upper() == GROSS_AREA and whole and not stated:
        used.update(deducted_area=names[DEDUCTED_AREA], deducted_class=names[DEDUCTED_CLASS])
    for standard in FIELDS:
        if standard in names:
            used.setdefault(ATTRIBUTE + standard, names[standard])
    return used


def parcel_values(
    used: Mapping[str, str], column: Callable[[str], Column], rows: int, feedback: Feedback
) -> dict[str, Any]:
    """Arguments of :class:`BaseParcels` from the fields; ``column`` gives the values of a role.

    Raises :class:`InputError` as the readers of numbers do, with layer, field and feature.
    """

    def numbers(role: str, parse: Callable[[Column, Feedback], Floats]) -> Optional[Floats]:
        return parse(column(role), feedback) if role in used else None

    def codes(role: str) -> list[Optional[str]]:
        return [text(value) for value in column(role).values]

    gross = numbers(SURVEY_AREA, areas)
    deducted = codes("deducted_class") if "deducted_class" in used else None
    found: dict[str, Any] = {
        "classes": codes(CLASSES) if CLASSES in used else [None] * rows,
        "survey": None if gross is None else SurveyAreas(gross, numbers("deducted_area", areas), deducted),
        "green_ratio": numbers("green_ratio", ratios),
        "building_density": numbers("building_density", ratios),
        "living_tc_ha": numbers("living_tc_ha", areas),
    }
    attributes = {role[len(ATTRIBUTE) :]: codes(role) for role in used if role.startswith(ATTRIBUTE)}
    if attributes:
        found["attributes"] = attributes
    return found

"""Checks of the parameters of ``evaluatezones`` against each other and against the layers, before anything is read."""

from __future__ import annotations

from typing import Any, Iterator, Sequence

from qgis.PyQt.QtCore import QCoreApplication

translate = QCoreApplication.translate

ZONE_FIELDS = ("ZONE_ID", "ZONE_CLASS", "GREEN_RATIO", "BUILDING_DENSITY", "PLOT_RATIO", "ZONE_BASE_CLASS")
BASE_FIELDS = ("BASE_CLASS",)


def contradiction(given: dict[str, Any]) -> str:
    """A sentence for the first contradiction between parameters, or an empty text.

    ``given`` holds the parameters' values, empty texts and None where nothing was given.
    """
    return next(_contradictions(given), "")


def _contradictions(given: dict[str, Any]) -> Iterator[str]:
    if not (given["ZONE_CLASS"] or given["BASE"] or given["ZONE_BASE_CLASS"]):
        yield translate(
            "CarbonPlanner",
            "Nothing to evaluate: give the plan class (ZONE_CLASS), the existing land use (BASE or ZONE_BASE_CLASS), "
            "or both.",
        )
    yield from _baseline(given)
    for name in ("GREEN_RATIO", "BUILDING_DENSITY", "PLOT_RATIO"):
        if given[name] and not given["ZONE_CLASS"]:
            yield translate(
                "CarbonPlanner", "{parameter} describes the plan, but no plan class is given. Set ZONE_CLASS."
            ).format(parameter=name)
    if (given["AREA_METHOD"] == "field") != bool(given["AREA_FIELD"]):
        yield translate(
            "CarbonPlanner",
            "AREA_METHOD = field and AREA_FIELD belong together: set both, or neither.",
        )
    if given["END_YEAR"] <= given["START_YEAR"]:
        yield translate(
            "CarbonPlanner", "The end year {end} must be later than the start year {start}."
        ).format(end=given["END_YEAR"], start=given["START_YEAR"])


def _baseline(given: dict[str, Any]) -> Iterator[str]:
    if given["BASE"] and given["ZONE_BASE_CLASS"]:
        yield translate(
            "CarbonPlanner",
            "There are two baselines: the layer BASE and the field ZONE_BASE_CLASS. Leave one of them empty.",
        )
    if given["BASE"] and not given["BASE_CLASS"]:
        yield translate(
            "CarbonPlanner", "BASE needs BASE_CLASS: name the field that holds the class of the existing land use."
        )
    if given["BASE_CLASS"] and not given["BASE"]:
        yield translate("CarbonPlanner", "BASE_CLASS names a field of BASE, but no layer BASE is given.")
    if given["BASE_CLASS_SYSTEM"] and not (given["BASE"] or given["ZONE_BASE_CLASS"]):
        yield translate("CarbonPlanner", "BASE_CLASS_SYSTEM is given, but no baseline (BASE or ZONE_BASE_CLASS).")


def missing_field(parameter: str, name: str, layer: str, fields: Sequence[str]) -> str:
    """A sentence saying that a field is not there and which ones are; empty where it is."""
    if name in fields:
        return ""
    close = [f for f in fields if f.lower() == name.lower()]
    shown = ", ".join(close or fields[:20]) + (", …" if len(fields) > 20 and not close else "")
    return translate(
        "CarbonPlanner", "{parameter}: the layer {layer} has no field “{name}”. Its fields: {fields}."
    ).format(parameter=parameter, layer=layer, name=name, fields=shown)

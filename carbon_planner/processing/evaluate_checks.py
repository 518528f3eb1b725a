"""Checks of the parameters of ``evaluatezones`` against each other and against the layers, before anything is read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from qgis.core import QgsProcessingContext
from qgis.PyQt.QtCore import QCoreApplication

from .evaluate_more import (
    BASE_QUANTITIES,
    MORE_FIELDS,
    PARCEL_FIELDS,
    PHASE_FIELDS,
    PLAN_QUANTITIES,
    more_fields,
    more_settings,
    words_of,
)

if TYPE_CHECKING:
    from .base import PlannerAlgorithm

translate = QCoreApplication.translate

PLAN_ONLY = ("GREEN_RATIO", "BUILDING_DENSITY", "PLOT_RATIO", *PLAN_QUANTITIES, "USES", *PHASE_FIELDS)
ZONE_FIELDS = (
    "ZONE_ID",
    "ZONE_CLASS",
    "GREEN_RATIO",
    "BUILDING_DENSITY",
    "PLOT_RATIO",
    "ZONE_BASE_CLASS",
    *MORE_FIELDS,
)
BASE_FIELDS = ("BASE_CLASS", *PARCEL_FIELDS)


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
    for name in PLAN_ONLY:
        if given[name] and not given["ZONE_CLASS"]:
            yield translate(
                "CarbonPlanner", "{parameter} describes the plan, but no plan class is given. Set ZONE_CLASS."
            ).format(parameter=name)
    for name in BASE_QUANTITIES:
        if given[name] and not (given["BASE"] or given["ZONE_BASE_CLASS"]):
            yield translate(
                "CarbonPlanner",
                "{parameter} describes the existing state, but no baseline (BASE or ZONE_BASE_CLASS) is given.",
            ).format(parameter=name)
    if (given["AREA_METHOD"] == "field") != bool(given["AREA_FIELD"]):
        yield translate(
            "CarbonPlanner",
            "AREA_METHOD = field and AREA_FIELD belong together: set both, or neither.",
        )
    if given["END_YEAR"] <= given["START_YEAR"]:
        yield translate("CarbonPlanner", "The end year {end} must be later than the start year {start}.").format(
            end=given["END_YEAR"], start=given["START_YEAR"]
        )


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
    for name in BASE_FIELDS:
        if given[name] and not given["BASE"]:
            yield translate("CarbonPlanner", "{parameter} names a field of BASE, but no layer BASE is given.").format(
                parameter=name
            )
    if given["BASE_CLASS_SYSTEM"] and not (given["BASE"] or given["ZONE_BASE_CLASS"]):
        yield translate("CarbonPlanner", "BASE_CLASS_SYSTEM is given, but no baseline (BASE or ZONE_BASE_CLASS).")


def problem(alg: PlannerAlgorithm, parameters: dict[str, Any], context: QgsProcessingContext) -> str:
    """What is wrong with the parameters: a contradiction, a field that is not there, a target that cannot be written.

    Raises :class:`~..base.errors.PlannerError` for the last two.
    """
    given: dict[str, Any] = {
        name: str(alg.parameterAsString(parameters, name, context) or "").strip()
        for name in (*ZONE_FIELDS, *BASE_FIELDS, "BASE_CLASS_SYSTEM", "AREA_FIELD")
    }
    given["BASE"] = parameters.get("BASE") not in (None, "")
    given["AREA_METHOD"] = alg.parameterAsEnumString(parameters, "AREA_METHOD", context)
    for name in ("START_YEAR", "END_YEAR"):
        given[name] = alg.parameterAsInt(parameters, name, context)
    text = contradiction(given)
    if not text:
        more = _checked_texts(alg, parameters, context)
        _check_fields(alg, parameters, context, given, more)
    return text


def _checked_texts(alg: PlannerAlgorithm, parameters: dict[str, Any], context: QgsProcessingContext) -> list[str]:
    """Read the texts that hold more than a name; returns the fields that they name."""
    words = words_of(alg, parameters, context)
    more_settings(alg, parameters, context, words)
    return list(more_fields(words).used().values())


def _check_fields(
    alg: PlannerAlgorithm,
    parameters: dict[str, Any],
    context: QgsProcessingContext,
    given: dict[str, Any],
    more: list[str],
) -> None:
    """Look for all fields before anything is read; QGIS itself takes any name for a field."""
    from ..base.feedback import Silent
    from ..bridge.source import open_source

    zone_fields = dict.fromkeys([*(given[name] for name in ZONE_FIELDS), *more])
    wanted = {"ZONES": list(zone_fields), "BASE": [given[name] for name in BASE_FIELDS]}
    wanted["BASE" if given["BASE"] else "ZONES"].append(given["AREA_FIELD"])
    encoding = alg.parameterAsString(parameters, "ENCODING", context)
    for layer, names in wanted.items():
        names = [name for name in names if name]
        plain = alg.parameterAsSource(parameters, layer, context) if names else None
        if not names or (plain is not None and all(plain.fields().lookupField(name) >= 0 for name in names)):
            continue
        # Names in another encoding than the layer shows are found by the reader only.
        source = open_source(alg.parameterDefinition(layer), parameters, context, Silent(), encoding)
        for name in names if source is not None else ():
            source.index(name)

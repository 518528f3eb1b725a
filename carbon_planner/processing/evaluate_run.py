"""The run of ``evaluatezones``: read everything, evaluate, then write everything or nothing."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from qgis.core import QgsProcessingContext

from ..accounting.evaluate import Evaluation, evaluate
from ..accounting.inputs import Settings
from ..base.feedback import Part, check
from ..base.messages import Message
from ..bridge.feedback import ProcessingFeedback
from ..bridge.reading import BaseFields, BaseLayer, ZoneFields, ZoneLayer, read_base, read_zones
from ..bridge.settings import report_language
from ..bridge.source import Source, open_source
from .base import PlannerAlgorithm
from .evaluate_more import PARCEL_FIELDS, more_fields, more_settings, words_of
from .factor_sets import connect_store

# Shares of the progress bar: reading zones and base, evaluating, writing.
ZONES_READ, BASE_READ, EVALUATED = 0.05, 0.15, 0.75
# Messages that tell what was done, among those that want a look.
NOTES = {"CLASS_DETECTED"}


@dataclass(frozen=True)
class Request:
    """The parameters of a run, read."""

    zone_fields: ZoneFields
    base_fields: BaseFields | None
    settings: Settings
    encoding: str
    language: str


@dataclass
class Outcome:
    """What was read and what came out; ``warnings`` holds those of reading and evaluating, each once."""

    request: Request
    zones: ZoneLayer
    base: BaseLayer | None
    evaluation: Evaluation
    warnings: list[Message] = field(default_factory=list)


def read_request(alg: PlannerAlgorithm, parameters: dict[str, Any], context: QgsProcessingContext) -> Request:
    """Read the parameters; what was not given is an empty text."""

    def text(name: str) -> str:
        return str(alg.parameterAsString(parameters, name, context) or "").strip()

    def choice(name: str) -> str:
        return str(alg.parameterAsEnumString(parameters, name, context))

    words = words_of(alg, parameters, context)
    has_base = parameters.get("BASE") not in (None, "")
    area_field = text("AREA_FIELD")
    zone_fields = ZoneFields(
        zone_id=text("ZONE_ID"),
        plan_class=text("ZONE_CLASS"),
        base_class="" if has_base else text("ZONE_BASE_CLASS"),
        green_ratio=text("GREEN_RATIO"),
        building_density=text("BUILDING_DENSITY"),
        plot_ratio=text("PLOT_RATIO"),
        survey_area="" if has_base else area_field,
        more=more_fields(words),
    )
    settings = Settings(
        plan_system=text("ZONE_CLASS_SYSTEM"),
        base_system=text("BASE_CLASS_SYSTEM"),
        factor_set=text("FACTOR_SET"),
        land_method=choice("LAND_METHOD"),
        stock_timing=choice("STOCK_TIMING"),
        area_method=choice("AREA_METHOD"),
        start_year=alg.parameterAsInt(parameters, "START_YEAR", context),
        end_year=alg.parameterAsInt(parameters, "END_YEAR", context),
        **more_settings(alg, parameters, context, words),
    )
    return Request(
        zone_fields,
        BaseFields(text("BASE_CLASS"), area_field, **{role: words[name] for name, role in PARCEL_FIELDS.items()})
        if has_base
        else None,
        settings,
        text("ENCODING"),
        report_language(choice("REPORT_LANGUAGE")),
    )


def read_layers(
    alg: PlannerAlgorithm,
    zone_fields: ZoneFields,
    base_fields: BaseFields | None,
    encoding: str,
    parameters: dict[str, Any],
    context: QgsProcessingContext,
    voice: ProcessingFeedback,
) -> tuple[ZoneLayer, BaseLayer | None]:
    """Read the layers ZONES and BASE."""

    def opened(name: str) -> Source | None:
        return open_source(alg.parameterDefinition(name), parameters, context, voice, encoding)

    zones = read_zones(opened("ZONES"), zone_fields, Part(voice, 0.0, ZONES_READ))
    source = opened("BASE") if base_fields is not None else None
    if source is None or base_fields is None:
        return zones, None
    return zones, read_base(source, base_fields, zones, context.transformContext(), Part(voice, ZONES_READ, BASE_READ))


def run(
    alg: PlannerAlgorithm,
    parameters: dict[str, Any],
    context: QgsProcessingContext,
    voice: ProcessingFeedback,
    *,
    keep_pieces: bool,
) -> Outcome:
    """Read and evaluate. Nothing is written yet, so that a run may replace its own source."""
    request = read_request(alg, parameters, context)
    request.settings.check()
    connect_store()
    zones, base = read_layers(
        alg, request.zone_fields, request.base_fields, request.encoding, parameters, context, voice
    )
    check(voice)
    part = Part(voice, BASE_READ, EVALUATED)
    parcels = base.parcels if base is not None else None
    evaluation = evaluate(zones.plan, parcels, request.settings, keep_pieces=keep_pieces, feedback=part)
    check(voice)
    for message in evaluation.warnings:
        (voice.info if message.id in NOTES else voice.warn)(message)
    evaluation.warnings = list(voice.warnings)
    return Outcome(request, zones, base, evaluation, list(voice.warnings))


def describe(outcome: Outcome) -> dict[str, Any]:
    """Sources and parameters of the run, for report and metadata."""
    source, base = outcome.zones.source, outcome.base
    fields = outcome.request.zone_fields.used()
    if outcome.request.base_fields is not None:
        fields.update({f"base_{role}": name for role, name in outcome.request.base_fields.used().items()})
    encodings = {s.name: s.encoding for s in (source, base.source if base else None) if s is not None and s.encoding}
    return {
        "zones": source.name,
        "base": base.source.name if base is not None else None,
        "crs": outcome.zones.crs.userFriendlyIdentifier(),
        "parameters": {**fields, **outcome.request.settings.as_dict(), "encoding": encodings or None},
    }

"""The outputs of ``evaluatezones``: tables, report and log of a finished evaluation, put in place together."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from qgis.core import QgsProcessingContext

from ..base.errors import StorageError
from ..base.feedback import Part
from ..bridge.feedback import ProcessingFeedback
from ..bridge.loading import load_on_completion
from ..bridge.metadata import describe_table, group_name
from ..bridge.publish import Document, Output, check_targets, publish
from ..bridge.tables import LEDGER, PIECES, ZONES, ledger_table, pieces_table, zones_table
from ..bridge.targets import Target, resolve
from .base import PlannerAlgorithm
from .evaluate_run import EVALUATED, Outcome, describe
from .provenance import now, software

SINKS = {"OUTPUT": ZONES, "PIECES": PIECES, "LEDGER": LEDGER}


@dataclass(frozen=True)
class Places:
    """Where the outputs of a run go."""

    targets: dict[str, Target]
    report: Path | None


def where(
    alg: PlannerAlgorithm, parameters: dict[str, Any], context: QgsProcessingContext, voice: ProcessingFeedback
) -> Places:
    """Resolve and check the targets before the work. Raises :class:`~..base.errors.StorageError`."""
    targets = resolve([alg.parameterDefinition(name) for name in SINKS], SINKS, parameters, context)
    text = alg.parameterAsFileOutput(parameters, "REPORT", context)
    report = Path(text).absolute() if text else None
    documents = [report, report.with_suffix(".json")] if report else []
    for target in targets.values():
        taken = [path for path in documents if os.path.normcase(os.path.realpath(path)) == target.key[0]]
        if taken:
            raise StorageError("SAME_TARGET", first=target.parameter, second="REPORT", target=str(taken[0]))
    check_targets(targets.values(), documents, voice)
    return Places(targets, report)


def write(outcome: Outcome, places: Places, context: QgsProcessingContext, voice: ProcessingFeedback) -> dict[str, Any]:
    """Write all outputs, or none. Returns what the algorithm returns for them."""
    made = {**software(), **describe(outcome)}
    created = now()
    outputs = []
    for name, target in places.targets.items():
        table = describe_table(_table(name, outcome, voice), outcome.evaluation, outcome.zones, made, created)
        outputs.append(Output(target, table))
    documents = _report(outcome, places.report, made, created) if places.report else []
    results: dict[str, Any] = publish(outputs, documents, context, Part(voice, EVALUATED, 1.0))
    report = str(places.report) if places.report else ""
    group = group_name(outcome.zones.source.name, outcome.request.language)
    load_on_completion(results, outputs, context, group, {"created": created, "report": report, **_totals(outcome)})
    results["REPORT"] = report or None
    return results


def _totals(outcome: Outcome) -> dict[str, str]:
    """The totals of the run: zones may overlap and share factors, so the layer's own figures do not add up to them."""
    totals = outcome.evaluation.totals
    if not totals.has_net:
        return {}
    figures = {"net": totals.net, "netLow": totals.low, "netHigh": totals.high}
    return {name: repr(float(value)) for name, value in figures.items() if value is not None}


def _table(name: str, outcome: Outcome, voice: ProcessingFeedback) -> Any:
    evaluation, lang = outcome.evaluation, outcome.request.language
    if name == "OUTPUT":
        return zones_table(outcome.zones, evaluation.zones, lang, voice)
    if name == "PIECES":
        return pieces_table(evaluation.pieces, outcome.zones.crs, lang, voice)
    return ledger_table(evaluation.ledger, lang, voice)


def _report(outcome: Outcome, path: Path, made: dict[str, Any], created: str) -> list[Document]:
    """The page and its JSON twin."""
    from ..report.build import render
    from ..report.drawing import zone_map
    from ..report.facts import facts

    lang = outcome.request.language
    known = facts(outcome.evaluation, title=outcome.zones.source.name, created=created, provenance=made)
    page = render(known, language=lang, map_svg=zone_map(outcome.evaluation, lang))
    twin = json.dumps(known, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return [
        Document(path, page.encode("utf-8", "replace")),
        Document(path.with_suffix(".json"), twin.encode("utf-8", "replace")),
    ]

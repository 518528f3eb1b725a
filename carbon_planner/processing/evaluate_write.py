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
from ..bridge.metadata import describe_table, group_name, layer_metadata
from ..bridge.publish import Document, Output, check_targets, publish
from ..bridge.tables import LEDGER, PIECES, ZONES, ledger_table, pieces_table, zones_table
from ..bridge.targets import Target, resolve
from .base import PlannerAlgorithm
from .evaluate_job import job_of
from .evaluate_more import MORE_SINKS
from .evaluate_run import EVALUATED, Outcome, describe
from .evaluate_tables import plain_tables, title_of
from .provenance import now, software
from .tables import layer_table

SINKS = {"OUTPUT": ZONES, "PIECES": PIECES, "LEDGER": LEDGER, **MORE_SINKS}


@dataclass(frozen=True)
class Places:
    """Where the outputs of a run go."""

    targets: dict[str, Target]
    report: Path | None
    job: Path | None

    @property
    def documents(self) -> list[tuple[str, Path]]:
        """(parameter, path) of all files that are no layers."""
        found = [("REPORT", self.report), ("REPORT", self.report and self.report.with_suffix(".json"))]
        return [(name, path) for name, path in (*found, ("JOB", self.job)) if path is not None]


def where(
    alg: PlannerAlgorithm, parameters: dict[str, Any], context: QgsProcessingContext, voice: ProcessingFeedback
) -> Places:
    """Resolve and check the targets before the work. Raises :class:`~..base.errors.StorageError`."""
    targets = resolve([alg.parameterDefinition(name) for name in SINKS], SINKS, parameters, context)
    report, job = (alg.parameterAsFileOutput(parameters, name, context) for name in ("REPORT", "JOB"))
    places = Places(targets, _absolute(report), _absolute(job))
    _refuse_same(places)
    check_targets(targets.values(), [path for _, path in places.documents], voice)
    return places


def _absolute(text: str) -> Path | None:
    return Path(text).absolute() if text else None


def _refuse_same(places: Places) -> None:
    """Two outputs must not be one file: the second would replace the first."""
    taken = {target.key[0]: target.parameter for target in places.targets.values()}
    for name, path in places.documents:
        key = os.path.normcase(os.path.realpath(path))
        if key in taken:
            raise StorageError("SAME_TARGET", first=taken[key], second=name, target=str(path))
        taken[key] = name


def write(outcome: Outcome, places: Places, context: QgsProcessingContext, voice: ProcessingFeedback) -> dict[str, Any]:
    """Write all outputs, or none. Returns what the algorithm returns for them."""
    made = {**software(), **describe(outcome)}
    created = now()
    job = job_of(outcome, created)
    known = {**made, "job": job.as_dict()}
    outputs = [
        Output(target, _described(name, outcome, known, created, voice)) for name, target in places.targets.items()
    ]
    documents = _report(outcome, places.report, made, known["job"], created) if places.report else []
    if places.job is not None:
        documents.append(Document(places.job, job.to_json().encode("utf-8", "replace")))
    results: dict[str, Any] = publish(outputs, documents, context, Part(voice, EVALUATED, 1.0))
    report = str(places.report) if places.report else ""
    group = group_name(outcome.zones.source.name, outcome.request.language)
    load_on_completion(results, outputs, context, group, {"created": created, "report": report, **_totals(outcome)})
    results["REPORT"] = report or None
    results["JOB"] = str(places.job) if places.job else None
    return results


def _totals(outcome: Outcome) -> dict[str, str]:
    """The totals of the run: zones may overlap and share factors, so the layer's own figures do not add up to them."""
    totals = outcome.evaluation.totals
    if not totals.has_net:
        return {}
    figures = {"net": totals.net, "netLow": totals.low, "netHigh": totals.high}
    return {name: repr(float(value)) for name, value in figures.items() if value is not None}


def _described(name: str, outcome: Outcome, made: dict[str, Any], created: str, voice: ProcessingFeedback) -> Any:
    """One output with title and metadata."""
    evaluation, lang = outcome.evaluation, outcome.request.language
    if name in MORE_SINKS:
        title = title_of(name, outcome.zones.source.name, lang)
        table = layer_table(plain_tables(evaluation)[name], title)
        table.lang = lang
        table.metadata = layer_metadata(table, evaluation, outcome.zones, made, created)
        return table
    if name == "OUTPUT":
        table = zones_table(outcome.zones, evaluation.zones, lang, voice)
    elif name == "PIECES":
        table = pieces_table(evaluation.pieces, outcome.zones.crs, lang, voice)
    else:
        table = ledger_table(evaluation.ledger, lang, voice)
    return describe_table(table, evaluation, outcome.zones, made, created)


def _report(outcome: Outcome, path: Path, made: dict[str, Any], job: dict[str, Any], created: str) -> list[Document]:
    """The page and its JSON twin."""
    from ..report.build import render
    from ..report.drawing import zone_map
    from ..report.facts import facts

    lang = outcome.request.language
    known = facts(outcome.evaluation, title=outcome.zones.source.name, created=created, provenance=made)
    page = render(known, language=lang, map_svg=zone_map(outcome.evaluation, lang))
    twin = json.dumps({**known, "job": job}, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return [
        Document(path, page.encode("utf-8", "replace")),
        Document(path.with_suffix(".json"), twin.encode("utf-8", "replace")),
    ]

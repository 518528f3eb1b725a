"""``carbonplanner:replayjob``: a result computed again from its metadata or its job file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qgis.core import (
    QgsProcessing,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputNumber,
    QgsProcessingOutputString,
    QgsProcessingParameterFeatureSink,
    QgsProcessingParameterFeatureSource,
    QgsProcessingParameterFile,
    QgsProcessingParameterVectorLayer,
)
from qgis.PyQt.QtCore import QCoreApplication

from .base import TOOLS, PlannerAlgorithm
from .factor_sets import connect_store
from .tables import Column, PlainTable, layer_table

if TYPE_CHECKING:
    from ..jobs.replay import Replay

translate = QCoreApplication.translate
POLYGON, VECTOR = QgsProcessing.SourceType.TypeVectorPolygon, QgsProcessing.SourceType.TypeVector
COLUMNS = (
    Column("zone_id", "text", 80),
    Column("figure", "text", 40),
    Column("old", "real"),
    Column("new", "real"),
    Column("relative", "real"),
)


class ReplayJob(PlannerAlgorithm):
    """Reads the sources of a job, checks their hashes and runs it again."""

    ID = "replayjob"
    GROUP = TOOLS
    ICON = "replay_job.svg"

    def displayName(self) -> str:
        return translate("CarbonPlanner", "Compute a result again")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:
        layer = translate("CarbonPlanner", "Result layer")
        self.add(QgsProcessingParameterVectorLayer("INPUT", layer, [VECTOR], None, True))
        job = translate("CarbonPlanner", "Job file")
        filter_ = translate("CarbonPlanner", "Job files (*.json)")
        behaviour = QgsProcessingParameterFile.Behavior.File
        self.add(QgsProcessingParameterFile("JOB", job, behaviour, "", None, True, filter_))
        for name, label in (
            ("ZONES", translate("CarbonPlanner", "Plan zones, where they have moved")),
            ("BASE", translate("CarbonPlanner", "Existing land use, where it has moved")),
        ):
            self.add(QgsProcessingParameterFeatureSource(name, label, [POLYGON], None, True), advanced=True)
        zones = translate("CarbonPlanner", "Zones computed again")
        self.add(QgsProcessingParameterFeatureSink("OUTPUT", zones, POLYGON, None, True, False))
        differences = translate("CarbonPlanner", "Figures that differ")
        self.add(QgsProcessingParameterFeatureSink("DIFFERENCES", differences, VECTOR, None, True, False))
        self.addOutput(QgsProcessingOutputString("VERDICT", translate("CarbonPlanner", "Verdict")))
        self.addOutput(QgsProcessingOutputNumber("LARGEST", translate("CarbonPlanner", "Largest relative difference")))
        self.addOutput(QgsProcessingOutputNumber("COUNT", translate("CarbonPlanner", "Figures that differ")))
        self.addOutput(QgsProcessingOutputString("VERSIONS", translate("CarbonPlanner", "Versions that differ")))
        net = translate("CarbonPlanner", "Net carbon impact (tCO2e)")
        self.addOutput(QgsProcessingOutputNumber("NET_TCO2E", net))

    def work(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> dict[str, Any]:
        from ..bridge.feedback import ProcessingFeedback
        from ..bridge.publish import Output, check_targets, publish
        from ..bridge.tables import zones_table
        from ..bridge.targets import resolve
        from ..jobs.replay import replay
        from .evaluate_job import host_versions
        from .job_layers import given_job, read_job, zones_of

        voice = ProcessingFeedback(feedback)
        connect_store()
        names = {"OUTPUT": "cp_zones", "DIFFERENCES": "cp_differences"}
        targets = resolve([self.parameterDefinition(name) for name in names], names, parameters, context)
        check_targets(targets.values(), [], voice)
        job = given_job(self, parameters, context)
        stored = zones_of(self.parameterAsVectorLayer(parameters, "INPUT", context), voice)
        zones, base = read_job(self, job, parameters, context, voice)
        again = replay(
            job,
            zones.plan,
            None if base is None else base.parcels,
            base_geometry=None if base is None else base.geometry,
            stored=stored,
            more_versions=host_versions(),
            feedback=voice,
        )
        outputs = []
        for name, target in targets.items():
            if name == "OUTPUT":
                table = zones_table(zones, again.evaluation.zones, voice.lang, voice)
                table.title = self.parameterDefinition(name).description()
            else:
                table = layer_table(_table(again), self.parameterDefinition(name).description())
            outputs.append(Output(target, table))
        results: dict[str, Any] = {"OUTPUT": None, "DIFFERENCES": None}
        results.update(publish(outputs, [], context, voice))
        _tell(again, feedback)
        totals = again.evaluation.totals
        return {
            **results,
            "VERDICT": again.verdict,
            "LARGEST": again.largest if again.largest != float("inf") else None,
            "COUNT": len(again.deviations),
            "VERSIONS": "; ".join(_version(*one) for one in again.versions),
            "NET_TCO2E": float(totals.net) if totals.has_net else None,
        }


def _table(again: Replay) -> PlainTable:
    rows = [
        (d.zone or None, d.figure, d.old, d.new, d.relative if d.relative != float("inf") else None)
        for d in again.deviations
    ]
    return PlainTable("cp_differences", COLUMNS, rows)


def _version(name: str, old: str, new: str) -> str:
    return f"{name} {old or '–'} → {new or '–'}"


def _tell(again: Replay, feedback: QgsProcessingFeedback) -> None:
    """The verdict in words."""
    feedback.pushInfo(
        {
            "identical": translate("CarbonPlanner", "The result is the same, bit for bit."),
            "equal": translate("CarbonPlanner", "The result is the same within 1e-9."),
            "different": translate("CarbonPlanner", "The result differs."),
        }[again.verdict]
    )
    for one in again.versions:
        feedback.pushInfo(translate("CarbonPlanner", "Another version: {version}").format(version=_version(*one)))
    if again.verdict == "different":
        feedback.pushWarning(
            translate("CarbonPlanner", "{count} figures differ, by {largest:.3g} at most").format(
                count=len(again.deviations), largest=again.largest
            )
        )

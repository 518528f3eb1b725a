"""``carbonplanner:compareruns``: what differs between two results."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from qgis.core import (
    QgsProcessing,
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingFeedback,
    QgsProcessingOutputNumber,
    QgsProcessingOutputString,
    QgsProcessingParameterFeatureSink,
    QgsProcessingParameterFileDestination,
    QgsProcessingParameterVectorLayer,
)
from qgis.PyQt.QtCore import QCoreApplication

from .base import TOOLS, PlannerAlgorithm
from .pages import page, write_page
from .tables import Column, frame_table, write_tables

if TYPE_CHECKING:
    from ..jobs.diff import Difference

translate = QCoreApplication.translate
VECTOR = QgsProcessing.SourceType.TypeVector
FIGURES = (
    Column("old", "real"), Column("new", "real"), Column("difference", "real"), Column("half_width", "real"),
    Column("exceeds", "int"),
)  # fmt: skip
ZONES = (
    Column("zone_id", "text", 80), Column("state", "text", 16), Column("field", "text", 40),
    Column("old_text", "text", 254), Column("new_text", "text", 254), *FIGURES,
)  # fmt: skip
TOTALS = (Column("field", "text", 40), *FIGURES)
SETTINGS = (
    Column("part", "text", 16), Column("name", "text", 80), Column("old", "text", 254), Column("new", "text", 254),
)  # fmt: skip


class CompareRuns(PlannerAlgorithm):
    """Zones, totals, settings and versions of two runs, side by side."""

    ID = "compareruns"
    GROUP = TOOLS
    ICON = "compare_runs.svg"

    def displayName(self) -> str:
        return translate("CarbonPlanner", "Compare two results")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:
        for name, label in (
            ("OLD", translate("CarbonPlanner", "Evaluated zones of the first run")),
            ("NEW", translate("CarbonPlanner", "Evaluated zones of the second run")),
        ):
            self.add(QgsProcessingParameterVectorLayer(name, label, [VECTOR]))
        for name, label in (
            ("ZONES_TABLE", translate("CarbonPlanner", "Zones and fields that differ")),
            ("TOTALS_TABLE", translate("CarbonPlanner", "Totals that differ")),
            ("SETTINGS_TABLE", translate("CarbonPlanner", "Settings, sources and versions that differ")),
        ):
            self.add(QgsProcessingParameterFeatureSink(name, label, VECTOR, None, True, name == "ZONES_TABLE"))
        web = translate("CarbonPlanner", "Web pages (*.html)")
        label = translate("CarbonPlanner", "Page of the comparison")
        self.add(QgsProcessingParameterFileDestination("HTML", label, web, None, True, False))
        for name, label in (
            ("ADDED", translate("CarbonPlanner", "Zones added")),
            ("REMOVED", translate("CarbonPlanner", "Zones removed")),
            ("CHANGED", translate("CarbonPlanner", "Zones changed")),
            ("NET_DIFFERENCE", translate("CarbonPlanner", "Difference of the net (tCO2e)")),
            ("HALF_WIDTH", translate("CarbonPlanner", "Half-width of the difference (tCO2e)")),
        ):
            self.addOutput(QgsProcessingOutputNumber(name, label))
        self.addOutput(QgsProcessingOutputString("EXCEEDS", translate("CarbonPlanner", "Larger than its uncertainty")))

    def work(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> dict[str, Any]:
        from ..bridge.feedback import ProcessingFeedback
        from ..jobs.diff import compare
        from .job_layers import job_in, zones_of

        voice = ProcessingFeedback(feedback)
        frames, jobs = [], []
        for name in ("OLD", "NEW"):
            layer = self.parameterAsVectorLayer(parameters, name, context)
            frame = zones_of(layer, voice)
            if frame is None:
                raise QgsProcessingException(
                    translate("CarbonPlanner", "{parameter} is no layer of evaluated zones.").format(parameter=name)
                )
            frames.append(frame)
            jobs.append(job_in(layer))
        found = compare(frames[0], frames[1], jobs[0], jobs[1])
        if None in jobs:
            feedback.pushWarning(
                translate(
                    "CarbonPlanner", "A layer's metadata hold no job: totals, settings and versions are not compared."
                )
            )
        tables = {
            "ZONES_TABLE": frame_table("cp_zone_changes", ZONES, found.zones),
            "TOTALS_TABLE": frame_table("cp_total_changes", TOTALS, found.totals),
            "SETTINGS_TABLE": frame_table("cp_setting_changes", SETTINGS, _settings_frame(found)),
        }
        results = write_tables(self, tables, parameters, context, feedback)
        target = self.parameterAsFileOutput(parameters, "HTML", context)
        if target:
            header = [column.name for column in TOTALS]
            notes = [": ".join((part, f"{name}: {old} → {new}")) for part, name, old, new in _settings(found)]
            write_page(target, page(self.displayName(), notes, header, tables["TOTALS_TABLE"].rows, voice.lang))
        return {**results, "HTML": target or None, **_values(found)}


def _settings(found: Difference) -> Iterator[tuple[str, str, str, str]]:
    for part in ("settings", "sources", "factor_sets", "versions"):
        for name, old, new in getattr(found, part):
            yield part, name, old, new


def _settings_frame(found: Difference) -> Any:
    import pandas as pd

    return pd.DataFrame(list(_settings(found)), columns=[column.name for column in SETTINGS])


def _values(found: Difference) -> dict[str, Any]:
    """Counts, and what is to say of the net."""
    counts = {state.upper(): count for state, count in found.counts.items()}
    net = found.totals[found.totals["field"] == "net"].to_dict("records")
    row = net[0] if net else {"difference": 0.0, "half_width": 0.0, "exceeds": False}
    nothing = len(found.totals) == 0 and len(found.zones) > 0  # without jobs there are no totals
    beyond = None if nothing or row["exceeds"] is None or row["exceeds"] != row["exceeds"] else bool(row["exceeds"])
    return {
        **counts,
        "NET_DIFFERENCE": None if nothing else row["difference"],
        "HALF_WIDTH": None if nothing else row["half_width"],
        "EXCEEDS": {True: "yes", False: "no", None: "unknown"}[beyond],
    }

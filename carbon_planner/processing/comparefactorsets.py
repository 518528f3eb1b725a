"""``carbonplanner:comparefactorsets``: what changed between two factor sets or versions."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from qgis.core import (
    QgsProcessing,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputBoolean,
    QgsProcessingOutputNumber,
    QgsProcessingOutputString,
    QgsProcessingParameterFeatureSink,
    QgsProcessingParameterFileDestination,
    QgsProcessingParameterString,
)
from qgis.PyQt.QtCore import QCoreApplication

from ..bridge.settings import language
from .base import FACTORS, PlannerAlgorithm
from .factor_sets import connect_store
from .tables import Column, PlainTable, write_tables

translate = QCoreApplication.translate

COLUMNS = (
    Column("kind", "text", 10),
    Column("factor_id", "text", 120),
    Column("item", "text", 80),
    Column("name", "text", 160),
    Column("parameter", "text", 120),
    Column("region", "text", 60),
    Column("field", "text", 40),
    Column("old", "text", 2000),
    Column("new", "text", 2000),
    Column("relative", "real"),
)
TABLE = QgsProcessing.SourceType.TypeVector


class CompareFactorSets(PlannerAlgorithm):
    """Compares two sets record by record and field by field."""

    ID = "comparefactorsets"
    GROUP = FACTORS
    ICON = "compare_factors.svg"

    def displayName(self) -> str:
        return translate("CarbonPlanner", "Compare factor sets")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:
        for name, label in (
            ("OLD_SET", translate("CarbonPlanner", "Old factor set")),
            ("NEW_SET", translate("CarbonPlanner", "New factor set")),
        ):
            self.add(QgsProcessingParameterString(name, label, "", False, False), widget="FactorSetBox")
        as_of = translate("CarbonPlanner", "Old set as of a date (YYYY-MM-DD)")
        self.add(QgsProcessingParameterString("AS_OF", as_of, "", False, True), advanced=True)
        table = translate("CarbonPlanner", "Table of differences")
        self.add(QgsProcessingParameterFeatureSink("OUTPUT", table, TABLE, None, True))
        csv_file = translate("CarbonPlanner", "Differences as CSV")
        csv_filter = translate("CarbonPlanner", "CSV (*.csv)")
        self.add(QgsProcessingParameterFileDestination("CSV", csv_file, csv_filter, None, True, False))
        self.addOutput(QgsProcessingOutputBoolean("SAME", translate("CarbonPlanner", "Nothing differs")))
        self.addOutput(QgsProcessingOutputNumber("ADDED", translate("CarbonPlanner", "Factors added")))
        self.addOutput(QgsProcessingOutputNumber("REMOVED", translate("CarbonPlanner", "Factors removed")))
        self.addOutput(QgsProcessingOutputNumber("CHANGED", translate("CarbonPlanner", "Factors changed")))
        self.addOutput(QgsProcessingOutputString("SUMMARY", translate("CarbonPlanner", "Summary")))

    def work(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> dict[str, Any]:
        from ..factors.diff import diff
        from ..factors.store import open_set
        from ..storage.aside import write_whole

        connect_store()
        as_of = self.parameterAsString(parameters, "AS_OF", context).strip()
        old = open_set(self.parameterAsString(parameters, "OLD_SET", context), as_of=as_of)
        found = diff(old, open_set(self.parameterAsString(parameters, "NEW_SET", context)))
        lang = language()
        feedback.pushInfo(found.text(lang))
        table = PlainTable("cp_differences", COLUMNS, list(found.rows(lang)))
        results = write_tables(self, {"OUTPUT": table}, parameters, context, feedback)
        target = self.parameterAsFileOutput(parameters, "CSV", context)
        if target:
            write_whole(Path(target), found.to_csv(lang))
        return {
            **results,
            "CSV": target or None,
            "SAME": found.same,
            "ADDED": len(found.added),
            "REMOVED": len(found.removed),
            "CHANGED": len(found.changed_ids),
            "SUMMARY": found.summary().text(lang),
        }

"""``carbonplanner:exportfactorset``: a factor set as CSV, XLSX or JSON."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from qgis.core import (
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputNumber,
    QgsProcessingOutputString,
    QgsProcessingParameterFileDestination,
    QgsProcessingParameterString,
)
from qgis.PyQt.QtCore import QCoreApplication

from .base import FACTORS, PlannerAlgorithm
from .factor_sets import connect_store

translate = QCoreApplication.translate


class ExportFactorSet(PlannerAlgorithm):
    """Writes a set to a file that can be changed and imported again."""

    ID = "exportfactorset"
    GROUP = FACTORS
    ICON = "export_factors.svg"

    def displayName(self) -> str:
        return translate("CarbonPlanner", "Export factor set")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:
        label = translate("CarbonPlanner", "Factor set")
        self.add(QgsProcessingParameterString("FACTOR_SET", label, "", False, True), widget="FactorSetBox")
        tables = translate("CarbonPlanner", "CSV (*.csv);;Excel (*.xlsx);;JSON (*.json)")
        self.add(QgsProcessingParameterFileDestination("OUTPUT", translate("CarbonPlanner", "Factor table"), tables))
        self.addOutput(QgsProcessingOutputNumber("COUNT", translate("CarbonPlanner", "Number of factors")))
        self.addOutput(QgsProcessingOutputString("REF", translate("CarbonPlanner", "Reference of the set")))

    def work(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> dict[str, Any]:
        from ..factors.formats import write_file
        from ..factors.store import open_set

        connect_store()
        found = open_set(self.parameterAsString(parameters, "FACTOR_SET", context))
        target = self.parameterAsFileOutput(parameters, "OUTPUT", context)
        write_file(Path(target), found)
        feedback.pushInfo(
            translate("CarbonPlanner", "{count} factors of {ref} written to {path}").format(
                count=len(found), ref=found.ref, path=target
            )
        )
        return {"OUTPUT": target, "COUNT": len(found), "REF": found.ref}

"""``carbonplanner:importinvestpools``: InVEST's table of carbon pools into the user's store."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from qgis.core import (
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingParameterFile,
    QgsProcessingParameterString,
)
from qgis.PyQt.QtCore import QCoreApplication

from ..bridge.settings import language
from .base import FACTORS, PlannerAlgorithm
from .factor_sets import add_import_outputs, store
from .importfactorset import FILE

translate = QCoreApplication.translate


class ImportInvestPools(PlannerAlgorithm):
    """Reads, checks and stores a pools table as a set of carbon stocks."""

    ID = "importinvestpools"
    GROUP = FACTORS
    ICON = "import_pools.svg"

    def displayName(self) -> str:
        return translate("CarbonPlanner", "Import InVEST carbon pools")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:
        tables = translate("CarbonPlanner", "Tables (*.csv *.xlsx)")
        label = translate("CarbonPlanner", "Carbon pools table")
        self.add(QgsProcessingParameterFile("INPUT", label, FILE, "", None, False, tables))
        system = translate("CarbonPlanner", "Class system of lucode")
        self.add(QgsProcessingParameterString("CLASS_SYSTEM", system, "", False, True), widget="ClassSystemBox")
        for name, label in (
            ("SET_ID", translate("CarbonPlanner", "Id of the set")),
            ("VERSION", translate("CarbonPlanner", "Version")),
            ("TITLE", translate("CarbonPlanner", "Title")),
            ("SOURCE", translate("CarbonPlanner", "Source of the figures")),
        ):
            self.add(QgsProcessingParameterString(name, label, "", False, True))
        add_import_outputs(self)

    def work(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> dict[str, Any]:
        from ..classes.library import ClassLibrary
        from ..factors.drafts import ImportOptions
        from ..factors.formats import read_file

        def text(name: str) -> str:
            return self.parameterAsString(parameters, name, context).strip()

        title = "title_zh" if language() == "zh" else "title_en"
        options = ImportOptions(
            set_id=text("SET_ID"),
            version=text("VERSION"),
            kind="land_stock",
            system=text("CLASS_SYSTEM"),
            status="published",
            source=text("SOURCE"),
            **{title: text("TITLE")},
        )
        path = Path(self.parameterAsFile(parameters, "INPUT", context))
        imported = read_file(path, options, classes=ClassLibrary.shipped())
        return store(imported, feedback)

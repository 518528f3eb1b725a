"""``carbonplanner:importopenlca``: impact factors or a process out of openLCA into the user's store."""

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
from .importoefdb import listed

translate = QCoreApplication.translate


class ImportOpenLca(PlannerAlgorithm):
    """Reads, checks and stores what openLCA exported; nothing is stored where anything is wrong."""

    ID = "importopenlca"
    GROUP = FACTORS
    ICON = "import_openlca.svg"

    def displayName(self) -> str:
        return translate("CarbonPlanner", "Import openLCA factors")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:
        tables = translate("CarbonPlanner", "openLCA exports (*.csv *.xlsx)")
        label = translate("CarbonPlanner", "openLCA export")
        self.add(QgsProcessingParameterFile("INPUT", label, FILE, "", None, False, tables))
        for name, label in (
            ("INDICATORS", translate("CarbonPlanner", "Impact categories")),
            ("UNIT", translate("CarbonPlanner", "Unit of the parameters")),
            ("REGION", translate("CarbonPlanner", "Region where none is stated")),
            ("SET_ID", translate("CarbonPlanner", "Id of the set")),
            ("VERSION", translate("CarbonPlanner", "Version")),
            ("TITLE", translate("CarbonPlanner", "Title")),
            ("SOURCE", translate("CarbonPlanner", "Source of the figures")),
            ("LICENCE", translate("CarbonPlanner", "Licence of the figures")),
        ):
            self.add(QgsProcessingParameterString(name, label, "", False, True))
        add_import_outputs(self)

    def work(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> dict[str, Any]:
        from ..factors.drafts import ImportOptions
        from ..factors.openlca import read_openlca

        def text(name: str) -> str:
            return self.parameterAsString(parameters, name, context).strip()

        title = "title_zh" if language() == "zh" else "title_en"
        options = ImportOptions(
            set_id=text("SET_ID"),
            version=text("VERSION"),
            status="published",
            region=text("REGION"),
            unit=text("UNIT"),
            source=text("SOURCE"),
            licence=text("LICENCE"),
            **{title: text("TITLE")},
        )
        path = Path(self.parameterAsFile(parameters, "INPUT", context))
        return store(read_openlca(path, options, listed(text("INDICATORS"))), feedback)

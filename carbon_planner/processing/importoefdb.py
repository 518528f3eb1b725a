"""``carbonplanner:importoefdb``: emission factors of the Open Emission Factors Database into the user's store."""

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


class ImportOefdb(PlannerAlgorithm):
    """Reads, checks and stores the chosen rows of the database; nothing is stored where anything is wrong."""

    ID = "importoefdb"
    GROUP = FACTORS
    ICON = "import_oefdb.svg"

    def displayName(self) -> str:
        return translate("CarbonPlanner", "Import OEFDB emission factors")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:
        tables = translate("CarbonPlanner", "CSV tables (*.csv)")
        label = translate("CarbonPlanner", "OEFDB table")
        self.add(QgsProcessingParameterFile("INPUT", label, FILE, "", None, False, tables))
        for name, label in (
            ("REGIONS", translate("CarbonPlanner", "Regions to import")),
            ("SECTORS", translate("CarbonPlanner", "Sectors to import")),
            ("SET_ID", translate("CarbonPlanner", "Id of the set")),
            ("VERSION", translate("CarbonPlanner", "Version")),
            ("TITLE", translate("CarbonPlanner", "Title")),
            ("LICENCE", translate("CarbonPlanner", "Licence of the figures")),
        ):
            self.add(QgsProcessingParameterString(name, label, "", False, True))
        add_import_outputs(self)

    def work(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> dict[str, Any]:
        from ..factors.drafts import ImportOptions
        from ..factors.oefdb import Choice, read_oefdb

        def text(name: str) -> str:
            return self.parameterAsString(parameters, name, context).strip()

        title = "title_zh" if language() == "zh" else "title_en"
        options = ImportOptions(
            set_id=text("SET_ID"),
            version=text("VERSION"),
            status="published",
            licence=text("LICENCE"),
            **{title: text("TITLE")},
        )
        choice = Choice(listed(text("REGIONS")), listed(text("SECTORS")))
        path = Path(self.parameterAsFile(parameters, "INPUT", context))
        return store(read_oefdb(path, options, choice), feedback)


def listed(text: str) -> tuple[str, ...]:
    """Names separated by semicolons."""
    return tuple(part.strip() for part in text.replace("；", ";").split(";") if part.strip())

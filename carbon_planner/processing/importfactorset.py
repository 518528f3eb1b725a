"""``carbonplanner:importfactorset``: a table of factors into the user's store."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from qgis.core import (
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingParameterBoolean,
    QgsProcessingParameterEnum,
    QgsProcessingParameterFile,
    QgsProcessingParameterString,
)
from qgis.PyQt.QtCore import QCoreApplication

from ..bridge.settings import language
from .base import FACTORS, PlannerAlgorithm
from .factor_sets import IMPORT_KINDS, add_import_outputs, store

translate = QCoreApplication.translate
FILE = QgsProcessingParameterFile.Behavior.File


class ImportFactorSet(PlannerAlgorithm):
    """Reads, checks and stores a set; nothing is stored where anything is wrong."""

    ID = "importfactorset"
    GROUP = FACTORS
    ICON = "import_factors.svg"

    def displayName(self) -> str:
        return translate("CarbonPlanner", "Import factor set")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:
        tables = translate("CarbonPlanner", "Factor tables (*.csv *.tsv *.txt *.xlsx *.xlsm *.json)")
        self.add(
            QgsProcessingParameterFile(
                "INPUT", translate("CarbonPlanner", "Factor table"), FILE, "", None, False, tables
            )
        )
        for name, label, default in (
            ("SET_ID", translate("CarbonPlanner", "Id of the set"), ""),
            ("VERSION", translate("CarbonPlanner", "Version"), ""),
        ):
            self.add(QgsProcessingParameterString(name, label, default, False, True))
        self.add(
            QgsProcessingParameterEnum(
                "KIND",
                translate("CarbonPlanner", "Kind of set"),
                list(IMPORT_KINDS),
                False,
                IMPORT_KINDS[0],
                False,
                True,
            ),
            widget="ChoiceBox",
        )
        system = translate("CarbonPlanner", "Class system of the codes")
        self.add(QgsProcessingParameterString("CLASS_SYSTEM", system, "", False, True), widget="ClassSystemBox")
        self.add(QgsProcessingParameterString("TITLE", translate("CarbonPlanner", "Title"), "", False, True))
        zeros = translate("CarbonPlanner", "Restore leading zeros")
        self.add(QgsProcessingParameterBoolean("PAD_CODES", zeros, False))
        draft = translate("CarbonPlanner", "Store as a draft")
        self.add(QgsProcessingParameterBoolean("AS_DRAFT", draft, False))
        add_import_outputs(self)

    def work(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> dict[str, Any]:
        from ..classes.library import ClassLibrary
        from ..factors.drafts import ImportOptions
        from ..factors.formats import read_file

        def text(name: str) -> str:
            return self.parameterAsString(parameters, name, context).strip()

        kind = self.parameterAsEnumString(parameters, "KIND", context)
        title = "title_zh" if language() == "zh" else "title_en"
        options = ImportOptions(
            set_id=text("SET_ID"),
            version=text("VERSION"),
            kind="" if kind == IMPORT_KINDS[0] else kind,
            system=text("CLASS_SYSTEM"),
            status="draft" if self.parameterAsBoolean(parameters, "AS_DRAFT", context) else "published",
            pad_codes=self.parameterAsBoolean(parameters, "PAD_CODES", context),
            **{title: text("TITLE")},
        )
        path = Path(self.parameterAsFile(parameters, "INPUT", context))
        return store(read_file(path, options, classes=ClassLibrary.shipped()), feedback)

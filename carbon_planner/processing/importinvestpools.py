"""``carbonplanner:importinvestpools``: InVEST's table of carbon pools into the user's store."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qgis.core import QgsProcessingParameterString
from qgis.PyQt.QtCore import QCoreApplication

from .table_import import TableImport, Text

if TYPE_CHECKING:
    from ..factors.drafts import ImportOptions
    from ..factors.formats import Imported

translate = QCoreApplication.translate


class ImportInvestPools(TableImport):
    """Takes a pools table as a set of carbon stocks."""

    ID = "importinvestpools"
    ICON = "import_pools.svg"

    def displayName(self) -> str:
        return translate("CarbonPlanner", "Import InVEST carbon pools")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:
        self.add_file(
            translate("CarbonPlanner", "Carbon pools table"), translate("CarbonPlanner", "Tables (*.csv *.xlsx)")
        )
        system = translate("CarbonPlanner", "Class system of lucode")
        self.add(QgsProcessingParameterString("CLASS_SYSTEM", system, "", False, True), widget="ClassSystemBox")
        self.add_about(("SOURCE", translate("CarbonPlanner", "Source of the figures")))

    def read(self, path: Path, options: ImportOptions, text: Text) -> Imported:
        from ..classes.library import ClassLibrary
        from ..factors.formats import read_file

        return read_file(path, replace(options, kind="land_stock"), classes=ClassLibrary.shipped())

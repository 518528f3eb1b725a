"""``carbonplanner:importoefdb``: emission factors of the Open Emission Factors Database into the user's store."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from qgis.PyQt.QtCore import QCoreApplication

from .table_import import TableImport, Text, listed

if TYPE_CHECKING:
    from ..factors.drafts import ImportOptions
    from ..factors.formats import Imported

translate = QCoreApplication.translate


class ImportOefdb(TableImport):
    """Takes the chosen regions and sectors of the database."""

    ID = "importoefdb"
    ICON = "import_oefdb.svg"

    def displayName(self) -> str:
        return translate("CarbonPlanner", "Import OEFDB emission factors")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:
        self.add_file(translate("CarbonPlanner", "OEFDB table"), translate("CarbonPlanner", "CSV tables (*.csv)"))
        self.add_texts(
            ("REGIONS", translate("CarbonPlanner", "Regions to import")),
            ("SECTORS", translate("CarbonPlanner", "Sectors to import")),
        )
        self.add_about(("LICENCE", translate("CarbonPlanner", "Licence of the figures")))

    def read(self, path: Path, options: ImportOptions, text: Text) -> Imported:
        from ..factors.oefdb import Choice, read_oefdb

        return read_oefdb(path, options, Choice(listed(text("REGIONS")), listed(text("SECTORS"))))

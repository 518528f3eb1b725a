"""``carbonplanner:importopenlca``: impact factors or a process out of openLCA into the user's store."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from qgis.PyQt.QtCore import QCoreApplication

from .table_import import TableImport, Text, listed

if TYPE_CHECKING:
    from ..factors.drafts import ImportOptions
    from ..factors.formats import Imported

translate = QCoreApplication.translate


class ImportOpenLca(TableImport):
    """Takes what openLCA exported."""

    ID = "importopenlca"
    ICON = "import_openlca.svg"

    def displayName(self) -> str:
        return translate("CarbonPlanner", "Import openLCA factors")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:
        self.add_file(
            translate("CarbonPlanner", "openLCA export"), translate("CarbonPlanner", "openLCA exports (*.csv *.xlsx)")
        )
        self.add_texts(
            ("INDICATORS", translate("CarbonPlanner", "Impact categories")),
            ("UNIT", translate("CarbonPlanner", "Unit of the parameters")),
            ("REGION", translate("CarbonPlanner", "Region where none is stated")),
        )
        self.add_about(
            ("SOURCE", translate("CarbonPlanner", "Source of the figures")),
            ("LICENCE", translate("CarbonPlanner", "Licence of the figures")),
        )

    def read(self, path: Path, options: ImportOptions, text: Text) -> Imported:
        from ..factors.openlca import read_openlca

        return read_openlca(path, options, listed(text("INDICATORS")))

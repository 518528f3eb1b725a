"""What the imports of foreign factor tables share: a file, texts about the set, and the way into the user's store."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Callable

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

if TYPE_CHECKING:
    from ..factors.drafts import ImportOptions
    from ..factors.formats import Imported

translate = QCoreApplication.translate
FILE = QgsProcessingParameterFile.Behavior.File
# Parameter of an import → option of the reader. The title goes to the language of the user.
OPTIONS = {
    "SET_ID": "set_id",
    "VERSION": "version",
    "CLASS_SYSTEM": "system",
    "SOURCE": "source",
    "LICENCE": "licence",
    "REGION": "region",
    "UNIT": "unit",
}
Text = Callable[[str], str]


class TableImport(PlannerAlgorithm):
    """Reads a table, checks it, stores the set; nothing is stored where anything is wrong.

    A subclass declares its parameters with :meth:`add_file` and :meth:`add_texts` and reads in :meth:`read`.
    """

    GROUP = FACTORS

    def add_file(self, label: str, kinds: str) -> None:
        """The file to read; ``kinds`` is the filter of the file dialog."""
        self.add(QgsProcessingParameterFile("INPUT", label, FILE, "", None, False, kinds))

    def add_texts(self, *texts: tuple[str, str]) -> None:
        """Optional texts as (name, label)."""
        for name, label in texts:
            self.add(QgsProcessingParameterString(name, label, "", False, True))

    def add_about(self, *more: tuple[str, str]) -> None:
        """Texts about the set, those of ``more`` after them, and the outputs."""
        self.add_texts(
            ("SET_ID", translate("CarbonPlanner", "Id of the set")),
            ("VERSION", translate("CarbonPlanner", "Version")),
            ("TITLE", translate("CarbonPlanner", "Title")),
            *more,
        )
        add_import_outputs(self)

    def read(self, path: Path, options: ImportOptions, text: Text) -> Imported:
        """Read the table; ``text`` gives the parameters. Raises as the readers of :mod:`..factors` do."""
        raise NotImplementedError

    def work(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> dict[str, Any]:
        from ..factors.drafts import ImportOptions

        def text(name: str) -> str:
            return self.parameterAsString(parameters, name, context).strip()

        declared = [name for name in OPTIONS if self.parameterDefinition(name) is not None]
        title = "title_zh" if language() == "zh" else "title_en"
        options = ImportOptions(
            status="published", **{title: text("TITLE")}, **{OPTIONS[name]: text(name) for name in declared}
        )
        path = Path(self.parameterAsFile(parameters, "INPUT", context))
        return store(self.read(path, options, text), feedback)


def listed(text: str) -> tuple[str, ...]:
    """Names separated by semicolons."""
    return tuple(part.strip() for part in text.replace("；", ";").split(";") if part.strip())

"""``carbonplanner:batchplan``: evaluations from a job table, one per row."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from qgis.core import (
    QgsProcessing,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingParameterFeatureSource,
    QgsProcessingParameterFile,
)
from qgis.PyQt.QtCore import QCoreApplication

from .base import EVALUATION, PlannerAlgorithm
from .batch_run import declare_run, run_tasks, store_path

translate = QCoreApplication.translate
TABLE = QgsProcessing.SourceType.TypeVector


class BatchPlan(PlannerAlgorithm):
    """Makes a task of each row and has them run."""

    ID = "batchplan"
    GROUP = EVALUATION
    ICON = "batch_plan.svg"

    def displayName(self) -> str:
        return translate("CarbonPlanner", "Evaluate from a job table")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:
        table = translate("CarbonPlanner", "Job table")
        self.add(QgsProcessingParameterFeatureSource("TABLE", table, [TABLE]))
        place = translate("CarbonPlanner", "Folder that paths are relative to")
        folder = QgsProcessingParameterFile.Behavior.Folder
        self.add(QgsProcessingParameterFile("FOLDER", place, folder, "", None, True), advanced=True)
        declare_run(self)

    def work(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> dict[str, Any]:
        from ..bridge.feedback import ProcessingFeedback
        from ..bridge.source import open_source
        from ..bridge.values import text
        from ..jobs.batch_jobtable import tasks_of_table

        voice = ProcessingFeedback(feedback)
        source = open_source(self.parameterDefinition("TABLE"), parameters, context, voice, "")
        names = [field.name() for field in source.fields]
        rows = [
            {name: text(feature.attribute(place)) for place, name in enumerate(names)}
            for feature in source.features(voice)
        ]
        given = self.parameterAsString(parameters, "FOLDER", context)
        place = Path(given) if given else Path(source.path).parent
        folder = Path(self.parameterAsString(parameters, "OUTPUT", context)).absolute()
        tasks, broken, notes = tasks_of_table(rows, place.absolute(), folder, store_path())
        return run_tasks(self, tasks, notes, parameters, context, feedback, broken)

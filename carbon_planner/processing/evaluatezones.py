"""``carbonplanner:evaluatezones``: plan zones in, carbon layers out."""

from __future__ import annotations

from typing import Any

from qgis.core import QgsProcessingContext, QgsProcessingFeedback
from qgis.PyQt.QtCore import QCoreApplication

from .base import EVALUATION, PlannerAlgorithm
from .evaluate_checks import problem
from .evaluate_parameters import declare

translate = QCoreApplication.translate


class EvaluateZones(PlannerAlgorithm):
    """Declares the parameters and runs read → evaluate → write."""

    ID = "evaluatezones"
    GROUP = EVALUATION
    ICON = "evaluate.svg"

    def displayName(self) -> str:
        return translate("CarbonPlanner", "Evaluate plan zones")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:
        declare(self)

    def problem(self, parameters: dict[str, Any], context: QgsProcessingContext) -> str:
        return problem(self, parameters, context)

    def work(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> dict[str, Any]:
        from ..bridge.feedback import ProcessingFeedback
        from .evaluate_log import tell
        from .evaluate_run import run
        from .evaluate_values import values
        from .evaluate_write import where, write

        voice = ProcessingFeedback(feedback)
        places = where(self, parameters, context, voice)
        outcome = run(self, parameters, context, voice, keep_pieces="PIECES" in places.targets)
        results = write(outcome, places, context, voice)
        tell(outcome, feedback, voice.lang)
        return {**results, **values(outcome, voice.lang)}

"""``carbonplanner:evaluatezones``: plan zones in, carbon layers out."""

from __future__ import annotations

from typing import Any

from qgis.core import QgsProcessingContext, QgsProcessingFeedback
from qgis.PyQt.QtCore import QCoreApplication

from .base import EVALUATION, PlannerAlgorithm
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

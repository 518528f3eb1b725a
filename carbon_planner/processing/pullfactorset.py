"""``carbonplanner:pullfactorset``: a factor set of the team into the user's own store."""

from __future__ import annotations

from typing import Any

from qgis.core import (
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingParameterBoolean,
    QgsProcessingParameterString,
)
from qgis.PyQt.QtCore import QCoreApplication

from ..bridge.settings import user_store_path
from .base import FACTORS, PlannerAlgorithm
from .team import add_outputs, add_place, outputs, team_of

translate = QCoreApplication.translate


class PullFactorSet(PlannerAlgorithm):
    """Copies a set, so that it serves without the database and can be changed."""

    ID = "pullfactorset"
    GROUP = FACTORS
    ICON = "pull_factors.svg"

    def displayName(self) -> str:
        return translate("CarbonPlanner", "Get factor set from the team")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:
        label = translate("CarbonPlanner", "Factor set of the team")
        self.add(QgsProcessingParameterString("FACTOR_SET", label), widget="TeamSetBox")
        overwrite = translate("CarbonPlanner", "Overwrite a draft of the same name in the own store")
        self.add(QgsProcessingParameterBoolean("OVERWRITE", overwrite, False))
        add_place(self)
        add_outputs(self)

    def problem(self, parameters: dict[str, Any], context: QgsProcessingContext) -> str:
        team_of(self, parameters, context)
        return ""

    def work(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> dict[str, Any]:
        from ..factors.transfer import from_team

        team = team_of(self, parameters, context)
        user_store_path().parent.mkdir(parents=True, exist_ok=True)
        spec = self.parameterAsString(parameters, "FACTOR_SET", context).strip()
        overwrite = self.parameterAsBoolean(parameters, "OVERWRITE", context)
        found, revision = from_team(spec, overwrite=overwrite, team=team)
        feedback.pushInfo(
            translate("CarbonPlanner", "Stored {ref} with {count} factors in {path}").format(
                ref=found.ref, count=len(found), path=user_store_path()
            )
        )
        return outputs(found, revision)

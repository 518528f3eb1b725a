"""``carbonplanner:publishfactorset``: a factor set of the user, of a file or of the library into the team's store."""

from __future__ import annotations

from typing import Any

from qgis.core import (
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingParameterBoolean,
    QgsProcessingParameterNumber,
    QgsProcessingParameterString,
)
from qgis.PyQt.QtCore import QCoreApplication

from .base import FACTORS, PlannerAlgorithm
from .team import add_outputs, add_place, outputs, team_of

translate = QCoreApplication.translate
INTEGER = QgsProcessingParameterNumber.Type.Integer


class PublishFactorSet(PlannerAlgorithm):
    """Saves a set as a draft of the team, or publishes it; never over what somebody else changed."""

    ID = "publishfactorset"
    GROUP = FACTORS
    ICON = "publish_factors.svg"

    def displayName(self) -> str:
        return translate("CarbonPlanner", "Publish factor set to the team")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:
        label = translate("CarbonPlanner", "Factor set")
        self.add(QgsProcessingParameterString("FACTOR_SET", label), widget="FactorSetBox")
        self.add(
            QgsProcessingParameterBoolean(
                "PUBLISH", translate("CarbonPlanner", "Publish: the content never changes again"), False
            )
        )
        add_place(self)
        for name, text in (
            ("SET_ID", translate("CarbonPlanner", "Id in the team store")),
            ("VERSION", translate("CarbonPlanner", "Version in the team store")),
            ("REASON", translate("CarbonPlanner", "Reason for the change log")),
        ):
            self.add(QgsProcessingParameterString(name, text, "", False, True), advanced=True)
        revision = translate("CarbonPlanner", "Revision that the changes are based on")
        self.add(QgsProcessingParameterNumber("BASE_REVISION", revision, INTEGER, None, True, 0), advanced=True)
        add_outputs(self)

    def problem(self, parameters: dict[str, Any], context: QgsProcessingContext) -> str:
        team_of(self, parameters, context)
        return ""

    def work(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> dict[str, Any]:
        from ..factors.history import Author
        from ..factors.transfer import to_team

        def text(name: str) -> str:
            return self.parameterAsString(parameters, name, context).strip()

        team = team_of(self, parameters, context)
        given = parameters.get("BASE_REVISION") not in (None, "")
        saved, revision = to_team(
            text("FACTOR_SET"),
            set_id=text("SET_ID"),
            version=text("VERSION"),
            publish=self.parameterAsBoolean(parameters, "PUBLISH", context),
            base=self.parameterAsInt(parameters, "BASE_REVISION", context) if given else None,
            author=Author(reason=text("REASON")),
            team=team,
        )
        feedback.pushInfo(
            translate("CarbonPlanner", "Saved {ref} with {count} factors as revision {revision} in {place}").format(
                ref=saved.ref, count=len(saved), revision=revision, place=team.place.shown
            )
        )
        return outputs(saved, revision)

"""``carbonplanner:setupteamstore``: makes the team's factor store in a database, or brings an older one up to date."""

from __future__ import annotations

from typing import Any

from qgis.core import (
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputNumber,
    QgsProcessingParameterBoolean,
)
from qgis.PyQt.QtCore import QCoreApplication

from .base import FACTORS, PlannerAlgorithm
from .team import add_place, team_of

translate = QCoreApplication.translate


class SetUpTeamStore(PlannerAlgorithm):
    """Makes schema, tables, guards and roles; safe to repeat."""

    ID = "setupteamstore"
    GROUP = FACTORS
    ICON = "team_store.svg"

    def displayName(self) -> str:
        return translate("CarbonPlanner", "Set up team store")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:
        add_place(self)
        roles = translate("CarbonPlanner", "Make the roles carbon_reader and carbon_editor")
        self.add(QgsProcessingParameterBoolean("ROLES", roles, True))
        self.addOutput(QgsProcessingOutputNumber("VERSION", translate("CarbonPlanner", "Version of the store")))
        self.addOutput(QgsProcessingOutputNumber("COUNT", translate("CarbonPlanner", "Number of sets in the store")))

    def problem(self, parameters: dict[str, Any], context: QgsProcessingContext) -> str:
        team_of(self, parameters, context)
        return ""

    def work(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> dict[str, Any]:
        team = team_of(self, parameters, context)
        names = {} if self.parameterAsBoolean(parameters, "ROLES", context) else {"reader": "", "editor": ""}
        version = team.set_up(**names)
        count = len(team.infos())
        feedback.pushInfo(
            translate("CarbonPlanner", "The team store {place} is ready; factor sets in it: {count}").format(
                place=team.place.shown, count=count
            )
        )
        return {"VERSION": version, "COUNT": count}

"""The Processing provider ``carbonplanner``."""

from __future__ import annotations

from qgis.core import QgsProcessingProvider
from qgis.PyQt.QtCore import QCoreApplication
from qgis.PyQt.QtGui import QIcon

from .base import RESOURCES

translate = QCoreApplication.translate

PROVIDER_ID = "carbonplanner"


class CarbonPlannerProvider(QgsProcessingProvider):
    """All algorithms of the plugin, for the toolbox, models, scripts and qgis_process."""

    def id(self) -> str:
        return PROVIDER_ID

    def name(self) -> str:
        return translate("CarbonPlanner", "Carbon Planner")

    def longName(self) -> str:
        return translate("CarbonPlanner", "Carbon Planner: carbon impact of land-use plans")

    def icon(self) -> QIcon:
        return QIcon(self.svgIconPath())

    def svgIconPath(self) -> str:
        return str(RESOURCES / "icons" / "provider.svg")

    def loadAlgorithms(self) -> None:
        from .registry import algorithms

        for algorithm in algorithms():
            self.addAlgorithm(algorithm())

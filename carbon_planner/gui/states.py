"""Which actions can work now; a disabled one says in its tool tip why."""

from __future__ import annotations

from html import escape

from qgis.core import QgsProject
from qgis.PyQt.QtCore import QCoreApplication, QObject, QTimer
from qgis.PyQt.QtWidgets import QAction

from .evaluate import polygon_layers
from .plan.find import obstacle, target
from .results import is_result

translate = QCoreApplication.translate


class ActionStates(QObject):
    """Follows the project and the active layer."""

    def __init__(
        self, iface, draw: QAction, evaluate: QAction, results: QAction, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self.iface, self.draw, self.evaluate, self.results = iface, draw, evaluate, results
        self._tips = {action: action.toolTip() for action in (draw, evaluate, results)}
        self._timer = QTimer(self)  # one look for a whole project that is being read
        self._timer.setSingleShot(True)
        self._timer.setInterval(0)
        self._timer.timeout.connect(self.refresh)

    def start(self) -> None:
        """Look now and at every change."""
        project = QgsProject.instance()
        project.layersAdded.connect(self._later)
        project.layersRemoved.connect(self._later)
        project.readProject.connect(self._later)
        self.iface.currentLayerChanged.connect(self._later)
        self.refresh()

    def stop(self) -> None:
        """Disconnect."""
        project = QgsProject.instance()
        project.layersAdded.disconnect(self._later)
        project.layersRemoved.disconnect(self._later)
        project.readProject.disconnect(self._later)
        self.iface.currentLayerChanged.disconnect(self._later)
        self._timer.stop()

    def _later(self, *_args: object) -> None:
        self._timer.start()

    def refresh(self) -> None:
        """Set the actions to what is possible."""
        project = QgsProject.instance()
        plan = target(project, self.iface.activeLayer())
        self._set(self.draw, obstacle(plan) if plan is not None else "")
        nothing = translate("CarbonPlanner", "Add a polygon layer, or draw a plan zone first.")
        self._set(self.evaluate, "" if polygon_layers(project) else nothing)
        none = translate("CarbonPlanner", "The project holds no evaluated layer yet.")
        self._set(self.results, "" if any(map(is_result, project.mapLayers().values())) else none)

    def _set(self, action: QAction, reason: str) -> None:
        action.setEnabled(not reason)
        tip = self._tips[action]
        action.setToolTip(f"{tip}<p><i>{escape(reason)}</i></p>" if reason else tip)

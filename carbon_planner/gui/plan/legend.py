"""Keeps the legends of plan layers to the classes that the plan uses, in their official colours."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from qgis.core import QgsCategorizedSymbolRenderer, QgsProject, QgsVectorLayer
from qgis.PyQt.QtCore import QObject, QTimer

from ...base.errors import PlannerError
from .schema import CLASS_CODE, MARK, class_system, is_plan_layer

WAIT_MS = 250


class Legends(QObject):
    """Follows the plan layers of the project."""

    def __init__(self, project: QgsProject, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.project = project
        self._followed: dict[str, _Follower] = {}

    def start(self) -> None:
        """Follow the plan layers that are there and those that come."""
        self.project.layersAdded.connect(self._added)
        self.project.layersWillBeRemoved.connect(self._removed)
        self._added(list(self.project.mapLayers().values()))

    def stop(self) -> None:
        """Disconnect from everything."""
        self.project.layersAdded.disconnect(self._added)
        self.project.layersWillBeRemoved.disconnect(self._removed)
        self._removed(list(self._followed))

    def _added(self, layers: list) -> None:
        for layer in layers:
            # only layers that we made: in others the style is the user's
            if not is_plan_layer(layer) or not layer.customProperty(MARK) or layer.id() in self._followed:
                continue
            self._followed[layer.id()] = _Follower(layer, partial(self.refresh, layer), self)

    def _removed(self, layer_ids: list[str]) -> None:
        for layer_id in layer_ids:
            follower = self._followed.pop(layer_id, None)
            if follower is not None:
                follower.stop()

    def refresh(self, layer: QgsVectorLayer) -> None:
        """Trim the legend of a layer that has just come from its file, else add the classes that it lacks."""
        from .catalogue import catalogue  # late: QGIS loads this file at its start
        from .style import TRIMMED, ensure_category, trim_legend, used_codes

        renderer = layer.renderer()
        if not isinstance(renderer, QgsCategorizedSymbolRenderer) or renderer.classAttribute() != CLASS_CODE:
            return
        try:
            classes = catalogue(class_system(layer))
        except PlannerError:
            return  # a plan of a later version; its style stays as it is
        if not layer.customProperty(TRIMMED, False):
            trim_legend(layer, classes)
        for code in used_codes(layer):
            ensure_category(layer, classes, code)


class _Follower(QObject):
    """Calls a function a moment after each edit of a layer, and once at the beginning."""

    def __init__(self, layer: QgsVectorLayer, refresh: Callable[[], None], parent: QObject) -> None:
        super().__init__(parent)
        self.layer = layer
        self.timer = QTimer(self)
        self.timer.setSingleShot(True)
        self.timer.setInterval(WAIT_MS)
        self.timer.timeout.connect(refresh)
        layer.undoStack().indexChanged.connect(self._edited)
        self.timer.start()

    def _edited(self, _index: int) -> None:
        self.timer.start()

    def stop(self) -> None:
        """Disconnect."""
        self.timer.stop()
        self.layer.undoStack().indexChanged.disconnect(self._edited)
        self.deleteLater()

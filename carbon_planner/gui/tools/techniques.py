"""Streaming and arcs in QGIS before 3.26, which offers them for its own tools only; later versions do it themselves."""

from __future__ import annotations

from qgis.core import Qgis
from qgis.gui import QgsMapToolCapture
from qgis.PyQt.QtWidgets import QAction, QMainWindow

BY_ITSELF = 32600


class Techniques:
    """Lends the actions of QGIS to a capture tool while it is active."""

    def __init__(self, window: QMainWindow, tool: QgsMapToolCapture) -> None:
        self._tool = tool
        self._stream = self._curve = None
        if Qgis.QGIS_VERSION_INT < BY_ITSELF:
            self._stream = window.findChild(QAction, "mActionStreamDigitize")
            self._curve = window.findChild(QAction, "mActionDigitizeWithCurve")
        tool.activated.connect(self._lend)
        tool.deactivated.connect(self._take_back)

    def _lend(self) -> None:
        for action, switch in (
            (self._stream, "setStreamDigitizingEnabled"),
            (self._curve, "setCircularDigitizingEnabled"),
        ):
            if action is not None:
                action.setEnabled(True)
                getattr(self._tool, switch)(action.isChecked())

    def _take_back(self) -> None:
        """A tool of QGIS that comes next switches them on again itself."""
        for action in (self._stream, self._curve):
            if action is not None:
                action.setEnabled(False)

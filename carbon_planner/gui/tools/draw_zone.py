"""The map tool that captures the outline of a zone: QGIS's own digitising tool, which tells what has been drawn so far.

Snapping, tracing, streaming, curves, the advanced digitising panel, Esc and Backspace are those of QGIS.
"""

from __future__ import annotations

from qgis.core import QgsCompoundCurve, QgsGeometry, QgsPointXY, QgsVectorLayer
from qgis.gui import QgsAdvancedDigitizingDockWidget, QgsMapCanvas, QgsMapToolCapture, QgsMapToolDigitizeFeature
from qgis.PyQt import sip
from qgis.PyQt.QtCore import QTimer, pyqtSignal

STREAM_MS = 500  # while streaming, a vertex comes with every few pixels


class DrawZoneTool(QgsMapToolDigitizeFeature):
    """Captures polygons on the current layer; :attr:`sketch_changed` carries the sketch as WKT, "" for none."""

    sketch_changed = pyqtSignal(str)

    def __init__(self, canvas: QgsMapCanvas, cad: QgsAdvancedDigitizingDockWidget) -> None:
        super().__init__(canvas, cad, QgsMapToolCapture.CaptureMode.CapturePolygon)
        self._told = ""
        self._stream = QTimer(self)
        self._stream.setSingleShot(True)
        self._stream.setInterval(STREAM_MS)
        self._stream.timeout.connect(self._tell)

    def sketch(self) -> str:
        """The line drawn so far, as WKT in the layer's coordinates."""
        curve = self.captureCurve()
        return curve.asWkt(17) if curve is not None and curve.numPoints() else ""

    def restore(self, wkt: str, layer: QgsVectorLayer) -> int:
        """Go on with a sketch on the current layer; gives the number of its vertices.

        Straight lines come back vertex by vertex, so that Backspace takes one at a time; a line with arcs comes back
        as it is.
        """
        self.stopCapturing()
        geometry = QgsGeometry.fromWkt(wkt)
        curve = geometry.constGet()
        if curve is None or curve.isEmpty():
            return 0
        count = curve.nCoordinates()
        if isinstance(curve, QgsCompoundCurve) and curve.hasCurvedSegments():
            arcs = curve.clone()
            arcs.transform(self.canvas().mapSettings().layerTransform(layer))
            self.addVertex(QgsPointXY(arcs.startPoint()))
            sip.transferto(arcs, None)  # addCurve keeps or deletes it, which its Python binding does not say
            self.addCurve(arcs)
        else:
            for vertex in curve.vertices():
                self.addVertex(self.toMapCoordinates(layer, QgsPointXY(vertex)))
        self.startCapturing()
        self._tell()
        return count

    def suspend(self) -> None:
        """Take the sketch off the map without telling that it is gone: it can be restored."""
        self.stopCapturing()
        self._told = ""

    # --- called by QGIS ---------------------------------------------------------------------------------------------

    def cadCanvasReleaseEvent(self, event) -> None:
        super().cadCanvasReleaseEvent(event)
        self._tell()

    def cadCanvasMoveEvent(self, event) -> None:
        before = self.size()
        super().cadCanvasMoveEvent(event)
        if self.size() != before and not self._stream.isActive():
            self._stream.start()

    def keyPressEvent(self, event) -> None:
        super().keyPressEvent(event)
        self._tell()

    def _tell(self) -> None:
        now = self.sketch()
        if now != self._told:
            self._told = now
            self.sketch_changed.emit(now)

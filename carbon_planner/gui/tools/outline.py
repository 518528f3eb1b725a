"""The outline of a zone on the map while its form is open, in the colour of the class that is chosen."""

from __future__ import annotations

from qgis.core import QgsGeometry, QgsVectorLayer, QgsWkbTypes
from qgis.gui import QgsMapCanvas, QgsRubberBand
from qgis.PyQt.QtCore import QPoint, QRect, Qt
from qgis.PyQt.QtGui import QColor

NO_CLASS = QColor(150, 150, 150, 120)


class Outline:
    """One polygon above the map."""

    def __init__(self, canvas: QgsMapCanvas) -> None:
        self._canvas = canvas
        self._band: QgsRubberBand | None = None

    def show(self, geometry: QgsGeometry, layer: QgsVectorLayer) -> None:
        """Show a geometry that is in the layer's coordinates."""
        self.clear()
        self._band = QgsRubberBand(self._canvas, QgsWkbTypes.GeometryType.PolygonGeometry)
        self._band.setStrokeColor(QColor(30, 30, 30))
        self._band.setFillColor(NO_CLASS)
        self._band.setWidth(2)
        self._band.setLineStyle(Qt.PenStyle.DashLine)
        self._band.setToGeometry(geometry, layer)

    def tint(self, colour: str) -> None:
        """Fill it with a class colour."""
        if self._band is not None:
            fill = QColor(colour)
            fill.setAlpha(190)
            self._band.setFillColor(fill)
            self._band.update()

    def clear(self) -> None:
        """Take it off the map."""
        if self._band is not None:
            self._canvas.scene().removeItem(self._band)
            self._band = None

    def on_screen(self, geometry: QgsGeometry, layer: QgsVectorLayer) -> QRect:
        """Where a geometry is on the screen."""
        box = self._canvas.mapSettings().layerExtentToOutputExtent(layer, geometry.boundingBox())
        to_pixel = self._canvas.getCoordinateTransform()
        ends = ((box.xMinimum(), box.yMaximum()), (box.xMaximum(), box.yMinimum()))
        pixels = [to_pixel.transform(x, y) for x, y in ends]
        first, last = (self._canvas.mapToGlobal(QPoint(round(p.x()), round(p.y()))) for p in pixels)
        return QRect(first, last).normalized()

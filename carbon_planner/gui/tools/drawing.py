"""Drawing zones: brings together action, plan layer, map tool, form and drafts."""

from __future__ import annotations

from qgis.core import QgsFeature, QgsGeometry, QgsMapLayer, QgsProject, QgsVectorLayer, QgsWkbTypes
from qgis.PyQt.QtCore import QCoreApplication, QObject, pyqtSignal
from qgis.PyQt.QtWidgets import QAction

from ...base.errors import PlannerError
from ...bridge.settings import language
from .. import bar
from ..dialogs.class_picker import remember
from ..dialogs.zone_form import NewZone, ZoneForm
from ..plan.catalogue import Catalogue, catalogue
from ..plan.find import obstacle, target
from ..plan.schema import CLASS_CODE, class_system, is_plan_layer
from .add_zone import add_zone, area_ha, next_zone_id, remarks
from .draw_zone import DrawZoneTool
from .keeper import DraftKeeper
from .outline import Outline
from .techniques import Techniques

translate = QCoreApplication.translate

DEFAULT_SYSTEM = "landsea2023"


class Drawing(QObject):
    """What the action *Draw plan zone* does."""

    help_wanted = pyqtSignal(str)

    def __init__(self, iface, action: QAction, keeper: DraftKeeper, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.iface, self.action, self.keeper = iface, action, keeper
        self.layer: QgsVectorLayer | None = None
        self.form: ZoneForm | None = None
        self.dialog = None
        self.outline = Outline(iface.mapCanvas())
        self.tool = DrawZoneTool(iface.mapCanvas(), iface.cadDockWidget())
        self.tool.setAction(action)
        self._techniques = Techniques(iface.mainWindow(), self.tool)
        self.tool.sketch_changed.connect(self._sketched)
        self.tool.digitizingCompleted.connect(self._captured)
        iface.currentLayerChanged.connect(self._layer_changed)
        QgsProject.instance().layersWillBeRemoved.connect(self._layers_go)

    def stop(self) -> None:
        """Take everything off the map; sketches stay as drafts."""
        self.iface.currentLayerChanged.disconnect(self._layer_changed)
        QgsProject.instance().layersWillBeRemoved.disconnect(self._layers_go)
        self._leave_layer()
        for window in (self.form, self.dialog):
            if window is not None:
                window.blockSignals(True)
                window.close()
                window.deleteLater()
        self.outline.clear()
        self.tool.suspend()
        self.iface.mapCanvas().unsetMapTool(self.tool)
        self.tool.deleteLater()

    # --- starting ---------------------------------------------------------------------------------------------------

    def start(self) -> None:
        """Draw into the plan of the project; without one, ask where it shall be."""
        layer = target(QgsProject.instance(), self.iface.activeLayer())
        if layer is None:
            self._ask_for_plan()
        else:
            self.draw_into(layer)

    def draw_into(self, layer: QgsVectorLayer) -> bool:
        """Activate the tool on a plan layer and go on with its sketch; says whether one can draw."""
        problem = obstacle(layer)
        if not problem and not layer.isEditable() and not layer.startEditing():
            problem = translate("CarbonPlanner", "The layer “{layer}” cannot be edited.").format(layer=layer.name())
        if problem:
            self._sync_action()
            bar.warn(self.iface, problem)
            return False
        if layer is not self.layer:
            self._leave_layer()
            self.layer = layer
            layer.editingStopped.connect(self._editing_stopped)
        self.iface.setActiveLayer(layer)
        self.iface.mapCanvas().setMapTool(self.tool)
        sketch = self.keeper.sketch(layer)
        if sketch and not self.tool.sketch():
            self.resume(sketch)
        self._sync_action()
        return True

    def resume(self, sketch: str) -> None:
        """Put a sketch back on the map."""
        if self.layer is not None and self.tool.restore(sketch, self.layer):
            text = translate("CarbonPlanner", "Your unfinished outline goes on. Esc discards it.")
            bar.push(self.iface, text)

    def _ask_for_plan(self) -> None:
        from ..dialogs.new_plan import NewPlanDialog

        project, canvas = QgsProject.instance(), self.iface.mapCanvas()
        try:
            centre = canvas.center() if project.mapLayers() else None
            dialog = NewPlanDialog(project, centre, self.iface.mainWindow())
        except PlannerError as error:
            self._sync_action()
            bar.warn(self.iface, error.text(language()))
            return
        self.dialog = dialog
        dialog.made.connect(self._plan_made)
        dialog.help_wanted.connect(lambda: self.help_wanted.emit("drawing"))
        dialog.finished.connect(self._dialog_closed)
        dialog.open()

    def _dialog_closed(self, _result: int) -> None:
        self.dialog.deleteLater()
        self.dialog = None
        self._sync_action()

    def _plan_made(self, layer: QgsVectorLayer) -> None:
        project = QgsProject.instance()
        first = not project.mapLayers()
        project.addMapLayer(layer)
        if first and not project.fileName():
            project.setCrs(layer.crs())
        self.draw_into(layer)

    def _sync_action(self) -> None:
        self.action.setChecked(self.iface.mapCanvas().mapTool() is self.tool)

    # --- what happens meanwhile -------------------------------------------------------------------------------------

    def _sketched(self, wkt: str) -> None:
        if self.layer is not None and self.form is None:
            self.keeper.set_sketch(self.layer, wkt)

    def _layer_changed(self, layer: QgsMapLayer | None) -> None:
        """Another layer was made active: the tool draws into the active layer, so it goes there or stops."""
        if self.iface.mapCanvas().mapTool() is not self.tool or layer is self.layer:
            return
        self.tool.suspend()
        if is_plan_layer(layer) and layer.isEditable():
            self.draw_into(layer)
        else:
            self._pause()

    def _editing_stopped(self) -> None:
        if self.iface.mapCanvas().mapTool() is self.tool:
            self._pause()

    def _pause(self) -> None:
        """Give the map back to its usual tool; a sketch waits for the next *Draw plan zone*."""
        waiting = self.layer is not None and bool(self.keeper.sketch(self.layer))
        self.tool.suspend()
        self.iface.actionPan().trigger()
        self._sync_action()
        if waiting:
            text = translate("CarbonPlanner", "The unfinished outline is kept. “Draw plan zone” goes on with it.")
            bar.push(self.iface, text)

    def _layers_go(self, layer_ids: list[str]) -> None:
        if self.layer is not None and self.layer.id() in layer_ids:
            if self.iface.mapCanvas().mapTool() is self.tool:
                self._pause()
            self._leave_layer()

    def _leave_layer(self) -> None:
        if self.layer is not None:
            self.layer.editingStopped.disconnect(self._editing_stopped)
            self.layer = None

    # --- a polygon is closed ----------------------------------------------------------------------------------------

    def _captured(self, feature: QgsFeature) -> None:
        layer, geometry = self.layer, QgsGeometry(feature.geometry())
        if layer is None or geometry.isEmpty():
            return
        if geometry.constGet().hasCurvedSegments():
            geometry = QgsGeometry(geometry.constGet().segmentize())
        if QgsWkbTypes.isMultiType(layer.wkbType()):
            geometry.convertToMultiType()
        try:
            classes = catalogue(class_system(layer) or DEFAULT_SYSTEM)
        except PlannerError as error:
            bar.warn(self.iface, error.text(language()))
            return
        self._show_form(layer, geometry, classes)

    def _show_form(self, layer: QgsVectorLayer, geometry: QgsGeometry, classes: Catalogue) -> None:
        sketch = self.keeper.sketch(layer)
        zone = NewZone(next_zone_id(layer), area_ha(geometry, layer, QgsProject.instance()), remarks(geometry))
        form = self.form = ZoneForm(classes, zone, self.iface.mainWindow())
        self.outline.show(geometry, layer)
        form.class_changed.connect(lambda code: self._tint(classes, code))
        form.accepted.connect(lambda: self._accepted(form, layer, geometry))
        form.discarded.connect(lambda: self._discarded(layer))
        form.rejected.connect(lambda: self._rejected(sketch))
        form.help_wanted.connect(lambda: self.help_wanted.emit("drawing"))
        form.open()
        form.keep_clear_of(self.outline.on_screen(geometry, layer), self.iface.mainWindow().geometry())

    def _tint(self, classes: Catalogue, code: str) -> None:
        item = classes.get(code)
        if item is not None:
            self.outline.tint(item.colour)

    def _close_form(self) -> None:
        if self.form is not None:
            self.form.deleteLater()
        self.form = None
        self.outline.clear()
        self.iface.mapCanvas().setFocus()

    def _accepted(self, form: ZoneForm, layer: QgsVectorLayer, geometry: QgsGeometry) -> None:
        values = form.values()
        self._close_form()
        if not add_zone(layer, geometry, form.zone.zone_id, values):
            bar.warn(self.iface, translate("CarbonPlanner", "The layer did not take the zone; the outline is kept."))
            self.resume(self.keeper.sketch(layer))
            return
        remember(form.catalogue.system, values[CLASS_CODE])
        self.keeper.flush(layer)
        self.keeper.set_sketch(layer, "")
        text = translate("CarbonPlanner", "Zone {id} added, {ha} ha. It is in the file after “Save Layer Edits”.")
        self.iface.statusBarIface().showMessage(text.format(id=form.zone.zone_id, ha=f"{form.zone.area_ha:.2f}"), 8000)

    def _discarded(self, layer: QgsVectorLayer) -> None:
        self.keeper.set_sketch(layer, "")

    def _rejected(self, sketch: str) -> None:
        layer = self.layer
        self._close_form()
        if layer is not None and self.keeper.sketch(layer):
            self.tool.restore(sketch, layer)

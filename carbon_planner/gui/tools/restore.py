"""After a crash: offer what was unfinished, and put it back."""

from __future__ import annotations

from qgis.core import Qgis, QgsGeometry, QgsProject, QgsProviderRegistry, QgsRectangle, QgsVectorLayer
from qgis.PyQt.QtCore import QCoreApplication, QDateTime, QFileInfo, QLocale, QObject, Qt

from .. import bar
from ..plan.schema import is_plan_layer
from ..sentences import listing
from .drafts import Draft
from .drawing import Drawing
from .edits import ADDED, replay

translate = QCoreApplication.translate


class Restorer(QObject):
    """Offers the drafts that ended sessions left."""

    def __init__(self, iface, drawing: Drawing, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.iface, self.drawing = iface, drawing
        self.store = drawing.keeper.store
        self.item = None

    def offer(self) -> bool:
        """Show the offer, if there is something; says whether there is."""
        drafts = self.store.orphans()
        if not drafts:
            return False
        answers = [
            ("carbonPlannerRestore", translate("CarbonPlanner", "Restore"), lambda: self.restore(drafts)),
            ("carbonPlannerDiscard", translate("CarbonPlanner", "Discard"), lambda: self._discard(drafts)),
        ]
        self.item = bar.ask(self.iface, describe(drafts), answers, Qgis.MessageLevel.Warning)
        self.item.destroyed.connect(self._gone)
        return True

    def stop(self) -> None:
        """Take the offer away; it comes again at the next start."""
        if self.item is not None:
            self.iface.messageBar().popWidget(self.item)
            self._gone()

    def _gone(self, *_object: object) -> None:
        self.item = None

    def _discard(self, drafts: list[Draft]) -> None:
        for draft in drafts:
            self.store.discard(draft)

    def restore(self, drafts: list[Draft]) -> None:
        """Open the plans, put unsaved edits back, go on with the sketch. A draft is deleted when its work is back."""
        self._open_project(drafts)
        lost, unfound, shapes = 0, [], []
        for draft in sorted(drafts, key=lambda d: bool(d.sketch)):  # edits first: the sketch is drawn beside them
            layer = self._layer(draft)
            if layer is None:
                unfound.append(draft.layer_name)
                continue
            if not layer.isEditable() and not layer.startEditing():
                unfound.append(draft.layer_name)
                continue
            if draft.edits:
                title = translate("CarbonPlanner", "Restore unsaved zones")
                lost += replay(layer, draft.edits, title).lost
                self.drawing.keeper.flush(layer)
                shapes += [feature.geometry() for feature in layer.editBuffer().addedFeatures().values()]
            if draft.sketch and self.drawing.draw_into(layer):
                shapes.append(QgsGeometry.fromWkt(draft.sketch))
                self.drawing.resume(draft.sketch)
            self._zoom(layer, shapes)
            self.store.discard(draft)
        self._report(lost, unfound)

    # --- inside -----------------------------------------------------------------------------------------------------

    def _open_project(self, drafts: list[Draft]) -> None:
        """Open the project in which it happened, if there is nothing to lose by it."""
        project = QgsProject.instance()
        files = {draft.project for draft in drafts if draft.project}
        if len(files) == 1 and not project.mapLayers() and not project.isDirty() and QFileInfo.exists(min(files)):
            self.iface.addProject(min(files))

    def _layer(self, draft: Draft) -> QgsVectorLayer | None:
        project = QgsProject.instance()
        wanted = _place(draft.provider, draft.source)
        for layer in project.mapLayers().values():
            if is_plan_layer(layer) and _place(layer.providerType(), layer.publicSource()) == wanted:
                return layer
        if draft.provider != "ogr":
            return None  # the draft holds no password, so the user has to open the layer
        layer = QgsVectorLayer(draft.source, draft.layer_name, "ogr")
        if not is_plan_layer(layer):
            return None
        project.addMapLayer(layer)
        return layer

    def _zoom(self, layer: QgsVectorLayer, shapes: list[QgsGeometry]) -> None:
        """Show the shapes with some room around them."""
        canvas = self.iface.mapCanvas()
        box = QgsRectangle()
        for shape in shapes:
            box.combineExtentWith(shape.boundingBox())
        if box.isNull():
            return
        box = canvas.mapSettings().layerExtentToOutputExtent(layer, box)
        canvas.setExtent(box.buffered(max(box.width(), box.height()) * 0.4))
        canvas.refresh()

    def _report(self, lost: int, unfound: list[str]) -> None:
        if unfound:
            text = translate(
                "CarbonPlanner", "These plan layers could not be opened for editing: {layers}. Their drafts are kept."
            )
            bar.warn(self.iface, text.format(layers=listing(sorted(set(unfound)))))
        if lost:
            text = translate(
                "CarbonPlanner", "{count} unsaved changes belong to zones that the file no longer holds; they are lost."
            )
            bar.warn(self.iface, text.format(count=lost))


def describe(drafts: list[Draft]) -> str:
    """What was unfinished, in one sentence."""
    sketches = sum(bool(draft.sketch) for draft in drafts)
    zones = sum(len(draft.edits.get(ADDED, [])) for draft in drafts)
    changes = sum(len(items) for draft in drafts for key, items in draft.edits.items() if key != ADDED)
    parts = []
    if sketches:
        parts.append(translate("CarbonPlanner", "outlines begun: {count}").format(count=sketches))
    if zones:
        parts.append(translate("CarbonPlanner", "new zones: {count}").format(count=zones))
    if changes:
        parts.append(translate("CarbonPlanner", "changes: {count}").format(count=changes))
    when = QDateTime.fromString(max(draft.saved for draft in drafts), Qt.DateFormat.ISODate).toLocalTime()
    return translate("CarbonPlanner", "QGIS ended while a plan was unsaved ({layers}, {time}): {what}.").format(
        layers=listing(sorted({draft.layer_name for draft in drafts})),
        time=QLocale().toString(when, QLocale.FormatType.ShortFormat),
        what=listing(parts),
    )


def _place(provider: str, source: str) -> tuple[str, str, str]:
    """What makes two sources the same: file and table, however the source is written."""
    if provider != "ogr":
        return provider, source, ""
    parts = QgsProviderRegistry.instance().decodeUri(provider, source)
    path = QFileInfo(str(parts.get("path", ""))).absoluteFilePath()
    return provider, path, str(parts.get("layerName") or "")

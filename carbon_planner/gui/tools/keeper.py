"""Keeps drafts while the user draws: every vertex of the sketch, every step of unsaved editing of a plan layer."""

from __future__ import annotations

import time

from qgis.core import QgsProject, QgsVectorLayer
from qgis.PyQt.QtCore import QObject, QTimer, pyqtSignal

from ..plan.schema import is_plan_layer
from .drafts import Draft, DraftStore

SLOW_S = 0.05  # a snapshot that takes longer than this is not repeated at every step
PAUSE_MS = 2000


class DraftKeeper(QObject):
    """Writes drafts of the plan layers of the project. :attr:`failed` tells once why it cannot."""

    failed = pyqtSignal(str)

    def __init__(self, store: DraftStore, project: QgsProject, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.store, self.project = store, project
        self._watched: dict[str, _Watch] = {}
        self._sketches: dict[str, Draft] = {}
        self._told = False

    def start(self) -> None:
        """Watch the plan layers that are there and those that come."""
        self.project.layersAdded.connect(self._added)
        self.project.layersWillBeRemoved.connect(self._removed)
        self._added(list(self.project.mapLayers().values()))

    def stop(self) -> None:
        """Disconnect from everything; the drafts stay until their work is finished."""
        self.project.layersAdded.disconnect(self._added)
        self.project.layersWillBeRemoved.disconnect(self._removed)
        self._removed(list(self._watched))
        self.store.close()

    # --- sketch -----------------------------------------------------------------------------------------------------

    def set_sketch(self, layer: QgsVectorLayer, wkt: str) -> None:
        """Remember the sketch on a layer; "" forgets it."""
        draft = self._sketches.get(layer.publicSource())
        if draft is None:
            if not wkt:
                return
            draft = self._sketches[layer.publicSource()] = self.draft_of(layer)
        draft.sketch = wkt
        self.save(draft)

    def sketch(self, layer: QgsVectorLayer) -> str:
        """The sketch that is kept for a layer."""
        draft = self._sketches.get(layer.publicSource())
        return draft.sketch if draft else ""

    def flush(self, layer: QgsVectorLayer) -> None:
        """Write what a layer holds unsaved now and not when the event loop runs again."""
        watch = self._watched.get(layer.id())
        if watch is not None:
            watch.write()

    # --- writing ----------------------------------------------------------------------------------------------------

    def draft_of(self, layer: QgsVectorLayer) -> Draft:
        """A new draft for a layer."""
        return Draft(layer.publicSource(), layer.providerType(), layer.name(), self.project.fileName())

    def save(self, draft: Draft) -> None:
        """Write a draft; a profile that cannot be written is told once and never stops the drawing."""
        try:
            self.store.save(draft)
        except OSError as error:
            if not self._told:
                self._told = True
                self.failed.emit(str(error))

    # --- layers -----------------------------------------------------------------------------------------------------

    def _added(self, layers: list) -> None:
        for layer in layers:
            # what lives in memory could not be found again
            if is_plan_layer(layer) and layer.providerType() != "memory" and layer.id() not in self._watched:
                self._watched[layer.id()] = _Watch(layer, self)

    def _removed(self, layer_ids: list[str]) -> None:
        for layer_id in layer_ids:
            watch = self._watched.pop(layer_id, None)
            if watch is not None:
                watch.stop()


class _Watch(QObject):
    """Follows the undo stack of one layer, through which every edit goes."""

    def __init__(self, layer: QgsVectorLayer, keeper: DraftKeeper) -> None:
        super().__init__(keeper)
        self.layer, self.keeper = layer, keeper
        self.draft: Draft | None = None
        self.timer = QTimer(self)
        self.timer.setSingleShot(True)
        self.timer.timeout.connect(self.write)
        layer.undoStack().indexChanged.connect(self._changed)
        layer.afterCommitChanges.connect(self.forget)
        layer.afterRollBack.connect(self.forget)
        if layer.isEditable() and layer.isModified():
            self.write()

    def stop(self) -> None:
        """Disconnect."""
        self.timer.stop()
        self.layer.undoStack().indexChanged.disconnect(self._changed)
        self.layer.afterCommitChanges.disconnect(self.forget)
        self.layer.afterRollBack.disconnect(self.forget)
        self.deleteLater()

    def _changed(self, _index: int) -> None:
        if not self.timer.isActive():
            self.timer.start()

    def write(self) -> None:
        """Write what the layer holds unsaved."""
        if not self.layer.isEditable():
            return
        from .edits import snapshot

        start = time.perf_counter()
        if self.draft is None:
            self.draft = self.keeper.draft_of(self.layer)
        self.draft.edits = snapshot(self.layer)
        self.keeper.save(self.draft)
        self.timer.setInterval(PAUSE_MS if time.perf_counter() - start > SLOW_S else 0)

    def forget(self) -> None:
        """Saved or rolled back: nothing is unsaved any more."""
        self.timer.stop()
        if self.draft is not None:
            self.draft.edits = {}
            self.keeper.save(self.draft)

"""The spatial index of a layer in a new GeoPackage: seconds in one call of GDAL, during which a cancel is heard."""

from __future__ import annotations

import threading
from pathlib import Path

from osgeo import gdal

from ..base.errors import Cancelled
from ..base.feedback import Feedback, check
from .exchange import clear_folder
from .storage_errors import write_failure

_LOOK_SECONDS = 0.05


def build_index(path: Path, layer: str, geometry: str, feedback: Feedback) -> None:
    """Index a finished layer of a file in a staging folder.

    GDAL works in a thread of its own. After a cancel it goes on there with a file that nobody wants any more; where a
    system removes no open file, it clears the staging folder when it is done. Raises :class:`StorageError` and
    :class:`Cancelled`.
    """
    work = _Indexing(path, layer, geometry)
    work.start()
    try:
        while work.is_alive():
            check(feedback)
            work.join(_LOOK_SECONDS)
    except Cancelled:
        work.abandon()
        raise
    if work.problem:
        raise write_failure(path, work.problem)


class _Indexing(threading.Thread):
    def __init__(self, path: Path, layer: str, geometry: str) -> None:
        super().__init__(name="carbon_planner index")
        self.problem = ""
        self._path = path
        self._order = "SELECT CreateSpatialIndex({}, {})".format(*map(_quoted, (layer, geometry)))
        self._abandoned = threading.Event()

    def run(self) -> None:
        """Index; the error handler of GDAL is one of this thread."""
        gdal.PushErrorHandler("CPLQuietErrorHandler")
        try:
            self.problem = self._indexed()
        except RuntimeError as error:  # with exceptions switched on, as from QGIS 3.38
            self.problem = str(error)
        finally:
            gdal.PopErrorHandler()
        if self._abandoned.is_set():
            self._clear()

    def abandon(self) -> None:
        """Nobody waits for the index any more."""
        self._abandoned.set()

    def _indexed(self) -> str:
        """What went wrong, "" where nothing did. All of GDAL's objects end here."""
        dataset = gdal.OpenEx(str(self._path), gdal.OF_VECTOR | gdal.OF_UPDATE)
        if dataset is None:
            return str(gdal.GetLastErrorMsg()) or "?"
        answer = dataset.ExecuteSQL(self._order)
        row = None if answer is None else answer.GetNextFeature()
        good = row is not None and row.GetField(0) == 1
        del row
        if answer is not None:
            dataset.ReleaseResultSet(answer)
        return "" if good else str(gdal.GetLastErrorMsg()) or "CreateSpatialIndex"

    def _clear(self) -> None:
        root = self._path.parent.parent
        if root.exists():
            clear_folder(root.parent)


def _quoted(name: str) -> str:
    return "'" + name.replace("'", "''") + "'"

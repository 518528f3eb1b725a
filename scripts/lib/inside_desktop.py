"""Helpers for scripts that run inside the desktop by ``qgis --code``: report a result, then leave QGIS."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Callable
from pathlib import Path

from qgis.core import QgsProject
from qgis.PyQt.QtCore import QTimer
from qgis.utils import iface

START_MS = 1000  # the event loop of the desktop must run first


def leave(code: int) -> None:
    """Write the exit code for desktop.py and close QGIS without questions."""
    Path(os.environ["DESKTOP_RESULT"]).write_text(str(code), encoding="utf-8")
    sys.stdout.flush()
    QgsProject.instance().removeAllMapLayers()
    QgsProject.instance().setDirty(False)  # or "Save changes?" waits for ever
    QTimer.singleShot(200, iface.actionExit().trigger)


def drive(work: Callable[[], int]) -> None:
    """Run ``work`` when the desktop is up; its number, or 1 after an exception, becomes the exit code."""

    def run() -> None:
        Path(os.environ["DESKTOP_RESULT"]).with_suffix(".begun").touch()
        code = 1
        try:
            code = work()
        except BaseException:  # noqa: BLE001 - the outermost place: whatever happened, QGIS must end
            traceback.print_exc()
        leave(code)

    QTimer.singleShot(START_MS, run)

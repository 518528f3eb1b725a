"""Helpers for tests inside the desktop, with the real QgisInterface; started by scripts/desktop.py --pytest."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

utils = pytest.importorskip("qgis.utils")
NAME = "carbon_planner"
if NAME in sys.modules:
    # a reload must find the plugin where QGIS found it, not the source tree that pytest puts into the path
    sys.path.insert(0, str(Path(sys.modules[NAME].__file__).parents[1]))
INSIDE = NAME in getattr(utils, "plugins", {}) and utils.iface is not None
collect_ignore_glob = [] if INSIDE else ["test_*.py"]  # nothing here can run outside the desktop

from qgis.core import QgsProject, QgsRectangle, QgsSettings
from qgis.PyQt.QtCore import QEventLoop, QPoint, QTimer
from qgis.PyQt.QtWidgets import QApplication


def pump(ms):
    """Let the desktop handle events for some time."""
    loop = QEventLoop()
    QTimer.singleShot(ms, loop.quit)
    loop.exec()


def wait_until(test, limit=15.0):
    """Wait for a condition while events are handled."""
    end = time.time() + limit
    while not test():
        assert time.time() < end, "time-out"
        pump(30)


@pytest.fixture(autouse=True)
def slot_errors(monkeypatch):
    """An exception in a slot fails the test; QGIS would only show it in its message bar."""
    seen = []
    monkeypatch.setattr(sys, "excepthook", lambda *args: seen.append(args))
    yield seen
    if seen:
        raise seen[0][1]


@pytest.fixture
def until():
    return wait_until


@pytest.fixture
def plugin():
    return utils.plugins[NAME]


@pytest.fixture
def shell(plugin):
    return plugin.shell


@pytest.fixture
def iface():
    return utils.iface


@pytest.fixture
def project(iface, shell):
    """An empty project around a place in Chongqing; left empty again."""
    instance = QgsProject.instance()
    _clear(instance, iface)
    iface.newProject(False)
    from qgis.core import QgsCoordinateReferenceSystem

    instance.setCrs(QgsCoordinateReferenceSystem("EPSG:4523"))  # CGCS2000, zone 35
    iface.mainWindow().showMaximized()
    canvas = iface.mapCanvas()
    wait_until(lambda: canvas.isVisible() and canvas.width() > 300)
    canvas.setExtent(QgsRectangle(35600000, 3270000, 35600600, 3270600))
    canvas.refresh()
    pump(200)
    yield instance
    _clear(instance, iface)


def _clear(instance, iface):
    iface.actionPan().trigger()
    for layer in instance.mapLayers().values():
        if getattr(layer, "isEditable", bool)() and layer.isEditable():
            layer.rollBack()
    instance.removeAllMapLayers()
    instance.setDirty(False)
    iface.messageBar().clearWidgets()
    pump(50)


@pytest.fixture
def drafts(shell):
    """The folder of drafts, empty before and after."""
    folder = shell.keeper.store.folder
    for path in folder.glob("*.json") if folder.is_dir() else []:
        path.unlink()
    yield folder
    for path in folder.glob("*.json") if folder.is_dir() else []:
        path.unlink()


@pytest.fixture
def lang():
    """``zh`` where QGIS speaks Chinese, else ``en``."""
    from carbon_planner.bridge.settings import language

    return language()


@pytest.fixture
def plan(project, shell, tmp_path, drafts):
    """A plan layer in the project, drawn into by the tool."""
    from carbon_planner.gui.plan.catalogue import catalogue
    from carbon_planner.gui.plan.create import create_plan

    layer = create_plan(tmp_path / "规划 plan.gpkg", project.crs(), catalogue("landsea2023"), "Plan zones")
    project.addMapLayer(layer)
    utils.iface.setActiveLayer(layer)
    pump(50)
    return layer


class Hand:
    """A hand on the canvas: real events of the X server in map coordinates."""

    def __init__(self, canvas):
        self.canvas = canvas

    def pixel(self, x, y):
        point = self.canvas.getCoordinateTransform().transform(x, y)
        return QPoint(round(point.x()), round(point.y()))

    def move(self, x, y):
        self._xdotool(self.canvas.viewport(), self.pixel(x, y), [])

    def click(self, x, y, button=1):
        self._xdotool(self.canvas.viewport(), self.pixel(x, y), ["click", str(button)])

    def finish(self, x, y):
        self.click(x, y, 3)

    def key(self, name):
        _run(["xdotool", "key", name])
        pump(80)

    def type(self, text):
        _run(["xdotool", "type", "--delay", "15", text])
        pump(80)

    def press(self, widget, pos=None):
        """Click a widget; waits until the window manager has let it rest for 0.3 s."""
        where, calm, end = None, 0, time.time() + 10
        while calm < 6 and time.time() < end:
            now = widget.mapToGlobal(pos or widget.rect().center())
            calm = calm + 1 if now == where and widget.isVisible() else 0
            where = now
            pump(50)
        self._xdotool(widget, pos or widget.rect().center(), ["click", "1"])

    def _xdotool(self, widget, pos, more):
        where = widget.mapToGlobal(pos)
        ratio = widget.devicePixelRatioF()
        _run(["xdotool", "mousemove", str(round(where.x() * ratio)), str(round(where.y() * ratio))])
        pump(60)
        if more:
            _run(["xdotool", *more])
            pump(90)


def _run(command):
    """Start a helper without blocking the event loop that it needs."""
    process = subprocess.Popen(command)
    while process.poll() is None:
        pump(15)


@pytest.fixture
def hand(iface):
    return Hand(iface.mapCanvas())


@pytest.fixture
def shot(lang):
    """Save the whole screen, or one widget, as a picture."""
    folder = Path(os.environ["DESKTOP_SHOTS"])

    def grab(name, widget=None):
        pump(250)
        picture = widget.grab() if widget is not None else QApplication.primaryScreen().grabWindow(0)
        picture.save(str(folder / f"{name}_{lang}.png"))

    return grab


@pytest.fixture
def clean_setting():
    """Forget settings of the plugin afterwards."""
    keys = []
    yield keys.append
    for key in keys:
        QgsSettings().remove(f"{NAME}/{key}")

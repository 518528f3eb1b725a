"""Loading, in fresh processes: without heavy libraries, with any of them missing, in each spelling of Chinese."""

from __future__ import annotations

import json
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
HEAVY = ("pandas", "shapely", "scipy", "matplotlib", "jinja2", "pyproj", "numpy")

# A main window with what the shell asks of QgisInterface; unknown calls fail instead of being swallowed.
SHARED = """
import json, sys, time
sys.path.insert(0, {root!r})
from qgis.core import QgsApplication, QgsSettings
app = QgsApplication([], True)
app.initQgis()
from qgis.gui import QgsMapCanvas, QgsMessageBar, QgsAdvancedDigitizingDockWidget
from qgis.PyQt.QtCore import QObject, pyqtSignal
from qgis.PyQt.QtWidgets import QMainWindow, QMenu, QToolBar


class Face(QObject):
    currentLayerChanged = pyqtSignal(object)
    initializationCompleted = pyqtSignal()

    def __init__(self):
        super().__init__()
        self.window, self.canvas, self.bar = QMainWindow(), QgsMapCanvas(), QgsMessageBar()
        self.menu, self.factories, self.actions = QMenu(self.window), [], []

    mainWindow = lambda self: self.window
    mapCanvas = lambda self: self.canvas
    messageBar = lambda self: self.bar
    pluginMenu = lambda self: self.menu
    activeLayer = lambda self: None

    def addToolBar(self, title):
        return self.window.addToolBar(title)

    def registerOptionsWidgetFactory(self, factory):
        self.factories.append(factory)

    def unregisterOptionsWidgetFactory(self, factory):
        self.factories.remove(factory)

    def registerMainWindowAction(self, action, shortcut):
        self.actions.append(action)

    def unregisterMainWindowAction(self, action):
        self.actions.remove(action)


def fresh():
    for name in [m for m in sys.modules if m == "carbon_planner" or m.startswith("carbon_planner.")]:
        del sys.modules[name]
    from carbon_planner import classFactory

    return classFactory(face)


face = Face()
"""


def run(body, **values):
    """Run a script in a fresh process; it prints one line of JSON."""
    script = SHARED.format(root=str(ROOT)) + textwrap.dedent(body)
    script = "\n".join([f"VALUES = {values!r}", script])
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=120, check=False, cwd=ROOT
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout.strip().splitlines()[-1])


def test_light(record_property):
    """Loaded, shown and unloaded without any heavy library; the time is printed, not asserted."""
    found = run(
        """
        before = set(sys.modules)
        start = time.perf_counter()
        plugin = fresh()
        plugin.initGui()
        seconds = time.perf_counter() - start
        names = sorted({m.split(".")[0] for m in set(sys.modules) - before})
        plugin.unload()
        print(json.dumps({"ms": seconds * 1000, "names": names, "left": [len(face.factories), len(face.actions)]}))
        """
    )
    print(f"loaded in {found['ms']:.0f} ms, byte code not cached")
    record_property("load_ms", found["ms"])
    assert not set(HEAVY) & set(found["names"])
    assert found["left"] == [0, 0]


def test_without_window():
    """qgis_process has no interface: the provider comes all the same."""
    found = run(
        """
        face = None
        plugin = fresh()
        plugin.initProcessing()
        registry = QgsApplication.processingRegistry()
        ids = sorted(a.id() for a in registry.providerById("carbonplanner").algorithms())
        plugin.unload()
        gone = registry.providerById("carbonplanner") is None
        print(json.dumps({"ids": ids, "gone": gone}))
        """
    )
    assert "carbonplanner:evaluatezones" in found["ids"]
    assert found["gone"]


def test_each_library_missing():
    """Six of six: the plugin loads, the required ones are told, the others wait until they are needed."""
    found = run(
        """
        result = {}
        for name in VALUES["names"]:
            sys.modules[name] = None
            plugin = fresh()
            plugin.initGui()
            plugin.shell._after_start()
            item = face.bar.currentItem()
            result[name] = item.text() if item else ""
            face.bar.clearWidgets()
            plugin.unload()
            del sys.modules[name]
        print(json.dumps(result))
        """,
        names=["numpy", "pandas", "shapely", "pyproj", "jinja2", "matplotlib"],
    )
    for name in ("numpy", "pandas", "shapely", "pyproj"):
        assert name in found[name]
    assert found["jinja2"] == found["matplotlib"] == ""


@pytest.mark.parametrize(
    ("locale", "chinese"),
    [
        ("zh-Hans", True),
        ("zh_CN", True),
        ("zh", True),
        ("zh-Hant", False),
        ("zh_TW", False),
        ("en_US", False),
        ("de", False),
    ],
)
def test_locales(qgis_app, monkeypatch, tmp_path, locale, chinese):
    """Each spelling of simplified Chinese finds the one file; traditional Chinese is not served by it."""
    from qgis.core import QgsSettings

    from carbon_planner import plugin
    from carbon_planner.bridge.settings import locale_name

    lrelease = Path("/usr/lib/qt5/bin/lrelease")
    if not lrelease.exists():
        pytest.skip("no lrelease")
    source = tmp_path / "x.ts"
    source.write_text(
        '<?xml version="1.0" encoding="utf-8"?><!DOCTYPE TS><TS version="2.1" language="zh_CN"><context>'
        "<name>CarbonPlanner</name><message><source>Help</source><translation>帮助</translation></message>"
        "</context></TS>",
        encoding="utf-8",
    )
    (tmp_path / "i18n").mkdir()
    compiled = tmp_path / "i18n" / "carbon_planner_zh_CN.qm"
    subprocess.run([str(lrelease), "-silent", str(source), "-qm", str(compiled)], check=True)
    monkeypatch.setattr(plugin, "HERE", tmp_path)
    QgsSettings().setValue("locale/userLocale", locale)
    try:
        translator = plugin.load_translator(locale_name())
    finally:
        QgsSettings().remove("locale/userLocale")
    assert (translator is not None) is chinese
    if chinese:
        assert translator.translate("CarbonPlanner", "Help") == "帮助"

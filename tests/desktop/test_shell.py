"""Toolbar, menu, windows of the plugin."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest
from conftest import pump
from qgis.core import QgsApplication, QgsSettings
from qgis.PyQt.QtCore import QCoreApplication, QResource, QTimer
from qgis.PyQt.QtWidgets import (
    QApplication,
    QDialogButtonBox,
    QPushButton,
)

HEAVY = ("pandas", "shapely", "scipy", "matplotlib", "jinja2", "pyproj")
TOOLBAR = ["draw", "evaluate", "factor_sets", "results", "help"]


def test_real_interface(iface):
    assert type(iface).__name__ == "QgisInterface"


@pytest.mark.smoke
def test_toolbar_and_menu(shell, iface):
    names = [action.objectName() for action in shell.toolbar.actions()]
    assert names == [f"carbonPlanner_{name}" for name in TOOLBAR]
    assert shell.toolbar.objectName() == "CarbonPlannerToolbar"
    assert all(not action.icon().isNull() for action in shell.toolbar.actions())
    assert all(action.statusTip() and action.toolTip() for action in shell.toolbar.actions())
    assert shell.menu.menuAction() in iface.pluginMenu().actions()
    entries = [action.objectName() for action in shell.menu.actions() if not action.isSeparator()]
    more = ["sample", "options", "libraries", "diagnostics", "help", "about"]
    assert entries == [f"carbonPlanner_{name}" for name in [*TOOLBAR[:4], *more]]


def test_icons_by_both_ways(plugin):
    from carbon_planner.gui import icons

    for name in ("draw_zone", "evaluate", "factor_sets", "results", "help", "plugin"):
        assert (icons.FOLDER / f"{name}.svg").is_file()
        if plugin.resources:
            assert QResource(f"{icons.PREFIX}/{name}.svg").isValid()


# --- windows ----------------------------------------------------------------------------------------------------------


def open_window(shell, until, action, name):
    shell.actions[action].trigger()
    until(lambda: name in shell.windows.open and shell.windows.open[name].isVisible())
    return shell.windows.open[name]


def close_window(shell, until, name):
    shell.windows.open[name].close()
    until(lambda: name not in shell.windows.open)


def check_widgets(window):
    """Every control can be reached by keyboard and read by a screen reader, and has a name for tests."""
    from qgis.PyQt.QtWidgets import QAbstractButton, QAbstractItemView, QComboBox, QLabel, QLineEdit

    labelled = {label.buddy() for label in window.findChildren(QLabel)}
    for kind in (QAbstractButton, QLineEdit, QComboBox, QAbstractItemView):
        for widget in window.findChildren(kind):
            owner = widget.parentWidget()
            inside = isinstance(owner, (QComboBox, QLineEdit, QAbstractItemView))
            inside = inside or any(w.objectName().startswith("qt_") for w in (owner, widget))
            if inside or not widget.isVisible():
                continue
            named = widget.accessibleName() or getattr(widget, "text", str)() or widget in labelled
            assert named or widget.toolTip(), (type(widget).__name__, widget.objectName(), owner.objectName())


def in_modal_dialog(act):
    """Wait for a modal dialog, act in it, press OK; reject it where something fails, or it would wait for ever."""
    timer = QTimer()

    def look():
        dialog = QApplication.activeModalWidget()
        if dialog is None:
            return
        timer.stop()
        try:
            act(dialog)
            ok = QDialogButtonBox.StandardButton.Ok
            next(box.button(ok) for box in dialog.findChildren(QDialogButtonBox) if box.button(ok)).click()
        finally:
            dialog.reject()

    timer.timeout.connect(look)
    timer.start(300)
    in_modal_dialog.timer = timer


def test_factor_sets(shell, until, shot):
    window = open_window(shell, until, "factor_sets", "factor_sets")
    until(lambda: window.sets.rowCount() > 5 and window.reload_button.isEnabled())
    row = next(i for i, row in enumerate(window.sets.rows) if row.info.id == "cq_mixed_0_100cm")
    window.set_view.selectRow(window.set_filter.mapFromSource(window.sets.index(row, 0)).row())
    assert len(window.current_set().factor_set.content_hash) == 64
    assert window.current_set().factor_set.content_hash[:12] in window.about.text()
    window.search.setText("cropland soil")
    assert 0 < window.factor_filter.rowCount() < window.factors.rowCount()
    window.factor_view.selectRow(0)
    factor = window.current_factor()
    assert factor.source.split(",")[0] in window.detail.toPlainText()
    check_widgets(window)
    shot("factor_sets")
    asked = []
    window.run_algorithm.disconnect()
    window.run_algorithm.connect(lambda *what: asked.append(what))
    window.import_button.click()
    window.export_button.click()
    assert asked[0] == ("carbonplanner:importfactorset", {})
    assert asked[1] == ("carbonplanner:exportfactorset", {"FACTOR_SET": "cq_mixed_0_100cm@1.0.0"})
    close_window(shell, until, "factor_sets")


def test_factor_sets_closed_while_reading(shell, until):
    open_window(shell, until, "factor_sets", "factor_sets")
    close_window(shell, until, "factor_sets")
    pump(1500)


def test_libraries(shell, until, shot, monkeypatch):
    """One library hidden: the state says so, the commands bring it, *Check again* sees it come back."""
    from carbon_planner import deps

    monkeypatch.setitem(sys.modules, "jinja2", None)
    window = open_window(shell, until, "libraries", "libraries")
    states = {state.library.name: state.status for state in window.states}
    assert states["jinja2"] == deps.ABSENT
    assert states["pandas"] == deps.OK
    for key in deps.PLATFORMS:
        window.platform.setCurrentIndex(window.platform.findData(key))
        assert "jinja2" in window.commands.toPlainText()
        assert window.how.text()
    window.platform.setCurrentIndex(window.platform.findData(deps.WINDOWS))
    shot("libraries")
    window.copy.click()
    assert QApplication.clipboard().text() == window.commands.toPlainText()
    check_widgets(window)
    monkeypatch.undo()
    window.again.click()
    until(lambda: window.again.isEnabled(), 60)
    assert {state.status for state in window.states} == {deps.OK}
    close_window(shell, until, "libraries")


def test_evaluate_without_libraries(shell, until, monkeypatch, project):
    """The action leads to the page instead of a traceback."""
    shell.windows.load_sample()
    pump(100)
    monkeypatch.setitem(sys.modules, "shapely", None)
    shell.actions["evaluate"].trigger()
    until(lambda: "libraries" in shell.windows.open)
    close_window(shell, until, "libraries")


def test_message_when_libraries_are_missing(shell, iface, monkeypatch, until, shot):
    monkeypatch.setitem(sys.modules, "shapely", None)
    monkeypatch.setitem(sys.modules, "pandas", None)
    shell._after_start()
    item = iface.messageBar().currentItem()
    assert "shapely&gt;=2.0" in item.text()  # the bar reads HTML
    assert "pandas&gt;=1.5" in item.text()
    shot("missing_libraries")
    item.findChild(QPushButton, "carbonPlannerHowTo").click()
    until(lambda: "libraries" in shell.windows.open)
    close_window(shell, until, "libraries")
    iface.messageBar().clearWidgets()


@pytest.mark.smoke
def test_help(shell, until, shot, lang):
    window = open_window(shell, until, "help", "help")
    assert Path(window.view.source().toLocalFile()).parent.name == lang
    assert window.view.document().toPlainText().strip()
    shot("help")
    links = re.findall(r'href="([^"]+)"', window.view.document().toHtml())
    folder = Path(window.view.source().toLocalFile()).parent
    assert links
    assert all((folder / link).is_file() for link in links)
    window.show_page("drawing")
    assert window.back.isEnabled()
    shot("help_drawing", window)
    window.home.click()
    assert window.view.source().fileName() == "index.html"
    check_widgets(window)
    close_window(shell, until, "help")


def test_about(shell, until, shot):
    from carbon_planner.gui.about import metadata

    window = open_window(shell, until, "about", "about")
    assert metadata()["version"] in window.text()
    shot("about", window)
    close_window(shell, until, "about")


def test_diagnostics(shell, iface):
    shell.actions["diagnostics"].trigger()
    text = QApplication.clipboard().text()
    names = [line.split(":")[0] for line in text.splitlines()]
    assert {"Carbon Planner", "QGIS", "Python", "GDAL", "GEOS", "PROJ", "pandas", "Language"} <= set(names)
    assert str(Path.home()) not in text
    assert QgsApplication.qgisSettingsDirPath() not in text
    iface.messageBar().clearWidgets()


def test_options(shell, until, shot, clean_setting, tmp_path):
    """The page opens inside the Options dialog, stores what was chosen, and is gone after unloading."""
    from carbon_planner.gui.options import OptionsPage

    for key in ("userStore", "reportLanguage", "landMethod", "stockSet", "fluxSet", "startYear", "endYear"):
        clean_setting(key)
    seen = {}

    def act(dialog):
        (page,) = dialog.findChildren(OptionsPage)
        seen["visible"] = page.isVisible()
        page.store.setFilePath(str(tmp_path / "own.gpkg"))
        page.method.setCurrentIndex(1)
        page.start.setValue(2030)
        page.end.setValue(2045)
        page.language.setCurrentIndex(page.language.findData("zh"))
        seen["sets"] = page.stock.count()
        check_widgets(page)
        shot("options")

    in_modal_dialog(act)
    shell.actions["options"].trigger()
    until(lambda: "sets" in seen)
    assert seen["visible"]
    assert seen["sets"] > 2
    settings = QgsSettings()
    assert settings.value("carbon_planner/landMethod") == "flux"
    assert int(settings.value("carbon_planner/startYear")) == 2030
    assert settings.value("carbon_planner/reportLanguage") == "zh"
    assert settings.value("carbon_planner/userStore") == str(tmp_path / "own.gpkg")


# --- sample, evaluate, results ----------------------------------------------------------------------------------------


@pytest.mark.smoke
def test_sample(shell, project, iface, shot, until):
    shell.actions["sample"].trigger()
    layers = project.mapLayers().values()
    assert len(layers) == 2
    assert all(layer.readOnly() and layer.featureCount() for layer in layers)
    assert project.crs() == iface.activeLayer().crs()
    renderer = iface.activeLayer().renderer()
    assert len(renderer.categories()) > 3
    assert len({c.symbol().color().name() for c in renderer.categories()}) > 3
    canvas = iface.mapCanvas()
    pump(1500)
    until(lambda: not canvas.isDrawing())
    assert canvas.extent().contains(iface.activeLayer().extent())
    shot("sample")
    until(lambda: shell.actions["evaluate"].isEnabled())
    assert shell.actions["draw"].isEnabled()  # the sample is shown, a plan of one's own is drawn elsewhere


def test_evaluate_dialog(shell, project, until, shot):
    from carbon_planner.gui.evaluate import parameters

    shell.actions["sample"].trigger()
    zones = shell.iface.activeLayer()
    values = parameters(project, zones)
    assert values["ZONES"] == zones.id()
    assert values["ZONE_CLASS"] == "class_code"
    assert values["GREEN_RATIO"] == "green_ratio"
    assert values["BUILDING_DENSITY"] == "bldg_dens"
    assert values["PLOT_RATIO"] == "plot_ratio"
    assert values["ZONE_ID"] == "zone_id"
    assert project.mapLayer(values["BASE"]).name() != zones.name()
    assert values["BASE_CLASS"] == "DLBM"
    if QgsApplication.processingRegistry().algorithmById("carbonplanner:evaluatezones") is None:
        pytest.skip("evaluatezones is not registered")
    shell.actions["evaluate"].trigger()
    until(lambda: shell.windows.running)
    (dialog,) = shell.windows.running.values()
    until(dialog.isVisible)
    shot("evaluate_dialog", dialog)
    dialog.close()


def test_results(shell, project, iface, until, shot, tmp_path, monkeypatch):
    from qgis.core import QgsFeature, QgsGeometry, QgsVectorLayer
    from qgis.PyQt.QtGui import QDesktopServices

    uri = "Polygon?crs=EPSG:4523&field=cp_zone_id:string&field=cp_net_t:double&field=cp_fset:string"
    uri += "&field=cp_method:string"
    corners = "35600000 3270000, 35600100 3270000, 35600000 3270100, 35600000 3270000"
    layers = []
    for name, net, when in (("older", 5.0, "2026-01-01T10:00:00"), ("latest", 1234.5, "2026-02-01T10:00:00")):
        layer = QgsVectorLayer(uri, name, "memory")
        feature = QgsFeature(layer.fields())
        feature.setGeometry(QgsGeometry.fromWkt(f"Polygon(({corners}))"))
        feature.setAttributes(["Z1", net, "cq_mixed_0_100cm@1.0.0#abcdefabcdef", "stock; ellipsoidal; 2025–2060"])
        layer.dataProvider().addFeatures([feature])
        layer.updateExtents()
        layer.setCustomProperty("carbon_planner/created", when)
        for key, value in (("net", net), ("netLow", net - 10), ("netHigh", net + 10)):
            layer.setCustomProperty(f"carbon_planner/{key}", repr(value))
        layers.append(layer)
    page = tmp_path / "报告.html"
    page.write_text("<p>report</p>", encoding="utf-8")
    layers[1].setCustomProperty("carbon_planner/report", str(page))
    project.addMapLayers(layers)
    until(lambda: shell.actions["results"].isEnabled())
    window = open_window(shell, until, "results", "results")
    assert [window.table.item(r, 0).text() for r in range(2)] == ["latest", "older"]
    assert window.current().net == pytest.approx(1234.5)
    shot("results")
    opened = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(url.toLocalFile()) or True)
    window.report.click()
    assert opened == [str(page)]
    window.zoom.click()
    assert iface.activeLayer().name() == "latest"
    window.table.selectRow(1)
    assert not window.report.isEnabled()
    assert window.report.toolTip()
    check_widgets(window)
    close_window(shell, until, "results")


def test_language(plugin, lang, shell):
    """zh-Hans, zh_CN and zh are Chinese, all others English until there is a translation."""
    from carbon_planner.plugin import load_translator

    chinese = lang == "zh"
    assert (plugin.translator is not None) == chinese
    if chinese:
        assert shell.menu.title() == "碳规划"
        assert QCoreApplication.translate("CarbonPlanner", "Draw plan zone") == "绘制规划分区"
    assert load_translator("en_US") is None
    assert load_translator("zh_TW") is None

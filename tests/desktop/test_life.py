"""Life of the plugin: unloaded and loaded again, in use or not, it leaves nothing behind."""

from __future__ import annotations

import gc
import resource
from pathlib import Path

import pytest
from conftest import NAME, pump, utils
from qgis.core import QgsApplication, QgsProject
from qgis.PyQt.QtCore import QCoreApplication, QEvent, QResource, QTranslator
from qgis.PyQt.QtWidgets import (
    QAction,
    QApplication,
    QDialog,
    QDockWidget,
    QMenu,
    QPushButton,
    QToolBar,
)


def inventory():
    """What the plugin could leave behind."""
    gc.collect()
    pump(150)
    # the tests run in an inner event loop, in which what was deleted "later" outside of it would stay
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    window = utils.iface.mainWindow()
    app = QApplication.instance()
    tools = [a for a in window.findChildren(QAction) if a.objectName().startswith("carbonPlanner")]
    return {
        "actions": len(tools),
        "all actions": len(window.findChildren(QAction)),
        "toolbars": len(window.findChildren(QToolBar)),
        "docks": len(window.findChildren(QDockWidget)),
        "menus": len(window.findChildren(QMenu, "CarbonPlannerMenu")),
        "dialogs": len([d for d in app.topLevelWidgets() if isinstance(d, QDialog)]),
        "providers": sorted(p.id() for p in QgsApplication.processingRegistry().providers()),
        "algorithms": len(QgsApplication.processingRegistry().algorithms()),
        "translators": len(app.findChildren(QTranslator)),
        "shortcuts": len(shortcuts()),
        "receivers": receivers(),
        "resource": QResource(":/plugins/carbon_planner/icons/plugin.svg").isValid(),
        "scene items": len(utils.iface.mapCanvas().scene().items()),
    }


def shortcuts():
    from qgis.gui import QgsGui

    return [a for a in QgsGui.shortcutsManager().listActions() if a.objectName().startswith("carbonPlanner")]


def receivers():
    """Slots on the signals that the plugin listens to."""
    project, iface = QgsProject.instance(), utils.iface
    return (
        project.receivers(project.layersAdded),
        project.receivers(project.layersWillBeRemoved),
        project.receivers(project.layersRemoved),
        project.receivers(project.readProject),
        iface.receivers(iface.currentLayerChanged),
        iface.receivers(iface.initializationCompleted),
        iface.mapCanvas().receivers(iface.mapCanvas().mapToolSet),
    )


def use_it(until):
    """Touch everything that is made late."""
    shell = utils.plugins[NAME].shell
    shell.windows.show_help()
    shell.windows.show_libraries()
    shell.windows.load_sample()
    shell._drawing()
    shell._restorer()
    pump(150)
    QgsProject.instance().removeAllMapLayers()


def reload(times, until, use=True):
    assert utils.unloadPlugin(NAME)  # start afresh: other tests have used the plugin
    assert utils.loadPlugin(NAME)
    assert utils.startPlugin(NAME)
    before = inventory()
    counts = []
    for _ in range(times):
        if use:
            use_it(until)
        assert utils.unloadPlugin(NAME)
        counts.append(inventory())
        assert NAME not in utils.plugins
        assert QgsApplication.processingRegistry().providerById("carbonplanner") is None
        assert utils.loadPlugin(NAME)
        assert utils.startPlugin(NAME)
        pump(100)
    return before, counts, inventory()


def check_reload(before, counts, after):
    print("before", before, "unloaded", counts[0], counts[-1], "after", after, sep="\n")
    assert counts[0]["actions"] == counts[0]["menus"] == counts[0]["shortcuts"] == 0
    assert counts[0]["toolbars"] == before["toolbars"] - 1
    assert not counts[0]["resource"]
    assert all(count == counts[0] for count in counts[1:])
    assert after == before


def test_reload(until, project):
    """Three times unloaded and loaded, with the tool and windows in use: nothing stays."""
    check_reload(*reload(3, until))


@pytest.mark.long
@pytest.mark.timeout(1800)
def test_reload_100(until, project):
    """A hundred times, used now and then: nothing stays, memory does not grow."""
    check_reload(*reload(10, until))
    before = resident_kb()
    check_reload(*reload(90, until, use=False))
    grown = (resident_kb() - before) / 90
    print(f"memory grew by {grown:.0f} kB per cycle")
    assert grown < 150


def resident_kb():
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize() // 1024


def test_unload_while_drawing(until, project, plan, hand):
    """Unloaded with the tool active, an outline begun and windows open: no crash, the outline is kept as a draft."""
    shell = utils.plugins[NAME].shell
    shell.actions["draw"].trigger()
    hand.click(35600100, 3270500)
    hand.click(35600300, 3270500)
    shell.windows.show_help()
    folder = shell.keeper.store.folder
    assert utils.unloadPlugin(NAME)
    pump(200)
    assert type(utils.iface.mapCanvas().mapTool()).__name__ != "DrawZoneTool"
    assert len(list(folder.glob("*sketch.json"))) == 1
    plan.rollBack()
    assert utils.loadPlugin(NAME)
    assert utils.startPlugin(NAME)
    pump(500)
    item = utils.iface.messageBar().currentItem()
    assert item is not None
    item.findChild(QPushButton, "carbonPlannerDiscard").click()
    pump(200)
    assert list(folder.glob("*sketch.json")) == []


def test_unload_while_form_is_open(until, project, plan, hand):
    shell = utils.plugins[NAME].shell
    shell.actions["draw"].trigger()
    for corner in ((35600100, 3270500), (35600300, 3270500), (35600300, 3270300)):
        hand.click(*corner)
    hand.finish(35600100, 3270500)
    until(lambda: shell.drawing.form is not None)
    assert utils.unloadPlugin(NAME)
    pump(200)
    plan.rollBack()
    assert utils.loadPlugin(NAME)
    assert utils.startPlugin(NAME)
    pump(300)
    utils.iface.messageBar().clearWidgets()

"""QGIS is killed while a plan is unsaved: a second desktop dies, this one finds its drafts and restores them."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from pathlib import Path

import pytest
from conftest import NAME, pump
from qgis.core import QgsFeature, QgsGeometry, QgsProject
from qgis.PyQt.QtWidgets import QPushButton

SCRIPT = Path(__file__).parent / "scripts" / "draw_and_die.py"


def die(tmp_path, plan_path, project=""):
    """Start a desktop with a profile of its own, which kills itself; return what it had drawn and its drafts."""
    profiles = tmp_path / "profiles"
    ini = profiles / "default" / "QGIS" / "QGIS3.ini"
    if not ini.exists():
        ini.parent.mkdir(parents=True)
        ini.write_text(f"[PythonPlugins]\n{NAME}=true\n", encoding="utf-8")
    ready = tmp_path / "ready"
    order = {"plan": str(plan_path), "project": project, "ready": str(ready)}
    command = ["qgis", "--profiles-path", str(tmp_path), "--profile", "default", "--noversioncheck", "--nologo"]
    process = subprocess.Popen(
        [*command, "--code", str(SCRIPT)],
        env={**os.environ, "CRASH_ORDER": json.dumps(order)},
        stdin=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        for _ in range(900):
            if process.poll() is not None:
                break
            pump(100)
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
    assert process.returncode == -signal.SIGKILL
    return ready.read_text(encoding="utf-8"), profiles / "default" / NAME / "drafts"


@pytest.fixture
def saved_plan(project, tmp_path):
    """A plan file with two saved zones; the layer itself is closed again."""
    from carbon_planner.gui.plan.catalogue import catalogue
    from carbon_planner.gui.plan.create import create_plan

    path = tmp_path / "规划.gpkg"
    layer = create_plan(path, project.crs(), catalogue("landsea2023"), "Plan zones")
    for number, name in ((1, "one"), (2, "two")):
        feature = QgsFeature(layer.fields())
        x = 35600000 + 200 * number
        corners = f"{x} 3270300, {x + 90} 3270300, {x} 3270400, {x} 3270300"
        feature.setGeometry(QgsGeometry.fromWkt(f"MultiPolygon((({corners})))"))
        feature["zone_id"], feature["name"] = f"Z-000{number}", name
        layer.startEditing()
        assert layer.addFeature(feature)
        assert layer.commitChanges()
    return path


@pytest.fixture
def restorer(shell, monkeypatch):
    """The restorer, reading the drafts of the desktop that died."""
    store = shell.keeper.store
    found = shell._restorer()
    monkeypatch.setattr(found, "store", store)

    def use(folder):
        class Other(type(store)):
            pass

        other = Other(folder)
        monkeypatch.setattr(found, "store", other)
        return found

    return use


def press(iface, name):
    iface.messageBar().currentItem().findChild(QPushButton, name).click()
    pump(300)


def test_kill(saved_plan, tmp_path, restorer, shell, iface, until, shot, drafts):
    sketch, folder = die(tmp_path, saved_plan)
    assert len(list(folder.glob("*.json"))) == 2
    found = restorer(folder)
    assert found.offer()
    shot("restore_offer")
    press(iface, "carbonPlannerRestore")
    (layer,) = QgsProject.instance().mapLayers().values()
    zones = {f["zone_id"]: f for f in layer.getFeatures()}
    assert set(zones) == {"Z-0001", "Z-0003"}
    assert zones["Z-0001"]["name"] == "changed 改"
    assert zones["Z-0003"]["name"] == "新区 “q”"
    assert zones["Z-0003"]["green_ratio"] == 0.4
    assert zones["Z-0003"].geometry().area() == pytest.approx(5000)
    assert layer.undoStack().count() == 1
    assert shell.drawing.tool.size() == 3
    assert shell.drawing.tool.sketch() == sketch
    assert list(folder.glob("*.json")) == []  # restored, so no longer offered
    assert len(list(drafts.glob("*.json"))) == 2  # and again kept against the next crash
    shot("restored")
    layer.undoStack().undo()
    assert sorted(f["name"] for f in layer.getFeatures()) == ["one", "two"]
    layer.undoStack().redo()
    assert layer.commitChanges()
    until(lambda: len(list(drafts.glob("*edits.json"))) == 0)
    layer.startEditing()
    layer.rollBack()


def test_kill_with_project(saved_plan, tmp_path, restorer, iface, drafts, project):
    """The project in which it happened is opened again, if nothing is open."""
    project_file = tmp_path / "p.qgs"
    _sketch, folder = die(tmp_path, saved_plan, str(project_file))
    assert restorer(folder).offer()
    project.setDirty(False)  # as after a start
    press(iface, "carbonPlannerRestore")
    assert QgsProject.instance().fileName() == str(project_file)
    assert len(QgsProject.instance().mapLayers()) == 1


def test_gone_plan(tmp_path, restorer, iface, shell, drafts):
    """The plan file was deleted: the draft is kept and the user is told."""
    from carbon_planner.gui.tools.drafts import Draft, DraftStore

    folder = tmp_path / "drafts"
    dead = DraftStore(folder)
    dead.save(Draft(str(tmp_path / "gone.gpkg|layername=plan_zones"), "ogr", "My plan", "", "LineString (0 0, 1 1)"))
    dead.close()
    assert restorer(folder).offer()
    press(iface, "carbonPlannerRestore")
    assert "My plan" in iface.messageBar().currentItem().text()
    assert len(list(folder.glob("*.json"))) == 1
    iface.messageBar().clearWidgets()


def test_discard(tmp_path, restorer, iface):
    from carbon_planner.gui.tools.drafts import Draft, DraftStore

    folder = tmp_path / "drafts"
    dead = DraftStore(folder)
    dead.save(Draft("x.gpkg", "ogr", "Plan", "", "LineString (0 0, 1 1)"))
    dead.close()
    assert restorer(folder).offer()
    press(iface, "carbonPlannerDiscard")
    assert list(folder.glob("*.json")) == []
    assert iface.messageBar().currentItem() is None

"""Drafts of unfinished drawing: written whole, found after a crash, put back in one step."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from qgis.core import NULL, QgsCoordinateReferenceSystem, QgsGeometry, QgsProject, QgsVectorLayer
from qgis.PyQt.QtCore import QDateTime

from carbon_planner.gui.plan.catalogue import catalogue
from carbon_planner.gui.plan.create import create_plan
from carbon_planner.gui.tools.add_zone import add_zone
from carbon_planner.gui.tools.drafts import Draft, DraftStore
from carbon_planner.gui.tools.edits import replay, snapshot
from carbon_planner.gui.tools.keeper import DraftKeeper

SKETCH = "CompoundCurve ((0 0, 1 0, 1 1))"


def triangle(x):
    return QgsGeometry.fromWkt(f"MultiPolygon ((({x} 0, {x + 100} 0, {x} 100, {x} 0)))")


def dead(folder, *drafts):
    """Leave drafts as an ended session does."""
    store = DraftStore(folder)
    for draft in drafts:
        store.save(draft)
    store.close()
    return store


@pytest.fixture
def plan(qgis_new_project, tmp_path):
    crs = QgsCoordinateReferenceSystem("EPSG:4523")
    layer = create_plan(tmp_path / "规划.gpkg", crs, catalogue("landsea2023"), "P")
    QgsProject.instance().addMapLayer(layer)
    layer.startEditing()
    for number in (1, 2, 3):
        assert add_zone(layer, triangle(number * 1000), f"Z-000{number}", {"class_code": "0701", "name": f"n{number}"})
    assert layer.commitChanges()
    yield layer
    if layer.isEditable():
        layer.rollBack()
    QgsProject.instance().removeAllMapLayers()


# --- the store --------------------------------------------------------------------------------------------------------


def test_round_trip(tmp_path):
    dead(
        tmp_path / "d",
        Draft("a.gpkg|layername=x", layer_name="规划", sketch=SKETCH),
        Draft("a.gpkg|layername=x", edits={"added": [{"wkb": "00", "values": {}}]}),
    )
    found = DraftStore(tmp_path / "d").orphans()
    assert {bool(draft.sketch) for draft in found} == {True, False}
    assert next(d for d in found if d.sketch).layer_name == "规划"
    assert sorted(p.suffix for p in (tmp_path / "d").iterdir()) == [".json", ".json"]


def test_own_drafts_are_not_offered(tmp_path):
    store = DraftStore(tmp_path)
    store.save(Draft("a", sketch=SKETCH))
    assert store.orphans() == []
    assert len(list(tmp_path.glob("*.lock"))) == 1
    store.close()


def test_living_session_is_left_alone(tmp_path):
    """Two QGIS with one profile: the second does not offer what the first is drawing; after its death it does."""
    program = """
        import sys, time
        from pathlib import Path
        sys.path.insert(0, sys.argv[1])
        from carbon_planner.gui.tools.drafts import Draft, DraftStore
        store = DraftStore(Path(sys.argv[2]))
        store.save(Draft("a", sketch="LineString (0 0, 1 1)"))
        print("ready", flush=True)
        time.sleep(60)
    """
    command = [sys.executable, "-c", textwrap.dedent(program), str(Path(__file__).parents[2]), str(tmp_path)]
    other = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env={**os.environ})
    try:
        assert other.stdout.readline().strip() == "ready"
        assert DraftStore(tmp_path).orphans() == []
    finally:
        other.kill()
        other.wait()
        other.stdout.close()
    (draft,) = DraftStore(tmp_path).orphans()
    assert draft.sketch


def test_emptied_draft_is_deleted(tmp_path):
    store = DraftStore(tmp_path)
    draft = Draft("a", sketch=SKETCH)
    store.save(draft)
    draft.sketch = ""
    store.save(draft)
    store.save(Draft("b"))
    assert list(tmp_path.glob("*.json")) == []
    store.close()


@pytest.mark.parametrize("content", ["", "{", "[]", "null", '{"source": 1', '{"layer_name": "no source"}', "�"])
def test_damaged_file_is_set_aside(tmp_path, content):
    """A damaged draft neither stops the start nor is lost."""
    path = tmp_path / "abc-def-sketch.json"
    path.write_text(content, encoding="utf-8")
    assert DraftStore(tmp_path).orphans() == []
    assert not path.exists()
    assert path.with_suffix(".bad").read_text(encoding="utf-8") == content


def test_draft_of_a_later_version_is_kept(tmp_path):
    dead(tmp_path, Draft("a", sketch=SKETCH, format=99))
    assert DraftStore(tmp_path).orphans() == []
    assert len(list(tmp_path.glob("*.json"))) == 1


def test_half_written_file_is_swept(tmp_path):
    (tmp_path / "abc-def-sketch.tmp").write_text("{", encoding="utf-8")
    DraftStore(tmp_path).close()
    assert list(tmp_path.glob("*.tmp")) == []


# --- edits ------------------------------------------------------------------------------------------------------------


def edit(plan):
    """One of each kind: two new zones, a moved one, a renamed one, a deleted one."""
    plan.startEditing()
    first, second, third = sorted(f.id() for f in plan.getFeatures())
    index = plan.fields().lookupField
    assert add_zone(plan, triangle(9000), "Z-0004", {"class_code": "1401", "green_ratio": 0.65, "note": "“引号” \\ \n"})
    assert add_zone(plan, triangle(9500), "Z-0005", {"class_code": "0301"})
    plan.changeGeometry(first, triangle(1500))
    plan.changeAttributeValue(second, index("name"), "改")
    plan.changeAttributeValue(second, index("plot_ratio"), NULL)
    plan.changeAttributeValue(first, index("zone_id"), "A-1")
    plan.deleteFeature(third)


def state(plan):
    index = plan.fields().lookupField("zone_id")
    rows = {}
    for feature in plan.getFeatures():
        values = [None if v in (None, NULL) else v for v in feature.attributes()[1:]]
        rows[feature.attribute(index)] = (feature.geometry().asWkt(3), values)
    return rows


def test_replay(plan):
    """What was unsaved comes back exactly, as one undo step."""
    before = state(plan)
    edit(plan)
    wanted = state(plan)
    text = json.dumps(snapshot(plan), ensure_ascii=False)
    plan.rollBack()
    assert state(plan) == before
    plan.startEditing()
    result = replay(plan, json.loads(text), "Restore")
    assert (result.done, result.lost) == (6, 0)
    assert state(plan).keys() == wanted.keys()
    for key, (shape, values) in state(plan).items():
        assert shape == wanted[key][0]
        assert [v for v in values if not isinstance(v, QDateTime)] == [
            v for v in wanted[key][1] if not isinstance(v, QDateTime)
        ]
    created = next(f["created"] for f in plan.getFeatures() if f["zone_id"] == "Z-0004")
    assert created.isValid()
    assert plan.undoStack().count() == 1
    plan.undoStack().undo()
    assert state(plan) == before
    plan.undoStack().redo()
    assert plan.commitChanges()
    assert set(state(plan)) == {"A-1", "Z-0002", "Z-0004", "Z-0005"}


def test_replay_on_a_changed_file(plan):
    """Edits of zones that the file no longer holds, or that are other zones now, are counted and not applied."""
    edit(plan)
    edits = snapshot(plan)
    plan.rollBack()
    _, second, third = sorted(f.id() for f in plan.getFeatures())
    plan.startEditing()
    plan.deleteFeature(second)
    plan.changeAttributeValue(third, plan.fields().lookupField("zone_id"), "other")
    assert plan.commitChanges(False)
    result = replay(plan, edits, "Restore")
    assert result.lost == 2
    assert {f["zone_id"] for f in plan.getFeatures()} == {"A-1", "other", "Z-0004", "Z-0005"}


def test_snapshot_without_editing(plan):
    assert snapshot(plan) == {}


# --- the keeper -------------------------------------------------------------------------------------------------------


@pytest.fixture
def keeper(qgis_new_project, tmp_path):
    made = DraftKeeper(DraftStore(tmp_path / "drafts"), QgsProject.instance())
    made.start()
    yield made
    made.stop()


def files(keeper, part):
    return list(keeper.store.folder.glob(f"*{part}.json"))


def test_keeper_follows_edits(plan, keeper, qgis_app):
    QgsProject.instance().addMapLayer(plan)
    keeper._added([plan])
    plan.startEditing()
    assert add_zone(plan, triangle(9000), "Z-0004", {"class_code": "1401"})
    qgis_app.processEvents()
    (path,) = files(keeper, "edits")
    assert len(json.loads(path.read_text(encoding="utf-8"))["edits"]["added"]) == 1
    plan.undoStack().undo()
    qgis_app.processEvents()
    assert files(keeper, "edits") == []
    plan.undoStack().redo()
    qgis_app.processEvents()
    assert len(files(keeper, "edits")) == 1
    assert plan.commitChanges()
    assert files(keeper, "edits") == []


def test_keeper_forgets_what_is_rolled_back(plan, keeper, qgis_app):
    keeper._added([plan])
    edit(plan)
    qgis_app.processEvents()
    assert len(files(keeper, "edits")) == 1
    plan.rollBack()
    assert files(keeper, "edits") == []


def test_keeper_sketch(plan, keeper):
    keeper.set_sketch(plan, "")
    assert files(keeper, "sketch") == []
    keeper.set_sketch(plan, SKETCH)
    assert keeper.sketch(plan) == SKETCH
    assert len(files(keeper, "sketch")) == 1
    keeper.set_sketch(plan, "")
    assert files(keeper, "sketch") == []


def test_keeper_leaves_other_layers_alone(keeper, qgis_app):
    other = QgsVectorLayer("Polygon?crs=EPSG:4523&field=a:string", "other", "memory")
    QgsProject.instance().addMapLayer(other)
    other.startEditing()
    other.rollBack()
    assert keeper._watched == {}


def test_keeper_tells_once_that_it_cannot_write(plan, keeper, tmp_path):
    told = []
    keeper.failed.connect(told.append)
    (tmp_path / "drafts").write_text("a file where the folder should be", encoding="utf-8")
    keeper.set_sketch(plan, SKETCH)
    keeper.set_sketch(plan, SKETCH + " ")
    assert len(told) == 1


def test_no_password_in_a_draft(keeper):
    """Only the public form of a source is written."""
    uri = "dbname='x' host=h user='u' password='secret' key='id' table=\"a\".\"b\" (geom)"
    layer = QgsVectorLayer(uri, "remote", "postgres")
    assert "secret" not in keeper.draft_of(layer).source

"""Results back into the source layer: one undo, stable key, refusals; stale results."""

import numpy as np
import pandas as pd
import pytest
from qgis.core import QgsFeature, QgsGeometry, QgsProject, QgsVectorFileWriter, QgsVectorLayer

from carbon_planner.base.errors import Cancelled, InputError, StorageError
from carbon_planner.base.fields import zone_fields
from carbon_planner.bridge.freshness import freshness
from carbon_planner.bridge.publish import Output, publish
from carbon_planner.bridge.reading import ZoneFields, read_zones
from carbon_planner.bridge.source import open_layer
from carbon_planner.bridge.tables import ZONES, zones_table
from carbon_planner.bridge.targets import parse
from carbon_planner.bridge.values import plain
from carbon_planner.bridge.writeback import read_results, write_results

ROLES = ZoneFields("编号", "用地")


@pytest.fixture
def memory(make_layer, square):
    rows = [(square(39_500_000.0 + 200 * i), f"Z{i}", "0701") for i in range(3)]
    return make_layer(rows, "编号:string,用地:string", name="规划")


@pytest.fixture
def results_of(context, voice):
    def make(layer):
        zones = read_zones(open_layer(layer, voice), ROLES, voice)
        frame = pd.DataFrame({s.name: [None] * len(zones.plan.ids) for s in zone_fields()})
        frame["cp_zone_id"] = zones.plan.ids
        frame["cp_net_t"] = [10.5 * (i + 1) for i in range(len(frame))]
        frame.loc[0, "cp_net_t"] = np.nan
        frame["cp_flags"] = "COVER_CLASS"
        frame["cp_stamp"] = zones.plan.stamps
        out = publish([Output(parse("OUTPUT", "memory:", ZONES), zones_table(zones, frame))], [], context, voice)
        return read_results(open_layer(context.getMapLayer(out["OUTPUT"]), voice), voice)

    return make


@pytest.fixture(params=["memory", "gpkg", "shp"])
def source(request, memory, tmp_path):
    if request.param == "memory":
        yield memory
        return
    path = tmp_path / f"规划.{request.param}"
    options = QgsVectorFileWriter.SaveVectorOptions()
    options.driverName = {"gpkg": "GPKG", "shp": "ESRI Shapefile"}[request.param]
    options.fileEncoding = "GBK" if request.param == "shp" else "UTF-8"
    options.layerName = "规划"
    QgsVectorFileWriter.writeAsVectorFormatV3(memory, str(path), QgsProject.instance().transformContext(), options)
    layer = QgsVectorLayer(str(path), "规划", "ogr")
    assert layer.isValid()
    yield layer


def values(layer, name="cp_net_t"):
    return [plain(f[name]) for f in layer.getFeatures()]


def test_one_undo_takes_everything_back(source, results_of, voice):
    names = [f.name() for f in source.fields()]
    results = results_of(source)
    done = write_results(source, "编号", results, voice, lang="zh")
    assert (done.changed, done.committed) == (3, False)
    assert list(done.added) == [s.name for s in zone_fields()]
    assert source.isEditable()
    assert values(source) == [None, 21.0, 31.5]
    assert source.undoStack().count() == 1
    assert source.undoStack().text(0) == "写入碳评估结果"
    source.undoStack().undo()
    assert [f.name() for f in source.fields()] == names
    source.rollBack()


def test_committed_results_stay(source, results_of, voice):
    done = write_results(source, "编号", results_of(source), voice, commit=True)
    assert done.committed
    assert not source.isEditable()
    again = (
        QgsVectorLayer(source.source(), "again", source.providerType()) if source.providerType() == "ogr" else source
    )
    assert values(again) == [None, 21.0, 31.5]
    assert values(again, "cp_flags") == ["COVER_CLASS"] * 3
    assert values(again, "编号") == ["Z0", "Z1", "Z2"]


def test_second_writing_changes_only_what_differs(source, results_of, voice):
    results = results_of(source)
    write_results(source, "编号", results, voice, commit=True)
    assert write_results(source, "编号", results, voice, commit=True).changed == 0
    results.columns["cp_net_t"][1] = 5.0
    done = write_results(source, "编号", results, voice, commit=True)
    assert (done.changed, done.added) == (1, ())
    assert values(source) == [None, 5.0, 31.5]


def test_an_edit_session_of_the_user_goes_on(memory, results_of, voice):
    results = results_of(memory)
    memory.startEditing()
    memory.changeAttributeValue(1, 1, "1401")
    done = write_results(memory, "编号", results, voice, commit=True)
    assert not done.committed
    assert memory.isEditable()
    assert memory.undoStack().count() == 2
    memory.undoStack().undo()
    assert values(memory, "用地")[0] == "1401"
    memory.rollBack()


def test_by_feature_number(memory, results_of, voice):
    results = results_of(memory)
    results.ids[:] = ["1", "2", "3"]
    assert write_results(memory, "", results, voice, commit=True).changed == 3


def test_unmatched_are_told_and_left(memory, results_of, voice, square):
    results = results_of(memory)
    fresh = QgsFeature(memory.fields())
    fresh.setGeometry(QgsGeometry.fromWkt(square(39_501_000.0)))
    fresh.setAttributes(["new", "0701"])
    memory.dataProvider().addFeatures([fresh])
    memory.dataProvider().deleteFeatures([1])
    done = write_results(memory, "编号", results, voice, commit=True)
    assert (done.without_feature, done.without_result) == (1, 1)
    assert "RESULTS_UNMATCHED" in voice.ids()
    assert values(memory) == [21.0, 31.5, None]


@pytest.mark.parametrize(
    ("key", "change", "reason"),
    [
        ("没有", None, "has no field"),
        ("编号", {1: "Z1"}, "stand more than once"),
        ("编号", {1: None}, "is empty in 1 features"),
        ("用地", None, "stand more than once"),
        ("编号", {1: "A", 2: "B", 3: "C"}, "is a zone id"),
    ],
)
def test_refusals_change_nothing(memory, results_of, voice, key, change, reason):
    results = results_of(memory)
    if change:
        memory.dataProvider().changeAttributeValues({fid: {0: value} for fid, value in change.items()})
    with pytest.raises(InputError, match=reason):
        write_results(memory, key, results, voice)
    assert not memory.isEditable()
    assert len(memory.fields()) == 2


def test_read_only_layer(memory, results_of, voice):
    results = results_of(memory)
    memory.setReadOnly(True)
    with pytest.raises(StorageError, match="cannot be edited"):
        write_results(memory, "编号", results, voice)


@pytest.mark.parametrize("stop_at", [1, 2])
def test_cancel_changes_nothing(memory, results_of, voice, make_voice, stop_at):
    results = results_of(memory)
    with pytest.raises(Cancelled):
        write_results(memory, "编号", results, make_voice(stop_at))
    assert not memory.isEditable()
    assert [f.name() for f in memory.fields()] == ["编号", "用地"]


def test_a_layer_that_is_no_result(memory, voice):
    with pytest.raises(InputError, match="no field cp_zone_id"):
        read_results(open_layer(memory, voice), voice)


def test_edits_after_the_evaluation_make_results_stale(memory, results_of, voice, square):
    write_results(memory, "编号", results_of(memory), voice, commit=True)
    found = freshness(open_layer(memory, voice), ROLES, voice)
    assert (found.stale, found.unstamped, found.fresh) == ([], [], 3)
    memory.dataProvider().changeAttributeValues({1: {1: "1401"}})
    memory.dataProvider().changeGeometryValues({2: QgsGeometry.fromWkt(square(39_500_200.0, size=100.01))})
    memory.dataProvider().changeAttributeValues({3: {memory.fields().lookupField("cp_stamp"): None}})
    found = freshness(open_layer(memory, voice), ROLES, voice)
    assert (found.stale, found.unstamped, found.fresh) == (["Z0", "Z1"], ["Z2"], 0)


def test_locked_geopackage_keeps_its_data(memory, results_of, voice, tmp_path):
    import sqlite3

    path = tmp_path / "a.gpkg"
    options = QgsVectorFileWriter.SaveVectorOptions()
    options.layerName = "规划"
    QgsVectorFileWriter.writeAsVectorFormatV3(memory, str(path), QgsProject.instance().transformContext(), options)
    layer = QgsVectorLayer(str(path), "规划", "ogr")
    results = results_of(layer)
    holder = sqlite3.connect(path, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    with pytest.raises(StorageError):
        write_results(layer, "编号", results, voice, commit=True)
    holder.execute("ROLLBACK")
    holder.close()
    assert not layer.isEditable()
    assert [f.name() for f in layer.fields()] == ["fid", "编号", "用地"]
    assert write_results(layer, "编号", results, voice, commit=True).changed == 3

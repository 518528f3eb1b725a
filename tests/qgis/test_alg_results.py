"""``writeresults`` and ``checkfreshness``: results back into their source, and whether they are still true."""

from __future__ import annotations

import pytest
from conftest import make_layer, square
from qgis.core import (
    QgsGeometry,
    QgsProcessingException,
    QgsProject,
    QgsVectorFileWriter,
    QgsVectorLayer,
)

from carbon_planner.base.fields import land_fields

RESULT_FIELDS = [spec.name for spec in land_fields()]


@pytest.fixture
def evaluated(run_alg, plan, tmp_path):
    """A result in a GeoPackage."""
    return run_alg("evaluatezones", **plan, OUTPUT=str(tmp_path / "result.gpkg"))["OUTPUT"]


def saved(layer, path):
    """A copy of a layer in a file."""
    options = QgsVectorFileWriter.SaveVectorOptions()
    options.driverName = {".gpkg": "GPKG", ".shp": "ESRI Shapefile"}[path.suffix]
    assert QgsVectorFileWriter.writeAsVectorFormatV3(layer, str(path), layer.transformContext(), options)[0] == 0
    return str(path)


def nets(rows):
    return {row["id"]: row["cp_net_t"] for row in rows}


@pytest.fixture
def in_project(plan):
    """The zones as a layer of the project."""
    QgsProject.instance().addMapLayer(plan["ZONES"])
    return plan["ZONES"]


def test_one_undo_takes_it_back(run_alg, evaluated, in_project, rows_of):
    before = rows_of(in_project)
    done = run_alg("writeresults", TARGET=in_project.id(), KEY="id", RESULTS=evaluated)
    assert (done["WRITTEN"], done["UNMATCHED"], done["LOST"]) == (2, 0, 0)
    assert in_project.isEditable()
    wanted = {row["cp_zone_id"]: row["cp_net_t"] for row in rows_of(evaluated)}
    assert nets(rows_of(in_project)) == pytest.approx(wanted)
    assert in_project.fields().names() == ["id", "plan", "now", *RESULT_FIELDS]
    assert in_project.undoStack().count() == 1
    in_project.undoStack().undo()
    assert rows_of(in_project) == before
    in_project.rollBack()


def test_saved_at_once_when_asked(run_alg, evaluated, in_project, rows_of):
    run_alg("writeresults", TARGET=in_project.id(), KEY="id", RESULTS=evaluated, SAVE=True)
    assert not in_project.isEditable()
    assert all(value is not None for value in nets(rows_of(in_project)).values())


@pytest.mark.parametrize("suffix", ["gpkg", "shp"])
def test_a_file_is_saved(suffix, run_alg, evaluated, plan, tmp_path, rows_of):
    path = saved(plan["ZONES"], tmp_path / f"源.{suffix}")
    done = run_alg("writeresults", TARGET=path, KEY="id", RESULTS=evaluated)
    assert done["WRITTEN"] == 2
    wanted = {row["cp_zone_id"]: row["cp_net_t"] for row in rows_of(evaluated)}
    assert nets(rows_of(path)) == pytest.approx(wanted, abs=1e-4)
    again = run_alg("writeresults", TARGET=path, KEY="id", RESULTS=evaluated)
    assert again["WRITTEN"] == 0


def test_by_key_not_by_position(run_alg, evaluated, plan, rows_of):
    rows = [(f.geometry().asWkt(17), *f.attributes()) for f in plan["ZONES"].getFeatures()]
    turned = make_layer(
        [*reversed(rows), (square(900, 900), "z9", "0701", "forest")], "id:string,plan:string,now:string"
    )
    done = run_alg("writeresults", TARGET=turned, KEY="id", RESULTS=evaluated, SAVE=True)
    assert (done["WRITTEN"], done["UNMATCHED"]) == (2, 1)
    wanted = {row["cp_zone_id"]: row["cp_net_t"] for row in rows_of(evaluated)}
    assert nets(rows_of(turned)) == pytest.approx({**wanted, "z9": None})


def test_a_wrong_key_changes_nothing(run_alg, evaluated, in_project, rows_of):
    before = rows_of(in_project)
    with pytest.raises(QgsProcessingException):
        run_alg("writeresults", TARGET=in_project.id(), KEY="plan", RESULTS=evaluated)
    with pytest.raises(QgsProcessingException, match="nokey"):
        run_alg("writeresults", TARGET=in_project.id(), KEY="nokey", RESULTS=evaluated)
    assert rows_of(in_project) == before
    assert not in_project.isEditable()


def test_cancel_changes_nothing(run_alg, evaluated, in_project, rows_of, recorder):
    before = rows_of(in_project)
    assert run_alg("writeresults", recorder(cancel_at=0), TARGET=in_project.id(), KEY="id", RESULTS=evaluated) == {}
    assert rows_of(in_project) == before
    assert not in_project.isEditable()


def test_fresh_results_are_current(run_alg, evaluated, rows_of):
    found = run_alg("checkfreshness", INPUT=evaluated, OUTPUT="memory:")
    assert (found["CURRENT"], found["STALE"], found["NOT_EVALUATED"]) == (2, 0, 0)
    assert [row["cp_state"] for row in rows_of(found["OUTPUT"])] == ["current", "current"]


def test_edits_make_results_stale(run_alg, evaluated, rows_of):
    layer = QgsVectorLayer(evaluated, "result", "ogr")
    first, second = layer.getFeatures()
    assert layer.startEditing()
    layer.changeGeometry(first.id(), QgsGeometry.fromWkt(square(0, 0, 101)))
    layer.changeAttributeValue(second.id(), layer.fields().lookupField("now"), "not evaluated field")
    assert layer.commitChanges()
    found = run_alg("checkfreshness", INPUT=evaluated, OUTPUT="memory:")
    assert (found["CURRENT"], found["STALE"]) == (1, 1)
    assert layer.startEditing()
    layer.changeAttributeValue(second.id(), layer.fields().lookupField("plan"), "0901")
    assert layer.commitChanges()
    found = run_alg("checkfreshness", INPUT=evaluated, OUTPUT="memory:")
    assert (found["CURRENT"], found["STALE"]) == (0, 2)
    assert {row["cp_state"] for row in rows_of(found["OUTPUT"])} == {"stale"}


def test_a_source_layer_with_results_can_be_checked(run_alg, evaluated, in_project):
    run_alg("writeresults", TARGET=in_project.id(), KEY="id", RESULTS=evaluated, SAVE=True)
    found = run_alg("checkfreshness", INPUT=in_project.id(), ZONE_CLASS="plan", OUTPUT="memory:")
    assert (found["CURRENT"], found["STALE"]) == (2, 0)


def test_a_layer_that_does_not_say_what_was_evaluated(run_alg, plan):
    with pytest.raises(QgsProcessingException, match="ZONE_CLASS"):
        run_alg("checkfreshness", INPUT=plan["ZONES"])
    with pytest.raises(QgsProcessingException, match=r"cp_stamp|cp_zone_id"):
        run_alg("checkfreshness", INPUT=plan["ZONES"], ZONE_CLASS="plan")

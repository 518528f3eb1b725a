"""Batches through Processing: child processes, in place, job tables; the same bytes as plain Python."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import pytest
from qgis.core import QgsProcessingException, QgsVectorLayer

sys.path.append(str(Path(__file__).parents[1] / "core"))
import batch_cases as cases

from carbon_planner.base.feedback import Silent


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    top = tmp_path_factory.mktemp("batch")
    source = top / "in"
    source.mkdir()
    return {"top": top, "in": source, "good": cases.good(source, 10), "bad": cases.damaged(source),
            "base": cases.base(top)}  # fmt: skip


@pytest.fixture(scope="module")
def plain(folder):
    """What plain Python writes."""
    from carbon_planner.jobs.batch import in_place, run_batch, tasks_of_folder
    from carbon_planner.jobs.batch_words import plan_of

    plan, notes = plan_of({"BASE": str(folder["base"]), "BASE_CLASS": "DLBM"}, Path())
    out = folder["top"] / "plain"
    run_batch(out, tasks_of_folder(folder["in"], out, plan), in_place, Silent(), notes)
    return cases.contents(out)


@pytest.mark.parametrize("workers", [1, 2])
def test_child_processes_and_qgis_itself_write_what_plain_python_writes(workers, run_alg, folder, plain, tmp_path):
    found = run_alg(
        "evaluatefolder", INPUT=str(folder["in"]), BASE=str(folder["base"]), BASE_CLASS="DLBM",
        OUTPUT=str(tmp_path / "out"), WORKERS=workers,
    )  # fmt: skip
    assert (found["FILES"], found["FAILED"], found["REUSED"]) == (30, 18, 0)
    assert QgsVectorLayer(found["SUMMARY"], "s", "ogr").featureCount() == 30
    assert cases.contents(tmp_path / "out") == plain
    again = run_alg(
        "evaluatefolder", INPUT=str(folder["in"]), BASE=str(folder["base"]), BASE_CLASS="DLBM",
        OUTPUT=str(tmp_path / "out"), WORKERS=workers,
    )  # fmt: skip
    assert again["REUSED"] == 29  # what could not be read is tried again


@pytest.mark.parametrize("workers", [1, 2])
def test_cancel_ends_within_half_a_second_and_keeps_what_is_finished(workers, run_alg, folder, tmp_path, recorder):
    feedback = recorder(cancel_at=30)
    began = []
    feedback.canceled.connect(lambda: began.append(time.monotonic()))
    given = {"INPUT": str(folder["in"]), "BASE": str(folder["base"]), "OUTPUT": str(tmp_path / "out")}
    assert run_alg("evaluatefolder", feedback, **given, WORKERS=workers) == {}
    assert time.monotonic() - began[0] < 0.5
    assert any("run again to go on" in line for line in feedback.infos)
    again = run_alg("evaluatefolder", **given, WORKERS=workers)
    assert again["REUSED"] >= 8


def test_without_interpreter_the_work_is_done_here_and_told(run_alg, folder, tmp_path, recorder, monkeypatch):
    monkeypatch.setattr("carbon_planner.bridge.interpreter._found", {})
    monkeypatch.setattr("carbon_planner.bridge.interpreter.candidates", list)
    feedback = recorder()
    found = run_alg("evaluatefolder", feedback, INPUT=str(folder["in"]), OUTPUT=str(tmp_path / "out"), WORKERS=2)
    assert found["FILES"] == 30
    assert any("no Python interpreter was found" in line for line in feedback.infos)


def test_a_job_table_runs_row_by_row(run_alg, folder, tmp_path, rows_of):
    names = sorted(folder["good"])[:2]
    field = folder["good"][names[0]]
    lines = ["NAME,ZONES,ZONE_CLASS,BASE,BASE_CLASS,END_YEAR"]
    base = folder["base"].name
    lines += [f"first,in/{names[0]},{field},{base},DLBM,2035", f"second,in/{names[1]},,{base},,"]
    lines += [f"third,in/{names[1]},none,{base},DLBM,2035", f"fourth,in/{names[1]},,{base},DLBM,soon"]
    table = folder["top"] / "jobs.csv"
    table.write_text("\n".join(lines) + "\n", encoding="utf-8")
    found = run_alg("batchplan", TABLE=str(table), OUTPUT=str(tmp_path / "out"), WORKERS=1)
    assert (found["FILES"], found["FAILED"]) == (4, 2)
    rows = {row["source"]: row for row in rows_of(found["SUMMARY"])}
    assert rows["first"]["plan_class"] == field
    assert rows["first"]["result"] == "results/first.gpkg"
    assert {rows[name]["status"] for name in ("third", "fourth")} == {"failed"}
    reasons = {row["source"]: row["message_id"] for row in rows_of(found["ERRORS"]) if row["severity"] == "error"}
    assert reasons == {"third": "VECTOR_NO_FIELD", "fourth": "JOBTABLE_ROW"}
    single = run_alg(
        "evaluatezones", ZONES=str(folder["in"] / names[0]), ZONE_CLASS=field, BASE=str(folder["base"]),
        BASE_CLASS="DLBM", END_YEAR=2035, OUTPUT="memory:",
    )  # fmt: skip
    assert rows["first"]["net"] == pytest.approx(single["NET_TCO2E"], rel=1e-12)


def test_a_column_that_nothing_reads_is_refused(run_alg, folder, tmp_path):
    table = folder["top"] / "wrong.csv"
    table.write_text("ZONES,ZONE_KLASS\na.shp,x\n", encoding="utf-8")
    with pytest.raises(QgsProcessingException, match="ZONE_KLASS"):
        run_alg("batchplan", TABLE=str(table), OUTPUT=str(tmp_path / "out"))


def test_a_temporary_baseline_is_refused(run_alg, folder, plan, tmp_path):
    with pytest.raises(QgsProcessingException, match="Export it to a GeoPackage"):
        run_alg("evaluatefolder", INPUT=str(folder["in"]), BASE=plan["BASE"], OUTPUT=str(tmp_path / "out"))

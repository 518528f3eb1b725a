"""Jobs in layers: written by evaluatezones, run again by replayjob, told apart by compareruns."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from qgis.core import (
    QgsProcessingException,
    QgsProcessingFeatureSourceDefinition,
    QgsProject,
    QgsVectorFileWriter,
    QgsVectorLayer,
)

from carbon_planner.jobs.job import Job


@pytest.fixture
def files(plan, context, tmp_path):
    """The plan in files, so that a job can find its sources again."""
    paths = {}
    for name in ("ZONES", "BASE"):
        options = QgsVectorFileWriter.SaveVectorOptions()
        options.driverName, options.layerName = "GPKG", name.lower()
        path = tmp_path / f"{name.lower()}.gpkg"
        done = QgsVectorFileWriter.writeAsVectorFormatV3(plan[name], str(path), context.transformContext(), options)
        assert done[0] == QgsVectorFileWriter.WriterError.NoError
        paths[name] = f"{path}|layername={name.lower()}"
    return {**plan, **paths}


def edit(source, field, value, row=0):
    layer = QgsVectorLayer(source, "edit", "ogr")
    feature = list(layer.getFeatures())[row]
    place = layer.fields().lookupField(field)
    assert layer.dataProvider().changeAttributeValues({feature.id(): {place: value}})


@pytest.mark.parametrize("suffix", ["gpkg", "shp", "geojson"])
def test_any_result_is_computed_again_from_its_metadata(suffix, run_alg, files, tmp_path):
    first = run_alg("evaluatezones", **files, OUTPUT=str(tmp_path / f"result.{suffix}"))
    found = run_alg("replayjob", INPUT=first["OUTPUT"], DIFFERENCES=str(tmp_path / "d.gpkg"))
    assert (found["VERDICT"], found["LARGEST"], found["COUNT"], found["VERSIONS"]) == ("identical", 0.0, 0, "")
    assert found["NET_TCO2E"] == first["NET_TCO2E"]


def test_the_job_file_and_the_report_hold_the_same_job(run_alg, files, tmp_path, rows_of):
    where = {"OUTPUT": str(tmp_path / "r.gpkg"), "JOB": str(tmp_path / "作业.json"), "REPORT": str(tmp_path / "r.html")}
    first = run_alg("evaluatezones", **files, **where)
    assert first["JOB"] == where["JOB"]
    job, twin = Job.read(Path(where["JOB"])), Job.read(tmp_path / "r.json")
    assert job == twin
    assert job.sources["zones"].location.endswith("zones.gpkg")
    assert job.versions["QGIS"]
    again = run_alg("replayjob", JOB=where["JOB"], OUTPUT=str(tmp_path / "again.gpkg"))
    assert again["VERDICT"] == "identical"
    rows = {row["cp_zone_id"]: row for row in rows_of(first["OUTPUT"])}
    assert {row["cp_zone_id"]: row for row in rows_of(again["OUTPUT"])} == rows


def test_plain_python_runs_the_job_of_the_desktop(run_alg, files, tmp_path):
    from carbon_planner import api

    first = run_alg("evaluatezones", **files, OUTPUT=str(tmp_path / "r.gpkg"), JOB=str(tmp_path / "job.json"))
    again = api.replay(tmp_path / "job.json")
    assert again.evaluation.totals.net == first["NET_TCO2E"]
    assert again.verdict == "identical"
    assert [name for name, _, _ in again.versions] == ["GDAL", "QGIS"]  # the plain interpreter does not say


def test_a_changed_source_is_refused(run_alg, files, tmp_path):
    first = run_alg("evaluatezones", **files, OUTPUT=str(tmp_path / "r.gpkg"))
    edit(files["ZONES"], "plan", "0301")
    with pytest.raises(QgsProcessingException, match=r"other content of plan_class \(field plan\)"):
        run_alg("replayjob", INPUT=first["OUTPUT"])


def test_a_temporary_layer_must_be_given(run_alg, plan):
    first = run_alg("evaluatezones", **plan, OUTPUT="memory:")
    with pytest.raises(QgsProcessingException, match="temporary layer"):
        run_alg("replayjob", INPUT=first["OUTPUT"])
    found = run_alg("replayjob", INPUT=first["OUTPUT"], ZONES=plan["ZONES"], BASE=plan["BASE"])
    assert found["VERDICT"] == "identical"


def test_a_selection_is_read_again(run_alg, files, tmp_path):
    layer = QgsVectorLayer(files["ZONES"], "zones", "ogr")
    QgsProject.instance().addMapLayer(layer)
    layer.selectByExpression("id = 'z2'")
    some = QgsProcessingFeatureSourceDefinition(layer.id(), True)
    first = run_alg("evaluatezones", **{**files, "ZONES": some}, OUTPUT=str(tmp_path / "r.gpkg"))
    assert first["ZONE_COUNT"] == 1
    layer.removeSelection()
    again = run_alg("replayjob", INPUT=first["OUTPUT"])
    assert (again["VERDICT"], again["NET_TCO2E"]) == ("identical", first["NET_TCO2E"])


def test_phases_and_quantities_stand_in_the_job(run_alg, make_layer_of_phases, context, tmp_path):
    first = run_alg("evaluatezones", **make_layer_of_phases, OUTPUT="memory:", JOB=str(tmp_path / "job.json"))
    known = json.loads((tmp_path / "job.json").read_text(encoding="utf-8"))
    assert known["sources"]["zones"]["fields"]["phase_start"] == "von"
    assert known["sources"]["zones"]["fields"]["plan.population"] == "pop"
    assert known["curve"] == [[0.0, 0.0], [0.4, 0.7], [1.0, 1.0]]
    again = run_alg("replayjob", JOB=str(tmp_path / "job.json"), ZONES=make_layer_of_phases["ZONES"],
                    BASE=make_layer_of_phases["BASE"])  # fmt: skip
    assert (again["VERDICT"], again["NET_TCO2E"]) == ("identical", first["NET_TCO2E"])


@pytest.fixture
def make_layer_of_phases(plan):
    from qgis.core import QgsFeature

    layer = QgsVectorLayer(
        "MultiPolygon?crs=EPSG:32649&field=id:string&field=plan:string&field=von:integer&field=bis:date"
        "&field=pop:double", "zones", "memory",
    )  # fmt: skip
    from qgis.PyQt.QtCore import QDate

    for feature, values in zip(plan["ZONES"].getFeatures(), ([2026, QDate(2030, 6, 30), 100.0], [2028, None, None])):
        made = QgsFeature(layer.fields())
        made.setGeometry(feature.geometry())
        made.setAttributes([feature["id"], feature["plan"], *values])
        assert layer.dataProvider().addFeatures([made])[0]
    return {**plan, "ZONES": layer, "PHASE_START": "von", "PHASE_FINISH": "bis", "POPULATION": "pop",
            "PHASE_CURVE": "0 0; 0.4 0.7; 1 1"}  # fmt: skip


def test_a_phase_moves_the_yearly_table(run_alg, make_layer_of_phases, plan, rows_of):
    at_once = run_alg("evaluatezones", **plan, OUTPUT="memory:", YEARLY="memory:")
    phased = run_alg("evaluatezones", **make_layer_of_phases, OUTPUT="memory:", YEARLY="memory:",
                     SECTORS_TABLE="memory:")  # fmt: skip

    def by_year(found):
        sums: dict[int, float] = {}
        for row in rows_of(found):
            if row["stage"] == "change":
                sums[row["year"]] = sums.get(row["year"], 0.0) + row["tco2e"]
        return sums

    first, later = (by_year(found["YEARLY"]) for found in (at_once, phased))
    assert sum(first.values()) == pytest.approx(at_once["NET_TCO2E"])
    assert sum(later.values()) == pytest.approx(phased["NET_TCO2E"])
    assert later[2026] < first[2026]
    row = rows_of(phased["SECTORS_TABLE"])[0]
    assert (row["sector"], row["net_tco2e"]) == ("land", pytest.approx(phased["NET_TCO2E"]))
    assert phased["NET_LAND"] == phased["NET_TCO2E"]
    assert (phased["UNCERTAINTY"], phased["DRAWS_USED"]) == ("A1", 0)


def test_two_runs_are_told_apart(run_alg, files, tmp_path, rows_of):
    old = run_alg("evaluatezones", **files, OUTPUT=str(tmp_path / "old.gpkg"))
    edit(files["ZONES"], "plan", "1401")
    new = run_alg("evaluatezones", **files, END_YEAR=2050, OUTPUT=str(tmp_path / "new.gpkg"))
    tables = {name: str(tmp_path / f"{name}.gpkg") for name in ("ZONES_TABLE", "TOTALS_TABLE", "SETTINGS_TABLE")}
    page = tmp_path / "page.html"
    found = run_alg("compareruns", OLD=old["OUTPUT"], NEW=new["OUTPUT"], HTML=str(page), **tables)
    assert (found["ADDED"], found["REMOVED"]) == (0, 0)
    assert found["CHANGED"] == 2  # the horizon stands in the method of both
    assert found["NET_DIFFERENCE"] == pytest.approx(new["NET_TCO2E"] - old["NET_TCO2E"])
    half = ((old["NET_TCO2E"] - old["NET_LOW"]) ** 2 + (new["NET_HIGH"] - new["NET_TCO2E"]) ** 2) ** 0.5
    assert found["NET_DIFFERENCE"] < 0
    assert found["HALF_WIDTH"] == pytest.approx(half)
    assert found["EXCEEDS"] == ("yes" if -found["NET_DIFFERENCE"] > half else "no")
    zones = rows_of(found["ZONES_TABLE"])
    plan = next(row for row in zones if (row["zone_id"], row["field"]) == ("z1", "plan"))
    assert (plan["state"], plan["old_text"], plan["new_text"]) == ("changed", "0701", "1401")
    settings = {(row["part"], row["name"]): (row["old"], row["new"]) for row in rows_of(found["SETTINGS_TABLE"])}
    assert settings["settings", "end_year"] == ("2060", "2050")
    assert ("sources", "zones.plan_class") in settings
    assert "2050" in page.read_text(encoding="utf-8")


def test_a_run_compared_with_itself(run_alg, files, tmp_path, rows_of):
    first = run_alg("evaluatezones", **files, OUTPUT=str(tmp_path / "a.gpkg"))
    found = run_alg("compareruns", OLD=first["OUTPUT"], NEW=first["OUTPUT"], ZONES_TABLE=str(tmp_path / "z.gpkg"))
    assert (found["CHANGED"], found["NET_DIFFERENCE"], found["EXCEEDS"]) == (0, 0.0, "no")
    assert rows_of(found["ZONES_TABLE"]) == []


def test_layers_that_hold_no_job_are_named(run_alg, files, recorder):
    with pytest.raises(QgsProcessingException, match="hold no job"):
        run_alg("replayjob", INPUT=files["ZONES"])
    with pytest.raises(QgsProcessingException, match=r"INPUT\) or a job file"):
        run_alg("replayjob")
    with pytest.raises(QgsProcessingException, match="OLD is no layer of evaluated zones"):
        run_alg("compareruns", OLD=files["ZONES"], NEW=files["ZONES"])


@pytest.mark.parametrize(
    ("provider_name", "uri"),
    [
        (
            "postgres",
            "dbname='plans' host=127.0.0.1 port=1 user='li' password='secret' table=\"public\".\"zones\" (geom)",
        ),
        ("ogr", "PG:dbname=plans host=127.0.0.1 user=li password=secret"),
    ],
)
def test_no_password_enters_a_job(provider_name, uri, qgis_app):
    from carbon_planner.bridge.locations import safe_uri

    layer = QgsVectorLayer(uri, "zones", provider_name)
    assert "secret" in layer.source()
    assert "secret" not in safe_uri(layer)
    assert "plans" in safe_uri(layer)

"""A run of several sectors with phases and quantities gives the same bits by every way to start it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from qgis.core import QgsProcessingContext, QgsProcessingModelAlgorithm, QgsProject, QgsVectorLayer
from test_alg_dialogs import boxes, dialogs  # noqa: F401
from test_alg_routes import assignments, command_line  # noqa: F401

from carbon_planner import api
from carbon_planner.processing.base import RESOURCES

MODEL = RESOURCES / "models" / "all_sectors.model3"
FIELDS = {
    "ZONE_ID": "id", "ZONE_CLASS": "plan", "PLOT_RATIO": "rjl", "POPULATION": "pop", "PHASE_START": "von",
    "PHASE_FINISH": "bis", "BASE_CLASS": "dlbm",
}  # fmt: skip
METHODS = {"SECTORS": "all", "PHASE_CURVE": "scurve"}
NUMBERS = (
    "NET_TCO2E",
    "NET_LOW",
    "NET_HIGH",
    "NET_LAND",
    "NET_BUILDINGS",
    "NET_TRANSPORT",
    "NET_WASTE",
    "EMISSION_END",
)


@pytest.fixture
def town(plan, tmp_path):
    """Zones with plot ratio, residents and phases, in files."""
    from qgis.core import QgsVectorFileWriter

    rows = {"z1": [1.8, 400.0, 2026, "2030-06-30"], "z2": [None, None, 2028, None]}
    text = "\n".join(
        json.dumps(
            {
                "type": "Feature",
                "properties": {
                    "id": f["id"], "plan": f["plan"], "rjl": rows[f["id"]][0], "pop": rows[f["id"]][1],
                    "von": rows[f["id"]][2], "bis": rows[f["id"]][3],
                },
                "geometry": json.loads(f.geometry().asJson(12)),
            }
        )
        + ","
        for f in plan["ZONES"].getFeatures()
    )  # fmt: skip
    head = (
        '{"type": "FeatureCollection", "crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::32649"}},'
    )
    zones = tmp_path / "zones.geojson"
    zones.write_text(f'{head} "features": [{text.rstrip(",")}]}}', encoding="utf-8")
    options = QgsVectorFileWriter.SaveVectorOptions()
    options.driverName, options.layerName = "GPKG", "base"
    base = tmp_path / "base.gpkg"
    context = QgsProject.instance().transformContext()
    done = QgsVectorFileWriter.writeAsVectorFormatV3(plan["BASE"], str(base), context, options)
    assert done[0] == QgsVectorFileWriter.WriterError.NoError
    return {"ZONES": str(zones), "BASE": str(base), **FIELDS}


def figures(rows):
    """Figures of zones by id and field, without what tells one file from another."""
    return {
        (row["cp_zone_id"], name): value
        for row in rows
        for name, value in row.items()
        if name.startswith("cp_") and name != "cp_stamp"
    }


@pytest.fixture
def by_processing(run_alg, town, tmp_path, rows_of):
    found = run_alg("evaluatezones", **town, **METHODS, OUTPUT=str(tmp_path / "here.gpkg"))
    assert found["NET_BUILDINGS"] > 0
    return found, figures(rows_of(found["OUTPUT"]))


def test_plain_python_gives_the_same_bits(run_alg, town, rows_of):
    """Against a layer in memory: files keep as many decimals as their fields."""
    from carbon_planner.jobs.sectors import known_sectors

    found = run_alg("evaluatezones", **town, **METHODS, OUTPUT="memory:")
    zones = figures(rows_of(found["OUTPUT"]))
    run = api.evaluate_files(
        Path(town["ZONES"]), zone_id="id", zone_class="plan", plot_ratio="rjl", quantities={"population": "pop"},
        phase_start="von", phase_finish="bis", phase_curve="scurve", base=Path(town["BASE"]), base_class="dlbm",
        settings=api.Settings(sectors=known_sectors()),
    )  # fmt: skip
    assert run.totals.net == found["NET_TCO2E"]
    assert (run.totals.low, run.totals.high) == (found["NET_LOW"], found["NET_HIGH"])
    assert run.totals.figures["cp_bldg_t"] == found["NET_BUILDINGS"]
    for name in run.zones.columns:
        if run.zones[name].dtype.kind == "f":
            for zone, value in zip(run.zones["cp_zone_id"], run.zones[name].tolist()):
                stored = zones[zone, name]
                assert (value != value) if stored is None else stored == value, (zone, name, stored, value)


def test_the_dialog_gives_the_same_bits(by_processing, town, dialogs, run_alg, rows_of, tmp_path):  # noqa: F811
    zones, base = QgsVectorLayer(town["ZONES"], "zones"), QgsVectorLayer(town["BASE"], "base")
    QgsProject.instance().addMapLayers([zones, base])
    dialog = dialogs("evaluatezones")
    layers = {"ZONES": zones.id(), "BASE": base.id()}
    for name, value in {**town, **layers, **METHODS}.items():
        boxes(dialog)[name].setParameterValue(value, QgsProcessingContext())
    values = dialog.mainWidget().createProcessingParameters()
    assert "buildings" in values["SECTORS"]
    values = {name: value for name, value in values.items() if value not in (None, "")}
    found = run_alg("evaluatezones", **{**values, "OUTPUT": str(tmp_path / "dialog.gpkg")})
    assert figures(rows_of(found["OUTPUT"])) == by_processing[1]
    assert all(found[name] == by_processing[0][name] for name in NUMBERS)


def test_the_model_gives_the_same_bits(by_processing, town, context, recorder, rows_of, tmp_path):
    import processing

    model = QgsProcessingModelAlgorithm()
    assert model.fromFile(str(MODEL))
    package = str(tmp_path / "model.gpkg")
    where = {f"evaluate:{name}": package for name in ("Evaluated zones", "Yearly emissions", "Effect by sector")}
    inputs = {"zones": town["ZONES"], "base": town["BASE"], "zone_id": "id", "plan_class": "plan",
              "base_class": "dlbm", "plot_ratio": "rjl", "population": "pop", "start": "von",
              "finish": "bis"}  # fmt: skip
    found = processing.run(model, {**inputs, **where}, context=context, feedback=recorder())
    assert figures(rows_of(found["evaluate:Evaluated zones"])) == by_processing[1]


@pytest.mark.golden
def test_qgis_process_gives_the_same_bits(by_processing, town, command_line, rows_of, tmp_path):  # noqa: F811
    done = command_line("--json", "run", "carbonplanner:evaluatezones", "--", *assignments({**town, **METHODS}),
                        f"OUTPUT={tmp_path / 'there.gpkg'}", f"JOB={tmp_path / 'job.json'}")  # fmt: skip
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout[done.stdout.index("{") :])["results"]
    assert figures(rows_of(answer["OUTPUT"])) == by_processing[1]
    assert api.replay(tmp_path / "job.json").verdict == "identical"


def test_quantities_by_text_are_those_by_parameter(run_alg, town, by_processing):
    words = {**town, "POPULATION": None, "QUANTITIES": "population=pop"}
    assert run_alg("evaluatezones", **words, **METHODS, OUTPUT="memory:")["NET_TCO2E"] == by_processing[0]["NET_TCO2E"]


def test_a_scenario_and_draws_change_the_run(run_alg, town, by_processing, rows_of):
    scenario = '[{"item": "emb_new", "parameter": "", "value": 1, "unit": "kgCO2e/m2", "reason": "test"}]'
    drawn = run_alg("evaluatezones", **town, **METHODS, DRAWS=500, SEED=4, OUTPUT="memory:")
    assert drawn["NET_TCO2E"] == by_processing[0]["NET_TCO2E"]
    if drawn["DRAWS_USED"]:
        assert drawn["UNCERTAINTY"] == "MC n=500 seed=4"
        again = run_alg("evaluatezones", **town, **METHODS, DRAWS=500, SEED=4, OUTPUT="memory:")
        assert (again["NET_LOW"], again["NET_HIGH"]) == (drawn["NET_LOW"], drawn["NET_HIGH"])
    found = run_alg("evaluatezones", **town, **METHODS, SCENARIO=scenario, OUTPUT="memory:")
    assert found["STATUS"] in ("ok", "warnings", "partial")


def test_tables_and_log_of_a_run(run_alg, town, rows_of, recorder):
    feedback = recorder()
    found = run_alg("evaluatezones", feedback, **town, **METHODS, OUTPUT="memory:", YEARLY="memory:",
                    SECTORS_TABLE="memory:", QUANTITIES_TABLE="memory:")  # fmt: skip
    log = "\n".join(feedback.infos)
    assert "Sectors: Land, Buildings, On-site supply, Transport" in log
    assert f"Buildings and supply: {found['NET_BUILDINGS']:,.2f} tCO2e" in log
    assert f"plan {found['EMISSION_END']:,.2f}" in log
    stated = {(r["zone_id"], r["side"], r["quantity"]): r for r in rows_of(found["QUANTITIES_TABLE"])}
    assert stated["z1", "plan", "population"]["value"] == 400.0
    assert stated["z1", "plan", "population"]["origin"] == "field"
    sectors = {row["sector"]: row["net_tco2e"] for row in rows_of(found["SECTORS_TABLE"])}
    assert sum(sectors.values()) == pytest.approx(found["NET_TCO2E"])
    first_year = [
        r for r in rows_of(found["YEARLY"]) if r["sector"] == "buildings" and r["year"] == 2026 and r["in_net"]
    ]
    last_year = [
        r for r in rows_of(found["YEARLY"]) if r["sector"] == "buildings" and r["year"] == 2060 and r["in_net"]
    ]
    assert sum(r["tco2e"] for r in first_year) < sum(r["tco2e"] for r in last_year)  # built in phases


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"SECTORS": "land;forestry"}, "forestry"),
        ({"QUANTITIES": "elec=DL"}, "no quantity “elec”"),
        ({"QUANTITIES": "population=pop"}, "population is named twice"),
        ({"PHASE_CURVE": "fast"}, "no phasing curve"),
        ({"SCENARIO": "{"}, "no JSON"),
        ({"SETTINGS": "colour=red"}, "growth"),
        ({"SETTINGS": "hwp_share=much"}, "needs a number"),
        ({"PHASE_START": "nowhere"}, "nowhere"),
        ({"BASE_GREEN_RATIO": "x", "BASE": None, "BASE_CLASS": None}, "BASE_GREEN_RATIO names a field of BASE"),
    ],
)
def test_what_cannot_be_is_said_before_anything_is_read(change, words, provider, town, context):
    from qgis.core import QgsApplication

    alg = QgsApplication.processingRegistry().createAlgorithmById("carbonplanner:evaluatezones")
    good, reason = alg.checkParameterValues({**town, "OUTPUT": "memory:", **change}, context)
    assert not good
    assert words in reason


def test_the_defaults_of_new_parameters_change_nothing(run_alg, plan, rows_of):
    """Models and scripts that do not know them get what they always got, field by field."""
    new = {
        "PHASE_CURVE": "linear", "QUANTITIES": "", "SECTORS": "land", "GWP_SET": "AR6", "VIEW": "responsibility",
        "REGION": "CN-CQ", "CLIMATE_ZONE": "", "GRID_PATH": "frozen", "SCENARIO": "", "BASELINE": "existing",
        "SETTINGS": "", "DRAWS": 0, "SEED": 1,
    }  # fmt: skip
    bare = run_alg("evaluatezones", **plan, OUTPUT="memory:", LEDGER="memory:")
    told = run_alg("evaluatezones", **plan, **new, OUTPUT="memory:", LEDGER="memory:")
    for sink in ("OUTPUT", "LEDGER"):
        assert rows_of(bare[sink]) == rows_of(told[sink])
    assert bare["OUTPUT"].fields().names() == told["OUTPUT"].fields().names()
    assert "cp_bldg_lo" not in bare["OUTPUT"].fields().names()
    assert bare["NET_BUILDINGS"] is None
    assert bare["NET_LAND"] == bare["NET_TCO2E"]

"""Models: every algorithm is a step of one, and the sample model gives the figures of a plain run."""

from __future__ import annotations

from pathlib import Path

import pytest
from qgis.core import (
    QgsApplication,
    QgsProcessingException,
    QgsProcessingModelAlgorithm,
    QgsProcessingModelChildAlgorithm,
    QgsProcessingModelChildParameterSource,
    QgsProcessingModelOutput,
    QgsProcessingModelParameter,
)

from carbon_planner.processing.base import RESOURCES
from carbon_planner.processing.registry import algorithms

Source = QgsProcessingModelChildParameterSource
NUMBERS = ("STATUS", "NET_TCO2E", "AREA_HA", "COUNT", "CLASS_SYSTEM", "PASSED")


def generated_model(name):
    """A model with one step, whose parameters are all inputs of the model and whose destinations are its outputs."""
    step = QgsApplication.processingRegistry().createAlgorithmById(f"carbonplanner:{name}")
    model = QgsProcessingModelAlgorithm(f"one step {name}", "test", "")
    child = QgsProcessingModelChildAlgorithm(step.id())
    child.setChildId("step")
    outputs = {}
    for definition in step.parameterDefinitions():
        if definition.isDestination():
            output = QgsProcessingModelOutput(definition.name(), definition.name())
            output.setChildId("step")
            output.setChildOutputName(definition.name())
            outputs[definition.name()] = output
            continue
        model.addModelParameter(definition.clone(), QgsProcessingModelParameter(definition.name()))
        child.addParameterSources(definition.name(), [Source.fromModelParameter(definition.name())])
    child.setModelOutputs(outputs)
    model.addChildAlgorithm(child)
    model.updateDestinationParameters()
    assert model.validate() == (True, [])
    return model


def defaults(model):
    """Values of the model's inputs that are not given; the defaults of the step."""
    return {d.name(): d.defaultValue() for d in model.parameterDefinitions() if not d.isDestination()}


@pytest.mark.parametrize("name", [cls.ID for cls in algorithms() if cls.ID != "writeresults"])
def test_every_algorithm_is_a_step(name, provider, every_algorithm, context, recorder, tmp_path):
    import processing

    model = generated_model(name)
    file = ".json" if name == "exportfactorset" else ".html"
    suffix = {"fileDestination": file, "sink": ".gpkg", "folderDestination": ""}
    where = {
        d.name(): str(tmp_path / f"{d.name().split(':')[-1]}{suffix[d.type()]}")
        for d in model.destinationParameterDefinitions()
    }
    feedback = recorder()
    found = processing.run(
        model, {**defaults(model), **every_algorithm[name], **where}, context=context, feedback=feedback
    )
    assert feedback.errors == []
    for path in where.values():
        assert Path(path).exists()
    steps = found["CHILD_RESULTS"]["step"] if "CHILD_RESULTS" in found else {}
    for key in NUMBERS:
        assert key not in steps or steps[key] not in (None, "")


def test_a_bad_step_stops_the_model_with_its_reason(provider, plan, context, recorder, tmp_path):
    """Processing does not check the parameters of a step; the algorithm does."""
    import processing

    model = generated_model("evaluatezones")
    where = {d.name(): str(tmp_path / f"{n}.gpkg") for n, d in enumerate(model.destinationParameterDefinitions())}
    values = {**defaults(model), **plan, "BASE_CLASS": None, **where}
    feedback = recorder()
    with pytest.raises(QgsProcessingException) as caught:
        processing.run(model, values, context=context, feedback=feedback)
    # QGIS 3.22 tells the reason in the log, later versions in the exception
    assert "BASE needs BASE_CLASS" in "\n".join([*feedback.errors, str(caught.value)])
    assert list(tmp_path.iterdir()) == []


@pytest.mark.golden
def test_sample_model_gives_the_figures_of_a_plain_run(run_alg, context, recorder, rows_of, tmp_path):
    import processing

    model = QgsProcessingModelAlgorithm()
    assert model.fromFile(str(RESOURCES / "models" / "evaluate_plan.model3"))
    assert model.validate() == (True, [])
    zones, base = (str(RESOURCES / "sample" / f"{name}.geojson") for name in ("zones", "base"))
    path = str(tmp_path / "plan.gpkg")
    found = processing.run(
        model,
        {
            "zones": zones,
            "zone_id": "zone_id",
            "plan_class": "class_code",
            "base": base,
            "base_class": "DLBM",
            "evaluate:Evaluated zones": path,
            "evaluate:Carbon ledger": path,
            "emitting:Zones that emit": str(tmp_path / "emitting.gpkg"),
        },
        context=context,
        feedback=recorder(),
    )
    plain = run_alg("evaluatezones", ZONES=zones, ZONE_ID="zone_id", ZONE_CLASS="class_code", BASE=base,
                    BASE_CLASS="DLBM", OUTPUT=str(tmp_path / "plain.gpkg"))  # fmt: skip
    by_model, by_hand = rows_of(found["evaluate:Evaluated zones"]), rows_of(plain["OUTPUT"])
    for row in (*by_model, *by_hand):
        row.pop("fid")
    assert by_model == by_hand
    assert len(by_model) == 20
    emitting = rows_of(found["emitting:Zones that emit"])
    assert {row["cp_zone_id"] for row in emitting} == {
        row["cp_zone_id"] for row in by_hand if (row["cp_net_t"] or 0) > 0
    }
    assert len(rows_of(found["evaluate:Carbon ledger"])) > 100


def sample_model(name):
    model = QgsProcessingModelAlgorithm()
    assert model.fromFile(str(RESOURCES / "models" / f"{name}.model3"))
    assert model.validate() == (True, [])
    return model


SAMPLE_INPUTS = {
    "zones": str(RESOURCES / "sample" / "zones.geojson"),
    "zone_id": "zone_id",
    "plan_class": "class_code",
    "base": str(RESOURCES / "sample" / "base.geojson"),
    "base_class": "DLBM",
}


@pytest.mark.golden
def test_model_of_all_sectors_with_phases(run_alg, context, recorder, rows_of, tmp_path):
    """Every zone with a floor area emits; what the years add up to is the net of the plan."""
    import processing

    package = str(tmp_path / "plan.gpkg")
    where = {f"evaluate:{name}": package for name in ("Evaluated zones", "Yearly emissions", "Effect by sector")}
    found = processing.run(
        sample_model("all_sectors"), {**SAMPLE_INPUTS, **where}, context=context, feedback=recorder()
    )
    sample = {"ZONES": SAMPLE_INPUTS["zones"], "ZONE_ID": "zone_id", "ZONE_CLASS": "class_code",
              "BASE": SAMPLE_INPUTS["base"], "BASE_CLASS": "DLBM"}  # fmt: skip
    plain = run_alg("evaluatezones", **sample, SECTORS="all", PHASE_CURVE="scurve", OUTPUT=str(tmp_path / "x.gpkg"))
    by_model, by_hand = rows_of(found["evaluate:Evaluated zones"]), rows_of(plain["OUTPUT"])
    assert [(r["cp_zone_id"], r["cp_net_t"]) for r in by_model] == [(r["cp_zone_id"], r["cp_net_t"]) for r in by_hand]
    sectors = {row["sector"]: row["net_tco2e"] for row in rows_of(found["evaluate:Effect by sector"])}
    assert set(sectors) == {"land", "buildings", "transport", "waste", "sinks", "other"}
    assert sectors["buildings"] == plain["NET_BUILDINGS"]
    yearly = [row for row in rows_of(found["evaluate:Yearly emissions"]) if row["in_net"]]
    sign = {"baseline": -1.0}
    total = sum(sign.get(row["stage"], 1.0) * row["tco2e"] for row in yearly)
    assert total == pytest.approx(plain["NET_TCO2E"], rel=1e-9)
    assert {row["year"] for row in yearly} == set(range(2026, 2061))


@pytest.mark.golden
def test_model_of_the_value_of_a_stock(context, recorder, rows_of, tmp_path):
    import processing

    names = {"evaluate:Evaluated zones": str(tmp_path / "z.gpkg"), "value:Values": str(tmp_path / "v.gpkg")}
    values = {**SAMPLE_INPUTS, **names, "price": 43.0, "rate": 0.0}
    found = processing.run(sample_model("value_of_stock"), values, context=context, feedback=recorder())
    zones = {row["cp_zone_id"]: row for row in rows_of(found["evaluate:Evaluated zones"])}
    rows = rows_of(found["value:Values"])
    assert len(rows) == len(zones)
    for row in rows:
        zone = zones[row["group"]]
        if zone["cp_pstk_tc"] is None or zone["cp_bstk_tc"] is None:
            assert row["value"] is None
        else:
            assert row["value"] == pytest.approx(43.0 * (zone["cp_pstk_tc"] - zone["cp_bstk_tc"]), rel=1e-12)


@pytest.mark.golden
def test_model_of_factors_and_uncertainty(context, recorder, rows_of, tmp_path):
    import processing
    from algorithm_cases import factors

    names = ("apply:Ledger rows", "uncertainty:Intervals", "uncertainty:Contributions of factors")
    where = {name: str(tmp_path / f"{i}.gpkg") for i, name in enumerate(names)}
    inputs = {"table": factors(None, tmp_path)["INPUT"], "value": "m2", "factor": "factor", "group": "zone",
              "unit": "m2", "factor_set": "building"}  # fmt: skip
    found = processing.run(
        sample_model("factors_and_uncertainty"), {**inputs, **where}, context=context, feedback=recorder()
    )
    rows = {row["group"] or "": row for row in rows_of(found["uncertainty:Intervals"])}
    assert rows[""]["tco2e"] == pytest.approx(1200.0)
    assert rows[""]["method"] == "MC n=10000 seed=1"
    assert rows[""]["lo"] < 1200.0 < rows[""]["hi"]
    assert rows_of(found["uncertainty:Contributions of factors"])[0]["factor_id"] == "emb_res_rc"

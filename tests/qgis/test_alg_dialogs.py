"""The dialogs of Processing with our boxes: choices by name, values as constants, models with the usual editors."""

from __future__ import annotations

import pytest
from conftest import make_layer, square
from qgis.core import (
    QgsApplication,
    QgsProcessingContext,
    QgsProcessingModelAlgorithm,
    QgsProject,
)
from qgis.gui import QgsProcessingModelerParameterWidget

from carbon_planner.processing.registry import algorithms


@pytest.fixture
def dialogs(provider, qgis_iface, qgis_new_project, monkeypatch):
    """Make dialogs; the mock of the interface has no browser model."""
    monkeypatch.setattr(qgis_iface, "browserModel", lambda: None)
    open_dialogs = []

    def make(name, kind="AlgorithmDialog"):
        import importlib

        alg = QgsApplication.processingRegistry().createAlgorithmById(f"carbonplanner:{name}")
        cls = getattr(importlib.import_module(f"processing.gui.{kind}"), kind)
        made = cls(alg, False, None) if kind == "AlgorithmDialog" else cls(alg, None)
        open_dialogs.append(made)
        return made

    yield make
    for dialog in open_dialogs:
        dialog.close()
        dialog.deleteLater()
    QgsProject.instance().clear()


def boxes(dialog):
    return dialog.mainWidget().wrappers


def items(wrapper):
    box = wrapper.wrappedWidget()
    return {box.itemData(i): box.itemText(i) for i in range(box.count())}


@pytest.mark.parametrize("name", [cls.ID for cls in algorithms()])
def test_dialog_of_every_algorithm_opens_with_its_defaults(name, dialogs):
    dialog = dialogs(name)
    alg = QgsApplication.processingRegistry().algorithmById(f"carbonplanner:{name}")
    for definition in alg.parameterDefinitions():
        if definition.isDestination() or definition.type() in ("source", "vector", "file"):
            continue
        value = boxes(dialog)[definition.name()].parameterValue()
        assert (value or None) == (definition.defaultValue() or None), definition.name()


def test_class_systems_are_offered_by_name(dialogs):
    wrapper = boxes(dialogs("evaluatezones"))["ZONE_CLASS_SYSTEM"]
    offered = items(wrapper)
    assert offered[""] == "Detect from codes and names"
    assert {"landsea2023", "survey3", "corine", "worldcover"} <= set(offered)
    assert "(survey3)" in offered["survey3"]
    wrapper.setParameterValue("corine", QgsProcessingContext())
    assert wrapper.wrappedWidget().currentText() == offered["corine"]
    assert wrapper.parameterValue() == "corine"


def test_factor_sets_of_library_and_user_are_offered(dialogs, run_alg, every_algorithm):
    run_alg("importfactorset", **every_algorithm["importfactorset"])
    offered = items(boxes(dialogs("evaluatezones"))["FACTOR_SET"])
    assert "cq_mixed_0_100cm@1.0.0" in offered
    assert "mine@1.0.0" in offered


def test_a_set_that_has_to_be_given_has_no_default(dialogs):
    for name, parameter in (
        ("applyfactors", "FACTOR_SET"),
        ("factorimpact", "NEW_SET"),
        ("reviewfactorset", "FACTOR_SET"),
    ):
        wrapper = boxes(dialogs(name))[parameter]
        assert items(wrapper)[""] == ""
        assert "cq_mixed_0_100cm@1.0.0" in items(wrapper)
        assert wrapper.wrappedWidget().lineEdit().placeholderText() == "Choose a set, or type id@version or a file"
        assert wrapper.parameterValue() == ""
    assert items(boxes(dialogs("exportfactorset"))["FACTOR_SET"])[""] == "Default of the land method"


def test_what_is_typed_is_taken(dialogs, tmp_path):
    wrapper = boxes(dialogs("evaluatezones"))["FACTOR_SET"]
    wrapper.wrappedWidget().setEditText(f"  {tmp_path}/my factors.csv ")
    assert wrapper.parameterValue() == f"{tmp_path}/my factors.csv"


def test_choices_have_names_and_keep_their_constants(dialogs):
    wrapper = boxes(dialogs("evaluatezones"))["LAND_METHOD"]
    assert items(wrapper) == {"stock": "Stock difference (stock)", "flux": "Yearly flux (flux)"}
    assert wrapper.parameterValue() == "stock"
    wrapper.setParameterValue("flux", QgsProcessingContext())
    assert wrapper.parameterValue() == "flux"
    assert not wrapper.wrappedWidget().isEditable()


def test_area_fields_follow_the_layers(dialogs):
    base = make_layer([(square(0, 0), "0301", 1.0)], "DLBM:string,TBMJ:double", name="base")
    zones = make_layer([(square(0, 0), "z1", 2.0)], "id:string,mj:double", name="zones")
    project = QgsProject.instance()
    project.addMapLayers([base, zones])
    wrappers = boxes(dialogs("evaluatezones"))
    wrappers["ZONES"].setParameterValue(zones.id(), QgsProcessingContext())
    wrappers["BASE"].setParameterValue(None, QgsProcessingContext())
    assert set(items(wrappers["AREA_FIELD"])) == {"", "mj"}
    wrappers["BASE"].setParameterValue(base.id(), QgsProcessingContext())
    assert set(items(wrappers["AREA_FIELD"])) == {"", "TBMJ"}


def test_values_of_the_dialog_run(dialogs, run_alg, plan):
    project = QgsProject.instance()
    project.addMapLayers([plan["ZONES"], plan["BASE"]])
    dialog = dialogs("evaluatezones")
    for name, value in plan.items():
        value = value.id() if name in ("ZONES", "BASE") else value
        boxes(dialog)[name].setParameterValue(value, QgsProcessingContext())
    values = dialog.mainWidget().createProcessingParameters()
    values = {name: value for name, value in values.items() if value not in (None, "")}
    values["OUTPUT"] = "memory:"
    found = run_alg("evaluatezones", **values)
    wanted = run_alg("evaluatezones", **plan, OUTPUT="memory:")
    assert found["NET_TCO2E"] == wanted["NET_TCO2E"]


def test_batch_dialog_opens(dialogs):
    dialog = dialogs("evaluatezones", "BatchAlgorithmDialog")
    assert dialog.mainWidget().batchRowCount() >= 0


def test_model_designer_uses_the_usual_editors(provider, qgis_iface, monkeypatch):
    """Steps of a model can take their texts from inputs and expressions."""
    from processing.modeler.ModelerParametersDialog import ModelerParametersDialog

    monkeypatch.setattr(qgis_iface, "browserModel", lambda: None)
    alg = QgsApplication.processingRegistry().createAlgorithmById("carbonplanner:evaluatezones")
    dialog = ModelerParametersDialog(alg, QgsProcessingModelAlgorithm())
    wrappers = dialog.widget.widget.wrappers
    for name in ("ZONE_CLASS_SYSTEM", "FACTOR_SET", "ENCODING", "AREA_FIELD", "LAND_METHOD"):
        assert isinstance(wrappers[name], QgsProcessingModelerParameterWidget), name
    dialog.close()

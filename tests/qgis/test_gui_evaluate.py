"""What the dialog *Evaluate* is filled with."""

from __future__ import annotations

import pytest
from qgis.core import QgsProject, QgsVectorLayer

from carbon_planner.gui.evaluate import field_of, guess_base, guess_zones, parameters
from carbon_planner.gui.results import is_result, result_layers


def layer(name, fields, kind="Polygon"):
    made = QgsVectorLayer(f"{kind}?crs=EPSG:4523&" + "&".join(f"field={f}:string" for f in fields), name, "memory")
    assert made.isValid()
    QgsProject.instance().addMapLayer(made)
    return made


@pytest.fixture
def project(qgis_new_project):
    return QgsProject.instance()


def test_fields_by_name(project):
    own = layer("shp", ["BSM", "YDDM", "LDL", "JZMD", "RJL", "绿地率"])
    assert field_of(own, ("class_code", "yddm")) == "YDDM"
    assert field_of(own, ("nothing",)) is None
    values = parameters(project, own)
    assert values["ZONES"] == own.id()
    assert values["ZONE_ID"] == "BSM"
    assert values["ZONE_CLASS"] == "YDDM"
    assert values["GREEN_RATIO"] == "LDL"
    assert values["BUILDING_DENSITY"] == "JZMD"
    assert values["PLOT_RATIO"] == "RJL"
    assert "BASE" not in values


def test_baseline_is_the_survey(project):
    zones = layer("plan", ["zone_id", "class_code"])
    survey = layer("DLTB", ["BSM", "DLBM", "TBMJ"])
    layer("roads", ["DLBM"], "LineString")
    assert guess_base(project, zones) is survey
    values = parameters(project, zones)
    assert (values["BASE"], values["BASE_CLASS"]) == (survey.id(), "DLBM")


def test_results_are_not_evaluated_again(project):
    done = layer("result", ["cp_zone_id", "cp_net_t", "class_code", "DLBM"])
    plan = layer("plan", ["zone_id", "class_code"])
    assert guess_zones(project, done) is plan
    assert guess_base(project, plan) is None
    assert is_result(done)
    assert result_layers(project) == [done]
    project.removeMapLayer(plan.id())
    assert guess_zones(project, done) is done  # nothing else is there


def test_nothing_there(project):
    assert set(parameters(project, None)) >= {"START_YEAR", "END_YEAR", "LAND_METHOD"}
    layer("points", ["a"], "Point")
    assert guess_zones(project, None) is None


def test_base_field_only_where_filled(project, tmp_path):
    from qgis.core import QgsCoordinateReferenceSystem, QgsGeometry

    from carbon_planner.gui.plan.catalogue import catalogue
    from carbon_planner.gui.plan.create import create_plan
    from carbon_planner.gui.tools.add_zone import add_zone

    crs = QgsCoordinateReferenceSystem("EPSG:4523")
    plan = create_plan(tmp_path / "p.gpkg", crs, catalogue("landsea2023"), "P")
    project.addMapLayer(plan)
    assert "ZONE_BASE_CLASS" not in parameters(project, plan)
    assert parameters(project, plan)["ZONE_CLASS_SYSTEM"] == "landsea2023"
    plan.startEditing()
    shape = QgsGeometry.fromWkt("MultiPolygon (((0 0, 1 0, 1 1, 0 0)))")
    assert add_zone(plan, shape, "Z-0001", {"class_code": "0701", "base_code": "0103"})
    assert plan.commitChanges()
    assert parameters(project, plan)["ZONE_BASE_CLASS"] == "base_code"


def test_options_are_the_start_values(project):
    from carbon_planner.gui import settings

    settings.LAND_METHOD.set("flux")
    settings.FLUX_SET.set("cn_direct@1.0.0")
    settings.END_YEAR.set(2035)
    try:
        values = parameters(project, None)
        assert values["LAND_METHOD"] == "flux"
        assert values["FACTOR_SET"] == "cn_direct@1.0.0"
        assert values["END_YEAR"] == 2035
    finally:
        for setting in (settings.LAND_METHOD, settings.FLUX_SET, settings.END_YEAR):
            setting.reset()

"""The plan file: template, defaults, style, suggested reference system."""

from __future__ import annotations

import pytest
from qgis.core import (
    NULL,
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsFeature,
    QgsGeometry,
    QgsPointXY,
    QgsProject,
    QgsVectorLayer,
    QgsVectorLayerUtils,
)

from carbon_planner.gui.plan import schema
from carbon_planner.gui.plan.catalogue import catalogue
from carbon_planner.gui.plan.create import PlanFileError, create_plan, default_path, open_plan, plan_tables
from carbon_planner.gui.plan.crs import in_metres, objection, suggest, zone_epsg
from carbon_planner.gui.plan.find import obstacle, plan_layers, target
from carbon_planner.gui.plan.style import ensure_category, trim_legend
from carbon_planner.gui.tools.add_zone import add_zone, area_ha, next_zone_id, remarks

CRS = "EPSG:4523"
TRIANGLE = "MultiPolygon (((35600000 3270000, 35600100 3270000, 35600000 3270100, 35600000 3270000)))"


@pytest.fixture
def plan(qgis_new_project, tmp_path):
    layer = create_plan(tmp_path / "规划.gpkg", QgsCoordinateReferenceSystem(CRS), catalogue("landsea2023"), "Plan")
    QgsProject.instance().addMapLayer(layer)
    return layer


def test_template(plan, tmp_path):
    names = [f.name for f in schema.FIELDS]
    assert names == [
        "zone_id", "name", "class_code", "class_name", "green_ratio", "bldg_dens", "plot_ratio", "base_code", "status",
        "note", "created",
    ]  # fmt: skip
    assert plan.fields().names() == ["fid", *names]
    assert all(len(name.encode()) <= 11 for name in names)
    assert schema.is_plan_layer(plan)
    assert schema.class_system(plan) == "landsea2023"
    assert plan_tables(tmp_path / "规划.gpkg") == ["plan_zones"]
    assert sorted(p.name for p in tmp_path.iterdir() if p.suffix == ".gpkg") == ["规划.gpkg"]


def test_style_is_in_the_file(plan, tmp_path):
    """Opened in another project the plan has its form, colours and labels without the plugin's help."""
    again = open_plan(tmp_path / "规划.gpkg", "plan_zones", "x")
    index = again.fields().lookupField
    codes = again.editorWidgetSetup(index("class_code")).config()["map"]
    assert len(codes) == 175
    assert {"0701 Urban residential land": "0701"} in codes
    assert again.editorWidgetSetup(index("status")).type() == "ValueMap"
    assert again.attributeAlias(index("class_code")) == "Planned class"
    assert again.labelsEnabled()
    assert again.renderer().classAttribute() == "class_code"
    assert len(again.renderer().categories()) == 176
    assert again.defaultValueDefinition(index("zone_id")).expression()


def test_zone_id_default(plan):
    """Zones drawn with QGIS's own tool get the next number, too; other forms of ids do not disturb."""
    plan.startEditing()
    for zone_id in ("Z-0009", "A1", "Z-12x", None):
        feature = QgsVectorLayerUtils.createFeature(plan, QgsGeometry.fromWkt(TRIANGLE))
        feature["zone_id"] = zone_id
        assert plan.addFeature(feature)
    assert next_zone_id(plan) == "Z-0010"
    fresh = QgsVectorLayerUtils.createFeature(plan, QgsGeometry.fromWkt(TRIANGLE), {}, plan.createExpressionContext())
    assert fresh["zone_id"] == "Z-0010"
    assert fresh["status"] == "draft"
    plan.rollBack()
    assert next_zone_id(plan) == "Z-0001"


def test_class_name_follows_the_code(plan):
    """Another class chosen in the attribute table changes the name with it."""
    plan.startEditing()
    assert add_zone(plan, QgsGeometry.fromWkt(TRIANGLE), "Z-0001", {"class_code": "0701", "class_name": "x"})
    (zone,) = plan.getFeatures()
    plan.changeAttributeValue(zone.id(), plan.fields().lookupField("class_code"), "0301")
    (zone,) = plan.getFeatures()
    assert zone["class_name"] == "Arbor forest land"
    plan.rollBack()


def test_what_is_left_open_is_null(plan):
    plan.startEditing()
    values = {"class_code": "0701", "green_ratio": None, "note": None, "base_code": None, "name": None}
    assert add_zone(plan, QgsGeometry.fromWkt(TRIANGLE), "Z-0001", values)
    assert plan.commitChanges()
    (zone,) = plan.getFeatures()
    assert all(zone[name] in (None, NULL) for name in ("green_ratio", "bldg_dens", "note", "base_code", "name"))
    assert plan.undoStack().count() == 0


def test_form_constraint(plan):
    index = plan.fields().lookupField("green_ratio")
    expression = plan.constraintExpression(index)
    from qgis.core import QgsExpression, QgsExpressionContext, QgsExpressionContextUtils

    context = QgsExpressionContext(QgsExpressionContextUtils.globalProjectLayerScopes(plan))
    feature = QgsFeature(plan.fields())
    for green, building, good in ((0.4, 0.6, True), (0.5, 0.6, False), (-0.1, 0.2, False), (None, None, True)):
        feature["green_ratio"], feature["bldg_dens"] = green, building
        context.setFeature(feature)
        assert bool(QgsExpression(expression).evaluate(context)) is good


def test_legend(plan):
    classes = catalogue("landsea2023")
    trim_legend(plan, classes)
    assert [c.value() for c in plan.renderer().categories()] == [None]
    assert ensure_category(plan, classes, "1401")
    assert ensure_category(plan, classes, "0701")
    assert not ensure_category(plan, classes, "0701")
    assert [c.value() for c in plan.renderer().categories()] == ["0701", "1401", None]
    colours = [c.symbol().color().name() for c in plan.renderer().categories()]
    assert colours[0] == classes.get("0701").colour.lower()


def test_colours_of_all_systems():
    """Every class of every system has a colour; the official ones differ between the first levels."""
    from carbon_planner.classes.library import ClassLibrary

    for info in ClassLibrary.shipped().systems():
        items = catalogue(info.id).items
        assert items
        assert all(len(item.colour) == 7 and item.colour.startswith("#") for item in items), info.id
        assert all(item.name("en") and item.name("zh") for item in items if info.kind != "cover")
    first = {item.code: item.colour for item in catalogue("landsea2023").items if len(item.code) == 2}
    assert first["07"] != first["09"] != first["14"]


def test_usual_values():
    residential = catalogue("landsea2023").usual("0701")
    assert residential.mode == "mixed"
    assert residential.green == pytest.approx(0.33)
    assert residential.building == pytest.approx(0.23)
    assert residential.plot_ratio > 1
    assert residential.total == pytest.approx(1.0)
    assert catalogue("landsea2023").usual("0301").mode == "natural"
    assert catalogue("gb50137").usual("R2").mode == "mixed"


def test_existing_file_is_not_overwritten(plan, tmp_path):
    path = tmp_path / "规划.gpkg"
    second = create_plan(path, QgsCoordinateReferenceSystem("EPSG:4524"), catalogue("landsea2023"), "Second")
    assert plan_tables(path) == ["plan_zones", "plan_zones_2"]
    assert second.crs().authid() == "EPSG:4524"
    plan.startEditing()
    assert add_zone(plan, QgsGeometry.fromWkt(TRIANGLE), "Z-0001", {"class_code": "0701"})
    assert plan.commitChanges()
    assert list(plan.uniqueValues(plan.fields().lookupField("class_code"))) == ["0701"]


def test_read_only_folder_is_told(qgis_new_project, tmp_path):
    blocked = tmp_path / "no"
    blocked.write_text("", encoding="utf-8")
    with pytest.raises(PlanFileError, match=r"plan\.gpkg"):
        create_plan(blocked / "plan.gpkg", QgsCoordinateReferenceSystem(CRS), catalogue("landsea2023"), "x")


def test_default_path(qgis_new_project, tmp_path):
    project = QgsProject.instance()
    assert project.write(str(tmp_path / "工程 1.qgs"))
    assert default_path(project) == tmp_path / "plan.gpkg"
    (tmp_path / "plan.gpkg").write_bytes(b"")
    assert default_path(project) == tmp_path / "plan_2.gpkg"


def test_targets(plan, qgis_new_project):
    """The active plan, else one in editing, else the uppermost; other polygon layers never."""
    project = QgsProject.instance()
    project.addMapLayer(plan)
    other = QgsVectorLayer("Polygon?crs=EPSG:4523&field=class_code:string", "other", "memory")
    uri = "Polygon?crs=EPSG:4523&field=" + "&field=".join(
        f"{f}:string" if f in ("zone_id", "class_code") else f"{f}:double" for f in sorted(schema.NEEDED)
    )
    copied = QgsVectorLayer(uri, "copied plan", "memory")
    project.addMapLayers([other, copied])
    assert set(plan_layers(project)) == {plan, copied}
    assert target(project, plan) is plan
    assert target(project, other) in (plan, copied)
    copied.startEditing()
    assert target(project, None) is copied
    copied.rollBack()
    assert copied.setReadOnly(True)
    assert "copied plan" in obstacle(copied)
    assert obstacle(plan) == ""


# --- reference systems ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("zone", range(25, 46))
def test_cgcs2000_zones(qgis_app, zone):
    """Within 1.5° of its central meridian each of the 21 zones is suggested, with its zone number in the eastings."""
    for offset in (-1.45, 0.0, 1.45):
        assert zone_epsg(zone * 3 + offset, 30.0) == 4513 + zone - 25
    crs = QgsCoordinateReferenceSystem.fromEpsgId(4513 + zone - 25)
    degrees = QgsCoordinateReferenceSystem("EPSG:4490")
    place = QgsCoordinateTransform(degrees, crs, QgsProject.instance()).transform(QgsPointXY(zone * 3, 30))
    assert place.x() == pytest.approx(zone * 1e6 + 5e5, abs=1)
    assert in_metres(crs)


@pytest.mark.parametrize(
    ("longitude", "latitude", "epsg"),
    [(16.9, 52.4, 32633), (20.4, -34.0, 32734), (-84.5, 39.1, 32616), (179.99, 10, 32660), (-180.0, 10, 32601)],
)
def test_utm_elsewhere(longitude, latitude, epsg):
    assert zone_epsg(longitude, latitude) == epsg


def test_suggestion(qgis_app):
    mercator, degrees = QgsCoordinateReferenceSystem("EPSG:3857"), QgsCoordinateReferenceSystem("EPSG:4490")
    projected = QgsCoordinateReferenceSystem("EPSG:4545")
    assert suggest(projected, QgsPointXY(0, 0)).crs == projected
    assert suggest(mercator, QgsPointXY(11855000, 3445000)).crs.authid() == "EPSG:4523"
    assert suggest(degrees, QgsPointXY(106.5, 29.5)).crs.authid() == "EPSG:4524"
    assert not suggest(QgsCoordinateReferenceSystem(), QgsPointXY(0, 0)).crs.isValid()
    assert not suggest(degrees, None).crs.isValid()  # an empty map does not show where the plan is
    assert suggest(projected, None).crs == projected


def test_objections(qgis_app):
    good = QgsCoordinateReferenceSystem("EPSG:4523")
    assert objection(good) == ""
    assert "1.33" in objection(QgsCoordinateReferenceSystem("EPSG:3857"), 30.0)
    assert "1–4" in objection(QgsCoordinateReferenceSystem("EPSG:3857"))
    assert "degrees" in objection(QgsCoordinateReferenceSystem("EPSG:4326"))
    assert "metre" in objection(QgsCoordinateReferenceSystem("EPSG:2263"))  # New York, US feet
    assert objection(QgsCoordinateReferenceSystem())


def test_area_is_true_area(qgis_new_project):
    """A hectare in a 3° zone is one in Web Mercator and in degrees, too."""
    project = QgsProject.instance()
    square = QgsGeometry.fromWkt("Polygon ((35600000 3270000, 35600100 3270000, 35600100 3270100, 35600000 3270100))")
    for authid in (CRS, "EPSG:3857", "EPSG:4490"):
        crs = QgsCoordinateReferenceSystem(authid)
        there = QgsGeometry(square)
        there.transform(QgsCoordinateTransform(QgsCoordinateReferenceSystem(CRS), crs, project))
        layer = QgsVectorLayer(f"Polygon?crs={authid}", "x", "memory")
        assert area_ha(there, layer, project) == pytest.approx(1.0, rel=3e-3)


def test_remarks(qgis_app):
    assert remarks(QgsGeometry.fromWkt(TRIANGLE)) == []
    assert len(remarks(QgsGeometry.fromWkt("Polygon ((0 0, 1 1, 1 0, 0 1, 0 0))"))) == 1

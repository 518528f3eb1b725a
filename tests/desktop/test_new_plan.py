"""The dialog before the first zone."""

from __future__ import annotations

import pytest
from conftest import pump
from qgis.core import QgsCoordinateReferenceSystem, QgsProject, QgsRectangle, QgsVectorLayer
from qgis.PyQt.QtWidgets import QDialogButtonBox


@pytest.fixture
def dialog(project, shell, until):
    """Opened by the button, in a project without a plan."""

    def open_it():
        shell.actions["draw"].trigger()
        until(lambda: shell.drawing.dialog is not None and shell.drawing.dialog.isVisible())
        return shell.drawing.dialog

    yield open_it
    if shell.drawing is not None and shell.drawing.dialog is not None:
        shell.drawing.dialog.reject()
    pump(50)


def test_first_click(dialog, project, shell, tmp_path, until, shot):
    """One dialog, then one draws: file, layer, style, form, tool."""
    box = dialog()
    assert box.crs.crs().authid() == "EPSG:4523"
    assert box.system.currentData() == "landsea2023"
    path = tmp_path / "新建 规划" / "方案一.gpkg"
    box.file.setFilePath(str(path.with_suffix("")))  # the suffix comes by itself
    box.title.setText("方案一")
    shot("new_plan")
    box.ok.click()
    until(lambda: shell.drawing.dialog is None)
    assert path.is_file()
    assert sorted(p.name for p in path.parent.iterdir() if p.suffix == ".gpkg") == ["方案一.gpkg"]
    (layer,) = project.mapLayers().values()
    assert layer.name() == "方案一"
    assert layer.isEditable()
    assert layer.crs().authid() == "EPSG:4523"
    assert shell.actions["draw"].isChecked()
    assert shell.iface.mapCanvas().mapTool() is shell.drawing.tool
    assert project.snappingConfig().enabled()
    assert layer.editorWidgetSetup(layer.fields().lookupField("class_code")).type() == "ValueMap"
    assert layer.customProperty("carbon_planner/class_system") == "landsea2023"
    until(lambda: len(layer.renderer().categories()) == 1)  # the legend holds what the plan uses: nothing yet


def test_cancel(dialog, project, shell, until):
    """Cancelled: nothing was made, the button is up, the map has its old tool."""
    before = shell.iface.mapCanvas().mapTool()
    dialog().reject()
    until(lambda: shell.drawing.dialog is None)
    assert not shell.actions["draw"].isChecked()
    assert shell.iface.mapCanvas().mapTool() is before
    assert project.mapLayers() == {}


def test_web_mercator(dialog, project, shell, shot):
    """A project in Web Mercator: the zone of the map centre is suggested; choosing 3857 is warned of."""
    project.setCrs(QgsCoordinateReferenceSystem("EPSG:3857"))
    project.addMapLayer(QgsVectorLayer("Point?crs=EPSG:3857", "something", "memory"))
    shell.iface.mapCanvas().setExtent(QgsRectangle(11850000, 3440000, 11860000, 3450000))  # 106.5° E, 29.5° N
    pump(100)
    box = dialog()
    assert box.crs.crs().authid() == "EPSG:4523"
    assert "106." in box.crs_note.text()
    box.crs.setCrs(QgsCoordinateReferenceSystem("EPSG:3857"))
    assert "1.32" in box.crs_note.text()
    assert box.ok.isEnabled()
    shot("new_plan_mercator")


def test_empty_map(dialog, project):
    """A map without layers does not show where the plan is: the user has to say."""
    project.setCrs(QgsCoordinateReferenceSystem("EPSG:4326"))
    box = dialog()
    assert not box.crs.crs().isValid()
    assert box.crs_note.text()
    assert not box.ok.isEnabled()
    box.crs.setCrs(QgsCoordinateReferenceSystem("EPSG:4545"))
    assert box.ok.isEnabled()


def test_existing_file_is_kept(dialog, project, shell, tmp_path, until):
    """A GeoPackage with other layers receives the plan; the others stay as they are."""
    from qgis.core import QgsVectorFileWriter

    path = tmp_path / "data.gpkg"
    source = QgsVectorLayer("Point?crs=EPSG:4523&field=a:integer", "points", "memory")
    options = QgsVectorFileWriter.SaveVectorOptions()
    options.layerName = "points"
    QgsVectorFileWriter.writeAsVectorFormatV3(source, str(path), project.transformContext(), options)
    points = QgsVectorLayer(f"{path}|layername=points", "points", "ogr")
    project.addMapLayer(points)
    box = dialog()
    box.file.setFilePath(str(path))
    assert box.file_note.text()
    assert box.crs.isEnabled()
    box.ok.click()
    until(lambda: shell.drawing.dialog is None)
    names = sorted(layer.source().split("layername=")[-1] for layer in project.mapLayers().values())
    assert names == ["plan_zones", "points"]
    points.startEditing()
    assert points.rollBack()
    assert list(points.uniqueValues(1)) == []


def test_existing_plan_is_continued(plan, project, dialog, shell, until):
    path = plan.source().split("|")[0]
    project.removeMapLayer(plan.id())
    box = dialog()
    box.file.setFilePath(path)
    assert not box.crs.isEnabled()
    box.ok.click()
    until(lambda: shell.drawing.dialog is None)
    (layer,) = project.mapLayers().values()
    assert layer.source().startswith(path)


def test_folder_that_cannot_be_written(dialog, project, shell, tmp_path, shot):
    blocked = tmp_path / "file"
    blocked.write_text("not a folder", encoding="utf-8")
    box = dialog()
    box.file.setFilePath(str(blocked / "plan.gpkg"))
    box.ok.click()
    assert box.isVisible()
    assert box.message.isVisible()
    assert "plan.gpkg" in box.message.text()
    assert project.mapLayers() == {}
    assert list(tmp_path.iterdir()) == [blocked]


def test_damaged_file(dialog, project, tmp_path):
    """A file that is no GeoPackage is left alone."""
    bad = tmp_path / "bad.gpkg"
    bad.write_bytes(b"SQLite format 3\0" + b"x" * 500)
    before = bad.read_bytes()
    box = dialog()
    box.file.setFilePath(str(bad))
    box.ok.click()
    assert box.message.isVisible()
    assert bad.read_bytes() == before
    assert QgsProject.instance().mapLayers() == {}


def test_help(dialog, shell, until):
    box = dialog()
    box.buttons.button(QDialogButtonBox.StandardButton.Help).click()
    until(lambda: "help" in shell.windows.open)
    assert shell.windows.open["help"].view.source().fileName() == "drawing.html"
    shell.windows.open["help"].close()

"""Drawing a zone with mouse and keyboard."""

from __future__ import annotations

import json

import pytest
from conftest import pump
from qgis.core import NULL, QgsFeature, QgsGeometry, QgsPointXY, QgsProject, QgsRectangle, QgsVectorLayer
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtWidgets import QAction

SQUARE = [(35600100, 3270500), (35600300, 3270500), (35600300, 3270300), (35600100, 3270300)]


def form_of(shell, until):
    until(lambda: shell.drawing is not None and shell.drawing.form is not None and shell.drawing.form.isVisible())
    return shell.drawing.form


def start(shell, hand, until):
    hand.press(shell.toolbar.widgetForAction(shell.actions["draw"]))
    until(lambda: shell.actions["draw"].isChecked())


def draw(hand, corners):
    for corner in corners:
        hand.click(*corner)
    hand.finish(*corners[0])


def sketches(folder):
    return [json.loads(path.read_text(encoding="utf-8"))["sketch"] for path in folder.glob("*sketch.json")]


def add(shell, hand, until, code):
    form = form_of(shell, until)
    form.picker.search.setText(code)
    until(lambda: form.picker.code() == code)
    hand.press(form.add)
    until(lambda: shell.drawing.form is None)


@pytest.mark.smoke
def test_first_zone(plan, shell, hand, until, shot):
    """Draw, find the class by keyboard, fill in, add: one feature, one undo step."""
    start(shell, hand, until)
    assert plan.isEditable()
    draw(hand, SQUARE)
    form = form_of(shell, until)
    assert form.zone.zone_id == "Z-0001"
    assert form.zone.area_ha == pytest.approx(4.0, rel=0.02)  # a pixel is about half a metre
    hand.type("070102")
    until(lambda: form.picker.code() == "070102")
    assert form.green.placeholderText() == "33"
    form.green.setText("40")
    shot("form")
    hand.key("Return")
    until(lambda: shell.drawing.form is None)
    (zone,) = plan.getFeatures()
    assert zone["zone_id"] == "Z-0001"
    assert zone["class_code"] == "070102"
    assert zone["green_ratio"] == pytest.approx(0.4)
    assert zone["bldg_dens"] in (None, NULL)
    assert zone["status"] == "draft"
    assert zone["created"].isValid()
    assert plan.undoStack().count() == 1
    until(lambda: "070102" in [c.value() for c in plan.renderer().categories()])
    shot("zone_added")
    plan.undoStack().undo()
    assert plan.featureCount() == 0


def test_number_goes_on(plan, shell, hand, until):
    """Zones not yet saved count; one that was undone gives its number back."""
    start(shell, hand, until)
    draw(hand, SQUARE)
    add(shell, hand, until, "0301")
    draw(hand, [(x + 250, y) for x, y in SQUARE])
    add(shell, hand, until, "1401")
    assert sorted(f["zone_id"] for f in plan.getFeatures()) == ["Z-0001", "Z-0002"]
    assert plan.undoStack().count() == 2
    assert all(f["class_name"] for f in plan.getFeatures())
    assert plan.commitChanges(False)
    assert sorted(f["zone_id"] for f in plan.getFeatures()) == ["Z-0001", "Z-0002"]


def test_keys(plan, shell, hand, until, drafts):
    """Backspace takes back a vertex, Esc the whole outline; the draft follows every step."""
    start(shell, hand, until)
    for corner in SQUARE[:3]:
        hand.click(*corner)
    assert shell.drawing.tool.size() == 3
    hand.key("BackSpace")
    assert shell.drawing.tool.size() == 2
    (sketch,) = sketches(drafts)
    assert QgsGeometry.fromWkt(sketch).constGet().nCoordinates() == 2
    hand.key("Escape")
    assert shell.drawing.tool.size() == 0
    assert sketches(drafts) == []
    assert plan.featureCount() == 0


def test_snap(plan, shell, hand, until, project):
    """With the project's snapping on, a click near a vertex takes its exact coordinates."""
    from carbon_planner.gui.dialogs.new_plan import switch_on_snapping

    switch_on_snapping(project)
    other = neighbour(project, QgsRectangle(35600300.123456, 3270100, 35600500, 3270500.654321).asWktPolygon())
    shell.iface.setActiveLayer(plan)
    canvas = shell.iface.mapCanvas()
    canvas.refresh()
    until(lambda: not canvas.isDrawing())
    start(shell, hand, until)
    hand.click(35600100, 3270500)
    hand.move(35600302, 3270499)  # four pixels off
    until(lambda: canvas.snappingUtils().locatorForLayer(other) is not None)
    pump(500)
    hand.click(35600302, 3270499)
    hand.click(35600100, 3270300)
    hand.finish(35600100, 3270300)
    form_of(shell, until)
    add(shell, hand, until, "0501")
    (zone,) = plan.getFeatures()
    corners = [(p.x(), p.y()) for p in zone.geometry().vertices()]
    assert (35600300.123456, 3270500.654321) in corners


def neighbour(project, wkt):
    """A memory layer with one parcel to snap to."""
    layer = QgsVectorLayer("Polygon?crs=EPSG:4523", "parcels", "memory")
    feature = QgsFeature(layer.fields())
    feature.setGeometry(QgsGeometry.fromWkt(wkt))
    layer.dataProvider().addFeatures([feature])
    layer.updateExtents()
    project.addMapLayer(layer)
    return layer


def test_length_lock(plan, shell, hand, until):
    """The advanced digitizing panel works: a locked length is kept to the millimetre."""
    from qgis.gui import QgsAdvancedDigitizingDockWidget

    start(shell, hand, until)
    cad = shell.iface.cadDockWidget()
    cad.enableAction().trigger()
    try:
        hand.click(35600100, 3270300)
        hand.move(35600200, 3270300)
        cad.setDistance("50", QgsAdvancedDigitizingDockWidget.WidgetSetMode.ReturnPressed)
        pump(100)
        hand.click(35600250, 3270330)
        first, second = shell.drawing.tool.pointsZM()[:2]
        assert first.distance(second) == pytest.approx(50, abs=1e-3)
    finally:
        cad.enableAction().trigger()
        hand.key("Escape")


def test_stream(plan, shell, hand, until):
    """Streaming is offered for the tool and sets vertices while the mouse moves; the draft keeps up."""
    start(shell, hand, until)
    stream = shell.iface.mainWindow().findChild(QAction, "mActionStreamDigitize")
    assert stream.isEnabled()
    stream.trigger()
    try:
        hand.click(35600100, 3270300)
        for step in range(1, 12):
            hand.move(35600100 + step * 20, 3270300 + step * 7)
        assert shell.drawing.tool.size() > 5
        pump(800)
        (sketch,) = sketches(shell.keeper.store.folder)
        assert QgsGeometry.fromWkt(sketch).constGet().nCoordinates() == shell.drawing.tool.size()
        hand.key("Escape")
    finally:
        if stream.isChecked():
            stream.trigger()
    shell.iface.actionPan().trigger()
    assert not stream.isEnabled()


def test_arc(plan, shell, hand, until):
    """An outline with an arc becomes a polygon with many corners; its draft keeps the arc."""
    start(shell, hand, until)
    curve = shell.iface.mainWindow().findChild(QAction, "mActionDigitizeWithCurve")
    curve.trigger()
    try:
        for corner in ((35600100, 3270300), (35600200, 3270400), (35600300, 3270300)):
            hand.click(*corner)
        sketch = shell.drawing.tool.sketch()
        assert "CircularString" in sketch
        shell.drawing.tool.restore(sketch, plan)
        assert "CircularString" in shell.drawing.tool.sketch()
        hand.finish(35600200, 3270250)
        add(shell, hand, until, "1401")
    finally:
        segment = shell.iface.mainWindow().findChild(QAction, "mActionDigitizeWithSegment")
        if segment is not None:
            segment.trigger()
        elif curve.isChecked():
            curve.trigger()
    (zone,) = plan.getFeatures()
    assert zone.geometry().constGet().nCoordinates() > 20
    assert not zone.geometry().constGet().hasCurvedSegments()


def test_trace(plan, shell, hand, until, project):
    """With tracing on, two clicks take the whole border between them."""
    from qgis.gui import QgsMapCanvasTracer

    from carbon_planner.gui.dialogs.new_plan import switch_on_snapping

    switch_on_snapping(project)
    corners = (
        "35600100 3270100, 35600200 3270150, 35600300 3270100, 35600400 3270180, 35600400 3270400, 35600100 3270400"
    )
    other = neighbour(project, f"Polygon (({corners}, 35600100 3270100))")
    shell.iface.setActiveLayer(plan)
    canvas = shell.iface.mapCanvas()
    canvas.refresh()
    until(lambda: not canvas.isDrawing())
    tracing = QgsMapCanvasTracer.tracerForCanvas(canvas).actionEnableTracing()
    tracing.setChecked(True)
    try:
        start(shell, hand, until)
        hand.move(35600100, 3270100)
        until(lambda: canvas.snappingUtils().locatorForLayer(other) is not None)
        pump(600)
        hand.click(35600100, 3270100)
        hand.move(35600300, 3270102)
        pump(300)
        hand.click(35600400, 3270180)
        points = [(round(p.x()), round(p.y())) for p in shell.drawing.tool.pointsZM()]
        assert points == [(35600100, 3270100), (35600200, 3270150), (35600300, 3270100), (35600400, 3270180)]
        assert len(sketches(shell.keeper.store.folder)) == 1
    finally:
        tracing.setChecked(False)
        hand.key("Escape")


def test_back_to_drawing(plan, shell, hand, until, drafts):
    """Esc in the form gives the outline back with all its vertices; nothing is lost by a wrong click."""
    start(shell, hand, until)
    draw(hand, SQUARE)
    form_of(shell, until)
    assert len(sketches(drafts)) == 1  # the outline is kept while the form is open
    hand.key("Escape")
    until(lambda: shell.drawing.form is None)
    assert shell.drawing.tool.size() == 4
    hand.key("BackSpace")
    assert shell.drawing.tool.size() == 3
    hand.finish(*SQUARE[0])
    add(shell, hand, until, "0601")
    assert plan.featureCount() == 1
    assert sketches(drafts) == []


def test_discard(plan, shell, hand, until, drafts):
    start(shell, hand, until)
    draw(hand, SQUARE)
    hand.press(form_of(shell, until).drop)
    until(lambda: shell.drawing.form is None)
    assert shell.drawing.tool.size() == 0
    assert plan.featureCount() == 0
    assert sketches(drafts) == []


def test_other_layer_pauses(plan, shell, hand, until, project, drafts):
    """Another active layer ends the tool; *Draw plan zone* goes on with the outline."""
    other = QgsVectorLayer("Polygon?crs=EPSG:4523", "other", "memory")
    project.addMapLayer(other)
    shell.iface.setActiveLayer(plan)
    start(shell, hand, until)
    for corner in SQUARE[:3]:
        hand.click(*corner)
    shell.iface.setActiveLayer(other)
    until(lambda: not shell.actions["draw"].isChecked())
    assert len(sketches(drafts)) == 1
    start(shell, hand, until)
    assert shell.iface.activeLayer() == plan
    assert shell.drawing.tool.size() == 3
    hand.finish(*SQUARE[0])
    add(shell, hand, until, "0101")
    assert plan.featureCount() == 1


def test_another_tool_keeps_the_outline(plan, shell, hand, until):
    """Panning in between is part of drawing."""
    start(shell, hand, until)
    for corner in SQUARE[:3]:
        hand.click(*corner)
    shell.iface.actionPan().trigger()
    assert not shell.actions["draw"].isChecked()
    start(shell, hand, until)
    assert shell.drawing.tool.size() == 3
    hand.key("Escape")


def test_end_of_editing_pauses(plan, shell, hand, until, drafts):
    start(shell, hand, until)
    hand.click(*SQUARE[0])
    hand.click(*SQUARE[1])
    plan.rollBack()
    until(lambda: not shell.actions["draw"].isChecked())
    assert len(sketches(drafts)) == 1


def test_layer_removed_while_drawing(plan, shell, hand, until, project):
    start(shell, hand, until)
    hand.click(*SQUARE[0])
    plan.rollBack()
    project.removeMapLayer(plan.id())
    pump(100)
    assert not shell.actions["draw"].isChecked()
    assert shell.drawing.layer is None


def test_click_on_active_button(plan, shell, hand, until):
    """A second click on the button leaves the tool active and the button down."""
    start(shell, hand, until)
    hand.press(shell.toolbar.widgetForAction(shell.actions["draw"]))
    assert shell.actions["draw"].isChecked()
    assert shell.iface.mapCanvas().mapTool() is shell.drawing.tool


def test_topological_editing(plan, shell, hand, until, project):
    """With topological editing on, a neighbour gets the new corner; still one undo step."""
    plan.startEditing()
    feature = QgsFeature(plan.fields())
    feature.setGeometry(
        QgsGeometry.fromWkt(
            "MultiPolygon (((35600300 3270100, 35600500 3270100, 35600500 3270500, "
            "35600300 3270500, 35600300 3270100)))"
        )
    )
    plan.addFeature(feature)
    plan.commitChanges(False)
    project.setTopologicalEditing(True)
    from carbon_planner.gui.tools.add_zone import add_zone

    square = QgsGeometry.fromPolygonXY(
        [
            [
                QgsPointXY(35600100, 3270200),
                QgsPointXY(35600300, 3270200),
                QgsPointXY(35600300, 3270400),
                QgsPointXY(35600100, 3270400),
            ]
        ]
    )
    square.convertToMultiType()
    assert add_zone(plan, square, "Z-0002", {"class_code": "0101"})
    project.setTopologicalEditing(False)
    old = next(f for f in plan.getFeatures() if f["zone_id"] != "Z-0002")
    assert old.geometry().constGet().nCoordinates() == 7
    assert plan.undoStack().count() == 1
    plan.undoStack().undo()
    (old,) = plan.getFeatures()
    assert old.geometry().constGet().nCoordinates() == 5


def test_other_crs(plan, shell, hand, until, project):
    """The map may show another system than the plan has; the zone lands where it was drawn."""
    from qgis.core import QgsCoordinateReferenceSystem, QgsCoordinateTransform

    geographic = QgsCoordinateReferenceSystem("EPSG:4490")
    there = QgsCoordinateTransform(plan.crs(), geographic, project)
    project.setCrs(geographic)
    canvas = shell.iface.mapCanvas()
    canvas.setExtent(there.transformBoundingBox(QgsRectangle(35600000, 3270000, 35600600, 3270600)))
    canvas.refresh()
    pump(300)
    start(shell, hand, until)
    corners = [there.transform(QgsPointXY(*corner)) for corner in SQUARE]
    for corner in corners:
        hand.click(corner.x(), corner.y())
    sketch = shell.drawing.tool.sketch()
    shell.drawing.tool.restore(sketch, plan)
    assert shell.drawing.tool.size() == 4
    hand.key("BackSpace")
    assert shell.drawing.tool.size() == 3
    hand.click(corners[3].x(), corners[3].y())
    hand.finish(corners[0].x(), corners[0].y())
    form = form_of(shell, until)
    assert form.zone.area_ha == pytest.approx(4.0, rel=0.03)
    add(shell, hand, until, "0101")
    (zone,) = plan.getFeatures()
    assert zone.geometry().centroid().asPoint().distance(QgsPointXY(35600200, 3270400)) < 3


def test_form_is_beside_the_outline(plan, shell, hand, until):
    start(shell, hand, until)
    draw(hand, [(x - 60, y) for x, y in SQUARE])
    form = form_of(shell, until)
    pump(300)
    corner = hand.canvas.viewport().mapToGlobal(hand.pixel(35600240, 3270400))
    assert form.frameGeometry().left() >= corner.x() - 2
    form.done(0)


def test_state_of_the_button(plan, shell, until, project):
    """Read-only plan: off, and the tool tip says why."""
    assert shell.actions["draw"].isEnabled()
    plan.setReadOnly(True)
    shell.states.refresh()
    assert not shell.actions["draw"].isEnabled()
    assert plan.name() in shell.actions["draw"].toolTip()
    plan.setReadOnly(False)
    shell.states.refresh()
    assert shell.actions["draw"].isEnabled()
    QgsProject.instance().removeMapLayer(plan.id())
    until(lambda: not shell.actions["evaluate"].isEnabled())
    assert shell.actions["draw"].isEnabled()  # it will ask for a new plan
    assert not shell.actions["results"].isEnabled()


def test_keyboard_only_form(plan, shell, hand, until):
    """Tab leads through the form in the order of the eye."""
    start(shell, hand, until)
    draw(hand, SQUARE)
    form = form_of(shell, until)
    hand.type("0701")
    seen = []
    for _ in range(9):
        seen.append(form.focusWidget().objectName())
        hand.key("Tab")
    assert seen == ["classSearch", "classTree", "zoneName", "greenRatio", "buildingDensity", "plotRatio",
                    "existingClass", "zoneStatus", "zoneNote"]  # fmt: skip
    assert all(
        w.accessibleName() or w.objectName().startswith("qt_")
        for w in (form.picker.search, form.picker.tree, form.name, form.green, form.density, form.ratio, form.base)
    )
    assert form.windowModality() == Qt.WindowModality.WindowModal
    form.done(0)

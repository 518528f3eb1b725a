"""``qgis --code`` script: draw one zone and begin another, change and delete saved ones, then die without a goodbye."""

import json
import os
import signal
from pathlib import Path

import qgis.utils
from qgis.core import QgsGeometry, QgsProject, QgsRectangle
from qgis.PyQt.QtCore import QPoint, Qt, QTimer
from qgis.PyQt.QtTest import QTest


def work():
    from carbon_planner.gui.plan.create import open_plan
    from carbon_planner.gui.tools.add_zone import add_zone

    order = json.loads(os.environ["CRASH_ORDER"])
    iface = qgis.utils.iface
    shell = qgis.utils.plugins["carbon_planner"].shell
    plan = open_plan(Path(order["plan"]), "plan_zones", "Plan zones")
    QgsProject.instance().addMapLayer(plan)
    if order["project"]:
        assert QgsProject.instance().write(order["project"])
    iface.setActiveLayer(plan)
    iface.mapCanvas().setExtent(QgsRectangle(35600000, 3270000, 35600600, 3270600))
    shell.actions["draw"].trigger()
    first, second = sorted(f.id() for f in plan.getFeatures())
    plan.changeAttributeValue(first, plan.fields().lookupField("name"), "changed 改")
    plan.deleteFeature(second)
    corners = "35600000 3270000, 35600100 3270000, 35600100 3270100, 35600000 3270000"
    square = QgsGeometry.fromWkt(f"MultiPolygon((({corners})))")
    assert add_zone(plan, square, "Z-0003", {"class_code": "070102", "green_ratio": 0.4, "name": "新区 “q”"})
    view = iface.mapCanvas().viewport()
    for place in ((200, 200), (300, 200), (300, 300)):
        QTest.mouseMove(view, QPoint(*place))
        QTest.mouseClick(view, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, QPoint(*place))
    Path(order["ready"]).write_text(shell.drawing.tool.sketch(), encoding="utf-8")
    QTimer.singleShot(500, lambda: os.kill(os.getpid(), signal.SIGKILL))


QTimer.singleShot(1500, work)

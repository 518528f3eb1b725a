"""The plugin is written so that PyQt6 can read it: scoped enumerations, no removed names, imports by qgis.PyQt."""

from __future__ import annotations

from pathlib import Path

import pytest
from qt6_rules import findings

REPOSITORY = Path(__file__).resolve().parents[2]
FOLDERS = ("carbon_planner", "scripts", "tests/desktop", "tests/qgis")


def sources():
    for folder in FOLDERS:
        for path in sorted((REPOSITORY / folder).rglob("*.py")):
            yield path
    for path in sorted((REPOSITORY / "scripts").iterdir()):
        if path.is_file() and not path.suffix and path.read_text(encoding="utf-8").startswith("#!/usr/bin/python3"):
            yield path


def test_nothing_that_qt6_lacks():
    found = []
    for path in sources():
        for line, what in findings(path.read_text(encoding="utf-8")):
            found.append(f"{path.relative_to(REPOSITORY)}:{line}: {what}")
    assert found == []


IMPORTS = """
from qgis.core import Qgis, QgsProcessing, QgsProcessingParameterNumber, QgsTask, QgsWkbTypes
from qgis.PyQt.QtCore import Qt, QVariant
from qgis.PyQt.QtWidgets import QDialog, QMessageBox
import qgis.core as core
"""


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ("x = Qt.AlignLeft", "write Qt.AlignmentFlag.AlignLeft"),
        ("x = Qt.UserRole", "write Qt.ItemDataRole.UserRole"),
        ("x = QMessageBox.Yes | QMessageBox.No", "write QMessageBox.StandardButton.Yes"),
        ("x = QgsProcessing.TypeVectorPolygon", "write QgsProcessing.SourceType.TypeVectorPolygon"),
        ("x = QgsProcessingParameterNumber.Double", "write QgsProcessingParameterNumber.Type.Double"),
        ("x = QgsTask.CanCancel", "write QgsTask.Flag.CanCancel"),
        ("x = QgsWkbTypes.MultiPolygon", "write QgsWkbTypes.Type.MultiPolygon"),
        ("x = Qgis.Warning", "write Qgis.MessageLevel.Warning"),
        ("x = core.QgsWkbTypes.PolygonGeometry", "write QgsWkbTypes.GeometryType.PolygonGeometry"),
        ("class A(QDialog):\n    def f(self):\n        return self.Accepted", "write QDialog.DialogCode.Accepted"),
        ("dialog.exec_()", ".exec_: take exec()"),
        ("from PyQt5.QtCore import QObject", "import PyQt5.QtCore: take qgis.PyQt"),
        ("import PyQt6.QtCore", "import PyQt6.QtCore: take qgis.PyQt"),
        ("import sip", "take qgis.PyQt.sip"),
        ("from qgis._core import QgsFeature", "take the public module"),
        ("from qgis.PyQt.QtCore import QRegExp", "QRegExp is gone"),
        ("from qgis.PyQt.QtGui import QAction", "QAction: import it from qgis.PyQt.QtWidgets"),
        ("from qgis.PyQt.QtWebKitWidgets import QWebView", "qgis.PyQt.QtWebKitWidgets is gone"),
        ("from qgis.PyQt.QtCore import *", "name what is meant"),
        ("x = QVariant.Type", "QVariant.Type is gone"),
        ("header.setResizeMode(1)", "take setSectionResizeMode()"),
    ],
)
def test_planted(line, what):
    assert any(what in text for _, text in findings(f"{IMPORTS}\n{line}\n"))


@pytest.mark.parametrize(
    "line",
    [
        "x = Qt.AlignmentFlag.AlignLeft",
        "x = QMessageBox.StandardButton.Yes",
        "x = QgsProcessing.SourceType.TypeVectorPolygon",
        "x = QgsWkbTypes.GeometryType.PolygonGeometry",
        "x = Qgis.MessageLevel.Warning",
        "x = QVariant.Double",  # qgis.PyQt on Qt 6 gives QVariant these names again; QMetaType fails in 3.22
        "x = Qgis.QGIS_VERSION_INT",
        "dialog.exec()",
        "from qgis.PyQt.QtWidgets import QAction",
        "from qgis.PyQt import sip",
        "class A(QDialog):\n    def f(self):\n        return self.accept, QDialog.DialogCode.Accepted",
    ],
)
def test_right_forms_pass(line):
    assert findings(f"{IMPORTS}\n{line}\n") == []

"""No text reaches the user interface but through ``translate``, in which alone it can become Chinese."""

from __future__ import annotations

import ast
import re

import pytest
from bilingual import called, place, shell_modules

# what shows its arguments to the user, by the number of leading arguments that may be texts; others are values
TABLE = """
9 setText setPlainText setHtml setToolTip setStatusTip setWhatsThis setWindowTitle setTitle setPlaceholderText
9 setAccessibleName setAccessibleDescription setHeaderLabels setHorizontalHeaderLabels setInformativeText
9 setDetailedText setDialogTitle setLabelText setSuffix setPrefix setSpecialValueText setFilter showMessage setTabText
9 setDescription setEditText setButtonText addItems pushInfo pushWarning pushMessage pushFormattedMessage reportError
9 setProgressText createMessage beginEditCommand beginMacro setNullValueString
3 information warning critical question getOpenFileName getSaveFileName getText getItem
2 addRow addMenu addAction addSection addButton addTab addToolBar insertItem
2 QDockWidget QgsDockWidget QgsCollapsibleGroupBox QProgressDialog QUndoCommand
2 QAction QListWidgetItem QTableWidgetItem QStandardItem QgsOptionsWidgetFactory
1 addItem QgsProcessingException QgsMessageOutput QgsProxyProgressTask
1 QLabel QPushButton QCheckBox QRadioButton QGroupBox QMenu QToolButton QCommandLinkButton
"""
SHOWS = {name: int(line[0]) for line in TABLE.strip().splitlines() for name in line[2:].split()}
PROCESSING = re.compile(r"QgsProcessing(Parameter|Output)[A-Z]\w+")
RETURNS = {"displayName", "group", "longName", "shortDescription", "shortHelpString"}
# two letters in a row are a word; names of parameters, files and units of Qt are not shown to be read
WORD = re.compile(r"[A-Za-z]{2,}")
# … and languages name themselves
NO_TEXT = re.compile(
    r"English|[A-Z][A-Z0-9_]*|[\w.-]+\.\w{2,4}|<[^>]*>|#[0-9a-fA-F]{3,8}|&\w+;|\{[^}]*\}|[a-z]+([A-Z][a-z]+)+"
)


def shown(node: ast.Call) -> list[ast.expr]:
    """Arguments of a call that the user will read."""
    name = called(node)
    if PROCESSING.fullmatch(name):
        return node.args[1:2] + [word.value for word in node.keywords if word.arg == "description"]
    if name in SHOWS:
        return node.args[: SHOWS[name]]
    return []


def words(node: ast.AST) -> list[str]:
    """Texts below a node that stand outside of calls; a call answers for itself."""
    if isinstance(node, ast.Call):
        # "… {}".format(…) shows its own text
        return (
            words(node.func.value)
            if called(node) in ("format", "join") and isinstance(node.func, ast.Attribute)
            else []
        )
    if isinstance(node, ast.Constant):
        text = NO_TEXT.sub("", node.value) if isinstance(node.value, str) else ""
        return [node.value] if WORD.search(text) else []
    if isinstance(node, (ast.Subscript, ast.Compare)):  # keys and things compared are not shown
        return []
    return [text for child in ast.iter_child_nodes(node) for text in words(child)]


@pytest.mark.parametrize("path", shell_modules(), ids=lambda path: f"{path.parent.name}/{path.name}")
def test_no_english_is_shown_as_it_stands(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            found += [(place(path, node), text) for arg in shown(node) for text in words(arg)]
        elif isinstance(node, ast.FunctionDef) and node.name in RETURNS:
            returned = [item.value for item in ast.walk(node) if isinstance(item, ast.Return) and item.value]
            found += [(place(path, node), text) for value in returned for text in words(value)]
    assert found == []


def test_the_check_finds_what_it_is_for():
    """Planted faults are found, texts that go through ``translate`` are not."""
    bad = """
label.setText("Not translated")
box = QPushButton("Go on", self)
alg.add(QgsProcessingParameterNumber("YEAR", "Start year", 0))
label.setText("<b>{}</b> hectares".format(3))
menu.addAction(f"Open {name}")
"""
    good = """
label.setText(translate("CarbonPlanner", "Translated"))
label.setText("<b>{}</b>: {}".format(translate("CarbonPlanner", "Area"), 3))
alg.add(QgsProcessingParameterNumber("YEAR", translate("CarbonPlanner", "Start year"), 0))
box.addItem(translate("CarbonPlanner", "Stock difference"), "stock")
label.setText(names["area"])
"""

    def count(code: str) -> int:
        calls = [node for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Call)]
        return sum(bool(words(arg)) for node in calls for arg in shown(node))

    assert count(bad) == 5
    assert count(good) == 0

"""What PyQt6 no longer takes, found in source text: short names of enumerations, removed names, wrong imports.

Short names are told by the running PyQt5 and QGIS: ``Qt.AlignLeft`` is one because its value belongs to an enumeration
that is an attribute of ``Qt`` itself. Names of instances are followed only for ``self`` in classes of Qt and QGIS.
"""

from __future__ import annotations

import ast
import importlib
from collections.abc import Iterator
from functools import cache
from typing import Any

# Modules of Qt that QGIS 4 does not bring, or that its qgis.PyQt does not have.
GONE_MODULES = {
    "QtWebKit", "QtWebKitWidgets", "QtScript", "QtScriptTools", "QtWebEngineWidgets", "QtOpenGL", "QtXmlPatterns",
}  # fmt: skip
# Names that PyQt6 does not have.
GONE_NAMES = {
    "QRegExp", "QRegExpValidator", "QTextCodec", "QDesktopWidget", "QMatrix", "QGLWidget", "QGLFormat", "QVariant.Type",
    "QMacCocoaViewContainer", "QWinJumpList", "Qt.MidButton", "Qt.BackgroundColorRole", "Qt.TextColorRole",
    "QPalette.Background", "QPalette.Foreground", "QApplication.desktop", "QFontMetrics.width",
}  # fmt: skip
# Methods that are gone from classes of Qt under these names.
GONE_METHODS = {
    "exec_": "exec()", "print_": "print()", "toTime_t": "toSecsSinceEpoch()", "setTime_t": "setSecsSinceEpoch()",
    "fromTime_t": "fromSecsSinceEpoch()", "setResizeMode": "setSectionResizeMode()", "globalX": "globalPosition()",
    "setTabStopWidth": "setTabStopDistance()", "setMargin": "setContentsMargins()", "globalY": "globalPosition()",
    "localPos": "position()", "windowPos": "scenePosition()", "screenPos": "globalPosition()",
}  # fmt: skip
# Where qgis.PyQt keeps names that moved in Qt 6; the other module has them in one of the versions only.
PLACES = dict.fromkeys(
    ("QAction", "QActionGroup", "QShortcut", "QUndoStack", "QUndoCommand", "QUndoGroup"), "QtWidgets"
)
WRAPPED = ("qgis.PyQt", "qgis.core", "qgis.gui", "qgis.analysis")


def findings(text: str) -> list[tuple[int, str]]:
    """(line, what is wrong) of a module, in order."""
    return sorted(set(_Visitor().look(ast.parse(text))))


class _Visitor:
    """Walks one module with the names that it imports from Qt and QGIS."""

    def __init__(self) -> None:
        self.known: dict[str, Any] = {}
        self.selves: list[list[Any]] = []

    def look(self, tree: ast.AST) -> Iterator[tuple[int, str]]:
        for node in ast.walk(tree):
            yield from self._imports(node)
        yield from self._walk(tree)

    def _walk(self, node: ast.AST) -> Iterator[tuple[int, str]]:
        inside = isinstance(node, ast.ClassDef)
        if inside:
            self.selves.append([base for base in map(self._value, node.bases) if isinstance(base, type)])
        if isinstance(node, ast.Attribute):
            yield from self._attribute(node)
        for child in ast.iter_child_nodes(node):
            yield from self._walk(child)
        if inside:
            self.selves.pop()

    # --- imports ----------------------------------------------------------------------------------------------------

    def _imports(self, node: ast.AST) -> Iterator[tuple[int, str]]:
        if isinstance(node, ast.Import):
            for name in node.names:
                yield from self._module(node.lineno, name.name)
                if name.name.startswith(WRAPPED):
                    self._learn(name.asname or name.name.partition(".")[0], name.name if name.asname else "qgis")
        elif isinstance(node, ast.ImportFrom) and not node.level:
            module = node.module or ""
            yield from self._module(node.lineno, module)
            for name in node.names:
                yield from self._name(node.lineno, module, name.name)
                if f"{module}.".startswith(tuple(f"{wrapped}." for wrapped in WRAPPED)):
                    self._learn(name.asname or name.name, module, name.name)

    def _learn(self, local: str, module: str, name: str = "") -> None:
        try:
            found = importlib.import_module(module)
            self.known[local] = getattr(found, name) if name else found
        except (ImportError, AttributeError):  # a name of another version of QGIS
            return

    def _module(self, line: int, module: str) -> Iterator[tuple[int, str]]:
        head, last = module.split(".")[0], module.split(".")[-1]
        if head in ("PyQt4", "PyQt5", "PyQt6", "PySide2", "PySide6"):
            yield line, f"import {module}: take qgis.PyQt"
        elif module == "sip":
            yield line, "import sip: take qgis.PyQt.sip"
        elif module.startswith(("qgis._", "qgis.core._", "qgis.gui._")):
            yield line, f"import {module}: take the public module"
        elif last in GONE_MODULES:
            yield line, f"{module} is gone"

    def _name(self, line: int, module: str, name: str) -> Iterator[tuple[int, str]]:
        if module.startswith("qgis.PyQt"):
            if name in GONE_NAMES | GONE_MODULES:
                yield line, f"{name} is gone"
            if name in PLACES and not module.endswith(PLACES[name]):
                yield line, f"{name}: import it from qgis.PyQt.{PLACES[name]}"
            if name == "*":
                yield line, f"from {module} import *: name what is meant"
        elif module == "qgis" and name.startswith("_"):
            yield line, f"qgis.{name}: take the public module"

    # --- attributes -------------------------------------------------------------------------------------------------

    def _attribute(self, node: ast.Attribute) -> Iterator[tuple[int, str]]:
        if node.attr in GONE_METHODS:
            yield node.lineno, f".{node.attr}: take {GONE_METHODS[node.attr]}"
        owner = self._value(node.value)
        owners = [owner] if isinstance(owner, type) else []
        if isinstance(node.value, ast.Name) and node.value.id in ("self", "cls") and self.selves:
            owners = self.selves[-1]
        for cls in owners:
            value = getattr(cls, node.attr, None)
            if f"{cls.__name__}.{node.attr}" in GONE_NAMES:
                yield node.lineno, f"{cls.__name__}.{node.attr} is gone"
            kind = type(value)
            # qgis.PyQt on Qt 6 gives QVariant the short names of its types, and only those
            if _is_enumeration(kind) and kind is not cls and cls.__name__ != "QVariant":
                scope = _name_in(cls, kind)
                if scope:
                    yield node.lineno, f"{cls.__name__}.{node.attr}: write {cls.__name__}.{scope}.{node.attr}"

    def _value(self, node: ast.AST) -> Any:
        """The class or module that an expression of names and dots stands for, None for anything else."""
        if isinstance(node, ast.Name):
            return self.known.get(node.id)
        if isinstance(node, ast.Attribute):
            return getattr(self._value(node.value), node.attr, None)
        return None


def _is_enumeration(kind: type) -> bool:
    """Whether values of a type are members of an enumeration: sip's are numbers with a name of their own."""
    return issubclass(kind, int) and kind not in (int, bool)


@cache
def _name_in(cls: type, kind: type) -> str:
    """The name that a class has for an enumeration (newer QGIS keeps them elsewhere under another), "" for none."""
    return next((name for name in dir(cls) if getattr(cls, name, None) is kind), "")

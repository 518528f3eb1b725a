"""The message bar of QGIS. It reads its text as HTML, so everything that comes from outside is escaped here."""

from __future__ import annotations

from collections.abc import Callable
from html import escape

from qgis.core import Qgis
from qgis.gui import QgsMessageBarItem
from qgis.PyQt.QtCore import QCoreApplication
from qgis.PyQt.QtWidgets import QPushButton

translate = QCoreApplication.translate
SECONDS = 6


def push(iface, text: str, level: Qgis.MessageLevel = Qgis.MessageLevel.Info, seconds: int = SECONDS) -> None:
    """Show a text; 0 seconds: until the user closes it."""
    iface.messageBar().pushMessage(translate("CarbonPlanner", "Carbon Planner"), escape(text), level, seconds)


def warn(iface, text: str) -> None:
    """Show something that did not work."""
    push(iface, text, Qgis.MessageLevel.Warning, 0)


def ask(
    iface,
    text: str,
    answers: list[tuple[str, str, Callable[[], None]]],
    level: Qgis.MessageLevel = Qgis.MessageLevel.Info,
) -> QgsMessageBarItem:
    """Show a text with buttons (object name, label, what to do) until one is pressed or the bar is closed."""
    item = iface.messageBar().createMessage(translate("CarbonPlanner", "Carbon Planner"), escape(text))
    for name, label, action in answers:
        button = QPushButton(label, item)
        button.setObjectName(name)
        button.clicked.connect(lambda _=False, action=action: (item.dismiss(), action()))
        item.layout().addWidget(button)
    iface.messageBar().pushWidget(item, level, 0)
    return item

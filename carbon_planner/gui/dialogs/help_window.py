"""The offline help: pages beside the code, in the language of the user interface, in a window of their own."""

from __future__ import annotations

from pathlib import Path

from qgis.PyQt.QtCore import QCoreApplication, QUrl
from qgis.PyQt.QtGui import QDesktopServices, QKeySequence
from qgis.PyQt.QtWidgets import QDialog, QHBoxLayout, QPushButton, QShortcut, QTextBrowser, QVBoxLayout, QWidget

from ...bridge.settings import language

translate = QCoreApplication.translate

FOLDER = Path(__file__).parents[2] / "resources" / "help"
START = "index"


def page_path(page: str, lang: str = "") -> Path:
    """File of a page in the user's language, else in English; the start page where there is none of that name."""
    for folder in (lang or language(), "en"):
        path = FOLDER / folder / f"{page}.html"
        if path.is_file():
            return path
    return FOLDER / "en" / f"{START}.html"


class HelpWindow(QDialog):
    """Shows the help pages; links to the web open in the browser."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("carbonPlannerHelp")
        self.setWindowTitle(translate("CarbonPlanner", "Carbon Planner help"))
        self.view = QTextBrowser(self)
        self.view.setObjectName("helpView")
        self.view.setAccessibleName(translate("CarbonPlanner", "Help page"))
        self.view.setOpenExternalLinks(True)
        self.home = self._button("helpHome", translate("CarbonPlanner", "&Contents"), lambda: self.show_page(START))
        self.back = self._button("helpBack", translate("CarbonPlanner", "&Back"), self.view.backward)
        self.forward = self._button("helpForward", translate("CarbonPlanner", "&Forward"), self.view.forward)
        self.browser = self._button("helpBrowser", translate("CarbonPlanner", "Open in &browser"), self._open_outside)
        close = self._button("helpClose", translate("CarbonPlanner", "Close"), self.close)
        for button, signal in ((self.back, self.view.backwardAvailable), (self.forward, self.view.forwardAvailable)):
            button.setEnabled(False)
            signal.connect(button.setEnabled)
        row = QHBoxLayout()
        for button in (self.home, self.back, self.forward):
            row.addWidget(button)
        row.addStretch(1)
        row.addWidget(self.browser)
        row.addWidget(close)
        layout = QVBoxLayout(self)
        layout.addWidget(self.view, 1)
        layout.addLayout(row)
        QShortcut(QKeySequence.StandardKey.Back, self, self.view.backward)
        self.resize(720, 560)

    def show_page(self, page: str) -> None:
        """Show a page by its name without suffix."""
        self.view.setSource(QUrl.fromLocalFile(str(page_path(page))))

    def _button(self, name: str, text: str, action) -> QPushButton:
        button = QPushButton(text, self)
        button.setObjectName(name)
        button.setAutoDefault(False)
        button.clicked.connect(lambda _checked=False: action())
        return button

    def _open_outside(self) -> None:
        QDesktopServices.openUrl(self.view.source())

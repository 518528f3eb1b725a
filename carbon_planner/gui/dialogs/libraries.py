"""Which Python libraries are there, and the commands that bring the missing ones; nothing is installed from here."""

from __future__ import annotations

from qgis.core import Qgis, QgsApplication, QgsTask
from qgis.PyQt.QtCore import QCoreApplication, pyqtSignal
from qgis.PyQt.QtGui import QFontDatabase
from qgis.PyQt.QtWidgets import (
    QApplication,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from ... import deps
from ...base.threads import aside
from ...bridge.settings import language
from ..sentences import sentences
from .compact import compact

translate = QCoreApplication.translate


def platform_names() -> dict[str, str]:
    """Platforms by id."""
    return {
        deps.WINDOWS: translate("CarbonPlanner", "Windows (OSGeo4W shell)"),
        deps.MACOS: translate("CarbonPlanner", "macOS (Terminal)"),
        deps.DEBIAN: translate("CarbonPlanner", "Debian, Ubuntu (terminal)"),
        deps.CONDA: translate("CarbonPlanner", "conda environment"),
        deps.OTHER: translate("CarbonPlanner", "Other Linux (terminal)"),
    }


def instructions(platform: str) -> str:
    """What to do with the commands on a platform."""
    again = translate("CarbonPlanner", "Then start QGIS again.")
    terminal = translate("CarbonPlanner", "Open a terminal and run the commands in this order.")
    first = {
        deps.WINDOWS: sentences(
            translate("CarbonPlanner", "Close QGIS. Open “OSGeo4W Shell” from its folder in the start menu."),
            translate("CarbonPlanner", "Paste the command and press Enter."),
        ),
        deps.MACOS: translate("CarbonPlanner", "Close QGIS. Open Terminal, paste the command and press Enter."),
        deps.DEBIAN: terminal,
        deps.CONDA: translate("CarbonPlanner", "Activate the environment of this QGIS and run the command."),
        deps.OTHER: sentences(
            translate("CarbonPlanner", "Prefer the packages of your distribution where it has them."), terminal
        ),
    }
    return sentences(first[platform], again)


def state_text(state: deps.State) -> str:
    """What was found of a library, in words."""
    if state.status == deps.OK:
        return translate("CarbonPlanner", "found")
    if state.status == deps.ABSENT:
        return translate("CarbonPlanner", "missing")
    if state.status == deps.OLD:
        return translate("CarbonPlanner", "too old")
    return translate("CarbonPlanner", "cannot be imported")


class LibrariesDialog(QDialog):
    """Table of the libraries, commands by platform, *Check again*."""

    checked = pyqtSignal()
    help_wanted = pyqtSignal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.states = deps.states()
        self.task: QgsTask | None = None
        self.closed = False
        self.setObjectName("carbonPlannerLibraries")
        self.setWindowTitle(translate("CarbonPlanner", "Required libraries"))
        self._make_fields()
        self._lay_out()
        self._show_states()

    def _make_fields(self) -> None:
        self.summary = QLabel(self)
        self.summary.setObjectName("librariesSummary")
        self.summary.setWordWrap(True)
        self.table = QTableWidget(0, 4, self)
        self.table.setObjectName("librariesTable")
        self.table.setAccessibleName(translate("CarbonPlanner", "Libraries"))
        self.table.setHorizontalHeaderLabels(
            [
                translate("CarbonPlanner", "Library"),
                translate("CarbonPlanner", "State"),
                translate("CarbonPlanner", "Version"),
                translate("CarbonPlanner", "Needed for"),
            ]
        )
        compact(self.table)
        self.table.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        self.table.setSelectionBehavior(QTableWidget.SelectionBehavior.SelectRows)
        self.table.setTabKeyNavigation(False)
        self.platform = QComboBox(self)
        self.platform.setObjectName("librariesPlatform")
        for key, name in platform_names().items():
            self.platform.addItem(name, key)
        self.platform.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.platform.setMinimumContentsLength(12)
        self.platform.setCurrentIndex(self.platform.findData(deps.platform_id()))
        self.how = QLabel(self)
        self.how.setWordWrap(True)
        self.commands = QPlainTextEdit(self)
        self.commands.setObjectName("librariesCommands")
        self.commands.setAccessibleName(translate("CarbonPlanner", "Commands"))
        self.commands.setReadOnly(True)
        self.commands.setTabChangesFocus(True)
        self.commands.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.commands.setMinimumHeight(70)
        self.copy = QPushButton(translate("CarbonPlanner", "&Copy commands"), self)
        self.copy.setObjectName("librariesCopy")
        self.again = QPushButton(translate("CarbonPlanner", "Check &again"), self)
        self.again.setObjectName("librariesCheck")
        standard = QDialogButtonBox.StandardButton
        self.buttons = QDialogButtonBox(standard.Close | standard.Help, self)

    def _lay_out(self) -> None:
        choose = QHBoxLayout()
        label = QLabel(translate("CarbonPlanner", "Commands &for"), self)
        label.setBuddy(self.platform)
        choose.addWidget(label)
        choose.addWidget(self.platform, 1)
        choose.addWidget(self.copy)
        choose.addWidget(self.again)
        layout = QVBoxLayout(self)
        layout.addWidget(self.summary)
        layout.addWidget(self.table, 3)
        layout.addLayout(choose)
        layout.addWidget(self.how)
        layout.addWidget(self.commands, 2)
        layout.addWidget(self.buttons)
        for before, after in (
            (self.table, self.platform),
            (self.platform, self.copy),
            (self.copy, self.again),
            (self.again, self.commands),
            (self.commands, self.buttons),
        ):
            self.setTabOrder(before, after)
        self.platform.currentIndexChanged.connect(self._show_commands)
        self.copy.clicked.connect(lambda: QApplication.clipboard().setText(self.commands.toPlainText()))
        self.again.clicked.connect(self.check_again)
        self.buttons.rejected.connect(self.reject)
        self.buttons.helpRequested.connect(self.help_wanted)
        self.resize(720, 480)

    # --- showing ----------------------------------------------------------------------------------------------------

    def _show_states(self) -> None:
        lacking = [state for state in self.states if state.status != deps.OK]
        needed = [state for state in lacking if state.library.required]
        if needed:
            text = translate("CarbonPlanner", "Drawing works. Evaluating needs the libraries that are marked.")
        elif lacking:
            text = translate("CarbonPlanner", "Evaluating works. Reports or charts lack what is marked.")
        else:
            text = translate("CarbonPlanner", "All libraries are there.")
        self.summary.setText(text)
        self.table.setRowCount(len(self.states))
        for row, state in enumerate(self.states):
            what = (
                translate("CarbonPlanner", "evaluating plans")
                if state.library.required
                else translate("CarbonPlanner", "reports and charts")
            )
            good = state.status == deps.OK
            mark = "✓" if good else "✗"
            cells = (state.library.wanted, f"{mark} {state_text(state)}", state.version, what)
            for column, value in enumerate(cells):
                cell = QTableWidgetItem(value)
                cell.setToolTip(state.detail)
                if not good:
                    font = cell.font()
                    font.setBold(True)
                    cell.setFont(font)
                self.table.setItem(row, column, cell)
        header = self.table.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setStretchLastSection(True)
        self._show_commands()

    def _show_commands(self, *_index: int) -> None:
        platform = self.platform.currentData()
        self.how.setText(instructions(platform))
        lines = deps.commands(platform, self.states, language(), Qgis.geosVersion())
        self.commands.setPlainText("\n".join(lines))

    # --- checking ---------------------------------------------------------------------------------------------------

    def check_again(self) -> None:
        """Import the libraries in the background: it takes seconds, and a damaged one shows only so."""
        self.again.setEnabled(False)
        self.summary.setText(translate("CarbonPlanner", "Checking…"))
        title = translate("CarbonPlanner", "Check Python libraries")
        self.task = QgsTask.fromFunction(title, lambda _task: aside(deps.try_imports)(), on_finished=self._checked)
        QgsApplication.taskManager().addTask(self.task)

    def _checked(self, error: Exception | None, states: list[deps.State] | None = None) -> None:
        self.task = None
        if self.closed:
            return
        self.states = states if states is not None and error is None else deps.states()
        self.again.setEnabled(True)
        self._show_states()
        self.checked.emit()

    def done(self, result: int) -> None:
        self.closed = True
        super().done(result)

"""*Results*: the evaluated layers of the project, the latest first, and what one does with them."""

from __future__ import annotations

from qgis.core import QgsProject
from qgis.PyQt.QtCore import QCoreApplication, QLocale, Qt, QUrl, pyqtSignal
from qgis.PyQt.QtGui import QDesktopServices
from qgis.PyQt.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from ...processing.choice_names import method_name
from ..results import Result, result_layers, summary
from .compact import compact

translate = QCoreApplication.translate


def amount(tonnes: float) -> str:
    """A mass with a sign that is seen: plus is emission, minus is removal."""
    text = QLocale().toString(tonnes, "f", 0 if abs(tonnes) >= 1000 else 1)
    return text.replace("-", "−")


class ResultsDialog(QDialog):
    """Lists results; zooms to them, opens their table and report."""

    help_wanted = pyqtSignal()

    def __init__(self, iface, project: QgsProject, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.iface, self.project = iface, project
        self.results: list[Result] = []
        self.setObjectName("carbonPlannerResults")
        self.setWindowTitle(translate("CarbonPlanner", "Results"))
        self.table = QTableWidget(0, 5, self)
        self.table.setObjectName("resultsTable")
        self.table.setAccessibleName(translate("CarbonPlanner", "Evaluated layers"))
        self.table.setHorizontalHeaderLabels(
            [
                translate("CarbonPlanner", "Layer"),
                translate("CarbonPlanner", "Zones"),
                translate("CarbonPlanner", "Net, tCO2e"),
                translate("CarbonPlanner", "Evaluated on"),
                translate("CarbonPlanner", "Factor set"),
            ]
        )
        compact(self.table)
        self.table.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        self.table.setSelectionBehavior(QTableWidget.SelectionBehavior.SelectRows)
        self.table.setSelectionMode(QTableWidget.SelectionMode.SingleSelection)
        self.table.setTabKeyNavigation(False)
        self.note = QLabel(self)
        self.note.setWordWrap(True)
        self.note.setObjectName("resultsNote")
        self.zoom = self._button("resultsZoom", translate("CarbonPlanner", "&Zoom to layer"), self._zoom)
        self.attributes = self._button("resultsOpenTable", translate("CarbonPlanner", "&Attribute table"), self._table)
        self.report = self._button("resultsReport", translate("CarbonPlanner", "Open &report"), self._report)
        standard = QDialogButtonBox.StandardButton
        buttons = QDialogButtonBox(standard.Close | standard.Help, self)
        buttons.rejected.connect(self.reject)
        buttons.helpRequested.connect(self.help_wanted)
        row = QHBoxLayout()
        for button in (self.zoom, self.attributes, self.report):
            row.addWidget(button)
        row.addStretch(1)
        layout = QVBoxLayout(self)
        layout.addWidget(self.table, 1)
        layout.addWidget(self.note)
        layout.addLayout(row)
        layout.addWidget(buttons)
        self.table.itemSelectionChanged.connect(self._selected)
        self.table.doubleClicked.connect(lambda _index: self._zoom())
        self.resize(720, 340)
        self.refresh()

    def refresh(self) -> None:
        """Read the project anew."""
        self.results = [summary(layer) for layer in result_layers(self.project)]
        self.table.setRowCount(len(self.results))
        for row, result in enumerate(self.results):
            when = QLocale().toString(result.created, QLocale.FormatType.ShortFormat)  # empty for an invalid time
            net = "–" if result.net is None else amount(result.net)
            cells = (result.layer.name(), QLocale().toString(result.zones), net, when, result.factor_set)
            for column, text in enumerate(cells):
                cell = QTableWidgetItem(text)
                cell.setToolTip(text)
                if column in (1, 2):
                    cell.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
                self.table.setItem(row, column, cell)
        header = self.table.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setStretchLastSection(True)
        if self.results:
            self.table.selectRow(0)
        self._selected()

    def current(self) -> Result | None:
        """The selected result."""
        row = self.table.currentRow()
        return self.results[row] if 0 <= row < len(self.results) else None

    def _button(self, name: str, text: str, action) -> QPushButton:
        button = QPushButton(text, self)
        button.setObjectName(name)
        button.clicked.connect(lambda _checked=False: action())
        return button

    def _selected(self) -> None:
        result = self.current()
        for button in (self.zoom, self.attributes):
            button.setEnabled(result is not None)
        self.report.setEnabled(result is not None and result.report is not None)
        self.report.setToolTip(
            "" if self.report.isEnabled() else translate("CarbonPlanner", "No report was written with this result.")
        )
        if result is None:
            self.note.setText(translate("CarbonPlanner", "The project holds no evaluated layer. Run “Evaluate” first."))
        elif result.low is None or result.high is None:
            self.note.setText(method_name(result.method))
        else:
            spread = translate("CarbonPlanner", "95 % interval: {low} to {high} tCO2e")
            spread = spread.format(low=amount(result.low), high=amount(result.high))
            self.note.setText(f"{spread}\n{method_name(result.method)}")

    def _zoom(self) -> None:
        result = self.current()
        if result is not None:
            self.project.layerTreeRoot().findLayer(result.layer.id()).setItemVisibilityCheckedParentRecursive(True)
            self.iface.setActiveLayer(result.layer)
            self.iface.zoomToActiveLayer()

    def _table(self) -> None:
        result = self.current()
        if result is not None:
            self.iface.showAttributeTable(result.layer)

    def _report(self) -> None:
        result = self.current()
        if result is not None and result.report is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(result.report)))

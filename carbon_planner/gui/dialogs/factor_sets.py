"""*Factor sets*: which sets there are, what they hold, where every figure comes from."""

from __future__ import annotations

from html import escape

from qgis.core import QgsApplication, QgsTask
from qgis.PyQt.QtCore import QCoreApplication, QItemSelectionModel, Qt, pyqtSignal
from qgis.PyQt.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSplitter,
    QTableView,
    QTextBrowser,
    QVBoxLayout,
    QWidget,
)

from ...base.errors import PlannerError
from ...bridge.connections import connect_team
from ...bridge.settings import language, user_store_path
from ...factors.records import Factor
from ...factors.store import list_sets, shipped_sets, use_store
from ...processing.choice_names import confidence_name
from .compact import compact
from .factor_tables import FactorTable, SetRow, SetTable, WordFilter, read_rows

translate = QCoreApplication.translate

IMPORT, EXPORT = "carbonplanner:importfactorset", "carbonplanner:exportfactorset"


class FactorSetsDialog(QDialog):
    """Sets above, the factors of the chosen set below, the source of the chosen factor beside."""

    run_algorithm = pyqtSignal(str, object)
    help_wanted = pyqtSignal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.task: QgsTask | None = None
        self.closed = False
        self.setObjectName("carbonPlannerFactorSets")
        self.setWindowTitle(translate("CarbonPlanner", "Factor sets"))
        self._make_tables()
        self._make_rest()
        self._lay_out()
        self._connect()
        self.refresh()

    # --- building ---------------------------------------------------------------------------------------------------

    def _make_tables(self) -> None:
        self.sets, self.set_filter = SetTable(self), WordFilter(self)
        self.factors, self.factor_filter = FactorTable(self), WordFilter(self)
        self.set_view = self._view("factorSetsTable", translate("CarbonPlanner", "Factor sets"), self.set_filter)
        self.factor_view = self._view("factorsTable", translate("CarbonPlanner", "Factors"), self.factor_filter)
        self.set_filter.setSourceModel(self.sets)
        self.factor_filter.setSourceModel(self.factors)
        for view in (self.set_view, self.factor_view):
            view.sortByColumn(-1, Qt.SortOrder.AscendingOrder)  # the order of the library until the user sorts

    def _view(self, name: str, accessible: str, model: WordFilter) -> QTableView:
        view = QTableView(self)
        view.setObjectName(name)
        view.setAccessibleName(accessible)
        view.setModel(model)
        view.setSortingEnabled(True)
        view.setWordWrap(False)
        view.setTabKeyNavigation(False)
        view.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        view.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        view.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        compact(view)
        view.horizontalHeader().setStretchLastSection(True)
        view.setMinimumHeight(80)
        return view

    def _make_rest(self) -> None:
        self.search = QLineEdit(self)
        self.search.setObjectName("factorSearch")
        self.search.setClearButtonEnabled(True)
        self.search.setPlaceholderText(translate("CarbonPlanner", "Search factors by class, name, parameter or source"))
        self.search.setAccessibleName(translate("CarbonPlanner", "Search factors"))
        self.count = QLabel(self)
        self.about = QLabel(self)
        self.about.setObjectName("factorSetAbout")
        self.about.setWordWrap(True)
        self.about.setTextFormat(Qt.TextFormat.PlainText)
        self.detail = QTextBrowser(self)
        self.detail.setObjectName("factorDetail")
        self.detail.setAccessibleName(translate("CarbonPlanner", "Source of the factor"))
        self.detail.setMinimumWidth(180)
        self.detail.setPlaceholderText(translate("CarbonPlanner", "Choose a factor to read its source."))
        self.import_button = self._button("factorImport", translate("CarbonPlanner", "&Import…"))
        self.export_button = self._button("factorExport", translate("CarbonPlanner", "&Export…"))
        self.reload_button = self._button("factorReload", translate("CarbonPlanner", "&Read again"))
        standard = QDialogButtonBox.StandardButton
        self.buttons = QDialogButtonBox(standard.Close | standard.Help, self)

    def _button(self, name: str, text: str) -> QPushButton:
        button = QPushButton(text, self)
        button.setObjectName(name)
        button.setAutoDefault(False)
        return button

    def _lay_out(self) -> None:
        upper, lower = QWidget(self), QWidget(self)
        column = QVBoxLayout(upper)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.set_view, 1)
        column.addWidget(self.about)
        side = QSplitter(Qt.Orientation.Horizontal, lower)
        side.addWidget(self.factor_view)
        side.addWidget(self.detail)
        side.setSizes([660, 260])
        side.setChildrenCollapsible(False)
        find = QHBoxLayout()
        find.addWidget(self.search, 1)
        find.addWidget(self.count)
        column = QVBoxLayout(lower)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(find)
        column.addWidget(side, 1)
        split = QSplitter(Qt.Orientation.Vertical, self)
        split.addWidget(upper)
        split.addWidget(lower)
        split.setSizes([230, 300])
        split.setChildrenCollapsible(False)
        row = QHBoxLayout()
        for button in (self.import_button, self.export_button, self.reload_button):
            row.addWidget(button)
        row.addStretch(1)
        row.addWidget(self.buttons)
        layout = QVBoxLayout(self)
        layout.addWidget(split, 1)
        layout.addLayout(row)
        order = [self.set_view, self.search, self.factor_view, self.detail]
        order += [self.import_button, self.export_button, self.reload_button, self.buttons]
        for before, after in zip(order, order[1:]):
            self.setTabOrder(before, after)
        self.resize(940, 600)

    def _connect(self) -> None:
        self.set_view.selectionModel().currentRowChanged.connect(lambda *_: self._set_chosen())
        self.factor_view.selectionModel().currentRowChanged.connect(lambda *_: self._factor_chosen())
        self.search.textChanged.connect(self._searched)
        self.import_button.clicked.connect(lambda: self.run_algorithm.emit(IMPORT, {}))
        self.export_button.clicked.connect(self._export)
        self.reload_button.clicked.connect(self.refresh)
        self.buttons.rejected.connect(self.reject)
        self.buttons.helpRequested.connect(self.help_wanted)

    # --- reading ----------------------------------------------------------------------------------------------------

    def refresh(self) -> None:
        """Read all sets in the background."""
        self.reload_button.setEnabled(False)
        self.about.setText(translate("CarbonPlanner", "Reading…"))
        use_store(user_store_path())
        connect_team()
        title = translate("CarbonPlanner", "Read factor sets")
        self.task = QgsTask.fromFunction(title, _read, on_finished=self._read_done)
        QgsApplication.taskManager().addTask(self.task)

    def _read_done(self, error: Exception | None, rows: list[SetRow] | None = None) -> None:
        self.task = None
        if self.closed:
            return
        self.reload_button.setEnabled(True)
        if error is not None or rows is None:
            text = error.text(language()) if isinstance(error, PlannerError) else str(error)
            self.about.setText(translate("CarbonPlanner", "The sets cannot be read: {reason}").format(reason=text))
            return
        self.sets.set_rows(rows)
        self.set_view.resizeColumnsToContents()
        for column, width in ((0, 330), (2, 260), (3, 130)):
            self.set_view.setColumnWidth(column, min(self.set_view.columnWidth(column), width))
        if rows:
            self._select(self.set_view)
        self._set_chosen()

    def _select(self, view: QTableView) -> None:
        flags = QItemSelectionModel.SelectionFlag
        view.selectionModel().setCurrentIndex(view.model().index(0, 0), flags.ClearAndSelect | flags.Rows)

    # --- choosing ---------------------------------------------------------------------------------------------------

    def current_set(self) -> SetRow | None:
        """The chosen set."""
        index = self.set_filter.mapToSource(self.set_view.currentIndex())
        return self.sets.rows[index.row()] if index.isValid() else None

    def current_factor(self) -> Factor | None:
        """The chosen factor."""
        index = self.factor_filter.mapToSource(self.factor_view.currentIndex())
        return self.factors.rows[index.row()] if index.isValid() else None

    def _set_chosen(self) -> None:
        row = self.current_set()
        self.export_button.setEnabled(row is not None and row.factor_set is not None)
        self.factors.set_rows(row.factor_set.factors if row and row.factor_set else ())
        self.factor_view.resizeColumnsToContents()
        for column, width in ((0, 170), (1, 150), (8, 300)):
            self.factor_view.setColumnWidth(column, min(self.factor_view.columnWidth(column), width))
        if row is not None:
            text = row.info.description_zh if language() == "zh" else row.info.description_en
            ref = row.factor_set.ref if row.factor_set else row.info.ref
            self.about.setText(f"{ref}\n{row.problem or text}".strip())
        self._searched(self.search.text())
        self._factor_chosen()

    def _searched(self, text: str) -> None:
        self.factor_filter.search(text)
        shown, total = self.factor_filter.rowCount(), self.factors.rowCount()
        self.count.setText(translate("CarbonPlanner", "{shown} of {total}").format(shown=shown, total=total))

    def _factor_chosen(self) -> None:
        factor = self.current_factor()
        self.detail.setHtml(detail_html(factor) if factor is not None else "")

    def _export(self) -> None:
        row = self.current_set()
        if row is not None:
            self.run_algorithm.emit(EXPORT, {"FACTOR_SET": row.info.ref})

    def done(self, result: int) -> None:
        self.closed = True
        super().done(result)


def _read(_task: QgsTask) -> list[SetRow]:
    shipped = {info.ref for info in shipped_sets()}
    return read_rows([(info, info.ref in shipped) for info in list_sets()])


def detail_html(factor: Factor) -> str:
    """Everything that is known of a factor."""
    ranges = {
        "95": translate("CarbonPlanner", "95 % interval"),
        "minmax": translate("CarbonPlanner", "least and greatest"),
        "unknown": translate("CarbonPlanner", "kind of range not stated"),
        "none": translate("CarbonPlanner", "no range"),
    }
    lines = (
        (translate("CarbonPlanner", "Factor"), factor.factor_id),
        (translate("CarbonPlanner", "Source"), factor.source),
        (translate("CarbonPlanner", "Range"), ranges.get(factor.range_kind, factor.range_kind)),
        (translate("CarbonPlanner", "Region"), factor.region),
        (translate("CarbonPlanner", "Confidence"), confidence_name(factor.confidence)),
        (translate("CarbonPlanner", "Evidence"), factor.evidence),
        (translate("CarbonPlanner", "Notes"), factor.notes),
    )
    rows = "".join(f"<p><b>{escape(name)}</b><br>{escape(value)}</p>" for name, value in lines if value)
    return f"<h4>{escape(factor.name(language()))}</h4>{rows}"

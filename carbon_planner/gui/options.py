"""The page *Carbon Planner* in the Options dialog of QGIS."""

from __future__ import annotations

from qgis.gui import QgsFileWidget, QgsOptionsPageWidget, QgsOptionsWidgetFactory
from qgis.PyQt.QtCore import QCoreApplication
from qgis.PyQt.QtWidgets import (
    QComboBox,
    QFormLayout,
    QFrame,
    QGroupBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QScrollArea,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from .icons import icon

translate = QCoreApplication.translate
PAGE = "carbonPlannerOptions"
YEARS = (1990, 2200)


class OptionsFactory(QgsOptionsWidgetFactory):
    """Gives QGIS the page when the Options dialog opens."""

    def __init__(self) -> None:
        super().__init__(translate("CarbonPlanner", "Carbon Planner"), icon("plugin"))
        if hasattr(self, "setKey"):  # by which later versions find the page; 3.22 takes its object name
            self.setKey(PAGE)

    def createWidget(self, parent: QWidget) -> QgsOptionsPageWidget:
        return OptionsPage(parent)


class OptionsPage(QgsOptionsPageWidget):
    """User factor store, default sets and years, language of reports."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        from ..bridge import settings as common
        from . import settings as own

        self.common, self.own = common, own
        self.setObjectName(PAGE)
        self._make_fields()
        self._lay_out()
        self._load()

    def apply(self) -> None:
        """Store everything; called by OK."""
        common, own = self.common, self.own
        common.USER_STORE.set(self.store.filePath().strip())
        common.TEAM_CONNECTION.set(self._connection())
        common.TEAM_SCHEMA.set(self.schema.text().strip() or common.TEAM_SCHEMA.default)
        common.REPORT_LANGUAGE.set(self.language.currentData())
        own.LAND_METHOD.set(self.method.currentData())
        own.STOCK_SET.set(self._set_of(self.stock))
        own.FLUX_SET.set(self._set_of(self.flux))
        own.START_YEAR.set(self.start.value())
        own.END_YEAR.set(max(self.end.value(), self.start.value() + 1))

    # --- building ---------------------------------------------------------------------------------------------------

    def _make_fields(self) -> None:
        self.store = QgsFileWidget(self)
        self.store.setObjectName("optionsUserStore")
        self.store.setStorageMode(QgsFileWidget.StorageMode.SaveFile)
        self.store.setConfirmOverwrite(False)
        self.store.setFilter(translate("CarbonPlanner", "GeoPackage (*.gpkg)"))
        self.store.lineEdit().setPlaceholderText(str(self.common.user_store_path()))
        self.store.lineEdit().setAccessibleName(translate("CarbonPlanner", "Store of own factor sets"))
        self.team = self._team_box()
        self.schema = QLineEdit(self)
        self.schema.setObjectName("optionsTeamSchema")
        self.schema.setPlaceholderText(self.common.TEAM_SCHEMA.default)
        self.method = self._box("optionsLandMethod")
        self.method.addItem(translate("CarbonPlanner", "Stock difference"), "stock")
        self.method.addItem(translate("CarbonPlanner", "Yearly flux"), "flux")
        self.stock = self._set_box("optionsStockSet", "land_stock")
        self.flux = self._set_box("optionsFluxSet", "land_flux")
        self.start, self.end = self._year("optionsStartYear"), self._year("optionsEndYear")
        self.start.setAccessibleName(translate("CarbonPlanner", "Start year"))
        self.end.setAccessibleName(translate("CarbonPlanner", "End year"))
        self.language = self._box("optionsReportLanguage")
        self.language.addItem(translate("CarbonPlanner", "Language of QGIS"), "auto")
        self.language.addItem("English", "en")
        self.language.addItem("中文", "zh")

    def _team_box(self) -> QComboBox:
        """PostgreSQL connections stored in QGIS. One that is gone stays chosen: it may come back."""
        from ..bridge.connections import connection_names

        box = self._box("optionsTeamConnection")
        box.addItem(translate("CarbonPlanner", "None"), "")
        for name in sorted({*connection_names(), self.common.TEAM_CONNECTION.get()} - {""}):
            box.addItem(name, name)
        return box

    def _connection(self) -> str:
        return str(self.team.currentData() or "")

    def _box(self, name: str) -> QComboBox:
        box = QComboBox(self)
        box.setObjectName(name)
        box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        box.setMinimumContentsLength(24)
        return box

    def _set_box(self, name: str, kind: str) -> QComboBox:
        """Sets of a kind. A name typed by the user is taken as it is: the store may be elsewhere today."""
        from ..base.errors import PlannerError
        from ..bridge.connections import connect_team
        from ..factors.store import list_sets, use_store
        from ..processing.factor_sets import PATIENCE_S

        box = self._box(name)
        box.setEditable(True)
        box.addItem(translate("CarbonPlanner", "Default of the method"), "")
        try:
            use_store(self.common.user_store_path())
            connect_team()
            infos = list_sets(PATIENCE_S)
        except PlannerError as error:
            box.setToolTip(error.text(self.common.language()))
            return box
        for info in infos:
            if info.kind == kind:
                box.addItem(f"{info.title(self.common.language())} ({info.ref})", info.ref)
        return box

    def _year(self, name: str) -> QSpinBox:
        box = QSpinBox(self)
        box.setObjectName(name)
        box.setRange(*YEARS)
        box.setGroupSeparatorShown(False)
        return box

    def _lay_out(self) -> None:
        store = QGroupBox(translate("CarbonPlanner", "Factors"), self)
        form = QFormLayout(store)
        self._row(form, translate("CarbonPlanner", "&Store of own sets"), self.store)
        self._row(form, translate("CarbonPlanner", "Team store: PostgreSQL &connection"), self.team)
        self._row(form, translate("CarbonPlanner", "Team store: sc&hema"), self.schema)
        self._row(form, translate("CarbonPlanner", "Set for stock &differences"), self.stock)
        self._row(form, translate("CarbonPlanner", "Set for yearly &fluxes"), self.flux)
        start = QGroupBox(translate("CarbonPlanner", "What “Evaluate” starts with"), self)
        form = QFormLayout(start)
        self._row(form, translate("CarbonPlanner", "Land &method"), self.method)
        years = QHBoxLayout()
        years.addWidget(self.start)
        years.addWidget(QLabel("–", self))
        years.addWidget(self.end)
        years.addStretch(1)
        label = QLabel(translate("CarbonPlanner", "&Years"), self)
        label.setBuddy(self.start)
        form.addRow(label, years)
        text = QGroupBox(translate("CarbonPlanner", "Texts"), self)
        form = QFormLayout(text)
        self._row(form, translate("CarbonPlanner", "&Language of reports and field names"), self.language)
        inner = QWidget(self)
        column = QVBoxLayout(inner)
        for group in (store, start, text):
            column.addWidget(group)
        column.addStretch(1)
        scroll = QScrollArea(self)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidget(inner)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(scroll)
        order = [
            self.store,
            self.team,
            self.schema,
            self.stock,
            self.flux,
            self.method,
            self.start,
            self.end,
            self.language,
        ]
        for before, after in zip(order, order[1:]):
            self.setTabOrder(before, after)

    def _row(self, form: QFormLayout, text: str, field: QWidget) -> None:
        label = QLabel(text, self)
        label.setBuddy(field.lineEdit() if isinstance(field, QgsFileWidget) else field)
        if not field.accessibleName():
            field.setAccessibleName(text.replace("&", ""))
        form.addRow(label, field)

    # --- values -----------------------------------------------------------------------------------------------------

    def _load(self) -> None:
        common, own = self.common, self.own
        self.store.setFilePath(common.USER_STORE.get())
        self.team.setCurrentIndex(max(0, self.team.findData(common.TEAM_CONNECTION.get())))
        self.schema.setText(common.TEAM_SCHEMA.get())
        self.language.setCurrentIndex(max(0, self.language.findData(common.REPORT_LANGUAGE.get())))
        self.method.setCurrentIndex(max(0, self.method.findData(own.LAND_METHOD.get())))
        for box, setting in ((self.stock, own.STOCK_SET), (self.flux, own.FLUX_SET)):
            index = box.findData(setting.get())
            if index >= 0:
                box.setCurrentIndex(index)
            else:
                box.setEditText(setting.get())
        self.start.setValue(own.START_YEAR.get())
        self.end.setValue(own.END_YEAR.get())

    @staticmethod
    def _set_of(box: QComboBox) -> str:
        index = box.findText(box.currentText())
        return str(box.itemData(index) or "") if index >= 0 else box.currentText().strip()

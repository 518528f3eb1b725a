"""Where the drawn zones will be kept: the small dialog before the first zone."""

from __future__ import annotations

from pathlib import Path

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsPointXY,
    QgsProject,
    QgsSnappingConfig,
    QgsTolerance,
    QgsVectorLayer,
)
from qgis.gui import QgsFileWidget, QgsProjectionSelectionWidget
from qgis.PyQt.QtCore import QCoreApplication, Qt, pyqtSignal
from qgis.PyQt.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLabel,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from ..plan.catalogue import catalogue, plan_systems
from ..plan.create import SUFFIX, PlanFileError, create_plan, default_path, open_plan, plan_tables
from ..plan.crs import Suggestion, lon_lat, objection, suggest
from ..sentences import sentences

translate = QCoreApplication.translate


class NewPlanDialog(QDialog):
    """Asks for file, coordinate reference system and class system; :attr:`made` carries the plan layer."""

    made = pyqtSignal(object)
    help_wanted = pyqtSignal()

    def __init__(self, project: QgsProject, centre: QgsPointXY | None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.project = project
        place = lon_lat(centre, project.crs()) if centre is not None else None
        self.latitude = place.y() if place is not None else None
        self.suggestion: Suggestion = suggest(project.crs(), centre)
        self.setObjectName("carbonPlannerNewPlan")
        self.setWindowTitle(translate("CarbonPlanner", "New plan"))
        self._make_fields()
        self._lay_out()
        self._check()

    def _make_fields(self) -> None:
        self.file = QgsFileWidget(self)
        self.file.setObjectName("planFile")
        self.file.setStorageMode(QgsFileWidget.StorageMode.SaveFile)
        self.file.setFilter(translate("CarbonPlanner", "GeoPackage (*.gpkg)"))
        self.file.setConfirmOverwrite(False)  # nothing is ever overwritten
        self.file.setDialogTitle(translate("CarbonPlanner", "Plan file"))
        self.file.setFilePath(str(default_path(self.project)))
        self.file.lineEdit().setAccessibleName(translate("CarbonPlanner", "Plan file"))
        self.title = QLineEdit(translate("CarbonPlanner", "Plan zones"), self)
        self.title.setObjectName("planTitle")
        self.crs = QgsProjectionSelectionWidget(self)
        self.crs.setObjectName("planCrs")
        self.crs.setOptionVisible(QgsProjectionSelectionWidget.CrsOption.DefaultCrs, False)
        self.crs.setCrs(self.suggestion.crs)
        self.crs.setAccessibleName(translate("CarbonPlanner", "Coordinate reference system"))
        self.system = QComboBox(self)
        self.system.setObjectName("planClassSystem")
        for key, name in plan_systems():
            self.system.addItem(name, key)
        self.system.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.system.setMinimumContentsLength(20)
        self.snap = QCheckBox(translate("CarbonPlanner", "Switch on snapping to vertices and edges in this project"))
        self.snap.setObjectName("planSnapping")
        self.snap.setChecked(True)
        self.snap.setVisible(not self.project.snappingConfig().enabled())
        self.file_note, self.crs_note = QLabel(self), QLabel(self)
        for note in (self.file_note, self.crs_note):
            note.setWordWrap(True)
            note.setTextFormat(Qt.TextFormat.PlainText)
        self.crs_note.setObjectName("planCrsNote")
        self.file_note.setObjectName("planFileNote")
        self.message = QLabel(self)
        self.message.setObjectName("planMessage")
        self.message.setWordWrap(True)
        self.message.setTextFormat(Qt.TextFormat.PlainText)
        self.message.setVisible(False)
        buttons = QDialogButtonBox.StandardButton
        self.buttons = QDialogButtonBox(buttons.Ok | buttons.Cancel | buttons.Help, self)
        self.ok = self.buttons.button(buttons.Ok)
        self.ok.setObjectName("planOk")

    def _lay_out(self) -> None:
        intro = QLabel(
            sentences(
                translate("CarbonPlanner", "The zones that you draw are kept in a GeoPackage."),
                translate("CarbonPlanner", "An existing file may be named: a plan in it is continued,"),
                translate("CarbonPlanner", "everything else in it stays as it is."),
            ),
            self,
        )
        intro.setWordWrap(True)
        form = QFormLayout()
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.addRow(translate("CarbonPlanner", "&File"), self.file)
        form.addRow("", self.file_note)
        form.addRow(translate("CarbonPlanner", "Layer &name"), self.title)
        form.addRow(translate("CarbonPlanner", "&Reference system"), self.crs)
        form.addRow("", self.crs_note)
        form.addRow(translate("CarbonPlanner", "&Class system"), self.system)
        form.addRow(self.snap)
        form.labelForField(self.file).setBuddy(self.file.lineEdit())
        layout = QVBoxLayout(self)
        layout.addWidget(intro)
        layout.addLayout(form)
        layout.addWidget(self.message)
        layout.addStretch(1)
        layout.addWidget(self.buttons)
        self.setMinimumWidth(480)
        order = [self.file, self.title, self.crs, self.system, self.snap, self.buttons]
        for before, after in zip(order, order[1:]):
            self.setTabOrder(before, after)
        self.title.setFocus()
        self.file.fileChanged.connect(self._check)
        self.crs.crsChanged.connect(self._check)
        self.buttons.accepted.connect(self._make)
        self.buttons.rejected.connect(self.reject)
        self.buttons.helpRequested.connect(self.help_wanted)

    def path(self) -> Path:
        """The file, with its suffix."""
        text = self.file.filePath().strip().strip('"')
        path = Path(text).expanduser()
        return path if not text or path.suffix.lower() == SUFFIX else path.with_name(path.name + SUFFIX)

    def _check(self, *_changed: object) -> None:
        """Say what will happen, and what speaks against the choice; only a missing one stops."""
        path, crs = self.path(), self.crs.crs()
        continues = bool(self.file.filePath().strip()) and path.is_file() and bool(plan_tables(path))
        if continues:
            note = translate("CarbonPlanner", "This file holds a plan; it will be continued.")
        elif path.is_file():
            note = translate("CarbonPlanner", "The file exists; the plan is added to it.")
        else:
            note = ""
        self.file_note.setText(note)
        self.file_note.setVisible(bool(note))
        for widget in (self.crs, self.system):
            widget.setEnabled(not continues)
        against = objection(crs, self.latitude)
        reason = self.suggestion.reason if crs == self.suggestion.crs else ""
        self.crs_note.setText(f"⚠ {against}" if against and crs.isValid() else reason or against)
        self.crs_note.setVisible(bool(self.crs_note.text()) and not continues)
        self.ok.setEnabled(bool(self.file.filePath().strip()) and (continues or crs.isValid()))
        self.message.setVisible(False)
        self._grow()

    def _grow(self) -> None:
        """Make room for notes that have come or grown."""
        self.layout().activate()
        self.resize(self.width(), max(self.height(), self.layout().totalHeightForWidth(self.width())))

    def _make(self) -> None:
        try:
            layer = self._layer()
        except PlanFileError as error:
            self.message.setText(f"⚠ {error}")
            self.message.setVisible(True)
            self._grow()
            return
        if self.snap.isVisible() and self.snap.isChecked():
            switch_on_snapping(self.project)
        self.made.emit(layer)
        self.accept()

    def _layer(self) -> QgsVectorLayer:
        path, title = self.path(), self.title.text().strip() or translate("CarbonPlanner", "Plan zones")
        tables = plan_tables(path) if path.is_file() else []
        if tables:
            return open_plan(path, tables[0], title)
        crs: QgsCoordinateReferenceSystem = self.crs.crs()
        return create_plan(path, crs, catalogue(self.system.currentData()), title)


def switch_on_snapping(project: QgsProject) -> None:
    """Snap to vertices and segments of all layers within 12 pixels; neighbouring zones then share their borders."""
    config = project.snappingConfig()
    config.setEnabled(True)
    config.setMode(QgsSnappingConfig.SnappingMode.AllLayers)
    types = QgsSnappingConfig.SnappingTypes
    config.setTypeFlag(types.VertexFlag | types.SegmentFlag)
    config.setTolerance(12)
    config.setUnits(QgsTolerance.UnitType.Pixels)
    project.setSnappingConfig(config)

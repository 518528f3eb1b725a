"""The fields of the form of a zone and where they stand; what they do is in :mod:`.zone_form`."""

from __future__ import annotations

from qgis.PyQt.QtCore import QCoreApplication, QEvent, Qt
from qgis.PyQt.QtWidgets import (
    QComboBox,
    QCompleter,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QScrollArea,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from ..plan import schema
from ..plan.catalogue import Catalogue
from .class_picker import ClassPicker, swatch
from .optional_number import OptionalNumber

translate = QCoreApplication.translate

PERCENT = 100.0
MAX_PLOT_RATIO = 30.0


class ZoneFields(QDialog):
    """Classes at the left, everything else at the right; labels go above the fields where there is little room."""

    def __init__(self, catalogue: Catalogue, area: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.catalogue = catalogue
        self.setObjectName("carbonPlannerZoneForm")
        self._make_fields()
        self._make_buttons()
        self._lay_out(area)

    def _make_fields(self) -> None:
        self.picker = ClassPicker(self.catalogue, self)
        self.name = QLineEdit(self)
        self.name.setObjectName("zoneName")
        self.name.setMaxLength(120)
        percent = translate("CarbonPlanner", "Green ratio, %")
        self.green = OptionalNumber("greenRatio", percent, PERCENT, PERCENT, self)
        density = translate("CarbonPlanner", "Building density, %")
        self.density = OptionalNumber("buildingDensity", density, PERCENT, PERCENT, self)
        self.ratio = OptionalNumber("plotRatio", translate("CarbonPlanner", "Plot ratio"), MAX_PLOT_RATIO, parent=self)
        self.base = self._class_box()
        self.status = QComboBox(self)
        self.status.setObjectName("zoneStatus")
        for value, label in schema.statuses().items():
            self.status.addItem(label, value)
        self.note = QLineEdit(self)
        self.note.setObjectName("zoneNote")
        self.note.setMaxLength(254)
        self.rest = QLabel(self)
        self.rest.setWordWrap(True)
        self.message = QLabel(self)
        self.message.setObjectName("zoneMessage")
        self.message.setWordWrap(True)
        self.message.setTextFormat(Qt.TextFormat.PlainText)

    def _make_buttons(self) -> None:
        self.buttons = QDialogButtonBox(self)
        role = QDialogButtonBox.ButtonRole
        self.add = self.buttons.addButton(translate("CarbonPlanner", "Add zone"), role.AcceptRole)
        self.back = self.buttons.addButton(translate("CarbonPlanner", "Continue drawing"), role.RejectRole)
        self.drop = self.buttons.addButton(translate("CarbonPlanner", "Discard"), role.DestructiveRole)
        self.buttons.addButton(QDialogButtonBox.StandardButton.Help)
        self.add.setDefault(True)
        for button, name in ((self.add, "zoneAdd"), (self.back, "zoneBack"), (self.drop, "zoneDiscard")):
            button.setObjectName(name)

    def _class_box(self) -> QComboBox:
        box = QComboBox(self)
        box.setObjectName("existingClass")
        box.setEditable(True)
        box.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        box.setMinimumContentsLength(14)
        box.addItem("", "")
        for item in self.catalogue.items:
            box.addItem(swatch(item.colour), item.label(), item.code)
        box.completer().setFilterMode(Qt.MatchFlag.MatchContains)
        box.completer().setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
        box.lineEdit().setPlaceholderText(translate("CarbonPlanner", "from the base layer"))
        return box

    def _lay_out(self, area: str) -> None:
        self._scroll, self._form = self._right(area)
        split = QSplitter(Qt.Orientation.Horizontal, self)
        split.addWidget(self._left())
        split.addWidget(self._scroll)
        split.setSizes([520, 330])
        split.setChildrenCollapsible(False)
        layout = QVBoxLayout(self)
        layout.addWidget(split, 1)
        layout.addWidget(self.message)
        layout.addWidget(self.buttons)
        self.resize(880, 500)
        order = [self.picker.search, self.picker.tree, self.name, self.green, self.density, self.ratio, self.base]
        order += [self.status, self.note, self.add, self.back, self.drop]
        for before, after in zip(order, order[1:]):
            self.setTabOrder(before, after)

    def _left(self) -> QWidget:
        """The list of classes below its heading and the name of the system."""
        heading = QLabel(translate("CarbonPlanner", "Planned &class"), self)
        heading.setBuddy(self.picker.search)
        system = QLabel(self.catalogue.title(), self)
        system.setEnabled(False)
        system.setToolTip(self.catalogue.title())
        system.setMinimumWidth(1)  # gives way where there is no room
        head = QHBoxLayout()
        head.addWidget(heading)
        head.addWidget(system, 1, Qt.AlignmentFlag.AlignRight)
        left = QWidget(self)
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(head)
        column.addWidget(self.picker)
        return left

    def _right(self, area: str) -> tuple[QScrollArea, QFormLayout]:
        """The other fields; they scroll where there is no room, so that the buttons stay in reach."""
        form = QFormLayout()
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        shown = QLabel(area, self)
        shown.setObjectName("zoneArea")
        form.addRow(translate("CarbonPlanner", "Area"), shown)
        for label, widget in (
            (translate("CarbonPlanner", "&Name"), self.name),
            (translate("CarbonPlanner", "&Green ratio, %"), self.green),
            (translate("CarbonPlanner", "Building &density, %"), self.density),
            (translate("CarbonPlanner", "&Plot ratio"), self.ratio),
            (None, self.rest),
            (translate("CarbonPlanner", "&Existing class"), self.base),
            (translate("CarbonPlanner", "&Status"), self.status),
            (translate("CarbonPlanner", "N&ote"), self.note),
        ):
            if label is None:
                form.addRow(widget)
                continue
            form.addRow(label, widget)
            if not widget.accessibleName():
                widget.setAccessibleName(label.replace("&", ""))
        content = QWidget(self)
        content.setLayout(form)
        scroll = QScrollArea(self)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(content)
        margin = scroll.verticalScrollBar().sizeHint().width() + 4
        form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapAllRows)
        scroll.setMinimumWidth(content.minimumSizeHint().width() + margin)
        form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.DontWrapRows)
        self._side_by_side = content.minimumSizeHint().width() + margin
        scroll.installEventFilter(self)
        return scroll, form

    def eventFilter(self, watched, event) -> bool:
        """Put the labels above the fields where there is no room beside them."""
        if watched is self._scroll and event.type() == QEvent.Type.Resize:
            policy = QFormLayout.RowWrapPolicy
            narrow = event.size().width() < self._side_by_side
            self._form.setRowWrapPolicy(policy.WrapAllRows if narrow else policy.DontWrapRows)
        return super().eventFilter(watched, event)

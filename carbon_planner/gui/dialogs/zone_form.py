"""The form of a zone that has just been drawn: class, green ratio, density, plot ratio, existing class."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from qgis.core import QgsSettings
from qgis.PyQt.QtCore import QCoreApplication, QLocale, QRect, QSize, pyqtSignal
from qgis.PyQt.QtGui import QKeySequence
from qgis.PyQt.QtWidgets import QDialog, QShortcut, QWidget

from ...base.units import MU_PER_HA
from ...bridge.settings import PREFIX
from ..plan import schema
from ..plan.catalogue import NATURAL, Catalogue, Usual
from .optional_number import OptionalNumber
from .zone_fields import MAX_PLOT_RATIO, ZoneFields

translate = QCoreApplication.translate

SIZE_KEY = f"{PREFIX}/zoneForm/size"


@dataclass
class NewZone:
    """What is known of a zone before the form: its id, its area on the ellipsoid, and remarks on the outline."""

    zone_id: str
    area_ha: float
    remarks: list[str] = field(default_factory=list)


class ZoneForm(ZoneFields):
    """Asks for the attributes of a zone.

    Accepted: add it. Rejected (Esc): back to drawing. :attr:`discarded`: forget the outline.
    """

    discarded = pyqtSignal()
    help_wanted = pyqtSignal()
    class_changed = pyqtSignal(str)

    def __init__(self, catalogue: Catalogue, zone: NewZone, parent: QWidget | None = None) -> None:
        super().__init__(catalogue, area_text(zone.area_ha), parent)
        self.zone = zone
        self.usual: Usual | None = None
        self.setWindowTitle(translate("CarbonPlanner", "Plan zone {id}").format(id=zone.zone_id))
        self._connect()
        self._show_usual()
        size = QgsSettings().value(SIZE_KEY)
        if isinstance(size, QSize) and size.isValid():
            self.resize(size)
        self._placed = self.size()
        self.picker.setFocus()

    def keep_clear_of(self, outline: QRect, window: QRect) -> None:
        """Move beside the outline, narrower if need be; stay where there is no room. In screen coordinates."""
        right, left = window.right() - outline.right(), outline.left() - window.left()
        frame = self.frameGeometry().width() - self.width()
        width = min(self.width(), max(right, left) - frame)
        if width < max(self.minimumSizeHint().width(), self.width() * 2 // 3):
            return
        self.resize(width, self.height())
        self._placed = self.size()
        top = max(window.top(), min(self.y(), window.bottom() - self.frameGeometry().height()))
        self.move(outline.right() + 1 if right >= left else outline.left() - width - frame, top)

    # --- what the caller reads --------------------------------------------------------------------------------------

    def values(self) -> dict[str, Any]:
        """Attributes of the zone by field; None for what was left open."""
        code = self.picker.code()
        item = self.catalogue.get(code)
        return {
            schema.NAME: self.name.text().strip() or None,
            schema.CLASS_CODE: code or None,
            schema.CLASS_NAME: item.name() if item else None,
            schema.GREEN_RATIO: self.green.value() if self.green.isEnabled() else None,
            schema.BLDG_DENS: self.density.value() if self.density.isEnabled() else None,
            schema.PLOT_RATIO: self.ratio.value() if self.ratio.isEnabled() else None,
            schema.BASE_CODE: self.base_code() or None,
            schema.STATUS: self.status.currentData(),
            schema.NOTE: self.note.text().strip() or None,
        }

    def base_code(self) -> str:
        """Code of the existing class, "" for none; text that names no class counts as none."""
        index = self.base.findText(self.base.currentText().strip())
        return str(self.base.itemData(index) or "") if index >= 0 else ""

    def problem(self) -> str:
        """What keeps the zone from being added; empty where nothing does."""
        if not self.picker.code():
            return translate("CarbonPlanner", "Choose the planned class.")
        for box in (self.green, self.density):
            if box.isEnabled() and not box.valid():
                return translate("CarbonPlanner", "{field}: a number from 0 to 100, or empty.").format(
                    field=box.accessibleName()
                )
        if self.ratio.isEnabled() and not self.ratio.valid():
            return translate("CarbonPlanner", "{field}: a number from 0 to {top}, or empty.").format(
                field=self.ratio.accessibleName(), top=int(MAX_PLOT_RATIO)
            )
        total = (self.green.value() or 0.0) + (self.density.value() or 0.0)
        if self.green.isEnabled() and total > 1.0 + 1e-9:
            return translate(
                "CarbonPlanner", "Green ratio and building density are {total} % together; a zone has only 100 %."
            ).format(total=self.green.shown(total))
        if self.base.currentText().strip() and self.base.findText(self.base.currentText().strip()) < 0:
            return translate("CarbonPlanner", "The existing class is not in the list. Choose one, or leave it empty.")
        return ""

    def _connect(self) -> None:
        self.picker.picked.connect(self._class_picked)
        self.picker.activated.connect(self._accept)
        for box in (self.green, self.density, self.ratio):
            box.textChanged.connect(self._show_usual)
        self.base.currentTextChanged.connect(self._check)
        self.add.clicked.connect(self._accept)
        self.back.clicked.connect(self.reject)
        self.drop.clicked.connect(self._discard)
        self.buttons.helpRequested.connect(self.help_wanted)
        QShortcut(QKeySequence.StandardKey.HelpContents, self, self.help_wanted.emit)
        self.finished.connect(self._remember_size)

    # --- reacting ---------------------------------------------------------------------------------------------------

    def _class_picked(self, code: str) -> None:
        self.usual = self.catalogue.usual(code) if code else None
        self.class_changed.emit(code)
        self._show_usual()

    def _show_usual(self) -> None:
        """Grey out what the class decides by itself, show what applies where a field stays empty."""
        usual, code = self.usual, self.picker.code()
        natural = bool(code) and (usual is None or usual.mode == NATURAL)
        for box in (self.green, self.density, self.ratio):
            box.setEnabled(not natural)
            box.setPlaceholderText("")
        if natural:
            self.rest.setText(translate("CarbonPlanner", "The cover follows from the class."))
        elif usual is not None:
            self.green.setPlaceholderText(self._usual_text(self.green, usual.green, self.density, usual.building))
            self.density.setPlaceholderText(self._usual_text(self.density, usual.building, self.green, usual.green))
            if usual.plot_ratio is not None:
                self.ratio.setPlaceholderText(self.ratio.shown(usual.plot_ratio))
            self.rest.setText(
                translate("CarbonPlanner", "Grey: usual values of the class. They apply where you enter nothing.")
            )
        else:
            self.rest.setText("")
        self._check()

    def _usual_text(self, box: OptionalNumber, share: float | None, other: OptionalNumber, taken: float | None) -> str:
        """The usual share; where the other one is stated, the rest of the zone keeps the class's proportions."""
        if share is None or self.usual is None:
            return ""
        stated = other.value()
        if stated is not None:
            rest = self.usual.total - (taken or 0.0)
            share = share * max(0.0, 1.0 - stated) / rest if rest > 0 else 0.0
        return QLocale().toString(round(share * box.scale, 1), "g", 4)

    def _check(self) -> None:
        problem = self.problem()
        lines = [problem] if problem else []
        self.message.setText("\n".join(f"⚠ {line}" for line in [*lines, *self.zone.remarks]))
        self.message.setVisible(bool(self.message.text()))
        self.add.setEnabled(not problem)

    def _accept(self) -> None:
        if not self.problem():
            self.accept()

    def _discard(self) -> None:
        self.discarded.emit()
        self.done(QDialog.DialogCode.Rejected)

    def _remember_size(self) -> None:
        if self.size() != self._placed:  # only a size that the user chose
            QgsSettings().setValue(SIZE_KEY, self.size())


def area_text(hectares: float) -> str:
    """An area in hectares and mu."""
    number = QLocale().toString(hectares, "f", 4 if hectares < 1 else 2)
    mu = QLocale().toString(hectares * MU_PER_HA, "f", 1)
    return translate("CarbonPlanner", "{ha} ha ({mu} mu)").format(ha=number, mu=mu)

"""Boxes of parameters beyond the land: sectors to tick, the phasing curve."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from qgis.core import QgsProcessingContext
from qgis.gui import QgsAbstractProcessingParameterWidgetWrapper, QgsCheckableComboBox
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtWidgets import QWidget

from .. import deps
from .choice_names import choice_name, sector_name
from .widgets import Choice, _Box, _ComboWrapper

PARTS = ";"
TICK = Qt.ItemDataRole.CheckStateRole
# As the model holds them: Qt 6 has enumerations that are no numbers.
TICKED, BARE = (int(getattr(s, "value", s)) for s in (Qt.CheckState.Checked, Qt.CheckState.Unchecked))


class _ChecksWrapper(_ComboWrapper):
    """A box whose entries are ticked; the value holds the ticked ones, and words that are no entry stay."""

    def createWidget(self) -> QWidget:
        box = QgsCheckableComboBox()
        box.setMinimumContentsLength(20)
        box.setToolTip(self.parameterDefinition().toolTip())
        self._made = box
        self._rest: list[str] = []
        for value, shown in self._fill(self._wrappers):
            box.addItemWithCheckState(shown, Qt.CheckState.Unchecked, value)
        box.checkedItemsChanged.connect(lambda _items: self.widgetValueHasChanged.emit(self))
        return box

    def setWidgetValue(self, value: Any, context: QgsProcessingContext) -> None:
        if self._box is None:
            return
        words = [word.strip() for word in str(value or "").replace(",", PARTS).split(PARTS) if word.strip()]
        entries = [str(self._box.itemData(i)) for i in range(self._box.count())]
        self._rest = [word for word in words if word not in entries and word != "all"]
        for i, entry in enumerate(entries):
            self._box.setItemData(i, TICKED if entry in words or "all" in words else BARE, TICK)

    def widgetValue(self) -> str:
        if self._box is None:
            return ""
        # SIP gives the box as a plain QComboBox: its ticks are read as data of its model.
        ticked = [str(self._box.itemData(i)) for i in range(self._box.count()) if self._box.itemData(i, TICK) == TICKED]
        return PARTS.join([*ticked, *self._rest])


class SectorsBox(_Box):
    """Sectors of the library."""

    WRAPPER = _ChecksWrapper

    @staticmethod
    def fill(wrappers: list[QgsAbstractProcessingParameterWidgetWrapper]) -> Iterable[Choice]:
        if deps.missing(deps.EVALUATION):
            yield "land", sector_name("land")
            return
        from ..jobs.sectors import known_sectors

        for sector in known_sectors():
            yield sector, sector_name(sector)


class CurveBox(_Box):
    """Curves by name; a table of points is typed."""

    @staticmethod
    def fill(wrappers: list[QgsAbstractProcessingParameterWidgetWrapper]) -> Iterable[Choice]:
        for value in ("linear", "scurve"):
            yield value, choice_name("PHASE_CURVE", value)

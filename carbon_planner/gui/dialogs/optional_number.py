"""A number that may be left out: an empty field shows in grey what then applies."""

from __future__ import annotations

import math

from qgis.PyQt.QtCore import QLocale, Qt
from qgis.PyQt.QtWidgets import QLineEdit, QWidget


class OptionalNumber(QLineEdit):
    """Text field for a number from 0 to ``top``; ``scale`` is what one stored unit shows as (100 for per cent)."""

    def __init__(
        self, name: str, accessible: str, top: float, scale: float = 1.0, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.top, self.scale = top, scale
        self.setObjectName(name)
        self.setAccessibleName(accessible)
        self.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.setMinimumWidth(self.fontMetrics().horizontalAdvance("0000000000"))

    def value(self) -> float | None:
        """The stored value, None where the field is empty or holds no number in range."""
        shown = self._number()
        return None if shown is None or not 0.0 <= shown <= self.top else round(shown / self.scale, 6)

    def set_value(self, value: float | None) -> None:
        """Show a stored value."""
        self.setText("" if value is None else self.shown(value))

    def shown(self, value: float) -> str:
        """How a stored value reads."""
        return QLocale().toString(round(value * self.scale, 4), "g", 6)

    def valid(self) -> bool:
        """Whether the field is empty or holds a number in range."""
        return not self.text().strip() or self.value() is not None

    def _number(self) -> float | None:
        """What was typed, with the decimal sign of the user's language or a point; a per cent sign is let through."""
        text = self.text().strip().rstrip("%％").strip()
        number, good = QLocale().toDouble(text)
        if not good:
            number, good = QLocale.c().toDouble(text)
        return number if good and math.isfinite(number) else None

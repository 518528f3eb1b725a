"""Attributes of features as plain rows, read once for the core, the checks and the output."""

from __future__ import annotations

from typing import Any

from qgis.core import QgsFeature

from ..storage.encoding import damage
from .values import plain

_PLAIN = frozenset({str, int, float, bool, type(None)})


class Rows:
    """Attributes of all features: one list of plain values each, equal texts kept once in memory.

    ``damaged`` tells, by place of the field, the rows whose text could not be decoded.
    """

    def __init__(self) -> None:
        self.values: list[list[Any]] = []
        self.fids: list[int] = []
        self.damaged: dict[int, list[int]] = {}
        self._texts: dict[str, str] = {}
        self._bad: set[str] = set()

    def __len__(self) -> int:
        return len(self.values)

    def add(self, feature: QgsFeature) -> None:
        """Add the next feature."""
        row = feature.attributes()
        texts = self._texts
        for place, value in enumerate(row):
            if type(value) is str:
                row[place] = texts.get(value) or self._new_text(value)
                if value in self._bad:
                    self.damaged.setdefault(place, []).append(len(self.values))
            elif type(value) not in _PLAIN:
                row[place] = plain(value)
        self.values.append(row)
        self.fids.append(feature.id())

    def _new_text(self, value: str) -> str:
        self._texts[value] = value
        if damage(value):
            self._bad.add(value)
        return value

    def column(self, place: int) -> list[Any]:
        """Values of one field."""
        return [row[place] for row in self.values]

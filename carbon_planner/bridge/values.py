"""Attribute values of QGIS → plain Python and numbers: every kind of NULL becomes None or NaN, never 0."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Optional

from qgis.PyQt.QtCore import QVariant

from ..accounting import values
from ..accounting.values import Floats, areas, plot_ratios, ratios

__all__ = ["Column", "Floats", "areas", "number", "plain", "plot_ratios", "ratios", "text"]


def plain(value: Any) -> Any:
    """The value; None for every kind of NULL (None, NULL, an invalid QVariant)."""
    if value is None or (isinstance(value, QVariant) and value.isNull()):
        return None
    return value


def text(value: Any) -> Optional[str]:
    """As :func:`~..accounting.values.text`, for a value of QGIS."""
    return values.text(plain(value))


def number(value: Any) -> Optional[tuple[float, bool]]:
    """As :func:`~..accounting.values.number`, for a value of QGIS."""
    return values.number(plain(value))


class Column(values.Column):
    """Values of one field of a QGIS layer."""

    def __init__(self, layer: str, field: str, ids: Sequence[str], given: Sequence[Any]) -> None:
        super().__init__(layer, field, ids, [plain(value) for value in given])

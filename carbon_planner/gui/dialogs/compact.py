"""Tables with rows no higher than their text, so that more of them is seen on a small screen."""

from __future__ import annotations

from qgis.PyQt.QtWidgets import QHeaderView, QTableView


def compact(table: QTableView) -> None:
    """Hide the row numbers and set rows to the height of the text, at any scaling."""
    header = table.verticalHeader()
    header.hide()
    height = table.fontMetrics().height() * 3 // 2
    header.setMinimumSectionSize(height)
    header.setDefaultSectionSize(height)
    header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)

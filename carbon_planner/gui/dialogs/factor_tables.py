"""Models of the dialog *Factor sets*: the list of sets and the factors of one of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from qgis.PyQt.QtCore import QAbstractTableModel, QCoreApplication, QLocale, QModelIndex, QSortFilterProxyModel, Qt
from qgis.PyQt.QtGui import QColor

from ...base.errors import PlannerError
from ...base.hashing import SHORT
from ...bridge.settings import language
from ...factors.records import CONFIDENCES, Factor, FactorSet, SetInfo
from ...factors.store import open_set
from ...processing.choice_names import choice_name, confidence_name
from ...report.texts import Texts
from ..sentences import listing

translate = QCoreApplication.translate
SORT = Qt.ItemDataRole.UserRole + 1
RIGHT = 0x0082  # AlignRight | AlignVCenter as a number, which models of Qt 5 and Qt 6 both take


@dataclass(frozen=True)
class SetRow:
    """One set of the list; ``shipped`` tells where it comes from, ``problem`` why it cannot be opened."""

    info: SetInfo
    shipped: bool
    factor_set: FactorSet | None
    problem: str = ""


def read_rows(infos: Sequence[tuple[SetInfo, bool]]) -> list[SetRow]:
    """Open the sets; run off the GUI thread."""
    return [_read_row(info, shipped) for info, shipped in infos]


def _read_row(info: SetInfo, shipped: bool) -> SetRow:
    try:
        return SetRow(info, shipped, open_set(info.ref))
    except PlannerError as error:
        return SetRow(info, shipped, None, error.text(language()))


def status_name(status: str) -> str:
    """Name of a status of a set."""
    return {
        "draft": translate("CarbonPlanner", "draft"),
        "published": translate("CarbonPlanner", "published"),
        "reference": translate("CarbonPlanner", "reference"),
        "comparison": translate("CarbonPlanner", "for comparison"),
        "example": translate("CarbonPlanner", "example"),
    }.get(status, status)


def parameter_name(parameter: str) -> str:
    """Name of a pool or flux with its id; the id alone where the reports have no name for it either."""
    name = Texts(language()).get(f"POOL_{parameter.upper()}", "")
    return f"{name} ({parameter})" if name and name != parameter else parameter


def confidence_mix(factor_set: FactorSet) -> str:
    """Shares of the rows of a set by confidence, such as ``verified 60%, derived 40%``."""
    total = len(factor_set)
    parts = []
    for confidence in CONFIDENCES:
        count = sum(factor.confidence == confidence for factor in factor_set.factors)
        if count:
            parts.append(f"{confidence_name(confidence)} {round(100 * count / total)}%")
    return listing(parts)


class _Table(QAbstractTableModel):
    """Rows of texts with a sort key."""

    def __init__(self, headers: list[str], parent=None) -> None:
        super().__init__(parent)
        self.headers = headers
        self.rows: list = []

    def set_rows(self, rows: Sequence) -> None:
        self.beginResetModel()
        self.rows = list(rows)
        self.endResetModel()

    def rowCount(self, parent: QModelIndex = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: QModelIndex = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.headers)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole):
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return self.headers[section]
        return None

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole):
        text, key = self.cell(self.rows[index.row()], index.column())
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return text
        if role == SORT:
            return text if key is None else key
        if role == Qt.ItemDataRole.TextAlignmentRole and key is not None:
            return RIGHT
        return None

    def cell(self, row, column: int) -> tuple[str, float | None]:
        """Text and, for numbers, what to sort by."""
        raise NotImplementedError


class SetTable(_Table):
    """The list of sets."""

    def __init__(self, parent=None) -> None:
        super().__init__(
            [
                translate("CarbonPlanner", "Title"),
                translate("CarbonPlanner", "Holds"),
                translate("CarbonPlanner", "Confidence"),
                translate("CarbonPlanner", "Region"),
                translate("CarbonPlanner", "Factors"),
                translate("CarbonPlanner", "Version"),
                translate("CarbonPlanner", "Status"),
                translate("CarbonPlanner", "From"),
                translate("CarbonPlanner", "Hash"),
            ],
            parent,
        )

    def cell(self, row: SetRow, column: int) -> tuple[str, float | None]:
        info, factors = row.info, row.factor_set
        origin = translate("CarbonPlanner", "shipped") if row.shipped else translate("CarbonPlanner", "own")
        texts = (
            info.title(language()),
            choice_name("KIND", info.kind),
            confidence_mix(factors) if factors else row.problem,
            info.region,
            QLocale().toString(len(factors)) if factors else "–",
            info.version,
            status_name(info.status),
            origin,
            factors.content_hash[:SHORT] if factors else "–",
        )
        return texts[column], (len(factors) if factors else -1) if column == 4 else None


class FactorTable(_Table):
    """The factors of one set."""

    def __init__(self, parent=None) -> None:
        super().__init__(
            [
                translate("CarbonPlanner", "For"),
                translate("CarbonPlanner", "Class"),
                translate("CarbonPlanner", "Parameter"),
                translate("CarbonPlanner", "Value"),
                translate("CarbonPlanner", "Range"),
                translate("CarbonPlanner", "Unit"),
                translate("CarbonPlanner", "Confidence"),
                translate("CarbonPlanner", "Year"),
                translate("CarbonPlanner", "Source"),
            ],
            parent,
        )

    def cell(self, row: Factor, column: int) -> tuple[str, float | None]:
        number = QLocale()
        spread = ""
        if row.low is not None and row.high is not None:
            spread = f"{number.toString(row.low, 'g', 6)} – {number.toString(row.high, 'g', 6)}"
        not_estimated = translate("CarbonPlanner", "not estimated")
        texts = (
            row.name(language()),
            f"{row.system}:{row.item}" if row.system else row.item,
            parameter_name(row.parameter),
            not_estimated if row.value is None else number.toString(row.value, "g", 6),
            spread,
            row.unit,
            confidence_name(row.confidence),
            "" if row.year is None else str(row.year),
            row.source,
        )
        return texts[column], (float("-inf") if row.value is None else row.value) if column == 3 else None

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole):
        if role == Qt.ItemDataRole.ForegroundRole and self.rows[index.row()].confidence == "recalled":
            return QColor(150, 70, 0)  # a figure from memory is marked wherever it shows
        return super().data(index, role)


class WordFilter(QSortFilterProxyModel):
    """Rows that hold every word of the search in some column."""

    def __init__(self, parent=None) -> None:
        super().__init__(parent)
        self.words: list[str] = []
        self.setSortRole(SORT)
        self.setSortCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)

    def search(self, text: str) -> None:
        """Show rows with these words only."""
        self.words = text.casefold().split()
        self.invalidateFilter()

    def filterAcceptsRow(self, row: int, parent: QModelIndex) -> bool:
        if not self.words:
            return True
        model = self.sourceModel()
        text = " ".join(str(model.index(row, c, parent).data() or "") for c in range(model.columnCount()))
        found = text.casefold()
        return all(word in found for word in self.words)

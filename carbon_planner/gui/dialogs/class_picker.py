"""The list of classes: search by code or by name in either language, recently used ones first, colours beside."""

from __future__ import annotations

from qgis.PyQt.QtCore import QCoreApplication, QItemSelectionModel, QSortFilterProxyModel, Qt, pyqtSignal
from qgis.PyQt.QtGui import QColor, QIcon, QPainter, QPixmap, QStandardItem, QStandardItemModel
from qgis.PyQt.QtWidgets import QHeaderView, QLineEdit, QTreeView, QVBoxLayout, QWidget

from ...bridge.settings import Setting, language
from ..plan.catalogue import Catalogue, ClassItem

translate = QCoreApplication.translate

CODE = Qt.ItemDataRole.UserRole + 1
WORDS = Qt.ItemDataRole.UserRole + 2
RECENT = 6


def swatch(colour: str) -> QIcon:
    """A square of a class colour, sharp at any scaling."""
    pixmap = QPixmap(64, 64)
    pixmap.fill(QColor(colour))
    painter = QPainter(pixmap)
    painter.setPen(QColor(90, 90, 90))
    painter.drawRect(0, 0, 63, 63)
    painter.end()
    icon = QIcon(pixmap)
    icon.addPixmap(pixmap, QIcon.Mode.Selected)  # else the selection would tint the colour
    return icon


def recent_setting(system: str) -> Setting[str]:
    """Where the recently used codes of a system are kept, newest first, with commas."""
    return Setting(f"recentClasses/{system}", "")


def recent_codes(system: str) -> list[str]:
    """Recently used codes, newest first."""
    return [code for code in recent_setting(system).get().split(",") if code]


def remember(system: str, code: str) -> None:
    """Put a code first among the recently used."""
    codes = [code, *(other for other in recent_codes(system) if other != code)]
    recent_setting(system).set(",".join(codes[:RECENT]))


class _Filter(QSortFilterProxyModel):
    """Shows rows that have every word of the search, and their parents."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.words: list[str] = []
        self.setRecursiveFilteringEnabled(True)

    def search(self, text: str) -> None:
        self.words = text.casefold().split()
        self.invalidateFilter()

    def filterAcceptsRow(self, row: int, parent) -> bool:
        text = self.sourceModel().index(row, 0, parent).data(WORDS) or ""
        return all(word in text for word in self.words) if text else False


class _Search(QLineEdit):
    """Hands the keys that move in a list to the list."""

    moved = pyqtSignal(object)

    def keyPressEvent(self, event) -> None:
        keys = (Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_PageDown, Qt.Key.Key_PageUp)
        if event.key() in keys:
            self.moved.emit(event)
        else:
            super().keyPressEvent(event)


class ClassPicker(QWidget):
    """Search field over the tree of classes; :attr:`picked` carries the code, "" for none."""

    picked = pyqtSignal(str)
    activated = pyqtSignal()

    def __init__(self, catalogue: Catalogue, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.catalogue = catalogue
        self.search = _Search(self)
        self.search.setObjectName("classSearch")
        self.search.setClearButtonEnabled(True)
        self.search.setPlaceholderText(translate("CarbonPlanner", "Search by code or name"))
        self.search.setAccessibleName(translate("CarbonPlanner", "Search classes"))
        self.model = QStandardItemModel(self)
        self.filter = _Filter(self)
        self.filter.setSourceModel(self.model)
        self.tree = self._make_tree()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.search)
        layout.addWidget(self.tree)
        self.setFocusProxy(self.search)
        self._fill()
        self.search.textChanged.connect(self._searched)
        self.search.moved.connect(self.tree.keyPressEvent)
        self.search.returnPressed.connect(self.activated)
        self.tree.selectionModel().currentChanged.connect(lambda *_: self.picked.emit(self.code()))
        self.tree.doubleClicked.connect(lambda *_: self.activated.emit() if self.code() else None)

    def code(self) -> str:
        """Code of the current class, "" where none is chosen."""
        return self.tree.currentIndex().siblingAtColumn(0).data(CODE) or ""

    def choose(self, code: str) -> bool:
        """Select a class by its code; says whether it is there."""
        found = self.filter.match(
            self.filter.index(0, 0), CODE, code, 1, Qt.MatchFlag.MatchExactly | Qt.MatchFlag.MatchRecursive
        )
        if found:
            self._go_to(found[0])
        return bool(found)

    def resizeEvent(self, event) -> None:
        """Where there is little room, the name in the other language gives way; the search still finds it."""
        super().resizeEvent(event)
        self.tree.setColumnHidden(2, self.width() < 55 * self.fontMetrics().averageCharWidth())

    # --- inside -----------------------------------------------------------------------------------------------------

    def _make_tree(self) -> QTreeView:
        tree = QTreeView(self)
        tree.setObjectName("classTree")
        tree.setAccessibleName(translate("CarbonPlanner", "Classes"))
        tree.setModel(self.filter)
        tree.setUniformRowHeights(True)
        tree.setEditTriggers(QTreeView.EditTrigger.NoEditTriggers)
        tree.setMinimumSize(240, 110)
        return tree

    def _fill(self) -> None:
        english, official = translate("CarbonPlanner", "English name"), translate("CarbonPlanner", "Official name")
        other = english if language() == "zh" else official
        self.model.setHorizontalHeaderLabels(
            [translate("CarbonPlanner", "Code"), translate("CarbonPlanner", "Name"), other]
        )
        recent = [item for code in recent_codes(self.catalogue.system) if (item := self.catalogue.get(code))]
        if recent:
            group = QStandardItem(translate("CarbonPlanner", "Recently used"))
            group.setFlags(Qt.ItemFlag.ItemIsEnabled)
            for item in recent:
                group.appendRow(self._row(item))
            self.model.appendRow([group, QStandardItem(), QStandardItem()])
        rows: dict[str, QStandardItem] = {}
        for item in self.catalogue.items:
            row = self._row(item)
            rows[item.code] = row[0]
            (rows[item.parent] if item.parent in rows else self.model.invisibleRootItem()).appendRow(row)
        if recent:
            index = self.filter.index(0, 0)
            self.tree.expand(index)
            self.tree.setFirstColumnSpanned(0, index.parent(), True)
        header = self.tree.header()
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(2, QHeaderView.ResizeMode.Stretch)

    def _row(self, item: ClassItem) -> list[QStandardItem]:
        lang = language()
        cells = [
            QStandardItem(item.code),
            QStandardItem(item.name(lang)),
            QStandardItem(item.name("en" if lang == "zh" else "zh")),
        ]
        cells[0].setIcon(swatch(item.colour))
        for cell in cells:
            cell.setToolTip(f"{item.code} {item.name_zh} · {item.name_en}")
        cells[0].setData(item.code, CODE)
        cells[0].setData(f"{item.code} {item.name_zh} {item.name_en}".casefold(), WORDS)
        return cells

    def _go_to(self, index) -> None:
        flags = QItemSelectionModel.SelectionFlag
        self.tree.selectionModel().setCurrentIndex(index, flags.ClearAndSelect | flags.Rows)
        self.tree.scrollTo(index)

    def _searched(self, text: str) -> None:
        """Choose the first match, the exact code before all."""
        self.filter.search(text)
        if not text.strip():
            return
        self.tree.expandAll()
        if not self.choose(text.strip().upper()) and not self.choose(text.strip()):
            first = self._first_match(self.filter.index(0, 0))
            if first is not None:
                self._go_to(first)

    def _first_match(self, index):
        """The first shown row that itself has the words and not only a child with them."""
        while index.isValid():
            text = index.data(WORDS) or ""
            if text and all(word in text for word in self.filter.words):
                return index
            index = self.tree.indexBelow(index)
        return None

"""What the actions open: one window of each kind, made when it is first asked for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from qgis.core import QgsProject
from qgis.PyQt.QtCore import QCoreApplication
from qgis.PyQt.QtWidgets import QApplication, QDialog

from .. import deps
from . import bar

translate = QCoreApplication.translate


class Windows:
    """Opens dialogs over the main window and knows which are open."""

    def __init__(self, iface) -> None:
        self.iface = iface
        self.open: dict[str, QDialog] = {}
        self.running: dict[int, QDialog] = {}

    def close_all(self) -> None:
        """Close what is open."""
        for window in list(self.open.values()):
            window.close()
            window.deleteLater()
        self.open.clear()
        for dialog in list(self.running.values()):
            dialog.close()

    def _show(self, name: str, make: Callable[[], QDialog]) -> QDialog:
        window = self.open.get(name)
        if window is None:
            window = self.open[name] = make()
            window.finished.connect(lambda _result, name=name: self._closed(name))
        window.show()
        window.raise_()
        window.activateWindow()
        return window

    def _closed(self, name: str) -> None:
        window = self.open.pop(name, None)
        if window is not None:
            window.deleteLater()

    def evaluate(self, _checked: bool = False) -> None:
        """Open the dialog of *Evaluate plan zones*, filled as far as the project tells."""
        if deps.missing():
            self.show_libraries()
            return
        from .evaluate import EVALUATE, parameters

        self.run_algorithm(EVALUATE, parameters(QgsProject.instance(), self.iface.activeLayer()))

    def run_algorithm(self, algorithm_id: str, values: dict[str, Any]) -> None:
        """Open the dialog of an algorithm."""
        from .evaluate import algorithm_dialog

        dialog = algorithm_dialog(self.iface, algorithm_id, values)
        if dialog is not None:
            # Processing keeps no reference; the dialog deletes itself when it is closed and nothing runs in it
            number = id(dialog)
            self.running[number] = dialog
            dialog.destroyed.connect(lambda _object=None: self.running.pop(number, None))
            dialog.show()
            dialog.activateWindow()

    def show_factor_sets(self, _checked: bool = False) -> None:
        """Open the list of factor sets."""

        def make() -> QDialog:
            from .dialogs.factor_sets import FactorSetsDialog

            dialog = FactorSetsDialog(self.iface.mainWindow())
            dialog.run_algorithm.connect(self.run_algorithm)
            dialog.help_wanted.connect(lambda: self.show_help("factors"))
            return dialog

        self._show("factor_sets", make)

    def show_results(self, _checked: bool = False) -> None:
        """Open the list of evaluated layers."""

        def make() -> QDialog:
            from .dialogs.results import ResultsDialog

            dialog = ResultsDialog(self.iface, QgsProject.instance(), self.iface.mainWindow())
            dialog.help_wanted.connect(lambda: self.show_help("results"))
            return dialog

        self._show("results", make).refresh()

    def show_libraries(self, _checked: bool = False) -> None:
        """Open the page on Python libraries."""

        def make() -> QDialog:
            from .dialogs.libraries import LibrariesDialog

            dialog = LibrariesDialog(self.iface.mainWindow())
            dialog.help_wanted.connect(lambda: self.show_help("libraries"))
            return dialog

        self._show("libraries", make)

    def show_help(self, page: object = "") -> None:
        """Open the offline help at a page."""

        def make() -> QDialog:
            from .dialogs.help_window import HelpWindow

            return HelpWindow()  # no child of the main window: a form that is open would block it

        self._show("help", make).show_page(page if isinstance(page, str) and page else "index")

    def show_about(self, _checked: bool = False) -> None:
        """Say what this is."""

        def make() -> QDialog:
            from .about import about_box

            return about_box(self.iface.mainWindow())

        self._show("about", make)

    def show_options(self, _checked: bool = False) -> None:
        """Open the Options of QGIS at the plugin's page."""
        from .options import PAGE

        self.iface.showOptionsDialog(self.iface.mainWindow(), PAGE)

    def load_sample(self, _checked: bool = False) -> None:
        """Add the sample plan to the project."""
        from .sample import load_sample

        load_sample(self.iface)

    def copy_diagnostics(self, _checked: bool = False) -> None:
        """Put versions and states on the clipboard."""
        from .diagnostics import text

        QApplication.clipboard().setText(text())
        bar.push(self.iface, translate("CarbonPlanner", "The diagnostics are on the clipboard."))

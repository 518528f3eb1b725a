"""Toolbar, menu, options page and the parts that follow the project. ``stop`` undoes ``start`` in reverse."""

from __future__ import annotations

from pathlib import Path

from qgis.core import Qgis, QgsApplication, QgsProject
from qgis.PyQt.QtCore import QCoreApplication, QTimer
from qgis.PyQt.QtWidgets import QAction, QMenu

from .. import deps
from . import bar
from .icons import icon
from .leaving import end_pooled_threads
from .options import OptionsFactory
from .plan.legend import Legends
from .sentences import listing
from .states import ActionStates
from .tools.drafts import DraftStore
from .tools.keeper import DraftKeeper
from .windows import Windows

translate = QCoreApplication.translate

TOOLBAR, MENU = "CarbonPlannerToolbar", "CarbonPlannerMenu"
DRAFTS = Path("carbon_planner", "drafts")  # in the profile folder


class Shell:
    """The desktop part of the plugin. Windows and the map tool are made when they are first asked for."""

    def __init__(self, iface) -> None:
        self.iface = iface
        self.actions: dict[str, QAction] = {}
        self.windows = Windows(iface)
        self.menu = self.toolbar = self.factory = self.drawing = self.restorer = None
        self._later = QTimer()
        self._later.setSingleShot(True)
        self._later.setInterval(0)
        self._later.timeout.connect(self._after_start)

    # --- start and stop ---------------------------------------------------------------------------------------------

    def start(self) -> None:
        """Put everything in its place; what takes time follows when QGIS is up."""
        project = QgsProject.instance()
        self._make_menu()
        self._make_actions()
        self._make_toolbar()
        self.factory = OptionsFactory()
        self.iface.registerOptionsWidgetFactory(self.factory)
        folder = Path(QgsApplication.qgisSettingsDirPath()) / DRAFTS
        self.keeper = DraftKeeper(DraftStore(folder), project)
        self.keeper.failed.connect(self._drafts_failed)
        self.keeper.start()
        self.legends = Legends(project)
        self.legends.start()
        actions = (self.actions[name] for name in ("draw", "evaluate", "results"))
        self.states = ActionStates(self.iface, *actions)
        self.states.start()
        if self.iface.mainWindow().isVisible():
            self._later.start()
        else:
            self.iface.initializationCompleted.connect(self._later.start)

    def stop(self) -> None:
        """Leave nothing behind."""
        self._later.stop()
        self._later.timeout.disconnect(self._after_start)
        self.windows.close_all()
        if self.restorer is not None:
            self.restorer.stop()
        if self.drawing is not None:
            self.drawing.stop()
        self.drawing = self.restorer = None
        for part in (self.states, self.legends, self.keeper):
            part.stop()
            part.deleteLater()
        self.iface.unregisterOptionsWidgetFactory(self.factory)
        self.factory = None
        self.iface.pluginMenu().removeAction(self.menu.menuAction())
        self.menu.deleteLater()
        self.menu = None
        for action in self.actions.values():
            # QGIS does not notice when a registered action is deleted: its dialog of shortcuts would crash
            self.iface.unregisterMainWindowAction(action)
            action.deleteLater()
        self.actions.clear()
        self.iface.mainWindow().removeToolBar(self.toolbar)
        self.toolbar.deleteLater()
        self.toolbar = None
        end_pooled_threads()

    def _after_start(self) -> None:
        """What may wait until QGIS is up: the libraries, and what a crash has left."""
        absent = deps.missing()
        if absent:
            text = translate(
                "CarbonPlanner", "Missing Python libraries: {names}. Drawing works, evaluating does not."
            ).format(names=listing(absent))
            answer = ("carbonPlannerHowTo", translate("CarbonPlanner", "How to install…"), self.windows.show_libraries)
            bar.ask(self.iface, text, [answer], Qgis.MessageLevel.Warning)
        if self.keeper.store.folder.is_dir() and self.keeper.store.orphans():
            self._restorer().offer()

    # --- building ---------------------------------------------------------------------------------------------------

    def _make_menu(self) -> None:
        """A menu of our own below *Plugins*: QGIS never deletes those that it makes for plugins."""
        plugins = self.iface.pluginMenu()
        self.menu = QMenu(translate("CarbonPlanner", "Carbon Planner"), plugins)
        self.menu.setObjectName(MENU)
        self.menu.setIcon(icon("plugin"))
        names = [(entry.text().replace("&", ""), entry) for entry in plugins.actions() if entry.menu() is not None]
        later = [entry for text, entry in names if text.casefold() > self.menu.title().casefold()]
        plugins.insertMenu(later[0] if later else None, self.menu)

    def _make_actions(self) -> None:
        self._action("draw", "draw_zone", translate("CarbonPlanner", "Draw plan zone"), self._draw, checkable=True)
        self._action("evaluate", "evaluate", translate("CarbonPlanner", "Evaluate…"), self.windows.evaluate)
        self._action(
            "factor_sets", "factor_sets", translate("CarbonPlanner", "Factor sets…"), self.windows.show_factor_sets
        )
        self._action("results", "results", translate("CarbonPlanner", "Results…"), self.windows.show_results)
        self.menu.addSeparator()
        self._action("sample", "", translate("CarbonPlanner", "Load sample project"), self.windows.load_sample)
        self._action("options", "", translate("CarbonPlanner", "Options…"), self.windows.show_options)
        self._action("libraries", "", translate("CarbonPlanner", "Required libraries…"), self.windows.show_libraries)
        self._action("diagnostics", "", translate("CarbonPlanner", "Copy diagnostics"), self.windows.copy_diagnostics)
        self.menu.addSeparator()
        self._action("help", "help", translate("CarbonPlanner", "Help"), self.windows.show_help)
        self._action("about", "", translate("CarbonPlanner", "About Carbon Planner"), self.windows.show_about)
        tips = {
            "draw": translate("CarbonPlanner", "Draw a zone of the plan, then choose its class"),
            "evaluate": translate("CarbonPlanner", "Compute the carbon impact of the plan's zones"),
            "factor_sets": translate("CarbonPlanner", "See factors and their sources; import and export sets"),
            "results": translate("CarbonPlanner", "Find evaluated layers, their tables and reports"),
            "help": translate("CarbonPlanner", "Offline help"),
        }
        for name, tip in tips.items():
            action = self.actions[name]
            action.setToolTip(f"<b>{action.iconText()}</b><br>{tip}")
            action.setStatusTip(tip)

    def _action(self, name: str, picture: str, text: str, slot, *, checkable: bool = False) -> None:
        window = self.iface.mainWindow()
        action = QAction(icon(picture), text, window) if picture else QAction(text, window)
        action.setObjectName(f"carbonPlanner_{name}")
        action.setCheckable(checkable)
        action.triggered.connect(slot)
        self.menu.addAction(action)
        self.iface.registerMainWindowAction(action, "")  # listed among the keyboard shortcuts
        self.actions[name] = action

    def _make_toolbar(self) -> None:
        self.toolbar = self.iface.addToolBar(self.menu.title())
        self.toolbar.setObjectName(TOOLBAR)
        for name in ("draw", "evaluate", "factor_sets", "results", "help"):
            self.toolbar.addAction(self.actions[name])

    # --- drawing ----------------------------------------------------------------------------------------------------

    def _draw(self, _checked: bool = False) -> None:
        self._drawing().start()

    def _drawing(self):
        if self.drawing is None:
            from .tools.drawing import Drawing

            self.drawing = Drawing(self.iface, self.actions["draw"], self.keeper)
            self.drawing.help_wanted.connect(self.windows.show_help)
        return self.drawing

    def _restorer(self):
        if self.restorer is None:
            from .tools.restore import Restorer

            self.restorer = Restorer(self.iface, self._drawing())
        return self.restorer

    def _drafts_failed(self, reason: str) -> None:
        text = translate("CarbonPlanner", "Unfinished drawing cannot be kept against a crash: {reason}")
        bar.warn(self.iface, text.format(reason=reason))

"""Typed access to the plugin's settings: the one place for keys, kinds and defaults.

Only preferences live here. What belongs to a plan is stored in the project, what belongs to a result in its file.

=====================  =======  ==================================================================================
key                    kind     meaning
=====================  =======  ==================================================================================
userStore              text     GeoPackage with the user's own factor sets; empty: ``carbon_planner/factors.gpkg`` in
                                the profile folder
teamConnection         text     name of a PostgreSQL connection stored in QGIS: the database of the team's factor sets;
                                empty: no team store
teamSchema             text     schema of the team's factor sets in that database
reportLanguage         text     ``auto`` (language of QGIS), ``en`` or ``zh``: language of reports and field aliases
=====================  =======  ==================================================================================
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

from qgis.core import QgsApplication, QgsSettings
from qgis.PyQt.QtCore import QLocale

from ..base.messages import LANGUAGES, language_of

PREFIX = "carbon_planner"
AUTO = "auto"

T = TypeVar("T", str, int, float, bool)


@dataclass(frozen=True)
class Setting(Generic[T]):
    """One setting: its key below ``carbon_planner/`` and the default, whose type is the type of the setting."""

    key: str
    default: T

    @property
    def path(self) -> str:
        """Full key in the settings of QGIS."""
        return f"{PREFIX}/{self.key}"

    def get(self) -> T:
        """The value; the default where nothing, or nothing that can be read as the setting's type, is stored."""
        raw = QgsSettings().value(self.path, self.default)
        if isinstance(self.default, bool):
            return raw if isinstance(raw, bool) else str(raw).strip().lower() in ("true", "1", "yes")
        try:
            return type(self.default)(raw)
        except (TypeError, ValueError):
            return self.default

    def set(self, value: T) -> None:
        """Store a value."""
        QgsSettings().setValue(self.path, value)

    def reset(self) -> None:
        """Go back to the default."""
        QgsSettings().remove(self.path)


USER_STORE = Setting("userStore", "")
TEAM_CONNECTION = Setting("teamConnection", "")
TEAM_SCHEMA = Setting("teamSchema", "carbon_planner")
REPORT_LANGUAGE = Setting("reportLanguage", AUTO)


def user_store_path() -> Path:
    """GeoPackage with the user's own factor sets; it need not exist yet."""
    chosen = USER_STORE.get().strip()
    return Path(chosen) if chosen else Path(QgsApplication.qgisSettingsDirPath()) / PREFIX / "factors.gpkg"


def locale_name() -> str:
    """Language of the user interface as a Qt locale name (``zh_CN`` for the ``zh-Hans`` of QGIS).

    ``QgsApplication.locale()`` ignores ``--lang``, hence the setting that the desktop writes at each start.
    """
    code = QgsSettings().value("locale/userLocale", "") or QLocale().name()
    return str(QLocale(str(code)).name())


def language(choice: str = AUTO) -> str:
    """``en`` or ``zh``: the choice itself, or for ``auto`` the language of the user interface."""
    return choice if choice in LANGUAGES else language_of(locale_name())


def report_language(choice: str = AUTO) -> str:
    """``en`` or ``zh`` for reports and aliases: the choice of a run, else the preference, else the interface."""
    return language(choice if choice in LANGUAGES else REPORT_LANGUAGE.get())

"""Versions and states for a bug report, as text without secrets and without the user's name or folders."""

from __future__ import annotations

import locale
import platform
import sys
from pathlib import Path

from qgis.core import Qgis, QgsApplication, QgsProviderRegistry, QgsSettings
from qgis.PyQt.QtCore import PYQT_VERSION_STR, QT_VERSION_STR, QLocale

from .. import deps
from ..bridge.settings import locale_name
from ..bridge.versions import gdal_version, proj_version
from .about import metadata
from .icons import FOLDER


def _place(path: Path) -> str:
    """Where the plugin lies, without the names of folders: profile, system or elsewhere."""
    profile = Path(QgsApplication.qgisSettingsDirPath()).resolve()
    if profile in path.resolve().parents:
        return "profile folder"
    return "system" if Path(QgsApplication.pkgDataPath()).resolve() in path.resolve().parents else "other folder"


def _geo() -> list[tuple[str, str]]:
    spatialite = "spatialite" in QgsProviderRegistry.instance().providerList()
    return [
        ("GDAL", gdal_version()),
        ("GEOS", Qgis.geosVersion()),
        ("PROJ", proj_version()),
        ("SpatiaLite provider", "yes" if spatialite else "no"),
    ]


def lines() -> list[tuple[str, str]]:
    """Name and value of everything worth knowing."""
    zone_locale = QgsSettings().value("locale/userLocale", "")
    result = [
        ("Carbon Planner", metadata().get("version", "unknown")),
        ("Installed in", _place(Path(__file__))),
        ("QGIS", f"{Qgis.QGIS_VERSION} ({Qgis.QGIS_DEV_VERSION})"),
        ("Python", f"{platform.python_version()}, {sys.maxsize.bit_length() + 1} bit"),
        ("Qt / PyQt", f"{QT_VERSION_STR} / {PYQT_VERSION_STR}"),
        *_geo(),
        ("System", f"{platform.system()} {platform.release()} {platform.machine()}"),
        ("Platform", deps.platform_id()),
        ("Language", f"{zone_locale} → {locale_name()}; system {QLocale.system().name()}"),
        ("Encodings", f"{locale.getpreferredencoding(False)}, files {sys.getfilesystemencoding()}"),
        ("Resource file", "yes" if (FOLDER.parents[1] / "resources.rcc").is_file() else "no"),
    ]
    for state in deps.states():
        found = f"{state.status} {state.version}".strip()
        result.append((state.library.name, f"{found} {redact(state.detail)}".strip()))
    algorithms = QgsApplication.processingRegistry().providerById("carbonplanner")
    result.append(("Algorithms", str(len(algorithms.algorithms())) if algorithms else "provider not registered"))
    return result


def redact(text: str) -> str:
    """A text without the home folder and the user's name."""
    home = Path.home()
    return text.replace(str(home), "~").replace(home.as_posix(), "~")


def text() -> str:
    """All lines, for the clipboard."""
    return "\n".join(f"{name}: {value}" for name, value in lines())

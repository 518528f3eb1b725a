"""Icons by name, from the file beside the code or from the registered resources."""

from __future__ import annotations

from pathlib import Path

from qgis.core import QgsApplication
from qgis.PyQt.QtCore import QResource
from qgis.PyQt.QtGui import QIcon

FOLDER = Path(__file__).parents[1] / "resources" / "icons"
PREFIX = ":/plugins/carbon_planner/icons"


def icon(name: str) -> QIcon:
    """The icon ``resources/icons/<name>.svg``; by path where the file is there, else from the resource file."""
    path = FOLDER / f"{name}.svg"
    if path.is_file():
        return QIcon(str(path))
    resource = f"{PREFIX}/{name}.svg"
    return QIcon(resource) if QResource(resource).isValid() else QgsApplication.getThemeIcon("/mActionOptions.svg")

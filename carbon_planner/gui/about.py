"""What the plugin says of itself; the version stands in metadata.txt and nowhere else."""

from __future__ import annotations

import configparser
from functools import cache
from html import escape
from pathlib import Path

from qgis.PyQt.QtCore import QCoreApplication, Qt
from qgis.PyQt.QtWidgets import QMessageBox, QWidget

from .icons import icon
from .sentences import sentences

translate = QCoreApplication.translate
PACKAGE = Path(__file__).parents[1]


@cache
def metadata() -> dict[str, str]:
    """Keys of metadata.txt: inside the package where it is installed, beside it in a source tree."""
    parser = configparser.ConfigParser(interpolation=None)
    parser.read([PACKAGE.parent / "metadata.txt", PACKAGE / "metadata.txt"], encoding="utf-8")
    return dict(parser["general"]) if parser.has_section("general") else {}


def about_box(parent: QWidget) -> QMessageBox:
    """The window *About Carbon Planner*."""
    data = metadata()
    lines = [
        "<h3>{} {}</h3>".format(translate("CarbonPlanner", "Carbon Planner"), escape(data.get("version", ""))),
        "<p>{}</p>".format(
            sentences(
                translate("CarbonPlanner", "Evaluates the carbon impact of land-use plans."),
                translate("CarbonPlanner", "Results are plan figures by published coefficients, not measurements."),
            )
        ),
        "<p>{}: {}</p>".format(translate("CarbonPlanner", "Licence"), escape(data.get("license", ""))),
        '<p><a href="{0}">{0}</a></p>'.format(escape(data.get("homepage", ""))),
    ]
    box = QMessageBox(parent)
    box.setObjectName("carbonPlannerAbout")
    box.setWindowTitle(translate("CarbonPlanner", "About Carbon Planner"))
    box.setIconPixmap(icon("plugin").pixmap(64, 64))
    box.setTextFormat(Qt.TextFormat.RichText)
    box.setText("".join(lines))
    box.setStandardButtons(QMessageBox.StandardButton.Close)
    return box

"""``qgis --code`` script of scripts/run --desktop: show the plugin's sample plan once the desktop is up."""

from qgis.PyQt.QtCore import QTimer
from qgis.utils import iface


def show() -> None:
    """Load it as the plugin's own command does."""
    from carbon_planner.gui.sample import load_sample

    load_sample(iface)


QTimer.singleShot(500, show)

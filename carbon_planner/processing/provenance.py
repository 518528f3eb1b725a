"""Where a result comes from: versions, sources, parameters. Printed in the report, stored in the layers' metadata."""

from __future__ import annotations

import platform
from typing import Any

from qgis.core import Qgis
from qgis.PyQt.QtCore import QDateTime, Qt


def libraries() -> dict[str, str]:
    """Versions of the libraries that take part in a number."""
    from ..bridge.versions import gdal_version
    from ..jobs.versions import libraries as of_core

    return {**of_core(), "GDAL": gdal_version()}


def now() -> str:
    """The time of the run, with its zone, as ISO 8601."""
    return str(QDateTime.currentDateTimeUtc().toString(Qt.DateFormat.ISODate))


def software() -> dict[str, Any]:
    """What the run was made with."""
    from ..jobs.versions import plugin_version

    return {
        "software": f"Carbon Planner {plugin_version()}",
        "qgis": f"{Qgis.QGIS_VERSION}, Python {platform.python_version()}, {platform.system()}",
        "libraries": libraries(),
    }

"""Where a result comes from: versions, sources, parameters. Printed in the report, stored in the layers' metadata."""

from __future__ import annotations

import configparser
import platform
from functools import cache
from pathlib import Path
from typing import Any

from qgis.core import Qgis
from qgis.PyQt.QtCore import QDateTime, Qt

PACKAGE = Path(__file__).parents[1]


@cache
def plugin_version() -> str:
    """Version of the plugin: metadata.txt lies in the package where it is installed, beside it in a source tree."""
    parser = configparser.ConfigParser(interpolation=None)
    parser.read([PACKAGE.parent / "metadata.txt", PACKAGE / "metadata.txt"], encoding="utf-8")
    return parser.get("general", "version", fallback="")


def libraries() -> dict[str, str]:
    """Versions of the libraries that take part in a number."""
    import numpy
    import pandas
    import pyproj
    import shapely

    from ..bridge.versions import gdal_version

    return {
        "numpy": numpy.__version__,
        "pandas": pandas.__version__,
        "shapely": shapely.__version__,
        "GEOS": shapely.geos_version_string,
        "pyproj": pyproj.__version__,
        "PROJ": pyproj.proj_version_str,
        "GDAL": gdal_version(),
    }


def now() -> str:
    """The time of the run, with its zone, as ISO 8601."""
    return str(QDateTime.currentDateTimeUtc().toString(Qt.DateFormat.ISODate))


def software() -> dict[str, Any]:
    """What the run was made with."""
    return {
        "software": f"Carbon Planner {plugin_version()}",
        "qgis": f"{Qgis.QGIS_VERSION}, Python {platform.python_version()}, {platform.system()}",
        "libraries": libraries(),
    }

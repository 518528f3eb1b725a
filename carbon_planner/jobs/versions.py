"""Versions of what takes part in a number."""

from __future__ import annotations

import configparser
import platform
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

from ..base.hashing import SHORT, content_hash

PACKAGE = Path(__file__).parents[1]
PLUGIN, RULES = "plugin", "sector rules"


@cache
def plugin_version() -> str:
    """Version of the plugin: metadata.txt lies in the package where it is installed, beside it in a source tree."""
    parser = configparser.ConfigParser(interpolation=None)
    parser.read([PACKAGE.parent / "metadata.txt", PACKAGE / "metadata.txt"], encoding="utf-8")
    return parser.get("general", "version", fallback="")


def libraries() -> dict[str, str]:
    """Versions of the libraries that the core computes with."""
    import numpy
    import pandas
    import pyproj
    import shapely

    return {
        "numpy": numpy.__version__,
        "pandas": pandas.__version__,
        "shapely": shapely.__version__,
        "GEOS": shapely.geos_version_string,
        "pyproj": pyproj.__version__,
        "PROJ": str(vars(pyproj)["proj_version_str"]),
    }


def versions(more: Mapping[str, str] | None = None, sectors: Sequence[str] = ()) -> dict[str, str]:
    """All of them, with those that only the caller knows (``GDAL``, ``QGIS``).

    For a run of more than the land also the rules of the sectors by their hash: others may register rules, which have
    no version.
    """
    found = {PLUGIN: plugin_version(), "Python": platform.python_version(), **libraries(), **(more or {})}
    return {**found, RULES: rules_hash()} if len(sectors) > 1 else found


def rules_hash() -> str:
    """Short hash of the rules of all sectors, those that were registered with them."""
    from ..accounting.sectors import current

    rows = [{name: str(value) for name, value in vars(rule).items() if name != "place"} for rule in current().rules]
    return content_hash(rows)[:SHORT]


def changed(old: Mapping[str, str], new: Mapping[str, str]) -> list[tuple[str, str, str]]:
    """(name, old, new) of the versions that differ; "" where one side does not say."""
    names = list(dict.fromkeys([*old, *new]))
    return [(name, old.get(name, ""), new.get(name, "")) for name in names if old.get(name) != new.get(name)]

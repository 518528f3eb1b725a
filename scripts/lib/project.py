"""Facts about this project that several scripts need; standard library only."""

from __future__ import annotations

import configparser
import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
NAME = "carbon_planner"
BUILD = ROOT / "build"
STAGE = BUILD / "plugins"
VENV = ROOT / ".venv"
SAMPLE = ROOT / NAME / "resources" / "sample"
SYSTEM_PATH = "/usr/sbin:/usr/bin:/sbin:/bin"


def metadata() -> dict[str, str]:
    """The plugin's metadata, read as the plugin site and QGIS read it: a lone percent sign is an error."""
    parser = configparser.ConfigParser()
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read(ROOT / "metadata.txt", encoding="utf-8")
    return dict(parser.items("general"))


def version() -> str:
    """The plugin's version; metadata.txt is the one place that says it."""
    return metadata()["version"]


def environment(venv: Path | None = VENV, **more: str) -> dict[str, str]:
    """Environment for QGIS programs: QGIS takes its Python prefix from the first python3 in PATH.

    With a virtual environment first in PATH, QGIS uses its packages; a foreign Python there would stop it.
    """
    keep = ("HOME", "LANG", "LC_ALL", "TZ", "PYTHONPATH", "DISPLAY", "XAUTHORITY", "CI")
    keep += ("CARBON_PLANNER_DATA", "CARBON_PLANNER_LONG")
    env = {key: os.environ[key] for key in keep if os.environ.get(key)}
    head = f"{venv}/bin:" if venv and (venv / "bin" / "python").exists() else ""
    env.update(PATH=head + SYSTEM_PATH, PYTHONWARNINGS="ignore", PYTHONDONTWRITEBYTECODE="1")
    env.setdefault("LANG", "C.UTF-8")
    env.update(more)
    return env

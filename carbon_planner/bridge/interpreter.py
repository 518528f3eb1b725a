"""The Python interpreter that child processes run in; inside QGIS ``sys.executable`` is often QGIS itself."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

from qgis.PyQt.QtCore import QProcess, QProcessEnvironment

from ..base.errors import MissingLibrary

MODULE = "carbon_planner.worker"
_PACKAGES = Path(__file__).parents[2]
_PATIENCE_MS = 30_000
_found: dict[str, str] = {}  # checked once per process: starting one takes two seconds


def environment() -> QProcessEnvironment:
    """That of this process, with the places in which it finds its own libraries."""
    values = QProcessEnvironment.systemEnvironment()
    places = [str(_PACKAGES), *(place for place in sys.path if place and Path(place).exists())]
    values.insert("PYTHONPATH", os.pathsep.join(dict.fromkeys(places)))
    values.insert("PYTHONIOENCODING", "utf-8")
    values.remove("PYTHONSTARTUP")
    return values


def candidates() -> list[str]:
    """Where an interpreter may lie, the likeliest first."""
    names = ("python3.exe", "python.exe") if os.name == "nt" else ("python3", "bin/python3")
    places = [Path(sys.prefix), Path(sys.exec_prefix), Path(sys.executable).parent, Path(os.__file__).parents[2]]
    found = [Path(sys.executable)] if Path(sys.executable).name.lower().startswith("python") else []
    found += [place / name for place in places for name in names]
    return list(dict.fromkeys(str(path) for path in found if path.is_file()))


def interpreter() -> str:
    """An interpreter that runs the core with the libraries of this process.

    Raises :class:`MissingLibrary` with what was tried where none does.
    """
    if "path" not in _found:
        reasons = []
        for path in candidates():
            reason = _problem(path)
            if not reason:
                _found["path"] = path
                break
            reasons.append(f"{path}: {reason}")
        else:
            raise MissingLibrary("BATCH_NO_INTERPRETER", detail="; ".join(reasons)[:300] or "—")
    return _found["path"]


def _problem(path: str) -> str:
    """Why an interpreter does not serve; "" where it does."""
    from ..jobs.versions import libraries, plugin_version

    process = QProcess()
    process.setProcessEnvironment(environment())
    process.start(path, ["-m", MODULE])
    process.closeWriteChannel()
    if not process.waitForFinished(_PATIENCE_MS):
        process.kill()
        process.waitForFinished(1000)
        return process.errorString()
    try:
        told = json.loads(bytes(process.readAllStandardOutput()).decode("utf-8").splitlines()[0])["pong"]
    except (ValueError, LookupError, TypeError):
        words = bytes(process.readAllStandardError()).decode("utf-8", "replace").strip().splitlines()
        return words[-1] if words else f"exit {process.exitCode()}"
    wanted = {"plugin": plugin_version(), **libraries()}
    # Other libraries may give other last digits: results shall not depend on who computed them.
    return ", ".join(f"{name} {told.get(name)}" for name, version in wanted.items() if told.get(name) != version)

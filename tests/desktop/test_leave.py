"""QGIS is left: with windows open and tasks just done, it ends without a crash."""

from __future__ import annotations

import os
import signal
import subprocess
from pathlib import Path

from conftest import NAME, pump

SCRIPT = Path(__file__).parent / "scripts" / "quit_after_tasks.py"


def test_quit_after_tasks(tmp_path, shell):
    """QGIS 3.40.6 dies of signal 11 here where the plugin does nothing about it (decision 0070)."""
    ini = tmp_path / "profiles" / "default" / "QGIS" / "QGIS3.ini"
    ini.parent.mkdir(parents=True)
    ini.write_text(f"[PythonPlugins]\n{NAME}=true\n", encoding="utf-8")
    result = tmp_path / "result"
    command = ["qgis", "--profiles-path", str(tmp_path), "--profile", "default", "--noversioncheck", "--nologo"]
    process = subprocess.Popen(
        [*command, "--code", str(SCRIPT)],
        env={**os.environ, "QUIT_RESULT": str(result)},
        stdin=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        for _ in range(900):
            if process.poll() is not None:
                break
            pump(100)
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
    assert result.read_text(encoding="utf-8") == "1"
    assert process.returncode == 0

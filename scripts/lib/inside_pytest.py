"""``qgis --code`` script: run pytest inside the desktop, with the real QgisInterface, then leave."""

import json
import os
import sys
from pathlib import Path

# qgis --code gives no __file__
sys.path.insert(0, os.environ["DESKTOP_LIB"])
from inside_desktop import drive


def work() -> int:
    """Run pytest with the arguments of desktop.py."""
    import pytest

    # pytest-qgis would start a second QgsApplication
    plugins = ["-p", "no:pytest_qgis", "-p", "no:cacheprovider", "-p", "no:faulthandler"]
    plugins += ["-v", "-v"]  # so that after a crash of QGIS the last name tells where
    os.chdir(Path(os.environ["DESKTOP_LIB"]).parents[1])
    return int(pytest.main([*plugins, *json.loads(os.environ["DESKTOP_ARGS"])]))


drive(work)

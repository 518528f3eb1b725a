"""The core imports, and the plugin loads, without what they must not need."""

from __future__ import annotations

import subprocess
import sys

BELOW_BRIDGE = ("base", "geometry", "storage", "classes", "factors", "accounting", "report")
BLOCK = """
import importlib, pkgutil, sys
class Wall:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in {blocked!r}:
            raise ImportError("blocked: " + name)
sys.meta_path.insert(0, Wall())
"""


def run(repository, code: str) -> str:
    """Output of a fresh interpreter."""
    done = subprocess.run([sys.executable, "-c", code], cwd=repository, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_core_imports_without_qgis(repository):
    code = BLOCK.format(blocked=("qgis", "PyQt5", "PyQt6")) + (
        f"names = {BELOW_BRIDGE!r}\n"
        "count = 0\n"
        "for name in names:\n"
        "    package = importlib.import_module('carbon_planner.' + name)\n"
        "    for found in pkgutil.walk_packages(package.__path__, package.__name__ + '.'):\n"
        "        importlib.import_module(found.name)\n"
        "        count += 1\n"
        "print(count)\n"
    )
    assert int(run(repository, code)) > len(BELOW_BRIDGE)


def test_plugin_and_provider_load_no_heavy_library(repository):
    code = (
        "import sys\n"
        "import carbon_planner.plugin, carbon_planner.processing.provider\n"
        "heavy = {'pandas', 'shapely', 'scipy', 'matplotlib', 'jinja2', 'pyproj', 'psycopg2'}\n"
        "print(sorted(heavy & set(sys.modules)))\n"
    )
    assert run(repository, code).strip() == "[]"

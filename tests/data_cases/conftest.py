"""Fixtures for tests on real data: those of tests/qgis and tests/core, and where each file lies."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parents[1]


def _fixtures_of(folder: str) -> dict[str, object]:
    """What the conftest of another folder offers; by path, because all of them are called ``conftest``."""
    if str(TESTS / folder) not in sys.path:
        sys.path.append(str(TESTS / folder))  # for the helpers that it imports
    spec = importlib.util.spec_from_file_location(f"conftest_of_{folder}", TESTS / folder / "conftest.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return {name: value for name, value in vars(module).items() if not name.startswith("_")}


globals().update({**_fixtures_of("core"), **_fixtures_of("qgis")})


@pytest.fixture(scope="session")
def data(data_dir):
    """Path of a file or folder of the real data; skips where it is not there."""

    def path_of(name: str) -> Path:
        path = data_dir / name
        if not path.exists():
            pytest.skip(f"the real data have no {name}")
        return path

    return path_of

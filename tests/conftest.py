"""For all tests: where the repository and the real test data are; which tests are long."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[1]
DATA = Path(os.environ.get("CARBON_PLANNER_DATA") or REPOSITORY.parent / "shared" / "data")


def pytest_collection_modifyitems(config, items):
    """Leave out long tests unless scripts/test --long asks for them."""
    if os.environ.get("CARBON_PLANNER_LONG"):
        return
    long = [item for item in items if item.get_closest_marker("long")]
    if long:
        config.hook.pytest_deselected(items=long)
        items[:] = [item for item in items if not item.get_closest_marker("long")]


@pytest.fixture(scope="session")
def repository() -> Path:
    """Top folder of the repository."""
    return REPOSITORY


@pytest.fixture(scope="session")
def data_dir() -> Path:
    """Folder of the real test data, which is not part of the repository."""
    if not DATA.is_dir():
        pytest.skip("no real test data: set CARBON_PLANNER_DATA to their folder")
    return DATA

"""For tests of the core: the shipped factor library, built where it is missing or out of date."""

import subprocess
import sys

import pytest


@pytest.fixture(scope="session")
def build_library(repository):
    """Run scripts/build_library with this interpreter and the given arguments."""

    def run(*arguments):
        command = [sys.executable, str(repository / "scripts" / "build_library"), *arguments]
        return subprocess.run(command, check=True, capture_output=True, text=True)

    return run


@pytest.fixture(scope="session", autouse=True)
def shipped_library(repository, build_library):
    """Path of an up-to-date ``library.gpkg``; every test of the core may rely on it."""
    build_library()
    return repository / "carbon_planner" / "factors" / "library" / "library.gpkg"


@pytest.fixture(scope="session")
def classes(shipped_library):
    """The shipped class library."""
    from carbon_planner.classes.library import ClassLibrary

    return ClassLibrary.shipped()

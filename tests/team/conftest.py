"""For tests of the team store: a server of their own, a schema for each test, users with and without rights."""

import itertools
import os
import subprocess
import sys
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]
sys.path[:0] = [str(TESTS), str(TESTS / "core")]

import team_server

COUNTER = itertools.count(1)


@pytest.fixture(scope="session")
def shipped_library(repository):
    """The factor library, built where it is missing or out of date."""
    subprocess.run([sys.executable, str(repository / "scripts" / "build_library")], check=True, capture_output=True)


@pytest.fixture(scope="session")
def server(shipped_library):
    """A running server with an empty database."""
    reason = team_server.lacking()
    if reason:
        pytest.skip(reason)
    with team_server.running_server() as made:
        yield made


@pytest.fixture
def place(server):
    """A schema of the test's own; what is in it is left to the end of the server."""
    from carbon_planner.storage.postgres import Place

    return Place(server.conninfo(), f"碳因子 {next(COUNTER)}", "规划院")


@pytest.fixture
def team(place):
    """An empty store, opened by its administrator."""
    from carbon_planner.factors.team_store import TeamStore

    made = TeamStore(place)
    made.set_up(reader="", editor="")
    return made


@pytest.fixture
def another(place):
    """Opens the store of the test again, as another program would."""
    from carbon_planner.factors.team_store import TeamStore

    return lambda: TeamStore(place)


@pytest.fixture
def as_user(server, place, team):
    """Opens the store as a user with one of the roles, or with none."""
    from carbon_planner.factors.team_store import TeamStore
    from carbon_planner.storage.postgres import Place

    team.set_up()

    def make(role=""):
        name, secret = f"user_{next(COUNTER)}", "user-S3cret"
        server.ask(f"CREATE USER {name} PASSWORD '{secret}'")
        if role:
            server.ask(f"GRANT {role} TO {name}")
        store = TeamStore(Place(server.conninfo(name, secret), place.schema, "规划院"))
        store.user = name
        return store

    return make


@pytest.fixture
def python(repository):
    """Starts a process that runs a piece of code with these tests' helpers in its path."""

    def start(code, *arguments):
        path = os.pathsep.join([str(repository), str(TESTS), str(TESTS / "core")])
        return subprocess.Popen(
            [sys.executable, "-c", code, *map(str, arguments)],
            env={**os.environ, "PYTHONPATH": path}, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip

    return start

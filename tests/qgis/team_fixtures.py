"""Fixtures for tests with a team's database; the server starts when the first of them asks for it."""

from __future__ import annotations

import pytest
from team_database import EDITOR, EDITOR_PASSWORD, drop_connection, store_connection, store_login


@pytest.fixture
def stored(qgis_app):
    """Stores connections that go away with the test."""
    from carbon_planner.bridge.settings import TEAM_CONNECTION, TEAM_SCHEMA
    from carbon_planner.factors.store import use_team_store

    names = []

    def make(name, **values):
        store_connection(name, **values)
        names.append(name)
        return name

    yield make
    for name in names:
        drop_connection(name)
    TEAM_CONNECTION.reset()
    TEAM_SCHEMA.reset()
    use_team_store(None)


@pytest.fixture
def team(team_database, stored):
    """The team's database chosen in the options, set up by its administrator; editors are known."""
    import team_server

    from carbon_planner.bridge.settings import TEAM_CONNECTION, TEAM_SCHEMA

    schema = team_database.schema()
    admin = team_database.connect("管理员", team_server.ADMIN, team_server.PASSWORD)
    config = store_login(EDITOR, EDITOR_PASSWORD)
    team_database.connect("规划院", "", "", authcfg=config)
    TEAM_CONNECTION.set("规划院")
    TEAM_SCHEMA.set(schema)

    def set_up():
        import processing

        found = processing.run("carbonplanner:setupteamstore", {"CONNECTION": admin})
        team_database.server.ask(f'GRANT carbon_editor TO "{EDITOR}"')
        return found

    set_up.schema, set_up.admin = schema, admin
    return set_up


@pytest.fixture(scope="session")
def team_database(qgis_app):
    """A database server for the team's factor sets, with connections stored in QGIS."""
    import team_server
    from team_database import TeamDatabase

    reason = team_server.lacking()
    if reason:
        pytest.skip(reason)
    with team_server.running_server() as server:
        made = TeamDatabase(server, team_server.DATABASE)
        yield made
        for name in made.names:
            drop_connection(name)


class Cases(dict):
    """Parameters by algorithm; those about the team start a database server when they are asked for."""

    def __init__(self, cases, request):
        super().__init__(cases)
        self.request = request

    def __missing__(self, name):
        import team_server
        from algorithm_cases import late_case

        late = late_case(name, self, self.request.getfixturevalue("tmp_path_factory").mktemp("results"))
        if late is not None:
            self[name] = late
            return late
        if name not in ("setupteamstore", "publishfactorset", "pullfactorset"):
            raise KeyError(name)
        database = self.request.getfixturevalue("team_database")
        connection = database.connect("every algorithm", team_server.ADMIN, team_server.PASSWORD)
        place = {"CONNECTION": connection, "SCHEMA": database.schema()}
        self[name] = place
        if name != "setupteamstore":
            self[name] = {**place, "FACTOR_SET": "cq_mixed_0_100cm", "SET_ID": "team"}
            self._fill(self[name], name)
        return self[name]

    def _fill(self, case, name):
        import processing

        place = {key: case[key] for key in ("CONNECTION", "SCHEMA")}
        processing.run("carbonplanner:setupteamstore", place)
        if name == "pullfactorset":
            processing.run("carbonplanner:publishfactorset", case)
            case.update(FACTOR_SET="team:team", SET_ID=None)
            del case["SET_ID"]

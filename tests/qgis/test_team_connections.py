"""Connections stored in QGIS become connection strings; the team's sets serve evaluations and travel both ways."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from psycopg2.extensions import parse_dsn
from qgis.PyQt.QtCore import Qt
from team_database import EDITOR, EDITOR_PASSWORD, store_login

from carbon_planner.base.errors import SettingsError, StorageError
from carbon_planner.bridge import connections
from carbon_planner.bridge.connections import connect_team, connection_names, require_team, team_place
from carbon_planner.bridge.settings import TEAM_CONNECTION, TEAM_SCHEMA


def parts(name):
    return parse_dsn(team_place(name).conninfo)


@pytest.mark.golden
def test_stored_connections_of_every_kind(stored):
    stored("团队 'x'", host="db.example", port="5433", database="规划 plan", username="u'ser", password="p\\w 'x密")
    assert parts("团队 'x'") == {
        "host": "db.example", "port": "5433", "dbname": "规划 plan", "user": "u'ser", "password": "p\\w 'x密",
    }  # fmt: skip
    stored("service", service="team_service")
    assert parts("service") == {"service": "team_service"}
    stored("ssl", host="h", port="5432", database="d", sslmode="SslRequire")
    assert parts("ssl") == {"host": "h", "port": "5432", "dbname": "d", "sslmode": "require"}
    assert {"团队 'x'", "service", "ssl"} <= set(connection_names())


@pytest.mark.golden
def test_login_from_the_authentication_database(stored):
    config = store_login(EDITOR, EDITOR_PASSWORD)
    stored("auth", host="h", port="5432", database="d", authcfg=config, username="", password="")
    found = parts("auth")
    assert (found["user"], found["password"]) == (EDITOR, EDITOR_PASSWORD)
    stored("no auth", host="h", database="d", authcfg="abc1234")
    with pytest.raises(StorageError) as caught:
        team_place("no auth")
    assert caught.value.message.id == "TEAM_AUTH_MISSING"


@pytest.mark.golden
def test_settings_choose_connection_and_schema(stored):
    stored("a", host="a", database="d")
    stored("b", host="b", database="d")
    assert connect_team() is None
    TEAM_CONNECTION.set("a")
    first = connect_team()
    assert (first.place.name, first.place.schema) == ("a", "carbon_planner")
    assert connect_team() is first  # so that it remembers what it has read
    TEAM_SCHEMA.set("因子")
    assert connect_team().place.schema == "因子"
    assert connect_team("b", "other").place.shown == "b (d@b:5432, other)"
    stored("a", host="moved", database="d")
    assert "moved" in connect_team().place.conninfo
    for name in ("none", "A"):
        with pytest.raises(SettingsError) as caught:
            require_team(name)
        assert caught.value.message.id == "TEAM_CONNECTION_UNKNOWN"
        assert "a, b" in str(caught.value)
    TEAM_CONNECTION.reset()
    with pytest.raises(SettingsError) as caught:
        require_team()
    assert caught.value.message.id == "TEAM_NO_CONNECTION"


def test_a_locked_authentication_database(stored, monkeypatch):
    config = store_login("user", "secret-S3cret")
    stored("locked", host="h", database="d", authcfg=config, username="", password="")

    locked = SimpleNamespace(isDisabled=lambda: False, setMasterPassword=lambda verify: False)
    monkeypatch.setattr(connections.QgsApplication, "authManager", lambda: locked)
    with pytest.raises(StorageError) as caught:
        team_place("locked")
    assert caught.value.message.id == "TEAM_AUTH_LOCKED"
    assert "QGIS_AUTH_PASSWORD_FILE" in caught.value.text("zh")


def test_a_session_role_is_taken_on(qgis_app):
    from qgis.core import QgsDataSourceUri

    uri = QgsDataSourceUri("dbname='d' host='h' user='u' password='p'")
    uri.setParam("session_role", "the editor's")
    found = parse_dsn(connections._conninfo(uri, "x"))
    assert found["options"] == "-c role=the\\ editor's"


def test_options_page(stored):
    from carbon_planner.gui.options import OptionsPage

    stored("规划院", host="127.0.0.1", port="1", database="d")
    TEAM_CONNECTION.set("gone")
    page = OptionsPage()
    assert page.team.currentText() == "gone"  # it may come back
    page.team.setCurrentIndex(page.team.findData("规划院"))
    page.schema.setText("  因子 ")
    page.apply()
    assert (TEAM_CONNECTION.get(), TEAM_SCHEMA.get()) == ("规划院", "因子")
    page = OptionsPage()  # the server does not answer: the page opens nevertheless, with the other sets
    assert page.stock.findText("(cn_national_2018@1.0.0)", Qt.MatchFlag.MatchContains) >= 0
    page.team.setCurrentIndex(0)
    page.schema.clear()
    page.apply()
    assert (TEAM_CONNECTION.get(), TEAM_SCHEMA.get()) == ("", "carbon_planner")

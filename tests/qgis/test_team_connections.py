"""Connections stored in QGIS become connection strings; the team's sets serve evaluations and travel both ways."""

from __future__ import annotations

import os
from types import SimpleNamespace

import pytest
from conftest import make_layer, square
from psycopg2.extensions import parse_dsn
from qgis.core import (
    Qgis,
    QgsApplication,
    QgsProcessingException,
    QgsProject,
    QgsSettings,
    QgsVectorLayer,
)
from qgis.PyQt.QtCore import Qt
from team_database import EDITOR, EDITOR_PASSWORD, drop_connection, store_connection, store_login

from carbon_planner.base.errors import SettingsError, StorageError
from carbon_planner.bridge import connections
from carbon_planner.bridge.connections import connect_team, connection_names, require_team, team_place
from carbon_planner.bridge.settings import TEAM_CONNECTION, TEAM_SCHEMA
from carbon_planner.factors.store import use_team_store


@pytest.fixture
def stored(qgis_app):
    """Stores connections that go away with the test."""
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


# -- with a server ----------------------------------------------------------------------------------------------------


@pytest.fixture
def team(team_database, stored):
    """The team's database chosen in the options, set up by its administrator; editors are known."""
    import team_server

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


def test_from_own_store_to_the_team_and_back(team, provider, run_alg, user_store, every_algorithm, rows_of, tmp_path):
    assert team() == {"VERSION": 2, "COUNT": 0}
    mine = run_alg("importfactorset", **every_algorithm["importfactorset"])["FACTOR_SET"]
    sent = run_alg("publishfactorset", FACTOR_SET="mine", SET_ID="team_set", VERSION="2.0.0", REASON="初稿")
    assert (sent["COUNT"], sent["REVISION"]) == (2, 1)
    assert sent["REF"] == "team_set@2.0.0#" + mine.split("#")[1]
    again = run_alg("publishfactorset", FACTOR_SET="mine", SET_ID="team_set", VERSION="2.0.0")
    assert again["REVISION"] == 1
    got = run_alg("pullfactorset", FACTOR_SET="team_set")
    assert got == sent
    done = run_alg("publishfactorset", FACTOR_SET="team:team_set@2.0.0", PUBLISH=True)
    assert done["REVISION"] == 2
    assert run_alg("pullfactorset", FACTOR_SET="team:team_set")["REVISION"] == 2
    listed = {row["ref"]: row["status"] for row in rows_of(run_alg("listfactorsets", OUTPUT="memory:")["OUTPUT"])}
    assert listed["team_set@2.0.0"] == "published"
    assert run_alg("setupteamstore", CONNECTION=team.admin, ROLES=False)["COUNT"] == 1


def test_two_editors_in_two_sessions(team, provider, run_alg, user_store, tmp_path, recorder):
    team()
    header = "item,item_en,parameter,value,unit,source,confidence\n"

    def table(value):
        path = tmp_path / f"soil_{value}.csv"
        path.write_text(f"{header}forest,Forest,soil,{value},tC/ha,own survey,verified\n", encoding="utf-8")
        return {"FACTOR_SET": str(path), "SET_ID": "shared", "VERSION": "1.0.0"}

    assert run_alg("publishfactorset", **table(90))["REVISION"] == 1
    assert run_alg("publishfactorset", **table(91))["REVISION"] == 2  # the same session knows what it wrote
    connections._Known.key = None  # another session knows nothing
    with pytest.raises(QgsProcessingException, match=r"soil.*91|91.*soil"):
        run_alg("publishfactorset", **table(92))
    with pytest.raises(QgsProcessingException, match="revision 1"):
        run_alg("publishfactorset", **table(92), BASE_REVISION=1)
    assert run_alg("publishfactorset", **table(92), BASE_REVISION=2)["REVISION"] == 3
    assert run_alg("pullfactorset", FACTOR_SET="shared")["REVISION"] == 3
    run_alg("importfactorset", INPUT=table(80)["FACTOR_SET"], SET_ID="shared2", VERSION="1.0.0")
    own = run_alg("publishfactorset", **table(93))
    assert own["REVISION"] == 4
    with pytest.raises(QgsProcessingException, match=r"shared@1\.0\.0"):  # the own draft is of revision 3
        run_alg("pullfactorset", FACTOR_SET="shared")
    assert run_alg("pullfactorset", FACTOR_SET="shared", OVERWRITE=True)["REVISION"] == 4


def test_zones_in_postgis_with_a_set_of_the_team(team, team_database, provider, run_alg, rows_of, tmp_path):
    team()
    path = tmp_path / "pools.csv"
    path.write_text("item,item_en,parameter,value,unit,source,confidence\n"
                    "forest,Forest,soil,90,tC/ha,own survey,verified\n"
                    "built,Built-up,soil,60,tC/ha,own survey,verified\n", encoding="utf-8")  # fmt: skip
    run_alg("publishfactorset", FACTOR_SET=str(path), SET_ID="pools", VERSION="1.0.0", PUBLISH=True)
    ring = square(0, 0)
    server = team_database.server
    server.ask(f'CREATE TABLE "{team.schema}".zones (gid serial PRIMARY KEY, id text, plan text, now text, '
               "geom geometry(MultiPolygon, 32649))")  # fmt: skip
    server.ask(f'INSERT INTO "{team.schema}".zones (id, plan, now, geom) VALUES (\'z1\', \'built\', \'forest\', '
               "ST_GeomFromText(%s, 32649))", ring)  # fmt: skip
    uri = f'{server.conninfo()} key=\'gid\' table="{team.schema}"."zones" (geom)'
    layer = QgsVectorLayer(uri, "zones", "postgres")
    assert layer.isValid()
    QgsProject.instance().addMapLayer(layer)
    found = run_alg("evaluatezones", ZONES=layer, ZONE_ID="id", ZONE_CLASS="plan", ZONE_BASE_CLASS="now",
                    ZONE_CLASS_SYSTEM="generic", BASE_CLASS_SYSTEM="generic", FACTOR_SET="team:pools",
                    AREA_METHOD="planar", OUTPUT="memory:")  # fmt: skip
    assert found["NET_TCO2E"] == pytest.approx(30 * 44 / 12, rel=1e-9)
    assert rows_of(found["OUTPUT"])[0]["cp_fset"].startswith("pools@1.0.0#")


def test_no_password_in_settings_logs_and_messages(team, provider, run_alg, recorder, tmp_path, user_store, capfd):
    """S12: after runs that succeed and fail, nothing that the plugin wrote holds the password."""
    team()
    told = []
    log = QgsApplication.messageLog()
    log.messageReceived[str, str, Qgis.MessageLevel].connect(lambda text, tag, level: told.append(text))
    feedback = recorder()
    path = tmp_path / "pools.csv"
    path.write_text("item,item_en,parameter,value,unit,source,confidence\n"
                    "forest,Forest,soil,90,tC/ha,own survey,verified\n", encoding="utf-8")  # fmt: skip
    run_alg("publishfactorset", feedback, FACTOR_SET=str(path), SET_ID="pools", VERSION="1.0.0", PUBLISH=True)
    run_alg("pullfactorset", feedback, FACTOR_SET="pools")
    for wrong in ({"FACTOR_SET": "nothing"}, {"FACTOR_SET": "pools", "SCHEMA": "no such"}):
        with pytest.raises(QgsProcessingException) as caught:
            run_alg("pullfactorset", feedback, **wrong)
        told.append(str(caught.value))
    zones = make_layer([(square(0, 0), "z1", "forest")], "id:string,now:string")
    page, layer = tmp_path / "report.html", tmp_path / "zones.gpkg"
    run_alg("evaluatezones", feedback, ZONES=zones, ZONE_BASE_CLASS="now", BASE_CLASS_SYSTEM="generic",
            FACTOR_SET="team:pools", OUTPUT=str(layer), REPORT=str(page))  # fmt: skip
    project = tmp_path / "plan.qgs"
    QgsProject.instance().addMapLayer(zones)
    QgsProject.instance().write(str(project))
    told += [*feedback.infos, *feedback.warnings, *feedback.errors, *capfd.readouterr()]
    settings = QgsSettings()
    told += [str(settings.value(key)) for key in settings.allKeys() if key.startswith("carbon_planner")]
    told += [p.read_bytes().decode("utf-8", "replace") for p in (page, layer, project)]
    secrets = (EDITOR_PASSWORD, EDITOR_PASSWORD.replace("'", "\\'"), "s3cret-Geheim")
    assert [text[:200] for text in told if any(secret in text for secret in secrets)] == []


def test_a_stopped_server_is_told_of_and_hides_nothing(team, team_database, provider, run_alg, rows_of, user_store):
    team()
    team_database.server.stop("fast")
    try:
        connections._Known.key = None
        assert run_alg("listfactorsets", OUTPUT="memory:")["COUNT"] >= 10
        with pytest.raises(QgsProcessingException, match="No connection to the database 规划院"):
            run_alg("pullfactorset", FACTOR_SET="x")
    finally:
        team_database.server.start()


def test_environment_has_no_password():
    assert not [key for key in os.environ if key.startswith("PGPASS")]

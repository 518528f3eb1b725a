"""Older stores are brought up to date and lose nothing: first format, older columns; newer ones are refused."""

import sqlite3
import subprocess

import pytest
from factor_cases import factor, make_set

from carbon_planner.factors.records import as_dict
from carbon_planner.factors.store import open_set
from carbon_planner.factors.team_conflict import TeamConflict
from carbon_planner.factors.team_store import TeamStore
from carbon_planner.factors.user_store import UserStore
from carbon_planner.storage import postgres_schema
from carbon_planner.storage.postgres import Place, StorageError, composed, writing
from carbon_planner.storage.postgres_schema import migrate, version_of
from carbon_planner.storage.record_columns import FACTOR_COLUMNS, SET_COLUMNS, SET_KEY, names

# 15 digits: what ogr2ogr copies of a number
SETS = (
    make_set([factor(), factor(factor_id="f2", item="草地", value=None, low=None, high=None, range_kind="none")],
             title_zh="第一套", region="CN-CQ", year=2020, status="published"),
    make_set([factor(value=0.123456789012345, low=0.0, source="《调查》“甲”'乙'")], id="draft_set", version="0.9.0"),
)  # fmt: skip


def copied(server, place, path):
    """A GeoPackage copied into a schema by ogr2ogr, as a team may have done before there were team stores."""
    server.ask(f'CREATE SCHEMA "{place.schema}"')
    tables = sqlite3.connect(path).execute("SELECT table_name FROM gpkg_contents ORDER BY 1").fetchall()
    target = f"PG:{server.conninfo()}"
    for (table,) in tables:
        subprocess.run(
            ["ogr2ogr", "-f", "PostgreSQL", target, str(path), table, "-nln", table, "-lco", f"SCHEMA={place.schema}",
             "-lco", "FID=fid"],
            check=True, capture_output=True,
        )  # fmt: skip


def check_all(store):
    assert store.infos() == tuple(found.info for found in SETS)
    for found in SETS:
        assert store.get(found.info.id, found.info.version) == found
        assert store.get(found.info.id, found.info.version).content_hash == found.content_hash
    assert store.add(SETS[0]) == 1
    with pytest.raises(TeamConflict):
        TeamStore(store.place).add(make_set([factor(value=95.0)], id="draft_set", version="0.9.0"))
    assert store.add(make_set([factor(value=95.0)], id="draft_set", version="0.9.0")) == 2
    assert store.add(make_set([factor()], id="new")) == 1
    assert [c.action for c in store.log()].count("migrate") == 2


def put(cursor, table, values, columns):
    """A row with the columns of the first format."""
    known = [name for name in names(columns, 1) if name in values]
    cursor.execute(composed(f"INSERT INTO {table} ({{columns}}) VALUES ({{values}})", *known), values)


def first_format(place, server):
    """Tables of the first format, as migration 1 made them, with content."""
    server.ask(f'CREATE SCHEMA "{place.schema}"')
    with writing(place) as cursor:
        assert migrate(cursor, place, 1) == 1
        for found in SETS:
            info = found.info
            put(cursor, "cp_sets", {**as_dict(info), "set_id": info.id}, SET_COLUMNS)
            for one in found.factors:
                put(cursor, "cp_factors", {**as_dict(one), "set_id": info.id, "version": info.version},
                    (*SET_KEY, *FACTOR_COLUMNS))  # fmt: skip
            key = f"sha256:{info.ref}"
            cursor.execute("INSERT INTO cp_meta (key, value) VALUES (%s, %s)", (key, found.content_hash))


def test_first_format(server, place):
    first_format(place, server)
    store = TeamStore(place)
    with pytest.raises(StorageError) as caught:
        store.infos()
    assert caught.value.message.id == "POSTGRES_OLDER"
    assert store.set_up() == 2
    check_all(store)
    assert server.ask(f'SELECT number FROM "{place.schema}".cp_migrations ORDER BY 1') == [(1,), (2,)]


def test_a_geopackage_copied_by_ogr2ogr(server, place, tmp_path):
    own = UserStore(tmp_path / "用户库.gpkg")
    for found in SETS:
        own.add(found)
    copied(server, place, own.path)
    store = TeamStore(place)
    assert store.set_up() == 2
    assert store.infos() == tuple(found.info for found in SETS)
    for found in SETS:
        assert store.get(found.info.id, found.info.version) == found
    assert [c.action for c in store.log()] == ["add", "add"]  # the log came along, its chain is whole
    assert store.add(make_set([factor(value=95.0)], id="draft_set", version="0.9.0")) == 2
    store.log()


def test_a_geopackage_of_the_first_format_copied_by_ogr2ogr(server, place, tmp_path):
    path = tmp_path / "first.gpkg"
    own = UserStore(path)
    for found in SETS:
        own.add(found)
    connection = sqlite3.connect(path)
    kept = {name for (name,) in connection.execute("SELECT name FROM pragma_table_info('cp_factors')")}
    later = [c.name for c in postgres_schema.FACTOR_COLUMNS if c.since > 1 and c.name in kept]
    for table, gone in (("cp_factors", later), ("cp_sets", ["released", "reviewer", "replaced_by"])):
        for name in gone:
            connection.execute(f"ALTER TABLE {table} DROP COLUMN {name}")
    connection.execute("DROP TABLE cp_changes")
    connection.execute("DELETE FROM gpkg_contents WHERE table_name = 'cp_changes'")
    connection.execute("DELETE FROM cp_meta WHERE key = 'log_head'")
    connection.execute("UPDATE cp_meta SET value = '1' WHERE key = 'schema_version'")
    connection.commit()
    connection.close()
    copied(server, place, path)
    store = TeamStore(place)
    assert store.set_up() == 2
    check_all(store)


def test_a_store_without_later_columns_is_read_and_told_of_when_written(team, server, place):
    team.add(make_set([factor()], status="published"))
    server.ask(f'ALTER TABLE "{place.schema}".cp_factors DROP COLUMN uuid, DROP COLUMN valid_to')
    server.ask(f'ALTER TABLE "{place.schema}".cp_sets DROP COLUMN released')
    store = TeamStore(place)
    assert store.get("mine", "1.0.0") == make_set([factor()], status="published")
    with pytest.raises(StorageError) as caught:
        store.add(make_set([factor()], id="new"))
    assert caught.value.message.id == "POSTGRES_OLDER"
    store.set_up()
    assert store.add(make_set([factor(valid_to=2030)], id="new")) == 1
    assert TeamStore(place).get("new", "1.0.0").factors[0].valid_to == 2030


@pytest.mark.parametrize("how", ["migration", "field"])
def test_a_newer_store_is_refused(team, server, place, how):
    if how == "migration":
        server.ask(f"INSERT INTO \"{place.schema}\".cp_migrations (number, name) VALUES (99, 'later')")
    else:
        fields = "replace(value, '[', '[\"cp_factors.later\", ')"
        server.ask(f"UPDATE \"{place.schema}\".cp_meta SET value = {fields} WHERE key = 'fields'")
    for step in (team.infos, lambda: team.add(make_set([factor()])), *([team.set_up] if how == "migration" else [])):
        with pytest.raises(StorageError) as caught:
            step()
        assert caught.value.message.id == "POSTGRES_NEWER"


def test_columns_of_the_team_itself_do_no_harm(team, server, place):
    server.ask(f'ALTER TABLE "{place.schema}".cp_factors ADD COLUMN 内部备注 text')
    team.add(make_set([factor()]))
    assert TeamStore(place).get("mine", "1.0.0") == make_set([factor()])


def test_a_failed_migration_leaves_the_first_format(server, place, monkeypatch):
    first_format(place, server)
    number, name, statements = postgres_schema.MIGRATIONS[1]
    broken = (number, name, (*statements, "SELECT 1 / 0"))
    monkeypatch.setattr(postgres_schema, "MIGRATIONS", (postgres_schema.MIGRATIONS[0], broken))
    with pytest.raises(StorageError) as caught:
        TeamStore(place).set_up()
    assert caught.value.message.id == "POSTGRES_FAILED"
    assert version_of(place) == 1
    monkeypatch.undo()
    store = TeamStore(place)
    store.set_up()
    check_all(store)


SET_UP = """
import sys
from carbon_planner.factors.team_store import TeamStore
from carbon_planner.storage.postgres import Place
print(TeamStore(Place(sys.argv[1], sys.argv[2])).set_up())
"""


def test_four_programs_set_up_at_once(server, place, python):
    programs = [python(SET_UP, place.conninfo, place.schema) for _ in range(4)]
    told = [program.communicate(timeout=120) for program in programs]
    assert [out.strip() for out, _ in told] == ["2"] * 4, told
    assert server.ask(f'SELECT count(*) FROM "{place.schema}".cp_migrations') == [(2,)]


def test_user_store_to_team_and_back(team, tmp_path):
    """From the first format of a file to the team and into another user's file: the same content everywhere."""
    own, other = UserStore(tmp_path / "a.gpkg"), UserStore(tmp_path / "b.gpkg")
    for found in SETS:
        own.add(found)
    team.add(open_stored(own, "mine"))
    other.add(team.get("mine", "1.0.0"))
    assert other.get("mine", "1.0.0") == SETS[0]


def open_stored(store, set_id):
    found = open_set(f"{store.path}|{set_id}")
    return store.get(found.info.id, "1.0.0")


def test_a_database_that_cannot_hold_chinese(server):
    server.ask("CREATE DATABASE latin ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0", database="postgres")
    store = TeamStore(Place(server.conninfo(database="latin")))
    with pytest.raises(StorageError) as caught:
        store.set_up()
    assert caught.value.message.id == "POSTGRES_ENCODING"

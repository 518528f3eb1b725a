"""Stores of the first schema: read as they are, migrated with the first change, nothing lost, the old file kept."""

import sqlite3
import subprocess
import sys
import threading

import pytest
from factor_cases import factor, make_set
from store_v1 import write_v1

from carbon_planner.base.errors import FactorError, StorageError
from carbon_planner.factors import store as stores
from carbon_planner.factors.history import MIGRATE
from carbon_planner.factors.store import open_set
from carbon_planner.factors.user_store import FILE_NAME, UserStore
from carbon_planner.storage import migrations, store_change
from carbon_planner.storage.geopackage import create_factor_store, schema_version
from carbon_planner.storage.schema import SCHEMA_VERSION
from carbon_planner.storage.sqlite import check_integrity, reading

BACKUP = FILE_NAME.replace(".gpkg", ".schema1.gpkg")
OLD_HASH = "a8d65a433ba55deb990c34767ab96f5b1cfa0e70ff85854ce8e67bb2cacb0bb3"  # of the first schema and hash rule


def old_sets():
    rows = [factor(), factor(factor_id="f2", parameter="above", value=None, low=None, high=None, range_kind="none")]
    return [
        make_set([factor()], status="published", title_zh="重庆", year=2009),
        make_set(rows, version="1.1.0", status="draft"),
    ]


@pytest.fixture
def old(tmp_path):
    return UserStore(write_v1(tmp_path / FILE_NAME, old_sets()))


def columns(path, table):
    with reading(path) as connection:
        return [tuple(row)[1:] for row in connection.execute(f"PRAGMA table_info({table})")]


def test_an_old_store_is_read_without_a_change(old):
    before = old.path.read_bytes()
    assert schema_version(old.path) == 1
    assert [info.ref for info in old.infos()] == ["mine@1.0.0", "mine@1.1.0"]
    assert [old.get(i.id, i.version) for i in old.infos()] == old_sets()
    assert old.log() == ()
    assert open_set(f"{old.path}|mine@1.0.0").factors == old_sets()[0].factors
    assert open_set(f"{old.path}|mine@1.0.0", as_of="2020-01-01").factors == old_sets()[0].factors
    assert old.path.read_bytes() == before
    assert [p.name for p in old.path.parent.iterdir()] == [FILE_NAME]


def test_a_read_only_old_store_is_read(old):
    old.path.chmod(0o444)
    old.path.parent.chmod(0o555)
    try:
        assert old.get("mine", "1.0.0").factors == (factor(),)
    finally:
        old.path.parent.chmod(0o755)


def test_the_hash_of_old_results_stays(old):
    assert old.get("mine", "1.0.0").factors == (factor(),)
    plain = make_set([factor()])
    assert plain.content_hash == OLD_HASH
    old.migrate()
    assert old.get("mine", "1.1.0").content_hash == old_sets()[1].content_hash


def test_the_first_change_migrates_and_keeps_the_old_file(old):
    before = old.path.read_bytes()
    new = make_set([factor(tier="2", valid_from=2020, valid_to=2030)], version="2.0.0", status="published")
    old.add(new)
    assert schema_version(old.path) == SCHEMA_VERSION
    check_integrity(old.path)
    assert [old.get(i.id, i.version) for i in old.infos()] == [*old_sets(), new]
    backup = old.path.with_name(BACKUP)
    assert schema_version(backup) == 1
    assert [UserStore(backup).get(i.id, i.version) for i in UserStore(backup).infos()] == old_sets()
    assert sqlite3.connect(backup).execute("PRAGMA application_id").fetchone() == (0x47504B47,)
    assert len(before) == backup.stat().st_size
    log = old.log()
    assert [(c.action, c.version, c.new) for c in log] == [
        (MIGRATE, "1.0.0", "published"), (MIGRATE, "1.1.0", "draft"), ("add", "2.0.0", "published"),
    ]  # fmt: skip
    assert log[0].evidence == old_sets()[0].content_hash


def test_migrated_and_new_stores_have_the_same_tables(old, tmp_path):
    old.migrate()
    fresh = tmp_path / "fresh.gpkg"
    create_factor_store(fresh)
    for table in ("cp_meta", "cp_sets", "cp_factors", "cp_changes"):
        assert columns(old.path, table) == columns(fresh, table), table
    with reading(old.path) as connection, reading(fresh) as other:
        query = "SELECT table_name, data_type, identifier, last_change FROM gpkg_contents ORDER BY table_name"
        assert [tuple(r) for r in connection.execute(query)] == [tuple(r) for r in other.execute(query)]


def test_migrating_on_demand_happens_once(old):
    assert [p.name for p in old.migrate()] == [BACKUP]
    after = old.path.read_bytes()
    assert old.migrate() == ()
    assert old.path.read_bytes() == after
    assert [p.name for p in store_change.backups_of(old.path)] == [BACKUP]


def test_a_refused_change_leaves_the_old_store(old):
    before = old.path.read_bytes()
    with pytest.raises(FactorError):
        old.add(make_set([factor(value=91.0)], status="published"))
    assert old.path.read_bytes() == before
    assert sorted(p.name for p in old.path.parent.iterdir()) == [FILE_NAME, FILE_NAME + ".lock"]


@pytest.mark.parametrize("number", range(0, 26, 3))
def test_a_migration_that_fails_at_any_statement_changes_nothing(old, monkeypatch, number):
    before = old.path.read_bytes()
    real = migrations.statements

    def failing(text):
        for count, statement in enumerate(real(text)):
            yield "INSERT INTO no_such_table VALUES (1)" if count == number else statement

    monkeypatch.setattr(migrations, "statements", failing)
    assert number < len(list(real(migrations.steps()[2].read_text(encoding="utf-8"))))
    with pytest.raises(StorageError):
        old.migrate()
    assert old.path.read_bytes() == before
    assert sorted(p.name for p in old.path.parent.iterdir()) == [FILE_NAME, FILE_NAME + ".lock"]
    monkeypatch.undo()
    assert old.migrate()
    assert [old.get(i.id, i.version) for i in old.infos()] == old_sets()


def test_a_failing_backup_stops_the_migration(old, monkeypatch):
    before = old.path.read_bytes()

    def full(path, version):
        raise StorageError("STORAGE_FULL", path=str(path))

    monkeypatch.setattr(store_change, "_keep", full)
    with pytest.raises(StorageError):
        old.migrate()
    assert old.path.read_bytes() == before


def test_a_second_backup_does_not_replace_the_first(old):
    old.migrate()
    first = old.path.with_name(BACKUP).read_bytes()
    old.path.unlink()
    write_v1(old.path, old_sets()[:1])
    old.migrate()
    assert old.path.with_name(BACKUP).read_bytes() == first
    assert [p.name for p in store_change.backups_of(old.path)] == [BACKUP.replace(".gpkg", "-2.gpkg"), BACKUP]


def test_a_newer_store_is_refused_with_its_version(old):
    connection = sqlite3.connect(old.path)
    connection.execute("UPDATE cp_meta SET value = '9' WHERE key = 'schema_version'")
    connection.commit()
    connection.close()
    before = old.path.read_bytes()
    for attempt in (old.infos, lambda: old.add(make_set([factor()], version="3.0.0")), old.migrate):
        with pytest.raises(StorageError) as caught:
            attempt()
        assert caught.value.message.id == "STORAGE_NEWER"
        assert "9" in str(caught.value)
        assert "更新版本" in caught.value.text("zh")
    assert old.path.read_bytes() == before


def test_other_tables_of_the_file_are_kept(old):
    connection = sqlite3.connect(old.path)
    connection.execute("CREATE TABLE notes (fid INTEGER PRIMARY KEY, text TEXT)")
    connection.execute("INSERT INTO notes (text) VALUES ('我的备注')")
    connection.commit()
    connection.close()
    old.migrate()
    with reading(old.path) as connection:
        assert connection.execute("SELECT text FROM notes").fetchone()[0] == "我的备注"


def test_steps_are_numbered_without_a_gap():
    assert list(migrations.steps()) == list(range(2, SCHEMA_VERSION + 1))


def test_a_store_in_use_is_migrated_by_name(old):
    stores.use_store(old.path)
    try:
        stores.add_to_store(make_set([factor()], id="other", status="published"))
        assert open_set("mine@1.0.0") == old_sets()[0]
        assert open_set("other").info.id == "other"
    finally:
        stores.use_store(None)


KILLED = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from carbon_planner.factors.user_store import UserStore
store = UserStore(Path(sys.argv[2]))
print("ready", flush=True)
store.migrate()
print("done", flush=True)
"""


@pytest.mark.parametrize("wait", [0.0, 0.02, 0.05, 0.1])
def test_a_killed_migration_loses_nothing(tmp_path, repository, wait):
    """Whenever the process dies, the store is whole, of one schema or the other, and holds every set."""
    rows = [factor(factor_id=f"f{n}", item=f"i{n}") for n in range(300)]
    many = [make_set(rows, id=f"s{n}", status="published") for n in range(20)]
    store = UserStore(write_v1(tmp_path / FILE_NAME, many))
    worker = subprocess.Popen(
        [sys.executable, "-c", KILLED, str(repository), str(store.path)], stdout=subprocess.PIPE, text=True
    )
    assert worker.stdout.readline() == "ready\n"
    threading.Event().wait(wait)
    worker.kill()
    worker.communicate(timeout=60)
    check_integrity(store.path)
    assert schema_version(store.path) in (1, SCHEMA_VERSION)
    assert [store.get(i.id, i.version) for i in store.infos()] == many
    store.migrate()
    assert [store.get(i.id, i.version) for i in store.infos()] == many
    assert len(store.log()) == 20
    old = UserStore(store_change.backups_of(store.path)[0])
    assert [old.get(i.id, i.version) for i in old.infos()] == many
    assert not [p.name for p in tmp_path.iterdir() if ".cp-tmp" in p.name]

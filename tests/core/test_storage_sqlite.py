"""SQLite files: read without traces, written whole or not at all, failures in words."""

import sqlite3
import threading

import pytest

from carbon_planner.base.errors import StorageError
from carbon_planner.storage import geopackage, schema
from carbon_planner.storage.library import library, library_path
from carbon_planner.storage.sqlite import check_integrity, guard, reading, table_names, uri_of, writing


@pytest.fixture
def store(tmp_path):
    """An empty factor store with an awkward name."""
    path = tmp_path / "因子 库 #1 50%?.gpkg"
    geopackage.create_factor_store(path)
    return path


def put(path, key, value):
    with writing(path) as connection:
        connection.execute(schema.PUT_META, {"key": key, "value": value})


def get(path, key):
    with reading(path) as connection:
        row = connection.execute(schema.GET_META, {"key": key}).fetchone()
    return row[0] if row else None


def problem(caught):
    assert caught.value.text("en") != caught.value.text("zh")
    return caught.value.message.id


def test_a_store_is_made_written_and_read(store):
    put(store, "a", "甲")
    put(store, "a", "乙")
    assert get(store, "a") == "乙"
    assert geopackage.schema_version(store) == schema.SCHEMA_VERSION
    geopackage.check_store(store)
    check_integrity(store)


def test_reading_leaves_no_side_file_and_cannot_write(store):
    before = store.read_bytes()
    with reading(store) as connection:
        assert "cp_factors" in table_names(connection)
        with pytest.raises(sqlite3.OperationalError):
            connection.execute(schema.PUT_META, {"key": "x", "value": "y"})
    assert store.read_bytes() == before
    assert [p.name for p in store.parent.iterdir()] == [store.name]


def test_writing_is_rolled_back_when_the_block_fails(store):
    put(store, "a", "1")

    def fail():
        with writing(store) as connection:
            connection.execute(schema.PUT_META, {"key": "a", "value": "2"})
            raise KeyError("a")

    with pytest.raises(KeyError):
        fail()
    assert get(store, "a") == "1"


def test_a_broken_rule_of_the_schema_is_an_error_and_writes_nothing(store):
    row = {**dict.fromkeys((column.name for column in schema.SET_COLUMNS), ""), "default_for": "", "year": None}
    both = [{**row, "set_id": "good", "kind": "other"}, {**row, "set_id": "bad", "kind": "nonsense"}]
    with pytest.raises(StorageError) as caught, writing(store) as connection:
        connection.executemany(schema.PUT_SET, both)
    assert problem(caught) == "STORAGE_FAILED"
    with reading(store) as connection:
        assert connection.execute(schema.GET_SETS[schema.SCHEMA_VERSION]).fetchall() == []


def test_a_missing_file(tmp_path):
    with pytest.raises(StorageError) as caught, reading(tmp_path / "no.gpkg"):
        pass
    assert problem(caught) == "STORAGE_MISSING"
    with pytest.raises(StorageError) as caught, writing(tmp_path / "no.gpkg"):
        pass
    assert problem(caught) == "STORAGE_MISSING"
    assert not (tmp_path / "no.gpkg").exists()


@pytest.mark.parametrize("content", [b"", b"not a database at all", b"PK\x03\x04" + b"x" * 200])
def test_a_file_that_is_no_database(tmp_path, content):
    path = tmp_path / "x.gpkg"
    path.write_bytes(content)
    with pytest.raises(StorageError) as caught, reading(path):
        pass
    assert problem(caught) == "STORAGE_BROKEN"


def test_a_truncated_database(store):
    with writing(store) as connection:
        for number in range(2000):
            connection.execute(schema.PUT_META, {"key": f"k{number}", "value": "v" * 50})
    store.write_bytes(store.read_bytes()[: store.stat().st_size // 2])
    with pytest.raises(StorageError) as caught:
        check_integrity(store)
    assert problem(caught) in ("STORAGE_BROKEN", "STORAGE_DAMAGED")


def test_a_locked_file(store, monkeypatch):
    monkeypatch.setattr("carbon_planner.storage.sqlite.BUSY_SECONDS", 0.05)
    with writing(store), pytest.raises(StorageError) as caught:
        put(store, "a", "1")
    assert problem(caught) == "STORAGE_LOCKED"
    assert get(store, "a") is None


@pytest.mark.parametrize(
    ("text", "msg_id"),
    [
        ("attempt to write a readonly database", "STORAGE_READ_ONLY"),
        ("database is locked", "STORAGE_LOCKED"),
        ("database or disk is full", "STORAGE_FULL"),
        ("disk I/O error", "STORAGE_FULL"),
        ("database disk image is malformed", "STORAGE_BROKEN"),
        ("no such column: x", "STORAGE_FAILED"),
    ],
)
def test_failures_are_told_apart(tmp_path, text, msg_id):
    with pytest.raises(StorageError) as caught, guard(tmp_path / "数据.gpkg"):
        raise sqlite3.OperationalError(text)
    assert problem(caught) == msg_id
    assert "数据.gpkg" in caught.value.text("zh")


def test_creating_does_not_touch_what_exists(store):
    before = store.read_bytes()
    with pytest.raises(StorageError) as caught:
        geopackage.create_factor_store(store)
    assert problem(caught) == "STORAGE_EXISTS"
    assert store.read_bytes() == before


def test_another_database_is_no_store(tmp_path):
    path = tmp_path / "other.sqlite"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE t (a)")
    connection.close()
    with pytest.raises(StorageError) as caught:
        geopackage.check_store(path)
    assert problem(caught) == "STORAGE_NOT_A_STORE"


def test_a_store_of_a_newer_version_is_refused(store):
    put(store, "schema_version", str(schema.SCHEMA_VERSION + 1))
    with pytest.raises(StorageError) as caught:
        geopackage.check_store(store)
    assert problem(caught) == "STORAGE_NEWER"


def test_many_threads_read_at_once(shipped_library):
    assert library_path() == shipped_library
    counts = []

    def count():
        with library() as connection:
            counts.append(connection.execute("SELECT COUNT(*) FROM cp_factors").fetchone()[0])

    threads = [threading.Thread(target=count) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert counts == [1873] * 8


def test_uri_keeps_shares_and_special_characters(tmp_path):
    class Share:
        """A Windows network path, as pathlib gives it on that platform."""

        def absolute(self):
            return self

        def as_posix(self):
            return "//server/share/a b.gpkg"

    class Drive(Share):
        def as_posix(self):
            return "C:/数据/a#b.gpkg"

    assert uri_of(Share(), "ro") == "file:////server/share/a%20b.gpkg?mode=ro"
    assert uri_of(Drive(), "rw") == "file:///C:/%E6%95%B0%E6%8D%AE/a%23b.gpkg?mode=rw"
    assert uri_of(tmp_path / "x.gpkg", "ro", immutable=True).endswith("x.gpkg?mode=ro&immutable=1")

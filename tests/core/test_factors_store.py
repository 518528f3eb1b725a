"""Opening sets by name, and the user's own store: immutable once published, whole or not at all, two at a time."""

import dataclasses
import sqlite3
import subprocess
import sys
import threading

import pytest
from factor_cases import factor, make_set

from carbon_planner.base.errors import FactorError, StorageError
from carbon_planner.factors import store as stores
from carbon_planner.factors.formats import write_file
from carbon_planner.factors.problems import InvalidSet
from carbon_planner.factors.records import FactorSet
from carbon_planner.factors.store import (
    add_to_store,
    choose,
    default_set,
    list_sets,
    open_set,
    use_store,
    version_order,
)
from carbon_planner.factors.user_store import FILE_NAME, UserStore
from carbon_planner.storage import sqlite as storage_sqlite


@pytest.fixture
def own(tmp_path):
    """An empty user store in use for the length of a test."""
    found = use_store(tmp_path)
    yield found
    use_store(None)


def published(version="1.0.0", value=90.9, **info):
    return make_set([factor(value=value, low=None, high=None, range_kind="none")], version=version, status="published",
                    **info)  # fmt: skip


def code_of(caught):
    return caught.value.message.id


# -- by name ----------------------------------------------------------------------------------------------------------


def test_defaults():
    assert (default_set("stock"), default_set("flux")) == ("cq_mixed_0_100cm", "cn_direct")
    stock, flux = open_set(""), open_set("", "flux")
    assert (stock.info.id, stock.info.kind, len(stock)) == ("cq_mixed_0_100cm", "land_stock", 48)
    assert (flux.info.id, flux.info.kind) == ("cn_direct", "land_flux")
    assert stock.get("generic", "forest", "soil").value == 90.9
    assert stock.get("generic", "water", "soil").value is None
    assert open_set("  ") is stock


def test_by_id_and_version():
    assert open_set("cn_national_2018").info.version == "1.0.0"
    assert open_set("cn_national_2018@1.0.0").ref == open_set("cn_national_2018").ref


def test_unknown_names_say_what_there_is():
    with pytest.raises(FactorError) as caught:
        open_set("cq_mixed")
    assert code_of(caught) == "SET_UNKNOWN_NEAR"
    assert "Did you mean cq_mixed_0_100cm" in str(caught.value)
    assert "cn_direct" in str(caught.value)
    with pytest.raises(FactorError) as caught:
        open_set("zzzzzz")
    assert code_of(caught) == "SET_UNKNOWN"
    assert "cq_mixed_0_100cm" in str(caught.value)
    with pytest.raises(FactorError) as caught:
        open_set("cq_mixed_0_100cm@2.0.0")
    assert code_of(caught) == "SET_NO_VERSION"
    assert "1.0.0" in caught.value.text("zh")
    with pytest.raises(FactorError) as caught:
        open_set("", "both")
    assert code_of(caught) == "METHOD_UNKNOWN"


def test_versions_are_ordered_by_number():
    versions = ["1.10.0", "1.9.0", "1.10.0-rc.1", "0.1.0", "2.0.0"]
    assert sorted(versions, key=version_order) == ["0.1.0", "1.9.0", "1.10.0-rc.1", "1.10.0", "2.0.0"]


def test_the_newest_published_version_serves(own):
    for version, status in (("1.9.0", "published"), ("1.10.0", "published"), ("1.11.0", "draft")):
        own.add(FactorSet(dataclasses.replace(published(version).info, status=status), published(version).factors))
    assert open_set("mine").info.version == "1.10.0"
    assert open_set("mine@1.11.0").info.status == "draft"
    assert choose([], "mine", "") is None


def test_files(tmp_path):
    original = published()
    for suffix in (".csv", ".json"):
        path = tmp_path / f"pools{suffix}"
        write_file(path, original)
        found = open_set(str(path))
        assert (found.info.id, found.info.version) == ("mine", "file")
        assert found.content_hash == original.content_hash
        assert found.ref == f"mine@file#{original.content_hash[:12]}"


def test_a_file_that_changed_is_read_anew(tmp_path):
    path = tmp_path / "pools.csv"
    write_file(path, published())
    first = open_set(str(path))
    assert open_set(str(path)) is first
    write_file(path, published(value=123.456))
    assert open_set(str(path)).factors[0].value == 123.456


def test_a_file_with_errors_gives_them_all(tmp_path):
    path = tmp_path / "pools.csv"
    path.write_text("item,parameter,value,unit,source\nforest,soil,x,tC/ha,\n", encoding="utf-8")
    with pytest.raises(InvalidSet) as caught:
        open_set(str(path))
    assert [(p.id, p.cell) for p in caught.value.problems if p.level == "error"] == [
        ("NUMBER_UNREADABLE", "C2"),
        ("FIELD_EMPTY", "E2"),
    ]


def test_missing_files():
    with pytest.raises(FactorError) as caught:
        open_set("/nowhere/pools.csv")
    assert code_of(caught) == "SET_FILE_MISSING"


def test_a_store_as_file(tmp_path):
    path = tmp_path / "team.gpkg"
    team = UserStore(path)
    team.add(published())
    assert open_set(str(path)).info.ref == "mine@file"
    team.add(published(id="other"))
    with pytest.raises(FactorError) as caught:
        open_set(str(path))
    assert code_of(caught) == "STORE_MEMBER"
    assert "mine@1.0.0, other@1.0.0" in str(caught.value)
    assert open_set(f"{path}|other").info.id == "other"
    assert open_set(f"{path}|other@1.0.0").info.id == "other"
    with pytest.raises(FactorError) as caught:
        open_set(f"{path}|none")
    assert code_of(caught) == "STORE_NO_MEMBER"


def test_a_geopackage_that_is_no_store(tmp_path):
    path = tmp_path / "x.gpkg"
    sqlite3.connect(path).execute("CREATE TABLE t (a)").connection.close()
    with pytest.raises(StorageError) as caught:
        open_set(str(path))
    assert code_of(caught) == "STORAGE_NOT_A_STORE"


# -- the user's store -------------------------------------------------------------------------------------------------


def test_a_store_keeps_what_it_is_given(own):
    original = published(title_zh="重庆碳密度", region="CN-CQ", year=2024, licence="internal", description_en="a\nb")
    assert own.infos() == ()
    own.add(original)
    assert own.infos() == (original.info,)
    assert own.get("mine", "1.0.0") == original
    assert open_set("mine") == original
    assert original.info in list_sets()
    assert own.path.name == FILE_NAME


def test_null_stays_null(own):
    own.add(make_set([factor(value=None, low=None, high=None, range_kind="none", year=None)]))
    found = own.get("mine", "1.0.0").factors[0]
    assert (found.value, found.low, found.high, found.year) == (None, None, None, None)


def test_a_published_set_never_changes(own):
    own.add(published())
    with pytest.raises(FactorError) as caught:
        own.add(published(value=91.0))
    assert code_of(caught) == "SET_PUBLISHED"
    with pytest.raises(FactorError):
        own.add(published(title_en="another title"))
    own.add(published())  # the same again is no change
    assert own.get("mine", "1.0.0").factors[0].value == 90.9
    own.add(published("1.0.1", value=91.0))
    assert [info.version for info in own.infos()] == ["1.0.0", "1.0.1"]


def test_a_draft_may_change_until_it_is_published(own):
    draft = make_set([factor()])
    own.add(draft)
    own.add(make_set([factor(value=95.0)]))
    assert own.get("mine", "1.0.0").factors[0].value == 95.0
    done = own.publish("mine", "1.0.0")
    assert done.info.status == "published"
    assert own.get("mine", "1.0.0") == done
    assert own.publish("mine", "1.0.0") == done
    with pytest.raises(FactorError):
        own.add(make_set([factor(value=96.0)]))
    assert len(own.infos()) == 1


def test_remove(own):
    own.add(published())
    own.add(published("2.0.0"))
    own.remove("mine", "1.0.0")
    assert [info.version for info in own.infos()] == ["2.0.0"]
    with pytest.raises(FactorError) as caught:
        own.get("mine", "1.0.0")
    assert code_of(caught) == "SET_NOT_IN_STORE"
    with storage_sqlite.reading(own.path) as connection:
        assert connection.execute("SELECT count(*) FROM cp_factors WHERE version = '1.0.0'").fetchone()[0] == 0


def test_bad_sets_are_refused_and_leave_no_file(own):
    with pytest.raises(InvalidSet):
        own.add(make_set([factor(source="")]))
    with pytest.raises(FactorError):
        own.add(make_set([factor()], version="file"))
    assert list(own.path.parent.iterdir()) == []


def test_ids_of_shipped_sets_are_taken(own):
    with pytest.raises(FactorError) as caught:
        add_to_store(published(id="cn_direct"))
    assert code_of(caught) == "SET_ID_SHIPPED"
    add_to_store(published())
    assert open_set("mine").info.id == "mine"


def test_without_a_store():
    use_store(None)
    with pytest.raises(FactorError) as caught:
        add_to_store(published())
    assert code_of(caught) == "NO_STORE"
    assert stores.user_store() is None


def test_a_folder_that_is_not_there(tmp_path):
    with pytest.raises(StorageError) as caught:
        UserStore(tmp_path / "none" / "x.gpkg").add(published())
    assert code_of(caught) == "STORAGE_NO_FOLDER"


def test_change_behind_the_plugin_is_noticed(own):
    own.add(published())
    connection = sqlite3.connect(own.path)
    connection.execute("UPDATE cp_factors SET value = 1.0")
    connection.commit()
    connection.close()
    with pytest.raises(FactorError) as caught:
        own.get("mine", "1.0.0")
    assert code_of(caught) == "SET_CHANGED"


def test_the_store_is_a_clean_geopackage(own):
    own.add(published())
    with storage_sqlite.reading(own.path) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        assert connection.execute("PRAGMA application_id").fetchone()[0] == 0x47504B47
        tables = {row[0] for row in connection.execute("SELECT table_name FROM gpkg_contents")}
    assert tables == {"cp_meta", "cp_sets", "cp_factors", "cp_changes"}
    left = sorted(p.name for p in own.path.parent.iterdir())
    assert left == [FILE_NAME, FILE_NAME + ".lock"]


@pytest.mark.parametrize("at_call", range(1, 8))
def test_a_failure_at_any_step_leaves_the_old_store(own, monkeypatch, at_call):
    """The n-th SQL statement of a change fails: the store keeps what it had, nothing is left beside it."""
    from carbon_planner.factors import database

    own.add(published())
    before = own.path.read_bytes()
    calls = {"n": 0}
    real = database.put_set

    class Failing:
        def __init__(self, connection):
            self.connection = connection

        def _count(self):
            calls["n"] += 1
            if calls["n"] == at_call:
                raise sqlite3.OperationalError("database or disk is full")

        def execute(self, *arguments):
            self._count()
            return self.connection.execute(*arguments)

        def executemany(self, *arguments):
            self._count()
            return self.connection.executemany(*arguments)

    monkeypatch.setattr("carbon_planner.factors.user_store.put_set", lambda c, s: real(Failing(c), s))
    if at_call > 3:  # a set takes three statements: one more and nothing fails
        own.add(published("2.0.0"))
        assert calls["n"] == 3
        return
    with pytest.raises(StorageError) as caught:
        own.add(published("2.0.0"))
    assert code_of(caught) == "STORAGE_FULL"
    assert own.path.read_bytes() == before
    assert sorted(p.name for p in own.path.parent.iterdir()) == [FILE_NAME, FILE_NAME + ".lock"]


def test_a_store_that_is_being_changed_elsewhere(own, monkeypatch):
    monkeypatch.setattr(storage_sqlite, "BUSY_SECONDS", 0.1)
    own.add(published())
    holder = sqlite3.connect(own.path.with_name(FILE_NAME + ".lock"), isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    try:
        with pytest.raises(StorageError) as caught:
            own.add(published("2.0.0"))
        assert code_of(caught) == "STORAGE_LOCKED"
        assert str(own.path) in str(caught.value)
        assert own.get("mine", "1.0.0").info.version == "1.0.0"  # readers go on
    finally:
        holder.execute("ROLLBACK")
        holder.close()
    own.add(published("2.0.0"))


WORKER = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
sys.path.insert(0, sys.argv[2])
from factor_cases import factor, make_set
from carbon_planner.factors.user_store import UserStore
store = UserStore(Path(sys.argv[3]))
for n in range(6):
    store.add(make_set([factor()], id=sys.argv[4], version=f"1.{n}.0", status="published"))
"""


def test_two_processes_lose_nothing(own, repository):
    here = str(repository), str(repository / "tests" / "core"), str(own.path)
    workers = [
        subprocess.Popen([sys.executable, "-c", WORKER, *here, name], stderr=subprocess.PIPE) for name in ("one", "two")
    ]
    errors = [worker.communicate(timeout=120)[1] for worker in workers]
    assert [worker.returncode for worker in workers] == [0, 0], errors
    found = {info.ref for info in own.infos()}
    assert found == {f"{name}@1.{n}.0" for name in ("one", "two") for n in range(6)}
    assert all(own.get(info.id, info.version).factors == (factor(),) for info in own.infos())
    assert {f"{row.set_id}@{row.version}" for row in own.log()} == found  # and the log is one unbroken chain


KILLED = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
sys.path.insert(0, sys.argv[2])
from factor_cases import factor, make_set
from carbon_planner.factors.user_store import UserStore
store = UserStore(Path(sys.argv[3]))
rows = [factor(factor_id=f"f{n}", item=f"i{n}") for n in range(200)]
print("ready", flush=True)
for n in range(10_000):
    store.add(make_set(rows, id=f"run{sys.argv[4]}", version=f"1.{n}.0", status="published"))
    print(n, flush=True)
"""


def kill_while_writing(own, repository, number, wait):
    """Kill a writing process; gives the number of sets that it had reported as stored."""
    here = str(repository), str(repository / "tests" / "core"), str(own.path), str(number)
    worker = subprocess.Popen([sys.executable, "-c", KILLED, *here], stdout=subprocess.PIPE, text=True)
    assert worker.stdout.readline() == "ready\n"
    threading.Event().wait(wait)
    worker.kill()
    return len(worker.communicate(timeout=60)[0].split())


def check_after_kills(own, repository, waits):
    own.add(published())
    for number, wait in enumerate(waits):
        stored = kill_while_writing(own, repository, number, wait)
        storage_sqlite.check_integrity(own.path)
        mine = [info for info in own.infos() if info.id == f"run{number}"]
        assert stored <= len(mine) <= stored + 1  # what was reported is there; the last one may have just been put
        assert all(len(own.get(info.id, info.version)) == 200 for info in mine)
        assert len([row for row in own.log() if row.set_id == f"run{number}"]) == len(mine)
        assert len(own.get("mine", "1.0.0")) == 1
        own.add(published(f"9.{number}.0"))
        assert sorted(p.name for p in own.path.parent.iterdir()) == [FILE_NAME, FILE_NAME + ".lock"]


def test_a_killed_writer_leaves_a_whole_store(own, repository):
    check_after_kills(own, repository, (0.0, 0.03, 0.11))


@pytest.mark.long
def test_a_hundred_kills(own, repository):
    check_after_kills(own, repository, [0.007 * (n % 50) for n in range(100)])


def test_many_threads_open_the_same_set():
    stores._shipped_set.cache_clear()
    results, failures = [], []

    def work():
        try:
            for _ in range(20):
                results.append(open_set("").ref + open_set("", "flux").ref)
        except Exception as failure:  # noqa: BLE001 - whatever goes wrong in a thread must fail the test
            failures.append(failure)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert len(set(results)) == 1
    assert len(results) == 160

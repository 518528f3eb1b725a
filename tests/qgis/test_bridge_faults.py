"""Locks, rights, full disks, cancels, kills: old data stay, nothing is left, the message names file and remedy."""

import csv
import os
import random
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import bridge_child
import pytest
from osgeo import ogr
from qgis.core import QgsProject, QgsVectorLayer

from carbon_planner.base.errors import Cancelled, StorageError
from carbon_planner.base.feedback import Silent
from carbon_planner.bridge import exchange, staging
from carbon_planner.bridge.leftovers import remove_leftovers
from carbon_planner.bridge.publish import Document, check_targets, publish
from carbon_planner.bridge.staging import PREFIX
from carbon_planner.bridge.tables import ZONES
from carbon_planner.bridge.targets import parse

CHILD = Path(bridge_child.__file__)
SET = ("set.shp", "set.dbf", "set.shx", "set.cpg", "set.prj", "set.qml", "set_fields.csv")


@pytest.fixture
def folder(tmp_path, qgis_app):
    """A folder with the outputs of round 1."""
    place = tmp_path / "成果"
    place.mkdir()
    bridge_child.write(place, 1)
    return place


def rounds(folder):
    """What each output says: {file: (rows, round)}; fails where a part is missing or mixed."""
    return {**package_round(folder), **set_rounds(folder)}


def package_round(folder):
    found = {}
    connection = sqlite3.connect(folder / "plan.gpkg")
    assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    for table, column in (("cp_zones", "cp_method"), ("cp_ledger", "method")):
        rows = connection.execute(f"SELECT {column}, count(*) FROM {table} GROUP BY 1").fetchall()
        assert len(rows) == 1
        found[table] = (rows[0][1], rows[0][0])
    connection.close()
    return found


def set_rounds(folder):
    found = {}
    dataset = ogr.Open(str(folder / "set.shp"))
    layer = dataset.GetLayer(0)
    values = [(f.GetField("cp_method"), f.GetGeometryRef() is not None) for f in layer]
    assert len(set(values)) == 1
    assert values[0][1]
    found["set.shp"] = (len(values), values[0][0])
    assert all((folder / name).exists() for name in SET)
    with (folder / "ledger.csv").open(encoding="utf-8-sig", newline="") as handle:
        rows = [row["method"] for row in csv.DictReader(handle)]
    assert len(set(rows)) == 1
    found["ledger.csv"] = (len(rows), rows[0])
    return found


def whole(number):
    name = f"round {number}"
    return {"cp_zones": (400, name), "cp_ledger": (50, name), "set.shp": (400, name), "ledger.csv": (50, name)}


def clean(folder):
    return sorted(
        p.name for p in folder.iterdir() if p.name.startswith(PREFIX) or p.name.endswith(("-wal", "-journal"))
    )


@pytest.fixture
def holder():
    """Other processes that hold a GeoPackage: ``holder(path, "BEGIN EXCLUSIVE")``."""
    processes = []

    def hold(path, *statements):
        code = "import sqlite3, sys\nc = sqlite3.connect(sys.argv[1], isolation_level=None)\n"
        code += "".join(f"c.execute({s!r})\n" for s in statements)
        code += "print('held', flush=True)\nsys.stdin.readline()\n"
        process = subprocess.Popen(
            ["/usr/bin/python3", "-c", code, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        processes.append(process)
        assert process.stdout.readline() == "held\n"
        return process

    yield hold
    for process in processes:
        process.kill()
        process.wait()
        process.stdin.close()
        process.stdout.close()


@pytest.mark.parametrize(("lock", "asked_before"), [("BEGIN EXCLUSIVE", False), ("BEGIN IMMEDIATE", True)])
def test_locked_by_another_process(folder, holder, lock, asked_before):
    holder(folder / "plan.gpkg", lock)
    target = parse("OUTPUT", str(folder / "plan.gpkg"), ZONES)
    started = time.monotonic()
    with pytest.raises(StorageError, match="is locked") as caught:
        check_targets([target], [], Silent()) if asked_before else bridge_child.write(folder, 2)
    assert time.monotonic() - started < 6.0  # a promise to the user, not a matter of speed
    assert "plan.gpkg" in str(caught.value)
    assert clean(folder) == []


def test_a_lock_that_is_given_up_in_time_does_no_harm(folder, holder):
    process = holder(
        folder / "plan.gpkg", "BEGIN IMMEDIATE", "CREATE TABLE theirs (a)", "INSERT INTO theirs VALUES (7)"
    )
    code = "import sqlite3"
    assert code
    process.stdin.write("\n")
    process.stdin.flush()  # the process ends and its transaction is rolled back
    bridge_child.write(folder, 2)
    assert rounds(folder) == whole(2)


def test_waiting_for_a_lock_can_be_cancelled(folder, holder, make_voice):
    from qgis.core import QgsProcessingContext

    holder(folder / "plan.gpkg", "BEGIN EXCLUSIVE")
    made = bridge_child.outputs(folder, 2, formats=("gpkg",))
    started = time.monotonic()
    with pytest.raises(Cancelled):
        publish(made, [], QgsProcessingContext(), make_voice(3))
    assert time.monotonic() - started < 2.0
    assert clean(folder) == []


def test_wal_of_another_process_is_respected(folder, holder):
    path = folder / "plan.gpkg"
    process = holder(path, "PRAGMA journal_mode = WAL", "CREATE TABLE theirs (a)", "INSERT INTO theirs VALUES (7)")
    with pytest.raises(StorageError, match="open for editing"):
        bridge_child.write(folder, 2)
    process.stdin.write("\n")
    process.stdin.flush()
    process.wait()
    bridge_child.write(folder, 2)
    assert rounds(folder) == whole(2)
    connection = sqlite3.connect(path)
    assert connection.execute("SELECT a FROM theirs").fetchall() == [(7,)]
    connection.close()
    assert clean(folder) == []


def test_a_layer_in_edit_mode_in_this_qgis(folder):
    layer = QgsVectorLayer(f"{folder}/plan.gpkg|layername=cp_zones", "z", "ogr")
    layer.startEditing()
    layer.changeAttributeValue(1, layer.fields().lookupField("名称"), "edited")
    with pytest.raises(StorageError, match="edit mode in this QGIS"):
        bridge_child.write(folder, 2)
    assert layer.commitChanges()
    del layer
    connection = sqlite3.connect(folder / "plan.gpkg")
    assert connection.execute("SELECT 名称 FROM cp_zones WHERE fid = 1").fetchall() == [("edited",)]
    connection.close()
    bridge_child.write(folder, 2)
    assert rounds(folder) == whole(2)


def test_a_layer_that_is_only_shown_is_no_obstacle(folder):
    layer = QgsVectorLayer(f"{folder}/plan.gpkg|layername=cp_zones", "z", "ogr")
    QgsProject.instance().addMapLayer(layer, False)
    iterator = layer.getFeatures()
    next(iterator)
    bridge_child.write(folder, 2)
    assert rounds(folder) == whole(2)
    del iterator
    from carbon_planner.bridge.loading import refresh_layers

    assert refresh_layers(QgsProject.instance(), folder / "plan.gpkg") == 1
    assert {f["cp_method"] for f in layer.getFeatures()} == {"round 2"}
    QgsProject.instance().removeAllMapLayers()


def run_child(*args, timeout=120):
    env = dict(os.environ, QT_QPA_PLATFORM="offscreen", PYTHONWARNINGS="ignore")
    return subprocess.run(
        [sys.executable, str(CHILD), *map(str, args)],
        capture_output=True,
        text=True,
        timeout=timeout,
        env=env,
        check=False,
    )


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root to give up rights")
@pytest.mark.parametrize("what", ["folder", "file"])
def test_read_only(qgis_app, what):
    with tempfile.TemporaryDirectory() as place:  # that of pytest is closed to others
        Path(place).chmod(0o755)
        refuse_nobody(Path(place) / "成果", what)


def refuse_nobody(folder, what):
    folder.mkdir()
    bridge_child.write(folder, 1)
    folder.chmod(0o755 if what == "folder" else 0o777)
    done = run_child(folder, "nobody")
    assert done.stdout.split() == ["FOLDER_READ_ONLY"] * 2, done.stderr
    assert rounds(folder) == whole(1)
    assert clean(folder) == []


def test_full_disk_in_growing_steps(folder):
    done = run_child(folder, "starve")
    failed = int(done.stdout.split()[-1])
    assert failed >= 8, done.stderr
    assert rounds(folder) == whole(2)
    assert clean(folder) == []


def test_full_disk_leaves_the_old(folder, monkeypatch):
    from carbon_planner.bridge import database_copy

    monkeypatch.setattr(database_copy, "free_bytes", lambda path: 1000)
    with pytest.raises(StorageError, match="disk is full"):
        bridge_child.write(folder, 2)
    assert rounds(folder) == whole(1)
    assert clean(folder) == []


STEPS = [pytest.param(n, marks=() if n in (1, 8) else pytest.mark.long) for n in range(1, 14)]


@pytest.mark.parametrize("step", STEPS)
def test_killed_at_each_exchange(folder, step):
    done = run_child(folder, 1, step)
    assert done.returncode in (-9, 0), done.stderr
    cleared = remove_leftovers()
    if done.returncode == -9:
        assert cleared >= 1  # tests that run beside this one share the profile
        assert rounds(folder) == whole(1)
    else:
        assert rounds(folder) == whole(2)
    assert clean(folder) == []


def kill_at_random(folder, times, seed):
    chance = random.Random(seed)
    for _ in range(times):
        env = dict(os.environ, QT_QPA_PLATFORM="offscreen", PYTHONWARNINGS="ignore")
        with subprocess.Popen(
            [sys.executable, str(CHILD), str(folder), "50"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=env
        ) as process:
            process.stdout.readline()
            time.sleep(chance.uniform(0.0, 1.5))
            process.kill()
        remove_leftovers()
        found = rounds(folder)
        assert len({name for _, name in found.values()}) == 1, found
        assert {key: rows for key, (rows, _) in found.items()} == {key: rows for key, (rows, _) in whole(1).items()}
        assert clean(folder) == []


def test_killed_at_random(folder):
    kill_at_random(folder, 1, 1)


@pytest.mark.long
def test_killed_at_random_a_hundred_times(folder):
    kill_at_random(folder, 100, 2)


@pytest.mark.parametrize("formats", [("gpkg",), ("shp", "csv")])
def test_cancel_at_any_look(folder, make_voice, formats):
    from qgis.core import QgsProcessingContext

    made = bridge_child.outputs(folder, 2, formats=formats)
    counting = make_voice()
    publish(made, [], QgsProcessingContext(), counting)
    bridge_child.write(folder, 1)
    for stop_at in {1, 2, counting.looks // 2, counting.looks - 1, counting.looks} - {0}:
        with pytest.raises(Cancelled):
            publish(made, [], QgsProcessingContext(), make_voice(stop_at))
        assert rounds(folder) == whole(1)
        assert clean(folder) == []


@pytest.mark.parametrize("operation", ["replace", "unlink", "fsync", "link"])
def test_failure_of_each_operation_in_turn(folder, monkeypatch, operation):
    """The n-th replace, unlink, fsync or link fails, for n = 1, 2, 3 … until all goes well."""
    owner = {"replace": Path, "unlink": Path, "fsync": os, "link": os}[operation]
    real = getattr(owner, operation)
    (folder / "set.qix").write_bytes(b"old index")
    for n in range(1, 60):
        count = 0

        def failing(*args, n=n, **kwargs):
            nonlocal count
            count += 1
            if count == n:
                raise OSError(5, "Input/output error")
            return real(*args, **kwargs)

        monkeypatch.setattr(owner, operation, failing)
        try:
            bridge_child.write(folder, 2, formats=("shp", "csv"))
            break
        except StorageError as error:
            reason = str(error)
        finally:
            monkeypatch.setattr(owner, operation, real)
        assert "Input/output error" in reason
        assert set_rounds(folder) == {k: v for k, v in whole(1).items() if "." in k}
        assert (folder / "set.qix").exists()
        assert clean(folder) == []
    assert set_rounds(folder) == {k: v for k, v in whole(2).items() if "." in k}
    assert not (folder / "set.qix").exists()
    assert clean(folder) == []


def test_a_file_that_windows_holds_open_is_overwritten_in_place(folder, monkeypatch):
    """Windows refuses to exchange a GeoPackage that QGIS shows; then its pages are overwritten in one transaction."""
    layer = QgsVectorLayer(f"{folder}/plan.gpkg|layername=cp_zones", "z", "ogr")
    inode = (folder / "plan.gpkg").stat().st_ino
    real = Path.replace

    def refusing(self, target):
        if Path(target).suffix == ".gpkg" and Path(target).exists():
            raise PermissionError(13, "in use", str(target))
        return real(self, target)

    monkeypatch.setattr(Path, "replace", refusing)
    bridge_child.write(folder, 2)
    assert rounds(folder) == whole(2)
    assert (folder / "plan.gpkg").stat().st_ino == inode
    layer.reload()
    assert {f["cp_method"] for f in layer.getFeatures()} == {"round 2"}
    assert clean(folder) == []
    # and taken back when a later file fails
    monkeypatch.setattr(exchange, "flush_folder", lambda folder: (_ for _ in ()).throw(OSError(5, "late")))
    with pytest.raises(StorageError, match="late"):
        bridge_child.write(folder, 3)
    assert rounds(folder) == whole(2)
    assert clean(folder) == []


def test_a_file_that_appears_meanwhile_is_not_overwritten(folder, monkeypatch):
    (folder / "plan.gpkg").rename(folder / "other.gpkg")
    from carbon_planner.bridge import geopackage

    real = geopackage.finish

    def meanwhile(*args):
        real(*args)
        (folder / "other.gpkg").rename(folder / "plan.gpkg")

    monkeypatch.setattr(geopackage, "finish", meanwhile)
    with pytest.raises(StorageError, match="changed by another program"):
        bridge_child.write(folder, 2)
    assert rounds(folder) == whole(1)


@pytest.mark.parametrize(
    ("content", "reason"),
    [(b"SQLite format 3\0" + b"x" * 5000, "damaged"), (b"hello", "damaged|no GeoPackage"), (b"", "no GeoPackage")],
)
def test_a_file_that_is_no_geopackage_is_left_alone(tmp_path, qgis_app, content, reason):
    path = tmp_path / "plan.gpkg"
    path.write_bytes(content)
    with pytest.raises(StorageError, match=reason):
        bridge_child.write(tmp_path, 1)
    assert path.read_bytes() == content
    assert [p.name for p in tmp_path.iterdir()] == ["plan.gpkg"]


def test_plain_sqlite_file_is_no_geopackage(tmp_path, qgis_app):
    path = tmp_path / "plan.gpkg"
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE a (b)")
    connection.close()
    with pytest.raises(StorageError, match="no GeoPackage"):
        bridge_child.write(tmp_path, 1, formats=("gpkg",))


def test_journal_of_a_dead_program_is_not_mixed_in(tmp_path, qgis_app):
    (tmp_path / "plan.gpkg-journal").write_bytes(b"x" * 1000)
    with pytest.raises(StorageError, match="died while writing"):
        bridge_child.write(tmp_path, 1, formats=("gpkg",))


def test_links_are_followed(folder, tmp_path):
    elsewhere = tmp_path / "archive"
    elsewhere.mkdir()
    (folder / "plan.gpkg").rename(elsewhere / "plan.gpkg")
    (folder / "plan.gpkg").symlink_to(elsewhere / "plan.gpkg")
    bridge_child.write(folder, 2)
    assert (folder / "plan.gpkg").is_symlink()
    assert rounds(folder) == whole(2)
    assert clean(elsewhere) == clean(folder) == []


def test_missing_folder(tmp_path, qgis_app):
    with pytest.raises(StorageError, match="folder does not exist"):
        bridge_child.write(tmp_path / "no" / "such", 1)
    target = parse("OUTPUT", str(tmp_path / "no" / "x.shp"), ZONES)
    with pytest.raises(StorageError, match="folder does not exist"):
        check_targets([target], [], Silent())


def test_a_document_that_cannot_be_written_takes_the_layers_back(folder):
    from qgis.core import QgsProcessingContext

    made = bridge_child.outputs(folder, 2)
    (folder / "r.html").mkdir()
    with pytest.raises(StorageError, match=r"r\.html"):
        publish(made, [Document(folder / "r.html", b"x")], QgsProcessingContext(), Silent())
    assert rounds(folder) == whole(1)


def test_a_living_run_is_not_cleared(folder, qgis_app):
    with staging.Staging(folder) as mine:
        (mine.new / "x").write_text("being made")
        assert exchange.clear_folder(folder) == 0
        remove_leftovers()
        bridge_child.write(folder, 2, formats=("csv",))
        assert (mine.new / "x").exists()
    assert clean(folder) == []

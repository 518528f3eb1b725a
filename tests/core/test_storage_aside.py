"""Files that are written whole or not at all."""

import errno
import os
import time
from pathlib import Path

import pytest

from carbon_planner.base.errors import StorageError
from carbon_planner.storage import aside as module
from carbon_planner.storage.aside import MARK, aside, os_failure, sweep, write_whole


def test_a_file_appears_whole(tmp_path):
    target = tmp_path / "重庆 a.b.csv"
    with aside(target) as scratch:
        assert scratch.parent == tmp_path
        assert scratch.suffix == ".csv"
        scratch.write_bytes(b"new")
        assert not target.exists()
    assert target.read_bytes() == b"new"
    assert list(tmp_path.iterdir()) == [target]


def test_a_failure_leaves_the_old_file_and_nothing_beside(tmp_path):
    target = tmp_path / "x.gpkg"
    target.write_bytes(b"old")

    def write():
        with aside(target) as scratch:
            scratch.write_bytes(b"half")
            scratch.with_name(scratch.name + "-journal").write_bytes(b"")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write()
    assert target.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [target]


@pytest.mark.parametrize(
    ("number", "finding"),
    [
        (errno.EACCES, "STORAGE_READ_ONLY"),
        (errno.EROFS, "STORAGE_READ_ONLY"),
        (errno.ENOSPC, "STORAGE_FULL"),
        (errno.EFBIG, "STORAGE_FULL"),
        (errno.EIO, "STORAGE_FAILED"),
    ],
)
def test_failures_of_the_system_have_a_name(tmp_path, number, finding):
    def write():
        with aside(tmp_path / "x.csv"):
            raise OSError(number, os.strerror(number))

    with pytest.raises(StorageError) as caught:
        write()
    assert caught.value.message.id == finding
    assert str(tmp_path / "x.csv") in str(caught.value)
    assert os_failure(Path("x"), OSError("odd")).message.id == "STORAGE_FAILED"


def test_a_target_that_is_a_folder(tmp_path):
    (tmp_path / "x.csv").mkdir()
    with pytest.raises(StorageError):
        write_whole(tmp_path / "x.csv", b"new")
    assert [p.name for p in tmp_path.iterdir()] == ["x.csv"]


def test_a_reader_on_windows_is_waited_for(tmp_path, monkeypatch):
    """There a file that somebody reads cannot be replaced: it is tried again, and in the end it is said."""
    monkeypatch.setattr(module, "_WINDOWS", True)
    monkeypatch.setattr(module, "_PAUSE_SECONDS", 0.0)
    real, refusals = Path.replace, [2]

    def replace(self, target):
        if refusals[0]:
            refusals[0] -= 1
            raise PermissionError(errno.EACCES, "in use")
        return real(self, target)

    monkeypatch.setattr(Path, "replace", replace)
    write_whole(tmp_path / "x.csv", b"new")
    assert (tmp_path / "x.csv").read_bytes() == b"new"
    refusals[0] = 1000
    with pytest.raises(StorageError):
        write_whole(tmp_path / "x.csv", b"newer")
    assert (tmp_path / "x.csv").read_bytes() == b"new"


def test_only_what_is_old_is_swept(tmp_path):
    target = tmp_path / "x.csv"
    old, young = tmp_path / f"x{MARK}-1.csv", tmp_path / f"x{MARK}-2.csv"
    other = tmp_path / f"y{MARK}-1.csv"
    for path in (old, young, other):
        path.write_bytes(b"left")
    past = time.time() - 100_000
    os.utime(old, (past, past))
    write_whole(target, b"new")
    assert sorted(p.name for p in tmp_path.iterdir()) == sorted(["x.csv", young.name, other.name])
    sweep(target)
    assert not young.exists()
    sweep(tmp_path / "none" / "x.csv")

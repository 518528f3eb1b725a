"""Files are written whole or not at all: beside the target first, then put in its place in one step."""

from __future__ import annotations

import errno
import os
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ..base.errors import StorageError

MARK = ".cp-tmp"  # part of the name of every file that is written aside
_FULL = {errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC)}  # Windows knows no quota error
_STALE_SECONDS = 86_400.0
_WINDOWS = os.name == "nt"
_TRIES = 25
_PAUSE_SECONDS = 0.2


@contextmanager
def aside(target: Path) -> Iterator[Path]:
    """A path beside ``target`` to write to; when the block ends it replaces the target, when it raises it is removed.

    Readers of the target see the old file or the new one, never a part. Raises :class:`StorageError` where the folder
    is missing or read-only, the disk is full, or another program keeps the target open (Windows).
    """
    if not target.parent.is_dir():
        raise StorageError("STORAGE_NO_FOLDER", path=str(target.parent))
    sweep(target, older_than=_STALE_SECONDS)
    scratch = target.with_name(f"{target.stem}{MARK}-{uuid.uuid4().hex[:12]}{target.suffix}")
    try:
        yield scratch
        _flush(scratch)
        _replace(scratch, target)
    except OSError as error:
        raise os_failure(target, error) from error
    finally:
        remove_scratch(scratch)


def write_whole(target: Path, content: bytes) -> None:
    """Write a file in one step."""
    with aside(target) as scratch:
        scratch.write_bytes(content)


def os_failure(path: Path, error: OSError) -> StorageError:
    """Turn a failure of the operating system into a :class:`StorageError` that names the file and what to do."""
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return StorageError("STORAGE_READ_ONLY", path=str(path))
    if error.errno in _FULL:
        return StorageError("STORAGE_FULL", path=str(path))
    return StorageError("STORAGE_FAILED", path=str(path), reason=error.strerror or str(error))


def remove_scratch(scratch: Path) -> None:
    """Remove what was written aside, with the side files of SQLite, if it is still there."""
    for suffix in ("", "-journal", "-wal", "-shm"):
        scratch.with_name(scratch.name + suffix).unlink(missing_ok=True)


def sweep(target: Path, *, older_than: float = 0.0) -> None:
    """Remove what a killed process left beside ``target``; what is younger than ``older_than`` may be at work."""
    try:
        left = [p for p in target.parent.iterdir() if p.name.startswith(f"{target.stem}{MARK}-")]
        stale = [p for p in left if time.time() - p.stat().st_mtime >= older_than]
        for path in stale:
            path.unlink(missing_ok=True)
    except OSError:
        return  # tidying up must not stop the work: what cannot be removed now is removed another time


def _flush(path: Path) -> None:
    """Bring a file to the disk before its name changes, so that a power cut cannot leave an empty target."""
    with path.open("rb+") as handle:
        os.fsync(handle.fileno())


def _replace(scratch: Path, target: Path) -> None:
    """Put the file in place. On Windows a reader blocks this for as long as it has the target open: wait a little."""
    for _ in range(_TRIES if _WINDOWS else 0):
        if _replaced(scratch, target):
            return
        time.sleep(_PAUSE_SECONDS)
    scratch.replace(target)


def _replaced(scratch: Path, target: Path) -> bool:
    try:
        scratch.replace(target)
    except PermissionError:
        return False
    return True

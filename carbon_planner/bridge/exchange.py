"""The exchange of files, and how it is undone after a kill: the file operations under :mod:`.staging`."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import time
from pathlib import Path
from typing import Optional

from qgis.PyQt.QtCore import QLockFile

from .database_copy import overwrite
from .storage_errors import STAGING_PREFIX, STAGING_SUFFIX

LOCK, NOTE = "owner.lock", "exchange.json"
NEW, OLD = "new", "old"
# A folder whose owner cannot be told (the lock of another computer) is left alone this long.
_PATIENCE_SECONDS = 24 * 3600.0
# A living run takes its lock within milliseconds; a folder without one after this time was left by a killed run.
_LOCK_SECONDS = 2.0
# An exchange takes milliseconds; this is how long to wait for that of another run.
_EXCHANGE_SECONDS = 2.5


def clear_folder(folder: Path) -> int:
    """Clear what dead runs have left in a folder; gives how many. Waits for a moment while another run exchanges files.

    Raises nothing: what cannot be cleared now is tried again by the next run.
    """
    cleared = 0
    with contextlib.suppress(OSError):
        for root in sorted(folder.glob(f"{STAGING_PREFIX}*{STAGING_SUFFIX}")):
            until = time.monotonic() + _EXCHANGE_SECONDS
            while root.is_dir():
                claim = _claim(root)
                if claim is not None:
                    put_back(root)
                    dissolve(root, claim)
                    cleared += not root.exists()
                    break
                if not _unsettled(root) or time.monotonic() > until:
                    break
                time.sleep(0.02)
    return cleared


def dissolve(root: Path, lock: QLockFile) -> None:
    """Remove a folder whose lock one holds; the lock goes last but one, for Windows removes no file that is open."""
    for part in (NEW, OLD):
        shutil.rmtree(root / part, ignore_errors=True)
    lock.unlock()
    shutil.rmtree(root, ignore_errors=True)


def _unsettled(root: Path) -> bool:
    """Whether waiting may help: an exchange is going on, or a run is about to take its lock."""
    return (root / NOTE).exists() or not (root / LOCK).exists()


def _claim(root: Path) -> Optional[QLockFile]:
    """The lock of a folder that nobody works in any more, None where somebody does (or clears it already)."""
    lock = QLockFile(str(root / LOCK))
    lock.setStaleLockTime(0)  # never by age: a large file may take hours
    age = time.time() - root.stat().st_mtime
    if not (root / LOCK).exists() and age < _LOCK_SECONDS:
        return None
    if lock.tryLock(0):
        return lock
    known, _, host, _ = lock.getLockInfo()
    if known and host:
        return None
    # a lock without a name, of another system, say: only its age can tell
    return lock if age > _PATIENCE_SECONDS and lock.removeStaleLockFile() and lock.tryLock(0) else None


def put_back(root: Path) -> None:
    """Put the old files of an unfinished exchange back."""
    path = root / NOTE
    if not path.exists():
        return
    for entry in json.loads(path.read_text(encoding="utf-8")):
        target, old = root.parent / entry["name"], root / OLD / entry["name"]
        if old.exists():
            swap(old, target, None)
        elif not entry["existed"]:
            with contextlib.suppress(FileNotFoundError):
                target.unlink()
    path.unlink()


def swap(source: Path, target: Path, old: Optional[Path]) -> None:
    """Put a file in the place of another.

    Windows refuses while anybody has the target open, and QGIS has it open as soon as one of its layers is in the
    project. A GeoPackage is then overwritten page by page in one transaction, which SQLite undoes after a kill.
    """
    try:
        source.replace(target)
    except PermissionError:
        if target.suffix.lower() != ".gpkg" or not target.is_file():
            raise
        if old is not None and old.exists():  # a hard link would change along with the target
            old.unlink()
            overwrite(target, old)
        overwrite(source, target)


def link_or_copy(source: Path, target: Path) -> None:
    """Keep a file under a second name."""
    try:
        os.link(source, target)
    except OSError:  # no hard links here (exFAT, some network drives)
        shutil.copy2(source, target)
        flush(target)


def flush(path: Path) -> None:
    """Bring a file to the disk before it takes another's place."""
    with path.open("rb+") as handle:
        os.fsync(handle.fileno())


def flush_folder(folder: Path) -> None:
    """Bring the names in a folder to the disk."""
    if os.name != "posix":
        return
    number = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)

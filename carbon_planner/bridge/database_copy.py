"""Copies of GeoPackages that are whole whatever other programs do: SQLite's backup interface under a lock."""

from __future__ import annotations

import errno
import os
import sqlite3
import time
from contextlib import closing
from pathlib import Path
from typing import Optional
from urllib.parse import quote

from ..base.errors import StorageError
from ..base.feedback import Feedback, Silent, check
from .storage_errors import free_bytes, storage_error

# How long to wait for another program's transaction; with the work around it a run answers within six seconds.
WAIT_SECONDS = 4.5
_STEP_SECONDS = 0.1
_PAGES = 4096
_INSTRUCTIONS = 200_000  # of SQLite's machine between two looks at the cancel button
_BUSY = (5, 6)  # SQLITE_BUSY, SQLITE_LOCKED


def connect(path: Path, mode: str = "rw") -> sqlite3.Connection:
    """A connection in autocommit mode that never waits; ``mode`` is ``ro``, ``rw`` or ``rwc``."""
    uri = f"file:{quote(str(path))}?mode={mode}"
    return sqlite3.connect(uri, uri=True, timeout=0.0, isolation_level=None)


def locked(path: Path, feedback: Feedback) -> sqlite3.Connection:
    """A connection that keeps others from writing. Raises :class:`sqlite3.OperationalError` and :class:`Cancelled`."""
    connection = connect(path)
    until = time.monotonic() + WAIT_SECONDS
    try:
        while not _try_lock(connection, until):
            check(feedback)
            time.sleep(_STEP_SECONDS)
    except BaseException:
        connection.close()
        raise
    return connection


def _try_lock(connection: sqlite3.Connection, until: float) -> bool:
    try:
        _leave_wal(connection)
        connection.execute("BEGIN IMMEDIATE")
    except sqlite3.OperationalError as error:
        if not ("locked" in str(error) or "busy" in str(error)) or time.monotonic() > until:
            raise
        return False
    return True


def probe(path: Path, feedback: Feedback) -> None:
    """Raise :class:`StorageError` where a GeoPackage could not be changed now."""
    try:
        with closing(locked(path, feedback)) as connection:
            require_geopackage(connection, path)
    except sqlite3.Error as error:
        raise storage_error(error, path) from error


class LockedCopy:
    """A copy of a GeoPackage whose original stays locked against writers until :meth:`release`.

    Readers go on. Raises :class:`StorageError` where the original is written, edited or held in write-ahead mode by
    another program (or by an edit session in this QGIS), read-only, or no GeoPackage.
    """

    def __init__(self, original: Path, copy: Path, feedback: Feedback) -> None:
        self.original = original
        self._connection: Optional[sqlite3.Connection] = None
        if free_bytes(copy.parent) < original.stat().st_size * 1.1:
            raise storage_error(OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)), original)
        try:
            self._connection = locked(original, feedback)
            self._copy(copy, feedback)
        except sqlite3.Error as error:
            self.release()
            raise storage_error(error, original) from error
        except BaseException:
            self.release()
            raise
        self._state = _state(original)

    def _copy(self, copy: Path, feedback: Feedback) -> None:
        require_geopackage(self._connection, self.original)
        # a second connection: SQLite copies nothing through one that is about to write
        with closing(connect(self.original, "ro")) as source, closing(connect(copy, "rwc")) as target:
            _backup(source, target, feedback)

    def unchanged(self) -> bool:
        """Whether the original is still what was copied; ask after :meth:`release`."""
        return _state(self.original) == self._state and not leftovers(self.original)

    def release(self) -> None:
        """Give the original free."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def _leave_wal(connection: sqlite3.Connection) -> None:
    """End write-ahead mode; refused as locked while another connection is open, whose changes would be lost."""
    if connection.execute("PRAGMA journal_mode").fetchone()[0] == "wal":
        connection.execute("PRAGMA journal_mode = DELETE")


def require_geopackage(connection: sqlite3.Connection, path: Path) -> None:
    """Raise :class:`StorageError` for a file that is no GeoPackage."""
    table = connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'gpkg_contents'").fetchone()
    if table is None:
        raise StorageError("NOT_A_GEOPACKAGE", file=str(path))


def _state(path: Path) -> tuple[int, int, int]:
    found = path.stat()
    return found.st_ino, found.st_size, found.st_mtime_ns


def leftovers(path: Path) -> list[Path]:
    """Journals beside a database: of a transaction in progress, or of a program that died."""
    return [other for end in ("-wal", "-journal") if (other := path.with_name(path.name + end)).exists()]


def overwrite(source: Path, target: Path) -> None:
    """Overwrite a database in one transaction, while others may have it open. Raises :class:`StorageError`."""
    try:
        with closing(connect(source, "ro")) as here, closing(connect(target, "rwc")) as there:
            _backup(here, there, Silent())
    except sqlite3.Error as error:
        raise storage_error(error, target) from error


def _backup(source: sqlite3.Connection, target: sqlite3.Connection, feedback: Feedback) -> None:
    """Copy page by page; Python alone would try for ever where somebody holds a lock."""
    until = time.monotonic() + WAIT_SECONDS

    def look(status: int, remaining: int, total: int) -> None:
        nonlocal until
        check(feedback)
        if status not in _BUSY:
            feedback.progress(1.0 - remaining / max(total, 1))
            until = time.monotonic() + WAIT_SECONDS
        elif time.monotonic() > until:
            raise sqlite3.OperationalError("database is locked")

    source.backup(target, pages=_PAGES, progress=look, sleep=_STEP_SECONDS)


def finish(path: Path, violations_before: int, feedback: Feedback) -> None:
    """Bring a new GeoPackage into its final state and check it: no journal, sound, no new broken reference.

    Raises :class:`StorageError` and :class:`Cancelled`.
    """
    try:
        with closing(connect(path)) as connection:
            connection.execute("PRAGMA journal_mode = DELETE")
            connection.set_progress_handler(feedback.cancelled, _INSTRUCTIONS)  # a large file takes its time
            sound = [row[0] for row in connection.execute("PRAGMA integrity_check(10)")] == ["ok"]
            broken = len(connection.execute("PRAGMA foreign_key_check").fetchall())
    except sqlite3.Error as error:
        check(feedback)
        raise storage_error(error, path) from error
    if not sound:
        raise StorageError("FILE_DAMAGED", file=str(path), detail="integrity_check", free="")
    if broken > violations_before:
        raise StorageError("FILE_DAMAGED", file=str(path), detail="foreign_key_check", free="")


def violations(path: Path) -> int:
    """Broken references that a file has already."""
    with closing(connect(path, "ro")) as connection:
        return len(connection.execute("PRAGMA foreign_key_check").fetchall())

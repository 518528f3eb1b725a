"""One run at a time in a folder: a lock that the system itself takes back when the process ends, however it ends."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ..base.errors import StorageError
from .sqlite import storage_error

_NAME = ".lock"


@contextmanager
def sole_run(folder: Path) -> Iterator[None]:
    """Hold the folder for the length of the block. Raises :class:`StorageError` where another process holds it.

    The lock is that of SQLite, which works on all systems and needs nothing to be cleaned up after a kill.
    """
    path = folder / _NAME
    try:
        connection = sqlite3.connect(path, timeout=0.0, isolation_level=None, check_same_thread=False)
    except sqlite3.Error as error:
        raise storage_error(path, error) from error
    try:
        try:
            connection.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            if "locked" in str(error):
                raise StorageError("BATCH_BUSY", path=str(folder)) from None
            raise storage_error(path, error) from error
        yield
    finally:
        connection.close()

"""SQLite connections: opened read-only where nothing is to be written, every failure worded for the user."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from ..base.errors import StorageError

HEADER = b"SQLite format 3\x00"
BUSY_SECONDS = 5.0

_TABLES = "SELECT name FROM sqlite_master WHERE type IN ('table', 'view')"

_BUSY_WORDS = ("locked", "busy")
_READ_ONLY_WORDS = ("readonly", "read-only")
_FULL_WORDS = ("full", "disk i/o")
_BROKEN_WORDS = ("not a database", "malformed", "encrypted")


def uri_of(path: Path, mode: str, *, immutable: bool = False) -> str:
    """SQLite URI of a file. Drive letters, network shares, spaces, ``%``, ``?`` and Chinese names are kept intact."""
    posix = path.absolute().as_posix()
    # "C:/x" needs a leading slash; "//server/share" must not be taken for the authority part of the URI.
    rooted = posix if posix.startswith("/") else "/" + posix
    return f"file://{quote(rooted, safe='/:')}?mode={mode}" + ("&immutable=1" if immutable else "")


def storage_error(path: Path, error: sqlite3.Error) -> StorageError:
    """Turn a SQLite failure into a :class:`StorageError` that names the file and what to do."""
    text = str(error).lower()
    for words, msg_id in (
        (_BUSY_WORDS, "STORAGE_LOCKED"),
        (_READ_ONLY_WORDS, "STORAGE_READ_ONLY"),
        (_FULL_WORDS, "STORAGE_FULL"),
        (_BROKEN_WORDS, "STORAGE_BROKEN"),
    ):
        if any(word in text for word in words):
            return StorageError(msg_id, path=str(path))
    return StorageError("STORAGE_FAILED", path=str(path), reason=str(error))


@contextmanager
def guard(path: Path) -> Iterator[None]:
    """Everything that SQLite raises inside becomes a :class:`StorageError` about ``path``."""
    try:
        yield
    except sqlite3.Error as error:
        raise storage_error(path, error) from error


def _connect(path: Path, mode: str, immutable: bool) -> sqlite3.Connection:
    with guard(path):
        connection = sqlite3.connect(
            uri_of(path, mode, immutable=immutable),
            uri=True,
            timeout=BUSY_SECONDS,
            isolation_level=None,  # transactions are begun and ended here, not by the driver's guess
        )
        connection.row_factory = sqlite3.Row
        return connection


def _check_is_database(path: Path) -> None:
    if not path.is_file():
        raise StorageError("STORAGE_MISSING", path=str(path))
    try:
        with path.open("rb") as handle:
            head = handle.read(len(HEADER))
    except OSError as error:
        raise StorageError("STORAGE_FAILED", path=str(path), reason=error.strerror or str(error)) from error
    if head != HEADER:
        raise StorageError("STORAGE_BROKEN", path=str(path))


@contextmanager
def reading(path: Path, *, immutable: bool = False) -> Iterator[sqlite3.Connection]:
    """A read-only connection for the length of a ``with`` block.

    ``immutable`` is for files that nobody writes (the shipped library): no lock and no side file is made, so it works
    in a folder without write permission. Each call opens its own connection, hence it may be used from any thread.
    Raises :class:`StorageError` where the file is missing or no database.
    """
    _check_is_database(path)
    connection = _connect(path, "ro", immutable)
    try:
        with guard(path):
            yield connection
    finally:
        connection.close()


@contextmanager
def writing(path: Path, *, create: bool = False) -> Iterator[sqlite3.Connection]:
    """A connection inside one transaction: committed when the block ends, rolled back when it raises.

    ``create`` makes the file where it does not exist. Raises :class:`StorageError` where the file is locked,
    read-only, no database, or the disk is full; nothing of the block is then kept.
    """
    if not create:
        _check_is_database(path)
    connection = _connect(path, "rwc" if create else "rw", immutable=False)
    try:
        with guard(path):
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
            except BaseException:
                connection.execute("ROLLBACK")
                raise
            connection.execute("COMMIT")
    finally:
        connection.close()


def table_names(connection: sqlite3.Connection) -> frozenset[str]:
    """Names of the tables and views of a database."""
    return frozenset(row[0] for row in connection.execute(_TABLES))


def check_integrity(path: Path) -> None:
    """Read the whole file and compare it with its own indexes; raises :class:`StorageError` with the first finding."""
    with reading(path) as connection:
        finding = connection.execute("PRAGMA integrity_check(1)").fetchone()[0]
    if finding != "ok":
        raise StorageError("STORAGE_DAMAGED", path=str(path), reason=finding)

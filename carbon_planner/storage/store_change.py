"""Changing a factor store: on a copy, under a lock, brought to the present schema first, put in place in one step."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ..base.errors import StorageError
from .aside import aside, sweep
from .geopackage import check_store, create_factor_store, schema_version
from .migrations import migrate
from .schema import SCHEMA_VERSION
from .sqlite import check_integrity, guard, reading, writing


@contextmanager
def changing(path: Path) -> Iterator[tuple[sqlite3.Connection, tuple[int, ...]]]:
    """A connection to a copy of a store, and the schemas that it was migrated to on the way.

    When the block ends the copy is checked and replaces the store; when it raises, the store stays as it was. One
    process at a time: others wait or get STORAGE_LOCKED. Where the store was of an older schema, its file is kept
    beside it (:func:`backups_of`). Raises :class:`StorageError` for a store that a newer plugin made.
    """
    if not path.parent.is_dir():
        raise StorageError("STORAGE_NO_FOLDER", path=str(path.parent))
    with _lock(path):
        sweep(path)  # nobody else writes while the lock is held
        with aside(path) as copy:
            version = _fill(path, copy)
            with writing(copy) as connection:
                yield connection, migrate(connection, version, SCHEMA_VERSION)
            check_integrity(copy)
            if version < SCHEMA_VERSION:
                _keep(path, version)


def backups_of(path: Path) -> list[Path]:
    """The files of older schemas that were kept when a store was migrated, oldest name first."""
    return sorted(path.parent.glob(f"{path.stem}.schema*{path.suffix}"))


def _fill(path: Path, copy: Path) -> int:
    """Make the copy, new where there is no store yet; gives its schema."""
    if not path.is_file():
        create_factor_store(copy)
        return SCHEMA_VERSION
    check_store(path)
    _copy(path, copy)
    return schema_version(copy)


def _keep(path: Path, version: int) -> None:
    """Keep the file of an older schema beside the new one; an earlier backup is left alone."""
    number, backup = 1, path.with_name(f"{path.stem}.schema{version}{path.suffix}")
    while backup.exists():
        number += 1
        backup = path.with_name(f"{path.stem}.schema{version}-{number}{path.suffix}")
    with aside(backup) as scratch:
        _copy(path, scratch)


@contextmanager
def _lock(path: Path) -> Iterator[None]:
    """Keep other processes from changing a store, through a lock on an empty database beside it.

    SQLite's locks work on every platform and end with the process that holds them, so none is ever left behind.
    """
    beside = path.with_name(path.name + ".lock")
    try:
        with writing(beside, create=True):
            yield
    except StorageError as error:
        if error.message.id == "STORAGE_LOCKED" and error.message.params.get("path") == str(beside):
            raise StorageError("STORAGE_LOCKED", path=str(path)) from error
        raise


def _copy(source: Path, target: Path) -> None:
    """Copy a database with SQLite's own means, which waits for writers and copies a whole state."""
    with reading(source) as old, guard(target):
        new = sqlite3.connect(str(target))
        try:
            old.backup(new)
        finally:
            new.close()

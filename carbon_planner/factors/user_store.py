"""A user's own factor sets, in a GeoPackage of a folder that the caller names.

A published set never changes: the same id and version with other content is refused. Every change is made to a copy
beside the store, checked, and put in its place in one step, while a lock keeps other processes from doing the same.
Readers always see a whole store.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from ..base.errors import FactorError, StorageError
from ..storage.aside import aside, sweep
from ..storage.geopackage import check_store, create_factor_store
from ..storage.sqlite import check_integrity, guard, reading, writing
from .database import drop_set, put_set, read_infos, read_set
from .records import FILE_VERSION, FactorSet, SetInfo
from .validation import require_valid

FILE_NAME = "carbon_planner_factors.gpkg"
DRAFT, PUBLISHED = "draft", "published"


class UserStore:
    """Factor sets in a GeoPackage. ``path`` is the file, or a folder that holds or shall hold ``FILE_NAME``."""

    def __init__(self, path: Path) -> None:
        self.path = path / FILE_NAME if path.is_dir() or not path.suffix else path

    def infos(self) -> tuple[SetInfo, ...]:
        """The sets in the store; none where it does not exist yet."""
        if not self.path.is_file():
            return ()
        with self._reading() as connection:
            return read_infos(connection)

    def get(self, set_id: str, version: str) -> FactorSet:
        """A set. Raises :class:`FactorError` (SET_NOT_IN_STORE) where the store does not hold it."""
        info = self._info(set_id, version)
        with self._reading() as connection:
            return read_set(connection, info)

    def add(self, factor_set: FactorSet) -> None:
        """Add a set, or put a draft in the place of a draft of the same id and version.

        Adding again what is already there changes nothing, except that it may publish a draft. Raises
        :class:`FactorError` where the set breaks rules, or the id and version are published with other content.
        """
        require_valid(factor_set)
        if factor_set.info.version == FILE_VERSION:
            raise FactorError("SET_VERSION_BAD", value=FILE_VERSION)
        self._change(lambda connection: _put(connection, factor_set))

    def publish(self, set_id: str, version: str) -> FactorSet:
        """Turn a draft into a published set, which never changes again."""
        found = self.get(set_id, version)
        published = FactorSet(replace(found.info, status=PUBLISHED), found.factors)
        if found.info.status == DRAFT:
            self.add(published)
            return published
        return found

    def remove(self, set_id: str, version: str) -> None:
        """Remove a set. Results that name it keep its reference and hash."""
        info = self._info(set_id, version)
        self._change(lambda connection: drop_set(connection, info))

    def _info(self, set_id: str, version: str) -> SetInfo:
        for info in self.infos():
            if (info.id, info.version) == (set_id, version):
                return info
        raise FactorError("SET_NOT_IN_STORE", set=f"{set_id}@{version}", path=str(self.path))

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        check_store(self.path)
        with reading(self.path) as connection:
            yield connection

    def _change(self, change: Callable[[sqlite3.Connection], None]) -> None:
        """Make a change to a copy of the store, check the copy, and put it in place; one process at a time."""
        if not self.path.parent.is_dir():
            raise StorageError("STORAGE_NO_FOLDER", path=str(self.path.parent))
        with _lock(self.path):
            sweep(self.path)  # nobody else writes while the lock is held
            with aside(self.path) as copy:
                if self.path.is_file():
                    check_store(self.path)
                    _copy(self.path, copy)
                else:
                    create_factor_store(copy)
                with writing(copy) as connection:
                    change(connection)
                check_integrity(copy)


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


def _put(connection: sqlite3.Connection, factor_set: FactorSet) -> None:
    info = factor_set.info
    present = next((i for i in read_infos(connection) if (i.id, i.version) == (info.id, info.version)), None)
    if present is not None:
        if present.status != DRAFT:
            same = present == info and read_set(connection, present).content_hash == factor_set.content_hash
            if same:
                return
            raise FactorError("SET_PUBLISHED", set=info.ref)
        drop_set(connection, present)
    put_set(connection, factor_set)

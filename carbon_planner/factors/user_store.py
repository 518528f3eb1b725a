"""A user's own factor sets, in a GeoPackage of a folder that the caller names.

A published set never changes: the same id and version with other content is refused. Every change is made to a copy
beside the store, checked, and put in its place in one step, while a lock keeps other processes from doing the same.
Readers always see a whole store. A store of an older schema is read as it is and migrated with its first change.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from ..base.errors import FactorError
from ..storage.geopackage import check_store, schema_version
from ..storage.schema import SCHEMA_VERSION
from ..storage.sqlite import reading
from ..storage.store_change import backups_of, changing
from . import history
from .database import (
    drop_set,
    put_factor_states,
    put_log,
    put_set,
    put_state,
    read_infos,
    read_log,
    read_set,
)
from .history import Author, Change
from .records import DRAFT, FILE_VERSION, FactorSet, SetInfo
from .review import Decision, Outcome, decided, published
from .validation import require_valid

FILE_NAME = "carbon_planner_factors.gpkg"
NOBODY = Author()  # the user of the computer, without a reason


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

    def add(self, factor_set: FactorSet, *, author: Author = NOBODY) -> None:
        """Add a set, or put a draft in the place of a draft of the same id and version.

        Adding again what is already there changes nothing, except that it may publish a draft. Raises
        :class:`FactorError` where the set breaks rules, or the id and version have left their draft with other content.
        """
        require_valid(factor_set)
        if factor_set.info.version == FILE_VERSION:
            raise FactorError("SET_VERSION_BAD", value=FILE_VERSION)
        self._change(lambda connection: _put(connection, factor_set, author.stamped()))

    def publish(self, set_id: str, version: str, *, author: Author = NOBODY) -> FactorSet:
        """Turn a draft into a published set, which never changes again."""
        found = self.get(set_id, version)
        if found.info.status == DRAFT:
            self._apply(found.info, lambda now, _infos: published(now, author))
        return self.get(set_id, version)

    def decide(self, set_id: str, version: str, decision: Decision, factor_ids: Sequence[str] = ()) -> FactorSet:
        """Review, approve or supersede a set, or the factors named; gives the set as it then is.

        Raises :class:`FactorError` where the step is not allowed or reviewer, reason or evidence are missing.
        """
        info = self._info(set_id, version)
        self._apply(info, lambda found, infos: decided(found, infos, decision, factor_ids))
        return self.get(set_id, version)

    def remove(self, set_id: str, version: str, *, author: Author = NOBODY) -> None:
        """Remove a set. Results that name it keep its reference and hash."""
        info = self._info(set_id, version)

        def change(connection: sqlite3.Connection) -> None:
            put_log(connection, history.removed(read_set(connection, info), author.stamped()))
            drop_set(connection, info)

        self._change(change)

    def log(self) -> tuple[Change, ...]:
        """The change log, oldest row first. Raises :class:`FactorError` where somebody tampered with it."""
        if not self.path.is_file():
            return ()
        with self._reading() as connection:
            changes, head = read_log(connection)
        fault = history.broken(changes, head)
        if fault:
            raise FactorError("LOG_TAMPERED", path=str(self.path), fault=fault)
        return changes

    def infos_at(self, day: str) -> tuple[SetInfo, ...]:
        """The sets that were in the store at the end of a day (ISO), in the state that they had then.

        A store without a log (schema 1) is taken to have always held what it holds.
        """
        if not self.path.is_file() or schema_version(self.path) < 2:
            return self.infos()
        log = self.log()
        states = [(info, history.status_at(log, info.id, info.version, day)) for info in self.infos()]
        return tuple(replace(info, status=status) for info, status in states if status is not None)

    def get_at(self, set_id: str, version: str, day: str) -> FactorSet:
        """A set as it was at the end of a day: what was changed since is undone. Raises as :meth:`get` does."""
        return history.restored(self.get(set_id, version), self.log(), day)

    def migrate(self) -> tuple[Path, ...]:
        """Bring a store of an older schema to the present one; gives the files that were kept, none if up to date."""
        if not self.path.is_file() or schema_version(self.path) == SCHEMA_VERSION:
            return ()
        self._change(lambda _connection: None)
        return tuple(backups_of(self.path))

    def _apply(self, info: SetInfo, decide: Callable[[FactorSet, tuple[SetInfo, ...]], Outcome]) -> None:
        def change(connection: sqlite3.Connection) -> None:
            outcome = decide(read_set(connection, info), read_infos(connection))
            for one in outcome.infos:
                put_state(connection, one)
            put_factor_states(connection, info, outcome.factors)
            put_log(connection, outcome.changes)

        self._change(change)

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
        with changing(self.path) as (connection, reached):
            if reached:
                put_log(connection, _migrated(connection, reached))
            change(connection)


def _migrated(connection: sqlite3.Connection, reached: tuple[int, ...]) -> list[Change]:
    """The first rows of the log of a store that had none: what was there when the log began."""
    author = Author(reason=f"schema {reached[0] - 1} → {reached[-1]}").stamped()
    sets = [read_set(connection, info) for info in read_infos(connection)]
    return [row for found in sets for row in history.added(found, author, history.MIGRATE)]


def _put(connection: sqlite3.Connection, factor_set: FactorSet, author: Author) -> None:
    info = factor_set.info
    present = next((i for i in read_infos(connection) if (i.id, i.version) == (info.id, info.version)), None)
    if present is None:
        put_log(connection, history.added(factor_set, author))
        put_set(connection, factor_set)
        return
    before = read_set(connection, present)
    if present.status != DRAFT:
        if _stateless(present) == _stateless(info) and before.content_hash == factor_set.content_hash:
            return
        raise FactorError("SET_PUBLISHED", set=info.ref)
    put_log(connection, history.edited(before, factor_set, author))
    drop_set(connection, present)
    put_set(connection, factor_set)


def _stateless(info: SetInfo) -> SetInfo:
    """What a set says of itself apart from its state, which is the store's to tell."""
    return replace(info, status="", released="", reviewer="", replaced_by="")

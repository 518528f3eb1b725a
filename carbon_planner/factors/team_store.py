"""A team's factor sets in a schema of a PostgreSQL database: the interface of the user store, for many editors.

Nobody overwrites what they have not seen. Every set has a revision that counts its changes; who saves a draft must have
read, or name, the revision that the change is based on, else :class:`TeamConflict` tells what somebody else changed in
the meantime. A save is one transaction: a server that dies within it keeps the state before, and saving again is safe.
The database itself refuses to change what is published and notes every revision (:mod:`..storage.postgres_sql`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from ..base.errors import FactorError, PlannerError
from ..storage.postgres import Place, reading, writing
from ..storage.postgres_schema import EDITOR, READER, State, check_state, set_up
from . import history
from . import team_rows as rows
from .history import Author, Change
from .records import DRAFT, FILE_VERSION, FactorSet, SetInfo
from .review import Decision, Outcome, decided, published
from .team_listing import Listing
from .team_rows import Entry, Revision
from .team_saving import GONE, conflict, named, save, there
from .validation import require_valid

NOBODY = Author()  # the user of the database, without a reason
_CACHED = 32


class TeamStore:
    """Factor sets in a schema of a database. May be used from any thread; each call has a connection of its own.

    ``place`` may be a function, which is called when the place is first needed: to find it a password may have to be
    unlocked.
    """

    def __init__(self, place: Place | Callable[[], Place]) -> None:
        self._where = place
        self._seen: dict[tuple[str, str], int] = {}
        self._cache: dict[tuple[str, int, str], FactorSet] = {}
        self._list = Listing(self.infos, lambda: self.place.shown)

    @property
    def place(self) -> Place:
        """Where the store is. Raises what the function raises that finds it."""
        if not isinstance(self._where, Place):
            self._where = self._where()
        return self._where

    # -- reading ------------------------------------------------------------------------------------------------------

    def infos(self) -> tuple[SetInfo, ...]:
        """The sets in the store."""
        return tuple(entry.info for entry in self.entries())

    def entries(self) -> tuple[Entry, ...]:
        """The sets in the store with revision, hash, and who changed them last. Raises :class:`StorageError`."""
        with self._reading() as (cursor, state):
            return rows.read_entries(cursor, state)

    def listed(self, patience: float | None = None) -> tuple[tuple[SetInfo, ...], PlannerError | None]:
        """The sets, or none and the reason, as they were at most half a minute ago: for lists that must not fail.

        With ``patience`` (seconds), for windows, which must not hang: what was known before is given where the server
        has not answered by then; the answer serves the next call.
        """
        return self._list.get(patience)

    def get(self, set_id: str, version: str) -> FactorSet:
        """A set to be changed: its revision counts as seen. Raises :class:`FactorError` where there is none."""
        found, revision = self.read(set_id, version)
        self.note(set_id, version, revision)
        return found

    def note(self, set_id: str, version: str, revision: int) -> None:
        """Let a revision count as seen: what is saved next is based on it."""
        self._seen[set_id, version] = revision

    def read(self, set_id: str, version: str) -> tuple[FactorSet, int]:
        """A set to be used, with its revision, which does not count as seen.

        An evaluation that reads a draft must not make a later save of an older copy look up to date.
        """
        with self._reading() as (cursor, state):
            entry = there(self.place, rows.read_entry(cursor, state, set_id, version), set_id, version)
            key = (entry.info.ref, entry.revision, entry.content_hash)
            found = self._cache.get(key)
            if found is None:
                found = rows.read_factors(cursor, state, entry)
                self._remember(key, found)
        return found, entry.revision

    def revision(self, set_id: str, version: str) -> int:
        """Revision of a set, 0 where the store does not hold it."""
        with self._reading() as (cursor, state):
            entry = rows.read_entry(cursor, state, set_id, version)
        return entry.revision if entry else 0

    def revisions(self, set_id: str, version: str) -> tuple[Revision, ...]:
        """Who made which revision of a set and when, as the database noted it, oldest first."""
        with self._reading() as (cursor, _state):
            return rows.read_revisions(cursor, set_id, version)

    def log(self) -> tuple[Change, ...]:
        """The change log, oldest row first. Raises :class:`FactorError` where somebody tampered with it."""
        with self._reading() as (cursor, _state):
            changes, head = rows.read_log(cursor)
        fault = history.broken(changes, head)
        if fault:
            raise FactorError("LOG_TAMPERED", path=self.place.shown, fault=fault)
        return changes

    def infos_at(self, day: str) -> tuple[SetInfo, ...]:
        """The sets that were in the store at the end of a day (ISO, UTC), in the state that they had then."""
        log = self.log()
        states = [(info, history.status_at(log, info.id, info.version, day)) for info in self.infos()]
        return tuple(replace(info, status=status) for info, status in states if status is not None)

    def get_at(self, set_id: str, version: str, day: str) -> FactorSet:
        """A set as it was at the end of a day: what was changed since is undone. Raises as :meth:`get` does."""
        return history.restored(self.read(set_id, version)[0], self.log(), day)

    # -- writing ------------------------------------------------------------------------------------------------------

    def add(self, factor_set: FactorSet, *, author: Author = NOBODY, base: int | None = None) -> int:
        """Add a set, or put a draft in the place of a draft of the same id and version; gives its revision.

        ``base`` is the revision that the draft was made from, 0 for a new one; without it, that which this object read
        or wrote last. Adding again what is there changes nothing, except that it may publish a draft. Raises
        :class:`TeamConflict` where the draft in the store is another revision, :class:`FactorError` where the set
        breaks rules or has left its draft with other content, :class:`StorageError`; nothing is saved then.
        """
        require_valid(factor_set)
        info = factor_set.info
        if info.version == FILE_VERSION:
            raise FactorError("SET_VERSION_BAD", value=FILE_VERSION)
        key = (info.id, info.version)
        known = self._seen.get(key, 0) if base is None else base
        try:
            with self._writing() as (cursor, state):
                revision, changes = save(cursor, self.place, state, factor_set, known, named(author, state))
                rows.put_log(cursor, self.place, changes, {key: revision})
        except FactorError as error:
            if error.message.id == GONE:
                self._seen.pop(key, None)  # so that saving again adds the set anew
            raise
        self._done(key, revision)
        return revision

    def publish(self, set_id: str, version: str, *, author: Author = NOBODY, base: int | None = None) -> FactorSet:
        """Turn a draft into a published set, whose content never changes again.

        ``base`` as in :meth:`add`: what somebody changed after it was read is not published unseen.
        """

        def step(found: FactorSet, _infos: Sequence[SetInfo], state: State) -> Outcome:
            return published(found, named(author, state)) if found.info.status == DRAFT else Outcome((), (), ())

        return self._apply(set_id, version, step, base)

    def decide(
        self, set_id: str, version: str, decision: Decision, factor_ids: Sequence[str] = (), *, base: int | None = None
    ) -> FactorSet:
        """Review, approve or supersede a set, or the factors named; gives the set as it then is.

        Raises :class:`FactorError` where the step is not allowed or reviewer, reason or evidence are missing, and
        :class:`TeamConflict` as :meth:`publish`.
        """
        return self._apply(set_id, version, lambda found, infos, _: decided(found, infos, decision, factor_ids), base)

    def remove(self, set_id: str, version: str, *, author: Author = NOBODY, base: int | None = None) -> None:
        """Remove a draft. Raises :class:`FactorError` for what has left its draft: results refer to it."""
        key = (set_id, version)
        known = self._seen.get(key, 0) if base is None else base
        with self._writing() as (cursor, state):
            entry = there(self.place, rows.read_entry(cursor, state, set_id, version, lock=True), set_id, version)
            if entry.info.status != DRAFT:
                raise FactorError("TEAM_PUBLISHED_STAYS", set=entry.info.ref)
            if known not in (0, entry.revision):
                raise conflict(cursor, self.place, entry, known)
            found = rows.read_factors(cursor, state, entry, check=False)  # the way out where somebody spoilt it
            rows.drop_set(cursor, entry.info)
            changes = history.removed(found, named(author, state))
            rows.put_log(cursor, self.place, changes, {key: entry.revision + 1})
        self._done(key, 0)

    def set_up(self, *, reader: str = READER, editor: str = EDITOR) -> int:
        """Make the store or bring it up to date; see :func:`carbon_planner.storage.postgres_schema.set_up`."""
        self._list.forget()
        version = set_up(self.place, reader=reader, editor=editor)
        with self._writing() as (cursor, state):
            author = Author(state.user, f"schema {version}").stamped()
            changes: list[Change] = []
            for set_id, number in rows.unlogged(cursor):
                entry = there(self.place, rows.read_entry(cursor, state, set_id, number), set_id, number)
                changes += history.added(rows.read_factors(cursor, state, entry), author, history.MIGRATE)
            rows.put_log(cursor, self.place, changes, {})
        return version

    # -- inside a transaction -----------------------------------------------------------------------------------------

    def _apply(
        self,
        set_id: str,
        version: str,
        step: Callable[[FactorSet, Sequence[SetInfo], State], Outcome],
        base: int | None,
    ) -> FactorSet:
        """Take a step of a review: states of sets and factors change, no content."""
        key = (set_id, version)
        known = self._seen.get(key, 0) if base is None else base
        with self._writing() as (cursor, state):
            entry = there(self.place, rows.read_entry(cursor, state, set_id, version, lock=True), set_id, version)
            found = rows.read_factors(cursor, state, entry)
            outcome = step(found, [e.info for e in rows.read_entries(cursor, state)], state)
            revisions = {key: entry.revision}
            if outcome.changes and known not in (0, entry.revision):
                raise conflict(cursor, self.place, entry, known)
            rows.put_factor_states(cursor, entry.info, outcome.factors)
            for info in outcome.infos or ([entry.info] if outcome.factors else []):
                revisions[info.id, info.version] = rows.put_state(cursor, info)
            rows.put_log(cursor, self.place, outcome.changes, revisions)
        self._done(key, revisions[key] if known else 0)  # a decision on a set does not mean having fetched it
        return self.read(set_id, version)[0]

    def _remember(self, key: tuple[str, int, str], found: FactorSet) -> None:
        while len(self._cache) >= _CACHED:
            self._cache.pop(next(iter(self._cache)), None)
        self._cache[key] = found

    def _done(self, key: tuple[str, str], revision: int) -> None:
        """Note a change that is committed."""
        self._seen[key] = revision
        self._list.forget()

    @contextmanager
    def _reading(self) -> Iterator[tuple[Any, State]]:
        with reading(self.place) as cursor:
            yield cursor, check_state(cursor, self.place, write=False)

    @contextmanager
    def _writing(self) -> Iterator[tuple[Any, State]]:
        with writing(self.place) as cursor:
            yield cursor, check_state(cursor, self.place, write=True)

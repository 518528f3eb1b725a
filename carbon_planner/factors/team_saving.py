"""How a set is saved within one transaction of the team's store, and what keeps two editors apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from ..base.errors import FactorError
from ..storage.postgres import Place
from ..storage.postgres_schema import State
from . import history
from . import team_rows as rows
from .history import Author, Change
from .records import DRAFT, INFO_STATE, FactorSet, SetInfo
from .team_conflict import TeamConflict
from .team_rows import Entry

GONE = "TEAM_GONE"


def save(
    cursor: Any, place: Place, state: State, factor_set: FactorSet, known: int, author: Author
) -> tuple[int, list[Change]]:
    """Save a set that is based on the revision ``known`` (0: new); its revision and what the log shall say.

    A set that is there as it is stays. Raises as ``TeamStore.add``; the row of the set is locked until the transaction
    ends, so that nobody comes between the comparison and the change.
    """
    info = factor_set.info
    entry = rows.read_entry(cursor, state, info.id, info.version, lock=True)
    if entry is None and known:
        raise FactorError(GONE, set=info.ref, place=place.shown)
    revision = rows.put_set(cursor, factor_set, DRAFT) if entry is None else None
    changes = history.added(factor_set, author)
    if revision is None:  # it was there, or somebody has just added it
        entry = entry or rows.read_entry(cursor, state, info.id, info.version, lock=True)
        entry = there(place, entry, info.id, info.version)
        present = rows.read_factors(cursor, state, entry)
        if _same(entry, present, factor_set):
            return entry.revision, []
        changes = history.edited(present, factor_set, author)
        if known != entry.revision:
            raise conflict(cursor, place, entry, known, history.edited(factor_set, present, author))
        if present.factors == factor_set.factors:
            return rows.change_set(cursor, factor_set, info.status), changes
        rows.drop_factors(cursor, info)
        revision = rows.change_set(cursor, factor_set, DRAFT)
    rows.put_factors(cursor, factor_set)
    if info.status != DRAFT:
        revision = rows.change_set(cursor, factor_set, info.status)
    return revision, changes


def conflict(cursor: Any, place: Place, entry: Entry, known: int, differs: Sequence[Change] = ()) -> TeamConflict:
    """The error for a change that is based on another revision than the one in the store."""
    if not known:
        return TeamConflict("TEAM_UNREAD", entry, known, differs, place.shown)
    return TeamConflict("TEAM_CONFLICT", entry, known, rows.changes_since(cursor, entry.info, known), place.shown)


def there(place: Place, entry: Entry | None, set_id: str, version: str) -> Entry:
    """The entry of a set. Raises :class:`FactorError` where there is none."""
    if entry is None:
        raise FactorError("SET_NOT_IN_STORE", set=f"{set_id}@{version}", path=place.shown)
    return entry


def named(author: Author, state: State) -> Author:
    """The author with the user of the database where nobody is named."""
    return replace(author, who=author.who.strip() or state.user).stamped()


def _same(entry: Entry, present: FactorSet, wanted: FactorSet) -> bool:
    """Whether a set is in the store as it is; raises where it has left its draft and differs."""
    if entry.info.status == DRAFT:
        return present.info == wanted.info and present.content_hash == wanted.content_hash
    if _stateless(present.info) != _stateless(wanted.info) or present.content_hash != wanted.content_hash:
        raise FactorError("SET_PUBLISHED", set=entry.info.ref)
    return True


def _stateless(info: SetInfo) -> SetInfo:
    """What a set says of itself apart from its state, which is the store's to tell."""
    state: dict[str, Any] = dict.fromkeys(INFO_STATE, "")
    return replace(info, **state)

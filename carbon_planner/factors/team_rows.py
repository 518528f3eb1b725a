"""Rows of the team store ↔ records. The caller holds the transaction and has checked the state of the store."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ..base.errors import FactorError
from ..storage import postgres_sql as text
from ..storage.postgres import Place, composed, driver
from ..storage.postgres_schema import State
from ..storage.record_columns import CHANGE_COLUMNS, FACTOR_COLUMNS, SET_COLUMNS, names
from .history import Change, Head, sealed
from .records import INFO_FIELDS, INFO_STATE, STATE_FIELDS, Factor, FactorSet, SetInfo, as_dict

_PAGE = 1000
_LOG = names(CHANGE_COLUMNS)
_SET_FIELDS = tuple(c for c in SET_COLUMNS if ("id" if c.name == "set_id" else c.name) in INFO_FIELDS)


@dataclass(frozen=True)
class Entry:
    """A set of the store with its place in the history: ``revision`` counts its changes, ``changed_at`` is ISO text."""

    info: SetInfo
    revision: int
    content_hash: str
    changed_by: str
    changed_at: str


@dataclass(frozen=True)
class Revision:
    """A revision of a set as the database itself noted it: ``action`` is add, change, remove or migrate."""

    at: str
    who: str
    action: str
    revision: int
    status: str
    content_hash: str


def key_of(info: SetInfo) -> dict[str, str]:
    """What names a set in statements."""
    return {"set_id": info.id, "version": info.version}


def read_entries(cursor: Any, state: State) -> tuple[Entry, ...]:
    """All sets, in the order in which they were added."""
    present = state.present("cp_sets", _SET_FIELDS)
    cursor.execute(composed(text.GET_SETS, *present))
    return tuple(_entry(present, row) for row in cursor.fetchall())


def read_entry(cursor: Any, state: State, set_id: str, version: str, *, lock: bool = False) -> Entry | None:
    """A set, None where there is none; ``lock`` keeps others from changing it until the transaction ends."""
    present = state.present("cp_sets", _SET_FIELDS)
    cursor.execute(composed(text.LOCK_SET if lock else text.GET_SET, *present), {"set_id": set_id, "version": version})
    row = cursor.fetchone()
    return _entry(present, row) if row is not None else None


def read_factors(cursor: Any, state: State, entry: Entry, *, check: bool = True) -> FactorSet:
    """A set with its factors. With ``check``, raises :class:`FactorError` where the content is not what was put in."""
    present = state.present("cp_factors", FACTOR_COLUMNS)
    cursor.execute(composed(text.GET_FACTORS, *present), key_of(entry.info))
    found = FactorSet(entry.info, tuple(Factor(**dict(zip(present, row))) for row in cursor.fetchall()))
    if check and entry.content_hash and entry.content_hash != found.content_hash:
        raise FactorError("TEAM_SET_CHANGED", set=entry.info.ref)
    return found


def put_set(cursor: Any, factor_set: FactorSet, status: str) -> int | None:
    """Add the row of a set in a state; its revision, or None where the store has the set already."""
    values = _set_values(factor_set, status)
    cursor.execute(composed(text.PUT_SET, *values), values)
    row = cursor.fetchone()
    return int(row[0]) if row is not None else None


def change_set(cursor: Any, factor_set: FactorSet, status: str) -> int:
    """Change the row of a set; its new revision."""
    values = _set_values(factor_set, status)
    cursor.execute(composed(text.CHANGE_SET, *values), values)
    return int(cursor.fetchone()[0])


def put_state(cursor: Any, info: SetInfo) -> int:
    """Write the state of a set, whose content stays; its new revision."""
    state = {name: getattr(info, name) for name in INFO_STATE}
    cursor.execute(composed(text.CHANGE_SET, *state), {**state, **key_of(info)})
    return int(cursor.fetchone()[0])


def put_factors(cursor: Any, factor_set: FactorSet) -> None:
    """Add the factors of a set, a thousand in a statement."""
    key = key_of(factor_set.info)
    columns = (*key, *(c.name for c in FACTOR_COLUMNS))
    rows = [(*key.values(), *(getattr(factor, name) for name in columns[len(key) :])) for factor in factor_set.factors]
    statement = composed(text.PUT_FACTORS, *columns).as_string(cursor)
    driver().extras.execute_values(cursor, statement, rows, page_size=_PAGE)


def drop_factors(cursor: Any, info: SetInfo) -> None:
    """Remove the factors of a set."""
    cursor.execute(text.DROP_FACTORS, key_of(info))


def drop_set(cursor: Any, info: SetInfo) -> None:
    """Remove a set with its factors."""
    drop_factors(cursor, info)
    cursor.execute(text.DROP_SET, key_of(info))


def put_factor_states(cursor: Any, info: SetInfo, factors: Iterable[Factor]) -> None:
    """Write the states of factors of a set."""
    rows = [
        {**{name: getattr(f, name) for name in STATE_FIELDS}, "factor_id": f.factor_id, **key_of(info)} for f in factors
    ]
    statement = composed(text.CHANGE_FACTOR, *STATE_FIELDS).as_string(cursor)
    driver().extras.execute_batch(cursor, statement, rows, page_size=_PAGE)


def read_revisions(cursor: Any, set_id: str, version: str) -> tuple[Revision, ...]:
    """All revisions of a set."""
    cursor.execute(text.GET_REVISIONS, {"set_id": set_id, "version": version})
    return tuple(Revision(*row) for row in cursor.fetchall())


def read_log(cursor: Any) -> tuple[tuple[Change, ...], Head]:
    """The change log and its end."""
    cursor.execute(composed(text.GET_CHANGES, *_LOG))
    return tuple(Change(*row) for row in cursor.fetchall()), _head(cursor)


def changes_since(cursor: Any, info: SetInfo, revision: int) -> tuple[Change, ...]:
    """Rows of the log about a set that came after a revision."""
    cursor.execute(composed(text.GET_CHANGES_SINCE, *_LOG), {**key_of(info), "after": revision})
    return tuple(Change(*row) for row in cursor.fetchall())


def put_log(cursor: Any, place: Place, changes: Iterable[Change], revisions: Mapping[tuple[str, str], int]) -> None:
    """Append rows to the change log, with the revisions of their sets; the last step of a transaction.

    Rows are chained, so writers come one after the other from here to the end of their transactions.
    """
    cursor.execute(text.LOCK_LOG, {"schema": place.schema})
    sealed_rows, _ = sealed(changes, _head(cursor))
    rows = [
        (*(getattr(row, name) for name in _LOG), revisions.get((row.set_id, row.version), 0)) for row in sealed_rows
    ]
    statement = composed(text.PUT_CHANGES, *_LOG, "revision").as_string(cursor)
    driver().extras.execute_values(cursor, statement, rows, page_size=_PAGE)


def unlogged(cursor: Any) -> list[tuple[str, str]]:
    """Id and version of sets of which the log says nothing: they were there before it."""
    cursor.execute(text.GET_UNLOGGED)
    return [(row[0], row[1]) for row in cursor.fetchall()]


def _head(cursor: Any) -> Head:
    cursor.execute(text.GET_META, {"key": "log_head"})
    row = cursor.fetchone()
    return Head.of(row[0] if row else "")


def _set_values(factor_set: FactorSet, status: str) -> dict[str, Any]:
    info = factor_set.info
    values = {**as_dict(info), "set_id": info.id, "status": status}
    known = {c.name: values[c.name] for c in _SET_FIELDS}
    return {**known, "content_hash": factor_set.content_hash}


def _entry(present: tuple[str, ...], row: tuple[Any, ...]) -> Entry:
    revision, content_hash, who, when, *rest = row
    values = dict(zip(present, rest))
    values["id"] = values.pop("set_id")
    return Entry(SetInfo(**values), revision, content_hash, who, when)

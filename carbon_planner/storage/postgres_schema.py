"""Tables of the factor store in a schema of PostgreSQL: numbered migrations, roles, and what a schema holds now.

Tables and columns have the names of the GeoPackage store: both read :mod:`carbon_planner.storage.record_columns`, and
columns that came later are added to an older store. Beside them:

``cp_sets.revision``  counts the changes of a set; who saves a draft must know its revision.
``cp_sets.content_hash``, ``changed_by``, ``changed_at``  hash of the content; who changed the set last and when.
``cp_changes.revision``  the revision that a row of the change log led to.
``cp_revisions``      who made which revision of which set, and when: filled by triggers, within the same transaction.
``cp_migrations``     which migrations were made, when and by whom.

Migration 1 makes the tables of the first format, those of a GeoPackage store copied into a database by ogr2ogr or QGIS.
The statements are constants of :mod:`.postgres_sql`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..base.errors import StorageError
from . import postgres_sql as text
from .postgres import Place, check_name, composed, driver, reading, writing
from .record_columns import CHANGE_COLUMNS, FACTOR_COLUMNS, INTEGER, REAL, SET_COLUMNS, SET_KEY, TEXT, Column

READER, EDITOR = "carbon_reader", "carbon_editor"
MIGRATIONS = ((1, "tables of the first format", text.FIRST_FORMAT), (2, "revisions, log, guards", text.REVISIONS))
VERSION = MIGRATIONS[-1][0]
OLDEST_SERVER = 110_000  # PostgreSQL 11
TABLES = ("cp_meta", "cp_sets", "cp_factors", "cp_changes", "cp_revisions", "cp_migrations")
_TYPES = {TEXT: "text", INTEGER: "integer", REAL: "double precision"}
_RECORDS = (("cp_sets", SET_COLUMNS), ("cp_factors", (*SET_KEY, *FACTOR_COLUMNS)), ("cp_changes", CHANGE_COLUMNS))
FIELDS = frozenset(f"{table}.{column.name}" for table, columns in _RECORDS for column in columns)


@dataclass(frozen=True)
class State:
    """What a schema holds: version (0: no store) and the columns of its tables; ``user`` is who asks."""

    version: int
    user: str
    columns: Mapping[str, frozenset[str]]

    def present(self, table: str, columns: Sequence[Column]) -> tuple[str, ...]:
        """Names of those of the columns that the table has, in their order."""
        return tuple(c.name for c in columns if c.name in self.columns.get(table, ()))


def state_of(cursor: Any, place: Place) -> State:
    """What the schema holds. Raises :class:`StorageError` where the user may not look into it."""
    cursor.execute(text.GET_SCHEMA, {"schema": place.schema})
    found = cursor.fetchone()
    if found is None:
        return State(0, "", {})
    if not found[0]:
        raise StorageError("POSTGRES_NO_RIGHTS", place=place.shown, user=found[1], reason=place.schema)
    cursor.execute(text.GET_COLUMNS, {"schema": place.schema, "tables": list(TABLES)})
    columns: dict[str, set[str]] = {}
    for table, column in cursor.fetchall():
        columns.setdefault(table, set()).add(column)
    frozen = {table: frozenset(names) for table, names in columns.items()}
    if "cp_migrations" in frozen:
        cursor.execute(text.GET_VERSION)
        return State(cursor.fetchone()[0], found[1], frozen)
    return State(1 if {"cp_sets", "cp_factors", "cp_meta"} <= frozen.keys() else 0, found[1], frozen)


def check_state(cursor: Any, place: Place, *, write: bool) -> State:
    """The state of a store that can be used. Raises :class:`StorageError` where it is absent, older or newer.

    A store that lacks columns of later fields can be read, not written.
    """
    state = state_of(cursor, place)
    if state.version == 0:
        raise StorageError("POSTGRES_NO_STORE", place=place.shown)
    known = {"place": place.shown, "version": state.version, "known": VERSION}
    if state.version > VERSION:
        raise StorageError("POSTGRES_NEWER", **known)
    cursor.execute(text.GET_META, {"key": "fields"})
    row = cursor.fetchone()
    if row is not None and set(json.loads(row[0])) - FIELDS:
        raise StorageError("POSTGRES_NEWER", **known)
    lacking = [c.name for table, columns in _RECORDS for c in columns if c.name not in state.columns.get(table, ())]
    if state.version < VERSION or (write and lacking):
        raise StorageError("POSTGRES_OLDER", **known)
    return state


def set_up(place: Place, *, reader: str = READER, editor: str = EDITOR) -> int:
    """Make the store, or bring an older one up to date, then the roles; gives the version. Safe to repeat.

    One process at a time does it: others wait for an advisory lock. The work is one transaction. ``reader`` and
    ``editor`` are roles without login that administrators grant to users; "" makes none. Raises :class:`StorageError`.
    """
    for name in (reader, editor):
        if name:
            check_name(name)
    with writing(place) as cursor:
        cursor.execute(text.LOCK, {"schema": place.schema})
        _make_schema(cursor, place)
        version = migrate(cursor, place, VERSION)
        _add_columns(cursor, place)
    if reader or editor:
        _grant(place, reader, editor)
    return version


def migrate(cursor: Any, place: Place, target: int) -> int:
    """Make the missing migrations up to ``target``; the caller holds the lock and the transaction."""
    version = state_of(cursor, place).version
    if version > VERSION:
        raise StorageError("POSTGRES_NEWER", place=place.shown, version=version, known=VERSION)
    cursor.execute(text.MIGRATIONS_TABLE)
    for number, name, statements in MIGRATIONS:
        if number > target:
            break
        if number > version:
            for statement in statements:
                cursor.execute(statement)
        cursor.execute(text.PUT_MIGRATION, {"number": number, "name": name})
    return max(version, target)


def _make_schema(cursor: Any, place: Place) -> None:
    if cursor.connection.server_version < OLDEST_SERVER:
        raise StorageError("POSTGRES_SERVER_OLD", place=place.shown, oldest=OLDEST_SERVER // 10_000)
    cursor.execute(text.GET_ENCODING)
    if cursor.fetchone()[0] != "UTF8":
        raise StorageError("POSTGRES_ENCODING", place=place.shown, reason="server_encoding", user=place.user)
    cursor.execute(text.GET_SCHEMA, {"schema": place.schema})
    if cursor.fetchone() is None:  # asked first: without the right to make one, "if not exists" fails even if it exists
        cursor.execute(composed(text.MAKE_SCHEMA, schema=place.schema))


def _add_columns(cursor: Any, place: Place) -> None:
    """Add the columns of fields that came later, and note which fields the store holds."""
    sql = driver().sql
    state = state_of(cursor, place)
    for table, columns in _RECORDS:
        for column in columns:
            if column.name in state.columns[table]:
                continue
            kind = sql.SQL(_TYPES[column.kind])
            filled = sql.SQL(text.FILLED if column.kind == TEXT else "")
            cursor.execute(composed(text.ADD_COLUMN, table=table, column=column.name, kind=kind, filled=filled))
    for key, value in (("schema_version", str(VERSION)), ("fields", json.dumps(sorted(FIELDS)))):
        cursor.execute(text.PUT_META, {"key": key, "value": value})


def _grant(place: Place, reader: str, editor: str) -> None:
    with writing(place) as cursor:
        cursor.execute(text.LOCK, {"schema": ""})  # roles belong to the server, not to a schema
        for role, grants in ((reader, text.GRANTS_READER), (editor, text.GRANTS_READER + text.GRANTS_EDITOR)):
            if not role:
                continue
            cursor.execute(text.GET_ROLE, {"role": role})
            if cursor.fetchone() is None:
                cursor.execute(composed(text.MAKE_ROLE, role=role))
            for grant in grants:
                cursor.execute(composed(grant, role=role, schema=place.schema))


def version_of(place: Place) -> int:
    """Version of the store in a schema, 0 where there is none."""
    with reading(place) as cursor:
        return state_of(cursor, place).version

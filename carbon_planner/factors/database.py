"""Factor sets in a GeoPackage: the shipped library and user stores have the same tables (``storage.schema``)."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from typing import Any

from ..base.errors import FactorError
from ..storage import schema
from ..storage.record_columns import FACTOR_COLUMNS, names
from .history import Change, Head, sealed
from .records import INFO_FIELDS, INFO_STATE, Factor, FactorSet, SetInfo, as_dict

_INFO_COLUMNS = tuple("set_id" if name == "id" else name for name in INFO_FIELDS)
# A set's content hash is kept beside it, so that a change behind the plugin's back does not go unseen.
_HASH_KEY = "sha256:"
_HEAD_KEY = "log_head"


def read_infos(connection: sqlite3.Connection) -> tuple[SetInfo, ...]:
    """What the sets of a store say of themselves, in the order in which they were added."""
    return tuple(_info(row) for row in connection.execute(schema.GET_SETS[schema_of(connection)]))


def read_default(connection: sqlite3.Connection, method: str) -> str:
    """Id of the set that is the default of a land method; "" where the store names none."""
    for row in connection.execute(schema.GET_SETS[schema_of(connection)]):
        if method and row["default_for"] == method:
            return str(row["set_id"])
    return ""


def read_set(connection: sqlite3.Connection, info: SetInfo) -> FactorSet:
    """A set of a store. Raises :class:`FactorError` where its content is not what was put in."""
    version = schema_of(connection)
    present = names(FACTOR_COLUMNS, version)  # what an older schema lacks keeps its default
    rows = connection.execute(schema.GET_FACTORS[version], {"set_id": info.id, "version": info.version})
    factors = tuple(Factor(**dict(zip(present, row))) for row in rows)
    found = FactorSet(info, factors)
    kept = connection.execute(schema.GET_META, {"key": _HASH_KEY + info.ref}).fetchone()
    if kept is not None and kept["value"] != found.content_hash:
        raise FactorError("SET_CHANGED", set=info.ref)
    return found


def put_set(connection: sqlite3.Connection, factor_set: FactorSet) -> None:
    """Write a set and its hash. The caller holds the transaction and has made sure that the set is not there yet."""
    info = factor_set.info
    values: dict[str, Any] = {**as_dict(info), "set_id": info.id, "default_for": ""}
    connection.execute(schema.PUT_SET, values)
    key = {"set_id": info.id, "version": info.version}
    connection.executemany(schema.PUT_FACTOR, ({**as_dict(factor), **key} for factor in factor_set.factors))
    connection.execute(schema.PUT_META, {"key": _HASH_KEY + info.ref, "value": factor_set.content_hash})


def drop_set(connection: sqlite3.Connection, info: SetInfo) -> None:
    """Remove a set with its factors and its hash."""
    key = {"set_id": info.id, "version": info.version}
    connection.execute(schema.DROP_FACTORS, key)
    connection.execute(schema.DROP_SET, key)
    connection.execute("DELETE FROM cp_meta WHERE key = :key", {"key": _HASH_KEY + info.ref})


def put_state(connection: sqlite3.Connection, info: SetInfo) -> None:
    """Write the state of a set; its content stays."""
    state = {name: getattr(info, name) for name in INFO_STATE}
    connection.execute(schema.SET_STATE, {**state, "set_id": info.id, "version": info.version})


def put_factor_states(connection: sqlite3.Connection, info: SetInfo, factors: Iterable[Factor]) -> None:
    """Write the states of factors of a set."""
    key = {"set_id": info.id, "version": info.version}
    connection.executemany(schema.SET_FACTOR_STATE, ({**as_dict(factor), **key} for factor in factors))


def read_log(connection: sqlite3.Connection) -> tuple[tuple[Change, ...], Head]:
    """The change log and its end; empty in a store of schema 1."""
    if schema_of(connection) < 2:
        return (), Head.of("")
    rows = tuple(Change(*row) for row in connection.execute(schema.GET_CHANGES))
    return rows, _head(connection)


def put_log(connection: sqlite3.Connection, changes: Iterable[Change]) -> None:
    """Append rows to the change log. The caller holds the transaction."""
    rows, head = sealed(changes, _head(connection))
    connection.executemany(schema.PUT_CHANGE, (vars(row) for row in rows))
    connection.execute(schema.PUT_META, {"key": _HEAD_KEY, "value": head.text})


def _head(connection: sqlite3.Connection) -> Head:
    kept = connection.execute(schema.GET_META, {"key": _HEAD_KEY}).fetchone()
    return Head.of(kept["value"] if kept else "")


def schema_of(connection: sqlite3.Connection) -> int:
    """Schema version of an open store. The caller has checked that this plugin knows it."""
    row = connection.execute(schema.GET_META, {"key": "schema_version"}).fetchone()
    return int(row["value"]) if row else schema.SCHEMA_VERSION


def _info(row: sqlite3.Row) -> SetInfo:
    present = set(row.keys())
    return SetInfo(**{name: row[col] for name, col in zip(INFO_FIELDS, _INFO_COLUMNS) if col in present})

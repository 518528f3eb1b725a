"""Factor sets in a GeoPackage: the shipped library and user stores have the same tables (``storage.schema``)."""

from __future__ import annotations

import sqlite3
from typing import Any

from ..base.errors import FactorError
from ..storage import schema
from .records import FACTOR_FIELDS, INFO_FIELDS, Factor, FactorSet, SetInfo, as_dict

_INFO_COLUMNS = tuple("set_id" if name == "id" else name for name in INFO_FIELDS)
# A set's content hash is kept beside it, so that a change behind the plugin's back does not go unseen.
_HASH_KEY = "sha256:"


def read_infos(connection: sqlite3.Connection) -> tuple[SetInfo, ...]:
    """What the sets of a store say of themselves, in the order in which they were added."""
    return tuple(_info(row) for row in connection.execute(schema.GET_SETS))


def read_default(connection: sqlite3.Connection, method: str) -> str:
    """Id of the set that is the default of a land method; "" where the store names none."""
    for row in connection.execute(schema.GET_SETS):
        if method and row["default_for"] == method:
            return str(row["set_id"])
    return ""


def read_set(connection: sqlite3.Connection, info: SetInfo) -> FactorSet:
    """A set of a store. Raises :class:`FactorError` where its content is not what was put in."""
    rows = connection.execute(schema.GET_FACTORS, {"set_id": info.id, "version": info.version})
    factors = tuple(Factor(**{name: row[name] for name in FACTOR_FIELDS}) for row in rows)
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


def _info(row: sqlite3.Row) -> SetInfo:
    return SetInfo(**{name: row[column] for name, column in zip(INFO_FIELDS, _INFO_COLUMNS)})

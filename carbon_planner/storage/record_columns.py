"""The columns of the tables that every factor store has, and the statements that follow from them.

SQLite and PostgreSQL stores, the shipped library and the records of :mod:`carbon_planner.factors.records` all read
this one list. Names are constants of this module: no text of a user ever becomes part of a statement.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

TEXT, REAL, INTEGER = "TEXT", "REAL", "INTEGER"


@dataclass(frozen=True)
class Column:
    """A column: texts are never NULL ("" is empty), NULL in a number means unknown. ``since`` is a schema version."""

    name: str
    kind: str = TEXT
    words: tuple[str, ...] = ()
    since: int = 1


# the set, its version, and within it the factor
SET_KEY = (Column("set_id"), Column("version"))

SET_COLUMNS = (
    *SET_KEY,
    Column("kind", words=("land_stock", "land_flux", "other")),
    Column("system"),
    Column("default_for", words=("", "stock", "flux")),
    Column("status"),
    Column("title_en"),
    Column("title_zh"),
    Column("region"),
    Column("year", INTEGER),
    Column("licence"),
    Column("description_en"),
    Column("description_zh"),
    Column("released", since=2),
    Column("reviewer", since=2),
    Column("replaced_by", since=2),
)

# in the order of the fields of a factor record
FACTOR_COLUMNS = (
    Column("factor_id"),
    Column("category"),
    Column("system"),
    Column("item"),
    Column("item_en"),
    Column("item_zh"),
    Column("parameter"),
    Column("region"),
    Column("value", REAL),
    Column("low", REAL),
    Column("high", REAL),
    Column("range_kind", words=("95", "minmax", "unknown", "none")),
    Column("unit"),
    Column("gas"),
    Column("year", INTEGER),
    Column("source"),
    Column("confidence", words=("verified", "derived", "recalled")),
    Column("evidence"),
    Column("notes"),
    Column("uuid", since=2),
    Column("tier", since=2),
    Column("method", since=2),
    Column("scope", since=2),
    Column("stage", since=2),
    Column("gas_split", since=2),
    Column("gwp", since=2),
    Column("valid_from", INTEGER, since=2),
    Column("valid_to", INTEGER, since=2),
    Column("calc_year", INTEGER, since=2),
    Column("distribution", since=2),
    Column("params", since=2),
    Column("pedigree", since=2),
    Column("link", since=2),
    Column("page", since=2),
    Column("licence", since=2),
    Column("accessed", since=2),
    Column("amortise_yr", INTEGER, since=2),
    Column("status", since=2),
    Column("reviewer", since=2),
    Column("replaced_by", since=2),
)

# the change log: who changed what, when and why; ``hash`` covers the row and the hash of the row before it
CHANGE_COLUMNS = (
    Column("at", since=2),
    Column("who", since=2),
    Column("action", since=2),
    Column("set_id", since=2),
    Column("version", since=2),
    Column("factor_id", since=2),
    Column("field", since=2),
    Column("old", since=2),
    Column("new", since=2),
    Column("reason", since=2),
    Column("evidence", since=2),
    Column("previous", since=2),
    Column("hash", since=2),
)


def names(columns: Sequence[Column], version: int | None = None) -> tuple[str, ...]:
    """Names of the columns that a schema version has; of all without one."""
    return tuple(c.name for c in columns if version is None or c.since <= version)


def create(table: str, columns: Sequence[Column], unique: Sequence[str]) -> str:
    """The statement that makes a table of a GeoPackage: an integer key ``fid``, the columns, one unique key."""
    lines = ["fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL", *(definition(c) for c in columns)]
    if unique:
        lines.append(" ".join(("UNIQUE", _bracketed(unique))))
    return "".join(("CREATE TABLE ", table, " (\n  ", ",\n  ".join(lines), "\n)"))


def definition(column: Column) -> str:
    """A column of a CREATE or ALTER statement; what a later schema adds has a default, so that old rows get it."""
    parts = [column.name, column.kind]
    if column.kind == TEXT:
        parts.append("NOT NULL" if column.since == 1 else "NOT NULL DEFAULT ''")
    if column.words:
        words = ", ".join("".join(("'", word, "'")) for word in column.words)
        parts.append("".join(("CHECK (", column.name, " IN (", words, "))")))
    return " ".join(parts)


def insert(table: str, columns: Sequence[Column]) -> str:
    """An INSERT with one named parameter for each column."""
    marks = [":" + c.name for c in columns]
    return " ".join(("INSERT INTO", table, _bracketed(names(columns)), "VALUES", _bracketed(marks)))


def select(table: str, columns: Sequence[Column], rest: str, version: int | None = None) -> str:
    """A SELECT of the columns that a schema version has; ``rest`` is a constant text: WHERE and ORDER BY."""
    return " ".join(("SELECT", ", ".join(names(columns, version)), "FROM", table, rest))


def _bracketed(parts: Sequence[str]) -> str:
    return "".join(("(", ", ".join(parts), ")"))

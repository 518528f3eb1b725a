"""Numbered steps from each schema of a factor store to the next: ``NNNN_what.sql`` leads to schema NNNN.

A step is a file of constant statements that is never edited once released, so that a store of any age takes the same
way. Steps run inside the caller's transaction, on a copy of the store.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from ...base.errors import StorageError


@cache
def steps() -> dict[int, Path]:
    """The steps by the schema that they lead to, in order."""
    found = sorted(Path(__file__).parent.glob("[0-9][0-9][0-9][0-9]_*.sql"))
    return {int(path.name[:4]): path for path in found}


def migrate(connection: sqlite3.Connection, version: int, target: int) -> tuple[int, ...]:
    """Bring an open store from a schema to a later one; gives the schemas reached, none where it is there already.

    Raises :class:`StorageError` where a step is missing. The caller holds the transaction.
    """
    wanted = tuple(range(version + 1, target + 1))
    for number in wanted:
        if number not in steps():
            raise StorageError("STORAGE_NO_MIGRATION", version=version, target=target)
        for statement in statements(steps()[number].read_text(encoding="utf-8")):
            connection.execute(statement)
    return wanted


def statements(text: str) -> Iterator[str]:
    """The single statements of a script; ``executescript`` would end the caller's transaction."""
    pending = ""
    for line in text.splitlines(keepends=True):
        if not pending and line.lstrip().startswith("--"):
            continue
        pending += line
        if sqlite3.complete_statement(pending):
            yield pending.strip()
            pending = ""

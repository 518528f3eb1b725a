"""Where the shipped factor library lies, and how it is read."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ..base.errors import StorageError
from .sqlite import reading


def library_path() -> Path:
    """The library that comes with the plugin (``factors/library/library.gpkg``, built from the CSV files beside it)."""
    return Path(__file__).resolve().parents[1] / "factors" / "library" / "library.gpkg"


@contextmanager
def library() -> Iterator[sqlite3.Connection]:
    """A connection to the shipped library, read-only and without locks.

    Raises :class:`StorageError` where the file is missing.
    """
    path = library_path()
    if not path.is_file():
        raise StorageError("STORAGE_LIBRARY_MISSING", path=str(path))
    with reading(path, immutable=True) as connection:
        yield connection

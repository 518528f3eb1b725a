"""Files written whole or not at all: made in a folder beside the target, checked, then put in place.

The folder is named ``.carbon_planner-….tmp`` and holds ``new/`` (what is being made), ``old/`` (what it replaces, kept
while several files are exchanged), ``owner.lock`` and, during the exchange, ``exchange.json``. Whoever finds such a
folder without a living owner clears it: with an ``exchange.json`` the old files are put back first. So a killed run
leaves either the old files or the new ones, never a shapefile with the geometry of one and the table of the other.

:func:`.leftovers.remove_leftovers` does this for all folders that a run has ever used and not cleared; the plugin calls
it at its start, and each run calls :func:`clear_folder` for the folder it writes to.
"""

from __future__ import annotations

import contextlib
import errno
import json
import os
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Optional

from qgis.PyQt.QtCore import QLockFile

from ..base.errors import StorageError
from . import exchange as files
from .exchange import LOCK, NEW, NOTE, OLD, clear_folder
from .leftovers import notes_folder
from .storage_errors import STAGING_PREFIX as PREFIX
from .storage_errors import STAGING_SUFFIX as SUFFIX
from .storage_errors import storage_error


@dataclass
class _Exchange:
    """One file to put in place, or (``source`` None) to remove because it belongs to the old data."""

    target: Path
    source: Optional[Path]


class Staging:
    """The folder for one target folder. Use as a context manager: what is not committed is undone."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.root = folder / f"{PREFIX}{uuid.uuid4().hex[:12]}{SUFFIX}"
        self._exchanges: list[_Exchange] = []
        self._done: list[_Exchange] = []
        self._lock: Optional[QLockFile] = None
        self._note: Optional[Path] = None
        self._at = folder  # what is being worked on, for messages

    def __enter__(self) -> Staging:
        clear_folder(self.folder)
        self._note = _remember(self.folder, self.root.name)
        self._lock = QLockFile(str(self.root / LOCK))
        self._lock.setStaleLockTime(0)
        try:
            self._make(self._lock)
        except OSError as error:
            files.dissolve(self.root, self._lock)
            self._forget()
            raise storage_error(error, self.folder) from error
        return self

    def _make(self, lock: QLockFile) -> None:
        self.root.mkdir()
        if not lock.tryLock(0):
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        (self.root / NEW).mkdir()
        (self.root / OLD).mkdir()

    def __exit__(self, *exc: object) -> None:
        if self._done:
            self.undo()
        if self._lock is not None:
            files.dissolve(self.root, self._lock)
        self._forget()

    def _forget(self) -> None:
        if self._note is not None:
            with contextlib.suppress(OSError):
                self._note.unlink()

    @property
    def new(self) -> Path:
        """Where to make files."""
        return self.root / NEW

    def replace(self, source: Path, target: Path) -> None:
        """Plan to put a file of :attr:`new` in the place of ``target``."""
        self._exchanges.append(_Exchange(target, source))

    def remove(self, target: Path) -> None:
        """Plan to remove a file that describes the old data only (a spatial index, say)."""
        if target.exists():
            self._exchanges.append(_Exchange(target, None))

    def exchange(self, alone: bool) -> None:
        """Put all planned files in place; ``alone`` says that this is the only folder of the publication.

        Raises :class:`StorageError`, with everything as it was before.
        """
        try:
            self._prepare(keep_old=len(self._exchanges) > 1 or not alone)
            for exchange in self._exchanges:
                self._at = exchange.target
                self._done.append(exchange)
                if exchange.source is None:
                    exchange.target.unlink()
                else:
                    files.swap(exchange.source, exchange.target, self.root / OLD / exchange.target.name)
            files.flush_folder(self.folder)
        except OSError as error:
            self.undo()
            raise storage_error(error, self._at) from error
        except StorageError:
            self.undo()
            raise

    def _prepare(self, keep_old: bool) -> None:
        """Bring the new files to the disk; keep the old ones at hand where there is more than one to exchange."""
        for exchange in self._exchanges:
            self._at = exchange.target
            if exchange.target.exists() and not os.access(exchange.target, os.W_OK):
                raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))  # POSIX would exchange it all the same
            if exchange.source is not None:
                files.flush(exchange.source)
        if not keep_old:
            return
        for exchange in self._exchanges:
            self._at = exchange.target
            if exchange.target.exists():
                files.link_or_copy(exchange.target, self.root / OLD / exchange.target.name)
        self._note_exchange()

    def _note_exchange(self) -> None:
        """Note what is being exchanged, so that it can be undone even after a kill."""
        names = [exchange.target.name for exchange in self._exchanges]
        entries = [{"name": name, "existed": (self.root / OLD / name).exists()} for name in names]
        path = self.root / NOTE
        path.write_text(json.dumps(entries, ensure_ascii=False), encoding="utf-8")
        files.flush(path)

    def undo(self) -> None:
        """Put the old files back."""
        if (self.root / NOTE).exists():
            files.put_back(self.root)
        self._done.clear()

    def commit(self) -> None:
        """Accept what :meth:`exchange` has done. Raises :class:`StorageError`; all is then undone at the end."""
        try:
            (self.root / NOTE).unlink(missing_ok=True)
        except OSError as error:
            raise storage_error(error, self.folder) from error
        self._done.clear()


def _remember(folder: Path, name: str) -> Optional[Path]:
    """Note in the profile where a run works; without a profile to write to, the folder's next run clears it."""
    note = notes_folder() / f"{name}.txt"
    try:
        note.parent.mkdir(parents=True, exist_ok=True)
        note.write_text(f"{folder}\n{name}", encoding="utf-8")
    except OSError:
        return None
    return note

"""Files written whole or not at all: made in a folder beside the target, checked, then put in place.

The folder is named ``.carbon_planner-….tmp`` and holds ``new/`` (what is being made), ``old/`` (what it replaces, kept
while several files are exchanged), ``owner.lock`` and, during the exchange, ``exchange.json``. Whoever finds such a
folder without a living owner clears it: with an ``exchange.json`` the old files are put back first. So a killed run
leaves either the old files or the new ones, never a shapefile with the geometry of one and the table of the other.

:func:`remove_leftovers` does this for all folders that a run has ever used and not cleared; the plugin calls it at its
start, and each run calls :func:`clear_folder` for the folder it writes to.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import time
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Optional

from qgis.core import QgsApplication
from qgis.PyQt.QtCore import QLockFile

from ..base.errors import StorageError
from .database_copy import overwrite
from .storage_errors import STAGING_PREFIX as PREFIX
from .storage_errors import STAGING_SUFFIX as SUFFIX
from .storage_errors import storage_error

_LOCK, _EXCHANGE = "owner.lock", "exchange.json"
_NEW, _OLD = "new", "old"
# A folder whose owner cannot be told (no lock yet, another computer) is left alone this long.
_PATIENCE_SECONDS = 24 * 3600.0


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

    def __enter__(self) -> Staging:
        clear_folder(self.folder)
        self._note = _remember(self.folder, self.root.name)
        try:
            self.root.mkdir()
            (self.root / _NEW).mkdir()
            (self.root / _OLD).mkdir()
        except OSError as error:
            self._forget()
            raise storage_error(error, self.folder) from error
        self._lock = QLockFile(str(self.root / _LOCK))
        self._lock.setStaleLockTime(0)
        self._lock.tryLock(0)
        return self

    def __exit__(self, *exc: object) -> None:
        if self._done:
            self.undo()
        if self._lock is not None:
            self._lock.unlock()
        shutil.rmtree(self.root, ignore_errors=True)
        self._forget()

    def _forget(self) -> None:
        if self._note is not None:
            with contextlib.suppress(OSError):
                self._note.unlink()

    @property
    def new(self) -> Path:
        """Where to make files."""
        return self.root / _NEW

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
            for exchange in self._exchanges:
                if exchange.source is not None:
                    _flush(exchange.source)
            if len(self._exchanges) > 1 or not alone:
                self._keep_old()
            for exchange in self._exchanges:
                self._done.append(exchange)
                if exchange.source is None:
                    exchange.target.unlink()
                else:
                    _swap(exchange.source, exchange.target, self.root / _OLD / exchange.target.name)
            _flush_folder(self.folder)
        except OSError as error:
            target = self._done[-1].target if self._done else self.folder
            self.undo()
            raise storage_error(error, target) from error
        except StorageError:
            self.undo()
            raise

    def _keep_old(self) -> None:
        """Keep the old files at hand and note the exchange, so that it can be undone even after a kill."""
        entries = []
        for exchange in self._exchanges:
            existed = exchange.target.exists()
            entries.append({"name": exchange.target.name, "existed": existed})
            if existed:
                _link_or_copy(exchange.target, self.root / _OLD / exchange.target.name)
        path = self.root / _EXCHANGE
        path.write_text(json.dumps(entries, ensure_ascii=False), encoding="utf-8")
        _flush(path)

    def undo(self) -> None:
        """Put the old files back."""
        if (self.root / _EXCHANGE).exists():
            _put_back(self.root)
        self._done.clear()

    def commit(self) -> None:
        """Accept what :meth:`exchange` has done."""
        self._done.clear()
        with contextlib.suppress(FileNotFoundError):
            (self.root / _EXCHANGE).unlink()


def clear_folder(folder: Path) -> int:
    """Clear what dead runs have left in a folder; gives how many."""
    cleared = 0
    with contextlib.suppress(OSError):
        for root in sorted(folder.glob(f"{PREFIX}*{SUFFIX}")):
            if root.is_dir() and _abandoned(root):
                _put_back(root)
                shutil.rmtree(root, ignore_errors=True)
                cleared += not root.exists()
    return cleared


def remove_leftovers() -> int:
    """Clear what dead runs have left anywhere; the plugin calls this at its start. Gives how many were cleared."""
    cleared = 0
    with contextlib.suppress(OSError):
        for note in sorted(_notes().glob("*.txt")):
            folder, _, name = note.read_text(encoding="utf-8").partition("\n")
            cleared += clear_folder(Path(folder))
            if not (Path(folder) / name).exists():
                note.unlink()
    return cleared


def _abandoned(root: Path) -> bool:
    """Whether nobody works in the folder any more."""
    lock = QLockFile(str(root / _LOCK))
    lock.setStaleLockTime(0)  # never by age: a large file may take hours
    if (root / _LOCK).exists():
        if lock.tryLock(0):
            lock.unlock()
            return True
        known, _, host, _ = lock.getLockInfo()
        if known and host:
            return False
    return time.time() - root.stat().st_mtime > _PATIENCE_SECONDS


def _put_back(root: Path) -> None:
    path = root / _EXCHANGE
    if not path.exists():
        return
    for entry in json.loads(path.read_text(encoding="utf-8")):
        target, old = root.parent / entry["name"], root / _OLD / entry["name"]
        if old.exists():
            _swap(old, target, None)
        elif not entry["existed"]:
            with contextlib.suppress(FileNotFoundError):
                target.unlink()
    path.unlink()


def _notes() -> Path:
    return Path(QgsApplication.qgisSettingsDirPath()) / "carbon_planner" / "staging"


def _remember(folder: Path, name: str) -> Optional[Path]:
    """Note in the profile where a run works; without a profile to write to, the folder's next run clears it."""
    note = _notes() / f"{name}.txt"
    try:
        note.parent.mkdir(parents=True, exist_ok=True)
        note.write_text(f"{folder}\n{name}", encoding="utf-8")
    except OSError:
        return None
    return note


def _swap(source: Path, target: Path, old: Optional[Path]) -> None:
    """Put a file in the place of another.

    Windows refuses while anybody has the target open, and QGIS has it open as soon as one of its layers is in the
    project. A GeoPackage is then overwritten page by page in one transaction, which SQLite undoes after a kill.
    """
    try:
        source.replace(target)
    except PermissionError:
        if target.suffix.lower() != ".gpkg" or not target.is_file():
            raise
        if old is not None and old.exists():  # a hard link would change along with the target
            old.unlink()
            overwrite(target, old)
        overwrite(source, target)


def _link_or_copy(source: Path, target: Path) -> None:
    try:
        os.link(source, target)
    except OSError:  # no hard links here (exFAT, some network drives)
        shutil.copy2(source, target)
        _flush(target)


def _flush(path: Path) -> None:
    """Bring a file to the disk before it takes another's place."""
    with path.open("rb+") as handle:
        os.fsync(handle.fileno())


def _flush_folder(folder: Path) -> None:
    if os.name != "posix":
        return
    number = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


def nearest_folders(paths: Iterable[Path]) -> list[Path]:
    """The folders of files, each once, links resolved."""
    return list(dict.fromkeys(Path(os.path.realpath(path)).parent for path in paths))

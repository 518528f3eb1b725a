"""Drafts of unfinished drawing: small JSON files in the profile folder that outlive a crash.

Per plan layer and session one file holds the vertices of the sketch and another what stands unsaved in the layer: a
click must not write again what was pasted before. A lock file tells the drafts of a living session from those that a
crash left; the system frees the lock when the process ends.
"""

from __future__ import annotations

import json
import uuid
from dataclasses import asdict, dataclass, field, fields
from datetime import datetime, timezone
from hashlib import sha256
from pathlib import Path
from typing import Any

from qgis.PyQt.QtCore import QLockFile

FORMAT = 1


@dataclass
class Draft:
    """Unfinished work on one plan layer: either a ``sketch`` or ``edits``.

    ``sketch`` is the WKT of the line drawn so far, in the layer's system; ``edits`` is what the layer holds unsaved
    (see :mod:`.edits`); ``source`` is free of passwords; ``project`` is the project file that was open.
    """

    source: str
    provider: str = "ogr"
    layer_name: str = ""
    project: str = ""
    sketch: str = ""
    edits: dict[str, Any] = field(default_factory=dict)
    saved: str = ""
    format: int = FORMAT
    path: Path | None = field(default=None, compare=False)

    @property
    def empty(self) -> bool:
        """Whether there is nothing to restore."""
        return not self.sketch and not any(self.edits.values())


class DraftStore:
    """The drafts of this session, and those that ended sessions left."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.session = uuid.uuid4().hex[:12]
        self._lock: QLockFile | None = None

    def save(self, draft: Draft) -> None:
        """Write a draft whole or not at all; an empty one deletes its file. Raises OSError."""
        if draft.path is None:
            if draft.empty:
                return
            part = "sketch" if draft.sketch else "edits"
            name = f"{self.session}-{sha256(draft.source.encode()).hexdigest()[:12]}-{part}.json"
            draft.path = self.folder / name
        if draft.empty:
            draft.path.unlink(missing_ok=True)
            return
        self._hold_lock()
        draft.saved = datetime.now(timezone.utc).isoformat(timespec="seconds")
        content = {key: value for key, value in asdict(draft).items() if key != "path"}
        aside = draft.path.with_suffix(".tmp")
        aside.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
        aside.replace(draft.path)

    def orphans(self) -> list[Draft]:
        """Drafts of sessions that have ended, oldest first; files that cannot be read are set aside as ``.bad``."""
        found = []
        for path in sorted(self.folder.glob("*.json")) if self.folder.is_dir() else []:
            session = path.name.split("-")[0]
            if session == self.session or not self._ended(session):
                continue
            draft = self._read(path)
            if draft is not None:
                found.append(draft)
        return sorted(found, key=lambda draft: draft.saved)

    def discard(self, draft: Draft) -> None:
        """Delete a draft. Raises OSError."""
        if draft.path is not None:
            draft.path.unlink(missing_ok=True)

    def close(self) -> None:
        """Free the session's lock; what is still unfinished will be offered at the next start."""
        if self._lock is not None:
            self._lock.unlock()
            self._lock = None
        if self.folder.is_dir():
            self._sweep()

    def _hold_lock(self) -> None:
        if self._lock is None:
            self.folder.mkdir(parents=True, exist_ok=True)
            self._lock = self._lock_of(self.session)
            self._lock.tryLock(0)

    def _lock_of(self, session: str) -> QLockFile:
        lock = QLockFile(str(self.folder / f"{session}.lock"))
        lock.setStaleLockTime(0)  # only the end of its process makes a lock stale, however old it is
        return lock

    def _ended(self, session: str) -> bool:
        lock = self._lock_of(session)
        if not lock.tryLock(0):
            return False
        lock.unlock()
        return True

    def _sweep(self) -> None:
        """Delete half-written files of ended sessions."""
        for path in self.folder.glob("*.tmp"):
            if self._ended(path.name.split("-")[0]):
                path.unlink(missing_ok=True)

    @staticmethod
    def _read(path: Path) -> Draft | None:
        try:
            content = json.loads(path.read_text(encoding="utf-8"))
            known = {item.name for item in fields(Draft)} - {"path"}
            draft = Draft(**{key: value for key, value in content.items() if key in known}, path=path)
        except (OSError, ValueError, TypeError, AttributeError):
            path.replace(path.with_suffix(".bad"))
            return None
        return draft if draft.format <= FORMAT and not draft.empty else None

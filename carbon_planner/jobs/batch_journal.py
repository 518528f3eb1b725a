"""What a batch has finished: one file per input, written whole or not at all, and the mappings that people may edit."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Optional

from ..base.errors import InputError
from ..base.hashing import content_hash
from ..storage.aside import MARK, os_failure, write_whole
from .batch_layer import sha256_of
from .batch_mapping import LayerMapping
from .batch_task import Task
from .inventory import MARKER

JOURNAL = ".journal"
MAPPING = "mapping.json"
SCHEMA, VERSION = "carbon-planner-mapping", 1

Memory = dict[str, dict[str, dict[str, str]]]  # source → layer → mapping


class Journal:
    """Finished work below an output folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._records = folder / JOURNAL
        try:
            self._records.mkdir(parents=True, exist_ok=True)
            (folder / MARKER).touch()
        except OSError as error:
            raise os_failure(folder, error) from error

    def sweep(self) -> None:
        """Remove what a killed run has left half-written."""
        for path in [*self.folder.rglob(f"*{MARK}-*")]:
            with suppress(OSError):  # in use on Windows: another run removes it
                path.unlink(missing_ok=True)

    def finished(self, task: Task) -> Optional[dict[str, Any]]:
        """The outcome of the same work, done before: same content, settings and mapping, results still as they were."""
        if not task.content:
            return None  # what could not be read may be readable by now
        record = self._read(task.source)
        if record is None:
            return None
        outcome = record["outcome"]
        same = outcome["content"] == task.content and outcome["run"] == task.run
        asked = {name: dict(row) for name, row in task.memory.items()}
        if not same or (asked and asked not in (record["memory"], outcome["mapping"])):
            return None
        for entry in outcome["entries"]:
            if entry.get("result") and sha256_of(self.folder / entry["result"]) != entry["sha256"]:
                return None
        return dict(outcome)

    def add(self, task: Task, outcome: Mapping[str, Any]) -> None:
        """Record finished work in one step. Raises :class:`StorageError` where the folder takes no files."""
        record = {"outcome": dict(outcome), "memory": {name: dict(row) for name, row in task.memory.items()}}
        text = json.dumps(record, ensure_ascii=False, allow_nan=False, indent=1)
        write_whole(self._place(task.source), text.encode("utf-8"))

    def forget_but(self, task: Task, outcome: Mapping[str, Any]) -> None:
        """Remove results of earlier work on an input that the new outcome has not written again."""
        record = self._read(task.source)
        if record is None:
            return
        kept = {entry.get("result") for entry in outcome["entries"]}
        old = {entry.get("result") for entry in record["outcome"]["entries"]} - kept - {None}
        for name in sorted(old):
            (self.folder / name).unlink(missing_ok=True)

    def _place(self, source: str) -> Path:
        return self._records / f"{content_hash(source)[:32]}.json"

    def _read(self, source: str) -> Optional[dict[str, Any]]:
        """A record; None where there is none, or where it is none of this version."""
        try:
            record = json.loads(self._place(source).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None
        if not isinstance(record, dict) or not {"outcome", "memory"} <= set(record):
            return None
        return record if record["outcome"].get("source") == source else None


def read_memory(folder: Path) -> Memory:
    """Remembered mappings of an output folder. Raises :class:`InputError` for a file that people have broken."""
    path = folder / MAPPING
    if not path.exists():
        return {}
    try:
        known = json.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError) as error:
        raise InputError("BATCH_MAPPING_BROKEN", path=str(path), detail=str(error)) from None
    sources = known.get("sources") if isinstance(known, dict) else None
    if not isinstance(sources, dict) or known.get("schema") != SCHEMA or known.get("schema_version") != VERSION:
        raise InputError("BATCH_MAPPING_BROKEN", path=str(path), detail=SCHEMA)
    found: Memory = {}
    for source, layers in sources.items():
        if not isinstance(layers, dict) or not all(isinstance(row, dict) for row in layers.values()):
            raise InputError("BATCH_MAPPING_BROKEN", path=str(path), detail=str(source))
        found[source] = {name: LayerMapping.from_dict(row).as_dict() for name, row in layers.items()}
    return found


def write_memory(folder: Path, memory: Memory) -> None:
    """Write the mappings whole; those of inputs that are not there now stay, should they come back."""
    known = {"schema": SCHEMA, "schema_version": VERSION, "sources": {name: memory[name] for name in sorted(memory)}}
    write_whole(folder / MAPPING, (json.dumps(known, ensure_ascii=False, indent=1) + "\n").encode("utf-8"))

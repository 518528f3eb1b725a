"""One input of a batch: read, mapped, evaluated, written. The same function in a child process, a pool, or in place.

A task and its outcome are plain data, so that they can travel as JSON: a task says what to read and how, an outcome
what came of each layer. Nothing in an outcome but ``seconds`` depends on where or when the task was run.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Optional

from ..base.errors import PlannerError
from ..base.feedback import Feedback, Silent, heard
from ..base.messages import LANGUAGES, Message, message
from ..storage.shapefile_check import check_shapefile
from ..storage.unpacking import unpack
from ..storage.vector_layers import list_layers
from .batch_layer import LayerRun, evaluate_layer
from .batch_mapping import LayerMapping, Wanted, find_encoding
from .inventory import ARCHIVE, SHAPEFILE, check_readable, inventory

ERROR, WARNING = "error", "warning"
# What a damaged file has been seen to raise beneath us, beside what is worded; a batch goes on to the next file.
UNFORESEEN = (
    ArithmeticError, AttributeError, LookupError, MemoryError, OSError, RuntimeError, TypeError, ValueError,
)  # fmt: skip


@dataclass(frozen=True)
class Task:
    """What to do with one file.

    ``source`` is its name for people, ``layer`` one of its layers ("" for all), ``content`` and ``run`` are the hashes
    by which finished work is recognised. ``result`` is the path of the results below ``folder`` without suffix,
    ``memory`` holds remembered mappings by layer, ``roles`` the fields of quantities and phases.
    """

    source: str
    path: str
    folder: str
    result: str
    layer: str = ""
    content: str = ""
    run: str = ""
    settings: Mapping[str, Any] = field(default_factory=dict)
    wanted: Mapping[str, Any] = field(default_factory=dict)
    roles: Mapping[str, str] = field(default_factory=dict)
    curve: Any = "linear"
    base: Optional[Mapping[str, Any]] = None
    memory: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    store: str = ""

    def as_dict(self) -> dict[str, Any]:
        """As JSON holds it."""
        return asdict(self)


@dataclass
class Outcome:
    """What came of a task: one entry per layer, messages about the file as a whole, the mappings by layer."""

    source: str
    content: str
    run: str
    entries: list[dict[str, Any]] = field(default_factory=list)
    messages: list[dict[str, str]] = field(default_factory=list)
    base_messages: list[dict[str, str]] = field(default_factory=list)
    mapping: dict[str, dict[str, str]] = field(default_factory=dict)
    seconds: float = 0.0

    def as_dict(self) -> dict[str, Any]:
        """As JSON holds it."""
        return asdict(self)

    @property
    def failed(self) -> bool:
        """Whether anything of the file could not be evaluated."""
        return bool(self.messages) or any(entry["status"] == "failed" for entry in self.entries)


def run_task(task: Mapping[str, Any], feedback: Optional[Feedback] = None) -> dict[str, Any]:
    """Evaluate the layers of one file; gives an :class:`Outcome` as plain data.

    What is wrong with the file is part of the outcome, not an error; only :class:`Cancelled` is raised.
    """
    work = Task(**task)
    voice = feedback or Silent()
    outcome = Outcome(work.source, work.content, work.run)
    began = time.monotonic()
    with heard(voice.cancelled):
        try:
            _run_file(work, outcome, voice)
        except PlannerError as error:
            outcome.messages.append(told(error.message, ERROR))
        except UNFORESEEN as error:
            outcome.messages.append(told(_unforeseen(error), ERROR))
    outcome.seconds = round(time.monotonic() - began, 3)
    return outcome.as_dict()


def told(text: Message, severity: str) -> dict[str, str]:
    """A message as plain data, in both languages."""
    return {"severity": severity, "id": text.id, **{lang: text.text(lang) for lang in LANGUAGES}}


def _unforeseen(error: BaseException) -> Message:
    return message("BATCH_UNFORESEEN", kind=type(error).__name__, detail=str(error)[:300] or "—")


def _run_file(task: Task, outcome: Outcome, voice: Feedback) -> None:
    path = Path(task.path)
    check_readable(path)
    if path.suffix.lower() == ARCHIVE:
        with TemporaryDirectory(prefix="carbon_planner_", ignore_cleanup_errors=True) as place:
            _run_archive(task, path, Path(place), outcome, voice)
        return
    _run_layers(task, path, "", outcome, voice)


def _run_archive(task: Task, path: Path, folder: Path, outcome: Outcome, voice: Feedback) -> None:
    unpack(path, folder)
    inside = inventory(folder)
    if not inside:
        outcome.messages.append(told(message("BATCH_ARCHIVE_WITHOUT", path=str(path)), ERROR))
    for found in inside:
        if found.path.suffix.lower() == ARCHIVE:
            outcome.messages.append(told(message("BATCH_ARCHIVE_NESTED", path=str(path), member=found.name), ERROR))
            continue
        # One damaged file of an archive does not keep the others from being evaluated.
        try:
            check_readable(found.path)
            _run_layers(task, found.path, found.name, outcome, voice)
        except PlannerError as error:
            outcome.entries.append(failed(found.name, error.message))
        except UNFORESEEN as error:
            outcome.entries.append(failed(found.name, _unforeseen(error)))


def _run_layers(task: Task, path: Path, inner: str, outcome: Outcome, voice: Feedback) -> None:
    """Evaluate each layer with polygons; ``inner`` is the name of the file in its archive."""
    wanted = Wanted(**task.wanted)
    known = {name: LayerMapping.from_dict(row) for name, row in task.memory.items()}
    own = known.get(_key(inner, path.stem))
    encoding = ""
    notes: list[Message] = []
    if path.suffix.lower() == SHAPEFILE:
        outcome.mapping[_key(inner, path.stem)] = (own or LayerMapping()).as_dict()
        check_shapefile(path)
        encoding, notes = find_encoding(path, own.encoding if own and own.encoding else wanted.encoding)
    layers = [layer for layer in list_layers(path, encoding) if task.layer in ("", layer.name)]
    areal = [layer for layer in layers if layer.areal]
    if not areal:
        shown = ", ".join(layer.name for layer in layers) or "—"
        outcome.messages.append(told(message("BATCH_NO_POLYGONS", path=inner or str(path), layers=shown), ERROR))
    for layer in areal:
        key = _key(inner, layer.name)
        run = LayerRun(
            path, layer, encoding, wanted, known.get(key), task.settings, task.roles, task.curve, task.base,
            Path(task.folder), _result(task, inner, layer.name), task.store,
        )  # fmt: skip
        entry: dict[str, Any]
        try:
            done = evaluate_layer(run, voice)
        except PlannerError as error:
            entry = failed(key, error.message)
            outcome.mapping[key] = (known.get(key) or LayerMapping(encoding=encoding)).as_dict()
        except UNFORESEEN as error:
            entry = failed(key, _unforeseen(error))
            outcome.mapping[key] = (known.get(key) or LayerMapping(encoding=encoding)).as_dict()
        else:
            entry = {"layer": key, "status": done.status, **done.figures}
            entry["messages"] = [told(text, WARNING) for text in [*notes, *done.warnings]]
            outcome.mapping[key] = done.mapping.as_dict()
            outcome.base_messages = [told(text, WARNING) for text in done.base_warnings]
        outcome.entries.append(entry)


def failed(layer: str, text: Message) -> dict[str, Any]:
    """The entry of a layer that could not be evaluated."""
    return {"layer": layer, "status": "failed", "messages": [told(text, ERROR)]}


def _key(inner: str, layer: str) -> str:
    return f"{inner}|{layer}" if inner else layer


def _result(task: Task, inner: str, layer: str) -> str:
    """Path of a layer's result below the folder: files of one layer give one file, others a folder of files."""
    from .batch_names import file_name

    single = not inner and Path(task.path).suffix.lower() in (SHAPEFILE, ".geojson")
    if single or task.layer:
        return task.result + ".gpkg"
    return f"{task.result}/{file_name(_key(inner, layer))}.gpkg"

"""A batch: many files evaluated alike, without anybody watching.

Each file is a task (:func:`run_task`), run in this process, in a pool (:mod:`.batch_pool`) or by child processes of
QGIS. What is finished stands in a journal and is not done again unless the content of the file, its mapping, or the
settings have changed; so a batch that was killed goes on where it was, and ends with the same bytes.

    folder/results/…      one GeoPackage per layer
    folder/summary.gpkg   the tables cp_batch_summary and cp_batch_errors; the same as summary.csv and errors.csv
    folder/mapping.json   how each layer was read; may be edited
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from ..accounting.inputs import Settings
from ..base.errors import InputError
from ..base.feedback import Feedback, check
from ..base.hashing import content_hash
from ..base.messages import Message, message
from ..classes.match import Named
from ..storage.run_lock import sole_run
from .batch_dispatch import Done
from .batch_journal import Journal, read_memory, write_memory
from .batch_names import result_of
from .batch_tables import ERRORS_CSV, SUMMARY_CSV, TABLES, error_rows, summary_rows, write_tables
from .batch_task import WARNING, Outcome, Task, run_task, told
from .inventory import content_of, inventory
from .job import hash_of_set
from .versions import plugin_version, rules_hash

__all__ = ["Outcome", "Plan", "Report", "Task", "in_place", "run_batch", "run_task", "tasks_of_folder"]

_FORMAT = 1  # of outcomes; a later one makes all work be done again
_TELL_S = 10.0  # between two words on the time left
Runner = Callable[[Sequence[Task], Done, Feedback], None]


@dataclass(frozen=True)
class Plan:
    """What all files of a folder have in common.

    ``wanted`` are the fields of :class:`Wanted` as plain data, ``roles`` map roles of quantities and phases to fields,
    ``base`` is what :func:`describe_base` gives, ``store`` the place of the user's factor sets.
    """

    settings: Settings
    wanted: Mapping[str, Any] = field(default_factory=dict)
    roles: Mapping[str, str] = field(default_factory=dict)
    curve: Any = "linear"
    base: Mapping[str, Any] | None = None
    store: str = ""

    def hash(self, base_content: str = "") -> str:
        """What makes results of the same file differ; places do not."""
        settings = _plain(self.settings.as_dict())
        base = None if self.base is None else {**self.base, "path": base_content}
        named = self.settings.factor_set
        known = [_FORMAT, plugin_version(), rules_hash(), settings, _plain(self.wanted), dict(self.roles)]
        return content_hash([*known, _plain(self.curve), base, hash_of_set(named) if named else None])


@dataclass
class Report:
    """What came of a batch; ``outcomes`` in the order of the tasks."""

    folder: Path
    outcomes: list[dict[str, Any]] = field(default_factory=list)
    reused: int = 0
    seconds: float = 0.0

    @property
    def failed(self) -> int:
        """Files of which something could not be evaluated."""
        return sum(Outcome(**outcome).failed for outcome in self.outcomes)

    @property
    def tables(self) -> Path:
        """GeoPackage with the summary and the errors."""
        return self.folder / TABLES

    @property
    def csv(self) -> tuple[Path, Path]:
        """Summary and errors as CSV."""
        return self.folder / SUMMARY_CSV, self.folder / ERRORS_CSV


def tasks_of_folder(source: Path, folder: Path, plan: Plan) -> list[Task]:
    """One task per file below ``source``. Raises :class:`InputError` where there is none."""
    base = None if plan.base is None else Path(plan.base["path"])
    found = inventory(source, without=[folder, *([base] if base else [])])
    if not found:
        raise InputError("BATCH_NOTHING", path=str(source))
    common = plan.hash("" if base is None else content_of(base))
    return [task_for(plan, folder, one.name, one.path, common) for one in found]


def task_for(plan: Plan, folder: Path, source: str, path: Path, common: str, layer: str = "") -> Task:
    """The task of one file; ``common`` is the hash of the plan."""
    return Task(
        source=source, path=str(path.absolute()), folder=str(folder.absolute()), result=result_of(source), layer=layer,
        content=content_of(path), run=common, settings=_plain(plan.settings.as_dict()), wanted=_plain(plan.wanted),
        roles=dict(plan.roles), curve=_plain(plan.curve), base=None if plan.base is None else _plain(plan.base),
        store=plan.store,
    )  # fmt: skip


def run_batch(
    folder: Path,
    tasks: Sequence[Task],
    runner: Runner,
    feedback: Feedback,
    base_notes: Sequence[Message] = (),
    broken: Sequence[dict[str, Any]] = (),
) -> Report:
    """Run what is not finished, then write tables and mappings.

    ``broken`` are outcomes of what could not become a task; they stand in the tables after the others.

    Raises :class:`Cancelled`, after which what was finished stays in the journal, and :class:`PlannerError` where the
    output folder cannot be used or its ``mapping.json`` is broken.
    """
    began = time.monotonic()
    journal = Journal(folder)
    with sole_run(folder):
        journal.sweep()
        memory = read_memory(folder)
        wanted = [replace(task, memory=memory.get(task.source, {})) for task in tasks]
        finished: dict[str, dict[str, Any]] = {}
        for task in wanted:
            check(feedback)
            known = journal.finished(task)
            if known is not None:
                finished[task.source] = known
        report = Report(folder, reused=len(finished))
        if finished:
            feedback.info(message("BATCH_REUSED", count=len(finished), total=len(wanted)))
        open_ = [task for task in wanted if task.source not in finished]
        if open_:
            runner(open_, _Keeper(journal, finished, len(open_), feedback).keep, feedback)
        report.outcomes = [*(finished[task.source] for task in wanted), *broken]
        _finish(report, memory, tasks[0].base if tasks else None, base_notes)
    report.seconds = time.monotonic() - began
    feedback.info(
        message(
            "BATCH_FINISHED", total=len(report.outcomes), good=len(report.outcomes) - report.failed,
            failed=report.failed, path=str(report.tables),
        )
    )  # fmt: skip
    return report


def in_place(tasks: Sequence[Task], done: Done, feedback: Feedback) -> None:
    """Run tasks in this process, one after the other."""
    for task in tasks:
        check(feedback)
        done(task, run_task(task.as_dict(), feedback))


class _Keeper:
    """Keeps what is finished, tells how far it is."""

    def __init__(self, journal: Journal, finished: dict[str, dict[str, Any]], count: int, feedback: Feedback) -> None:
        self._journal, self._finished, self._count, self._feedback = journal, finished, count, feedback
        self._began = self._told = time.monotonic()
        self._done = self._failed = 0

    def keep(self, task: Task, outcome: Mapping[str, Any]) -> None:
        """Record an outcome; results of earlier work that this one has not written again are removed."""
        self._journal.forget_but(task, outcome)
        self._journal.add(task, outcome)
        self._finished[task.source] = dict(outcome)
        self._done += 1
        if Outcome(**outcome).failed:
            self._failed += 1
            first = [*outcome["messages"], *(t for e in outcome["entries"] for t in e["messages"])][0]
            told_ = Named(first["en"], first["zh"])
            self._feedback.warn(message("BATCH_FILE_FAILED", source=task.source, reason=told_))
        self._feedback.progress(self._done / self._count)
        now = time.monotonic()
        if now - self._told >= _TELL_S:
            self._told = now
            left = (now - self._began) / self._done * (self._count - self._done)
            shown = f"{int(left // 60)}:{int(left % 60):02d}"
            counts = {"done": self._done, "total": self._count, "failed": self._failed}
            self._feedback.info(message("BATCH_DONE_OF", left=shown, **counts))


def _finish(report: Report, memory: dict[str, Any], base: Any, base_notes: Sequence[Message]) -> None:
    """Write tables and mappings from the outcomes."""
    for outcome in report.outcomes:
        memory[outcome["source"]] = {**memory.get(outcome["source"], {}), **outcome["mapping"]}
    name = Path(base["path"]).name if base else ""
    notes = [told(note, WARNING) for note in base_notes]
    write_tables(report.folder, summary_rows(report.outcomes), error_rows(report.outcomes, name, notes))
    write_memory(report.folder, {source: layers for source, layers in memory.items() if layers})


def _plain(value: Any) -> Any:
    """Tuples as lists and records as dicts, as they are after a way through JSON."""
    if isinstance(value, Mapping):
        return {name: _plain(part) for name, part in value.items()}
    return [_plain(part) for part in value] if isinstance(value, (list, tuple)) else value

"""A batch from a job table: one row per evaluation, one column per parameter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from ..base.errors import InputError, PlannerError
from ..base.messages import Message, message
from .batch import Outcome, Task, task_for
from .batch_names import file_name
from .batch_task import ERROR, told
from .batch_words import KNOWN, plan_of, split_source
from .inventory import content_of

ZONES, LAYER, NAME = "ZONES", "ZONES_LAYER", "NAME"
COLUMNS = (NAME, ZONES, LAYER, *KNOWN)


def tasks_of_table(
    rows: Sequence[Mapping[str, Any]], place: Path, folder: Path, store: str = ""
) -> tuple[list[Task], list[dict[str, Any]], list[Message]]:
    """(tasks, outcomes of rows that cannot be run, notes on bases) of a job table.

    Paths in the table are relative to ``place``. Raises :class:`InputError` for a table without rows, without the
    column ZONES, with a column that nothing reads, or with a name that stands twice; what is wrong with one row is
    an outcome and keeps no other from being run.
    """
    check_columns(rows)
    tasks: list[Task] = []
    broken: list[dict[str, Any]] = []
    notes: dict[str, Message] = {}
    contents: dict[str, str] = {}
    names: set[str] = set()
    for number, row in enumerate(rows, start=1):
        words = {name.strip().upper(): _text(value) for name, value in row.items()}
        name = words.get(NAME) or f"{number:04d}"
        if name.casefold() in names:
            raise InputError("JOBTABLE_NAME", name=name)
        names.add(name.casefold())
        try:
            task, found = _task(words, name, place, folder, store, contents)
        except PlannerError as error:
            outcome = Outcome(name, "", "")
            outcome.messages.append(told(message("JOBTABLE_ROW", row=number, detail=error.message), ERROR))
            broken.append(outcome.as_dict())
            continue
        tasks.append(task)
        notes.update({note.text(): note for note in found})
    return tasks, broken, list(notes.values())


def check_columns(rows: Sequence[Mapping[str, Any]]) -> None:
    """Raise :class:`InputError` for a table that is none of jobs."""
    if not rows:
        raise InputError("JOBTABLE_EMPTY")
    columns = [name for name in rows[0] if name.strip().lower() != "fid"]
    if ZONES not in [name.strip().upper() for name in columns]:
        raise InputError("JOBTABLE_NO_ZONES")
    for name in columns:
        if name.strip().upper() not in COLUMNS:
            raise InputError("JOBTABLE_COLUMN", column=name, known=", ".join(COLUMNS))


def _task(
    words: Mapping[str, str], name: str, place: Path, folder: Path, store: str, contents: dict[str, str]
) -> tuple[Task, list[Message]]:
    given = {key: value for key, value in words.items() if key in KNOWN}
    plan, notes = plan_of(given, place, exact=True, store=store)
    written, layer = split_source(words.get(ZONES, ""))
    if not written:
        raise InputError("JOBTABLE_VALUE", column=ZONES, value="")
    base = ""
    if plan.base is not None:
        path = str(plan.base["path"])
        base = contents.setdefault(path, content_of(Path(path)))
    task = task_for(plan, folder, name, place / written, plan.hash(base), words.get(LAYER, "") or layer)
    return replace(task, result=f"results/{file_name(name)}"), notes


def _text(value: Any) -> str:
    """A cell as text; numbers of spreadsheets come as reals."""
    if value is None or value != value:
        return ""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value).strip()

"""Which process works on which task; what is done when one dies. Knows nothing of how processes are started."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping
from typing import Any, Callable, Optional

from ..base.messages import message
from .batch_task import ERROR, Outcome, Task, told

DEATHS = 2  # a task on which so many processes have died is given up
Done = Callable[[Task, Mapping[str, Any]], None]


class Dispatcher:
    """Hands out tasks one by one. ``done`` is called once for each, in the order in which they end."""

    def __init__(self, tasks: Iterable[Task], done: Done) -> None:
        self._waiting = deque(tasks)
        self._working: dict[int, Task] = {}
        self._deaths: dict[str, int] = {}
        self._done = done

    @property
    def finished(self) -> bool:
        """Whether nothing is left to wait for."""
        return not (self._waiting or self._working)

    @property
    def waiting(self) -> int:
        """Number of tasks that nobody works on."""
        return len(self._waiting)

    def next(self, worker: int) -> Optional[Task]:
        """The next task of a worker that is free, None where there is none."""
        if not self._waiting:
            return None
        self._working[worker] = self._waiting.popleft()
        return self._working[worker]

    def answered(self, worker: int, outcome: Mapping[str, Any]) -> None:
        """A worker has finished its task."""
        self._done(self._working.pop(worker), outcome)

    def died(self, worker: int, detail: str) -> None:
        """A worker is gone: its task goes to another, or is given up where that has happened before."""
        task = self._working.pop(worker, None)
        if task is None:
            return
        self._deaths[task.source] = self._deaths.get(task.source, 0) + 1
        if self._deaths[task.source] < DEATHS:
            self._waiting.appendleft(task)
            return
        outcome = Outcome(task.source, task.content, task.run)
        outcome.messages.append(told(message("BATCH_WORKER_DIED", detail=detail or "—"), ERROR))
        outcome.mapping = {name: dict(row) for name, row in task.memory.items()}
        self._done(task, outcome.as_dict())

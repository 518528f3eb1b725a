"""Processes for plain Python. QGIS has its own way of starting them (``processing/batch_workers.py``).

Every process is started afresh (*spawn*): a copy of a process with threads may hang. A script that starts a batch needs
the usual ``if __name__ == "__main__":``, because each process imports it.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Sequence
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess

from ..base.feedback import Feedback, check
from .batch_dispatch import Dispatcher, Done
from .batch_task import Task, run_task

_LOOK_S = 0.1  # between two looks at the cancel button


def serve(connection: Connection) -> None:
    """Work on tasks until the other end closes."""
    try:
        while True:
            connection.send(run_task(connection.recv()))
    except (EOFError, OSError):
        return


class Pool:
    """Runs tasks in ``workers`` processes."""

    def __init__(self, workers: int) -> None:
        self.workers = workers
        self._context = multiprocessing.get_context("spawn")
        self._alive: dict[int, tuple[BaseProcess, Connection]] = {}
        self._started = 0

    def __call__(self, tasks: Sequence[Task], done: Done, feedback: Feedback) -> None:
        """Run all tasks. Raises :class:`Cancelled`; the processes are ended then."""
        dispatcher = Dispatcher(tasks, done)
        try:
            for _ in range(min(self.workers, len(tasks))):
                self._start(dispatcher)
            while not dispatcher.finished:
                check(feedback)
                self._listen(dispatcher)
        finally:
            self._stop()

    def _start(self, dispatcher: Dispatcher) -> None:
        ours, theirs = self._context.Pipe()
        process = self._context.Process(target=serve, args=(theirs,), daemon=True)
        process.start()
        theirs.close()
        self._started += 1
        self._alive[self._started] = (process, ours)
        self._give(self._started, dispatcher)

    def _give(self, number: int, dispatcher: Dispatcher) -> None:
        task = dispatcher.next(number)
        if task is not None:
            self._alive[number][1].send(task.as_dict())

    def _listen(self, dispatcher: Dispatcher) -> None:
        ready = wait([ours for _, ours in self._alive.values()], _LOOK_S)
        for number, (process, ours) in list(self._alive.items()):
            if ours not in ready:
                continue
            try:
                outcome = ours.recv()
            except (EOFError, OSError):
                process.join()
                del self._alive[number]
                dispatcher.died(number, f"exit {process.exitcode}")
                if dispatcher.waiting:
                    self._start(dispatcher)
                continue
            dispatcher.answered(number, outcome)
            self._give(number, dispatcher)

    def _stop(self) -> None:
        for process, ours in self._alive.values():
            process.terminate()
            ours.close()
        for process, _ in self._alive.values():
            process.join()
        self._alive.clear()

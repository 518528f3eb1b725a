"""Child processes that work on tasks of a batch, started through QProcess: nothing of QGIS is copied into them."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence

from qgis.PyQt.QtCore import QProcess

from ..base.feedback import Feedback, check
from ..jobs.batch_dispatch import Dispatcher, Done
from ..jobs.batch_task import Task
from .interpreter import MODULE, environment, interpreter

_LOOK_MS = 20  # of waiting for the answer of one process
_IDLE_S = 0.02


class Workers:
    """Runs tasks in ``count`` child processes. Works in any thread: it waits by itself, without an event loop."""

    def __init__(self, count: int) -> None:
        self.count = count
        self._alive: dict[int, QProcess] = {}
        self._started = 0

    def __call__(self, tasks: Sequence[Task], done: Done, feedback: Feedback) -> None:
        """Run all tasks. Raises :class:`Cancelled`; the processes are ended then, and finished work is kept."""
        program = interpreter()
        dispatcher = Dispatcher(tasks, done)
        try:
            for _ in range(min(self.count, len(tasks))):
                self._start(program, dispatcher)
            while not dispatcher.finished:
                check(feedback)
                if not self._listen(program, dispatcher):
                    time.sleep(_IDLE_S)
        finally:
            self._stop()

    def _start(self, program: str, dispatcher: Dispatcher) -> None:
        process = QProcess()
        process.setProcessEnvironment(environment())
        process.setStandardErrorFile(QProcess.nullDevice())
        process.start(program, ["-m", MODULE])
        self._started += 1
        self._alive[self._started] = process
        self._give(self._started, dispatcher)

    def _give(self, number: int, dispatcher: Dispatcher) -> None:
        task = dispatcher.next(number)
        if task is not None:
            self._alive[number].write((json.dumps({"task": task.as_dict()}) + "\n").encode("ascii"))

    def _listen(self, program: str, dispatcher: Dispatcher) -> bool:
        """Take what the processes say; whether any has said something."""
        heard = False
        for number, process in list(self._alive.items()):
            process.waitForReadyRead(_LOOK_MS)
            while process.canReadLine():
                heard = True
                answer = json.loads(bytes(process.readLine()).decode("utf-8"))
                if "outcome" in answer:
                    dispatcher.answered(number, answer["outcome"])
                    self._give(number, dispatcher)
            if process.state() == QProcess.ProcessState.NotRunning:
                del self._alive[number]
                dispatcher.died(number, process.errorString())
                if dispatcher.waiting:
                    self._start(program, dispatcher)
        return heard

    def _stop(self) -> None:
        for process in self._alive.values():
            process.kill()
        for process in self._alive.values():
            process.waitForFinished(1000)
        self._alive.clear()

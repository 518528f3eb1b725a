"""A child process that works on tasks: ``python -m carbon_planner.worker``. Needs no QGIS.

Reads one JSON object per line on stdin and answers each with one on stdout, until stdin closes:

    {"task": {…}}    →  {"outcome": {…}}     the task as of :class:`carbon_planner.jobs.batch_task.Task`
    {"ping": 1}      →  {"pong": {…}}        versions of plugin and libraries; told unasked at the start, too

Whatever libraries print goes to stderr, so that stdout holds answers only.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any

from .jobs.batch_task import run_task
from .jobs.versions import libraries, plugin_version


def main() -> int:
    """Serve until stdin closes."""
    with _answers() as sink:
        _say(sink, {"pong": hello()})
        for line in sys.stdin.buffer:
            if line.strip():
                _say(sink, answer(json.loads(line)))
    return 0


def answer(asked: dict[str, Any]) -> dict[str, Any]:
    """The answer to one line."""
    if "task" in asked:
        return {"outcome": run_task(asked["task"])}
    return {"pong": hello()}


def hello() -> dict[str, str]:
    """Versions by which the parent sees that this process can give the same numbers."""
    from .storage.vector_layers import gdal_version

    return {"plugin": plugin_version(), "GDAL": gdal_version(), **libraries()}


def _say(sink: IO[bytes], words: dict[str, Any]) -> None:
    sink.write(json.dumps(words, ensure_ascii=True, allow_nan=False).encode("ascii") + b"\n")
    sink.flush()


@contextmanager
def _answers() -> Iterator[IO[bytes]]:
    """The real stdout for answers; what else is printed, by compiled libraries as well, goes to stderr."""
    own = os.dup(1)
    os.dup2(2, 1)
    with os.fdopen(own, "wb") as sink:
        yield sink


if __name__ == "__main__":
    sys.exit(main())

"""Work that must not run in a thread that Python did not start.

A thread of a QGIS task gets a new Python thread state for every task, while the thread of the system goes on. Compiled
libraries that keep something per thread of the system then hold what has died with the state before: with pyproj 3.7
the second task crashes, and what is built with pybind11 (matplotlib) hangs or crashes now and then. :func:`aside` hands
such work to one lasting thread of Python's own.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache, wraps
from typing import Any, TypeVar

Result = TypeVar("Result")


def aside(function: Callable[..., Result]) -> Callable[..., Result]:
    """The function, run in Python's own thread where the caller's is not, and waited for; exceptions come through."""

    @wraps(function)
    def call(*args: Any, **kwargs: Any) -> Result:
        if started_by_python():
            return function(*args, **kwargs)
        return _helper().submit(function, *args, **kwargs).result()

    return call


def started_by_python() -> bool:
    """Whether the current thread is the main one or was made by ``threading``."""
    return not isinstance(threading.current_thread(), threading._DummyThread)  # noqa: SLF001 - it has no public name


@lru_cache(maxsize=1)
def _helper() -> ThreadPoolExecutor:
    """One thread for all: neither pyproj's objects nor matplotlib like to be used from several."""
    return ThreadPoolExecutor(max_workers=1, thread_name_prefix="carbon_planner")

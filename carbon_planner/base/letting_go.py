"""Freeing the shapes of a hundred thousand features takes half a second; a run that was cancelled returns first."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from typing import Any

_LARGE = 10_000  # elements from which on a list is worth the trouble
_DEPTH = 4  # of objects in objects: a layer, its plan, an array
_AT_ONCE = 2_000  # elements freed without letting others work
_FIRST = 0.2  # seconds for the run to return


def let_go_later(error: BaseException) -> None:
    """Take the large lists and arrays out of the frames that an exception keeps, and free them in a thread.

    Only what holds plain values is taken: lists, and arrays of objects, of the frames and of the plugin's own objects
    in them. What belongs to a thread (layers, iterators, connections) dies with the frames, as ever.
    """
    heap = list(_large(error))
    error.__traceback__ = None
    if heap:
        threading.Thread(target=_free, args=(heap,), name="carbon_planner freeing", daemon=True).start()


def _large(error: BaseException) -> Iterator[Any]:
    seen: set[int] = set()
    step = error.__traceback__
    while step is not None:
        for value in list(step.tb_frame.f_locals.values()):
            yield from _within(value, _DEPTH, seen)
        step = step.tb_next


def _within(value: Any, depth: int, seen: set[int]) -> Iterator[Any]:
    """Large lists and arrays that a value is or holds."""
    if depth < 0 or id(value) in seen:
        return
    seen.add(id(value))
    kind = type(value)
    if kind is list or getattr(getattr(value, "dtype", None), "kind", "") == "O":
        if len(value) >= _LARGE:
            yield value
        return
    inner = value if kind is dict else getattr(value, "__dict__", None) if _own(kind) else None
    if isinstance(inner, dict) and len(inner) < _LARGE:
        for part in list(inner.values()):
            yield from _within(part, depth - 1, seen)


def _own(kind: type) -> bool:
    return kind.__module__.startswith(__package__.partition(".")[0])


def _free(heap: list[Any]) -> None:
    """Free piece by piece, so that nobody waits for long."""
    time.sleep(_FIRST)
    while heap:
        large = heap.pop()
        if type(large) is list:
            while large:
                del large[-_AT_ONCE:]
                time.sleep(0)
        del large

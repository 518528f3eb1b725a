"""How long work talks to whoever started it: progress, messages, cancellation."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Optional, Protocol

from .errors import Cancelled
from .messages import Message


class Feedback(Protocol):
    """What the core asks of its caller; the bridge adapts QgsProcessingFeedback to it."""

    def progress(self, share: float) -> None:
        """Say how much is done, 0 to 1."""

    def info(self, message: Message) -> None:
        """Tell something worth knowing."""

    def warn(self, message: Message) -> None:
        """Tell something that the user should look at."""

    def cancelled(self) -> bool:
        """Whether the user wants to stop."""


class Silent:
    """Feedback for callers that want none."""

    def progress(self, share: float) -> None:
        """Ignore."""

    def info(self, message: Message) -> None:
        """Ignore."""

    def warn(self, message: Message) -> None:
        """Ignore."""

    def cancelled(self) -> bool:
        """Never."""
        return False


class Part:
    """A slice of a longer job: its 0 to 1 becomes ``start`` to ``end`` of the whole."""

    def __init__(self, whole: Feedback, start: float, end: float) -> None:
        self._whole, self._start, self._span = whole, start, end - start

    def progress(self, share: float) -> None:
        """Pass on, scaled."""
        self._whole.progress(self._start + self._span * min(max(share, 0.0), 1.0))

    def info(self, message: Message) -> None:
        """Pass on."""
        self._whole.info(message)

    def warn(self, message: Message) -> None:
        """Pass on."""
        self._whole.warn(message)

    def cancelled(self) -> bool:
        """Ask the whole."""
        return self._whole.cancelled()


_ASKED: ContextVar[Optional[Callable[[], bool]]] = ContextVar("carbon_planner_cancelled", default=None)


@contextmanager
def heard(cancelled: Callable[[], bool]) -> Iterator[None]:
    """Let :func:`pause` ask ``cancelled`` while the block runs, in this thread."""
    token = _ASKED.set(cancelled)
    try:
        yield
    finally:
        _ASKED.reset(token)


def pause() -> None:
    """Raise :class:`Cancelled` if the user of the run that goes on in this thread asked to stop.

    For steps deep in computations, to which no feedback is handed. They must not change anything that stays.
    """
    asked = _ASKED.get()
    if asked is not None and asked():
        raise Cancelled


def check(feedback: Feedback) -> None:
    """Raise :class:`Cancelled` if the user asked to stop; call it at least every tenth of a second."""
    if feedback.cancelled():
        raise Cancelled

"""How long work talks to whoever started it: progress, messages, cancellation."""

from __future__ import annotations

from typing import Protocol

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


def check(feedback: Feedback) -> None:
    """Raise :class:`Cancelled` if the user asked to stop; call it at least every tenth of a second."""
    if feedback.cancelled():
        raise Cancelled

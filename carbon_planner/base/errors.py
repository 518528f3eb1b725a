"""The exception family: raised low with a message id, worded in the ``messages.csv`` beside it, shown once on top."""

from __future__ import annotations

from typing import Any

from .messages import Message


class PlannerError(Exception):
    """Base of all errors that a user can do something about; ``message`` names layer, feature and remedy."""

    def __init__(self, msg_id: str, **params: Any) -> None:
        self.message = Message(msg_id, params)
        super().__init__(self.message.text())

    def text(self, lang: str = "en") -> str:
        """The message in a language."""
        return self.message.text(lang)


class InputError(PlannerError):
    """The data given cannot be evaluated as they are: a missing field, no CRS, an unreadable file."""


class SettingsError(PlannerError):
    """Parameters that contradict each other or lie outside their range."""


class UnitError(PlannerError):
    """A unit that cannot be parsed, or two that must not be mixed."""


class ClassError(PlannerError):
    """An unknown class system or a code that it does not hold."""


class FactorError(PlannerError):
    """A factor set that does not exist, cannot be read, or breaks the rules of the store."""


class GeometryError(PlannerError):
    """Geometry or coordinate reference system that cannot give an area."""


class BalanceError(PlannerError):
    """The parts do not add up to the whole: nothing may be written."""


class StorageError(PlannerError):
    """A target that is locked, read-only, full or not what it seems."""


class MissingLibrary(PlannerError):  # noqa: N818 - says what is the matter
    """A library that is needed for this task is not installed."""


class Cancelled(Exception):  # noqa: N818 - not an error: the user's wish
    """The user cancelled; nothing has been written."""

"""The list of a team's sets for boxes and windows: remembered for a while, never in their way."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Optional

from ..base.errors import PlannerError, StorageError
from .records import SetInfo

GOOD_SECONDS = 30.0  # for how long a list, or the failure to get one, is good enough
_State = tuple[float, tuple[SetInfo, ...], Optional[PlannerError]]
_NEVER: _State = (float("-inf"), (), None)


class Listing:
    """Fetches a list with ``infos``; ``shown`` names the database and may ask the user for a password."""

    def __init__(self, infos: Callable[[], tuple[SetInfo, ...]], shown: Callable[[], str]) -> None:
        self._infos, self._shown = infos, shown
        self._state = _NEVER
        self._thread: threading.Thread | None = None

    def get(self, patience: float | None = None) -> tuple[tuple[SetInfo, ...], PlannerError | None]:
        """The sets, or none and the reason; after ``patience`` seconds (None: for ever) what was known before."""
        if time.monotonic() - self._state[0] <= GOOD_SECONDS:
            return self._state[1:]
        try:
            shown = self._shown()  # here and not in the thread: a dialog belongs into the thread that asks
        except PlannerError as error:
            self._state = (time.monotonic(), (), error)
            return self._state[1:]
        if patience is None:
            self._fetch()
        elif not self._fetched_within(patience):
            return self._state[1], StorageError("POSTGRES_SLOW", place=shown)
        return self._state[1:]

    def forget(self) -> None:
        """Fetch anew at the next call."""
        self._state = _NEVER

    def _fetched_within(self, seconds: float) -> bool:
        if self._thread is None or not self._thread.is_alive():
            self._thread = threading.Thread(target=self._fetch, name="carbon_planner team", daemon=True)
            self._thread.start()
        self._thread.join(seconds)
        return not self._thread.is_alive()

    def _fetch(self) -> None:
        try:
            self._state = (time.monotonic(), self._infos(), None)
        except PlannerError as error:
            self._state = (time.monotonic(), (), error)

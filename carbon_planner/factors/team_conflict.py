"""The error for an editor who comes second: names the set, who changed it, when, and what."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ..base.errors import FactorError
from .history import CONTENT, Change
from .team_rows import Entry

SHOWN = 5
_LONG = 60


class TeamConflict(FactorError):  # noqa: N818 - says what is the matter
    """Somebody else changed a set: ``revision`` is the one in the store, ``changes`` the rows of the log since then."""

    def __init__(self, msg_id: str, found: Entry, base: int, changes: Sequence[Change], place: str) -> None:
        self.revision, self.changes = found.revision, tuple(changes)
        super().__init__(
            msg_id,
            set=found.info.ref,
            place=place,
            who=found.changed_by,
            when=found.changed_at[:19],
            revision=found.revision,
            base=base,
            changes=_told(self.changes),
        )


def _told(changes: Iterable[Change]) -> str:
    """The first changes in signs that need no language, and the number of all."""
    named = [_one(change) for change in changes if change.field != CONTENT]
    more = f" … ({len(named)})" if len(named) > SHOWN else ""
    return "; ".join(named[:SHOWN]) + more or "–"


def _one(change: Change) -> str:
    if change.factor_id and not change.field:
        return f"+ {change.factor_id}" if change.new else f"− {change.factor_id}"
    name = f"{change.factor_id}.{change.field}" if change.factor_id else change.field
    return f"{name}: {change.old[:_LONG] or '–'} → {change.new[:_LONG] or '–'}"

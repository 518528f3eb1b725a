"""The change log of a factor store: who changed what, when and why, each row sealed with the hash of the row before.

A row that is changed, removed or put in between later breaks the chain; the store keeps number and hash of the last row
apart, so that a cut end is noticed as well. From the log any earlier state of a set can be restored.
"""

from __future__ import annotations

import datetime
import getpass
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from ..base.errors import FactorError
from ..base.hashing import canonical, content_hash
from ..base.messages import Message, message
from ..storage.record_columns import CHANGE_COLUMNS, names
from .diff import diff, of_text
from .records import INFO_FIELDS, Factor, FactorSet, SetInfo, as_dict

ADD, CHANGE, PUBLISH, REVIEW, APPROVE, SUPERSEDE, REMOVE = (
    "add", "change", "publish", "review", "approve", "supersede", "remove",
)  # fmt: skip
MIGRATE, REJECT = "migrate", "reject"
CONTENT, STATUS = "content_hash", "status"
_SEALED = tuple(name for name in names(CHANGE_COLUMNS) if name != "hash")
_START = "0" * 64


@dataclass(frozen=True)
class Change:
    """One row of the log; :data:`CHANGE_COLUMNS` of the storage package names its columns.

    ``at`` is a time in UTC; ``field`` names a field of the factor, of the set (without ``factor_id``), or is "" for a
    whole record, which then stands as JSON in ``old`` or ``new``.
    """

    at: str
    who: str
    action: str
    set_id: str
    version: str
    factor_id: str = ""
    field: str = ""
    old: str = ""
    new: str = ""
    reason: str = ""
    evidence: str = ""
    previous: str = ""
    hash: str = ""

    @property
    def seal(self) -> str:
        """The hash that the row must have."""
        return content_hash({name: getattr(self, name) for name in _SEALED})


class Head(NamedTuple):
    """Number and hash of the last row, kept apart from the log."""

    rows: int
    hash: str

    @property
    def text(self) -> str:
        """As a store keeps it."""
        return f"{self.rows}:{self.hash}"

    @staticmethod
    def of(text: str) -> Head:
        """From its text; the head of an empty log for ""."""
        rows, _, last = text.partition(":")
        return Head(int(rows), last) if rows.isdigit() else Head(0, _START)


@dataclass(frozen=True)
class Author:
    """Who changes something, why, and when (now, where "" is given)."""

    who: str = ""
    reason: str = ""
    at: str = ""

    def stamped(self) -> Author:
        """With the user of the computer and the current time where nothing was said."""
        return Author(self.who.strip() or current_user(), self.reason.strip(), self.at or now())


def now() -> str:
    """The current time in UTC, to the second."""
    return datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def current_user() -> str:
    """Name of the user who is logged in, "" where the system does not tell."""
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):  # no account, or (Windows) no variable that names one
        return ""


def sealed(changes: Iterable[Change], head: Head) -> tuple[list[Change], Head]:
    """New rows chained to the end of a log, and the new end."""
    rows: list[Change] = []
    for change in changes:
        chained = replace(change, previous=head.hash)
        chained = replace(chained, hash=chained.seal)
        rows.append(chained)
        head = Head(head.rows + 1, chained.hash)
    return rows, head


def broken(changes: Sequence[Change], head: Head) -> Message | None:
    """Where a log was tampered with, or None: the first row that does not fit, or an end that is missing."""
    previous = _START
    for number, change in enumerate(changes, start=1):
        if change.previous != previous or change.hash != change.seal:
            return message("LOG_BROKEN", row=number, at=change.at, set=f"{change.set_id}@{change.version}")
        previous = change.hash
    if (len(changes), previous) != (head.rows, head.hash):
        return message("LOG_CUT", count=len(changes), known=head.rows)
    return None


def added(found: FactorSet, author: Author, action: str = ADD) -> list[Change]:
    """The row for a set that came into the store."""
    return [_of(found.info, author, action, field=STATUS, new=found.info.status, evidence=found.content_hash)]


def removed(found: FactorSet, author: Author) -> list[Change]:
    """The row for a set that left the store."""
    return [_of(found.info, author, REMOVE, field=STATUS, old=found.info.status, evidence=found.content_hash)]


def edited(old: FactorSet, new: FactorSet, author: Author) -> list[Change]:
    """The rows for a draft that was replaced: every record and field, at last the content hash."""
    found, info = diff(old, new), new.info
    rows = [_of(info, author, CHANGE, field=c.field, old=c.old, new=c.new) for c in found.info]
    rows += [_of(info, author, CHANGE, factor_id=f.factor_id, old=canonical(as_dict(f))) for f in found.removed]
    rows += [_of(info, author, CHANGE, factor_id=f.factor_id, new=canonical(as_dict(f))) for f in found.added]
    rows += [
        _of(info, author, CHANGE, factor_id=c.after.factor_id, field=c.field, old=c.old, new=c.new)
        for c in found.changed
        if c.after
    ]
    if rows:
        rows.append(_of(info, author, CHANGE, field=CONTENT, old=old.content_hash, new=new.content_hash))
    return rows


def _of(info: SetInfo, author: Author, action: str, **more: str) -> Change:
    return Change(author.at, author.who, action, info.id, info.version, reason=author.reason, **more)


# -- as of a day ------------------------------------------------------------------------------------------------------


def day_of(text: str) -> str:
    """A date in ISO form. Raises :class:`FactorError` for anything else."""
    try:
        return datetime.date.fromisoformat(text.strip()).isoformat()
    except ValueError as error:
        raise FactorError("DATE_BAD", text=text) from error


def status_at(changes: Iterable[Change], set_id: str, version: str, day: str) -> str | None:
    """The state that a set had at the end of a day, None where it was not there.

    A set that was there before the store kept a log counts as having always been there.
    """
    status: str | None = None
    for change in changes:
        if (change.set_id, change.version) != (set_id, version) or change.factor_id or change.field != STATUS:
            continue
        if change.action == MIGRATE or change.at[:10] <= day:
            status = None if change.action == REMOVE else change.new
    return status


def restored(found: FactorSet, changes: Sequence[Change], day: str) -> FactorSet:
    """A set as it was at the end of a day: what was changed since is undone, last change first.

    Raises :class:`FactorError` where the log does not lead back to the content that it names.
    """
    mine = [c for c in changes if (c.set_id, c.version) == (found.info.id, found.info.version)]
    since = [c for c in mine if c.at[:10] > day and c.action != MIGRATE]
    factors = {f.factor_id: f for f in found.factors}
    info: dict[str, Any] = as_dict(found.info)
    wanted = ""
    for change in reversed(since):
        if change.field == CONTENT:
            wanted = change.old
        elif change.factor_id:
            _undo(factors, change)
        elif change.field in INFO_FIELDS and change.action not in (ADD, REMOVE):
            info[change.field] = of_text(change.field, change.old)
    past = FactorSet(SetInfo(**info), tuple(factors.values()))
    if wanted and past.content_hash != wanted:
        raise FactorError("LOG_NO_WAY_BACK", set=found.info.ref, day=day)
    return past


def _undo(factors: dict[str, Factor], change: Change) -> None:
    if change.field:
        record = factors.pop(change.factor_id)
        past = Factor(**{**as_dict(record), change.field: of_text(change.field, change.old)})
        factors[past.factor_id] = past
    elif change.new:
        factors.pop(change.factor_id, None)
    else:
        factors[change.factor_id] = Factor(**json.loads(change.old))

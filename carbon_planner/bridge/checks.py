"""What is checked of features as they are read: unique ids, text that was decoded by the wrong encoding."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Optional

from ..base.errors import InputError
from ..base.feedback import Feedback
from ..base.messages import message
from ..storage.encoding import damage
from .attributes import Rows
from .source import Source
from .values import text


def unique_ids(source: Source, rows: Rows, place: Optional[int], feedback: Feedback) -> list[str]:
    """Ids as text; an empty one becomes the feature's number, a repeated one gets a suffix, both with a warning."""
    if place is None:
        return [str(fid) for fid in rows.fids]
    given = [text(value) for value in rows.column(place)]
    field = source.fields.at(place).name()
    absent = [i for i, value in enumerate(given) if value is None]
    ids = [str(fid) if value is None else value for value, fid in zip(given, rows.fids)]
    if absent:
        feedback.warn(message("ZONE_ID_EMPTY", layer=source.name, field=field, count=len(absent)))
    count = Counter(ids)
    repeated = sorted(value for value, times in count.items() if times > 1)
    if repeated:
        shown = ", ".join(repeated[:5]) + (", …" if len(repeated) > 5 else "")
        feedback.warn(message("ZONE_ID_REPEATED", layer=source.name, field=field, count=len(repeated), ids=shown))
        ids = _with_suffixes(ids, set(count))
    return ids


def _with_suffixes(ids: list[str], taken: set[str]) -> list[str]:
    """The ids made unique: the second ``A`` becomes ``A_2``, unless that is somebody's id."""
    seen: set[str] = set()
    following: dict[str, int] = {}
    result = []
    for value in ids:
        fresh = value
        while fresh in seen or (fresh != value and fresh in taken):
            following[value] = following.get(value, 1) + 1
            fresh = f"{value}_{following[value]}"
        seen.add(fresh)
        result.append(fresh)
    return result


def check_text(
    source: Source, rows: Rows, ids: Sequence[str], kept: set[int], used: set[int], feedback: Feedback
) -> None:
    """Refuse garbled text in fields that are evaluated, warn of it in others: it would be saved as it is."""
    for place in sorted(kept | used):
        name = source.fields.at(place).name()
        bad = rows.damaged.get(place, [])
        if place in used:
            refuse_damage(source, name, ids, bad)
        elif bad:
            feedback.warn(
                message("TEXT_DAMAGED", layer=source.name, field=name, count=len(bad), features=listed(ids, bad))
            )


def refuse_damage(source: Source, name: str, ids: Sequence[str], bad: Sequence[int]) -> None:
    """Raise :class:`InputError` where values (of the rows ``bad``) or the name of a field in use are garbled."""
    if bad or damage(name):
        features = listed(ids, bad) or "—"
        raise InputError("TEXT_UNREADABLE", layer=source.name, field=name, count=len(bad), features=features)


def listed(ids: Sequence[str], rows: Sequence[int]) -> str:
    """The first five ids, for a message."""
    return ", ".join(ids[i] for i in rows[:5]) + (", …" if len(rows) > 5 else "")

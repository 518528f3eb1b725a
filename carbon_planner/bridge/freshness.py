"""Which results are stale: stamps of an earlier evaluation against the zones as they are now."""

from __future__ import annotations

from dataclasses import dataclass, field

from ..base.errors import InputError
from ..base.feedback import Feedback
from .reading import ZoneFields, read_zones
from .source import Source
from .values import text

STAMP = "cp_stamp"


@dataclass(frozen=True)
class Freshness:
    """Zone ids whose results are stale, and those that have no stamp."""

    stale: list[str] = field(default_factory=list)
    unstamped: list[str] = field(default_factory=list)
    fresh: int = 0


def freshness(source: Source, fields: ZoneFields, feedback: Feedback) -> Freshness:
    """Compare the stamps in a layer with its zones as they are now; ``fields`` are those of the evaluation.

    Raises :class:`InputError` where the layer has no stamps or its zones cannot be read any more.
    """
    place = source.fields.lookupField(STAMP)
    if place < 0:
        raise InputError("NO_RESULTS", layer=source.name, field=STAMP)
    zones = read_zones(source, fields, feedback)
    stale, unstamped = [], []
    for zone, now, row in zip(zones.plan.ids, zones.plan.stamps or (), zones.rows.values):
        then = text(row[place])
        if then is None:
            unstamped.append(zone)
        elif then != now:
            stale.append(zone)
    return Freshness(stale, unstamped, len(zones.rows) - len(stale) - len(unstamped))

"""Default cover of a planned class: which shares of a parcel are green, built, sealed, water, bare (carbon rule 5)."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import NamedTuple, Optional

from ..storage.schema import GET_COVER_DEFAULTS

ROLES = ("green", "building", "other_sealed", "water", "bare")


@dataclass(frozen=True)
class CoverShare:
    """Share (0 to 1) of a parcel in a role, with bounds, and the generic class whose pools it takes.

    ``generic`` is "" where the class knows no such cover (its share is then 0).
    """

    role: str
    share: float
    low: float
    high: float
    generic: str


class Ranged(NamedTuple):
    """A figure with its bounds; all three in the same unit."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class CoverDefault:
    """Default cover of one 用地用海 class; every figure in it is judgement.

    ``mode``: ``natural`` (cover follows the class), ``mixed`` (use the shares), ``keep_base`` (keep what is there; the
    shares stand in only where that is unknown). The ranges of the shares are not independent: draws must sum to 1.
    ``plot_ratio`` (floor area over parcel area), ``storeys``, ``population_per_ha`` and ``jobs_per_ha`` are per
    hectare of parcel.
    """

    code: str
    mode: str
    generic: str
    shares: tuple[CoverShare, ...]
    plot_ratio: Optional[Ranged]
    storeys: Optional[Ranged]
    population_per_ha: Optional[Ranged]
    jobs_per_ha: Optional[Ranged]
    green_rule: str
    green_rule_confidence: str
    confidence: str
    notes: str

    def share(self, role: str) -> CoverShare:
        """The share in a role. Raises KeyError for a role that is none of :data:`ROLES`."""
        return {s.role: s for s in self.shares}[role]


def _ranged(row: sqlite3.Row, name: str) -> Optional[Ranged]:
    value, low, high = row[name], row[name + "_low"], row[name + "_high"]
    return None if value is None else Ranged(value, value if low is None else low, value if high is None else high)


def _share(row: sqlite3.Row, role: str) -> CoverShare:
    figure = _ranged(row, role + "_share") or Ranged(0.0, 0.0, 0.0)
    return CoverShare(role, figure.value, figure.low, figure.high, row[role + "_class"])


def read_cover_defaults(connection: sqlite3.Connection) -> dict[str, CoverDefault]:
    """All defaults of a library by 用地用海 code."""
    return {
        row["code"]: CoverDefault(
            row["code"],
            row["cover_mode"],
            row["generic_class"],
            tuple(_share(row, role) for role in ROLES),
            _ranged(row, "plot_ratio"),
            _ranged(row, "storeys"),
            _ranged(row, "population_per_ha"),
            _ranged(row, "jobs_per_ha"),
            row["green_rule"],
            row["green_rule_confidence"],
            row["confidence"],
            row["notes"],
        )
        for row in connection.execute(GET_COVER_DEFAULTS)
    }

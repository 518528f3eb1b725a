"""What the sector engine is given and what it gives."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Optional, Protocol

import numpy as np
from numpy.typing import NDArray

from ...base.messages import Message
from ...classes.library import ClassLibrary
from ...factors.records import Factor
from ..columns import Pattern, SectorColumn
from ..factor_book import FactorBook
from ..inputs import BaseParcels, PlanZones, Settings
from ..terms import Term

if TYPE_CHECKING:
    import pandas as pd

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


class Found(Protocol):
    """A factor as a resolver found it: one or more records with the weights of an interpolation."""

    @property
    def parts(self) -> Sequence[tuple[Factor, str, float]]:
        """(factor, factor set, weight); the weights sum to 1."""

    @property
    def flags(self) -> Sequence[str]:
        """Remarks on how it was found."""


class Finder(Protocol):
    """What the sectors need of :class:`~carbon_planner.factors.resolve.Resolver`."""

    def find(
        self,
        item: str,
        parameter: str,
        *,
        system: str = "",
        region: str = "",
        year: Optional[int] = None,
        category: str = "",
        series: str = "",
    ) -> Optional[Found]:
        """The factor of an item and parameter for a region and year, None where there is none."""


@dataclass(frozen=True)
class SectorRequest:
    """A run's zones, rows and means of finding factors.

    Rows partition each zone's area: ``zone_of_row`` names the zone, ``mm2`` the area, ``base_of_row`` the entry of
    ``base_code`` that covers it in the baseline (None: nothing is known there). ``zone_mm2`` is the whole area of a
    zone; what a zone states is spread over its rows by area. ``pattern_of_zone`` is an index into ``patterns``;
    without patterns all plans are in place in all years.
    """

    zones: PlanZones
    base: Optional[BaseParcels]
    settings: Settings
    classes: ClassLibrary
    book: FactorBook
    resolver: Finder
    plan_system: str
    base_system: str
    zone_of_row: Ints
    mm2: Ints
    base_code: Sequence[Optional[str]]
    base_of_row: Ints
    zone_mm2: Ints
    pattern_of_zone: Optional[Ints] = None
    patterns: Sequence[Optional[Pattern]] = ()


@dataclass
class SectorPart:
    """Columns and terms of the sectors: ``row``, ``col``, ``qty`` are triplets on the rows of the request.

    ``null_rows`` says for each sector on which rows it cannot be compared because one side is unknown, ``null`` in
    which zones it has no net at all; ``flags`` and ``notes`` say what is remarkable; ``quantities`` lists what was
    used, with its origin.
    """

    columns: tuple[SectorColumn, ...]
    row: Ints
    col: Ints
    qty: Floats
    terms: list[Term]
    null: dict[str, Bools]
    flags: dict[str, Bools]
    notes: list[Message] = field(default_factory=list)
    quantities: pd.DataFrame | Any = None
    counts: Mapping[str, int] = field(default_factory=dict)
    null_rows: dict[str, Bools] = field(default_factory=dict)

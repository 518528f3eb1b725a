"""Factors that could serve a quantity, and how one is told from another.

The order of preference is fixed: narrower region, then a factor made for the climate, then the fitting year, then
confidence (verified, derived, recalled), then the order of the sets as they were given, then the id of the factor. It
does not depend on the order of rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from ..base.messages import Message, message
from .keys import KeyRow
from .records import CONFIDENCES, SUPERSEDED, Factor
from .regions import RegionTree
from .series import published

CONFIDENCE_TEXTS = {
    "verified": "CONFIDENCE_VERIFIED",
    "derived": "CONFIDENCE_DERIVED",
    "recalled": "CONFIDENCE_RECALLED",
}


@dataclass(frozen=True)
class Query:
    """What is asked for, with region and climates as they are taken (never "")."""

    item: str
    parameter: str
    system: str = ""
    region: str = ""
    year: int | None = None
    category: str = ""
    series: str = ""
    climates: tuple[str, ...] = ()
    rule: str = ""


@dataclass(frozen=True)
class Candidate:
    """A factor with what the key table says of it. ``where`` is the code of the region in which it serves."""

    factor: Factor
    fset: str
    order: int
    where: str
    series: str = ""
    climates: tuple[str, ...] = ()
    grid: str = ""
    rule: str = ""
    unit: str = ""
    proxy: bool = False
    status: str = ""

    @property
    def preference(self) -> tuple[int, int, str]:
        """Sort key among candidates of one region, climate and year: the least is taken."""
        return (CONFIDENCES.index(self.factor.confidence), self.order, self.factor.factor_id)


@dataclass(frozen=True)
class Rejected:
    """A factor that was looked at and not taken, and why."""

    factor: Factor
    fset: str
    reason: Message


@dataclass(frozen=True)
class Step:
    """One key or class of the way from the narrow to the general, with its candidates."""

    name: str
    candidates: tuple[Candidate, ...] = ()
    keys: tuple[str, ...] = field(default=())  # names by which an override may call it


def candidate_of(factor: Factor, fset: str, order: int, row: KeyRow | None, regions: RegionTree) -> Candidate:
    """A factor as a candidate, with the row of the key table that names it (None for a factor that names itself)."""
    if row is None:
        return Candidate(factor, fset, order, regions.canonical(factor.region), unit=factor.unit)
    own = regions.canonical(factor.region)
    where = regions.canonical(row.region) if row.region else own
    return Candidate(
        factor, fset, order, where, row.series, row.climates, row.grid, row.rule, row.unit,
        # a figure of one place that stands in for a wider one; a table of the world that names a country does not
        proxy=regions.get(own) is not None and own not in regions.chain(where),
    )  # fmt: skip


def unfit(candidate: Candidate, query: Query, series: str, places: Sequence[str], grid: str) -> Message | None:
    """Why a candidate cannot serve at all, or None where it can."""
    factor = candidate.factor
    if SUPERSEDED in (factor.status, candidate.status):
        return message("REJECTED_SUPERSEDED", by=factor.replaced_by or "?")
    if candidate.series != series:
        return message("REJECTED_SERIES", series=candidate.series or "-", asked=series or "-")
    if candidate.climates and not set(candidate.climates) & set(query.climates):
        climates = ", ".join(candidate.climates)
        return message("REJECTED_CLIMATE", climate=climates, asked=", ".join(query.climates) or "-")
    if candidate.grid and candidate.where != grid:
        return message("REJECTED_REGION", region=factor.region, asked=grid or query.region)
    if not candidate.grid and candidate.where not in places:
        return message("REJECTED_REGION", region=factor.region or "-", asked=query.region)
    if candidate.unit and factor.unit != candidate.unit:
        return message("REJECTED_UNIT", unit=factor.unit, asked=candidate.unit)
    return None


def reason_against(candidate: Candidate, chosen: Candidate, query: Query) -> Message:
    """Why a fitting candidate was passed over: the first criterion in which it is behind the chosen one."""
    factor, taken = candidate.factor, chosen.factor
    if candidate.where != chosen.where:
        return message("REJECTED_WIDER", region=factor.region, taken=chosen.where)
    if bool(candidate.climates) != bool(chosen.climates):
        return message("REJECTED_ANY_CLIMATE", taken=", ".join(chosen.climates))
    if factor.value is None:
        return message("REJECTED_NO_VALUE")
    if published(factor) != published(taken):
        return message("REJECTED_YEAR", year=published(factor) or "-", asked=query.year or "-", rule=chosen.rule or "-")
    if factor.confidence != taken.confidence:
        words = [message(CONFIDENCE_TEXTS[word]) for word in (factor.confidence, taken.confidence)]
        return message("REJECTED_CONFIDENCE", confidence=words[0], taken=words[1])
    if candidate.order != chosen.order:
        return message("REJECTED_SET", taken=chosen.fset)
    return message("REJECTED_ID", taken=taken.factor_id)

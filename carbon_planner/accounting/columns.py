"""Columns of the matrix of activities: changes of cover in hectares, and activities of the other sectors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional, Union

from .covers import Cover


@dataclass(frozen=True)
class Pattern:
    """How a change comes into place: its mean share during each year counted, START+1 … END, between 0 and 1."""

    built: tuple[float, ...]

    @property
    def whole(self) -> bool:
        """Whether the change is in place in all years."""
        return all(share == 1.0 for share in self.built)

    @property
    def steps(self) -> tuple[float, ...]:
        """Share that is added (or removed) from one year to the next."""
        return tuple(now - before for before, now in zip((0.0, *self.built), self.built))


@dataclass(frozen=True)
class Transition:
    """A change of cover; ``source`` None where the baseline is unknown, ``target`` None where the plan is.

    ``pattern`` says in which years it happens; None means all of it in the first year counted.
    """

    source: Optional[Cover]
    target: Optional[Cover]
    pattern: Optional[Pattern] = None

    @property
    def compared(self) -> bool:
        """Whether both states are known."""
        return self.source is not None and self.target is not None

    @property
    def label(self) -> str:
        """Name in the ledger, the same in every language."""
        before, after = (c.key if c is not None else "?" for c in (self.source, self.target))
        return before if before == after else f"{before}>{after}"

    @property
    def unit(self) -> str:
        """Unit of the activity."""
        return "ha"


@dataclass(frozen=True)
class SectorColumn:
    """An activity of a sector, such as the floor area of a use or the trips by a mode.

    ``key`` tells variants of a line apart (use, carrier, region); ``pattern`` None means in place in all years.
    """

    sector: str
    line: str
    unit: str
    side: str  # baseline or plan
    key: str = ""
    pattern: Optional[Pattern] = None

    @property
    def label(self) -> str:
        """Name in the ledger, the same in every language."""
        return f"{self.line} [{self.key}]" if self.key else self.line


@dataclass(frozen=True)
class MeasuredStock:
    """Carbon of measured living biomass on the ground of one change of cover."""

    change: Transition

    @property
    def label(self) -> str:
        """Name in the ledger."""
        return f"{self.change.label}: living (survey)"

    @property
    def unit(self) -> str:
        """Unit of the activity."""
        return "t C"


Column = Union[Transition, SectorColumn, MeasuredStock]

"""Terms: the lines of coefficients. What one unit of an activity emits or removes, when, and in which view."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional

from .amounts import Amount

LAND = ("land_stock", "land_flux")
# Categories that are information: they are in no net and in no sector.
INFORMATION = ("stock", "flux", "displaced", "not_estimated")


@dataclass(frozen=True)
class Term:
    """One line of a coefficient: tonnes of CO2e of the span ``yr_from`` … ``yr_to`` per unit of the column's activity.

    ``net`` is +1 or −1 where the term enters the net with that sign, 0 where it is committed or information. ``gas`` C
    means a stock in tonnes of carbon, without an emission; for other gases ``mass`` holds tonnes of the gas itself per
    unit where the amount holds its CO2e. ``scope`` is "" for land, else 1, 2 or 3. Within its span an amount is spread
    evenly.
    """

    column: int
    stage: str
    category: str
    item: str
    gas: str
    yr_from: int
    yr_to: int
    amount: Amount
    net: int
    fset: str
    method: str
    flags: tuple[str, ...] = ()
    scope: str = ""
    mass: Optional[float] = None

    @property
    def yearly(self) -> float:
        """Amount per year of the span, without the sign of the net."""
        return self.amount.value / (self.yr_to - self.yr_from + 1)

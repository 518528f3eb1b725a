"""Activities that are uncertain: a factor of value 1 by which quantities are multiplied.

Where several quantities share it (a survey's area error, a forecast of the population) they move together; with one
factor each (a floor area per zone) they do not.
"""

from __future__ import annotations

from ..factors.records import Factor
from .factor_book import FactorBook

SET = "activity"


def uncertain_activity(
    book: FactorBook, name: str, low: float, high: float, range_kind: str = "95", confidence: str = "derived"
) -> int:
    """Number of a factor for a quantity that may be ``low`` to ``high`` times what is stated.

    ``name`` says which quantity of which zones; the same name gives the same factor.
    """
    factor = Factor(
        factor_id=name, category="activity", system="", item=name, item_en=name, item_zh="", parameter="activity",
        region="", value=1.0, low=low, high=high, range_kind=range_kind, unit="1", gas="", year=None,
        source="range of an activity, given with the run", confidence=confidence, evidence="judgement",
    )  # fmt: skip
    amount = book.amount(factor, SET)
    if amount is None:
        raise ValueError(name)
    return next(iter(amount.gradient))

"""Which sectors a factor stands in: the table of factors is grouped by the one in which it weighs most."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from ..accounting.sector_views import sector_of
from ..factors.overrides import SCENARIO_SET

if TYPE_CHECKING:
    from ..accounting.evaluate import Evaluation
    from ..accounting.terms import Term


def with_sectors(evaluation: Evaluation, records: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The records of factors, each with its ``sectors`` (heaviest first) and whether the user's figure it is.

    Without sectors beyond the land the records stay as they are.
    """
    if len(evaluation.sectors) < 2:
        return records
    book = evaluation.model.book
    weights: list[dict[str, float]] = [{} for _ in book.factors]
    for number, sector, weight in _shares(evaluation):
        weights[number][sector] = weights[number].get(sector, 0.0) + weight
    found = {
        (factor.factor_id, fset): sorted(of_sector, key=lambda name, w=of_sector: (-w[name], name))  # type: ignore[misc]
        for factor, fset, of_sector in zip(book.factors, book.fset, weights)
    }
    return [
        {**r, "sectors": found.get((r["factor_id"], r["fset"]), []), "overridden": r["fset"] == SCENARIO_SET}
        for r in records
    ]


def _shares(evaluation: Evaluation) -> Iterator[tuple[int, str, float]]:
    """(factor, sector, |tCO2e|) of each term that has an activity, shared among its factors by |derivative × value|."""
    activities, values = evaluation.model.activities, evaluation.model.book.values()
    held = evaluation.counted[activities.row]
    amounts = np.bincount(activities.col[held], activities.qty[held], minlength=len(activities.columns))
    for term in evaluation.model.terms:
        tonnes = abs(term.net * term.amount.value * float(amounts[term.column]))
        yield from _of_term(term, tonnes, values)


def _of_term(term: Term, tonnes: float, values: Any) -> Iterator[tuple[int, str, float]]:
    parts = {f: abs(g * float(values[f])) for f, g in term.amount.gradient.items()}
    total = sum(parts.values())
    for factor, part in parts.items():
        yield factor, sector_of(term), tonnes * part / total if total > 0.0 else 0.0

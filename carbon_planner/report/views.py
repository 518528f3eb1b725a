"""Views of a result that the report shows beside the table of zones: emission by year and part, stocks by pool.

Both are sums over the terms of the model, of the rows that the totals hold: they close to the totals, also where zones
overlap, and the ledger need not be expanded for them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ..accounting.sector_views import FIELDS, field_of
from ..accounting.terms import LAND, Term

if TYPE_CHECKING:
    from ..accounting.evaluate import Evaluation

POOL_ORDER = ("above", "below", "vegetation", "dead", "litter", "soil", "total")
PARTS = ("lost", "soil", "grown", "plan", "baseline", *(field for field in FIELDS if field != "land"))


@dataclass(frozen=True)
class Line:
    """One term summed over the plan: ``total`` in tCO2e (t C where the gas is C), with the sign it has in the net."""

    stage: str
    category: str
    item: str
    factors: tuple[int, ...]
    yr_from: int
    yr_to: int
    gas: str
    enters: bool  # the net or what is committed
    flags: tuple[str, ...]
    total: float
    emits: bool  # what the line is itself, before baseline and plan are compared


def lines(evaluation: Evaluation) -> list[Line]:
    """The terms of a result, each multiplied by the hectares of its transition that the totals hold."""
    activities = evaluation.model.activities
    held = evaluation.counted[activities.row]
    hectares = np.bincount(activities.col[held], activities.qty[held], minlength=len(activities.columns))
    return [
        Line(
            term.stage,
            term.category,
            term.item,
            tuple(sorted(term.amount.gradient)),
            term.yr_from,
            term.yr_to,
            term.gas,
            bool(term.net) or term.stage == "committed",
            term.flags,
            (term.net or 1) * term.amount.value * float(hectares[term.column]),
            _emits(term),
        )
        for term in evaluation.model.terms
        if hectares[term.column] > 0.0
    ]


def _emits(term: Term) -> bool:
    """Whether a line is an emission: a negative one of methane or nitrous oxide is a baseline's that ends."""
    return term.amount.value > 0.0 or (term.stage == "committed" and term.gas in ("CH4", "N2O"))


def time_line(all_lines: Iterable[Line], end: int) -> list[dict[str, Any]]:
    """Emission and removal per year and part (tCO2e), of what enters the net and of what is committed; empty for none.

    Years run to ``end`` at least. A line counts evenly over its years; lines of land of the same item and factors are
    netted first, as in the gross totals (carbon rule 16). In the other sectors a baseline emission that ends lowers the
    emissions, it is no removal (carbon rule 1). Parts: ``lost`` (biomass and dead matter at conversion), ``soil``,
    ``grown`` (new biomass), for the flux method ``plan`` and ``baseline``, and the fields of the other sectors.
    """
    counted = [line for line in all_lines if line.enters]
    if not counted:
        return []
    first, last = min(line.yr_from for line in counted), max(end, *(line.yr_to for line in counted))
    netted: dict[tuple[str, tuple[int, ...]], NDArray[np.float64]] = {}
    parts: dict[tuple[str, tuple[int, ...]], str] = {}
    up = {part: np.zeros(last - first + 1) for part in PARTS}
    down = {part: np.zeros(last - first + 1) for part in PARTS}
    for line in counted:
        span = slice(line.yr_from - first, line.yr_to - first + 1)
        yearly = line.total / (line.yr_to - line.yr_from + 1)
        if line.category not in LAND:
            (up if line.emits else down)[_part(line)][span] += yearly
            continue
        key = (line.item, line.factors)
        netted.setdefault(key, np.zeros(last - first + 1))[span] += yearly
        parts[key] = "plan" if parts.get(key) == "plan" else _part(line)
    for key, years in netted.items():
        up[parts[key]] += np.maximum(years, 0.0)
        down[parts[key]] += np.minimum(years, 0.0)
    if not any(values.any() for values in (*up.values(), *down.values())):
        return []
    return [
        {
            "year": first + i,
            "parts": {
                part: {"emission": float(up[part][i]), "removal": float(down[part][i])}
                for part in PARTS
                if up[part][i] or down[part][i]
            },
        }
        for i in range(last - first + 1)
    ]


def stocks(all_lines: Iterable[Line], *, compared: bool) -> list[dict[str, Any]]:
    """Carbon (t C) by pool in the baseline and under the plan; ``compared`` leaves out land with one side only."""
    sums: dict[str, dict[str, float]] = {}
    for line in all_lines:
        if line.category == "stock" and not (compared and "NOT_COMPARED" in line.flags):
            sides = sums.setdefault(line.item.rpartition(": ")[2], {})
            sides[line.stage] = sides.get(line.stage, 0.0) + line.total
    known = [p for p in POOL_ORDER if p in sums] + sorted(set(sums) - set(POOL_ORDER))
    return [{"pool": p, "baseline": sums[p].get("baseline"), "plan": sums[p].get("plan")} for p in known]


def _part(line: Line) -> str:
    if line.category not in LAND:
        return field_of(line.category)
    if line.category == "land_flux":
        return "baseline" if line.stage == "baseline" else "plan"
    tail = line.item.rpartition(": ")[2]
    return "lost" if tail.endswith(" lost") else "grown" if tail.endswith(" grown") else "soil"

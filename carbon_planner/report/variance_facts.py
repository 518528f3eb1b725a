"""How sure a result is, and why: method and draws, the factors that make the interval, those that state no range."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from ..accounting.convergence import convergence, statement
from ..accounting.intervals import APPROACH_1
from ..accounting.variance import contribution_table, contributions
from ..base.messages import LANGUAGES
from .numbers import number_or_none
from .sector_facts import whole_plan

if TYPE_CHECKING:
    import pandas as pd

    from ..accounting.evaluate import Evaluation
    from ..accounting.simulation import Simulation

LISTED = 10
_FIGURES = ("share", "share_linear", "share_first_order", "narrows")


def variance_facts(evaluation: Evaluation) -> dict[str, Any] | None:
    """Method, draws and contributions of a run with sectors beyond the land or with draws; None for others.

    ``contributors`` hold the shares of the variance of the plan's net by factor; ``without_range`` the heaviest factors
    that state no range, which the interval leaves out, with their share of |tCO2e|.
    """
    if evaluation.intervals is None or not evaluation.totals.has_net:
        return None
    if len(evaluation.sectors) < 2 and not evaluation.settings.draws:
        return None
    groups = whole_plan(evaluation)
    found = evaluation.intervals.of(groups, keep=True)
    parts = contributions(evaluation.model, groups, simulation=found.simulation)
    table = contribution_table(evaluation.model, parts)
    return {
        "method": found.method,
        "approach": 1 if found.method == APPROACH_1 else 2,
        "draws": evaluation.settings.draws or None,
        "seed": evaluation.settings.seed if evaluation.settings.draws else None,
        "cv": number_or_none(found.cv[0]),
        "explained": number_or_none(parts.explained),
        "convergence": _convergence(found.simulation),
        "contributors": _contributors(table),
        "without_range": _without_range(evaluation),
    }


def _contributors(table: pd.DataFrame) -> list[dict[str, Any]]:
    rows = table.head(LISTED).to_dict("records")
    return [
        {"factor_id": r["factor_id"], "fset": r["fset"], **{n: number_or_none(r[n]) for n in _FIGURES}} for r in rows
    ]


def _without_range(evaluation: Evaluation) -> list[dict[str, Any]]:
    """The heaviest factors whose range is not known: measuring those would make the interval whole."""
    _, _, known = evaluation.model.book.half_widths()
    open_ends = {
        (factor.factor_id, fset)
        for factor, fset, has in zip(evaluation.model.book.factors, evaluation.model.book.fset, known.tolist())
        if not has
    }
    whole = float(evaluation.factors["weight_t"].sum()) if "weight_t" in evaluation.factors else 0.0
    if whole <= 0.0:
        return []
    heavy = evaluation.factors[evaluation.factors["weight_t"] > 0.0].to_dict("records")
    rows = [
        {"factor_id": f["factor_id"], "fset": f["fset"], "weight": f["weight_t"] / whole}
        for f in heavy
        if (f["factor_id"], f["fset"]) in open_ends
    ]
    return rows[:LISTED]


def _convergence(simulation: Simulation | None) -> dict[str, Any] | None:
    """Half-widths as the draws grow, and the sentence that says whether they suffice."""
    if simulation is None or simulation.values is None:
        return None
    found = convergence(simulation.values[0])
    said = statement(found)
    numbers = {
        name: [number_or_none(v) for v in value] if isinstance(value, tuple) else number_or_none(value)
        for name, value in asdict(found).items()
        if name != "stable"
    }
    return {**numbers, "stable": found.stable, **{f"text_{lang}": said.text(lang) for lang in LANGUAGES}}

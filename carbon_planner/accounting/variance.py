"""Which factor to measure next: what each factor contributes to the variance of a total.

Two answers that should agree where a total is nearly linear: shares of the squared half-width in Approach 1, and
first-order Sobol indices from the draws, the share of the variance that lies between slices of a factor's draws.
Correlated factors share their common part: in Approach 1 by covariance, so that shares still add up to 1; in the draws
each carries all that moves with it, so that the sum may exceed 1.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Callable, Optional

import numpy as np

from .correlation import Correlation, Loadings
from .grouping import Floats, Ints, summed
from .model import Groups, Model
from .monomials import net
from .simulation import Simulation
from .terms import Term
from .uncertainty import Gradient, gradients, jacobian, loads_of

if TYPE_CHECKING:
    import pandas as pd

# Draws per slice: enough for a mean, few enough for many slices.
PER_SLICE = 200


@dataclass(frozen=True)
class Contributions:
    """Shares of the variance of one total by factor number, NaN where there is no variance.

    ``explained`` is the sum of the first-order shares: what is missing to 1 comes of factors that multiply each other
    (and of sampling); None without draws.
    """

    linear: Floats
    first_order: Optional[Floats]
    explained: Optional[float]


def contributions(
    model: Model,
    groups: Groups,
    group: int = 0,
    *,
    where: Callable[[Term], float] = net,
    simulation: Optional[Simulation] = None,
    correlations: Iterable[Correlation] = (),
    activity_factor: Optional[Ints] = None,
) -> Contributions:
    """Contributions to the variance of one group's total.

    ``simulation`` is one of the same groups that kept its draws; its correlation groups are then taken.
    """
    derivative = jacobian(model.terms, len(model.activities.columns), model.book, where)
    gradient = gradients(model.activities, groups.of_row, groups.size, derivative, activity_factor)
    mine = gradient.group == group
    low, high, _ = model.book.half_widths()
    loads = loads_of(model.book, correlations) if simulation is None else simulation.draws.loads
    linear = linear_shares(
        Gradient(gradient.group[mine], gradient.factor[mine], gradient.value[mine]), low, high, loads
    )
    if simulation is None or simulation.values is None:
        return Contributions(linear, None, None)
    raw = first_order(simulation.values[group], simulation.draws.factors)
    return Contributions(linear, raw.clip(min=0.0), float(raw[np.isfinite(raw)].sum()))


def linear_shares(gradient: Gradient, low: Floats, high: Floats, loads: Loadings) -> Floats:
    """Shares of the squared half-width of one total by factor; both sides of a range count alike."""
    size = np.sqrt((low**2 + high**2) / 2.0)
    moved = np.zeros(len(low))
    moved[gradient.factor] = gradient.value * size[gradient.factor]
    part = moved**2
    member = loads.group >= 0
    if member.any():
        which, total = summed(loads.group[member], (moved * loads.loading)[member])
        common = np.zeros(len(loads.groups))
        common[which] = total
        loading = loads.loading[member]
        part[member] += loading * moved[member] * (common[loads.group[member]] - loading * moved[member])
    whole = part.sum()
    return part / whole if whole > 0.0 else np.full(len(part), np.nan)


def first_order(values: Floats, factors: Floats) -> Floats:
    """First-order Sobol indices of factors (factors, draws) for a total (draws,), corrected for the slices' noise.

    Estimator: ω² of the analysis of variance over slices of equal count in the order of a factor's draws; it scatters
    about 0 for a factor without influence.
    """
    count = len(values)
    slices = max(count // PER_SLICE, 2)
    cuts = np.linspace(0, count, slices + 1).astype(np.int64)
    size = np.diff(cuts)
    away = values - values.mean()
    whole = float((away**2).sum())
    shares = np.zeros(len(factors))
    if whole == 0.0:
        return np.full(len(factors), np.nan)
    for number, drawn in enumerate(factors):
        if np.ptp(drawn) == 0.0:
            continue
        means = np.add.reduceat(away[np.argsort(drawn, kind="stable")], cuts[:-1]) / size
        between = float((size * means**2).sum())
        within = (whole - between) / (count - slices)
        shares[number] = (between - (slices - 1) * within) / (whole + within)
    return shares


def contribution_table(model: Model, found: Contributions) -> pd.DataFrame:
    """Factors by their share of the variance, largest first: what measuring each would bring.

    ``share`` is the first-order share where there are draws, else the linear one; ``narrows`` is the part of the
    interval's width that would go if the factor were known exactly.
    """
    import pandas as pd

    book = model.book
    low, high, known = book.half_widths()
    share = found.linear if found.first_order is None else found.first_order
    table = pd.DataFrame(
        {
            "factor_id": [f.factor_id for f in book.factors],
            "fset": list(book.fset),
            "item": [f.item for f in book.factors],
            "parameter": [f.parameter for f in book.factors],
            "unit": [f.unit for f in book.factors],
            "value": book.values(),
            "below": low,
            "above": high,
            "range_known": known,
            "share_linear": found.linear,
            "share_first_order": np.nan if found.first_order is None else found.first_order,
            "share": share,
            "narrows": 1.0 - np.sqrt(1.0 - np.clip(share, 0.0, 1.0)),
        }
    )
    table = table[table["share"] > 0.0]
    return table.sort_values(["share", "factor_id"], ascending=[False, True], ignore_index=True)

"""Choosing places: least cost for targets, most benefit for a budget, compact by a boundary penalty.

Exact integer programmes solved by HiGHS (through SciPy): the minimum set and maximum coverage problems of systematic
planning as prioritizr states them. The gap that is left is part of the answer. Also the rule of land degradation
neutrality. The cost of a place is its cost per hectare times its area: places of unequal size are not compared by unit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..base.errors import InputError, MissingLibrary, SettingsError

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Places:
    """What can be chosen: area in ha, cost per ha, and what each place holds of each feature, shape (features, n)."""

    area_ha: Floats
    cost_per_ha: Floats
    holds: Floats
    locked_in: Bools | None = None
    locked_out: Bools | None = None

    @property
    def cost(self) -> Floats:
        """Cost of each place."""
        return self.area_ha * self.cost_per_ha


@dataclass(frozen=True)
class Borders:
    """Lengths: the whole outline of each place (n,), and shared edges as pairs of places with their length."""

    outline: Floats
    one: Ints
    other: Ints
    shared: Floats

    def exposed(self, chosen: Bools) -> float:
        """Outline of a choice: what its places do not share with each other."""
        inner = self.shared[chosen[self.one] & chosen[self.other]].sum()
        return float(self.outline[chosen].sum() - 2.0 * inner)


@dataclass(frozen=True)
class Choice:
    """A choice of places with its objective and the relative gap to the best that could still exist."""

    chosen: Bools
    objective: float
    gap: float
    shortfall: Floats


def minimum_set(
    places: Places, targets: Floats, borders: Borders | None = None, penalty: float = 0.0, seconds: float = 60.0
) -> Choice:
    """Least Σ c_i x_i + penalty · exposed outline, subject to Σ r_ij x_i ≥ T_j.

    Raises :class:`InputError` where all places together do not reach a target, or places are locked both ways, and
    :class:`MissingLibrary` without SciPy.
    """
    low, high = _bounds(places)
    reachable = places.holds @ high
    short = np.flatnonzero(reachable < targets * (1.0 - 1e-12))
    if short.size:
        k = int(short[0])
        raise InputError("TARGET_BEYOND_REACH", feature=k + 1, target=f"{targets[k]:g}", reach=f"{reachable[k]:g}")
    limit = (places.holds, targets, np.full(len(targets), np.inf))
    return _solve(places, _Programme(places.cost, limit, low, high, targets), borders, penalty, seconds)


def maximum_coverage(
    places: Places, benefit: Floats, budget: float, borders: Borders | None = None, penalty: float = 0.0,
    seconds: float = 60.0,
) -> Choice:  # fmt: skip
    """Most Σ b_i x_i − penalty · exposed outline, subject to Σ c_i x_i ≤ budget; the objective is negative benefit."""
    low, high = _bounds(places)
    if float(places.cost @ low) > budget:
        raise InputError("BUDGET_TOO_SMALL", budget=f"{budget:g}", needed=f"{places.cost @ low:g}")
    limit = (places.cost[None, :], np.array([-np.inf]), np.array([budget]))
    programme = _Programme(-benefit, limit, low, high, np.zeros(len(places.holds)))
    return _solve(places, programme, borders, penalty, seconds)


def neutrality(types: Sequence[str], gains: Floats, losses: Floats) -> pd.DataFrame:
    """Land degradation neutrality: per land type Δ = gains − losses ≥ 0; gains of one type do not pay for another.

    Columns ``type``, ``gain``, ``loss``, ``delta``, ``neutral``; a null gain or loss gives no verdict (None).
    """
    delta = gains - losses
    neutral = [None if np.isnan(d) else bool(d >= 0.0) for d in delta.tolist()]
    return pd.DataFrame({"type": list(types), "gain": gains, "loss": losses, "delta": delta, "neutral": neutral})


def _bounds(places: Places) -> tuple[Floats, Floats]:
    n = len(places.area_ha)
    locked_in = np.zeros(n, dtype=bool) if places.locked_in is None else places.locked_in
    locked_out = np.zeros(n, dtype=bool) if places.locked_out is None else places.locked_out
    if np.any(locked_in & locked_out):
        raise SettingsError("LOCKED_BOTH_WAYS", place=int(np.flatnonzero(locked_in & locked_out)[0]) + 1)
    return locked_in.astype(np.float64), 1.0 - locked_out.astype(np.float64)


@dataclass(frozen=True)
class _Programme:
    """An integer programme: objective, (matrix, lower, upper) on the places, bounds, and what is counted short."""

    objective: Floats
    limit: tuple[Floats, Floats, Floats]
    low: Floats
    high: Floats
    targets: Floats


def _solve(places: Places, programme: _Programme, borders: Borders | None, penalty: float, seconds: float) -> Choice:
    try:
        from scipy.optimize import Bounds, LinearConstraint, milp
    except ImportError as error:
        raise MissingLibrary("SELECTION_NEEDS_SCIPY") from error
    if penalty < 0.0:
        raise SettingsError("PENALTY_NEGATIVE", value=f"{penalty:g}")
    n = len(programme.objective)
    pairs = 0 if borders is None or penalty == 0.0 else len(borders.one)
    # One more variable for each shared edge: 1 only where both places are chosen, it takes the edge off both outlines.
    objective = np.concatenate([programme.objective, np.zeros(pairs)])
    matrix, lower, upper = programme.limit
    constraints = [LinearConstraint(np.hstack([matrix, np.zeros((len(matrix), pairs))]), lower, upper)]
    if borders is not None and penalty > 0.0:
        objective[:n] += penalty * borders.outline
        objective[n:] = -2.0 * penalty * borders.shared
        constraints.append(LinearConstraint(_both_chosen(borders, n), ub=0.0))
    found = milp(
        objective,
        constraints=constraints,
        integrality=np.concatenate([np.ones(n), np.zeros(pairs)]),
        bounds=Bounds(np.append(programme.low, np.zeros(pairs)), np.append(programme.high, np.ones(pairs))),
        options={"time_limit": seconds},
    )
    if found.x is None:
        raise InputError("NO_CHOICE_FOUND", detail=str(found.message))
    chosen = np.asarray(found.x[:n] > 0.5)
    gap = 0.0 if found.mip_gap is None else float(found.mip_gap)
    return Choice(chosen, float(found.fun), gap, np.maximum(programme.targets - places.holds @ chosen, 0.0))


def _both_chosen(borders: Borders, n: int) -> csr_matrix:
    """Rows z_k − x_i ≤ 0 and z_k − x_j ≤ 0 of all shared edges k between places i and j."""
    from scipy.sparse import csr_matrix

    pairs = len(borders.one)
    row = np.repeat(np.arange(2 * pairs), 2)
    edge = n + np.tile(np.arange(pairs), 2)
    column = np.stack([edge, np.concatenate([borders.one, borders.other])], axis=1).ravel()
    return csr_matrix((np.tile([1.0, -1.0], 2 * pairs), (row, column)), shape=(2 * pairs, n + pairs))

"""Growth of biomass: yield curves, what they add per year, survival, saturation, upkeep, turnover between pools.

Curves give a stock (t C/ha) at an age in years; increments are differences of the curve (as CBM-CFS3 and libcbm do with
yield tables), so that they sum to the stock by construction.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from ...base.errors import SettingsError
from .arrays import Floats, Numbers, floats, require_between, require_length, require_positive


def linear(age: Numbers, final: Numbers, years: Numbers) -> Floats:
    """Straight growth to ``final`` over ``years`` (IPCC Tier 1 transition), constant afterwards."""
    require_positive("years", years)
    return np.asarray(floats(final) * np.clip(floats(age) / years, 0.0, 1.0))


def chapman_richards(age: Numbers, final: Numbers, rate: Numbers, power: Numbers) -> Floats:
    """Chapman–Richards, final · (1 − e^(−rate·age))^power."""
    passed = np.maximum(floats(age), 0.0)
    return np.asarray(floats(final) * (1.0 - np.exp(-floats(rate) * passed)) ** power)


def logistic(age: Numbers, final: Numbers, rate: Numbers, middle: Numbers) -> Floats:
    """Logistic growth, final/(1 + e^(−rate·(age − middle))), lowered and stretched so that it starts at 0."""
    passed = np.maximum(floats(age), 0.0)
    start = 1.0 / (1.0 + np.exp(floats(rate) * middle))
    value = 1.0 / (1.0 + np.exp(-floats(rate) * (passed - middle)))
    return np.asarray(floats(final) * (value - start) / (1.0 - start))


def table(age: Numbers, ages: Floats, stocks: Floats) -> Floats:
    """A yield table, straight between its ages and flat beyond its ends."""
    require_length("stocks", floats(stocks), len(ages))
    if np.any(np.diff(ages) <= 0):
        raise SettingsError("METHOD_NOT_RISING", parameter="age")
    return np.asarray(np.interp(floats(age), ages, stocks))


def two_periods(age: Numbers, first: Numbers, second: Numbers, change: float = 20.0, end: float = 60.0) -> Floats:
    """Stock of restored forest: ``first`` per year up to ``change`` years, ``second`` up to ``end``, then constant.

    The two periods 0–20 and 20–60 years of the removal rates that Trends.Earth takes from Winrock.
    """
    require_between("change", change, 0.0, end)
    passed = floats(age)
    young, old = np.clip(passed, 0.0, change), np.clip(passed, change, end) - change
    return np.asarray(floats(first) * young + floats(second) * old)


# Curves that a table can name, with the parameters each takes. All reach their final stock, or keep growing towards it.
KINDS: Mapping[str, tuple[str, ...]] = {
    "linear": ("years",),
    "chapman_richards": ("rate", "power"),
    "logistic": ("rate", "middle"),
    "two_periods": ("first", "second", "change", "end"),
    "table": (),
}


def named_curve(kind: str, parameters: Mapping[str, float], age: Numbers) -> Floats:
    """Stock at an age by a curve of :data:`KINDS` with parameters from a table; final stocks are 1 where none is given.

    The parameters of "table" are pairs of age and stock. Raises :class:`SettingsError` for a curve that is not known or
    parameters that do not fit it.
    """
    if kind not in KINDS:
        raise SettingsError("SETTING_UNKNOWN", parameter="curve", value=kind, allowed=", ".join(KINDS))
    if kind == "table":
        points = sorted((float(a), s) for a, s in parameters.items())
        return table(age, *(np.array(axis, dtype=np.float64) for axis in zip(*points)))
    missing = [name for name in KINDS[kind] if name not in parameters]
    if missing:
        raise SettingsError("METHOD_COLUMNS", columns=", ".join(missing))
    values = [parameters[name] for name in KINDS[kind]]
    if kind == "two_periods":
        return two_periods(age, *values)
    if kind == "linear":
        return linear(age, 1.0, *values)
    return chapman_richards(age, 1.0, *values) if kind == "chapman_richards" else logistic(age, 1.0, *values)


def edge_stock(distance_km: Numbers, first: Numbers, second: Numbers, third: Numbers, form: str) -> Floats:
    """Above-ground stock by distance from the forest edge (InVEST): asymptotic, logarithmic or linear.

    θ1 − θ2·e^(−θ3·d), θ1 + θ2·ln d, θ1 + θ2·d. Raises :class:`SettingsError` for another form.
    """
    d = floats(distance_km)
    if form == "asymptotic":
        return np.asarray(floats(first) - floats(second) * np.exp(-floats(third) * d))
    if form == "logarithmic":
        require_positive("d", d)
        return np.asarray(floats(first) + floats(second) * np.log(d))
    if form == "linear":
        return np.asarray(floats(first) + floats(second) * d)
    raise SettingsError("SETTING_UNKNOWN", parameter="form", value=form, allowed="asymptotic, logarithmic, linear")


def increments(stocks: Floats) -> Floats:
    """What each step adds, along the last axis: stocks at ages 0, 1, …, n give n increments that sum to the last."""
    return np.asarray(np.diff(floats(stocks), axis=-1))


def survival(years: Numbers, mortality: Numbers) -> Floats:
    """Share of what was planted that lives after some years, (1 − m)^years."""
    require_between("m", mortality, 0.0, 1.0)
    return np.asarray((1.0 - floats(mortality)) ** np.maximum(floats(years), 0.0))


def sink(stocks: Floats, alive: Numbers = 1.0, saturation: float = np.inf, upkeep: Numbers = 0.0) -> Floats:
    """Net removal of each year of a planting, along the last axis: negative is uptake (the sign of the ledger).

    ``stocks`` is the curve of what lives, at ages 0 … n; what is ``alive`` (same shape or a number) carries it, so that
    a death gives its carbon back in its year. After ``saturation`` years nothing is added. ``upkeep`` are emissions of
    maintenance per year (mowing, irrigation, pruning), shape of the n years or a number.
    """
    curve = floats(stocks)
    age = np.arange(curve.shape[-1], dtype=np.float64)
    last = int(min(saturation, curve.shape[-1] - 1))
    held = np.where(age <= last, curve, curve[..., last : last + 1])
    standing = held * alive
    return np.asarray(-np.diff(standing, axis=-1) + floats(upkeep))


@dataclass(frozen=True)
class Step:
    """Pools after a step, what left them to each sink outside, and the imbalance, which is rounding only."""

    pools: Floats
    released: Floats
    imbalance: float


def turn_over(pools: Floats, inputs: Floats, moves: Floats, releases: Floats) -> Step:
    """One step of turnover between pools: stem to litter, litter to soil, soil to air.

    ``pools`` and ``inputs`` (growth) have shape (n,); ``moves[i, j]`` is the share of pool i that goes to pool j,
    ``releases[i, k]`` the share that leaves to sink k (air, products). Shares act on the stock before the step, inputs
    come after. Mass closes: Σ before + Σ inputs = Σ after + Σ released. Raises :class:`SettingsError` where a pool
    would give away more than it holds.
    """
    stock, grown = floats(pools), floats(inputs)
    given = floats(moves).sum(axis=1) + floats(releases).sum(axis=1)
    require_between("Σ turnover", given, 0.0, 1.0 + 1e-12)
    out = stock @ floats(releases)
    after = stock * (1.0 - given) + stock @ floats(moves) + grown
    imbalance = float(stock.sum() + grown.sum() - after.sum() - out.sum())
    return Step(np.asarray(after), np.asarray(out), imbalance)

"""What carbon is worth today, by the conventions of three tools. Prices and stocks are named by their own units.

All take rates as shares (0.07 is 7 %). Negative rates and rates above 1 are allowed (InVEST issue 2160); only a rate of
−1 or less, by which nothing can be discounted, is refused.
"""

from __future__ import annotations

import numpy as np

from ...base.errors import SettingsError
from .arrays import Floats, Numbers, floats, require_length


def discount(rate: Numbers, years: Numbers) -> Floats:
    """Factor 1/(1 + rate)^years. Raises :class:`SettingsError` where 1 + rate is not above 0."""
    growth = 1.0 + floats(rate)
    if np.any(growth <= 0.0):
        raise SettingsError("METHOD_RATE", value=f"{float(np.min(growth) - 1.0):g}")
    return np.asarray(growth ** -floats(years))


def invest_factor(price: float, rate: float, price_change: float, first: int, last: int) -> float:
    """Value of one tonne of change by InVEST Carbon: V/(q − p) · Σ_{t=0}^{q−p−1} 1/[(1+r)^t (1+c)^t].

    The change is spread evenly over the years and the first is not discounted (an annuity due). In this convention a
    *positive* price change lowers the value. V = 43, r = 7 %, c = 0, 2020 → 2030 gives 32.3154986698. Raises
    :class:`SettingsError` where the last year does not come after the first.
    """
    span = last - first
    if span <= 0:
        raise SettingsError("METHOD_NOT_POSITIVE", parameter="q − p", value=str(span))
    t = np.arange(span, dtype=np.float64)
    return float(price / span * np.sum(discount(rate, t) * discount(price_change, t)))


def invest_value(change: Numbers, price: float, rate: float, price_change: float, first: int, last: int) -> Floats:
    """Value of a change of stock by InVEST Carbon; price and change in the same tonnes (of C in InVEST)."""
    return np.asarray(floats(change) * invest_factor(price, rate, price_change, first, last))


def net_present_value(revenues: Floats, costs: Floats, rate: float) -> Floats:
    """NPV by CPLUS, Σ_{y=1}^{n} (rev_y − cost_y)/(1 + d)^(y−1), over the last axis; year 1 is not discounted."""
    flow = floats(revenues) - floats(costs)
    return np.asarray((flow * discount(rate, np.arange(flow.shape[-1], dtype=np.float64))).sum(axis=-1))


def stock_value(stocks: Floats, prices: Floats, rate: float) -> Floats:
    """Value by Coastal Blue Carbon, V = Σ_{t=1}^{n} p_t (S_t − S_{t−1})/(1 + d)^t.

    ``stocks`` (…, n + 1) from the year before the first price on; ``prices`` (n,).
    """
    change = np.diff(floats(stocks), axis=-1)
    require_length("prices", floats(prices), change.shape[-1])
    return np.asarray(
        (change * prices * discount(rate, np.arange(1, change.shape[-1] + 1, dtype=np.float64))).sum(axis=-1)
    )


def inflated_prices(base: float, inflation: float, years: int) -> Floats:
    """Prices of the years 0 … years − 1 from a base price that grows by ``inflation`` a year."""
    return np.asarray(base * discount(inflation, -np.arange(years, dtype=np.float64)))


def price_table(years: Floats, known_years: Floats, prices: Floats) -> Floats:
    """Prices of years from a table, straight in between, NaN outside: a price is not carried on without being told."""
    require_length("prices", floats(prices), len(known_years))
    if np.any(np.diff(known_years) <= 0):
        raise SettingsError("METHOD_NOT_RISING", parameter="year")
    return np.asarray(np.interp(floats(years), known_years, prices, left=np.nan, right=np.nan))

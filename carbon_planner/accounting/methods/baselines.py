"""Baselines and lines outside the net: what a plan is compared with, and what is reported beside it (rules 3 to 9)."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from ...base.errors import SettingsError
from .arrays import Floats, Numbers, floats, require_length

EXISTING, APPROVED, BAU = "existing", "approved", "bau"
BASELINES = (EXISTING, APPROVED, BAU)

NET = "net"
# Lines that are reported and enter no net, with the carbon rule that keeps them out.
OUTSIDE: Mapping[str, str] = {
    "committed": "3: falls after the last year",
    "legacy": "8: uptake of vegetation that the plan keeps",
    "displaced": "9: farm inputs that move with the cropland",
    "relocated": "9: moved with its origin",
    "avoided": "12: power sold to the grid",
}
LINES = (NET, *OUTSIDE)


def change(plan: Numbers, baseline: Numbers) -> Floats:
    """The plan minus its baseline: null where one is (carbon rule 4); the way back has the opposite sign."""
    return floats(plan) - floats(baseline)


def existing(value: Numbers, years: int) -> Floats:
    """The survey date held constant over all years, shape (…, years)."""
    return np.repeat(floats(value)[..., None], years, axis=-1)


def trend(value: Numbers, yearly_rate: Numbers, years: int) -> Floats:
    """Business as usual by a constant rate: value · (1 + rate)^k in the years 1 … n, shape (…, years)."""
    return floats(value)[..., None] * (1.0 + floats(yearly_rate)[..., None]) ** np.arange(1, years + 1)


def trend_of_series(values: Floats, observed: Floats, years: Floats) -> Floats:
    """Business as usual by the straight line of least squares through observed years, shape (…, years).

    Raises :class:`SettingsError` for fewer than two different years. A null among the values gives null.
    """
    series, seen = floats(values), floats(observed)
    require_length("values", series, len(seen))
    centred = seen - seen.mean()
    if not np.any(centred):
        raise SettingsError("METHOD_LENGTH", parameter="years", count=len(seen), needed=2)
    slope = (series * centred).sum(axis=-1, keepdims=True) / (centred**2).sum()
    return np.asarray(series.mean(axis=-1, keepdims=True) + slope * (floats(years) - seen.mean()))


def lines(rows: pd.DataFrame) -> pd.DataFrame:
    """Sums by line from rows with ``line``, ``tco2e``: one row for each of :data:`LINES`, and whether it is in the net.

    A null row makes its line null: a part that is not known is no zero. Raises :class:`SettingsError` for an unknown
    line.
    """
    unknown = sorted(set(rows["line"]) - set(LINES))
    if unknown:
        raise SettingsError("SETTING_UNKNOWN", parameter="line", value=unknown[0], allowed=", ".join(LINES))
    total = [float(rows.loc[rows["line"] == name, "tco2e"].sum(skipna=False)) for name in LINES]
    return pd.DataFrame(
        {"line": LINES, "tco2e": total, "in_net": [n == NET for n in LINES], "rule": ["", *OUTSIDE.values()]}
    )


def relocation(rows: pd.DataFrame, inside: set[str]) -> pd.DataFrame:
    """Moved activities by origin: columns ``origin``, ``tco2e``, ``cancels``, ``not_assessed`` (carbon rule 9).

    Rows have ``origin`` (name of the area it comes from) and ``tco2e``. Within the parent plan (``inside``) a move
    cancels: what arrives here is gone there. From elsewhere it is listed as not assessed (leakage); it is no reduction.
    """
    grouped = rows.groupby("origin", sort=True, as_index=False)["tco2e"].agg(lambda s: s.sum(skipna=False))
    cancels = grouped["origin"].isin(inside)
    moved: pd.DataFrame = grouped.assign(cancels=cancels, not_assessed=~cancels)
    return moved

"""Decomposition, valuation and calibration of plain tables."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Optional

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ...accounting.methods.calibration import by_uncertainty, proportional
from ...accounting.methods.decomposition import lmdi
from ...accounting.methods.valuation import discount, invest_value
from ...base.errors import InputError, SettingsError

Floats = NDArray[np.float64]
EFFECT_COLUMNS = ("part", "factor", "start", "end", "effect")
PRODUCT, TOTAL = "product", "total"
CALIBRATED, RESIDUALS = ("zone", "sector", "value", "calibrated"), ("sector", "bottom_up", "official", "residual",
                                                                    "factor", "applied", "unallocated")  # fmt: skip


def column(table: pd.DataFrame, name: str) -> Floats:
    """A column as doubles, NaN for null. Raises :class:`InputError` where it is not there or holds text."""
    if name not in table.columns:
        raise InputError("BLOCK_NO_COLUMN", column=name, columns=", ".join(map(str, table.columns)))
    try:
        return np.asarray(pd.to_numeric(table[name]).to_numpy(dtype=np.float64, na_value=np.nan))
    except (TypeError, ValueError):
        raise InputError("BLOCK_NO_NUMBER", column=name) from None


def decompose(start: pd.DataFrame, end: pd.DataFrame, key: str, factors: Sequence[str]) -> pd.DataFrame:
    """Effects of factors on the change of their product between two tables (additive LMDI-I), by part and in total.

    ``key`` names the parts (zones, sectors), ``factors`` the columns whose product is the total; "" as key makes the
    rows of both tables one part each, in their order. Columns of the result are :data:`EFFECT_COLUMNS`: a row for
    each part and factor, one for the *product*, and the sums of all parts under *total*. Parts that one table lacks
    count as zero there. Raises :class:`InputError` for a missing column or a key that stands twice.
    """
    if len(factors) < 1:
        raise InputError("BLOCK_NO_COLUMN", column="—", columns=", ".join(map(str, start.columns)))
    one, two = (_keyed(table, key, factors) for table in (start, end))
    parts = list(dict.fromkeys([*one, *two]))
    zeros = np.zeros(len(factors))
    before = np.array([one.get(part, zeros) for part in parts]).T
    after = np.array([two.get(part, zeros) for part in parts]).T
    effects = lmdi(before, after)
    rows: list[tuple[object, ...]] = []
    for i, part in enumerate(parts):
        columns = zip(factors, before[:, i].tolist(), after[:, i].tolist(), effects[:, i].tolist())
        rows += [(part, name, b, a, e) for name, b, a, e in columns]
        b, a = float(before[:, i].prod()), float(after[:, i].prod())
        rows.append((part, PRODUCT, b, a, a - b))
    for number, name in enumerate(factors):
        rows.append((TOTAL, name, np.nan, np.nan, float(effects[number].sum())))
    whole = float(before.prod(axis=0).sum()), float(after.prod(axis=0).sum())
    rows.append((TOTAL, PRODUCT, *whole, whole[1] - whole[0]))
    return pd.DataFrame(rows, columns=list(EFFECT_COLUMNS))


def _keyed(table: pd.DataFrame, key: str, factors: Sequence[str]) -> dict[str, Floats]:
    values = np.array([column(table, name) for name in factors]).T.reshape(len(table), len(factors))
    if key and key not in table.columns:
        raise InputError("BLOCK_NO_COLUMN", column=key, columns=", ".join(map(str, table.columns)))
    names = [str(i + 1) for i in range(len(table))] if not key else [str(value) for value in table[key].tolist()]
    repeated = sorted({name for name in names if names.count(name) > 1}) if len(set(names)) < len(names) else []
    if repeated:
        raise InputError("BLOCK_KEY_TWICE", column=key, values=", ".join(repeated[:5]))
    return dict(zip(names, values))


def value_stock_change(change: Floats, price: float, rate: float, price_change: float, first: int, last: int) -> Floats:
    """Value of a change of stock between two years, by the convention of InVEST Carbon; NaN where the change is null.

    ``rate`` and ``price_change`` are shares of 1 a year; price and change count the same tonnes.
    """
    return invest_value(change, price, rate, price_change, first, last)


def present_values(
    table: pd.DataFrame, year: str, revenue: str, cost: str, rate: float, first: Optional[int], group: str
) -> pd.DataFrame:
    """Net present value of yearly rows by the convention of CPLUS, (revenue − cost)/(1 + rate)^(year − first).

    ``cost`` and ``group`` may be "". ``first`` is the year that is not discounted, None for the earliest of the
    table. Rows without a figure make the value of their group null. Columns: group, years, npv.
    """
    years = column(table, year)
    if len(table) == 0 or np.isnan(years).any():
        raise InputError("BLOCK_NO_NUMBER", column=year)
    flow = column(table, revenue) - (column(table, cost) if cost else 0.0)
    start = float(years.min()) if first is None else float(first)
    present = flow * discount(rate, years - start)
    labels = [TOTAL] * len(table) if not group else [str(value) for value in table[group].tolist()]
    frame = pd.DataFrame({"group": labels, "years": 1, "npv": present})
    return frame.groupby("group", sort=True).agg(years=("years", "sum"), npv=("npv", _strict_sum)).reset_index()


def _strict_sum(values: Any) -> float:
    return float(np.sum(values.to_numpy(dtype=np.float64)))  # NaN stays NaN


def calibrate(
    table: pd.DataFrame, zone: str, sector: str, value: str, official: pd.DataFrame, official_sector: str,
    official_value: str, spread: str = "",
) -> tuple[pd.DataFrame, pd.DataFrame]:  # fmt: skip
    """Bottom-up figures meet official totals: (rows of :data:`CALIBRATED`, sectors of :data:`RESIDUALS`).

    ``table`` has one row for each zone and sector; ``official`` one for each sector. With ``spread`` (half-width of
    each figure) uncertain figures take more of the residual, else all figures of a sector the same factor. Sectors
    without an official figure stay as they are; official sectors without a row are shown as unallocated.
    """
    for frame, names in ((table, (zone, sector)), (official, (official_sector,))):
        for name in names:
            if name not in frame.columns:
                raise InputError("BLOCK_NO_COLUMN", column=name, columns=", ".join(map(str, frame.columns)))
    zones, of_zone = _codes(table[zone])
    known = [str(v) for v in official[official_sector].tolist()]
    if len(set(known)) < len(known):
        raise InputError("BLOCK_KEY_TWICE", column=official_sector, values=", ".join(sorted(set(known))[:5]))
    own, of_sector = _codes(table[sector])
    sectors = [*own, *(name for name in known if name not in own)]
    figures = np.full((len(zones), len(sectors)), np.nan)
    if len({(z, s) for z, s in zip(of_zone.tolist(), of_sector.tolist())}) < len(table):
        raise InputError("BLOCK_KEY_TWICE", column=f"{zone} × {sector}", values="…")
    figures[of_zone, of_sector] = column(table, value)
    targets = dict(zip(known, column(official, official_value).tolist()))
    target = np.array([targets.get(name, np.nan) for name in sectors])
    if spread:
        sigma = np.full(figures.shape, np.nan)
        sigma[of_zone, of_sector] = column(table, spread)
        if np.nanmin(sigma, initial=0.0) < 0.0:
            raise SettingsError("METHOD_WEIGHTS")
        found = by_uncertainty(figures, sigma, target, sectors)
    else:
        found = proportional(figures, target, sectors)
    rows = pd.DataFrame(
        {
            "zone": [zones[i] for i in of_zone],
            "sector": [sectors[i] for i in of_sector],
            "value": figures[of_zone, of_sector],
            "calibrated": found.values[of_zone, of_sector],
        }
    )
    return rows, found.sectors


def _codes(series: Any) -> tuple[list[str], NDArray[np.int64]]:
    texts = [str(value) for value in series.tolist()]
    names = list(dict.fromkeys(texts))
    place = {name: number for number, name in enumerate(names)}
    return names, np.array([place[text] for text in texts], dtype=np.int64)

"""Views of the ledger that the report shows: emission by year and part, stocks by pool. Sums only, no new carbon."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from .numbers import number_or_none

POOL_ORDER = ("above", "below", "vegetation", "dead", "litter", "soil", "total")
PARTS = ("lost", "soil", "grown", "plan", "baseline")

Floats = NDArray[np.float64]


def time_line(ledger: pd.DataFrame, end: int) -> list[dict[str, Any]]:
    """Emission and removal per year and part (tCO2e), from the rows that enter the net or are committed.

    Years run to ``end`` at least. A row counts evenly over its years. Parts are ``lost`` (biomass and dead matter at
    conversion), ``soil``, ``grown`` (new biomass), and for the flux method ``plan`` and ``baseline``, the latter with
    its sign turned: the net is plan minus baseline.
    """
    counted = ledger["category"].isin(["land_stock", "land_flux"]) & ledger["tco2e"].notna()
    rows = ledger.loc[counted, ["stage", "yr_from", "yr_to", "category", "item", "tco2e"]]
    if rows.empty:
        return []
    part = _part(rows)
    first, last = int(rows["yr_from"].min()), max(int(rows["yr_to"].max()), end)
    start = rows["yr_from"].to_numpy(np.int64) - first
    stop = rows["yr_to"].to_numpy(np.int64) - first + 1
    total = rows["tco2e"].to_numpy(np.float64) * np.where(part == "baseline", -1.0, 1.0)
    yearly = total / (stop - start)
    shares: dict[str, tuple[Floats, Floats]] = {}
    for name in PARTS:
        here = part == name
        if here.any():
            shares[name] = (
                _spread(start, stop, yearly, here & (yearly > 0), last - first + 1),
                _spread(start, stop, yearly, here & (yearly < 0), last - first + 1),
            )
    return [
        {
            "year": first + i,
            "parts": {
                name: {"emission": float(up[i]), "removal": float(down[i])}
                for name, (up, down) in shares.items()
                if up[i] or down[i]
            },
        }
        for i in range(last - first + 1)
    ]


def stocks(ledger: pd.DataFrame, *, compared: bool) -> list[dict[str, Any]]:
    """Carbon (t C) by pool in the baseline and under the plan; ``compared`` leaves out land with one side only."""
    rows = ledger[(ledger["category"] == "stock") & (ledger["gas"] == "C")]
    if compared:
        rows = rows[~rows["flags"].fillna("").str.contains("NOT_COMPARED", regex=False)]
    if rows.empty:
        return []
    sums: dict[str, dict[str, float]] = {}
    pools = rows["item"].str.rpartition(": ")[2].tolist()
    for pool, stage, carbon in zip(pools, rows["stage"].tolist(), rows["act_qty"].tolist()):
        sides = sums.setdefault(str(pool), {})
        sides[stage] = sides.get(stage, 0.0) + carbon
    known = [p for p in POOL_ORDER if p in sums] + sorted(set(sums) - set(POOL_ORDER))
    return [
        {"pool": p, "baseline": number_or_none(sums[p].get("baseline")), "plan": number_or_none(sums[p].get("plan"))}
        for p in known
    ]


def _part(rows: pd.DataFrame) -> NDArray[np.object_]:
    tail = rows["item"].str.rpartition(": ")[2]
    part = np.full(len(rows), "soil", dtype=object)
    part[tail.str.endswith(" lost").to_numpy(bool)] = "lost"
    part[tail.str.endswith(" grown").to_numpy(bool)] = "grown"
    flux = (rows["category"] == "land_flux").to_numpy(bool)
    part[flux] = np.where(rows["stage"].to_numpy(object)[flux] == "baseline", "baseline", "plan")
    return part


def _spread(
    start: NDArray[np.int64], stop: NDArray[np.int64], yearly: Floats, pick: NDArray[np.bool_], length: int
) -> Floats:
    """Sum of yearly amounts over [start, stop) per row: steps up and down, then a running sum."""
    steps = np.zeros(length + 1)
    np.add.at(steps, start[pick], yearly[pick])
    np.add.at(steps, stop[pick], -yearly[pick])
    running: Floats = np.cumsum(steps[:-1])
    # the running sum of what went in and out again leaves crumbs of rounding
    running[np.abs(running) < 1e-12 * max(float(np.abs(yearly[pick]).sum()), 1e-300)] = 0.0
    return running

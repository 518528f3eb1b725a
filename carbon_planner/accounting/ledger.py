"""The ledger: the one table everything else reads, expanded from activities and terms only when it is wanted."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..base.errors import BalanceError
from ..base.fields import ledger_fields
from .activities import Activities
from .coefficients import FactorBook, Term
from .uncertainty import half_widths

Ints = NDArray[np.int64]


def check_keys(terms: Sequence[Term]) -> None:
    """Refuse a second term for the same zone × stage × item × year × gas (carbon rule 2)."""
    seen: set[tuple[object, ...]] = set()
    for term in terms:
        key = (term.transition, term.stage, term.category, term.item, term.yr_from, term.yr_to, term.gas)
        if key in seen:
            raise BalanceError("LEDGER_KEY_TWICE", item=term.item, stage=term.stage)
        seen.add(key)


def expand(
    activities: Activities, zone_of_row: Ints, zone_ids: Sequence[str], terms: Sequence[Term], book: FactorBook
) -> pd.DataFrame:
    """Ledger rows of all zones, ordered by zone, then as the terms are; columns as in ``ledger_fields.csv``."""
    zone, transition, ha = _by_zone(activities, zone_of_row)
    starts = np.searchsorted(transition, np.arange(len(activities.transitions) + 1))
    bounds = _term_bounds(terms, book)
    pieces: list[dict[str, object]] = []
    order: list[Ints] = []
    for number, term in enumerate(terms):
        pick = slice(starts[term.transition], starts[term.transition + 1])
        amount = ha[pick]
        if not len(amount):
            continue
        stock = term.gas == "C"
        nothing = np.full(len(amount), np.nan)
        value, low, high = term.amount.value, *bounds[number]
        pieces.append({
            "zone": zone[pick],
            "stage": term.stage, "yr_from": term.yr_from, "yr_to": term.yr_to, "category": term.category,
            "item": term.item, "gas": term.gas,
            "act_qty": amount * value if stock else amount,
            "act_unit": "t C" if stock else "ha",
            "factor_id": book.ids(term.amount), "fset": term.fset, "method": term.method,
            "tco2e": nothing if stock else amount * value,
            "lo": nothing if stock else amount * (value - low),
            "hi": nothing if stock else amount * (value + high),
            "flags": " ".join(term.flags),
        })  # fmt: skip
        order.append(np.full(len(amount), number, dtype=np.int64))
    names = [f.name for f in ledger_fields()]
    if not pieces:
        return pd.DataFrame({name: [] for name in names})
    table = pd.concat([pd.DataFrame(p) for p in pieces], ignore_index=True)
    table = table.iloc[np.lexsort((np.concatenate(order), table["zone"].to_numpy()))].reset_index(drop=True)
    table["zone_id"] = np.asarray(zone_ids, dtype=object)[table["zone"].to_numpy()]
    return pd.DataFrame(table[names])


def _by_zone(activities: Activities, zone_of_row: Ints) -> tuple[Ints, Ints, NDArray[np.float64]]:
    """Activities summed to zones, sorted by transition then zone."""
    zones = int(zone_of_row.max()) + 1 if len(zone_of_row) else 1
    key, inverse = np.unique(activities.col * zones + zone_of_row[activities.row], return_inverse=True)
    ha = np.asarray(np.bincount(inverse.reshape(-1), weights=activities.ha, minlength=len(key)), dtype=np.float64)
    return key % zones, key // zones, ha


def _term_bounds(terms: Sequence[Term], book: FactorBook) -> list[tuple[float, float]]:
    """Half-widths per hectare of each term; NaN where a factor of it has no range."""
    low, high, known = book.half_widths()
    bounds = []
    for term in terms:
        factors = np.fromiter(term.amount.gradient.keys(), dtype=np.int64)
        gradient = np.fromiter(term.amount.gradient.values(), dtype=np.float64)
        if not known[factors].all():
            bounds.append((float("nan"), float("nan")))
            continue
        down, up = half_widths(gradient, low[factors], high[factors])
        bounds.append((float(down), float(up)))
    return bounds

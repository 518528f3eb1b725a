"""The ledger: the one table everything else reads, expanded from activities and terms only when it is wanted."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..base.errors import BalanceError
from ..base.fields import ledger_fields
from .activities import Activities
from .factor_book import FactorBook
from .terms import Term
from .uncertainty import half_widths

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


def check_keys(terms: Sequence[Term]) -> None:
    """Refuse a second term for the same zone × stage × item × year × gas (carbon rule 2)."""
    seen: set[tuple[object, ...]] = set()
    for term in terms:
        key = (term.column, term.stage, term.category, term.item, term.yr_from, term.yr_to, term.gas)
        if key in seen:
            raise BalanceError("LEDGER_KEY_TWICE", item=term.item, stage=term.stage)
        seen.add(key)


def expand(
    activities: Activities, zone_of_row: Ints, zone_ids: Sequence[str], terms: Sequence[Term], book: FactorBook
) -> pd.DataFrame:
    """Ledger rows of all zones, ordered by zone, then as the terms are; columns as in ``ledger_fields.csv``."""
    zone, transition, ha = _by_zone(activities, zone_of_row)
    starts = np.searchsorted(transition, np.arange(len(activities.columns) + 1))
    where = np.array([term.column for term in terms], dtype=np.int64)
    first, count = starts[where], starts[where + 1] - starts[where]
    # Row r of the ledger is term number[r] of activity pick[r].
    number = np.repeat(np.arange(len(terms)), count)
    pick = np.arange(len(number)) - np.repeat(np.cumsum(count) - count, count) + np.repeat(first, count)
    order = np.lexsort((number, zone[pick]))
    number, pick = number[order], pick[order]
    del order
    columns = _texts(terms, activities, book, number)
    columns["zone_id"] = np.asarray(zone_ids, dtype=object)[zone[pick]]
    columns.update(_amounts(terms, book, number, ha[pick]))
    # Columns stay apart: put together in blocks, millions of rows would be held twice.
    return pd.DataFrame({field.name: columns[field.name] for field in ledger_fields()}, copy=False)


def _texts(
    terms: Sequence[Term], activities: Activities, book: FactorBook, number: Ints
) -> dict[str, NDArray[np.generic]]:
    """Columns that are the same in all rows of a term; their texts are shared, not copied."""
    of_term = {
        "stage": [t.stage for t in terms],
        "category": [t.category for t in terms],
        "item": [t.item for t in terms],
        "gas": [t.gas for t in terms],
        "act_unit": ["t C" if t.gas == "C" else activities.columns[t.column].unit for t in terms],
        "factor_id": [book.ids(t.amount) for t in terms],
        "fset": [t.fset for t in terms],
        "method": [t.method for t in terms],
        "flags": [" ".join(t.flags) for t in terms],
        "scope": [t.scope for t in terms],
    }
    columns: dict[str, NDArray[np.generic]] = {
        name: np.array(texts, dtype=object)[number] for name, texts in of_term.items()
    }
    for name in ("yr_from", "yr_to"):
        columns[name] = np.array([getattr(t, name) for t in terms], dtype=np.int64)[number]
    return columns


def _amounts(terms: Sequence[Term], book: FactorBook, number: Ints, ha: Floats) -> dict[str, NDArray[np.generic]]:
    """Quantities of the rows: stocks are activities in t C, without an emission."""
    bounds = np.array(_term_bounds(terms, book), dtype=np.float64).reshape(-1, 2)
    value = np.array([t.amount.value for t in terms], dtype=np.float64)
    stock = np.array([t.gas == "C" for t in terms], dtype=bool)
    mass = np.array([np.nan if t.mass is None else t.mass for t in terms], dtype=np.float64)
    emission = np.where(stock, np.nan, value)
    return {
        "act_qty": ha * np.where(stock, value, 1.0)[number],
        "tco2e": ha * emission[number],
        "lo": ha * (emission - bounds[:, 0])[number],
        "hi": ha * (emission + bounds[:, 1])[number],
        "gas_t": ha * mass[number],
    }


def _by_zone(activities: Activities, zone_of_row: Ints) -> tuple[Ints, Ints, NDArray[np.float64]]:
    """Activities summed to zones, sorted by transition then zone."""
    zones = int(zone_of_row.max()) + 1 if len(zone_of_row) else 1
    key, inverse = np.unique(activities.col * zones + zone_of_row[activities.row], return_inverse=True)
    ha = np.asarray(np.bincount(inverse.reshape(-1), weights=activities.qty, minlength=len(key)), dtype=np.float64)
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

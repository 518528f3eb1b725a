"""The year by year result: what each sector emits and removes in each year, of totals or of groups."""

from __future__ import annotations

import numpy as np
import pandas as pd

from .model import Groups, Model
from .sector_views import sector_of
from .terms import Term

COLUMNS = ("year", "sector", "stage", "scope", "gas", "in_net", "tco2e", "gas_t")


def pathway(model: Model, groups: Groups) -> pd.DataFrame:
    """Yearly rows of one group (the first): year, sector, stage, scope, gas, in_net, tCO2e and tonnes of the gas.

    Rows with ``in_net`` 1 enter the net as plan − baseline + change; those with 0 are information (other scopes and
    views) or lie outside of it (*committed*, *avoided*, *displaced* …). A term counts evenly over its span.
    """
    held = np.zeros(len(model.activities.columns))
    inside = groups.of_row[model.activities.row] == 0
    held += np.bincount(model.activities.col[inside], model.activities.qty[inside], minlength=len(held))
    parts: dict[tuple[int, str, str, str, str, int], list[float]] = {}
    for term in model.terms:
        if term.gas == "C" or not held[term.column] or _silent(term):
            continue
        sector, yearly = sector_of(term), term.yearly * float(held[term.column])
        years = term.yr_to - term.yr_from + 1
        mass = float("nan") if term.mass is None else term.mass / years * float(held[term.column])
        for year in range(term.yr_from, term.yr_to + 1):
            cell = parts.setdefault((year, sector, term.stage, term.scope, term.gas, int(bool(term.net))), [0.0, 0.0])
            cell[0] += yearly
            cell[1] += mass
    rows = [(*key, *value) for key, value in sorted(parts.items())]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _silent(term: Term) -> bool:
    """Information about the land method that is not in force, and lines of sectors that a zone has no net in."""
    return term.category in ("stock", "flux", "not_estimated") or "NULL_NET" in term.flags

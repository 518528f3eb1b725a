"""The tables of an impact report: two results of the same zones side by side."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from ..accounting.evaluate import Evaluation
from ..factors.diff import SetDiff
from .verdicts import Verdict, judged

SAME = 1e-9  # relative difference below which a figure counts as unchanged
FIGURE_COLUMNS = ("zone_id", "figure", "old", "new", "change", "relative")
_DTYPES = {"zone_id": "object", "figure": "object"}
_PLAN_FIGURES = {
    "net": "cp_net_t", "low": "cp_net_lo", "high": "cp_net_hi", "emissions": "cp_emis_t", "removals": "cp_rem_t",
    "committed": "cp_cmt_t", "baseline_stock_tc": "cp_bstk_tc", "plan_stock_tc": "cp_pstk_tc",
    "baseline_flux": "cp_bflux_t", "plan_flux": "cp_pflux_t", "unknown_ha": "cp_unk_ha",
}  # fmt: skip


def plan_row(result: Evaluation) -> pd.DataFrame:
    """The figures of the plan as a table with one row, named as those of zones."""
    totals = result.totals
    row: dict[str, Any] = {"cp_zone_id": None}
    row.update({name: getattr(totals, field) for field, name in _PLAN_FIGURES.items()})
    if not totals.has_net:
        row.update(dict.fromkeys(("cp_net_t", "cp_net_lo", "cp_net_hi", "cp_emis_t", "cp_rem_t", "cp_cmt_t"), np.nan))
    known = totals.area_ha - totals.unknown_ha
    row["cp_net_ha"] = row["cp_net_t"] / known if known > 0 else np.nan
    row.update({name: value for name, value in totals.figures.items() if name not in row})
    return pd.DataFrame([row])


def _numeric(one: pd.DataFrame, two: pd.DataFrame) -> list[str]:
    both = [name for name in one.columns if name in two.columns]
    return [name for name in both if one[name].dtype.kind == "f" and two[name].dtype.kind == "f"]


def figures_of(one: pd.DataFrame, two: pd.DataFrame, *, all_of_them: bool = False) -> pd.DataFrame:
    """Old and new of every figure that differs (or of all), in the order of zones."""
    parts = []
    for name in _numeric(one, two):
        part = _pair(one[name], two[name])
        part.insert(0, "zone_id", one["cp_zone_id"].astype(object))
        part.insert(1, "figure", name)
        parts.append(part if all_of_them else part[part["changed"]])
    return stacked(parts, FIGURE_COLUMNS, keep_order=True)


def stacked(parts: Sequence[pd.DataFrame], columns: Sequence[str], *, keep_order: bool = False) -> pd.DataFrame:
    """Tables below each other, by index where the order of rows is to be kept; empty ones have no say in types."""
    filled = [part for part in parts if len(part)]
    if not filled:
        return pd.DataFrame({name: pd.Series(dtype=_DTYPES.get(name, "float64")) for name in columns})
    table = pd.concat(filled)
    table = table.sort_index(kind="stable") if keep_order else table
    return table.reset_index(drop=True)[list(columns)]


def _pair(old: pd.Series[float], new: pd.Series[float]) -> pd.DataFrame:
    """Two columns side by side with change, relative change, and whether they differ; a null that appears does."""
    change = new - old
    relative = (change / old.abs()).where(old != 0)
    limit = SAME * np.maximum(old.abs(), new.abs())
    changed = (change.abs() > limit) | (old.isna() != new.isna())
    return pd.DataFrame({"old": old, "new": new, "change": change, "relative": relative, "changed": changed})


def judgements_of(one: pd.DataFrame, two: pd.DataFrame, verdicts: Sequence[Verdict]) -> pd.DataFrame:
    """Each verdict on each row of both tables."""
    rows = []
    for verdict in verdicts:
        for zone, old, new in zip(one["cp_zone_id"], judged(verdict, one), judged(verdict, two)):
            rows.append((verdict.id, zone, old, new, old != new))
    return pd.DataFrame(rows, columns=["verdict", "zone_id", "old", "new", "flipped"]).astype({"flipped": bool})


def zones_of(one: pd.DataFrame, two: pd.DataFrame, judgements: pd.DataFrame) -> pd.DataFrame:
    """The net of each zone before and after, with its bounds and the number of verdicts that flip."""
    net = _pair(one["cp_net_t"], two["cp_net_t"])
    flips = Counter(judgements["zone_id"][judgements["flipped"]])
    table = pd.DataFrame({"zone_id": one["cp_zone_id"].astype(object)})
    table["net_old"], table["net_new"] = net["old"], net["new"]
    table["change"], table["relative"] = net["change"], net["relative"]
    for side, frame in (("old", one), ("new", two)):
        for bound in ("lo", "hi"):
            table[f"{bound}_{side}"] = frame[f"cp_net_{bound}"]
    table["changed"] = net["changed"]
    table["flips"] = [flips[zone] for zone in table["zone_id"]]
    return table


def factors_of(changes: SetDiff, one: pd.DataFrame, two: pd.DataFrame) -> pd.DataFrame:
    """The changed figures of factors, with the weight that each factor has in either result."""
    table = changes.frame()
    weights = [_weights(frame) for frame in (one, two)]
    old_ids = [c.before.factor_id for c in changes.changed if c.before]
    ids = [*table["factor_id"][: len(table) - len(old_ids)], *old_ids]
    table["weight_old_t"] = [weights[0].get(name, 0.0) for name in ids]
    table["weight_new_t"] = [weights[1].get(name, 0.0) for name in table["factor_id"]]
    return table


def _weights(factors: pd.DataFrame) -> Mapping[str, float]:
    if factors.empty:
        return {}
    found = factors.groupby("factor_id")["weight_t"].sum()
    return {str(name): float(weight) for name, weight in found.items()}


def records_of(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows of a table as JSON holds them: null for what is not known."""
    rows = table.to_dict("records")
    return [{str(k): None if v is None or v != v else _plain(v) for k, v in row.items()} for row in rows]


def _plain(value: Any) -> Any:
    return value.item() if isinstance(value, np.generic) else value

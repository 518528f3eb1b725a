"""What a report knows of the sectors beside the land: effects, years, lines outside the net, activities, overrides."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ..accounting.model import Groups
from ..accounting.sector_views import FIELDS, field_of, sector_of
from ..accounting.sectors import current
from .line_facts import information
from .numbers import number_or_none

if TYPE_CHECKING:
    from ..accounting.evaluate import Evaluation
    from ..accounting.terms import Term

# Part of a field's name → id of the sector in texts and JSON.
NAMES = {
    "land": "land", "bldg": "buildings", "tran": "transport", "wast": "waste", "sink": "sinks", "oth": "other",
}  # fmt: skip
OUTSIDE = {"embodied": "cp_emb_t", "avoided": "cp_avd_t", "displaced": "cp_dsp_t", "legacy": "cp_lgc_t"}
INTENSITIES = {
    "ha": ("cp_i_ha", "tCO2e/(ha·yr)"),
    "m2": ("cp_i_m2", "kgCO2e/(m2·yr)"),
    "pp": ("cp_i_pp", "tCO2e/(person·yr)"),
    "gdp": ("cp_i_gdp", "tCO2e/10^4yuan"),
}
YEARLY = {"baseline": "cp_byr_t", "plan": "cp_pyr_t"}
PATHWAY_STEP = 5  # years between those that the table lists, which have an interval


def sector_facts(evaluation: Evaluation) -> dict[str, Any]:
    """What the JSON says of the sectors; empty lists and nulls for a run of the land alone."""
    figures = evaluation.totals.figures
    beyond = len(evaluation.sectors) > 1
    return {
        "evaluated": list(evaluation.sectors),
        "effects": _effects(evaluation.totals.sectors),
        "by_sector": _by_sector(evaluation) if beyond else [],
        "outside": {name: number_or_none(figures.get(field)) for name, field in OUTSIDE.items()},
        "information": information(evaluation) if beyond else [],
        "yearly": {side: number_or_none(figures.get(field)) for side, field in YEARLY.items()},
        "intensities": {name: number_or_none(figures.get(field)) for name, (field, _) in INTENSITIES.items()},
        "pathway": _pathway(evaluation) if beyond else [],
        "quantities": _origins(evaluation.quantities),
        "overrides": [_plain_override(o) for o in evaluation.settings.overrides],
    }


def whole_plan(evaluation: Evaluation) -> Groups:
    """The rows that the totals hold, as one group."""
    return Groups(np.where(evaluation.counted, 0, -1).astype(np.int64), 1)


def listed_years(years: list[int]) -> list[int]:
    """The first and the last year and every fifth between."""
    return [y for i, y in enumerate(years) if i in (0, len(years) - 1) or y % PATHWAY_STEP == 0]


def _effects(table: pd.DataFrame) -> list[dict[str, Any]]:
    if table.empty:
        return []
    rows = table.set_index("field")
    return [
        {"sector": NAMES[f], **{c: number_or_none(rows.at[f, c]) for c in ("net_tco2e", "low", "high")}}
        for f in FIELDS
        if f in rows.index
    ]


def _by_sector(evaluation: Evaluation) -> list[dict[str, Any]]:
    """Each sector that was evaluated: names, the field it is added to, net with bounds, zones that have a net in it."""
    known, rows = current().sectors, []
    scopes = [str(text or "").split() for text in evaluation.zones["cp_scope"].tolist()]
    for sector in evaluation.sectors:
        info = known.get(sector)
        zones = sum(sector in scope for scope in scopes)
        net, low, high = _net_of(evaluation, sector) if zones else (None, None, None)
        rows.append(
            {
                "sector": sector,
                "name_en": info.name_en if info else None,
                "name_zh": info.name_zh if info else None,
                "field": NAMES[field_of(sector)],
                "net_tco2e": net,
                "low": low,
                "high": high,
                "zones": zones,
            }
        )
    return rows


def _net_of(evaluation: Evaluation, sector: str) -> tuple[float | None, float | None, float | None]:
    def weight(term: Term) -> float:
        return float(term.net) if term.net and sector_of(term) == sector else 0.0

    model, groups = evaluation.model, whole_plan(evaluation)
    net = float(model.total(model.coefficient(lambda t: weight(t) * t.amount.value), groups)[0])
    if evaluation.intervals is None:
        return net, None, None
    found = evaluation.intervals.of(groups, weight)
    return net, number_or_none(found.low[0]), number_or_none(found.high[0])


def _pathway(evaluation: Evaluation) -> list[dict[str, Any]]:
    """Per year of all that enters the net: both sides, the change of land carbon, the net, and the net by field.

    Bounds are those of the year's own net, for the years that the table lists; None for the others.
    """
    yearly = evaluation.totals.yearly
    if yearly.empty:
        return []
    counted = yearly[yearly["in_net"] == 1]
    signed = counted["tco2e"].where(counted["stage"] != "baseline", -counted["tco2e"])
    fields = counted["sector"].map(lambda sector: NAMES[field_of(str(sector))])
    listed = set(listed_years(sorted({int(y) for y in counted["year"]})))
    rows = []
    for year, part in counted.groupby("year", sort=True):
        total = {s: float(part.loc[part["stage"] == s, "tco2e"].sum()) for s in ("baseline", "plan", "change")}
        nets = signed[part.index].groupby(fields[part.index]).sum()
        low, high = _bounds(evaluation, int(str(year))) if year in listed else (None, None)
        rows.append(
            {
                "year": int(str(year)),
                **total,
                "net": total["plan"] - total["baseline"] + total["change"],
                "low": low,
                "high": high,
                "sectors": {name: float(nets[name]) for name in NAMES.values() if name in nets.index},
            }
        )
    return rows


def _bounds(evaluation: Evaluation, year: int) -> tuple[float | None, float | None]:
    """95 % interval of the net of one year."""
    if evaluation.intervals is None:
        return None, None

    def weight(term: Term) -> float:
        return term.net / (term.yr_to - term.yr_from + 1) if term.net and term.yr_from <= year <= term.yr_to else 0.0

    found = evaluation.intervals.of(whole_plan(evaluation), weight)
    return number_or_none(found.low[0]), number_or_none(found.high[0])


def _origins(quantities: pd.DataFrame) -> list[dict[str, Any]]:
    """By side and quantity: names, unit, sum (of extensive ones) or least and largest, zones by origin of their figure.

    Shares and other intensive quantities have no sum.
    """
    if quantities is None or quantities.empty:
        return []
    known, rows = current().quantities, []
    parts = quantities.groupby(["side", "quantity", "unit"], sort=True, observed=True)
    for (side, name, unit), part in sorted(parts, key=lambda one: str(one[0][0])):
        info, values = known.get(str(name)), part["value"].astype(float)
        extensive = info is None or info.extensive
        counts = part["origin"].value_counts()
        rows.append(
            {
                "side": str(side),
                "quantity": str(name),
                "name_en": info.name_en if info else str(name),
                "name_zh": info.name_zh if info else str(name),
                "kind": "extensive" if extensive else "intensive",
                "unit": str(unit),
                "total": number_or_none(values.sum(min_count=1)) if extensive else None,
                "least": number_or_none(values.min()),
                "largest": number_or_none(values.max()),
                "origins": {str(origin): int(count) for origin, count in counts.items() if count},
            }
        )
    return rows


def _plain_override(override: Any) -> dict[str, Any]:
    named: Mapping[str, Any] = override if isinstance(override, Mapping) else vars(override)
    return {name: value for name, value in named.items() if value not in (None, "")}

"""The sectors of a result beside its land: effects with intervals, lines outside the net, intensities, origins."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pandas as pd

from ..accounting.sector_views import FIELDS
from .numbers import Numbers, number_or_none
from .texts import Texts

if TYPE_CHECKING:
    from ..accounting.evaluate import Evaluation

# Part of a field's name → id of the sector in texts and JSON.
NAMES = {
    "land": "land", "bldg": "buildings", "tran": "transport", "wast": "waste", "sink": "sinks", "oth": "other",
}  # fmt: skip
OUTSIDE = {"avoided": "cp_avd_t", "displaced": "cp_dsp_t", "legacy": "cp_lgc_t"}
INTENSITIES = {
    "ha": ("cp_i_ha", "tCO2e/(ha·yr)"),
    "m2": ("cp_i_m2", "kgCO2e/(m2·yr)"),
    "pp": ("cp_i_pp", "tCO2e/(person·yr)"),
    "gdp": ("cp_i_gdp", "tCO2e/10⁴ yuan"),
}
YEARLY = {"baseline": "cp_byr_t", "plan": "cp_pyr_t"}
PATHWAY_STEP = 5  # years between the rows of the table


def sector_facts(evaluation: Evaluation) -> dict[str, Any]:
    """What the JSON says of the sectors; empty lists and nulls for a run of the land alone."""
    figures = evaluation.totals.figures
    return {
        "evaluated": list(evaluation.sectors),
        "effects": _effects(evaluation.totals.sectors),
        "outside": {name: number_or_none(figures.get(field)) for name, field in OUTSIDE.items()},
        "yearly": {side: number_or_none(figures.get(field)) for side, field in YEARLY.items()},
        "intensities": {name: number_or_none(figures.get(field)) for name, (field, _) in INTENSITIES.items()},
        "pathway": _pathway(evaluation.totals.yearly) if len(evaluation.sectors) > 1 else [],
        "quantities": _origins(evaluation.quantities),
        "overrides": [_plain_override(o) for o in evaluation.settings.overrides],
    }


def _effects(table: pd.DataFrame) -> list[dict[str, Any]]:
    if table.empty:
        return []
    rows = table.set_index("field")
    return [
        {"sector": NAMES[f], **{c: number_or_none(rows.at[f, c]) for c in ("net_tco2e", "low", "high")}}
        for f in FIELDS
        if f in rows.index
    ]


def _pathway(yearly: pd.DataFrame) -> list[dict[str, Any]]:
    """Per year: emissions of baseline and plan, removals of both, and the net, of all that enters it."""
    if yearly.empty:
        return []
    counted = yearly[yearly["in_net"] == 1]
    rows = []
    for year, part in counted.groupby("year", sort=True):
        by_stage = {stage: part.loc[part["stage"] == stage, "tco2e"] for stage in ("baseline", "plan", "change")}
        total = {stage: float(values.sum()) for stage, values in by_stage.items()}
        rows.append(
            {
                "year": int(str(year)),
                "baseline": total["baseline"],
                "plan": total["plan"],
                "change": total["change"],
                "net": total["plan"] - total["baseline"] + total["change"],
            }
        )
    return rows


def _origins(quantities: pd.DataFrame) -> list[dict[str, Any]]:
    """By side and quantity: total, unit, and the number of zones by origin of their figure."""
    if quantities is None or quantities.empty:
        return []
    rows = []
    for (side, name, unit), part in quantities.groupby(["side", "quantity", "unit"], sort=True):
        counts = part["origin"].value_counts().sort_index()
        rows.append(
            {
                "side": str(side),
                "quantity": str(name),
                "unit": str(unit),
                "total": number_or_none(part["value"].sum(min_count=1)),
                "origins": {str(origin): int(count) for origin, count in counts.items()},
            }
        )
    return rows


def _plain_override(override: Any) -> dict[str, Any]:
    return {name: value for name, value in vars(override).items() if value not in (None, "")}


def sector_page(known: Mapping[str, Any], t: Texts, n: Numbers) -> dict[str, Any]:
    """Rows for the template; ``shown`` is False for a run of the land alone."""
    facts = known["sector_detail"]
    if len(facts["evaluated"]) < 2:
        return {"shown": False}
    effects = facts["effects"]
    largest = max((abs(e["net_tco2e"]) for e in effects if e["net_tco2e"] is not None), default=0.0) or 1.0
    return {
        "shown": True,
        "effects": [
            {
                "name": t(f"SECTOR_{e['sector'].upper()}"),
                "net": n.quantity(e["net_tco2e"], e["low"], e["high"]),
                "interval": n.interval(e["low"], e["high"]),
                "bar": 0.0 if e["net_tco2e"] is None else 100.0 * e["net_tco2e"] / largest,
            }
            for e in effects
        ],
        "outside": [
            {"label": t(f"OUTSIDE_{name.upper()}"), "figure": n.with_unit(n.quantity(value), "tCO2e")}
            for name, value in facts["outside"].items()
            if value
        ],
        "yearly": [
            {"label": t(f"YEARLY_{side.upper()}", year=known["settings"]["end_year"]), "figure": _yearly(value, n)}
            for side, value in facts["yearly"].items()
        ],
        "intensities": [
            {"label": t(f"INTENSITY_{name.upper()}"), "figure": n.with_unit(n.quantity(value), INTENSITIES[name][1])}
            for name, value in facts["intensities"].items()
            if value is not None
        ],
        "pathway": _pathway_rows(facts["pathway"], n),
        "quantities": [_origin_row(row, t, n) for row in facts["quantities"]],
        "choices": _choices(known, t, n),
    }


def _yearly(value: float | None, n: Numbers) -> Any:
    return n.with_unit(n.quantity(value), "tCO2e/yr")


def _pathway_rows(years: list[dict[str, Any]], n: Numbers) -> list[dict[str, Any]]:
    """The first and the last year and every fifth between."""
    if not years:
        return []
    last = years[-1]["year"]
    kept = [y for i, y in enumerate(years) if i == 0 or y["year"] % PATHWAY_STEP == 0 or y["year"] == last]
    columns = ("baseline", "plan", "change", "net")
    shown = n.column([y[c] for y in kept for c in columns])
    return [{"year": str(y["year"]), **dict(zip(columns, shown[4 * i : 4 * i + 4]))} for i, y in enumerate(kept)]


def _origin_row(row: Mapping[str, Any], t: Texts, n: Numbers) -> dict[str, Any]:
    origins = [
        t("ORIGIN_COUNT", count=n.count(count), origin=t.get(f"ORIGIN_{origin.upper()}", origin))
        for origin, count in row["origins"].items()
    ]
    return {
        "side": t("COLUMN_BASELINE" if row["side"] == "baseline" else "COLUMN_PLAN"),
        "quantity": t.get(f"QUANTITY_{row['quantity'].upper()}", row["quantity"]),
        "total": n.with_unit(n.quantity(row["total"]), row["unit"]),
        "origins": t("LIST_SEPARATOR").join(origins),
    }


def _choices(known: Mapping[str, Any], t: Texts, n: Numbers) -> list[tuple[str, str]]:
    """Conventions that move the figures: warming potentials, view, electricity, region, overrides."""
    settings = known["settings"]
    path = settings["grid_path"]
    return [
        (t("CHOICE_GWP"), settings["gwp"]),
        (t("CHOICE_VIEW"), t.get(f"VIEW_{settings['view'].upper()}", settings["view"])),
        (t("CHOICE_GRID"), t("GRID_FROZEN") if path == "frozen" else t("GRID_ASSUMED", path=path)),
        (t("CHOICE_REGION"), settings["region"]),
        (t("CHOICE_OVERRIDES"), n.count(len(known["sector_detail"]["overrides"]))),
    ]

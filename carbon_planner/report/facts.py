"""What a report knows, as plain data without language or rounding: the source of both the page and its JSON twin."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ..base.fields import zone_fields
from ..base.messages import LANGUAGES, Message
from .factor_facts import with_sectors
from .names import class_name, code_of
from .numbers import number_or_none
from .sector_facts import sector_facts
from .variance_facts import variance_facts
from .views import lines, stocks, time_line

if TYPE_CHECKING:
    from ..accounting.evaluate import Evaluation

SCHEMA = "carbon-planner-report"
SCHEMA_VERSION = "1.1"
SECTORS = {
    "land": "cp_land_t", "buildings": "cp_bldg_t", "transport": "cp_tran_t", "waste": "cp_wast_t",
    "sinks": "cp_sink_t", "other": "cp_oth_t",
}  # fmt: skip
TOP = 10

_TOTALS = (
    "area_ha", "zone_overlap_ha", "base_double_ha", "unknown_ha", "net", "low", "high", "emissions", "removals",
    "committed", "baseline_stock_tc", "plan_stock_tc", "baseline_flux", "plan_flux", "covered_share", "balance_error",
)  # fmt: skip
# Without a net these totals are unknown, whatever number stands in them.
_NEEDS_NET = ("net", "low", "high", "emissions", "removals", "committed", "covered_share")


def facts(
    evaluation: Evaluation, *, title: str = "", created: str = "", provenance: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """Everything the report says, ready for JSON: numbers as in the frames, null for what is unknown."""
    factor_set = evaluation.factor_set
    totals, terms = _totals(evaluation), lines(evaluation)
    return {
        "schema": SCHEMA,
        "schema_version": SCHEMA_VERSION,
        "title": title,
        "created": created,
        "settings": {**evaluation.settings.as_dict(), "first_year": evaluation.settings.start_year + 1},
        "class_systems": {"plan": evaluation.plan_system or None, "base": evaluation.base_system or None},
        "factor_set": {
            **_plain(asdict(factor_set.info)),
            "ref": factor_set.ref,
            "content_hash": factor_set.content_hash,
        },
        "units": {"emission": "tCO2e", "stock": "t C", "area": "ha", "flux": "tCO2e/yr"},
        "totals": totals,
        "confidence": {k: number_or_none(v) for k, v in evaluation.totals.confidence.items()},
        "confidence_counts": _counts(evaluation.factors),
        "sectors": {name: _any_value(evaluation.zones, column) for name, column in SECTORS.items()},
        "sector_detail": sector_facts(evaluation),
        "uncertainty": variance_facts(evaluation),
        "by_class": _by_class(evaluation),
        "stocks": stocks(terms, compared=totals["has_net"]),
        "time_line": time_line(terms, evaluation.settings.end_year) if totals["has_net"] else [],
        "top": {
            "emissions": _top(evaluation.zones, "cp_emis_t", largest=True),
            "removals": _top(evaluation.zones, "cp_rem_t", largest=False),
        },
        "zones": zone_table(evaluation.zones),
        "flags": _flags(evaluation.zones),
        "factors": with_sectors(evaluation, _records(evaluation.factors)),
        "warnings": _messages(evaluation.warnings),
        "statement": _messages(evaluation.statement),
        "provenance": {str(k): _plain(v) for k, v in (provenance or {}).items()},
    }


def zone_table(zones: pd.DataFrame) -> dict[str, Any]:
    """All zones by column and row: ``fields`` name and unit, ``rows`` lists in that order."""
    specs = [f for f in zone_fields() if f.name in zones.columns]
    columns = [
        [number_or_none(v) for v in zones[f.name].tolist()]
        if f.kind != "text"
        else [code_of(v) for v in zones[f.name].tolist()]
        for f in specs
    ]
    return {
        "fields": [{"name": f.name, "unit": f.unit} for f in specs],
        "rows": [list(row) for row in zip(*columns)],
    }


def _totals(evaluation: Evaluation) -> dict[str, Any]:
    totals = evaluation.totals
    found: dict[str, Any] = {"zone_count": int(totals.zone_count), "has_net": bool(totals.has_net)}
    for name in _TOTALS:
        found[name] = None if name in _NEEDS_NET and not totals.has_net else number_or_none(getattr(totals, name))
    found["partial"] = bool(totals.partial)
    compared = _sum(totals.by_class, "compared_ha") if totals.has_net else None
    found["compared_ha"] = compared
    found["net_per_ha"] = found["net"] / compared if compared and found["net"] is not None else None
    return found


def _by_class(evaluation: Evaluation) -> list[dict[str, Any]]:
    rows = []
    for row in evaluation.totals.by_class.to_dict("records"):
        base, plan = code_of(row.get("base_class")), code_of(row.get("plan_class"))
        entry: dict[str, Any] = {"base_class": base, "plan_class": plan}
        for side, code, system in (
            ("base", base, evaluation.base_system),
            ("plan", plan, evaluation.plan_system),
        ):
            for language in LANGUAGES:
                entry[f"{side}_name_{language}"] = class_name(system or "", code, language) if code else None
        for name in ("area_ha", "compared_ha", "net_tco2e"):
            entry[name] = number_or_none(row.get(name))
        rows.append(entry)
    return rows


def _top(zones: pd.DataFrame, column: str, *, largest: bool) -> list[int]:
    """Row numbers of the zones with the largest gross emission or removal; zeros and nulls do not count."""
    values = zones[column].to_numpy(np.float64, na_value=np.nan)
    signed = np.where(np.isfinite(values), values if largest else -values, 0.0)
    order = np.argsort(-signed, kind="stable")[:TOP]
    return [int(i) for i in order if signed[i] > 0.0]


def _flags(zones: pd.DataFrame) -> dict[str, int]:
    """Number of zones by flag, most frequent first."""
    return dict(
        Counter(flag for text in zones["cp_flags"].tolist() for flag in (code_of(text) or "").split()).most_common()
    )


def _counts(factors: pd.DataFrame) -> dict[str, int]:
    """Number of factors by confidence: what is left to say where nothing weighs, because there is no net."""
    if factors.empty:
        return {}
    return {str(level): int(count) for level, count in factors["confidence"].value_counts().items()}


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(k): _plain(v) for k, v in row.items()} for row in frame.to_dict("records")]


def _messages(messages: Iterable[Message]) -> list[dict[str, Any]]:
    """Messages grouped by id, in order of first appearance: count and texts in both languages, without repetition."""
    groups: dict[str, dict[str, Any]] = {}
    for one in messages:
        group = groups.setdefault(one.id, {"id": one.id, "count": 0, **{f"texts_{lang}": [] for lang in LANGUAGES}})
        group["count"] += 1
        for lang in LANGUAGES:
            text = one.text(lang)
            if text not in group[f"texts_{lang}"]:
                group[f"texts_{lang}"].append(text)
    return list(groups.values())


def _any_value(zones: pd.DataFrame, column: str) -> bool:
    return column in zones.columns and bool(zones[column].notna().any())


def _sum(frame: pd.DataFrame, column: str) -> float | None:
    if column not in frame.columns or frame.empty:
        return None
    return number_or_none(frame[column].sum(min_count=1))


def _plain(value: Any) -> Any:
    """A value as JSON can hold it: NaN, NA and infinities become null, numpy scalars Python numbers."""
    if isinstance(value, Mapping):
        return {str(k): _plain(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(v) for v in value]
    if value is None or isinstance(value, (str, bool)):
        return value
    if isinstance(value, np.generic):
        return _plain(value.item())
    if isinstance(value, int):
        return value
    if isinstance(value, float):
        # what pandas made a float of because another row was empty is a whole number again (years)
        return value if math.isfinite(value) else None
    return None if value is pd.NA or value is pd.NaT else str(value)

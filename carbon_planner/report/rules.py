"""The rules in force and the factors used: what a figure rests on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .names import system_name
from .numbers import Numbers, number_or_none
from .texts import Texts, plain

FACTORS = 150


def rule_rows(known: Mapping[str, Any], t: Texts, n: Numbers) -> list[tuple[str, list[str]]]:
    """Label and lines of each rule: method, timing, area, horizon, baseline, classes, factor set, checks."""
    settings, totals = known["settings"], known["totals"]
    years = settings["end_year"] - settings["start_year"]
    baseline = settings["baseline"]
    rows = [
        (t("RULE_SIGN"), [t("RULE_SIGN_TEXT")]),
        (t("RULE_METHOD"), [_choice(t, "METHOD", settings["land_method"])]),
        (t("RULE_TIMING"), [_choice(t, "TIMING", settings["stock_timing"])]),
        (
            t("RULE_HORIZON"),
            [
                t(
                    "RULE_HORIZON_TEXT",
                    span=n.years(settings["first_year"], settings["end_year"]),
                    years=years,
                    start=settings["start_year"],
                )
            ],
        ),
        (t("RULE_BASELINE"), [t.get(f"BASELINE_{baseline.upper().replace(' ', '_')}_TEXT", plain(baseline))]),
        (t("RULE_AREA"), [_choice(t, "AREA_METHOD", settings["area_method"])]),
        (t("RULE_CLASSES"), _systems(known, t)),
        (t("RULE_COVER"), [t("RULE_COVER_TEXT")]),
        (t("RULE_SEALING"), [t("RULE_SEALING_TEXT")]),
        (t("RULE_UNCERTAINTY"), [t("RULE_UNCERTAINTY_TEXT")]),
        (t("RULE_SET"), _factor_set(known, t)),
        (t("RULE_BALANCE"), [t("RULE_BALANCE_TEXT", error=n.scientific(totals["balance_error"]))]),
    ]
    if settings["land_method"] == "flux":
        del rows[2]  # timing of stock change has no say in the flux method
    return rows


def _choice(t: Texts, prefix: str, value: str) -> str:
    return t.get(f"{prefix}_{value.upper()}", plain(value))


def _systems(known: Mapping[str, Any], t: Texts) -> list[str]:
    lines = []
    for side, label in (("plan", "RULE_CLASSES_PLAN"), ("base", "RULE_CLASSES_BASE")):
        system = known["class_systems"][side]
        name = plain(system_name(system, t.language)) if system else t("NOT_STATED")
        lines.append(t(label, system=name))
    return lines


def _factor_set(known: Mapping[str, Any], t: Texts) -> list[str]:
    info = known["factor_set"]
    other = "en" if t.language == "zh" else "zh"
    title = plain(info.get(f"title_{t.language}") or info.get(f"title_{other}") or info["id"])
    lines = [title, plain(info["ref"])]
    lines += [t(f"SET_{key.upper()}", value=plain(info[key])) for key in ("region", "year", "licence") if info.get(key)]
    return [*lines, t("SET_HASH", value=plain(info["content_hash"]))]


def factor_rows(known: Mapping[str, Any], t: Texts, n: Numbers) -> dict[str, Any]:
    """Factors of the result, heaviest first; ``weight`` is the share of |tCO2e| that each stands for."""
    factors = known["factors"]
    total = sum(f.get("weight_t") or 0.0 for f in factors)
    rows = [_factor(f, total, t, n) for f in factors[:FACTORS]]
    note = t("ROWS_CUT", shown=n.count(len(rows)), count=n.count(len(factors))) if len(factors) > len(rows) else ""
    return {"rows": rows, "note": note, "weighted": total > 0.0}


def _factor(factor: Mapping[str, Any], total: float, t: Texts, n: Numbers) -> dict[str, Any]:
    first, second = ("item_zh", "item_en") if t.language == "zh" else ("item_en", "item_zh")
    year = number_or_none(factor.get("year"))
    weight = number_or_none(factor.get("weight_t"))
    confidence = str(factor.get("confidence") or "")
    return {
        "id": plain(factor.get("factor_id", "")),
        "name": plain(factor.get(first) or factor.get(second) or factor.get("item") or ""),
        "parameter": t.get(f"POOL_{str(factor.get('parameter', '')).upper()}", plain(factor.get("parameter", ""))),
        "value": n.factor(factor.get("value")),
        "unit": "" if factor.get("unit") in ("1", None) else n.unit(plain(factor["unit"])),
        "range": _range(factor, t, n),
        "year": "" if year is None else f"{year:.0f}",
        "region": plain(factor.get("region") or ""),
        "source": plain(factor.get("source") or "") or t("NOT_STATED"),
        "level": confidence if confidence in ("verified", "derived", "recalled") else "",
        "confidence": t.get(f"CONFIDENCE_{confidence.upper()}", plain(confidence)),
        "evidence": t.get(f"EVIDENCE_{str(factor.get('evidence') or '').upper()}", plain(factor.get("evidence") or "")),
        "weight": n.percent(weight / total if weight is not None and total > 0 else 0.0),
        "informs": not weight,
        "bar": 100.0 * (weight or 0.0) / total if total > 0 else 0.0,
    }


def _range(factor: Mapping[str, Any], t: Texts, n: Numbers) -> tuple[str, str]:
    """Bounds, and what kind of range they are; the second is "" where there is none."""
    kind = str(factor.get("range_kind") or "none")
    low, high = number_or_none(factor.get("low")), number_or_none(factor.get("high"))
    if kind == "none" or (low is None and high is None):
        return t("RANGE_NONE"), ""
    words = t.get(f"RANGE_{kind.upper()}", plain(kind))
    if low is None:
        return t("RANGE_UP_TO", value=n.factor(high)), words
    if high is None:
        return t("RANGE_FROM", value=n.factor(low)), words
    return f"{n.factor(low)} – {n.factor(high)}", words

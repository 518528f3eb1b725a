"""The rules in force: what a figure rests on beside its factors."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .names import system_name
from .numbers import Numbers
from .texts import Texts, plain


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
        *_of_sectors(known, t, n),
        (t("RULE_UNCERTAINTY"), [_uncertainty(settings, t, n)]),
        (t("RULE_SET"), _factor_set(known, t)),
        (t("RULE_BALANCE"), [t("RULE_BALANCE_TEXT", error=n.scientific(totals["balance_error"]))]),
    ]
    if settings["land_method"] == "flux":
        del rows[2]  # timing of stock change has no say in the flux method
    return rows


def _uncertainty(settings: Mapping[str, Any], t: Texts, n: Numbers) -> str:
    if not settings["draws"]:
        return t("RULE_UNCERTAINTY_TEXT")
    return t("RULE_UNCERTAINTY_MC", draws=n.count(settings["draws"]), seed=settings["seed"])


def _of_sectors(known: Mapping[str, Any], t: Texts, n: Numbers) -> list[tuple[str, list[str]]]:
    """View, warming potentials and figures of the user; nothing for a run of the land alone."""
    settings, detail = known["settings"], known["sector_detail"]
    if len(detail["evaluated"]) < 2:
        return []
    rows = [
        (t("RULE_VIEW"), [_choice(t, "VIEW_TEXT", settings["view"])]),
        (t("RULE_GWP"), [t("RULE_GWP_TEXT", gwp=plain(settings["gwp"]))]),
    ]
    if detail["overrides"]:
        rows.append((t("RULE_OVERRIDES"), [_override(o, t, n) for o in detail["overrides"]]))
    return rows


def _override(one: Mapping[str, Any], t: Texts, n: Numbers) -> str:
    names = [str(one[name]) for name in ("item", "parameter") if one.get(name)]
    return t(
        "RULE_OVERRIDE_ROW", quantity=plain(".".join(names)), value=n.factor(one.get("value")),
        unit=n.unit(plain(one.get("unit", ""))), reason=plain(one.get("reason") or t("NOT_STATED")),
    )  # fmt: skip


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

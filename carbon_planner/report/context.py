"""From facts to what the template prints: every figure rounded and worded, in one language. No HTML is made here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Mapping

from .charts.canvas import Chart
from .facts import facts as collect
from .numbers import Numbers, Shown
from .rules import factor_rows, rule_rows
from .tables import class_rows, flag_rows, period_rows, pool_rows, top_rows, zone_rows
from .texts import Texts, plain

if TYPE_CHECKING:
    from ..accounting.evaluate import Evaluation

CONFIDENCES = ("verified", "derived", "recalled")
UNITS = {"emission": "tCO2e", "rate": "tCO2e/ha", "stock": "t C", "area": "ha"}
MESSAGES = 5  # texts shown per kind of warning


def context(
    evaluation: Evaluation,
    *,
    language: str = "en",
    title: str = "",
    created: str = "",
    provenance: Mapping[str, Any] | None = None,
    map_svg: str | None = None,
    charts: Mapping[str, Chart] | None = None,
) -> dict[str, Any]:
    """The variables of the template. ``charts`` is None where they could not be drawn."""
    known = collect(evaluation, title=title, created=created, provenance=provenance)
    return page(known, language=language, map_svg=map_svg, charts=charts)


def page(
    known: dict[str, Any], *, language: str, map_svg: str | None = None, charts: Mapping[str, Chart] | None = None
) -> dict[str, Any]:
    """As :func:`context`, from facts that are already collected."""
    t = Texts(language)
    n = Numbers(t.language, t("NOT_EVALUATED"))
    confidence = _confidence(known, t, n)
    return {
        "t": t,
        "tag": t.tag,
        "title": plain(known["title"]) or t("TITLE_DEFAULT"),
        "confidence": confidence,
        "confidence_text": _confidence_text(confidence, t),
        "created": plain(known["created"]),
        "tags": _tags(known, t, n),
        "has_net": known["totals"]["has_net"],
        "verdict": _verdict(known, t, n),
        "headline": _headline(known, t, n),
        "areas": _areas(known, t, n),
        "sectors": [{"name": t(f"SECTOR_{s.upper()}"), "included": on} for s, on in known["sectors"].items()],
        "statement": _texts(known["statement"], t.language),
        "map_svg": map_svg or "",
        "charts": dict(charts or {}),
        "charts_missing": charts is None,
        "top": top_rows(known, n),
        "zones": zone_rows(known, t, n),
        "classes": class_rows(known, t, n),
        "pools": pool_rows(known, t, n),
        "periods": period_rows(known, t, n),
        "overlap": bool(known["totals"]["zone_overlap_ha"]),
        "flags": flag_rows(known, t, n),
        "rules": rule_rows(known, t, n),
        "factors": factor_rows(known, t, n),
        "warnings": [
            {"count": n.count(w["count"]) if w["count"] > 1 else None, "texts": _some(w[f"texts_{t.language}"], t)} for w in known["warnings"]
        ],
        **{f"unit_{kind}": n.unit(unit) for kind, unit in UNITS.items()},
        "provenance": _provenance(known, t),
        "schema": f"{known['schema']} {known['schema_version']}",
    }


def _confidence(known: Mapping[str, Any], t: Texts, n: Numbers) -> list[dict[str, Any]]:
    """Shares in fixed order; empty where no factor weighs on the result."""
    shares = known["confidence"]
    return [
        {"level": c, "name": t(f"CONFIDENCE_{c.upper()}"), "share": shares[c], "text": n.percent(shares[c])}
        for c in CONFIDENCES
        if shares.get(c) is not None
    ]


def _confidence_text(confidence: list[dict[str, Any]], t: Texts) -> str:
    """The part of the title that carbon rule 17 asks for."""
    if not confidence:
        return t("TITLE_NO_CONFIDENCE")
    parts = t("LIST_SEPARATOR").join(t("CONFIDENCE_SHARE", share=c["text"], name=c["name"]) for c in confidence)
    return t("TITLE_CONFIDENCE", shares=parts)


def _tags(known: Mapping[str, Any], t: Texts, n: Numbers) -> list[tuple[str, str]]:
    """The terms of the result in one line under the title."""
    settings = known["settings"]
    return [
        (t("TAG_HORIZON"), n.years(settings["first_year"], settings["end_year"])),
        (t("TAG_BASELINE"), baseline_name(settings["baseline"], t)),
        (t("TAG_METHOD"), t.get(f"METHOD_{settings['land_method'].upper()}_SHORT", settings["land_method"])),
        (t("TAG_FACTORS"), plain(known["factor_set"]["ref"])),
    ]


def baseline_name(baseline: str, t: Texts) -> str:
    """Name of a baseline: the known ones in the reader's language, others as given."""
    return t.get(f"BASELINE_{baseline.upper().replace(' ', '_')}", plain(baseline))


def _verdict(known: Mapping[str, Any], t: Texts, n: Numbers) -> list[str]:
    """Plain sentences: gross first, then the net, then how sure its sign is."""
    totals, settings = known["totals"], known["settings"]
    net, low, high = totals["net"], totals["low"], totals["high"]
    if not totals["has_net"] or net is None:
        return [t("VERDICT_NO_NET")]
    amount = n.with_unit(n.quantity(abs(net), low, high), "tCO2e")
    sentences = [
        t(
            "VERDICT_GROSS",
            years=n.years(settings["first_year"], settings["end_year"]),
            emissions=n.with_unit(n.quantity(totals["emissions"]), "tCO2e"),
            removals=n.with_unit(n.quantity(None if totals["removals"] is None else abs(totals["removals"])), "tCO2e"),
        ),
        t(
            "VERDICT_MORE" if net > 0 else "VERDICT_LESS" if net < 0 else "VERDICT_SAME",
            net=amount,
            baseline=baseline_name(settings["baseline"], t),
        ),
    ]
    if low is not None and high is not None and high > low:
        interval = n.interval(net, low, high)
        sentences.append(t("VERDICT_SIGN_OPEN" if low <= 0.0 <= high else "VERDICT_SIGN_SURE", interval=interval))
    if totals["partial"]:
        sentences.append(t("VERDICT_PARTIAL", share=n.percent(totals["covered_share"] or 0.0)))
    return sentences


def _headline(known: Mapping[str, Any], t: Texts, n: Numbers) -> list[dict[str, Any]]:
    """Rows of the balance: label, figure, bar from zero and, for the net, its interval; shares of the row's width."""
    totals, settings = known["totals"], known["settings"]
    if not totals["has_net"]:
        return _stock_rows(totals, t, n)
    low, high = totals["low"], totals["high"]
    horizon = n.years(settings["first_year"], settings["end_year"])
    rows: list[dict[str, Any]] = [
        {"kind": "emission", "label": t("EMISSIONS"), "value": totals["emissions"]},
        {"kind": "removal", "label": t("REMOVALS"), "value": totals["removals"]},
        {"kind": "net", "label": t("NET"), "note": horizon, "value": totals["net"], "low": low, "high": high},
        {"kind": "committed", "label": t("COMMITTED", year=settings["end_year"]), "value": totals["committed"]},
    ]
    ends = [v for r in rows for v in (r["value"], r.get("low"), r.get("high"), 0.0) if v is not None]
    left, span = min(ends), max(max(ends) - min(ends), 1e-300)
    for row in rows:
        value = row["value"]
        row["figure"] = n.with_unit(n.quantity(value, row.get("low"), row.get("high")), "tCO2e")
        row["zero"] = _share(0.0, left, span)
        if value is not None:
            row["bar"] = (_share(min(value, 0.0), left, span), 100.0 * abs(value) / span)
        if row.get("low") is not None and row.get("high") is not None and row["high"] > row["low"]:
            row["whisker"] = (_share(low, left, span), 100.0 * (high - low) / span)
            row["interval"] = t("INTERVAL", interval=n.interval(value, low, high))
    return rows


def _stock_rows(totals: Mapping[str, Any], t: Texts, n: Numbers) -> list[dict[str, Any]]:
    """Without a net: what the land holds, on the sides that are known; the other one says that it is not evaluated."""
    rows: list[dict[str, Any]] = []
    for name in ("baseline_stock_tc", "plan_stock_tc"):
        rows.append({"kind": "stock", "label": t(name.upper()), "figure": n.with_unit(n.stock(totals[name]), "t C")})
    rows.append({"kind": "stock", "label": t("NET"), "figure": n.null})
    return rows


def _share(value: float, left: float, span: float) -> float:
    return 100.0 * (value - left) / span


def _areas(known: Mapping[str, Any], t: Texts, n: Numbers) -> list[dict[str, Any]]:
    """Small figures beside the balance: areas, per hectare, stocks."""
    totals = known["totals"]
    area, unknown = totals["area_ha"], totals["unknown_ha"]
    evaluated = None if area is None or unknown is None else area - unknown
    rows = [
        (t("AREA_ZONES", count=n.count(totals["zone_count"])), n.with_unit(n.area(area), "ha"), ""),
        (t("AREA_EVALUATED"), n.with_unit(n.area(evaluated), "ha"), ""),
        (t("AREA_UNKNOWN"), n.with_unit(n.area(unknown), "ha"), "warn" if unknown else ""),
        (t("AREA_OVERLAP"), n.with_unit(n.area(totals["zone_overlap_ha"]), "ha"), ""),
        (t("AREA_DOUBLE"), n.with_unit(n.area(totals["base_double_ha"]), "ha"), ""),
    ]
    if totals["has_net"]:
        rows.insert(0, (t("NET_PER_HA"), n.with_unit(_per_ha(totals, n), "tCO2e/ha"), "strong"))
        flux = known["settings"]["land_method"] == "flux"
        unit, names = ("tCO2e/yr", ("baseline_flux", "plan_flux")) if flux else ("t C", ("baseline_stock_tc", "plan_stock_tc"))
        rows += [(t(name.upper()), n.with_unit(n.stock(totals[name]), unit), "") for name in names]
    return [{"label": label, "figure": figure, "kind": kind} for label, figure, kind in rows]


def _per_ha(totals: Mapping[str, Any], n: Numbers) -> Shown:
    value, area = totals["net_per_ha"], totals["compared_ha"]
    if value is None or totals["low"] is None or totals["high"] is None:
        return n.quantity(value)
    return n.quantity(value, totals["low"] / area, totals["high"] / area)


def _texts(groups: list[dict[str, Any]], language: str) -> list[str]:
    return [plain(text) for group in groups for text in group[f"texts_{language}"]]


def _some(texts: list[str], t: Texts) -> list[str]:
    shown = [plain(text) for text in texts[:MESSAGES]]
    return shown if len(texts) <= MESSAGES else [*shown, t("AND_MORE", count=len(texts) - MESSAGES)]


def _provenance(known: Mapping[str, Any], t: Texts) -> list[tuple[str, list[str]]]:
    rows = []
    for key, value in known["provenance"].items():
        if isinstance(value, Mapping):
            lines = [f"{k} = {v}" for k, v in value.items()]
        elif isinstance(value, list):
            lines = [str(v) for v in value]
        else:
            lines = [t("NOT_STATED") if value in (None, "") else str(value)]
        rows.append((t.get(f"PROVENANCE_{key.upper()}", plain(key)), [plain(line) for line in lines]))
    return rows

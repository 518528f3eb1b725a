"""The head of the report: the balance with its bars, the verdict in plain sentences, areas and stocks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .numbers import Numbers, Shown
from .texts import Texts, plain


def baseline_name(baseline: str, t: Texts) -> str:
    """Name of a baseline: the known ones in the reader's language, others as given."""
    return t.get(f"BASELINE_{baseline.upper().replace(' ', '_')}", plain(baseline))


def verdict(known: Mapping[str, Any], t: Texts, n: Numbers) -> list[str]:
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
        interval = n.interval(low, high)
        sentences.append(t("VERDICT_SIGN_OPEN" if low <= 0.0 <= high else "VERDICT_SIGN_SURE", interval=interval))
    if totals["partial"]:
        sentences.append(t("VERDICT_PARTIAL", share=n.percent(totals["covered_share"] or 0.0)))
    return sentences


def balance(known: Mapping[str, Any], t: Texts, n: Numbers) -> list[dict[str, Any]]:
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
            row["interval"] = t("INTERVAL", interval=n.interval(low, high))
    return rows


def _stock_rows(totals: Mapping[str, Any], t: Texts, n: Numbers) -> list[dict[str, Any]]:
    """Without a net: what the land holds, on the sides that are known; the other one says that it is not evaluated."""
    rows = [
        (t(name.upper()), n.with_unit(n.stock(totals[name]), "t C")) for name in ("baseline_stock_tc", "plan_stock_tc")
    ]
    return [{"kind": "stock", "label": label, "figure": figure} for label, figure in [*rows, (t("NET"), n.null)]]


def _share(value: float, left: float, span: float) -> float:
    return 100.0 * (value - left) / span


def figures(known: Mapping[str, Any], t: Texts, n: Numbers) -> list[dict[str, Any]]:
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
        unit = "tCO2e/yr" if flux else "t C"
        names = ("baseline_flux", "plan_flux") if flux else ("baseline_stock_tc", "plan_stock_tc")
        rows += [(t(name.upper()), n.with_unit(n.stock(totals[name]), unit), "") for name in names]
    return [{"label": label, "figure": figure, "kind": kind} for label, figure, kind in rows]


def _per_ha(totals: Mapping[str, Any], n: Numbers) -> Shown:
    value, area = totals["net_per_ha"], totals["compared_ha"]
    if value is None or totals["low"] is None or totals["high"] is None:
        return n.quantity(value)
    return n.quantity(value, totals["low"] / area, totals["high"] / area)

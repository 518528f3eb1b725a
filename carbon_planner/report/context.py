"""From facts to what the template prints: every figure rounded and worded, in one language. No HTML is made here."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ..factors.records import CONFIDENCES
from .charts.canvas import Chart
from .factor_table import factor_rows
from .facts import facts as collect
from .headline import balance, baseline_name, figures, verdict
from .measure import measure_page
from .numbers import Numbers
from .rules import rule_rows
from .sectors import sector_page
from .tables import class_rows, flag_rows, period_rows, pool_rows, top_rows, zone_rows
from .texts import Texts, plain
from .zone_sectors import zone_sector_table

if TYPE_CHECKING:
    from ..accounting.evaluate import Evaluation

UNITS = {"emission": "tCO2e", "rate": "tCO2e/ha", "stock": "t C", "area": "ha"}
_ISO_UTC = re.compile(r"^(\d{4}-\d\d-\d\d)T(\d\d:\d\d)(?::\d\d(?:\.\d+)?)?(?:Z|\+00:00)$")
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
        "title": plain(known["title"])
        or t("TITLE_DEFAULT" if known["class_systems"]["plan"] else "TITLE_DEFAULT_STATE"),
        "confidence": confidence,
        "confidence_text": _confidence_text(known, confidence, t, n),
        "created": _moment(known["created"]),
        "tags": _tags(known, t, n),
        "has_net": known["totals"]["has_net"],
        "end_year": known["settings"]["end_year"],
        "partial_intervals": "PARTIAL_RANGE" in known["flags"],
        "verdict": verdict(known, t, n),
        "headline": balance(known, t, n),
        "areas": figures(known, t, n),
        "sides": {side: bool(system) for side, system in known["class_systems"].items()},
        "sectors": _sectors(known, t),
        "sector_page": sector_page(known, t, n),
        "statement": _texts(known["statement"], t.language),
        "map_svg": map_svg or "",
        "charts": dict(charts or {}),
        "charts_missing": charts is None,
        "top": top_rows(known, n),
        "zones": zone_rows(known, t, n),
        "zone_sectors": zone_sector_table(known, t, n),
        "measure": measure_page(known, t, n),
        "classes": class_rows(known, t, n),
        "pools": pool_rows(known, t, n),
        "periods": period_rows(known, n),
        "flags": flag_rows(known, t, n),
        "rules": rule_rows(known, t, n),
        "factors": factor_rows(known, t, n),
        "warnings": [
            {"count": n.count(w["count"]) if w["count"] > 1 else None, "texts": _some(w[f"texts_{t.language}"], t)}
            for w in known["warnings"]
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


def _confidence_text(known: Mapping[str, Any], confidence: list[dict[str, Any]], t: Texts, n: Numbers) -> str:
    """The part of the title that carbon rule 17 asks for; by number of factors where there is no net to weigh them."""
    parts = [t("CONFIDENCE_SHARE", share=c["text"], name=c["name"]) for c in confidence]
    if parts:
        return t("TITLE_CONFIDENCE", shares=t("LIST_SEPARATOR").join(parts))
    counts = known["confidence_counts"]
    parts = [
        t("CONFIDENCE_SHARE", share=n.count(counts[c]), name=t(f"CONFIDENCE_{c.upper()}"))
        for c in CONFIDENCES
        if c in counts
    ]
    return t("TITLE_COUNTS", counts=t("LIST_SEPARATOR").join(parts)) if parts else t("TITLE_NO_FACTORS")


def _sectors(known: Mapping[str, Any], t: Texts) -> list[dict[str, Any]]:
    """Sectors with their state: in the net, known in one state only, or not evaluated."""
    rows = []
    for name, included in known["sectors"].items():
        state = "in" if included else "half" if name == "land" and known["stocks"] else "out"
        words = {"in": t("INCLUDED"), "half": t("STATE_ONLY"), "out": t("NOT_EVALUATED")}[state]
        rows.append({"name": t(f"SECTOR_{name.upper()}"), "state": state, "words": words})
    return rows


def _tags(known: Mapping[str, Any], t: Texts, n: Numbers) -> list[tuple[str, str]]:
    """The terms of the result in one line under the title."""
    settings = known["settings"]
    return [
        (t("TAG_HORIZON"), n.years(settings["first_year"], settings["end_year"])),
        (t("TAG_BASELINE"), baseline_name(settings["baseline"], t)),
        (t("TAG_METHOD"), t.get(f"METHOD_{settings['land_method'].upper()}_SHORT", settings["land_method"])),
        (t("TAG_FACTORS"), plain(known["factor_set"]["ref"])),
    ]


def _texts(groups: list[dict[str, Any]], language: str) -> list[str]:
    return [plain(text) for group in groups for text in group[f"texts_{language}"]]


def _some(texts: list[str], t: Texts) -> list[str]:
    shown = [plain(text) for text in texts[:MESSAGES]]
    return shown if len(texts) <= MESSAGES else [*shown, t("AND_MORE", count=len(texts) - MESSAGES)]


def _provenance(known: Mapping[str, Any], t: Texts) -> list[tuple[str, list[str]]]:
    rows = []
    for key, value in known["provenance"].items():
        if isinstance(value, Mapping):
            lines = [f"{k} = {_stated(v, t)}" for k, v in value.items()]
        else:
            lines = [_stated(v, t) for v in (value if isinstance(value, list) else [value])]
        rows.append((t.get(f"PROVENANCE_{key.upper()}", plain(key)), [plain(line) for line in lines]))
    return rows


def _stated(value: Any, t: Texts) -> str:
    """A value of the provenance in words: what is empty is not stated."""
    if value is None or value == "":
        return t("NOT_STATED")
    if isinstance(value, Mapping):
        return t("LIST_SEPARATOR").join(f"{k}: {_stated(v, t)}" for k, v in value.items())
    return str(value)


def _moment(text: str) -> str:
    """A time in ISO 8601 as people write it; other texts stay as they are."""
    found = _ISO_UTC.match(text)
    return f"{found[1]} {found[2]} UTC" if found else plain(text)

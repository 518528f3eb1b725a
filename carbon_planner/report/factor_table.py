"""The table of factors: what a figure rests on, grouped by sector where there are several."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from ..base.messages import load_texts
from ..factors.regions import RegionTree
from .numbers import Numbers, number_or_none
from .sectors import sector_name
from .texts import Texts, plain

FACTORS = 150
FACTORS_OF_SECTORS = 1000
PARAMETERS = Path(__file__).with_name("parameters.csv")
_CODE = re.compile(r"^([A-Z]{2}(-[A-Z]+)?|\d+)$")  # of ISO 3166 and of districts
_WEB = re.compile(r"^https?://[^\s<>\"']+$")


def factor_rows(known: Mapping[str, Any], t: Texts, n: Numbers) -> dict[str, Any]:
    """Factors of the result, heaviest first, by sector where there are several; ``weight`` is the share of |tCO2e|."""
    factors = known["factors"]
    sectors = known["sector_detail"]["evaluated"]
    limit = FACTORS if len(sectors) < 2 else FACTORS_OF_SECTORS
    total = sum(f.get("weight_t") or 0.0 for f in factors)
    shown = factors[:limit]
    note = t("ROWS_CUT", shown=n.count(len(shown)), count=n.count(len(factors))) if len(factors) > len(shown) else ""
    groups = _groups(shown, known, t) if len(sectors) > 1 else _land_groups(shown, total, t)
    parts = [_part(name, rows, total, t, n, known) for name, rows in groups]
    return {"groups": parts, "note": note, "weighted": total > 0.0, "count": len(shown)}


def _part(
    name: str, rows: Sequence[Mapping[str, Any]], total: float, t: Texts, n: Numbers, known: Mapping[str, Any]
) -> dict[str, Any]:
    """A group with its heading: the sector and what it weighs; ``sector`` is False for groups that are no sector."""
    weight = sum(f.get("weight_t") or 0.0 for f in rows)
    sector = weight > 0.0 and name != ""
    heading = t("GROUP_SHARE", name=name, share=n.percent(weight / total)) if sector else name
    return {"name": heading, "sector": sector, "rows": [factor_row(f, total, t, n, known) for f in rows]}


def _land_groups(
    factors: Sequence[Mapping[str, Any]], total: float, t: Texts
) -> list[tuple[str, list[Mapping[str, Any]]]]:
    """Those that weigh, without a heading, then those that inform; all together where none weighs."""
    if total <= 0.0:
        return [("", list(factors))]
    heavy = [f for f in factors if number_or_none(f.get("weight_t"))]
    rest = [f for f in factors if not number_or_none(f.get("weight_t"))]
    return [(name, rows) for name, rows in (("", heavy), (t("FACTORS_INFORM"), rest)) if rows]


def _groups(
    factors: Sequence[Mapping[str, Any]], known: Mapping[str, Any], t: Texts
) -> list[tuple[str, list[Mapping[str, Any]]]]:
    """By the sector in which a factor weighs most, in the order of the run; last what weighs in no net."""
    groups: dict[str, list[Mapping[str, Any]]] = {name: [] for name in known["sector_detail"]["evaluated"]}
    inform: list[Mapping[str, Any]] = []
    for factor in factors:
        if not number_or_none(factor.get("weight_t")):
            inform.append(factor)
        else:
            first = next(iter(factor.get("sectors") or ()), "")
            groups.setdefault(first, []).append(factor)
    named = [(sector_name(known, s, t) if s else t("FACTORS_ELSEWHERE"), rows) for s, rows in groups.items() if rows]
    return [*named, *([(t("FACTORS_INFORM_SECTORS"), inform)] if inform else [])]


def factor_row(
    factor: Mapping[str, Any], total: float, t: Texts, n: Numbers, known: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """A factor as the tables print it; ``known`` names the other sectors it stands in."""
    first, second = ("item_zh", "item_en") if t.language == "zh" else ("item_en", "item_zh")
    year = number_or_none(factor.get("year"))
    weight = number_or_none(factor.get("weight_t"))
    confidence = str(factor.get("confidence") or "")
    link = str(factor.get("link") or "").strip()
    others = (factor.get("sectors") or [])[1:] if weight else factor.get("sectors") or []
    return {
        "id": plain(factor.get("factor_id", "")),
        "name": plain(factor.get(first) or factor.get(second) or factor.get("item") or ""),
        "parameter": parameter_name(str(factor.get("parameter") or ""), t),
        "value": n.factor(factor.get("value")),
        "unit": "" if factor.get("unit") in ("1", None) else n.unit(plain(factor["unit"])),
        "range": _range(factor, t, n),
        "year": "" if year is None else f"{year:.0f}",
        "region": _region(str(factor.get("region") or ""), t),
        "source": plain(factor.get("source") or "") or t("NOT_STATED"),
        "page": t("SOURCE_PAGE", page=plain(factor["page"])) if factor.get("page") else "",
        "link": link if _WEB.match(link) else "",
        "overridden": _overridden(factor, t),
        "also": t("FACTOR_ALSO", sectors=t("LIST_SEPARATOR").join(sector_name(known, s, t) for s in others))
        if others and known is not None
        else "",
        "level": confidence if confidence in ("verified", "derived", "recalled") else "",
        "confidence": t.get(f"CONFIDENCE_{confidence.upper()}", plain(confidence)),
        "evidence": t.get(f"EVIDENCE_{str(factor.get('evidence') or '').upper()}", plain(factor.get("evidence") or "")),
        "weight": n.percent(weight / total if weight is not None and total > 0 else 0.0),
        "bar": 100.0 * (weight or 0.0) / total if total > 0 else 0.0,
    }


def _overridden(factor: Mapping[str, Any], t: Texts) -> str:
    """That a factor is a figure of the user, and which one it replaces."""
    if not factor.get("overridden"):
        return ""
    replaced = str(factor.get("notes") or "").partition("replaces ")[2]
    return t("FACTOR_REPLACES", factor=plain(replaced)) if replaced else t("FACTOR_OF_USER")


def _region(region: str, t: Texts) -> str:
    """Codes as they are; regions that go by an English name in the reader's language."""
    node = None if _CODE.match(region) else RegionTree.shipped().get(region)
    return plain(region if node is None or t.language != "zh" else node.name_zh)


@lru_cache(maxsize=1)
def _parameters() -> dict[str, dict[str, str]]:
    return load_texts(PARAMETERS)


def parameter_name(parameter: str, t: Texts) -> str:
    """What a factor measures, in the reader's language; as the record has it where no translation is known."""
    known = _parameters().get(parameter)
    return known[t.language] if known else t.get(f"POOL_{parameter.upper()}", plain(parameter))


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

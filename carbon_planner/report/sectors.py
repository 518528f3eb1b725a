"""The sectors of a result as the page prints them: effects, years, lines outside the net, activities, conventions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..factors.regions import RegionTree
from .line_facts import information_rows
from .numbers import Numbers, Shown
from .sector_facts import INTENSITIES, NAMES, listed_years
from .texts import Texts, plain


def sector_page(known: Mapping[str, Any], t: Texts, n: Numbers) -> dict[str, Any]:
    """Rows for the template; ``shown`` is False for a run of the land alone."""
    facts = known["sector_detail"]
    if len(facts["evaluated"]) < 2:
        return {"shown": False, "removals": ""}
    settings = known["settings"]
    effects = _effects(known, t, n)
    return {
        "shown": True,
        "effects": effects,
        "gaps": any(row["gap"] for row in effects),
        "outside": [
            {"label": t(f"OUTSIDE_{name.upper()}"), "figure": n.with_unit(n.quantity(value), "tCO2e")}
            for name, value in facts["outside"].items()
            if value
        ],
        "yearly": [
            {
                "label": t(f"YEARLY_{side.upper()}", year=settings["end_year"]),
                "figure": n.with_unit(n.quantity(value), "tCO2e/yr"),
            }
            for side, value in facts["yearly"].items()
        ],
        "intensities": [
            {"label": t(f"INTENSITY_{name.upper()}"), "figure": n.with_unit(n.quantity(value), INTENSITIES[name][1])}
            for name, value in facts["intensities"].items()
            if value is not None
        ],
        "pathway": _pathway_rows(facts["pathway"], n),
        "information": [
            {**row, "sector": sector_name(known, row["sector"], t)} for row in information_rows(known, t, n)
        ],
        "quantities": [_origin_row(row, t, n) for row in facts["quantities"]],
        "choices": _choices(known, t, n),
        "removals": _removals(known, t, n),
    }


def sector_name(known: Mapping[str, Any], sector: str, t: Texts) -> str:
    """Name of a sector: as its tables have it, those of other people too; the land and unknown ones as the texts do."""
    for row in known["sector_detail"]["by_sector"]:
        name = row[f"name_{t.language}"] or row["name_en"]
        if row["sector"] == sector and name:
            return plain(name)
    return t.get(f"SECTOR_{sector.upper()}", plain(sector))


def _effects(known: Mapping[str, Any], t: Texts, n: Numbers) -> list[dict[str, Any]]:
    """One row per group of sectors, followed by its sectors where it holds several."""
    facts, count = known["sector_detail"], known["totals"]["zone_count"]
    largest = max((abs(e["net_tco2e"]) for e in facts["effects"] if e["net_tco2e"] is not None), default=0.0) or 1.0
    rows = []
    for effect in facts["effects"]:
        members = [m for m in facts["by_sector"] if m["field"] == effect["sector"]]
        zones = min((m["zones"] for m in members), default=0)
        rows.append(_effect(t(f"SECTOR_{effect['sector'].upper()}"), effect, zones if members else None, count, n))
        rows[-1]["bar"] = 0.0 if effect["net_tco2e"] is None else 100.0 * effect["net_tco2e"] / largest
        if len(members) > 1 or (members and effect["sector"] == "other"):
            rows += [
                {**_effect(sector_name(known, m["sector"], t), m, m["zones"], count, n), "part": True} for m in members
            ]
    return rows


def _effect(name: str, row: Mapping[str, Any], zones: int | None, count: int, n: Numbers) -> dict[str, Any]:
    return {
        "name": name,
        "net": n.quantity(row["net_tco2e"], row["low"], row["high"]),
        "interval": n.interval(row["low"], row["high"]),
        "zones": n.null if zones is None else Shown(f"{n.count(zones)} / {n.count(count)}"),
        "gap": zones is not None and zones < count,
        "bar": 0.0,
        "part": False,
    }


def _pathway_rows(years: list[dict[str, Any]], n: Numbers) -> list[dict[str, Any]]:
    """The first and the last year and every fifth between."""
    listed = set(listed_years([y["year"] for y in years]))
    kept = [y for y in years if y["year"] in listed]
    columns = ("baseline", "plan", "change", "net")
    shown = n.column([y[c] for y in kept for c in columns])
    return [
        {
            "year": str(y["year"]),
            **dict(zip(columns, shown[4 * i : 4 * i + 4])),
            "interval": n.interval(y["low"], y["high"]),
        }
        for i, y in enumerate(kept)
    ]


def _origin_row(row: Mapping[str, Any], t: Texts, n: Numbers) -> dict[str, Any]:
    origins = [
        t("ORIGIN_COUNT", count=n.count(count), origin=t.get(f"ORIGIN_{origin.upper()}", origin))
        for origin, count in sorted(row["origins"].items(), key=lambda item: (-item[1], item[0]))
    ]
    if row["kind"] == "extensive":
        figure = n.with_unit(n.quantity(row["total"]), _unit(row["unit"]))
    elif row["least"] == row["largest"]:
        figure = n.with_unit(n.quantity(row["least"]), _unit(row["unit"]))
    else:
        both = Shown(f"{n.quantity(row['least'])} – {n.quantity(row['largest'])}")
        figure = n.with_unit(both, _unit(row["unit"]))
    return {
        "side": t("COLUMN_BASELINE" if row["side"] == "baseline" else "COLUMN_PLAN"),
        "quantity": plain(row[f"name_{t.language}"] or row["name_en"] or row["quantity"]),
        "figure": figure,
        "origins": t("LIST_SEPARATOR").join(origins),
    }


def _unit(unit: str) -> str:
    return "" if unit == "1" else unit


def _choices(known: Mapping[str, Any], t: Texts, n: Numbers) -> list[tuple[str, str]]:
    """Conventions that move the figures: warming potentials, view, electricity, region, interval, overrides."""
    settings = known["settings"]
    path = settings["grid_path"]
    return [
        (t("CHOICE_GWP"), settings["gwp"]),
        (t("CHOICE_VIEW"), t.get(f"VIEW_{settings['view'].upper()}", settings["view"])),
        (t("CHOICE_GRID"), t("GRID_FROZEN") if path == "frozen" else t("GRID_ASSUMED", path=plain(path))),
        (t("CHOICE_REGION"), region_name(settings["region"], t)),
        (t("CHOICE_INTERVAL"), interval_method(settings, t, n)),
        (t("CHOICE_OVERRIDES"), n.count(len(known["sector_detail"]["overrides"])).text),
    ]


def region_name(code: str, t: Texts) -> str:
    """Code and name of a region; the code alone where the tree of regions does not hold it."""
    tree = RegionTree.shipped()
    node = tree.get(tree.canonical(code)) if code else None
    if node is None:
        return plain(code) or t("NOT_STATED")
    return f"{node.name_zh if t.language == 'zh' else node.name_en} ({node.code})"


def interval_method(settings: Mapping[str, Any], t: Texts, n: Numbers) -> str:
    """How the bounds of a run were found, in short."""
    if not settings["draws"]:
        return t("INTERVAL_A1")
    return t("INTERVAL_MC", draws=n.count(settings["draws"]), seed=settings["seed"])


def _removals(known: Mapping[str, Any], t: Texts, n: Numbers) -> str:
    """What carbon rule 19 asks to say of removals; "" without any."""
    removed = known["totals"]["removals"]
    if not removed:
        return ""
    return t("REMOVALS_TEXT", removals=n.with_unit(n.quantity(abs(removed)), "tCO2e"))


def zone_sector_fields(known: Mapping[str, Any]) -> list[str]:
    """Ids of the groups of sectors of which some zone has a net, in order."""
    evaluated = {row["field"] for row in known["sector_detail"]["by_sector"]}
    return [name for name in NAMES.values() if name in evaluated]

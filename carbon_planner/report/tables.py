"""Rows of the report's tables: zones, classes, pools, periods, remarks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..accounting.flags import table as flag_table
from .names import class_label
from .numbers import DIGITS, Numbers
from .texts import Texts, plain

ZONES = 500  # zones listed one by one; beyond, the largest
CLASSES = 30
PERIOD = 5  # years per row of the time table


class ZoneTable:
    """Zones of the facts, by row and field name."""

    def __init__(self, known: Mapping[str, Any]) -> None:
        self.rows: list[list[Any]] = known["zones"]["rows"]
        self._place = {f["name"]: i for i, f in enumerate(known["zones"]["fields"])}

    def get(self, row: int, name: str) -> Any:
        """Value of a field, None where it is null or absent."""
        place = self._place.get(name)
        return None if place is None else self.rows[row][place]

    def number(self, row: int, name: str) -> float | None:
        """Value of a numeric field."""
        value = self.get(row, name)
        return None if value is None else float(value)

    def by_size(self) -> list[int]:
        """Row numbers, largest absolute net first (area where there is no net), nulls last."""
        field = "cp_net_t" if any(self.get(i, "cp_net_t") is not None for i in range(len(self.rows))) else "cp_area_ha"
        keys = [self.number(i, field) for i in range(len(self.rows))]
        return sorted(range(len(keys)), key=lambda i: (keys[i] is None, -abs(keys[i] or 0.0), i))


def top_rows(known: Mapping[str, Any], n: Numbers) -> dict[str, list[dict[str, Any]]]:
    """Zones with the largest gross emissions and removals; ``bar`` is a percentage of the largest of both lists."""
    zones = ZoneTable(known)
    lists = {"emissions": "cp_emis_t", "removals": "cp_rem_t"}
    sizes = [abs(zones.number(i, f) or 0.0) for side, f in lists.items() for i in known["top"][side]]
    largest = max(sizes, default=0.0) or 1.0
    return {
        side: [
            {
                "id": plain(zones.get(i, "cp_zone_id")),
                "value": n.quantity(zones.number(i, field)),
                "net": n.quantity(*(zones.number(i, f) for f in ("cp_net_t", "cp_net_lo", "cp_net_hi"))),
                "bar": 100.0 * abs(zones.number(i, field) or 0.0) / largest,
            }
            for i in known["top"][side]
        ]
        for side, field in lists.items()
    }


def zone_rows(known: Mapping[str, Any], t: Texts, n: Numbers) -> dict[str, Any]:
    """The table of zones: in the order of the layer, or the largest where there are too many."""
    zones = ZoneTable(known)
    count = len(zones.rows)
    shown = list(range(count)) if count <= ZONES else zones.by_size()[:ZONES]
    note = t("ZONES_CUT", shown=n.count(len(shown)), count=n.count(count)) if count > len(shown) else ""
    return {"rows": [_zone_row(zones, i, n) for i in shown], "note": note, "count": n.count(count)}


def _zone_row(zones: ZoneTable, i: int, n: Numbers) -> dict[str, Any]:
    net, low, high = (zones.number(i, f) for f in ("cp_net_t", "cp_net_lo", "cp_net_hi"))
    area, unknown = zones.number(i, "cp_area_ha"), zones.number(i, "cp_unk_ha")
    flags = plain(zones.get(i, "cp_flags") or "").split()
    compared = (area or 0.0) - (unknown or 0.0)
    bounds = (
        (low / compared, high / compared) if low is not None and high is not None and compared > 0 else (None, None)
    )
    return {
        "id": plain(zones.get(i, "cp_zone_id")),
        "area": n.area(area),
        "unknown": n.area(unknown),
        "emissions": n.quantity(zones.number(i, "cp_emis_t")),
        "removals": n.quantity(zones.number(i, "cp_rem_t")),
        "net": n.quantity(net, low, high),
        "sign": "" if net is None else "plus" if net > 0 else "minus" if net < 0 else "",
        "interval": n.interval(low, high),
        "partial": "PARTIAL_RANGE" in flags,
        "per_ha": n.quantity(zones.number(i, "cp_net_ha"), *bounds),
        "committed": n.quantity(zones.number(i, "cp_cmt_t")),
        "baseline_stock": n.stock(zones.number(i, "cp_bstk_tc")),
        "plan_stock": n.stock(zones.number(i, "cp_pstk_tc")),
        "flags": flags,
    }


def class_rows(known: Mapping[str, Any], t: Texts, n: Numbers) -> dict[str, Any]:
    """From class to class; ``bar`` is the net as a percentage of the largest, with its sign."""
    rows: Sequence[Mapping[str, Any]] = known["by_class"]
    largest = max((abs(r["net_tco2e"]) for r in rows if r["net_tco2e"] is not None), default=0.0) or 1.0
    nets = n.column([r["net_tco2e"] for r in rows])
    rates = n.column([_rate(r["net_tco2e"], r["compared_ha"]) for r in rows], DIGITS)
    shown = [
        {
            "base": class_side(known, row, "base", t),
            "plan": class_side(known, row, "plan", t),
            "area": n.area(row["area_ha"]),
            "net": net,
            "per_ha": rate,
            "bar": 0.0 if row["net_tco2e"] is None else 100.0 * row["net_tco2e"] / largest,
        }
        for row, net, rate in zip(rows[:CLASSES], nets, rates)
    ]
    note = t("ROWS_CUT", shown=n.count(len(shown)), count=n.count(len(rows))) if len(rows) > len(shown) else ""
    return {"rows": shown, "note": note}


def class_side(known: Mapping[str, Any], row: Mapping[str, Any], side: str, t: Texts) -> str:
    """Label of one side of a class change; words where the class is unknown."""
    code = row[f"{side}_class"]
    if code is None:
        return t("CLASS_UNKNOWN_BASE" if side == "base" else "CLASS_UNKNOWN_PLAN")
    return plain(class_label(known["class_systems"][side] or "", code, t.language))


def _rate(value: float | None, area: float | None) -> float | None:
    return None if value is None or not area else value / area


def pool_rows(known: Mapping[str, Any], t: Texts, n: Numbers) -> list[dict[str, Any]]:
    """Stocks by pool before and after."""
    pools = known["stocks"]
    both = n.column([p[side] for side in ("baseline", "plan") for p in pools])
    changes = n.column([None if None in (p["baseline"], p["plan"]) else p["plan"] - p["baseline"] for p in pools])
    return [
        {
            "pool": t.get(f"POOL_{p['pool'].upper()}", plain(p["pool"])),
            "baseline": before,
            "plan": after,
            "change": change,
        }
        for p, before, after, change in zip(pools, both, both[len(pools) :], changes)
    ]


def period_rows(known: Mapping[str, Any], n: Numbers) -> list[dict[str, Any]]:
    """Emission by period: the year of conversion alone, then blocks of five years, then what is committed."""
    end = known["settings"]["end_year"]
    groups: dict[tuple[int, int], list[Mapping[str, Any]]] = {}
    years = known["time_line"]
    for year in years:
        groups.setdefault(_period(year["year"], years[0]["year"], end), []).append(year)
    spans, figures, running = [], [], 0.0
    for (first, last), members in groups.items():
        parts = [p for year in members for p in year["parts"].values()]
        up, down = sum(p["emission"] for p in parts), sum(p["removal"] for p in parts)
        running += up + down
        spans.append((first, min(last, members[-1]["year"])))
        figures += [up, down, up + down, running]
    shown = n.column(figures)
    return [
        {
            "years": n.years(*span),
            "committed": span[0] > end,
            **dict(zip(("emissions", "removals", "net", "running"), shown[4 * i : 4 * i + 4])),
        }
        for i, span in enumerate(spans)
    ]


def _period(year: int, first: int, end: int) -> tuple[int, int]:
    if year == first:
        return first, first
    if year > end:
        return end + 1, 9999
    block = (year - 1) // PERIOD * PERIOD
    return max(block + 1, first + 1), min(block + PERIOD, end)


def flag_rows(known: Mapping[str, Any], t: Texts, n: Numbers) -> list[dict[str, Any]]:
    """Remarks on zones: code, meaning, number of zones."""
    words = flag_table()
    return [
        {"code": plain(flag), "meaning": words.get(flag, {}).get(t.language, ""), "count": n.count(count)}
        for flag, count in known["flags"].items()
    ]

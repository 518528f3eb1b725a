"""Print evaluated zones as an aligned table, also where names are Chinese (two columns wide on a terminal)."""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Sequence
from pathlib import Path

from project import ROOT

sys.path.insert(0, str(ROOT))
from carbon_planner.base.fields import zone_fields

# field, decimals (None: text)
COLUMNS = (
    ("cp_zone_id", None),
    ("cp_area_ha", 2),
    ("cp_bstk_tc", 1),
    ("cp_pstk_tc", 1),
    ("cp_net_t", 1),
    ("cp_net_lo", 1),
    ("cp_net_hi", 1),
    ("cp_flags", None),
)
LAYER = "cp_zones"
MAX_WIDTH = 60


def width(text: str) -> int:
    """Columns that a text takes on a terminal."""
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def pad(text: str, columns: int, right: bool) -> str:
    """Fill with spaces to a width on the terminal."""
    space = " " * max(columns - width(text), 0)
    return space + text if right else text + space


def shorten(text: str) -> str:
    """Cut a text that would spoil the table."""
    while width(text) > MAX_WIDTH:
        text = text[:-2].rstrip("…") + "…"
    return text


def cell(value: object, decimals: int | None) -> str:
    """A value as text; null is a dash, never zero."""
    if value is None:
        return "–"
    if decimals is None:
        return shorten(str(value))
    number = f"{value:,.{decimals}f}"
    return number.replace("-", "−") if float(number.replace(",", "")) else number.lstrip("-")


def headers(language: str) -> list[tuple[str, str]]:
    """Names and units of the columns from the plugin's own field table."""
    specs = {spec.name: spec for spec in zone_fields()}
    alias = "alias_zh" if language == "zh" else "alias_en"
    return [(getattr(specs[name], alias), specs[name].unit) for name, _ in COLUMNS]


def aligned(rows: Sequence[Sequence[str]], right: Sequence[bool], rules: Sequence[int]) -> list[str]:
    """Lines of the table, with a rule before the rows whose numbers are given."""
    sizes = [max(width(row[i]) for row in rows) for i in range(len(right))]
    lines = []
    for number, row in enumerate(rows):
        if number in rules:
            lines.append("  ".join("─" * size for size in sizes))
        lines.append("  ".join(pad(*item) for item in zip(row, sizes, right)).rstrip())
    return lines


def read_zones(package: Path) -> list[list[object]]:
    """Rows of the result layer, in the order of the columns."""
    from osgeo import ogr

    ogr.UseExceptions()
    dataset = ogr.Open(str(package))
    layer = dataset.GetLayerByName(LAYER)
    if layer is None:
        raise RuntimeError(f"{package} has no layer {LAYER}")
    return [[feature.GetField(name) for name, _ in COLUMNS] for feature in layer]


def table(zones: list[list[object]], totals: dict[str, object], language: str) -> str:
    """The whole table; the last row holds the totals of the run, which count overlapped ground once."""
    heads = headers(language)
    rows = [[name for name, _ in heads], [f"({unit})" if unit else "" for _, unit in heads]]
    rows += [[cell(value, decimals) for value, (_, decimals) in zip(zone, COLUMNS)] for zone in zones]
    net = [totals.get(key) if totals.get("HAS_NET") else None for key in ("NET_TCO2E", "NET_LOW", "NET_HIGH")]
    total = ["合计" if language == "zh" else "Total", cell(totals.get("AREA_HA"), 2), "", ""]
    rows.append([*total, *(cell(value, 1) for value in net), ""])
    right = [decimals is not None for _, decimals in COLUMNS]
    return "\n".join(aligned(rows, right, (2, len(rows) - 1)))

"""The second table of zones: the net of each zone by sector, and what it emits in the last year."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .numbers import Numbers, Shown
from .sector_facts import INTENSITIES, NAMES
from .sectors import zone_sector_fields
from .tables import ZONES, ZoneTable
from .texts import Texts, plain

_FIELDS = {name: field for field, name in NAMES.items()}
_INTENSITIES = ("ha", "m2", "pp")


def zone_sector_table(known: Mapping[str, Any], t: Texts, n: Numbers) -> dict[str, Any] | None:
    """Columns and rows of the zones that the first table lists; None for a run of the land alone."""
    names = zone_sector_fields(known)
    if len(known["sector_detail"]["evaluated"]) < 2 or not known["totals"]["has_net"]:
        return None
    zones = ZoneTable(known)
    count = len(zones.rows)
    shown = list(range(count)) if count <= ZONES else zones.by_size()[:ZONES]
    last = known["settings"]["end_year"]
    intensities = [i for i in _INTENSITIES if any(zones.number(r, INTENSITIES[i][0]) is not None for r in shown)]
    heads = [{"label": t(f"SECTOR_{name.upper()}_SHORT"), "unit": n.unit("tCO2e")} for name in names]
    heads += [{"label": t("COLUMN_NET"), "unit": n.unit("tCO2e")}]
    heads += [
        {"label": t(f"COLUMN_YEARLY_{side}", year=last), "unit": n.unit("tCO2e/yr")} for side in ("BASELINE", "PLAN")
    ]
    heads += [{"label": t(f"COLUMN_INTENSITY_{i.upper()}"), "unit": n.unit(INTENSITIES[i][1])} for i in intensities]
    rows = [
        {
            "id": plain(zones.get(r, "cp_zone_id")),
            "figures": [
                *(_effect(zones, r, f"cp_{_FIELDS[name]}", n) for name in names),
                _effect(zones, r, "cp_net", n),
                *(n.quantity(zones.number(r, field)) for field in ("cp_byr_t", "cp_pyr_t")),
                *(_intensity(zones, r, INTENSITIES[i][0], n) for i in intensities),
            ],
        }
        for r in shown
    ]
    return {"heads": heads, "rows": rows}


def _intensity(zones: ZoneTable, row: int, field: str, n: Numbers) -> Shown:
    """A dash where there is nothing to divide by: no residents, no floors."""
    value = zones.number(row, field)
    return n.quantity(value) if value is not None or zones.number(row, "cp_pyr_t") is None else Shown("–", null=True)


def _effect(zones: ZoneTable, row: int, field: str, n: Numbers) -> Shown:
    value, low, high = (zones.number(row, f"{field}_{part}") for part in ("t", "lo", "hi"))
    return n.quantity(value, low, high)

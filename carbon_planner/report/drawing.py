"""All charts of a report, and its map from an evaluation and the geometry of its zones."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ..base.threads import aside
from ..geometry.validity import polygonal
from .charts.canvas import Chart, available
from .charts.class_flow import Band, class_flow
from .charts.net_by_zone import net_by_zone
from .charts.pathway import pathway
from .charts.stocks import stocks_by_pool
from .charts.time_line import time_line
from .map_frame import Theme
from .map_svg import draw_map
from .numbers import Numbers
from .ramp import diverging, sequential
from .tables import ZoneTable, class_side
from .texts import Texts

if TYPE_CHECKING:
    from ..accounting.evaluate import Evaluation


@aside
def draw_charts(known: Mapping[str, Any], language: str) -> dict[str, Chart] | None:
    """Charts by name, without those that have nothing to show; None where matplotlib is missing."""
    if not available():
        return None
    t = Texts(language)
    n = Numbers(t.language, t("NOT_EVALUATED"))
    zones = ZoneTable(known)
    largest = [
        {
            "id": zones.get(i, "cp_zone_id"),
            "net": zones.number(i, "cp_net_t"),
            "low": zones.number(i, "cp_net_lo"),
            "high": zones.number(i, "cp_net_hi"),
            "partial": "PARTIAL_RANGE" in str(zones.get(i, "cp_flags") or "").split(),
        }
        for i in zones.by_size()
    ]
    complete = [p for p in known["stocks"] if p["baseline"] is not None and p["plan"] is not None]
    drawn = {
        "net": net_by_zone(largest, t, n),
        "flow": class_flow(_bands(known, t), diverging(_rates(zones)), t, n) if known["totals"]["has_net"] else None,
        "pathway": pathway(known["sector_detail"]["pathway"], t, n),
        "time": time_line(known["time_line"], known["settings"]["end_year"], t, n),
        "stock": stocks_by_pool(complete, t, n),
    }
    return {name: chart for name, chart in drawn.items() if chart is not None}


def zone_map(evaluation: Evaluation, language: str) -> str:
    """Map of the net per hectare; where nothing has a net, of the carbon stock of the side that is known."""
    t = Texts(language)
    # invalid and mixed geometry is drawn as it was evaluated
    geometries, crs = polygonal(evaluation.inputs.geometry).geometry, evaluation.inputs.crs
    n = Numbers(t.language, t("NOT_EVALUATED"))
    zones = evaluation.zones
    net = zones["cp_net_ha"].to_numpy(np.float64, na_value=np.nan)
    ids = [str(value) for value in zones["cp_zone_id"].tolist()]
    if np.isfinite(net).any():
        theme = Theme(net, diverging(net), t("MAP_NET"), "tCO2e/ha", t("REMOVAL"), t("EMISSION"))
        return draw_map(geometries, ids, theme, crs, t, n)
    side = "b" if zones["cp_bstk_tc"].notna().any() else "p"
    stock = zones[f"cp_{side}stk_tc"].to_numpy(np.float64, na_value=np.nan)
    area = zones["cp_area_ha"].to_numpy(np.float64, na_value=np.nan) - np.nan_to_num(
        zones["cp_unk_ha"].to_numpy(np.float64, na_value=np.nan)
    )
    rate = np.divide(stock, area, out=np.full(len(stock), np.nan), where=area > 0.0)
    theme = Theme(rate, sequential(rate), t("MAP_STOCK_BASE" if side == "b" else "MAP_STOCK_PLAN"), "tC/ha")
    return draw_map(geometries, ids, theme, crs, t, n)


def _rates(zones: ZoneTable) -> NDArray[np.float64]:
    """Net per hectare of all zones, which sets the breaks of the map."""
    values = [zones.number(i, "cp_net_ha") for i in range(len(zones.rows))]
    return np.array([np.nan if v is None else v for v in values])


def _bands(known: Mapping[str, Any], t: Texts) -> list[Band]:
    return [
        Band(
            class_side(known, row, "base", t),
            class_side(known, row, "plan", t),
            row["area_ha"] or 0.0,
            row["net_tco2e"],
            row["base_class"] == row["plan_class"] and known["class_systems"]["base"] == known["class_systems"]["plan"],
        )
        for row in known["by_class"]
    ]

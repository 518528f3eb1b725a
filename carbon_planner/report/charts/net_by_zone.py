"""Net carbon impact of the zones that matter most, each with its 95 % interval."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..numbers import Numbers
from ..texts import Texts, plain
from .canvas import INK, MUTED, Chart, bare, draw, literal, shorten, sign_colour, tick_writer

ROWS = 20
DASHED = (0, (3, 1.8))  # of intervals that leave out factors without a range


def net_by_zone(zones: Sequence[dict[str, Any]], texts: Texts, numbers: Numbers) -> Chart | None:
    """``zones`` hold id, net, low, high (tCO2e) and partial, largest first; None where all are null or 0."""
    rows = [z for z in zones if z["net"]][:ROWS]
    if not rows:
        return None
    names = [shorten(plain(z["id"]), 26) for z in rows]
    label = texts("CHART_NET_ARIA", count=len(rows))
    axis_label = texts("CHART_NET_AXIS", unit=numbers.unit("tCO2e"))

    def paint(figure: Any) -> None:
        axes = figure.subplots()
        bare(axes)
        places = list(range(len(rows)))
        values = [z["net"] for z in rows]
        axes.barh(places, values, height=0.66, color=[sign_colour(v) for v in values], alpha=0.88, linewidth=0)
        for place, zone in zip(places, rows):
            if zone["low"] is None or zone["high"] is None or zone["high"] <= zone["low"]:
                continue
            dash = DASHED if zone["partial"] else "-"
            axes.plot([zone["low"], zone["high"]], [place, place], color=INK, linewidth=0.9, linestyle=dash)
            axes.plot([zone["low"], zone["high"]], [place, place], "|", color=INK, markersize=5, markeredgewidth=0.9)
        axes.axvline(0.0, color=MUTED, linewidth=0.9)
        axes.set_yticks(places, [literal(n) for n in names])
        axes.set_ylim(len(rows) - 0.4, -0.6)
        axes.set_xlabel(axis_label)
        axes.margins(x=0.03)
        tick_writer(axes.xaxis, numbers)

    return draw("net", label, "".join(names) + axis_label, paint, 0.75 + 0.235 * len(rows))

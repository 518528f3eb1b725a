"""Carbon held by each pool before and after the plan."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..numbers import MINUS, Numbers
from ..ramp import EMISSION, REMOVAL
from ..texts import Texts
from .canvas import MUTED, Chart, bare, draw, legend_above, tick_writer

BEFORE, AFTER = "#b7c2c4", "#3d6f73"


def stocks_by_pool(pools: Sequence[dict[str, Any]], texts: Texts, numbers: Numbers) -> Chart | None:
    """``pools`` hold pool, baseline and plan (t C); None where there is none."""
    if not pools:
        return None
    names = [texts.get(f"POOL_{p['pool'].upper()}", p["pool"]) for p in pools]
    legend = (texts("COLUMN_BASELINE"), texts("COLUMN_PLAN"))
    axis_label = texts("CHART_STOCK_AXIS", unit=numbers.unit("t C"))

    def paint(figure: Any) -> None:
        axes = figure.subplots()
        bare(axes)
        places = list(range(len(pools)))
        before, after = [p["baseline"] for p in pools], [p["plan"] for p in pools]
        axes.barh([p - 0.18 for p in places], before, height=0.34, color=BEFORE, linewidth=0)
        axes.barh([p + 0.18 for p in places], after, height=0.34, color=AFTER, linewidth=0)
        top = max(*before, *after, 1e-9)
        for place, old, new in zip(places, before, after):
            change = new - old
            sign = "+" if change > 0 else MINUS if change < 0 else "±"
            text = f"{sign}{numbers.quantity(abs(change)).text}"
            colour = REMOVAL if change > 0 else EMISSION if change < 0 else MUTED
            axes.text(max(old, new) + top * 0.012, place, text, va="center", color=colour)
        axes.set_yticks(places, names)
        axes.set_ylim(len(pools) - 0.45, -0.55)
        axes.set_xlim(0, top * 1.14)
        axes.set_xlabel(axis_label)
        tick_writer(axes.xaxis, numbers)
        legend_above(axes, [(BEFORE, legend[0]), (AFTER, legend[1])])

    words = "".join([*names, *legend, axis_label])
    return draw("stock", texts("CHART_STOCK_ARIA"), words, paint, 0.95 + 0.52 * len(pools), width=5.6)

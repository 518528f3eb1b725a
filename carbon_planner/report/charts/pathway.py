"""The net of each year by sector: stacked bars up and down from zero, the sum as a line, its interval in some years."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..numbers import Numbers
from ..texts import Texts
from .canvas import INK, MUTED, Chart, bare, draw, tick_writer

# One colour and one hatch per group of sectors: what a grey print or an eye cannot tell by colour, the hatch tells.
LOOKS = {
    "land": ("#d8a24a", ""),
    "buildings": ("#4f64a5", ""),
    "transport": ("#b66a9f", "////"),
    "waste": ("#9a8468", "...."),
    "sinks": ("#3f8f5b", "\\\\\\\\"),
    "other": ("#b9c0c6", "xxxx"),
}
HATCH = "#ffffff"


def pathway(years: Sequence[dict[str, Any]], texts: Texts, numbers: Numbers) -> Chart | None:
    """``years`` hold year, net, low, high and sectors {id: tCO2e of the year}; None where nothing happens."""
    names = [s for s in LOOKS if any(y["sectors"].get(s) for y in years)]
    if not names:
        return None
    labels = {name: texts(f"SECTOR_{name.upper()}") for name in names}
    axis = texts("CHART_PATHWAY_AXIS", unit=numbers.unit("tCO2e/yr"))
    lines = (texts("CHART_PATHWAY_NET"), texts("CHART_PATHWAY_INTERVAL"))
    label = texts("CHART_PATHWAY_ARIA", first=years[0]["year"], last=years[-1]["year"])

    def paint(figure: Any) -> None:
        axes = figure.subplots()
        bare(axes, grid="y")
        _bars(axes, years, names)
        handles = _net(axes, years, lines)
        axes.axhline(0.0, color=MUTED, linewidth=0.9)
        axes.set_ylabel(axis, fontsize=7.8)
        tick_writer(axes.yaxis, numbers)
        _years(axes)
        axes.margins(x=0.01, y=0.06)
        _legend(axes, names, labels, handles)

    return draw("pathway", label, "".join([*labels.values(), *lines, axis]), paint, 3.5)


def _bars(axes: Any, years: Sequence[dict[str, Any]], names: list[str]) -> None:
    at = [y["year"] for y in years]
    up, down = [0.0] * len(years), [0.0] * len(years)
    for name in names:
        values = [float(y["sectors"].get(name) or 0.0) for y in years]
        base = [up[i] if v >= 0.0 else down[i] for i, v in enumerate(values)]
        colour, hatch = LOOKS[name]
        axes.bar(at, values, bottom=base, width=0.82, color=colour, hatch=hatch, edgecolor=HATCH, linewidth=0)
        for i, value in enumerate(values):
            (up if value >= 0.0 else down)[i] += value


def _net(axes: Any, years: Sequence[dict[str, Any]], lines: tuple[str, str]) -> list[Any]:
    """The line of the net and the bounds where they are known; handles for the legend."""
    at = [y["year"] for y in years]
    handles: list[Any] = axes.plot(at, [y["net"] for y in years], color=INK, linewidth=1.6, label=lines[0])
    known = [y for y in years if y["low"] is not None and y["high"] is not None and y["high"] > y["low"]]
    if known:
        spans = [[y["net"] - y["low"] for y in known], [y["high"] - y["net"] for y in known]]
        handles.append(
            axes.errorbar(
                [y["year"] for y in known], [y["net"] for y in known], [[max(v, 0.0) for v in s] for s in spans],
                fmt="o", color=INK, markersize=3, elinewidth=1.1, capsize=3, label=lines[1],
            )
        )  # fmt: skip
    return handles


def _years(axes: Any) -> None:
    from matplotlib.ticker import MaxNLocator

    axes.xaxis.set_major_locator(MaxNLocator(nbins=10, steps=[1, 2, 5, 10], integer=True))
    axes.xaxis.set_major_formatter(lambda value, _position: f"{value:.0f}")


def _legend(axes: Any, names: list[str], labels: dict[str, str], lines: list[Any]) -> None:
    """Above the plot, in rows that are never wider than it."""
    from matplotlib.patches import Patch

    patches = [
        Patch(facecolor=LOOKS[n][0], hatch=LOOKS[n][1], edgecolor=HATCH, linewidth=0, label=labels[n]) for n in names
    ]
    axes.legend(
        handles=[*patches, *lines], loc="lower left", bbox_to_anchor=(0.0, 1.0), ncol=4, frameon=False,
        handlelength=1.6, handleheight=0.9, borderaxespad=0.2, borderpad=0.0, columnspacing=1.6,
    )  # fmt: skip

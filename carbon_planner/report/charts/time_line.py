"""When emission and removal happen: cumulative from the start year, and year by year.

The conversion year may dwarf all others; its bar is then cut and carries its figure, so that the soil's twenty years
stay readable.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..numbers import Numbers
from ..texts import Texts
from .canvas import INK, MUTED, Chart, bare, draw, legend_above, tick_writer

COLOURS = {
    "lost": "#8c510a", "soil": "#d8a24a", "grown": "#01665e", "plan": "#3d6f73", "baseline": "#b7c2c4",
    "bldg": "#4f64a5", "tran": "#b66a9f", "wast": "#9a8468", "sink": "#3f8f5b", "oth": "#b9c0c6",
}  # fmt: skip
LATER = 0.38  # opacity of what falls after the horizon
TAIL = 20  # years shown after the horizon: soil and new growth; gas from landfills goes on for longer
CUT = 3.0  # a bar this many times taller than the next is cut


def time_line(years: Sequence[dict[str, Any]], end: int, texts: Texts, numbers: Numbers) -> Chart | None:
    """``years`` hold year and parts {component: {emission, removal}} in tCO2e; None where nothing happens."""
    years, tail = [y for y in years if y["year"] <= end + TAIL], years[-1]["year"] if years else end
    names = [c for c in COLOURS if any(c in y["parts"] for y in years)]
    if not names:
        return None
    labels = {name: texts(f"PART_{name.upper()}") for name in names}
    unit = numbers.unit("tCO2e")
    captions = (
        texts("CHART_TIME_SUM", unit=unit),
        texts("CHART_TIME_YEAR", unit=numbers.unit("tCO2e/yr")),
        texts("CHART_TIME_END", year=end),
    )

    def paint(figure: Any) -> None:
        upper, lower = figure.subplots(2, 1, sharex=True, gridspec_kw={"height_ratios": [1.0, 1.15]})
        _cumulative(upper, years, end, captions, numbers)
        _yearly(lower, years, end, names, numbers)
        lower.set_ylabel(captions[1], fontsize=7.8)
        legend_above(lower, [(COLOURS[name], labels[name]) for name in names])
        if tail > end + TAIL:
            upper.annotate(
                longer, (1.0, 1.0), xycoords="axes fraction", xytext=(0, -8), textcoords="offset points", ha="right",
                color=MUTED, fontsize=7.4,
            )  # fmt: skip

    longer = texts("CHART_TIME_TAIL", year=tail)
    return draw("time", texts("CHART_TIME_ARIA"), "".join([*labels.values(), *captions, longer]), paint, 4.5)


def _cumulative(
    axes: Any, years: Sequence[dict[str, Any]], end: int, captions: tuple[str, str, str], numbers: Numbers
) -> None:
    bare(axes, grid="y")
    at, total, totals = [years[0]["year"] - 1], 0.0, [0.0]
    for year in years:
        total += sum(p["emission"] + p["removal"] for p in year["parts"].values())
        at.append(year["year"])
        totals.append(total)
    inside = sum(1 for y in at if y <= end)
    axes.plot(at[:inside], totals[:inside], color=INK, linewidth=1.8)
    axes.fill_between(at[:inside], totals[:inside], color=INK, alpha=0.08, linewidth=0)
    if inside < len(at):
        axes.plot(
            at[inside - 1 :], totals[inside - 1 :], color=INK, alpha=LATER, linewidth=1.8, linestyle=(0, (3, 1.6))
        )
    axes.axhline(0.0, color=MUTED, linewidth=0.9)
    axes.plot([at[inside - 1]], [totals[inside - 1]], "o", color=INK, markersize=4)
    axes.annotate(
        numbers.quantity(totals[inside - 1]).text, (at[inside - 1], totals[inside - 1]), xytext=(-5, 6),
        textcoords="offset points", ha="right",
    )  # fmt: skip
    axes.margins(y=0.16)
    axes.set_ylabel(captions[0], fontsize=7.8)
    tick_writer(axes.yaxis, numbers)
    axes.axvline(end + 0.5, color=MUTED, linewidth=0.8, linestyle=(0, (2, 2)))
    axes.annotate(
        captions[2], (end + 0.5, 1.0), xycoords=("data", "axes fraction"), xytext=(4, -8), textcoords="offset points",
        color=MUTED, fontsize=7.4,
    )  # fmt: skip


def _yearly(axes: Any, years: Sequence[dict[str, Any]], end: int, names: list[str], numbers: Numbers) -> None:
    from matplotlib.ticker import MaxNLocator

    bare(axes, grid="y")
    at = [y["year"] for y in years]
    up, down = [0.0] * len(years), [0.0] * len(years)
    for name in names:
        for key, base in (("emission", up), ("removal", down)):
            values = [y["parts"].get(name, {}).get(key, 0.0) for y in years]
            # emissions that fall in a sector (a baseline that ends) go down, so that bars never hide each other
            sides = [up if v > 0.0 else down if v < 0.0 else base for v in values]
            bottoms = [side[i] for i, side in enumerate(sides)]
            bars = axes.bar(at, values, bottom=bottoms, width=0.8, color=COLOURS[name], linewidth=0)
            for bar, year in zip(bars, at):
                bar.set_alpha(LATER if year > end else 0.92)
            for i, value in enumerate(values):
                sides[i][i] += value
    axes.axhline(0.0, color=MUTED, linewidth=0.9)
    axes.axvline(end + 0.5, color=MUTED, linewidth=0.8, linestyle=(0, (2, 2)))
    tick_writer(axes.yaxis, numbers)
    axes.xaxis.set_major_locator(MaxNLocator(nbins=10, steps=[1, 2, 5, 10], integer=True))
    axes.xaxis.set_major_formatter(lambda value, _position: f"{value:.0f}")
    _cut(axes, at, up, down, numbers)


def _cut(axes: Any, at: list[int], up: list[float], down: list[float], numbers: Numbers) -> None:
    """Limit the axis to the second tallest bar where the tallest would flatten all others."""
    tallest, rest = max(up), sorted(up)[-2] if len(up) > 1 else 0.0
    if rest <= 0.0 or tallest <= CUT * rest:
        axes.margins(y=0.08)
        return
    top, bottom = rest * 1.9, min(down) * 1.12
    axes.set_ylim(bottom, top)
    place = at[up.index(tallest)]
    axes.annotate(
        f"↑ {numbers.quantity(tallest).text} ({place})", (place + 0.5, top), xytext=(4, -10),
        textcoords="offset points", color=COLOURS["lost"],
    )  # fmt: skip

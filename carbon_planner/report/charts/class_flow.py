"""What becomes of the land: areas flowing from classes of the baseline to classes of the plan."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..numbers import Numbers
from ..ramp import NOT_EVALUATED, ColourClass, classify
from ..texts import Texts, plain
from .canvas import INK, MUTED, Chart, draw, literal, shorten

NODES = 9  # per side; smaller ones are drawn together
LEFT, RIGHT, BAR = 0.25, 0.75, 0.012  # sides and width of the bars, as shares of the width
LABEL = 0.052  # distance of labels, as a share of the height
GAP = 0.022  # between nodes, as a share of the height
UNCHANGED = "#d5dbdc"
NEUTRAL = "#e6e4da"  # the middle of the ramp, dark enough to be seen on white
OTHER = ""  # key of the joined rest


@dataclass(frozen=True)
class Band:
    """A flow: from and to (display names), hectares, net tCO2e or None, whether the class stays."""

    source: str
    target: str
    ha: float
    net: float | None
    stays: bool


def class_flow(bands: Sequence[Band], classes: tuple[ColourClass, ...], texts: Texts, numbers: Numbers) -> Chart | None:
    """``classes`` are those of the map; None where nothing has an area."""
    bands = _joined([b for b in bands if b.ha > 0.0], texts("OTHER_CLASSES"))
    if not bands:
        return None
    left, right = _nodes(bands, source=True), _nodes(bands, source=False)
    total = sum(left.values())
    colours = _colours(bands, classes)
    words = "".join([*left, *right, texts("COLUMN_BASELINE"), texts("COLUMN_PLAN")])
    height = max(2.6, 0.5 * max(len(left), len(right)) + 1.0)

    def paint(figure: Any) -> None:
        axes = figure.subplots()
        axes.set_xlim(0, 1)
        axes.set_ylim(1.0, -0.07)
        axes.axis("off")
        starts, ends = _stack(left, total), _stack(right, total)
        scale = {"left": _scale(left, total), "right": _scale(right, total)}
        offsets_left, offsets_right = dict.fromkeys(left, 0.0), dict.fromkeys(right, 0.0)
        order_left, order_right = list(left), list(right)
        ordered = sorted(
            zip(bands, colours), key=lambda p: (order_left.index(p[0].source), order_right.index(p[0].target))
        )
        for band, colour in ordered:
            y0 = starts[band.source] + offsets_left[band.source]
            y1 = ends[band.target] + offsets_right[band.target]
            h0, h1 = band.ha * scale["left"], band.ha * scale["right"]
            offsets_left[band.source] += h0
            offsets_right[band.target] += h1
            _ribbon(axes, y0, h0, y1, h1, colour)
        _side(axes, left, starts, scale["left"], numbers, x=LEFT, right=False)
        _side(axes, right, ends, scale["right"], numbers, x=RIGHT, right=True)
        axes.text(LEFT, -0.045, texts("COLUMN_BASELINE"), ha="right", color=MUTED)
        axes.text(RIGHT, -0.045, texts("COLUMN_PLAN"), ha="left", color=MUTED)

    return draw("flow", texts("CHART_FLOW_ARIA"), words, paint, height)


def _joined(bands: Sequence[Band], other: str) -> list[Band]:
    """Small classes of each side drawn together, parallel bands merged."""
    keep_left, keep_right = _largest(bands, source=True), _largest(bands, source=False)
    merged: dict[tuple[str, str, bool], tuple[float, float | None]] = {}
    for band in bands:
        source = band.source if band.source in keep_left else other
        target = band.target if band.target in keep_right else other
        key = (source, target, band.stays)
        ha, net = merged.get(key, (0.0, None))
        merged[key] = (ha + band.ha, net if band.net is None else (net or 0.0) + band.net)
    return [Band(source, target, ha, net, stays) for (source, target, stays), (ha, net) in merged.items()]


def _largest(bands: Sequence[Band], *, source: bool) -> set[str]:
    sizes = _nodes(bands, source=source)
    return set(sizes if len(sizes) <= NODES else list(sizes)[: NODES - 1])


def _nodes(bands: Sequence[Band], *, source: bool) -> dict[str, float]:
    """Hectares per class, largest first."""
    sizes: dict[str, float] = {}
    for band in bands:
        name = band.source if source else band.target
        sizes[name] = sizes.get(name, 0.0) + band.ha
    return dict(sorted(sizes.items(), key=lambda item: -item[1]))


def _scale(nodes: dict[str, float], total: float) -> float:
    return (1.0 - GAP * (len(nodes) - 1)) / total


def _stack(nodes: dict[str, float], total: float) -> dict[str, float]:
    tops, y = {}, 0.0
    for name, ha in nodes.items():
        tops[name] = y
        y += ha * _scale(nodes, total) + GAP
    return tops


def _colours(bands: Sequence[Band], classes: tuple[ColourClass, ...]) -> list[str]:
    rates = np.array([np.nan if b.net is None else b.net / b.ha for b in bands])
    picked = classify(rates, classes).tolist()
    palette = [c.colour for c in classes] + [NOT_EVALUATED]  # class −1 is the last
    palette[len(classes) // 2] = NEUTRAL
    return [UNCHANGED if band.stays else palette[index] for band, index in zip(bands, picked)]


def _ribbon(axes: Any, y0: float, h0: float, y1: float, h1: float, colour: str) -> None:
    from matplotlib.patches import PathPatch
    from matplotlib.path import Path

    x0, x1 = LEFT + BAR, RIGHT - BAR
    middle = (x0 + x1) / 2
    points = [
        (x0, y0), (middle, y0), (middle, y1), (x1, y1), (x1, y1 + h1), (middle, y1 + h1), (middle, y0 + h0),
        (x0, y0 + h0), (x0, y0),
    ]  # fmt: skip
    codes = [Path.MOVETO, *[Path.CURVE4] * 3, Path.LINETO, *[Path.CURVE4] * 3, Path.CLOSEPOLY]
    axes.add_patch(PathPatch(Path(points, codes), facecolor=colour, alpha=0.88, edgecolor="white", linewidth=0.5))


def _side(
    axes: Any, nodes: dict[str, float], tops: dict[str, float], scale: float, numbers: Numbers, *, x: float, right: bool
) -> None:
    from matplotlib.patches import Rectangle

    middles = {name: tops[name] + ha * scale / 2 for name, ha in nodes.items()}
    for (name, ha), at in zip(nodes.items(), _apart(list(middles.values()))):
        tall = ha * scale
        axes.add_patch(Rectangle((x, tops[name]), -BAR if right else BAR, tall, facecolor=INK, linewidth=0))
        area = numbers.with_unit(numbers.area(ha), "ha").text
        tip, end = (x + 0.004, x + 0.014) if right else (x - 0.004, x - 0.014)
        if abs(at - middles[name]) > 1e-3:
            axes.plot([tip, end], [middles[name], at], color=MUTED, linewidth=0.5)
        text = f"{literal(shorten(plain(name), 30))}  {area}"
        axes.text(end, at, text, ha="left" if right else "right", va="center", fontsize=8.6)


def _apart(middles: list[float]) -> list[float]:
    """Places of labels in the order of their bars, at least LABEL apart, as close to the bars as that allows."""
    places: list[float] = []
    for middle in middles:
        places.append(max(middle, places[-1] + LABEL) if places else middle)
    limit = 1.0
    for i in reversed(range(len(places))):
        places[i] = min(places[i], limit)
        limit = places[i] - LABEL
    return places

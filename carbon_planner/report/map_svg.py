"""The map picture of a report: zones in the colours of the layer style, legend, scale bar, north arrow, labels.

Drawn from the geometry itself, without QGIS, as one SVG element that can stand inside a page or alone. True north and
the scale bar are measured at the centre of the map on the ellipsoid: right in Web Mercator and in degrees too.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from html import escape
from typing import Sequence

import numpy as np
import shapely
from numpy.typing import NDArray

from ..base.errors import GeometryError
from ..geometry.crs import Crs
from .map_paths import Geometries, View, polygon_paths
from .numbers import NBSP, Numbers
from .ramp import NOT_EVALUATED, ColourClass, classify, round_top
from .texts import Texts, plain

WIDTH = 720.0
MARGIN = 16.0
PLOT_HEIGHT = (300.0, 680.0)
STRIP = 78.0  # legend and scale bar below the map
FONT = 11.5
TITLED = 2_000  # up to this many zones each one carries its value as a tooltip
SINGLE = 20_000  # above, one path per colour
LABELLED = 400
INK, MUTED, PAPER, BORDER = "#1f2a2e", "#5d6b70", "#e3eae9", "#ffffff"
FACE = "'Open Sans','Segoe UI','Noto Sans',Arial,'Noto Sans CJK SC','PingFang SC','Microsoft YaHei','WenQuanYi Micro Hei',sans-serif"


@dataclass(frozen=True)
class Theme:
    """What the map shows: a value per zone, the colour classes, how legend and tooltips word it."""

    values: NDArray[np.float64]
    classes: tuple[ColourClass, ...]
    caption: str
    unit: str
    low_end: str = ""
    high_end: str = ""


@dataclass(frozen=True)
class Ground:
    """Metres per coordinate unit along x and y at the map's centre, and where true north is: degrees clockwise from up.

    ``north`` is None for a local grid, which lies nowhere on the earth.
    """

    x: float
    y: float
    north: float | None


def draw_map(
    geometries: Geometries, ids: Sequence[str], theme: Theme, crs: Crs | None, texts: Texts, numbers: Numbers
) -> str:
    """One ``<svg>`` element; "" where no zone has an area to draw."""
    drawable = ~(shapely.is_missing(geometries) | shapely.is_empty(geometries))
    bounds = shapely.total_bounds(geometries[drawable]) if drawable.any() else np.full(4, np.nan)
    if not np.isfinite(bounds).all():
        return ""
    ground = _ground(crs, bounds)
    view, height = _view(bounds, ground, degrees=crs is not None and crs.is_geographic)
    order = np.flatnonzero(drawable)
    order = order[np.argsort(-shapely.area(geometries[order]), kind="stable")]  # small zones on top, as in precedence
    classes = classify(theme.values, theme.classes)
    parts = [
        _opening(height, texts("MAP_ARIA", caption=theme.caption, count=numbers.count(len(order)))),
        f'<rect width="{WIDTH:g}" height="{height:g}" rx="3" fill="{PAPER}"/>',
        _zones(geometries[order], [ids[i] for i in order], theme.values[order], classes[order], theme, view, numbers),
        _labels(geometries[order], [ids[i] for i in order], classes[order], view),
        _north(ground.north, texts) if ground and ground.north is not None else "",
        _legend(theme, height, bool((classes[order] < 0).any()), texts, numbers),
        _scale_bar(view, ground, height, numbers) if ground else "",
        "</svg>",
    ]
    return "".join(parts)


def _opening(height: float, label: str) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="map" viewBox="0 0 {WIDTH:g} {height + STRIP:g}" role="img" '
        f'aria-label="{escape(label)}" font-family="{FACE}" font-size="{FONT:g}" fill="{INK}">'
        '<defs><pattern id="map-null" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
        f'<rect width="5" height="5" fill="#e9edee"/><path d="M0 0v5" stroke="{NOT_EVALUATED}" stroke-width="2.4"/>'
        "</pattern></defs>"
    )


def _view(bounds: NDArray[np.float64], ground: Ground | None, *, degrees: bool) -> tuple[View, float]:
    """Fit the extent into the plot; degrees are stretched so that both directions have one scale at the centre."""
    x0, y0, x1, y1 = (float(b) for b in bounds)
    stretch = ground.x / ground.y if ground and degrees else 1.0
    wide, high = max((x1 - x0) * stretch, 1e-12), max(y1 - y0, 1e-12)
    inner = WIDTH - 2 * MARGIN
    height = min(max(high / wide * inner + 2 * MARGIN, PLOT_HEIGHT[0]), PLOT_HEIGHT[1])
    scale = min(inner / wide, (height - 2 * MARGIN) / high)
    dx, dy = (WIDTH - wide * scale) / 2, (height - high * scale) / 2
    return View(x0, y1, scale * stretch, scale, dx, dy), height


def _ground(crs: Crs | None, bounds: NDArray[np.float64]) -> Ground | None:
    """Measure a small step right and up from the centre; None where the CRS gives no position there."""
    if crs is None:
        return None
    x, y = float(bounds[0] + bounds[2]) / 2, float(bounds[1] + bounds[3]) / 2
    step = max(float(bounds[2] - bounds[0]), float(bounds[3] - bounds[1]), 1e-9) / 1000.0
    try:
        a, b = crs.ellipsoid
        lon, lat = crs.to_lonlat(np.array([x, x + step, x]), np.array([y, y, y + step]))
    except GeometryError:
        return Ground(crs.metres_per_unit, crs.metres_per_unit, None)
    if not (np.isfinite(lon).all() and np.isfinite(lat).all()):
        return None
    e2, phi = 1.0 - (b / a) ** 2, math.radians(float(lat[0]))
    squeezed = 1.0 - e2 * math.sin(phi) ** 2
    prime, meridian = a / math.sqrt(squeezed), a * (1.0 - e2) / squeezed**1.5
    turn = (lon[1:] - lon[0] + 180.0) % 360.0 - 180.0  # a step over the antimeridian is a small one
    east, north = np.radians(turn) * prime * math.cos(phi), np.radians(lat[1:] - lat[0]) * meridian
    lengths = np.hypot(east, north) / step
    if not (lengths > 0.0).all():
        return None
    return Ground(float(lengths[0]), float(lengths[1]), -math.degrees(math.atan2(east[1], north[1])))


def _zones(
    geometries: Geometries,
    ids: list[str],
    values: NDArray[np.float64],
    classes: NDArray[np.int64],
    theme: Theme,
    view: View,
    numbers: Numbers,
) -> str:
    paths = polygon_paths(geometries, view)
    fills = [c.colour for c in theme.classes] + ["url(#map-null)"]  # class −1 is the last
    width = (0.7 if len(ids) < 500 else 0.35 if len(ids) < 3000 else 0.15) / paths.grid
    head = f'<g transform="scale({paths.grid:g})" fill-rule="evenodd" stroke="{BORDER}" stroke-width="{width:.3g}">'
    if len(ids) > SINGLE:
        merged: dict[int, dict[str, None]] = {}
        for data, index in zip(paths.data, classes.tolist()):
            merged.setdefault(index, {})[data] = None
        body = "".join(f'<path fill="{fills[i]}" d="{"".join(unique)}"/>' for i, unique in sorted(merged.items()))
    elif len(ids) > TITLED:
        body = "".join(f'<path fill="{fills[i]}" d="{d}"/>' for d, i in zip(paths.data, classes.tolist()))
    else:
        body = "".join(
            f'<path fill="{fills[i]}" d="{d}"><title>{escape(plain(name))}: '
            f"{escape(numbers.with_unit(numbers.quantity(value), theme.unit).text)}</title></path>"
            for d, i, name, value in zip(paths.data, classes.tolist(), ids, values.tolist())
        )
    return head + body + "</g>"


def _labels(geometries: Geometries, ids: list[str], classes: NDArray[np.int64], view: View) -> str:
    """Zone ids where the text fits inside its zone; largest zones first."""
    shown: list[str] = []
    names = [plain(name) for name in ids[:LABELLED]]
    widths = np.array([sum(0.62 if ord(c) < 0x2E80 else 1.05 for c in name) * FONT for name in names])
    some = geometries[: len(names)]
    centres = shapely.centroid(some)
    outside = ~shapely.contains(some, centres)
    centres[outside] = shapely.point_on_surface(some[outside])
    x, y = shapely.get_x(centres), shapely.get_y(centres)
    half_x, half_y = (widths / 2 + 3) / view.x_scale, (FONT / 2 + 3) / view.y_scale
    fits = shapely.contains(some, shapely.box(x - half_x, y - half_y, x + half_x, y + half_y))
    taken = np.empty((0, 4))
    positions = view.apply(np.column_stack([x, y]))
    for i in np.flatnonzero(fits).tolist():
        px, py = positions[i].tolist()
        box = np.array([px - widths[i] / 2, py - FONT / 2, px + widths[i] / 2, py + FONT / 2])
        clash = (taken[:, 0] < box[2]) & (taken[:, 2] > box[0]) & (taken[:, 1] < box[3]) & (taken[:, 3] > box[1])
        if clash.any():
            continue
        taken = np.vstack([taken, box])
        dark = classes[i] in (0, 6)
        colours = ("#ffffff", "#00000055") if dark else (INK, "#ffffffb0")
        shown.append(
            f'<text x="{px:.1f}" y="{py + FONT * 0.36:.1f}" fill="{colours[0]}" stroke="{colours[1]}">{escape(names[i])}</text>'
        )
    if not shown:
        return ""
    style = 'text-anchor="middle" stroke-width="2" paint-order="stroke" stroke-linejoin="round" aria-hidden="true"'
    return f"<g {style}>{''.join(shown)}</g>"


def _north(north: float, texts: Texts) -> str:
    return (
        f'<g transform="translate({WIDTH - 26:g} 34)" aria-hidden="true"><circle r="17" fill="#ffffffd0"/>'
        f'<g transform="rotate({north:.1f})"><path d="M0-14 5 4 0 1-5 4z"/>'
        f'<text y="13" text-anchor="middle" font-size="9" font-weight="700">{escape(texts("MAP_NORTH"))}</text></g></g>'
    )


def _legend(theme: Theme, height: float, has_null: bool, texts: Texts, numbers: Numbers) -> str:
    """A stepped colour bar with its breaks, the meaning of both ends, and the hatch of what is not evaluated."""
    step, top, y = 48.0, height + 20.0, height + 30.0
    unit = numbers.unit(theme.unit)
    parts = [f'<text x="0" y="{top:g}" font-weight="600">{escape(theme.caption)} <tspan fill="{MUTED}" font-weight="400">({escape(unit)})</tspan></text>']
    for i, one in enumerate(theme.classes):
        parts.append(f'<rect x="{i * step:g}" y="{y:g}" width="{step:g}" height="12" fill="{one.colour}"/>')
        if i:
            label = numbers.factor(float(f"{one.low:.6g}")).text
            parts.append(f'<text x="{i * step:g}" y="{y + 25:g}" text-anchor="middle" font-size="10.5">{label}</text>')
    end = len(theme.classes) * step
    parts.append(f'<rect x="0.25" y="{y:g}" width="{end - 0.5:g}" height="12" fill="none" stroke="#00000030" stroke-width=".5"/>')
    if theme.low_end:
        parts.append(f'<text x="0" y="{y + 41:g}" fill="{MUTED}" font-size="10.5">← {escape(theme.low_end)}</text>')
        parts.append(
            f'<text x="{end:g}" y="{y + 41:g}" fill="{MUTED}" font-size="10.5" text-anchor="end">{escape(theme.high_end)} →</text>'
        )
    if has_null:
        parts.append(f'<rect x="{end + 24:g}" y="{y:g}" width="26" height="12" fill="url(#map-null)"/>')
        parts.append(f'<text x="{end + 24:g}" y="{y + 25:g}" font-size="10.5">{escape(texts("NOT_EVALUATED"))}</text>')
    return f'<g aria-hidden="true">{"".join(parts)}</g>'


def _scale_bar(view: View, ground: Ground, height: float, numbers: Numbers) -> str:
    units_per_metre = view.x_scale / ground.x
    longest = 0.2 * WIDTH / units_per_metre
    metres = round_top(longest)
    while metres > longest:
        metres = round_top(metres * 0.4)
    length, y = metres * units_per_metre, height + 36.0
    text = f"{numbers.factor(metres / 1000)}{NBSP}km" if metres >= 1000 else f"{numbers.factor(metres)}{NBSP}m"
    right = WIDTH - 1
    return (
        f'<g aria-hidden="true"><path d="M{right - length:.1f} {y - 5:g}v5h{length:.1f}v-5" fill="none" stroke="{INK}" stroke-width="1.2"/>'
        f'<text x="{right - length / 2:.1f}" y="{y + 15:g}" text-anchor="middle" font-size="10.5">{text}</text></g>'
    )

"""The map picture of a report: zones in the colours of the layer style, legend, scale bar, north arrow, labels.

Drawn from the geometry itself, without QGIS, as one SVG element that can stand inside a page or alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import numpy as np
import shapely

from ..geometry.crs import Crs
from .map_frame import INK, STRIP, WIDTH, Theme, fit, legend, measure, north_arrow, scale_bar
from .map_paths import Geometries, Paths, View, polygon_paths
from .numbers import Numbers
from .ramp import NOT_EVALUATED, classify
from .texts import Texts, plain

FONT = 11.0
TITLED = 2_000  # up to this many zones each one carries its value as a tooltip
SINGLE = 20_000  # above, one path per colour
LABELLED = 400
HATCH = "url(#map-null)"
PAPER, BORDER = "#e3eae9", "#ffffff"
FACE = (
    "'Open Sans','Segoe UI','Noto Sans',Arial,'Noto Sans CJK SC','PingFang SC','Microsoft YaHei','WenQuanYi Micro Hei',"
    "sans-serif"
)


def draw_map(
    geometries: Geometries, ids: Sequence[str], theme: Theme, crs: Crs | None, texts: Texts, numbers: Numbers
) -> str:
    """One ``<svg>`` element; "" where no zone has an area to draw."""
    drawable = ~(shapely.is_missing(geometries) | shapely.is_empty(geometries))
    bounds = shapely.total_bounds(geometries[drawable]) if drawable.any() else np.full(4, np.nan)
    if not np.isfinite(bounds).all():
        return ""
    ground = measure(crs, bounds)
    view, height = fit(bounds, ground, degrees=crs is not None and crs.is_geographic)
    order = np.flatnonzero(drawable)
    order = order[np.argsort(-shapely.area(geometries[order]), kind="stable")]  # small zones on top, as in precedence
    shapes, names, values = geometries[order], [ids[i] for i in order], theme.values[order]
    colours = [c.colour for c in theme.classes] + [HATCH]  # class −1, what is not evaluated, is the last
    fills = [colours[i] for i in classify(values, theme.classes).tolist()]
    parts = [
        _opening(height, texts("MAP_ARIA", caption=theme.caption, count=numbers.count(len(order)))),
        f'<rect width="{WIDTH:g}" height="{height:g}" rx="3" fill="{PAPER}"/>',
        _zones(polygon_paths(shapes, view), names, values.tolist(), fills, theme.unit, numbers),
        _labels(shapes, names, fills, view),
        north_arrow(ground.north, texts) if ground and ground.north is not None else "",
        legend(theme, height, HATCH in fills, texts, numbers),
        scale_bar(view, ground, height, numbers) if ground else "",
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


def _zones(paths: Paths, ids: list[str], values: list[float], fills: list[str], unit: str, numbers: Numbers) -> str:
    """The zones as paths; with a tooltip each while they are few, one path per colour where they are very many."""
    width = (0.7 if len(ids) < 500 else 0.35 if len(ids) < 3000 else 0.15) / paths.grid
    head = f'<g transform="scale({paths.grid:g})" fill-rule="evenodd" stroke="{BORDER}" stroke-width="{width:.3g}">'
    if len(ids) > SINGLE:
        merged: dict[str, dict[str, None]] = {}
        for data, fill in zip(paths.data, fills):
            merged.setdefault(fill, {})[data] = None
        body = "".join(f'<path fill="{fill}" d="{"".join(unique)}"/>' for fill, unique in sorted(merged.items()))
    elif len(ids) > TITLED:
        body = "".join(f'<path fill="{fill}" d="{data}"/>' for data, fill in zip(paths.data, fills))
    else:
        body = "".join(
            f'<path fill="{fill}" d="{data}"><title>{escape(plain(name))}: '
            f"{escape(numbers.with_unit(numbers.quantity(value), unit).text)}</title></path>"
            for data, fill, name, value in zip(paths.data, fills, ids, values)
        )
    return head + body + "</g>"


def _labels(geometries: Geometries, ids: list[str], fills: list[str], view: View) -> str:
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
        colours = ("#ffffff", "#00000055") if _is_dark(fills[i]) else (INK, "#ffffffb0")
        shown.append(
            f'<text x="{px:.1f}" y="{py + FONT * 0.36:.1f}" fill="{colours[0]}" stroke="{colours[1]}">'
            f"{escape(names[i])}</text>"
        )
    if not shown:
        return ""
    style = 'text-anchor="middle" stroke-width="2" paint-order="stroke" stroke-linejoin="round" aria-hidden="true"'
    return f"<g {style}>{''.join(shown)}</g>"


def _is_dark(fill: str) -> bool:
    """Whether white text reads better on a colour than black (relative luminance, weights of ITU-R BT.709)."""
    if not fill.startswith("#"):
        return False
    red, green, blue = (int(fill[i : i + 2], 16) for i in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue < 120.0

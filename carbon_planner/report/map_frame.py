"""What stands around the zones of a map: the view onto them, legend, scale bar, north arrow.

True north and the scale bar are measured at the centre of the map on the ellipsoid: right in Web Mercator and in
degrees too.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from html import escape

import numpy as np
from numpy.typing import NDArray

from ..base.errors import GeometryError
from ..geometry.crs import Crs
from .map_paths import View
from .numbers import NBSP, Numbers
from .ramp import ColourClass, round_top
from .texts import Texts

WIDTH = 600.0  # close to the pixels of its column, so that type keeps its size
MARGIN = 14.0
PLOT_HEIGHT = (260.0, 440.0)
STRIP = 78.0  # legend and scale bar below the map
STEP, LONGEST_STEP, DIGIT = 42.0, 62.0, 5.9  # width of a class in the legend; of a digit of its breaks
INK, MUTED = "#1f2a2e", "#5d6b70"


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


def fit(bounds: NDArray[np.float64], ground: Ground | None, *, degrees: bool) -> tuple[View, float]:
    """Fit the extent into the plot; degrees are stretched so that both directions have one scale at the centre."""
    x0, y0, x1, y1 = (float(b) for b in bounds)
    stretch = ground.x / ground.y if ground and degrees else 1.0
    wide, high = max((x1 - x0) * stretch, 1e-12), max(y1 - y0, 1e-12)
    inner = WIDTH - 2 * MARGIN
    height = min(max(high / wide * inner + 2 * MARGIN, PLOT_HEIGHT[0]), PLOT_HEIGHT[1])
    scale = min(inner / wide, (height - 2 * MARGIN) / high)
    dx, dy = (WIDTH - wide * scale) / 2, (height - high * scale) / 2
    return View(x0, y1, scale * stretch, scale, dx, dy), height


def measure(crs: Crs | None, bounds: NDArray[np.float64]) -> Ground | None:
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


def north_arrow(north: float, texts: Texts) -> str:
    """An arrow in the top right corner, turned to true north."""
    return (
        f'<g transform="translate({WIDTH - 26:g} 34)" aria-hidden="true"><circle r="17" fill="#ffffffd0"/>'
        f'<g transform="rotate({north:.1f})"><path d="M0-14 5 4 0 1-5 4z"/>'
        f'<text y="13" text-anchor="middle" font-size="9" font-weight="700">{escape(texts("MAP_NORTH"))}</text></g></g>'
    )


def legend(theme: Theme, height: float, has_null: bool, texts: Texts, numbers: Numbers) -> str:
    """A stepped colour bar with its breaks, the meaning of both ends, and the hatch of what is not evaluated."""
    breaks = [numbers.factor(float(f"{one.low:.6g}")).text for one in theme.classes[1:]]
    # wide enough for the longest break
    step = min(max(STEP, max(map(len, breaks), default=0) * DIGIT + 8.0), LONGEST_STEP)
    top, y = height + 20.0, height + 30.0
    small = f'fill="{MUTED}" font-size="10.5"'
    shown_unit = f'<tspan fill="{MUTED}" font-weight="400">({escape(numbers.unit(theme.unit))})</tspan>'
    parts = [f'<text x="0" y="{top:g}" font-weight="600">{escape(theme.caption)} {shown_unit}</text>']
    for i, one in enumerate(theme.classes):
        parts.append(f'<rect x="{i * step:g}" y="{y:g}" width="{step:g}" height="12" fill="{one.colour}"/>')
        if i:
            at = f'x="{i * step:g}" y="{y + 25:g}" text-anchor="middle" font-size="10.5"'
            parts.append(f"<text {at}>{breaks[i - 1]}</text>")
    end = len(theme.classes) * step
    frame = 'fill="none" stroke="#00000030" stroke-width=".5"'
    parts.append(f'<rect x="0.25" y="{y:g}" width="{end - 0.5:g}" height="12" {frame}/>')
    if theme.low_end:
        parts.append(f'<text x="0" y="{y + 41:g}" {small}>← {escape(theme.low_end)}</text>')
        parts.append(f'<text x="{end:g}" y="{y + 41:g}" {small} text-anchor="end">{escape(theme.high_end)} →</text>')
    if has_null:
        parts.append(f'<rect x="{end + 24:g}" y="{y:g}" width="26" height="12" fill="url(#map-null)"/>')
        parts.append(f'<text x="{end + 24:g}" y="{y + 25:g}" font-size="10.5">{escape(texts("NOT_EVALUATED"))}</text>')
    return f'<g aria-hidden="true">{"".join(parts)}</g>'


def scale_bar(view: View, ground: Ground, height: float, numbers: Numbers) -> str:
    """A bar of 1, 2 or 5 × 10^k metres, at most a fifth of the map's width."""
    units_per_metre = view.x_scale / ground.x
    longest = 0.2 * WIDTH / units_per_metre
    metres = round_top(longest)
    while metres > longest:
        metres = round_top(metres * 0.4)
    length, y = metres * units_per_metre, height + 36.0
    text = f"{numbers.factor(metres / 1000)}{NBSP}km" if metres >= 1000 else f"{numbers.factor(metres)}{NBSP}m"
    right = WIDTH - 1
    return (
        f'<g aria-hidden="true"><path d="M{right - length:.1f} {y - 5:g}v5h{length:.1f}v-5" fill="none" '
        f'stroke="{INK}" stroke-width="1.2"/>'
        f'<text x="{right - length / 2:.1f}" y="{y + 15:g}" text-anchor="middle" font-size="10.5">{text}</text></g>'
    )

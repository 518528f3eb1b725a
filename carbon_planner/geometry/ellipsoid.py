"""Ellipsoidal areas of rings whose edges are straight in their own CRS.

Method: Green's theorem in an equal-area plane of the CRS's ellipsoid. With λ the longitude and s = sin β the sine of
the authalic latitude (Snyder 1987, Map Projections – A Working Manual, eq. 3-11 and 3-12), an area element is R² ds dλ,
R being the authalic radius; a ring's area is R² ∮ s dλ. Along an edge both s and λ are taken as quadratics through its
ends and its middle (for linear λ: Simpson's rule); the error falls with the fourth power of the edge length. Longer
edges are divided, with limits found by measurement: the truncation error stays below 1e-10 of the area, at any size of
figure.

Rings near a pole, where λ turns fast or jumps, use Lambert's azimuthal equal-area plane of that pole instead. In a
geographic CRS the ring is what was drawn in the longitude–latitude plane, so that neither poles nor ±180° are special
there.
"""

from __future__ import annotations

from typing import Optional

import numpy as np
import shapely
from numpy.typing import NDArray

from .crs import Crs
from .rings import Rings

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

EDGE_METRES = 10_000.0
EDGE_DEGREES = 0.1
FARTHEST_METRES = 1.0e8  # two and a half times round the earth; coordinates beyond it are nonsense
FARTHEST_DEGREES = 720.0
POLAR_DEGREES = 75.0
FAR_DEGREES = 60.0


def authalic_gap(lat: Floats, a: float, b: float) -> tuple[Floats, float]:
    """1 − sin β of latitudes in degrees, exact near the north pole too, and the squared authalic radius in m²."""
    e2 = 1.0 - (b / a) ** 2
    gap_sin = 2.0 * np.sin(np.radians(90.0 - lat) / 2.0) ** 2  # 1 − sin φ without cancellation
    if e2 < 1e-14:
        return gap_sin, a * a
    e = np.sqrt(e2)
    sin = 1.0 - gap_sin
    # q(90°) − q(φ), term by term, in forms that keep their digits where φ → 90°
    first = gap_sin * (1.0 + e2 * sin) / ((1.0 - e2) * (1.0 - e2 * sin * sin))
    second = np.arctanh(e * gap_sin / (1.0 - e2 * sin)) / e
    q_pole = 1.0 + (1.0 - e2) * np.arctanh(e) / e
    return (1.0 - e2) * (first + second) / q_pole, float(a * a * q_pole / 2.0)


def ring_areas_m2(rings: Rings, crs: Crs) -> tuple[Floats, Optional[int]]:
    """Area of each ring in m², without sign; and the first ring that the CRS cannot place on the earth, or None."""
    unit = EDGE_DEGREES if crs.is_geographic else EDGE_METRES / crs.metres_per_unit
    lost = _nonsense(rings, FARTHEST_DEGREES if crs.is_geographic else FARTHEST_METRES / crs.metres_per_unit)
    if lost is not None:
        return np.zeros(len(rings.owner)), lost
    rings = _divided(rings, unit)
    ring, edge = rings.of_vertex, rings.edges()
    middle = (rings.xy[edge] + rings.xy[edge + 1]) / 2.0
    lon, lat = crs.to_lonlat(
        np.concatenate([rings.xy[:, 0], middle[:, 0]]), np.concatenate([rings.xy[:, 1], middle[:, 1]])
    )
    of_point = np.concatenate([ring, ring[edge]])
    bad = ~(np.isfinite(lon) & (np.abs(lat) <= 90.0 + 1e-9))
    if bad.any():
        return np.zeros(len(rings.owner)), int(of_point[bad].min())
    lat = np.clip(lat, -90.0, 90.0)
    a, b = crs.ellipsoid
    n = len(rings.xy)
    gap, radius2 = authalic_gap(lat, a, b)
    turn = _Steps(lon[:n][edge], lon[n:], lon[:n][edge + 1], wrap=not crs.is_geographic)
    rise = _Steps(gap[:n][edge], gap[n:], gap[:n][edge + 1])
    base = gap[rings.start[:-1]][ring[edge]]
    count = len(rings.owner)
    area = np.radians(np.bincount(ring[edge], turn.under(rise, base), minlength=count)) * radius2
    if not crs.is_geographic:
        winding = np.bincount(ring[edge], turn.end, minlength=count)
        for r in _polar(lat[:n], rings.start, winding * 1.0):
            area[r] = _polar_area(rings, int(r), crs) * radius2
    return np.abs(area), None


class _Steps:
    """A quantity along edges: its change from the start to the middle and to the end."""

    def __init__(self, start: Floats, middle: Floats, end: Floats, wrap: bool = False) -> None:
        self.start, self.middle, self.end = start, middle - start, end - start
        if wrap:  # an inverse projection returns ±180°: take the short way round
            self.middle -= 360.0 * np.rint(self.middle / 360.0)
            self.end -= 360.0 * np.rint(self.end / 360.0)

    def under(self, height: _Steps, base: Floats) -> Floats:
        """∫ (height − base) d(self) along each edge, both as quadratics through the three points."""
        h0 = height.start - base
        h1, h2 = h0 + height.middle, h0 + height.end
        m, d = self.middle, self.end
        return (h0 * (4.0 * m - d) + h1 * 4.0 * d + h2 * (3.0 * d - 4.0 * m)) / 6.0


def _nonsense(rings: Rings, limit: float) -> Optional[int]:
    """The first ring with coordinates that are not finite or beyond ``limit``, or None."""
    bad = ~(np.abs(rings.xy) <= limit).all(axis=1)
    return int(rings.of_vertex[np.flatnonzero(bad)[0]]) if bad.any() else None


def _divided(rings: Rings, unit: float) -> Rings:
    """Rings whose edges are at most ``unit`` long in x and in y."""
    edge = rings.edges()
    reach = np.abs(rings.xy[edge + 1] - rings.xy[edge]).max(axis=1)
    if not (reach > unit).any():
        return rings
    pieces = np.ones(len(rings.xy), dtype=np.int64)
    pieces[edge] = np.maximum(np.ceil(reach / unit), 1.0).astype(np.int64)
    source = np.repeat(np.arange(len(rings.xy)), pieces)
    step = np.arange(len(source)) - np.repeat(np.cumsum(pieces) - pieces, pieces)
    share = (step / pieces[source])[:, np.newaxis]
    following = np.minimum(source + 1, len(rings.xy) - 1)
    xy = rings.xy[source] + share * (rings.xy[following] - rings.xy[source])
    start = np.concatenate([[0], np.cumsum(pieces)])[rings.start]
    return Rings(xy, start, rings.owner, rings.hole)


def _polar(lat: Floats, start: Ints, winding: Floats) -> Ints:
    """Rings of a projected CRS that need a polar plane: they go round a pole, or come near one and stay on its side."""
    top, bottom = np.maximum.reduceat(lat, start[:-1]), np.minimum.reduceat(lat, start[:-1])
    near = ((top > POLAR_DEGREES) & (bottom > -FAR_DEGREES)) | ((bottom < -POLAR_DEGREES) & (top < FAR_DEGREES))
    return np.flatnonzero(near | (np.abs(winding) > 180.0))


def _polar_area(rings: Rings, r: int, crs: Crs) -> float:
    """Area of one ring in squared authalic radii, through the azimuthal equal-area plane of its pole."""
    xy = rings.xy[rings.start[r] : rings.start[r + 1]]
    middle = (xy[1:] + xy[:-1]) / 2.0
    lon, lat = crs.to_lonlat(np.concatenate([xy[:, 0], middle[:, 0]]), np.concatenate([xy[:, 1], middle[:, 1]]))
    north = _north(xy, np.clip(lat, -90.0, 90.0), crs)
    gap, _ = authalic_gap(np.clip(lat if north else -lat, -90.0, 90.0), *crs.ellipsoid)
    rho, turn = np.sqrt(2.0 * gap), np.radians(lon)
    n = len(xy)
    x, y = rho * np.sin(turn), rho * np.cos(turn)
    along = _Steps(x[: n - 1], x[n:], x[1:n])
    return float(along.under(_Steps(y[: n - 1], y[n:], y[1:n]), np.full(n - 1, y[0])).sum())


def _north(xy: Floats, lat: Floats, crs: Crs) -> bool:
    """Whether the north pole is the one that the ring encloses or, where it encloses none, the nearer one."""
    poles = np.column_stack(crs.from_lonlat([0.0, 0.0], [90.0, -90.0]))
    inside = np.zeros(2, dtype=bool)
    finite = np.isfinite(poles).all(axis=1)
    inside[finite] = shapely.covers(shapely.polygons(xy), shapely.points(poles[finite]))
    if inside[0] != inside[1]:
        return bool(inside[0])
    return bool(lat.max() > -lat.min())

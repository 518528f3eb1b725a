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

from typing import Any, Optional

import numpy as np
import shapely
from numpy.typing import NDArray

from .crs import Crs
from .rings import Rings

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

EDGE_METRES = 5_000.0
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
    degrees = crs.is_geographic
    lost = _nonsense(rings, FARTHEST_DEGREES if degrees else FARTHEST_METRES / crs.metres_per_unit)
    if lost is not None:
        return np.zeros(len(rings.owner)), lost
    rings = _divided(rings, EDGE_DEGREES if degrees else EDGE_METRES / crs.metres_per_unit)
    ring, edge, n, count = rings.of_vertex, rings.edges(), len(rings.xy), len(rings.owner)
    points = np.concatenate([rings.xy, (rings.xy[edge] + rings.xy[edge + 1]) / 2.0])
    of_point = np.concatenate([ring, ring[edge]])
    lon, lat = crs.to_lonlat(points[:, 0], points[:, 1])
    bad = ~(np.isfinite(lon) & (np.abs(lat) <= 90.0 + 1e-9))
    if bad.any():
        return np.zeros(count), int(of_point[bad].min())
    lat = np.clip(lat, -90.0, 90.0)
    turn = _Steps(lon[edge], lon[n:], lon[edge + 1], wrap=not degrees)
    mirror = np.where(lat[rings.start[:-1]] < 0.0, -1.0, 1.0)  # areas are the same south and north: use the exact end
    polar = np.zeros(count)
    if not degrees:
        polar = _poles(lat[:n], rings.start)
        winding: NDArray[Any] = np.bincount(ring[edge], turn.end, minlength=count)
        for r in np.flatnonzero(np.abs(winding) > 180.0):
            polar[r] = _enclosed_pole(rings, int(r), crs, mirror[r])
        mirror = np.where(polar, polar, mirror)
    gap, radius2 = authalic_gap(lat * mirror[of_point], *crs.ellipsoid)
    rise = _Steps(gap[edge], gap[n:], gap[edge + 1])
    strip = np.radians(turn.under(rise, gap[rings.start[:-1]][ring[edge]]))
    if polar.any():
        near = polar[ring[edge]] != 0.0
        rho, angle = np.sqrt(2.0 * gap), np.radians(lon)
        x, y = rho * np.sin(angle), rho * np.cos(angle)
        along = _Steps(x[edge][near], x[n:][near], x[edge + 1][near])
        across = _Steps(y[edge][near], y[n:][near], y[edge + 1][near])
        strip[near] = along.under(across, y[rings.start[:-1]][ring[edge]][near])
    area: Floats = np.abs(np.bincount(ring[edge], strip, minlength=count)) * radius2
    return area, None


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


def _poles(lat: Floats, start: Ints) -> Floats:
    """1 for rings that come near the north pole and stay on its side of the earth, −1 for the south pole, else 0."""
    top, bottom = np.maximum.reduceat(lat, start[:-1]), np.minimum.reduceat(lat, start[:-1])
    north = (top > POLAR_DEGREES) & (bottom > -FAR_DEGREES)
    south = (bottom < -POLAR_DEGREES) & (top < FAR_DEGREES)
    return north * 1.0 - south * 1.0


def _enclosed_pole(rings: Rings, r: int, crs: Crs, otherwise: float) -> float:
    """1 if a ring encloses the north pole, −1 if the south pole."""
    poles = np.column_stack(crs.from_lonlat([0.0, 0.0], [90.0, -90.0]))
    inside = np.zeros(2, dtype=bool)
    finite = np.isfinite(poles).all(axis=1)
    polygon = shapely.polygons(rings.xy[rings.start[r] : rings.start[r + 1]])
    inside[finite] = shapely.covers(polygon, shapely.points(poles[finite]))
    return otherwise if inside[0] == inside[1] else 1.0 if inside[0] else -1.0

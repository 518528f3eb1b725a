"""Repair of invalid polygons by one rule, the same with every GEOS version.

A ring encloses all that it winds around (non-zero rule: the bow tie keeps both halves, the pentagram its centre); holes
are taken from the shell they touch, a hole outside becomes a part of its own; overlapping parts count once. This is
what GEOS calls the *structure* method, which shapely offers from 2.1 only; its older *linework* method counts even and
odd and turns the overlap of two parts into a hole.
"""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.errors import GEOSException

from .rings import polygon_parts

Geometries = NDArray[np.object_]


def as_polygonal(geom: shapely.Geometry | None) -> shapely.Geometry | None:
    """The polygons of a geometry as one Polygon or MultiPolygon; None where there is no area."""
    if geom is None:
        return None
    parts, _ = polygon_parts(np.array([geom], dtype=object))
    parts = parts[shapely.area(parts) > 0.0]
    if not len(parts):
        return None
    return parts[0] if len(parts) == 1 else shapely.multipolygons(parts)


def repaired(geom: shapely.Geometry) -> shapely.Geometry | None:
    """A valid Polygon or MultiPolygon made of a finite 2D geometry; None where no area is left."""
    parts, _ = polygon_parts(np.array([geom], dtype=object))
    valid = shapely.is_valid(parts)
    fixed = [part if ok else _fix_polygon(part) for part, ok in zip(parts, valid)]
    merged = as_polygonal(fixed[0] if len(fixed) == 1 else shapely.union_all(np.array(fixed, dtype=object)))
    if merged is not None and not shapely.is_valid(merged):  # not seen; buffer(0) is GEOS's last word
        merged = as_polygonal(shapely.buffer(merged, 0.0))
    return merged


def _fix_polygon(polygon: shapely.Geometry) -> shapely.Geometry | None:
    """One polygon, ring by ring."""
    try:
        shell, *holes = (_enclosed(ring) for ring in shapely.get_rings(polygon))
        inner = np.array([hole for hole in holes if hole is not None], dtype=object)
        if shell is None or not len(inner):
            return shell
        cuts = shapely.intersects(shell, inner)
        body = shapely.difference(shell, shapely.union_all(inner[cuts]))
        return shapely.union_all(np.array([body, *inner[~cuts]], dtype=object))
    except GEOSException:  # noding can fail on coordinates near the end of double precision
        return as_polygonal(shapely.make_valid(polygon))


def _enclosed(ring: shapely.Geometry) -> shapely.Geometry | None:
    """The area that a ring winds around at least once; None where it encloses nothing."""
    if shapely.is_valid(polygon := shapely.polygons(ring)):
        return polygon
    xy = shapely.get_coordinates(ring)
    noded = shapely.union_all(np.array([shapely.linestrings(xy)], dtype=object))
    faces = shapely.get_parts(shapely.polygonize(shapely.get_parts(noded)))
    inside = [_winding(xy, *shapely.get_coordinates(shapely.point_on_surface(face))[0]) != 0 for face in faces]
    return as_polygonal(shapely.union_all(faces[np.array(inside, dtype=bool)]))


def _winding(xy: NDArray[np.float64], x: float, y: float) -> int:
    """How often a closed ring goes round a point, counter-clockwise positive (Sunday's crossing rule)."""
    x0, y0, x1, y1 = xy[:-1, 0], xy[:-1, 1], xy[1:, 0], xy[1:, 1]
    left = (x1 - x0) * (y - y0) - (x - x0) * (y1 - y0)
    up = (y0 <= y) & (y1 > y) & (left > 0.0)
    down = (y0 > y) & (y1 <= y) & (left < 0.0)
    return int(np.count_nonzero(up)) - int(np.count_nonzero(down))

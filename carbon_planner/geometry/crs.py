"""Coordinate reference systems, as far as areas and overlays need them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray

from ..base.errors import GeometryError
from ..base.threads import aside
from . import proj

Floats = NDArray[np.float64]
Geometries = NDArray[np.object_]

_LOCAL = (
    'ENGCRS["Local grid in metres",EDATUM["Local grid"],CS[Cartesian,2],'
    'AXIS["(E)",east,ORDER[1]],AXIS["(N)",north,ORDER[2]],LENGTHUNIT["metre",1]]'
)


@dataclass(frozen=True)
class Crs:
    """A coordinate reference system, known by its WKT: hashable, comparable, fit for child processes.

    Coordinates are always x = east or longitude, y = north or latitude, as GIS layers hold them, whatever the axis
    order of the definition.
    """

    wkt: str

    @classmethod
    @aside
    def from_text(cls, text: str) -> Crs:
        """From an authority code (``EPSG:4545``), WKT of any version, or PROJ text.

        Raises :class:`GeometryError`: ``CRS_MISSING`` for an empty text, ``CRS_UNREADABLE``, ``CRS_NOT_PLANE`` for a
        geocentric or purely vertical system.
        """
        clean = text.strip()
        if not clean:
            raise GeometryError("CRS_MISSING")
        parsed = proj.parse(clean)
        plane = proj.horizontal(parsed)
        if plane.is_geocentric or plane.is_vertical or len(plane.axis_info) < 2:
            raise GeometryError("CRS_NOT_PLANE", crs=parsed.name)
        try:
            return cls(parsed.to_wkt())
        except proj.pyproj().exceptions.CRSError as error:
            raise GeometryError("CRS_UNREADABLE", text=clean[:200]) from error

    @classmethod
    def local_metres(cls) -> Crs:
        """A plain grid in metres that lies nowhere on the earth: only planar areas."""
        return cls(_LOCAL)

    @property
    def _plane(self) -> Any:
        return proj.horizontal(proj.parse(self.wkt))

    @property
    @aside
    def name(self) -> str:
        """Name as the definition gives it."""
        return str(proj.parse(self.wkt).name)

    @property
    @aside
    def is_geographic(self) -> bool:
        """Whether coordinates are angles."""
        return bool(self._plane.is_geographic)

    @property
    @aside
    def metres_per_unit(self) -> float:
        """Length of the coordinate unit in metres (0.3048006… for US survey feet); NaN for a geographic CRS."""
        return math.nan if self.is_geographic else float(self._plane.axis_info[0].unit_conversion_factor)

    @property
    @aside
    def ellipsoid(self) -> tuple[float, float]:
        """Semi-axes a, b in metres.

        Raises :class:`GeometryError` ``CRS_NO_ELLIPSOID`` for a local CRS.
        """
        figure = self._plane.ellipsoid if proj.geodetic(self._plane) is not None else None
        if figure is None or not figure.semi_major_metre >= figure.semi_minor_metre > 0.0:
            raise GeometryError("CRS_NO_ELLIPSOID", crs=self.name)
        return float(figure.semi_major_metre), float(figure.semi_minor_metre)

    @aside
    def to_lonlat(self, x: ArrayLike, y: ArrayLike) -> tuple[Floats, Floats]:
        """Degrees east of Greenwich and north, on the CRS's own datum (no shift); infinite where there is no inverse.

        Raises :class:`GeometryError` ``CRS_NO_ELLIPSOID`` for a local CRS.
        """
        plane = self._plane
        base = proj.geodetic(plane)
        if base is None:
            raise GeometryError("CRS_NO_ELLIPSOID", crs=self.name)
        lon, lat = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
        if not plane.is_geographic or plane.source_crs is not None:
            lon, lat = proj.pipeline((self.wkt, "lonlat"), plane, base).transform(lon, lat)
        degrees = math.degrees(base.axis_info[0].unit_conversion_factor)
        meridian = base.prime_meridian
        shift = math.degrees(meridian.longitude * meridian.unit_conversion_factor)
        if abs(degrees - 1.0) > 1e-12:
            lon, lat = lon * degrees, lat * degrees
        return (lon + shift if shift else lon), lat

    @aside
    def from_lonlat(self, lon: ArrayLike, lat: ArrayLike) -> tuple[Floats, Floats]:
        """The reverse of :meth:`to_lonlat`, for points given on the CRS's own datum in degrees of Greenwich."""
        plane = self._plane
        base = proj.geodetic(plane)
        if base is None:
            raise GeometryError("CRS_NO_ELLIPSOID", crs=self.name)
        degrees = math.degrees(base.axis_info[0].unit_conversion_factor)
        meridian = base.prime_meridian
        shift = math.degrees(meridian.longitude * meridian.unit_conversion_factor)
        x = (np.asarray(lon, dtype=np.float64) - shift) / degrees
        y = np.asarray(lat, dtype=np.float64) / degrees
        if not plane.is_geographic or plane.source_crs is not None:
            x, y = proj.pipeline(("lonlat", self.wkt), base, plane).transform(x, y)
        return x, y

    @aside
    def same_as(self, other: Crs) -> bool:
        """Whether coordinates of both mean the same places, e.g. one given by code and one by WKT."""
        return self.wkt == other.wkt or bool(proj.parse(self.wkt).equals(proj.parse(other.wkt), ignore_axis_order=True))


@aside
def transform(geoms: Geometries, source: Crs, target: Crs) -> Geometries:
    """Geometries in another CRS: vertices only, in two dimensions, with PROJ's best available datum shift.

    An edge that is straight in ``source`` is straight in ``target`` too, between its transformed ends.
    Vertices that are not numbers stay so (:func:`~.validity.polygonal` names them).
    Raises :class:`GeometryError`: ``CRS_NO_TRANSFORM`` where there is no way from one to the other (local CRS),
    ``TRANSFORM_FAILED`` naming the first feature with a vertex outside the target.
    """
    if source.same_as(target):
        return geoms
    left, right = (proj.without_height(proj.parse(crs.wkt)) for crs in (source, target))
    if proj.geodetic(proj.horizontal(left)) is None or proj.geodetic(proj.horizontal(right)) is None:
        raise GeometryError("CRS_NO_TRANSFORM", source=source.name, target=target.name)
    convert = proj.pipeline((source.wkt, target.wkt), left, right)
    flat = np.asarray(geoms, dtype=object).copy()
    flat[~shapely.is_geometry(flat)] = None
    flat = shapely.force_2d(flat)
    xy, owner = shapely.get_coordinates(flat, return_index=True)
    moved = np.column_stack(convert.transform(xy[:, 0], xy[:, 1])) if len(xy) else xy
    known = np.isfinite(xy).all(axis=1)
    lost = np.flatnonzero(known & ~np.isfinite(moved).all(axis=1))
    if lost.size:
        first = int(owner[lost[0]])
        raise GeometryError("TRANSFORM_FAILED", index=first, feature=first + 1, source=source.name, target=target.name)
    result: Geometries = shapely.set_coordinates(flat, np.where(known[:, np.newaxis], moved, xy))
    return result

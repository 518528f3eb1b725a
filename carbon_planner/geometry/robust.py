"""GEOS overlays that do not fail: vectorised where all goes well, one by one with growing force where it does not."""

from __future__ import annotations

from contextlib import suppress
from typing import Callable

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.errors import GEOSException

from ..base.errors import GeometryError
from ..base.feedback import Feedback, check
from .repair import as_polygonal, repaired
from .rings import COLLECTION, POLYGON, vertex_blocks

Geometries = NDArray[np.object_]
Operation = Callable[..., shapely.Geometry]

GRID_SHARES = (1e-9, 1e-7)  # of the extent: the grids of snap rounding, a last resort
UNION_VERTICES = 20_000  # in one call: a fraction of a second even where noding is needed


class Overlay:
    """Intersection, difference and union of polygons.

    ``fallbacks`` counts what plain GEOS could not do. With ``snap`` all is done by snap rounding from the start.
    """

    def __init__(self, feedback: Feedback, snap: bool = False) -> None:
        self.fallbacks = 0
        self._feedback, self._snap = feedback, snap

    def intersection(self, left: Geometries, right: Geometries) -> Geometries:
        """Elementwise common parts; may hold lines and points beside polygons."""
        return self._pairwise(shapely.intersection, left, right)

    def difference(self, left: Geometries, right: Geometries) -> Geometries:
        """Elementwise ``left`` without ``right``."""
        return self._pairwise(shapely.difference, left, right)

    def without(self, geom: shapely.Geometry, others: Geometries) -> shapely.Geometry | None:
        """``geom`` without each of the others, one after the other: slower than their union, and more exact."""
        rest = np.array([geom], dtype=object)
        for other in others:
            check(self._feedback)
            rest = polygons_only(self.difference(rest, np.array([other], dtype=object)))
            if rest[0] is None:
                break
        return rest[0]

    def union(self, geoms: Geometries) -> shapely.Geometry | None:
        """Union of many geometries, in blocks so that a cancel is heard; None of none."""
        level = geoms[shapely.is_geometry(geoms)]
        while len(level) > 1:
            blocks = vertex_blocks(level, UNION_VERTICES)
            if len(blocks) == len(level):  # each larger than a block: merge in twos, or there would be no end
                blocks = [slice(i, i + 2) for i in range(0, len(level), 2)]
            merged = np.empty(len(blocks), dtype=object)
            for number, block in enumerate(blocks):
                check(self._feedback)
                merged[number] = self._union(level[block])
            level = merged
        return level[0] if len(level) else None

    def _union(self, geoms: Geometries) -> shapely.Geometry:
        if not self._snap:
            with np.errstate(invalid="ignore"), suppress(GEOSException):
                return shapely.union_all(geoms)
        self.fallbacks += 1
        clean = np.array([repaired(g) for g in geoms], dtype=object)
        return self._snapped(lambda grid: shapely.union_all(clean, grid_size=grid), clean)

    def _pairwise(self, operation: Operation, left: Geometries, right: Geometries) -> Geometries:
        if not self._snap:
            with (
                np.errstate(invalid="ignore"),
                suppress(GEOSException),
            ):  # one pair is enough for it: find out which below
                result: Geometries = operation(left, right)
                return result
        single = np.empty(len(left), dtype=object)
        for i in range(len(left)):
            single[i] = self._one(operation, left[i], right[i])
        return single

    def _one(self, operation: Operation, left: shapely.Geometry, right: shapely.Geometry) -> shapely.Geometry:
        """One overlay: as it is, then repaired, then on ever coarser grids."""
        if not self._snap:
            with np.errstate(invalid="ignore"), suppress(GEOSException):
                return operation(left, right)
        self.fallbacks += 1
        left, right = repaired(left), repaired(right)
        return self._snapped(lambda grid: operation(left, right, grid_size=grid), np.array([left, right], dtype=object))

    def _snapped(self, operation: Callable[[float | None], shapely.Geometry], geoms: Geometries) -> shapely.Geometry:
        """Run an overlay in full precision (unless told to snap), then with snap rounding on ever coarser grids.

        Raises :class:`GeometryError` ``OVERLAY_FAILED`` if nothing helps.
        """
        bounds = shapely.total_bounds(geoms)
        extent = float(max(bounds[2] - bounds[0], bounds[3] - bounds[1]))
        step = float(np.spacing(np.abs(bounds).max()))
        grids = [max(extent * share, 4.0 * step) for share in GRID_SHARES]
        for grid in grids if self._snap else (None, *grids):
            with np.errstate(invalid="ignore"), suppress(GEOSException):
                return operation(grid)
        raise GeometryError("OVERLAY_FAILED")


def polygons_only(geoms: Geometries) -> Geometries:
    """Overlay results reduced to their polygons: None where only lines and points, or nothing, is left."""
    result: Geometries = np.asarray(geoms, dtype=object).copy()
    types = shapely.get_type_id(result)
    for i in np.flatnonzero(types == COLLECTION):
        result[i] = as_polygonal(result[i])
    result[(types < POLYGON) | shapely.is_empty(result)] = None
    return result

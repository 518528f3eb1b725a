"""Content hash of a baseline; of a raster the cells around the zones count, not the file."""

from __future__ import annotations

import hashlib
from typing import Any

import numpy as np
import shapely

from ..accounting.cells import BaseCells
from ..accounting.inputs import BaseParcels, PlanZones
from ..base.hashing import content_hash
from ..geometry.crs import transform
from ..geometry.grid import grid_of
from .digest import of_parcels

# The window is widened to whole blocks: another version of PROJ moves a border by a hair and finds the same.
BLOCK = 256
_POINTS = 33  # along each side of the extent, when it is turned into the CRS of the raster


def of_base(base: BaseParcels | BaseCells, zones: PlanZones, geometry: Any = None) -> tuple[int, dict[str, str]]:
    """(features or cells of a baseline, its hashes by role); ``geometry`` as for :func:`.digest.of_parcels`."""
    if isinstance(base, BaseCells):
        return base.cells.rows * base.cells.cols, of_cells(base, zones)
    return len(base), of_parcels(base, zones, geometry)


def of_cells(base: BaseCells, zones: PlanZones) -> dict[str, str]:
    """Hash by role: ``cells`` (values and gaps around the zones), ``grid`` (place, size), ``names`` of the values."""
    digest = hashlib.sha256()
    first_row, first_col, rows, cols = _window(base, zones)
    for row in range(first_row, first_row + rows, BLOCK):
        for col in range(first_col, first_col + cols, BLOCK):
            height, width = min(BLOCK, first_row + rows - row), min(BLOCK, first_col + cols - col)
            values, valid = base.cells.window(row, col, height, width)
            digest.update(np.where(valid, values, 0).astype("<f8").tobytes())
            digest.update(np.packbits(np.asarray(valid, dtype=bool)).tobytes())
    place = [float(number) for number in base.cells.transform]
    names = {str(value): name for value, name in sorted(base.names.items())}
    return {
        "cells": digest.hexdigest(),
        "grid": content_hash([place, base.cells.rows, base.cells.cols]),
        "names": content_hash(names),
    }


def _window(base: BaseCells, zones: PlanZones) -> tuple[int, int, int, int]:
    """First row and column, rows and columns of the cells around the zones, in whole blocks."""
    bounds = shapely.bounds(zones.geometry)
    bounds = bounds[np.isfinite(bounds).all(axis=1)]
    if not len(bounds):
        return 0, 0, 0, 0
    low, high = bounds[:, :2].min(axis=0), bounds[:, 2:].max(axis=0)
    x, y = np.meshgrid(*(np.linspace(low[i], high[i], _POINTS) for i in (0, 1)))
    cloud = np.array([shapely.MultiPoint(np.stack([x.ravel(), y.ravel()], axis=1))], dtype=object)
    points = shapely.get_coordinates(transform(cloud, zones.crs, base.crs))
    place = grid_of(base.cells).to_cells(points)
    start = np.floor(place.min(axis=0) / BLOCK).astype(int) * BLOCK
    stop = np.ceil(place.max(axis=0) / BLOCK).astype(int) * BLOCK
    size = np.array([base.cells.cols, base.cells.rows])
    start, stop = np.clip(start, 0, size), np.clip(stop, 0, size)
    return int(start[1]), int(start[0]), int(stop[1] - start[1]), int(stop[0] - start[0])

"""Stamps of zones: a short hash of what was evaluated, the same in every file format."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.errors import GEOSException

from ..base.hashing import stamp


def zone_stamps(geometry: NDArray[np.object_], attributes: Mapping[str, Sequence[Any]]) -> list[str]:
    """One stamp per zone from its geometry and the attributes that went into the result.

    Formats reverse rings, start them elsewhere and turn polygons into multipolygons; the stamp is taken of the
    normalised multipolygon, so that only a real change moves it. ``attributes`` has one sequence per role
    (``plan_class``, ``green_ratio``, …); numbers are told to nine digits, NaN as None.
    """
    parts = np.array([_multi(part) for part in geometry], dtype=object)
    wkb = _normal_wkb(parts)
    columns = {role: [_told(value) for value in values] for role, values in attributes.items()}
    return [
        stamp(wkb[row] or b"", {role: values[row] for role, values in columns.items()}) for row in range(len(geometry))
    ]


def _normal_wkb(parts: NDArray[np.object_]) -> list[Any]:
    """WKB of the normalised geometries; as it is where a ring has too few points to be turned round."""
    try:
        return list(shapely.to_wkb(shapely.normalize(parts), byte_order=1))
    except GEOSException:
        if len(parts) == 1:
            return [shapely.to_wkb(parts[0], byte_order=1)]
    half = len(parts) // 2
    return [*_normal_wkb(parts[:half]), *_normal_wkb(parts[half:])]


def _multi(geometry: Any) -> Any:
    if geometry is None or geometry.is_empty:
        return None
    return shapely.multipolygons([geometry]) if geometry.geom_type == "Polygon" else geometry


def _told(value: Any) -> Any:
    if isinstance(value, float):
        return None if value != value else float(f"{value:.9g}")
    return value

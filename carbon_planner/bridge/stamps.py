"""Stamps of zones: a short hash of what was evaluated, the same in every file format."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.errors import GEOSException

from ..base.feedback import Feedback, Silent, check
from ..base.hashing import stamp

_BLOCK = 2048  # zones between two looks at the cancel button


def zone_stamps(
    geometry: NDArray[np.object_], attributes: Mapping[str, Sequence[Any]], feedback: Feedback | None = None
) -> list[str]:
    """One stamp per zone from its geometry and the attributes that went into the result.

    Formats reverse rings, start them elsewhere and turn polygons into multipolygons; the stamp is taken of the
    normalised multipolygon, so that only a real change moves it. ``attributes`` has one sequence per role
    (``plan_class``, ``green_ratio``, …); numbers are told to nine digits, NaN as None.
    """
    stamps: list[str] = []
    roles = list(attributes)
    rows = zip(*attributes.values()) if roles else [()] * len(geometry)
    told = [tuple(_told(value) for value in row) for row in rows]
    for start in range(0, len(geometry), _BLOCK):
        check(feedback or Silent())
        wkb = _normal_wkb(_multi(geometry[start : start + _BLOCK]))
        block = told[start : start + _BLOCK]
        stamps += [stamp(data or b"", dict(zip(roles, row))) for data, row in zip(wkb, block)]
    return stamps


def _normal_wkb(parts: NDArray[np.object_]) -> list[Any]:
    """WKB of the normalised geometries; as it is where a ring has too few points to be turned round."""
    try:
        return list(shapely.to_wkb(shapely.normalize(parts), byte_order=1))
    except GEOSException:
        if len(parts) == 1:
            return [shapely.to_wkb(parts[0], byte_order=1)]
    half = len(parts) // 2
    return [*_normal_wkb(parts[:half]), *_normal_wkb(parts[half:])]


def _multi(geometry: NDArray[np.object_]) -> NDArray[np.object_]:
    """Polygons as multipolygons, None for what is empty."""
    parts = np.array(geometry, dtype=object)
    parts[shapely.is_empty(parts)] = None
    single = np.flatnonzero(shapely.get_type_id(parts) == shapely.GeometryType.POLYGON)
    if single.size:
        parts[single] = shapely.multipolygons(parts[single], indices=np.arange(single.size))
    return parts


def _told(value: Any) -> Any:
    if isinstance(value, float):
        return None if value != value else float(f"{value:.9g}")
    return value

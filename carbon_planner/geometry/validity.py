"""From whatever a layer holds to valid two-dimensional polygons, with a named issue for each feature that was none."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np
import shapely
from numpy.typing import NDArray

from ..base.feedback import Feedback, Silent, check
from ..base.messages import Message, message
from .repair import repaired
from .rings import COLLECTION, MULTI_FROM, POLYGON, vertex_blocks

Geometries = NDArray[np.object_]
Flags = NDArray[np.bool_]

BLOCK_VERTICES = 100_000
MULTIPOLYGON = 6

NULL, EMPTY, REPAIRED = "NULL", "EMPTY", "REPAIRED"
NOT_POLYGON, NOT_FINITE, Z_DROPPED = "NOT_POLYGON", "NOT_FINITE", "Z_DROPPED"


@dataclass(frozen=True)
class GeometryIssue:
    """What was found at one feature.

    ``index`` counts from 0; ``kind`` is one of the constants of this module; ``reason`` says more in GEOS's words; the
    areas (of ``REPAIRED`` and of ``EMPTY`` after repair) are planar, in squared layer units. ``Z_DROPPED`` stands once
    per layer, at the first feature with a height.
    """

    index: int
    kind: str
    reason: str = ""
    area_before: float = math.nan
    area_after: float = math.nan

    def message(self, layer: str, feature: str) -> Message:
        """The issue as a message to the user, with the layer's and the feature's name."""
        return message(
            "GEOM_" + self.kind,
            layer=layer,
            feature=feature,
            reason=self.reason,
            before=f"{self.area_before:.10g}",
            after=f"{self.area_after:.10g}",
        )


@dataclass
class Checked:
    """Valid polygons or None, aligned with the input, and the issues found, by feature."""

    geometry: Geometries
    issues: list[GeometryIssue] = field(default_factory=list)


def polygonal(geoms: Geometries, feedback: Feedback = Silent()) -> Checked:
    """Valid 2D polygons and multipolygons; None where a feature has no area.

    Heights and measures are dropped. Of a collection the polygons stay. A ring encloses what it winds around, holes are
    taken from their shell, overlapping parts count once (:mod:`.repair`). Missing values of pandas (NaN) count as null.
    """
    given = np.empty(len(geoms), dtype=object)
    given[:] = geoms
    result = Checked(np.full(len(given), None, dtype=object))
    is_geometry: Flags = shapely.is_geometry(given)
    for i in np.flatnonzero(~is_geometry):
        null = given[i] is None or (isinstance(given[i], float) and math.isnan(given[i]))
        kind, reason = (NULL, "") if null else (NOT_POLYGON, type(given[i]).__name__)
        result.issues.append(GeometryIssue(int(i), kind, reason))
        given[i] = None
    blocks = vertex_blocks(given, BLOCK_VERTICES)
    for number, block in enumerate(blocks):
        check(feedback)
        _check_block(given[block], block.start, result, feedback)
        feedback.progress((number + 1) / len(blocks))
    high = np.flatnonzero(shapely.has_z(given) & ~shapely.is_empty(given))
    if high.size:
        result.issues.append(GeometryIssue(int(high[0]), Z_DROPPED, str(high.size)))
    result.issues.sort(key=lambda issue: (issue.index, issue.kind))
    return result


def _check_block(given: Geometries, offset: int, result: Checked, feedback: Feedback) -> None:
    """Sort one block of geometries (None for what is none) into good ones and issues."""
    present: Flags = shapely.is_geometry(given)
    empty: Flags = shapely.is_empty(given) & present
    types = shapely.get_type_id(given)
    wrong = present & ~empty & ~np.isin(types, (POLYGON, MULTIPOLYGON, COLLECTION))
    for i in np.flatnonzero(empty):
        result.issues.append(GeometryIssue(offset + int(i), EMPTY, given[i].geom_type))
    for i in np.flatnonzero(wrong):
        result.issues.append(GeometryIssue(offset + int(i), NOT_POLYGON, given[i].geom_type))
    flat = given.copy()
    flat[empty | wrong] = None
    flat = shapely.force_2d(flat)
    broken = _not_finite(flat)
    for i in np.flatnonzero(broken):
        result.issues.append(GeometryIssue(offset + int(i), NOT_FINITE, shapely.is_valid_reason(flat[i])))
    flat[broken] = None
    good: Flags = shapely.is_valid(flat) & (types != COLLECTION) & (shapely.area(flat) > 0.0)
    for i in np.flatnonzero(shapely.is_geometry(flat) & ~good):
        check(feedback)
        flat[i] = _repair(flat[i], offset + int(i), result)
    result.geometry[offset : offset + len(flat)] = flat


def _not_finite(flat: Geometries) -> Flags:
    """Which geometries have a NaN or infinite coordinate."""
    xy, owner = shapely.get_coordinates(flat, return_index=True)
    found = np.zeros(len(flat), dtype=bool)
    found[owner[~np.isfinite(xy).all(axis=1)]] = True
    return found


def _repair(geom: shapely.Geometry, index: int, result: Checked) -> shapely.Geometry | None:
    """Repair one invalid geometry or collection, and say so."""
    valid = bool(shapely.is_valid(geom))
    reason = geom.geom_type if valid else shapely.is_valid_reason(geom)
    before = float(shapely.area(geom))
    fixed = repaired(geom)
    if fixed is not None:
        result.issues.append(GeometryIssue(index, REPAIRED, reason, before, float(shapely.area(fixed))))
    elif shapely.get_type_id(geom) >= MULTI_FROM and not _has_polygon(geom):
        result.issues.append(GeometryIssue(index, NOT_POLYGON, geom.geom_type))
    else:
        result.issues.append(GeometryIssue(index, EMPTY, reason, before, 0.0))
    return fixed


def _has_polygon(geom: shapely.Geometry) -> bool:
    """Whether a multipart geometry or collection holds a polygon at any depth."""
    kind = shapely.get_type_id(geom)
    return bool(kind == POLYGON or (kind >= MULTI_FROM and any(_has_polygon(part) for part in shapely.get_parts(geom))))

"""From polygons to compact SVG path data: quantised to a grid, relative, without repeated or collinear points.

Neighbours share their vertices, and a vertex always falls on the same grid point: thinning by the grid opens no gaps
between zones, which simplifying each polygon by itself would.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

POINT_BUDGET = 120_000  # about 0.8 MB of path data
FINEST_GRID = 0.1  # drawing units

Geometries = NDArray[np.object_]


@dataclass(frozen=True)
class View:
    """Maps coordinates to drawing units, y down; ``x_scale`` and ``y_scale`` are units per coordinate."""

    x0: float
    y1: float
    x_scale: float
    y_scale: float
    dx: float
    dy: float

    def apply(self, xy: NDArray[np.float64]) -> NDArray[np.float64]:
        """Drawing units of coordinate pairs."""
        return np.column_stack(
            [(xy[:, 0] - self.x0) * self.x_scale + self.dx, (self.y1 - xy[:, 1]) * self.y_scale + self.dy]
        )


@dataclass(frozen=True)
class Paths:
    """Path data per geometry ("" for one without any) in grid steps; ``grid`` is a step in drawing units."""

    data: list[str]
    grid: float
    points: int


def polygon_paths(geometries: Geometries, view: View, budget: int = POINT_BUDGET) -> Paths:
    """Path data of polygons; the grid grows until all points fit the budget."""
    parts, part_of = shapely.get_parts(geometries, return_index=True)
    rings, ring_part = shapely.get_rings(parts, return_index=True)
    coordinates, ring_of = shapely.get_coordinates(rings, return_index=True)
    xy = view.apply(coordinates)
    grid = FINEST_GRID
    points, owner = _quantise(xy, ring_of, grid)
    while len(points) > budget and grid < 4.0:
        grid *= 2.0
        points, owner = _quantise(xy, ring_of, grid)
    holes = np.diff(ring_part, prepend=-1) == 0
    strings = _ring_strings(points, owner, holes)
    data = [""] * len(geometries)
    for ring, text in enumerate(strings):
        data[part_of[ring_part[ring]]] += text
    return Paths(data, grid, len(points))


def _quantise(
    xy: NDArray[np.float64], ring_of: NDArray[np.int64], grid: float
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Grid points without repetitions and without points on a straight run; rings stay closed."""
    points = np.rint(xy / grid).astype(np.int64)
    owner = ring_of
    if not len(points):
        return points, owner
    keep = np.ones(len(points), dtype=bool)
    keep[1:] = (np.diff(points, axis=0) != 0).any(axis=1) | (np.diff(owner) != 0)
    points, owner = points[keep], owner[keep]
    if len(points) < 3:
        return points, owner
    before, after = points[1:-1] - points[:-2], points[2:] - points[1:-1]
    cross = before[:, 0] * after[:, 1] - before[:, 1] * after[:, 0]
    onward = (before * after).sum(axis=1) > 0
    inside = (owner[1:-1] == owner[:-2]) & (owner[1:-1] == owner[2:])
    keep = np.ones(len(points), dtype=bool)
    keep[1:-1] = ~(inside & (cross == 0) & onward)
    return points[keep], owner[keep]


def _ring_strings(points: NDArray[np.int64], owner: NDArray[np.int64], holes: NDArray[np.bool_]) -> list[str]:
    """One closed sub-path per ring; an outer ring that collapsed to a speck stays visible as one grid cell."""
    numbers = np.arange(len(holes))
    starts = np.searchsorted(owner, numbers, side="left").tolist()
    ends = np.searchsorted(owner, numbers, side="right").tolist()
    corners, moves = points.tolist(), np.diff(points, axis=0, prepend=points[:1]).tolist()
    strings: list[str] = []
    for start, end, hole in zip(starts, ends, holes.tolist()):
        if end <= start:
            strings.append("")
            continue
        x, y = corners[start]
        if end - start < 4:
            strings.append("" if hole else f"M{x} {y}h1v1h-1z")
            continue
        # the closing point repeats the first one; "z" draws that edge
        run = " ".join(f"{dx} {dy}" for dx, dy in moves[start + 1 : end - 1]).replace(" -", "-")
        strings.append(f"M{x} {y}l{run}z")
    return strings

"""From areas in the plane to square metres on the ellipsoid.

The scale of a projection varies over a parcel: with x the distance from the central meridian of a transverse Mercator
projection and R the earth's radius, by 2x/R² per metre, 4 parts in 10⁶ over a kilometre at x = 75 km. One ratio for the
parcel is therefore wrong by that share for a piece at its edge. Here each parcel gets a polynomial of second degree
(Taylor's, with central differences on a lattice of small squares that :mod:`..ellipsoid` has measured), scaled so that
the whole parcel has exactly the area which :mod:`..area` gives it. What remains is of third order.
"""

from __future__ import annotations

import numpy as np

from ...base.errors import GeometryError
from ...base.feedback import Feedback, Silent, check
from ..area import Naming
from ..crs import Crs
from ..ellipsoid import ring_areas_m2
from ..rings import Rings as PlainRings
from .arrays import Floats, Ints, blocks, ragged
from .cross import weighted_areas
from .density import Density
from .rings import Rings

PIECE_ERROR = 1e-9  # relative to the piece; where a density's ``error`` is larger, cut and measure the piece instead
MEASURING_ERROR = 2e-10  # of the areas that the density is made from
ROUNDING_METRES = 2e-9  # of places on the earth
_STEP_METRES, _STEP_DEGREES = 5_000.0, 0.05  # between the nodes of the lattice
_SQUARE = 0.2  # side of the square measured at a node, in steps
_VERTICES = 100_000

_OFFSETS = np.array([(i, j) for i in range(-2, 3) for j in range(-2, 3)])


def ellipsoidal_density(parcels: Rings, crs: Crs, feedback: Feedback = Silent()) -> Density:
    """Square metres per squared unit over each parcel; whole parcels get the area of :func:`~..area.areas_m2`.

    ``error`` bounds the error of a piece relative to the piece: 2·10⁻¹⁰ of measuring, the rounding of coordinates that
    the whole parcel was measured with (felt below some 10 m), and the third-order remainder between the parcel and its
    node of the lattice, twice (once for the piece, once for the whole that it is scaled to). Where it is beyond
    :data:`PIECE_ERROR`, a piece should be cut and measured itself. Parcels without area have a density of 0. Raises
    :class:`GeometryError` ``OUTSIDE_CRS``, ``CRS_NO_ELLIPSOID``, Cancelled.
    """
    whole = ellipsoidal_areas(parcels, crs, feedback)
    step = _STEP_DEGREES if crs.is_geographic else _STEP_METRES / crs.metres_per_unit
    full = np.flatnonzero(parcels.size > 0)
    box = parcels.box[full]
    x, y = (box[:, 0] + box[:, 2]) / 2.0, (box[:, 1] + box[:, 3]) / 2.0
    radius = np.hypot(box[:, 2] - box[:, 0], box[:, 3] - box[:, 1]) / 2.0
    column, row = np.rint(x / step).astype(np.int64), np.rint(y / step).astype(np.int64)
    node, of = np.unique(np.stack([column, row], axis=1), axis=0, return_inverse=True)
    taylor, third = _taylor(node, step, crs, feedback)
    of = of.reshape(-1)
    dx, dy = x - node[of, 0] * step, y - node[of, 1] * step
    c = taylor[of]
    moved = np.stack(
        [
            c[:, 0] + dx * (c[:, 1] + c[:, 3] * dx + c[:, 4] * dy) + dy * (c[:, 2] + c[:, 5] * dy),
            c[:, 1] + 2.0 * c[:, 3] * dx + c[:, 4] * dy,
            c[:, 2] + 2.0 * c[:, 5] * dy + c[:, 4] * dx,
            *c[:, 3:].T,
        ],
        axis=1,
    )
    away = np.hypot(dx, dy)
    remainder = third[of] * radius * (away * away + away * radius + radius * radius / 3.0)
    spread = radius * (np.hypot(moved[:, 1], moved[:, 2]) + radius * np.abs(moved[:, 3:]).sum(axis=1)) / moved[:, 0]
    rim = 2.0 * np.pi * radius * np.sqrt(moved[:, 0])
    rounding = np.divide(ROUNDING_METRES * rim, whole[full], out=np.zeros(len(full)), where=whole[full] > 0.0)
    error = remainder / moved[:, 0] + rounding
    return _scaled(parcels, full, np.stack([x, y], axis=1), moved, whole, error, 2.0 * spread)


def _scaled(
    parcels: Rings, full: Ints, centre: Floats, polynomial: Floats, whole: Floats, error: Floats, spread: Floats
) -> Density:
    """The density of all parcels, so that each adds up to its measured area."""
    count = len(parcels)
    x, y, coefficients = np.zeros(count), np.zeros(count), np.zeros((count, 6))
    errors, spreads = np.zeros(count), np.zeros(count)
    x[full], y[full] = centre.T
    coefficients[full] = polynomial
    errors[full], spreads[full] = MEASURING_ERROR + error, MEASURING_ERROR + spread
    raw = Density(x, y, coefficients, errors, spreads)
    sums = weighted_areas(parcels, raw)
    return raw.scaled(np.divide(whole, sums, out=np.zeros(count), where=sums > 0.0))


def _taylor(node: Ints, step: float, crs: Crs, feedback: Feedback) -> tuple[Floats, Floats]:
    """Taylor polynomials (n × 6) at nodes of the lattice, and bounds of the third derivatives in any direction."""
    wanted = (node[:, np.newaxis, :] + _OFFSETS).reshape(-1, 2)
    places, back = np.unique(wanted, axis=0, return_inverse=True)
    value = _measured(places * step, step * _SQUARE, crs, feedback)[back.reshape(-1)].reshape(len(node), 5, 5)
    k = np.moveaxis(value, 0, -1)  # k[2 + i, 2 + j]: i steps to the right, j up
    c = k[2, 2]
    # five-point differences: their own error is of fifth order
    dx = (8.0 * (k[3, 2] - k[1, 2]) - (k[4, 2] - k[0, 2])) / (12.0 * step)
    dy = (8.0 * (k[2, 3] - k[2, 1]) - (k[2, 4] - k[2, 0])) / (12.0 * step)
    dxx = (16.0 * (k[3, 2] + k[1, 2]) - (k[4, 2] + k[0, 2]) - 30.0 * c) / (12.0 * step**2)
    dyy = (16.0 * (k[2, 3] + k[2, 1]) - (k[2, 4] + k[2, 0]) - 30.0 * c) / (12.0 * step**2)
    dxy = (k[3, 3] - k[1, 3] - k[3, 1] + k[1, 1]) / (4.0 * step**2)
    thirds = (
        (k[4, 2] - k[0, 2] - 2.0 * (k[3, 2] - k[1, 2])) / 2.0,
        (k[2, 4] - k[2, 0] - 2.0 * (k[2, 3] - k[2, 1])) / 2.0,
        3.0 * ((k[3, 3] - 2.0 * k[2, 3] + k[1, 3]) - (k[3, 1] - 2.0 * k[2, 1] + k[1, 1])) / 2.0,
        3.0 * ((k[3, 3] - 2.0 * k[3, 2] + k[3, 1]) - (k[1, 3] - 2.0 * k[1, 2] + k[1, 1])) / 2.0,
    )
    third = np.abs(np.stack(thirds)).sum(axis=0) / step**3
    return np.stack([c, dx, dy, dxx / 2.0, dxy, dyy / 2.0], axis=1), third


def _measured(centre: Floats, side: float, crs: Crs, feedback: Feedback) -> Floats:
    """Square metres per squared unit of the squares around places."""
    corner = np.array([(-0.5, -0.5), (0.5, -0.5), (0.5, 0.5), (-0.5, 0.5), (-0.5, -0.5)]) * side
    xy = (centre[:, np.newaxis, :] + corner).reshape(-1, 2)
    count = len(centre)
    start = np.arange(0, 5 * count + 1, 5, dtype=np.int64)
    areas, lost = np.zeros(count), None
    for block in blocks(np.full(count, 5), _VERTICES):
        check(feedback)
        some = slice(5 * block.start, 5 * block.stop)
        number = np.arange(block.stop - block.start, dtype=np.int64)
        squares = PlainRings(xy[some], start[: len(number) + 1], number, np.zeros(len(number), dtype=bool))
        areas[block], lost = ring_areas_m2(squares, crs)
        if lost is not None:
            raise Naming().error("OUTSIDE_CRS", 0, crs=crs.name)
    exact = (xy[1::5, 0] - xy[::5, 0]) * (xy[2::5, 1] - xy[1::5, 1])  # as rounded
    result: Floats = areas / exact
    return result


def ellipsoidal_areas(parcels: Rings, crs: Crs, feedback: Feedback = Silent()) -> Floats:
    """Area of each polygon in m² as :func:`~..area.areas_m2` gives it, from flat rings."""
    result = np.zeros(len(parcels))
    for block in blocks(parcels.size, _VERTICES):
        check(feedback)
        ring, owner = ragged(parcels.geom[:-1][block], np.diff(parcels.geom)[block])
        sub = parcels.take(np.arange(block.start, block.stop, dtype=np.int64))
        if not len(ring):
            continue
        plain = PlainRings(np.stack([sub.x, sub.y], axis=1), sub.ring, owner, np.zeros(len(ring), dtype=bool))
        hole = plain.signed_areas() < 0.0
        per_ring, lost = ring_areas_m2(plain, crs)
        if lost is not None:
            raise _outside(block.start + int(owner[lost]), crs)
        result[block] = np.bincount(owner, np.where(hole, -per_ring, per_ring), minlength=block.stop - block.start)
    return np.maximum(result, 0.0)


def _outside(index: int, crs: Crs) -> GeometryError:
    """The error about a parcel that the CRS cannot place."""
    return Naming().error("OUTSIDE_CRS", index, crs=crs.name)

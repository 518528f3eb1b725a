"""On which side of a line a point lies: always the true answer, in floating point.

The sign is taken from a rounded determinant where its error bound allows, and from an exact sum of floating-point
numbers ("expansion") where it does not. Both after J. R. Shewchuk (1997), Adaptive precision floating-point arithmetic
and fast robust geometric predicates, Discrete & Computational Geometry 18: error bound A of ORIENT2D, Two-Sum (Knuth),
Two-Product (Dekker, Veltkamp), Grow-Expansion. All on arrays; only the few undecided go the long way.

Exact as long as no product under- or overflows: :class:`~.rings.Rings` keeps coordinates at 0 or between 1e-100 and
1e100 in size.
"""

from __future__ import annotations

import numpy as np

from .arrays import Floats

_UNIT = 2.0**-53
_BOUND = (3.0 + 16.0 * _UNIT) * _UNIT
_SPLITTER = 2.0**27 + 1.0


def orientation(ax: Floats, ay: Floats, bx: Floats, by: Floats, px: Floats, py: Floats) -> tuple[Floats, Floats]:
    """Side of the points p seen from the lines a → b: sign (+1 left, −1 right, 0 on it, exact) and (b−a) × (p−a).

    The second is rounded, with an error of a few units in the last place of its two products, and never of the
    wrong sign.
    """
    wx, wy, dx, dy = bx - ax, by - ay, px - ax, py - ay
    left, right = wx * dy, wy * dx
    value = left - right
    size = np.abs(left) + np.abs(right)
    doubt = np.flatnonzero((np.abs(value) <= _BOUND * size) & (size > 0.0))
    if doubt.size:
        value[doubt] = _exact(*(coordinate[doubt] for coordinate in (ax, ay, bx, by, px, py)))
    return np.sign(value), value


def _exact(ax: Floats, ay: Floats, bx: Floats, by: Floats, px: Floats, py: Floats) -> Floats:
    """The determinant as an exact sum, rounded at the end; its sign is the true one."""
    (wx, wx_low), (wy, wy_low) = _difference(bx, ax), _difference(by, ay)
    (dx, dx_low), (dy, dy_low) = _difference(px, ax), _difference(py, ay)
    result = _sum([*_product(wx, dy), *_product(-wy, dx)])
    rest = np.flatnonzero((wx_low != 0.0) | (wy_low != 0.0) | (dx_low != 0.0) | (dy_low != 0.0))
    if rest.size:  # not even the differences are floating-point numbers
        parts: list[Floats] = []
        minus_wy = (-wy[rest], -wy_low[rest])
        for one, other in (((wx[rest], wx_low[rest]), (dy, dy_low)), (minus_wy, (dx, dx_low))):
            for a in one:
                for b in other:
                    parts += _product(a, b[rest])
        result[rest] = _sum(parts)
    return result


def _two_sum(a: Floats, b: Floats) -> tuple[Floats, Floats]:
    """The sum, rounded, and what rounding took away."""
    high = a + b
    of_b = high - a
    return high, (a - (high - of_b)) + (b - of_b)


def _difference(a: Floats, b: Floats) -> tuple[Floats, Floats]:
    """The difference a − b, rounded, and what rounding took away."""
    return _two_sum(a, -b)


def _product(a: Floats, b: Floats) -> tuple[Floats, Floats]:
    """What rounding takes away from a · b, and a · b rounded."""
    product = a * b
    a_high, a_low = _halves(a)
    b_high, b_low = _halves(b)
    return a_low * b_low - (((product - a_high * b_high) - a_low * b_high) - a_high * b_low), product


def _halves(a: Floats) -> tuple[Floats, Floats]:
    """A number as the sum of two with half the digits each."""
    c = _SPLITTER * a
    high = c - (c - a)
    return high, a - high


def _sum(parts: list[Floats]) -> Floats:
    """Sum of numbers, each given in full: grown into parts that do not overlap, so that the largest has the sign."""
    grown: list[Floats] = []
    for part in parts:
        carry = part
        for i, known in enumerate(grown):
            carry, grown[i] = _two_sum(carry, known)
        grown.append(carry)
    total = grown[0]
    for part in grown[1:]:  # from small to large: the sum keeps the sign of the largest
        total = total + part
    return total

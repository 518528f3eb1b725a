"""Square metres per squared unit of the plane, varying over each parcel as a polynomial of second degree."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .arrays import Floats, Ints


@dataclass(frozen=True)
class Density:
    """For each parcel: c₀ + c₁x + c₂y + c₃x² + c₄xy + c₅y², with x and y relative to a centre.

    ``error`` bounds what a piece's area can be wrong by, relative to the piece; ``spread`` what it would be wrong by
    were the density the same all over the parcel. See :func:`~.ellipsoidal.ellipsoidal_density`.
    """

    x: Floats
    y: Floats
    coefficients: Floats  # parcels × 6
    error: Floats
    spread: Floats

    def at(self, parcel: Ints, x: Floats, y: Floats) -> Floats:
        """The density at places relative to the centres of parcels."""
        c = self.coefficients[parcel].T
        result: Floats = c[0] + x * (c[1] + c[3] * x + c[4] * y) + y * (c[2] + c[5] * y)
        return result

    def mean(self, parcel: Ints, ox: Floats, oy: Floats, ax: Floats, ay: Floats, bx: Floats, by: Floats) -> Floats:
        """Mean over the triangles of origin o, o + a, o + b: that of the middles of the sides, exact to 2nd degree."""
        ox, oy = ox - self.x[parcel], oy - self.y[parcel]
        sides = (
            self.at(parcel, ox + ax / 2.0, oy + ay / 2.0),
            self.at(parcel, ox + bx / 2.0, oy + by / 2.0),
            self.at(parcel, ox + (ax + bx) / 2.0, oy + (ay + by) / 2.0),
        )
        result: Floats = (sides[0] + sides[1] + sides[2]) / 3.0
        return result

    def scaled(self, factor: Floats) -> Density:
        """Each parcel's polynomial times its factor."""
        return Density(self.x, self.y, self.coefficients * factor[:, np.newaxis], self.error, self.spread)

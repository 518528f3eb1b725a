"""Areas that two polygons have in common, from the crossings of their boundaries: Green's theorem.

The boundary of P ∩ Z is the part of ∂P inside Z and the part of ∂Z inside P, and the area is the sum of the triangles
between an origin and the edges along it. The edges inside are found by counting: start from whether a ring's first
vertex is inside, and add +1 at each crossing that enters, −1 at each that leaves. On an edge a → b that crosses at X₁,
X₂ …, with any point R of its line, the parts inside give

    before · (a → R) + Σ step · (Xₖ → R) + after · (R → b),        before, after, step ∈ {−1, 0, 1},

where (p → q) is the triangle of origin, p and q. No order of the X along the edge is needed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional

import numpy as np

from .arrays import Floats, Ints, ragged
from .crossings import Crossings, Pairs
from .density import Density
from .rings import Rings, wedge

_EPS = float(np.finfo(np.float64).eps)


@dataclass(frozen=True)
class _Terms:
    """Directed line pieces a → b of some pairs, relative to their places, counted ``weight`` times."""

    pair: Ints
    weight: Ints
    ax: Floats
    ay: Floats
    bx: Floats
    by: Floats


@dataclass(frozen=True)
class Inside:
    """Rings whose first vertex is inside the other polygon, each with the pair that this is true for."""

    pair: Ints
    ring: Ints


def common_areas(
    zones: Rings,
    parcels: Rings,
    pairs: Pairs,
    found: Crossings,
    parcel_inside: Inside,
    zone_inside: Inside,
    density: Optional[Density],
) -> Floats:
    """Area of each pair, 0.0 where it cannot be told from nothing.

    Each pair is summed in an order of its own (along the parcel, then along the zone), whatever other pairs there are.
    """
    sides = (
        (parcels, found.parcel_edge, found.enters, parcel_inside),
        (zones, found.zone_edge, -found.enters, zone_inside),
    )
    terms = [term for side in sides for term in _along(*side, found, pairs)]
    pair = np.concatenate([term.pair for term in terms])
    value = np.concatenate([term.weight * wedge(term.ax, term.ay, term.bx, term.by) for term in terms])
    if density is not None:
        ends = (np.concatenate([getattr(term, axis) for term in terms]) for axis in ("ax", "ay", "bx", "by"))
        value *= density.mean(pairs.parcel[pair], pairs.x[pair], pairs.y[pair], *ends)
    area = np.bincount(pair, value, minlength=len(pairs))
    size = np.bincount(pair, np.abs(value), minlength=len(pairs))
    count = np.bincount(pair, minlength=len(pairs))
    return np.where(area > (count + 8.0) * _EPS * size, area, 0.0)


def _along(rings: Rings, edge: Ints, step: Ints, inside: Inside, found: Crossings, pairs: Pairs) -> list[_Terms]:
    """What the boundaries of one side give: whole edges, pieces up to crossings, beginnings of crossed edges."""
    starts, ends = rings.ring[inside.ring] - 1, rings.ring[inside.ring + 1] - 1  # before and after the ring's edges
    pair = np.concatenate([found.pair, inside.pair, inside.pair])
    edge = np.concatenate([edge, starts, ends])
    steps = np.concatenate([step, np.ones_like(starts), -np.ones_like(ends)])
    order = np.lexsort((edge, pair))
    pair, edge, steps = pair[order], edge[order], steps[order]
    after = np.cumsum(steps)  # closed rings leave as often as they enter: 0 again at the end of each ring
    whole = np.flatnonzero(after[:-1] != 0)
    length = np.maximum(edge[whole + 1] - edge[whole] - 1, 0)
    run, of = ragged(edge[whole] + 1, length)
    of = whole[of]
    terms = [_Terms(pair[of], after[of], *_ends(rings, run, pairs, pair[of]))]
    at = np.flatnonzero(order < len(found.pair))
    if not at.size:
        return terms
    crossing = order[at]
    return terms + _crossed(
        rings, pairs, pair[at], edge[at], steps[at], after[at], found.x[crossing], found.y[crossing]
    )


def _crossed(
    rings: Rings, pairs: Pairs, pair: Ints, edge: Ints, step: Ints, after: Ints, x: Floats, y: Floats
) -> list[_Terms]:
    """Pieces of crossed edges; the crossings come sorted by pair and edge."""
    first = np.ones(len(pair), dtype=bool)
    first[1:] = (pair[1:] != pair[:-1]) | (edge[1:] != edge[:-1])
    group = np.cumsum(first) - 1
    begin = np.flatnonzero(first)
    last = np.append(begin[1:], len(pair)) - 1
    before, end = (after - step)[begin], after[last]
    ax, ay, bx, by = _ends(rings, edge[begin], pairs, pair[begin])
    # R: an end that is inside, else a crossing; never far away
    rx = np.where(end != 0, bx, np.where(before != 0, ax, x[begin]))
    ry = np.where(end != 0, by, np.where(before != 0, ay, y[begin]))
    pieces = _Terms(pair, step, x, y, rx[group], ry[group])
    both = np.flatnonzero((before != 0) & (end != 0))
    return [pieces, _Terms(pair[begin][both], before[both], ax[both], ay[both], rx[both], ry[both])]


def _ends(rings: Rings, edge: Ints, pairs: Pairs, pair: Ints) -> tuple[Floats, Floats, Floats, Floats]:
    """Both ends of edges, relative to the places of pairs."""
    ox, oy = pairs.x[pair], pairs.y[pair]
    return rings.x[edge] - ox, rings.y[edge] - oy, rings.x[edge + 1] - ox, rings.y[edge + 1] - oy

"""Approach 1 of the IPCC Guidelines (2006 vol. 1 ch. 3): error propagation, with shared factors fully correlated.

The half-width of a total is √Σ_f (g_f · u_f)², where g_f is the derivative of the *total* with respect to factor f and
u_f its 95 % half-width: the same factor in a hundred zones is one source of error, not a hundred. Asymmetric ranges
keep their sides.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .activities import Activities
from .factor_book import FactorBook
from .terms import Term

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

# Groups handled at once, so that (groups × factors) stays small for millions of zones.
BLOCK = 65536


@dataclass(frozen=True)
class Jacobian:
    """Derivatives of a coefficient vector, shape (transitions, factors), and the weights |tonnes| of its factors.

    ``weight`` shares each term's |value| among its factors by |g·v|: what a factor stands for in the result.
    """

    slope: Floats
    weight: Floats


def jacobian(terms: Sequence[Term], transitions: int, book: FactorBook) -> Jacobian:
    """Jacobian of the net of all terms that enter it, with their sign."""
    values = book.values()
    slope = np.zeros((transitions, len(values)))
    weight = np.zeros_like(slope)
    for term in terms:
        if not term.net:
            continue
        parts = {f: abs(g * values[f]) for f, g in term.amount.gradient.items()}
        total = sum(parts.values())
        for factor, gradient in term.amount.gradient.items():
            slope[term.column, factor] += term.net * gradient
            if total > 0:
                weight[term.column, factor] += abs(term.amount.value) * parts[factor] / total
    return Jacobian(slope, weight)


def half_widths(gradient: Floats, low: Floats, high: Floats) -> tuple[Floats, Floats]:
    """95 % half-widths below and above of totals with the given gradients (…, factors)."""
    up = np.where(gradient >= 0, gradient * high, -gradient * low)
    down = np.where(gradient >= 0, gradient * low, -gradient * high)
    return np.sqrt((down**2).sum(axis=-1)), np.sqrt((up**2).sum(axis=-1))


@dataclass(frozen=True)
class Spread:
    """Per group: half-widths, the share of |tonnes| whose range is known, and |tonnes| by confidence."""

    down: Floats
    up: Floats
    covered: Floats
    by_factor: Floats  # |tonnes| per factor, summed over the groups
    by_confidence: Floats  # (groups, confidences)


def spread(
    activities: Activities, groups: Ints, size: int, derivative: Jacobian, book: FactorBook, levels: Sequence[str]
) -> Spread:
    """Propagate to groups of fragments (``groups[fragment]``, −1 left out)."""
    low, high, known = book.half_widths()
    level = np.array([levels.index(f.confidence) for f in book.factors], dtype=np.int64)
    down, up, covered = np.zeros(size), np.zeros(size), np.full(size, np.nan)
    by_factor, by_confidence = np.zeros(len(known)), np.zeros((size, len(levels)))
    group = groups[activities.row]
    order = np.argsort(group, kind="stable")
    bounds = np.searchsorted(group[order], np.arange(0, size + BLOCK, BLOCK))
    for block, (first, last) in enumerate(zip(bounds[:-1], bounds[1:])):
        offset = block * BLOCK
        count = min(BLOCK, size - offset)
        if count <= 0:
            break
        pick = order[first:last]
        where, col, ha = group[pick] - offset, activities.col[pick], activities.qty[pick]
        gradient, weight = np.zeros((count, len(known))), np.zeros((count, len(known)))
        for factor in range(len(known)):
            gradient[:, factor] = np.bincount(where, ha * derivative.slope[col, factor], minlength=count)
            weight[:, factor] = np.bincount(where, ha * derivative.weight[col, factor], minlength=count)
        block_slice = slice(offset, offset + count)
        down[block_slice], up[block_slice] = half_widths(gradient, low, high)
        total = weight.sum(axis=1)
        np.divide(weight[:, known].sum(axis=1), total, out=covered[block_slice], where=total > 0)
        by_factor += weight.sum(axis=0)
        for index in range(len(levels)):
            by_confidence[block_slice, index] = weight[:, level == index].sum(axis=1)
    return Spread(down, up, covered, by_factor, by_confidence)

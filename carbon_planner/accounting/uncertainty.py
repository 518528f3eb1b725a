"""Approach 1 of the IPCC Guidelines (2006 vol. 1 ch. 3): error propagation, with shared factors fully correlated.

The half-width of a total is √Σ_f (g_f · u_f)², where g_f is the derivative of the *total* with respect to factor f and
u_f its 95 % half-width: the same factor in a hundred zones is one source of error, not a hundred. Asymmetric ranges
keep their sides. Factors of a correlation group add linearly as far as they move together (:mod:`.correlation`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Callable, Optional

import numpy as np
from numpy.typing import NDArray

from .activities import Activities
from .correlation import Correlation, Loadings, loadings
from .draws import key_of
from .factor_book import FactorBook
from .grouping import Floats, Grouped, Ints, expanded, summed
from .monomials import net
from .terms import Term

# Entries (group × column) handled at once: with some ten factors per column their triplets stay near 200 MB.
PART = 1 << 18


@dataclass(frozen=True)
class Jacobian:
    """Derivatives of a coefficient vector, shape (columns, factors), and the weights |tonnes| of its factors.

    ``weight`` shares each term's |value| among its factors by |g·v|: what a factor stands for in the result. ``value``
    is the coefficient vector itself.
    """

    slope: Floats
    weight: Floats
    value: Floats = field(default_factory=lambda: np.zeros(0))


def jacobian(terms: Iterable[Term], columns: int, book: FactorBook, where: Callable[[Term], float] = net) -> Jacobian:
    """Jacobian of the sum of all terms, each times its weight ``where(term)``; by default of the net."""
    values = book.values()
    slope = np.zeros((columns, len(values)))
    weight = np.zeros_like(slope)
    value = np.zeros(columns)
    for term in terms:
        if not (sign := where(term)):
            continue
        value[term.column] += sign * term.amount.value
        parts = {f: abs(g * values[f]) for f, g in term.amount.gradient.items()}
        total = sum(parts.values())
        for factor, gradient in term.amount.gradient.items():
            slope[term.column, factor] += sign * gradient
            if total > 0:
                weight[term.column, factor] += abs(sign * term.amount.value) * parts[factor] / total
    return Jacobian(slope, weight, value)


def half_widths(gradient: Floats, low: Floats, high: Floats) -> tuple[Floats, Floats]:
    """95 % half-widths below and above of totals with the given gradients (…, factors), without correlation groups."""
    down, up = _sides(gradient, low, high)
    return np.sqrt((down**2).sum(axis=-1)), np.sqrt((up**2).sum(axis=-1))


def _sides(gradient: Floats, low: Floats, high: Floats) -> tuple[Floats, Floats]:
    up = np.where(gradient >= 0, gradient * high, -gradient * low)
    down = np.where(gradient >= 0, gradient * low, -gradient * high)
    return down, up


@dataclass(frozen=True)
class Spread:
    """Per group: half-widths, the share of |tonnes| whose range is known, and |tonnes| by confidence."""

    down: Floats
    up: Floats
    covered: Floats
    by_factor: Floats  # |tonnes| per factor, summed over the groups
    by_confidence: Floats  # (groups, confidences)


@dataclass(frozen=True)
class Gradient:
    """Derivatives of totals as entries (group, factor, value), sorted by group."""

    group: Ints
    factor: Ints
    value: Floats


def spread(
    activities: Activities,
    groups: Ints,
    size: int,
    derivative: Jacobian,
    book: FactorBook,
    levels: Sequence[str],
    *,
    correlations: Iterable[Correlation] = (),
    activity_factor: Optional[Ints] = None,
    grouped: Optional[Grouped] = None,
) -> Spread:
    """Propagate to groups of rows (``groups[row]``, −1 left out).

    ``activity_factor`` gives, for each entry of the activities, the factor (value 1) by which its quantity is
    uncertain, −1 for none. ``grouped`` is the activities by group, where they are at hand already.
    """
    low, high, known = book.half_widths()
    level = np.array([levels.index(f.confidence) for f in book.factors], dtype=np.int64)
    loads = loads_of(book, correlations)
    count = len(known)
    down, up, covered = np.zeros(size), np.zeros(size), np.full(size, np.nan)
    by_factor, by_confidence = np.zeros(count), np.zeros((size, len(levels)))
    if grouped is None:
        grouped = Grouped(activities, groups, size, activity_factor)
    lists = _lists(derivative)
    for first, last in grouped.parts(PART):
        part, span = slice(first, last), last - first
        gradient = _gradient(grouped, first, last, derivative, lists)
        down[part], up[part] = propagate(gradient, span, low, high, loads)
        group, factor, weight = _products(grouped, first, _entries_of(grouped, first, last), derivative.weight, lists)
        total = np.bincount(group, weight, minlength=span)
        stated = np.bincount(group, weight * known[factor], minlength=span)
        np.divide(stated, total, out=covered[part], where=total > 0)
        by_factor += np.bincount(factor, weight, minlength=count)
        table = np.bincount(group * len(levels) + level[factor], weight, minlength=span * len(levels))
        by_confidence[part] = table.reshape(span, len(levels))
    return Spread(down, up, covered, by_factor, by_confidence)


def loads_of(book: FactorBook, correlations: Iterable[Correlation]) -> Loadings:
    """Correlation groups of the factors of a book. Raises :class:`InputError` as :func:`.correlation.loadings` does."""
    return loadings([key_of(f, s) for f, s in zip(book.factors, book.fset)], correlations)


def gradients(
    activities: Activities, groups: Ints, size: int, derivative: Jacobian, activity_factor: Optional[Ints] = None
) -> Gradient:
    """Derivatives of the totals of groups with respect to all factors."""
    grouped = Grouped(activities, groups, size, activity_factor)
    return _gradient(grouped, 0, size, derivative, _lists(derivative))


def propagate(gradient: Gradient, size: int, low: Floats, high: Floats, loads: Loadings) -> tuple[Floats, Floats]:
    """95 % half-widths below and above of totals.

    A factor's deviation is split into its own part √(1 − λ²) and the part λ that it shares with its group. Shared parts
    are added, own parts and groups combine in quadrature.
    """
    down, up = _sides(gradient.value, low[gradient.factor], high[gradient.factor])
    loading = loads.loading[gradient.factor]
    own = 1.0 - loading**2
    squares = [(gradient.group, own * down**2, own * up**2)]
    member = loads.group[gradient.factor] >= 0
    if member.any():
        squares.append(_shared(gradient, member, low, high, loads))
    group = np.concatenate([s[0] for s in squares])
    return (
        _root_of_sums(group, np.concatenate([s[1] for s in squares]), size),
        _root_of_sums(group, np.concatenate([s[2] for s in squares]), size),
    )


def _shared(
    gradient: Gradient, member: NDArray[np.bool_], low: Floats, high: Floats, loads: Loadings
) -> tuple[Ints, Floats, Floats]:
    """Squared deviations (below, above) of totals when the groups of factors move."""
    factor, value = gradient.factor[member], gradient.value[member]
    key = gradient.group[member] * len(loads.groups) + loads.group[factor]
    slope, loading = value * loads.loading[factor], loads.loading[factor]
    # When a group rises, a member with a negative loading falls by its lower side.
    key_of_sum, rises = summed(key, slope * np.where(loading > 0, high[factor], low[factor]))
    _, falls = summed(key, -slope * np.where(loading > 0, low[factor], high[factor]))
    above: Floats = np.maximum(np.maximum(rises, falls), 0.0)
    below: Floats = np.maximum(np.maximum(-rises, -falls), 0.0)
    return key_of_sum // len(loads.groups), below**2, above**2


def _root_of_sums(group: Ints, squares: Floats, size: int) -> Floats:
    result = np.zeros(size)
    which, total = summed(group, squares)
    result[which] = np.sqrt(total)
    return result


def _lists(derivative: Jacobian) -> tuple[Ints, Ints]:
    """For each column the factors that it depends on: (starts, factors)."""
    column, factor = np.nonzero((derivative.slope != 0.0) | (derivative.weight != 0.0))
    starts = np.searchsorted(column, np.arange(len(derivative.slope) + 1)).astype(np.int64)
    return starts, factor.astype(np.int64)


def _gradient(grouped: Grouped, first: int, last: int, derivative: Jacobian, lists: tuple[Ints, Ints]) -> Gradient:
    part = _entries_of(grouped, first, last)
    column, quantity, own = grouped.column[part], grouped.quantity[part], grouped.factor[part]
    group, factor, value = _products(grouped, first, part, derivative.slope, lists)
    uncertain = own >= 0
    if uncertain.any():
        group = np.concatenate([group, grouped.group[part][uncertain] - first])
        factor = np.concatenate([factor, own[uncertain]])
        value = np.concatenate([value, (quantity * derivative.value[column])[uncertain]])
    count = int(factor.max(initial=0)) + 1
    key, total = summed(group * count + factor, value)
    return Gradient(key // count, key % count, total)


def _entries_of(grouped: Grouped, first: int, last: int) -> slice:
    return slice(int(grouped.starts[first]), int(grouped.starts[last]))


def _products(
    grouped: Grouped, first: int, part: slice, of_column: Floats, lists: tuple[Ints, Ints]
) -> tuple[Ints, Ints, Floats]:
    entry, place = expanded(grouped.column[part], lists[0])
    factor = lists[1][place]
    value = grouped.quantity[part][entry] * of_column[grouped.column[part][entry], factor]
    return grouped.group[part][entry] - first, factor, value

"""Coefficients as polynomials over factors: the distinct monomials of a model, and their values per draw.

A total is Σ coefficient × monomial, with coefficients from the activities and monomials from the draws. Each monomial
is evaluated once and serves all zones (carbon rule 15).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Callable

import numpy as np

from .amounts import Monomial
from .draws import Draws
from .exact_product import exponents, stacked
from .grouping import Floats, Grouped, Ints, expanded, summed
from .terms import Term

# Slices of monomials are kept for all draws up to this size, else made anew for each block of zones.
KEPT_BYTES = 256 << 20


def net(term: Term) -> float:
    """Weight of a term in the net."""
    return float(term.net)


@dataclass(frozen=True)
class Coefficients:
    """Polynomials of columns: entries (column, monomial, coefficient) sorted by column; ``starts`` per column."""

    keys: tuple[Monomial, ...]
    starts: Ints
    monomial: Ints
    value: Floats


def monomials(terms: Iterable[Term], columns: int, where: Callable[[Term], float] = net) -> Coefficients:
    """Polynomials of all columns: the sum of their terms, each times its weight ``where(term)``.

    Terms are netted per monomial, so that what is on both sides leaves nothing (carbon rule 16).
    """
    of_column: list[dict[Monomial, float]] = [{} for _ in range(columns)]
    for term in terms:
        if weight := where(term):
            sums = of_column[term.column]
            for key, coefficient in term.amount.polynomial.items():
                sums[key] = sums.get(key, 0.0) + weight * coefficient
    numbers: dict[Monomial, int] = {}
    starts, monomial, value = np.zeros(columns + 1, dtype=np.int64), [], []
    for column, sums in enumerate(of_column):
        for key, coefficient in sums.items():
            if coefficient != 0.0:
                monomial.append(numbers.setdefault(key, len(numbers)))
                value.append(coefficient)
        starts[column + 1] = len(monomial)
    return Coefficients(tuple(numbers), starts, np.array(monomial, dtype=np.int64), np.array(value, dtype=np.float64))


def with_activities(grouped: Grouped, coefficients: Coefficients) -> tuple[tuple[Monomial, ...], Ints]:
    """Monomials times the factors of uncertain activities: keys, and their numbers by (factor + 1, monomial).

    Certain activities keep the numbers that the monomials have.
    """
    own = np.unique(grouped.factor[grouped.factor >= 0])
    count = len(coefficients.keys)
    table = np.full((int(own.max(initial=-1)) + 2, count), -1, dtype=np.int64)
    table[0] = np.arange(count)
    keys = list(coefficients.keys)
    for factor in own.tolist():
        columns = np.unique(grouped.column[grouped.factor == factor])
        used = np.unique(coefficients.monomial[expanded(columns, coefficients.starts)[1]])
        table[factor + 1, used] = len(keys) + np.arange(len(used))
        keys += [tuple(sorted((*coefficients.keys[m], factor))) for m in used.tolist()]
    return tuple(keys), table


@dataclass(frozen=True)
class Rows:
    """Sparse matrix groups × monomials for the groups ``first`` … : entries sorted by group."""

    starts: Ints
    monomial: Ints
    value: Floats


def rows_of(grouped: Grouped, first: int, last: int, coefficients: Coefficients, table: Ints) -> Rows:
    """Coefficients of the monomials in the groups ``first`` … ``last`` − 1."""
    part = slice(int(grouped.starts[first]), int(grouped.starts[last]))
    entry, place = expanded(grouped.column[part], coefficients.starts)
    size = int(table.max(initial=0)) + 1
    number = table[grouped.factor[part][entry] + 1, coefficients.monomial[place]]
    key = (grouped.group[part][entry] - first) * size + number
    key, value = summed(key, grouped.quantity[part][entry] * coefficients.value[place])
    starts = np.searchsorted(key // size, np.arange(last - first + 1)).astype(np.int64)
    return Rows(starts, key % size, value)


class MonomialDraws:
    """Values of monomials in all draws as slices for exact products.

    ``exponent`` bounds each monomial over all draws; ``finite`` is False where a draw is infinite or not a number (a
    quotient by nought): such a monomial counts as 0 here, and the intervals of its groups are null.
    """

    def __init__(self, draws: Draws, keys: tuple[Monomial, ...]) -> None:
        self._draws, self._keys = draws, keys
        self.finite = np.ones(len(keys), dtype=bool)
        largest = np.zeros(len(keys))
        keep = 2 * 8 * draws.count * len(keys) <= KEPT_BYTES
        values = np.empty((len(keys), draws.count)) if keep else None
        for number, key in enumerate(keys):
            value = draws.product(key)
            self.finite[number] = np.isfinite(value).all()
            if not self.finite[number]:
                value = np.zeros(draws.count)
            largest[number] = np.abs(value).max()
            if values is not None:
                values[number] = value
        self.exponent: Ints = exponents(largest)
        self._values = values
        self._kept: dict[int, Floats] = {}  # by width

    def stacked(self, which: Ints, width: int, first: int, last: int) -> Floats:
        """Right factor for the monomials ``which`` in draws ``first`` … ``last`` − 1."""
        if self._values is None:
            values = np.zeros((len(which), last - first))
            for place, number in enumerate(which.tolist()):
                if self.finite[number]:
                    values[place] = self._draws.product(self._keys[number], first, last)
            return stacked(values, self.exponent[which], width)
        if width not in self._kept:
            self._kept[width] = stacked(self._values, self.exponent, width)
        kept = self._kept[width][:, first:last]
        if len(which) == len(self._keys):
            return kept
        return np.asarray(kept[np.concatenate([which, which + len(self._keys)])])

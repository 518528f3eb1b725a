"""The factored result of a run: activities, terms and factors, with the coefficient vectors that views multiply by."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Callable

import numpy as np
from numpy.typing import NDArray

from .activities import Activities
from .columns import MeasuredStock, Transition
from .factor_book import FactorBook
from .terms import LAND, Term

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Groups:
    """A partition of rows: ``of_row`` gives the group of each row, −1 for none."""

    of_row: Ints
    size: int


@dataclass
class Model:
    """A, c and the year profiles of a run. Tables and totals are products of these."""

    activities: Activities
    terms: Sequence[Term]
    book: FactorBook
    land_method: str

    def coefficient(self, value: Callable[[Term], float]) -> Floats:
        """Coefficient vector over transitions: the sum of a function of their terms."""
        values = np.fromiter((value(term) for term in self.terms), np.float64, len(self.terms))
        return self._by_column(values)

    def has(self, wanted: Callable[[Term], bool]) -> NDArray[np.bool_]:
        """For each transition, whether it has a term that is wanted."""
        found = np.fromiter((wanted(term) for term in self.terms), np.bool_, len(self.terms))
        return self._by_column(found.astype(np.float64)) > 0.0

    def _by_column(self, values: Floats) -> Floats:
        """Sums by column of a value per term, in the order of the terms."""
        columns = np.fromiter((term.column for term in self.terms), np.int64, len(self.terms))
        total = np.bincount(columns, weights=values, minlength=len(self.activities.columns))
        return np.asarray(total, dtype=np.float64)

    def total(self, coefficient: Floats, groups: Groups) -> Floats:
        """A @ c by group."""
        return self.activities.dot(coefficient, groups.of_row, groups.size)

    @cached_property
    def compared(self) -> Floats:
        """1 for land whose both sides are known, else 0; 0 for other sectors, whose activities are no areas."""
        columns = self.activities.columns
        return np.array([isinstance(c, Transition) and c.compared for c in columns], dtype=np.float64)

    @cached_property
    def paired(self) -> NDArray[np.bool_]:
        """Whether a column belongs to land whose both sides are known, be it hectares or carbon measured on them."""
        changes = [c.change if isinstance(c, MeasuredStock) else c for c in self.activities.columns]
        return np.array([isinstance(c, Transition) and c.compared for c in changes], dtype=bool)

    def known(self, side: int) -> Floats:
        """1 for land whose baseline (side 0) or plan (side 1) is known, else 0."""
        columns = self.activities.columns
        sides = [(c.source, c.target)[side] if isinstance(c, Transition) else None for c in columns]
        return np.array([s is not None for s in sides], dtype=np.float64)

    @cached_property
    def land(self) -> Floats:
        """1 for columns in hectares of land, 0 for other sectors."""
        return np.array([isinstance(c, Transition) for c in self.activities.columns], dtype=np.float64)

    @cached_property
    def net(self) -> Floats:
        """tCO2e per hectare within the horizon, plan minus baseline."""
        return self.coefficient(lambda t: t.net * t.amount.value)

    @cached_property
    def committed(self) -> Floats:
        """tCO2e per hectare that fall after the end year."""
        return self.coefficient(lambda t: t.amount.value if t.stage == "committed" else 0.0)

    @cached_property
    def gross(self) -> tuple[Floats, Floats]:
        """(emissions, removals) of land per hectare: terms of the net by sign, netted per factor first (rule 16)."""
        by_factors: dict[tuple[int, tuple[int, ...]], float] = {}
        for term in self.terms:
            if term.net and term.category in LAND:
                key = (term.column, tuple(sorted(term.amount.gradient)))
                by_factors[key] = by_factors.get(key, 0.0) + term.net * term.amount.value
        plus, minus = np.zeros_like(self.net), np.zeros_like(self.net)
        for (transition, _), value in by_factors.items():
            (plus if value > 0 else minus)[transition] += value
        return plus, minus

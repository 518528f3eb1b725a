"""Small models for tests of uncertainty: factors, terms and activities without any geometry."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from carbon_planner.accounting.activities import Activities
from carbon_planner.accounting.columns import Transition
from carbon_planner.accounting.factor_book import FactorBook
from carbon_planner.accounting.model import Groups, Model
from carbon_planner.accounting.terms import Term
from carbon_planner.factors.records import Factor


def factor(name, value, low=None, high=None, kind="95", confidence="verified", **more):
    return Factor(
        factor_id=name, category="", system="generic", item=name, item_en="", item_zh="", parameter="above", region="",
        value=value, low=low, high=high, range_kind=kind, unit="tC/ha", gas="C", year=2024, source="test",
        confidence=confidence, **more,
    )  # fmt: skip


def term(column, amount, net=1, category="land_stock"):
    return Term(column, "change", category, f"i{column}", "CO2", 2026, 2026, amount, net, "set", "m")


def activities(row, col, qty, columns):
    return Activities(
        np.asarray(row, np.int64),
        np.asarray(col, np.int64),
        np.asarray(qty, float),
        (Transition(None, None),) * columns,
    )


def groups(of_row, size=None):
    of_row = np.asarray(of_row, np.int64)
    return Groups(of_row, int(of_row.max(initial=-1)) + 1 if size is None else size)


def one_total(book, terms, qty=(1.0,)):
    """A model with one row per column and a single group."""
    count = len(qty)
    return Model(activities(np.arange(count), np.arange(count), qty, count), terms, book, "stock"), groups([0] * count)


@dataclass
class Plan:
    """A random plan by content: factors by name, columns as products of factor names, quantities by zone and column."""

    factors: dict
    columns: list
    zones: list

    def model(self, *, zones=None, factor_order=None, entry_order=None, extra=0):
        """The model, its groups one per zone. Numbering follows ``factor_order`` and ``entry_order``."""
        book = FactorBook()
        for name in factor_order or self.factors:
            book.amount(self.factors[name], "plan@1#abc", 1.0)
        for number in range(extra):
            book.amount(factor(f"unused{number}", 3.0, 1.0, 5.0), "other@2#def", 1.0)
        terms = []
        for column, (names, scale, net) in enumerate(self.columns):
            amount = book.amount(self.factors[names[0]], "plan@1#abc", scale)
            for name in names[1:]:
                amount = amount.times(book.amount(self.factors[name], "plan@1#abc", 1.0))
            terms.append(term(column, amount, net))
        chosen = list(range(len(self.zones))) if zones is None else zones
        entries = [(place, c, q) for place, z in enumerate(chosen) for c, q in self.zones[z]]
        if entry_order is not None:
            entries = [entries[i] for i in entry_order.permutation(len(entries))]
        row, col, qty = zip(*entries)
        return Model(activities(row, col, qty, len(self.columns)), terms, book, "stock"), groups(np.arange(len(chosen)))


def random_plan(seed, factors=30, columns=40, zones=60):
    rng = np.random.default_rng(seed)
    made = {}
    for number in range(factors):
        value = float(rng.uniform(-50, 50)) or 1.0
        low, high = value - float(rng.uniform(0, 20)), value + float(rng.uniform(0, 40))
        made[f"f{number}"] = factor(f"f{number}", value, low, high, ("95", "minmax", "unknown")[number % 3])
    names = list(made)
    lines = [
        (list(rng.choice(names, rng.integers(1, 4))), float(rng.uniform(0.1, 5)), int(rng.choice([-1, 1])))
        for _ in range(columns)
    ]
    parts = [
        [(int(c), float(rng.uniform(0.01, 30))) for c in rng.choice(columns, rng.integers(1, 12))] for _ in range(zones)
    ]
    return Plan(made, lines, parts)

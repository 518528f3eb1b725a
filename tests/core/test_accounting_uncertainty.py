"""Approach 1: golden numbers of formulas.md 4.9 and the correlation of shared factors."""

import numpy as np
import pytest

from carbon_planner.accounting.activities import Activities, Transition
from carbon_planner.accounting.amounts import Amount
from carbon_planner.accounting.factor_book import FactorBook
from carbon_planner.accounting.terms import Term
from carbon_planner.accounting.uncertainty import half_widths, jacobian, spread
from carbon_planner.accounting.views import CONFIDENCES
from carbon_planner.factors.records import Factor


def factor(name, value, low, high, kind="95", confidence="verified"):
    return Factor(
        factor_id=name, category="", system="generic", item=name, item_en="", item_zh="", parameter="above", region="",
        value=value, low=low, high=high, range_kind=kind, unit="tC/ha", gas="C", year=2024, source="test",
        confidence=confidence,
    )  # fmt: skip


def term(index, amount, net=1):
    return Term(index, "change", "land_stock", f"i{index}", "CO2", 2026, 2026, amount, net, "set", "m")


def test_sum_of_independent_terms():
    """100 ± 20 % and 50 ± 40 % give 18.8562 %."""
    book = FactorBook()
    first, second = (book.amount(f, "s", 1.0) for f in (factor("a", 100, 80, 120), factor("b", 50, 30, 70)))
    low, high, _ = book.half_widths()
    gradient = np.array([[1.0, 1.0]])
    down, up = half_widths(gradient, low, high)
    assert 100 * up[0] / (first.value + second.value) == pytest.approx(18.8562, abs=1e-4)
    assert down[0] == pytest.approx(up[0])


def test_product():
    """5 % and 30 % give 30.4138 %."""
    book = FactorBook()
    product = book.amount(factor("a", 2, 1.9, 2.1), "s", 1.0).times(book.amount(factor("b", 3, 2.1, 3.9), "s", 1.0))
    low, high, _ = book.half_widths()
    gradient = np.zeros((1, 2))
    for index, slope in product.gradient.items():
        gradient[0, index] = slope
    _, up = half_widths(gradient, low, high)
    assert product.value == pytest.approx(6.0)
    assert 100 * up[0] / 6.0 == pytest.approx(30.4138, abs=1e-4)


def test_uniform_range_and_asymmetry():
    book = FactorBook()
    book.amount(factor("a", 10, 9, 13, "minmax"), "s", 1.0)
    low, high, known = book.half_widths()
    assert (low[0], high[0]) == (pytest.approx(1.1315857), pytest.approx(3 * 1.1315857, abs=1e-5))
    down, up = half_widths(np.array([[-2.0]]), low, high)
    assert (down[0], up[0]) == (pytest.approx(2 * high[0]), pytest.approx(2 * low[0]))
    assert known[0]


def test_shared_factor_moves_all_zones_together():
    """The same factor in n zones adds linearly: √n more than independent treatment would say."""
    book = FactorBook()
    amount = book.amount(factor("a", 10, 8, 12), "s", 1.0)
    zones = 25
    activities = Activities(
        np.arange(zones), np.zeros(zones, dtype=np.int64), np.ones(zones), (Transition(None, None),)
    )
    derivative = jacobian([term(0, amount)], 1, book)
    each = spread(activities, np.arange(zones), zones, derivative, book, CONFIDENCES)
    total = spread(activities, np.zeros(zones, dtype=np.int64), 1, derivative, book, CONFIDENCES)
    assert each.up == pytest.approx(np.full(zones, 2.0))
    assert total.up[0] == pytest.approx(2.0 * zones)
    assert total.by_confidence[0].tolist() == pytest.approx([250.0, 0.0, 0.0])


def test_same_factor_on_both_sides_cancels():
    amount = FactorBook().amount(factor("a", 10, 8, 12), "s", 1.0)
    assert amount.minus(amount).is_zero


def test_terms_without_a_range_leave_the_interval_partial():
    book = FactorBook()
    ranged = book.amount(factor("a", 30, 20, 40), "s", 1.0)
    bare = book.amount(factor("b", 10, None, None, "none", "recalled"), "s", 1.0)
    activities = Activities(np.zeros(2, np.int64), np.arange(2), np.ones(2), (Transition(None, None),) * 2)
    derivative = jacobian([term(0, ranged), term(1, bare)], 2, book)
    result = spread(activities, np.zeros(1, dtype=np.int64), 1, derivative, book, CONFIDENCES)
    assert result.covered[0] == pytest.approx(0.75)
    assert result.by_confidence[0].tolist() == pytest.approx([30.0, 0.0, 10.0])


def test_amounts_follow_the_product_rule():
    left, right = Amount(2.0, {0: 1.0}), Amount(5.0, {0: 3.0, 1: 1.0})
    product = left.times(right)
    assert product.value == 10.0
    assert product.gradient == {0: 1.0 * 5.0 + 3.0 * 2.0, 1: 2.0}

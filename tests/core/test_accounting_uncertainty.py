"""Approach 1: golden numbers of formulas.md 4.9 and the correlation of shared factors."""

import numpy as np
import pytest
from uncertainty_cases import factor, random_plan, term

from carbon_planner.accounting.activities import Activities, Transition
from carbon_planner.accounting.amounts import Amount
from carbon_planner.accounting.correlation import Correlation
from carbon_planner.accounting.factor_book import FactorBook
from carbon_planner.accounting.intervals import CONFIDENCES, Intervals
from carbon_planner.accounting.model import Groups, Model
from carbon_planner.accounting.uncertainty import half_widths, jacobian, spread


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


def test_bits_do_not_depend_on_order_parts_or_other_zones(monkeypatch):
    from carbon_planner.accounting import uncertainty

    plan = random_plan(6)
    model, zones = plan.model()

    def run(model, zones):
        derivative = jacobian(model.terms, 40, model.book)
        return spread(model.activities, zones.of_row, zones.size, derivative, model.book, CONFIDENCES)

    whole = run(model, zones)
    assert whole.up.min() > 0
    shuffled = [str(name) for name in np.random.default_rng(2).permutation(list(plan.factors))]
    other = run(*plan.model(factor_order=shuffled, entry_order=np.random.default_rng(3), extra=4))
    assert (other.up.tolist(), other.down.tolist()) == (whole.up.tolist(), whole.down.tolist())
    some = run(*plan.model(zones=[40, 2]))
    assert some.up.tolist() == whole.up[[40, 2]].tolist()
    monkeypatch.setattr(uncertainty, "PART", 1)
    again = run(model, zones)
    assert (again.up.tolist(), again.covered.tolist()) == (whole.up.tolist(), whole.covered.tolist())


def test_sparse_and_dense_propagation_agree():
    model, zones = random_plan(8).model()
    derivative = jacobian(model.terms, 40, model.book)
    result = spread(model.activities, zones.of_row, zones.size, derivative, model.book, CONFIDENCES)
    dense = np.zeros((zones.size, len(model.book.factors)))
    np.add.at(
        dense,
        zones.of_row[model.activities.row],
        model.activities.qty[:, None] * derivative.slope[model.activities.col],
    )
    low, high, _ = model.book.half_widths()
    down, up = half_widths(dense, low, high)
    assert result.down == pytest.approx(down, rel=1e-12)
    assert result.up == pytest.approx(up, rel=1e-12)


def test_asymmetric_groups_keep_their_sides():
    """Two members that move as one: sides add by side; against each other, low side meets high side."""
    book = FactorBook()
    terms = [term(c, book.amount(factor(n, 10, 9, 13), "s", 1.0)) for c, n in enumerate("ab")]
    activities = Activities(np.zeros(2, np.int64), np.arange(2), np.ones(2), (Transition(None, None),) * 2)
    derivative = jacobian(terms, 2, book)

    def run(*rhos):
        members = [Correlation(n, "g", rho) for n, rho in zip("ab", rhos)]
        found = spread(activities, np.zeros(1, np.int64), 1, derivative, book, CONFIDENCES, correlations=members)
        return found.down[0], found.up[0]

    assert run(1.0, 1.0) == (pytest.approx(2.0), pytest.approx(6.0))
    # One rises by 3 while the other falls by 1, or the other way round: +2 in either case.
    assert run(1.0, -1.0) == (pytest.approx(0.0), pytest.approx(2.0))
    assert run() == (pytest.approx(np.sqrt(2.0)), pytest.approx(np.sqrt(18.0)))


def test_parts_of_a_run_choose_their_terms():
    book = FactorBook()
    terms = [
        term(0, book.amount(factor("a", 10, 8, 12), "s", 1.0)),
        term(0, book.amount(factor("b", 5, 4, 6), "s", 1.0), 0),
    ]
    only = jacobian(terms, 1, book, lambda t: 1.0 - t.net)
    assert only.slope.tolist() == [[0.0, 1.0]]
    assert only.value.tolist() == [5.0]


@pytest.mark.parametrize("draws", [0, 4000])
def test_intervals_of_a_run(draws):
    """Both methods through one door: bounds, cv, method, covered share."""
    book = FactorBook()
    ranged = book.amount(factor("a", 30, 20, 40), "s", 1.0)
    bare = book.amount(factor("b", 10, None, None, "none", "recalled"), "s", 1.0)
    activities = Activities(np.array([0, 0, 1]), np.array([0, 1, 1]), np.ones(3), (Transition(None, None),) * 2)
    model = Model(activities, [term(0, ranged), term(1, bare)], book, "stock")
    found = Intervals(model, draws, 7).of(Groups(np.arange(2), 2))
    assert found.low == pytest.approx([30.0, 10.0], abs=0.5)
    assert found.high == pytest.approx([50.0, 10.0], abs=0.5)
    assert found.cv == pytest.approx([10 / 1.96 / 40, 0.0], abs=0.005)
    assert found.method == ("MC n=4000 seed=7" if draws else "A1")
    assert found.spread.covered == pytest.approx([0.75, 0.0])

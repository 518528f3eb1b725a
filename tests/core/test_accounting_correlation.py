"""Correlation groups and uncertain activities in both approaches; convergence, differences, contributions."""

from dataclasses import replace

import numpy as np
import pytest
from uncertainty_cases import activities, factor, groups, one_total, term

from carbon_planner.accounting.convergence import convergence
from carbon_planner.accounting.correlation import Correlation, read_correlations, same_series
from carbon_planner.accounting.draws import draw
from carbon_planner.accounting.factor_book import FactorBook
from carbon_planner.accounting.intervals import CONFIDENCES, Intervals
from carbon_planner.accounting.model import Model
from carbon_planner.accounting.montecarlo import simulate
from carbon_planner.accounting.simulation import difference
from carbon_planner.accounting.uncertain_activity import uncertain_activity
from carbon_planner.accounting.uncertainty import jacobian, spread
from carbon_planner.accounting.variance import contribution_table, contributions
from carbon_planner.base.errors import InputError, SettingsError
from carbon_planner.factors.special import Z95

# --- correlation


def both_ways(correlations, net=1):
    """(Approach 1 half-width, Monte Carlo half-width) of a ± b with half-widths 3 and 4."""
    book = FactorBook()
    terms = [
        term(0, book.amount(factor("a", 30.0, 27.0, 33.0), "s@1#x", 1.0)),
        term(1, book.amount(factor("b", 20.0, 16.0, 24.0), "s@1#x", 1.0), net),
    ]
    model, whole = one_total(book, terms, (1.0, 1.0))
    derivative = jacobian(terms, 2, book)
    one = spread(model.activities, whole.of_row, 1, derivative, book, CONFIDENCES, correlations=correlations)
    assert one.down[0] == pytest.approx(one.up[0])
    return one.up[0], simulate(model, whole, 100_000, 4, correlations=correlations).half_width[0]


@pytest.mark.parametrize(
    ("rhos", "net", "expected"),
    [
        ((), 1, 5.0),
        ((1.0, 1.0), 1, 7.0),
        ((1.0, 1.0), -1, 1.0),
        ((1.0, -1.0), 1, 1.0),
        ((0.5, 0.5), 1, np.sqrt(9 + 16 + 2 * 0.5 * 12)),
        ((0.5, -0.5), 1, np.sqrt(9 + 16 - 2 * 0.5 * 12)),
        ((0.25, 1.0), 1, np.sqrt(9 + 16 + 2 * 0.5 * 12)),
    ],
)
def test_correlation_groups_in_both_approaches(rhos, net, expected):
    correlations = [Correlation(name, "grid", rho) for name, rho in zip(("a", "s/b"), rhos)]
    linear, drawn = both_ways(correlations, net)
    assert linear == pytest.approx(expected)
    assert drawn == pytest.approx(expected, rel=0.015)


def test_correlated_latin_draws_stay_stratified():
    book = FactorBook()
    for name in "ab":
        book.amount(factor(name, 0.0, -Z95, Z95), "s", 1.0)
    correlations = [Correlation(n, "g", 0.6) for n in "ab"]
    drawn = draw(book, 4000, 1, sampling="latin", correlations=correlations).factors
    assert np.corrcoef(drawn)[0, 1] == pytest.approx(0.6, abs=0.03)
    assert drawn.mean(axis=1) == pytest.approx([0.0, 0.0], abs=1e-3)
    assert drawn.std(axis=1) == pytest.approx([1.0, 1.0], abs=4e-3)


def test_versions_of_one_factor_move_as_one_in_both_approaches():
    """3 of version 1 and 4 of version 2: 7, and each alone as if the other were not there."""
    book = FactorBook()
    terms = [
        term(0, book.amount(factor("a", 30.0, 27.0, 33.0), "s@1#x", 1.0)),
        term(1, book.amount(factor("a", 20.0, 16.0, 24.0), "s@2#y", 1.0)),
    ]
    model, whole = one_total(book, terms, (1.0, 1.0))
    linear, drawn = (Intervals(model, n).of(whole) for n in (0, 50_000))
    assert linear.high[0] - linear.low[0] == pytest.approx(14.0)
    assert drawn.high[0] - drawn.low[0] == pytest.approx(14.0, rel=0.02)
    alone = FactorBook()
    alone.amount(factor("a", 30.0, 27.0, 33.0), "s@1#x", 1.0)
    assert (draw(alone, 100, 1).factors[0] == draw(book, 100, 1).factors[0]).all()


def test_years_of_one_series_can_be_correlated():
    factors = [factor("e20", 1.0, 0.8, 1.2), factor("e25", 1.0, 0.8, 1.2), factor("f", 1.0, 0.8, 1.2)]
    factors = [replace(f, item="grid" if f.factor_id != "f" else "f") for f in factors]
    assert same_series(factors, ["s@1"] * 3, 0.8) == [
        Correlation(f"s/{name}", "series generic/grid/above/", 0.8) for name in ("e20", "e25")
    ]


def test_table_of_correlations(tmp_path):
    path = tmp_path / "groups.csv"
    path.write_text("factor,group,rho\na,grid,0.5\nb,grid,\n", encoding="utf-8")
    assert read_correlations(path) == [Correlation("a", "grid", 0.5), Correlation("b", "grid", 1.0)]
    path.write_text("factor,group,rho\na,,0.5\n", encoding="utf-8")
    with pytest.raises(InputError):
        read_correlations(path)


@pytest.mark.parametrize(
    ("correlations", "message"),
    [
        ([Correlation("a", "g", 1.5)], "CORRELATION_BEYOND_ONE"),
        ([Correlation("a", "g"), Correlation("a", "h")], "CORRELATION_TWICE"),
    ],
)
def test_impossible_correlations_are_refused(correlations, message):
    with pytest.raises(InputError) as caught:
        both_ways(correlations)
    assert caught.value.message.id == message


# --- activities


def test_uncertain_activities_shared_and_by_zone():
    """Area ±10 % in 25 zones: shared it adds linearly, zone by zone in quadrature; in both approaches."""
    zones = 25
    book = FactorBook()
    amount = book.amount(factor("a", 2.0, None, None, "none"), "s", 1.0)
    model = Model(activities(np.arange(zones), [0] * zones, [50.0] * zones, 1), [term(0, amount)], book, "stock")
    whole = groups(np.zeros(zones), 1)
    shared = np.full(zones, uncertain_activity(book, "area of all zones", 0.9, 1.1))
    single = np.array([uncertain_activity(book, f"area of zone {z}", 0.9, 1.1) for z in range(zones)])
    derivative = jacobian(model.terms, 1, book)
    for own, expected in ((shared, 10.0 * zones), (single, 10.0 * np.sqrt(zones))):
        one = spread(model.activities, whole.of_row, 1, derivative, book, CONFIDENCES, activity_factor=own)
        assert one.up[0] == pytest.approx(expected)
        found = simulate(model, whole, 40_000, 1, activity_factor=own)
        assert found.half_width[0] == pytest.approx(expected, rel=0.03)
        assert found.mean[0] == pytest.approx(100.0 * zones, rel=0.003)
    assert uncertain_activity(book, "area of zone 3", 0.9, 1.1) == single[3]


# --- convergence, differences, contributions


def test_convergence_is_told():
    book = FactorBook()
    model, whole = one_total(book, [term(0, book.amount(factor("a", 10.0, 8.0, 12.0), "s", 1.0))])
    found = convergence(simulate(model, whole, 80_000, 1, keep=True).values[0])
    assert found.counts == (10_000, 20_000, 40_000, 80_000)
    assert found.half_widths[-1] == pytest.approx(2.0, rel=0.01)
    assert found.stable and found.change < 0.01
    assert found.mean_error == pytest.approx(2 / Z95 / np.sqrt(80_000), rel=0.02)
    # Standard error of a normal's 2.5 % quantile: √(p(1 − p)/n)/φ(1.96)·sd.
    assert found.low_error == pytest.approx(np.sqrt(0.025 * 0.975 / 80_000) / 0.058445 * 2 / Z95, rel=0.2)
    few = convergence(simulate(model, whole, 50, 1, keep=True).values[0])
    assert not few.stable
    still = convergence(np.full(1000, 3.0))
    assert still.stable and still.half_widths[-1] == 0.0


def test_difference_of_two_variants_cancels_what_they_share():
    book, other = FactorBook(), FactorBook()
    common = factor("a", 10.0, 8.0, 12.0)
    other.amount(factor("z", 1.0, 0.0, 2.0), "t@9#y", 1.0)
    first, whole = one_total(book, [term(0, book.amount(common, "s@1#x", 1.0))], (5.0,))
    second, _ = one_total(other, [term(0, other.amount(common, "s@2#y", 1.0))], (7.0,))
    runs = [simulate(m, whole, 20_000, 1, keep=True) for m in (first, second)]
    between = difference(*runs)
    assert between.half_width[0] == pytest.approx(4.0, rel=0.02)
    assert between.mean[0] == pytest.approx(20.0, rel=0.01)
    with pytest.raises(SettingsError):
        difference(runs[0], simulate(second, whole, 20_000, 2, keep=True))


def test_contributions_add_up_and_name_the_factor_to_measure():
    book = FactorBook()
    terms = [
        term(column, book.amount(factor(name, 10.0, 10 - width, 10 + width), "s@1#x", 1.0))
        for column, (name, width) in enumerate((("a", 1.0), ("b", 3.0), ("c", 2.0)))
    ]
    model, whole = one_total(book, terms, (1.0, 1.0, 1.0))
    found = contributions(model, whole, simulation=simulate(model, whole, 40_000, 1, keep=True))
    assert found.linear == pytest.approx([1 / 14, 9 / 14, 4 / 14])
    assert found.first_order == pytest.approx(found.linear, abs=0.02)
    assert found.explained == pytest.approx(1.0, abs=0.02)
    table = contribution_table(model, found)
    assert table["factor_id"].tolist() == ["b", "c", "a"]
    assert table["narrows"][0] == pytest.approx(1 - np.sqrt(5 / 14), abs=0.02)


def test_contributions_of_a_product_leave_an_interaction():
    """Two factors about 0: all of the variance is their interaction, and the linear answer has none."""
    book = FactorBook()
    product = book.amount(factor("a", 0.0, -1.0, 1.0), "s", 1.0).times(
        book.amount(factor("b", 0.0, -1.0, 1.0), "s", 1.0)
    )
    model, whole = one_total(book, [term(0, product)])
    found = contributions(model, whole, simulation=simulate(model, whole, 20_000, 1, keep=True))
    assert np.isnan(found.linear).all()
    assert found.explained == pytest.approx(0.0, abs=0.02)


def test_correlated_contributions_share_the_covariance():
    book = FactorBook()
    terms = [term(c, book.amount(factor(n, 10.0, 9.0, 11.0), "s", 1.0)) for c, n in enumerate("abc")]
    model, whole = one_total(book, terms, (1.0, 1.0, 1.0))
    found = contributions(model, whole, correlations=[Correlation("a", "g"), Correlation("b", "g")])
    assert found.linear == pytest.approx([0.4, 0.4, 0.2])

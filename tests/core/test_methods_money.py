"""Methods of value and of indicators: discounting, decomposition, dual control, intensities."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from carbon_planner.accounting.methods import decomposition as dec
from carbon_planner.accounting.methods import dual_control, intensity, valuation
from carbon_planner.base.errors import SettingsError

NAN = float("nan")


@pytest.mark.parametrize("rate", [-0.5, 0.0, 1.5])
def test_rates_below_zero_and_above_one_are_values(rate):
    factor = valuation.invest_factor(43.0, rate, 0.0, 2020, 2030)
    assert factor == pytest.approx(4.3 * sum((1 + rate) ** -t for t in range(10)))


@pytest.mark.parametrize("rate", [-1.0, -1.2])
def test_only_rates_that_discount_nothing_are_refused(rate):
    for call in (
        lambda: valuation.invest_factor(43.0, rate, 0.0, 2020, 2030),
        lambda: valuation.invest_factor(43.0, 0.07, rate, 2020, 2030),
        lambda: valuation.net_present_value(np.ones(3), np.zeros(3), rate),
        lambda: valuation.stock_value(np.ones(3), np.ones(2), rate),
    ):
        with pytest.raises(SettingsError, match="above 0"):
            call()


def test_value_needs_a_later_year():
    with pytest.raises(SettingsError):
        valuation.invest_factor(43.0, 0.07, 0.0, 2030, 2030)


def test_stock_value_by_prices_of_years():
    stocks, prices = np.array([100.0, 110.0, 105.0, 120.0]), np.array([10.0, 11.0, 12.0])
    expected = 10 * 10 / 1.05 - 5 * 11 / 1.05**2 + 15 * 12 / 1.05**3
    assert valuation.stock_value(stocks, prices, 0.05) == pytest.approx(expected)
    two = valuation.stock_value(np.stack([stocks, stocks * 2]), prices, 0.05)
    assert two == pytest.approx([expected, 2 * expected])
    with pytest.raises(SettingsError, match="prices"):
        valuation.stock_value(stocks, prices[:2], 0.05)


def test_prices_by_inflation_and_by_table():
    assert valuation.inflated_prices(43.0, 0.02, 3) == pytest.approx([43.0, 43.86, 44.7372])
    known = np.array([2025.0, 2030.0, 2040.0])
    found = valuation.price_table(np.array([2024.0, 2025, 2028, 2035, 2041]), known, np.array([60.0, 100, 200]))
    assert found == pytest.approx([NAN, 60, 84, 150, NAN], nan_ok=True)


@given(st.integers(2, 5), st.integers(1, 6), st.integers(0, 2**32 - 1), st.floats(0, 0.5))
@settings(max_examples=200, deadline=None)
def test_effects_sum_to_the_change_also_with_zeros(factors, parts, seed, zeros):
    rng = np.random.default_rng(seed)
    before, after = 10 ** rng.uniform(-3, 4, (2, factors, parts))
    sign = rng.choice([-1.0, 1.0], (factors, parts))
    before, after = before * sign, after * sign
    before[rng.random(before.shape) < zeros] = 0.0
    after[rng.random(after.shape) < zeros] = 0.0
    effects = dec.lmdi(before, after)
    change = after.prod(axis=0) - before.prod(axis=0)
    assert effects.sum(axis=0) == pytest.approx(change, rel=1e-12, abs=1e-12 * np.abs(change).max(initial=1e-6))


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=50, deadline=None)
def test_the_way_back_has_opposite_effects(seed):
    rng = np.random.default_rng(seed)
    before, after = rng.uniform(0.1, 10, (2, 3, 4))
    assert dec.lmdi(before, after) == pytest.approx(-dec.lmdi(after, before), abs=1e-9)


def test_zeros_take_their_limits():
    """The limit forms agree with a small number in place of zero (Ang and Liu)."""
    before, after = np.array([[0.0], [5.0], [2.0]]), np.array([[3.0], [4.0], [2.5]])
    assert dec.lmdi(before, after).ravel().tolist() == [30.0, 0.0, 0.0]
    assert dec.lmdi(after, before).ravel().tolist() == [-30.0, 0.0, 0.0]
    twice = dec.lmdi(np.array([0.0, 0.0, 2.0]), np.array([3.0, 4.0, 2.5]))
    assert twice.tolist() == [15.0, 15.0, 0.0]
    small = dec.lmdi(np.array([1e-200, 5.0, 2.0]), np.array([3.0, 4.0, 2.5]))
    assert small == pytest.approx([30.0, 0.0, 0.0], abs=0.1)
    assert dec.lmdi(np.array([0.0, 5.0]), np.array([3.0, 0.0])).tolist() == [0.0, 0.0]


def test_a_null_factor_makes_its_part_null_and_a_changed_sign_is_refused():
    effects = dec.lmdi(np.array([[1.0, NAN], [2.0, 2.0]]), np.array([[2.0, 3.0], [2.0, 2.0]]))
    assert effects[:, 0] == pytest.approx([2.0, 0.0])
    assert np.isnan(effects[:, 1]).all()
    with pytest.raises(SettingsError, match="removal"):
        dec.lmdi(np.array([1.0, -2.0]), np.array([1.0, 2.0]))


@given(st.floats(1e-6, 1e6), st.floats(1e-6, 1e6))
@settings(max_examples=100, deadline=None)
def test_logarithmic_mean_lies_between_both(a, b):
    mean = float(dec.logarithmic_mean(a, b))
    assert min(a, b) * (1 - 1e-12) <= mean <= max(a, b) * (1 + 1e-12)
    assert mean == pytest.approx(float(dec.logarithmic_mean(b, a)), rel=1e-9)


def test_logarithmic_mean_has_no_jump_near_equal_numbers():
    inside, outside = (float(dec.logarithmic_mean(1.0 + x, 1.0)) for x in (0.99999e-4, 1.00001e-4))
    assert outside - inside == pytest.approx(1e-9, rel=1e-2)
    assert float(dec.logarithmic_mean(0.0, 5.0)) == 0.0
    assert np.isnan(dec.logarithmic_mean(-1.0, 5.0))


def test_ratios_of_land_carbon_papers():
    assert dec.dynamic_degree(50.0, 60.0, 5) == pytest.approx(4.0)
    assert np.isnan(dec.dynamic_degree(0.0, 60.0, 5))
    emissions, sinks, gdp = np.array([60.0, 40.0]), np.array([10.0, 30.0]), np.array([500.0, 500.0])
    assert dec.ecological_support(sinks, emissions) == pytest.approx([0.25 / 0.6, 0.75 / 0.4])
    assert dec.economic_contribution(gdp, emissions) == pytest.approx([0.5 / 0.6, 0.5 / 0.4])
    assert np.isnan(dec.ecological_support(sinks, np.array([0.0, 5.0]))[0])


def verdict(total, output, cap=0.95, decline=0.18):
    return dual_control.dual_control(1.0, 1.0, total, output, cap=cap, decline=decline)


def test_a_figure_at_its_limit_passes():
    assert verdict(0.95, 0.95 / 0.82).passes is True
    assert verdict(0.95 * (1 + 1e-9), 2.0).passes is False


def test_what_is_not_known_gives_no_verdict_unless_the_other_fails():
    assert verdict(0.9, NAN).passes is None
    assert verdict(0.99, NAN).passes is False
    assert verdict(0.9, 2.0, cap=NAN).passes is None
    assert verdict(NAN, 2.0).passes is None


def test_land_that_a_cap_allows():
    assert dual_control.allowable_land(950_000.0, 400_000.0, 50_000.0, 200.0) == pytest.approx(3000.0)
    assert dual_control.allowable_land(100.0, 400.0, 50.0, 200.0) == 0.0
    assert np.isnan(dual_control.allowable_land(950_000.0, 0.0, 0.0, np.array([0.0]))).all()
    assert np.isnan(dual_control.allowable_land(NAN, 0.0, 0.0, 10.0))


@given(st.floats(1, 1e6), st.floats(0, 1e6), st.floats(0, 1e5), st.floats(1, 1e4))
@settings(max_examples=50, deadline=None)
def test_allowable_land_spends_the_cap(cap, others, sinks, per_ha):
    assume(cap - others + sinks > 0)
    land = float(dual_control.allowable_land(cap, others, sinks, per_ha))
    assert land * per_ha + others - sinks == pytest.approx(cap, rel=1e-9)


def test_intensities_guard_their_bases():
    bases = {"area_ha": [10.0, 0.0, 5.0], "population": [50.0, NAN, 1.0], "jobs": [30.0, 9.0, 1.0]}
    found = intensity.intensities(np.array([100.0, 100.0, NAN]), {k: np.array(v) for k, v in bases.items()})
    assert sorted(found) == ["per_ha", "per_head", "per_person"]
    assert found["per_ha"] == pytest.approx([10.0, NAN, NAN], nan_ok=True)
    assert found["per_person"] == pytest.approx([2.0, NAN, NAN], nan_ok=True)
    assert found["per_head"] == pytest.approx([1.25, NAN, NAN], nan_ok=True)
    assert intensity.intensity(5.0, 2.0) == pytest.approx(2.5)
    assert intensity.sink_share(np.array([200.0, 0.0]), np.array([-50.0, -5.0])) == pytest.approx(
        [0.25, NAN], nan_ok=True
    )

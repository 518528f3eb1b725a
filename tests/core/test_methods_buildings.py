"""Methods of buildings and transport."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from carbon_planner.accounting.methods import buildings, transport
from carbon_planner.base.errors import SettingsError

NAN = float("nan")


def test_operation_over_the_design_life():
    """C_M = [Σ E_i·EF_i − C_p]·y/A: 100 MWh at 0.5581 and 2000 m³ of gas at 2.162 on 5000 m², sink 800 kg a year."""
    uses = np.array([[60_000.0, 50_000.0], [2_000.0, 0.0]])
    renewable = np.array([[10_000.0, 0.0], [0.0, 0.0]])
    energy = buildings.energy_use(uses, renewable)
    assert energy.tolist() == [100_000.0, 2_000.0]
    c_m = buildings.operation(energy, np.array([0.5581, 2.162]), 800.0, 5000.0)
    assert c_m == pytest.approx((100_000 * 0.5581 + 2_000 * 2.162 - 800) * 50 / 5000)
    assert np.isnan(buildings.operation(energy, np.array([0.5581, 2.162]), 0.0, 0.0))


def test_what_is_made_beyond_the_use_is_exported_not_negative():
    uses, renewable = np.array([[100.0, 20.0]]), np.array([[150.0, 0.0]])
    assert buildings.energy_use(uses, renewable).tolist() == [0.0]
    assert buildings.exported(uses, renewable).tolist() == [30.0]


def test_materials_construction_and_demolition_per_floor_area():
    mass, factor = np.array([1_500.0, 80.0]), np.array([123.0, 2_340.0])
    total, made, hauled = buildings.materials(mass, factor, np.array([40.0, 500.0]), np.array([0.115, 0.115]), 1_000.0)
    assert made == pytest.approx((1_500 * 123 + 80 * 2_340) / 1_000)
    assert hauled == pytest.approx((1_500 * 40 + 80 * 500) * 0.115 / 1_000)
    assert total == pytest.approx(made + hauled)
    site = buildings.per_floor_area(np.array([12_000.0, 900.0]), np.array([0.5581, 3.1]), 1_000.0)
    assert site == pytest.approx((12_000 * 0.5581 + 900 * 3.1) / 1_000)


@given(st.floats(0.1, 1000), st.integers(5, 80), st.integers(2026, 2060), st.integers(10, 120))
@settings(max_examples=200, deadline=None)
def test_dated_and_annualised_views_agree_over_the_period(amount, life, start, period):
    years = np.arange(start - 5, start + period + 100)
    dated = buildings.dated(amount, life, start, years, period)
    annual = buildings.annualised(amount, life, start, years, period)
    assert dated.sum() == pytest.approx(annual.sum(), rel=1e-12)
    assert dated.sum() == pytest.approx(amount * np.ceil(period / life))
    assert dated[(years < start) | (years >= start + period)].sum() == 0.0


def test_dated_view_falls_on_the_renewals():
    years = np.arange(2026, 2090)
    dated = buildings.dated(35.0, 25, 2030, years)
    assert years[dated > 0].tolist() == [2030, 2055, 2080]
    assert dated.sum() == 105.0


def test_floor_area_goes_at_a_constant_rate():
    """Ilmakalu's default of 0.15 % a year."""
    standing, gone = buildings.stock_of_floor(1_000_000.0, 35, 0.0015)
    assert gone[0] == pytest.approx(1_500.0)
    assert standing[-1] == pytest.approx(1_000_000 * 0.9985**35)
    assert standing[-1] + gone.sum() == pytest.approx(1_000_000.0)


def test_savings_do_not_add():
    assert buildings.combined_saving(np.array([0.3, 0.2])) == pytest.approx(0.44)
    with pytest.raises(SettingsError):
        buildings.combined_saving(np.array([30.0]))


def test_statement_per_year():
    total, per_m2 = buildings.yearly_statement(np.array([[20.0, 5.0], [30.0, 0.0]]), np.array([1000.0, 2000.0]))
    assert total.tolist() == [25.0, 60.0]
    assert per_m2.tolist() == [25.0, 30.0]


def test_grid_path_needs_a_later_target():
    with pytest.raises(SettingsError):
        buildings.grid_path(np.array([2025.0]), 2030, 2030, 0.5)


SHARES = np.array([0.4, 0.35, 0.25])


def test_trips_of_a_zone():
    km = transport.distance_travelled(np.array([10_000.0]), 2.5, np.array([1.2, 8.0, 9.5]), SHARES)
    assert km.shape == (1, 3)
    assert km[0, 1] == pytest.approx(10_000 * 2.5 * 0.35 * 8.0 * 365)
    emitted = transport.trip_emissions(km, np.array([0.0, 0.03e-3, 0.174e-3]), np.array([1.0, 1.0, 1.3]))
    assert emitted[0, 2] == pytest.approx(10_000 * 2.5 * 0.25 * 9.5 * 365 * 0.174e-3 / 1.3)
    assert emitted[0, 0] == 0.0
    assert np.isnan(transport.trip_emissions(km, np.full(3, 0.1), np.array([0.0, NAN, 1.0]))[0, :2]).all()
    assert transport.freight_emissions(50_000.0, 0.2, 30.0, 0.1e-3) == pytest.approx(30.0)


def test_shares_must_make_a_whole():
    with pytest.raises(SettingsError, match="add up"):
        transport.distance_travelled(1.0, 1.0, np.ones(2), np.array([0.5, 0.4]))
    with pytest.raises(SettingsError, match="add up"):
        transport.check_shares(np.array([1.2, -0.2]))


ROWS = [
    {"mode": "car", "variable": "", "value": "0.5", "source": "household survey"},
    {"mode": "transit", "variable": "", "value": "0.0", "source": "household survey"},
    {"mode": "walk", "variable": "", "value": "0.2", "source": ""},
    {"mode": "transit", "variable": "coverage", "value": "1.5", "source": "household survey"},
    {"mode": "walk", "variable": "slow_km_per_km2", "value": "0.1", "source": "street audit"},
]


@given(st.floats(0, 1), st.floats(0, 20))
@settings(max_examples=50, deadline=None)
def test_stored_function_of_mode_shares(coverage, slow):
    function = transport.mode_shares(ROWS)
    assert function.modes == ("car", "transit", "walk")
    assert function.source == "household survey; street audit"
    shares = function.shares({"coverage": np.array([coverage]), "slow_km_per_km2": np.array([slow])})
    transport.check_shares(shares)
    assert shares[0, 1] / shares[0, 0] == pytest.approx(np.exp(1.5 * coverage - 0.5))
    more = function.shares({"coverage": np.array([coverage + 0.1]), "slow_km_per_km2": np.array([slow])})
    assert more[0, 1] > shares[0, 1]


def test_a_stored_function_is_checked():
    with pytest.raises(SettingsError, match="coverage"):
        transport.mode_shares(ROWS).shares({"slow_km_per_km2": 1.0})
    with pytest.raises(SettingsError, match="twice"):
        transport.mode_shares([*ROWS, ROWS[0]])
    with pytest.raises(SettingsError, match="constant"):
        transport.mode_shares([*ROWS, {"mode": "tram", "variable": "coverage", "value": "1", "source": "x"}])


def test_shares_between_observed_networks():
    known, shares = np.array([0.2, 0.8]), np.array([[0.6, 0.2, 0.2], [0.3, 0.5, 0.2]])
    found = transport.shifted_shares(np.array([0.0, 0.5, 1.0]), known, shares)
    assert found == pytest.approx(np.array([[0.6, 0.2, 0.2], [0.45, 0.35, 0.2], [0.3, 0.5, 0.2]]))
    transport.check_shares(found)
    with pytest.raises(SettingsError, match="rise"):
        transport.shifted_shares(0.5, known[::-1], shares)

"""Methods that must close: calibration, allocation, grid and zones, baselines."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from carbon_planner.accounting.methods import allocation, baselines, calibration
from carbon_planner.base.errors import BalanceError, SettingsError

NAN = float("nan")
SEEDS = st.integers(0, 2**32 - 1)
SECTORS = ["buildings", "transport", "industry", "waste"]


def district(seed):
    rng = np.random.default_rng(seed)
    values = 10 ** rng.uniform(0, 5, (30, 4))
    values[rng.random((30, 4)) < 0.2] = 0.0
    values[rng.random((30, 4)) < 0.1] = NAN
    return rng, values, np.nansum(values, axis=0) * rng.uniform(0.5, 2.0, 4)


@given(SEEDS)
@settings(max_examples=50, deadline=None)
def test_calibrated_sums_are_the_official_ones(seed):
    rng, values, official = district(seed)
    spread = np.nan_to_num(values) * rng.uniform(0.05, 0.6, values.shape)
    for found in (
        calibration.proportional(values, official, SECTORS),
        calibration.by_uncertainty(values, spread, official, SECTORS),
    ):
        np.testing.assert_allclose(np.nansum(found.values, axis=0), official, rtol=1e-9)
        assert (np.isnan(found.values) == np.isnan(values)).all(), "what is not known stays so"
        assert found.sectors.residual.to_numpy() == pytest.approx(official - np.nansum(values, axis=0))
        assert found.sectors.factor.to_numpy() == pytest.approx(official / np.nansum(values, axis=0))
        assert (found.sectors.unallocated == 0.0).all()


def test_residual_goes_where_the_uncertainty_is():
    values, spread = np.array([[100.0], [100.0], [50.0]]), np.array([[10.0], [20.0], [0.0]])
    found = calibration.by_uncertainty(values, spread, np.array([300.0]), ["buildings"])
    assert found.values.ravel() == pytest.approx([110.0, 140.0, 50.0])
    assert found.sectors.iloc[0].residual == 50.0
    assert found.sectors.iloc[0].factor == pytest.approx(1.2)


def test_what_no_zone_carries_stays_visible():
    found = calibration.proportional(np.array([[10.0, 0.0], [20.0, 0.0]]), np.array([60.0, 500.0]), ["a", "b"])
    assert found.values.tolist() == [[20.0, 0.0], [40.0, 0.0]]
    row = found.sectors.iloc[1]
    assert (row.unallocated, row.applied, row.factor) == (500.0, False, 1.0)
    held = calibration.by_uncertainty(np.array([[10.0]]), np.array([[0.0]]), np.array([12.0]), ["a"])
    assert held.sectors.iloc[0].unallocated == 2.0


def test_a_sector_without_official_figure_stays():
    found = calibration.proportional(np.array([[10.0, 5.0]]), np.array([NAN, 10.0]), ["a", "b"])
    assert found.values.tolist() == [[10.0, 10.0]]
    assert np.isnan(found.sectors.residual[0])
    assert not found.sectors.applied[0]


def test_emissions_are_never_scaled_into_removals():
    with pytest.raises(SettingsError, match="removal"):
        calibration.proportional(np.array([[10.0]]), np.array([-5.0]), ["a"])


@given(SEEDS)
@settings(max_examples=50, deadline=None)
def test_least_squares_under_several_conditions(seed):
    """District totals by sector and by fuel at once, from a table of 4 × 5 figures."""
    rng = np.random.default_rng(seed)
    truth = 10 ** rng.uniform(1, 5, (4, 5))
    observed, spread = (truth * rng.uniform(0.7, 1.3, (4, 5))).ravel(), (truth * rng.uniform(0.05, 0.5, (4, 5))).ravel()
    conditions = np.zeros((9, 20))
    for k in range(4):
        conditions[k, 5 * k : 5 * k + 5] = 1
    for k in range(5):
        conditions[4 + k, k::5] = 1
    totals = conditions @ truth.ravel()
    found = calibration.least_squares(observed, spread, conditions, totals)
    np.testing.assert_allclose(conditions @ found, totals, rtol=1e-9)
    other = found + rng.uniform(-1, 1, 20) * spread * 0.01
    gap = other - np.linalg.pinv(conditions) @ (conditions @ other - totals)  # back onto the conditions
    loss = lambda x: (((x - observed) / spread) ** 2).sum()  # noqa: E731
    assert loss(found) <= loss(gap) * (1 + 1e-9)


def test_conditions_that_contradict_are_refused():
    with pytest.raises(BalanceError, match="contradict"):
        calibration.least_squares(np.ones(2), np.ones(2), np.array([[1.0, 1.0], [1.0, 1.0]]), np.array([3.0, 4.0]))
    with pytest.raises(BalanceError):
        calibration.least_squares(np.ones(2), np.zeros(2), np.array([[1.0, 1.0]]), np.array([3.0]))


@given(SEEDS, st.floats(0, 1e9))
@settings(max_examples=100, deadline=None)
def test_split_gives_the_whole_away(seed, total):
    weights = np.random.default_rng(seed).uniform(0, 10, 20)
    parts = allocation.split(total, weights)
    assert parts.sum() == pytest.approx(total, rel=1e-14)
    assert parts == pytest.approx(total * weights / weights.sum(), rel=1e-9)


def test_split_needs_weights():
    assert allocation.split(0.0, np.zeros(3)).tolist() == [0.0, 0.0, 0.0]
    for weights in (np.zeros(2), np.array([1.0, -1.0]), np.array([NAN, 1.0])):
        with pytest.raises(SettingsError):
            allocation.split(5.0, weights)


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=30), st.integers(0, 3))
@settings(max_examples=200, deadline=None)
def test_printed_parts_add_up_to_the_printed_total(values, decimals):
    numbers = np.array(values)
    parts = allocation.printed_parts(numbers, decimals)
    unit = 10.0**decimals
    assert round(parts.sum() * unit) == round(numbers.sum() * unit)
    assert parts * unit == pytest.approx(np.round(parts * unit))
    assert np.abs(parts - numbers).max() <= (2.0 + 1e-6) / unit


def test_largest_remainder_by_hand():
    assert allocation.printed_parts(np.array([1.4, 1.4, 1.4])).tolist() == [2.0, 1.0, 1.0]
    assert allocation.printed_parts(np.array([2.6, 2.6, -1.2])).tolist() == [3.0, 2.0, -1.0]


@given(SEEDS)
@settings(max_examples=100, deadline=None)
def test_grid_and_zones_conserve_both_ways(seed):
    rng = np.random.default_rng(seed)
    cells, zones, pairs = 40, 7, 120
    cell, zone = rng.integers(0, cells, pairs), rng.integers(0, zones, pairs)
    part = rng.random(pairs)
    given_away = np.bincount(cell, part, minlength=cells)
    part = part / np.maximum(given_away, 1.0)[cell]  # cells at the edge keep a rest
    values = rng.normal(0, 100, cells)
    by_zone, rest = allocation.to_zones(values, cell, zone, part, zones)
    assert by_zone.sum() + rest.sum() == pytest.approx(values.sum(), abs=1e-9)
    weight = rng.random(pairs) * (rng.random(pairs) < 0.8)
    back, lost = allocation.to_cells(by_zone, cell, zone, weight, cells)
    assert back.sum() + lost.sum() == pytest.approx(by_zone.sum(), abs=1e-9)


def test_nothing_is_given_away_twice_and_null_stays_null():
    with pytest.raises(BalanceError):
        allocation.to_zones(np.array([10.0]), np.array([0, 0]), np.array([0, 1]), np.array([0.7, 0.5]), 2)
    by_zone, _ = allocation.to_zones(
        np.array([NAN, 4.0]), np.array([0, 1, 0]), np.array([0, 1, 1]), np.array([1.0, 1.0, 0.0]), 2
    )
    assert by_zone.tolist() == pytest.approx([NAN, 4.0], nan_ok=True)
    cells, lost = allocation.to_cells(np.array([9.0]), np.array([0]), np.array([0]), np.array([0.0]), 1)
    assert (cells.tolist(), lost.tolist()) == ([0.0], [9.0])
    with pytest.raises(SettingsError):
        allocation.to_cells(np.array([9.0]), np.array([0]), np.array([0]), np.array([-1.0]), 1)


@given(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6))
def test_change_there_and_back(a, b):
    assert baselines.change(a, b) == -baselines.change(b, a)
    assert baselines.change(a, a) == 0.0


def test_change_of_an_unknown_is_null():
    assert np.isnan(baselines.change(np.array([1.0, NAN]), np.array([NAN, 1.0]))).all()


def test_baselines_by_year():
    assert baselines.existing(np.array([5.0, 7.0]), 3).tolist() == [[5.0] * 3, [7.0] * 3]
    assert baselines.trend(100.0, -0.02, 3) == pytest.approx([98.0, 96.04, 94.1192])
    observed, years = np.array([2020.0, 2021, 2022, 2024]), np.array([2025.0, 2030.0])
    line = baselines.trend_of_series(np.stack([10 + 2 * (observed - 2020), np.full(4, 6.0)]), observed, years)
    assert line == pytest.approx(np.array([[20.0, 30.0], [6.0, 6.0]]))
    with pytest.raises(SettingsError):
        baselines.trend_of_series(np.array([1.0, 2.0]), np.array([2020.0, 2020.0]), years)


def test_lines_outside_the_net():
    rows = pd.DataFrame({"line": ["net", "displaced", "net", "legacy"], "tco2e": [10.0, 5.0, -3.0, -7.0]})
    table = baselines.lines(rows).set_index("line")
    assert table.tco2e.to_dict() == {
        "net": 7.0, "committed": 0.0, "legacy": -7.0, "displaced": 5.0, "relocated": 0.0, "avoided": 0.0,
    }  # fmt: skip
    assert table.in_net.to_dict() == {n: n == "net" for n in baselines.LINES}
    with pytest.raises(SettingsError, match="offset"):
        baselines.lines(pd.DataFrame({"line": ["offset"], "tco2e": [1.0]}))
    assert np.isnan(baselines.lines(pd.DataFrame({"line": ["net", "net"], "tco2e": [1.0, NAN]})).tco2e[0])


def test_moves_cancel_inside_the_parent_plan_only():
    rows = pd.DataFrame({"origin": ["Beibei", "Beibei", "Wanzhou"], "tco2e": [10.0, 2.0, 5.0]})
    moved = baselines.relocation(rows, {"Beibei"}).set_index("origin")
    assert moved.tco2e.to_dict() == {"Beibei": 12.0, "Wanzhou": 5.0}
    assert moved.cancels.to_dict() == {"Beibei": True, "Wanzhou": False}
    assert moved.not_assessed.to_dict() == {"Beibei": False, "Wanzhou": True}

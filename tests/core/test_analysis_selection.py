"""Choosing places: the solver against brute force on small cases."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from carbon_planner.analysis import selection
from carbon_planner.base.errors import InputError, SettingsError

pytest.importorskip("scipy.optimize")
SEEDS = st.integers(0, 2**32 - 1)


def grid(rng, side=3):
    """Places of a side × side grid of squares of 100 m, with their shared edges."""
    n = side * side
    places = selection.Places(
        rng.uniform(0.5, 3, n), rng.integers(1, 20, n).astype(float), rng.integers(0, 10, (2, n)) * 1.0
    )
    at = np.arange(n).reshape(side, side)
    one = np.concatenate([at[:, :-1].ravel(), at[:-1].ravel()])
    other = np.concatenate([at[:, 1:].ravel(), at[1:].ravel()])
    return places, selection.Borders(np.full(n, 400.0), one, other, np.full(len(one), 100.0))


def brute(places, borders, penalty, allowed, worth):
    best = np.inf
    for bits in product([False, True], repeat=len(places.area_ha)):
        chosen = np.array(bits)
        if allowed(chosen):
            best = min(best, worth(chosen) + penalty * borders.exposed(chosen))
    return best


@given(SEEDS, st.sampled_from([0.0, 0.01, 0.1]))
@settings(max_examples=15, deadline=None)
def test_minimum_set_equals_brute_force(seed, penalty):
    rng = np.random.default_rng(seed)
    places, borders = grid(rng)
    targets = places.holds.sum(axis=1) * rng.uniform(0.1, 0.8)
    found = selection.minimum_set(places, targets, borders, penalty)
    best = brute(
        places, borders, penalty, lambda c: (places.holds @ c >= targets - 1e-9).all(), lambda c: places.cost[c].sum()
    )
    assert found.objective == pytest.approx(best)
    own = places.cost[found.chosen].sum() + penalty * borders.exposed(found.chosen)
    assert own == pytest.approx(best)
    assert found.gap <= 1e-4
    assert found.shortfall == pytest.approx([0.0, 0.0], abs=1e-6)


@given(SEEDS, st.sampled_from([0.0, 0.02]))
@settings(max_examples=15, deadline=None)
def test_maximum_coverage_equals_brute_force(seed, penalty):
    rng = np.random.default_rng(seed)
    places, borders = grid(rng)
    benefit, budget = rng.integers(1, 50, 9) * 1.0, places.cost.sum() * rng.uniform(0.1, 0.9)
    found = selection.maximum_coverage(places, benefit, budget, borders, penalty)
    best = brute(places, borders, penalty, lambda c: places.cost[c].sum() <= budget + 1e-9, lambda c: -benefit[c].sum())
    assert found.objective == pytest.approx(best, abs=1e-6)
    assert places.cost[found.chosen].sum() <= budget + 1e-6


def test_locks_hold():
    rng = np.random.default_rng(1)
    places, _ = grid(rng)
    locked_in, locked_out = np.arange(9) == 4, np.arange(9) == 0
    held = selection.Places(places.area_ha, places.cost_per_ha, places.holds, locked_in, locked_out)
    found = selection.minimum_set(held, np.array([1.0, 1.0]))
    assert found.chosen[4]
    assert not found.chosen[0]
    both = selection.Places(places.area_ha, places.cost_per_ha, places.holds, locked_in, locked_in)
    with pytest.raises(SettingsError, match="Place 5"):
        selection.minimum_set(both, np.array([1.0, 1.0]))
    with pytest.raises(InputError, match="locked in"):
        selection.maximum_coverage(held, np.ones(9), 0.1)


def test_targets_beyond_reach_are_named():
    places, borders = grid(np.random.default_rng(2))
    with pytest.raises(InputError, match="Target 2"):
        selection.minimum_set(places, np.array([1.0, 1e6]))
    with pytest.raises(SettingsError, match="negative"):
        selection.minimum_set(places, np.array([1.0, 1.0]), borders, -1.0)


def test_cost_counts_the_area():
    """Two places hold the same; the one that is cheaper per hectare is dearer as a whole."""
    places = selection.Places(np.array([100.0, 1.0]), np.array([1.0, 5.0]), np.array([[10.0, 10.0]]))
    assert selection.minimum_set(places, np.array([10.0])).chosen.tolist() == [False, True]

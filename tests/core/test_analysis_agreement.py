"""Agreement of maps beside the persistence null model."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from carbon_planner.analysis import agreement
from carbon_planner.base.errors import SettingsError

SEEDS = st.integers(0, 2**32 - 1)


def maps(seed, shape=(12, 13), classes=4):
    rng = np.random.default_rng(seed)
    initial = rng.integers(1, classes + 1, shape)
    observed = np.where(rng.random(shape) < 0.3, rng.integers(1, classes + 1, shape), initial)
    simulated = np.where(rng.random(shape) < 0.3, rng.integers(1, classes + 1, shape), initial)
    return initial, observed, simulated, rng.uniform(0.5, 2.0, shape)


@given(SEEDS)
@settings(max_examples=50, deadline=None)
def test_identities(seed):
    initial, observed, simulated, area = maps(seed)
    table = agreement.transitions(simulated, observed, area).area
    quantity, allocation = agreement.disagreement(table)
    agreed = np.trace(table) / table.sum()
    assert quantity + allocation == pytest.approx(1 - agreed)
    assert table.sum() == pytest.approx(area.sum())
    shares = agreement.transitions(initial, observed, area).shares
    assert np.nansum(shares, axis=1) == pytest.approx(np.ones(len(shares)))
    counted = agreement.changes(initial, observed, simulated, area)
    assert (
        counted.misses + counted.hits + counted.wrong + counted.false_alarms + counted.correct_rejections
    ) == pytest.approx(area.sum())
    steps = agreement.budget(table)
    assert steps["NoMed"] <= steps["MedPer"] + 1e-12
    assert steps["MedMed"] <= steps["MedPer"] + 1e-12 <= steps["PerPer"] + 1e-12
    assert steps["MedPer"] == pytest.approx(1 - quantity)


@given(SEEDS)
@settings(max_examples=25, deadline=None)
def test_persistence_and_perfection(seed):
    initial, observed, _, area = maps(seed)
    perfect = agreement.validate(initial, observed, observed, area)
    assert list(vars(perfect.model).values()) == pytest.approx([1.0, 1.0, 0.0, 0.0, 1.0, 1.0])
    assert perfect.persistence.figure_of_merit == 0.0
    assert perfect.better_than_persistence
    idle = agreement.validate(initial, observed, initial, area)
    assert idle.model == idle.persistence
    assert not idle.better_than_persistence
    # Persistence has no transitions to place, so its expected agreement is that of the observed persistence.
    assert idle.model.kappa_simulation == pytest.approx(0.0, abs=1e-12)


def test_a_map_of_small_change_can_be_worse_than_none():
    initial = np.ones(100, dtype=int)
    observed, simulated = initial.copy(), initial.copy()
    observed[:5], simulated[10:15] = 2, 2
    found = agreement.validate(initial, observed, simulated)
    assert found.model.agreement == 0.90
    assert found.persistence.agreement == 0.95
    assert not found.better_than_persistence


def test_classes_of_one_date_only_are_kept():
    found = agreement.transitions(np.array([1, 1, 3]), np.array([1, 2, 2]))
    assert found.classes == (1, 2, 3)
    assert found.area.tolist() == [[1, 1, 0], [0, 0, 0], [0, 1, 0]]
    assert found.shares[0].tolist() == [0.5, 0.5, 0.0]
    assert np.isnan(found.shares[1]).all()
    named = agreement.transitions(np.array(["0301", "0701"]), np.array(["0701", "0701"]))
    assert named.classes == ("0301", "0701")


@given(SEEDS)
@settings(max_examples=25, deadline=None)
def test_coarser_blocks_agree_more(seed):
    initial, observed, simulated, _ = maps(seed)
    fine = agreement.changes(initial, observed, simulated)
    single = agreement.changes_by_block(initial, observed, simulated, 1)
    assert single == fine
    whole = agreement.changes_by_block(initial, observed, simulated, 50)
    assert fine.hits <= whole.hits
    for found in (single, agreement.changes_by_block(initial, observed, simulated, 5), whole):
        total = found.misses + found.hits + found.wrong + found.false_alarms + found.correct_rejections
        assert total == initial.size
        assert found.misses + found.hits + found.wrong == (observed != initial).sum()


def test_change_moved_within_a_block_counts_as_hit():
    initial = np.ones((4, 4), dtype=int)
    observed, simulated = initial.copy(), initial.copy()
    observed[0, 0], simulated[1, 1] = 2, 2
    assert agreement.changes(initial, observed, simulated).figure_of_merit == 0.0
    assert agreement.changes_by_block(initial, observed, simulated, 2).figure_of_merit == 1.0


def test_nothing_to_compare():
    same = np.ones(4, dtype=int)
    assert np.isnan(agreement.changes(same, same, same).figure_of_merit)
    assert np.isnan(agreement.kappa(np.array([[4.0]])))
    with pytest.raises(SettingsError, match="shapes"):
        agreement.transitions(np.ones(3), np.ones(4))

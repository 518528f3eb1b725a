"""Splitting areas by cover on both sides."""

import numpy as np
import pytest

from carbon_planner.accounting.activities import Rows, build
from carbon_planner.accounting.covers import SEALED, Cover, Mix
from carbon_planner.base.feedback import Silent

GREEN, CROP = Cover("green_urban", "green_urban", built_up=True), Cover("cropland", "cropland", cropland=True)


def run(mm2, base, plan):
    rows = Rows(np.array([0]), np.array([mm2]), np.array([0]), np.array([0]))
    made = build(rows, [base], [plan], Silent())
    labels = [made.columns[c].label for c in made.col]
    return dict(zip(labels, made.qty.tolist()))


def test_common_cover_stays_and_the_rest_moves_in_proportion():
    old, new = Mix(((GREEN, 0.3), (SEALED, 0.7))), Mix(((GREEN, 0.5), (SEALED, 0.4), (CROP, 0.1)))
    got = run(10**10 * 10, old, new)
    assert got == pytest.approx({"green_urban": 3.0, "sealed": 4.0, "sealed>green_urban": 2.0, "sealed>cropland": 1.0})


def test_same_mix_changes_nothing():
    mix = Mix(((GREEN, 0.33), (SEALED, 0.67)))
    assert run(10**10, mix, mix) == pytest.approx({"green_urban": 0.33, "sealed": 0.67})


def test_unknown_share_is_never_compared():
    got = run(10**10 * 4, Mix(((CROP, 0.75),)), Mix(((SEALED, 1.0),)))
    assert got == pytest.approx({"cropland>sealed": 3.0, "?>sealed": 1.0})


def test_reserve_follows_the_baseline_only_where_it_is_known():
    reserve = Mix(((GREEN, 1.0),), keep_base=True)
    assert run(10**10, Mix(((CROP, 1.0),)), reserve) == pytest.approx({"cropland": 1.0})
    assert run(10**10, Mix(()), reserve) == pytest.approx({"?>green_urban": 1.0})


def test_areas_are_kept_for_any_number_of_rows():
    rng = np.random.default_rng(3)
    size = 20_000
    mixes = [Mix(((GREEN, a), (SEALED, 1 - a))) for a in (0.1, 0.35, 0.9)] + [Mix(((CROP, 1.0),)), Mix(())]
    mm2 = rng.integers(1, 10**12, size)
    rows = Rows(np.arange(size), mm2, rng.integers(0, 5, size), rng.integers(0, 5, size))
    made = build(rows, mixes, mixes, Silent())
    per_row = np.bincount(made.row, weights=made.qty, minlength=size)
    assert per_row == pytest.approx(mm2 / 1e10, rel=1e-12)

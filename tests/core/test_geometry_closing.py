"""Whole numbers that add up: closing of fragments, largest remainders (rule 10)."""

import math
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from carbon_planner.base.errors import GeometryError
from carbon_planner.geometry.closing import allocate, close, largest_remainder


def closed(pieces, fragment, uncovered, total, tie=None):
    ties = np.arange(len(pieces), dtype=float)[:, np.newaxis] if tie is None else np.array(tie, dtype=float)
    ints = (np.array(v, dtype=np.int64) for v in (pieces, fragment, uncovered, total))
    pieces, fragment, uncovered, total = ints
    mm2, gap = close(pieces, fragment, ties, uncovered, total)
    return mm2.tolist(), gap.tolist()


def test_rest_goes_to_the_gap_where_there_is_one():
    assert closed([10, 20], [0, 0], [5], [37]) == ([10, 20], [7])
    assert closed([10, 20], [0, 0], [5], [33]) == ([10, 20], [3])
    assert closed([10, 20], [0, 0], [2], [29]) == ([10, 19], [0])


def test_rest_goes_to_the_largest_piece_of_a_covered_fragment():
    assert closed([10, 20, 7], [0, 0, 0], [0], [38]) == ([10, 21, 7], [0])
    assert closed([10, 20, 7], [0, 0, 0], [0], [35]) == ([10, 18, 7], [0])
    assert closed([3, 2], [0, 0], [0], [1]) == ([0, 1], [0])


def test_each_fragment_by_itself():
    assert closed([5, 9, 4], [0, 2, 2], [0, 8, 0], [6, 8, 12]) == ([6, 8, 4], [0, 8, 0])
    assert closed([], [], [3, 0], [4, 0]) == ([], [4, 0])


def test_equal_pieces_are_told_apart_by_place_not_by_order():
    place = [[3.0, 1.0], [1.0, 9.0], [1.0, 2.0]]
    assert closed([8, 8, 8], [0, 0, 0], [0], [25], place) == ([8, 8, 9], [0])
    assert closed([8, 8, 8], [0, 0, 0], [0], [25], place[::-1]) == ([9, 8, 8], [0])


@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 3), st.integers(0, 50)), max_size=12),
    st.lists(st.tuples(st.integers(0, 9), st.integers(0, 200)), min_size=4, max_size=4),
)
def test_always_closes(pieces, gaps):
    pieces.sort()
    fragment, mm2 = [f for f, _ in pieces], [v for _, v in pieces]
    uncovered, total = [u for u, _ in gaps], [t for _, t in gaps]
    got, gap = closed(mm2, fragment, uncovered, total)
    assert min([*got, *gap]) >= 0
    for f in range(4):
        assert sum(v for v, g in zip(got, fragment) if g == f) + gap[f] == total[f]


def test_largest_remainder_of_a_survey_table():
    # three thirds of a control area: the odd hundredth goes to the largest
    parts = largest_remainder([333.30, 333.31, 333.39], 1000.00)
    assert parts.tolist() == [333.3, 333.31, 333.39]
    parts = largest_remainder([1.0, 1.0, 1.0], 100.0)
    assert parts.tolist() == [33.34, 33.33, 33.33]
    assert sum(Decimal(repr(p)) for p in parts.tolist()) == Decimal("100.0")


def test_largest_remainder_scales_to_the_control_area():
    pieces = np.array([12345.678, 2345.678, 345.678])
    parts = largest_remainder(pieces, 15040.00)
    assert sum(Decimal(repr(p)) for p in parts.tolist()) == Decimal("15040.0")
    assert parts == pytest.approx(pieces * 15040.0 / pieces.sum(), abs=0.01)


def test_largest_remainder_with_other_units():
    assert largest_remainder([1, 2, 4], 10, 1).tolist() == [1, 3, 6]
    assert largest_remainder([1, 2, 4], 100, 10).tolist() == [10, 30, 60]
    assert largest_remainder([0, 0], 0).tolist() == [0, 0]
    assert largest_remainder([0, 5], 1.0).tolist() == [0, 1]
    assert largest_remainder([], 0).tolist() == []


@pytest.mark.parametrize(
    ("values", "units"), [([1, -1], 5), ([math.nan], 5), ([math.inf, 1], 5), ([0, 0], 5), ([], 5), ([1], -1)]
)
def test_allocate_refuses(values, units):
    with pytest.raises(GeometryError) as caught:
        allocate(values, units)
    assert caught.value.message.id == "ALLOCATE_VALUES"


@settings(max_examples=300, deadline=None)
@given(st.lists(st.floats(0, 1e12), min_size=1, max_size=40), st.integers(0, 10**15))
def test_allocate_closes_and_stays_within_one_unit(values, units):
    if not sum(values) > 0:
        return
    parts = allocate(values, units)
    assert int(parts.sum()) == units
    assert (parts >= 0).all()
    quota = np.array(values) / math.fsum(values) * units
    assert np.abs(parts - quota).max() <= 1.0 + 1e-15 * units * len(values)


def test_allocate_beyond_the_precision_of_quotas():
    parts = allocate([1.0] * 7, 9 * 10**18)
    assert sum(parts.tolist()) == 9 * 10**18
    parts = allocate([1e-300, 1.0, 1.0], 9 * 10**18)
    assert sum(parts.tolist()) == 9 * 10**18

"""Orientation signs against fractions, where floating point alone is wrong."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from carbon_planner.geometry.kernel.exact import orientation

TOP = 1e100


def truth(*c):
    ax, ay, bx, by, px, py = map(Fraction, map(float, c))
    value = (bx - ax) * (py - ay) - (by - ay) * (px - ax)
    return (value > 0) - (value < 0)


def signs(rows):
    sign, value = orientation(*np.array(rows, dtype=np.float64).T)
    assert (np.sign(value) == sign).all()
    return sign.tolist()


number = st.one_of(
    st.integers(-(10**6), 10**6).map(float),
    st.floats(-TOP, TOP).map(lambda v: 0.0 if abs(v) < 1e-100 else v),
    st.integers(-4000, 4000).map(lambda v: 39_500_000.0 + v / 1024.0),
    st.integers(-40, 40).map(lambda v: 0.5 + v * 2.0**-53),
)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(*[number] * 6), min_size=1, max_size=8))
def test_any_numbers(rows):
    assert signs(rows) == [truth(*row) for row in rows]


@settings(max_examples=200, deadline=None)
@given(st.tuples(*[number] * 4), st.floats(0.0, 1.0), st.integers(-3, 3), st.integers(-3, 3))
def test_points_next_to_the_line(ends, share, up, right):
    ax, ay, bx, by = ends
    px, py = ax + share * (bx - ax), ay + share * (by - ay)
    for _ in range(abs(right)):
        px = np.nextafter(px, np.inf * np.sign(right))
    for _ in range(abs(up)):
        py = np.nextafter(py, np.inf * np.sign(up))
    px, py = (0.0 if abs(v) < 1e-100 else v for v in (px, py))
    row = (ax, ay, bx, by, px, py)
    assert signs([row]) == [truth(*row)]


def test_where_rounding_alone_gives_a_wrong_sign():
    """The picture of Kettner and others (2008), Classroom examples of robustness problems: points near a diagonal."""
    i, j = np.meshgrid(np.arange(64), np.arange(64))
    x, y = (0.5 + i * 2.0**-53).ravel(), (0.5 + j * 2.0**-53).ravel()
    rows = np.column_stack([np.full_like(x, v) for v in (12.0, 12.0, 24.0, 24.0)] + [x, y])
    sign, _ = orientation(*rows.T)
    assert sign.tolist() == [truth(*row) for row in rows.tolist()]
    naive = np.sign((24.0 - 12.0) * (y - 12.0) - (24.0 - 12.0) * (x - 12.0))
    assert (naive != sign).sum() > 1000


@pytest.mark.parametrize("far", [0.0, 39_500_000.0, 2.0**52])
def test_collinear_is_nought(far):
    row = [far + 1.0, 2.0, far + 4.0, 8.0, far + 2.0, 4.0]
    assert signs([row]) == [0.0]

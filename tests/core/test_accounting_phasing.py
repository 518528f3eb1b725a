"""Phasing: part years by days, curves, demolition, and that the sum over the phases equals the whole."""

import datetime as dt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from carbon_planner.accounting.columns import Pattern
from carbon_planner.accounting.phase_fields import decimal_year, instants
from carbon_planner.accounting.phasing import PhasedPattern, Phases, added_shares, patterns, removed_shares
from carbon_planner.accounting.values import Column
from carbon_planner.base.errors import InputError

NAN = float("nan")
TABLE = ((0.0, 0.0), (0.5, 0.2), (0.8, 0.9), (1.0, 1.0))


def one(start=NAN, finish=NAN, demolition=NAN, curve="linear", years=(2025, 2035)):
    phases = Phases(np.array([start]), np.array([finish]), np.array([demolition]), curve)
    found, index = patterns(phases, *years)
    assert index.tolist() == [0]
    return found[0]


def test_unknown_start_and_finish_are_whole_from_the_beginning():
    pattern = one()
    assert isinstance(pattern, Pattern)
    assert pattern.built == (1.0,) * 10
    assert pattern.whole
    assert pattern.added == (1.0,) + (0.0,) * 9
    assert pattern.removed == (0.0,) * 10
    assert pattern.later == 0.0


def test_linear_over_whole_years():
    pattern = one(2028.0, 2030.0)
    assert pattern.built == (0, 0, 0.25, 0.75, 1, 1, 1, 1, 1, 1)
    assert pattern.added == (0, 0, 0.5, 0.5, 0, 0, 0, 0, 0, 0)


def test_part_years_count_by_their_days():
    start, finish = decimal_year(dt.date(2028, 7, 1)), decimal_year(dt.date(2029, 7, 1))
    pattern = one(start, finish)
    first, second = 184 / 366, 181 / 365  # 2028 is a leap year
    length = first + second
    assert pattern.added[2:4] == pytest.approx((first / length, second / length), abs=1e-9)
    assert pattern.built[2] == pytest.approx(first**2 / (2 * length), abs=1e-9)
    step = one(start)
    assert step.built[2] == pytest.approx(first, abs=1e-9), "a start alone is the instant of the whole change"
    assert one(NAN, start) == step
    assert step.added[2] == 1.0


def test_s_curve_is_slow_at_both_ends():
    pattern = one(2026.0, 2030.0, curve="scurve")
    assert pattern.added[:4] == pytest.approx((0.15625, 0.34375, 0.34375, 0.15625))
    assert pattern.built[0] == pytest.approx(4 * (0.25**3 - 0.25**4 / 2))
    assert sum(pattern.built[:4]) == pytest.approx(2.0), "the mean of a symmetric curve is one half"


def test_table_is_straight_between_its_points():
    pattern = one(2026.0, 2036.0, curve=TABLE)
    assert pattern.added == pytest.approx((0.04,) * 5 + (0.7 / 3,) * 3 + (0.05,) * 2)
    assert pattern.built[0] == pytest.approx(0.02)
    assert pattern.built[5] == pytest.approx(0.2 + 0.35 / 3)


def test_demolition_lowers_what_is_built_to_nothing():
    pattern = one(2027.0, 2028.0, 2031.25)
    assert pattern.built == pytest.approx((0, 0.5, 1, 1, 1, 0.25, 0, 0, 0, 0))
    assert pattern.removed == (0, 0, 0, 0, 0, 1, 0, 0, 0, 0)
    assert sum(pattern.added) == 1.0
    existing = one(demolition=2030.0)
    assert existing.built == (1, 1, 1, 1, 0, 0, 0, 0, 0, 0)
    assert existing.removed[4] == 1.0


def test_what_comes_after_the_end_is_later():
    pattern = one(2030.0, 2040.0)
    assert sum(pattern.added) == pytest.approx(0.6)
    assert pattern.later == pytest.approx(0.4)
    assert one(2040.0, 2041.0).built == (0.0,) * 10
    assert one(2040.0, 2041.0).later == 1.0


def test_what_was_done_before_counts_in_the_first_year():
    pattern = one(2024.0, 2028.0)
    assert pattern.added[:2] == pytest.approx((0.75, 0.25))
    assert one(2010.0, 2012.0) == one()


def test_equal_schedules_share_a_pattern():
    rng = np.random.default_rng(3)
    pick = rng.integers(0, 3, 1000)
    start = np.array([2027.0, NAN, 2030.4959])[pick]
    finish = np.array([2029.0, NAN, 2033.0])[pick]
    found, index = patterns(Phases(start, finish, np.full(1000, NAN)), 2025, 2060)
    assert len(found) == 3
    assert all(len({index[i] for i in np.flatnonzero(pick == k)}) == 1 for k in range(3))


@given(
    st.floats(2020, 2050), st.floats(0, 15), st.floats(0, 30) | st.none(),
    st.sampled_from(["linear", "scurve", TABLE]),
)  # fmt: skip
@settings(max_examples=200, deadline=None)
def test_sum_over_phases_equals_the_whole(start, length, life, curve):
    demolition = NAN if life is None else max(start + length + life, 2026.01)
    pattern = one(start, start + length, demolition, curve, (2025, 2120))
    assert sum(pattern.added) == pytest.approx(1.0, abs=1e-8)
    assert pattern.later == pytest.approx(0.0, abs=1e-8)
    assert all(0.0 <= share <= 1.0 for share in pattern.built)
    assert all(share >= 0.0 for share in pattern.added)
    assert sum(pattern.removed) == (0.0 if life is None else 1.0)
    # The integral of what is in place: the mean of what each day of the year has.
    year = int(start) + 1
    if life is None and year > 2026:
        days = year + (np.arange(1000) + 0.5) / 1000
        share = Phases(np.array([start]), np.array([start + length]), np.array([NAN]), curve).share_by(days)
        assert pattern.built[year - 2026] == pytest.approx(share.mean(), abs=2e-3)


def test_impossible_orders_are_refused():
    with pytest.raises(InputError) as caught:
        one(2030.0, 2029.0)
    assert caught.value.message.id == "PHASE_ORDER"
    with pytest.raises(InputError, match="demolished before they are finished"):
        one(2030.0, 2032.0, 2031.0)
    with pytest.raises(InputError, match="first year counted"):
        one(demolition=2024.0)
    for curve in ("cubic", ((0.0, 0.0), (0.5, 0.7)), ((0.0, 0.0), (0.6, 0.9), (0.8, 0.5), (1.0, 1.0)), ()):
        with pytest.raises(InputError, match="curve"):
            one(2030.0, 2031.0, curve=curve)
    with pytest.raises(InputError, match="Z2"):
        Phases(np.array([2030.0, 2031.0]), np.array([2031.0, 2030.0]), np.full(2, NAN)).check(["Z1", "Z2"], "zones")


def test_shares_of_patterns_without_detail():
    assert added_shares(None, 3) == (1.0, 0.0, 0.0)
    assert removed_shares(None, 3) == (0.0, 0.0, 0.0)
    means = Pattern((0.25, 1.0, 0.5))
    assert added_shares(means, 3) == (0.25, 0.75, 0.0)
    assert removed_shares(means, 3) == (0.0, 0.0, 0.5)
    detailed = PhasedPattern((0.5, 1.0), (1.0, 0.0), (0.0, 0.0))
    assert added_shares(detailed, 2) == (1.0, 0.0)


def column(*values):
    return Column("zones", "START", [f"Z{i}" for i in range(len(values))], values)


def test_fields_of_years_months_and_dates():
    noon = dt.datetime(2030, 7, 2, 13, 30, tzinfo=dt.timezone.utc)
    years = (2030, "2030", 2030.0, "2030年")
    days = ("2030-07-02", "20300702", 2030.4959, dt.date(2030, 7, 2), noon, "2030-07-02T13:30:00")
    values = column(*years, "２０３０-07", "2030年7月", *days, None, "", "—", NAN)
    july, second = 2030 + 181 / 365, 2030 + 182 / 365
    expected = [2030.0] * 4 + [july] * 2 + [second] * 2 + [2030.4959] + [second] * 3 + [NAN] * 4
    assert instants(values).tolist() == pytest.approx(expected, abs=1e-9, nan_ok=True)
    assert instants(column(2030.5, "2030.5")).tolist() == pytest.approx([2030.5, 2030 + 120 / 365], abs=1e-9)


def test_a_finish_is_the_end_of_what_is_named():
    ends = instants(column(2030, "2030-07", "2030-12", "2030-12-31", "2030-07-01"), end=True)
    assert ends.tolist() == pytest.approx([2031.0, 2030 + 212 / 365, 2031.0, 2031.0, 2030 + 182 / 365], abs=1e-9)
    assert decimal_year(dt.date(2028, 12, 31)) == pytest.approx(2028 + 365 / 366)


@pytest.mark.parametrize("value", [0, 12, "soon", "2030-13", "2030-02-30", 20301, "99999999", 3000])
def test_what_is_no_date_is_refused_by_name(value):
    with pytest.raises(InputError, match="START") as caught:
        instants(column(2030, value))
    assert "Z1" in caught.value.text()


@pytest.mark.parametrize(("instant", "year"), [(2030.0, 2030), (2029.999, 2029), (2030.5, 2030), (2031.0, 2031)])
def test_a_change_at_an_instant_is_made_in_the_year_in_which_it_stands_first(instant, year):
    """The first moment of 1 January belongs to the year that begins, for what is built as for what is added."""
    pattern = one(instant, instant)
    first = next(i for i, share in enumerate(pattern.built) if share > 0.0)
    assert (2026 + first, 2026 + pattern.added.index(1.0)) == (year, year)
    assert sum(pattern.added) == 1.0
    gone = one(2030.0, 2030.0, 2032.0)
    assert (gone.added.index(1.0), gone.removed.index(1.0), gone.built) == (
        4, 6, (0.0, 0.0, 0.0, 0.0, 1.0, 1.0, 0.0, 0.0, 0.0, 0.0)
    )  # fmt: skip


def test_what_happens_at_the_end_of_the_last_year_comes_later():
    pattern = one(2036.0, 2036.0)
    assert (set(pattern.built), set(pattern.added), pattern.later) == ({0.0}, {0.0}, 1.0)

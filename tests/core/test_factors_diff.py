"""Differences of two sets: records found again, fields, relative change in one unit, table, CSV, words."""

import csv
import io

import pytest
from factor_cases import factor, make_set
from hypothesis import given, settings
from hypothesis import strategies as st

from carbon_planner.factors.diff import ADDED, CHANGED, COLUMNS, REMOVED, SET, as_text, diff, of_text
from carbon_planner.factors.records import FACTOR_FIELDS, INTEGERS, NUMBERS

OLD = make_set(
    [
        factor(),
        factor(factor_id="f2", parameter="above", value=19.5, low=15.0, high=34.5),
        factor(factor_id="f3", item="bare", value=40.0, low=None, high=None, range_kind="none"),
    ],
    title_en="One",
)
NEW = make_set(
    [
        factor(value=100.0, high=120.0, source="Wang 2019"),
        factor(factor_id="f2", parameter="above", value=19.5, low=15.0, high=34.5),
        factor(factor_id="f4", item="paddy", value=80.0, low=None, high=None, range_kind="none"),
    ],
    version="2.0.0",
    title_en="Two",
)


def test_what_is_found():
    found = diff(OLD, NEW)
    assert not found.same
    assert [f.factor_id for f in found.added] == ["f4"]
    assert [f.factor_id for f in found.removed] == ["f3"]
    assert [(c.field, c.old, c.new) for c in found.info] == [("title_en", "One", "Two")]
    assert found.changed_ids == ("f1",)
    assert [(c.field, c.old, c.new) for c in found.changed] == [
        ("value", "90.9", "100"), ("high", "110", "120"), ("source", "Wang 2009", "Wang 2019"),
    ]  # fmt: skip
    assert [c.field for c in found.figures] == ["value", "high"]
    assert found.changed[0].relative == pytest.approx((100.0 - 90.9) / 90.9, rel=1e-12)


def test_nothing_between_a_set_and_itself():
    found = diff(OLD, OLD)
    assert found.same
    assert found.frame().empty
    assert "hold the same" in found.text()
    assert "内容相同" in found.text("zh")


def test_the_table():
    frame = diff(OLD, NEW).frame("zh")
    assert tuple(frame.columns) == COLUMNS
    assert list(frame["kind"]) == [SET, REMOVED, ADDED, CHANGED, CHANGED, CHANGED]
    first = frame[frame["field"] == "value"].set_index("kind")
    assert first.loc[REMOVED, "old"] == "40 tC/ha"
    assert first.loc[ADDED, "new"] == "80 tC/ha"
    assert first.loc[CHANGED, "name"] == "乔木林地"
    assert first.loc[CHANGED, "relative"] == pytest.approx(0.10011001100110011)
    assert frame["relative"].isna().sum() == 4  # of texts, added and removed records there is none


def test_the_same_in_words():
    lines = diff(OLD, NEW).text().splitlines()
    assert "1 factor(s) added, 1 removed, 1 changed, 1 of them in their figures" in lines[0]
    assert "“f1”, value: 90.9 → 100 (+10 %)" in lines
    assert "Removed: “f3” (40 tC/ha)" in lines
    assert "“f1”的value：90.9 → 100（+10%）" in diff(OLD, NEW).text("zh").splitlines()


def test_csv_holds_the_table_and_nothing_that_runs():
    evil = make_set([factor(source="=1+1"), *NEW.factors[1:]], version="2.0.0")
    raw = diff(OLD, evil).to_csv()
    assert raw.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(raw.decode("utf-8-sig"), newline="")))
    assert [r["kind"] for r in rows].count(CHANGED) == 1
    assert [r["new"] for r in rows if r["field"] == "source"] == ["'=1+1"]


def test_a_change_of_unit_is_no_change_of_the_figure():
    found = diff(make_set([factor()]), make_set([factor(value=9.09, low=7.0, high=11.0, unit="kgC/m2")]))
    moved = {c.field: c.relative for c in found.changed}
    assert moved["value"] == pytest.approx(0.0, abs=1e-12)
    assert moved["unit"] is None


def test_no_relative_change_where_units_cannot_be_compared_or_there_was_nothing():
    other = diff(make_set([factor()]), make_set([factor(value=1.0, low=0.5, high=2.0, unit="kgCO2/kWh")]))
    assert {c.relative for c in other.changed} == {None}
    zero = diff(make_set([factor(value=0.0, low=0.0)]), make_set([factor(value=5.0, low=0.0)]))
    assert [(c.field, c.relative) for c in zero.changed] == [("value", None)]


def test_records_are_found_again_by_uuid_and_by_key():
    own = "0f8fad5b-d9cb-469f-a165-70867728950e"
    found = diff(make_set([factor(uuid=own)]), make_set([factor(factor_id="renamed", item="other", uuid=own)]))
    assert not found.added
    assert {c.field for c in found.changed} == {"factor_id", "item"}
    found = diff(make_set([factor()]), make_set([factor(factor_id="renamed", value=91.0)], id="another"))
    assert not found.removed
    assert {c.field for c in found.changed} == {"factor_id", "value"}


def test_a_key_that_stands_twice_matches_nothing():
    twice = [factor(factor_id="a", region="CN"), factor(factor_id="b", region="CN")]
    found = diff(make_set(twice, kind="other"), make_set([factor(factor_id="c", region="CN")], kind="other"))
    assert len(found.removed) == 2
    assert len(found.added) == 1


@pytest.mark.parametrize("name", [n for n in FACTOR_FIELDS if n != "factor_id"])
def test_every_field_is_compared(name):
    other = 2010 if name in INTEGERS else 71.5 if name in NUMBERS else "other"
    found = diff(make_set([factor()]), make_set([factor(**{name: other})]))
    assert [c.field for c in found.changed] == [name]


@settings(max_examples=200, deadline=None)
@given(st.floats(allow_nan=False, allow_infinity=False))
def test_figures_come_back_from_their_texts(value):
    assert of_text("value", as_text(value)) == value
    assert of_text("year", as_text(2009)) == 2009
    assert of_text("low", as_text(None)) is None
    assert of_text("notes", as_text("x")) == "x"

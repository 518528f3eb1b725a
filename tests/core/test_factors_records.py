"""Factor records: canonical form, hash, keys."""

import dataclasses
import random

import pytest
from factor_cases import factor, make_set

from carbon_planner.base.errors import FactorError
from carbon_planner.factors.canonical import clean
from carbon_planner.factors.records import (
    CONTENT_FIELDS,
    FACTOR_FIELDS,
    FIRST_FIELDS,
    INFO_FIELDS,
    INTEGERS,
    STATE_FIELDS,
    SetInfo,
)
from carbon_planner.storage.record_columns import FACTOR_COLUMNS, SET_COLUMNS, names


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (None, ""),
        ("  a b ", "a b"),
        ("a\r\nb\rc", "a\nb\nc"),
        ("\ufeffcode\x00\x07", "code"),
        ("a\u00a0b\u3000c", "a b c"),
        ("tab\tstays", "tab\tstays"),
        ("\ud800x\uffff", "x"),
        (101, "101"),
    ],
)
def test_texts_take_one_form(raw, expected):
    assert clean(raw) == expected


def test_clean_is_idempotent_on_odd_texts():
    for text in ("\x1f \n a", " \u2028x", "\t", "\n\n", "\ufeff ", "a\x00 \n"):
        assert clean(clean(text)) == clean(text)


def test_numbers_become_floats_and_no_value_stays_none():
    f = factor(value=-0.0, low=None, high=None, year="2009")
    assert (f.value, str(f.value)) == (0.0, "0.0")
    assert f.low is None
    assert f.year == 2009
    assert isinstance(factor(value=90).value, float)


@pytest.mark.parametrize("bad", [float("nan"), float("inf"), float("-inf")])
def test_no_factor_holds_nan(bad):
    with pytest.raises(FactorError) as caught:
        factor(value=bad)
    assert caught.value.message.id == "FACTOR_NOT_FINITE"


def test_records_are_immutable():
    with pytest.raises(dataclasses.FrozenInstanceError):
        factor().value = 1.0


def test_hash_does_not_depend_on_row_order():
    rows = [factor(factor_id=f"f{n}", item=f"c{n}", value=70.0 + n) for n in range(20)]
    expected = make_set(rows).content_hash
    shuffled = rows[:]
    for seed in range(5):
        random.Random(seed).shuffle(shuffled)
        assert make_set(shuffled).content_hash == expected
    assert len(expected) == 64


@pytest.mark.parametrize("name", CONTENT_FIELDS)
def test_hash_covers_every_field_of_a_factor(name):
    other = {"value": 91.0, "low": 71.0, "high": 111.0}.get(name, 2010 if name in INTEGERS else "other")
    assert make_set([factor(**{name: other})]).content_hash != make_set([factor()]).content_hash


@pytest.mark.parametrize("name", STATE_FIELDS)
def test_a_review_does_not_change_the_content(name):
    assert make_set([factor(**{name: "other"})]).content_hash == make_set([factor()]).content_hash


def test_a_fields_value_counts_under_its_own_name():
    """Later fields are left out where they are empty: two of them must not be mistaken for each other."""
    one, two = make_set([factor(link="x")]), make_set([factor(page="x")])
    assert one.content_hash != two.content_hash


def test_records_and_tables_have_the_same_columns():
    assert names(FACTOR_COLUMNS) == FACTOR_FIELDS
    assert FACTOR_FIELDS[: len(FIRST_FIELDS)] == FIRST_FIELDS
    assert {"set_id", "default_for"} | set(INFO_FIELDS) - {"id"} == set(names(SET_COLUMNS))


def test_a_factor_has_one_uuid_in_all_versions():
    first, second = make_set([factor()]), make_set([factor(value=91.0)], version="2.0.0")
    assert first.uuid_of(first.factors[0]) == second.uuid_of(second.factors[0]) == UUID_OF_F1
    assert make_set([factor()], id="other").uuid_of(factor()) != UUID_OF_F1
    own = "0f8fad5b-d9cb-469f-a165-70867728950e"
    assert first.uuid_of(factor(uuid=own)) == own


UUID_OF_F1 = "babcf43c-0d0f-52a2-9bbe-f8b8982aac38"


def test_a_factor_stands_where_its_set_stands_unless_it_says_otherwise():
    found = make_set([factor(), factor(factor_id="f2", status="approved")], status="reviewed")
    assert [found.status_of(f) for f in found.factors] == ["reviewed", "approved"]


def test_null_is_not_zero_in_the_hash():
    empty, zero = factor(low=None), factor(low=0)
    assert make_set([empty]).content_hash != make_set([zero]).content_hash


@pytest.mark.parametrize("name", ["kind", "system", "region", "licence"])
def test_hash_covers_what_the_set_says_of_its_figures(name):
    changed = make_set([factor()], **{name: "other"})
    assert changed.content_hash != make_set([factor()]).content_hash


@pytest.mark.parametrize(
    "name", ["id", "version", "title_en", "title_zh", "description_en", "status", "released", "reviewer"]
)
def test_hash_leaves_names_and_status_out(name):
    changed = make_set([factor()], **{name: "2.0.0"})
    assert changed.content_hash == make_set([factor()]).content_hash


def test_hash_is_fixed():
    """Stored references must stay valid: this value changes only with a new hash rule and a decision record."""
    assert make_set([factor()]).content_hash == EXPECTED_HASH
    assert make_set([factor()]).ref == f"mine@1.0.0#{EXPECTED_HASH[:12]}"


EXPECTED_HASH = "a8d65a433ba55deb990c34767ab96f5b1cfa0e70ff85854ce8e67bb2cacb0bb3"


def test_lookup_by_key():
    one, two = factor(), factor(factor_id="f2", parameter="above", value=19.5, low=15, high=34.5)
    found = make_set([one, two])
    assert found.get("generic", "forest", "above").value == 19.5
    assert found.get("generic", "forest", "below") is None
    assert found.parameters == {"soil", "above"}
    assert found.systems == {"generic"}
    assert len(found) == 2


def test_several_years_of_a_key_are_not_chosen_by_chance():
    rows = [factor(factor_id=f"g{year}", item="electricity", parameter="ef", year=year) for year in (2021, 2022)]
    grid = make_set(rows, kind="other")
    assert len(grid.get_all("generic", "electricity", "ef")) == 2
    with pytest.raises(FactorError) as caught:
        grid.get("generic", "electricity", "ef")
    assert caught.value.message.id == "FACTOR_AMBIGUOUS"
    assert "2" in str(caught.value)


def test_names_fall_back_to_the_other_language():
    assert factor().name("zh") == "乔木林地"
    assert factor(item_zh="").name("zh") == "Forest"
    assert factor(item_zh="", item_en="").name("zh") == "forest"
    assert SetInfo("a", "1.0.0", "other", title_zh="甲").title("en") == "甲"


def test_a_factor_has_a_hash_of_its_own():
    assert factor().content_hash == factor(status="approved", reviewer="Li").content_hash
    assert factor().content_hash != factor(value=91.0).content_hash
    assert factor().content_hash != factor(tier="2").content_hash
    assert len(factor().content_hash) == 64

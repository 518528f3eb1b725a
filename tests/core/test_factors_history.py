"""The change log: chained, restored from, tampering told; sets as of a day."""

import dataclasses
import sqlite3

import pytest
from factor_cases import factor, make_set
from hypothesis import given, settings
from hypothesis import strategies as st

from carbon_planner.base.errors import FactorError
from carbon_planner.factors import history
from carbon_planner.factors import store as stores
from carbon_planner.factors.formats import write_file
from carbon_planner.factors.history import Author, Change, Head
from carbon_planner.factors.records import FACTOR_FIELDS, INTEGERS, NUMBERS, FactorSet
from carbon_planner.factors.review import Decision
from carbon_planner.factors.store import open_set
from carbon_planner.factors.substitutes import substituted
from carbon_planner.factors.user_store import UserStore
from carbon_planner.storage.record_columns import CHANGE_COLUMNS, names


@pytest.fixture
def own(tmp_path):
    store = UserStore(tmp_path)
    stores.use_store(store.path)
    yield store
    stores.use_store(None)


def on(day, who="Zhao", reason="entry"):
    return Author(who, reason, f"{day}T08:00:00Z")


def id_of(caught):
    return caught.value.message.id


def test_who_when_and_what(own):
    own.add(make_set([factor(), factor(factor_id="f2", item="bare")]), author=on("2026-01-05"))
    own.add(
        make_set([factor(value=91.5), factor(factor_id="f3", item="paddy")]), author=on("2026-02-01", "Qian", "typo")
    )
    log = own.log()
    assert [(c.at, c.who, c.reason) for c in log[:1]] == [("2026-01-05T08:00:00Z", "Zhao", "entry")]
    edit = [(c.factor_id, c.field, c.old, c.new) for c in log[1:]]
    assert ("f1", "value", "90.9", "91.5") in edit
    assert [(i, f) for i, f, _, _ in edit] == [("f2", ""), ("f3", ""), ("f1", "value"), ("", "content_hash")]
    assert {(c.who, c.action, c.reason) for c in log[1:]} == {("Qian", "change", "typo")}
    rows = len(log)
    own.add(make_set([factor(value=91.5), factor(factor_id="f3", item="paddy")]))
    assert len(own.log()) == rows  # the same again is no change
    own.remove("mine", "1.0.0", author=on("2026-03-01"))
    assert own.log()[-1].action == "remove"


def test_someone_is_always_named(own):
    own.add(make_set([factor()]))
    assert own.log()[0].who == history.current_user()
    assert len(own.log()[0].at) == len("2026-01-05T08:00:00Z")


def test_rows_and_tables_have_the_same_columns():
    assert tuple(f.name for f in dataclasses.fields(Change)) == names(CHANGE_COLUMNS)


def test_rows_are_chained(own):
    own.add(make_set([factor()]), author=on("2026-01-05"))
    own.add(make_set([factor(value=91.5)]), author=on("2026-02-01"))
    log = own.log()
    assert [row.previous for row in log] == ["0" * 64, *(row.hash for row in log[:-1])]
    assert all(row.hash == row.seal for row in log)
    assert len({row.hash for row in log}) == len(log) == 3


TAMPER = (
    "UPDATE cp_changes SET new = '900' WHERE field = 'value'",
    "UPDATE cp_changes SET who = 'nobody' WHERE fid = 1",
    "DELETE FROM cp_changes WHERE fid = 2",
    "DELETE FROM cp_changes WHERE fid = (SELECT max(fid) FROM cp_changes)",
    "DELETE FROM cp_changes",
    (
        "INSERT INTO cp_changes SELECT NULL, at, who, action, set_id, version, factor_id, field, old, new, reason, "
        "evidence, previous, hash FROM cp_changes WHERE fid = 1"
    ),
)


@pytest.mark.parametrize("statement", TAMPER)
def test_tampering_is_told(own, statement):
    own.add(make_set([factor()]), author=on("2026-01-05"))
    own.add(make_set([factor(value=91.5)]), author=on("2026-02-01"))
    connection = sqlite3.connect(own.path)
    connection.execute(statement)
    connection.commit()
    connection.close()
    with pytest.raises(FactorError) as caught:
        own.log()
    assert id_of(caught) == "LOG_TAMPERED"
    assert "篡改" in caught.value.text("zh")


@given(st.lists(st.text(max_size=20), max_size=8), st.data())
@settings(max_examples=80, deadline=None)
def test_any_changed_field_breaks_the_chain(texts, data):
    rows, head = history.sealed((Change("t", "w", "add", "s", "1.0.0", new=text) for text in texts), Head.of(""))
    assert history.broken(rows, head) is None
    assert Head.of(head.text) == head
    if not rows:
        return
    number = data.draw(st.integers(0, len(rows) - 1))
    name = data.draw(st.sampled_from([f.name for f in dataclasses.fields(Change)]))
    rows[number] = dataclasses.replace(rows[number], **{name: getattr(rows[number], name) + "x"})
    assert history.broken(rows, head) is not None


# -- as of a day ------------------------------------------------------------------------------------------------------


def test_a_set_as_of_a_day(own):
    own.add(make_set([factor(value=90.0)], status="published"), author=on("2026-01-05"))
    own.add(make_set([factor(value=92.0)], version="1.1.0", status="published"), author=on("2026-03-05"))
    own.add(make_set([factor(value=95.0)], version="2.0.0"), author=on("2026-05-05"))

    def value(day):
        return open_set("mine", as_of=day).factors[0].value

    assert (value("2026-01-05"), value("2026-03-04"), value("2026-03-05"), value("2026-12-31")) == (90, 90, 92, 92)
    assert open_set("mine@2.0.0", as_of="2026-05-05").factors[0].value == 95.0
    for spec, day in (("mine", "2026-01-04"), ("mine@2.0.0", "2026-05-04")):
        with pytest.raises(FactorError) as caught:
            open_set(spec, as_of=day)
        assert id_of(caught) == "SET_AS_OF_NONE"
        assert "1.1.0" in str(caught.value)
    with pytest.raises(FactorError) as caught:
        open_set("yours", as_of="2026-05-05")
    assert id_of(caught) in ("SET_UNKNOWN", "SET_UNKNOWN_NEAR")


def test_a_state_as_of_a_day(own):
    own.add(make_set([factor()], status="reviewed"), author=on("2026-01-05"))
    own.add(make_set([factor(value=92.0)], version="1.1.0", status="published"), author=on("2026-01-06"))
    assert open_set("mine").info.version == "1.1.0"
    decision = Decision("approved", "Li", "agreed", no_impact="nothing evaluated yet")
    own.decide("mine", "1.0.0", decision)
    assert open_set("mine").info.version == "1.0.0"
    assert open_set("mine", as_of="2026-01-31").info.version == "1.1.0"
    past = open_set("mine@1.0.0", as_of="2026-01-31").info
    assert (past.status, past.reviewer, past.released) == ("reviewed", "", "")


def test_a_draft_as_of_a_day_is_restored(own):
    first = make_set([factor(), factor(factor_id="f2", item="bare", notes="a\nb")], title_en="One", year=2001)
    second = make_set([factor(value=None, low=None, high=None, range_kind="none"), factor(factor_id="f3", item="x")])
    third = make_set([factor(factor_id="f9")], status="published")
    for day, found in (("2026-01-05", first), ("2026-02-05", second), ("2026-03-05", third)):
        own.add(found, author=on(day))
    for day, found in (("2026-01-31", first), ("2026-02-28", second), ("2026-03-31", third)):
        past = open_set("mine", as_of=day)
        assert past.info == found.info
        assert {f.factor_id: f for f in past.factors} == {f.factor_id: f for f in found.factors}
        assert past.content_hash == found.content_hash


values = st.floats(allow_nan=False, allow_infinity=False, width=32)


@st.composite
def any_set(draw):
    """Any records under few ids, so that records are changed, added and removed."""
    rows = []
    for name in draw(st.sets(st.sampled_from("abcd"), min_size=1)):
        fields = draw(st.lists(st.sampled_from([f for f in FACTOR_FIELDS if f != "factor_id"]), max_size=4))
        given_ = {
            f: draw(
                st.none() | values
                if f in NUMBERS
                else st.none() | st.integers(0, 9999)
                if f in INTEGERS
                else st.text(max_size=8)
            )
            for f in fields
        }
        rows.append(factor(**{"factor_id": name, "item": name, **given_}))
    return FactorSet(
        make_set([], title_en=draw(st.text(max_size=5)), year=draw(st.none() | st.integers(1, 9))).info, tuple(rows)
    )


@settings(max_examples=150, deadline=None)
@given(st.lists(any_set(), min_size=2, max_size=4))
def test_every_earlier_state_is_restored_from_the_log(sets):
    days = [f"2026-0{number + 1}-01" for number in range(len(sets))]
    log = history.added(sets[0], on(days[0]))
    for before, after, day in zip(sets, sets[1:], days[1:]):
        log += history.edited(before, after, on(day))
    for found, day in zip(sets, days):
        past = history.restored(sets[-1], log, day)
        assert past.content_hash == found.content_hash
        assert past.info == found.info
        assert sorted(past.factors, key=lambda f: f.factor_id) == sorted(found.factors, key=lambda f: f.factor_id)


def test_a_removed_set_is_no_more(own):
    own.add(make_set([factor()], status="published"), author=on("2026-01-05"))
    own.add(make_set([factor()], version="2.0.0", status="published"), author=on("2026-01-05"))
    own.remove("mine", "1.0.0", author=on("2026-02-05"))
    assert history.status_at(own.log(), "mine", "1.0.0", "2026-01-31") == "published"
    assert history.status_at(own.log(), "mine", "1.0.0", "2026-02-28") is None
    with pytest.raises(FactorError) as caught:
        open_set("mine@1.0.0", as_of="2026-01-31")
    assert id_of(caught) == "SET_AS_OF_NONE"


def test_shipped_sets_files_and_bad_dates(own, tmp_path):
    assert open_set("cn_direct", as_of="2099-01-01") == open_set("cn_direct")
    assert open_set("", as_of="2099-01-01") == open_set("")
    with pytest.raises(FactorError) as caught:
        open_set("cn_direct", as_of="2001-01-01")
    assert id_of(caught) == "SET_AS_OF_NONE"
    with substituted({"cn_direct": "cn_direct@2099-01-01"}):
        assert open_set("cn_direct") == open_set("cn_direct@1.0.0")
    path = tmp_path / "x.csv"
    write_file(path, make_set([factor()]))
    with pytest.raises(FactorError) as caught:
        open_set(str(path), as_of="2026-01-01")
    assert id_of(caught) == "SET_AS_OF_FILE"
    own.add(make_set([factor()], status="published"), author=on("2026-01-05"))
    for spec in (f"{own.path}|mine", str(own.path), "mine"):
        assert open_set(spec, as_of="2026-01-31").factors == (factor(),)
        assert open_set(f"{spec}@2026-01-31").factors == (factor(),)
        with pytest.raises(FactorError) as caught:
            open_set(f"{spec}@2026-01-04")
        assert id_of(caught) == "SET_AS_OF_NONE"
    with pytest.raises(FactorError) as caught:
        open_set(f"{own.path}|yours", as_of="2026-01-31")
    assert id_of(caught) == "STORE_NO_MEMBER"
    with pytest.raises(FactorError) as caught:
        open_set("mine", as_of="31.1.2026")
    assert id_of(caught) == "DATE_BAD"

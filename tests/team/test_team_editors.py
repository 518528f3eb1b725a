"""Two editors at once: nothing is overwritten unseen, nothing is lost."""

import threading

import pytest
from factor_cases import factor, make_set

from carbon_planner.factors.formats import write_file
from carbon_planner.factors.review import Decision
from carbon_planner.factors.store import list_sets, open_set, use_store, use_team_store
from carbon_planner.factors.team_conflict import TeamConflict
from carbon_planner.factors.team_store import TeamStore
from carbon_planner.factors.transfer import from_team, to_team
from carbon_planner.storage import postgres
from carbon_planner.storage.postgres import StorageError


def test_the_second_editor_is_told_what_changed(team, another):
    team.add(make_set([factor(), factor(factor_id="f2", item="grass")]))
    first, second = another(), another()
    first.get("mine", "1.0.0")
    second.get("mine", "1.0.0")
    assert first.add(make_set([factor(value=95.0, source="新调查"), factor(factor_id="f3", item="crop")])) == 2
    with pytest.raises(TeamConflict) as caught:
        second.add(make_set([factor(value=80.0), factor(factor_id="f2", item="grass")]))
    assert caught.value.message.id == "TEAM_CONFLICT"
    assert caught.value.revision == 2
    for text in (str(caught.value), caught.value.text("zh")):
        for part in ("mine@1.0.0", "cp_admin", "f1.value: 90.9 → 95", "新调查", "+ f3", "− f2"):
            assert part in text, part
    assert ("f1", "value", "90.9", "95") in {(c.factor_id, c.field, c.old, c.new) for c in caught.value.changes}
    assert another().get("mine", "1.0.0").factors[0].value == 95.0
    # having read it, the second one can save
    second.get("mine", "1.0.0")
    assert second.add(make_set([factor(value=80.0), factor(factor_id="f3", item="crop")])) == 3


def test_an_unread_draft_is_not_overwritten(team, another):
    team.add(make_set([factor()]))
    with pytest.raises(TeamConflict) as caught:
        another().add(make_set([factor(value=80.0)]))
    assert caught.value.message.id == "TEAM_UNREAD"
    assert "f1.value: 80 → 90.9" in str(caught.value)
    with pytest.raises(TeamConflict):
        another().add(make_set([factor(value=80.0)]), base=7)
    assert another().add(make_set([factor(value=80.0)]), base=1) == 2


def test_what_was_not_read_is_neither_published_nor_removed(team, another):
    team.add(make_set([factor()]))
    reviewer = another()
    reviewer.get("mine", "1.0.0")
    team.add(make_set([factor(value=95.0)]))
    for step in (reviewer.publish, reviewer.remove):
        with pytest.raises(TeamConflict):
            step("mine", "1.0.0")
    assert team.get("mine", "1.0.0").info.status == "draft"
    assert reviewer.publish("mine", "1.0.0", base=2).factors[0].value == 95.0


def test_both_add_the_same_new_set_at_once(team, another):
    """The second insert waits for the first and finds the set there."""
    results = []
    barrier = threading.Barrier(2)

    def work(store, value):
        barrier.wait()
        try:
            results.append(store.add(make_set([factor(value=value)])))
        except TeamConflict as conflict:
            results.append(conflict.message.id)

    threads = [threading.Thread(target=work, args=(another(), 80.0 + n)) for n in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(map(str, results)) == ["1", "TEAM_UNREAD"]
    assert len(team.get("mine", "1.0.0")) == 1


EDITOR = """
import json, sys
from factor_cases import factor, make_set
from carbon_planner.factors.records import FactorSet
from carbon_planner.factors.team_conflict import TeamConflict
from carbon_planner.factors.team_store import TeamStore
from carbon_planner.storage.postgres import Place
conninfo, schema, name = sys.argv[1:4]
store, conflicts = TeamStore(Place(conninfo, schema)), 0
for n in range(12):
    while True:
        found = store.get("shared", "1.0.0")
        mine = factor(factor_id=f"{name}{n}", item=f"{name}{n}")
        try:
            store.add(FactorSet(found.info, (*found.factors, mine)))
            break
        except TeamConflict:
            conflicts += 1
print(json.dumps(conflicts))
"""


def test_two_processes_edit_one_draft_and_lose_nothing(team, place, python):
    team.add(make_set([factor()], id="shared"))
    editors = [python(EDITOR, place.conninfo, place.schema, name) for name in ("甲", "乙")]
    told = [editor.communicate(timeout=120) for editor in editors]
    assert [editor.returncode for editor in editors] == [0, 0], told
    found = team.get("shared", "1.0.0")
    assert {f.factor_id for f in found.factors} == {"f1"} | {f"{name}{n}" for name in "甲乙" for n in range(12)}
    assert team.revision("shared", "1.0.0") == 25
    assert [r.revision for r in team.revisions("shared", "1.0.0")] == list(range(1, 26))
    assert len([c for c in team.log() if c.factor_id]) == 24
    assert sum(int(out) for out, _ in told) > 0, "the editors never met: the test proves nothing"


def test_a_set_that_is_being_changed_elsewhere(team, place, server, monkeypatch):
    import psycopg2

    team.add(make_set([factor()]))
    monkeypatch.setattr(postgres, "LOCK_SECONDS", 0.2)
    holder = psycopg2.connect(place.conninfo)
    try:
        holder.cursor().execute(f'SELECT 1 FROM "{place.schema}".cp_sets FOR UPDATE')
        with pytest.raises(StorageError) as caught:
            team.add(make_set([factor(value=95.0)]))
        assert caught.value.message.id == "POSTGRES_BUSY"
        assert TeamStore(place).get("mine", "1.0.0").factors[0].value == 90.9  # readers go on
    finally:
        holder.close()
    assert team.add(make_set([factor(value=95.0)])) == 2


def test_using_a_draft_is_not_having_seen_it(team, another, tmp_path):
    """A session fetches a draft, somebody changes it, the session evaluates with it: its old copy is still old."""
    use_store(tmp_path)
    session = another()
    use_team_store(session)
    try:
        team.add(make_set([factor()]))
        assert from_team("mine")[1] == 1
        team.add(make_set([factor(value=95.0)]))
        assert open_set("team:mine").factors[0].value == 95.0
        list_sets()
        path = tmp_path / "edited.json"
        write_file(path, make_set([factor(value=80.0)]))
        with pytest.raises(TeamConflict) as caught:
            to_team(str(path), set_id="mine", version="1.0.0")
        assert caught.value.message.id == "TEAM_CONFLICT"
        from_team("mine", overwrite=True)
        assert to_team(str(path), set_id="mine", version="1.0.0")[1] == 3
    finally:
        use_team_store(None)
        use_store(None)


def test_a_decision_is_not_having_seen_the_set(team, another):
    team.add(make_set([factor(), factor(factor_id="f2", item="grass")]))
    reviewer = another()
    team.add(make_set([factor(value=95.0), factor(factor_id="f2", item="grass")]))
    reviewer.decide("mine", "1.0.0", Decision("reviewed", "李工", "只核对了草地一行"), ["f2"])
    with pytest.raises(TeamConflict):
        reviewer.add(make_set([factor(), factor(factor_id="f2", item="grass")]))
    assert team.revision("mine", "1.0.0") == 3
    with pytest.raises(TeamConflict) as caught:  # nor does the first editor overwrite the decision
        team.add(make_set([factor(value=96.0), factor(factor_id="f2", item="grass")]))
    assert "f2.status: – → reviewed" in str(caught.value)

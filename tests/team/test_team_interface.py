"""The team store keeps what it is given, knows states, writes its log, and is searched as the third place."""

import dataclasses
import threading
import time

import pytest
from factor_cases import factor, make_set

from carbon_planner.base.errors import FactorError
from carbon_planner.factors import store as stores
from carbon_planner.factors.history import Author
from carbon_planner.factors.problems import InvalidSet
from carbon_planner.factors.records import FactorSet
from carbon_planner.factors.review import Decision
from carbon_planner.factors.store import add_to_team, list_sets, open_set, use_store, use_team_store
from carbon_planner.factors.team_conflict import TeamConflict
from carbon_planner.factors.transfer import from_team, to_team


def published(version="1.0.0", **info):
    return make_set([factor()], version=version, status="published", **info)


def code_of(caught):
    return caught.value.message.id


@pytest.fixture
def third_place(team, tmp_path):
    """The team store in use beside an empty user store."""
    own = use_store(tmp_path)
    use_team_store(team)
    yield own
    use_store(None)
    use_team_store(None)


def test_a_store_keeps_what_it_is_given(team, another):
    full = factor(
        factor_id="f2", item="草地", value=None, low=None, high=None, range_kind="none", year=None,
        source="《重庆市土壤志》第3页 “引文” 'x' \\ % %s \u2028", notes="两行\n第二行\t𠮷",
        uuid="6c0b1f52-6d2e-5c0e-9d0c-7a1f3d4f0b21", tier="2",
        valid_from=2000, valid_to=2060, distribution="lognormal", params="mean=2;sd=0.1", amortise_yr=50,
    )  # fmt: skip
    original = make_set(
        [factor(value=0.1 + 0.2, low=1e-300, high=2999.9999999999995), full],
        title_zh="重庆碳密度", region="CN-CQ", year=2024, licence="内部", description_en="a\nb",
    )  # fmt: skip
    assert team.infos() == ()
    assert team.add(original) == 1
    assert team.infos() == (original.info,)
    found = another().get("mine", "1.0.0")
    assert found == original
    assert found.content_hash == original.content_hash
    assert (found.factors[0].value, found.factors[1].value, found.factors[1].year) == (0.1 + 0.2, None, None)


def test_a_published_set_never_changes(team):
    team.add(published())
    for other in (make_set([factor(value=91.0)], status="published"), published(title_en="another title")):
        with pytest.raises(FactorError) as caught:
            team.add(other)
        assert code_of(caught) == "SET_PUBLISHED"
    assert team.add(published()) == 2  # the same again is no change
    assert team.add(make_set([factor(value=91.0)], version="1.0.1")) == 1
    assert [info.version for info in team.infos()] == ["1.0.0", "1.0.1"]
    with pytest.raises(FactorError) as caught:
        team.remove("mine", "1.0.0")
    assert code_of(caught) == "TEAM_PUBLISHED_STAYS"
    assert "已发布" in caught.value.text("zh")


def test_a_draft_may_change_until_it_is_published(team):
    assert [team.add(make_set([factor(value=v)])) for v in (90.0, 95.0, 95.0, 96.0)] == [1, 2, 2, 3]
    done = team.publish("mine", "1.0.0", author=Author("李工", "审定"))
    assert (done.info.status, done.factors[0].value, len(done.info.released)) == ("published", 96.0, 10)
    assert team.publish("mine", "1.0.0") == done
    with pytest.raises(FactorError):
        team.add(make_set([factor(value=97.0)]))
    assert [r.revision for r in team.revisions("mine", "1.0.0")] == [1, 2, 3, 4]
    assert team.log()[-1].who == "李工"


def test_removed_drafts_do_not_begin_anew(team, another):
    team.add(make_set([factor()]))
    stale = another()
    stale.get("mine", "1.0.0")
    team.remove("mine", "1.0.0")
    assert team.infos() == ()
    with pytest.raises(FactorError) as caught:
        stale.add(make_set([factor(value=91.0)]))
    assert code_of(caught) == "TEAM_GONE"
    assert team.add(make_set([factor(value=92.0)])) == 3  # so that the old revision 1 cannot look current
    with pytest.raises(TeamConflict):
        stale.add(make_set([factor(value=91.0)]), base=1)
    with pytest.raises(FactorError) as caught:
        team.get("none", "1.0.0")
    assert code_of(caught) == "SET_NOT_IN_STORE"


def test_bad_sets_are_refused(team):
    with pytest.raises(InvalidSet):
        team.add(make_set([factor(source="")]))
    with pytest.raises(FactorError) as caught:
        team.add(make_set([factor()], version="file"))
    assert code_of(caught) == "SET_VERSION_BAD"
    assert team.infos() == ()
    assert team.log() == ()


def test_review_and_supersede(team):
    sourced = {"link": "https://example.org", "page": "3", "licence": "CC BY", "accessed": "2026-01-01"}
    for version in ("1.0.0", "1.1.0"):
        team.add(make_set([factor(**sourced)], version=version))
        team.decide("mine", version, Decision("reviewed", "李工", "数据核对"))
        done = team.decide("mine", version, Decision("approved", "王工", "批准", no_impact="尚无成果引用该因子集"))
        assert (done.info.status, done.info.reviewer) == ("approved", "王工")
    states = {info.version: (info.status, info.replaced_by) for info in team.infos()}
    assert states == {"1.0.0": ("superseded", "mine@1.1.0"), "1.1.0": ("approved", "")}
    team.decide("mine", "1.1.0", Decision("superseded", "王工", "原始表有误"), ["f1"])
    assert team.get("mine", "1.1.0").factors[0].status == "superseded"
    assert team.revision("mine", "1.1.0") == 4
    assert {c.action for c in team.log()} == {"add", "review", "approve", "supersede"}
    with pytest.raises(FactorError) as caught:
        team.decide("mine", "1.1.0", Decision("reviewed", "李工", "再核对"))
    assert code_of(caught) == "STATE_STEP"


def test_the_log_tells_every_field(team):
    team.add(make_set([factor(), factor(factor_id="f2", item="grass")]), author=Author("李工", "初稿"))
    team.add(make_set([factor(value=91.5), factor(factor_id="f3", item="crop")]), author=Author("王工", "改值"))
    rows = [(c.action, c.who, c.factor_id, c.field, c.old, c.new) for c in team.log() if c.field != "content_hash"]
    assert rows[0][:2] == ("add", "李工")
    assert ("change", "王工", "f1", "value", "90.9", "91.5") in rows
    assert {(r[2], r[3]) for r in rows[1:]} == {("f1", "value"), ("f2", ""), ("f3", "")}


def test_third_place(team, third_place):
    team.add(published())
    team.add(published(id="team_only"))
    third_place.add(make_set([factor(value=80.0)], status="published"))
    assert open_set("mine").factors[0].value == 80.0  # the user's own goes first
    assert open_set("team:mine").factors[0].value == 90.9
    assert open_set("team:mine@1.0.0").ref == team.get("mine", "1.0.0").ref
    assert open_set("team_only").info.id == "team_only"
    refs = [info.ref for info in list_sets()]
    assert refs.count("mine@1.0.0") == refs.count("team_only@1.0.0") == 1
    assert open_set("team:mine") is open_set("team:mine")
    for name in ("team:none", "team_onle"):
        with pytest.raises(FactorError) as caught:
            open_set(name)
        assert code_of(caught).startswith("SET_UNKNOWN")
    assert "team_only" in str(caught.value)
    with pytest.raises(FactorError) as caught:
        add_to_team(published(id="cn_direct"))
    assert code_of(caught) == "SET_ID_SHIPPED"


def test_a_newer_version_of_somebody_else_is_seen_at_once(team, another, third_place):
    team.add(published())
    assert open_set("team:mine").info.version == "1.0.0"
    another().add(published("1.1.0"))
    assert open_set("team:mine").info.version == "1.1.0"
    third_place.add(published("2.0.0", id="b"))
    draft = FactorSet(dataclasses.replace(published("2.0.0").info, status="draft"), (factor(value=92.0),))
    another().add(draft)
    assert open_set("team:mine").info.version == "1.1.0"
    assert open_set("team:mine@2.0.0").factors[0].value == 92.0
    another().add(FactorSet(draft.info, (factor(value=93.0),)), base=1)
    assert open_set("team:mine@2.0.0").factors[0].value == 93.0


def test_without_a_team():
    use_team_store(None)
    with pytest.raises(FactorError) as caught:
        add_to_team(published())
    assert code_of(caught) == "NO_TEAM_STORE"
    assert stores.team_sets() == ((), None)
    with pytest.raises(FactorError):
        open_set("team:mine")


def test_an_unreachable_database_hides_no_other_sets(server, third_place, monkeypatch):
    from carbon_planner.factors.team_store import TeamStore
    from carbon_planner.storage.postgres import Place

    gone = TeamStore(Place("host=127.0.0.1 port=1 dbname=x", "s", "部门库"))
    use_team_store(gone)
    assert "cn_direct" in {info.id for info in list_sets()}
    infos, problem = stores.team_sets()
    assert infos == ()
    assert problem.message.id == "POSTGRES_NO_CONNECTION"
    assert "部门库" in problem.text("zh")
    monkeypatch.setattr(gone._list, "_infos", lambda: pytest.fail("asked again within half a minute"))
    list_sets()


def test_windows_do_not_wait_for_a_slow_database(team, third_place, monkeypatch):
    team.add(published(id="team_only"))
    answer = threading.Event()
    real = team.infos

    def slow():
        answer.wait(20)
        return real()

    monkeypatch.setattr(team._list, "_infos", slow)
    start = time.monotonic()
    infos, problem = stores.team_sets(0.05)
    assert "team_only" not in {info.id for info in list_sets(0.05)}
    assert time.monotonic() - start < 2
    assert (infos, problem.message.id) == ((), "POSTGRES_SLOW")
    answer.set()
    assert [info.id for info in stores.team_sets(20)[0]] == ["team_only"]
    assert "team_only" in {info.id for info in list_sets(0.05)}


def test_as_of_a_day(team, third_place):
    team.add(make_set([factor()]), author=Author("李工", at="2026-01-10T08:00:00Z"))
    team.add(make_set([factor(value=95.0)]), author=Author("王工", at="2026-02-10T08:00:00Z"))
    team.publish("mine", "1.0.0", author=Author("王工", at="2026-03-10T08:00:00Z"))
    assert open_set("team:mine", as_of="2026-01-31").factors[0].value == 90.9
    assert open_set("team:mine", as_of="2026-02-28").factors[0].value == 95.0
    assert open_set("team:mine", as_of="2026-02-28").info.status == "draft"
    assert open_set("team:mine", as_of="2026-03-31").info.status == "published"
    with pytest.raises(FactorError):
        open_set("team:mine", as_of="2026-01-01")


def test_transfer(team, third_place, another, tmp_path):
    third_place.add(make_set([factor()]))
    saved, revision = to_team("mine", set_id="shared", version="2.0.0", author=Author("李工", "初稿"))
    assert (saved.info.ref, saved.info.status, revision) == ("shared@2.0.0", "draft", 1)
    assert from_team("shared") == (saved, 1)
    third_place.add(make_set([factor(value=80.0)], id="shared", version="2.0.0"))
    with pytest.raises(FactorError) as caught:
        from_team("team:shared@2.0.0")
    assert code_of(caught) == "PULL_DRAFT_DIFFERS"
    assert third_place.get("shared", "2.0.0").factors[0].value == 80.0
    from_team("shared", overwrite=True)
    assert third_place.get("shared", "2.0.0").factors[0].value == 90.9
    done, revision = to_team("team:shared", publish=True)
    assert (done.info.status, revision, len(done.info.released)) == ("published", 2, 10)
    assert to_team("cn_direct", set_id="copy", publish=True)[0].info.status == "published"
    with pytest.raises(FactorError) as caught:
        to_team("cn_direct")
    assert code_of(caught) == "SET_ID_SHIPPED"
    use_team_store(None)
    with pytest.raises(FactorError) as caught:
        from_team("shared")
    assert code_of(caught) == "NO_TEAM_STORE"
    assert from_team("shared", team=another())[1] == 2

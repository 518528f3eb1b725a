"""States of sets and factors: who may become what, what a decision needs, what is kept of it."""

import pytest
from factor_cases import factor, make_set

from carbon_planner.base.errors import FactorError
from carbon_planner.factors import store as stores
from carbon_planner.factors.history import Author
from carbon_planner.factors.problems import InvalidSet
from carbon_planner.factors.review import Decision
from carbon_planner.factors.store import open_set
from carbon_planner.factors.user_store import UserStore

IMPACT = "a" * 64


@pytest.fixture
def own(tmp_path):
    store = UserStore(tmp_path)
    stores.use_store(store.path)
    yield store
    stores.use_store(None)


def draft(version="1.0.0", status="draft", **changes):
    return make_set([factor(**changes), factor(factor_id="f2", parameter="above")], version=version, status=status)


def review(**more):
    return Decision(**{"state": "reviewed", "reviewer": "Li", "reason": "checked against the paper", **more})


def approval(**more):
    return Decision(**{"state": "approved", "reviewer": "Wang", "reason": "agreed", "impact": IMPACT, **more})


def id_of(caught):
    return caught.value.message.id


def test_the_whole_way(own):
    own.add(draft(), author=Author("Zhao", "first entry", "2026-01-05T08:00:00Z"))
    reviewed = own.decide("mine", "1.0.0", review())
    assert (reviewed.info.status, reviewed.info.reviewer, reviewed.info.released) == ("reviewed", "Li", "")
    approved = own.decide("mine", "1.0.0", approval())
    assert (approved.info.status, approved.info.reviewer) == ("approved", "Wang")
    assert len(approved.info.released) == 10
    assert approved.content_hash == draft().content_hash  # a state is no content
    assert own.get("mine", "1.0.0") == approved
    log = own.log()
    assert [(c.who, c.action, c.field, c.old, c.new) for c in log] == [
        ("Zhao", "add", "status", "", "draft"),
        ("Li", "review", "status", "draft", "reviewed"),
        ("Li", "review", "reviewer", "", "Li"),
        ("Wang", "approve", "status", "reviewed", "approved"),
        ("Wang", "approve", "released", "", approved.info.released),
        ("Wang", "approve", "reviewer", "Li", "Wang"),
    ]
    assert {c.evidence for c in log if c.action == "approve"} == {f"impact:{IMPACT}"}
    assert log[1].reason == "checked against the paper"


def test_content_is_fixed_from_review_on(own):
    own.add(draft())
    own.decide("mine", "1.0.0", review())
    with pytest.raises(FactorError) as caught:
        own.add(draft(value=91.0))
    assert id_of(caught) == "SET_PUBLISHED"
    own.add(draft())  # the same again is no change, whatever state it says
    assert own.get("mine", "1.0.0").info.status == "reviewed"


@pytest.mark.parametrize(
    ("before", "wanted", "good"),
    [
        ("draft", "reviewed", True), ("draft", "approved", False), ("draft", "superseded", False),
        ("published", "reviewed", True), ("published", "approved", False), ("published", "superseded", True),
        ("reviewed", "reviewed", False), ("reviewed", "approved", True), ("reviewed", "superseded", True),
        ("approved", "reviewed", False), ("approved", "superseded", True), ("superseded", "approved", False),
        ("superseded", "reviewed", False), ("reference", "reviewed", False),
    ],
)  # fmt: skip
def test_steps(own, before, wanted, good):
    own.add(draft(status=before))
    decision = approval() if wanted == "approved" else review(state=wanted)
    if good:
        assert own.decide("mine", "1.0.0", decision).info.status == wanted
        return
    with pytest.raises(FactorError) as caught:
        own.decide("mine", "1.0.0", decision)
    assert id_of(caught) == "STATE_STEP"
    assert own.get("mine", "1.0.0").info.status == before


@pytest.mark.parametrize(
    ("decision", "finding"),
    [
        (review(state="draft"), "STATE_UNKNOWN"),
        (review(state="perfect"), "STATE_UNKNOWN"),
        (review(reviewer="  "), "DECISION_INCOMPLETE"),
        (review(reason=""), "DECISION_INCOMPLETE"),
        (approval(impact=""), "IMPACT_NEEDED"),
        (approval(impact="", no_impact="n/a"), "IMPACT_NEEDED"),
        (approval(impact="1234"), "IMPACT_HASH_BAD"),
        (review(state="superseded", replaced_by="mine@9.9.9"), "REPLACEMENT_UNKNOWN"),
        (review(state="superseded", replaced_by="mine@1.0.0"), "REPLACEMENT_UNKNOWN"),
    ],
)
def test_what_a_decision_needs(own, decision, finding):
    own.add(draft(status="reviewed"))
    rows = len(own.log())
    with pytest.raises(FactorError) as caught:
        own.decide("mine", "1.0.0", decision)
    assert id_of(caught) == finding
    assert len(own.log()) == rows


def test_a_statement_instead_of_an_impact_report(own):
    own.add(draft(status="reviewed"))
    own.decide("mine", "1.0.0", approval(impact="", no_impact="first version, no plan uses it"))
    assert own.log()[-1].evidence == "no impact: first version, no plan uses it"


def test_approval_supersedes_the_version_before(own):
    own.add(draft(status="approved"))
    own.add(draft("1.1.0", value=91.0, status="reviewed"))
    own.add(make_set([factor()], id="other", status="approved"))
    assert open_set("mine").info.version == "1.0.0"  # a version under review serves nobody yet
    own.decide("mine", "1.1.0", approval())
    states = {info.ref: (info.status, info.replaced_by) for info in own.infos()}
    assert states == {
        "mine@1.0.0": ("superseded", "mine@1.1.0"), "mine@1.1.0": ("approved", ""), "other@1.0.0": ("approved", ""),
    }  # fmt: skip
    assert open_set("mine").info.version == "1.1.0"
    assert open_set("mine@1.0.0").factors[0].value == 90.9  # what a result names can still be opened
    assert ("supersede", "1.0.0", "mine@1.1.0") in {(c.action, c.version, c.new) for c in own.log()}


def test_an_undocumented_factor_is_not_reviewed(own):
    own.add(make_set([factor(year=None, notes="")]))
    with pytest.raises(InvalidSet) as caught:
        own.decide("mine", "1.0.0", review())
    assert [p.id for p in caught.value.problems] == ["NOT_DOCUMENTED"]
    assert "f1" in str(caught.value)
    own.add(make_set([factor(year=None, notes="the source states none")]))
    assert own.decide("mine", "1.0.0", review()).info.status == "reviewed"


def test_single_factors(own):
    own.add(draft(status="published"))
    own.decide("mine", "1.0.0", review(), ["f2"])
    own.decide("mine", "1.0.0", approval(), ["f2"])
    found = own.decide("mine", "1.0.0", review(state="superseded", replaced_by="f2", reason="typing error"), ["f1"])
    states = {f.factor_id: (f.status, f.reviewer, f.replaced_by) for f in found.factors}
    assert states == {"f1": ("superseded", "Li", "f2"), "f2": ("approved", "Wang", "")}
    assert found.info.status == "published"
    assert found.content_hash == draft().content_hash
    assert [(c.factor_id, c.field, c.new) for c in own.log()[1:3]] == [
        ("f2", "status", "reviewed"), ("f2", "reviewer", "Li"),
    ]  # fmt: skip
    with pytest.raises(FactorError) as caught:
        own.decide("mine", "1.0.0", review(), ["f2"])
    assert id_of(caught) == "STATE_STEP"
    with pytest.raises(FactorError) as caught:
        own.decide("mine", "1.0.0", review(), ["f1", "f7", "f8"])
    assert id_of(caught) == "FACTOR_NOT_IN_SET"
    assert "f7, f8" in str(caught.value)


def test_a_set_that_is_not_there(own):
    own.add(draft())
    with pytest.raises(FactorError) as caught:
        own.decide("mine", "7.0.0", review())
    assert id_of(caught) == "SET_NOT_IN_STORE"

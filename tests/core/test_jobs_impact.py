"""Impact of a version on the plans of stored jobs: which verdicts flip, and which plans are not touched."""

from dataclasses import replace

import pytest
from test_analysis_impact import PLAN, SETTINGS, land_set, zones

from carbon_planner.accounting.evaluate import evaluate
from carbon_planner.analysis.impact import impact
from carbon_planner.analysis.verdicts import at_most, net_sign
from carbon_planner.base.errors import InputError
from carbon_planner.factors import store as stores
from carbon_planner.factors.review import Decision
from carbon_planner.factors.store import add_to_store
from carbon_planner.factors.user_store import UserStore
from carbon_planner.jobs.impact import StoredPlan, impact_of_plans
from carbon_planner.jobs.job import Job

VERDICTS = [net_sign(), at_most("cp_net_t", 200.0, name="cap")]
OTHER = zones(("forest", "cropland"), ("forest", "grassland"))
OLD, NEW = "mine@1.0.0", "mine@1.1.0"


@pytest.fixture
def own(tmp_path):
    stores.use_store(tmp_path)
    add_to_store(land_set())
    add_to_store(land_set("1.1.0", cropland=50.0))
    yield UserStore(tmp_path)
    stores.use_store(None)


def stored(name, plan, factor_set=OLD):
    result = evaluate(plan, None, replace(SETTINGS, factor_set=factor_set))
    return StoredPlan(name, Job.from_json(Job.from_evaluation(result).to_json()), plan)


def test_the_plans_of_stored_jobs(own):
    plans = [stored("north", PLAN), stored("default", OTHER, ""), stored("south", OTHER)]
    found = impact_of_plans(plans, OLD, NEW, verdicts=VERDICTS)
    assert list(found.reports) == ["north", "south"]
    assert found.untouched == ("default",)
    flips = {(r.plan, r.verdict, r.zone_id): (r.old, r.new) for r in found.flips.itertuples()}
    assert flips["north", "net_sign", "Z1"] == ("emission", "removal")
    assert flips["south", "cap", "Z0"] == ("pass", "fail")
    assert {(plan, zone) for plan, _, zone in flips} == {("north", "Z0"), ("north", "Z1"), ("south", "Z0")}
    alone = impact(PLAN, None, plans[0].job.run_settings(), OLD, NEW, verdicts=VERDICTS)
    assert found.reports["north"].hash == alone.hash


def test_one_hash_for_the_approval(own):
    plans = [stored("north", PLAN), stored("south", OTHER)]
    found = impact_of_plans(plans, OLD, NEW)
    assert found.hash == impact_of_plans(plans, OLD, NEW).hash
    assert found.hash != impact_of_plans(plans[:1], OLD, NEW).hash
    own.decide("mine", "1.1.0", Decision("approved", "Wang", "agreed", impact=found.hash))
    assert own.get("mine", "1.1.0").info.status == "approved"


def test_in_words(own):
    found = impact_of_plans([stored("north", PLAN), stored("default", OTHER, "")], OLD, NEW)
    lines = found.text().splitlines()
    assert lines[0] == "— north —"
    assert "default: its result does not use the set." in lines
    assert lines[-1].endswith(found.hash)
    assert "default：其结果未使用该因子集。" in found.text("zh").splitlines()


def test_sources_that_changed_are_refused(own):
    plan = stored("north", PLAN)
    moved = replace(PLAN, plan_class=["cropland"] * 4)
    with pytest.raises(InputError) as caught:
        impact_of_plans([replace(plan, zones=moved)], OLD, NEW)
    assert caught.value.message.id == "JOB_SOURCES_CHANGED"


def test_nothing_to_do(own):
    found = impact_of_plans([], OLD, NEW)
    assert found.flips.empty
    assert len(found.hash) == 64

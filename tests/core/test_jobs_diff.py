"""Two runs compared: zones, figures, settings, and whether a difference is larger than its uncertainty."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import shapely

from carbon_planner import api
from carbon_planner.jobs import diff
from carbon_planner.jobs.job import Job
from carbon_planner.jobs.shared import shared_half_width

X, Y = 500_000.0, 3_300_000.0
SETTINGS = api.Settings(plan_system="generic", base_system="generic", area_method="planar")


def run(classes=("built", "built"), ids=("A", "B"), settings=SETTINGS, side=100.0):
    shapes = [shapely.box(X + i * 1000, Y, X + i * 1000 + side, Y + 100) for i in range(len(ids))]
    zones = api.PlanZones("z", list(ids), np.array(shapes, object), api.Crs.from_text("EPSG:4545"),
                          list(classes), ["forest"] * len(ids))  # fmt: skip
    return api.evaluate(zones, None, settings)


def test_the_same_run_twice_differs_in_nothing():
    found = api.compare(run(), run())
    assert len(found.zones) == len(found.totals) == 0
    assert found.settings == found.factor_sets == []
    assert shared_half_width(run(), run()) == (0.0, 0.0)


def test_added_removed_and_changed_zones():
    found = api.compare(run(ids=("A", "B")), run(classes=("built", "grassland"), ids=("A", "C")))
    states = dict(zip(found.zones["zone_id"], found.zones["state"]))
    assert states == {"B": "removed", "C": "added"}
    found = api.compare(run(), run(classes=("built", "grassland")))
    assert set(found.zones["zone_id"]) == {"B"}
    row = found.zones.set_index("field").loc["cp_net_t"]
    assert row["difference"] == pytest.approx(row["new"] - row["old"])
    assert found.counts == {"added": 0, "removed": 0, "changed": 1}


def test_shared_factors_are_netted():
    """The same zones a little larger: every factor is shared, so the difference is as certain as the factors."""
    small, large = run(side=100.0), run(side=101.0)
    down, up = shared_half_width(small, large)
    net = large.totals
    assert up == pytest.approx((net.high - net.net) / 101.0, rel=1e-9)
    assert down == pytest.approx((net.net - net.low) / 101.0, rel=1e-9)
    row = api.compare(small, large).totals.set_index("field").loc["net"]
    assert row["difference"] == pytest.approx(net.net / 101.0)
    assert bool(row["exceeds"]) == (row["difference"] > down)


def test_tables_alone_take_intervals_as_independent():
    old = pd.DataFrame({"cp_zone_id": ["A"], "cp_net_t": [10.0], "cp_net_lo": [7.0], "cp_net_hi": [14.0]})
    new = pd.DataFrame({"cp_zone_id": ["A"], "cp_net_t": [20.0], "cp_net_lo": [17.0], "cp_net_hi": [22.0]})
    row = diff.compare(old, new).zones.set_index("field").loc["cp_net_t"]
    assert row["half_width"] == pytest.approx(math.hypot(4.0, 3.0))
    assert row["exceeds"]
    back = diff.compare(new, old).zones.set_index("field").loc["cp_net_t"]
    assert (back["difference"], back["half_width"]) == (-10.0, pytest.approx(math.hypot(3.0, 4.0)))


def test_nulls_are_no_noughts():
    old = pd.DataFrame({"cp_zone_id": ["A"], "cp_net_t": [np.nan], "name": ["x"]})
    new = pd.DataFrame({"cp_zone_id": ["A"], "cp_net_t": [0.0], "name": [None]})
    rows = diff.compare(old, new).zones.set_index("field")
    assert rows.loc["cp_net_t", "old"] is None or np.isnan(rows.loc["cp_net_t", "old"])
    assert rows.loc["cp_net_t", "difference"] is None or np.isnan(rows.loc["cp_net_t", "difference"])
    assert rows.loc["name", "old_text"] == "x"


def test_settings_sources_and_versions_of_jobs():
    old, new = run(), run(settings=replace(SETTINGS, end_year=2050))
    first = Job.from_evaluation(old)
    second = Job.from_evaluation(new).as_dict()
    second["versions"]["numpy"] = "9.9"
    found = diff.compare(old.zones, new.zones, first, Job.from_dict(second))
    assert ("end_year", "2060", "2050") in found.settings
    assert found.versions == [("numpy", np.__version__, "9.9")]
    assert found.sources == []
    assert "cp_method" in set(found.zones["field"])


def test_a_moved_zone_shows_in_the_sources():
    found = diff.compare(run().zones, run(side=101.0).zones, Job.from_evaluation(run()),
                         Job.from_evaluation(run(side=101.0)))  # fmt: skip
    assert [name for name, _, _ in found.sources] == ["zones.geometry"]
    assert "net" in set(found.totals["field"])

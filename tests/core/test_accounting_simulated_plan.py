"""Evaluated plans with draws: bounds that depend on the zone alone and agree with Approach 1."""

import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import shapely

from carbon_planner.accounting.convergence import convergence, statement
from carbon_planner.accounting.evaluate import evaluate
from carbon_planner.accounting.inputs import PlanZones, Settings
from carbon_planner.accounting.intervals import Intervals
from carbon_planner.accounting.model import Groups
from carbon_planner.accounting.variance import contribution_table, contributions
from carbon_planner.geometry.crs import Crs

GRID = Crs.from_text("EPSG:4545")
BASE = ("0103", "0301", "0701", "0401", "0101", "1701", "0602")
PLAN = ("0701", "0301", "1401", "0901", "1001", "0103", "0702")
COUNT = 40
BOUNDS = ["cp_net_lo", "cp_net_hi"]


def run(chosen=range(COUNT), **settings):
    rng = np.random.default_rng(0)
    base, plan = rng.choice(BASE, COUNT), rng.choice(PLAN, COUNT)
    size, green = rng.uniform(50, 190, (COUNT, 2)), rng.uniform(0.1, 0.5, COUNT)
    left = 500_000.0 + 200.0 * np.arange(COUNT)
    boxes = shapely.box(left, 3_000_000.0, left + size[:, 0], 3_000_000.0 + size[:, 1])
    chosen = list(chosen)
    zones = PlanZones(
        layer="zones", ids=[f"Z{i}" for i in chosen], geometry=boxes[chosen], crs=GRID,
        plan_class=[str(plan[i]) for i in chosen], base_class=[str(base[i]) for i in chosen], green_ratio=green[chosen],
    )  # fmt: skip
    given = Settings(plan_system="landsea2023", base_system="landsea2023", area_method="planar", **settings)
    return evaluate(zones, None, given)


@pytest.fixture(scope="module", params=["stock", "flux"])
def method(request):
    return request.param


def test_bounds_of_a_zone_depend_on_that_zone_alone(method):
    settings = {"draws": 500, "land_method": method}
    whole = run(**settings).zones.set_index("cp_zone_id")[BOUNDS]
    assert (whole["cp_net_hi"] > whole["cp_net_lo"]).sum() > 10
    for chosen in (np.random.default_rng(1).permutation(COUNT), [3, 17, 5], [39]):
        some = run(chosen, **settings).zones.set_index("cp_zone_id")[BOUNDS]
        assert some.equals(whole.loc[some.index])


def test_bounds_of_the_plan_do_not_depend_on_the_order_of_zones(method):
    one, other = (run(order, draws=500, land_method=method).totals for order in (range(COUNT), range(COUNT)[::-1]))
    assert (one.low, one.high) == (other.low, other.high)
    assert one.low < one.net < one.high


def test_both_methods_agree_on_a_plan():
    linear, drawn = run().totals, run(draws=20_000).totals
    assert linear.net == pytest.approx(drawn.net, rel=1e-12)
    assert linear.covered_share == drawn.covered_share
    assert drawn.high - drawn.low == pytest.approx(linear.high - linear.low, rel=0.1)


def test_which_factor_to_measure_next():
    result = run(draws=4000)
    whole = Groups(np.zeros(len(result.zone_of_row), dtype=np.int64), 1)
    kept = Intervals(result.model, 4000, 1).of(whole, keep=True)
    assert (kept.low[0], kept.high[0]) == (result.totals.low, result.totals.high)
    found = contributions(result.model, whole, simulation=kept.simulation)
    assert np.nansum(found.linear) == pytest.approx(1.0)
    assert found.explained == pytest.approx(1.0, abs=0.1)
    table = contribution_table(result.model, found)
    assert table["share"].is_monotonic_decreasing
    assert table["share_first_order"][0] == pytest.approx(table["share_linear"][0], abs=0.1)
    told = convergence(kept.simulation.values[0])
    assert result.intervals.convergence(whole) == told
    assert statement(told).id == ("MC_STABLE" if told.stable else "MC_UNSTABLE")
    assert "4000" in statement(told).text("zh")
    assert Intervals(result.model).convergence(whole) is None
    assert told.counts == (500, 1000, 2000, 4000)
    assert told.mean_error < 0.02 * told.half_widths[-1]


def bench(*arguments):
    """(seconds, MB of the whole process, bits) of each case that the timing script tells."""
    script = Path(__file__).resolve().parents[2] / "scripts" / "bench" / "monte_carlo.py"
    told = subprocess.run([sys.executable, str(script), *arguments], capture_output=True, text=True, check=True)
    found = re.findall(r": ([\d.]+) s .* ([\d.]+) MB in all; .* bits (\w+)", told.stdout)
    return [(float(seconds), float(mb), bits) for seconds, mb, bits in found]


def check_bench(cases, workers):
    assert len(cases) == workers
    assert len({bits for _, _, bits in cases}) == 1
    assert max(mb for _, mb, _ in cases) < 1000.0


def test_time_and_memory_of_a_small_plan():
    check_bench(bench("--zones", "500", "--draws", "2000", "--per-zone", "20"), 2)


@pytest.mark.long
def test_time_and_memory_of_ten_thousand_zones():
    cases = bench("--per-zone", "200")
    check_bench(cases, 2)
    assert min(seconds for seconds, _, _ in cases) < 60.0

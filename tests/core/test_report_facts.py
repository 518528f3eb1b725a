"""What the report says of a real evaluation closes to its totals, by year, pool and class, also where zones overlap."""

import json

import numpy as np
import pytest
import shapely
from report_cases import quads

from carbon_planner.accounting.evaluate import evaluate
from carbon_planner.accounting.inputs import BaseParcels, PlanZones, Settings
from carbon_planner.geometry.crs import Crs
from carbon_planner.report.build import compose, render
from carbon_planner.report.context import context
from carbon_planner.report.facts import facts

GRID = Crs.from_text("EPSG:4545")
PLAN = ("0701", "1401", "0901", "1207", "0301", "1601", "0701/0901(7:3)")
BASE = ("0103", "0101", "0301", "0404", "0702", "1101", "0201")


def evaluated(*, plan=True, base=True, **settings):
    """Twelve zones, two of them overlapping, on parcels that leave a part uncovered."""
    shapes = quads(12)
    shapes[1] = shapely.union(shapes[1], shapely.buffer(shapely.centroid(shapes[0]), 60.0))
    ids = [f"A-{i + 1:02d}" for i in range(12)]
    codes = [PLAN[i % len(PLAN)] for i in range(12)]
    green = np.where(np.arange(12) % 2, 0.35, np.nan)
    zones = PlanZones("zones", ids, shapes, GRID, codes if plan else None, green_ratio=green if plan else None)
    parcels = shapely.transform(quads(20, size=150, seed=9), lambda a: a + np.array([40.0, 15.0]))
    under = BaseParcels("base", [str(i) for i in range(20)], parcels, GRID, [BASE[i % len(BASE)] for i in range(20)])
    systems = {"plan_system": "landsea2023" if plan else "", "base_system": "survey3" if base else ""}
    return evaluate(zones, under if base else None, Settings(**systems, **settings))


@pytest.fixture(scope="module", params=[("stock", 2035), ("stock", 2060), ("flux", 2060)], ids=str)
def result(request):
    method, end = request.param
    return evaluated(land_method=method, end_year=end)


def test_years_close_to_net_gross_and_committed(result):
    known, totals, end = facts(result), result.totals, result.settings.end_year
    assert totals.zone_overlap_ha > 0.5
    inside = [p for y in known["time_line"] if y["year"] <= end for p in y["parts"].values()]
    after = [p for y in known["time_line"] if y["year"] > end for p in y["parts"].values()]
    assert sum(p["emission"] + p["removal"] for p in inside) == pytest.approx(totals.net, rel=1e-9)
    assert sum(p["emission"] + p["removal"] for p in after) == pytest.approx(totals.committed, rel=1e-9, abs=1e-9)
    assert known["time_line"][-1]["year"] >= end
    if result.settings.land_method == "stock":
        assert sum(p["emission"] for p in inside) == pytest.approx(totals.emissions, rel=1e-9)
        assert sum(p["removal"] for p in inside) == pytest.approx(totals.removals, rel=1e-9)


def test_pools_and_classes_close_to_the_totals(result):
    known, totals = facts(result), result.totals
    for side, total in (("baseline", totals.baseline_stock_tc), ("plan", totals.plan_stock_tc)):
        assert sum(p[side] for p in known["stocks"]) == pytest.approx(total, rel=1e-9)
    assert sum(r["area_ha"] for r in known["by_class"]) == pytest.approx(totals.area_ha, rel=1e-9)
    assert sum(r["net_tco2e"] or 0.0 for r in known["by_class"]) == pytest.approx(totals.net, rel=1e-9)
    assert known["totals"]["compared_ha"] == pytest.approx(totals.area_ha - totals.unknown_ha, rel=1e-9)
    assert known["totals"]["net_per_ha"] == pytest.approx(totals.net / known["totals"]["compared_ha"])


def test_classes_are_named_in_both_languages(result):
    rows = {r["plan_class"]: r for r in facts(result)["by_class"]}
    assert rows["0701"]["plan_name_zh"] == "城镇住宅用地"
    assert rows["0701"]["plan_name_en"] == "Urban residential land"
    assert rows["0701/0901(7:3)"]["plan_name_zh"] == "城镇住宅用地 / 商业用地"
    labels = {row["plan"] for row in context(result, language="zh")["classes"]["rows"]}
    assert "0701 城镇住宅用地" in labels


def test_the_ledger_is_not_expanded_for_a_report(result):
    compose(result)
    assert "ledger" not in vars(result)


def test_tops_are_gross_and_sorted(result):
    known = facts(result)
    values = result.zones["cp_emis_t"].to_numpy()
    order = known["top"]["emissions"]
    assert [values[i] for i in order] == sorted((v for v in values if v > 0), reverse=True)[:10]
    removals = result.zones["cp_rem_t"].to_numpy()
    assert all(removals[i] < 0 for i in known["top"]["removals"])


@pytest.mark.parametrize(("plan", "base", "missing"), [(False, True, "plan"), (True, False, "baseline")])
def test_one_state_alone_has_no_net(plan, base, missing):
    result = evaluated(plan=plan, base=base)
    known = facts(result)
    assert not known["totals"]["has_net"]
    assert known["totals"]["net"] is None
    assert known["totals"]["emissions"] is None
    assert known["time_line"] == []
    assert all(p[missing] is None for p in known["stocks"])
    assert json.loads(json.dumps(known, allow_nan=False)) == known
    for language in ("en", "zh"):
        page = render(known, language=language)
        assert 'id="chart-net"' not in page
        assert 'id="chart-flow"' not in page

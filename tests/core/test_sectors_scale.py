"""Many zones: no loop per zone, no column per zone, the same figures in any order."""

import time

import numpy as np
import pytest
from sector_cases import ALL, net, request

from carbon_planner.accounting.inputs import Settings
from carbon_planner.accounting.sectors import build_sectors

PLAN = [
    "0701",
    "070102",
    "0901",
    "0902",
    "1001",
    "1101",
    "0804",
    "1207",
    "1401",
    "0103",
    "0301",
    "0701/0901(7:3)",
    "16",
]
BASE = ["0101", "0103", "0301", "0701", "1001", "1207", "1701", None]
SETTINGS = Settings(sectors=ALL, start_year=2025, end_year=2035)


def city(zones, seed=3):
    """A random plan: three rows a zone, floor area stated for half of the zones."""
    rng = np.random.default_rng(seed)
    plan = [PLAN[i] for i in rng.integers(0, len(PLAN), zones)]
    base = rng.integers(0, len(BASE), zones * 3)
    hectares = rng.uniform(0.1, 5.0, zones * 3)
    rows = [(i // 3, BASE[base[i]], float(hectares[i])) for i in range(zones * 3)]
    floor = np.where(rng.random(zones) < 0.5, rng.uniform(0, 1e5, zones), np.nan)
    floor[[code in ("0103", "0301", "16") for code in plan]] = np.nan
    return request(plan, rows, settings=SETTINGS, quantities={"floor_area_m2": floor})


def test_columns_and_terms_do_not_grow_with_the_zones():
    few, many = build_sectors(city(400)), build_sectors(city(4000))
    assert len(few.columns) == len(many.columns)
    assert len(few.terms) == len(many.terms)


def test_ten_thousand_zones_take_seconds():
    asked = city(10_000)
    build_sectors(city(50))  # tables and factors are read once
    start = time.perf_counter()
    part = build_sectors(asked)
    assert time.perf_counter() - start < 30.0
    assert len(part.row) > 50_000


@pytest.mark.parametrize("seed", range(6))
def test_random_plans_keep_the_invariants(seed):
    """Dividing a zone, the order of rows, and zones one by one: the same sums."""
    asked = city(12, seed)
    whole = build_sectors(asked)
    zone = asked.zone_of_row
    total = net(whole, zone)
    order = np.random.default_rng(seed).permutation(len(zone))
    plan = list(asked.zones.plan_class)
    floor = asked.zones.quantities["floor_area_m2"]
    rows = [(int(zone[i]), asked.base_code[asked.base_of_row[i]], asked.mm2[i] / 1e10) for i in range(len(zone))]
    shuffled = request(plan, [rows[i] for i in order], settings=SETTINGS, quantities={"floor_area_m2": floor})
    assert net(build_sectors(shuffled), zone[order]) == pytest.approx(total, rel=1e-9, abs=1e-6)
    alone = []
    for number, code in enumerate(plan):
        own = [(0, c, h) for z, c, h in rows if z == number]
        one = request([code], own, settings=SETTINGS, quantities={"floor_area_m2": floor[number : number + 1]})
        alone.append(net(build_sectors(one), np.zeros(len(own), np.int64))[0])
    assert alone == pytest.approx(total, rel=1e-9, abs=1e-6)
    # each row a zone of its own, with its part of what the zone states
    area = np.bincount(zone, weights=asked.mm2)
    part = floor[zone] * asked.mm2 / area[zone]
    split = request([plan[z] for z in zone], [(i, c, h) for i, (_, c, h) in enumerate(rows)], settings=SETTINGS,
                    quantities={"floor_area_m2": part})  # fmt: skip
    sums = np.bincount(zone, weights=net(build_sectors(split), np.arange(len(zone))), minlength=len(plan))
    assert sums == pytest.approx(total, rel=1e-9, abs=1e-6)

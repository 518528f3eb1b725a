"""When sectors emit: phases, service life, saturation, decay; dated and annualised views agree."""

import math

import numpy as np
import pytest
from sector_cases import amounts, build, net, request

from carbon_planner.accounting.columns import Pattern
from carbon_planner.accounting.inputs import Settings
from carbon_planner.accounting.phasing import Phases, patterns
from carbon_planner.accounting.sectors import build_sectors
from carbon_planner.accounting.sectors.timing import Course, decay_emitted, decay_left

ONLY = ("land", "buildings")
CENTURY = Settings(sectors=ONLY, start_year=2025, end_year=2125)


def phased(start, finish, demolition=math.nan, first=2025, last=2060, curve="linear"):
    """Patterns of one zone."""
    values = (np.array([float(v)]) for v in (start, finish, demolition))
    return patterns(Phases(*values, curve), first, last)


def by_year(part, **wanted):
    """{year: tCO2e} of the terms that are as wanted, signed as they enter the net."""
    held = np.bincount(part.col, weights=part.qty, minlength=len(part.columns))
    found = {}
    for term in part.terms:
        if all(getattr(term, name) == value for name, value in wanted.items()):
            for year in range(term.yr_from, term.yr_to + 1):
                found[year] = found.get(year, 0.0) + term.yearly * held[term.column]
    return found


def test_a_plan_without_phases_stands_from_the_first_year():
    course = Course.of(None, 5)
    assert course.built.tolist() == [1, 1, 1, 1, 1]
    assert course.added.tolist() == [1, 0, 0, 0, 0]
    assert course.renewed(2.0).tolist() == [0, 0, 1, 0, 1]
    assert course.saturating(3.0, course.taken).tolist() == [1, 1, 1, 0, 0]
    assert course.saturating(2.5, course.taken).tolist() == [1, 1, 0.5, 0, 0]
    assert course.annualised(4.0).tolist() == [0.25, 0.25, 0.25, 0.25, 0]


def test_demolition_ends_the_plan_but_does_not_bring_the_baseline_back():
    found, _ = phased(2026.0, 2028.0, 2031.5, last=2035)
    course = Course.of(found[0], 10)
    assert course.added.sum() == pytest.approx(1.0)
    assert course.removed.tolist() == [0, 0, 0, 0, 0, 1, 0, 0, 0, 0]
    assert course.built[5] == pytest.approx(0.5)
    assert course.taken.tolist() == pytest.approx([0.25, 0.75, 1, 1, 1, 1, 1, 1, 1, 1])
    assert course.stands.tolist() == [1, 1, 1, 1, 1, 0, 0, 0, 0, 0]


@pytest.mark.parametrize("life", [25, 50])
def test_dated_and_annualised_embodied_agree_over_the_service_life(life):
    """Once at construction, or a part of it each year of the life: the sums are the same (formulas 4.6)."""
    course = Course.of(None, 100)
    assert course.annualised(float(life)).sum() == pytest.approx(course.added.sum(), rel=1e-12)
    found, _ = phased(2027.3, 2034.8, last=2125, curve="scurve")
    course = Course.of(found[0], 100)
    assert course.annualised(float(life)).sum() == pytest.approx(course.added.sum(), rel=1e-9)
    part = build(["0701"], [(0, "0103", 1.0)], quantities={"floor_area_m2": [1000.0]}, settings=CENTURY,
                 patterns=found, pattern_of_zone=np.zeros(1, np.int64))  # fmt: skip
    once = amounts(part, category="buildings", scope="3")
    dated = sum(once["plan", f"{line} [residential]"] for line in ("materials", "haulage", "site_works"))
    assert dated == pytest.approx(445.0, rel=1e-9)
    assert once["plan", "embodied_year [residential]"] == pytest.approx(dated, rel=1e-9)


def test_french_carpet_of_amortised_floor_area():
    """525 kg/m2 over 30 or 50 years are 17.5 or 10.5 kg/(m2·yr)."""
    assert 525 * Course.of(None, 60).annualised(30.0)[:31].tolist()[0] == pytest.approx(17.5)
    assert 525 * Course.of(None, 60).annualised(50.0)[49] == pytest.approx(10.5)


def test_systems_are_renewed_each_time_their_life_ends():
    """25 years of life in 60 years: renewed in the years 26 and 51, never in the year of construction."""
    settings = Settings(sectors=ONLY, start_year=2025, end_year=2085)
    part = build(["0701"], [(0, "0103", 1.0)], quantities={"floor_area_m2": [1000.0]}, settings=settings)
    assert by_year(part, item="renewal [residential]") == {2051: pytest.approx(60.0), 2076: pytest.approx(60.0)}


def test_operation_grows_with_the_phases_and_the_parts_make_the_whole():
    """Built evenly over 2026–2029: the means of the years are 1/8, 3/8, 5/8, 7/8, then 1."""
    found, of = phased(2026.0, 2030.0)
    part = build(["0902"], [(0, "0103", 1.0)], quantities={"floor_area_m2": [1000.0]}, patterns=found,
                 pattern_of_zone=of,
                 settings=Settings(sectors=ONLY))  # fmt: skip
    yearly = 85.3 * 0.5581
    years = by_year(part, item="electricity [office]")
    assert [years[y] / yearly for y in range(2026, 2032)] == pytest.approx([0.125, 0.375, 0.625, 0.875, 1.0, 1.0])
    materials = by_year(part, item="materials [office]")
    assert sum(materials.values()) == pytest.approx(480.0, rel=1e-9)
    assert list(materials) == [2026, 2027, 2028, 2029]


def test_the_old_use_gives_way_as_the_new_one_comes():
    """Half the ground is taken in a year's mean: half the old floor area still runs then."""
    found, of = phased(2027.0, 2029.0)
    part = build(["0902"], [(0, "0902", 1.0)], quantities={"floor_area_m2": [3000.0]}, patterns=found,
                 pattern_of_zone=of, base_quantities={"floor_area_m2": [1000.0]},
                 settings=Settings(sectors=ONLY))  # fmt: skip
    yearly = 85.3 * 0.5581
    line = "electricity [office]"
    plan = by_year(part, item=line, stage="plan")
    base = by_year(part, item=line, stage="baseline")
    assert plan[2026] / yearly == pytest.approx(1.0)
    assert plan[2027] / yearly == pytest.approx(3 * 0.25 + 0.75)
    assert plan[2028] / yearly == pytest.approx(3 * 0.75 + 0.25)
    assert plan[2029] / yearly == pytest.approx(3.0)
    assert all(value / yearly == pytest.approx(1.0) for value in base.values())
    wanted = yearly * (2 * 0.25 + 2 * 0.75 + 2 * 32)
    assert net(part, np.zeros(1, np.int64), "buildings")[0] == pytest.approx(wanted, rel=1e-9)


def test_demolition_of_what_was_there_and_of_what_is_planned():
    found, of = phased(2027.5, 2027.5, 2050.0)
    part = build(["0902"], [(0, "0701", 1.0)], quantities={"floor_area_m2": [3000.0]}, patterns=found,
                 pattern_of_zone=of, base_quantities={"floor_area_m2": [1000.0]},
                 settings=Settings(sectors=ONLY))  # fmt: skip
    assert by_year(part, item="demolition [residential]") == {2027: pytest.approx(20.0)}
    assert by_year(part, item="end_of_life [office]") == {2050: pytest.approx(60.0)}
    assert max(by_year(part, item="electricity [office]")) == 2049


def test_only_floor_area_that_is_not_there_is_built():
    """1000 of 3000 m2 of housing stand already: 2000 are built, nothing is cleared."""
    part = build(["0701"], [(0, "0701", 1.0)], quantities={"floor_area_m2": [3000.0]},
                 base_quantities={"floor_area_m2": [1000.0]},
                 settings=Settings(sectors=ONLY))  # fmt: skip
    found = amounts(part, category="buildings", scope="3")
    assert found["plan", "materials [residential]"] == pytest.approx(2000 * 0.4)
    assert ("plan", "demolition [residential]") not in found
    less = build(["0701"], [(0, "0701", 1.0)], quantities={"floor_area_m2": [1000.0]},
                 base_quantities={"floor_area_m2": [3000.0]},
                 settings=Settings(sectors=ONLY))  # fmt: skip
    found = amounts(less, category="buildings", scope="3")
    assert found["plan", "demolition [residential]"] == pytest.approx(2000 * 0.02)
    assert ("plan", "materials [residential]") not in found
    stated = build(["0701"], [(0, "0701", 1.0)], settings=Settings(sectors=ONLY),
                   quantities={"floor_area_m2": [3000.0], "new_floor_area_m2": [500.0]},
                   base_quantities={"floor_area_m2": [1000.0]})  # fmt: skip
    assert amounts(stated, item="materials [residential]") == {
        ("plan", "materials [residential]"): pytest.approx(200.0)
    }


def test_decay_sums_to_the_deposit():
    """Emitted and left make the deposits, for any rate; one deposit of 1 emits 1 − e^−k in the year after its own."""
    deposits = np.array([1.0, 0.5, 0.0, 2.0])
    for k in (0.05, 0.09, 0.4):
        left = sum(w * math.exp(-k * t) for t, w in decay_left(deposits).items())
        emitted = [sum(w * math.exp(-k * t) for t, w in decay_emitted(deposits, y).items()) for y in range(4)]
        by_hand = [
            sum(deposits[d] * (math.exp(-k * (y - d - 1)) - math.exp(-k * (y - d))) for d in range(y)) for y in range(4)
        ]
        assert emitted == pytest.approx(by_hand, rel=1e-12, abs=1e-15)
        assert sum(emitted) + left == pytest.approx(3.5, rel=1e-12)
    assert decay_emitted(np.ones(9), 5) == {0: 1.0, 5: -1.0}  # equal deposits leave two weights


def test_decay_needs_no_more_quantities_where_patterns_differ():
    """What remains after t years is the same for all zones: draws evaluate it once."""
    phases = Phases(np.arange(2026.0, 2036.0), np.arange(2027.0, 2037.0), np.full(10, np.nan))
    found, of = patterns(phases, 2025, 2060)
    asked = request(["0701"] * 10, [(i, "0103", 1.0) for i in range(10)], patterns=found, pattern_of_zone=of,
                    settings=Settings(sectors=("waste",)), quantities={"waste_t": [100.0] * 10})  # fmt: skip
    build_sectors(asked)
    assert len(asked.book.derived) <= 4 * 35


def test_saturation_ends_in_the_middle_of_a_phase():
    """Trees of a park that is planted over ten years stop twenty years after each part."""
    found, of = phased(2026.0, 2036.0)
    settings = Settings(sectors=("sinks",))
    part = build(["1401"], [(0, "0103", 1.0)], quantities={"green_ratio": [0.5]}, settings=settings, patterns=found,
                 pattern_of_zone=of)  # fmt: skip
    years = by_year(part, item="green_added [park_community]")
    yearly = -5000 * 0.4 * 1.06333 / 1000
    assert years[2036] == pytest.approx(yearly)
    assert years[2045] == pytest.approx(yearly)
    assert years[2046] == pytest.approx(yearly * 0.95)
    assert min(years) == 2026
    assert sum(years.values()) == pytest.approx(yearly * 20, rel=1e-9)
    short = build(["1401"], [(0, "0103", 1.0)], quantities={"green_ratio": [0.5]}, patterns=[None],
                  pattern_of_zone=of,
                  settings=Settings(sectors=("sinks",), start_year=2025, end_year=2030))  # fmt: skip
    held = amounts(short, category="sinks")
    assert held["plan", "green_added [park_community]"] == pytest.approx(yearly * 5, rel=1e-9)
    assert held["committed", "green_added [park_community], plan"] == pytest.approx(yearly * 15, rel=1e-9)


def test_a_pattern_of_means_alone_serves_too():
    course = Course.of(Pattern((0.0, 0.5, 1.0, 1.0)), 4)
    assert course.added.tolist() == [0.0, 0.5, 0.5, 0.0]
    assert course.taken.tolist() == [0.0, 0.5, 1.0, 1.0]

"""Electricity: series that are never mixed, frozen and assumed courses, stability of rankings."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from carbon_planner.base.errors import FactorError
from carbon_planner.factors.electricity import (
    KEY,
    SERIES,
    compare_ranks,
    course,
    inversions,
    mean_ranks,
    rank_stability,
)
from carbon_planner.factors.opening import open_resolver
from carbon_planner.factors.paths import YearPath, linear_scale, parse_path, scaled
from carbon_planner.factors.resolve import Resolver
from carbon_planner.factors.store import open_set

YEARS = tuple(range(2020, 2031))


@pytest.fixture(scope="module")
def energy():
    return [open_set("energy")]


@pytest.fixture(scope="module")
def chongqing(energy):
    return Resolver(energy, region="500112")


def values(resolver, series, years=YEARS):
    return [one.value for one in course(resolver, years, series)]


def test_chongqing_2021_to_2030_by_the_province(chongqing):
    assert values(chongqing, "provincial") == [0.4743, 0.4743, 0.5227, *[0.5581] * 8]
    flags = [one.flags for one in course(chongqing, YEARS)]
    assert flags == [("YEAR_BEFORE",), (), (), (), *[("YEAR_FROZEN",)] * 7]
    assert [m.id for m in course(chongqing, [2030])[0].explain()][:3] == [
        "RESOLVED_BY", "RESOLVED_SERIES", "RESOLVED_FROZEN",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("series", "expected"),
    [
        ("regional", [0.2113, 0.2113, 0.2268, *[0.2472] * 8]),
        ("national", [0.5568, 0.5568, 0.5366, *[0.5306] * 8]),
        ("ets", [0.6101, 0.581, *[0.5703] * 9]),
        ("footprint", [0.6205] * 11),
        ("provincial_2012", [0.5744] * 11),
        ("regional_2012", [0.5257] * 11),
    ],
)
def test_other_series_by_name(chongqing, series, expected):
    assert values(chongqing, series) == expected


def test_the_two_divisions_of_grid_regions_are_never_chained(chongqing):
    for year in range(2005, 2040):
        late = chongqing.find(KEY, year=year, series="regional").factor
        early = chongqing.find(KEY, year=year, series="regional_2012").factor
        assert (late.region, early.region) == ("CN southwest", "CN central")
        assert late.year >= 2021
        assert early.year <= 2012
    assert chongqing.find("grid.electricity.margin_operating").factor.region == "CN central"


def test_series_are_never_mixed_and_the_default_says_when_it_falls_back(chongqing, energy):
    for year in YEARS:
        for series in SERIES:
            found = chongqing.find(KEY, year=year, series=series)
            assert {f.parameter for f, _, _ in found.parts} in (
                {"average CO2 per kWh"}, {"life-cycle carbon footprint"},
            )  # fmt: skip
            assert found.series == series
    assert chongqing.find(KEY, year=2023).series == "provincial"
    tibet = Resolver(energy, region="CN-XZ").find(KEY, year=2023)
    assert (tibet.value, tibet.series, tibet.flags) == (0.5306, "national", ("SERIES_FALLBACK",))
    assert any(m.id == "RESOLVED_SERIES_FALLBACK" for m in tibet.explain())
    assert Resolver(energy, region="CN-XZ").find(KEY, year=2023, series="provincial") is None
    assert chongqing.find(KEY, year=2023, series="no such series") is None


def test_rejected_years_and_provinces_are_listed(chongqing):
    found = chongqing.find(KEY, year=2030)
    why = {r.factor.factor_id: r.reason.id for r in found.rejected}
    assert why["grid_2022_cn_cq"] == "REJECTED_YEAR"
    assert why["grid_2023_cn_sc"] == "REJECTED_REGION"
    assert why["grid_2023_region_southwest"] == "REJECTED_SERIES"


# -- assumed courses -----------------------------------------------------------------------------------------------


def test_golden_scaling_of_city_energy_analyst():
    path = linear_scale(2021, 1.0, 2023, 0.5)
    assert scaled(path, range(2020, 2025), 100.0) == [100.0, 100.0, 75.0, 50.0, 50.0]
    assert path == parse_path("multiplier:2021=1,2023=0.5")
    assert parse_path(path.text()) == path


def test_a_multiplier_scales_the_factor_of_its_first_year(energy):
    path = parse_path("multiplier:2023=1,2033=0.5", "municipal plan")
    found = Resolver(energy, region="CN-CQ", paths={KEY: path})
    got = [found.find(KEY, year=y) for y in (2021, 2023, 2028, 2033, 2060)]
    assert [one.value for one in got] == pytest.approx([0.5581, 0.5581, 0.418575, 0.27905, 0.27905], abs=1e-15)
    assert {one.factor.factor_id for one in got} == {"grid_2023_cn_cq"}  # linear in a stored factor
    assert all("PATH_ASSUMED" in one.flags and not any(f.startswith("YEAR_") for f in one.flags) for one in got)
    text = next(m for m in got[2].explain() if m.id == "RESOLVED_PATH")
    assert "municipal plan" in text.text("en")
    assert "用户假定" in text.text("zh")
    regional = found.find(KEY, year=2033, series="regional")
    assert regional.value == pytest.approx(0.1236, abs=1e-15)


def test_a_table_puts_figures_of_the_scenario_in_place(energy):
    found = Resolver(energy, region="CN-CQ", paths={KEY: parse_path("table:2025=0.5,2030=0.4")})
    middle = found.find(KEY, year=2027)
    assert middle.value == pytest.approx(0.46, abs=1e-15)
    assert [(f.value, fset, w) for f, fset, w in middle.parts] == [
        (0.5, "scenario", pytest.approx(0.6)), (0.4, "scenario", pytest.approx(0.4)),
    ]  # fmt: skip
    assert {f.confidence for f, _, _ in middle.parts} == {"recalled"}
    assert (found.find(KEY, year=2020).value, found.find(KEY, year=2060).value) == (0.5, 0.4)
    assert found.find(KEY).value == 0.5581  # without a year no course applies


def test_frozen_is_no_assumption(energy):
    assert not parse_path("").assumed
    found = Resolver(energy, region="CN-CQ", paths={KEY: parse_path("frozen")}).find(KEY, year=2030)
    assert found.flags == ("YEAR_FROZEN",)


@pytest.mark.parametrize(
    "text",
    ["magic", "table", "table:", "table:2030=0.1,2025=0.5", "table:2030=0.1,2030=0.2", "multiplier:2030=-1",
     "table:30=0.1", "frozen:2030=1", "table:2030=x"],
)  # fmt: skip
def test_bad_courses_are_refused(text):
    with pytest.raises(FactorError) as caught:
        parse_path(text)
    assert caught.value.message.id == "PATH_BAD"


@given(st.dictionaries(st.integers(2000, 2100), st.floats(0, 10), min_size=1, max_size=6), st.integers(1990, 2110))
def test_a_course_stays_between_its_figures(points, year):
    path = YearPath("table", tuple(sorted(points.items())))
    assert min(points.values()) - 1e-12 <= path.at(year) <= max(points.values()) + 1e-12
    assert sum(w for _, w in path.weights(year)) == pytest.approx(1.0)
    if year in points:
        assert path.at(year) == points[year]


def test_a_run_may_name_a_series_with_or_without_a_course():
    regional = open_resolver(region="CN-CQ", grid_path="regional")
    assert regional.find(KEY, year=2030).value == 0.2472
    assert regional.find("grid", "electricity", year=2030).value == 0.2472
    assert regional.find(KEY, year=2030, series="national").value == 0.5306
    course_ = open_resolver(region="CN-CQ", grid_path="regional; multiplier:2023=1,2033=0.5")
    assert course_.find(KEY, year=2033).value == pytest.approx(0.1236, abs=1e-15)
    for bad in ("provincal", "regional; up", "up; frozen"):
        with pytest.raises(FactorError) as caught:
            open_resolver(grid_path=bad)
        assert caught.value.message.id == "PATH_BAD"


# -- stability of rankings -----------------------------------------------------------------------------------------


def test_ranking_that_turns_on_the_series(chongqing):
    kwh = np.array([100.0, 0.0, 50.0, np.nan])
    gas = np.array([0.0, 40.0, 10.0, 1.0])

    def evaluate(series):
        return kwh * chongqing.find(KEY, year=2023, series=series).value + gas

    found = rank_stability(evaluate)
    # provincial: 55.81, 40, 37.905; regional: 24.72, 40, 22.36
    assert found.swapped == 1
    assert not found.stable
    assert found.shift[:3].tolist() == [-1.0, 1.0, 0.0]
    assert np.isnan(found.shift[3])
    assert found.correlation == pytest.approx(0.5)
    assert found.series == ("provincial", "regional")


def test_ranks_share_among_equals_and_few_zones_give_no_correlation():
    assert mean_ranks(np.array([5.0, 1.0, 5.0, 2.0])).tolist() == [3.5, 1.0, 3.5, 2.0]
    one = compare_ranks({"a": np.array([1.0]), "b": np.array([2.0])})
    assert np.isnan(one.correlation)
    assert one.stable
    assert compare_ranks({"a": np.array([]), "b": np.array([])}).stable


@given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), max_size=14))
def test_swapped_pairs_are_those_that_brute_force_counts(pairs):
    a, b = (np.array([p[i] for p in pairs], dtype=np.float64) for i in (0, 1))
    brute = sum((a[i] - a[j]) * (b[i] - b[j]) < 0 for i in range(len(a)) for j in range(i))
    assert compare_ranks({"a": a, "b": b}).swapped == brute


@pytest.mark.parametrize("size", [0, 1, 2, 3, 7, 8, 9, 100])
def test_inversions_are_those_of_all_pairs(size):
    rng = np.random.default_rng(size)
    values = rng.integers(0, max(size // 2, 1), size).astype(float)
    i, j = np.triu_indices(size, 1)
    assert inversions(values) == int((values[i] > values[j]).sum())

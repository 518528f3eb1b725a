"""Phased changes of land, growth by curve, decay and wood products, through the whole account."""

import csv
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from carbon_planner.accounting import timing
from carbon_planner.accounting.evaluate import evaluate
from carbon_planner.accounting.inputs import PlanZones, Settings
from carbon_planner.accounting.phasing import Phases, patterns
from carbon_planner.base.errors import SettingsError
from carbon_planner.base.units import CO2_PER_C
from carbon_planner.factors.store import open_set
from carbon_planner.geometry.crs import Crs

GRID = Crs.from_text("EPSG:4545")
NAN = float("nan")
RUN = Settings(plan_system="generic", base_system="generic", area_method="planar", start_year=2025, end_year=2060)


def phases(start=NAN, finish=NAN, demolition=NAN, curve="linear"):
    return Phases(np.array([start]), np.array([finish]), np.array([demolition]), curve)


def plan(base, target, phased=None, **changes):
    """One hectare from a class to another."""
    zones = PlanZones(
        "zones", ["Z1"], np.array([shapely.box(5e5, 3e6, 5e5 + 100, 3e6 + 100)], dtype=object), GRID,
        plan_class=[target], base_class=[base], phases=phased,
    )  # fmt: skip
    return evaluate(zones, None, replace(RUN, **changes))


def row(result):
    return result.zones.iloc[0]


def by_year(result):
    """Net of each year 2026 … end and after, from the ledger."""
    ledger = result.ledger[result.ledger["flags"].map(lambda f: "INFO" not in f)]
    yearly = {}
    for r in ledger.itertuples():
        sign = -1 if r.stage == "baseline" else 1
        for year in range(r.yr_from, r.yr_to + 1):
            yearly[year] = yearly.get(year, 0.0) + sign * r.tco2e / (r.yr_to - r.yr_from + 1)
    return yearly


def test_biomass_leaves_in_its_year_and_soil_from_each_increment():
    """Forest to built-up over 2027 and 2028: 26.89 t C of biomass, 30.9 of soil, 1.3 grown, per hectare."""
    result = plan("forest", "built", phases(2027.0, 2029.0))
    yearly = by_year(result)
    assert 2026 not in yearly
    slow = (30.9 - 1.3) / 20 * CO2_PER_C
    half = 26.89 / 2 * CO2_PER_C
    assert yearly[2027] == pytest.approx(half + slow / 2)
    assert yearly[2028] == pytest.approx(half + slow)
    assert yearly[2029] == pytest.approx(slow)
    assert yearly[2046] == pytest.approx(slow)
    assert yearly[2047] == pytest.approx(slow / 2)
    assert 2048 not in yearly
    assert row(result).cp_net_t == pytest.approx(row(plan("forest", "built")).cp_net_t, rel=1e-12)
    assert row(result).cp_cmt_t == 0.0


def test_what_falls_after_the_end_is_committed():
    whole = row(plan("forest", "built"))
    result = plan("forest", "built", phases(2027.0, 2029.0), end_year=2035)
    zone = row(result)
    assert zone.cp_net_t + zone.cp_cmt_t == pytest.approx(whole.cp_net_t, rel=1e-12)
    slow = (30.9 - 1.3) / 20 * CO2_PER_C
    assert zone.cp_net_t == pytest.approx(26.89 * CO2_PER_C + slow * (0.5 + 8))
    unbuilt = row(plan("forest", "built", phases(2030.0, 2040.0), end_year=2035))
    assert unbuilt.cp_net_t + unbuilt.cp_cmt_t == pytest.approx(whole.cp_net_t, rel=1e-12)
    assert unbuilt.cp_net_t == pytest.approx(0.6 * 26.89 * CO2_PER_C + slow * (0.1 * 6 * 7 / 2))
    later = row(plan("forest", "built", phases(2040.0, 2041.0), end_year=2035))
    assert later.cp_net_t == 0.0
    assert later.cp_cmt_t == pytest.approx(whole.cp_net_t, rel=1e-12)


PAIRS = [
    ("forest", "built"),
    ("cropland", "forest"),
    ("bare", "green_urban"),
    ("forest", "cropland"),
    ("water", "forest"),
]
CURVES = ["linear", "scurve", ((0.0, 0.0), (0.3, 0.6), (1.0, 1.0))]


@given(
    st.sampled_from(PAIRS), st.floats(2020, 2055), st.floats(0, 12), st.sampled_from(CURVES),
    st.sampled_from(["rule", "pulse", "linear"]), st.integers(2030, 2060),
    st.sampled_from([{}, {"growth": "curve"}, {"decay_half_life": 7.5}, {"hwp_share": 0.4}]),
)  # fmt: skip
@settings(max_examples=40, deadline=None)
def test_net_and_committed_are_the_whole_however_it_is_phased(pair, start, length, curve, how, end, options):
    changes = {"stock_timing": how, "end_year": end, **options}
    whole, phased = (row(plan(*pair, p, **changes)) for p in (None, phases(start, start + length, curve=curve)))
    assert phased.cp_net_t + phased.cp_cmt_t == pytest.approx(whole.cp_net_t + whole.cp_cmt_t, rel=1e-9, abs=1e-9)
    assert phased.cp_stke_t == pytest.approx(whole.cp_stke_t)


@given(st.sampled_from(PAIRS), st.floats(2026, 2030), st.floats(0, 5), st.sampled_from(CURVES))
@settings(max_examples=20, deadline=None)
def test_phases_inside_the_horizon_give_the_unphased_total(pair, start, length, curve):
    whole, phased = (row(plan(*pair, p)) for p in (None, phases(start, start + length, curve=curve)))
    for name in ("cp_net_t", "cp_net_lo", "cp_net_hi", "cp_cmt_t", "cp_bstk_tc", "cp_pstk_tc"):
        assert phased[name] == pytest.approx(whole[name], rel=1e-9, abs=1e-9)


def test_a_whole_pattern_changes_not_a_bit():
    for method in ("stock", "flux"):
        plain, phased = (plan("forest", "built", p, land_method=method) for p in (None, phases()))
        assert plain.ledger.equals(phased.ledger)
        assert row(plain).cp_net_t == row(phased).cp_net_t


def test_flux_counts_the_ground_that_is_converted():
    """Forest to built-up, half of it from 2030 on, all from 2031: the forest works on until it goes."""
    result = plan("forest", "built", phases(2030.0, 2031.0), land_method="flux")
    zone = row(result)
    assert zone.cp_net_t == pytest.approx(0.644 * CO2_PER_C * (0.5 + 30))
    assert zone.cp_bflux_t == pytest.approx(-0.644 * CO2_PER_C)
    assert zone.cp_pflux_t == row(plan("forest", "built", land_method="flux")).cp_pflux_t
    yearly = by_year(result)
    assert yearly[2029] == pytest.approx(0.0, abs=1e-12)
    assert yearly[2030] == pytest.approx(0.322 * CO2_PER_C)
    assert yearly[2060] == pytest.approx(0.644 * CO2_PER_C)


def test_flux_of_phased_cropland_is_displaced_only_as_far_as_it_goes():
    codes = {"plan_system": "landsea2023", "base_system": "landsea2023"}
    result = plan("0103", "0301", phases(2030.0, 2031.0), land_method="flux", **codes)
    assert row(result).cp_net_t == pytest.approx(-0.644 * CO2_PER_C * 30.5)
    displaced = result.ledger[result.ledger.stage == "displaced"]
    assert displaced.tco2e.sum() == pytest.approx(0.422 * CO2_PER_C * 30.5)
    assert row(result).cp_bflux_t == pytest.approx(0.422 * CO2_PER_C)


def test_new_urban_green_counts_twenty_years_of_each_increment():
    once = row(plan("bare", "green_urban", land_method="flux")).cp_net_t
    phased = row(plan("bare", "green_urban", phases(2027.0, 2031.0), land_method="flux")).cp_net_t
    bare = 0.005 * CO2_PER_C
    # Bare ground has −0.005 of its own, which ends earlier where the plan comes at once.
    assert phased - once == pytest.approx(-(1 + 4 / 2) * bare)


def test_demolition_does_not_turn_ground_back():
    built = row(plan("forest", "built", phases(2027.0, 2029.0, 2040.0)))
    assert built.cp_net_t == pytest.approx(row(plan("forest", "built", phases(2027.0, 2029.0))).cp_net_t)
    by_flux = [
        row(plan("forest", "built", p, land_method="flux")).cp_net_t
        for p in (phases(2027.0, 2029.0, 2040.5), phases(2027.0, 2029.0))
    ]
    assert by_flux[0] == pytest.approx(by_flux[1])


def test_growth_by_curve_is_faster_first_and_ends_at_sixty_years():
    linear, curve = (plan("cropland", "forest", growth=g, end_year=2045) for g in ("linear20", "curve"))
    grown = 26.89 * CO2_PER_C
    yearly = by_year(curve)
    assert row(linear).cp_net_t + row(linear).cp_cmt_t == pytest.approx(row(curve).cp_net_t + row(curve).cp_cmt_t)
    # 9 t a year for 20 years, 2 for 40: 180 of 260 stand after 20 years.
    assert row(curve).cp_net_t - row(linear).cp_net_t == pytest.approx(grown * (1 - 180 / 260))
    committed = curve.ledger[(curve.ledger.stage == "committed") & curve.ledger.item.str.contains("grown")]
    assert set(zip(committed.yr_from, committed.yr_to)) == {(2046, 2085)}
    assert "curve forest" in " ".join(curve.ledger.method)
    assert yearly[2030] - by_year(linear)[2030] == pytest.approx(grown * (1 / 20 - 9 / 260))
    same = [row(plan("forest", "grassland", growth=g)).cp_net_t for g in ("linear20", "curve")]
    assert same[0] == same[1], "a class without a curve grows straight"


def test_lost_biomass_decays_with_its_half_life():
    result = plan("forest", "built", decay_half_life=7.5)
    lost = result.ledger[result.ledger.item.str.endswith("lost") & (result.ledger.yr_from == 2026)]
    assert lost.tco2e.sum() == pytest.approx(26.89 * CO2_PER_C * (1 - 0.5 ** (1 / 7.5)))
    zone, plain = row(result), row(plan("forest", "built"))
    assert zone.cp_net_t + zone.cp_cmt_t == pytest.approx(plain.cp_net_t)
    assert zone.cp_cmt_t == pytest.approx(26.89 * CO2_PER_C * 0.5 ** (35 / 7.5))


def test_wood_products_hold_a_stated_share_of_what_is_above_ground():
    result = plan("forest", "built", hwp_share=0.5, hwp_half_life=35.0)
    products = result.ledger[result.ledger.item.str.contains("products")]
    assert set(products.item) == {"generic:forest>generic:built: above lost to products"}
    assert products[products.stage == "change"].tco2e.sum() == pytest.approx(19.5 * 0.5 * 0.5 * CO2_PER_C)
    zone, plain = row(result), row(plan("forest", "built"))
    assert zone.cp_net_t == pytest.approx(plain.cp_net_t - 19.5 * 0.5 * 0.5 * CO2_PER_C)
    assert zone.cp_net_t + zone.cp_cmt_t == pytest.approx(plain.cp_net_t)
    crop = [row(plan("cropland", "built", hwp_share=h)).cp_net_t for h in (0.0, 0.5)]
    assert crop[0] == crop[1], "a field gives no wood"
    assert row(plan("forest", "built", hwp_share=0.0)).cp_net_t == plain.cp_net_t


def test_litter_is_a_pool_of_its_own(tmp_path):
    rows = ["factor_id,system,item,parameter,value,unit,gas,range_kind,source,year,confidence,region,category"]
    for item, pools in {
        "forest": {"above": 20, "litter": 5, "soil": 90},
        "built": {"above": 0, "litter": 0, "soil": 60},
    }.items():
        rows += [
            f"{item}_{p},generic,{item},{p},{v},tC/ha,C,none,a test,2024,recalled,World,x" for p, v in pools.items()
        ]
    path = tmp_path / "pools.csv"
    path.write_text("\n".join(rows), encoding="utf-8")
    result = plan("forest", "built", phases(2030.0, 2031.0), factor_set=str(path))
    litter = result.ledger[result.ledger.item.str.endswith(": litter lost")]
    assert litter.tco2e.tolist() == pytest.approx([5 * CO2_PER_C])
    assert litter.yr_from.tolist() == litter.yr_to.tolist() == [2030]


@pytest.mark.parametrize(
    "wrong", [{"growth": "cubic"}, {"hwp_share": 1.5}, {"hwp_half_life": -1.0}, {"decay_half_life": -2.0}]
)
def test_options_out_of_range_are_refused(wrong):
    with pytest.raises(SettingsError):
        replace(RUN, **wrong).check()


@given(st.floats(0.1, 60), st.integers(1, 60))
@settings(max_examples=50, deadline=None)
def test_profiles_are_the_whole(half_life, years):
    shipped = [curve.profile() for curve in timing.curves().values()]
    for profile in (timing.decaying(half_life), timing.straight(years), *shipped):
        assert sum(profile.shares) == pytest.approx(1.0)
        found = timing.schedule(None, profile, 2025, 2060)
        committed = 0.0 if found.committed is None else found.committed.share
        assert sum(s.share for s in found.inside) + committed == pytest.approx(1.0, abs=1e-10)
        assert all(2026 <= s.yr_from <= s.yr_to <= 2060 for s in found.inside)


def test_shipped_curves_say_where_they_are_from():
    """A curve needs a source, and the factors that it names are in the library."""
    found = {f.factor_id: f.value for f in open_set("ipcc_afolu").factors}
    with Path(timing.__file__).with_name("land_curves.csv").open(encoding="utf-8", newline="") as handle:
        rows = {row["item"]: row for row in csv.DictReader(handle)}
    assert all(row["source"] and row["confidence"] == "recalled" for row in rows.values())
    assert (found["i06_gw_asia_subhumid_young"], found["i06_gw_asia_subhumid_old"]) == (9.0, 2.0)
    assert dict(timing.curves()["forest"].parameters) == {"first": 9.0, "second": 2.0, "change": 20.0, "end": 60.0}
    assert found["i06_perennial_agb_temp"] / found["i06_perennial_g_temp"] == pytest.approx(30.0)
    assert dict(timing.curves()["orchard"].parameters) == {"years": 30.0}
    assert set(rows) == set(timing.curves())


def test_runs_of_equal_years_are_one_span():
    pattern = patterns(phases(2027.0, 2030.0), 2025, 2060)[0][0]
    found = timing.schedule(pattern, timing.straight(20), 2025, 2060)
    assert [(s.yr_from, s.yr_to) for s in found.inside] == [
        (2027, 2027), (2028, 2028), (2029, 2046), (2047, 2047), (2048, 2048),
    ]  # fmt: skip
    assert timing.in_place(pattern, 35)[:6] == pytest.approx((0, 1 / 6, 0.5, 5 / 6, 1, 1), abs=1e-9)

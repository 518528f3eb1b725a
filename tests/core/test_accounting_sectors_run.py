"""A run of all sectors: the land stays what it was, parts add up, nulls stay null, phases and draws work."""

from dataclasses import replace

import numpy as np
import pytest
import shapely

from carbon_planner.accounting.evaluate import evaluate
from carbon_planner.accounting.inputs import BaseParcels, PlanZones, Settings
from carbon_planner.accounting.phasing import Phases
from carbon_planner.base.fields import land_fields, zone_fields
from carbon_planner.geometry.crs import Crs

UTM = Crs.from_text("EPSG:32648")
ALL = ("land", "buildings", "supply", "transport", "waste", "water", "industry", "agriculture", "sinks")
RUN = Settings(plan_system="landsea2023", base_system="survey3", start_year=2025, end_year=2060, sectors=ALL)
PARTS = ("land", "bldg", "tran", "wast", "sink", "oth")


def boxes(count, size=200.0):
    x = 500_000.0 + np.arange(count) * size
    return shapely.box(x, 3_270_000.0, x + size, 3_270_000.0 + size)


def plan(codes=("0701", "0901", "1401"), **more):
    return PlanZones(
        "plan", [f"z{i}" for i in range(len(codes))], boxes(len(codes)), UTM, plan_class=list(codes), **more
    )


def base(codes=("0103", "0103", "0103")):
    return BaseParcels("base", [str(i) for i in range(len(codes))], boxes(len(codes)), UTM, list(codes))


@pytest.fixture(scope="module")
def result():
    return evaluate(plan(), base(), RUN)


def test_the_land_is_the_same_with_and_without_other_sectors(result):
    alone = evaluate(plan(), base(), replace(RUN, sectors=("land",)))
    for name in ("cp_land_t", "cp_bstk_tc", "cp_pstk_tc", "cp_bflux_t", "cp_pflux_t", "cp_unk_ha"):
        assert result.zones[name].tolist() == alone.zones[name].tolist()
    assert list(alone.zones.columns) == [f.name for f in land_fields()]
    assert list(result.zones.columns) == [f.name for f in zone_fields()]
    by_class = [r.totals.by_class.area_ha.tolist() for r in (result, alone)]
    assert by_class[0] == by_class[1]


def test_sectors_add_up_to_the_net_of_zones_and_totals(result):
    zones, totals = result.zones, result.totals
    parts = np.nansum([zones[f"cp_{p}_t"] for p in PARTS], axis=0)
    np.testing.assert_allclose(parts, zones.cp_net_t, rtol=1e-12)
    np.testing.assert_allclose(zones.cp_emis_t + zones.cp_rem_t, zones.cp_net_t, rtol=1e-9)
    assert totals.net == pytest.approx(zones.cp_net_t.sum(), rel=1e-12)
    assert totals.sectors.net_tco2e.sum() == pytest.approx(totals.net, rel=1e-12)


def test_years_add_up_to_the_net(result):
    yearly = result.totals.yearly
    sign = yearly.stage.map({"plan": 1.0, "baseline": -1.0, "change": 1.0}).fillna(0.0)
    assert set(yearly[yearly.in_net == 1].stage) <= {"plan", "baseline", "change"}
    assert (yearly.tco2e * sign)[yearly.in_net == 1].sum() == pytest.approx(result.totals.net, rel=1e-9)


def test_the_ledger_adds_up_to_the_zones(result):
    ledger = result.ledger
    counted = ledger[~ledger["flags"].str.contains("INFO") & (ledger.stage != "committed")]
    sign = np.where(counted.stage == "baseline", -1.0, 1.0)
    by_zone = (counted.tco2e * sign).groupby(counted.zone_id).sum()
    np.testing.assert_allclose(by_zone[result.zones.cp_zone_id], result.zones.cp_net_t, rtol=1e-9)


def test_operation_of_housing_is_floor_area_times_use_times_grid():
    settings = replace(RUN, sectors=("land", "buildings"), start_year=2025, end_year=2026)
    zones = plan(("0701",), quantities={"floor_area_m2": np.array([100_000.0])})
    ledger = evaluate(zones, base(("0103",)), settings).ledger
    row = ledger[(ledger.item == "electricity [residential]") & (ledger.stage == "plan")].iloc[0]
    use = 31.0  # kWh/(m²·yr), housing in the hot-summer cold-winter zone
    assert row.act_qty == pytest.approx(100_000.0)
    assert row.tco2e == pytest.approx(100_000.0 * use * 0.5581 / 1000.0, rel=0.02)
    assert "grid_2023_cn_cq" in row.factor_id


def test_a_lumped_built_baseline_gives_a_plan_but_no_net():
    worldcover = replace(RUN, base_system="worldcover")
    found = evaluate(plan(), base(("50", "40", "40")), worldcover)
    zones = found.zones
    assert np.isnan(zones.cp_bldg_t[0])
    assert zones.cp_bldg_t[1] > 0
    assert zones.cp_pyr_t[0] > 0
    assert np.isnan(zones.cp_byr_t[0])
    assert "buildings" not in zones.cp_scope[0].split()
    assert "buildings" in zones.cp_scope[1].split()
    assert zones.cp_net_t[0] == pytest.approx(np.nansum([zones[f"cp_{p}_t"][0] for p in PARTS]), rel=1e-12)
    assert found.totals.net == pytest.approx(zones.cp_net_t.sum(), rel=1e-12)


def test_nothing_changes_where_the_plan_repeats_the_baseline():
    same = evaluate(
        plan(("0701", "0901", "0301")), base(("0701", "0901", "0301")), replace(RUN, base_system="landsea2023")
    )
    assert same.zones.cp_net_t.tolist() == pytest.approx([0.0, 0.0, 0.0], abs=1e-9)
    assert same.totals.low == pytest.approx(0.0, abs=1e-9)
    assert same.totals.high == pytest.approx(0.0, abs=1e-9)


def test_a_plan_built_later_emits_less_within_the_horizon(result):
    nan = np.full(3, np.nan)
    late = plan(phases=Phases(np.full(3, 2035.0), np.full(3, 2045.0), nan))
    phased = evaluate(late, base(), RUN)
    # In place on average from 2040 on: 21 of 35 years.
    assert phased.zones.cp_bldg_t[0] == pytest.approx(result.zones.cp_bldg_t[0] * 21 / 35, rel=1e-6)
    at_once = evaluate(plan(phases=Phases(nan, nan, nan)), base(), RUN)
    assert at_once.zones.cp_net_t.tolist() == pytest.approx(result.zones.cp_net_t.tolist(), rel=1e-12)
    first = phased.totals.yearly.query("sector == 'buildings' and stage == 'plan' and scope in ('1', '2')").year.min()
    assert first == 2035


def test_draws_widen_nothing_but_the_method_of_the_interval(result):
    drawn = evaluate(plan(), base(), replace(RUN, draws=4000, seed=7))
    assert drawn.zones.cp_net_t.tolist() == result.zones.cp_net_t.tolist()
    assert set(drawn.zones.cp_unc) == {"MC n=4000 seed=7"}
    assert set(result.zones.cp_unc) == {"A1"}
    width = (drawn.totals.high - drawn.totals.low) / (result.totals.high - result.totals.low)
    assert 0.7 < width < 1.3
    again = evaluate(plan(), base(), replace(RUN, draws=4000, seed=7))
    assert again.totals.low == drawn.totals.low


def test_intensities_divide_the_end_years_emission(result):
    zones = result.zones
    assert zones.cp_i_ha[0] == pytest.approx(zones.cp_pyr_t[0] / zones.cp_area_ha[0])
    assert zones.cp_i_m2[0] == pytest.approx(1000 * zones.cp_pyr_t[0] / zones.cp_gfa_m2[0])
    assert zones.cp_i_pp[0] == pytest.approx(zones.cp_pyr_t[0] / zones.cp_pop[0])
    assert np.isnan(zones.cp_i_gdp[0])
    given = evaluate(plan(quantities={"gdp_1e4yuan": np.array([5000.0, np.nan, 100.0])}), base(), RUN).zones
    assert given.cp_i_gdp[0] == pytest.approx(given.cp_pyr_t[0] / 5000.0)
    assert np.isnan(given.cp_i_gdp[1])


def test_the_statement_names_what_is_in_and_what_is_not(result):
    assert result.statement[0].id == "ALL_SECTORS_INCLUDED"
    some = evaluate(plan(), base(), replace(RUN, sectors=("land", "buildings"))).statement[0]
    assert some.text("en").startswith("Included: Carbon of the land, Buildings. Not included: Energy supply on site")
    assert "建筑" in some.text("zh")


def test_gases_keep_their_mass_whatever_the_warming_potentials():
    masses, totals = {}, {}
    for gwp in ("AR4", "AR5", "AR6"):
        found = evaluate(plan(("0701",)), base(("0103",)), replace(RUN, gwp=gwp)).ledger
        rows = found[(found.gas == "CH4") & (found.stage == "plan")]
        masses[gwp], totals[gwp] = rows.gas_t.sum(), rows.tco2e.sum()
    assert masses["AR4"] == pytest.approx(masses["AR6"], rel=1e-12)
    assert totals["AR4"] / masses["AR4"] == pytest.approx(25.0, rel=1e-9)
    assert totals["AR5"] / masses["AR5"] == pytest.approx(28.0, rel=1e-9)


def test_embodied_emission_is_a_column_of_its_own(result):
    """Rule 12: scope 3 of the plan as it is dated, in no net; the annualised view of it is never added."""
    ledger = result.ledger
    dated = ledger[(ledger.category == "buildings") & (ledger.scope.astype(str) == "3") & (ledger.stage == "plan")]
    dated = dated[~dated.method.str.startswith("annualised")]
    by_zone = dated.groupby("zone_id").tco2e.sum().reindex(result.zones.cp_zone_id).fillna(0.0)
    np.testing.assert_allclose(result.zones.cp_emb_t, by_zone, rtol=1e-12)
    assert result.zones.cp_emb_t[0] > 0.0
    one = replace(RUN, sectors=("land", "buildings"), end_year=2027)
    built = evaluate(plan(("0701",), quantities={"floor_area_m2": np.array([10_000.0])}), base(("0103",)), one)
    # 400 kg for materials, 15 for their transport, 30 for the works: no other embodied emission of housing in two years
    assert built.zones.cp_emb_t[0] == pytest.approx(10_000 * 0.445)
    assert built.zones.cp_emb_t[0] not in (built.zones.cp_net_t[0], built.zones.cp_bldg_t[0])
    without = evaluate(plan(), base(), replace(RUN, sectors=("land", "transport")))
    assert np.isnan(without.zones.cp_emb_t).all()
    lumped = evaluate(plan(), base(("50", "40", "40")), replace(RUN, base_system="worldcover"))
    assert np.isnan(lumped.zones.cp_emb_t[0])
    assert lumped.zones.cp_emb_t[1] > 0.0


def test_the_total_of_a_sector_is_null_where_only_nothing_is_known(result):
    """Offices without a climate have no net; the park beside them has nothing, which is no total of 0."""
    settings = replace(RUN, region="CN-SC", sectors=("land", "buildings"))
    found = evaluate(plan(("0902", "0301")), base(("0103", "0301")), settings)
    assert np.isnan(found.zones.cp_bldg_t[0])
    sectors = found.totals.sectors.set_index("field").net_tco2e
    assert np.isnan(sectors["bldg"])

"""Reconciling with an official inventory: the sums hold, plans follow, verdicts flip."""

from dataclasses import replace

import numpy as np
import pytest
from test_accounting_sectors_run import RUN, base, plan

from carbon_planner.accounting.evaluate import evaluate
from carbon_planner.analysis import reconcile
from carbon_planner.analysis.verdicts import at_most, net_sign
from carbon_planner.base.errors import SettingsError

SECTORS = ("land", "buildings", "transport", "waste")


@pytest.fixture(scope="module")
def district():
    """Three zones that are built up before and after, with floor area on both sides."""
    floor = np.array([40_000.0, 60_000.0, np.nan])
    zones = plan(
        ("0701", "0901", "0702"), quantities={"floor_area_m2": floor * 1.5}, base_quantities={"floor_area_m2": floor}
    )
    return evaluate(zones, base(("0701", "0901", "0702")), replace(RUN, sectors=SECTORS))


def test_bottom_up_is_the_yearly_emission_of_the_existing_state(district):
    found = reconcile.bottom_up(district, 2026)
    assert found.sectors == ("buildings", "transport", "waste")
    assert found.values.shape == (3, 3)
    yearly = district.totals.yearly
    rows = yearly[(yearly.year == 2026) & (yearly.stage == "baseline") & (yearly.tco2e > 0) & (yearly.in_net == 1)]
    by_sector = rows.groupby("sector").tco2e.sum()
    for column, sector in enumerate(found.sectors):
        assert np.nansum(found.values[:, column]) == pytest.approx(by_sector.get(sector, 0.0), rel=1e-9)
    assert (found.spread >= 0).all()


@pytest.mark.parametrize("way", reconcile.WAYS)
def test_official_sums_are_met_and_the_residual_stays_visible(district, way):
    found = reconcile.bottom_up(district, 2026)
    buildings = np.nansum(found.values[:, 0])
    calibrated = reconcile.reconcile(found, {"buildings": buildings * 1.25}, way)
    table = calibrated.sectors.set_index("sector")
    assert np.nansum(calibrated.values[:, 0]) == pytest.approx(buildings * 1.25, rel=1e-9)
    assert table.residual["buildings"] == pytest.approx(0.25 * buildings)
    assert np.isnan(table.residual["transport"])
    assert reconcile.factors_of(calibrated) == {"buildings": pytest.approx(1.25)}
    np.testing.assert_array_equal(calibrated.values[:, 1:], found.values[:, 1:])


def test_factors_of_one_change_nothing(district):
    again = reconcile.rerun({"a": district}, {})
    whole = again.figures[again.figures.zone_id.isna()].iloc[0]
    assert whole.cp_net_t_old == whole.cp_net_t_new == pytest.approx(district.totals.net, rel=1e-12)
    assert whole.cp_net_lo_old == pytest.approx(district.totals.low, rel=1e-9)
    assert whole.cp_emis_t_old == pytest.approx(district.totals.emissions, rel=1e-12)
    by_zone = again.figures[again.figures.zone_id.notna()]
    np.testing.assert_allclose(by_zone.cp_net_t_old, district.zones.cp_net_t, rtol=1e-12)
    np.testing.assert_allclose(by_zone.cp_pyr_t_old, district.zones.cp_pyr_t, rtol=1e-12)
    assert len(again.flips) == 0


def test_plans_follow_the_factors_and_flips_are_listed(district):
    zones = district.zones
    cap = float(district.totals.figures["cp_pyr_t"]) * 1.1
    again = reconcile.rerun({"north": district}, {"buildings": 1.5}, (net_sign(), at_most("cp_pyr_t", cap)))
    whole = again.figures[again.figures.zone_id.isna()].iloc[0]
    added = 0.5 * float(zones.cp_bldg_t.sum())
    assert whole.cp_net_t_new - whole.cp_net_t_old == pytest.approx(added, rel=1e-9)
    flips = again.flips[again.flips.zone_id.isna()]
    assert flips[["plan", "old", "new"]].to_numpy().tolist() == [["north", "pass", "fail"]]
    by_zone = again.figures[again.figures.zone_id.notna()]
    change = (by_zone.cp_net_t_new - by_zone.cp_net_t_old).to_numpy()
    np.testing.assert_allclose(change, 0.5 * zones.cp_bldg_t, rtol=1e-9)


def test_a_sector_that_was_not_evaluated_is_refused(district):
    found = reconcile.bottom_up(district, 2026)
    with pytest.raises(SettingsError, match="industry"):
        reconcile.reconcile(found, {"industry": 5.0})
    with pytest.raises(SettingsError, match="guess"):
        reconcile.reconcile(found, {}, "guess")

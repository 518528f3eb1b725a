"""Golden numbers of the field, each by the code of the product: the double-precision results a correct tool gives.

Sections are numbered as in the reference of formulas behind docs/methods.md: 4.1 stocks, 4.2 value, 4.3 disturbance,
4.4 IPCC, 4.5 growth and decay, 4.6 buildings, 4.7 transport, 4.13 invariants. 4.8 to 4.12 (indicators, uncertainty,
maps, places, areas) are in ``test_golden_numbers_indicators.py``.
"""

import math

import numpy as np
import pytest
import shapely

from carbon_planner.accounting.evaluate import evaluate
from carbon_planner.accounting.inputs import PlanZones, Settings
from carbon_planner.accounting.methods import (
    baselines,
    buildings,
    decay,
    growth,
    ipcc,
    transport,
    valuation,
)
from carbon_planner.accounting.phasing import Phases, patterns
from carbon_planner.base.errors import SettingsError
from carbon_planner.base.units import CO2_PER_C, parse_unit
from carbon_planner.geometry.crs import Crs

GRID = Crs.from_text("EPSG:4545")
CHONGQING = (106.55, 29.56)
golden = pytest.approx


# ---------------------------------------------------------------------------------------------------- 4.1 stocks


@pytest.fixture(scope="module")
def pools(tmp_path_factory):
    """InVEST's sample pools as a factor table: forest 257, urban 27 t C/ha; open land has no soil figure."""
    rows = ["factor_id,system,item,parameter,value,unit,gas,range_kind,source,year,confidence,region,category"]
    table = {"forest": (140, 70, 35, 12), "built": (5, 5, 15, 2), "grassland": (5, 5, "", 2)}
    for item, values in table.items():
        for pool, value in zip(("above", "below", "soil", "dead"), values):
            if value != "":
                rows.append(f"{item}_{pool},generic,{item},{pool},{value},tC/ha,C,none,guide,2024,recalled,World,x")
    path = tmp_path_factory.mktemp("pools") / "pools.csv"
    path.write_text("\n".join(rows), encoding="utf-8")
    return str(path)


def ten_hectares(pools, base, target):
    zones = PlanZones(
        "zones", ["Z1"], np.array([shapely.box(5e5, 3e6, 5e5 + 1000, 3e6 + 100)], dtype=object), GRID,
        plan_class=[target], base_class=[base],
    )  # fmt: skip
    settings = Settings(plan_system="generic", base_system="generic", factor_set=pools, area_method="planar")
    return evaluate(zones, None, settings)


def test_4_1_stock_is_area_times_the_sum_of_pools(pools):
    zone = ten_hectares(pools, "forest", "built").zones.iloc[0]
    assert zone.cp_bstk_tc == golden(2570.0)
    assert zone.cp_pstk_tc == golden(270.0)


def test_4_1_ten_hectares_of_forest_to_urban(pools):
    zone = ten_hectares(pools, "forest", "built").zones.iloc[0]
    assert zone.cp_pstk_tc - zone.cp_bstk_tc == golden(-2300.0)
    assert zone.cp_net_t == golden(8433.333333333334, rel=1e-12), "−8433.3333 tCO2 of stock is an emission"


def test_4_1_carbon_to_co2_is_44_over_12_and_never_3_67():
    assert CO2_PER_C == 44 / 12
    assert parse_unit("tC/ha").co2_tonnes_per_ha() == 44 / 12
    assert 0.0009 < 3.67 / CO2_PER_C - 1 < 0.00092


def test_4_1_a_class_without_factors_is_named_with_its_area(pools):
    result = ten_hectares(pools, "forest", "water")
    missing = [m for m in result.warnings if m.id == "CLASS_WITHOUT_FACTOR"]
    assert "water" in missing[0].text()
    zone = result.zones.iloc[0]
    assert np.isnan(zone.cp_net_t)
    assert zone.cp_unk_ha == golden(10.0)


def test_4_1_a_pool_that_is_null_is_not_zero(pools):
    zone = ten_hectares(pools, "forest", "grassland").zones.iloc[0]
    assert "SOIL_NE" in zone.cp_flags.split()
    assert zone.cp_net_t == golden(10 * (222 - 12) * CO2_PER_C), "soil is left out on both sides, not lost"


# ----------------------------------------------------------------------------------------------------- 4.2 value


@pytest.mark.parametrize(
    ("rate", "price_change", "factor_"),
    [(0.07, 0.0, 32.3154986698), (0.07, 0.02, 29.9334844574), (0.07, -0.02, 35.0550824337), (0.0, 0.0, 43.0)],
)
def test_4_2_invest_value_of_a_tonne(rate, price_change, factor_):
    assert valuation.invest_factor(43.0, rate, price_change, 2020, 2030) == golden(factor_, rel=1e-11)


def test_4_2_invest_value_of_ten_hectares(pools):
    zone = ten_hectares(pools, "forest", "built").zones.iloc[0]
    value = valuation.invest_value(zone.cp_pstk_tc - zone.cp_bstk_tc, 43.0, 0.07, 0.0, 2020, 2030)
    assert value == golden(-74325.646941, rel=1e-10)


def test_4_2_cplus_net_present_value():
    costs = np.array([300.0, 50, 50, 50, 50])
    assert valuation.net_present_value(np.full(5, 100.0), costs, 0.05) == golden(-22.7024748, abs=5e-8)


def test_4_2_coastal_blue_carbon_value():
    """V = Σ p_t (S_t − S_(t−1))/(1 + d)^t with a base price that inflates."""
    prices = valuation.inflated_prices(10.0, 0.1, 2)
    assert valuation.stock_value(np.array([100.0, 110.0, 115.0]), prices, 0.05) == golden(
        10 * 10 / 1.05 + 11 * 5 / 1.05**2, rel=1e-14
    )


def test_4_2_rates_may_be_negative_or_above_one():
    for rate in (-0.99, -0.2, 1.0, 3.0):
        assert math.isfinite(valuation.invest_factor(43.0, rate, 0.0, 2020, 2030))
    with pytest.raises(SettingsError):
        valuation.invest_factor(43.0, -1.0, 0.0, 2020, 2030)


# ----------------------------------------------------------------------------------------------- 4.3 disturbance


def test_4_3_emission_after_a_disturbance():
    years = np.arange(1.0, 5.0)
    # with 40 digits the fourth is 6.69018432713110…; a table in circulation prints 6.6901842713, two digits swapped
    expected = [8.8277511442, 8.0484592415, 7.3379612888, 6.6901843271]
    assert decay.released_in_year(100.0, years, 7.5) == golden(expected, rel=1e-10)


def test_4_3_an_event_acts_from_the_year_after():
    emitted, left = decay.disturbance(np.array([2029.0, 2030, 2031]), 2030, 200.0, 0.5, 7.5)
    assert emitted == golden([0.0, 0.0, 8.8277511442], rel=1e-10)
    assert left == golden([100.0, 100.0, 91.1722488558], rel=1e-10)


# ------------------------------------------------------------------------------------------------------ 4.4 IPCC


def test_4_4_soil_loses_1_26_a_year_and_stops_exactly():
    after = ipcc.soil_carbon(60.0, 0.58, 1.0, 1.0)
    assert ipcc.soil_change_rate(60.0, after) == golden(-1.26, rel=1e-14)
    path = ipcc.soil_path(60.0, after, np.array([12.0, 20.0, 21.0, 100.0]))
    assert path == golden([44.88, 34.80, 34.80, 34.80], rel=1e-14)
    assert path[1] == path[2] == path[3] == after


@pytest.mark.parametrize(
    ("above", "below", "carbon"),
    [(50.0, 15.8998184, 32.9499092), (100.0, 29.4651638, 64.7325819), (200.0, 54.6041380, 127.3020690)],
)
def test_4_4_roots_after_mokany(above, below, carbon):
    roots = ipcc.below_ground_mokany(above)
    assert roots == golden(below, abs=5e-8)
    assert ipcc.biomass_carbon(above, roots, 0.5) == golden(carbon, abs=5e-8)


def test_4_4_gain_loss_and_stock_difference_agree():
    yearly = ipcc.gain_loss(np.array([5.0, 4.0, 3.0]), np.array([1.0, 6.0, 0.5]))
    assert ipcc.stock_difference(100.0, 100.0 + yearly.sum(), 2025, 2028) * 3 == golden(yearly.sum())


# ------------------------------------------------------------------------------------------ 4.5 growth and decay


def test_4_5_yield_curve_to_increments():
    stocks = growth.table(np.arange(0.0, 4.0), np.array([0.0, 2, 3]), np.array([0.0, 10, 18]))
    assert growth.increments(stocks) == golden([5.0, 5.0, 8.0])


def test_4_5_mass_of_each_step_closes():
    moves, releases = np.array([[0.0, 0.04, 0.0], [0.0, 0.0, 0.3], [0.0, 0.0, 0.0]]), np.array([[0.0], [0.2], [0.02]])
    step = growth.turn_over(np.array([120.0, 8.0, 90.0]), np.array([6.0, 0.0, 0.0]), moves, releases)
    assert step.pools == golden([121.2, 8.8, 90.6])
    assert step.released == golden([3.4])
    assert step.imbalance == golden(0.0, abs=1e-12)


def test_4_5_ten_kelvin_multiply_decay_by_q10():
    assert decay.warmed_rate(0.05, 20.0, 10.0, 2.0) == golden(0.1)
    assert decay.warmed_rate(0.05, 17.0, 10.0, 2.65) == golden(0.05 * math.exp(7 * math.log(2.65) * 0.1))


def test_4_5_restoration_in_two_periods():
    assert growth.two_periods(np.array([20.0, 60.0, 80.0]), 3.0, 1.0) == golden([60.0, 100.0, 100.0])


def test_4_5_forest_edge():
    assert growth.edge_stock(1.0, 240.0, 100.0, 1.5, "asymptotic") == golden(240 - 100 * math.exp(-1.5))
    assert growth.edge_stock(2.0, 240.0, 10.0, 0.0, "logarithmic") == golden(240 + 10 * math.log(2))
    assert growth.edge_stock(2.0, 240.0, 10.0, 0.0, "linear") == golden(260.0)


# ------------------------------------------------------------------------------------------------- 4.6 buildings


def test_4_6_components_of_25_years_are_made_three_times():
    assert buildings.renewals(np.array([25.0, 30.0, 60.0, 61.0])).tolist() == [3, 2, 1, 1]


def test_4_6_technical_systems_every_25_years():
    dated = buildings.dated(35.0, 25, 2025, np.arange(2025, 2085))
    assert (dated.sum(), np.flatnonzero(dated).tolist()) == (105.0, [0, 25, 50])


def test_4_6_grid_factor_falls_between_reference_and_target():
    path = buildings.grid_path(np.arange(2020.0, 2025.0), 2021, 2023, 0.5)
    assert (100 * path).tolist() == [100.0, 100.0, 75.0, 50.0, 50.0]


@pytest.mark.parametrize(("period", "yearly"), [(30, 17.5), (50, 10.5)])
def test_4_6_annualised_525_kg(period, yearly):
    years = np.arange(2025, 2025 + period)
    assert buildings.annualised(525.0, period, 2025, years, period) == golden(np.full(period, yearly))
    assert buildings.dated(525.0, period, 2025, years, period).sum() == 525.0


def test_4_6_floor_area_of_a_zone_is_split_evenly_over_its_years():
    found, _ = patterns(Phases(np.array([2026.0]), np.array([2031.0]), np.array([np.nan])), 2025, 2035)
    assert found[0].added == golden((0.2,) * 5 + (0.0,) * 5)


def test_4_6_demolition_of_0_15_per_cent_a_year():
    standing, gone = buildings.stock_of_floor(100_000.0, 2, 0.0015)
    assert (standing[1], gone[0]) == (golden(100_000 * 0.9985**2), golden(150.0))


def test_4_6_operation_by_the_recalled_formula_of_gb_t_51366():
    c_m = buildings.operation(np.array([100.0, 10.0]), np.array([0.5, 2.0]), 20.0, 10.0, 50)
    assert c_m == golden((100 * 0.5 + 10 * 2.0 - 20.0) * 50 / 10)


# ------------------------------------------------------------------------------------------------- 4.7 transport


def test_4_7_trips_by_mode():
    km = transport.distance_travelled(1000.0, 2.0, np.array([5.0, 10.0]), np.array([0.25, 0.75]))
    assert km == golden([1000 * 2 * 0.25 * 5 * 365, 1000 * 2 * 0.75 * 10 * 365])
    emitted = transport.trip_emissions(km, np.array([0.0, 0.2]), np.array([1.0, 1.25]))
    assert emitted == golden([0.0, 1000 * 2 * 0.75 * 10 * 365 * 0.2 / 1.25])


# ---------------------------------------------------------------------------------- 4.13 invariants with a number


def test_4_13_the_way_back_has_the_opposite_sign(pools):
    there, back = (ten_hectares(pools, *pair).totals.net for pair in (("forest", "built"), ("built", "forest")))
    assert there == golden(-back)
    assert there == golden(8433.3333333)
    assert baselines.change(3.0, 5.0) == -baselines.change(5.0, 3.0)


def test_4_13_no_change_is_exactly_zero(pools):
    totals = ten_hectares(pools, "forest", "forest").totals
    assert (totals.net, totals.low, totals.high) == (0.0, 0.0, 0.0)

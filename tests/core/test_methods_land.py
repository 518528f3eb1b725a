"""Methods of land carbon: IPCC balances, growth, decay, forest sub-compartments."""

import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from carbon_planner.accounting.evaluate import evaluate
from carbon_planner.accounting.inputs import BaseParcels, PlanZones, Settings
from carbon_planner.accounting.methods import decay, forest, growth, ipcc
from carbon_planner.base.errors import SettingsError
from carbon_planner.geometry.crs import Crs

NAN = float("nan")
RATE = st.floats(0.0, 50.0)


@given(st.lists(st.tuples(RATE, RATE), min_size=1, max_size=40), st.floats(0, 500))
@settings(max_examples=100, deadline=None)
def test_stock_difference_equals_gain_loss_integrated(flows, start):
    gains, losses = np.array(flows).T
    yearly = ipcc.gain_loss(gains, losses)
    end = start + yearly.sum()
    mean = ipcc.stock_difference(start, end, 2025, 2025 + len(flows))
    assert mean * len(flows) == pytest.approx(yearly.sum(), rel=1e-9, abs=1e-9)


@given(st.floats(0, 200), st.floats(0, 200), st.integers(1, 60))
@settings(max_examples=100, deadline=None)
def test_soil_stops_exactly_and_its_rate_integrates_to_the_difference(before, after, years):
    path = ipcc.soil_path(before, after, np.arange(0.0, 81.0), years)
    assert path[0] == before
    assert (path[years:] == after).all()
    rate = ipcc.soil_change_rate(before, after, years)
    assert np.diff(path[: years + 1]) == pytest.approx(np.full(years, rate), abs=1e-9)


def test_soil_carbon_is_a_product_of_factors():
    assert ipcc.soil_carbon(64.0, 0.69, 1.0, 1.11) == pytest.approx(49.0176)
    reference = np.array([64.0, NAN])
    assert ipcc.soil_carbon(reference, 0.8, 1.0, 1.0).tolist() == pytest.approx([51.2, NAN], nan_ok=True)


def test_change_between_maps_starts_in_the_middle():
    assert ipcc.middle_year(2000, 2015) == 2007
    assert ipcc.middle_year(2010, 2011) == 2010, "one year apart: the full effect"
    soil = ipcc.soil_between_maps(60.0, 34.8, 2000, 2015, np.array([2005, 2007, 2015, 2027, 2040]))
    assert soil == pytest.approx([60.0, 60.0, 60.0 - 8 * 1.26, 34.8, 34.8])


def test_ratio_of_roots_from_a_table():
    """Table 4.4 of IPCC 2006, subtropical humid forest: 0.20 below 125 t/ha, 0.24 above."""
    found = ipcc.root_ratio(np.array([50.0, 124.9, 125.0, 300.0, NAN]), np.array([125.0]), np.array([0.20, 0.24]))
    assert found == pytest.approx([0.20, 0.20, 0.24, 0.24, NAN], nan_ok=True)
    assert ipcc.below_ground(np.array([100.0]), found[0]) == pytest.approx([20.0])
    assert ipcc.biomass_carbon(100.0, 20.0, 0.47) == pytest.approx(56.4)
    with pytest.raises(SettingsError):
        ipcc.root_ratio(50.0, np.array([75.0, 150.0]), np.array([0.4, 0.3]))
    with pytest.raises(SettingsError, match="rise"):
        ipcc.root_ratio(50.0, np.array([150.0, 75.0]), np.array([0.4, 0.3, 0.2]))


def test_two_states_at_one_time_have_no_rate():
    with pytest.raises(SettingsError, match="above 0"):
        ipcc.stock_difference(10.0, 20.0, 2025, 2025)


CURVES = {
    "linear": lambda age: growth.linear(age, 100.0, 20),
    "chapman": lambda age: growth.chapman_richards(age, 100.0, 0.05, 3.0),
    "logistic": lambda age: growth.logistic(age, 100.0, 0.15, 25.0),
    "table": lambda age: growth.table(age, np.array([0.0, 20, 40, 80]), np.array([0.0, 30, 70, 100])),
    "periods": lambda age: growth.two_periods(age, 3.0, 1.0),
}


@pytest.mark.parametrize("name", CURVES)
def test_increments_of_a_curve_sum_to_its_stock(name):
    ages = np.arange(0.0, 101.0)
    stocks = CURVES[name](ages)
    assert stocks[0] == pytest.approx(0.0, abs=1e-12)
    assert (np.diff(stocks) >= -1e-12).all()
    assert growth.increments(stocks).sum() == pytest.approx(stocks[-1])
    assert growth.increments(np.stack([stocks, stocks * 2])).shape == (2, 100)


def test_values_of_the_curves():
    assert growth.linear(np.array([-1, 5, 20, 30]), 100.0, 20) == pytest.approx([0, 25, 100, 100])
    assert growth.chapman_richards(30.0, 100.0, 0.05, 3.0) == pytest.approx(100 * (1 - np.exp(-1.5)) ** 3)
    assert growth.logistic(25.0, 100.0, 0.15, 25.0) == pytest.approx(
        100 * (0.5 - 1 / (1 + np.exp(3.75))) / (1 - 1 / (1 + np.exp(3.75)))
    )
    assert growth.two_periods(np.array([10, 20, 40, 60, 90]), 3.0, 1.0) == pytest.approx([30, 60, 80, 100, 100])
    with pytest.raises(SettingsError, match="rise"):
        growth.table(5.0, np.array([0.0, 20.0, 20.0]), np.array([0.0, 1.0, 2.0]))


def test_curves_by_name_and_parameters():
    age = np.array([0.0, 10.0, 60.0])
    for kind, parameters, expected in (
        ("linear", {"years": 30}, growth.linear(age, 1.0, 30)),
        ("chapman_richards", {"rate": 0.05, "power": 3.0}, growth.chapman_richards(age, 1.0, 0.05, 3.0)),
        ("logistic", {"rate": 0.1, "middle": 25.0}, growth.logistic(age, 1.0, 0.1, 25.0)),
        ("two_periods", {"first": 9, "second": 2, "change": 20, "end": 60}, growth.two_periods(age, 9.0, 2.0)),
        ("table", {"40": 1.0, "0": 0.0, "5": 0.2}, np.array([0.0, 0.2 + 0.8 / 7, 1.0])),
    ):
        assert growth.named_curve(kind, parameters, age) == pytest.approx(expected)
    with pytest.raises(SettingsError, match="gompertz"):
        growth.named_curve("gompertz", {}, age)
    with pytest.raises(SettingsError, match="middle"):
        growth.named_curve("logistic", {"rate": 0.1}, age)


def test_stock_at_the_forest_edge():
    assert growth.edge_stock(0.0, 240.0, 100.0, 1.5, "asymptotic") == pytest.approx(140.0)
    assert growth.edge_stock(1.0, 240.0, 10.0, 0.0, "logarithmic") == pytest.approx(240.0)
    assert growth.edge_stock(2.0, 240.0, 10.0, 0.0, "linear") == pytest.approx(260.0)
    with pytest.raises(SettingsError, match="asymptotic"):
        growth.edge_stock(1.0, 1.0, 1.0, 1.0, "cubic")


def test_sink_has_survival_saturation_and_upkeep():
    curve = growth.linear(np.arange(0.0, 31.0), 60.0, 30)
    assert growth.sink(curve) == pytest.approx(np.full(30, -2.0))
    saturated = growth.sink(curve, saturation=20)
    assert saturated == pytest.approx([-2.0] * 20 + [0.0] * 10)
    alive = growth.survival(np.arange(0.0, 31.0), 0.02)
    assert alive[10] == pytest.approx(0.98**10)
    thinned = growth.sink(curve, alive, upkeep=0.1)
    assert thinned.sum() == pytest.approx(-60.0 * 0.98**30 + 3.0)
    assert growth.sink(curve, saturation=20, upkeep=np.full(30, 0.1))[-1] == pytest.approx(0.1)
    with pytest.raises(SettingsError):
        growth.survival(3, 1.5)


@given(st.integers(1, 6), st.integers(0, 2**32 - 1), st.integers(1, 50))
@settings(max_examples=100, deadline=None)
def test_mass_closes_in_every_step_of_turnover(size, seed, steps):
    rng = np.random.default_rng(seed)
    shares = rng.dirichlet(np.ones(size + 3), size)  # to pools, two sinks, and what stays
    moves, releases = shares[:, :size] * (1 - np.eye(size)), shares[:, size : size + 2]
    pools = rng.uniform(0, 500, size)
    start, inputs, released = pools.sum(), 0.0, 0.0
    for _ in range(steps):
        grown = rng.uniform(0, 10, size)
        step = growth.turn_over(pools, grown, moves, releases)
        assert abs(step.imbalance) <= 1e-12 * (pools.sum() + grown.sum())
        assert (step.pools >= 0).all()
        inputs, released, pools = inputs + grown.sum(), released + step.released.sum(), step.pools
    assert start + inputs == pytest.approx(pools.sum() + released, rel=1e-12)


def test_a_pool_cannot_give_more_than_it_holds():
    with pytest.raises(SettingsError, match="turnover"):
        growth.turn_over(np.ones(2), np.zeros(2), np.array([[0.0, 0.7], [0.0, 0.0]]), np.array([[0.5], [0.0]]))


def test_disturbance_emits_all_of_what_it_disturbed():
    years = np.arange(2025, 2325)
    emitted, left = decay.disturbance(years, 2030, 200.0, 0.5, 7.5)
    assert emitted[:6].tolist() == [0.0] * 6, "events act from the year after"
    assert emitted[6] == pytest.approx(8.8277511442)
    assert left[5] == 100.0
    assert np.cumsum(emitted) + left == pytest.approx(np.full(300, 100.0))
    at_once, rest = decay.disturbance(years, 2030, 200.0, 0.5, 1e-9)
    assert at_once[6] == pytest.approx(100.0)
    assert rest[7] == 0.0
    assert decay.released_in_year(100.0, np.array([0, 1, 2]), 0.0).tolist() == [0.0, 100.0, 0.0]


def test_wood_products_close_their_balance():
    inflow = np.array([10.0, 20.0, 0.0, 5.0, 0.0, 0.0])
    stocks, released = decay.pool_with_half_life(inflow, 35.0, start=50.0)
    k = np.log(2) / 35
    assert stocks[0] == pytest.approx(50 * np.exp(-k) + 10 * (1 - np.exp(-k)) / k)
    assert 50.0 + inflow.sum() == pytest.approx(stocks[-1] + released.sum())
    empty, all_out = decay.pool_with_half_life(np.zeros(36), 35.0, start=8.0)
    assert empty[34] == pytest.approx(4.0), "half is left after a half-life"
    assert all_out.sum() == pytest.approx(8.0 - empty[-1])


def test_landfill_gives_in_the_end_what_its_potential_says():
    carbon = decay.landfill_carbon(1000.0, 0.15, 0.5, 1.0)
    assert carbon == pytest.approx(75.0)
    assert decay.landfill_methane(carbon, 0.5) == pytest.approx(50.0)
    deposits = np.zeros(300)
    deposits[0] = carbon
    methane, left = decay.first_order_landfill(deposits, 0.09, 0.5)
    assert methane[0] == 0.0, "decay begins on 1 January of the next year"
    assert methane[1] == pytest.approx(50.0 * (1 - np.exp(-0.09)))
    assert left[0] == 75.0
    assert methane.sum() == pytest.approx(50.0, rel=1e-9)
    caught, _ = decay.first_order_landfill(deposits, 0.09, 0.5, recovered=1.0, oxidised=0.1)
    assert caught[1] == pytest.approx((methane[1] - 1.0) * 0.9)
    assert caught.min() == 0.0


@given(st.integers(0, 2**32 - 1), st.floats(0.01, 0.5))
@settings(max_examples=50, deadline=None)
def test_landfill_carbon_is_left_or_gone(seed, rate):
    deposits = np.random.default_rng(seed).uniform(0, 100, 40)
    methane, left = decay.first_order_landfill(deposits, rate, 0.5)
    assert deposits.sum() == pytest.approx(left[-1] + methane.sum() / (0.5 * 16 / 12))


def test_warmth_speeds_decay():
    assert decay.warmed_rate(0.1, 20.0, 10.0, 2.0) == pytest.approx(0.2)
    assert decay.warmed_rate(0.1, 10.0, 10.0, 2.65) == pytest.approx(0.1)


FACTORS = pd.DataFrame(
    {
        "species": ["pine", "pine", "oak", "mixed"],
        "age_group": ["young", None, None, None],
        "bcef_t_m3": [0.7, 0.6, NAN, NAN],
        "density_t_m3": [NAN, NAN, 0.58, NAN],
        "bef": [NAN, NAN, 1.4, NAN],
        "line_a_t_m3": [NAN, NAN, NAN, 0.8],
        "line_b_t_ha": [NAN, NAN, NAN, 12.0],
        "root_ratio": [0.29, 0.24, 0.25, NAN],
        "carbon_fraction": [0.5, 0.5, 0.48, 0.47],
        "mean_tc_ha": [20.0, 40.0, 55.0, NAN],
    }
)


def stands(species, age=None, volume=NAN, canopy=NAN, area=2.0, mean=NAN):
    one = lambda v: np.array([v])  # noqa: E731
    return forest.Stands([species], [age], one(volume), one(canopy), one(area), one(mean))


@pytest.mark.parametrize(
    ("stand", "carbon", "made_of"),
    [
        (stands("pine", "young", 80.0), 80 * 0.7 * 1.29 * 0.5, "bcef"),
        (stands("pine", "mature", 200.0), 200 * 0.6 * 1.24 * 0.5, "bcef"),
        (stands("oak", None, 120.0), 120 * 0.58 * 1.4 * 1.25 * 0.48, "density_bef"),
        (stands("mixed", None, 100.0), (0.8 * 100 + 12.0) * 0.47, "volume_line"),
        (stands("pine", "young"), 20.0, "age_mean"),
        (stands("pine", "mature"), 40.0, "species_mean"),
        (stands("mixed", mean=26.9), 26.9, "class_mean"),
        (stands(None, None, 90.0, mean=26.9), 26.9, "class_mean"),
        (stands("elm"), NAN, ""),
    ],
)
def test_carbon_of_a_stand(stand, carbon, made_of):
    row = forest.stand_carbon(stand, FACTORS).iloc[0]
    assert row.tc_ha == pytest.approx(carbon, nan_ok=True)
    assert row.tc == pytest.approx(2.0 * carbon, nan_ok=True)
    assert row.made_of == made_of
    assert row.fallback == (made_of in forest.FALLBACK)


def test_stands_become_the_measured_biomass_of_base_parcels():
    """Two parcels of forest are built up: one with a volume, one without; only the first is measured."""
    grid = Crs.from_text("EPSG:4545")
    boxes = np.array([shapely.box(5e5 + x, 3e6, 5e5 + x + 100, 3e6 + 100) for x in (0, 200)], dtype=object)
    pair = forest.Stands(
        ["pine", "pine"], [None, None], np.array([150.0, NAN]), np.full(2, NAN), np.ones(2), np.full(2, 24.15)
    )
    living = forest.surveyed_only(forest.stand_carbon(pair, FACTORS.assign(mean_tc_ha=NAN)))
    assert living == pytest.approx([150 * 0.6 * 1.24 * 0.5, NAN], nan_ok=True)
    base = BaseParcels("stands", ["1", "2"], boxes, grid, ["forest", "forest"], living_tc_ha=living)
    zones = PlanZones("zones", ["a", "b"], boxes, grid, plan_class=["built", "built"])
    net = evaluate(zones, base, Settings(plan_system="generic", base_system="generic")).zones
    assert net.cp_net_t[0] - net.cp_net_t[1] == pytest.approx((living[0] - 24.15) * 44 / 12, rel=1e-3)
    assert "MEASURED" in net.cp_flags[0].split()
    assert "MEASURED" not in net.cp_flags[1].split()


def test_a_mean_is_scaled_by_canopy_where_both_are_known():
    thin = stands("pine", "mature", canopy=0.35)
    assert forest.stand_carbon(thin, FACTORS, {"pine": 0.7}).tc_ha[0] == pytest.approx(20.0)
    assert forest.stand_carbon(thin, FACTORS).tc_ha[0] == pytest.approx(40.0)
    with pytest.raises(SettingsError, match="canopy"):
        forest.stand_carbon(stands("pine", canopy=70.0), FACTORS)


def test_factors_of_stands_are_checked():
    with pytest.raises(SettingsError, match="bcef_t_m3"):
        forest.stand_carbon(stands("pine"), FACTORS.drop(columns="bcef_t_m3"))
    with pytest.raises(SettingsError, match="oak"):
        forest.stand_carbon(stands("pine"), pd.concat([FACTORS, FACTORS.iloc[[2]]]))

"""Golden numbers of the sectors, computed by hand from the factors of the library."""

import math

import numpy as np
import pytest
from sector_cases import ALL, amounts, build, net, request

from carbon_planner.accounting.inputs import Settings
from carbon_planner.accounting.sectors import build_sectors
from carbon_planner.base.units import CO2_PER_C

GRID = 0.5581  # kgCO2/kWh, Chongqing 2023
GAS = 389.31 * 15.32 * 0.99 * CO2_PER_C / 1000.0  # tCO2 per 10^4 m3
ONE_YEAR = Settings(sectors=ALL, start_year=2029, end_year=2030)


def test_chongqing_housing():
    """100 000 m2 of housing: 31 kWh/(m2·yr) × 0.5581 and 2.4 m3/(m2·yr) of gas, a year."""
    part = build(["0701"], [(0, "0103", 10.0)], quantities={"floor_area_m2": [100_000]}, settings=ONE_YEAR)
    found = amounts(part, category="buildings")
    assert found["plan", "electricity [residential]"] == pytest.approx(1730.11, rel=1e-12)
    assert found["plan", "gas [residential]"] == pytest.approx(240_000 / 1e4 * 21.6502, rel=1e-12)
    assert pytest.approx(21.6502, rel=1e-5) == GAS
    assert found["plan", "materials [residential]"] == pytest.approx(40_000.0)
    assert found["plan", "haulage [residential]"] == pytest.approx(1_500.0)
    assert found["plan", "site_works [residential]"] == pytest.approx(3_000.0)
    assert net(part, np.array([0]), "buildings")[0] == pytest.approx(1730.11 + 519.6048, rel=1e-12)
    assert not part.null["buildings"].any()


def test_households_before_persons_before_floor_area():
    """3100 kWh and 240 m3 for each household; 2.62 persons make one."""
    by_household = build(["0701"], [(0, "0103", 10.0)], settings=ONE_YEAR,
                         quantities={"population": [2620], "household_size": [2.62]})  # fmt: skip
    by_person = build(["0701"], [(0, "0103", 10.0)], quantities={"population": [2620]}, settings=ONE_YEAR)
    wanted = 1000 * 3100 * GRID / 1000
    for part in (by_household, by_person):
        found = amounts(part, category="buildings")
        assert found["plan", "electricity [residential]"] == pytest.approx(wanted, rel=1e-12)
        assert found["plan", "gas [residential]"] == pytest.approx(1000 * 240 / 1e4 * 21.6502, rel=1e-12)


@pytest.mark.parametrize(
    ("code", "use", "eui"),
    [
        ("0801", "government_office", 95.8), ("0902", "office", 85.3), ("090104", "hotel", 112.3),
        ("090101", "retail", 147.7), ("0806", "health", 146.0), ("080403", "education", 41.0),
        ("080302", "culture", 79.5), ("080301", "exhibition", 41.0), ("0805", "sports", 62.6),
        ("1208", "terminal", 43.1), ("1301", "public_other", 73.7), ("1101", "warehouse", 20.0),
        ("100101", "industry_light", 40.0), ("090103", "catering", 90.0),
    ],
)  # fmt: skip
def test_electricity_of_uses(code, use, eui):
    part = build([code], [(0, "0103", 1.0)], quantities={"floor_area_m2": [10_000]}, settings=ONE_YEAR)
    found = amounts(part, category="buildings", net=1)
    assert found["plan", f"electricity [{use}]"] == pytest.approx(10_000 * eui * GRID / 1000, rel=1e-12)


def test_mixed_code_splits_floor_area():
    """0701/0901(7:3): 70 % housing, 30 % retail of the floor area (carbon rule 11)."""
    part = build(["0701/0901(7:3)"], [(0, "0103", 1.0)], quantities={"floor_area_m2": [10_000]}, settings=ONE_YEAR)
    found = amounts(part, category="buildings", net=1)
    assert found["plan", "electricity [residential]"] == pytest.approx(7_000 * 31 * GRID / 1000, rel=1e-12)
    assert found["plan", "electricity [retail]"] == pytest.approx(3_000 * 147.7 * GRID / 1000, rel=1e-12)


def test_own_energy_intensity_goes_before_the_factor():
    part = build(["0902"], [(0, "0103", 1.0)], settings=ONE_YEAR,
                 quantities={"floor_area_m2": [10_000], "eui_elec": [50.0]})  # fmt: skip
    found = amounts(part, category="buildings", net=1)
    assert found["plan", "electricity [office]"] == pytest.approx(10_000 * 50 * GRID / 1000, rel=1e-12)
    assert part.flags["OWN_FIGURE"].tolist() == [True]
    assert part.counts["own"] == 1
    assert any(note.id == "SECTOR_NOTE_OWN" for note in part.notes)


def test_own_total_stands_for_all_uses():
    part = build(["0701/0901(7:3)"], [(0, "0103", 1.0)], settings=ONE_YEAR,
                 quantities={"floor_area_m2": [10_000], "elec_kwh": [123_456.0]})  # fmt: skip
    found = amounts(part, category="buildings", net=1, scope="2")
    assert found == {("plan", "electricity"): pytest.approx(123_456 * GRID / 1000, rel=1e-12)}


def test_photovoltaics():
    """500 kWp × 800 kWh: 80 % lower scope 2, 20 % are avoided outside the net (carbon rule 12)."""
    part = build(["0701"], [(0, "0103", 1.0)], quantities={"pv_kw": [500.0]}, settings=ONE_YEAR)
    assert amounts(part, category="supply", net=1) == {
        ("plan", "pv_self"): pytest.approx(-500 * 800 * 0.8 * GRID / 1000, rel=1e-12)
    }
    assert amounts(part, category="supply", net=0) == {
        ("avoided", "pv_export"): pytest.approx(-500 * 800 * 0.2 * GRID / 1000, rel=1e-12)
    }


def test_transport_of_residents():
    """Persons × 2.3 trips × 365 × share × 8 km, cars ÷ 1.5 persons."""
    part = build(["0701"], [(0, "0103", 1.0)], quantities={"population": [1000]}, settings=ONE_YEAR)
    found = amounts(part, category="transport", net=1)
    km = 1000 * 2.3 * 365 * 8.0
    assert found["plan", "car_fuel"] == pytest.approx(km * 0.3 / 1.5 * 0.9 * 0.174 / 1000, rel=1e-9)
    assert found["plan", "car_electric"] == pytest.approx(km * 0.3 / 1.5 * 0.1 * 0.15 * GRID / 1000, rel=1e-9)
    assert found["plan", "bus"] == pytest.approx(km * 0.18 * 0.03 / 1000, rel=1e-9)
    assert found["plan", "metro"] == pytest.approx(km * 0.12 * 0.07 * GRID / 1000, rel=1e-9)
    own = build(["0701"], [(0, "0103", 1.0)], settings=ONE_YEAR,
                quantities={"population": [1000], "car_share": [0.15], "trip_length_km": [4.0]})  # fmt: skip
    less = amounts(own, category="transport", net=1)
    assert less["plan", "car_fuel"] == pytest.approx(found["plan", "car_fuel"] / 4.0, rel=1e-12)
    assert less["plan", "bus"] == pytest.approx(found["plan", "bus"] / 2.0, rel=1e-12)


def test_waste_by_decay_and_incineration():
    """1000 t/yr: 12 % landfilled, each fraction with its decay; together the potential of the golden 1.30 tCO2e/t."""
    years = 35
    part = build(["0701"], [(0, "0103", 1.0)], quantities={"waste_t": [1000.0]})
    found = amounts(part, category="waste")
    fractions = {"food": (0.591, 0.15, 0.185), "paper": (0.085, 0.4, 0.06), "textiles": (0.041, 0.24, 0.06),
                 "wood": (0.016, 0.43, 0.03)}  # fmt: skip
    whole = 0.0
    for name, (share, doc, k) in fractions.items():
        potential = 1000 * 0.12 * share * doc * 0.5 * 1.0 * 0.5 * 16 / 12 * 27.9
        emitted = potential * sum(1.0 - math.exp(-k * (years - 1 - d)) for d in range(years))
        assert found["plan", f"landfill_{name}"] == pytest.approx(emitted, rel=1e-9)
        # Nothing is lost: what has not decayed by the end year is committed.
        both = found["plan", f"landfill_{name}"] + found["committed", f"landfill_{name}, plan"]
        assert both == pytest.approx(years * potential, rel=1e-9)
        whole += both
    assert whole / (years * 1000 * 0.12) == pytest.approx(1.29614, rel=1e-5)
    assert found["plan", "incineration"] == pytest.approx(35 * 1000 * 0.8 * 0.377942, rel=1e-12)
    assert found["plan", "compost_ch4"] == pytest.approx(35 * 1000 * 0.08 * 0.004 * 27.9, rel=1e-12)
    assert found["plan", "compost_n2o"] == pytest.approx(35 * 1000 * 0.08 * 0.00024 * 273, rel=1e-12)


def test_water():
    part = build(["0701"], [(0, "0103", 1.0)], quantities={"population": [1000]}, settings=ONE_YEAR)
    found = amounts(part, category="water")
    cubic = 1000 * 0.180 * 365
    assert found["plan", "treatment_power"] == pytest.approx(cubic * 0.35 * GRID / 1000, rel=1e-12)
    assert found["plan", "supply"] == pytest.approx(cubic * 0.168 / 1000, rel=1e-12)
    # 40 g BOD × 365 × 1.25 (industry and trade) × 0.6 × 0.03 = 0.3285 kg CH4 a person and year
    assert found["plan", "treatment_ch4"] == pytest.approx(1000 * 0.3285 / 1000 * 27.9, rel=1e-12)
    # 105 g of protein a day × 0.86 × 0.16 × 1.1 × 1.08 × 1.25 = 7.83 kg N a person and year
    nitrogen = 0.105 * 365 * 0.86 * 0.16 * 1.1 * 1.08 * 1.25
    assert nitrogen == pytest.approx(7.831, rel=1e-3)
    assert found["plan", "treatment_n2o"] == pytest.approx(nitrogen * 0.016 * 44 / 28 * 273, rel=1e-12)
    assert found["plan", "effluent_n2o"] == pytest.approx(nitrogen * 0.6 * 0.005 * 44 / 28 * 273, rel=1e-12)


def test_industry_by_fuel_and_process():
    stated = {"ind_elec_kwh": [1e6], "ind_gas_m3": [1e5], "ind_coal_t": [100.0], "clinker_t": [1000.0],
              "lime_t": [10.0], "limestone_t": [10.0], "ind_heat_gj": [500.0]}  # fmt: skip
    part = build(["1001"], [(0, "0103", 1.0)], quantities=stated, settings=ONE_YEAR)
    found = {item: value for (_, item), value in amounts(part, category="industry", net=1).items()}
    wanted = {
        "electricity": 558.1, "gas": 216.502, "coal": 210.439, "cement": 525.0, "lime": 6.83, "limestone": 4.4,
        "heat": 55.0,
    }  # fmt: skip
    assert found == {name: pytest.approx(value, rel=1e-9) for name, value in wanted.items()}
    assert not part.null["industry"].any()


def test_gases_follow_the_gwp_set():
    for report, ch4, n2o in (("AR4", 25, 298), ("AR5", 28, 265), ("AR6", 27.9, 273)):
        settings = Settings(sectors=ALL, start_year=2029, end_year=2030, gwp=report)
        part = build(["0701"], [(0, "0103", 1.0)], quantities={"waste_t": [1000.0]}, settings=settings)
        found = amounts(part, category="waste")
        assert found["plan", "compost_ch4"] == pytest.approx(1000 * 0.08 * 0.004 * ch4, rel=1e-12)
        assert found["plan", "compost_n2o"] == pytest.approx(1000 * 0.08 * 0.00024 * n2o, rel=1e-12)
        term = next(t for t in part.terms if t.item == "compost_ch4")
        assert term.mass == pytest.approx(0.08 * 0.004, rel=1e-12)
        assert (term.gas, term.scope) == ("CH4", "1")


def test_greening_beside_the_land_cover():
    stated = {"roof_green_m2": [1000.0], "wall_green_m2": [500.0], "street_trees": [200.0]}
    part = build(["0901"], [(0, "0103", 1.0)], quantities=stated)
    found = amounts(part, category="sinks", net=1)
    # 35 years are counted, trees grow for 20 of them
    assert found["plan", "roof_lawn"] == pytest.approx(-1000 * 0.3 / 1000 * 20, rel=1e-12)
    assert found["plan", "walls"] == pytest.approx(-500 * 1.0 / 1000 * 20, rel=1e-12)
    assert found["plan", "street_trees"] == pytest.approx(-200 * 0.01 * CO2_PER_C * 20, rel=1e-12)


def test_grid_by_year_and_region():
    """2022 and 2023 have their own factors; later years are frozen at 2023 unless the region says otherwise."""
    settings = Settings(sectors=ALL, start_year=2021, end_year=2025)
    part = build(["0902", "0902"], [(0, "0103", 1.0), (1, "0103", 1.0)], settings=settings,
                 quantities={"floor_area_m2": [10_000, 10_000]}, region=["CN-CQ", "CN-HB"])  # fmt: skip
    spans = {}
    for term in part.terms:
        if term.item == "electricity [office]":
            column = part.columns[term.column]
            years = term.yr_to - term.yr_from + 1
            region = "CN-CQ" if "CN-CQ" in column.key else "CN-HB"
            spans.setdefault(region, []).append((term.yr_from, term.yr_to, term.amount.value / years / 85.3 * 1000))
    assert spans["CN-CQ"] == [(2022, 2022, pytest.approx(0.5227)), (2023, 2025, pytest.approx(0.5581))]
    assert [s[2] for s in spans["CN-HB"]] == [pytest.approx(0.4364), pytest.approx(0.4044)]


def test_terms_carry_their_factors():
    asked = request(["0902"], [(0, "0103", 1.0)], quantities={"floor_area_m2": [10_000]}, settings=ONE_YEAR)
    part = build_sectors(asked)
    term = next(t for t in part.terms if t.item == "electricity [office]")
    assert asked.book.ids(term.amount).split("; ") == ["op_sh_office", "grid_2023_cn_cq"]
    assert {f.split("@")[0] for f in term.fset.split("; ")} == {"building", "energy"}
    grid = next(n for n in term.amount.gradient if asked.book.factors[n].factor_id == "grid_2023_cn_cq")
    assert term.amount.gradient[grid] == pytest.approx(85.3 / 1000, rel=1e-12)


def test_own_figures_leave_no_trace_of_the_factor_they_replace():
    stated = {"floor_area_m2": [10_000], "eui_elec": [50.0]}
    asked = request(["0902"], [(0, "0103", 1.0)], quantities=stated, settings=ONE_YEAR)
    part = build_sectors(asked)
    term = next(t for t in part.terms if t.item == "electricity [office]")
    assert asked.book.ids(term.amount) == "grid_2023_cn_cq"

"""GB/T 51366 form of a building's life-cycle account."""

import numpy as np
import pytest

from carbon_planner.accounting.sectors.gb51366 import BuildingAccount, Material
from carbon_planner.base.errors import InputError

FACTORS = {"electricity": 0.5581, "gas": 2.162, "diesel": 3.1}


def test_stages_by_hand():
    """10 000 m2: 310 000 kWh and 24 000 m3 a year, 50 years, 5 t of uptake; concrete, steel, site and demolition."""
    account = BuildingAccount(
        np.array([10_000.0]), FACTORS,
        energy={"electricity": np.array([310_000.0]), "gas": np.array([24_000.0])},
        sink_kg=5_000.0,
        materials=[
            Material(np.array([4_000.0]), 295.0, 40.0, 0.129 * 2.4),
            Material(np.array([500.0]), 2340.0, 500.0, 0.129),
        ],
        site_energy={"electricity": np.array([200_000.0]), "diesel": np.array([30_000.0])},
        demolition_energy={"diesel": np.array([40_000.0])},
    )  # fmt: skip
    operation = (310_000 * 0.5581 + 24_000 * 2.162 - 5_000) * 50 / 10_000
    assert operation == pytest.approx(1099.495)
    assert account.operation() == pytest.approx([operation])
    assert account.operation_yearly() == pytest.approx([operation / 50])
    materials = (4_000 * (295 + 40 * 0.129 * 2.4) + 500 * (2340 + 500 * 0.129)) / 10_000
    assert account.material_production() == pytest.approx([materials])
    assert account.construction() == pytest.approx([(200_000 * 0.5581 + 30_000 * 3.1) / 10_000])
    assert account.demolition() == pytest.approx([12.4])
    stages = [account.operation(), account.construction(), account.demolition(), account.material_production()]
    assert account.whole_life() == pytest.approx(sum(stages))


def test_renewable_energy_lowers_the_need_of_its_carrier_and_no_further():
    area = np.array([1_000.0, 1_000.0])
    account = BuildingAccount(
        area, FACTORS, energy={"electricity": np.array([50_000.0, 50_000.0])},
        renewable={"electricity": np.array([20_000.0, 80_000.0])},
    )  # fmt: skip
    assert account.operation_yearly() == pytest.approx([30 * 0.5581, 0.0])


def test_unknown_is_not_nought():
    account = BuildingAccount(np.array([1_000.0, np.nan, 0.0]), FACTORS, energy={"gas": np.array([np.nan, 10.0, 10.0])})
    assert np.isnan(account.operation()).all()
    with pytest.raises(InputError) as error:
        BuildingAccount(np.array([1.0]), FACTORS, energy={"steam": np.array([1.0])}).operation()
    assert error.value.message.id == "SECTOR_CARRIER"


def test_agrees_with_the_rule_tables():
    """The same building by the sector engine and by the standard's form, C_p left to the land."""
    from sector_cases import amounts, build

    from carbon_planner.accounting.inputs import Settings

    settings = Settings(sectors=("land", "buildings"), start_year=2025, end_year=2075)
    part = build(["0701"], [(0, "0103", 1.0)], settings=settings,
                 quantities={"floor_area_m2": [1000.0], "elec_kwh": [31_000.0], "gas_m3": [2_400.0]})  # fmt: skip
    tonnes = sum(amounts(part, category="buildings", net=1, stage="plan").values())
    account = BuildingAccount(
        np.array([1000.0]), {"electricity": 0.5581, "gas": 2.16502},
        energy={"electricity": np.array([31_000.0]), "gas": np.array([2_400.0])},
    )  # fmt: skip
    assert account.operation()[0] == pytest.approx(tonnes, rel=1e-9)  # t over 1000 m2 = kg over 1 m2

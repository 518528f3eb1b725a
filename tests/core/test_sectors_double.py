"""Double counting between lines, scopes and land methods: refused, left out or shown as information."""

import numpy as np
import pytest
from sector_cases import ALL, amounts, build, net

from carbon_planner.accounting.inputs import Settings
from carbon_planner.base.errors import InputError

ROWS = [(0, "0103", 1.0), (1, "0103", 1.0)]
ONE_YEAR = Settings(sectors=ALL, start_year=2029, end_year=2030)


def refused(msg_id, *, plan=("0701", "0902"), settings=ONE_YEAR, **quantities):
    """The refusal of a plan of two zones."""
    with pytest.raises(InputError) as error:
        build(list(plan), ROWS, quantities=quantities, settings=settings)
    assert error.value.message.id == msg_id
    return error.value


def test_an_energy_balance_beside_stated_energy_is_refused():
    """Methods 1.10: building energy and district energy balance are never added."""
    error = refused("SECTOR_DOUBLE_COUNT", balance_tco2e=[np.nan, 1000.0], elec_kwh=[1e5, 1e5])
    assert "Z2" in error.text()
    assert "Z1" not in error.text()
    assert "Electricity of buildings" in error.text()
    assert "建筑用电" in error.text("zh")


def test_estimates_give_way_to_an_energy_balance():
    """What is only estimated from floor area and residents is left out there, and said so."""
    part = build(["0701", "0902"], ROWS, quantities={"balance_tco2e": [1000.0, np.nan]}, settings=ONE_YEAR)
    zones = np.array([0, 1])
    assert net(part, zones, "supply") == pytest.approx([1000.0, 0.0])
    assert net(part, zones, "buildings")[0] == 0.0
    assert net(part, zones, "buildings")[1] > 0.0
    assert net(part, zones, "transport")[0] == 0.0
    assert net(part, zones, "waste")[0] > 0.0
    assert part.flags["OWN_FIGURE"].tolist() == [True, False]
    notes = [n.text() for n in part.notes if n.id == "SECTOR_NOTE_DROPPED"]
    assert any("Electricity of buildings" in text for text in notes)


def test_traffic_at_the_trip_end_or_on_the_network():
    """Counted once in the whole run, though trips and roads lie in different zones."""
    error = refused("SECTOR_DOUBLE_COUNT", plan=("0701", "1207"), road_vkm=[np.nan, 1e6], car_vkm=[1e6, np.nan])
    assert error.message.params["count"] == 2
    part = build(["0701", "1207"], ROWS, quantities={"road_vkm": [np.nan, 1e6]}, settings=ONE_YEAR)
    assert net(part, np.array([0, 1]), "transport")[1] == pytest.approx(
        1e6 * (0.9 * 0.174 + 0.1 * 0.15 * 0.5581) / 1000  # a tenth of the kilometres is electric
    )
    left = {t.item for t in part.terms if t.category == "transport" and t.net}
    assert left == {"metro", "road_traffic", "road_electric"}


def test_waste_where_it_arises_or_where_it_is_treated():
    territorial = Settings(sectors=ALL, start_year=2029, end_year=2030, view="territorial")
    stated = {"waste_treated_t": [np.nan, 1e4], "waste_t": [500.0, np.nan]}
    refused("SECTOR_DOUBLE_COUNT", plan=("0701", "1309"), settings=territorial, **stated)
    # In the responsibility view the plant's emission is that of those who made the waste.
    part = build(["0701", "1309"], ROWS, quantities=stated, settings=ONE_YEAR)
    assert all(t.net == 0 for t in part.terms if t.item == "plant")


def test_own_figure_of_a_facility_stands_for_its_fuels():
    stated = {"facility_tco2": [np.nan, 5000.0], "ind_coal_t": [100.0, 100.0]}
    part = build(["1001", "1001"], ROWS, quantities=stated, settings=ONE_YEAR)
    assert net(part, np.array([0, 1]), "industry") == pytest.approx([210.439, 5000.0])
    assert part.flags["OWN_FIGURE"].tolist() == [False, True]
    assert any(n.id == "SECTOR_NOTE_DROPPED" for n in part.notes)


def test_purchased_power_is_beside_the_own_figure_of_a_facility():
    """The facility figure is scope 1; scope 2 stays in the responsibility view (rule 12), not in the territorial."""
    stated = {"facility_tco2": [5000.0], "ind_elec_kwh": [2e6], "ind_heat_gj": [1000.0], "ind_gas_m3": [1e5]}
    for view, wanted in (("responsibility", 5000.0 + 2e6 * 0.5581e-3 + 1000.0 * 0.11), ("territorial", 5000.0)):
        settings = Settings(sectors=ALL, start_year=2029, end_year=2030, view=view)
        part = build(["1001"], [(0, "2306", 1.0)], quantities=stated, settings=settings)
        assert net(part, np.array([0]), "industry")[0] == pytest.approx(wanted, rel=1e-9)


def test_the_meter_of_a_works_holds_its_workshops():
    """Metered electricity of industry stands for the services of its halls by floor area, not for other uses."""
    mixed = {"floor_area_m2": [10_000.0, 10_000.0], "ind_elec_kwh": [1e6, np.nan]}
    rows = [(0, "2306", 1.0), (1, "2306", 1.0)]
    uses = ["industry_light:0.5;office:0.5"] * 2
    part = build(["1001", "1001"], rows, quantities=mixed, uses=uses, settings=ONE_YEAR)
    assert net(part, np.array([0, 1]), "industry")[0] == pytest.approx(1e6 * 0.5581e-3)
    office, halls = 5000 * 85.3 * 0.5581e-3, 5000 * 40 * 0.5581e-3
    assert net(part, np.array([0, 1]), "buildings") == pytest.approx([office, office + halls])


def test_a_balance_is_net_of_power_made_on_site():
    stated = {"balance_tco2e": [1000.0], "pv_kw": [100.0], "water_m3": [1e5]}
    part = build(["0701"], [(0, "0103", 1.0)], quantities=stated, settings=ONE_YEAR)
    assert net(part, np.array([0]), "supply")[0] == pytest.approx(1000.0)
    assert not amounts(part, item="treatment_power")


def test_power_that_is_sold_is_told_apart_in_the_responsibility_view():
    """Rule 12: a plant without its sold part is refused there, and counts whole in the territorial view."""
    error = refused("SECTOR_SOLD_POWER", plan=("0701", "1303"), facility_tco2=[np.nan, 9e5])
    assert "Z2" in error.text()
    stated = {"facility_tco2": [np.nan, 9e5], "facility_sold_tco2": [np.nan, 8.5e5]}
    for view, wanted in (("responsibility", 5e4), ("territorial", 9e5)):
        settings = Settings(sectors=ALL, start_year=2029, end_year=2030, view=view)
        part = build(["0701", "1303"], ROWS, quantities=stated, settings=settings)
        assert net(part, np.array([0, 1]), "industry")[1] == pytest.approx(wanted)


def test_a_balance_beside_traffic_on_the_network_is_refused():
    refused("SECTOR_DOUBLE_COUNT", plan=("0701", "1207"), balance_tco2e=[np.nan, 1e3], road_vkm=[np.nan, 1e6])


def test_what_is_sold_is_part_of_the_facility():
    """A plant that sells more than it emits would be a sink."""
    for sold in ({"facility_tco2": [np.nan, 1e5], "facility_sold_tco2": [np.nan, 1.5e5]},
                 {"facility_sold_tco2": [np.nan, 1.5e5]}):  # fmt: skip
        error = refused("SECTOR_SOLD_BEYOND", plan=("0701", "1001"), **sold)
        assert "Z2" in error.text()
        assert "facility_sold_tco2" in error.text("zh")
    with pytest.raises(InputError) as before:
        build(["1001"], ROWS[:1], base_quantities={"facility_tco2": [1.0], "facility_sold_tco2": [2.0]})
    assert before.value.message.id == "SECTOR_SOLD_BEYOND"


def test_green_area_is_counted_by_the_land_or_by_its_rate():
    """Rule 7: pool growth or rate, not both."""
    stated = {"green_ratio": [0.5, 0.5]}
    beside = build(["1401", "1401"], ROWS, quantities=stated, settings=Settings(sectors=("land", "sinks")))
    assert net(beside, np.array([0, 1])) == pytest.approx([0.0, 0.0])
    assert beside.flags["SINK_IN_LAND"].all()
    assert all("SINK_IN_LAND" in t.flags for t in beside.terms if t.item.startswith("green_added"))
    alone = build(["1401", "1401"], ROWS, quantities=stated, settings=Settings(sectors=("sinks",)))
    assert (net(alone, np.array([0, 1])) < 0.0).all()


def test_it_load_or_floor_area_of_data_halls():
    stated = {"floor_area_m2": [np.nan, 1000.0], "it_kw": [np.nan, 500.0]}
    part = build(
        ["0701", "1306"], ROWS, quantities=stated, uses=[None, "data_centre:0.5;office:0.5"], settings=ONE_YEAR
    )
    found = amounts(part, category="buildings", scope="2", net=1)
    assert found["plan", "data_centre"] == pytest.approx(500 * 1.4 * 0.6 * 8760 * 0.5581e-3, rel=1e-12)
    assert found["plan", "electricity [office]"] == pytest.approx(500 * 85.3 * 0.5581e-3, rel=1e-12)
    assert ("plan", "electricity [data_centre]") not in found


def test_farm_inputs_are_in_the_cropland_coefficient_of_the_flux_method():
    settings = Settings(sectors=("land", "agriculture"), land_method="flux")
    part = build(["0101", "0103"], [(0, "2306", 1.0), (1, "2306", 1.0)], settings=settings)
    assert net(part, np.array([0, 1])) == pytest.approx([0.0, 0.0])
    assert part.flags["INPUTS_IN_FLUX"].all()


def test_annualised_embodied_is_never_added_to_the_dated_one():
    part = build(["0701"], ROWS[:1], settings=ONE_YEAR)
    assert {t.net for t in part.terms if t.item.startswith("embodied_year")} == {0}

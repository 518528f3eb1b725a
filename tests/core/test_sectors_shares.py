"""Shares of a whole, what caps a line, and what a place without a climate gets."""

import numpy as np
import pytest
from sector_cases import ALL, amounts, build, net, request

from carbon_planner.accounting.inputs import Settings
from carbon_planner.accounting.sectors import build_sectors

ROWS = [(0, "0103", 1.0)]
ONE_YEAR = Settings(sectors=ALL, start_year=2029, end_year=2030)
GRID = 0.5581e-3


def shares(part, names, side="plan"):
    table = part.quantities.set_index(["side", "quantity"])
    return [table.loc[(side, name), "value"] for name in names]


def test_all_waste_is_treated_once():
    """Half is landfilled: incineration and biological treatment share the other half as 0.80 : 0.08."""
    part = build(["0701"], ROWS, quantities={"waste_t": [1000.0], "landfill_share": [0.5]}, settings=ONE_YEAR)
    names = ("landfill_share", "incineration_share", "compost_share")
    assert shares(part, names) == pytest.approx([0.5, 0.5 * 0.80 / 0.88, 0.5 * 0.08 / 0.88])
    usual = build(["0701"], ROWS, quantities={"waste_t": [1000.0]}, settings=ONE_YEAR)
    found, before = (amounts(p, item="incineration")["plan", "incineration"] for p in (part, usual))
    assert found / before == pytest.approx(0.5 / 0.88)
    two = build(["0701"], ROWS, settings=ONE_YEAR,
                quantities={"waste_t": [1000.0], "landfill_share": [0.3], "compost_share": [0.1]})  # fmt: skip
    assert shares(two, names) == pytest.approx([0.3, 0.6, 0.1])


def test_shares_of_a_whole_sum_to_it_in_every_draw():
    """The share incinerated is what the other two leave: raising one lowers it by as much."""
    asked = request(["0701"], ROWS, quantities={"waste_t": [1.0]}, settings=ONE_YEAR)
    part = build_sectors(asked)
    term = next(t for t in part.terms if t.item == "incineration")
    slope = {asked.book.factors[n].factor_id: s for n, s in term.amount.gradient.items()}
    per_tonne = term.amount.value / 0.80
    assert slope["sd_waste_landfill_share"] == pytest.approx(-per_tonne)
    assert slope["sd_waste_compost_share"] == pytest.approx(-per_tonne)


def test_modes_never_exceed_the_whole():
    """Cars 0.9: bus 0.18, metro 0.12 and walking 0.40 share the tenth that is left; with fewer cars they stay."""
    names = ("car_share", "bus_share", "metro_share")
    many = build(["0701"], ROWS, quantities={"car_share": [0.9]}, settings=ONE_YEAR)
    assert shares(many, names) == pytest.approx([0.9, 0.1 * 0.18 / 0.7, 0.1 * 0.12 / 0.7])
    few = build(["0701"], ROWS, quantities={"car_share": [0.15]}, settings=ONE_YEAR)
    assert shares(few, names) == pytest.approx([0.15, 0.18, 0.12])


def test_pv_for_own_use_saves_no_more_than_is_used():
    """310 000 kWh are used; of 5 GWh of PV the rest counts as exported, outside the net (rule 12)."""
    stated = {"floor_area_m2": [10_000.0, 10_000.0], "pv_kwh": [5e6, 1e5], "pv_self_share": [1.0, 1.0]}
    part = build(["0701", "0701"], [(0, "0103", 1.0), (1, "0103", 1.0)], quantities=stated, settings=ONE_YEAR)
    zones = np.array([0, 1])
    used = net(part, zones, "buildings")
    gas = 24_000 / 1e4 * 21.6502
    assert used == pytest.approx([310_000 * GRID + gas] * 2, rel=1e-6)
    assert net(part, zones, "supply") == pytest.approx([-310_000 * GRID, -1e5 * GRID])
    avoided = amounts(part, stage="avoided", category="supply")
    assert avoided["avoided", "pv_export"] == pytest.approx(-(5e6 - 310_000) * GRID)
    assert part.flags["PV_CAPPED"].tolist() == [True, False]
    note = next(n for n in part.notes if n.id == "SECTOR_NOTE_PV_CAPPED")
    assert note.text("en").startswith("1 zones plan more PV")
    assert "上网" in note.text("zh")


def test_pv_is_capped_by_the_default_share_too():
    """A warehouse of 1000 m2 uses 20 000 kWh; 1000 m2 of modules give 160 000 kWh."""
    stated = {"floor_area_m2": [1000.0], "pv_m2": [1000.0]}
    part = build(["1101"], ROWS, quantities=stated, settings=ONE_YEAR)
    assert net(part, np.array([0]), "supply")[0] == pytest.approx(-20_000 * GRID)
    assert amounts(part, stage="avoided")["avoided", "pv_export"] == pytest.approx(-140_000 * GRID)
    assert not part.flags.get("OWN_FIGURE", np.zeros(1, bool)).any()
    alone = build(["1101"], ROWS, quantities=stated,
                  settings=Settings(sectors=("land", "supply"), start_year=2029, end_year=2030))  # fmt: skip
    assert net(alone, np.array([0]), "supply")[0] == pytest.approx(-20_000 * GRID)


@pytest.mark.parametrize("region", ["CN-BJ", "CN-GD", "CN-SD", "CN-XZ", "CN-HL"])
def test_waste_and_water_are_known_where_no_ipcc_climate_is(region):
    settings = Settings(sectors=("land", "waste", "water"), region=region, start_year=2029, end_year=2060)
    part = build(["0701"], ROWS, quantities={"waste_t": [1000.0]}, settings=settings)
    assert not part.null["waste"].any()
    assert part.flags["CLIMATE_DEFAULT"].all()
    note = next(n for n in part.notes if n.id == "SECTOR_NOTE_CLIMATE")
    assert region in note.text("en")
    assert "气候区" in note.text("zh")
    here = build(["0701"], ROWS, quantities={"waste_t": [1000.0]},
                 settings=Settings(sectors=("land", "waste", "water"), start_year=2029, end_year=2060))  # fmt: skip
    assert "CLIMATE_DEFAULT" not in here.flags
    food = ("plan", "landfill_food")
    assert amounts(part, category="waste")[food] == pytest.approx(amounts(here, category="waste")[food])


def test_missing_heating_of_cold_places_is_flagged():
    for region, climate, cold in (("CN-BJ", "", True), ("CN-HE", "", True), ("CN-CQ", "", False), ("CN-SC", "", False),
                                  ("CN-SC", "severe_cold", True)):  # fmt: skip
        settings = Settings(sectors=("land", "buildings"), region=region, climate_zone=climate)
        part = build(["0701"], ROWS, settings=settings, quantities={"elec_kwh": [1e5]})
        assert part.flags.get("HEATING_NE", np.zeros(1, bool)).tolist() == [cold], region
    settings = Settings(sectors=("land", "buildings"), region="CN-BJ")
    told = build(["0701"], ROWS, settings=settings, quantities={"heat_gj": [8000.0]})
    assert "HEATING_NE" not in told.flags


def test_shares_that_leave_less_than_nothing_are_refused():
    """A scenario that landfills 0.95 beside 0.08 treated biologically leaves no waste to incinerate."""
    from dataclasses import replace

    from carbon_planner.accounting.sectors import shipped
    from carbon_planner.base.errors import InputError
    from carbon_planner.factors.opening import open_resolver
    from carbon_planner.factors.overrides import Override

    asked = request(["0701"], ROWS, quantities={"waste_t": [1000.0]}, settings=ONE_YEAR)
    for value, good in ((0.5, True), (0.95, False)):
        more = Override("sector.waste.landfill_share", "", value, reason="scenario")
        changed = replace(asked, resolver=open_resolver(overrides=[more], sets=[shipped().factors]))
        if good:
            found = amounts(build_sectors(changed), item="incineration")
            usual = amounts(build_sectors(asked), item="incineration")
            key = ("plan", "incineration")
            assert found[key] / usual[key] == pytest.approx(0.42 / 0.80)
            continue
        with pytest.raises(InputError) as error:
            build_sectors(changed)
        assert error.value.message.id == "SECTOR_NOTHING_LEFT"

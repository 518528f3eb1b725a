"""What zones state, what their class gives instead, and where both are silent."""

import numpy as np
import pytest
from sector_cases import ALL, amounts, build, net, request

from carbon_planner.accounting.inputs import Settings
from carbon_planner.accounting.sectors import build_sectors, shipped
from carbon_planner.accounting.sectors.class_info import ClassReader, read_uses
from carbon_planner.base.errors import InputError, SettingsError
from carbon_planner.classes.library import ClassLibrary

ONE_YEAR = Settings(sectors=ALL, start_year=2029, end_year=2030)
MOVING = ("buildings", "transport", "waste", "water")


def test_defaults_of_the_class_are_flagged_with_their_origin():
    part = build(["0701", "0902"], [(0, "0103", 1.0), (1, "0103", 1.0)], quantities={"floor_area_m2": [np.nan, 5000]})
    assert part.flags["ACT_DEFAULT"].tolist() == [True, True]  # population and jobs are defaults in both
    table = part.quantities.set_index(["zone_id", "side", "quantity"])
    assert table.loc[("Z1", "plan", "floor_area_m2"), "origin"] == "class"
    assert table.loc[("Z1", "plan", "floor_area_m2"), "value"] == pytest.approx(23_000.0)  # plot ratio 2.3
    assert table.loc[("Z1", "plan", "floor_area_m2"), "source"] == "0701"
    assert table.loc[("Z2", "plan", "floor_area_m2"), "origin"] == "field"
    assert table.loc[("Z1", "baseline", "floor_area_m2"), "origin"] == "zero"
    only = build(["0902"], [(0, "0103", 1.0)], quantities={"floor_area_m2": [5000]},
                 settings=Settings(sectors=("land", "buildings")))  # fmt: skip
    assert "ACT_DEFAULT" not in {name for name, zones in only.flags.items() if zones.any()} - {"SINK_IN_LAND"}


def test_people_of_a_class_follow_the_floor_area_that_is_stated():
    """510 persons and 23 000 m2 a hectare: half the floor area houses half the people."""
    part = build(["0701"], [(0, "0103", 1.0)], quantities={"floor_area_m2": [11_500.0]})
    table = part.quantities.set_index(["side", "quantity"])
    assert table.loc[("plan", "population"), "value"] == pytest.approx(255.0)
    by_ratio = build(["0701"], [(0, "0103", 1.0)], plot_ratio=np.array([1.15]))
    again = by_ratio.quantities.set_index(["side", "quantity"])
    assert again.loc[("plan", "floor_area_m2"), "value"] == pytest.approx(11_500.0)
    assert again.loc[("plan", "floor_area_m2"), "origin"] == "derived"
    assert again.loc[("plan", "population"), "value"] == pytest.approx(255.0)


def test_uses_stated_by_the_plan():
    names = {u.name: u.name for u in shipped().use_types.values()} | {"商业零售": "retail"}
    assert read_uses("residential:0.7;retail:0.3", names) == {"residential": 0.7, "retail": 0.3}
    assert read_uses("residential：70％；商业零售：30%", names) == {"residential": 0.7, "retail": 0.3}
    assert read_uses("hotel", names) == {"hotel": 1.0}
    for bad in ("villa:1", "residential:x", "residential:1.5", "hotel:0.5;hotel:0.5", "nan:nan", "residential:nan"):
        assert read_uses(bad, names) is None, bad
    part = build(["0901"], [(0, "0103", 1.0)], uses=["hotel:0.25;office:0.75"], settings=ONE_YEAR,
                 quantities={"floor_area_m2": [1000.0]})  # fmt: skip
    assert amounts(part, item="electricity [hotel]") == {
        ("plan", "electricity [hotel]"): pytest.approx(250 * 112.3 * 0.5581e-3)
    }
    for text in ("villa", "hotel:0.5"):
        with pytest.raises(InputError) as error:
            build(["0901"], [(0, "0103", 1.0)], uses=[text])
        assert error.value.message.id == "SECTOR_USES_UNREADABLE"
        assert "Z1" in error.value.text()


def test_classes_and_their_uses():
    """Every class of the plan that may hold buildings has uses that sum to 1; natural classes have none."""
    classes = ClassLibrary.shipped()
    reader = ClassReader(shipped(), classes)
    floor = set(shipped().floor_uses)
    for record in classes.system("landsea2023").records():
        info = reader.info("landsea2023", record.code)
        total = sum(share for use, share in info.uses.items() if use in floor)
        # an island that keeps what is there (1804) has no uses of its own
        assert total == pytest.approx(0.0 if info.kind == "natural" or record.code == "1804" else 1.0), record.code


def test_impossible_quantities_and_unknown_sectors_are_refused():
    for stated, msg_id in (
        ({"floor_aera_m2": [1.0]}, "SECTOR_QUANTITY_UNKNOWN"),
        ({"floor_area_m2": [-1.0]}, "SECTOR_QUANTITY_RANGE"),
        ({"car_share": [1.2]}, "SECTOR_QUANTITY_RANGE"),
        ({"population": [np.inf]}, "SECTOR_QUANTITY_RANGE"),
        ({"landfill_share": [0.6], "incineration_share": [0.5]}, "SECTOR_SHARES_SUM"),
    ):
        with pytest.raises(InputError) as error:
            build(["0701"], [(0, "0103", 1.0)], quantities=stated)
        assert error.value.message.id == msg_id
    with pytest.raises(SettingsError) as wrong:
        build(["0701"], [(0, "0103", 1.0)], settings=Settings(sectors=("land", "farming")))
    assert wrong.value.message.id == "SECTOR_NOT_THERE"


def test_only_the_sectors_asked_for():
    part = build(["0701"], [(0, "0103", 1.0)], settings=Settings(sectors=("land", "water")))
    assert {t.category for t in part.terms} == {"water"}
    assert set(part.null) == {"water"}
    nothing = build(["0701"], [(0, "0103", 1.0)], settings=Settings(sectors=("land",)))
    assert (nothing.terms, nothing.columns, len(nothing.row)) == ([], (), 0)


def test_a_place_without_factors_is_null_not_nought():
    """No climate is known for Sichuan as a whole: public buildings have no factor there, and the zone no net."""
    asked = request(["0902"], [(0, "0103", 1.0)], settings=Settings(sectors=("land", "buildings"), region="CN-SC"))
    part = build_sectors(asked)
    assert part.null["buildings"].tolist() == [True]
    assert any(n.id == "SECTOR_NOTE_NO_FACTOR" for n in part.notes)

    named = Settings(sectors=("land", "buildings"), region="CN-SC", climate_zone="hscw", start_year=2029, end_year=2030)
    part = build(["0902"], [(0, "0103", 1.0)], settings=named, quantities={"floor_area_m2": [1000.0]})
    assert not part.null["buildings"].any()
    wanted = 1000 * 85.3 * 0.1564e-3
    assert amounts(part, item="electricity [office]") == {("plan", "electricity [office]"): pytest.approx(wanted)}


def test_defaults_of_a_class_carry_their_range():
    """Rule 15: the plot ratio of 0701 is 2.3 (its bounds in the table); all zones of the class move together."""
    asked = request(["0701", "0701"], [(0, "0103", 1.0), (1, "0103", 2.0)], settings=ONE_YEAR)
    part = build_sectors(asked)
    term = next(t for t in part.terms if t.item == "electricity [residential]")
    factors = {
        asked.book.factors[n].factor_id: (asked.book.factors[n], slope) for n, slope in term.amount.gradient.items()
    }
    ratio, slope = factors["cd_0701_plot_ratio"]
    assert (ratio.value, ratio.range_kind, ratio.evidence) == (2.3, "minmax", "judgement")
    assert ratio.low < ratio.value < ratio.high
    assert slope == pytest.approx(term.amount.value / 2.3, rel=1e-12)
    assert term.amount.value == pytest.approx(31 * 0.5581e-3, rel=1e-12)
    assert len([c for c in part.columns if c.line == "floor_area_m2" and "electricity" in c.key]) == 1
    stated = request(["0701"], [(0, "0103", 1.0)], settings=ONE_YEAR, quantities={"floor_area_m2": [23_000.0]})
    term = next(t for t in build_sectors(stated).terms if t.item == "electricity [residential]")
    assert "cd_0701_plot_ratio" not in stated.book.ids(term.amount)


def test_floor_area_without_a_use_is_not_passed_over():
    """A forest with 500 m2 of floor area: its use is unknown, so its emission is, until the plan names it."""
    part = build(["0301"], [(0, "0301", 1.0)], quantities={"floor_area_m2": [500.0]})
    assert part.null["buildings"].tolist() == [True]
    named = build(
        ["0301"], [(0, "0301", 1.0)], quantities={"floor_area_m2": [500.0]}, uses=["hotel"], settings=ONE_YEAR
    )
    assert not named.null["buildings"].any()
    assert net(named, np.array([0]), "buildings")[0] == pytest.approx(500 * 112.3 * 0.5581e-3)


def test_figures_of_the_baseline_stand_on_ground_that_may_hold_them():
    """1000 m2 in a zone that is half village, half field stand in the village; industry's gas on industrial ground."""
    rows = [(0, "0701", 1.0), (0, "0103", 1.0), (0, "1001", 2.0)]
    stated = {"floor_area_m2": [3000.0], "ind_gas_m3": [1e5]}
    part = build(["1401"], rows, base_quantities=stated, quantities={"floor_area_m2": [0.0]}, settings=ONE_YEAR)
    found = amounts(part, category="buildings", stage="baseline")
    assert found["baseline", "electricity [residential]"] == pytest.approx(1000 * 31 * 0.5581e-3)
    assert found["baseline", "electricity [industry_light]"] == pytest.approx(2000 * 40 * 0.5581e-3)
    assert amounts(part, item="gas", category="industry") == {("baseline", "gas"): pytest.approx(216.502)}
    assert not part.null_rows["buildings"].any()
    assert not part.null_rows["industry"].any()


def test_a_scenario_sets_figures_of_classes_and_of_factors():
    """An override of the plot ratio of 0701 moves floor area, people and emission; one of a default moves its line."""
    from dataclasses import replace

    from carbon_planner.factors.opening import open_resolver
    from carbon_planner.factors.overrides import Override

    asked = request(["0701"], [(0, "0103", 1.0)], settings=ONE_YEAR)
    denser = Override("0701", "plot_ratio", 4.6, 4.0, 5.0, reason="district plan")
    sunny = Override("sector.pv.yield", "", 1200.0, reason="site assessment")
    for overrides, floor in (((), 23_000.0), ((denser, sunny), 46_000.0)):
        part = build_sectors(replace(asked, resolver=open_resolver(overrides=overrides, sets=[shipped().factors])))
        table = part.quantities.set_index(["side", "quantity"])
        assert table.loc[("plan", "floor_area_m2"), "value"] == pytest.approx(floor)
        wanted = {("plan", "electricity [residential]"): pytest.approx(floor * 31 * 0.5581e-3)}
        assert amounts(part, item="electricity [residential]") == wanted
    solar = request(["0701"], [(0, "0103", 1.0)], settings=ONE_YEAR, quantities={"pv_kw": [1.0]})
    part = build_sectors(replace(solar, resolver=open_resolver(overrides=[sunny], sets=[shipped().factors])))
    assert net(part, np.array([0]), "supply")[0] == pytest.approx(-1200 * 0.8 * 0.5581e-3)


def test_an_own_intensity_goes_before_residents():
    """10 000 m2 at 25 kWh/(m2·yr): residents and the size of households are no energy figure of the zone."""
    stated = {"floor_area_m2": [10_000.0], "eui_elec": [25.0], "population": [300.0], "household_size": [3.0]}
    part = build(["0701"], [(0, "0103", 1.0)], quantities=stated, settings=ONE_YEAR)
    found = amounts(part, category="buildings", net=1)
    assert found["plan", "electricity [residential]"] == pytest.approx(250_000 * 0.5581e-3)
    # no own figure for gas: by household as before
    assert found["plan", "gas [residential]"] == pytest.approx(100 * 240 / 1e4 * 21.6502, rel=1e-6)


def test_a_nought_of_residents_does_not_silence_housing_that_is_stated():
    stated = {"floor_area_m2": [10_000.0], "population": [0.0]}
    part = build(["0701"], [(0, "0103", 1.0)], quantities=stated, settings=ONE_YEAR)
    found = amounts(part, category="buildings", net=1)
    assert found["plan", "electricity [residential]"] == pytest.approx(310_000 * 0.5581e-3)
    assert found["plan", "gas [residential]"] == pytest.approx(24_000 / 1e4 * 21.6502, rel=1e-6)
    assert not amounts(part, item="bus")
    empty = build(["0701"], [(0, "0103", 1.0)], quantities={"population": [0.0]}, settings=ONE_YEAR)
    assert not amounts(empty, item="electricity [residential]")


def test_street_lights_stand_in_towns():
    """Town roads are lit, rural roads and highways mostly not; all of them are built."""
    for code, lit in (("1207", True), ("0601", False), ("1202", False)):
        part = build([code], [(0, "0103", 1.0)], settings=ONE_YEAR)
        items = {t.item for t in part.terms if t.category == "buildings"}
        assert any(item.startswith("lighting") for item in items) == lit
        assert any(item.startswith("roads") for item in items)

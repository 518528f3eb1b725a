"""The carbon rules in the sectors: what is null, what is legacy, displaced, relocated, in which view."""

import numpy as np
import pytest
from sector_cases import ALL, amounts, build, net

from carbon_planner.accounting.inputs import Settings
from carbon_planner.base.units import CO2_PER_C

ONE_YEAR = Settings(sectors=ALL, start_year=2029, end_year=2030)
MOVING = ("buildings", "transport", "waste", "water")


def test_cropland_has_no_buildings_and_a_lumped_class_does_not_say():
    """Rule 2: a natural baseline is known to be empty; a lumped built-up class is unknown, so its net is null."""
    for system, base, null in (
        ("landsea2023", "0103", False), ("landsea2023", "1701", False), ("generic", "cropland", False),
        ("worldcover", "40", False), ("generic", "built", True), ("worldcover", "50", True),
        ("landsea2023", "9999", True), ("landsea2023", None, True),
    ):  # fmt: skip
        part = build(["0701"], [(0, base, 1.0)], systems=("landsea2023", system))
        assert {s: bool(part.null[s][0]) for s in MOVING} == dict.fromkeys(MOVING, null), (system, base)
        # the plan is valued in any case
        assert amounts(part, item="electricity [residential]", stage="plan")


def test_unknown_ground_is_left_out_row_by_row():
    part = build(["0701"], [(0, "0103", 10.0), (0, None, 0.01)])
    # Ground that cannot be compared is left out row by row, as it is for the land.
    assert part.null_rows["buildings"].tolist() == [False, True]
    assert not part.null["buildings"][0]
    assert build(["0701"], [(0, None, 1.0)]).null["buildings"][0]


def test_nothing_changes_where_the_plan_repeats_the_baseline():
    """A → A is 0 in every sector, with the ranges netted as well."""
    for code in ("0701", "0902", "1101", "070301", "0101", "1401", "1208"):
        part = build([code], [(0, code, 3.0)])
        for sector in (*MOVING, "sinks", "agriculture"):
            assert net(part, np.zeros(1, np.int64), sector)[0] == pytest.approx(0.0, abs=1e-9), (code, sector)
        embodied = [v for (stage, _), v in amounts(part, scope="3", category="buildings").items() if stage == "plan"]
        assert embodied == []


def test_reverse_change_has_the_reverse_sign_of_operation():
    """Rule of 4.13: change(A→B) = −change(B→A) for what runs every year; building and clearing are no opposites."""
    there = build(["0902"], [(0, "0701", 3.0)], settings=ONE_YEAR)
    back = build(["0701"], [(0, "0902", 3.0)], settings=ONE_YEAR)
    one = np.zeros(1, np.int64)
    for sector in ("buildings", "transport", "water"):
        assert net(there, one, sector)[0] == pytest.approx(-net(back, one, sector)[0], rel=1e-12)


def test_splitting_a_zone_keeps_the_total():
    whole = build(["0701"], [(0, "0103", 4.0), (0, "0301", 6.0)])
    parts = build(["0701", "0701"], [(0, "0103", 4.0), (1, "0301", 6.0)])
    total = net(parts, np.array([0, 1])).sum()
    assert net(whole, np.array([0, 0]))[0] == pytest.approx(total, rel=1e-12)


def test_order_of_rows_does_not_matter():
    rows = [(0, "0103", 4.0), (1, "0701", 2.0), (0, "0301", 6.0), (1, "0103", 1.0)]
    plan = ["0701", "0901"]
    one = build(plan, rows)
    other = build(plan, rows[::-1])
    zone = np.array([z for z, _, _ in rows])
    assert net(one, zone) == pytest.approx(net(other, zone[::-1]), rel=1e-12)


def test_reserve_land_keeps_the_sectors_of_its_baseline():
    part = build(["16"], [(0, "0701", 1.0), (0, "0103", 1.0)])
    for sector in MOVING:
        assert not part.null[sector][0]
        assert net(part, np.array([0, 0]), sector)[0] == pytest.approx(0.0, abs=1e-9)
    found = amounts(part, category="buildings", net=1)
    assert found["plan", "electricity [residential]"] > 0.0


def test_views_are_never_added():
    """Rule 12: territorial counts scope 1 alone, responsibility scopes 1 and 2; embodied is in neither."""
    by_view = {}
    for view in ("responsibility", "territorial"):
        settings = Settings(sectors=ALL, start_year=2029, end_year=2030, view=view)
        part = build(["0701"], [(0, "0103", 1.0)], quantities={"floor_area_m2": [1000.0]}, settings=settings)
        by_view[view] = {t.scope for t in part.terms if t.net}
        assert all("INFO" in t.flags for t in part.terms if not t.net and t.stage != "committed")
    assert by_view == {"responsibility": {"1", "2"}, "territorial": {"1"}}


def test_legacy_sinks_are_information_and_their_loss_counts():
    """Rule 8, where the land does not count green areas itself: a park kept, half of it lost, and one that is new."""
    settings = Settings(sectors=("sinks",))
    park = {"quantities": {"green_ratio": [0.6]}, "base_quantities": {"green_ratio": [0.6]}}
    kept = build(["1401"], [(0, "1401", 1.0)], settings=settings, **park)
    found = amounts(kept, category="sinks")
    yearly = -6000 * 0.4 * 1.06333 / 1000
    assert found == {("plan", "green_kept [park_community]"): pytest.approx(yearly * 35, rel=1e-9)}
    assert [t.flags for t in kept.terms] == [("INFO", "LEGACY_SINK")]
    lost = build(["0701"], [(0, "1401", 1.0)], settings=settings, base_quantities={"green_ratio": [0.6]},
                 quantities={"green_ratio": [0.0]})  # fmt: skip
    assert net(lost, np.array([0]))[0] == pytest.approx(-yearly * 20, rel=1e-9)
    new = build(["1401"], [(0, "0103", 1.0)], settings=settings, quantities={"green_ratio": [0.6]})
    assert net(new, np.array([0]))[0] == pytest.approx(yearly * 20, rel=1e-9)


def test_the_kind_of_park_decides_its_crown_cover():
    settings = Settings(sectors=("sinks",), start_year=2029, end_year=2030)
    found = {}
    for code in ("G11", "G12", "G139", "G2"):
        part = build([code], [(0, "0103", 1.0)], settings=settings, quantities={"green_ratio": [0.5]},
                     systems=("cjjt85", "landsea2023"))  # fmt: skip
        found[code] = -net(part, np.array([0]))[0] * 1000 / 1.06333 / 5000
    assert found == {
        "G11": pytest.approx(0.55), "G12": pytest.approx(0.4), "G139": pytest.approx(0.5), "G2": pytest.approx(0.7),
    }  # fmt: skip
    own = build(["G11"], [(0, "0103", 1.0)], settings=settings, systems=("cjjt85", "landsea2023"),
                quantities={"green_ratio": [0.5], "crown_share": [0.2]})  # fmt: skip
    assert -net(own, np.array([0]))[0] == pytest.approx(5000 * 0.2 * 1.06333 / 1000, rel=1e-9)


def test_farm_inputs_of_paved_cropland_are_displaced():
    """Rule 9: no credit for tillage, irrigation and paddy CH4 that move elsewhere."""
    part = build(["0701"], [(0, "0101", 10.0)], settings=ONE_YEAR)
    found = amounts(part, category="agriculture")
    assert set(found) == {
        ("displaced", "tillage_lost [arable]"),
        ("displaced", "irrigation_lost [arable]"),
        ("displaced", "rice_lost [paddy]"),
    }  # fmt: skip
    assert found["displaced", "rice_lost [paddy]"] == pytest.approx(10 * 1.32 * 112 / 1000 * 27.9, rel=1e-12)
    assert net(part, np.array([0]), "agriculture")[0] == 0.0
    new = build(["0101"], [(0, "2306", 10.0)], settings=ONE_YEAR)
    assert net(new, np.array([0]), "agriculture")[0] > 0.0


def test_farming_that_stays_on_the_ground_is_not_new():
    """Dry cropland made paddy: tilled and irrigated before and after; only the CH4 of the paddy is new."""
    part = build(["0101"], [(0, "0103", 10.0)], settings=ONE_YEAR)
    found = amounts(part, category="agriculture")
    assert found == {("plan", "rice [paddy]"): pytest.approx(10 * 1.32 * 112 / 1000 * 27.9, rel=1e-12)}


def test_farm_inputs_by_scope_and_view():
    """Inputs are made elsewhere (scope 3, in no net); pumps use power (scope 2); only fuel is burnt on the ground."""
    stated = {"fertiliser_kg": [1e5], "pesticide_kg": [1e3], "film_kg": [1e3], "farm_diesel_kg": [1e4]}
    nets = {}
    for view in ("responsibility", "territorial"):
        settings = Settings(sectors=ALL, start_year=2029, end_year=2030, view=view)
        part = build(["0103"], [(0, "2306", 10.0)], settings=settings, quantities=stated)
        scopes = {t.item: t.scope for t in part.terms if t.category == "agriculture" and t.stage == "plan"}
        nets[view] = {item: v for (_, item), v in amounts(part, category="agriculture", net=1).items()}
    assert scopes == {"fertiliser": "3", "pesticide": "3", "film": "3", "diesel": "1", "tillage [arable]": "1",
                      "irrigation [arable]": "2"}  # fmt: skip
    assert nets["responsibility"].keys() == {"diesel", "tillage [arable]", "irrigation [arable]"}
    assert nets["territorial"].keys() == {"diesel", "tillage [arable]"}
    assert nets["territorial"]["diesel"] == pytest.approx(10 * 3.0959, rel=1e-3)  # t CO2 per t, as for industry
    assert nets["territorial"]["tillage [arable]"] == pytest.approx(10 * 3.126 * CO2_PER_C / 1000, rel=1e-9)


def test_villages_use_less_than_towns_and_have_no_piped_gas_by_default():
    """About 1000 kWh a person and year: by household 2600 kWh, by floor area 15 kWh/m2."""
    by_floor = build(["0703"], [(0, "0103", 1.0)], settings=ONE_YEAR, quantities={"floor_area_m2": [9000.0]})
    found = amounts(by_floor, category="buildings", net=1)
    assert found == {("plan", "electricity [rural_residential]"): pytest.approx(9000 * 15 * 0.5581e-3)}
    assert not by_floor.null["buildings"].any()
    people = build(["0703"], [(0, "0103", 1.0)], settings=ONE_YEAR,
                   quantities={"population": [260.0], "household_size": [2.6], "gas_m3": [1000.0]})  # fmt: skip
    found = amounts(people, category="buildings", net=1)
    assert found["plan", "electricity [rural_residential]"] == pytest.approx(100 * 2600 * 0.5581e-3)
    assert found["plan", "gas"] == pytest.approx(2.16502)


def test_industry_without_figures_is_null_and_named():
    """Rule 14: no factor per hectare; heavy emitters are asked for until they give their figures."""
    part = build(["1001", "0701"], [(0, "0103", 1.0), (1, "1001", 1.0)])
    assert part.null["industry"].tolist() == [True, True]
    assert part.flags["INDUSTRY_NO_DATA"].tolist() == [True, True]
    note = next(n for n in part.notes if n.id == "SECTOR_NOTE_HEAVY")
    assert "Z1" in note.text()
    steel = build(["1001"], [(0, "0103", 1.0)], uses=["GTGY"])
    assert steel.flags["HEAVY_EMITTER"].tolist() == [True]
    told = build(["1001"], [(0, "0103", 1.0)], uses=["GTGY"], quantities={"facility_tco2": [5e5]}, settings=ONE_YEAR)
    assert "HEAVY_EMITTER" not in told.flags
    assert not told.null["industry"].any()
    assert net(told, np.array([0]), "industry")[0] == pytest.approx(5e5)


def test_one_side_alone_makes_no_gain():
    """A plan that states an energy figure beside a baseline that does not has no net in that sector."""
    part = build(["0902"], [(0, "0902", 1.0)], quantities={"heat_gj": [100.0]})
    assert part.null["buildings"].tolist() == [True]
    both = build(["0902"], [(0, "0902", 1.0)], quantities={"heat_gj": [100.0]}, base_quantities={"heat_gj": [300.0]},
                 settings=ONE_YEAR)  # fmt: skip
    assert not both.null["buildings"].any()
    assert net(both, np.array([0]), "buildings")[0] == pytest.approx(-200 * 0.11)


def test_housing_that_gives_way_is_relocated():
    part = build(["0901", "0701"], [(0, "0701", 1.0), (1, "0103", 0.5)])
    assert part.flags["RELOCATED"].tolist() == [True, False]
    note = next(n for n in part.notes if n.id == "SECTOR_NOTE_RELOCATED")
    assert (note.params["people"], note.params["housed"], note.params["rest"]) == ("510", "255", "255")

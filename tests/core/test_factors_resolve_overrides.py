"""Figures of the user in the place of stored ones: levels, places, years, rasters, and their count."""

import numpy as np
import pytest
from factor_cases import factor, make_set

from carbon_planner.base.errors import FactorError
from carbon_planner.factors.electricity import KEY
from carbon_planner.factors.override_log import LogRow, OverrideLog
from carbon_planner.factors.overrides import Override, factor_of, raster_override
from carbon_planner.factors.resolve import Resolver
from carbon_planner.factors.store import open_set


@pytest.fixture(scope="module")
def sets():
    return [open_set("energy"), open_set("building")]


def resolver(sets, *overrides, **options):
    return Resolver(sets, overrides=overrides, **{"region": "500112", **options})


def test_an_override_is_a_factor_of_the_scenario_with_its_own_origin(sets):
    own = Override(KEY, "", 0.3, 0.25, 0.36, reason="contract for green power")
    found = resolver(sets, own).find(KEY, year=2030)
    factor_, fset, weight = found.parts[0]
    assert (found.value, fset, weight, found.flags) == (0.3, "scenario", 1.0, ("OVERRIDDEN",))
    assert (factor_.low, factor_.high, factor_.range_kind, factor_.unit) == (0.25, 0.36, "minmax", "kgCO2/kWh")
    assert (factor_.source, factor_.confidence) == ("contract for green power", "recalled")
    assert factor_.gas == "CO2"
    assert "grid_2023_cn_cq" in factor_.notes
    assert found.rejected[0].reason.id == "REJECTED_OVERRIDDEN"
    text = next(m for m in found.explain() if m.id == "RESOLVED_OVERRIDE")
    assert "contract for green power" in text.text("zh")
    assert "情景" in text.text("zh")


def test_scenario_goes_before_region_and_region_before_default(sets):
    region = Override(KEY, "", 0.5, reason="district inventory", region="500112", level="region")
    scenario = Override(KEY, "", 0.3, reason="what if")
    assert resolver(sets).find(KEY, year=2025).value == 0.5581
    assert resolver(sets, region).find(KEY, year=2025).value == 0.5
    assert resolver(sets, region, scenario).find(KEY, year=2025).value == 0.3
    assert resolver(sets, region, region="500113").find(KEY, year=2025).value == 0.5581
    assert resolver(sets, scenario, region="500113").find(KEY, year=2025).value == 0.3


def test_the_narrower_place_and_the_latest_year_serve(sets):
    city = Override(KEY, "", 0.5, reason="city", region="重庆市")
    district = Override(KEY, "", 0.4, reason="district", region="渝北区")
    later = Override(KEY, "", 0.2, reason="district later", region="500112", year=2030)
    found = resolver(sets, city, later, district)
    assert [found.find(KEY, year=y).value for y in (2025, 2029, 2030, 2060)] == [0.4, 0.4, 0.2, 0.2]
    assert found.find(KEY, region="500113", year=2040).value == 0.5
    assert found.find(KEY, region="CN-SC", year=2023).value == 0.1564


def test_quantities_may_be_named_in_one_text_or_in_two(sets):
    two = Override("building.operation.office", "electricity", 60.0, reason="survey")
    found = resolver(sets, two)
    assert found.find("building.operation.office.electricity").value == 60.0
    assert found.find("building.operation.office", "electricity").value == 60.0
    parent = Override("building.operation.public.electricity", "", 50.0, reason="survey")
    assert resolver(sets, parent).find("building.operation.utility.electricity").value == 50.0
    assert resolver(sets, parent).find("building.operation.office.electricity").value == 85.3  # it has a factor


def test_land_classes_can_be_overridden(classes):
    own = Override("forest", "above", 40.0, reason="plots of the bureau")
    found = Resolver([open_set("cq_mixed_0_100cm")], region="CN-CQ", overrides=[own], classes=classes)
    answer = found.find("forest", "above", system="generic")
    assert (answer.value, answer.unit) == (40.0, "tC/ha")
    assert found.find("bamboo", "above", system="generic").value == 19.5


def test_what_no_set_holds_needs_a_unit(sets):
    own = Override("my.quantity", "", 2.0, reason="x")
    with pytest.raises(FactorError) as caught:
        resolver(sets, own).find("my.quantity")
    assert caught.value.message.id == "OVERRIDE_NO_UNIT"
    stated = Override("my.quantity", "", 2.0, unit="kWh/m2", reason="x")
    assert resolver(sets, stated).find("my.quantity").unit == "kWh/m2"


def test_a_job_file_gives_overrides_as_mappings():
    from carbon_planner.factors.opening import open_resolver

    row = {"item": KEY, "value": 0.3, "reason": "job"}
    found = open_resolver(region="CN-CQ", overrides=[row, Override("heat", "", 0.1, reason="x")])
    assert (found.find(KEY, year=2030).value, found.find("heat").value) == (0.3, 0.1)
    for bad in ({**row, "colour": "red"}, {"item": KEY, "reason": "x"}):
        with pytest.raises(FactorError) as caught:
            open_resolver(overrides=[bad])
        assert caught.value.message.id == "OVERRIDE_FIELDS"


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"reason": " "}, "OVERRIDE_NO_REASON"),
        ({"level": "zone field"}, "OVERRIDE_LEVEL"),
        ({"low": 0.4}, "OVERRIDE_RANGE"),
        ({"high": 0.2}, "OVERRIDE_RANGE"),
        ({"confidence": "sure"}, "WORD_UNKNOWN"),
    ],
)
def test_bad_overrides_are_refused(changes, expected):
    with pytest.raises(FactorError) as caught:
        Override(**{"item": KEY, "parameter": "", "value": 0.3, "reason": "x", **changes})
    assert caught.value.message.id == expected


def test_another_unit_is_refused(sets):
    with pytest.raises(FactorError) as caught:
        resolver(sets, Override(KEY, "", 300.0, unit="gCO2/kWh", reason="x")).find(KEY, year=2025)
    assert caught.value.message.id == "OVERRIDE_UNIT"


def test_an_override_goes_before_an_assumed_course(sets):
    from carbon_planner.factors.paths import parse_path

    path = {KEY: parse_path("multiplier:2023=1,2033=0.5")}
    found = resolver(sets, Override(KEY, "", 0.3, reason="x"), paths=path).find(KEY, year=2033)
    assert (found.value, found.flags) == (0.3, ("OVERRIDDEN",))


# -- rasters -------------------------------------------------------------------------------------------------------


def test_figures_of_a_raster_keep_one_factor_for_all_zones():
    base = factor(value=90.9)
    values = np.array([80.0, np.nan, 120.0])
    found = raster_override(
        "forest", "soil", values, unit="tC/ha", reason="soil map 2020", relative=(0.2, 0.3), base=base
    )
    assert found.factor.value == 100.0
    assert (found.factor.low, found.factor.high) == (80.0, 130.0)
    assert found.used.tolist() == [True, False, True]
    np.testing.assert_allclose(found.scale * found.factor.value, values)
    assert found.fset == "scenario"
    assert found.factor.source == "soil map 2020"


def test_rasters_of_removals_of_zeros_and_of_nothing():
    removal = raster_override("x", "flux", np.array([-2.0, -4.0]), unit="tC/(ha·yr)", reason="r", relative=(0.5, 0.5))
    assert (removal.factor.value, removal.factor.low, removal.factor.high) == (-3.0, -4.5, -1.5)
    np.testing.assert_allclose(removal.scale * -3.0, [-2.0, -4.0])
    zeros = raster_override("x", "flux", np.array([0.0, np.nan]), unit="tC/(ha·yr)", reason="r")
    assert zeros.factor.value == 0.0
    assert zeros.scale[0] == 1.0
    balanced = raster_override("x", "flux", np.array([-2.0, 2.0]), unit="tC/(ha·yr)", reason="r")
    np.testing.assert_allclose(balanced.scale * balanced.factor.value, [-2.0, 2.0])
    with pytest.raises(FactorError) as caught:
        raster_override("x", "flux", np.array([np.nan]), unit="tC/ha", reason="r")
    assert caught.value.message.id == "RASTER_EMPTY"


# -- the count -----------------------------------------------------------------------------------------------------


def test_every_level_is_counted_once(sets):
    own = Override(KEY, "", 0.3, reason="what if")
    found = resolver(sets, own, Override("heat", "", 0.08, reason="inventory", level="region"))
    for year in range(2021, 2061):
        found.find(KEY, year=year)
    found.find("heat")
    found.find("building.life")
    found.log.zone_field("floor_area_m2", 12, "field gfa")
    found.log.zone_field("population", 0)
    raster = raster_override("forest.soil", "", np.array([1.0, np.nan, 2.0]), unit="tC/ha", reason="map")
    found.log.raster(raster)
    assert found.log.counts() == {"zone field": 1, "raster": 1, "scenario": 1, "region": 1}
    rows = [(r.level, r.quantity, r.value, r.zones) for r in found.log]
    assert rows == [
        ("zone field", "floor_area_m2", None, 12),
        ("raster", "forest.soil", 1.5, 2),
        ("scenario", KEY, 0.3, 0),
        ("region", "heat", 0.08, 0),
    ]
    assert len(found.log) == 4
    replaced = next(r.replaced for r in found.log if r.quantity == KEY)
    assert replaced == "grid_2021_cn_cq; grid_2022_cn_cq; grid_2023_cn_cq"


def test_a_report_is_told_of_every_override(sets):
    found = resolver(sets, Override(KEY, "", 0.3, reason="what if"))
    assert found.log.notes() == []
    found.find(KEY, year=2030)
    found.log.zone_field("eui_elec", 4)
    told = [note.text("en") for note in found.log.notes()]
    assert told[0].startswith("Own figures in the place of stored ones: 2 (zone fields 1, rasters 0, scenario 1")
    assert told[1] == "Own figures (zone field) for eui_elec in 4 zones."
    assert "0.3, in the place of grid_2023_cn_cq (what if)" in told[2]
    assert all("{" not in note.text("zh") for note in found.log.notes())


def test_logs_of_tiles_add_up():
    one, two = OverrideLog(), OverrideLog()
    one.zone_field("population", 3)
    two.zone_field("population", 4)
    one.merge([two])
    assert [r.zones for r in one] == [7]
    assert [r.zones for r in two] == [4]
    with pytest.raises(FactorError):
        one.note(LogRow("whim", "x", "", "", None, ""))


def test_factors_of_overrides_differ_by_place_and_year():
    base = make_set([factor()]).factors[0]
    ids = {
        factor_of(Override("a", "b", 1.0, region=region, year=year, reason="x"), base).factor_id
        for region in ("", "CN-CQ")
        for year in (None, 2030)
    }
    assert ids == {"scenario:a.b", "scenario:a.b:2030", "scenario:a.b:CN-CQ", "scenario:a.b:CN-CQ:2030"}

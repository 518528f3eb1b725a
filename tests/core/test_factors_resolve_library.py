"""The shipped library as a run relies on it: complete records, keys that find factors, sets that say what they are."""

import re

import pytest

from carbon_planner.accounting.sectors import shipped
from carbon_planner.factors.climates import FAMILIES
from carbon_planner.factors.keys import KeyTable
from carbon_planner.factors.opening import SHIPPED, open_resolver
from carbon_planner.factors.records import CONFIDENCES, EVIDENCES, RANGE_KINDS
from carbon_planner.factors.regions import RegionTree
from carbon_planner.factors.store import open_set, shipped_sets
from carbon_planner.factors.unitnames import try_unit

HAN = re.compile("[\u4e00-\u9fff]")
# Every figure has a year: where the document states none it is that of the edition in which the figure stands.
WITHOUT_YEAR = frozenset()
SECTORS = (
    "grid", "heat", "fuel", "building", "infrastructure", "material", "transport", "greening", "settlement", "waste",
    "water", "industry", "population", "residential", "agriculture", "soil", "forest", "cropland", "grassland",
)  # fmt: skip


@pytest.fixture(scope="module")
def library():
    return {info.id: open_set(info.id) for info in shipped_sets()}


@pytest.fixture(scope="module")
def every(library):
    """All shipped factors, those that come with the tables of sectors among them."""
    sets = [*library.values(), shipped().factors]
    return [(one.info.id, f) for one in sets for f in one.factors]


def test_there_are_enough_factors_without_the_defaults_of_classes(library):
    counts = {name: len(one) for name, one in library.items()}
    assert sum(counts.values()) - counts["class_defaults"] >= 1200
    assert counts["energy"] >= 300
    assert counts["class_defaults"] >= 500


def test_no_factor_without_unit_source_year_confidence_and_range_kind(every):
    bad = [
        (name, f.factor_id)
        for name, f in every
        if not (f.unit and f.source and f.confidence in CONFIDENCES and f.range_kind in RANGE_KINDS)
        or f.evidence not in EVIDENCES
        or not f.evidence
        or (f.year is None and f.factor_id not in WITHOUT_YEAR)
    ]
    assert bad == []


def test_ranges_and_missing_values_say_what_they_are(every):
    for name, f in every:
        assert (f.low is None and f.high is None) == (f.range_kind == "none"), (name, f.factor_id)
        assert f.value is not None or f.notes, (name, f.factor_id)
        assert not f.source.startswith("http"), (name, f.factor_id)


def test_no_factor_names_a_region_that_is_no_place_and_no_table(every):
    tree = RegionTree.shipped()
    unknown = {f.region for _, f in every if tree.get(tree.canonical(f.region)) is None}
    assert unknown == {"hypothetical"}  # the example of the InVEST guide


def test_a_recalled_figure_says_so_and_a_judgement_names_itself(every):
    for name, f in every:
        if f.evidence == "memory":
            assert f.confidence == "recalled", (name, f.factor_id)
        if f.evidence == "judgement":
            assert f.confidence == "derived", (name, f.factor_id)


def test_every_set_tells_method_region_years_licence_and_limits_in_both_languages(library):
    for name, one in library.items():
        info = one.info
        for word in ("Method:", "Region", "Year", "Limits:"):
            assert word.lower() in info.description_en.lower(), (name, word)
        for word in ("方法：", "地区", "年份", "局限："):
            assert word in info.description_zh, (name, word)
        assert info.licence
        assert HAN.search(info.title_zh)
        assert info.region
        assert info.year


def test_years_of_a_set_lie_within_what_it_says(library):
    """The newest year of the factors of the electricity series is the one that the description names last."""
    energy = library["energy"]
    electric = [f.year for f in energy.factors if f.category in ("electricity_province", "electricity_region")]
    assert (min(electric), max(electric)) == (2010, 2023)
    assert "2021 to 2023" in energy.info.description_en


# -- keys ----------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def keys():
    return KeyTable.shipped()


def test_each_row_of_a_key_finds_factors_of_its_unit(keys, library):
    for key in keys:
        for row in keys.rows(key):
            if not row.set_id:
                assert row.parent, key  # a key without factors falls back
                continue
            found = [f for f in library[row.set_id].factors if row.takes(row.set_id, f)]
            assert found, key
            assert {f.unit for f in found} == {row.unit}, key


def test_a_key_has_one_unit_per_series_one_parent_and_both_names(keys):
    for key in keys:
        rows = keys.rows(key)
        for series in keys.series(key):
            assert len({row.unit for row in rows if row.series == series and row.unit}) <= 1, key
        assert len({row.parent for row in rows}) == 1, key
        assert all(row.name_en and HAN.search(row.name_zh) for row in rows), key
        assert re.fullmatch(r"[a-z0-9_]+(\.[a-z0-9_]+)*", key), key
        chain = keys.chain(key)
        assert len(set(chain)) == len(chain)
        assert all(one in keys for one in chain), key


def test_keys_cover_every_sector_of_a_plan(keys):
    tops = {key.partition(".")[0] for key in keys}
    assert tops == set(SECTORS)
    assert len(list(keys)) >= 500


def test_every_factor_outside_the_land_methods_has_a_key(keys, library):
    rows = [row for key in keys for row in keys.rows(key)]
    without = [
        f.factor_id
        for name in SHIPPED
        if name != "class_defaults"  # keyed by class
        for f in library[name].factors
        if not any(row.takes(name, f) for row in rows)
    ]
    assert without == ["d_resp_person"]  # human breath is no emission of a plan


def test_units_of_keys_are_units_or_named_ratios(keys):
    odd = {row.unit for key in keys for row in keys.rows(key) if row.unit and try_unit(row.unit) is None}
    assert all("/" in unit or unit in ("%", "1", "yr", "km", "day") for unit in odd), odd


# -- what runs take ------------------------------------------------------------------------------------------------


def test_first_order_decay_by_climate():
    wet, dry = open_resolver(), open_resolver(region="World", climate_zone="warm_temperate_dry")
    kinds = ("food", "garden", "paper", "wood", "textiles", "bulk")
    assert [wet.find(f"waste.decay.{k}").value for k in kinds] == [0.185, 0.1, 0.06, 0.03, 0.06, 0.09]
    assert [dry.find(f"waste.decay.{k}").value for k in kinds] == [0.06, 0.05, 0.04, 0.02, 0.04, 0.05]
    assert wet.find("waste.landfill.oxidation").value == 0


def test_defaults_of_planned_classes_are_factors_with_ranges(classes):
    found = open_resolver(classes=classes)
    ratio = found.find("0701", "plot_ratio", system="landsea2023")
    cover = classes.cover(classes.match("landsea2023", "0701"))
    assert (ratio.value, ratio.factor.high) == (cover.plot_ratio.value, cover.plot_ratio.high)
    assert ratio.factor.low <= ratio.value <= ratio.factor.high
    assert found.find("070102", "population_per_ha", system="landsea2023").value is not None


def test_labels_of_the_keys_and_regions_belong_to_a_family(keys):
    labels = {label for key in keys for row in keys.rows(key) for label in row.climates}
    labels |= {label for region in RegionTree.shipped() for label in region.climates}
    assert labels <= {label for family in FAMILIES for label in family}


def test_a_named_climate_replaces_only_its_own_family():
    found = open_resolver(region="CN-CQ", climate_zone="cold")
    assert found.find("building.operation.residential.electricity_household").value == 2700
    assert found.find("soil.ref.hac").value == 64  # still that of the region
    assert open_resolver(climate_zone="tropical_moist").find("soil.ref.hac").value == 40
    assert found.find("soil.ref.hac", climate="cool_temperate_dry").value == 43


def test_an_unknown_region_or_course_is_told_when_the_resolver_opens():
    from carbon_planner.base.errors import FactorError

    for options in (
        {"region": "Atlantis"},
        {"grid_path": "up"},
        {"sets": ["no_such_set"]},
        {"climate_zone": "lukewarm"},
        {"climate_zone": "cold|hscw"},
    ):
        with pytest.raises(FactorError):
            open_resolver(**options)

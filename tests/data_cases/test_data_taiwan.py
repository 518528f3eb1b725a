"""Urban-plan zones of Taiwan: areas as published, overlaps and invalid polygons told, class names of their own.

The publisher's ``Shape_Area`` is the planar area in EPSG:3826; figures of the table are those of the README beside the
data, given there to 0.01 m².
"""

import math
from functools import lru_cache

import numpy as np
import pytest
import shapely
from data_helpers import HA, areal_scale, closes, column, evaluate, shapes, sum_m2, union_m2, warning

from carbon_planner import api
from carbon_planner.base.errors import ClassError
from carbon_planner.storage.vectors import read_vectors

#        zones  invalid  sum of areas   area of union  overlap
PLANS = {
    "D0301": (241, 0, 4250676.10, 4250675.98, 0.12),
    "H0209": (486, 0, 13818009.73, 13814590.85, 3418.88),
    "H0304": (260, 3, 22093816.81, 22093396.26, 420.55),
    "K0301": (144, 2, 3828501.48, 3828467.91, 33.58),
    "L0301": (733, 1, 21269381.56, 21269381.55, 0.01),
    "P0303": (266, 0, 13741489.25, 13734108.23, 7381.03),
    "None": (1, 0, 4750.63, 4750.63, 0.0),
}
# What the zone names of the six plans hold; the first word that a name contains decides.
USES = {
    "道路": "built_transport", "鐵路": "built_transport", "車站": "built_transport", "停車場": "built_transport",
    "人行": "built_transport", "行人": "built_transport", "港埠": "built_transport", "碼頭": "built_transport",
    "綠化步道": "green_urban", "園道": "built_transport", "公園道": "built_transport", "高速": "built_transport",
    "綠地": "green_urban", "公園": "green_urban", "兒童遊樂場": "green_urban", "住宅": "built_residential",
    "工業": "built_industrial", "倉儲": "built_warehouse", "貨物": "built_warehouse", "農業": "cropland",
    "保護": "forest", "河": "water", "溝渠": "water", "水域": "water", "廣場": "plaza", "商": "built_commercial",
    "市場": "built_commercial", "遊樂區": "built_commercial", "學": "built_public", "機關": "built_public",
    "文": "built_public", "社": "built_public", "行政": "built_public", "醫院": "built_public", "體育": "built_public",
    "郵政": "built_public", "公墓": "built_special", "墓地": "built_special", "殯": "built_special",
    "火葬": "built_special", "宗教": "built_special", "古蹟": "built_special", "保存": "built_special",
    "台糖": "built_public", "暫": "reserved",
}  # fmt: skip


def use_of(name):
    """Generic class of a zone name: what has no word of its own is a public utility."""
    return None if name is None else next((use for word, use in USES.items() if word in name), "built_utility")


@pytest.fixture(scope="module")
def plan(data):
    return lambda name: data(f"tw_zoning/{name}.json")


@pytest.fixture(scope="module")
def planar(plan):
    """Evaluation of a plan by planar areas, each made once."""
    return lru_cache(lambda name: evaluate(plan(name), "使用分", area="planar"))


@pytest.mark.parametrize("name", PLANS)
def test_areas_are_those_published(plan, planar, name):
    zones, invalid, total, union, overlap = PLANS[name]
    found = planar(name)
    assert found.totals.zone_count == zones
    assert sum_m2(found) == pytest.approx(total, abs=0.005)
    assert union_m2(found) == pytest.approx(union, abs=0.005)
    assert found.totals.zone_overlap_ha * HA == pytest.approx(overlap, abs=0.006)
    closes(found)
    published = np.array(column(plan(name), "Shape_Area"), dtype=float)
    given = np.isfinite(published)
    np.testing.assert_allclose(found.zones["cp_area_ha"][given] * HA, published[given], rtol=1e-9, atol=1e-6)
    repaired = [m for m in found.warnings if m.id == "GEOMETRY_REPAIRED"]
    assert [m.params["count"] for m in repaired] == ([invalid] if invalid else [])
    assert found.zones["cp_flags"].str.contains("REPAIRED").sum() == invalid


@pytest.mark.parametrize("name", sorted(PLANS.keys() - {"None"}))
def test_true_area_differs_by_the_scale_of_the_map(plan, planar, name):
    """Taiwan's TM2 has the scale 0.9999 on its meridian: plane areas are up to 0.02 % too small, and that is all."""
    plane = planar(name).zones["cp_area_ha"]
    true = evaluate(plan(name), "使用分").zones["cp_area_ha"]
    scale = areal_scale("EPSG:3826", *shapely.get_coordinates(shapely.centroid(shapes(plan(name)))).T)
    np.testing.assert_allclose(true, plane / scale, rtol=2e-6)
    assert 0.99979 < plane.sum() / true.sum() < 1.0


def test_reference_areas_are_reached_where_the_publisher_agrees(plan, planar):
    """參考面積 equals the drawn area for two plans; for the others its sum is larger, as the README says."""
    stated = {name: sum(float(v) for v in column(plan(name), "參考面")) for name in ("D0301", "K0301", "H0304")}
    drawn = {name: sum_m2(planar(name)) for name in stated}
    assert stated["D0301"] == pytest.approx(drawn["D0301"], abs=0.5)
    assert stated["K0301"] == pytest.approx(drawn["K0301"], abs=0.5)
    assert stated["H0304"] - drawn["H0304"] == pytest.approx(22150119.82 - 22093816.81, abs=0.02)


@pytest.mark.parametrize("field", ["zone_class", "zone_base_class"])
def test_names_that_no_system_holds_are_refused_with_a_remedy(plan, field):
    with pytest.raises(ClassError) as caught:
        api.evaluate_files(plan("H0304"), **{field: "使用分"})
    told = caught.value
    assert told.message.id == "CLASS_SYSTEM_UNCLEAR"
    parameter = "ZONE_CLASS_SYSTEM" if field == "zone_class" else "BASE_CLASS_SYSTEM"
    for lang, remedy in (("en", "write codes of a shipped system into a field"), ("zh", "请在图层中增加字段")):
        text = told.text(lang)
        assert all(part in text for part in ("H0304", "使用分", "住宅區", parameter, "FACTOR_SET", remedy))


def test_stated_system_names_the_values_that_are_not_in_it(plan):
    found = evaluate(plan("D0301"), "使用分", system="landsea2023")
    told = warning(found, "CLASS_VALUES_UNKNOWN")
    assert told.params["count"] == 34
    assert "中密度住宅區" in told.text("zh")
    assert "D0301" in told.text("en")
    left_out = warning(found, "AREA_NOT_EVALUATED")
    assert left_out.params["count"] == 241
    assert "unknown class 241" in left_out.text("en")
    assert "地类未知 241 个" in left_out.text("zh")
    assert found.zones["cp_bstk_tc"].isna().all()
    assert found.totals.unknown_ha == pytest.approx(found.totals.area_ha, rel=1e-12)


def test_overlaps_name_their_zones(planar):
    told = warning(planar("P0303"), "ZONES_OVERLAP")
    assert "0.7381 ha" in told.text("en")
    assert "0.7381 公顷" in told.text("zh")
    assert "149" in told.text("en")
    told = warning(planar("L0301"), "ZONES_OVERLAP")
    assert "0.01 m²" in told.text("en")
    assert "0.01 平方米" in told.text("zh")


def test_the_zone_without_attributes_has_no_result_and_no_nought(plan):
    with pytest.raises(ClassError) as caught:
        api.evaluate_files(plan("None"), zone_class="使用分")
    assert caught.value.message.id == "CLASS_FIELD_EMPTY"
    assert "ZONE_CLASS_SYSTEM" in caught.value.text("zh")
    settings = api.Settings(plan_system="landsea2023")
    found = api.evaluate_files(plan("None"), zone_class="使用分", settings=settings)
    zone = found.zones.iloc[0]
    assert zone["cp_flags"] == "NO_PLAN_CLASS"
    assert zone["cp_area_ha"] == zone["cp_unk_ha"] == pytest.approx(0.475063 * 1.00012, rel=1e-4)
    numbers = zone[["cp_bstk_tc", "cp_pstk_tc", "cp_pflux_t", "cp_net_t", "cp_net_lo", "cp_net_hi", "cp_emis_t"]]
    assert numbers.isna().all()
    assert not found.totals.has_net
    assert math.isnan(found.totals.net)


def zones_of(path, plan_class, base_class):
    """The zones of a file with classes made from their names."""
    table = read_vectors(path, ["使用分"])
    names = table.attributes["使用分"]
    return api.PlanZones(
        layer=table.name,
        ids=[str(fid) for fid in table.fids],
        geometry=shapes(path),
        crs=api.Crs.from_text(table.crs),
        plan_class=[plan_class(name) for name in names],
        base_class=[base_class(name) for name in names],
    )


@pytest.mark.parametrize("name", sorted(PLANS.keys() - {"None"}))
def test_names_carried_over_to_generic_classes_give_a_net(plan, name):
    """The way for plans with names of their own: translate them into a field, then every place has its figure."""
    zones = zones_of(plan(name), use_of, lambda _: "cropland")
    found = api.evaluate(zones, None, api.Settings(plan_system="generic", base_system="generic"))
    assert found.totals.has_net
    assert found.totals.unknown_ha == 0.0
    assert found.totals.low < found.totals.net < found.totals.high
    closes(found)
    table = found.totals.by_class
    assert math.isclose(table["net_tco2e"].sum(), found.totals.net, rel_tol=1e-9)
    stays = found.zones[np.array([c == "cropland" for c in zones.plan_class])]
    assert (stays["cp_net_t"] == 0.0).all()
    # Zones that overlap show their own figures; the total counts each place once.
    rows = found.ledger[found.ledger["stage"] == "change"]
    assert math.isclose(rows["tco2e"].sum(), found.zones["cp_net_t"].sum(), rel_tol=1e-9)


def test_plan_and_baseline_swapped_change_the_sign(plan):
    """Where no ground is sealed: cropland ↔ forest and grassland, with the whole change as a pulse."""
    green = {"built_transport": "grassland", "green_urban": "grassland"}

    def to_land(name):
        use = use_of(name)
        return green.get(use, "forest") if use.startswith(("built", "green")) else "cropland"

    settings = api.Settings(plan_system="generic", base_system="generic", stock_timing="pulse")
    there = api.evaluate(zones_of(plan("K0301"), to_land, lambda _: "cropland"), None, settings).totals
    back = api.evaluate(zones_of(plan("K0301"), lambda _: "cropland", to_land), None, settings).totals
    assert there.net == pytest.approx(-back.net, rel=1e-12)
    assert there.net < 0


def test_own_names_through_a_factor_table_of_their_own(plan, tmp_path):
    """The other way: a table of densities whose codes are the names. 100 t C/ha everywhere is 100 × the area."""
    names = sorted(set(column(plan("K0301"), "使用分")))
    table = tmp_path / "pools.csv"
    lines = ["lucode,LULC_Name,C_above,C_below,C_soil,C_dead", *(f"{n},{n},10,5,80,5" for n in names[:-1])]
    table.write_text("\n".join(lines), encoding="utf-8")
    found = api.evaluate_files(plan("K0301"), zone_base_class="使用分", settings=api.Settings(factor_set=str(table)))
    assert found.base_system == "table:pools"
    left = found.zones["cp_bstk_tc"].isna()
    assert left.sum() == column(plan("K0301"), "使用分").count(names[-1]) > 0
    np.testing.assert_allclose(found.zones["cp_bstk_tc"][~left], 100.0 * found.zones["cp_area_ha"][~left], rtol=1e-12)
    assert names[-1] in warning(found, "CLASS_VALUES_UNKNOWN").text("en")

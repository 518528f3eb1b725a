"""What a result says about itself: overlaps with names, why area is left out, classes that give nothing."""

import numpy as np
import pytest
import shapely

from carbon_planner.accounting.evaluate import evaluate
from carbon_planner.accounting.inputs import BaseParcels, PlanZones, Settings
from carbon_planner.accounting.remarks import REASONS, area_text
from carbon_planner.base.errors import ClassError
from carbon_planner.geometry.crs import Crs

GRID = Crs.from_text("EPSG:4545")
PLANAR = Settings(plan_system="landsea2023", base_system="survey3", area_method="planar")


def box(x, y, width, height=100.0):
    return shapely.box(500_000 + x, 3_300_000 + y, 500_000 + x + width, 3_300_000 + y + height)


def zones(*parts, **more):
    geometry = np.array([g for g, *_ in parts], dtype=object)
    codes = [c for _, c, *_ in parts]
    return PlanZones("plan", [f"Z{i}" for i in range(len(parts))], geometry, GRID, plan_class=codes, **more)


def parcels(*parts):
    geometry = np.array([g for g, _ in parts], dtype=object)
    return BaseParcels("land", [str(i) for i in range(len(parts))], geometry, GRID, [c for _, c in parts])


def told(result, msg_id):
    (found,) = [m for m in result.warnings if m.id == msg_id]
    return found


def test_every_reason_is_counted_and_worded():
    plan = zones(
        (box(0, 0, 100), None), (box(200, 0, 100), "0701"), (box(400, 0, 100), "0701"), (box(600, 0, 100), "9x"),
        (box(800, 0, 100), "0701"),
    )  # fmt: skip
    base = parcels((box(-50, 0, 200), "0103"), (box(400, 0, 50), "0103"), (box(600, 0, 400), "0103"))
    found = evaluate(plan, base, PLANAR)
    flags = [set(text.split()) & set(REASONS) for text in found.zones["cp_flags"]]
    assert flags == [{"NO_PLAN_CLASS"}, {"NO_BASE"}, {"PARTIAL_BASE"}, {"UNKNOWN_CLASS"}, set()]
    np.testing.assert_allclose(found.zones["cp_unk_ha"], [1.0, 1.0, 0.5, 1.0, 0.0])
    left = told(found, "AREA_NOT_EVALUATED")
    assert left.params["count"] == 4
    assert "3.5000 ha in 4 zones" in left.text("en")
    assert "no planned class 1, no baseline 1, baseline in part only 1, unknown class 1" in left.text("en")
    assert "无规划地类 1 个、无基线 1 个、部分无基线 1 个、地类未知 1 个" in left.text("zh")
    unknown = told(found, "CLASS_VALUES_UNKNOWN")
    assert unknown.params["values"] == "9x"
    assert found.zones["cp_net_t"].isna().tolist() == [True, True, False, True, False]


def test_a_zone_without_class_among_others_is_flagged():
    found = evaluate(zones((box(0, 0, 100), None), (box(200, 0, 100), " ")), parcels((box(0, 0, 400), "0103")), PLANAR)
    assert found.zones["cp_flags"].tolist() == ["NO_PLAN_CLASS", "NO_PLAN_CLASS"]
    assert found.zones["cp_pstk_tc"].isna().all()
    assert not found.totals.has_net


def test_classes_without_a_factor_are_named(tmp_path):
    table = tmp_path / "own.csv"
    table.write_text("lucode,LULC_Name,C_above,C_below,C_soil,C_dead\n1,forest,1,1,1,1\n", encoding="utf-8")
    plan = zones((box(0, 0, 100), "1"), (box(200, 0, 100), "7"))
    found = evaluate(plan, None, Settings(factor_set=str(table), area_method="planar"))
    assert told(found, "CLASS_VALUES_UNKNOWN").params["values"] == "7"

    found = evaluate(
        zones((box(0, 0, 100), "forest"), (box(200, 0, 100), "wetland")),
        None,
        Settings(plan_system="generic", factor_set="tgr_forest_2009", area_method="planar"),
    )
    without = told(found, "CLASS_WITHOUT_FACTOR")
    assert without.params["values"] == "wetland"
    assert "tgr_forest_2009@1.0.0" in without.text("zh")


def test_overlaps_name_zones_and_base_layer():
    plan = zones((box(0, 0, 100), "0701"), (box(99, 0, 200), "0701"))
    base = parcels((box(-50, 0, 400), "0103"), (box(0, 0, 50), "0301"))
    found = evaluate(plan, base, PLANAR)
    overlap = told(found, "ZONES_OVERLAP")
    assert overlap.params["zones"] == "Z1"  # the smaller zone counts the place
    assert "100.00 m²" in overlap.text("en")
    double = told(found, "BASE_OVERLAPS")
    assert "“land”" in double.text("en")
    assert "0.5000 公顷" in double.text("zh")


@pytest.mark.parametrize(
    ("hectares", "en", "zh"), [(0.0999, "999.00 m²", "999.00 平方米"), (0.1, "0.1000 ha", "0.1000 公顷")]
)
def test_small_areas_are_told_in_square_metres(hectares, en, zh):
    assert area_text(hectares).text("en") == en
    assert area_text(hectares).text("zh") == zh


def test_repairs_tell_how_much_area_they_moved():
    bow_tie = shapely.Polygon([(500_000, 0), (500_100, 100), (500_100, 0), (500_000, 100)])
    found = evaluate(zones((bow_tie, "0701"), (box(0, 0, 9), "0701")), None, PLANAR)
    repaired = told(found, "GEOMETRY_REPAIRED")
    assert repaired.params == {"layer": "plan", "count": 1, "features": "Z0", "change": "100.0000"}
    assert found.zones["cp_area_ha"][0] == pytest.approx(0.5)


def test_heights_are_told_not_warned_of():
    class Voice:
        def __init__(self):
            self.told = []

        def progress(self, share):
            pass

        def cancelled(self):
            return False

        def info(self, message):
            self.told.append(message.id)

        warn = info

    voice = Voice()
    high = shapely.force_3d(box(0, 0, 100), 5.0)
    found = evaluate(zones((high, "0701")), None, PLANAR, feedback=voice)
    assert voice.told == ["GEOM_Z_DROPPED"]
    assert found.warnings == []


@pytest.mark.parametrize(("codes", "msg_id"), [([None], "CLASS_FIELD_EMPTY"), (["住宅區"], "CLASS_SYSTEM_UNCLEAR")])
def test_unclear_systems_name_the_parameter(codes, msg_id):
    with pytest.raises(ClassError) as caught:
        evaluate(zones((box(0, 0, 100), codes[0])), None, Settings())
    assert caught.value.message.id == msg_id
    assert all("ZONE_CLASS_SYSTEM" in caught.value.text(lang) for lang in ("en", "zh"))
    assert "。。" not in caught.value.text("zh")


@pytest.mark.parametrize(
    ("code", "x", "percent"),
    [("EPSG:3857", 11_850_000.0, "+33.7"), ("EPSG:4545", 500_000.0, None), ("local", 0.0, None)],
)
def test_planar_areas_far_from_the_true_ones_are_told(code, x, percent):
    """Web Mercator at 30° north makes every place a third too large."""
    crs = Crs.local_metres() if code == "local" else Crs.from_text(code)
    squares = np.array([shapely.box(x + 200 * i, 3_500_000, x + 200 * i + 100, 3_500_100) for i in range(3)])
    plan = PlanZones("plan", ["a", "b", "c"], squares, crs, plan_class=["0701"] * 3)
    found = evaluate(plan, None, PLANAR)
    off = [m for m in found.warnings if m.id == "PLANAR_AREAS_OFF"]
    assert [m.params["percent"] for m in off] == ([percent] if percent else [])
    assert all("“plan”" in m.text(lang) and "ellipsoidal" in m.text(lang) for m in off for lang in ("en", "zh"))
    assert found.totals.area_ha == pytest.approx(3.0, rel=1e-9)

"""Which class system a layer follows, and where its codes and names contradict each other."""

import math

import pytest

from carbon_planner.classes.detect import detect
from carbon_planner.classes.hints import hinted_systems
from carbon_planner.classes.names import name_key, same_name


@pytest.mark.parametrize(
    ("codes", "system"),
    [
        (["0101", "0301", "070102", "080403", "1401", "1704"], "landsea2023"),
        (["0101", "0205", "060201", "0701"], "landsea2023"),  # 0205 and 060201 came in 2023
        (["0101", "0603", "0604", "090302", "1313", "2101"], "landsea2020"),  # all but 0101 and 2101 are gone since
        (["0101", "0305", "0404", "1104", "1203", "08H1", "0201K"], "survey3"),
        (["0101", "0501", "0505", "0604", "0803", "0906", "1104"], "gbt21010"),
        (["R2", "B1", "A33", "M1", "S1", "U12", "G1"], "gb50137"),
        (["G11", "G131", "G14", "XG", "EG12"], "cjjt85"),
        (["G111", "G122", "G15", "G42", "G5"], "cjjt85_2002"),
        (["111", "112", "211", "312", "512"], "corine"),
        ([10, 20, 95, 100], "worldcover"),
        ([11, 12, 21, 33, 43, 52], "cnlucc"),
        ([10, 30, 80, 255], "globeland30"),
        ([0, 1, 7, 11], "esri10m"),
        (["FL", "CL", "SL"], "ipcc"),
        (["forest", "built_residential", "paddy"], "generic"),
        (["水田", "乔木林地", "城镇住宅用地", "城镇社区服务设施用地"], "landsea2023"),
        (["种植园用地", "科教文卫用地", "河流水面"], "survey3"),
        (["Tree cover", "Built-up", "Moss and lichen"], "worldcover"),
        (["0701城镇住宅用地", "1401公园绿地", "0901商业用地"], "landsea2023"),
        (["R2二类居住用地", "B1 商业用地"], "gb50137"),
        (["070102/0901(7:3)", "080403"], "landsea2023"),
    ],
)
def test_codes_tell_the_system(codes, system):
    found = detect(codes)
    assert found.system == system
    assert found.runner_up is not None and found.runner_up.system != system
    assert not found.unknown
    assert found.message.text("en") != found.message.text("zh")


def test_numbers_that_lost_their_zero():
    found = detect([101.0, 102.0, 305.0, 1104.0, math.nan], field="DLBM")
    assert found.system == "survey3"
    assert found.padded == ("101", "102", "305")
    assert "CLASS_ZEROS_LOST" in [note.id for note in found.notes]


def test_field_name_decides_between_equals_and_the_message_says_so():
    codes = ["0101", "0301", "1001"]  # 1001: railway in the survey, industry in plans
    survey, plan, nothing = (detect(codes, field=name) for name in ("DLBM", "GHYDYHFLDM", ""))
    assert (survey.system, plan.system, nothing.system) == ("survey3", "landsea2023", "landsea2023")
    for found in (survey, plan, nothing):
        assert found.ambiguous and found.differing == ("1001",)
        assert found.message.id == "CLASS_DETECTED_TIE"
        assert "1001" in found.message.text("zh")
    assert survey.message.params["why"].id == "CLASS_TIE_FIELD"
    assert nothing.message.params["why"].id == "CLASS_TIE_ORDER"


def test_systems_that_mean_the_same_are_not_called_ambiguous():
    found = detect(["0101", "0301", "0701"])
    assert (found.system, found.ambiguous, found.message.id) == ("landsea2023", False, "CLASS_DETECTED")


def test_names_tell_the_edition():
    codes = ["0204", "0701", "2302"]
    old = detect(codes, ["其他园地", "城镇住宅用地", "田坎"], "YDYHFLDM")
    new = detect(codes, ["油料园地", "城镇住宅用地", "后备耕地"], "YDYHFLDM")
    assert (old.system, new.system) == ("landsea2020", "landsea2023")
    assert old.conflicts == new.conflicts == ()
    assert [note.id for note in old.notes] == ["CLASS_EDITION_2020"]
    assert "0204 其他园地" in old.notes[0].text("zh")


# 1311 is reused as well, but the class that it had in 2020 is a part of the one that it has in 2023.
@pytest.mark.parametrize("code", ["0204", "060102", "0602", "1312", "2202", "2302", "2303"])
def test_reused_codes_without_names_are_called_unsure(code):
    found = detect([code, "0101"], field="YDYHFLDM")
    assert (found.system, found.ambiguous) == ("landsea2023", True)
    assert code in found.differing
    assert "CLASS_EDITION_UNSURE" in [note.id for note in found.notes]


@pytest.mark.parametrize("code", ["0603", "0604", "090301", "090302", "1313"])
def test_gone_codes_are_evidence_for_2020(code):
    found = detect([code, "0101", "070101"], field="YDYHFLDM")
    assert found.system == "landsea2020"
    assert code in next(n for n in found.notes if n.id == "CLASS_EDITION_2020").text()


def test_conflict_of_code_and_name_is_listed_with_the_other_edition():
    codes = ["0204"] * 3 + ["0205", "0701", "1207", "070101", "1401"]
    names = ["其他园地"] * 3 + ["其他园地", "城镇住宅用地", "城镇村道路用地", "一类城镇住宅用地", "公园绿地"]
    found = detect(codes, names, "YDYHFLDM", layer="规划地块")
    assert found.system == "landsea2023"
    (conflict,) = found.conflicts
    assert (conflict.code, conflict.name, conflict.count) == ("0204", "其他园地", 3)
    assert conflict.expected.text("zh") == "油料园地"
    assert conflict.readings[0] == ("landsea2020", "0204")
    assert ("landsea2023", "0205") in conflict.readings
    text = conflict.message.text("zh")
    assert text.startswith("规划地块 / YDYHFLDM：3个要素的代码为0204")


def test_conflict_inside_one_edition():
    found = detect(["0701", "1401", "0901"], ["城镇住宅用地", "防护绿地", "商业用地"])
    (conflict,) = found.conflicts
    assert (conflict.code, conflict.readings[0]) == ("1401", ("landsea2023", "1402"))


def test_names_that_differ_in_spelling_or_level_are_no_conflict():
    names = ["城镇住宅", "居住用地", "公园绿地（规划）", "人民路"]
    found = detect(["0701", "070102", "1401", "1207"], names)
    assert (found.system, found.conflicts) == ("landsea2023", ())


def test_foreign_values_are_listed_and_nothing_is_taken_by_force():
    found = detect(["0101", "070102", "1401", "ZZ", None])
    assert (found.system, found.unknown) == ("landsea2023", ("ZZ",))
    assert "ZZ" in next(n for n in found.notes if n.id == "CLASS_VALUES_UNKNOWN").text("zh")
    other = detect(["住宅區", "商業區", "公園用地"], field="使用分區", layer="H0304")
    assert (other.system, other.message.id) == ("", "CLASS_NOT_DETECTED")
    assert "H0304 / 使用分區" in other.message.text()


@pytest.mark.parametrize("codes", [[], [None, math.nan, "", "<Null>"]])
def test_an_empty_field_is_said_to_be_empty(codes):
    found = detect(codes, field="DLBM")
    assert (found.system, found.score, found.runner_up, found.message.id) == ("", 0.0, None, "CLASS_NO_VALUES")


def test_scores_are_shares_in_descending_order():
    found = detect(["0101", "0305", "x"])
    assert found.score == pytest.approx(2 / 3)
    assert found.scores[0].system == found.system
    values = [s.score for s in found.scores[1:]]
    assert values == sorted(values, reverse=True)
    assert all(0 <= s.score <= 1 for s in found.scores)
    assert len(found.scores) == 17


def test_result_does_not_depend_on_order_or_number_of_features():
    codes = ["0101", "0305", "1104", "1203", "0701"]
    first, second = detect(codes), detect([c for c in reversed(codes) for _ in range(50)])
    assert (first.system, first.score) == (second.system, second.score)


def test_names_must_be_as_long_as_codes():
    with pytest.raises(ValueError, match="as long as"):
        detect(["0101"], [])


@pytest.mark.parametrize(
    ("field", "systems"),
    [
        ("DLBM", ("survey3", "gbt21010")),
        ("dlbm", ("survey3", "gbt21010")),
        ("BGQDLBM", ("survey3", "gbt21010")),
        ("YDYHFLDM", ("landsea2023", "landsea2020")),
        ("GHYDYHFLDM", ("landsea2023", "landsea2020")),
        ("XZYDYHFLDM", ("landsea2023", "landsea2020")),
        ("用地代码", ("landsea2023", "landsea2020")),
        ("GHDLBM", ("landsea2023", "landsea2020")),
        ("JQDLBM", ()),  # survey code or plan code, by province
        ("CODE_18", ("corine",)),
        ("class", ()),
        ("", ()),
    ],
)
def test_field_names(field, systems):
    assert hinted_systems(field) == systems


def test_names_are_compared_by_what_matters():
    assert name_key(" 城镇 住宅用地 ") == name_key("城镇住宅用地")
    assert same_name("公园绿地(G1)", "公园绿地")
    assert same_name("Bare/Sparse Vegetation", "bare / sparse vegetation")
    assert not same_name("公园绿地", "防护绿地")

"""Import of CSV tables: encodings, separators, headers, lost zeros, and every error with its cell."""

import codecs

import pytest

from carbon_planner.base.errors import FactorError
from carbon_planner.factors.drafts import ImportOptions, slug
from carbon_planner.factors.formats import read_file, reference_of
from carbon_planner.factors.problems import InvalidSet
from carbon_planner.factors.store import open_set

LONG = """factor_id,item,parameter,value,low,high,range_kind,unit,year,source,region,confidence
a,forest,soil,90.9,70,110,minmax,tC/ha,2009,Wang 2009,CN-CQ,verified
b,forest,above,19.5,15,34.5,minmax,tC/ha,2009,Wang 2009,CN-CQ,verified
"""
CHINESE = """重庆市土地利用碳密度表
地类编码,地类名称,地上碳密度(t/hm²),地下碳密度(t/hm²),土壤有机碳密度(t/hm²),死亡有机质碳密度(t/hm²),数据来源
0101,水田,2.5,0.7,100,0,国土院2024
0301,乔木林地,19.5,4.65,90.9,2.74,国土院2024
"""


@pytest.fixture
def write(tmp_path):
    def put(content, name="t.csv", encoding="utf-8"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
        return path

    return put


def problems_of(path, options=None, classes=None):
    with pytest.raises(InvalidSet) as caught:
        read_file(path, options, classes=classes)
    return [(p.id, p.cell or p.row) for p in caught.value.problems if p.level == "error"]


def warnings_of(imported):
    return [p.id for p in imported.problems]


def test_a_long_table(write, classes):
    found = read_file(write(LONG), classes=classes)
    first = found.factor_set.get("generic", "forest", "soil")
    assert (first.value, first.low, first.high, first.unit, first.gas) == (90.9, 70.0, 110.0, "tC/ha", "C")
    assert (first.year, first.source, first.confidence, first.factor_id) == (2009, "Wang 2009", "verified", "a")
    info = found.factor_set.info
    assert (info.id, info.version, info.kind, info.system, info.region) == (
        "t",
        "1.0.0",
        "land_stock",
        "generic",
        "CN-CQ",
    )
    assert warnings_of(found) == ["SYSTEM_GENERIC"]


@pytest.mark.parametrize(
    ("encoding", "bom"),
    [
        ("utf-8", b""),
        ("utf-8", codecs.BOM_UTF8),
        ("utf-16-le", codecs.BOM_UTF16_LE),
        ("utf-16-be", codecs.BOM_UTF16_BE),
        ("utf-16-le", b""),
        ("utf-16-be", b""),
        ("gbk", b""),
        ("gb18030", b""),
    ],
)
@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_every_encoding_and_separator_gives_the_same(write, classes, encoding, bom, separator, newline):
    text = CHINESE.replace("²", "2").replace(",", separator).replace("\n", newline)
    found = read_file(write(bom + text.encode(encoding)), classes=classes).factor_set
    values = {(f.item, f.parameter): f.value for f in found.factors}
    assert values == {
        ("0101", "above"): 2.5,
        ("0101", "below"): 0.7,
        ("0101", "soil"): 100.0,
        ("0101", "dead"): 0.0,
        ("0301", "above"): 19.5,
        ("0301", "below"): 4.65,
        ("0301", "soil"): 90.9,
        ("0301", "dead"): 2.74,
    }
    assert {f.item_zh for f in found.factors} == {"水田", "乔木林地"}
    assert {f.unit for f in found.factors} == {"tC/ha"}
    assert {f.source for f in found.factors} == {"国土院2024"}


def test_the_encoding_is_stated_unless_it_is_utf8(write, classes):
    found = read_file(write(CHINESE.replace("²", "2"), encoding="gbk"), classes=classes)
    note = next(p for p in found.problems if p.id == "ENCODING_READ_AS")
    assert "GB18030" in note.message.text()
    assert "ENCODING_READ_AS" not in warnings_of(read_file(write(CHINESE), classes=classes))


def test_a_stated_encoding_wins(write):
    text = LONG.replace("Wang 2009", "Müller 2009").replace("factor_id,item", "factor_id,code")
    path = write(text, encoding="cp1252")
    found = read_file(path, ImportOptions(encoding="cp1252", system="generic"))
    assert found.factor_set.factors[0].source == "Müller 2009"


def test_no_text_at_all(write):
    with pytest.raises(FactorError) as caught:
        read_file(write(bytes(range(128, 256)) * 10))
    assert caught.value.message.id in ("ENCODING_UNREADABLE", "SET_INVALID")


def test_decimal_comma_is_read_and_said(write, classes):
    text = LONG.replace(",", ";").replace("90.9", "90,9").replace("19.5", "19,5").replace("34.5", "34,5")
    found = read_file(write(text), classes=classes)
    assert [f.value for f in found.factor_set.factors] == [90.9, 19.5]
    assert "DECIMAL_COMMA" in warnings_of(found)


def test_thousands_are_not_guessed(write, classes):
    text = LONG.replace("90.9,70,110", '"1,234",,').replace("19.5,15,34.5", '"2,345",,').replace("minmax", "none")
    assert problems_of(write(text), classes=classes) == [("NUMBER_UNREADABLE", "D2"), ("NUMBER_UNREADABLE", "D3")]


def test_excel_separator_line(write, classes):
    found = read_file(write("sep=;\r\n" + LONG.replace(",", ";").replace("\n", "\r\n")), classes=classes)
    assert len(found.factor_set) == 2


def test_lost_zeros_are_offered_not_applied(write, classes):
    text = CHINESE.replace("0101,", "101,").replace("0301,", "301,")
    path = write(text)
    options = ImportOptions(system="landsea2023")
    found = problems_of(path, options, classes)
    assert found[0] == ("CODE_LOST_ZERO", "A3")
    assert {cell for _, cell in found} == {"A3", "A4"}
    with pytest.raises(InvalidSet) as caught:
        read_file(path, options, classes=classes)
    assert "“0101”" in str(caught.value)
    assert "第3行“地类编码”列（单元格A3）" in caught.value.text("zh")

    padded = read_file(path, ImportOptions(system="landsea2023", pad_codes=True), classes=classes)
    assert {f.item for f in padded.factor_set.factors} == {"0101", "0301"}
    assert padded.factor_set.content_hash == read_file(write(CHINESE), options, classes=classes).factor_set.content_hash
    assert warnings_of(padded).count("CODE_PADDED") == 2  # once per row, not per pool


def test_padding_touches_only_what_is_unknown(write, classes):
    text = "code,pool,value,unit,source\n311,soil,90,tC/ha,x\n112,soil,60,tC/ha,x\n"
    found = read_file(write(text), ImportOptions(system="corine", pad_codes=True), classes=classes)
    assert {f.item for f in found.factor_set.factors} == {"311", "112"}


def test_all_errors_at_once_each_with_its_cell(write, classes):
    text = (
        "item,parameter,value,low,high,range_kind,unit,year,source\n"
        "forest,soil,abc,1,2,minmax,tC/ha,2009,x\n"  # no number
        "forest,above,50,60,70,95,tC/ha,20b9,x\n"  # below low, year
        "\n"
        "cropland,soil,92,,,sd,tC,2009,\n"  # range kind, unit, source
        "cropland,soil,92,,,,tC/ha,2009,x\n"  # twice
        "paddy,soil,190000,,,,tC/ha,2009,x\n"  # kg/ha
        "water,soil,-1,,,,tC/ha,2009,x\n"
    )
    assert problems_of(write(text), classes=classes) == [
        ("NUMBER_UNREADABLE", "C2"),
        ("YEAR_UNREADABLE", "H3"),
        ("RANGE_WITHOUT_VALUE", "C2"),
        ("VALUE_BELOW_LOW", "C3"),
        ("FIELD_EMPTY", "I5"),
        ("WORD_UNKNOWN", "F5"),
        ("UNIT_NOT_STOCK", "G5"),
        ("ID_TWICE", 6),
        ("KEY_TWICE", "A6"),
        ("VALUE_IMPOSSIBLE", "C7"),
        ("STOCK_NEGATIVE", "C8"),
    ]


def test_an_empty_cell_is_not_estimated_not_zero(write, classes):
    found = read_file(write(CHINESE.replace("2.5,0.7", "2.5,")), classes=classes)
    values = {(f.item, f.parameter): f.value for f in found.factor_set.factors}
    assert values["0101", "below"] is None
    assert values["0101", "dead"] == 0.0
    note = next(p for p in found.problems if p.id == "VALUE_EMPTY")
    assert (note.cell, note.level) == ("D3", "warning")


def test_biomass_without_carbon_in_its_name_is_not_taken_for_carbon(write, classes):
    text = CHINESE.replace("地上碳密度(t/hm²)", "地上生物量(t/hm²)")
    assert problems_of(write(text), classes=classes) == [("UNIT_NOT_STOCK", "C3"), ("UNIT_NOT_STOCK", "C4")]


def test_options_fill_what_a_table_does_not_say(write, classes):
    text = "编码,碳库,碳密度\n0101,土壤,100\n0301,土壤,90.9\n"
    options = ImportOptions(
        set_id="mine", version="2.1.0", system="landsea2023", unit="tC/ha", source="Bureau 2024", region="CN-CQ",
        year=2024, confidence="verified", licence="internal", title_zh="本市碳密度",
    )  # fmt: skip
    found = read_file(write(text), options, classes=classes)
    first = found.factor_set.factors[0]
    assert (first.system, first.item, first.parameter, first.unit) == ("landsea2023", "0101", "soil", "tC/ha")
    assert (first.source, first.region, first.year, first.confidence) == ("Bureau 2024", "CN-CQ", 2024, "verified")
    info = found.factor_set.info
    assert (info.ref, info.title_zh, info.year, info.region, info.status) == (
        "mine@2.1.0",
        "本市碳密度",
        2024,
        "CN-CQ",
        "draft",
    )
    assert warnings_of(found) == []


def test_cautious_defaults_are_said(write, classes):
    text = "code,pool,value,low,high,unit,source\n0101,soil,100,80,120,tC/ha,x\n"
    found = read_file(write(text), ImportOptions(system="landsea2023"), classes=classes)
    first = found.factor_set.factors[0]
    assert (first.range_kind, first.confidence) == ("unknown", "recalled")
    assert {"RANGE_KIND_ASSUMED", "CONFIDENCE_ASSUMED"} <= set(warnings_of(found))


def test_class_names_become_codes(write, classes):
    text = "地类名称,碳库,碳密度(tC/ha),来源\n水田,土壤,100,x\n乔木林地,土壤,90.9,x\n"
    found = read_file(write(text), ImportOptions(system="landsea2023"), classes=classes)
    assert [f.item for f in found.factor_set.factors] == ["0101", "0301"]
    assert warnings_of(found).count("CODE_OF_NAME") == 2


def test_usual_names_become_generic_classes(write, classes):
    text = (
        "地类,净碳排放系数(tC/hm²·a),来源\n耕地,0.422,x\n林地,-0.644,x\n草地,-0.021,x\n水域,-0.253,x\n"
        "未利用地,-0.005,x\n建设用地,0,x\n"
    )
    found = read_file(write(text), classes=classes)
    assert {f.item: f.value for f in found.factor_set.factors} == {
        "cropland": 0.422, "forest": -0.644, "grassland": -0.021, "water": -0.253, "bare": -0.005, "built": 0.0,
    }  # fmt: skip
    assert {(f.system, f.parameter, f.unit) for f in found.factor_set.factors} == {
        ("generic", "net_flux", "tC/(ha·yr)")
    }
    assert found.factor_set.info.kind == "land_flux"
    assert {"SYSTEM_GENERIC", "PARAMETER_FLUX"} <= set(warnings_of(found))


def test_usual_names_exist_once_and_lead_to_generic_classes(classes):
    from carbon_planner.factors.codebook import CodeBook, _generic_names

    book = CodeBook(classes)
    for name, generic in _generic_names().items():
        assert book.generic_of(name) == generic


def test_a_density_without_a_pool_is_the_total(write, classes):
    found = read_file(
        write("地类编码,碳密度(tC/ha),来源\n0101,103,x\n"), ImportOptions(system="landsea2023"), classes=classes
    )
    assert found.factor_set.factors[0].parameter == "total"
    assert "PARAMETER_TOTAL" in warnings_of(found)


def test_codes_with_names_in_one_cell(write, classes):
    text = "code,pool,value,unit,source\n0701城镇住宅用地,soil,60,tC/ha,x\n 0301 ,soil,90.9,tC/ha,x\n"
    found = read_file(write(text), ImportOptions(system="landsea2023"), classes=classes)
    assert [f.item for f in found.factor_set.factors] == ["0701", "0301"]


def test_a_table_of_its_own_codes(write, classes):
    rows = ("XX1,one,soil,60,tC/ha,x", "YY2.0,two,soil,61,tC/ha,x", "7.0,three,soil,2,tC/ha,x")
    text = "\n".join(("code,name,pool,value,unit,source", *rows))
    found = read_file(write(text, name="my pools.csv"), classes=classes)
    assert {f.system for f in found.factor_set.factors} == {"table:my_pools"}
    assert [f.item for f in found.factor_set.factors] == ["XX1", "YY2.0", "7"]
    assert "SYSTEM_OWN" in warnings_of(found)


def test_fluxes_and_stocks_do_not_go_into_one_set(write, classes):
    text = "item,parameter,value,unit,source\nforest,soil,90,tC/ha,x\nforest,net_flux,-0.6,tC/(ha·yr),x\n"
    assert problems_of(write(text), classes=classes)[0][0] == "SET_MIXES_METHODS"


def test_flux_table(write, classes):
    text = "item,parameter,value,unit,source,region,year\nforest,net_flux,-0.644,t C hm-2 a-1,x,CN,2015\n"
    found = read_file(write(text), classes=classes).factor_set
    assert found.info.kind == "land_flux"
    assert (found.factors[0].value, found.factors[0].unit, found.factors[0].gas) == (-0.644, "tC/(ha·yr)", "C")


def test_materials_need_no_class_system(write, classes):
    header = "item,parameter,value,unit,source,region,year\n"
    text = header + "C30 concrete,cradle-to-gate factor,295,kgCO2e/m3,GB/T 51366,CN,2019\n"
    found = read_file(write(text), ImportOptions(kind="other"), classes=classes).factor_set
    assert (found.info.kind, found.factors[0].system, found.factors[0].item) == ("other", "", "C30 concrete")


def test_a_slip_of_ten_is_pointed_at(write, classes):
    found = read_file(write(LONG.replace("90.9,70,110", "9.09,7,11")), classes=classes)
    note = next(p for p in found.problems if p.id == "FAR_FROM_DEFAULT")
    assert (note.cell, note.level) == ("D2", "warning")
    assert "90.9" in note.message.text()


def test_a_slip_is_seen_through_the_crosswalk_too(write, classes):
    """A table keyed by survey codes is compared with the generic classes of the default set."""
    found = read_file(write(CHINESE.replace("90.9", "909")), ImportOptions(system="survey3"), classes=classes)
    assert [(p.id, p.cell) for p in found.problems if p.row] == [
        ("VALUE_UNUSUAL", "E4"),
        ("FAR_FROM_DEFAULT", "E4"),
    ]


def test_another_set_may_be_the_measure(write, classes):
    measure = reference_of(open_set("cn_invest_circulating"), classes)
    found = read_file(write(LONG.replace("19.5,15,34.5", "5,4,6")), classes=classes, reference=measure)
    assert "42.4" in next(p for p in found.problems if p.id == "FAR_FROM_DEFAULT").message.text()


def test_a_table_beyond_all_measure(write, classes):
    text = "code,pool,value,unit,source\n" + "0101,soil,90,tC/ha,x\n" * 100_020
    assert problems_of(write(text), classes=classes) == [("SET_TOO_LARGE", None)]


@pytest.mark.parametrize(
    ("content", "finding"),
    [
        ("", "HEADER_NOT_FOUND"),
        ("a,b,c\n1,2,3\n", "HEADER_NOT_FOUND"),
        ("code,value\n", "SET_EMPTY"),
        ("code,pool\n0101,soil\n", "HEADER_NOT_FOUND"),
    ],
)
def test_tables_without_content(write, classes, content, finding):
    assert problems_of(write(content), classes=classes)[0][0] == finding


def test_rows_that_disagree_about_their_set(write, classes):
    text = "set_id,item,parameter,value,unit,source\none,forest,soil,90,tC/ha,x\ntwo,paddy,soil,90,tC/ha,x\n"
    assert problems_of(write(text), classes=classes) == [("SET_CONTRADICTS", "A3")]


def test_unknown_kind_of_file(write):
    with pytest.raises(FactorError) as caught:
        read_file(write("x", name="t.ods"))
    assert caught.value.message.id == "FORMAT_UNKNOWN"


def test_missing_file(tmp_path):
    with pytest.raises(FactorError) as caught:
        read_file(tmp_path / "none.csv")
    assert caught.value.message.id == "SET_FILE_MISSING"


def test_broken_quotes_do_not_hang(write, classes):
    with pytest.raises(FactorError):
        read_file(write('item,parameter,value\n"' + "x" * 200_000 + "\n"), classes=classes)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("pools.csv", "pools"),
        ("重庆 碳密度(2024).xlsx", "重庆_碳密度_2024"),
        ("../../etc/passwd.csv", "etc_passwd"),
        ("....csv", "table"),
        ("CON.csv", "CON"),
        ("x" * 300 + ".csv", "x" * 64),
    ],
)
def test_ids_from_file_names(name, expected):
    assert slug(name) == expected


def test_mistakes_in_the_full_record_come_with_their_cells(write):
    table = (
        "item,parameter,value,unit,source,confidence,tier,valid_from,valid_to,distribution,params,pedigree,accessed\n"
        "forest,soil,90,tC/ha,x,verified,5,2030,2020,normal,mean=a,1;2,yesterday\n"
        "bare,soil,90,tC/ha,x,verified,2,soon,2020,cauchy,,,\n"
    )
    assert problems_of(write(table)) == [
        ("YEAR_UNREADABLE", "H3"),
        ("WORD_UNKNOWN", "G2"),
        ("VALIDITY_REVERSED", "I2"),
        ("PARAMS_BAD", "K2"),
        ("PEDIGREE_BAD", "L2"),
        ("DATE_BAD", "M2"),
        ("DISTRIBUTION_UNKNOWN", "J3"),
    ]

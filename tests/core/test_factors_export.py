"""Export and what comes back: CSV, XLSX and JSON lose nothing and run nothing."""

import csv
import importlib.util
import io
import json
import zipfile

import pytest
from factor_cases import factor, make_set
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from carbon_planner.base.errors import FactorError, StorageError
from carbon_planner.factors import io_csv, io_json, io_xlsx
from carbon_planner.factors.formats import read_file, write_file
from carbon_planner.factors.problems import InvalidSet
from carbon_planner.factors.records import (
    EVIDENCES,
    FACTOR_FIELDS,
    FIRST_FIELDS,
    INFO_FIELDS,
    INTEGERS,
    LATER_INFO,
    NUMBERS,
    STATES,
    Factor,
    FactorSet,
    SetInfo,
)
from carbon_planner.factors.store import list_sets, open_set
from carbon_planner.factors.user_store import UserStore
from carbon_planner.storage.xlsx import column_letters

FORMATS = [".csv", ".json"]
if importlib.util.find_spec("osgeo") or importlib.util.find_spec("openpyxl"):
    FORMATS.append(".xlsx")

words = st.text(min_size=1, max_size=30).map(str.strip).filter(lambda t: Factor(**_blank(item=t)).item != "")
texts = st.text(max_size=60)
stocks = st.floats(min_value=0.0, max_value=200.0, allow_nan=False)


def _blank(**changes):
    empty = {name: None if name in (*NUMBERS, *INTEGERS) else "" for name in FACTOR_FIELDS}
    return {**empty, **changes}


years = st.none() | st.integers(1900, 2200)


@st.composite
def full_record(draw):
    """The optional fields: any of them may be empty, and all of them in half of the cases."""
    if draw(st.booleans()):
        return {}
    first = draw(years)
    return {
        "uuid": draw(st.just("") | st.uuids().map(str)),
        "tier": draw(st.sampled_from(["", "1", "2", "3"])),
        "method": draw(texts),
        "scope": draw(st.sampled_from(["", "1", "2", "3"])),
        "stage": draw(st.sampled_from(["", "A1-A3", "B6", "WTW"])),
        "gas_split": draw(st.sampled_from(["", "CO2=0.98;CH4=0.02"])),
        "gwp": draw(st.sampled_from(["", "AR4", "AR6"])),
        "valid_from": first,
        "valid_to": None if first is None else draw(st.none() | st.integers(first, 2200)),
        "calc_year": draw(years),
        **draw(st.sampled_from(DISTRIBUTIONS)),
        "pedigree": draw(st.sampled_from(["", "1;2;3;4;5"])),
        "link": draw(texts),
        "page": draw(texts),
        "licence": draw(texts),
        "accessed": draw(st.just("") | st.dates().map(str)),
        "amortise_yr": draw(st.none() | st.integers(1, 500)),
        "status": draw(st.sampled_from(["", *STATES])),
        "reviewer": draw(texts),
        "replaced_by": draw(texts),
    }


DISTRIBUTIONS = (
    {"distribution": "", "params": ""},
    {"distribution": "lognormal", "params": "gmean=2;gsd=1.5"},
    {"distribution": "empirical", "params": "values=1 2 3.5"},
)


@st.composite
def factors(draw, number):
    value = draw(st.none() | stocks)
    ranged = value is not None and draw(st.booleans())
    return Factor(
        factor_id=f"id{number}-" + draw(words),
        category=draw(texts),
        system=draw(st.sampled_from(["generic", "landsea2023", "table:x"])),
        item=f"{number}" + draw(words),
        item_en=draw(texts),
        item_zh=draw(texts),
        parameter=draw(st.sampled_from(["above", "below", "soil", "dead", "my own"])),
        region=draw(texts),
        value=value,
        low=value / 2 if ranged else None,
        high=value * 1.5 if ranged else None,
        range_kind=draw(st.sampled_from(["95", "minmax", "unknown"])) if ranged else "none",
        unit=draw(st.sampled_from(["tC/ha", "MgC/ha"])),
        gas=draw(st.sampled_from(["", "C"])),
        year=draw(st.none() | st.integers(1900, 2200)),
        source=draw(words),
        confidence=draw(st.sampled_from(["verified", "derived", "recalled"])),
        evidence=draw(st.sampled_from(EVIDENCES)),
        notes=draw(texts),
        **draw(full_record()),
    )


@st.composite
def sets(draw):
    rows = tuple(draw(factors(number)) for number in range(draw(st.integers(1, 4))))
    info = SetInfo(
        "a_set", "1.2.3", "land_stock", "generic", draw(texts), draw(texts), draw(texts),
        draw(st.none() | st.integers(1900, 2200)), draw(texts), draw(texts), draw(texts),
        draw(st.sampled_from(["draft", "published", "approved"])), draw(st.sampled_from(["", "2026-01-31"])),
        draw(texts), draw(texts),
    )  # fmt: skip
    return FactorSet(info, rows)


@pytest.mark.parametrize("suffix", FORMATS)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(original=sets())
def test_a_round_trip_loses_nothing(tmp_path, suffix, original):
    path = tmp_path / f"set{suffix}"
    write_file(path, original)
    again = read_file(path).factor_set
    assert again == original
    assert again.content_hash == original.content_hash


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(original=sets())
def test_a_store_loses_nothing(tmp_path_factory, original):
    store = UserStore(tmp_path_factory.mktemp("store"))
    store.add(original)
    assert store.get("a_set", "1.2.3") == original
    assert store.get("a_set", "1.2.3").content_hash == original.content_hash


FIRST_COLUMNS = [*FIRST_FIELDS, *(f"set_{name}" for name in INFO_FIELDS if name not in LATER_INFO)]


@pytest.mark.parametrize("suffix", [".csv", ".json"])
def test_files_of_the_first_version_are_read(tmp_path, suffix):
    """What version 1 exported: without the columns of the full record, with the hash that it printed."""
    original = make_set([factor(notes="= as printed"), factor(factor_id="f2", item="paddy")], status="published")
    path = tmp_path / f"x{suffix}"
    write_file(path, original)
    if suffix == ".csv":
        rows = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"), newline="")))
        with path.open("w", encoding="utf-8-sig", newline="") as handle:
            writer = csv.DictWriter(handle, FIRST_COLUMNS, extrasaction="ignore")
            writer.writeheader()
            writer.writerows(rows)
    else:
        content = json.loads(path.read_text(encoding="utf-8"))
        content["set"] = {name: value for name, value in content["set"].items() if name not in LATER_INFO}
        assert set(content["factors"][0]) == set(FIRST_FIELDS)
        path.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
    again = read_file(path)
    assert again.factor_set == original
    assert again.problems == ()
    assert again.factor_set.content_hash == original.content_hash


@pytest.mark.parametrize(
    ("changes", "info", "version"), [({}, {}, 1), ({"tier": "2"}, {}, 2), ({}, {"released": "2026-01-31"}, 2)]
)
def test_json_says_which_plugin_can_read_it_whole(changes, info, version):
    content = json.loads(io_json.to_bytes(make_set([factor(**changes)], **info)))
    assert content["format_version"] == version
    assert ("tier" in content["factors"][0]) == bool(changes)
    assert ("released" in content["set"]) == bool(info)


def test_foreign_headers_of_the_full_record(tmp_path):
    path = tmp_path / "full.csv"
    header = "编码,名称,碳库,数值,单位,来源,可信度,页码,链接,生效年份,失效年份,分布类型,分布参数,许可,状态,Tier"
    row = "forest,林地,soil,90,tC/ha,王2009,verified,99,doi:x,2005,2030.0,normal,mean=90;sd=5,CC BY,published,2"
    path.write_bytes(f"{header}\n{row}\n".encode("gbk"))
    found = read_file(path).factor_set
    record = found.factors[0]
    assert (record.page, record.link, record.valid_from, record.valid_to) == ("99", "doi:x", 2005, 2030)
    assert (record.distribution, record.params, record.licence, record.tier) == ("normal", "mean=90;sd=5", "CC BY", "2")
    assert (record.status, found.info.status, found.info.licence) == ("", "published", "CC BY")


@pytest.mark.parametrize("suffix", FORMATS)
def test_every_shipped_set_comes_back_the_same(tmp_path, suffix):
    for info in list_sets():
        original = open_set(info.id)
        path = tmp_path / f"{info.id}{suffix}"
        write_file(path, original)
        again = read_file(path).factor_set
        assert again == original, info.id
        assert again.ref == original.ref


def test_numbers_keep_their_last_digit(tmp_path):
    exact = 0.1 + 0.2
    original = make_set([factor(value=exact, low=None, high=None, range_kind="none", unit="tC/ha")])
    for suffix in FORMATS:
        write_file(tmp_path / f"x{suffix}", original)
        assert read_file(tmp_path / f"x{suffix}").factor_set.factors[0].value == exact


def test_csv_opens_in_excel_by_double_click():
    raw = io_csv.to_bytes(make_set([factor(notes="第二行\n第三行")], title_zh="重庆"))
    assert raw.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(raw.decode("utf-8-sig"), newline="")))
    assert rows[0][:3] == ["factor_id", "category", "system"]
    assert rows[1][rows[0].index("notes")] == "第二行\n第三行"
    assert rows[1][rows[0].index("set_title_zh")] == "重庆"
    assert raw.endswith(b"\r\n")


PAYLOADS = [
    "=1+1",
    '=HYPERLINK("http://evil","x")',
    "+cmd|' /C calc'!A0",
    "-2+3+cmd|' /C calc'!A0",
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "\t=1+1",
    "\r=1+1",
    "\0=1+1",
    "\n=1+1",
    "＝1+1",
    "'=1+1",
    "''=1+1",
    "  =1+1",
]


@pytest.mark.parametrize("payload", PAYLOADS)
def test_no_live_formula_in_csv(payload):
    original = make_set([factor(item_en=payload, notes=payload, source=payload, factor_id=payload)], title_en=payload)
    rows = list(csv.reader(io.StringIO(io_csv.to_bytes(original).decode("utf-8-sig"), newline="")))
    for cell in rows[1]:
        assert cell[:1] not in set("=+@\t\r\0＝＋－＠")
        assert not cell.startswith("-")


def test_numbers_stay_numbers_in_csv():
    flux = factor(parameter="net_flux", value=-0.644, low=-0.644, high=-0.581, unit="tC/(ha·yr)", item="-5")
    rows = list(csv.reader(io.StringIO(io_csv.to_bytes(make_set([flux], kind="land_flux")).decode("utf-8-sig"))))
    row = dict(zip(rows[0], rows[1]))
    assert (row["value"], row["low"], row["high"], row["item"]) == ("-0.644", "-0.644", "-0.581", "-5")


@pytest.mark.parametrize("payload", PAYLOADS)
def test_no_live_formula_in_xlsx(payload):
    raw = io_xlsx.to_bytes(make_set([factor(item_en=payload, notes=payload)]))
    with zipfile.ZipFile(io.BytesIO(raw)) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode("utf-8")
    assert "<f>" not in sheet
    assert "<f " not in sheet


def test_xlsx_cells_have_their_types():
    raw = io_xlsx.to_bytes(make_set([factor(item="0101", system="landsea2023", value=-0.0, low=None, high=90.5)]))
    with zipfile.ZipFile(io.BytesIO(raw)) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode("utf-8")
    at = {name: index for index, name in enumerate(FACTOR_FIELDS)}
    letters = {name: column_letters(index) for name, index in at.items()}
    assert f'<c r="{letters["item"]}2" s="2" t="inlineStr"><is><t xml:space="preserve">0101</t></is></c>' in sheet
    assert f'<c r="{letters["value"]}2"><v>0.0</v></c>' in sheet
    assert f'<c r="{letters["high"]}2"><v>90.5</v></c>' in sheet
    assert f'r="{letters["low"]}2"' not in sheet  # null is an empty cell, not 0


def test_same_content_same_bytes():
    one = make_set([factor(), factor(factor_id="f2", item="paddy")])
    assert io_csv.to_bytes(one) == io_csv.to_bytes(one)
    assert io_xlsx.to_bytes(one) == io_xlsx.to_bytes(one)
    assert io_json.to_bytes(one) == io_json.to_bytes(one)


def test_an_exported_table_may_be_sorted_and_cut(tmp_path):
    original = make_set([factor(), factor(factor_id="f2", item="paddy"), factor(factor_id="f3", item="bare")])
    path = tmp_path / "x.csv"
    write_file(path, original)
    lines = path.read_bytes().decode("utf-8-sig").splitlines(keepends=True)
    path.write_text("".join([lines[0], lines[3], lines[2], lines[1]]), encoding="utf-8", newline="")
    assert read_file(path).factor_set.content_hash == original.content_hash
    path.write_text("".join([lines[0], lines[2]]), encoding="utf-8", newline="")
    assert read_file(path).factor_set.info == original.info


def test_unknown_suffix_and_empty_set(tmp_path):
    with pytest.raises(FactorError) as caught:
        write_file(tmp_path / "x.ods", make_set([factor()]))
    assert caught.value.message.id == "FORMAT_UNKNOWN"
    with pytest.raises(FactorError) as caught:
        write_file(tmp_path / "x.csv", make_set([]))
    assert caught.value.message.id == "SET_EMPTY_EXPORT"
    assert list(tmp_path.iterdir()) == []


def test_a_failed_export_leaves_the_old_file(tmp_path, monkeypatch):
    path = tmp_path / "x.csv"
    path.write_text("old", encoding="utf-8")
    from carbon_planner.storage import aside

    def full(scratch, target):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(aside, "_replace", full)
    with pytest.raises(StorageError) as caught:
        write_file(path, make_set([factor()]))
    assert caught.value.message.id == "STORAGE_FULL"
    assert path.read_text(encoding="utf-8") == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["x.csv"]


def test_export_into_a_folder_that_is_not_there(tmp_path):
    with pytest.raises(StorageError) as caught:
        write_file(tmp_path / "none" / "x.csv", make_set([factor()]))
    assert caught.value.message.id == "STORAGE_NO_FOLDER"


# -- JSON -------------------------------------------------------------------------------------------------------------


def edited(tmp_path, change):
    content = json.loads(io_json.to_bytes(make_set([factor(), factor(factor_id="f2", item="paddy")])))
    change(content)
    path = tmp_path / "x.json"
    path.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
    return path


def test_json_errors_name_entry_and_field(tmp_path):
    def spoil(content):
        content["factors"][0]["value"] = "90.9"
        content["factors"][1]["range_kind"] = "sd"
        content["factors"][1]["colour"] = "red"
        content["set"]["year"] = "soon"

    with pytest.raises(InvalidSet) as caught:
        read_file(edited(tmp_path, spoil))
    found = [(p.level, p.id, p.row, p.field) for p in caught.value.problems]
    assert ("error", "JSON_WRONG_TYPE", None, "year") in found
    assert ("error", "JSON_WRONG_TYPE", 1, "value") in found
    assert ("error", "WORD_UNKNOWN", 2, "range_kind") in found
    assert ("warning", "JSON_UNKNOWN_FIELD", 2, "colour") in found
    assert "第2个因子的“range_kind”字段" in caught.value.text("zh")


def test_json_that_was_edited_says_so(tmp_path):
    def change(content):
        content["factors"][0]["value"] = 91.0

    found = read_file(edited(tmp_path, change))
    assert [p.id for p in found.problems] == ["JSON_EDITED"]
    assert read_file(edited(tmp_path, lambda content: None)).problems == ()


@pytest.mark.parametrize(
    ("text", "finding"),
    [
        ("", "JSON_BROKEN"),
        ("[1, 2]", "JSON_NO_SET"),
        ("{}", "JSON_NO_SET"),
        ('{"format": "carbon-planner/factor-set", "format_version": 99, "factors": []}', "JSON_NEWER"),
        ('{"format": "carbon-planner/factor-set", "format_version": 1, "factors": [], "factors": []}', "JSON_BROKEN"),
        ('{"format": "carbon-planner/factor-set", "format_version": 1, "factors": [{"value": NaN}]}', "JSON_BROKEN"),
        ("[" * 200_000, "JSON_BROKEN"),
        ('{"format": "carbon-planner/factor-set", "format_version": 1, "factors": [1]}', "SET_INVALID"),
        ('{"format": "carbon-planner/factor-set", "format_version": 1, "factors": []}', "SET_INVALID"),
    ],
)
def test_json_that_is_no_set(tmp_path, text, finding):
    path = tmp_path / "x.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(FactorError) as caught:
        read_file(path)
    assert caught.value.message.id == finding

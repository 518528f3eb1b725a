"""Workbooks: read through GDAL or openpyxl alike, attacks refused before a parser sees them."""

import importlib.util
import zipfile

import pytest

from carbon_planner.base.errors import FactorError, StorageError
from carbon_planner.factors import io_xlsx
from carbon_planner.factors.drafts import ImportOptions
from carbon_planner.factors.formats import read_file
from carbon_planner.factors.problems import InvalidSet
from carbon_planner.storage.archives import check_workbook
from carbon_planner.storage.xlsx import column_letters, workbook

HAS_GDAL = importlib.util.find_spec("osgeo") is not None
HAS_OPENPYXL = importlib.util.find_spec("openpyxl") is not None
READERS = [
    pytest.param("gdal", marks=pytest.mark.skipif(not HAS_GDAL, reason="no GDAL")),
    pytest.param("openpyxl", marks=pytest.mark.skipif(not HAS_OPENPYXL, reason="no openpyxl")),
]


@pytest.fixture(params=READERS)
def reader(request, monkeypatch):
    """Each way of reading in turn."""
    wanted = request.param
    real = importlib.util.find_spec
    monkeypatch.setattr(
        io_xlsx.importlib.util,
        "find_spec",
        lambda name, *rest: (real(name, *rest) if wanted == "openpyxl" else None) if name == "openpyxl" else real(name),
    )
    return wanted


@pytest.fixture
def book(tmp_path):
    def put(*sheets, name="t.xlsx"):
        path = tmp_path / name
        path.write_bytes(workbook(sheets))
        return path

    return put


HEADER = ["地类编码", "地类名称", "碳库", "碳密度", "单位", "来源"]
ROWS = [HEADER, ["0101", "水田", "土壤", 100.0, "tC/ha", "x"], ["0301", "乔木林地", "土壤", 90.9, "tC/ha", "x"]]


def test_a_workbook(reader, book, classes):
    found = read_file(book(("数据", ROWS)), ImportOptions(system="landsea2023"), classes=classes).factor_set
    assert [(f.item, f.parameter, f.value) for f in found.factors] == [("0101", "soil", 100.0), ("0301", "soil", 90.9)]


def test_numeric_codes_are_lost_zeros_with_their_cell(reader, book, classes):
    rows = [["重庆市"], [], HEADER, [101, *ROWS[1][1:]], [], [301.0, *ROWS[2][1:]]]
    path = book(("数据", rows))
    options = ImportOptions(system="landsea2023")
    with pytest.raises(InvalidSet) as caught:
        read_file(path, options, classes=classes)
    assert [(p.id, p.cell) for p in caught.value.problems if p.level == "error"] == [
        ("CODE_LOST_ZERO", "A4"),
        ("CODE_LOST_ZERO", "A6"),
    ]
    options = ImportOptions(system="landsea2023", pad_codes=True)
    assert {f.item for f in read_file(path, options, classes=classes).factor_set.factors} == {"0101", "0301"}


def test_the_sheet_with_the_table_is_found(reader, book, classes):
    notes, empty = ("说明", [["读我"], ["第二行"]]), ("空", [])
    found = read_file(book(notes, empty, ("碳密度", ROWS)), ImportOptions(system="landsea2023"), classes=classes)
    assert len(found.factor_set) == 2
    with pytest.raises(InvalidSet):
        read_file(book(notes, ("碳密度", ROWS)), ImportOptions(sheet="说明"), classes=classes)


def test_a_sheet_that_is_not_there(reader, book):
    with pytest.raises(FactorError) as caught:
        read_file(book(("a", ROWS), ("b", ROWS)), ImportOptions(sheet="c"))
    assert caught.value.message.id == "SHEET_UNKNOWN"
    assert "a, b" in str(caught.value)


def test_formulas_without_a_result_are_pointed_at(reader, book, tmp_path, classes):
    path = book(("数据", ROWS))
    patched = tmp_path / "p.xlsx"
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(patched, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            new.writestr(name, content.replace(b'<c r="D3"><v>90.9</v></c>', b'<c r="D3"><f>45+45.9</f></c>'))
    with pytest.raises(InvalidSet) as caught:
        read_file(patched, ImportOptions(system="landsea2023"), classes=classes)
    assert ("FORMULA_NOT_COMPUTED", "D3") in [(p.id, p.cell) for p in caught.value.problems]


def test_formulas_with_a_result_give_it(reader, book, tmp_path, classes):
    path = book(("数据", ROWS))
    patched = tmp_path / "p.xlsx"
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(patched, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            new.writestr(name, content.replace(b"<v>90.9</v>", b"<f>45+45.9</f><v>90.9</v>"))
    found = read_file(patched, ImportOptions(system="landsea2023"), classes=classes).factor_set
    assert [f.value for f in found.factors] == [100.0, 90.9]


def test_special_texts_survive(reader, book, classes):
    odd = "a<b> & \"c\" 'd' \n第二行 _x0041_ 🌳"
    rows = [HEADER, ["0101", odd, "土壤", 100.0, "tC/ha", odd]]
    found = read_file(book(("数据", rows)), ImportOptions(system="landsea2023"), classes=classes).factor_set
    assert found.factors[0].item_zh == odd.replace("  ", " ")
    assert found.factors[0].source == odd


@pytest.mark.skipif(not HAS_OPENPYXL, reason="no openpyxl")
def test_openpyxl_reads_what_we_write(tmp_path):
    import openpyxl

    path = tmp_path / "x.xlsx"
    path.write_bytes(workbook([("a/b", [["h", "n"], ["=1+1", 0.1 + 0.2], [None, float("nan")]]), ("a/b", [["x"]])]))
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["a b", "a b 2"]
    sheet = book["a b"]
    assert (sheet["A2"].value, sheet["A2"].data_type, sheet["B2"].value) == ("=1+1", "s", 0.1 + 0.2)
    assert sheet["B3"].value is None
    assert sheet.freeze_panes == "A2"


def test_column_letters():
    assert [column_letters(i) for i in (0, 25, 26, 51, 52, 701, 702)] == ["A", "Z", "AA", "AZ", "BA", "ZZ", "AAA"]


# -- attacks ----------------------------------------------------------------------------------------------------------

LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 9))
ENTITIES = {
    "billion laughs": f'<!DOCTYPE x [<!ENTITY l0 "lol">{LAUGHS}]>',
    "quadratic": f'<!DOCTYPE x [<!ENTITY a "{"a" * 50_000}">]>',
    "external file": '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>',
    "external url": '<!DOCTYPE x [<!ENTITY a SYSTEM "http://127.0.0.1/x">]>',
    "parameter entity": '<!DOCTYPE x [<!ENTITY % a SYSTEM "file:///etc/passwd">%a;]>',
}


def spoiled(tmp_path, source, change):
    path = tmp_path / "spoiled.xlsx"
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, change(name, old.read(name)))
    return path


@pytest.mark.parametrize("attack", ENTITIES)
@pytest.mark.parametrize("part", ["xl/worksheets/sheet1.xml", "xl/workbook.xml", "[Content_Types].xml"])
@pytest.mark.parametrize("coding", ["utf-8", "utf-16"])
def test_no_entities(reader, book, tmp_path, attack, part, coding):
    def change(name, content):
        if name != part:
            return content
        head, _, rest = content.decode("utf-8").partition("\n")
        return (head.replace("UTF-8", coding) + ENTITIES[attack] + rest).encode(coding)

    with pytest.raises(StorageError) as caught:
        read_file(spoiled(tmp_path, book(("a", ROWS)), change))
    assert caught.value.message.id == "WORKBOOK_DOCTYPE"


@pytest.mark.parametrize("shift", range(-12, 3))
def test_a_doctype_on_the_edge_of_a_block(book, tmp_path, shift):
    from carbon_planner.storage import archives

    hidden = b" " * (archives._CHUNK + shift) + b"<!DOCTYPE x>"
    with pytest.raises(StorageError) as caught:
        check_workbook(spoiled(tmp_path, book(("a", ROWS)), lambda n, c: hidden if n.endswith("styles.xml") else c))
    assert caught.value.message.id == "WORKBOOK_DOCTYPE"


def test_a_bomb_is_not_unpacked(reader, book):
    path = book(("a", ROWS))
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive, archive.open("xl/b.xml", "w") as big:
        for _ in range(110):
            big.write(bytes(1_000_000))
    with pytest.raises(StorageError) as caught:
        read_file(path)
    assert caught.value.message.id == "WORKBOOK_TOO_LARGE"


def test_a_member_that_lies_about_its_size(book, tmp_path):
    path = book(("a", ROWS))
    raw = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as archive:
        size = archive.getinfo("xl/styles.xml").file_size
    stated = size.to_bytes(4, "little")
    assert raw.count(stated) >= 2
    path.write_bytes(bytes(raw).replace(stated, (5).to_bytes(4, "little")))
    with pytest.raises(StorageError):
        check_workbook(path)


def test_deep_nesting_does_no_harm(reader, book, tmp_path):
    def change(name, content):
        return content.replace(b"<sheetData>", b"<x>" * 100_000 + b"</x>" * 100_000 + b"<sheetData>")

    path = spoiled(tmp_path, book(("a", ROWS)), change)
    try:
        found = read_file(path)
    except StorageError:
        return
    assert len(found.factor_set) == 2


def test_too_many_members(reader, book):
    path = book(("a", ROWS))
    with zipfile.ZipFile(path, "a") as archive:
        for number in range(1001):
            archive.writestr(f"xl/x{number}.txt", "")
    with pytest.raises(StorageError) as caught:
        read_file(path)
    assert caught.value.message.id == "WORKBOOK_TOO_LARGE"


@pytest.mark.parametrize("name", ["../../evil.xml", "/evil.xml", "C:/evil.xml", "..\\evil.xml"])
def test_members_outside(book, name):
    path = book(("a", ROWS))
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(zipfile.ZipInfo(name), "x")
    with pytest.raises(StorageError) as caught:
        check_workbook(path)
    assert caught.value.message.id == "WORKBOOK_UNREADABLE"


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04broken", b"code,value\n", bytes(2000)])
def test_no_workbook(reader, tmp_path, content):
    path = tmp_path / "x.xlsx"
    path.write_bytes(content)
    with pytest.raises(StorageError) as caught:
        read_file(path)
    assert caught.value.message.id == "WORKBOOK_UNREADABLE"


def test_a_zip_that_is_no_workbook(reader, tmp_path):
    path = tmp_path / "x.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("readme.txt", "hello")
    with pytest.raises((StorageError, InvalidSet)):
        read_file(path)

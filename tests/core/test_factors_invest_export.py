"""Inputs of InVEST out of a stock set: no blanks, nothing invented, sums right, zeros that are none listed."""

import csv

import pytest
from factor_cases import factor, make_set

from carbon_planner.base.errors import FactorError
from carbon_planner.classes.library import ClassLibrary
from carbon_planner.factors.exports_invest import INVEST_POOLS, invest_table, readme, write_invest
from carbon_planner.factors.formats import read_file
from carbon_planner.factors.lookup import Lookup
from carbon_planner.factors.store import open_set

CLASSES = ClassLibrary.shipped()
SHIPPED = ("cq_mixed_0_100cm", "tgr_forest_2009", "cn_national_2018", "cn_invest_circulating", "zhejiang_forest_2012")


def rows_of(path):
    with path.open(encoding="utf-8-sig", newline="") as handle:
        return list(csv.DictReader(handle))


@pytest.mark.parametrize("name", SHIPPED)
@pytest.mark.parametrize("system", ["", "survey3", "landsea2023", "worldcover"])
def test_every_class_keeps_its_stock(name, system, tmp_path):
    chosen = open_set(name)
    lookup = Lookup(chosen, CLASSES)
    table = invest_table(chosen, CLASSES, system)
    paths = write_invest(tmp_path, table)
    codes = {row["lucode"]: row for row in rows_of(paths["lulc_codes.csv"])}
    rows = rows_of(paths["carbon_pools.csv"])
    assert list(rows[0]) == ["lucode", "LULC_name", "c_above", "c_below", "c_soil", "c_dead"]
    assert len({row["lucode"] for row in rows}) == len(rows) == len(codes)
    for row in rows:
        assert all(row.values()), row
        assert int(row["lucode"]) >= 0
        known = codes[row["lucode"]]
        found = lookup.pools(CLASSES.match(known["class_system"], known["code"]))
        values = [hit.factor.value for hit in found.values()]
        stock = sum(value for value in values if value is not None)
        assert sum(float(row[f"c_{pool}"]) for pool in INVEST_POOLS) == pytest.approx(stock, rel=1e-12), known


def test_what_is_not_estimated_is_zero_and_listed(tmp_path):
    table = invest_table(open_set("cq_mixed_0_100cm"), CLASSES)
    water = next(row for row in table.classes if row.code == "water")
    assert water.pools["soil"] is None
    assert water.missing == ("soil",)
    (line,) = [m for m in readme(table) if m.id == "INVEST_README_ZERO"]
    assert line.params["pools"] == "c_soil"
    assert f"water ({water.lucode})" in line.params["classes"]
    bare = next(row for row in table.classes if row.code == "bare")
    assert bare.pools["dead"] == 0.0
    assert bare.missing == ()  # a zero that the set states is no gap
    text = write_invest(tmp_path, table)["README.txt"].read_text(encoding="utf-8-sig")
    for words in ("not estimated by the set", "因子集未估算", "cq_mixed_0_100cm@1.0.0#", "unknown"):
        assert words in text


def test_sums_stand_in_one_column_and_are_told():
    table = invest_table(open_set("tgr_forest_2009"), CLASSES)
    forest = next(row for row in table.classes if row.code == "forest")
    assert forest.pools["above"] == pytest.approx(24.15)
    assert (forest.pools["below"], forest.missing, forest.sums) == (None, (), {"above": "vegetation"})
    assert "INVEST_README_SUM" in [m.id for m in readme(table)]
    assert "built" in table.unknown
    assert "built" not in table.lucode


def test_codes_that_are_numbers_keep_them_others_are_numbered():
    assert invest_table(open_set("cq_mixed_0_100cm"), CLASSES, "worldcover").lucode["10"] == 10
    survey = invest_table(open_set("cq_mixed_0_100cm"), CLASSES, "survey3")
    assert sorted(survey.lucode.values()) == list(range(1, len(survey.classes) + 1))
    some = invest_table(open_set("cq_mixed_0_100cm"), CLASSES, "survey3", ["0301", "0101", "1101"])
    assert dict(some.lucode) == {"0101": 101, "0301": 301, "1101": 1101}
    two = invest_table(open_set("cq_mixed_0_100cm"), CLASSES, "survey3", ["0301", "301"])
    assert len(set(two.lucode.values())) == len(two.lucode)


def test_a_table_of_invest_comes_back_as_it_went(tmp_path):
    source = tmp_path / "pools.csv"
    source.write_text(
        "lucode,LULC_name,c_above,c_below,c_soil,c_dead\n3,Forest,140,70,35,12\n7,=Urban(),5,5,15.25,0\n",
        encoding="utf-8",
    )
    first = read_file(source).factor_set
    paths = write_invest(tmp_path, invest_table(first, CLASSES))
    back = rows_of(paths["carbon_pools.csv"])
    assert [(r["lucode"], r["c_above"], r["c_soil"], r["c_dead"]) for r in back] == [
        ("3", "140", "35", "12"), ("7", "5", "15.25", "0"),
    ]  # fmt: skip
    assert back[1]["LULC_name"] == "'=Urban()"  # no spreadsheet runs it
    again = read_file(paths["carbon_pools.csv"]).factor_set
    assert [(f.item, f.parameter, f.value) for f in again.factors] == [
        (f.item, f.parameter, f.value) for f in first.factors
    ]


def test_units_are_brought_to_tonnes_per_hectare():
    soil = factor(factor_id="a", value=9.0, low=None, high=None, range_kind="none", unit="kgC/m2")
    wood = factor(factor_id="b", parameter="above", value=30.0, low=None, high=None, range_kind="none")
    kilos = make_set([soil, wood])
    (row,) = invest_table(kilos, CLASSES, "generic", ["forest"]).classes
    assert row.pools["soil"] == pytest.approx(90.0)
    assert row.missing == ("below", "dead")


def test_what_invest_cannot_take_is_refused():
    for chosen, system, msg_id in (
        ("cn_direct", "", "INVEST_NOT_STOCK"),
        ("energy", "", "INVEST_NOT_STOCK"),
        ("cq_mixed_0_100cm", "table:none", "INVEST_NO_CLASS"),
    ):
        with pytest.raises(FactorError) as caught:
            invest_table(open_set(chosen), CLASSES, system)
        assert caught.value.message.id == msg_id

"""Algorithms about factor sets: list, import, export, InVEST pools."""

from __future__ import annotations

import csv
import json

import pytest
from conftest import make_layer, square
from qgis.core import QgsProcessingException

HEADER = ("item", "item_en", "parameter", "value", "low", "high", "range_kind", "unit", "source", "confidence")


def table(path, rows, header=HEADER, encoding="utf-8", delimiter=","):
    """A factor table as CSV."""
    with path.open("w", encoding=encoding, newline="") as handle:
        writer = csv.writer(handle, delimiter=delimiter)
        writer.writerow(header)
        writer.writerows(rows)
    return str(path)


GOOD = (
    ("forest", "Forest", "above", 30, 20, 40, "95", "tC/ha", "own survey 2024", "verified"),
    ("forest", "Forest", "soil", 90, 80, 100, "95", "tC/ha", "own survey 2024", "verified"),
    ("built", "Built-up", "above", 1, 0, 2, "95", "tC/ha", "own survey 2024", "verified"),
    ("built", "Built-up", "soil", 60, 50, 70, "95", "tC/ha", "own survey 2024", "verified"),
)


def test_list_holds_the_shipped_sets(run_alg, user_store, rows_of, tmp_path):
    page = tmp_path / "sets.html"
    found = run_alg("listfactorsets", OUTPUT="memory:", HTML=str(page))
    rows = {row["ref"].split("@")[0]: row for row in rows_of(found["OUTPUT"])}
    assert found["COUNT"] == len(rows) >= 10
    assert rows["cq_mixed_0_100cm"]["kind"] == "land_stock"
    assert rows["cn_direct"]["kind"] == "land_flux"
    for row in rows.values():
        assert row["factors"] == row["verified"] + row["derived"] + row["recalled"] > 0
        assert len(row["hash"]) == 64
    text = page.read_text(encoding="utf-8")
    assert "cq_mixed_0_100cm" in text
    assert "http" not in text


def test_list_of_one_kind(run_alg, user_store, rows_of):
    rows = rows_of(run_alg("listfactorsets", KIND="land_flux", OUTPUT="memory:")["OUTPUT"])
    assert {row["kind"] for row in rows} == {"land_flux"}


@pytest.mark.parametrize(("encoding", "delimiter"), [("utf-8", ","), ("utf-8-sig", ";"), ("gbk", "\t")])
def test_import_list_and_evaluate(encoding, delimiter, run_alg, user_store, rows_of, tmp_path):
    rows = [(*row[:8], "自有调查 2024", row[9]) for row in GOOD]
    source = table(tmp_path / "因子.csv", rows, encoding=encoding, delimiter=delimiter)
    found = run_alg("importfactorset", INPUT=source, SET_ID="mine", VERSION="1.0.0", CLASS_SYSTEM="generic")
    assert found["COUNT"] == 4
    assert found["FACTOR_SET"].startswith("mine@1.0.0#")
    assert user_store.is_file()
    listed = rows_of(run_alg("listfactorsets", OUTPUT="memory:")["OUTPUT"])
    assert "mine@1.0.0" in {row["ref"] for row in listed}
    zones = make_layer([(square(0, 0), "z1", "built", "forest")], "id:string,plan:string,now:string")
    result = run_alg("evaluatezones", ZONES=zones, ZONE_ID="id", ZONE_CLASS="plan", ZONE_BASE_CLASS="now",
                     ZONE_CLASS_SYSTEM="generic", BASE_CLASS_SYSTEM="generic", FACTOR_SET="mine",
                     AREA_METHOD="planar", OUTPUT="memory:")  # fmt: skip
    assert result["NET_TCO2E"] == pytest.approx((120 - 61) * 44 / 12, rel=1e-9)
    assert rows_of(result["OUTPUT"])[0]["cp_fset"] == found["FACTOR_SET"]


def test_all_mistakes_come_at_once_with_row_and_column(run_alg, user_store, tmp_path):
    rows = [list(row) for row in GOOD]
    rows[0][3], rows[1][7], rows[2][9], rows[3][8] = "many", "stones/ha", "sure", ""
    source = table(tmp_path / "bad.csv", rows)
    with pytest.raises(QgsProcessingException) as caught:
        run_alg("importfactorset", INPUT=source, SET_ID="bad", VERSION="1.0.0", CLASS_SYSTEM="generic")
    text = str(caught.value)
    for row, word in ((2, "many"), (3, "stones/ha"), (4, "sure"), (5, "source")):
        assert any(f"row {row}" in line and word in line for line in text.splitlines()), (row, word)
    assert not user_store.exists()


def test_leading_zeros_are_offered_and_restored(run_alg, user_store, tmp_path):
    rows = [("301", "乔木林地", *GOOD[0][2:]), ("103", "旱地", *GOOD[1][2:])]
    source = table(tmp_path / "zeros.csv", rows)
    asked = {"INPUT": source, "SET_ID": "zeros", "VERSION": "1.0.0", "CLASS_SYSTEM": "survey3"}
    with pytest.raises(QgsProcessingException, match="0301"):
        run_alg("importfactorset", **asked)
    assert run_alg("importfactorset", **asked, PAD_CODES=True)["COUNT"] == 2
    exported = tmp_path / "out.json"
    run_alg("exportfactorset", FACTOR_SET="zeros", OUTPUT=str(exported))
    assert {"0301", "0103"} == {f["item"] for f in json.loads(exported.read_text(encoding="utf-8"))["factors"]}


def test_a_stored_version_never_changes(run_alg, user_store, tmp_path):
    asked = {"SET_ID": "mine", "VERSION": "1.0.0", "CLASS_SYSTEM": "generic"}
    run_alg("importfactorset", INPUT=table(tmp_path / "a.csv", GOOD), **asked)
    changed = [list(row) for row in GOOD]
    changed[0][3] = 31
    with pytest.raises(QgsProcessingException, match=r"mine@1\.0\.0"):
        run_alg("importfactorset", INPUT=table(tmp_path / "b.csv", changed), **asked)
    again = run_alg("importfactorset", INPUT=table(tmp_path / "c.csv", changed), **{**asked, "VERSION": "1.1.0"})
    assert again["FACTOR_SET"].startswith("mine@1.1.0#")


def test_the_id_of_a_shipped_set_is_refused(run_alg, user_store, tmp_path):
    with pytest.raises(QgsProcessingException, match="cq_mixed_0_100cm"):
        run_alg("importfactorset", INPUT=table(tmp_path / "a.csv", GOOD), SET_ID="cq_mixed_0_100cm",
                VERSION="9.0.0", CLASS_SYSTEM="generic")  # fmt: skip


@pytest.mark.parametrize("suffix", ["csv", "xlsx", "json"])
def test_export_and_import_again_give_the_same_content(suffix, run_alg, user_store, tmp_path):
    target = tmp_path / f"set.{suffix}"
    out = run_alg("exportfactorset", FACTOR_SET="cq_mixed_0_100cm", OUTPUT=str(target))
    assert out["COUNT"] == 48
    back = run_alg("importfactorset", INPUT=str(target), SET_ID=f"copy_{suffix}", VERSION="1.0.0")
    assert back["COUNT"] == 48
    assert back["FACTOR_SET"].split("#")[1] == out["REF"].split("#")[1]


def test_export_without_a_name_gives_the_default(run_alg, tmp_path):
    assert run_alg("exportfactorset", OUTPUT=str(tmp_path / "x.csv"))["REF"].startswith("cq_mixed_0_100cm@")


def test_invest_pools(run_alg, user_store, tmp_path):
    pools = tmp_path / "carbon_pools_willamette.csv"
    pools.write_text(
        "lucode,LULC_name,c_above,c_below,c_soil,c_dead\n1,Forest,140,70,35,12\n2,Urban,5,5,15,2\n", encoding="utf-8"
    )
    found = run_alg("importinvestpools", INPUT=str(pools), SET_ID="willamette", VERSION="1.0.0", SOURCE="InVEST sample")
    assert found["COUNT"] == 8
    pools.write_text("lucode,LULC_name,c_above,c_below,c_dead\n1,Forest,140,70,12\n", encoding="utf-8")
    with pytest.raises(QgsProcessingException, match="c_soil"):
        run_alg("importinvestpools", INPUT=str(pools), SET_ID="short", VERSION="1.0.0", SOURCE="x")


def test_a_set_from_a_file_serves_an_evaluation(run_alg, tmp_path, rows_of):
    source = table(
        tmp_path / "field_set.csv", [("forest", "Forest", "above", 10, "", "", "none", "tC/ha", "x", "derived")]
    )
    zones = make_layer([(square(0, 0), "z1", "forest")], "id:string,now:string")
    result = run_alg("evaluatezones", ZONES=zones, ZONE_BASE_CLASS="now", BASE_CLASS_SYSTEM="generic",
                     FACTOR_SET=source, AREA_METHOD="planar", OUTPUT="memory:")  # fmt: skip
    row = rows_of(result["OUTPUT"])[0]
    assert row["cp_bstk_tc"] == pytest.approx(10.0)
    assert row["cp_fset"].startswith("field_set@file#")


def test_selftest_agrees_with_hand_calculation(run_alg, tmp_path, rows_of):
    page = tmp_path / "self.html"
    found = run_alg("selftest", HTML=str(page), OUTPUT="memory:")
    assert found["PASSED"] is True
    assert found["FAILED"] == 0
    assert found["CASES"] >= 56
    rows = {row["id"]: row for row in rows_of(found["OUTPUT"])}
    assert len(rows) == found["CASES"]
    assert rows["invest_7_0"]["computed"] == pytest.approx(32.3154986698)
    assert (rows["forest_stock"]["expected"], rows["forest_stock"]["unit"]) == (207.13, "tCO2e")
    assert {row["ok"] for row in rows.values()} == {1}
    text = page.read_text(encoding="utf-8")
    assert "207.13" in text
    assert "QGIS" in text


def test_selftest_finds_a_wrong_number(run_alg, monkeypatch, recorder):
    monkeypatch.setattr("carbon_planner.accounting.stock_change.TRANSITION_YEARS", 25)
    feedback = recorder()
    found = run_alg("selftest", feedback)
    assert found["PASSED"] is False
    assert found["FAILED"] >= 1
    assert len(feedback.warnings) == found["FAILED"]

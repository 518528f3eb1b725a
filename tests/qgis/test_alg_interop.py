"""Algorithms that read and write other programs' factors: OEFDB, openLCA, InVEST."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from conftest import make_layer, rectangle, square, write_oefdb, write_openlca
from qgis.core import QgsProcessingException, QgsRasterLayer

from carbon_planner.factors.store import open_set


def read(path):
    with Path(path).open(encoding="utf-8-sig", newline="") as handle:
        return list(csv.DictReader(handle))


def test_oefdb_comes_into_the_store(run_alg, user_store, tmp_path, recorder):
    voice = recorder()
    found = run_alg("importoefdb", voice, INPUT=str(write_oefdb(tmp_path)), SET_ID="oefdb", TITLE="OEFDB",
                    LICENCE="CC BY 4.0", REGIONS="GB; FR")  # fmt: skip
    assert found["COUNT"] == 2
    assert found["FACTOR_SET"].startswith("oefdb@1.0.0#")
    stored = open_set("oefdb")
    assert stored.info.licence == "CC BY 4.0"
    assert {f.parameter: (f.value, f.unit, f.scope) for f in stored.factors} == {
        "CO2e AR5": (0.25, "kgCO2e/kWh", "2"),
        "CO2": (0.24, "kgCO2/kWh", "2"),
    }
    assert voice.warnings == found["WARNINGS"].splitlines()


def test_rows_of_other_regions_are_refused_in_one_line(run_alg, user_store, tmp_path):
    with pytest.raises(QgsProcessingException, match="chosen regions and sectors"):
        run_alg("importoefdb", INPUT=str(write_oefdb(tmp_path)), SET_ID="none", REGIONS="CN")
    assert not user_store.exists()


def test_a_process_of_openlca_comes_into_the_store(run_alg, user_store, tmp_path):
    found = run_alg("importopenlca", INPUT=str(write_openlca(tmp_path)), SET_ID="heat", VERSION="2.0.0",
                    SOURCE="database 3", LICENCE="own", REGION="World")  # fmt: skip
    assert (found["COUNT"], found["FACTOR_SET"].split("#")[0]) == (1, "heat@2.0.0")
    (factor,) = open_set("heat").factors
    assert (factor.value, factor.unit, factor.gas) == (0.002, "kgCH4/MJ", "CH4")
    assert (factor.distribution, factor.params) == ("lognormal", "gmean=0.002; gsd=1.2")
    assert (factor.pedigree, factor.region) == ("2;1;3;3;1", "CN")
    assert "database 3" in factor.source


def test_what_openlca_did_not_write_is_refused(run_alg, user_store, tmp_path):
    other = tmp_path / "other.csv"
    other.write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(QgsProcessingException, match="no export of openLCA"):
        run_alg("importopenlca", INPUT=str(other))


def test_the_default_set_goes_out_for_all_classes(run_alg, tmp_path):
    folder = tmp_path / "InVEST 输入"
    found = run_alg("exportinvest", FOLDER=str(folder), CLASS_SYSTEM="survey3")
    rows = read(found["POOLS"])
    assert found["COUNT"] == len(rows) == len(read(folder / "lulc_codes.csv")) > 50
    assert list(rows[0]) == ["lucode", "LULC_name", "c_above", "c_below", "c_soil", "c_dead"]
    assert found["LULC"] == ""
    assert "c_soil" in found["WARNINGS"]
    assert "1101" in (folder / "README.txt").read_text(encoding="utf-8-sig")
    assert sorted(path.name for path in folder.iterdir()) == ["README.txt", "carbon_pools.csv", "lulc_codes.csv"]


def test_land_use_goes_out_as_a_raster_of_the_same_codes(run_alg, tmp_path):
    land = make_layer(
        [(rectangle(40, 0, 60, 100), "0301"), (rectangle(100, 0, 60, 100), "0103"), (rectangle(160, 0, 60, 100), "??"),
         (None, "0301")],
        "dlbm:string", name="land",
    )  # fmt: skip
    found = run_alg("exportinvest", INPUT=land, CLASS_FIELD="dlbm", CELL_SIZE=20.0, FOLDER=str(tmp_path))
    assert found["COUNT"] == 2
    assert {row["lucode"] for row in read(found["POOLS"])} == {"103", "301"}
    raster = QgsRasterLayer(found["LULC"], "lulc", "gdal")
    assert raster.isValid()
    assert raster.crs().authid() == "EPSG:32649"
    assert (raster.width(), raster.height(), raster.rasterUnitsPerPixelX()) == (6, 5, 20.0)
    provider = raster.dataProvider()
    block = provider.block(1, raster.extent(), 6, 5)
    assert [int(block.value(2, col)) for col in range(6)] == [301] * 3 + [103] * 3
    assert "2 feature(s)" in found["WARNINGS"]


def test_degrees_and_a_missing_field_are_refused(run_alg, tmp_path):
    degrees = make_layer([("MULTIPOLYGON(((106 29,106.1 29,106.1 29.1,106 29)))", "0301")], "dlbm:string", "EPSG:4490")
    with pytest.raises(QgsProcessingException, match="degrees"):
        run_alg("exportinvest", INPUT=degrees, CLASS_FIELD="dlbm", CLASS_SYSTEM="survey3", FOLDER=str(tmp_path))
    assert list(tmp_path.iterdir()) == []
    land = make_layer([(square(0, 0), "0301")], "dlbm:string")
    with pytest.raises(QgsProcessingException, match="class field"):
        run_alg("exportinvest", INPUT=land, FOLDER=str(tmp_path))


def test_a_set_of_fluxes_is_refused(run_alg, tmp_path):
    with pytest.raises(QgsProcessingException, match="stock set"):
        run_alg("exportinvest", FACTOR_SET="cn_direct", FOLDER=str(tmp_path))

"""Outputs of ``evaluatezones``: the same numbers everywhere, whole or not at all, nothing else touched."""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3

import pytest
from conftest import make_layer, rectangle, square
from qgis.core import (
    QgsProcessingException,
    QgsVectorFileWriter,
    QgsVectorLayer,
    QgsWkbTypes,
)

from carbon_planner.base.fields import land_fields, ledger_fields

DECIMALS = {spec.name: spec.precision for spec in land_fields() if spec.kind == "real"}
TEXTS = ["cp_zone_id", "cp_method", "cp_bl", "cp_scope", "cp_fset", "cp_stamp", "cp_flags"]
FORMATS = ("gpkg", "shp", "geojson", "csv")


def figures(rows):
    """Result fields of all rows, by zone id."""
    return {row["cp_zone_id"]: {name: row[name] for name in (*DECIMALS, *TEXTS)} for row in rows}


def assert_same(found, wanted):
    """Figures agree to the decimals that the table of fields gives files; null is null."""
    assert found.keys() == wanted.keys()
    for zone, row in wanted.items():
        for name, value in row.items():
            if isinstance(value, float):
                assert found[zone][name] == pytest.approx(value, rel=1e-12, abs=0.501 * 10 ** -DECIMALS[name]), name
            else:
                assert (found[zone][name] or None) == (value or None), (zone, name)


def other_tables(path, own):
    """Content hashes of all user tables of a GeoPackage but some."""
    with sqlite3.connect(path) as connection:
        names = [row[0] for row in connection.execute("SELECT table_name FROM gpkg_contents ORDER BY 1")]
        found = {}
        for name in names:
            if name not in own:
                rows = connection.execute(f'SELECT * FROM "{name}" ORDER BY 1').fetchall()
                found[name] = hashlib.sha256(repr(rows).encode()).hexdigest()
    return found


def package_with_other_layers(path):
    """A GeoPackage with three layers of somebody else."""
    context = QgsVectorLayer("Point", "x", "memory").transformContext()
    for number, name in enumerate(("roads", "用地", "notes")):
        layer = make_layer([(square(300 * i, 0), f"{name} {i}") for i in range(5)], "text:string", name=name)
        options = QgsVectorFileWriter.SaveVectorOptions()
        options.layerName = name
        if number:
            options.actionOnExistingFile = QgsVectorFileWriter.ActionOnExistingFile.CreateOrOverwriteLayer
        assert QgsVectorFileWriter.writeAsVectorFormatV3(layer, str(path), context, options)[0] == 0
    return path


@pytest.fixture
def in_memory(run_alg, plan, rows_of):
    """The figures of the plan from a memory layer."""
    return figures(rows_of(run_alg("evaluatezones", **plan, OUTPUT="memory:")["OUTPUT"]))


def test_figures_of_the_plan(in_memory):
    assert set(in_memory) == {"z1", "z2"}
    assert in_memory["z1"]["cp_area_ha"] == pytest.approx(1.0, rel=1e-3)
    assert in_memory["z1"]["cp_net_t"] > 0
    assert in_memory["z1"]["cp_net_lo"] < in_memory["z1"]["cp_net_t"] < in_memory["z1"]["cp_net_hi"]
    assert in_memory["z1"]["cp_bldg_t"] is None
    assert in_memory["z2"]["cp_unk_ha"] == 0.0


@pytest.mark.parametrize("suffix", FORMATS)
def test_same_numbers_in_every_format(suffix, run_alg, plan, in_memory, tmp_path, rows_of):
    target = tmp_path / f"结果.{suffix}"
    result = run_alg("evaluatezones", **plan, OUTPUT=str(target))
    assert target.exists()
    rows = rows_of(result["OUTPUT"])
    assert_same(figures(rows), in_memory)
    assert [row["id"] for row in rows] == ["z1", "z2"]
    assert [row["plan"] for row in rows] == ["0701", "0601"]


def test_field_order_names_and_types(run_alg, plan, tmp_path):
    result = run_alg("evaluatezones", **plan, OUTPUT=str(tmp_path / "x.gpkg"))
    layer = QgsVectorLayer(result["OUTPUT"], "x", "ogr")
    names = layer.fields().names()
    assert names == ["fid", "id", "plan", "now", *(spec.name for spec in land_fields())]
    assert QgsWkbTypes.flatType(layer.wkbType()) == QgsWkbTypes.Type.MultiPolygon
    assert layer.crs().authid() == "EPSG:32649"


def test_several_outputs_in_one_geopackage_that_others_use(run_alg, plan, in_memory, tmp_path, rows_of):
    path = package_with_other_layers(tmp_path / "项目 1.gpkg")
    own = {"cp_zones", "cp_pieces", "cp_ledger", "layer_styles"}
    before = other_tables(path, own)
    for _ in range(2):  # the second run replaces the first
        result = run_alg("evaluatezones", **plan, OUTPUT=str(path), PIECES=str(path), LEDGER=str(path))
    assert other_tables(path, own) == before
    assert result["OUTPUT"] == f"{path}|layername=cp_zones"
    assert result["PIECES"] == f"{path}|layername=cp_pieces"
    assert result["LEDGER"] == f"{path}|layername=cp_ledger"
    assert_same(figures(rows_of(result["OUTPUT"])), in_memory)
    pieces = rows_of(result["PIECES"])
    assert sum(row["area_ha"] for row in pieces) == pytest.approx(3.0, rel=1e-3)
    assert {(row["zone_id"], row["base_class"], row["plan_class"]) for row in pieces} == {
        ("z1", "0301", "0701"),
        ("z2", "0103", "0601"),
    }
    assert sorted(p.name for p in tmp_path.iterdir()) == ["项目 1.gpkg"]


def test_ledger_adds_up_to_the_zones(run_alg, plan, tmp_path, rows_of):
    path = str(tmp_path / "x.gpkg")
    result = run_alg("evaluatezones", **plan, OUTPUT=path, LEDGER=path)
    zones = figures(rows_of(result["OUTPUT"]))
    ledger = rows_of(result["LEDGER"])
    assert [name for name in ledger[0] if name != "fid"] == [spec.name for spec in ledger_fields()]
    for zone, figure in zones.items():
        own = [row for row in ledger if row["zone_id"] == zone]
        net = sum(row["tco2e"] for row in own if row["stage"] == "change" and row["category"] == "land_stock")
        assert net == pytest.approx(figure["cp_net_t"], abs=1e-3)
        assert all(row["factor_id"] for row in own if row["stage"] == "change")
        assert sum(row["tco2e"] for row in own if row["stage"] == "committed") == figure["cp_cmt_t"] == 0.0


def test_named_layers_as_qgis_writes_them(run_alg, plan, tmp_path, rows_of):
    path = tmp_path / "plan.gpkg"
    result = run_alg("evaluatezones", **plan, OUTPUT=f"ogr:dbname='{path}' table=\"my result\" (geom)")
    assert result["OUTPUT"] == f"{path}|layername=my result"
    assert len(rows_of(result["OUTPUT"])) == 2


def test_rerun_on_its_own_output(run_alg, plan, in_memory, tmp_path, rows_of):
    path = str(tmp_path / "x.gpkg")
    first = run_alg("evaluatezones", **plan, OUTPUT=path)
    again = run_alg("evaluatezones", **{**plan, "ZONES": first["OUTPUT"]}, OUTPUT=path)
    assert again["OUTPUT"] == first["OUTPUT"]
    layer = QgsVectorLayer(again["OUTPUT"], "x", "ogr")
    assert len(layer.fields().names()) == len(set(layer.fields().names())) == 4 + len(land_fields())
    assert_same(figures(rows_of(layer)), in_memory)


@pytest.mark.parametrize("suffix", ["shp", "geojson"])
def test_a_source_may_be_replaced_by_its_result(suffix, run_alg, plan, in_memory, tmp_path, rows_of):
    path = str(tmp_path / f"x.{suffix}")
    run_alg("evaluatezones", **plan, OUTPUT=path)
    run_alg("evaluatezones", **{**plan, "ZONES": path}, OUTPUT=path)
    assert_same(figures(rows_of(path)), in_memory)


def test_locked_geopackage_is_told_and_stays(run_alg, plan, tmp_path):
    path = package_with_other_layers(tmp_path / "locked.gpkg")
    before = path.read_bytes()
    holder = sqlite3.connect(path, isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")
    try:
        with pytest.raises(QgsProcessingException, match=r"locked\.gpkg"):
            run_alg("evaluatezones", **plan, OUTPUT=str(path))
    finally:
        holder.execute("ROLLBACK")
        holder.close()
    assert path.read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == ["locked.gpkg"]


@pytest.mark.skipif(os.geteuid() == 0 if hasattr(os, "geteuid") else False, reason="root may write everywhere")
def test_read_only_folder_is_told(run_alg, plan, tmp_path):
    folder = tmp_path / "ro"
    folder.mkdir(mode=0o500)
    with pytest.raises(QgsProcessingException, match="ro"):
        run_alg("evaluatezones", **plan, OUTPUT=str(folder / "x.gpkg"))


def test_read_only_mount_is_told(run_alg, plan):
    """The kernel's own tables are read-only for everybody, root included."""
    with pytest.raises(QgsProcessingException) as caught:
        run_alg("evaluatezones", **plan, OUTPUT="/sys/fs/x.gpkg")
    assert "/sys/fs" in str(caught.value)
    assert "Traceback" not in str(caught.value)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_report_page_and_twin(language, run_alg, plan, tmp_path):
    page = tmp_path / "报告.html"
    result = run_alg("evaluatezones", **plan, OUTPUT="memory:", REPORT=str(page), REPORT_LANGUAGE=language)
    assert result["REPORT"] == str(page)
    text = page.read_text(encoding="utf-8")
    assert ("净碳影响" in text) == (language == "zh")
    twin = json.loads(page.with_suffix(".json").read_text(encoding="utf-8"))
    assert twin["totals"]["net"] == pytest.approx(result["NET_TCO2E"], rel=1e-12)
    assert twin["totals"]["zone_count"] == 2
    provenance = twin["provenance"]
    assert provenance["software"].startswith("Carbon Planner 0.")
    assert provenance["zones"] == "zones"
    assert provenance["parameters"]["plan_class"] == "plan"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["报告.html", "报告.json"]


def test_outputs_of_numbers(run_alg, plan, in_memory):
    result = run_alg("evaluatezones", **plan, OUTPUT="memory:")
    assert result["ZONE_COUNT"] == 2
    assert result["STATUS"] == "ok"
    assert result["WARNINGS"] == ""
    assert result["HAS_NET"] is True
    assert result["NET_TCO2E"] == pytest.approx(sum(row["cp_net_t"] for row in in_memory.values()), rel=1e-9)
    assert result["NET_LOW"] < result["NET_TCO2E"] < result["NET_HIGH"]
    assert result["AREA_HA"] == pytest.approx(sum(row["cp_area_ha"] for row in in_memory.values()), rel=1e-12)
    assert result["ZONE_OVL_HA"] == 0.0


def test_warnings_are_outputs_too(run_alg, recorder):
    bow = "MULTIPOLYGON(((500000 3000000,500100 3000100,500100 3000000,500000 3000100,500000 3000000)))"
    zones = make_layer([(bow, "z1", "forest"), (None, "z2", "forest"), (rectangle(500, 0, 100, 100), "z3", "nonsense")],
                       "id:string,now:string")  # fmt: skip
    feedback = recorder()
    result = run_alg("evaluatezones", feedback, ZONES=zones, ZONE_ID="id", ZONE_BASE_CLASS="now",
                     BASE_CLASS_SYSTEM="generic", OUTPUT="memory:")  # fmt: skip
    lines = result["WARNINGS"].splitlines()
    assert any("z1" in line for line in lines)
    assert any("z2" in line for line in lines)
    assert lines == list(dict.fromkeys(feedback.warnings))


def test_the_log_says_what_was_done(run_alg, plan, recorder):
    feedback = recorder()
    run_alg("evaluatezones", feedback, **plan, OUTPUT="memory:")
    log = "\n".join(feedback.infos)
    methods = ("(landsea2023)", "(survey3)", "cq_mixed_0_100cm@", "Stock difference", "Ellipsoidal area", "2026–2060")
    for words in (*methods, "Zones: 2", "Net carbon impact", "does not include", "Not included"):
        assert words in log, words
    assert feedback.steps == sorted(feedback.steps)
    assert feedback.steps[-1] == 100.0

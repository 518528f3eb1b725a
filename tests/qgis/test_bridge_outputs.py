"""Outputs in every format: what is written is what was computed, other data stay, nothing is written by halves."""

import csv
import dataclasses
import hashlib
import json
import os
import sqlite3
from pathlib import Path

import numpy as np
import pytest
import shapely
from bridge_frames import frames
from osgeo import ogr
from qgis.core import (
    QgsLayerMetadata,
    QgsProject,
    QgsProviderRegistry,
    QgsVectorFileWriter,
    QgsVectorLayer,
    QgsWkbTypes,
)

from carbon_planner.base.errors import StorageError
from carbon_planner.base.fields import zone_fields
from carbon_planner.bridge.publish import Document, Output, publish
from carbon_planner.bridge.reading import ZoneFields, read_zones
from carbon_planner.bridge.source import open_layer
from carbon_planner.bridge.staging import PREFIX
from carbon_planner.bridge.tables import LEDGER, PIECES, ZONES, ledger_table, pieces_table, zones_table
from carbon_planner.bridge.targets import parse

NAMES = {"OUTPUT": ZONES, "PIECES": PIECES, "LEDGER": LEDGER}


@pytest.fixture
def zones(make_layer, square, voice):
    layer = make_layer(
        [
            (square(), "甲", "住宅用地", 1.25, 7, "2026-01-02"),
            (square(39_500_200.0), "乙", "公园绿地", None, None, None),
            (None, "丙", None, -0.5, 9, None),
        ],
        "id:string,用地名称说明文字:string,面积:double,n:integer,日期:date,cp_net_t:double",
    )
    return read_zones(open_layer(layer, voice), ZoneFields("id"), voice)


@pytest.fixture
def write(zones, context, voice):
    """Write tables to destinations: ``write(OUTPUT="…", LEDGER="…")``."""

    def write_them(feedback=voice, documents=(), tables=None, **destinations):
        frame, pieces, ledger = frames(zones)
        made = tables or {
            "OUTPUT": zones_table(zones, frame, "zh"),
            "PIECES": pieces_table(pieces, zones.crs, "zh"),
            "LEDGER": ledger_table(ledger, "zh"),
        }
        meta = QgsLayerMetadata()
        meta.setTitle("碳影响")
        made["OUTPUT"].metadata = meta
        outputs = [
            Output(parse(name, str(destination), NAMES[name]), made[name]) for name, destination in destinations.items()
        ]
        return publish(outputs, documents, context, feedback)

    return write_them


def opened(layer_id, context):
    from qgis.core import QgsProcessingUtils

    layer = QgsProcessingUtils.mapLayerFromString(layer_id, context)
    assert layer is not None
    assert layer.isValid()
    return layer


def check_zones(layer, renamed=None):
    names = [f.name() for f in layer.fields()]
    names = names[1:] if names[0] == "fid" else names
    originals = ["id", "用地名称说明文字", "面积", "n", "日期"]
    assert names == [(renamed or {}).get(n, n) for n in originals] + [s.name for s in zone_fields()]
    features = list(layer.getFeatures())
    assert [f["cp_zone_id"] for f in features] == ["甲", "乙", "丙"]
    assert [f["cp_net_t"] for f in features][:2] == [
        pytest.approx(1234.56789, abs=1e-4),
        pytest.approx(-2469.13578, abs=1e-4),
    ]
    from carbon_planner.bridge.values import plain

    assert plain(features[2]["cp_net_t"]) is None
    assert all(plain(f["cp_net_lo"]) is None for f in features)
    assert [plain(f["面积"]) for f in features] == [1.25, None, -0.5]
    assert [plain(f["n"]) for f in features] == [7, None, 9]
    assert [round(f.geometry().area(), 3) if f.hasGeometry() else None for f in features][:2] == [10_000.0, 10_000.0]
    assert features[2].geometry().isEmpty()
    assert layer.crs().authid() == "EPSG:4527"
    return features


def no_handles():
    """No open file in a folder that is gone: Windows could not have exchanged it."""
    links = Path("/proc/self/fd")
    return not links.exists() or [t for link in links.iterdir() if PREFIX in (t := os.path.realpath(link))] == []


def no_leftovers(folder):
    return [
        p.name for p in folder.iterdir() if p.name.startswith(PREFIX) or p.name.endswith(("-wal", "-shm", "-journal"))
    ] == []


def test_geopackage(write, context, chinese_folder):
    path = chinese_folder / "成果.gpkg"
    results = write(OUTPUT=path, PIECES=path, LEDGER=path)
    assert results == {"OUTPUT": f"{path}|layername=cp_zones", "PIECES": f"{path}|layername=cp_pieces",
                       "LEDGER": f"{path}|layername=cp_ledger"}  # fmt: skip
    features = check_zones(opened(results["OUTPUT"], context))
    assert features[2].geometry().isNull()
    assert opened(results["PIECES"], context).featureCount() == 1
    ledger = opened(results["LEDGER"], context)
    assert [f["zone_id"] for f in ledger.getFeatures()] == ["=1+1", "-12"]
    with sqlite3.connect(path) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        assert connection.execute("PRAGMA application_id").fetchone()[0] == 0x47504B47
        assert connection.execute("PRAGMA journal_mode").fetchone()[0] == "delete"
        kinds = dict(connection.execute("SELECT table_name, data_type FROM gpkg_contents"))
        assert {k: kinds[k] for k in NAMES.values()} == {ZONES: "features", PIECES: "features", LEDGER: "attributes"}
        titles = dict(
            connection.execute("SELECT column_name, title FROM gpkg_data_columns WHERE table_name = 'cp_zones'")
        )
        assert titles["cp_net_t"] == "净碳影响 (tCO2e)"
    connection.close()
    layer = QgsVectorLayer(results["OUTPUT"], "again", "ogr")
    assert layer.metadata().title() == "碳影响"
    assert layer.attributeDisplayName(layer.fields().lookupField("cp_net_t")) == "净碳影响 (tCO2e)"
    assert no_leftovers(chinese_folder)
    assert no_handles()


def test_shapefile_of_a_memory_source_is_utf8(write, context, chinese_folder, voice):
    path = chinese_folder / "成果.shp"
    results = write(OUTPUT=path, LEDGER=chinese_folder / "台账.dbf")
    assert results == {"OUTPUT": str(path), "LEDGER": str(chinese_folder / "台账.dbf")}
    check_zones(opened(str(path), context), {"用地名称说明文字": "用地名"})
    assert path.with_suffix(".cpg").read_text() == "UTF-8"
    raw = path.with_suffix(".dbf").read_bytes()
    assert b"nan" not in raw.lower()
    assert b"inf" not in raw.lower()
    with (chinese_folder / "成果_fields.csv").open(encoding="utf-8-sig", newline="") as handle:
        names = {row["field"]: row for row in csv.DictReader(handle)}
    assert names["用地名"]["name"] == "用地名称说明文字"
    assert (names["cp_net_t"]["alias_zh"], names["cp_net_t"]["unit"]) == ("净碳影响", "tCO2e")
    assert path.with_suffix(".qml").exists()
    assert path.with_suffix(".qmd").exists()
    ledger = opened(str(chinese_folder / "台账.dbf"), context)
    assert next(f["yr_to"] for f in ledger.getFeatures()) == 2060
    assert no_leftovers(chinese_folder)
    assert no_handles()


def test_geojson(write, context, tmp_path):
    path = tmp_path / "z.geojson"
    write(OUTPUT=path)
    check_zones(opened(str(path), context))
    data = json.loads(path.read_text(encoding="utf-8"), parse_constant=lambda c: pytest.fail(c))
    assert data["crs"]["properties"]["name"] == "urn:ogc:def:crs:EPSG::4527"


def test_csv_is_safe_for_spreadsheets_and_typed(write, context, tmp_path):
    path = tmp_path / "ledger.csv"
    write(LEDGER=path)
    with path.open(encoding="utf-8-sig", newline="") as handle:
        rows = list(csv.DictReader(handle))
    assert [row["zone_id"] for row in rows] == ["'=1+1", "-12"]
    assert [row["tco2e"] for row in rows] == ["1.5", ""]
    layer = opened(str(path), context)
    assert layer.fields().field("tco2e").typeName() == "Real"


def test_memory(write, context):
    results = write(OUTPUT="memory:结果", LEDGER="memory:")
    layer = context.getMapLayer(results["OUTPUT"])
    features = check_zones(layer)
    assert features[2].geometry().isNull()
    assert layer.attributeDisplayName(layer.fields().lookupField("cp_net_t")) == "净碳影响 (tCO2e)"
    assert context.getMapLayer(results["LEDGER"]).featureCount() == 2


@pytest.mark.parametrize("suffix", [".xlsx", ".ods", ".gml"])
def test_other_formats(write, context, tmp_path, suffix):
    path = tmp_path / f"out{suffix}"
    write(OUTPUT=path)
    dataset = ogr.Open(str(path))
    assert dataset.GetLayer(0).GetFeatureCount() == 3
    assert no_leftovers(tmp_path)


@pytest.mark.parametrize("suffix", [".fgb", ".tab"])
def test_formats_that_lose_features_or_names_write_nothing(write, tmp_path, suffix):
    with pytest.raises(StorageError) as caught:
        write(OUTPUT=tmp_path / f"out{suffix}")
    assert f"out{suffix}" in str(caught.value)
    assert PREFIX not in str(caught.value)
    assert list(tmp_path.iterdir()) == []


def test_spreadsheet_holds_no_formula(write, tmp_path):
    path = tmp_path / "ledger.xlsx"
    write(LEDGER=path)
    dataset = ogr.Open(str(path))
    assert [f.GetField("zone_id") for f in dataset.GetLayer(0)] == ["'=1+1", "-12"]


@pytest.mark.parametrize("suffix", [".dxf", ".zzz", ".gpx"])
def test_unsuitable_formats_are_refused(suffix):
    with pytest.raises(StorageError, match="cannot hold the result"):
        parse("OUTPUT", f"/tmp/x{suffix}", ZONES)


def table_hashes(path):
    """Content of every table that is not ours, and the schema."""
    connection = sqlite3.connect(path)
    names = [r[0] for r in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]
    hashes = {}
    for name in names:
        if name.startswith(("cp_", "rtree_", "sqlite_", "gpkg_")):
            continue
        rows = connection.execute(f'SELECT * FROM "{name}"').fetchall()
        hashes[name] = hashlib.sha256(repr(rows).encode()).hexdigest()
    for name in ("gpkg_contents", "gpkg_geometry_columns", "gpkg_metadata_reference", "layer_styles"):
        if name in names:
            column = "f_table_name" if name == "layer_styles" else "table_name"
            rows = connection.execute(
                f"SELECT * FROM {name} WHERE {column} NOT LIKE 'cp_%' AND {column} <> 'layer_styles' ORDER BY 1, 2"
            ).fetchall()
            hashes[name] = hashlib.sha256(repr(rows).encode()).hexdigest()
    connection.close()
    return hashes


@pytest.fixture
def inhabited(tmp_path, make_layer, square):
    """A GeoPackage with three layers, styles, metadata, a project and a foreign table."""
    path = tmp_path / "plan.gpkg"
    for number, name in enumerate(("地块", "roads", "parcels")):
        layer = make_layer([(square(39_500_000.0 + 300 * i), f"{name}{i}") for i in range(5)], "名称:string", name=name)
        options = QgsVectorFileWriter.SaveVectorOptions()
        options.layerName = name
        if number:
            options.actionOnExistingFile = QgsVectorFileWriter.ActionOnExistingFile.CreateOrOverwriteLayer
        saved = QgsVectorFileWriter.writeAsVectorFormatV3(
            layer, str(path), QgsProject.instance().transformContext(), options
        )
        assert saved[0] == QgsVectorFileWriter.WriterError.NoError
        again = QgsVectorLayer(f"{path}|layername={name}", name, "ogr")
        again.saveStyleToDatabase("mine", "my style", True, "")
        meta = QgsLayerMetadata()
        meta.setTitle(f"meta {name}")
        QgsProviderRegistry.instance().saveLayerMetadata("ogr", f"{path}|layername={name}", meta)
        del again
    project = QgsProject()
    assert project.write(f"geopackage:{path}?projectName=规划")
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE notes (a TEXT)")
    connection.execute("INSERT INTO notes VALUES ('keep me')")
    connection.commit()
    connection.close()
    return path


def test_other_layers_styles_project_and_tables_stay(write, context, inhabited):
    before = table_hashes(inhabited)
    assert {"地块", "roads", "parcels", "notes", "qgis_projects", "layer_styles"} <= set(before)
    for _ in range(2):  # make, then overwrite
        write(OUTPUT=inhabited, LEDGER=inhabited)
        assert table_hashes(inhabited) == before
    assert QgsVectorLayer(f"{inhabited}|layername=parcels", "p", "ogr").metadata().title() == "meta parcels"
    with sqlite3.connect(inhabited) as connection:
        styles = connection.execute("SELECT f_table_name, styleName FROM layer_styles ORDER BY 1").fetchall()
    connection.close()
    assert ("cp_zones", "Carbon Planner") in styles
    assert len(styles) == 5


def test_a_style_of_the_user_for_our_layer_stays(write, tmp_path):
    path = tmp_path / "a.gpkg"
    write(OUTPUT=path)
    layer = QgsVectorLayer(f"{path}|layername=cp_zones", "z", "ogr")
    layer.saveStyleToDatabase("mine", "", True, "")
    del layer
    write(OUTPUT=path)
    with sqlite3.connect(path) as connection:
        rows = connection.execute("SELECT styleName, useAsDefault FROM layer_styles ORDER BY 1").fetchall()
    connection.close()
    assert ("mine", 1) in rows


def test_rerun_on_own_output(write, zones, context, tmp_path, voice):
    path = tmp_path / "a.gpkg"
    layer_id = write(OUTPUT=path)["OUTPUT"]
    source = open_layer(QgsVectorLayer(layer_id, "again", "ogr"), voice)
    again = read_zones(source, ZoneFields("id"), voice)
    assert again.plan.stamps == zones.plan.stamps
    frame, _pieces, _ledger = frames(again)
    write(OUTPUT=path, tables={"OUTPUT": zones_table(again, frame, "zh")})
    check_zones(opened(layer_id, context))


@pytest.mark.parametrize("suffix", [".shp", ".geojson"])
def test_stamps_survive_the_format(write, zones, tmp_path, voice, suffix):
    path = tmp_path / f"a{suffix}"
    write(OUTPUT=path)
    source = open_layer(QgsVectorLayer(str(path), "again", "ogr"), voice)
    assert read_zones(source, ZoneFields("id"), voice).plan.stamps[:2] == zones.plan.stamps[:2]


def test_shapefile_of_a_gbk_source_stays_gbk(make_shapefile, tmp_path, context, voice):
    ring = [(39_500_000.0, 0.0), (39_500_000.0, 90.0), (39_500_090.0, 90.0)]
    fields = [("规划用地名称"[:5], "C", 50, 0), ("面积", "N", 12, 3)]
    path = make_shapefile(tmp_path / "in", fields, [(ring, "城镇住宅用地", 12.5)])
    zones = read_zones(open_layer(QgsVectorLayer(str(path), "in", "ogr"), voice), ZoneFields(), voice)
    table = zones_table(zones, frames(zones)[0])
    out = tmp_path / "out.shp"
    publish([Output(parse("OUTPUT", str(out), ZONES), table)], [], context, voice)
    assert out.with_suffix(".cpg").read_text() == "GBK"
    assert "规划用地名".encode("gbk") in out.with_suffix(".dbf").read_bytes()[:100]
    layer = QgsVectorLayer(str(out), "out", "ogr")
    assert layer.fields()[0].name() == "规划用地名"
    assert next(layer.getFeatures())[0] == "城镇住宅用地"
    # overwriting the source by its own evaluation
    publish([Output(parse("OUTPUT", str(path), ZONES), table)], [], context, voice)
    assert next(QgsVectorLayer(str(path), "in", "ogr").getFeatures())[0] == "城镇住宅用地"


def test_long_text_is_cut_between_characters_and_said(make_layer, square, context, tmp_path, voice):
    long = "字" * 200
    layer = make_layer([(square(), long)], "说明:string")
    zones = read_zones(open_layer(layer, voice), ZoneFields(), voice)
    table = zones_table(zones, frames(zones)[0])
    out = tmp_path / "out.shp"
    publish([Output(parse("OUTPUT", str(out), ZONES), table)], [], context, voice)
    assert next(QgsVectorLayer(str(out), "o", "ogr").getFeatures())[0] == "字" * 84  # 252 bytes
    assert "VALUES_CUT" in voice.ids()


def test_names_never_collide(make_layer, square, context, tmp_path, voice):
    names = ["carbon_stock_before", "carbon_stock_after", "carbon_sto", "规划用地性质甲", "规划用地性质乙", "ID", "id_"]
    layer = make_layer([(square(), *names)], ",".join(f"{n}:string" for n in names))
    zones = read_zones(open_layer(layer, voice), ZoneFields(), voice)
    table = zones_table(zones, frames(zones)[0])
    out = tmp_path / "out.shp"
    publish([Output(parse("OUTPUT", str(out), ZONES), table)], [], context, voice)
    layer = QgsVectorLayer(str(out), "o", "ogr")
    written = [f.name() for f in layer.fields()][: len(names)]
    assert len(set(written)) == len(names)
    assert written[2] == "carbon_sto"
    assert next(layer.getFeatures()).attributes()[: len(names)] == names


def test_old_spatial_index_goes(write, tmp_path):
    path = tmp_path / "a.shp"
    write(OUTPUT=path)
    for suffix in (".qix", ".sbn", ".sbx"):
        path.with_suffix(suffix).write_bytes(b"old")
    (tmp_path / "a.shp.xml").write_text("old")
    (tmp_path / "ab.qix").write_bytes(b"not ours")
    write(OUTPUT=path)
    assert not any(path.with_suffix(s).exists() for s in (".qix", ".sbn", ".sbx"))
    assert not (tmp_path / "a.shp.xml").exists()
    assert (tmp_path / "ab.qix").exists()


def test_a_table_never_takes_that_of_a_shapefile(write, tmp_path):
    write(OUTPUT=tmp_path / "plan.shp")
    before = (tmp_path / "plan.dbf").read_bytes()
    with pytest.raises(StorageError, match=r"table of the shapefile plan\.shp"):
        write(LEDGER=tmp_path / "plan.dbf")
    assert (tmp_path / "plan.dbf").read_bytes() == before


def test_documents_come_with_the_layers(write, tmp_path):
    page = tmp_path / "r.html"
    write(OUTPUT=tmp_path / "a.gpkg", documents=[Document(page, b"<html>")])
    assert page.read_bytes() == b"<html>"


CIRCLE = "CURVEPOLYGON(CIRCULARSTRING(39500000 3400000, 39500100 3400000, 39500000 3400000))"
RING = "39500000 3400000, 39500100 3400000, 39500100 3400100, 39500000 3400000"


def publish_layer(layer, path, context, voice):
    zones = read_zones(open_layer(layer, voice), ZoneFields(), voice)
    publish([Output(parse("OUTPUT", str(path), ZONES), zones_table(zones, frames(zones)[0]))], [], context, voice)
    return opened(parse("OUTPUT", str(path), ZONES).layer_id, context)


@pytest.mark.parametrize("suffix", [".gpkg", ".shp", ".geojson"])
def test_curves(make_layer, context, voice, tmp_path, suffix):
    layer = make_layer([(CIRCLE,), (f"POLYGON(({RING}))",)], geometry="CurvePolygon")
    written = publish_layer(layer, tmp_path / f"a{suffix}", context, voice)
    # measured by the core: QGIS from 3.40 on gives a full circle no area
    areas = shapely.area(read_zones(open_layer(written, voice), ZoneFields(), voice).plan.geometry)
    assert areas.tolist() == [pytest.approx(3.141592653589793 * 50.0**2, rel=1e-6), pytest.approx(5000.0)]
    assert QgsWkbTypes.isCurvedType(written.wkbType()) == (suffix == ".gpkg")


@pytest.mark.parametrize("suffix", [".gpkg", ".shp"])
def test_height_is_kept(make_layer, context, voice, tmp_path, suffix):
    layer = make_layer([(f"POLYGON Z(({RING.replace(',', ' 7,')} 7))",)], geometry="PolygonZ")
    written = publish_layer(layer, tmp_path / f"a{suffix}", context, voice)
    assert next(written.getFeatures()).geometry().vertexAt(0).z() == 7.0


def test_polygons_of_other_types(zones, context, voice, tmp_path, monkeypatch):
    """QGIS opens no layer of collections, but newer ones know surfaces of solids."""
    line = shapely.LineString([(0, 0), (1, 1)])
    first = zones.plan.geometry[0]
    odd = np.array([shapely.GeometryCollection([first, line]), line, None], dtype=object)
    monkeypatch.setattr(type(zones.source), "wkb_type", QgsWkbTypes.Type.GeometryCollection)
    zones.plan = dataclasses.replace(zones.plan, geometry=odd)
    table = zones_table(zones, frames(zones)[0])
    assert table.wkb_type == QgsWkbTypes.Type.MultiPolygon
    assert [round(g.area()) if not g.isEmpty() else None for g, _ in table.rows()] == [10_000, None, None]


def test_zones_as_csv_say_that_geometry_is_lost(write, tmp_path, voice):
    write(OUTPUT=tmp_path / "a.csv")
    assert "CSV_WITHOUT_GEOMETRY" in voice.ids()

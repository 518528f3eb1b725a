"""Sources of ``evaluatezones``: formats, encodings and reference systems give the same numbers."""

from __future__ import annotations

import json

import pytest
from conftest import make_layer, rectangle, square, write_shapefile
from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsFeatureRequest,
    QgsProcessingFeatureSourceDefinition,
    QgsProject,
    QgsVectorFileWriter,
    QgsVectorLayer,
)

CHINESE = {"ZONE_ID": "编号", "ZONE_CLASS": "规划地类", "ZONE_BASE_CLASS": "现状地类", "GREEN_RATIO": "绿地率"}
SYSTEMS = {"ZONE_CLASS_SYSTEM": "landsea2023", "BASE_CLASS_SYSTEM": "survey3"}
# id, planned class with its name, existing class, green ratio in per cent as text
ROWS = (
    ("甲-1", "0701城镇住宅用地", "0301", "35％"),
    ("甲-2", "0901 商业用地", "0103", "20"),
    ("乙-1", "1401公园绿地", "0103", "—"),
)
SQUARES = ((39_500_000.0, 3_400_000.0), (39_500_200.0, 3_400_000.0), (39_500_400.0, 3_400_000.0))
OUTPUTS = ("ZONE_COUNT", "AREA_HA", "NET_TCO2E", "NET_LOW", "NET_HIGH", "STATUS")


def ring(x, y, size=100.0):
    return [(x, y), (x, y + size), (x + size, y + size), (x + size, y)]


def wkt(x, y):
    points = [*ring(x, y), (x, y)]
    return "POLYGON((" + ",".join(f"{a!r} {b!r}" for a, b in points) + "))"


def memory_layer(crs="EPSG:4527"):
    fields = ",".join(f"{name}:string" for name in CHINESE.values())
    return make_layer([(wkt(*at), *row) for at, row in zip(SQUARES, ROWS)], fields, crs, "Polygon", "分区")


@pytest.fixture
def wanted(run_alg):
    """Outputs from the memory layer."""
    return run_alg("evaluatezones", ZONES=memory_layer(), **CHINESE, **SYSTEMS, OUTPUT="memory:")


def assert_outputs(found, wanted):
    for name in OUTPUTS:
        if isinstance(wanted[name], float):
            assert found[name] == pytest.approx(wanted[name], rel=1e-9), name
        else:
            assert found[name] == wanted[name], name


@pytest.mark.golden
def test_gbk_shapefile_without_cpg(run_alg, wanted, tmp_path, rows_of):
    fields = [("编号", "C", 20, 0), ("规划地类", "C", 40, 0), ("现状地类", "C", 20, 0), ("绿地率", "C", 10, 0)]
    path = write_shapefile(tmp_path / "规划分区", fields, [(ring(*at), *row) for at, row in zip(SQUARES, ROWS)])
    target = tmp_path / "结果.shp"
    found = run_alg("evaluatezones", ZONES=str(path), **CHINESE, **SYSTEMS, OUTPUT=str(target))
    assert_outputs(found, wanted)
    rows = rows_of(target)
    assert [row["编号"] for row in rows] == ["甲-1", "甲-2", "乙-1"]
    assert [row["规划地类"] for row in rows] == [row[1] for row in ROWS]
    assert target.with_suffix(".cpg").read_text() == "GBK"


@pytest.mark.golden
@pytest.mark.parametrize("encoding", ["GBK", "UTF-8", "GB18030"])
def test_a_stated_encoding_is_used(encoding, run_alg, wanted, tmp_path):
    fields = [("编号", "C", 20, 0), ("规划地类", "C", 40, 0), ("现状地类", "C", 20, 0), ("绿地率", "C", 10, 0)]
    rows = [(ring(*at), *row) for at, row in zip(SQUARES, ROWS)]
    if encoding == "UTF-8":  # ten bytes of a name are three characters
        fields = [("编号", "C", 20, 0), ("规划类", "C", 40, 0), ("现状类", "C", 20, 0), ("绿地率", "C", 10, 0)]
    names = {**CHINESE, "ZONE_CLASS": fields[1][0], "ZONE_BASE_CLASS": fields[2][0]}
    path = write_shapefile(tmp_path / "zones", fields, rows, encoding)
    found = run_alg("evaluatezones", ZONES=str(path), **names, **SYSTEMS, ENCODING=encoding, OUTPUT="memory:")
    assert_outputs(found, wanted)


@pytest.mark.golden
@pytest.mark.parametrize("suffix", ["gpkg", "geojson"])
def test_files(suffix, run_alg, wanted, tmp_path):
    layer = memory_layer()
    options = QgsVectorFileWriter.SaveVectorOptions()
    options.driverName = {"gpkg": "GPKG", "geojson": "GeoJSON"}[suffix]
    options.layerOptions = ["RFC7946=NO", "COORDINATE_PRECISION=15"] if suffix == "geojson" else []
    path = tmp_path / f"分区.{suffix}"
    done = QgsVectorFileWriter.writeAsVectorFormatV3(layer, str(path), layer.transformContext(), options)
    assert done[0] == QgsVectorFileWriter.WriterError.NoError
    if suffix == "geojson":
        assert json.loads(path.read_text(encoding="utf-8"))["crs"]["properties"]["name"].endswith("4527")
    found = run_alg("evaluatezones", ZONES=str(path), **CHINESE, **SYSTEMS, OUTPUT="memory:")
    assert_outputs(found, wanted)


def in_system(layer, authid):
    """The layer with its vertices carried to another reference system."""
    target = QgsCoordinateReferenceSystem(authid)
    move = QgsCoordinateTransform(layer.crs(), target, QgsProject.instance())
    names = ",".join(f"{f.name()}:string" for f in layer.fields())
    rows = []
    for feature in layer.getFeatures():
        shape = feature.geometry()
        assert shape.transform(move) == 0
        rows.append((shape.asWkt(17), *feature.attributes()))
    return make_layer(rows, names, authid, "MultiPolygon", layer.name())


@pytest.mark.golden
@pytest.mark.parametrize("authid", ["EPSG:4490", "EPSG:4326", "EPSG:3857", "EPSG:4513", "EPSG:32639"])
def test_base_in_another_reference_system(authid, run_alg, plan, recorder):
    same = run_alg("evaluatezones", **plan, OUTPUT="memory:")
    feedback = recorder()
    moved = run_alg("evaluatezones", feedback, **{**plan, "BASE": in_system(plan["BASE"], authid)}, OUTPUT="memory:")
    assert moved["NET_TCO2E"] == pytest.approx(same["NET_TCO2E"], rel=1e-5)
    assert moved["AREA_HA"] == same["AREA_HA"]
    assert moved["STATUS"] in ("ok", "warnings", "partial")


@pytest.mark.golden
@pytest.mark.parametrize("authid", ["EPSG:4490", "EPSG:3857", "EPSG:4527"])
def test_zones_in_another_reference_system_have_the_same_area(authid, run_alg, plan):
    same = run_alg("evaluatezones", **plan, OUTPUT="memory:")
    moved = run_alg("evaluatezones", **{**plan, "ZONES": in_system(plan["ZONES"], authid)}, OUTPUT="memory:")
    assert moved["AREA_HA"] == pytest.approx(same["AREA_HA"], rel=1e-6)
    assert moved["NET_TCO2E"] == pytest.approx(same["NET_TCO2E"], rel=1e-5)


def test_only_selected_zones(run_alg, plan):
    zones = plan["ZONES"]
    QgsProject.instance().addMapLayer(zones)
    zones.selectByExpression("\"id\" = 'z2'")
    source = QgsProcessingFeatureSourceDefinition(zones.id(), selectedFeaturesOnly=True)
    found = run_alg("evaluatezones", **{**plan, "ZONES": source}, OUTPUT="memory:")
    assert found["ZONE_COUNT"] == 1
    assert found["AREA_HA"] == pytest.approx(2.0, rel=1e-3)


def test_the_source_layer_is_not_changed(run_alg, plan):
    zones = plan["ZONES"]
    before = [(f.geometry().asWkt(17), f.attributes()) for f in zones.getFeatures(QgsFeatureRequest())]
    run_alg("evaluatezones", **plan, OUTPUT="memory:")
    assert [(f.geometry().asWkt(17), f.attributes()) for f in zones.getFeatures()] == before
    assert not zones.isEditable()


def test_survey_areas_of_the_base_with_deduction(run_alg, plan):
    """Carbon rule 10: a parcel yields TBMJ less KCMJ of its class and KCMJ of KCDLBM."""
    base = make_layer(
        [(rectangle(0, 0, 300, 100), "0103", 30300.0, 300.0, "1203")],
        "DLBM:string,TBMJ:double,KCMJ:double,KCDLBM:string",
        name="DLTB",
    )
    asked = {**plan, "BASE": base, "BASE_CLASS": "DLBM"}
    found = run_alg(
        "evaluatezones", **asked, AREA_METHOD="field", AREA_FIELD="TBMJ", OUTPUT="memory:", LEDGER="memory:"
    )
    assert found["AREA_HA"] == pytest.approx(3.03, rel=1e-9)
    with pytest.raises(Exception, match="BASE needs BASE_CLASS"):
        run_alg(
            "evaluatezones", **{**asked, "BASE_CLASS": None}, AREA_METHOD="field", AREA_FIELD="TBMJ", OUTPUT="memory:"
        )


def test_survey_areas_of_the_zones_without_a_base(run_alg):
    zones = make_layer([(square(0, 0), "z1", "forest", 12345.0)], "id:string,now:string,mj:double")
    found = run_alg("evaluatezones", ZONES=zones, ZONE_BASE_CLASS="now", BASE_CLASS_SYSTEM="generic",
                    AREA_METHOD="field", AREA_FIELD="mj", OUTPUT="memory:")  # fmt: skip
    assert found["AREA_HA"] == pytest.approx(1.2345, rel=1e-9)


def test_layers_of_the_project_by_name_and_id(run_alg, plan):
    project = QgsProject.instance()
    project.addMapLayer(plan["ZONES"])
    project.addMapLayer(plan["BASE"])
    by_id = run_alg(
        "evaluatezones", **{**plan, "ZONES": plan["ZONES"].id(), "BASE": plan["BASE"].id()}, OUTPUT="memory:"
    )
    by_name = run_alg("evaluatezones", **{**plan, "ZONES": "zones", "BASE": "base"}, OUTPUT="memory:")
    assert by_id["NET_TCO2E"] == by_name["NET_TCO2E"]


def test_result_is_a_valid_layer(run_alg, plan):
    layer = run_alg("evaluatezones", **plan, OUTPUT="memory:")["OUTPUT"]
    assert isinstance(layer, QgsVectorLayer)
    assert layer.isValid()
    assert layer.featureCount() == 2

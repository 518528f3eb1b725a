"""The public interface on files: layers, fields, numbers, curves, damaged records, missing CRS."""

import math
import struct

import numpy as np
import pytest

ogr = pytest.importorskip("osgeo.ogr", reason="GDAL's Python binding is not installed")
from osgeo import gdal, osr

from carbon_planner import api
from carbon_planner.base.errors import GeometryError, InputError
from carbon_planner.storage.vectors import read_vectors

X, Y = 500_000.0, 3_300_000.0
PLAN = api.Settings(plan_system="landsea2023", base_system="survey3", area_method="planar")
DRIVERS = {".gpkg": "GPKG", ".shp": "ESRI Shapefile", ".geojson": "GeoJSON"}


def square(x=0.0, side=100.0):
    corners = ((0, 0), (side, 0), (side, side), (0, side), (0, 0))
    return "POLYGON((" + ",".join(f"{X + x + a} {Y + b}" for a, b in corners) + "))"


def write(path, rows, fields, layers=("zones",), crs=4545, kind=ogr.wkbUnknown):
    """A file with the same rows in each of its layers; fields are names, all of them text."""
    dataset = ogr.GetDriverByName(DRIVERS[path.suffix]).CreateDataSource(str(path))
    reference = None
    if crs:
        reference = osr.SpatialReference()
        reference.ImportFromEPSG(crs)
    for name in layers:
        layer = dataset.CreateLayer(name, reference, kind)
        for field in fields:
            layer.CreateField(ogr.FieldDefn(field, ogr.OFTString))
        for wkt, *values in rows:
            feature = ogr.Feature(layer.GetLayerDefn())
            if wkt is not None:
                feature.SetGeometry(ogr.CreateGeometryFromWkt(wkt))
            for place, value in enumerate(values):
                if value is not None:
                    feature.SetField(place, value)
            layer.CreateFeature(feature)
    return path


@pytest.fixture
def plan(tmp_path):
    return write(
        tmp_path / "plan.gpkg",
        [(square(), "A", "0701", "35%"), (square(200), None, "0103", " － "), (None, "C", None, "３０％")],
        ("id", "Code", "green"),
    )


def test_values_are_taken_as_in_qgis(plan):
    found = api.evaluate_files(plan, zone_id="id", zone_class="code", green_ratio="green", settings=PLAN)
    assert list(found.inputs.ids) == ["A", "2", "C"]
    np.testing.assert_allclose(found.inputs.green_ratio, [0.35, np.nan, 0.30])
    assert found.inputs.class_field == "code"
    np.testing.assert_allclose(found.zones["cp_area_ha"], [1.0, 1.0, np.nan])
    assert "GEOMETRY_NULL" in [m.id for m in found.warnings]


def test_text_that_is_no_number_is_named(tmp_path):
    path = write(tmp_path / "a.geojson", [(square(), "0701", "≤30"), (square(200), "0701", "30")], ("code", "g"))
    with pytest.raises(InputError) as caught:
        api.evaluate_files(path, zone_class="code", green_ratio="g", settings=PLAN)
    assert all(part in caught.value.text("zh") for part in ("≤30", "“g”", "个值不是数字"))


def test_per_cent_below_one_is_warned_of(tmp_path):
    path = write(tmp_path / "a.geojson", [(square(), "0701", "0.3"), (square(200), "0701", "30")], ("code", "g"))
    found = api.evaluate_files(path, zone_class="code", green_ratio="g", settings=PLAN)
    assert found.warnings[0].id == "PERCENT_BELOW_ONE"


def test_several_layers_are_listed(tmp_path):
    path = write(tmp_path / "two.gpkg", [(square(), "0701")], ("code",), layers=("规划", "现状"))
    with pytest.raises(InputError, match="Name one of: 规划, 现状") as caught:
        api.evaluate_files(path, zone_class="code", settings=PLAN)
    assert caught.value.message.id == "VECTOR_SEVERAL_LAYERS"
    with pytest.raises(InputError, match="no layer “x”"):
        api.evaluate_files(path, zones_layer="x", zone_class="code", settings=PLAN)
    found = api.evaluate_files(path, zones_layer="规划", zone_class="code", settings=PLAN)
    assert found.totals.area_ha == pytest.approx(1.0, rel=1e-12)


def test_missing_fields_and_files(plan, tmp_path):
    with pytest.raises(InputError, match=r"no field “YDDM”\. It has: id, Code, green, fid"):
        api.evaluate_files(plan, zone_class="YDDM")
    with pytest.raises(InputError) as caught:
        api.evaluate_files(tmp_path / "none.gpkg", zone_class="x")
    assert caught.value.message.id == "VECTOR_UNREADABLE"
    assert "none.gpkg" in caught.value.text("zh")


def test_the_column_of_feature_ids_is_a_field_as_in_qgis(plan, tmp_path):
    found = api.evaluate_files(plan, zone_id="FID", zone_class="Code", settings=PLAN)
    assert list(found.inputs.ids) == ["1", "2", "3"]


def test_a_file_without_crs_is_refused_unless_it_is_stated(tmp_path):
    path = write(tmp_path / "bare.shp", [(square(), "0701")], ("code",), crs=None, kind=ogr.wkbPolygon)
    with pytest.raises(GeometryError) as caught:
        api.evaluate_files(path, zone_class="code", settings=PLAN)
    assert caught.value.message.id == "LAYER_WITHOUT_CRS"
    assert "“bare”" in caught.value.text("en")
    assert "坐标" in caught.value.text("zh")
    found = api.evaluate_files(path, zone_class="code", zones_crs="EPSG:4545", settings=PLAN)
    assert found.totals.area_ha == pytest.approx(1.0, rel=1e-12)


def test_a_stated_crs_never_overrules_the_file(plan):
    found = api.evaluate_files(plan, zone_class="Code", zones_crs="EPSG:3857", settings=PLAN)
    assert found.inputs.crs.name == api.Crs.from_text("EPSG:4545").name


def test_survey_areas_of_the_base_and_of_the_zones(tmp_path):
    zones = write(tmp_path / "z.gpkg", [(square(), "0701", "10500")], ("code", "TBMJ"))
    base = write(tmp_path / "b.gpkg", [(square(-50, 200), "0103", "41000")], ("DLBM", "TBMJ"))
    settings = api.Settings(plan_system="landsea2023", base_system="survey3", area_method="field")
    found = api.evaluate_files(zones, zone_class="code", area_field="TBMJ", settings=settings)
    assert found.totals.area_ha == pytest.approx(1.05, rel=1e-12)
    found = api.evaluate_files(
        zones, zone_class="code", base=base, base_class="DLBM", area_field="TBMJ", settings=settings
    )
    assert found.totals.area_ha == pytest.approx(4.1 / 4, rel=1e-6)


def test_the_field_name_breaks_a_tie_between_systems(tmp_path):
    """0701 is a class of several systems: DLBM points to the survey, as it does in QGIS."""
    base = write(tmp_path / "b.gpkg", [(square(), "0701")], ("DLBM",))
    found = api.evaluate_files(base, zone_base_class="DLBM")
    assert found.base_system == "survey3"


def test_arcs_are_as_fine_as_in_qgis(tmp_path):
    ends = f"{X} {Y}, {X + 100} {Y}, {X} {Y}"
    path = write(tmp_path / "c.gpkg", [(f"CURVEPOLYGON(CIRCULARSTRING({ends}))", "0701")], ("code",))
    found = api.evaluate_files(path, zone_class="code", settings=PLAN)
    assert found.totals.area_ha * 1e4 == pytest.approx(math.pi * 50.0**2, rel=6e-7)
    assert found.totals.area_ha * 1e4 < math.pi * 50.0**2


@pytest.fixture
def damaged(tmp_path):
    """A shapefile whose second record claims more points than it has."""
    rows = [(square(200 * i), str(i)) for i in range(3)]
    path = write(tmp_path / "hurt.shp", rows, ("code",), kind=ogr.wkbPolygon)
    shp = bytearray(path.read_bytes())
    at = struct.unpack(">i", path.with_suffix(".shx").read_bytes()[108:112])[0] * 2
    struct.pack_into("<i", shp, at + 8 + 40, 500)
    path.write_bytes(bytes(shp))
    return path


@pytest.mark.parametrize("modules", [(), (gdal,), (ogr,), (gdal, ogr), (ogr, gdal), (gdal, osr, ogr)])
def test_a_damaged_record_does_not_end_the_reading(damaged, modules):
    """Whatever the caller thinks of GDAL's exceptions, which are left as they were."""
    for module in modules:
        module.UseExceptions()
    try:
        table = read_vectors(damaged, ["code"])
        assert [bool(module.GetUseExceptions()) for module in (gdal, ogr, osr)] == [
            module in modules for module in (gdal, ogr, osr)
        ]
    finally:
        for module in reversed(modules):
            module.DontUseExceptions()
    assert table.fids == [0, 1, 2]
    assert [data is None for data in table.wkb] == [False, True, False]
    (note,) = table.notes
    assert note.id == "VECTOR_DAMAGED"
    assert all("hurt" in note.text(lang) and "1" in note.text(lang) for lang in ("en", "zh"))


def test_damaged_records_are_warned_of_and_not_evaluated(damaged):
    found = api.evaluate_files(damaged, zone_class="code", settings=PLAN)
    assert [m.id for m in found.warnings][:2] == ["VECTOR_DAMAGED", "GEOMETRY_NULL"]
    np.testing.assert_allclose(found.zones["cp_area_ha"], [1.0, np.nan, 1.0])


def test_a_geopackage_cut_short_breaks_off(tmp_path):
    path = write(tmp_path / "cut.gpkg", [(square(200 * i), "0701" * 200) for i in range(400)], ("code",))
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(InputError) as caught:
        read_vectors(path, ["code"])
    assert caught.value.message.id in ("VECTOR_UNREADABLE", "VECTOR_BROKE_OFF", "VECTOR_NO_LAYER")
    assert "cut" in caught.value.text("zh")

"""Layers → core inputs: ids, classes, ratios, geometry, CRS, cancellation, messages with layer and feature."""

import math

import numpy as np
import pytest
from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransformContext,
    QgsProcessingFeatureSourceDefinition,
    QgsProject,
    QgsVectorLayer,
)

from carbon_planner.base.errors import Cancelled, InputError
from carbon_planner.bridge.reading import BaseFields, ZoneFields, read_base, read_zones
from carbon_planner.bridge.source import open_layer

FIELDS = "id:string,code:string,green:string,bd:double,far:double"
ROLES = ZoneFields("id", "code", "", "green", "bd", "far")


@pytest.fixture
def zones_of(source_of, voice):
    def read_it(layer, roles=ROLES, feedback=voice):
        QgsProject.instance().addMapLayer(layer, False)
        return read_zones(source_of(layer, feedback), roles, feedback)

    return read_it


def test_values_and_ids(make_layer, square, zones_of, voice):
    layer = make_layer(
        [
            (square(), "A", "0701", "35%", 25.0, 1.8),
            (square(39_500_200.0), "A", " 0902 ", "30", None, None),
            (square(39_500_400.0), None, None, "３０％", 40.0, 2.5),
            (square(39_500_600.0), "B", "1401", None, 0.5, 0.0),
        ],
        FIELDS,
    )
    zones = zones_of(layer)
    assert zones.plan.ids == ["A", "A_2", "3", "B"]
    assert list(zones.plan.plan_class) == ["0701", "0902", None, "1401"]
    np.testing.assert_allclose(zones.plan.green_ratio, [0.35, 0.30, 0.30, np.nan])
    np.testing.assert_allclose(zones.plan.building_density, [0.25, np.nan, 0.40, 0.005])
    np.testing.assert_allclose(zones.plan.plot_ratio, [1.8, np.nan, 2.5, 0.0])
    assert [g.area for g in zones.plan.geometry] == [10_000.0] * 4
    assert voice.ids() == ["ZONE_ID_EMPTY", "ZONE_ID_REPEATED", "PERCENT_BELOW_ONE"]
    assert "B: 0.5" in voice.warned[-1].text()
    assert [m.id for m in voice.told] == ["VALUES_ARE_PERCENT", "VALUES_ARE_PERCENT"]
    assert len(zones.plan.stamps) == len(set(zones.plan.stamps)) == 4


def test_suffix_never_meets_an_id(make_layer, square, zones_of):
    rows = [(square(), value, "0701", None, None, None) for value in ("A", "A", "A_2", "A", "A_2")]
    assert zones_of(make_layer(rows, FIELDS)).plan.ids == ["A", "A_3", "A_2", "A_4", "A_2_2"]


@pytest.mark.parametrize("value", ["≤30", "30-40", "不小于35%", "1,2,3", "三十", "35%%"])
def test_a_ratio_that_is_no_number_is_refused_with_its_feature(make_layer, square, zones_of, value):
    layer = make_layer([(square(), "Z7", "0701", value, None, None)], FIELDS, name="规划分区")
    with pytest.raises(InputError) as caught:
        zones_of(layer)
    for lang in ("en", "zh"):
        text = caught.value.text(lang)
        assert all(part in text for part in ("规划分区", "green", f"Z7: {value}"))


@pytest.mark.parametrize("value", ["135%", "-5%", "120"])
def test_a_ratio_beyond_its_limits_is_refused(make_layer, square, zones_of, value):
    with pytest.raises(InputError, match="Z7: "):
        zones_of(make_layer([(square(), "Z7", "0701", value, None, None)], FIELDS))


@pytest.mark.parametrize("value", ["", "-", "—", "/", "无", "  "])
def test_nothing_is_unknown_and_not_zero(make_layer, square, zones_of, value):
    zones = zones_of(make_layer([(square(), "Z", "0701", value, None, None)], FIELDS))
    assert math.isnan(zones.plan.green_ratio[0])


def test_plot_ratio_in_per_cent(make_layer, square, zones_of):
    rows = [(square(), "1", "R", None, None, 60.0), (square(), "2", "R", None, None, 240.0)]
    np.testing.assert_allclose(zones_of(make_layer(rows, FIELDS)).plan.plot_ratio, [0.6, 2.4])


def test_numeric_codes_become_text_without_decimals(make_layer, square, zones_of):
    layer = make_layer([(square(), 701.0), (square(), None)], "code:double")
    assert list(zones_of(layer, ZoneFields(plan_class="code")).plan.plan_class) == ["701", None]


def test_missing_field_names_layer_and_fields(make_layer, square, zones_of):
    with pytest.raises(InputError, match="“zones” has no field “YDDM”"):
        zones_of(make_layer([(square(), "1", "R", None, None, None)], FIELDS), ZoneFields(plan_class="YDDM"))


def test_field_name_in_other_case(make_layer, square, zones_of):
    layer = make_layer([(square(), "0701")], "DLBM:string")
    assert list(zones_of(layer, ZoneFields(plan_class="dlbm")).plan.plan_class) == ["0701"]


def test_odd_geometry(make_layer, zones_of, voice):
    ring = "39500000 3400000, 39500100 3400000, 39500100 3400100, 39500000 3400100, 39500000 3400000"
    circle = "CURVEPOLYGON(CIRCULARSTRING(39500000 3400000, 39500100 3400000, 39500000 3400000))"
    layer = make_layer(
        [
            (None,),
            ("POLYGON EMPTY",),
            (f"MULTIPOLYGON Z((({ring.replace(',', ' 5,')} 5)))",),
            (f"POLYGON M(({ring.replace(',', ' 7,')} 7))",),
            (circle,),
            ("POLYGON((39500000 3400000, 39500100 3400000))",),
            (f"POLYGON(({ring}), (39500020 3400020, 39500040 3400040))",),
        ],
        geometry="CurvePolygonZM",
        crs="EPSG:4527",
    )
    plan = zones_of(layer, ZoneFields()).plan
    assert plan.geometry[0] is None
    assert plan.geometry[1].is_empty
    assert [g.has_z for g in plan.geometry[2:4]] == [False, False]
    assert [g.area for g in plan.geometry[2:4]] == [10_000.0, 10_000.0]
    assert plan.geometry[4].area == pytest.approx(math.pi * 50.0**2, rel=6e-7)
    assert plan.geometry[4].area < math.pi * 50.0**2
    assert [m.id for m in voice.told] == ["CURVES_STRAIGHTENED"]
    # rings of two points enclose nothing; the core repairs and reports the features that have them
    assert [g.area for g in plan.geometry[5:]] == [0.0, 10_000.0]
    assert not any(g.is_valid for g in plan.geometry[5:])
    assert voice.warned == []


@pytest.mark.parametrize(
    ("kind", "wkt"),
    [
        ("CurvePolygon", "CURVEPOLYGON(({ring}))"),
        ("CurvePolygonZ", "CURVEPOLYGON Z(({ring}))"),
        ("MultiSurface", "MULTISURFACE((({ring})))"),
        ("MultiSurface", "MULTISURFACE(CURVEPOLYGON(COMPOUNDCURVE(({ring}))))"),
    ],
)
def test_curve_types_without_arcs_are_polygons(kind, wkt, make_layer, zones_of, voice):
    """Databases give such types to whole layers, mostly without a single arc."""
    corners = ((0, 0), (100, 0), (100, 100), (0, 100), (0, 0))
    height = " 5" if kind.endswith("Z") else ""
    ring = ", ".join(f"{39_500_000 + x} {3_400_000 + y}{height}" for x, y in corners)
    plan = zones_of(make_layer([(wkt.format(ring=ring),)], geometry=kind, crs="EPSG:4527"), ZoneFields()).plan
    assert [g.area for g in plan.geometry] == [10_000.0]
    assert not plan.geometry[0].has_z
    assert voice.told == voice.warned == []


def test_rings_of_too_few_points_have_a_stamp(make_layer, square, zones_of):
    spike = "POLYGON((39500000 3400000, 39500100 3400000, 39500000 3400000))"
    layers = [make_layer([(square(),), (text,), (None,)]) for text in (spike, spike.replace("0100", "0200"))]
    one, two = (zones_of(layer, ZoneFields()).plan.stamps for layer in layers)
    assert len(set(one)) == 3
    assert [a == b for a, b in zip(one, two)] == [True, False, True]


def test_a_layer_of_a_file_with_several_is_called_by_both_names(tmp_path, square, make_layer, source_of):
    from qgis.core import QgsVectorFileWriter

    path = str(tmp_path / "规划.gpkg")
    for name in ("分区", "现状"):
        options = QgsVectorFileWriter.SaveVectorOptions()
        options.driverName, options.layerName = "GPKG", name
        if name == "现状":
            options.actionOnExistingFile = QgsVectorFileWriter.ActionOnExistingFile.CreateOrOverwriteLayer
        layer = make_layer([(square(),)], "dlbm:string")
        QgsVectorFileWriter.writeAsVectorFormatV3(layer, path, QgsCoordinateTransformContext(), options)
    assert source_of(f"{path}|layername=现状").name == "规划 — 现状"


def test_no_crs_is_refused(make_layer, square, zones_of):
    with pytest.raises(InputError, match="“zones” has no coordinate reference system"):
        zones_of(make_layer([(square(),)], crs=""), ZoneFields())


def test_shapefile_without_prj_is_refused(make_shapefile, tmp_path, source_of, voice):
    path = make_shapefile(tmp_path / "a", [("id", "C", 5, 0)], [([(0, 0), (0, 9), (9, 9)], "1")], crs="")
    with pytest.raises(InputError, match="has no coordinate reference system"):
        read_zones(source_of(str(path)), ZoneFields(), voice)


def test_metres_in_a_system_of_degrees_are_refused(make_layer, square, zones_of):
    with pytest.raises(InputError, match="Assign the CRS"):
        zones_of(make_layer([(square(),)], crs="EPSG:4490"), ZoneFields())


def test_degrees_in_a_projected_system_are_warned_of(make_layer, square, zones_of, voice):
    zones_of(make_layer([(square(116.0, 40.0, 0.01),)], crs="EPSG:4527"), ZoneFields())
    assert voice.ids() == ["CRS_LOOKS_LIKE_DEGREES"]


def test_empty_layer_is_refused(make_layer, zones_of):
    with pytest.raises(InputError, match="has no features"):
        zones_of(make_layer([]), ZoneFields())


def test_unreadable_source_names_the_value(source_of):
    with pytest.raises(InputError, match="Plan zones: “/no/such/file\\.gpkg” cannot be opened"):
        source_of("/no/such/file.gpkg")


def test_selection_only(make_layer, square, source_of, voice):
    layer = make_layer([(square(), "1"), (square(), "2"), (square(), "3")], "id:string")
    QgsProject.instance().addMapLayer(layer, False)
    layer.selectByIds([2])
    source = source_of(QgsProcessingFeatureSourceDefinition(layer.id(), True))
    assert read_zones(source, ZoneFields("id"), voice).plan.ids == ["2"]


def test_edits_in_progress_are_read(make_layer, square, zones_of):
    layer = make_layer([(square(), "0701")], "code:string")
    layer.startEditing()
    layer.changeAttributeValue(1, 0, "1401")
    assert list(zones_of(layer, ZoneFields(plan_class="code")).plan.plan_class) == ["1401"]
    layer.rollBack()


def test_own_fields_are_dropped_and_others_keep_their_order(make_layer, square, zones_of):
    layer = make_layer([(square(), "1", 2.0, "x", "y")], "id:string,cp_net_t:double,name:string,CP_flags:string")
    assert [f.name() for f in zones_of(layer, ZoneFields("id")).kept_fields()] == ["id", "name"]


def test_cancel(make_layer, square, zones_of, make_voice):
    layer = make_layer([(square(),)] * 500)
    for stop_at in (1, 2, 5):
        with pytest.raises(Cancelled):
            zones_of(layer, ZoneFields(), make_voice(stop_at))


def test_base_in_another_crs(make_layer, square, zones_of, source_of, voice):
    zones = zones_of(make_layer([(square(size=1000.0),)]), ZoneFields())
    base = make_layer([(square(size=1000.0), "0101"), (square(39_600_000.0), "0301")], "DLBM:string", name="base")
    moved = QgsCoordinateReferenceSystem("EPSG:4490")
    from qgis.core import QgsCoordinateTransform

    there = QgsCoordinateTransform(base.crs(), moved, QgsCoordinateTransformContext())
    rows = []
    for feature in base.getFeatures():
        geometry = feature.geometry()
        geometry.transform(there)
        rows.append((geometry.asWkt(17), feature["DLBM"]))
    layer = make_layer(rows, "DLBM:string", crs="EPSG:4490", name="现状")
    QgsProject.instance().addMapLayer(layer, False)
    result = read_base(source_of(layer), BaseFields("DLBM"), zones, QgsCoordinateTransformContext(), voice)
    assert list(result.parcels.classes) == ["0101"]  # what lies elsewhere is not read
    assert result.parcels.crs == zones.plan.crs
    assert result.parcels.geometry[0].symmetric_difference(zones.plan.geometry[0]).area < 1e-3
    assert "CRS_TRANSFORMED" in [m.id for m in voice.told]


def test_base_with_deductions(make_layer, square, zones_of, source_of, voice):
    zones = zones_of(make_layer([(square(),)]), ZoneFields())
    fields = "DLBM:string,TBMJ:double,KCMJ:double,KCDLBM:string"
    layer = make_layer([(square(), "0103", 10_001.5, 500.25, "1203")], fields)
    QgsProject.instance().addMapLayer(layer, False)
    parcels = read_base(
        source_of(layer), BaseFields("DLBM", "TBMJ"), zones, QgsCoordinateTransformContext(), voice
    ).parcels
    assert parcels.survey.gross_m2.tolist() == [10_001.5]
    assert parcels.survey.deducted_m2.tolist() == [500.25]
    assert list(parcels.survey.deducted_class) == ["1203"]


def test_base_elsewhere_is_said(make_layer, square, zones_of, source_of, voice):
    zones = zones_of(make_layer([(square(),)]), ZoneFields())
    layer = make_layer([(square(39_700_000.0), "0103")], "DLBM:string", name="base")
    QgsProject.instance().addMapLayer(layer, False)
    read_base(source_of(layer), BaseFields("DLBM"), zones, QgsCoordinateTransformContext(), voice)
    assert voice.ids() == ["BASE_ELSEWHERE"]


def test_stamp_survives_formats_and_moves_with_edits(make_layer, square, voice):
    def stamp(wkt, code="0701", green="35"):
        layer = make_layer([(wkt, code, green)], "code:string,green:string")
        roles = ZoneFields(plan_class="code", green_ratio="green")
        return read_zones(open_layer(layer, voice), roles, voice).plan.stamps[0]

    first = stamp(square())
    reversed_ring = "POLYGON((39500100 3400100,39500100 3400000,39500000 3400000,39500000 3400100,39500100 3400100))"
    assert stamp(reversed_ring) == first
    assert stamp(f"MULTIPOLYGON({square()[7:]})") == first
    assert stamp(square(), green="35%") == first
    assert stamp(square(), green="36") != first
    assert stamp(square(), code="0702") != first
    assert stamp(square(size=100.001)) != first


def test_layer_object_outside_the_project(make_layer, square, source_of, voice):
    layer = make_layer([(square(), "1")], "id:string")
    assert isinstance(layer, QgsVectorLayer)
    assert read_zones(source_of(layer), ZoneFields("id"), voice).plan.ids == ["1"]

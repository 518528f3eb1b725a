"""The survey of the existing land use is no place for an output."""

from __future__ import annotations

import hashlib

import pytest
from qgis.core import (
    QgsProcessingException,
    QgsProcessingFeatureSourceDefinition,
    QgsProcessingOutputLayerDefinition,
    QgsProject,
    QgsVectorLayer,
)

from carbon_planner.bridge.tables import LEDGER, PIECES, ZONES
from carbon_planner.bridge.targets import _table, place_of

SINKS = {"OUTPUT": ZONES, "PIECES": PIECES, "LEDGER": LEDGER}


def stored(layer, path, name):
    """A memory layer as a file; the path."""
    from qgis.core import QgsCoordinateTransformContext, QgsVectorFileWriter

    options = QgsVectorFileWriter.SaveVectorOptions()
    options.driverName = QgsVectorFileWriter.driverForExtension(path.suffix)
    options.layerName, options.fileEncoding = name, "UTF-8"
    done = QgsVectorFileWriter.writeAsVectorFormatV2(layer, str(path), QgsCoordinateTransformContext(), options)
    assert done[0] == QgsVectorFileWriter.WriterError.NoError, done
    return path


def contents(folder):
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}


@pytest.mark.parametrize("parameter", SINKS)
@pytest.mark.parametrize("suffix", ["gpkg", "shp", "geojson"])
def test_output_onto_the_base_is_refused(suffix, parameter, run_alg, plan, tmp_path, context):
    base = stored(plan["BASE"], tmp_path / f"现状 survey.{suffix}", "parcels")
    before = contents(tmp_path)
    target = f"{base}|layername=parcels" if suffix == "gpkg" else str(base)
    shown = "现状 survey"
    for value in (str(base), QgsProcessingFeatureSourceDefinition(str(base), True)):
        with pytest.raises(QgsProcessingException) as refused:
            run_alg("evaluatezones", **{**plan, "OUTPUT": "memory:", "BASE": value, parameter: target})
        text = str(refused.value)
        assert f"{parameter} would replace layer “{shown}”" in text
        assert "BASE" in text
        assert base.name in text
    assert contents(tmp_path) == before


def test_the_layer_is_named_as_in_the_project(run_alg, plan, tmp_path, context):
    base = stored(plan["BASE"], tmp_path / "a.gpkg", "Parcels")
    layer = QgsVectorLayer(f"{base}|layername=Parcels", "Survey 2020", "ogr")
    QgsProject.instance().addMapLayer(layer)
    wanted = QgsProcessingOutputLayerDefinition(f"ogr:dbname='{base}' table=\"parcels\" (geom)", QgsProject.instance())
    with pytest.raises(QgsProcessingException, match="OUTPUT would replace layer “Survey 2020”"):
        run_alg("evaluatezones", **{**plan, "BASE": layer.id(), "OUTPUT": wanted})


def test_another_part_of_the_shapefile_and_a_link_are_the_same(run_alg, plan, tmp_path, context):
    base = stored(plan["BASE"], tmp_path / "base.shp", "base")
    (tmp_path / "link").symlink_to(tmp_path, target_is_directory=True)
    for target in (tmp_path / "base.dbf", tmp_path / "link" / "base.shp"):
        with pytest.raises(QgsProcessingException, match="would replace layer “base”"):
            run_alg("evaluatezones", **{**plan, "OUTPUT": "memory:", "BASE": str(base), "LEDGER": str(target)})


def test_other_layers_of_the_file_are_allowed(run_alg, plan, tmp_path, context):
    """Zones, base and results in one GeoPackage: the base stays as it is."""
    base = stored(plan["BASE"], tmp_path / "all.gpkg", "parcels")
    results = run_alg("evaluatezones", **{**plan, "BASE": f"{base}|layername=parcels", "OUTPUT": str(base)})
    assert results["OUTPUT"] == f"{base}|layername=cp_zones"
    assert QgsVectorLayer(f"{base}|layername=parcels", "x", "ogr").featureCount() == plan["BASE"].featureCount()


def test_zones_may_be_replaced(run_alg, plan, tmp_path, context):
    zones = stored(plan["ZONES"], tmp_path / "zones.gpkg", "zones")
    target = f"{zones}|layername=zones"
    assert run_alg("evaluatezones", **{**plan, "ZONES": target, "OUTPUT": target})["ZONE_COUNT"] == 2


def test_tables_of_databases(qgis_app, tmp_path):
    """Who connects does not matter, where it is does."""
    table = _table("dbname='gis' host=h port=5432 user='a' key='id' table=\"public\".\"base\" (geom)")
    assert table == _table("dbname='gis' host=h port=5432 user='b' table=\"base\" (the_geom)")
    assert table != _table('dbname=\'gis\' host=h port=5432 table="plans"."base" (geom)')
    assert table != _table("dbname='other' host=h port=5432 table=\"base\" (geom)")
    assert place_of(tmp_path / "a.shp", "") == place_of(tmp_path / "a.dbf", "x")
    assert place_of(tmp_path / "a.gpkg", "X") == place_of(tmp_path / "a.gpkg", "x")
    assert place_of(tmp_path / "a.gpkg", "x") != place_of(tmp_path / "a.gpkg", "y")

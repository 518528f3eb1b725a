"""What a destination means: memory, file, layer of a file, database."""

import pytest
from qgis.core import (
    QgsProcessingOutputLayerDefinition,
    QgsProcessingParameterFeatureSink,
    QgsProject,
)

from carbon_planner.base.errors import StorageError
from carbon_planner.bridge.tables import LEDGER, PIECES, ZONES
from carbon_planner.bridge.targets import resolve

NAMES = {"OUTPUT": ZONES, "PIECES": PIECES, "LEDGER": LEDGER}


def test_same_target_twice_is_refused(qgis_app, context, tmp_path):
    path = str(tmp_path / "a.gpkg")
    definitions = [QgsProcessingParameterFeatureSink(n, n, optional=True) for n in ("OUTPUT", "PIECES", "LEDGER")]
    targets = resolve(definitions, NAMES, {"OUTPUT": path, "PIECES": path, "LEDGER": path}, context)
    assert [t.layer for t in targets.values()] == [ZONES, PIECES, LEDGER]
    uri = f"ogr:dbname='{path}' table=\"same\" (geom)"
    with pytest.raises(StorageError, match="OUTPUT and PIECES"):
        resolve(definitions, NAMES, {"OUTPUT": uri, "PIECES": uri}, context)
    shp = str(tmp_path / "a.shp")
    with pytest.raises(StorageError, match="same place"):
        resolve(definitions, NAMES, {"OUTPUT": shp, "LEDGER": str(tmp_path / "a.dbf")}, context)


def test_resolve_knows_every_kind_of_value(qgis_app, context, tmp_path):
    definition = [QgsProcessingParameterFeatureSink("OUTPUT", "Evaluated zones", optional=True, createByDefault=False)]

    def kind(value):
        found = resolve(definition, NAMES, {"OUTPUT": value}, context).get("OUTPUT")
        return found and (found.kind, found.path and found.path.name, found.layer)

    assert kind(None) is None
    assert kind("") is None
    assert kind("memory:") == ("memory", None, "")
    assert kind("TEMPORARY_OUTPUT") == ("memory", None, "Evaluated zones")
    assert kind(f"{tmp_path}/a b.GPKG") == ("gpkg", "a b.GPKG", "cp_zones")
    assert kind(f"{tmp_path}/a.gpkg|layername=x") == ("gpkg", "a.gpkg", "x")
    assert kind(f"{tmp_path}/a") == ("gpkg", "a.gpkg", "cp_zones")
    assert kind(f"ogr:dbname='{tmp_path}/规划.gpkg' table=\"结果\" (geom)") == ("gpkg", "规划.gpkg", "结果")
    assert kind('postgis:dbname=\'x\' table="public"."y" (geom)')[0] == "provider"
    layer = QgsProcessingOutputLayerDefinition(f"{tmp_path}/a.shp", QgsProject.instance())
    assert kind(layer) == ("shapefile", "a.shp", "a")
    target = resolve(definition, NAMES, {"OUTPUT": layer}, context)["OUTPUT"]
    assert target.details.outputName == "OUTPUT"

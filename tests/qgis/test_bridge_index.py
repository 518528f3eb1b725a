"""The spatial index of a GeoPackage is made in a step that hears a cancel."""

from __future__ import annotations

import threading
import time

import pytest
from osgeo import gdal, ogr, osr

from carbon_planner.base.errors import Cancelled, StorageError
from carbon_planner.base.feedback import Silent
from carbon_planner.bridge.geopackage_index import build_index
from carbon_planner.bridge.staging import Staging

NAME = "分区 'a'"


class Impatient(Silent):
    """Cancels at the first look, and notes when."""

    def cancelled(self):
        return True


def made(path, count):
    """A layer of squares without an index."""
    place = osr.SpatialReference()
    place.ImportFromEPSG(4527)
    dataset = gdal.GetDriverByName("GPKG").Create(str(path), 0, 0, 0, gdal.GDT_Unknown)
    layer = dataset.CreateLayer(NAME, place, ogr.wkbPolygon, ["SPATIAL_INDEX=NO", "GEOMETRY_NAME=geom"])
    layer.StartTransaction()
    for number in range(count):
        feature = ogr.Feature(layer.GetLayerDefn())
        x = number * 10
        feature.SetGeometry(ogr.CreateGeometryFromWkt(f"POLYGON(({x} 0,{x + 9} 0,{x + 9} 9,{x} 0))"))
        layer.CreateFeature(feature)
    layer.CommitTransaction()
    del layer, dataset
    return path


def settled():
    """Wait for the thread of an abandoned index."""
    end = time.monotonic() + 60
    while any(t.name == "carbon_planner index" for t in threading.enumerate()):
        assert time.monotonic() < end
        time.sleep(0.02)


def test_index_is_there(qgis_app, tmp_path):
    path = made(tmp_path / "a.gpkg", 50)
    build_index(path, NAME, "geom", Silent())
    dataset = gdal.OpenEx(str(path), gdal.OF_VECTOR)
    layer = dataset.GetLayerByName(NAME)
    assert layer.TestCapability("FastSpatialFilter")
    layer.SetSpatialFilterRect(101, 1, 105, 3)
    assert layer.GetFeatureCount() == 1
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.gpkg"]


def test_no_such_layer(qgis_app, tmp_path):
    path = made(tmp_path / "a.gpkg", 2)
    with pytest.raises(StorageError):
        build_index(path, "nothing", "geom", Silent())


def test_cancel_returns_at_once_and_leaves_nothing(qgis_app, tmp_path):
    """The thread goes on with a file that is gone already; the folder is empty when it has ended."""
    with Staging(tmp_path) as staging:
        path = made(staging.new / "a.gpkg", 60_000)
        started = time.monotonic()
        with pytest.raises(Cancelled):
            build_index(path, NAME, "geom", Impatient())
    assert time.monotonic() - started < 1.0
    settled()
    assert list(tmp_path.iterdir()) == []

"""Detection of class systems on real layers."""

import csv

import pytest

from carbon_planner.classes.detect import detect
from carbon_planner.classes.library import ClassLibrary


def column(path, field, layer=None):
    """All values of a field of a vector file."""
    ogr = pytest.importorskip("osgeo.ogr", reason="GDAL's Python binding is not installed")
    source = ogr.Open(str(path))
    features = source.GetLayerByName(layer) if layer else source.GetLayer(0)
    return [feature.GetField(field) for feature in features]


def test_corine_of_poznan(data_dir):
    codes = column(data_dir / "poznan_corine" / "poznan_clc2018.gpkg", "CODE_18")
    found = detect(codes, field="CODE_18")
    assert (found.system, found.score, found.unknown, found.ambiguous) == ("corine", 1.0, (), False)
    library = ClassLibrary.shipped()
    assert all(library.match("corine", code).generic for code in codes)


def test_taiwan_zones_fit_no_shipped_system(data_dir):
    names = column(data_dir / "tw_zoning" / "H0304.json", "使用分")
    found = detect(names, field="使用分", layer="H0304")
    assert found.system == ""
    assert found.message.id == "CLASS_NOT_DETECTED"
    assert found.message.text("zh").startswith("H0304 / 使用分：")


def test_pools_table_with_its_own_legend(data_dir):
    with (data_dir / "carbon_pools_willamette" / "carbon_pools_willamette.csv").open(encoding="utf-8-sig") as handle:
        rows = list(csv.DictReader(handle))
    key = next(name for name in rows[0] if name.lower() == "lucode")
    found = detect([row[key] for row in rows], field=key)
    assert found.system == ""

"""Bad parameters of ``evaluatezones``: refused before anything is read or written, in one line with a remedy."""

from __future__ import annotations

import pytest
from conftest import make_layer, square
from qgis.core import QgsProcessingException

BAD = {
    "neither plan nor baseline": ({"ZONE_CLASS": None, "BASE": None, "BASE_CLASS": None}, "Nothing to evaluate"),
    "base without its class": ({"BASE_CLASS": None}, "BASE needs BASE_CLASS"),
    "class without base": ({"BASE": None}, "no layer BASE is given"),
    "two baselines": ({"ZONE_BASE_CLASS": "now"}, "two baselines"),
    "green ratio without a plan": ({"ZONE_CLASS": None, "GREEN_RATIO": "id"}, "GREEN_RATIO describes the plan"),
    "base system without base": (
        {"BASE": None, "BASE_CLASS": None},
        "BASE_CLASS_SYSTEM is given, but no baseline",
    ),
    "area field without its method": ({"AREA_FIELD": "dlbm"}, "AREA_METHOD = field and AREA_FIELD belong together"),
    "area method without a field": ({"AREA_METHOD": "field"}, "AREA_METHOD = field and AREA_FIELD belong together"),
    "ends before it starts": ({"START_YEAR": 2060, "END_YEAR": 2025}, "end year 2025 must be later"),
    "ends when it starts": ({"START_YEAR": 2030, "END_YEAR": 2030}, "end year 2030 must be later"),
    "year out of range": ({"START_YEAR": 1066}, "START_YEAR"),
    "no such zone field": ({"ZONE_CLASS": "nowhere"}, "“nowhere”"),
    "no such base field": ({"BASE_CLASS": "nowhere"}, "“nowhere”"),
    "no such id field": ({"ZONE_ID": "nowhere"}, "“nowhere”"),
    "no such zones": ({"ZONES": "/nowhere/zones.shp"}, "ZONES"),
    "no such base": ({"BASE": "/nowhere/base.shp"}, "BASE"),
    "unknown choice": ({"LAND_METHOD": "guess"}, "LAND_METHOD"),
    "unknown class system": ({"ZONE_CLASS_SYSTEM": "mine"}, "mine"),
    "unknown factor set": ({"FACTOR_SET": "cq_mixed"}, "cq_mixed_0_100cm"),
    "unknown encoding": ({"ENCODING": "klingon"}, "klingon"),
    "unknown format": ({"OUTPUT": "zones.dxf"}, "dxf"),
    "folder that is not there": ({"OUTPUT": "/nowhere/at/all/zones.gpkg"}, "/nowhere/at/all"),
}


@pytest.mark.parametrize("name", BAD)
def test_refused_with_a_reason(name, run_alg, plan, tmp_path, recorder):
    change, words = BAD[name]
    target = tmp_path / "out.gpkg"
    feedback = recorder()
    with pytest.raises(QgsProcessingException) as caught:
        run_alg("evaluatezones", feedback, **{**plan, "OUTPUT": str(target), **change})
    text = str(caught.value).replace("Unable to execute algorithm\n", "").strip()
    assert words in text
    assert "Traceback" not in text
    assert "\n" not in text
    assert not target.exists()
    assert list(tmp_path.iterdir()) == []


def test_the_other_fields_are_named(run_alg, plan):
    with pytest.raises(QgsProcessingException, match="id, plan, now"):
        run_alg("evaluatezones", **{**plan, "ZONE_CLASS": "Plan class", "OUTPUT": "memory:"})


def test_two_outputs_with_one_file_are_refused(run_alg, plan, tmp_path):
    target = str(tmp_path / "both.geojson")
    with pytest.raises(QgsProcessingException, match=r"OUTPUT.*LEDGER|LEDGER.*OUTPUT"):
        run_alg("evaluatezones", **plan, OUTPUT=target, LEDGER=target)
    assert list(tmp_path.iterdir()) == []


def test_two_outputs_with_one_layer_of_a_geopackage_are_refused(run_alg, plan, tmp_path):
    target = tmp_path / "both.gpkg"
    with pytest.raises(QgsProcessingException, match="PIECES"):
        run_alg(
            "evaluatezones",
            **plan,
            OUTPUT=f"ogr:dbname='{target}' table=\"same\" (geom)",
            PIECES=f"ogr:dbname='{target}' table=\"same\" (geom)",
        )
    assert list(tmp_path.iterdir()) == []


def test_report_in_the_place_of_a_layer_is_refused(run_alg, plan, tmp_path):
    target = str(tmp_path / "both.json")
    with pytest.raises(QgsProcessingException, match="OUTPUT and REPORT"):
        run_alg("evaluatezones", **plan, OUTPUT=target, REPORT=str(tmp_path / "both.html"))
    assert list(tmp_path.iterdir()) == []


def test_no_crs_is_refused_with_a_remedy(run_alg, tmp_path):
    zones = make_layer([(square(0, 0), "z1", "forest")], "id:string,now:string", crs="")
    with pytest.raises(QgsProcessingException, match="no coordinate reference system"):
        run_alg(
            "evaluatezones",
            ZONES=zones,
            ZONE_BASE_CLASS="now",
            BASE_CLASS_SYSTEM="generic",
            OUTPUT=str(tmp_path / "x.gpkg"),
        )
    assert list(tmp_path.iterdir()) == []


def test_values_that_are_no_ratios_are_named(run_alg, tmp_path):
    zones = make_layer([(square(0, 0), "z1", "0701", "viel"), (square(200, 0), "z2", "0701", "30%")],
                       "id:string,plan:string,green:string")  # fmt: skip
    with pytest.raises(QgsProcessingException, match="z1: viel"):
        run_alg("evaluatezones", ZONES=zones, ZONE_ID="id", ZONE_CLASS="plan", GREEN_RATIO="green", OUTPUT="memory:")


def test_shares_above_one_are_refused(run_alg):
    zones = make_layer([(square(0, 0), "z1", "0701", 0.7, 0.5)], "id:string,plan:string,green:double,dense:double")
    with pytest.raises(QgsProcessingException, match="z1"):
        run_alg("evaluatezones", ZONES=zones, ZONE_ID="id", ZONE_CLASS="plan", GREEN_RATIO="green",
                BUILDING_DENSITY="dense", OUTPUT="memory:")  # fmt: skip

"""Taiwan's zones in every encoding and container of practice, through real QGIS: the numbers of the GeoJSON."""

import csv

import numpy as np
import pytest
from qgis.core import QgsCoordinateReferenceSystem, QgsProcessingException, QgsProject, QgsVectorLayer

from carbon_planner import api

TAINAN, TOUFEN = "台南市安平港歷史風貌園區特定區計畫", "頭份交流道附近特定區計畫"
DOUNAN, FENGYUAN = "高速公路斗南交流道附近特定區計畫", "高速公路豐原交流道附近特定區計畫"
ZHONGLI = "高速公路中壢及內壢交流道附近特定區計畫"
GDB = "filegdb/都市計畫.gdb"
#         file of tw_zoning_formats, GeoJSON of tw_zoning, encoding that the run has to find
CASES = {
    "GBK undeclared": (f"gbk_undeclared/{DOUNAN}.shp", "P0303", "GBK"),
    "GBK by LDID": (f"gbk_ldid_only/{TAINAN}.shp", "D0301", "GBK"),
    "GBK by .cpg": (f"gbk_with_cpg/{TOUFEN}.shp", "K0301", "GBK"),
    "Big5 by LDID": (f"big5_ldid/{FENGYUAN}.shp", "L0301", "Big5"),
    "geodatabase D": (f"{GDB}|layername={TAINAN}", "D0301", ""),
    "geodatabase K": (f"{GDB}|layername={TOUFEN}", "K0301", ""),
    "geodatabase P": (f"{GDB}|layername={DOUNAN}", "P0303", ""),
}
NUMBERS = ["cp_area_ha", "cp_bstk_tc", "cp_bflux_t", "cp_unk_ha", "cp_ovl_ha"]
TEXTS = ["使用分", "cp_flags", "cp_method", "cp_fset"]
EXACT = 1e-9


@pytest.fixture(scope="module")
def pools(data, tmp_path_factory):
    """A factor table whose codes are the zone names: every other name is left out, so that unknown area exists too."""
    from data_helpers import column

    names = sorted({n for case in CASES.values() for n in column(data(f"tw_zoning/{case[1]}.json"), "使用分")})
    path = tmp_path_factory.mktemp("pools") / "tw_names.csv"
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle)
        writer.writerow(["lucode", "LULC_Name", "C_above", "C_below", "C_soil", "C_dead"])
        writer.writerows([name, name, 1 + i, 2, 30, 4] for i, name in enumerate(names) if i % 5)
    return path


@pytest.fixture
def evaluated(run_alg, rows_of, pools, recorder):
    def run(zones, **more):
        feedback = recorder()
        given = {"ZONE_BASE_CLASS": "使用分", "FACTOR_SET": str(pools), "OUTPUT": "memory:", **more}
        results = run_alg("evaluatezones", feedback=feedback, ZONES=zones, **given)
        return results, rows_of(results["OUTPUT"]), feedback

    return run


@pytest.fixture(scope="module")
def kept():
    return {}


@pytest.fixture
def geojson(evaluated, data, kept):
    """Outputs and rows of a plan read from its GeoJSON, each evaluated once."""

    def run(plan):
        if plan not in kept:
            kept[plan] = evaluated(str(data(f"tw_zoning/{plan}.json")))[:2]
            kept[plan][0].pop("OUTPUT")
        return kept[plan]

    return run


def compare(one, two, *, geodatabase=False):
    """Numbers and texts of the rows. A geodatabase has its features in another order, and its coordinates on a grid
    of 0.1 mm: a border of a kilometre may move the area by 0.1 m²."""
    assert len(one) == len(two)
    within = (1e-6, 1e-6) if geodatabase else (EXACT, EXACT)
    if geodatabase:
        one, two = (sorted(rows, key=lambda row: (row["Shape_Area"], row["使用分"])) for rows in (one, two))
    for name in NUMBERS:
        left, right = ([np.nan if row[name] is None else row[name] for row in rows] for rows in (one, two))
        np.testing.assert_allclose(left, right, rtol=within[0], atol=within[1], err_msg=name)
    for name in TEXTS:
        assert [row[name] for row in one] == [row[name] for row in two], name


@pytest.mark.parametrize("name", CASES)
def test_same_numbers_and_texts_as_the_geojson_and_as_plain_python(name, data, evaluated, geojson, pools):
    given, plan, encoding = CASES[name]
    file, _, layer = given.partition("|layername=")
    path = data(f"tw_zoning_formats/{file}")
    wanted, rows = geojson(plan)
    results, found, feedback = evaluated(f"{path}|layername={layer}" if layer else str(path))
    compare(found, rows, geodatabase=bool(layer))
    assert sum(row["cp_bstk_tc"] is not None for row in found) > 0
    for output in ("AREA_HA", "ZONE_OVL_HA"):
        assert results[output] == pytest.approx(wanted[output], rel=1e-6 if layer else EXACT, abs=1e-6 if layer else 0)
    assert results["STATUS"] == "baseline_only"
    assert results["NET_TCO2E"] is None
    if encoding:
        assert any(f"read as {encoding}" in line for line in feedback.infos)
    plain = api.evaluate_files(
        path,
        zone_base_class="使用分",
        zones_layer=layer,
        encoding=encoding,
        settings=api.Settings(factor_set=str(pools)),
    ).zones
    for column in NUMBERS:
        numbers = [np.nan if row[column] is None else row[column] for row in found]
        np.testing.assert_allclose(plain[column].astype(float), numbers, rtol=EXACT, atol=EXACT, err_msg=column)
    assert plain["cp_flags"].tolist() == [row["cp_flags"] or "" for row in found]
    assert plain["cp_fset"].tolist() == [row["cp_fset"] for row in found]


@pytest.mark.parametrize("name", ["GBK undeclared", "Big5 by LDID"])
def test_encoding_may_be_stated(name, data, evaluated, geojson):
    given, plan, encoding = CASES[name]
    compare(evaluated(str(data(f"tw_zoning_formats/{given}")), ENCODING=encoding)[1], geojson(plan)[1])


def test_a_wrong_encoding_is_told(data, evaluated):
    given, _, _ = CASES["GBK undeclared"]
    with pytest.raises(QgsProcessingException, match="使用分"):
        evaluated(str(data(f"tw_zoning_formats/{given}")), ENCODING="UTF-8")


def test_without_prj_it_is_refused_with_a_remedy(data, evaluated):
    path = data(f"tw_zoning_formats/utf8_undeclared_no_prj/{ZHONGLI}.shp")
    with pytest.raises(QgsProcessingException) as caught:
        evaluated(str(path))
    assert ZHONGLI in str(caught.value)
    assert "no coordinate reference system" in str(caught.value)
    assert "Set CRS" in str(caught.value)


def test_once_the_crs_is_assigned_it_has_the_numbers_of_the_geojson(data, evaluated, geojson, context):
    layer = QgsVectorLayer(str(data(f"tw_zoning_formats/utf8_undeclared_no_prj/{ZHONGLI}.shp")), "zones", "ogr")
    layer.setCrs(QgsCoordinateReferenceSystem("EPSG:3826"))
    QgsProject.instance().addMapLayer(layer, False)
    results, found, _ = evaluated(layer)
    compare(found, geojson("H0304")[1])
    assert "repaired" in results["WARNINGS"]

"""One plan, one result: every format, real QGIS, a model and plain Python give the same numbers (≤ 1e-9)."""

from pathlib import Path

import numpy as np
import pytest
import shapely
from data_helpers import column, shapes
from osgeo import gdal
from qgis.core import QgsFeatureRequest, QgsProcessingModelAlgorithm, QgsProject, QgsVectorLayer

import carbon_planner
from carbon_planner import api
from carbon_planner.base.fields import land_fields, ledger_fields
from carbon_planner.geometry.crs import transform

RESOURCES = Path(carbon_planner.__file__).parent / "resources"
SAMPLE = {name: RESOURCES / "sample" / f"{name}.geojson" for name in ("zones", "base")}
FIELDS = {
    "ZONE_ID": "zone_id",
    "ZONE_CLASS": "class_code",
    "GREEN_RATIO": "green_ratio",
    "BUILDING_DENSITY": "bldg_dens",
    "PLOT_RATIO": "plot_ratio",
    "BASE_CLASS": "DLBM",
}
REALS = [f.name for f in land_fields() if f.kind == "real"]
TEXTS = ["cp_zone_id", "cp_method", "cp_bl", "cp_scope", "cp_conf", "cp_flags", "cp_fset"]
TOTALS = {
    "AREA_HA": "area_ha",
    "ZONE_OVL_HA": "zone_overlap_ha",
    "NET_TCO2E": "net",
    "NET_LOW": "low",
    "NET_HIGH": "high",
}
EXACT = {"rtol": 1e-9, "atol": 1e-9}


def plain(paths, **settings):
    """The sample's parameters through the public Python interface."""
    green = FIELDS["GREEN_RATIO"][: 10 if paths["zones"].suffix == ".shp" else None]
    return api.evaluate_files(
        paths["zones"], zone_id="zone_id", zone_class="class_code", green_ratio=green, building_density="bldg_dens",
        plot_ratio="plot_ratio", base=paths["base"], base_class="DLBM", settings=api.Settings(**settings),
    )  # fmt: skip


def in_format(kind, folder):
    """The sample in another format; a GBK shapefile as old software leaves it, without any declaration."""
    if kind == "geojson":
        return dict(SAMPLE)
    driver, options = {"gpkg": ("GPKG", []), "shp": ("ESRI Shapefile", ["ENCODING=GBK"])}[kind]
    paths = {}
    for name, source in SAMPLE.items():
        paths[name] = folder / f"{name}.{kind}"
        with gdal.quiet_errors() if hasattr(gdal, "quiet_errors") else _quiet():
            gdal.VectorTranslate(str(paths[name]), str(source), format=driver, layerCreationOptions=options)
    for cpg in folder.glob("*.cpg"):
        cpg.unlink()
    return paths


class _quiet:  # noqa: N801 - stands in for gdal.quiet_errors before GDAL 3.7
    def __enter__(self):
        gdal.PushErrorHandler("CPLQuietErrorHandler")  # that field names are cut to ten bytes is meant

    def __exit__(self, *_):
        gdal.PopErrorHandler()


def in_memory(path, keep):
    """A memory layer with the features of a file."""
    source = QgsVectorLayer(str(path), path.stem, "ogr")
    layer = source.materialize(QgsFeatureRequest())
    layer.setName(path.stem)
    QgsProject.instance().addMapLayer(layer, False)
    keep.append(layer)
    return layer


@pytest.fixture(scope="module")
def reference():
    return plain(SAMPLE)


@pytest.fixture(scope="module")
def stamps():
    return {}


def same_rows(rows, wanted, names=REALS):
    """Rows of an output layer and the table of an evaluation."""
    assert len(rows) == len(wanted)
    for name in names:
        numbers = [np.nan if row[name] is None else row[name] for row in rows]
        np.testing.assert_allclose(numbers, wanted[name].astype(float), **EXACT, err_msg=name)
    for name in TEXTS:
        assert [row[name] or None for row in rows] == [value or None for value in wanted[name]], name


def same_totals(results, totals):
    for output, name in TOTALS.items():
        if np.isnan(getattr(totals, name)):
            assert results[output] is None, output
            continue
        assert results[output] == pytest.approx(getattr(totals, name), rel=1e-9, abs=1e-9), output
    assert results["ZONE_COUNT"] == totals.zone_count


@pytest.mark.parametrize("kind", ["geojson", "gpkg", "shp", "memory"])
def test_sample_in_every_format(kind, tmp_path, run_alg, rows_of, reference, stamps):
    keep = []
    paths = in_format("geojson" if kind == "memory" else kind, tmp_path)
    given = {name: in_memory(path, keep) if kind == "memory" else str(path) for name, path in paths.items()}
    fields = {**FIELDS, "GREEN_RATIO": "green_rati"} if kind == "shp" else FIELDS
    results = run_alg(
        "evaluatezones", ZONES=given["zones"], BASE=given["base"], **fields, OUTPUT="memory:", LEDGER="memory:"
    )
    rows = rows_of(results["OUTPUT"])
    same_rows(rows, reference.zones)
    same_totals(results, reference.totals)
    assert [row["cp_stamp"] for row in rows] == stamps.setdefault("of the first", [row["cp_stamp"] for row in rows])
    ledger = rows_of(results["LEDGER"])
    wanted = reference.ledger
    assert len(ledger) == len(wanted)
    for field in ledger_fields():
        if field.kind == "real":
            numbers = [np.nan if row[field.name] is None else row[field.name] for row in ledger]
            np.testing.assert_allclose(numbers, wanted[field.name].astype(float), **EXACT, err_msg=field.name)
    if kind != "memory":
        found = plain(paths)
        for name in REALS:
            np.testing.assert_allclose(found.zones[name], reference.zones[name].astype(float), **EXACT, err_msg=name)
        assert found.zones["cp_flags"].tolist() == reference.zones["cp_flags"].tolist()


@pytest.mark.parametrize(
    "settings",
    [
        {"land_method": "flux"},
        {"stock_timing": "pulse", "end_year": 2035},
        {"area_method": "planar", "start_year": 2020},
        {"factor_set": "cn_national_2018"},
    ],
)
def test_every_setting_means_the_same(settings, run_alg, rows_of):
    wanted = plain(SAMPLE, **settings)
    given = {name.upper(): value for name, value in settings.items()}
    paths = {name.upper(): str(path) for name, path in SAMPLE.items()}
    results = run_alg("evaluatezones", **paths, **FIELDS, **given, OUTPUT="memory:")
    same_rows(rows_of(results["OUTPUT"]), wanted.zones)
    same_totals(results, wanted.totals)


def test_the_sample_model_gives_the_numbers_of_plain_python(provider, context, recorder, rows_of):
    import processing

    model = QgsProcessingModelAlgorithm()
    assert model.fromFile(str(RESOURCES / "models" / "evaluate_plan.model3"))
    values = {"zones": str(SAMPLE["zones"]), "base": str(SAMPLE["base"])}
    values.update({"zone_id": "zone_id", "plan_class": "class_code", "base_class": "DLBM"})
    sinks = {d.name(): "memory:" for d in model.destinationParameterDefinitions() if d.type() == "sink"}
    results = processing.run(model, {**values, **sinks}, context=context, feedback=recorder())
    wanted = api.evaluate_files(
        SAMPLE["zones"], zone_id="zone_id", zone_class="class_code", base=SAMPLE["base"], base_class="DLBM"
    )
    same_rows(rows_of(results["evaluate:Evaluated zones"]), wanted.zones)


def planned(path, crs, count=6):
    """Zones of a plan over the CORINE layer, in another CRS; planned classes in turn."""
    left, low, right, high = shapely.total_bounds(shapes(path))
    x, y = np.meshgrid(np.linspace(left, right, count + 1)[:-1], np.linspace(low, high, count + 1)[:-1])
    boxes = shapely.box(x, y, x + (right - left) / count * 1.02, y + (high - low) / count).ravel()  # a little overlap
    drawn = api.Crs.from_text("EPSG:2180")
    codes = ["0701", "0901", "1001", "1207", "1401", "0301", "0103", "1702", None]
    return transform(boxes, drawn, crs), [codes[i % len(codes)] for i in range(len(boxes))]


@pytest.mark.parametrize("code", ["EPSG:2180", "EPSG:3857", "EPSG:4258"])
def test_a_plan_over_corine_in_three_systems(code, data, run_alg, rows_of, make_layer):
    """36 overlapping zones over 1521 parcels, the parcels in EPSG:2180: QGIS and plain Python, each by its own PROJ."""
    path = data("poznan_corine/poznan_clc2018.gpkg")
    crs = api.Crs.from_text(code)
    boxes, codes = planned(path, crs)
    names = [f"Z{i:02d}" for i in range(len(boxes))]
    layer = make_layer(
        list(zip(shapely.to_wkt(boxes, rounding_precision=-1), names, codes)), "id:string,use:string", code, "plan"
    )
    results = run_alg(
        "evaluatezones", ZONES=layer, ZONE_ID="id", ZONE_CLASS="use", ZONE_CLASS_SYSTEM="landsea2023",
        BASE=f"{path}|layername=clc", BASE_CLASS="CODE_18", OUTPUT="memory:",
    )  # fmt: skip
    own = api.Crs.from_text("EPSG:2180")
    base = api.BaseParcels(
        "clc", [str(i) for i in range(1521)], shapes(path), own, column(path, "CODE_18"), class_field="CODE_18"
    )
    zones = api.PlanZones("plan", names, boxes, crs, plan_class=codes)
    wanted = api.evaluate(zones, base, api.Settings(plan_system="landsea2023"))
    assert wanted.base_system == "corine"
    same_rows(rows_of(results["OUTPUT"]), wanted.zones)
    same_totals(results, wanted.totals)
    assert results["BALANCE_ERROR"] < 1e-8
    assert wanted.totals.zone_overlap_ha > 0


LAYERS = {
    "land use of Helsinki": ("helsinki_osm/helsinki_landuse.gpkg", "landuse", "landuse"),
    "a damaged shapefile": ("swellendam_osm/water.shp", "water", "natural"),
    "subzones with heights": ("singapore_zones/MP2019-subzone.shp", "MP2019-subzone", "PLN_AREA_C"),
    "counties in NAD27": ("north_carolina_counties/nc.gpkg", "nc.gpkg", "NAME"),
    "a hand-written CRS": ("zion_nlcd/zion.gpkg", "zion", "STATE"),
    "plots in Web Mercator": ("prague_bubenec_plots/bubenec.gpkg", "plots", "TYPPPD_KOD"),
    "an invalid city": ("medford_citylimits/medford_citylimits.shp", "medford_citylimits", "acres"),
    "forest stands": ("finland_forest_stands/forest_stands_2012.shp", "forest_stands_2012", "StandID"),
}


@pytest.mark.parametrize("name", LAYERS)
def test_real_layers_through_qgis_and_plain_python(name, data, run_alg, rows_of):
    file, layer, field = LAYERS[name]
    path = data(file)
    results = run_alg(
        "evaluatezones", ZONES=f"{path}|layername={layer}", ZONE_BASE_CLASS=field, BASE_CLASS_SYSTEM="generic",
        OUTPUT="memory:",
    )  # fmt: skip
    wanted = api.evaluate_files(
        path, zones_layer=layer, zone_base_class=field, settings=api.Settings(base_system="generic")
    )
    same_rows(rows_of(results["OUTPUT"]), wanted.zones)
    same_totals(results, wanted.totals)
    told = results["WARNINGS"].splitlines()
    shown = [m.text("en").replace(f"“{layer}”", "").replace(f"{layer}: ", "") for m in wanted.warnings]
    tails = [text.split(": ", 1)[-1] for text in shown if "damaged" not in text]  # QGIS reads such records as null
    assert [any(tail in line for line in told) for tail in tails] == [True] * len(tails)

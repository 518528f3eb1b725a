"""Job files: what they hold, replay bit for bit, refusals that name what has changed."""

from __future__ import annotations

import json

import numpy as np
import pytest

ogr = pytest.importorskip("osgeo.ogr", reason="GDAL's Python binding is not installed")
from osgeo import osr

from carbon_planner import api
from carbon_planner.base.errors import FactorError, InputError
from carbon_planner.jobs import replay as replaying
from carbon_planner.jobs.job import SCHEMA, Job

X, Y = 500_000.0, 3_300_000.0
SETTINGS = api.Settings(plan_system="landsea2023", base_system="survey3")


def square(x=0.0, side=100.0):
    corners = ((0, 0), (side, 0), (side, side), (0, side), (0, 0))
    return "POLYGON((" + ",".join(f"{X + x + a} {Y + b}" for a, b in corners) + "))"


def write(path, rows, fields, name):
    """A GeoPackage with one layer; numbers become reals."""
    if path.exists():
        path.unlink()
    dataset = ogr.GetDriverByName("GPKG").CreateDataSource(str(path))
    reference = osr.SpatialReference()
    reference.ImportFromEPSG(4545)
    layer = dataset.CreateLayer(name, reference, ogr.wkbUnknown)
    for field, value in zip(fields, rows[0][1:]):
        layer.CreateField(ogr.FieldDefn(field, ogr.OFTString if isinstance(value, str) else ogr.OFTReal))
    for wkt, *values in rows:
        feature = ogr.Feature(layer.GetLayerDefn())
        feature.SetGeometry(ogr.CreateGeometryFromWkt(wkt))
        for place, value in enumerate(values):
            feature.SetField(place, value)
        layer.CreateFeature(feature)
    return path


ZONES = [(square(), "A", "0701", 2026.0, 2030.0, 150.0), (square(100), "B", "0601", 2028.0, 2029.0, 0.0)]
PARCELS = [(square(-50, 300), "0301"), (square(3000), "0103")]


@pytest.fixture
def files(tmp_path):
    zones = write(tmp_path / "plan.gpkg", ZONES, ("id", "code", "start", "finish", "pop"), "plan")
    return zones, write(tmp_path / "base.gpkg", PARCELS, ("DLBM",), "dltb")


def run(files, **more):
    zones, base = files
    names = {"zone_id": "id", "zone_class": "code", "phase_start": "start", "phase_finish": "finish",
             "quantities": {"population": "pop"}, "settings": SETTINGS}  # fmt: skip
    return api.evaluate_files(zones, base=base, base_class="DLBM", **{**names, **more})


def test_a_job_holds_sources_settings_sets_and_versions(files):
    known = json.loads(run(files).job.to_json())
    assert (known["schema"], known["schema_version"], known["route"]) == (SCHEMA, 1, "python")
    assert known["sources"]["zones"]["location"] == str(files[0])
    assert known["sources"]["zones"]["fields"]["plan.population"] == "pop"
    assert set(known["sources"]["zones"]["parts"]) == {
        "ids", "geometry", "plan_class", "plan.population", "phase_start", "phase_finish", "phase_demolition",
        "phase_curve",
    }  # fmt: skip
    assert known["sources"]["base"]["fields"] == {"classes": "DLBM"}
    assert known["settings"]["end_year"] == 2060
    assert known["curve"] == "linear"
    ref, content = next(iter(known["factor_sets"].items()))
    assert api.open_set(ref).content_hash == content
    assert known["versions"]["numpy"] == np.__version__
    assert known["results"]["totals"]["net"] == run(files).totals.net


def test_replay_is_identical_bit_for_bit(files, tmp_path):
    first = run(files)
    path = tmp_path / "job.json"
    path.write_text(first.job.to_json(), encoding="utf-8")
    again = api.replay(path)
    assert (again.verdict, again.deviations, again.versions) == (replaying.IDENTICAL, [], [])
    assert again.evaluation.totals.net == first.totals.net
    assert again.evaluation.zones["cp_net_t"].tolist() == first.zones["cp_net_t"].tolist()
    assert again.evaluation.settings.factor_set == first.factor_set.info.ref  # pinned, not "the default of today"


def test_moved_and_rewritten_files_are_the_same_source(files, tmp_path):
    """Other order of parcels, rings started elsewhere, far parcels changed: the content counts, not the bytes."""
    job = run(files).job
    moved = tmp_path / "elsewhere"
    moved.mkdir()
    ring = f"POLYGON(({X + 100} {Y},{X + 100} {Y + 100},{X} {Y + 100},{X} {Y},{X + 100} {Y}))"
    zones = write(moved / "z.gpkg", [(ring, *ZONES[0][1:]), ZONES[1]], ("id", "code", "start", "finish", "pop"), "z")
    base = write(moved / "b.gpkg", [(square(9000), "0205"), PARCELS[0]], ("DLBM",), "b")
    again = api.replay(job, zones=zones, base=base)
    assert again.verdict in (replaying.IDENTICAL, replaying.EQUAL)
    assert again.largest <= 1e-9


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"row": 0, "column": 2, "value": "0301"}, ("plan_class", "code")),
        ({"row": 1, "column": 5, "value": 7.0}, ("plan.population", "pop")),
        ({"row": 0, "column": 0, "value": square(0.001)}, ("geometry",)),
        ({"row": 1, "column": 3, "value": 2027.0}, ("phase_start", "start")),
    ],
)
def test_a_changed_source_is_refused_by_name(files, change, words):
    job = run(files).job
    rows = [list(row) for row in ZONES]
    rows[change["row"]][change["column"]] = change["value"]
    write(files[0], [tuple(row) for row in rows], ("id", "code", "start", "finish", "pop"), "plan")
    with pytest.raises(InputError) as caught:
        api.replay(job)
    assert caught.value.message.id == "JOB_SOURCES_CHANGED"
    assert all(word in caught.value.text("en") for word in (*words, "plan"))
    assert "已改变" in caught.value.text("zh")


def test_a_changed_parcel_and_a_missing_feature_are_refused(files):
    job = run(files).job
    write(files[1], [(square(-50, 300), "0302"), PARCELS[1]], ("DLBM",), "dltb")
    with pytest.raises(InputError, match="dltb"):
        api.replay(job)
    write(files[1], PARCELS, ("DLBM",), "dltb")
    write(files[0], ZONES[:1], ("id", "code", "start", "finish", "pop"), "plan")
    with pytest.raises(InputError, match="had 2 features, now it has 1"):
        api.replay(job)


def test_a_changed_factor_set_is_refused(files):
    known = run(files).job.as_dict()
    ref = next(iter(known["factor_sets"]))
    known["factor_sets"] = {ref: "0" * 64}
    with pytest.raises(FactorError) as caught:
        api.replay(Job.from_dict(known))
    assert ref in caught.value.text("en")
    known["factor_sets"] = {"no_such_set@1.0.0": "0" * 64}
    with pytest.raises(FactorError, match=r"no_such_set@1\.0\.0 is not in the library"):
        api.replay(Job.from_dict(known))


def test_other_versions_are_listed_and_figures_compared(files):
    first = run(files)
    known = first.job.as_dict()
    known["versions"]["numpy"] = "0.1"
    known["results"]["zones"] = "0" * 64  # as another version of a library might have given
    again = api.replay(Job.from_dict(known))
    assert again.versions == [("numpy", "0.1", np.__version__)]
    assert (again.verdict, again.deviations) == (replaying.EQUAL, [])
    known["results"]["totals"]["net"] *= 1.01
    again = api.replay(Job.from_dict(known))
    assert again.verdict == replaying.DIFFERENT
    assert [(d.zone, d.figure) for d in again.deviations] == [("", "net")]
    assert again.largest == pytest.approx(0.01 / 1.01)


def test_stored_zones_are_compared_figure_by_figure(files):
    first = run(files)
    job = first.job
    stored = first.zones.copy()
    stored["cp_land_t"] = stored["cp_land_t"].round(4)  # as a file keeps it: no difference
    stored.loc[0, "cp_net_t"] += 0.001
    known = {**job.as_dict(), "results": {**job.as_dict()["results"], "zones": "0" * 64}}
    given = first.given
    again = replaying.replay(
        Job.from_dict(known), given.zones, given.base, base_geometry=given.base_geometry, stored=stored
    )
    assert [(d.zone, d.figure) for d in again.deviations] == [("A", "cp_net_t")]
    assert again.verdict == replaying.DIFFERENT
    stored.loc[0, "cp_net_t"] = first.zones.loc[0, "cp_net_t"]
    again = replaying.replay(
        Job.from_dict(known), given.zones, given.base, base_geometry=given.base_geometry, stored=stored
    )
    assert (again.verdict, again.deviations) == (replaying.EQUAL, [])


def test_a_transformed_base_is_hashed_as_it_lies_in_its_file(files, tmp_path):
    """PROJ may give other coordinates tomorrow; that is no change of the source."""
    reference = osr.SpatialReference()
    reference.ImportFromEPSG(4490)
    reference.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
    source = osr.SpatialReference()
    source.ImportFromEPSG(4545)
    source.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
    turned = osr.CoordinateTransformation(source, reference)
    dataset = ogr.GetDriverByName("GPKG").CreateDataSource(str(tmp_path / "deg.gpkg"))
    layer = dataset.CreateLayer("deg", reference, ogr.wkbUnknown)
    layer.CreateField(ogr.FieldDefn("DLBM", ogr.OFTString))
    feature = ogr.Feature(layer.GetLayerDefn())
    shape = ogr.CreateGeometryFromWkt(PARCELS[0][0])
    shape.Transform(turned)
    feature.SetGeometry(shape)
    feature.SetField(0, "0301")
    layer.CreateFeature(feature)
    del feature, layer, dataset
    first = run((files[0], tmp_path / "deg.gpkg"))
    assert first.given.base_geometry is not None
    job = first.job
    assert api.replay(job).verdict == replaying.IDENTICAL
    moved = first.given.base
    nearly = type(moved)(**{**vars(moved), "geometry": moved.geometry.copy()})
    from carbon_planner.jobs.digest import of_parcels

    assert of_parcels(nearly, first.given.zones, first.given.base_geometry) == dict(job.sources["base"].parts)
    assert of_parcels(nearly, first.given.zones) != dict(job.sources["base"].parts)


def test_a_scenario_is_part_of_the_job(files):
    scenario = '{"scenario": "high", "overrides": [{"item": "forest", "parameter": "soil", "value": 9, "reason": "x"}]}'
    name, overrides = api.read_scenario(scenario)
    settings = api.Settings(plan_system="landsea2023", base_system="survey3", scenario=name, overrides=overrides)
    job = run(files, settings=settings).job
    assert Job.from_json(job.to_json()).run_settings().overrides == overrides
    assert api.replay(Job.from_json(job.to_json())).verdict == replaying.IDENTICAL


@pytest.mark.parametrize(
    ("text", "msg_id"),
    [
        ("{", "JOB_NO_JSON"),
        ("[]", "JOB_NONE"),
        ('{"schema": "carbon-planner-job", "schema_version": 9}', "JOB_SCHEMA"),
        ('{"schema": "carbon-planner-job", "schema_version": 1}', "JOB_INCOMPLETE"),
    ],
)
def test_what_is_no_job_is_said(text, msg_id):
    with pytest.raises(InputError) as caught:
        Job.from_json(text)
    assert caught.value.message.id == msg_id


def test_a_source_without_a_place_asks_for_one(files):
    known = run(files).job.as_dict()
    known["sources"]["zones"]["location"] = ""
    with pytest.raises(InputError, match="temporary layer"):
        api.replay(Job.from_dict(known))
    assert api.replay(Job.from_dict(known), zones=files[0]).verdict == replaying.IDENTICAL


def test_a_job_of_arrays_in_memory():
    """``Job.from_evaluation`` of a run without files: content hashes, no places."""
    import shapely

    zones = api.PlanZones("z", ["1"], np.array([shapely.box(X, Y, X + 100, Y + 100)], object),
                          api.Crs.from_text("EPSG:4545"), ["0701"], ["forest"])  # fmt: skip
    settings = api.Settings(plan_system="landsea2023", base_system="generic")
    job = Job.from_evaluation(api.evaluate(zones, None, settings))
    assert job.sources["zones"].location == ""
    assert replaying.replay(Job.from_json(job.to_json()), zones).verdict == replaying.IDENTICAL


def test_a_raster_as_baseline_is_hashed_by_its_cells_around_the_zones():
    import shapely

    crs = api.Crs.from_text("EPSG:4545")
    zones = api.PlanZones("z", ["1"], np.array([shapely.box(X, Y, X + 100, Y + 100)], object), crs, ["0701"])
    settings = api.Settings(plan_system="landsea2023", base_system="worldcover", area_method="planar")

    def raster(change=None, value=10):
        cover = np.full((900, 900), 40, dtype=np.uint8)
        if change is not None:
            cover[change] = value
        return api.BaseCells("cover", api.ArrayCells(cover, (X - 1000, 50.0, 0.0, Y + 1000, 0.0, -50.0)), crs)

    job = Job.from_evaluation(api.evaluate(zones, raster(), settings), base=raster())
    job = Job.from_json(job.to_json())
    assert set(job.sources["base"].parts) == {"cells", "grid", "names"}
    assert replaying.replay(job, zones, raster((800, 800))).verdict == replaying.IDENTICAL  # far from the zone
    with pytest.raises(InputError, match="cells"):
        replaying.replay(job, zones, raster((19, 20)))


def test_rules_and_defaults_of_sectors_are_pinned(files, tmp_path):
    settings = api.Settings(plan_system="landsea2023", base_system="survey3", sectors=("land", "buildings"))
    job = run(files, settings=settings).job
    assert {"building", "energy"} <= {ref.partition("@")[0] for ref in job.factor_sets}
    assert api.replay(job).verdict == replaying.IDENTICAL
    known = job.as_dict()
    known["versions"]["sector rules"] = "another"
    assert [name for name, _, _ in api.replay(Job.from_dict(known)).versions] == ["sector rules"]
    assert "sector rules" not in run(files).job.versions  # the land has none

"""Inputs of a batch: archives good and bad, files of several layers, plans with their own existing class."""

import json
import stat
import zipfile

import pytest

ogr = pytest.importorskip("osgeo.ogr", reason="GDAL's Python binding is not installed")
import batch_cases as cases

from carbon_planner import api
from carbon_planner.base.errors import InputError, SettingsError, StorageError
from carbon_planner.base.feedback import Silent
from carbon_planner.jobs.batch import in_place, run_batch, tasks_of_folder
from carbon_planner.jobs.batch_jobtable import tasks_of_table
from carbon_planner.jobs.batch_names import file_name, result_of
from carbon_planner.jobs.batch_words import plan_of
from carbon_planner.jobs.inventory import content_of, inventory
from carbon_planner.storage import unpacking

ROWS, FIELDS = cases.rows(3, cases.SEA), ("DKBH", "YDYHFLDM")


def run(source, out, **words):
    plan, notes = plan_of(words, source)
    return run_batch(out, tasks_of_folder(source, out, plan), in_place, Silent(), notes)


class Unmarked(zipfile.ZipInfo):
    """A member whose name is written as it is, without the mark of UTF-8."""

    def _encodeFilenameFlags(self):
        return self.filename.encode("cp437"), self.flag_bits & ~0x800


def zipped(path, folder):
    """An archive whose names are GBK without the mark of UTF-8, as Windows in China makes them."""
    with zipfile.ZipFile(path, "w") as archive:
        for part in sorted(folder.rglob("*")):
            if part.is_file():
                name = part.relative_to(folder).as_posix().encode("gbk").decode("cp437")
                archive.writestr(Unmarked(name), part.read_bytes())
    return path


def test_layers_of_archives_are_evaluated_one_by_one(tmp_path):
    inner, source, out = tmp_path / "inner", tmp_path / "in", tmp_path / "out"
    source.mkdir()
    cases.write(inner / "规划" / "地块.shp", ROWS, FIELDS)
    cases.write(inner / "two.gpkg", ROWS, FIELDS, layers=("a", "b"))
    (inner / "zero.geojson").touch()
    zipped(source / "plans.zip", inner)
    report = run(source, out)
    (outcome,) = report.outcomes
    status = {entry["layer"]: entry["status"] for entry in outcome["entries"]}
    assert status == {"two.gpkg|a": "plan_only", "two.gpkg|b": "plan_only", "zero.geojson": "failed",
                      "规划/地块.shp|地块": "plan_only"}  # fmt: skip
    results = [entry["result"] for entry in outcome["entries"] if "result" in entry]
    assert len(set(results)) == 3
    assert all((out / name).is_file() for name in results)
    assert run(source, out).reused == 1


def test_archives_within_archives_are_named(tmp_path):
    (tmp_path / "in").mkdir()
    with zipfile.ZipFile(tmp_path / "in" / "outer.zip", "w") as archive:
        archive.writestr("inner.zip", b"PK")
    report = run(tmp_path / "in", tmp_path / "out")
    assert [m["id"] for m in report.outcomes[0]["messages"]] == ["BATCH_ARCHIVE_NESTED"]


@pytest.mark.parametrize("name", ["../a.shp", "/a.shp", "C:/a.shp", "x/../../a.shp", "..\\a.shp"])
def test_no_member_leaves_its_folder(name, tmp_path):
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr(zipfile.ZipInfo(name), b"x")
    (tmp_path / "deep").mkdir()
    with pytest.raises(StorageError) as caught:
        unpacking.unpack(tmp_path / "a.zip", tmp_path / "deep")
    assert caught.value.message.id == "ARCHIVE_UNSAFE"
    assert list((tmp_path / "deep").iterdir()) == []


def test_links_and_double_names_are_refused(tmp_path):
    link = zipfile.ZipInfo("a.shp")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(tmp_path / "link.zip", "w") as archive:
        archive.writestr(link, b"/etc/passwd")
    with zipfile.ZipFile(tmp_path / "twice.zip", "w") as archive:
        archive.writestr("a.shp", b"x")
        archive.writestr("A.shp", b"y")
    for name in ("link.zip", "twice.zip"):
        with pytest.raises(StorageError) as caught:
            unpacking.unpack(tmp_path / name, tmp_path)
        assert caught.value.message.id == "ARCHIVE_UNSAFE"


def test_too_many_members_and_lies_about_sizes_are_refused(tmp_path, monkeypatch):
    with zipfile.ZipFile(tmp_path / "many.zip", "w") as archive:
        for number in range(unpacking.MEMBER_LIMIT + 1):
            archive.writestr(f"{number}", b"")
    with pytest.raises(StorageError) as caught:
        unpacking.unpack(tmp_path / "many.zip", tmp_path / "x")
    assert caught.value.message.id == "ARCHIVE_TOO_LARGE"
    with zipfile.ZipFile(tmp_path / "liar.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.shp", bytes(5000))
    monkeypatch.setattr(unpacking, "UNPACKED_LIMIT", 4000)
    monkeypatch.setattr(unpacking, "_check", lambda path, members: None)
    with pytest.raises(StorageError) as caught:
        unpacking.unpack(tmp_path / "liar.zip", tmp_path / "y")
    assert caught.value.message.id == "ARCHIVE_TOO_LARGE"


def test_the_existing_class_may_be_a_field_of_the_plan(tmp_path):
    rows = [(wkt, name, code, old) for (wkt, name, code), old in zip(ROWS, ("0101", "0301") * 3)]
    cases.write(tmp_path / "in" / "a.gpkg", rows, (*FIELDS, "XZDLBM"))
    report = run(tmp_path / "in", tmp_path / "out", BASE_CLASS_SYSTEM="survey3")
    (entry,) = report.outcomes[0]["entries"]
    assert (entry["plan_class"], entry["base_class"]) == ("YDYHFLDM", "XZDLBM")
    single = api.evaluate_files(
        tmp_path / "in" / "a.gpkg", zone_class="YDYHFLDM", zone_base_class="XZDLBM",
        settings=api.Settings(base_system="survey3"),
    )  # fmt: skip
    assert entry["net"] == single.totals.net


def test_counters_are_never_taken_for_classes(tmp_path):
    path = cases.write(tmp_path / "in" / "a.gpkg", [], ("kind",))
    dataset = ogr.Open(str(path), 1)
    layer = dataset.GetLayer(0)
    layer.CreateField(ogr.FieldDefn("number", ogr.OFTInteger))
    for number, (wkt, _, code) in enumerate(ROWS, start=1):
        feature = ogr.Feature(layer.GetLayerDefn())
        feature.SetGeometry(ogr.CreateGeometryFromWkt(wkt))
        feature.SetField("kind", code)
        feature.SetField("number", number)
        layer.CreateFeature(feature)
    del layer, dataset
    (entry,) = run(tmp_path / "in", tmp_path / "out").outcomes[0]["entries"]
    assert entry["plan_class"] == "kind"


def test_a_dash_in_the_mapping_means_none(tmp_path):
    rows = [(wkt, name, code, "much") for wkt, name, code in ROWS]
    cases.write(tmp_path / "in" / "a.gpkg", rows, (*FIELDS, "LDL"))
    out = tmp_path / "out"
    assert run(tmp_path / "in", out).failed == 1  # the ratio is no number
    known = json.loads((out / "mapping.json").read_text(encoding="utf-8"))
    known["sources"]["a.gpkg"]["zones"]["green_ratio"] = "-"
    (out / "mapping.json").write_text(json.dumps(known), encoding="utf-8")
    report = run(tmp_path / "in", out)
    assert report.failed == 0
    assert report.outcomes[0]["entries"][0]["plan_class"] == "YDYHFLDM"
    assert run(tmp_path / "in", out).reused == 1


def test_the_inventory_passes_over_outputs_and_hidden_folders(tmp_path):
    cases.write(tmp_path / "a.gpkg", ROWS, FIELDS)
    cases.write(tmp_path / ".hidden" / "b.gpkg", ROWS, FIELDS)
    run(tmp_path, tmp_path / "out")
    assert [one.name for one in inventory(tmp_path)] == ["a.gpkg"]
    before = content_of(tmp_path / "a.gpkg")
    assert len(before) == 64
    assert content_of(tmp_path / "none.gpkg") == ""


def test_names_of_results_are_legal_and_apart():
    names = ["a.shp", "A.shp", "a.gpkg", "x/a.shp", "con.shp", 'q"?.shp', "规划.zip"]
    made = [result_of(name) for name in names]
    assert len({name.lower() for name in made}) == len(made)
    assert result_of("x/a.shp") == "results/x/a_shp"
    assert file_name("规划") == "规划"
    assert "?" not in file_name("a?b")


def test_job_tables_tell_what_is_wrong(tmp_path):
    path = cases.write(tmp_path / "a.gpkg", ROWS, FIELDS)
    out = tmp_path / "out"
    wrong = {
        "JOBTABLE_EMPTY": [],
        "JOBTABLE_NO_ZONES": [{"NAME": "x"}],
        "JOBTABLE_COLUMN": [{"ZONES": "x", "ZONE": "y"}],
        "JOBTABLE_NAME": [{"NAME": "x", "ZONES": "a.gpkg"}, {"NAME": "X", "ZONES": "a.gpkg"}],
    }
    for reason, rows in wrong.items():
        with pytest.raises(InputError) as caught:
            tasks_of_table(rows, tmp_path, out)
        assert caught.value.message.id == reason
    rows = [{"ZONES": path.name, "END_YEAR": 2035.0}, {"ZONES": path.name, "END_YEAR": "1900"}]
    tasks, broken, _ = tasks_of_table(rows, tmp_path, out)
    assert [task.settings["end_year"] for task in tasks] == [2035]
    assert "Row 2" in broken[0]["messages"][0]["en"]
    with pytest.raises(SettingsError):
        plan_of({"DRAWS": "many"}, tmp_path)

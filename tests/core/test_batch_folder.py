"""A folder of sixty files, twenty of them damaged: right or named with a reason, the same however it is run."""

import csv
import json
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

pytest.importorskip("osgeo.ogr", reason="GDAL's Python binding is not installed")
import batch_cases as cases
from osgeo import ogr

from carbon_planner import api
from carbon_planner.base.errors import Cancelled, InputError, StorageError
from carbon_planner.base.feedback import Silent
from carbon_planner.jobs import batch, batch_journal, batch_task
from carbon_planner.jobs.batch import Outcome, Plan, in_place, run_batch, tasks_of_folder
from carbon_planner.jobs.batch_base import describe_base
from carbon_planner.jobs.batch_pool import Pool
from carbon_planner.jobs.batch_tables import ERROR_COLUMNS, error_rows, remedies
from carbon_planner.storage.sqlite import check_integrity

REPOSITORY = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Inputs, the base, what is good and what is bad."""
    top = tmp_path_factory.mktemp("batch")
    source = top / "in"
    source.mkdir()
    return {"top": top, "in": source, "good": cases.good(source), "bad": cases.damaged(source), "base": cases.base(top)}


@pytest.fixture(scope="module")
def plan(folder):
    given, _ = describe_base(folder["base"])
    return Plan(cases.SETTINGS, base=given)


@pytest.fixture(scope="module")
def done(folder, plan):
    """The report of a run in place, and the files that it left."""
    out = folder["top"] / "out"
    report = run_batch(out, tasks_of_folder(folder["in"], out, plan), in_place, Silent())
    return report, cases.contents(out)


def test_good_files_equal_single_evaluations(folder, done):
    report, _ = done
    by_source = {outcome["source"]: outcome for outcome in report.outcomes}
    assert len(by_source) == 60
    for name, field in folder["good"].items():
        (entry,) = by_source[name]["entries"]
        assert entry["plan_class"] == field, name
        assert entry["status"] in ("ok", "warnings", "partial"), (name, entry["messages"])
        single = api.evaluate_files(
            folder["in"] / name, zone_class=field, zone_id=entry["zone_id"], base=folder["base"], base_class="DLBM",
            settings=cases.SETTINGS,
        )  # fmt: skip
        totals = single.totals
        net = [totals.net, totals.low, totals.high] if totals.has_net else [None] * 3
        assert [entry[key] for key in ("net", "low", "high", "area_ha")] == [*net, totals.area_ha]
        assert (entry["plan_system"], entry["base_system"]) == (single.plan_system, single.base_system)
        assert written(report.folder / entry["result"]) == figures(single)
    assert sum(entry["net"] is not None for o in by_source.values() for entry in o["entries"] if "net" in entry) > 30


def written(path):
    """Net by zone of a result file, in its order."""
    dataset = ogr.Open(str(path))
    layer = dataset.GetLayer(0)
    return [(f.GetField("cp_zone_id"), f.GetField("cp_net_t"), f.GetField("cp_area_ha")) for f in layer]


def figures(single):
    names = ("cp_zone_id", "cp_net_t", "cp_area_ha")
    return [tuple(None if v != v else v for v in row) for row in zip(*(single.zones[n].tolist() for n in names))]


def test_encodings_are_found_and_fields_kept(folder, done):
    entries = {o["source"]: o["entries"][0] for o in done[0].outcomes if o["entries"]}
    chinese = next(name for name in folder["good"] if "规划" in name)
    assert entries[chinese]["encoding"] == "GBK"
    dataset = ogr.Open(str(done[0].folder / entries[chinese]["result"]))
    feature = dataset.GetLayer(0).GetNextFeature()
    assert feature.GetField("YDMC") == cases.NAMES[feature.GetField("用地代码")]


def test_each_bad_file_is_named_with_reason_and_remedy(folder, done):
    with (done[0].folder / "errors.csv").open(encoding="utf-8-sig", newline="") as handle:
        rows = list(csv.DictReader(handle))
    for name, reason in folder["bad"].items():
        found = [row for row in rows if row["source"] == name]
        assert reason in [row["message_id"] for row in found], (name, found)
        for row in found:
            assert all(row[column] for column, _ in ERROR_COLUMNS if column != "layer"), row
    assert done[0].failed == 18  # two are evaluated, with a warning


def test_tables_are_geopackages_and_agree_with_csv(done):
    report, files = done
    check_integrity(report.tables)
    dataset = ogr.Open(str(report.tables))
    layers = [dataset.GetLayer(i) for i in range(dataset.GetLayerCount())]
    lengths = [len(list(csv.reader(path.open(encoding="utf-8-sig", newline="")))) - 1 for path in report.csv]
    assert [(layer.GetName(), layer.GetFeatureCount()) for layer in layers] == [
        ("cp_batch_summary", lengths[0]), ("cp_batch_errors", lengths[1]),
    ]  # fmt: skip
    assert lengths[0] == 60
    assert not [name for name in files if "cp-tmp" in name]


@pytest.mark.parametrize("workers", [1, 2])
def test_the_number_of_processes_changes_no_byte(workers, folder, plan, done, tmp_path):
    report = run_batch(tmp_path, tasks_of_folder(folder["in"], tmp_path, plan), Pool(workers), Silent())
    assert report.failed == 18
    assert cases.contents(tmp_path) == done[1]


def test_finished_work_is_not_repeated(folder, plan, done, monkeypatch):
    report, _ = done
    monkeypatch.setattr(batch, "run_task", None)
    tasks = tasks_of_folder(folder["in"], report.folder, plan)
    again = run_batch(report.folder, [t for t in tasks if t.content], in_place, Silent())
    assert again.reused == len(again.outcomes) == 59  # one cannot be read, and might be by now


def killed_runs(folder, plan, out, times, seed):
    """Kill runs at random points, in place and with two processes by turns."""
    code = (
        "import json, sys; from pathlib import Path; from carbon_planner.api import Settings\n"
        "from carbon_planner.base.feedback import Silent\n"
        "from carbon_planner.jobs.batch import Plan, in_place, run_batch, tasks_of_folder\n"
        "from carbon_planner.jobs.batch_pool import Pool\n"
        "source, out, base, workers = sys.argv[1:]\n"
        "out = Path(out); plan = Plan(Settings(), base=json.loads(base))\n"
        "print('ready', flush=True); tasks = tasks_of_folder(Path(source), out, plan)\n"
        "run_batch(out, tasks, Pool(2) if int(workers) else in_place, Silent()); print('done', flush=True)\n"
    )
    dice, ends = random.Random(seed), []
    command = [sys.executable, "-c", code, str(folder["in"]), str(out), json.dumps(dict(plan.base))]
    for number in range(times):
        child = subprocess.Popen([*command, str(number % 2)], cwd=REPOSITORY, stdout=subprocess.PIPE)
        assert child.stdout.readline() == b"ready\n"
        time.sleep(dice.uniform(0.02, 1.5 + 2.5 * (number % 2)))  # processes take their time to start
        child.send_signal(signal.SIGKILL)
        ends.append(child.wait())
        child.stdout.close()
    return ends


@pytest.mark.parametrize("times", [5, pytest.param(20, marks=pytest.mark.long)])
def test_killed_and_resumed_gives_the_same_bytes(times, folder, plan, done, tmp_path):
    ends = killed_runs(folder, plan, tmp_path, times, seed=times)
    assert ends.count(-signal.SIGKILL) >= 1
    report = run_batch(tmp_path, tasks_of_folder(folder["in"], tmp_path, plan), in_place, Silent())
    assert report.reused > 0
    assert cases.contents(tmp_path) == done[1]


class Stop(Silent):
    """Cancels when so many files are done."""

    def __init__(self, share):
        self.share, self.at, self.asked = share, 0.0, 0.0

    def progress(self, share):
        self.at = share
        if share >= self.share:
            self.asked = self.asked or time.monotonic()

    def cancelled(self):
        return bool(self.asked)


@pytest.mark.parametrize("runner", [in_place, Pool(2)], ids=["in place", "two processes"])
def test_cancel_is_quick_and_keeps_what_is_finished(runner, folder, plan, done, tmp_path):
    tasks = tasks_of_folder(folder["in"], tmp_path, plan)[:30]
    stop = Stop(0.3)
    with pytest.raises(Cancelled):
        run_batch(tmp_path, tasks, runner, stop)
    assert time.monotonic() - stop.asked < 0.5
    left = cases.contents(tmp_path)
    assert "summary.csv" not in left
    assert not [name for name in left if "cp-tmp" in name and runner is in_place]
    report = run_batch(tmp_path, tasks, in_place, Silent())
    assert report.reused >= 9
    for name, data in cases.contents(tmp_path).items():
        if name.startswith("results"):
            assert data == done[1][name]


def test_a_changed_file_and_an_edited_mapping_are_done_anew(plan, tmp_path):
    source, out = tmp_path / "in", tmp_path / "out"
    for name in ("a", "b", "c"):
        cases.write(source / f"{name}.gpkg", cases.rows(1, cases.SEA), ("id", "YDYHFLDM", "code"))
    first = run_batch(out, tasks_of_folder(source, out, plan), in_place, Silent())
    assert [o["entries"][0]["plan_class"] for o in first.outcomes] == ["YDYHFLDM"] * 3
    (source / "a.gpkg").unlink()
    cases.write(source / "a.gpkg", cases.rows(2, cases.SEA), ("id", "YDYHFLDM", "code"))
    mapping = json.loads((out / "mapping.json").read_text(encoding="utf-8"))
    mapping["sources"]["b.gpkg"]["zones"].update(plan_class="id")
    (out / "mapping.json").write_text(json.dumps(mapping), encoding="utf-8")
    again = run_batch(out, tasks_of_folder(source, out, plan), in_place, Silent())
    assert again.reused == 1
    a, b, c = (o["entries"][0] for o in again.outcomes)
    assert a["net"] != first.outcomes[0]["entries"][0]["net"]
    assert b["plan_class"] == "id"
    assert b["unknown_ha"] == pytest.approx(6.0, rel=1e-6)  # ids are no classes; the user has said so
    assert c == first.outcomes[2]["entries"][0]
    (out / "mapping.json").write_text("{", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        run_batch(out, tasks_of_folder(source, out, plan), in_place, Silent())
    assert caught.value.message.id == "BATCH_MAPPING_BROKEN"


def test_a_stated_crs_and_encoding_serve_files_without(plan, tmp_path):
    source, out = tmp_path / "in", tmp_path / "out"
    cases.write(source / "a.shp", cases.rows(1, cases.SEA), ("DKBH", "YDYHFLDM"), crs=None)
    first = run_batch(out, tasks_of_folder(source, out, plan), in_place, Silent())
    assert first.failed == 1
    mapping = json.loads((out / "mapping.json").read_text(encoding="utf-8"))
    mapping["sources"]["a.shp"]["a"].update(crs="EPSG:4545")
    (out / "mapping.json").write_text(json.dumps(mapping), encoding="utf-8")
    again = run_batch(out, tasks_of_folder(source, out, plan), in_place, Silent())
    assert again.failed == 0
    assert again.outcomes[0]["entries"][0]["area_ha"] == pytest.approx(6.0, rel=1e-6)


def test_two_batches_do_not_share_a_folder(plan, tmp_path):
    from carbon_planner.storage.run_lock import sole_run

    (tmp_path / "in").mkdir()
    cases.write(tmp_path / "in" / "a.gpkg", cases.rows(1, cases.SEA), ("id", "YDYHFLDM"))
    out = tmp_path / "out"
    out.mkdir()
    with sole_run(out), pytest.raises(StorageError) as caught:
        run_batch(out, tasks_of_folder(tmp_path / "in", out, plan), in_place, Silent())
    assert caught.value.message.id == "BATCH_BUSY"


def test_a_file_that_kills_its_process_is_named_and_the_rest_goes_on():
    from carbon_planner.jobs.batch_dispatch import Dispatcher

    ended = []
    tasks = [batch_task.Task(name, name, "", name) for name in ("a", "b")]
    dispatcher = Dispatcher(tasks, lambda task, outcome: ended.append((task.source, outcome)))
    dispatcher.next(1)
    dispatcher.died(1, "exit 139")
    assert dispatcher.next(2).source == "a"
    dispatcher.died(2, "exit 139")
    assert dispatcher.next(3).source == "b"
    dispatcher.answered(3, Outcome("b", "", "").as_dict())
    assert dispatcher.finished
    assert [source for source, _ in ended] == ["a", "b"]
    assert [m["id"] for m in ended[0][1]["messages"]] == ["BATCH_WORKER_DIED"]
    assert "exit 139" in ended[0][1]["messages"][0]["zh"]


def test_remedies_are_for_messages_that_exist_and_every_error_has_one(done):
    from carbon_planner.base.messages import catalogue

    assert [name for name in remedies() if name != "OTHER" and name not in catalogue()] == []
    rows = error_rows(done[0].outcomes)
    assert all(row[6] != remedies()["OTHER"]["en"] for row in rows if row[2] == "error")


def test_the_child_process_gives_the_outcome_of_this_one(folder, plan, tmp_path):
    tasks = tasks_of_folder(folder["in"], tmp_path, plan)[:3]
    asked = "".join(json.dumps({"task": task.as_dict()}) + "\n" for task in tasks)
    command = [sys.executable, "-m", "carbon_planner.worker"]
    child = subprocess.run(command, cwd=REPOSITORY, input=asked.encode(), capture_output=True, check=True)
    hello, *answers = [json.loads(line) for line in child.stdout.splitlines()]
    assert hello["pong"]["plugin"]
    for task, answer in zip(tasks, answers):
        here = batch.run_task(task.as_dict())
        assert {**answer["outcome"], "seconds": 0} == {**here, "seconds": 0}


def test_the_journal_is_written_whole(plan, tmp_path):
    (tmp_path / "in").mkdir()
    cases.write(tmp_path / "in" / "a.gpkg", cases.rows(1, cases.SEA), ("id", "YDYHFLDM"))
    out = tmp_path / "out"
    tasks = tasks_of_folder(tmp_path / "in", out, plan)
    run_batch(out, tasks, in_place, Silent())
    (record,) = (out / ".journal").glob("*.json")
    record.write_text(record.read_text(encoding="utf-8")[:-20], encoding="utf-8")
    assert batch_journal.Journal(out).finished(tasks[0]) is None
    assert run_batch(out, tasks, in_place, Silent()).reused == 0
    result = out / "results" / "a_gpkg" / "zones.gpkg"
    result.write_bytes(result.read_bytes()[:-100])
    assert run_batch(out, tasks, in_place, Silent()).reused == 0
    assert run_batch(out, tasks, in_place, Silent()).reused == 1

"""The same run by ``processing.run``, a background task and qgis_process gives the same numbers."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from qgis.core import (
    QgsApplication,
    QgsProcessingAlgRunnerTask,
    QgsProcessingOutputLayerDefinition,
    QgsProject,
    QgsVectorLayer,
)
from qgis.PyQt.QtCore import QEventLoop, QTimer

from carbon_planner.processing.base import RESOURCES

ROOT = Path(__file__).parents[2]
SAMPLE = {
    "ZONES": str(RESOURCES / "sample" / "zones.geojson"),
    "ZONE_ID": "zone_id",
    "ZONE_CLASS": "class_code",
    "BASE": str(RESOURCES / "sample" / "base.geojson"),
    "BASE_CLASS": "DLBM",
}
NUMBERS = ("ZONE_COUNT", "AREA_HA", "ZONE_OVL_HA", "NET_TCO2E", "NET_LOW", "NET_HIGH")


@pytest.fixture(scope="module")
def command_line(tmp_path_factory):
    """Run qgis_process with a plugin folder made of links into the source tree."""
    program = next((p for p in ("/usr/bin/qgis_process.bin", "/usr/bin/qgis_process") if Path(p).exists()), None)
    if program is None:
        pytest.skip("qgis_process is not installed")
    folder = tmp_path_factory.mktemp("qgis_process")
    plugin = folder / "plugins" / "carbon_planner"
    plugin.mkdir(parents=True)
    for path in (ROOT / "carbon_planner").iterdir():
        (plugin / path.name).symlink_to(path)
    if not (plugin / "metadata.txt").exists():
        (plugin / "metadata.txt").symlink_to(ROOT / "metadata.txt")
    ini = folder / "profiles" / "default" / "QGIS" / "QGIS3.ini"
    ini.parent.mkdir(parents=True)
    ini.write_text("[PythonPlugins]\ncarbon_planner=true\n")
    python = str(Path(sys.executable).parent)
    env = dict(os.environ, QGIS_PLUGINPATH=str(folder / "plugins"), QGIS_CUSTOM_CONFIG_PATH=str(folder),
               QT_QPA_PLATFORM="offscreen", PYTHONWARNINGS="ignore", XDG_RUNTIME_DIR=str(folder),
               PATH=f"{python}:/usr/bin:/bin", LANG="C.UTF-8")  # fmt: skip

    def run(*words: str, **more: str) -> subprocess.CompletedProcess:
        return subprocess.run(
            [program, *words], capture_output=True, text=True, timeout=200, cwd=folder, env={**env, **more}, check=False
        )

    return run


def assignments(parameters):
    return [f"{name}={value}" for name, value in parameters.items()]


def assert_same(found, wanted, within=1e-9):
    for name in NUMBERS:
        assert found[name] == pytest.approx(wanted[name], rel=within), name


@pytest.mark.golden
def test_qgis_process_gives_the_same_numbers(command_line, run_alg, tmp_path, rows_of):
    here = run_alg("evaluatezones", **SAMPLE, OUTPUT=str(tmp_path / "here.gpkg"))
    done = command_line("--json", "run", "carbonplanner:evaluatezones", "--",
                        *assignments(SAMPLE), f"OUTPUT={tmp_path / 'there.gpkg'}")  # fmt: skip
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout[done.stdout.index("{") :])
    assert_same(answer["results"], here)
    assert answer["results"]["HAS_NET"] is True
    there = rows_of(answer["results"]["OUTPUT"])
    assert there == rows_of(here["OUTPUT"])


@pytest.mark.golden
def test_bad_input_exits_with_1_and_one_line(command_line, tmp_path):
    for change, words in (
        ({"ZONES": "/nowhere.shp"}, "/nowhere.shp"),
        ({"ZONE_CLASS": "no_field"}, "no_field"),
        ({"END_YEAR": "2020"}, "2020"),
        ({"FACTOR_SET": "no_set"}, "no_set"),
    ):
        done = command_line("run", "carbonplanner:evaluatezones", "--",
                            *assignments({**SAMPLE, **change}), f"OUTPUT={tmp_path / 'x.gpkg'}")  # fmt: skip
        assert done.returncode == 1
        lines = [line for line in done.stderr.splitlines() if line.strip() and "codecs.open" not in line]
        said = {line.replace("ERROR:", "").strip() for line in lines}  # QGIS's own Python uses codecs.open
        said -= {"An error was encountered while checking parameter values"}
        assert len(said) == 1, done.stderr  # QGIS itself says an exception three times
        assert words in said.pop()
        assert "Traceback" not in done.stderr
        assert not (tmp_path / "x.gpkg").exists()


def test_help_of_the_command_line(command_line):
    done = command_line("help", "carbonplanner:evaluatezones")
    assert done.returncode == 0
    assert "ZONE_CLASS" in done.stdout
    assert "Polygon layer with the zones of the plan" in done.stdout


def test_the_command_line_speaks_chinese(command_line):
    done = command_line("help", "carbonplanner:evaluatezones", LANG="zh_CN.UTF-8")
    assert done.returncode == 0
    assert "规划分区面图层" in done.stdout


def wait_for(task):
    """Run a task in the task manager; gives (successful, results)."""
    loop, seen = QEventLoop(), []
    task.executed.connect(lambda good, results: (seen.append((good, results)), loop.quit()))
    QTimer.singleShot(60_000, loop.quit)
    QgsApplication.taskManager().addTask(task)
    loop.exec()
    assert seen, "the task did not end"
    return seen[0]


def test_in_the_background_with_layers_of_the_project(provider, plan, context, recorder, run_alg):
    """The main thread owns the layers and goes on rendering and editing; the run needs no thread flag."""
    wanted = run_alg("evaluatezones", **plan, OUTPUT="memory:")
    project = QgsProject.instance()
    project.addMapLayer(plan["ZONES"])
    project.addMapLayer(plan["BASE"])
    alg = QgsApplication.processingRegistry().createAlgorithmById("carbonplanner:evaluatezones")
    sink = QgsProcessingOutputLayerDefinition("TEMPORARY_OUTPUT", project)
    parameters = {**plan, "ZONES": plan["ZONES"].id(), "BASE": plan["BASE"].id(), "OUTPUT": sink, "LEDGER": sink}
    feedback = recorder()
    good, results = wait_for(QgsProcessingAlgRunnerTask(alg, parameters, context, feedback))
    assert good
    assert_same(results, wanted)
    loading = context.layersToLoadOnCompletion()
    assert set(loading) == {results["OUTPUT"], results["LEDGER"]}
    assert "zones" in loading[results["OUTPUT"]].name
    layer = context.takeResultLayer(results["OUTPUT"])
    assert isinstance(layer, QgsVectorLayer)
    assert layer.featureCount() == 2


def test_loaded_results_are_named_grouped_and_styled(provider, plan, recorder, tmp_path, qgis_new_project, monkeypatch):
    import processing
    from processing.gui import Postprocessing

    monkeypatch.setattr(Postprocessing, "iface", None, raising=False)  # a mock is no layer tree view
    project = QgsProject.instance()
    package = str(tmp_path / "x.gpkg")
    results = processing.runAndLoadResults(
        "carbonplanner:evaluatezones",
        {**plan, "OUTPUT": package, "LEDGER": package, "REPORT": str(tmp_path / "r.html")},
        feedback=recorder(),
    )
    layers = {layer.source(): layer for layer in project.mapLayers().values()}
    zones = layers[f"{package}|layername=cp_zones"]
    assert results["ZONE_COUNT"] == 2
    assert "zones" in zones.name()
    assert zones.renderer().type() == "RuleRenderer"
    assert zones.customProperty("carbon_planner/report") == str(tmp_path / "r.html")
    assert zones.customProperty("carbon_planner/created")
    assert "cq_mixed_0_100cm" in zones.metadata().abstract()
    assert "tCO2e" in zones.attributeAlias(zones.fields().lookupField("cp_net_t"))
    group = project.layerTreeRoot().findLayer(zones.id()).parent()
    assert group is not project.layerTreeRoot()
    assert {child.layerId() for child in group.findLayers()} == set(project.mapLayers())
    project.clear()

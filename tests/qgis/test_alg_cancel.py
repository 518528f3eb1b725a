"""Cancelling at any point leaves what was there before: no partial file, no layer, nothing to load."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from qgis.core import QgsApplication, QgsProcessingOutputLayerDefinition, QgsProject

from carbon_planner.processing.registry import algorithms

SHARES = (0, 1, 50, 99)
FORMATS = ("gpkg", "shp", "geojson", "csv")
SUFFIX = {"folderDestination": "", "fileDestination": ".html", "sink": ".gpkg"}


def state(folder: Path) -> dict[str, str]:
    """Names and contents of all files of a folder."""
    return {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in sorted(folder.iterdir())}


@pytest.mark.parametrize("share", SHARES)
@pytest.mark.parametrize("suffix", FORMATS)
def test_old_results_stay(suffix, share, run_alg, plan, tmp_path, recorder):
    where = {name: str(tmp_path / f"{name}.{suffix}") for name in ("OUTPUT", "PIECES", "LEDGER")}
    if suffix == "gpkg":
        where = dict.fromkeys(where, str(tmp_path / "all.gpkg"))
    where["REPORT"] = str(tmp_path / "report.html")
    assert run_alg("evaluatezones", **plan, **where)["ZONE_COUNT"] == 2
    before = state(tmp_path)
    feedback = recorder(cancel_at=share)
    results = run_alg("evaluatezones", feedback, **{**plan, "END_YEAR": 2035}, **where)
    assert feedback.isCanceled()
    assert results == {}
    assert state(tmp_path) == before
    assert any("Nothing has been written" in line for line in feedback.infos)


@pytest.mark.parametrize("share", SHARES)
def test_nothing_new_appears(share, run_alg, plan, tmp_path, recorder, context):
    results = run_alg(
        "evaluatezones",
        recorder(cancel_at=share),
        **plan,
        OUTPUT=str(tmp_path / "new.gpkg"),
        LEDGER=str(tmp_path / "new.shp"),
        REPORT=str(tmp_path / "new.html"),
    )
    assert results == {}
    assert list(tmp_path.iterdir()) == []
    assert context.temporaryLayerStore().count() == 0


@pytest.mark.parametrize("share", SHARES)
def test_memory_layers_do_not_stay(share, run_alg, plan, recorder, context):
    """Nor is there anything announced that the desktop would then fail to load."""
    wanted = QgsProcessingOutputLayerDefinition("TEMPORARY_OUTPUT", QgsProject.instance())
    results = run_alg("evaluatezones", recorder(cancel_at=share), **plan, OUTPUT=wanted, PIECES=wanted)
    assert results == {}
    assert context.temporaryLayerStore().count() == 0
    assert context.layersToLoadOnCompletion() == {}


@pytest.mark.parametrize("share", SHARES)
@pytest.mark.parametrize("name", [cls.ID for cls in algorithms()])
def test_every_algorithm_is_whole_or_not_at_all(name, share, run_alg, every_algorithm, tmp_path, recorder):
    alg = QgsApplication.processingRegistry().algorithmById(f"carbonplanner:{name}")
    suffix = {**SUFFIX, "fileDestination": ".json" if name == "exportfactorset" else ".html"}
    where = {d.name(): str(tmp_path / f"{d.name()}{suffix[d.type()]}") for d in alg.destinationParameterDefinitions()}
    results = run_alg(name, recorder(cancel_at=share), **every_algorithm[name], **where)
    written = {p.name for p in tmp_path.iterdir()}
    if results:
        assert {Path(path).name for path in where.values()} <= written
    else:
        assert written == set()


def test_cancel_is_answered_while_reading_and_writing(run_alg, plan, recorder, tmp_path):
    """Progress never jumps far: somebody looks at the cancel button all the way."""
    feedback = recorder()
    run_alg("evaluatezones", feedback, **plan, OUTPUT=str(tmp_path / "x.gpkg"))
    assert len(feedback.steps) >= 8
    assert max(b - a for a, b in zip([0.0, *feedback.steps], feedback.steps)) <= 60

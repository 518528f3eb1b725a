"""Shared fixtures: the provider in a real QGIS, a context that is freed before QGIS exits, small layers."""

from __future__ import annotations

import sys

import pytest
from qgis.core import (
    QgsApplication,
    QgsFeature,
    QgsGeometry,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProject,
    QgsVectorLayer,
)


class Recorder(QgsProcessingFeedback):
    """Feedback that keeps what is said and can cancel once a share of the progress is reached."""

    def __init__(self, cancel_at: float | None = None) -> None:
        super().__init__(False)
        self.cancel_at = cancel_at
        self.steps: list[float] = []
        self.infos: list[str] = []
        self.warnings: list[str] = []
        self.errors: list[str] = []
        self.progressChanged.connect(self._step)
        if cancel_at is not None and cancel_at <= 0:
            self.cancel()

    def _step(self, value: float) -> None:
        self.steps.append(value)
        if self.cancel_at is not None and value >= self.cancel_at:
            self.cancel()

    def pushInfo(self, info: str) -> None:
        self.infos.append(info)

    def pushWarning(self, warning: str) -> None:
        self.warnings.append(warning)

    def reportError(self, error: str, fatalError: bool = False) -> None:
        self.errors.append(error)


def make_layer(rows, fields="id:string,use:string", crs="EPSG:32649", kind="MultiPolygon", name="zones") -> QgsVectorLayer:
    """A memory layer from ``(wkt, attribute, attribute, …)`` rows; a WKT of None is a null geometry."""
    layer = QgsVectorLayer(f"{kind}?crs={crs}&" + "&".join(f"field={f}" for f in fields.split(",")), name, "memory")
    assert layer.isValid()
    features = []
    for wkt, *attributes in rows:
        feature = QgsFeature(layer.fields())
        if wkt is not None:
            feature.setGeometry(QgsGeometry.fromWkt(wkt))
        feature.setAttributes(attributes)
        features.append(feature)
    good, added = layer.dataProvider().addFeatures(features)
    assert good
    assert len(added) == len(rows)
    layer.updateExtents()
    return layer


def square(x: float, y: float, side: float = 100.0) -> str:
    """WKT of a square with its lower left corner at x, y, easting 500000 and northing 3000000 being the origin."""
    return rectangle(x, y, side, side)


def rectangle(x: float, y: float, width: float, height: float) -> str:
    """WKT of a rectangle, coordinates as in :func:`square`."""
    x, y = 500000 + x, 3000000 + y
    corners = ((x, y), (x + width, y), (x + width, y + height), (x, y + height), (x, y))
    return "MULTIPOLYGON(((" + ",".join(f"{a!r} {b!r}" for a, b in corners) + ")))"


@pytest.fixture(scope="session")
def provider(qgis_processing):
    """The plugin's provider in the registry of the test application."""
    from carbon_planner.processing.provider import CarbonPlannerProvider

    made = CarbonPlannerProvider()
    assert QgsApplication.processingRegistry().addProvider(made)
    yield made
    QgsApplication.processingRegistry().removeProvider(made)


@pytest.fixture()
def context(qgis_app):
    """A Processing context whose layers are freed before QGIS exits.

    An exception's traceback keeps the frames of processing.run alive, and with them the context and its layers; freed
    after exitQgis() they crash the interpreter (seen with 3.44).
    """
    made = QgsProcessingContext()
    made.setProject(QgsProject.instance())
    yield made
    made.temporaryLayerStore().removeAllMapLayers()


@pytest.fixture()
def recorder() -> type[Recorder]:
    """The feedback class."""
    return Recorder


@pytest.fixture(autouse=True)
def slot_errors(monkeypatch):
    """Turn an exception in a Qt slot into a test failure; PyQt would abort the process."""
    seen: list[tuple] = []
    monkeypatch.setattr(sys, "excepthook", lambda *args: seen.append(args))
    yield seen
    if seen:
        raise seen[0][1]




@pytest.fixture(scope="session")
def run_python(tmp_path_factory):
    """Run a piece of code in a fresh interpreter of the same environment; gives what it printed."""
    import os
    import subprocess
    from pathlib import Path

    root = Path(__file__).parents[2]

    def run(code: str, **env: str) -> str:
        place = dict(os.environ, QT_QPA_PLATFORM="offscreen", PYTHONPATH=str(root), PYTHONWARNINGS="ignore", **env)
        place.setdefault("XDG_RUNTIME_DIR", str(tmp_path_factory.mktemp("run")))
        done = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, timeout=120, cwd=root, env=place, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    return run

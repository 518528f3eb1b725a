#!/usr/bin/env python3
"""Measure how long *Evaluate plan zones* takes to return after the user has pressed cancel.

    QT_QPA_PLATFORM=offscreen .venv/bin/python scripts/bench/cancel_latency.py
    … --presses 20 --suffix shp        also press cancel twenty times, at even distances over the run
    … --zones 10000 --work FOLDER      fewer zones; keep the made layers in a folder

Zones and base parcels are two land-use fabrics that lie across each other, made by a ``make_fabric.py`` with
``make_parcels(count, seed)`` → (polygons, codes), looked for in ``../shared/bench`` beside the repository.

One run goes through and notes the time between any two looks at the cancel button. The table gives, by stage, what a
press at a random moment would have waited for the next look: median, 95th percentile, longest; then the longest waits
and where they end. With ``--presses`` cancel is really pressed, and the time until the algorithm has returned, with
everything undone, is told. A press counts from the moment for which it was planned.
"""

from __future__ import annotations

import argparse
import importlib.util
import inspect
import os
import sys
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path

import numpy as np
import shapely

REPOSITORY = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(REPOSITORY))

from qgis.core import (  # noqa: E402
    QgsApplication,
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransformContext,
    QgsFeature,
    QgsField,
    QgsFields,
    QgsGeometry,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProject,
    QgsVectorFileWriter,
    QgsWkbTypes,
)
from qgis.PyQt.QtCore import QVariant  # noqa: E402

STAGES = ((5.0, "read zones"), (15.0, "read base"), (75.0, "evaluate"), (101.0, "write"))
PLAN_CODES = ("070102", "0802", "1001", "1401")


class Stopwatch(QgsProcessingFeedback):
    """Feedback that notes when somebody looks at the cancel button, and from where."""

    def __init__(self):
        super().__init__(False)
        self.begun = self.last = time.perf_counter()
        self.share, self.before, self.looks = 0.0, "start", []
        self.progressChanged.connect(self._moved)

    def _moved(self, value):
        self.share = value

    def isCanceled(self):
        now = time.perf_counter()
        here = "" if now - self.last < 0.05 else place(inspect.currentframe())
        self.looks.append((self.last - self.begun, now - self.last, self.share, self.before, here))
        self.last, self.before = time.perf_counter(), here or self.before
        return super().isCanceled()


class Sampler(threading.Thread):
    """Looks every 20 ms what the run is doing while nobody looks at the cancel button for more than 0.1 s."""

    def __init__(self, watch):
        super().__init__(daemon=True)
        self.watch, self.whose, self.seconds, self.go_on = watch, threading.get_ident(), Counter(), True

    def run(self):
        before = time.perf_counter()
        while self.go_on:
            time.sleep(0.02)
            now = time.perf_counter()
            if now - self.watch.last > 0.1:
                frame = sys._current_frames().get(self.whose)  # noqa: SLF001 - it has no public name
                self.seconds[place(frame, 4)] += now - before
            before = now


class Pressed(QgsProcessingFeedback):
    """Feedback that notes when somebody has first seen that cancel was pressed."""

    def __init__(self):
        super().__init__(False)
        self.seen = None

    def isCanceled(self):
        answer = super().isCanceled()
        if answer and self.seen is None:
            self.seen = time.perf_counter()
        return answer


def place(frame, depth=3):
    """The functions of the plugin that are at work."""
    names = []
    while frame is not None:
        path = Path(frame.f_code.co_filename)
        if "carbon_planner" in path.parts and path.stem not in ("feedback", "base"):
            names.append(f"{path.stem}.{frame.f_code.co_name}:{frame.f_lineno}")
        frame = frame.f_back
    return " < ".join(names[:depth])


def stage_of(share):
    """Name of a stage by the progress that was shown."""
    return next(name for end, name in STAGES if share < end)


def load(path):
    """Import the maker of fabrics from its file."""
    spec = importlib.util.spec_from_file_location("make_fabric", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def save(path, polygons, codes, crs):
    """Write a layer of polygons with id and code."""
    fields = QgsFields()
    for name in ("id", "code"):
        fields.append(QgsField(name, QVariant.String, len=20))
    options = QgsVectorFileWriter.SaveVectorOptions()
    options.driverName, options.layerName = "GPKG", path.stem
    kind, system = QgsWkbTypes.Type.MultiPolygon, QgsCoordinateReferenceSystem(crs)
    writer = QgsVectorFileWriter.create(
        str(path), fields, kind, system, QgsCoordinateTransformContext(), options
    )  # fmt: skip
    for number, (data, code) in enumerate(zip(shapely.to_wkb(polygons), codes)):
        feature, geometry = QgsFeature(fields), QgsGeometry()
        geometry.fromWkb(data)
        geometry.convertToMultiType()
        feature.setGeometry(geometry)
        feature.setAttributes([f"Z{number}", str(code)])
        writer.addFeature(feature)
    del writer


def make_layers(folder, maker, zones, parcels):
    """Both layers, made once for a folder. Returns their paths."""
    paths = [folder / f"zones_{zones}.gpkg", folder / f"base_{parcels}.gpkg"]
    if not all(path.exists() for path in paths):
        fabric = load(maker)
        shapes, codes = fabric.make_parcels(parcels, 1)
        save(paths[1], shapes, codes, fabric.CRS)
        shapes, _ = fabric.make_parcels(zones, 2)
        save(paths[0], shapes, [PLAN_CODES[i % len(PLAN_CODES)] for i in range(len(shapes))], fabric.CRS)
    return paths


def run(paths, target, feedback):
    """Evaluate; seconds and whether there are results."""
    from carbon_planner.processing.evaluatezones import EvaluateZones

    context = QgsProcessingContext()
    context.setProject(QgsProject.instance())
    values = {
        "ZONES": str(paths[0]), "ZONE_ID": "id", "ZONE_CLASS": "code", "BASE": str(paths[1]), "BASE_CLASS": "code",
        "OUTPUT": str(target), "ZONE_CLASS_SYSTEM": "landsea2023", "BASE_CLASS_SYSTEM": "gbt21010",
    }  # fmt: skip
    begun = time.perf_counter()
    results, good = EvaluateZones().create().run(values, context, feedback)
    if not good:
        raise SystemExit("cancel_latency: the algorithm failed")
    return time.perf_counter() - begun, bool(results)


def percentiles(waits):
    """Median, 95th percentile and greatest as text."""
    return "  ".join(f"{value:7.3f}" for value in (*np.percentile(waits, (50, 95)), np.max(waits)))


def tell_gaps(watch):
    """What a press at a random moment would have waited for the next look."""
    starts, gaps = (np.array([look[i] for look in watch.looks]) for i in (0, 1))
    names = np.array([stage_of(look[2]) for look in watch.looks])
    rng = np.random.default_rng(0)
    print(f"{'stage':<12} {'share':>6}      p50      p95      max   (s until the next look, {len(gaps)} looks)")
    for name in (*(name for _, name in STAGES), "all"):
        chosen = gaps if name == "all" else gaps[names == name]
        if chosen.size and chosen.sum():
            hit = rng.choice(chosen.size, 200_000, p=chosen / chosen.sum())
            waits = np.append(chosen[hit] * rng.random(hit.size), chosen.max())
            print(f"{name:<12} {chosen.sum() / gaps.sum():6.0%}  {percentiles(waits)}")
    print("longest silences:")
    for row in np.argsort(-gaps)[:15]:
        _, gap, share, before, after = watch.looks[row]
        print(f"  {gap:6.2f} s at {share:5.1f} % ({starts[row]:.1f} s): {before}  →  {after}")


def tell_presses(paths, target, seconds, count):
    """Press cancel at even distances; the time until the algorithm has returned."""
    found = []
    for number in range(count):
        feedback = Pressed()
        wait = seconds * (number + 0.5) / count
        planned = time.perf_counter() + wait
        timer = threading.Timer(wait, feedback.cancel)
        timer.start()
        _, whole = run(paths, target, feedback)
        timer.cancel()
        if whole:
            print(f"  press {number} came too late")
            continue
        latency = time.perf_counter() - planned
        found.append((stage_of(feedback.progress()), latency))
        seen = feedback.seen - planned
        print(
            f"  {feedback.progress():5.1f} %  {latency:6.3f} s, seen after {seen:.3f} s, load {os.getloadavg()[0]:.1f}",
            flush=True,
        )
    print(f"{'stage':<12} presses      p50      p95      max   (s until the algorithm has returned)")
    for name in (*(name for _, name in STAGES), "all"):
        waits = [latency for stage, latency in found if name in (stage, "all")]
        if waits:
            print(f"{name:<12} {len(waits):7}  {percentiles(waits)}")


def main():
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--fabric", type=Path, default=REPOSITORY.parent / "shared" / "bench" / "make_fabric.py")
    parser.add_argument("--zones", type=int, default=100_000)
    parser.add_argument("--parcels", type=int, default=100_000)
    parser.add_argument("--suffix", default="gpkg", help="format of the output")
    parser.add_argument("--presses", type=int, default=0, help="times to press cancel")
    parser.add_argument("--seconds", type=float, help="length of a run, where it is known: no run goes through")
    parser.add_argument("--work", type=Path, help="folder for layers and outputs")
    args = parser.parse_args()
    app = QgsApplication([], False)
    app.initQgis()
    with tempfile.TemporaryDirectory() as made:
        folder = args.work or Path(made)
        folder.mkdir(parents=True, exist_ok=True)
        paths = make_layers(folder, args.fabric, args.zones, args.parcels)
        target = folder / f"out.{args.suffix}"
        target.unlink(missing_ok=True)
        seconds = args.seconds
        if seconds is None:
            watch = Stopwatch()
            sampler = Sampler(watch)
            sampler.start()
            seconds, _ = run(paths, target, watch)
            sampler.go_on = False
            load_1 = os.getloadavg()[0]
            print(f"{args.zones} zones × {args.parcels} parcels: {seconds:.0f} s, load {load_1:.1f}, {args.suffix}")
            tell_gaps(watch)
            print("what runs in silences:")
            for where, spent in sampler.seconds.most_common(25):
                print(f"  {spent:6.2f} s  {where}")
            target.unlink(missing_ok=True)
        if args.presses:
            tell_presses(paths, target, seconds, args.presses)
    app.exitQgis()


if __name__ == "__main__":
    main()

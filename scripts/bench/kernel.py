#!/usr/bin/env python3
"""Time the area kernel against Shapely (search tree, predicates, intersections) on a made land-use fabric.

Each engine runs in a process of its own on the same arrays, which are in memory when the clock starts; the processes
run one after the other. The fabric comes from a ``make_fabric.py`` with ``make_parcels(count)`` → (polygons, codes) and
``make_zones(count, extent, seed, overlapping)``, looked for in ``../shared/bench`` beside the repository.

    scripts/bench/kernel.py --parcels 100000 --zones 10 1000
    scripts/bench/kernel.py --parcels 1000000 --zones 1000 --repeat 3
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

REPOSITORY = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(REPOSITORY))

ENGINES = ("kernel", "shapely, inside first", "shapely, plain")


def fabric_of(path: Path):
    """Import the maker of fabrics from its file."""
    spec = importlib.util.spec_from_file_location("make_fabric", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def write(folder: Path, name: str, geoms) -> None:
    """Polygons as flat arrays on disk."""
    import shapely

    kind, xy, parts = shapely.to_ragged_array(geoms)
    for part, values in (("kind", kind.value), ("xy", xy), *((f"offsets{i}", p) for i, p in enumerate(parts))):
        np.save(folder / f"{name}_{part}.npy", values)


def read(folder: Path, name: str):
    """Shapely polygons back from the arrays."""
    import shapely

    files = sorted(folder.glob(f"{name}_offsets*.npy"))
    kind = shapely.GeometryType(int(np.load(folder / f"{name}_kind.npy")))
    return shapely.from_ragged_array(kind, np.load(folder / f"{name}_xy.npy"), tuple(np.load(f) for f in files))


def write_rings(folder: Path, name: str, rings) -> None:
    """The kernel's own arrays on disk."""
    for part in ("x", "y", "ring", "geom"):
        np.save(folder / f"{name}_{part}.npy", getattr(rings, part))


def kernel(folder: Path, names: list[str], repeat: int):
    """Preparing the parcels once, then each set of zones."""
    from carbon_planner.geometry.kernel import Base, Rings, areas_over

    def load(name):
        return Rings(*(np.load(folder / f"{name}_{part}.npy") for part in ("x", "y", "ring", "geom")))

    parcels, sets = load("parcels"), {name: load(name) for name in names}
    clock = time.perf_counter()
    base = Base(parcels)
    prepared = time.perf_counter() - clock
    before = peak()
    for name, zones in sets.items():
        times, cpu = [], time.process_time()
        for _ in range(repeat):
            clock = time.perf_counter()
            zone, _, area = areas_over(base, zones)
            times.append(time.perf_counter() - clock)
        cpu = (time.process_time() - cpu) / repeat
        total = float(np.bincount(zone, area).sum())
        yield (
            name,
            {"prepare": prepared, "times": times, "cpu": cpu, "pairs": len(area), "total": total, "before": before},
        )


def shapely_engine(folder: Path, names: list[str], repeat: int, inside_first: bool):
    """The same with Shapely: pairs inside by predicate and stored area, or everything cut."""
    import shapely

    parcels, sets = read(folder, "parcels"), {name: read(folder, name) for name in names}
    clock = time.perf_counter()
    tree = shapely.STRtree(parcels)
    area = shapely.area(parcels)
    prepared = time.perf_counter() - clock
    before = peak()
    for name, zones in sets.items():
        times, cpu = [], time.process_time()
        for _ in range(repeat):
            clock = time.perf_counter()
            zone, parcel = tree.query(zones, predicate="intersects")
            common = np.zeros(len(zone))
            cut = np.ones(len(zone), dtype=bool)
            if inside_first:
                inside = np.isin(
                    zone * len(parcels) + parcel,
                    np.dot(tree.query(zones, predicate="contains_properly").T, [len(parcels), 1]),
                )
                common[inside], cut = area[parcel[inside]], ~inside
            common[cut] = shapely.area(shapely.intersection(zones[zone[cut]], parcels[parcel[cut]]))
            times.append(time.perf_counter() - clock)
        found = int(np.count_nonzero(common > 0.0))
        cpu = (time.process_time() - cpu) / repeat
        total = float(np.bincount(zone, common).sum())
        yield name, {"prepare": prepared, "times": times, "cpu": cpu, "pairs": found, "total": total, "before": before}


def peak() -> float:
    """Largest memory of this process so far, MB."""
    status = Path("/proc/self/status")
    if not status.exists():  # elsewhere; note that a child starts with the peak of its parent
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024.0
    return int(next(line for line in status.read_text().splitlines() if line.startswith("VmHWM")).split()[1]) / 1024.0


def child(engine: str, folder: Path, names: list[str], repeat: int) -> None:
    """One engine; results as lines of JSON."""
    if engine == "kernel":
        rows = kernel(folder, names, repeat)
    else:
        rows = shapely_engine(folder, names, repeat, engine.endswith("first"))
    for name, row in rows:
        print(json.dumps({"set": name, "engine": engine, "peak": peak(), **row}), flush=True)


def make(args, folder: Path) -> list[str]:
    """Fabric and zones on disk; names of the sets of zones."""
    import shapely

    from carbon_planner.geometry.kernel import Rings

    fabric = fabric_of(args.fabric)
    parcels, _ = fabric.make_parcels(args.parcels, args.seed)
    extent = shapely.total_bounds(parcels)
    clock = time.perf_counter()
    rings = Rings.of(parcels)
    print(f"{len(parcels)} parcels, {len(rings.x)} vertices; flat arrays in {time.perf_counter() - clock:.2f} s")
    write(folder, "parcels", parcels)
    write_rings(folder, "parcels", rings)
    names = []
    for count in args.zones:
        zones = fabric.make_zones(count, extent, args.seed, args.overlapping)
        names.append(f"zones{count}")
        write(folder, names[-1], zones)
        write_rings(folder, names[-1], Rings.of(zones))
    return names


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--fabric", type=Path, default=REPOSITORY.parent / "shared" / "bench" / "make_fabric.py")
    parser.add_argument("--parcels", type=int, default=100_000)
    parser.add_argument("--zones", type=int, nargs="+", default=[10, 1000])
    parser.add_argument("--overlapping", action="store_true", help="zones may overlap")
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--engines", nargs="+", default=list(ENGINES), choices=ENGINES)
    parser.add_argument("--child", nargs=3, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.child:
        engine, folder, names = args.child
        child(engine, Path(folder), names.split(","), args.repeat)
        return
    with tempfile.TemporaryDirectory() as place:
        names = make(args, Path(place))
        measure(args, place, names)


def measure(args, place: str, names: list[str]) -> None:
    """Run the engines one after the other and print the table."""
    import shapely

    print(
        f"Python {platform.python_version()}, numpy {np.__version__}, shapely {shapely.__version__}, "
        f"GEOS {shapely.geos_version_string}; {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}"
    )
    print("| zones | engine | median s | all s | CPU s | pairs | Σ area m² | prepare s | peak MB (before) |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- | --- |")
    for engine in args.engines:
        command = [sys.executable, __file__, "--child", engine, place, ",".join(names), "--repeat", str(args.repeat)]
        lines = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout.splitlines()
        for row in map(json.loads, lines):
            times = " ".join(f"{t:.2f}" for t in row["times"])
            print(
                f"| {row['set'][5:]} | {row['engine']} | {statistics.median(row['times']):.3f} | {times} "
                f"| {row['cpu']:.2f} | {row['pairs']} | {row['total']:.6f} | {row['prepare']:.2f} "
                f"| {row['peak']:.0f} ({row['before']:.0f}) |",
                flush=True,
            )


if __name__ == "__main__":
    main()

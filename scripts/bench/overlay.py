#!/usr/bin/env python3
"""Time pair areas on a made land-use fabric: seconds, longest silence towards the user, balance.

The fabric comes from a ``make_fabric.py`` with ``make_parcels(count)`` → (polygons, codes) and
``make_zones(count, extent, seed, overlapping)``, looked for in ``../shared/bench`` beside the repository.

    scripts/bench/overlay.py --parcels 100000 --zones 10 1000
    scripts/bench/overlay.py --parcels 100000 --zones 1000 --overlapping --missing 0.1 --method planar
"""

from __future__ import annotations

import argparse
import importlib.util
import resource
import sys
import time
from pathlib import Path

import numpy as np
import shapely

REPOSITORY = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(REPOSITORY))

from carbon_planner.base.feedback import Silent  # noqa: E402
from carbon_planner.geometry.area import AreaMethod, total_mm2  # noqa: E402
from carbon_planner.geometry.crs import Crs  # noqa: E402
from carbon_planner.geometry.overlay import pair_areas  # noqa: E402


class Stopwatch(Silent):
    """Feedback that notes how long nobody asked whether to stop."""

    def __init__(self):
        self.last, self.silence = time.perf_counter(), 0.0

    def cancelled(self):
        now = time.perf_counter()
        self.silence, self.last = max(self.silence, now - self.last), now
        return False


def load(path: Path):
    """Import the maker of fabrics from its file."""
    spec = importlib.util.spec_from_file_location("make_fabric", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def run(zones, parcels, crs, method):
    """One overlay, told in one line."""
    watch, wall, cpu = Stopwatch(), time.perf_counter(), time.process_time()
    result = pair_areas(zones, parcels, crs, method=method, feedback=watch)
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    print(
        f"{len(parcels):>9} parcels × {len(zones):>6} zones: {wall:6.1f} s ({cpu:.1f} s CPU), "
        f"{len(result.pair_mm2)} pairs, longest silence {watch.silence:.2f} s, balance {result.balance_error:.1e}, "
        f"union {total_mm2(result.fragment_mm2[result.fragment_counted]) / 1e12:.4f} km², "
        f"uncovered {total_mm2(result.uncovered_mm2) / 1e10:.4f} ha"
    )


def main():
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--fabric", type=Path, default=REPOSITORY.parent / "shared" / "bench" / "make_fabric.py")
    parser.add_argument("--parcels", type=int, default=100_000)
    parser.add_argument("--zones", type=int, nargs="+", default=[10, 1000])
    parser.add_argument("--overlapping", action="store_true", help="zones may overlap")
    parser.add_argument("--missing", type=float, default=0.0, help="share of parcels left out, so that there are gaps")
    parser.add_argument("--method", choices=[m.value for m in AreaMethod if m is not AreaMethod.FIELD])
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    fabric = load(args.fabric)
    parcels, _ = fabric.make_parcels(args.parcels, args.seed)
    extent = shapely.total_bounds(parcels)
    parcels[np.random.default_rng(args.seed).random(len(parcels)) < args.missing] = None
    print(f"shapely {shapely.__version__}, GEOS {shapely.geos_version_string}, numpy {np.__version__}")
    crs, method = Crs.from_text(fabric.CRS), AreaMethod(args.method or "ellipsoidal")
    for count in args.zones:
        run(fabric.make_zones(count, extent, args.seed, args.overlapping), parcels, crs, method)
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


if __name__ == "__main__":
    main()

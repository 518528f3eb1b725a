#!/usr/bin/env python3
"""Time Monte Carlo on made plans: seconds and peak memory, each case in a process of its own.

    scripts/bench/monte_carlo.py
    scripts/bench/monte_carlo.py --zones 10000 --factors 200 --per-zone 20 200 --draws 10000 --workers 1 2

A zone has ``--per-zone`` activities; activity k is valued by one or two of the factors. ``--per-zone`` equal to
``--factors`` is the worst case: every zone depends on every factor. Memory is what the simulation adds to that of the
libraries and the plan, and the peak of the whole process.
"""

from __future__ import annotations

import argparse
import hashlib
import resource
import subprocess
import sys
import time
from pathlib import Path

import numpy as np

REPOSITORY = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(REPOSITORY))

from carbon_planner.accounting.activities import Activities  # noqa: E402
from carbon_planner.accounting.columns import Transition  # noqa: E402
from carbon_planner.accounting.factor_book import FactorBook  # noqa: E402
from carbon_planner.accounting.intervals import Intervals  # noqa: E402
from carbon_planner.accounting.model import Groups, Model  # noqa: E402
from carbon_planner.accounting.terms import Term  # noqa: E402
from carbon_planner.factors.records import Factor  # noqa: E402


def made_factor(number: int, value: float) -> Factor:
    """A factor of a bench plan; kinds of ranges alternate."""
    return Factor(
        factor_id=f"f{number}", category="", system="generic", item=f"f{number}", item_en="", item_zh="",
        parameter="above", region="", value=value, low=0.7 * value, high=1.5 * value,
        range_kind=("95", "minmax")[number % 2], unit="tC/ha", gas="C", year=2024, source="made for timing",
        confidence="derived",
    )  # fmt: skip


def made_plan(zones: int, factors: int, per_zone: int) -> tuple[Model, Groups]:
    """A plan with known sizes; a quarter of the activities are valued by a product of two factors."""
    rng = np.random.default_rng(0)
    book, terms = FactorBook(), []
    records = [made_factor(number, float(rng.uniform(1, 100))) for number in range(factors)]
    for number, record in enumerate(records):
        amount = book.amount(record, "bench@1", 1.0)
        if number % 4 == 0:
            amount = amount.times(book.amount(records[(number + 1) % factors], "bench@1", 0.01))
        net = 1 if number % 2 else -1
        terms.append(Term(number, "change", "land_stock", f"i{number}", "CO2", 2026, 2026, amount, net, "bench", "m"))
    col = np.concatenate([rng.choice(factors, per_zone, replace=False) for _ in range(zones)])
    row = np.repeat(np.arange(zones), per_zone)
    columns = tuple(Transition(None, None) for _ in range(factors))
    matrix = Activities(row, col.astype(np.int64), rng.uniform(0.1, 10, len(row)), columns)
    return Model(matrix, terms, book, "stock"), Groups(np.arange(zones), zones)


def peak_mb() -> float:
    """Largest resident memory of this process so far, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def one_case(zones: int, factors: int, per_zone: int, draws: int, workers: int) -> None:
    """Run one case and tell it in one line."""
    model, groups = made_plan(zones, factors, per_zone)
    before, wall, cpu = peak_mb(), time.perf_counter(), time.process_time()
    linear = Intervals(model).of(groups)
    first = time.perf_counter() - wall
    wall = time.perf_counter()
    found = Intervals(model, draws, 1, workers=workers).of(groups)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    digest = hashlib.sha256(found.low.tobytes() + found.high.tobytes()).hexdigest()[:12]
    ratio = float(np.median((found.high - found.low) / (linear.high - linear.low)))
    print(
        f"{zones} zones × {factors} factors ({per_zone} activities each), {draws} draws, {workers} worker(s): "
        f"{wall:.1f} s ({cpu:.1f} s CPU with Approach 1, itself {first:.2f} s), {peak_mb() - before:.0f} MB more, "
        f"{peak_mb():.0f} MB in all; widths {ratio:.3f} of Approach 1; bits {digest}",
        flush=True,
    )


def main() -> None:
    """Read what to run; each case in a fresh process."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--zones", type=int, default=10_000)
    parser.add_argument("--factors", type=int, default=200)
    parser.add_argument("--per-zone", type=int, nargs="+", default=[20, 200])
    parser.add_argument("--draws", type=int, default=10_000)
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--here", action="store_true", help="run the one case in this process")
    given = parser.parse_args()
    for per_zone in given.per_zone:
        for workers in given.workers:
            if given.here:
                one_case(given.zones, given.factors, min(per_zone, given.factors), given.draws, workers)
                continue
            sizes = {"zones": given.zones, "factors": given.factors, "per-zone": per_zone, "draws": given.draws}
            arguments = [part for name, size in sizes.items() for part in (f"--{name}", str(size))]
            subprocess.run([sys.executable, __file__, "--here", *arguments, "--workers", str(workers)], check=True)


if __name__ == "__main__":
    main()

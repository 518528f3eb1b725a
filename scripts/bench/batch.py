#!/usr/bin/env python3
"""A folder of a thousand files, 150 of them damaged: time in place and with processes, and whether the bytes agree.

usage: batch.py [FILES] [WORKERS]      (FILES 1000, WORKERS 2)
"""

from __future__ import annotations

import shutil
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "core")]

import batch_cases as cases  # noqa: E402

from carbon_planner.base.feedback import Silent  # noqa: E402
from carbon_planner.jobs.batch import Plan, in_place, run_batch, tasks_of_folder  # noqa: E402
from carbon_planner.jobs.batch_base import describe_base  # noqa: E402
from carbon_planner.jobs.batch_pool import Pool  # noqa: E402

KINDS = 20  # ways of damage


def make(folder: Path, files: int) -> int:
    """Write the inputs; gives the number of damaged ones."""
    bad = round(files * 0.15)
    cases.good(folder, files - bad)
    made = 0
    while made < bad:
        part = folder / f"set{made // KINDS}"
        part.mkdir()
        for name in list(cases.damaged(part))[bad - made :]:
            stem = (part / name).with_suffix("")
            for path in stem.parent.glob(f"{stem.name}.*"):
                path.unlink()
        made += KINDS
    return bad


def main(files: int = 1000, workers: int = 2) -> int:
    """Print a table; the exit code is 1 where the runs differ."""
    with tempfile.TemporaryDirectory() as place:
        top = Path(place)
        source = top / "in"
        source.mkdir()
        bad = make(source, files)
        plan = Plan(cases.SETTINGS, base=describe_base(cases.base(top))[0])
        found = {}
        print("| run | files | with errors | reused | seconds |\n| --- | --- | --- | --- | --- |")
        runs = (("in place", in_place), (f"{workers} processes", Pool(workers)), ("resumed", in_place))
        for name, runner in runs:
            out = top / ("out" if name == "resumed" else name)
            if name == "resumed":
                shutil.copytree(top / "in place", out)
            began = time.monotonic()
            report = run_batch(out, tasks_of_folder(source, out, plan), runner, Silent())
            found[name] = cases.contents(out)
            seconds = time.monotonic() - began
            counts = (len(report.outcomes), report.failed, report.reused)
            print(f"| {name} | {counts[0]} | {counts[1]} | {counts[2]} | {seconds:.1f} |", flush=True)
        same = len({tuple(sorted(one.items())) for one in found.values()}) == 1
        print(f"damaged: {bad}; same bytes: {same}")
    return 0 if same else 1


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))

"""Run the layers of tests and sum them up; the work of scripts/test."""

from __future__ import annotations

import argparse
import datetime
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import layers
from project import ROOT, version
from steps import Outcome, Step, run

NAMES = ("L0", "L1", "L2", "L3")
LONG_SUMMARY = ROOT / "docs" / "last_long_run.md"

DESCRIPTION = """\
Run the tests in layers:
  L0  ruff, mypy, import rules, packaging rules; the core's tests with this system's, the oldest and new libraries;
      the team store on a PostgreSQL server of its own (loopback, temporary folder)
  L1  real QGIS of this system: the sample through qgis_process, tests/qgis, tests/data_cases
  L2  the zip: two equal builds, the plugin site's rules and security scan, installed in a clean profile;
      tests/desktop in a real desktop in Chinese
  L3  golden cases and a desktop smoke test on QGIS 3.40 and 3.44, in chroots that are made once and kept
      (folder: $CHROOT_DIR, default /var/tmp/qgis-roots; needs root)
Arguments after -- go to pytest: scripts/test --long -- -m long runs the long tests alone.
Output of every step stays in build/test."""


def parse(argv: list[str] | None) -> argparse.Namespace:
    """Read the command line."""
    form = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(prog="scripts/test", description=DESCRIPTION, formatter_class=form)
    parser.add_argument("--layer", choices=NAMES, help="only this layer")
    parser.add_argument("--long", action="store_true", help="also the long tests; writes docs/last_long_run.md")
    parser.add_argument("pytest_args", nargs="*", metavar="-- ARG", help="for pytest")
    return parser.parse_args(argv)


def head(text: str) -> None:
    """Print a heading."""
    print(f"\n══ {text}", flush=True)


def in_turn(steps: list[Step], quiet: bool = False) -> list[Outcome]:
    """Run steps one after the other; a failed one does not stop the next."""
    found = []
    for step in steps:
        if not quiet:
            print(f"── {step.title}", flush=True)
        outcome = run(step, quiet)
        if quiet:
            print(outcome.line(), flush=True)
        found.append(outcome)
    return found


def at_once(steps: list[Step]) -> list[Outcome]:
    """Run steps side by side, two at a time; what one says is shown if it fails."""
    print(f"── {len(steps)} steps side by side", flush=True)
    with ThreadPoolExecutor(2) as pool:
        return [outcome for found in pool.map(lambda step: in_turn([step], quiet=True), steps) for outcome in found]


def newer_qgis(opt: layers.Options) -> list[Outcome]:
    """L3: both suites at the same time, for each waits much."""
    found = in_turn(layers.layer3_common())
    chains = [layers.layer3(opt, suite) for suite in layers.SUITES]
    with ThreadPoolExecutor(len(chains)) as pool:
        for outcomes in pool.map(chain, chains):
            found += outcomes
    return found


def chain(steps: list[Step]) -> list[Outcome]:
    """The steps of one chroot; without the chroot there is nothing to run the others in."""
    first = in_turn(steps[:1], quiet=True)
    if first[0].failed:
        return [*first, *(Outcome(step.title, failed=1, note="no chroot") for step in steps[1:])]
    return first + in_turn(steps[1:], quiet=True)


def run_layer(name: str, opt: layers.Options) -> list[Outcome]:
    """All steps of a layer."""
    if name == "L3":
        return newer_qgis(opt)
    if name == "L0":
        return in_turn(layers.layer0(opt)) + at_once(layers.core_steps(opt))
    return in_turn({"L1": layers.layer1, "L2": layers.layer2}[name](opt))


def budget_line(name: str, seconds: float, long: bool) -> str:
    """Time against the layer's budget; told, not enforced: machines differ."""
    budget = layers.BUDGETS_S[name]
    late = "" if long or seconds <= budget else "  OVER BUDGET"
    return f"{name} {layers.TITLES[name]}: {seconds:.0f} s of {budget} s{late}"


def write_long_summary(lines: list[str], chosen: list[str]) -> None:
    """Keep what the last long run found, to be committed; ``chosen`` are arguments that went to pytest."""
    command = " ".join(["scripts/test --long", *(["--", *chosen] if chosen else [])])
    day = datetime.datetime.now(tz=datetime.timezone.utc).date().isoformat()
    text = f"# Last long run\n\n{day}, version {version()}, `{command}`\n\n```\n" + "\n".join(lines) + "\n```\n"
    LONG_SUMMARY.write_text(text, encoding="utf-8")


def main(argv: list[str] | None = None) -> int:
    """Command line."""
    args = parse(argv)
    opt = layers.Options(args.long, args.pytest_args)
    summary: list[str] = []
    outcomes: list[Outcome] = []
    start = time.monotonic()
    for name in (args.layer,) if args.layer else NAMES:
        head(f"{name} {layers.TITLES[name]} (budget {layers.BUDGETS_S[name]} s)")
        begin = time.monotonic()
        found = run_layer(name, opt)
        summary += [budget_line(name, time.monotonic() - begin, args.long), *(outcome.line() for outcome in found)]
        outcomes += found
    head(f"summary after {time.monotonic() - start:.0f} s")
    print("\n".join(summary))
    passed, failed, skipped = (sum(getattr(o, key) for o in outcomes) for key in ("passed", "failed", "skipped"))
    closing = f"{passed} passed, {failed} failed, {skipped} skipped"
    if args.long and not args.layer:
        write_long_summary([*summary, closing], args.pytest_args)
    print(f"\n{closing}", flush=True)
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())

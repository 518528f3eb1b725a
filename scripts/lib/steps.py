"""Run the steps of scripts/test, count what they found, keep their output."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass, field
from pathlib import Path

from project import BUILD, ROOT, environment

LOGS = BUILD / "test"
NO_TESTS = 5  # pytest's exit code
PATIENCE_S = 20.0  # to clean up after SIGTERM


@dataclass
class Step:
    """One command. A pytest step is counted by its tests, any other as one check."""

    title: str
    command: list[str]
    env: dict[str, str] = field(default_factory=dict)
    pytest_folders: tuple[str, ...] = ()
    limit_s: float = 900.0
    allow_empty: bool = False  # the caller chose tests by arguments of pytest: a step may have none of them
    prefix: str = ""  # of the junit file's path, where the command sees the repository elsewhere

    @property
    def slug(self) -> str:
        """Name for files."""
        return "".join(c if c.isalnum() else "-" for c in self.title.lower())


@dataclass
class Outcome:
    """What a step found."""

    title: str
    passed: int = 0
    failed: int = 0
    skipped: int = 0
    seconds: float = 0.0
    note: str = ""

    def line(self) -> str:
        """One line of the summary."""
        state = "FAILED" if self.failed else "ok"
        counts = f"{self.passed} passed, {self.failed} failed, {self.skipped} skipped"
        return f"  {state:<7}{self.seconds:6.1f} s  {self.title}: {counts}{'; ' + self.note if self.note else ''}"


def has_tests(folders: tuple[str, ...]) -> bool:
    """Whether there is any test file yet."""
    return any(list((ROOT / folder).rglob("test_*.py")) for folder in folders)


def counts(report: Path) -> tuple[int, int, int]:
    """Passed, failed and skipped tests of a junit file; zeros where it is not there."""
    if not report.exists():
        return 0, 0, 0
    suites = list(ElementTree.parse(report).getroot().iter("testsuite"))
    total, bad, skipped = (
        sum(int(suite.get(key, 0)) for suite in suites for key in keys)
        for keys in (("tests",), ("failures", "errors"), ("skipped",))
    )
    return max(total - bad - skipped, 0), bad, skipped


def run(step: Step, quiet: bool = False) -> Outcome:
    """Run one step; its output goes to the screen (unless quiet, then only if it fails) and to build/test."""
    LOGS.mkdir(parents=True, exist_ok=True)
    report, log = LOGS / f"{step.slug}.xml", LOGS / f"{step.slug}.log"
    report.unlink(missing_ok=True)
    if step.pytest_folders and not has_tests(step.pytest_folders):
        return Outcome(step.title, note=f"no tests in {', '.join(step.pytest_folders)} yet")
    command = list(step.command)
    if step.pytest_folders:
        command.append(f"--junitxml={step.prefix or ROOT}/{report.relative_to(ROOT)}")
    start = time.monotonic()
    code = execute(command, {**environment(), **step.env}, log, step.limit_s, echo=not quiet)
    seconds = time.monotonic() - start
    passed, failed, skipped = counts(report) if step.pytest_folders else (int(code == 0), int(code != 0), 0)
    note = ""
    if code == NO_TESTS and step.allow_empty:
        return Outcome(step.title, seconds=seconds, note="no test chosen")
    if code and not (step.pytest_folders and failed):  # crashed, timed out, or collected nothing: never a pass
        failed, note = 1, "collected no test" if code == NO_TESTS else f"ended with exit code {code}"
    if code == 0 and step.pytest_folders and not passed + skipped:
        failed, note = 1, "left no report"
    if failed and quiet:
        print(log.read_text(encoding="utf-8", errors="replace")[-20000:], flush=True)
    return Outcome(step.title, passed, failed, skipped, seconds, note)


def execute(command: list[str], env: dict[str, str], log: Path, limit_s: float, echo: bool) -> int:
    """Run a command in a process group of its own with a time limit; 124 if it was ended."""
    with log.open("w", encoding="utf-8", errors="replace") as handle:
        process = subprocess.Popen(
            command, cwd=ROOT, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            start_new_session=True, text=True, errors="replace",
        )  # fmt: skip
        late = threading.Event()

        def end(kill: signal.Signals) -> None:
            late.set()
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, kill)

        timers = [
            threading.Timer(limit_s, end, [signal.SIGTERM]),
            threading.Timer(limit_s + PATIENCE_S, end, [signal.SIGKILL]),
        ]
        for timer in timers:
            timer.start()
        try:
            for line in process.stdout or ():
                handle.write(line)
                if echo:
                    sys.stdout.write(line)
                    sys.stdout.flush()
            code = process.wait()
        finally:
            for timer in timers:
                timer.cancel()
        if late.is_set():
            handle.write(f"\nended after {limit_s:g} s\n")
            return 124
        return code

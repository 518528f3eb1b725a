"""Evaluate plan zones through qgis_process and print what came out; the work of scripts/run."""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
import time
from pathlib import Path

import package
from project import BUILD, ROOT, STAGE, SYSTEM_PATH, VENV, environment
from run_args import SAMPLE_ZONES, parameters, parse
from run_table import pad, read_zones, table

ALGORITHM = "carbonplanner:evaluatezones"
WORDS = {
    "en": {
        "warnings": "Warnings:",
        "package": "GeoPackage",
        "report": "Report",
        "closing": "{zones} zones, status {status}, {seconds:.1f} s",
    },
    "zh": {
        "warnings": "警告：",
        "package": "GeoPackage",
        "report": "报告",
        "closing": "{zones} 个分区，状态 {status}，用时 {seconds:.1f} 秒",
    },
}
NOISE = re.compile(
    r"^(QStandardPaths|Warning|\s*$|.*DeprecationWarning|.*propagateSizeHints"
    r"|ERROR:\s+An error was encountered while checking parameter values)"
)


def reason(stderr: str) -> str:
    """What qgis_process said, without its noise and with a traceback cut to its last line."""
    lines = [line.strip() for line in stderr.splitlines() if not NOISE.match(line)]
    if any(line.startswith("Traceback") or "Traceback (most recent" in line for line in lines):
        (BUILD / "run-traceback.log").write_text(stderr, encoding="utf-8")
        lines = [*lines[-1:], f"This is a fault of the plugin; the details are in {BUILD / 'run-traceback.log'}"]
    return "\n".join(lines[-8:]) or "qgis_process ended without a word"


def profile(lang: str) -> Path:
    """A profile of qgis_process whose messages are in a language."""
    if lang == "en":
        return BUILD / "qgis_process_profile"
    folder = BUILD / f"qgis_process_profile_{lang}"
    ini = folder / "profiles" / "default" / "QGIS" / "QGIS3.ini"
    if not ini.exists():
        ini.parent.mkdir(parents=True)
        locale = "[locale]\noverrideFlag=true\nuserLocale=zh-Hans\n"
        ini.write_text(f"[PythonPlugins]\ncarbon_planner=true\n{locale}", encoding="utf-8")
    return folder


def evaluate(opt: argparse.Namespace) -> dict[str, object] | None:
    """Run the algorithm; returns its outputs, or None after telling why there are none."""
    opt.out.mkdir(parents=True, exist_ok=True)
    given = [f"{name}={value}" for name, value in parameters(opt).items()]
    command = [str(ROOT / "scripts" / "qgis_process"), "--json", "run", ALGORITHM, "--", *given]
    # a language of the system would make field names of messages differ from --language
    env = environment(None, QGIS_CUSTOM_CONFIG_PATH=str(profile(opt.REPORT_LANGUAGE)))
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    if done.returncode:
        print(f"Not evaluated: {reason(done.stderr)}", file=sys.stderr)
        return None
    answer = json.loads(done.stdout[done.stdout.index("{") :])
    return dict(answer["results"])


def show(results: dict[str, object], opt: argparse.Namespace, seconds: float) -> None:
    """Print table, warnings and where the results are."""
    out = opt.out.resolve()
    print(table(read_zones(out / "carbon_planner.gpkg"), results, opt.REPORT_LANGUAGE))
    words = WORDS[opt.REPORT_LANGUAGE]
    warnings = str(results.get("WARNINGS") or "").strip()
    if warnings:
        print(f"\n{words['warnings']}")
        print("\n".join(f"  {line}" for line in warnings.splitlines()))
    print()
    print(aligned_path(words["package"], out / "carbon_planner.gpkg"))
    print(aligned_path(words["report"], out / "report.html"))
    print(words["closing"].format(zones=results.get("ZONE_COUNT"), status=results.get("STATUS"), seconds=seconds))


def aligned_path(label: str, path: Path) -> str:
    """A label and where the thing is."""
    return f"{pad(label, 12, right=False)}{path}"


def desktop(opt: argparse.Namespace) -> int:
    """Open QGIS on the screen with the plugin and the layers, in a profile of its own that is kept."""
    if not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        print("run: --desktop needs a screen (DISPLAY is not set)", file=sys.stderr)
        return 2
    profiles = BUILD / "desktop_profile"
    ini = profiles / "profiles" / "default" / "QGIS" / "QGIS3.ini"
    if not ini.exists():
        ini.parent.mkdir(parents=True)
        ini.write_text("[PythonPlugins]\ncarbon_planner=true\n", encoding="utf-8")
    env = dict(os.environ, PATH=f"{VENV}/bin:{SYSTEM_PATH}", QGIS_PLUGINPATH=str(STAGE))
    command = ["qgis", "--profiles-path", str(profiles), "--profile", "default", "--noversioncheck", "--nologo"]
    command += ["--lang", "zh-Hans"] if opt.REPORT_LANGUAGE == "zh" else []
    if opt.zones == str(SAMPLE_ZONES):
        command += ["--code", str(ROOT / "scripts" / "lib" / "inside_sample.py")]
    else:
        command += [layer for layer in (opt.base, opt.zones) if layer]
    return subprocess.run(command, env=env, check=False).returncode


def main(argv: list[str] | None = None) -> int:
    """Command line; see scripts/run for the exit codes."""
    opt = parse(argv)
    try:
        package.stage()
    except package.PackageError as error:
        print(f"run: {error}", file=sys.stderr)
        return 3
    if opt.desktop:
        return desktop(opt)
    start = time.monotonic()
    results = evaluate(opt)
    if results is None:
        return 1
    show(results, opt, time.monotonic() - start)
    return 0


if __name__ == "__main__":
    sys.exit(main())

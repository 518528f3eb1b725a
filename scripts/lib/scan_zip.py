"""Unzip a plugin and scan it as the plugin site does: Bandit with the site's ids and detect-secrets, no configuration.

usage: scan_zip.py ZIP      (Python with bandit and detect-secrets)

The site blocks an upload with any finding of these; there is no suppression file and there will be none.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

from project import BUILD, NAME

CRITICAL = (
    "B102,B103,B105,B106,B107,B111,B201,B202,B301,B302,B304,B305,B306,B307,B312,B321,B323,B401,B402,B412,B413,B501,"
    "B502,B503,B505,B506,B507,B601,B602,B604,B605,B609,B610,B611,B612,B613,B615,B701"
)
WARNING = (
    "B101,B104,B108,B110,B112,B113,B303,B308,B310,B311,B313,B314,B315,B316,B317,B318,B319,B320,B324,B403,B405,B406,"
    "B407,B408,B409,B504,B508,B509,B603,B606,B607,B608,B614,B702,B703,B704"
)
IDS = f"{CRITICAL},{WARNING}"


def bandit(folder: Path) -> list[str]:
    """Findings of Bandit, one line each."""
    command = [sys.executable, "-m", "bandit", "-q", "-f", "json", "-r", str(folder), "-t", IDS]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    try:
        answer = json.loads(done.stdout)
    except json.JSONDecodeError:
        return [f"bandit did not run: {done.stdout[-500:]} {done.stderr[-500:]}"]
    broken = [f"bandit cannot read {e['filename']}: {e['reason']}" for e in answer["errors"]]
    if not answer["metrics"]["_totals"]["loc"]:
        broken.append("bandit saw no code")
    return broken + [
        f"{r['test_id']} {Path(r['filename']).relative_to(folder)}:{r['line_number']} {r['issue_text']}"
        for r in answer["results"]
    ]


def secrets(folder: Path) -> list[str]:
    """Findings of detect-secrets with its default detectors, one line each; metadata.txt is exempt on the site, too."""
    command = [sys.executable, "-m", "detect_secrets", "scan", "--all-files", "--no-verify", "."]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        return [f"detect-secrets did not run: {done.stderr[-500:]}"]
    results = json.loads(done.stdout)["results"]
    return [
        f"{hit['type']} {name}:{hit['line_number']}"
        for name, hits in results.items()
        for hit in hits
        if Path(name).name != "metadata.txt"
    ]


def main(args: list[str]) -> int:
    """Command line."""
    where = BUILD / "unzipped"
    shutil.rmtree(where, ignore_errors=True)
    with zipfile.ZipFile(args[0]) as archive:
        archive.extractall(where)
    folder = where / NAME
    found = bandit(folder) + secrets(folder)
    for line in found:
        print("scan:", line)
    print(f"scan: {len(found)} findings of {len(IDS.split(','))} Bandit ids and the secret detectors")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

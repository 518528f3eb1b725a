"""For tests of the project itself: tracked files, the scripts' own modules."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

SCRIPTS = Path(__file__).resolve().parents[2] / "scripts" / "lib"
sys.path.insert(0, str(SCRIPTS))


@pytest.fixture(scope="session")
def tracked(repository) -> list[Path]:
    """Files under version control, or all but the ignored ones where they are about to be."""
    command = ["git", "-c", "safe.directory=*", "ls-files", "--cached", "--others", "--exclude-standard"]
    done = subprocess.run(command, cwd=repository, capture_output=True, text=True, check=True)
    return [repository / name for name in done.stdout.splitlines() if (repository / name).is_file()]


@pytest.fixture(scope="session")
def texts(tracked) -> dict[Path, str]:
    """Those of the tracked files that are text."""
    found = {}
    for path in tracked:
        try:
            found[path] = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
    return found

"""Whether this Python has every ``name==version`` of a requirements file; fast, without pip and network.

usage: python requirements_met.py [--say] FILE
"""

from __future__ import annotations

import sys
from importlib import metadata
from pathlib import Path


def lacking(path: Path) -> list[str]:
    """Requirements of the file, and of files it includes by -r, that are not met exactly."""
    found = []
    for raw in path.read_text(encoding="utf-8").splitlines():
        line = raw.split("#")[0].strip()
        if line.startswith("-r "):
            found += lacking(path.parent / line[3:].strip())
        elif line:
            name, _, version = line.partition("==")
            try:
                have = metadata.version(name)
            except metadata.PackageNotFoundError:
                have = ""
            if have != version:
                found.append(f"{line} (have {have or 'none'})")
    return found


def main(args: list[str]) -> int:
    """Command line."""
    missing = lacking(Path(args[-1]))
    if missing and "--say" in args:
        print("not installed:", ", ".join(missing), file=sys.stderr)
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

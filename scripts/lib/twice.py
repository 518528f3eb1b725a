"""Build the zip twice, in different folders, and compare the bytes; leaves the zip in dist."""

from __future__ import annotations

import hashlib
import sys
import tempfile
from pathlib import Path

import package
from project import NAME, ROOT, version


def digest(path: Path) -> str:
    """Hash of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def main() -> int:
    """Command line."""
    first = ROOT / "dist" / f"{NAME}-{version()}.zip"
    package.make_zip(package.stage(), first)
    with tempfile.TemporaryDirectory() as folder:
        # built anew, too: the one member that is neither a copy nor a compilation by Qt
        library = Path(folder) / "library.gpkg"
        package.build_library("--force", "--out", str(library))
        staged = package.stage(Path(folder))
        library.replace(staged / package.LIBRARY)
        second = Path(folder) / first.name
        package.make_zip(staged, second)
        same = digest(first) == digest(second)
    print(f"twice: {first.name} {digest(first)[:12]} {'twice the same' if same else 'DIFFERS'}")
    return 0 if same else 1


if __name__ == "__main__":
    sys.exit(main())

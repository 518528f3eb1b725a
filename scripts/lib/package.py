"""Lay the plugin folder that QGIS loads, and zip it byte for byte repeatably.

usage: package.py [--stage-only] [--dest DIR]

The folder build/plugins/carbon_planner holds the package, metadata.txt, LICENSE, i18n/*.qm, resources.rcc and the
factor library; qgis_process, the desktop and the zip all use it.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

from project import NAME, ROOT, STAGE, environment, version

LIBRARY = Path("factors", "library", "library.gpkg")
KEYS = LIBRARY.with_name("factor_keys.csv")  # read as it is, beside the library
TEXT = {".py", ".csv", ".json", ".geojson", ".txt", ".md", ".html", ".j2", ".css", ".js", ".qml", ".sld", ".xml"}
TEXT |= {".svg", ".ui", ".qgs", ".model3", ".sql"}
IMAGES = {".png", ".jpg"}
SKIP_DIRS = {"__pycache__"}
STAMP = (2020, 1, 1, 0, 0, 0)  # no build time in the zip: the same source gives the same bytes


class PackageError(Exception):
    """Something is in the tree that may not be shipped, or a tool failed."""


def tool(name: str) -> str:
    """Qt 5's own tool by its full path: /usr/bin/rcc is only a chooser that may have nothing to choose from."""
    path = Path("/usr/lib/qt5/bin", name)
    found = str(path) if path.exists() else shutil.which(name)
    if not found:
        raise PackageError(f"no {name}; run scripts/setup")
    return found


def run(*command: str | Path) -> None:
    """Run a tool; its words are shown only if it fails."""
    done = subprocess.run([str(c) for c in command], capture_output=True, text=True, check=False)
    if done.returncode:
        raise PackageError(f"{command[0]}: {done.stdout}{done.stderr}")


def build_library(*args: str) -> None:
    """Call scripts/build_library; without arguments it does nothing where the shipped library is up to date."""
    script = ROOT / "scripts" / "build_library"
    done = subprocess.run([str(script), *args], env=environment(), capture_output=True, text=True, check=False)
    if done.returncode:
        raise PackageError(f"scripts/build_library failed: {done.stdout}{done.stderr}")


def shipped(path: Path) -> bool:
    """Whether a file of the package goes into the plugin; raises for one that nobody decided about."""
    rel = path.relative_to(ROOT / NAME)
    if SKIP_DIRS & set(rel.parts) or path.suffix == ".pyc":
        return False
    if rel in (LIBRARY, KEYS):
        return True
    if rel.parent == LIBRARY.parent:
        return False  # what the library is built from
    if path.name.startswith(".") or path.suffix not in TEXT | IMAGES:
        raise PackageError(
            f"{path.relative_to(ROOT)}: no file of this kind may be shipped (see scripts/lib/package.py)"
        )
    return True


def stage(dest: Path = STAGE) -> Path:
    """Lay the plugin folder afresh and return it; the old one is replaced only by a complete new one."""
    build_library()
    dest.mkdir(parents=True, exist_ok=True)
    # beside the destination: on the same file system, but not where QGIS looks for plugins
    with tempfile.TemporaryDirectory(prefix="stage-", dir=dest.parent) as work:
        fresh = lay(Path(work) / NAME)
        target = dest / NAME
        if target.exists():
            target.rename(Path(work) / "old")
        fresh.rename(target)
    return target


def lay(target: Path) -> Path:
    """Copy and compile into a new folder."""
    for path in sorted((ROOT / NAME).rglob("*")):
        if path.is_file() and shipped(path):
            copy = target / path.relative_to(ROOT / NAME)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, copy)
    for name in ("metadata.txt", "LICENSE"):
        shutil.copyfile(ROOT / name, target / name)
    (target / "i18n").mkdir(exist_ok=True)
    for source in sorted((ROOT / "i18n").glob("*.ts")):
        run(tool("lrelease"), "-silent", source, "-qm", target / "i18n" / (source.stem + ".qm"))
    # format 1 is read by every Qt from 5.9 on and carries no time stamp
    run(tool("rcc"), "--binary", "--format-version", "1", ROOT / "resources.qrc", "-o", target / "resources.rcc")
    return target


def make_zip(folder: Path, out: Path) -> None:
    """Write the zip: sorted names, fixed time and mode."""
    out.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                info = zipfile.ZipInfo(f"{NAME}/{path.relative_to(folder).as_posix()}", STAMP)
                info.compress_type = zipfile.ZIP_DEFLATED
                info.external_attr = 0o100644 << 16
                archive.writestr(info, path.read_bytes())


def uncommitted() -> list[str]:
    """Files of the package that differ from the last commit; a release has none."""
    command = ["git", "status", "--porcelain", "--", NAME, "i18n", "metadata.txt", "resources.qrc", "LICENSE"]
    try:
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        return []
    return done.stdout.splitlines() if done.returncode == 0 else []


def main(argv: list[str] | None = None) -> int:
    """Command line."""
    parser = argparse.ArgumentParser(prog="scripts/package", description="Build dist/carbon_planner-VERSION.zip.")
    parser.add_argument("--stage-only", action="store_true", help="lay the folder, make no zip")
    parser.add_argument("--dest", type=Path, default=STAGE, help="folder that receives carbon_planner/")
    args = parser.parse_args(argv)
    try:
        folder = stage(args.dest)
    except PackageError as error:
        print(f"package: {error}", file=sys.stderr)
        return 1
    if args.stage_only:
        return 0
    out = ROOT / "dist" / f"{NAME}-{version()}.zip"
    make_zip(folder, out)
    dirty = uncommitted()
    if dirty:
        print(f"package: note: {len(dirty)} files differ from the last commit, so this is no release", file=sys.stderr)
    print(f"{out.relative_to(ROOT)}  {out.stat().st_size:,} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())

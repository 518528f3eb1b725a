"""What there is to evaluate in a folder: files that hold layers, and the hash of the content of each."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from ..base.errors import InputError
from ..base.feedback import pause

SHAPEFILE, ARCHIVE, GEODATABASE = ".shp", ".zip", ".gdb"
SUFFIXES = (SHAPEFILE, ".gpkg", ".geojson", ARCHIVE, GEODATABASE)
MARKER = ".carbon-planner-batch"  # file that marks an output folder: what lies there is no input
_PARTS = (".shp", ".shx", ".dbf", ".prj", ".cpg")
_SIDE_FILES = ("-wal",)
_CHUNK = 1 << 20


@dataclass(frozen=True)
class Found:
    """A file with layers; ``name`` is its path below the folder, with slashes."""

    path: Path
    name: str


def inventory(folder: Path, *, without: Iterable[Path] = ()) -> list[Found]:
    """Files with layers below a folder, in the order of their names; hidden folders and outputs are passed over.

    ``without`` names files and folders that are no inputs: the base, the output folder. A shapefile of which only the
    ``.shx`` or ``.dbf`` is left is listed as well, so that its loss is told. Raises :class:`InputError` where the
    folder is missing.
    """
    if not folder.is_dir():
        raise InputError("BATCH_NO_FOLDER", path=str(folder))
    skipped = {path.absolute() for path in without}
    found: dict[str, Found] = {}
    for place, folders, files in os.walk(folder, followlinks=False):
        pause()
        here = Path(place)
        packed = [name for name in folders if name.lower().endswith(GEODATABASE)]
        folders[:] = sorted(name for name in folders if name not in packed and _open(here / name, skipped))
        for name in [*packed, *files, *_orphans(files)]:
            path = here / name
            if path.suffix.lower() in SUFFIXES and path.absolute() not in skipped and not name.startswith("."):
                label = path.relative_to(folder).as_posix()
                found[label] = Found(path, label)
    return [found[label] for label in sorted(found)]


def _open(folder: Path, skipped: set[Path]) -> bool:
    return not (folder.name.startswith(".") or folder.absolute() in skipped or (folder / MARKER).exists())


def _orphans(files: list[str]) -> list[str]:
    """Names that shapefiles would have whose index is left without them."""
    stems = {Path(name).stem.lower() for name in files if name.lower().endswith(SHAPEFILE)}
    left = [Path(name).stem for name in files if name.lower().endswith(".shx")]
    return [stem + SHAPEFILE for stem in left if stem.lower() not in stems]


def parts_of(path: Path) -> list[Path]:
    """All files that make up an input, in a fixed order."""
    if path.is_dir():
        return sorted(part for part in path.rglob("*") if part.is_file() and not part.name.endswith(".lock"))
    if path.suffix.lower() == SHAPEFILE:
        alike = [p for p in path.parent.iterdir() if p.stem == path.stem and p.suffix.lower() in _PARTS]
        return sorted(alike, key=lambda p: p.suffix.lower())
    side = [path.with_name(path.name + suffix) for suffix in _SIDE_FILES]
    return [path, *(part for part in side if part.is_file())]


def content_of(path: Path) -> str:
    """SHA-256 over names and bytes of all parts of an input; "" where one cannot be read, or is no plain file."""
    digest = hashlib.sha256()
    try:
        parts = parts_of(path)
        for part in parts:
            if not part.is_file():
                return ""
            digest.update(f"{part.name}\0{part.stat().st_size}\0".encode("utf-8", "surrogateescape"))
            with part.open("rb") as handle:
                while chunk := handle.read(_CHUNK):
                    pause()
                    digest.update(chunk)
    except OSError:
        return ""
    return digest.hexdigest() if parts else ""


def check_readable(path: Path) -> None:
    """Raise :class:`InputError` for an input that is missing, empty, no plain file, or may not be read."""
    if path.suffix.lower() == GEODATABASE and path.is_dir():
        return
    try:
        size = path.stat().st_size
        if not path.is_file():
            raise InputError("BATCH_NOT_A_FILE", path=str(path))
        with path.open("rb") as handle:
            handle.read(1)
    except OSError as error:
        # A shapefile whose .shp is gone is told as such by the check of its parts.
        if path.suffix.lower() == SHAPEFILE and not path.is_symlink() and isinstance(error, FileNotFoundError):
            return
        raise InputError("BATCH_NOT_READABLE", path=str(path), reason=error.strerror or str(error)) from None
    if size == 0:
        raise InputError("BATCH_ZERO_BYTES", path=str(path))

"""Whether a shapefile is whole: its parts are there, as long as they say, and agree with each other.

GDAL reads what it can of a cut file and calls the rest null. For a run that nobody watches that is too kind: a sum over
the first half of a table looks like a result.
"""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Optional

from ..base.errors import InputError
from .dbf import companion, read_bytes, read_header

_HEAD = 100  # bytes of the header of .shp and .shx
_CODE = 9994
_INDEX_ROW = 8


def check_shapefile(path: Path) -> None:
    """Raise :class:`InputError` naming the part that is missing, cut or at odds with the others."""
    parts = {suffix: _part(path, suffix) for suffix in (".shp", ".shx", ".dbf")}
    shp, shx, dbf = (parts[suffix] for suffix in (".shp", ".shx", ".dbf"))
    _check_length(path, ".shp", shp)
    _check_length(path, ".shx", shx)
    header = read_header(str(dbf))
    if header is None:
        raise InputError("SHAPEFILE_CUT", path=str(path), part=".dbf", size=dbf.stat().st_size, says="—")
    if dbf.stat().st_size < header.file_size:
        raise InputError("SHAPEFILE_CUT", path=str(path), part=".dbf", size=dbf.stat().st_size, says=header.file_size)
    shapes = (shx.stat().st_size - _HEAD) // _INDEX_ROW
    if shapes != header.rows:
        raise InputError("SHAPEFILE_ROWS", path=str(path), shapes=shapes, rows=header.rows)


def _part(path: Path, suffix: str) -> Path:
    found: Optional[str] = str(path) if suffix == path.suffix.lower() else companion(str(path), suffix)
    if found is None or not Path(found).is_file():
        raise InputError("SHAPEFILE_PART", path=str(path), part=suffix)
    return Path(found)


def _check_length(path: Path, suffix: str, part: Path) -> None:
    """Compare the length that a header states (in words of two bytes) with that of the file."""
    head = read_bytes(str(part), 0, _HEAD)
    size = part.stat().st_size
    if len(head) < _HEAD or struct.unpack(">i", head[:4])[0] != _CODE:
        raise InputError("SHAPEFILE_CUT", path=str(path), part=suffix, size=size, says="—")
    says = 2 * struct.unpack(">i", head[24:28])[0]
    if size < says:
        raise InputError("SHAPEFILE_CUT", path=str(path), part=suffix, size=size, says=says)

"""Names of result files, made from names of sources: legal on every system, short, and never the same for two."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

from ..base.hashing import SHORT, content_hash

RESULTS = "results"
_LONGEST = 80
_FORBIDDEN = re.compile(r'[<>:"/\\|?*\x00-\x1f]+')
_RESERVED = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\..*)?$")


def file_name(name: str) -> str:
    """A name that every file system takes; where it had to be changed, a part of its hash keeps it apart."""
    clean = _FORBIDDEN.sub("_", name).strip(" .")[:_LONGEST]
    if clean == name and not _RESERVED.match(name):
        return clean
    return f"{clean}-{content_hash(name)[: SHORT // 2]}"


def result_of(source: str) -> str:
    """Place of the results of a source below the output folder, without suffix: ``sub/a.shp`` → ``results/sub/a_shp``.

    The suffix is part of the name, since ``a.shp`` and ``a.gpkg`` may lie beside each other.
    """
    path = PurePosixPath(source)
    last = f"{path.stem}_{path.suffix[1:].lower()}" if path.suffix else path.name
    # Systems that do not tell capitals apart would put A.shp and a.shp into one file.
    mark = f"-{content_hash(path.name)[:6]}" if path.name != path.name.lower() else ""
    return "/".join([RESULTS, *(file_name(part) for part in path.parts[:-1]), file_name(last + mark)])

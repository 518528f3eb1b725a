"""The one door to pyproj: imported late, its data folder found, its objects cached per thread.

pyproj objects must not be shared between threads (before pyproj 3.7), and a virtual environment on top of a system
pyproj does not find the PROJ database by itself. Both are dealt with here, so that the rest asks for a CRS and gets
one.
"""

from __future__ import annotations

import os
import sys
import threading
import warnings
from collections.abc import Iterator
from functools import lru_cache
from importlib import import_module
from pathlib import Path
from typing import Any

from ..base.errors import GeometryError, MissingLibrary

DATABASE = "proj.db"


class _Cache(threading.local):
    """Objects of one thread, by WKT or pair of WKT."""

    def __init__(self) -> None:
        self.crs: dict[str, Any] = {}
        self.pipelines: dict[tuple[str, str], Any] = {}


_CACHE = _Cache()
_CACHE_SIZE = 256  # more CRS than any run needs; bounds the memory of a long session


def data_dirs() -> Iterator[Path]:
    """Folders that may hold ``proj.db``, the likeliest first: environment, Python's prefixes, QGIS bundles, system."""
    for name in ("PROJ_DATA", "PROJ_LIB"):
        yield from (Path(part) for part in os.environ.get(name, "").split(os.pathsep) if part)
    for prefix in dict.fromkeys((sys.base_prefix, sys.prefix)):
        # QGIS on Windows keeps Python in apps/Python39 below its root, on macOS in Contents/…
        for root in (Path(prefix), *Path(prefix).parents[:4]):
            yield from (root / "share" / "proj", root / "Library" / "share" / "proj", root / "Resources" / "proj")
    if os.environ.get("OSGEO4W_ROOT"):
        yield Path(os.environ["OSGEO4W_ROOT"]) / "share" / "proj"
    yield from (Path("/usr/share/proj"), Path("/usr/local/share/proj"), Path("/opt/homebrew/share/proj"))


def _usable(module: Any) -> bool:
    """Whether pyproj can look up a CRS, i.e. has a database of a layout that it reads."""
    try:
        module.CRS.from_epsg(4326)
    except (module.exceptions.CRSError, module.exceptions.DataDirError):
        return False
    return True


@lru_cache(maxsize=1)
def pyproj() -> Any:
    """The pyproj module with a working database.

    Raises :class:`MissingLibrary` where pyproj is not installed or no database fits it.
    """
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=".*PROJ data directory.*")
        try:
            module: Any = import_module("pyproj")
            import_module("pyproj.datadir")
            import_module("pyproj.exceptions")
        except ImportError as error:
            raise MissingLibrary("PYPROJ_MISSING", reason=str(error)) from error
        if _usable(module):
            return module
        for folder in (*data_dirs(), *(p / "share" / "proj" for p in Path(module.__file__).parents[:5])):
            if (folder / DATABASE).is_file():
                module.datadir.set_data_dir(str(folder))
                if _usable(module):
                    return module
    raise MissingLibrary("PROJ_DATA_MISSING", version=module.proj_version_str)


def parse(text: str) -> Any:
    """A ``pyproj.CRS`` from an authority code, WKT or PROJ text; cached per thread.

    Raises :class:`GeometryError` ``CRS_UNREADABLE``.
    """
    if text not in _CACHE.crs:
        module = pyproj()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", FutureWarning)  # "+init=" is old but unambiguous
            warnings.simplefilter("ignore", UserWarning)  # "will lose information": only PROJ text would
            try:
                crs = module.CRS.from_user_input(text)
            except module.exceptions.CRSError as error:
                raise GeometryError("CRS_UNREADABLE", text=text[:200]) from error
        if len(_CACHE.crs) >= _CACHE_SIZE:
            _CACHE.crs.clear()
        _CACHE.crs[text] = crs
    return _CACHE.crs[text]


def horizontal(crs: Any) -> Any:
    """The two-dimensional core of a CRS: without height, without the shift to WGS 84 bound to it."""
    while crs.is_compound or crs.is_bound:
        crs = crs.sub_crs_list[0] if crs.is_compound else crs.source_crs
    return crs


def without_height(crs: Any) -> Any:
    """A compound CRS without its vertical part; a shift to WGS 84 stays."""
    while crs.is_compound:
        crs = crs.sub_crs_list[0]
    return crs


def geodetic(crs: Any) -> Any:
    """The longitude/latitude CRS below a horizontal CRS; rotated poles are undone. None for a local CRS."""
    base = crs if crs.is_geographic else crs.geodetic_crs
    while base is not None and base.source_crs is not None:
        base = base.source_crs
    return base


def pipeline(key: tuple[str, str], source: Any, target: Any) -> Any:
    """A transformer x/y → x/y in the order east, north; cached per thread under ``key``."""
    if key not in _CACHE.pipelines:
        module = pyproj()
        try:
            made = module.Transformer.from_crs(source, target, always_xy=True)
        except module.exceptions.ProjError as error:
            raise GeometryError("CRS_NO_TRANSFORM", source=source.name, target=target.name) from error
        if len(_CACHE.pipelines) >= _CACHE_SIZE:
            _CACHE.pipelines.clear()
        _CACHE.pipelines[key] = made
    return _CACHE.pipelines[key]

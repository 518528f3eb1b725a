"""Which Python libraries are missing and how to get them, told by platform; nothing is ever installed from here.

Needs only the standard library and imports none of the libraries unless asked to try them: pandas alone takes a second.
"""

from __future__ import annotations

import importlib
import importlib.util
import os
import re
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Optional

OK, ABSENT, OLD, BROKEN = "ok", "absent", "old", "broken"


@dataclass(frozen=True)
class Library:
    """A library: its name for Python and pip, for apt, the oldest version that serves, and whether a result needs it.

    ``marker`` is a file that first came with the oldest version; it tells the age where the version cannot be read
    (some distributions ship Shapely as ``0+unknown``).
    """

    name: str
    apt: str
    minimum: tuple[int, ...]
    required: bool
    marker: str = ""

    @property
    def wanted(self) -> str:
        """Name with the lower bound, as pip writes it."""
        return f"{self.name}>={'.'.join(map(str, self.minimum))}"


LIBRARIES = {
    lib.name: lib
    for lib in (
        Library("numpy", "python3-numpy", (1, 22), required=True),
        Library("pandas", "python3-pandas", (1, 5), required=True),
        Library("shapely", "python3-shapely", (2, 0), required=True, marker="set_operations.py"),
        Library("pyproj", "python3-pyproj", (3, 0), required=True),
        Library("jinja2", "python3-jinja2", (3, 0), required=False),
        Library("matplotlib", "python3-matplotlib", (3, 3), required=False),
    )
}
EVALUATION = tuple(lib.name for lib in LIBRARIES.values() if lib.required)
REPORT = ("jinja2", "matplotlib")


@dataclass(frozen=True)
class State:
    """What was found of one library; ``detail`` is the error of an import that failed."""

    library: Library
    status: str
    version: str = ""
    detail: str = ""


_broken: dict[str, str] = {}  # libraries that are there but could not be imported, with the reason


def version_tuple(text: str) -> tuple[int, ...]:
    """Leading numbers of a version: ``2.2.3+dfsg`` gives (2, 2, 3), ``0+unknown`` gives ()."""
    match = re.match(r"\d+(?:\.\d+)+", text)
    return tuple(int(part) for part in match.group().split(".")) if match else ()


def _version(name: str) -> str:
    from importlib import metadata  # 40 ms, so not at load

    try:
        return metadata.version(name) or ""
    except metadata.PackageNotFoundError:
        return ""


def find(name: str) -> State:
    """Look for a library without importing it."""
    library = LIBRARIES[name]
    if name in _broken:
        return State(library, BROKEN, detail=_broken[name])
    try:
        spec = importlib.util.find_spec(name)
    except (ImportError, ValueError, AttributeError) as error:
        return State(library, ABSENT, detail=str(error))
    if spec is None:
        return State(library, ABSENT)
    version = _version(name)
    if library.marker and spec.submodule_search_locations:
        old = not any(Path(place, library.marker).is_file() for place in spec.submodule_search_locations)
    else:
        old = bool(version_tuple(version)) and version_tuple(version) < library.minimum
    return State(library, OLD if old else OK, version)


def states() -> list[State]:
    """What was found of each library."""
    return [find(name) for name in LIBRARIES]


def missing(names: Optional[Iterable[str]] = None) -> list[str]:
    """Those of the libraries (all that an evaluation needs, unless named) that cannot be used, as ``shapely>=2.0``."""
    found = (find(name) for name in (EVALUATION if names is None else names))
    return [state.library.wanted for state in found if state.status != OK]


def try_imports(names: Optional[Iterable[str]] = None) -> list[State]:
    """Import the libraries, so that a damaged one shows; takes seconds, so do it off the GUI thread."""
    _broken.clear()
    importlib.invalidate_caches()
    for name in LIBRARIES if names is None else names:
        if find(name).status != OK:
            continue
        try:
            importlib.import_module(name)
        except (ImportError, OSError, AttributeError, ValueError, TypeError, RuntimeError, SyntaxError) as error:
            _broken[name] = f"{type(error).__name__}: {error}"  # what damaged or mismatched wheels were seen to raise
    return states()


# --- what to do -------------------------------------------------------------------------------------------------------

WINDOWS, MACOS, DEBIAN, CONDA, OTHER = "windows", "macos", "debian", "conda", "other"
PLATFORMS = (WINDOWS, MACOS, DEBIAN, CONDA, OTHER)


def platform_id(os_release: Path = Path("/etc/os-release")) -> str:
    """The platform as far as the way to install is concerned."""
    if Path(sys.prefix, "conda-meta").is_dir():
        return CONDA
    if os.name == "nt":
        return WINDOWS
    if sys.platform == "darwin":
        return MACOS
    if os_release.is_file():
        words = re.findall(r"^ID(?:_LIKE)?=\"?([^\"\n]*)", os_release.read_text(encoding="utf-8"), re.MULTILINE)
        if {"debian", "ubuntu"} & set(" ".join(words).split()):
            return DEBIAN
    return OTHER


def _mac_python() -> str:
    """The interpreter inside the application bundle; where it is differs between the packages."""
    home = Path(sys.executable).parent
    places = (home / "bin" / "python3", home / "python3", Path(sys.prefix) / "bin" / "python3")
    return str(next((place for place in places if place.is_file()), places[0]))


# Shapely 2.0 brings GEOS 3.11, later ones bring a newer one. On Linux the GEOS that QGIS links comes first for every
# library of the process: built for a newer one, Shapely then fails ("WKB output dimension must be 2 or 3").
_SHAPELY_BELOW, _GEOS_OF_LATER = ",<2.1", (3, 12)


def _pip_words(found: list[State], pinned: bool = False) -> str:
    """Requirements for pip; ``pinned`` keeps Shapely at what fits the GEOS of this QGIS.

    NumPy keeps its version: compiled parts of QGIS and of other plugins depend on it.
    """
    upper = {"shapely": _SHAPELY_BELOW} if pinned else {}
    names = [state.library for state in found if state.library.name != "numpy"]
    words = [library.wanted + upper.get(library.name, "") for library in names]
    numpy = find("numpy")
    pin = f"numpy=={numpy.version}" if numpy.status == OK and numpy.version else LIBRARIES["numpy"].wanted
    return " ".join(f'"{word}"' for word in [pin, *words])


_ONLY_WHERE = {
    "en": "# only where this brings a Shapely below 2.0 (Debian 12, Ubuntu 22.04):",
    "zh": "# 仅当上一条命令安装的 Shapely 低于 2.0 时才需要（Debian 12、Ubuntu 22.04）：",
}
_WHY_PINNED = {
    "en": "# below 2.1: later ones are built for a newer GEOS than the one of this QGIS, and fail with it",
    "zh": "# 限定低于 2.1：更新的版本是按比本机 QGIS 更新的 GEOS 编译的，与之不兼容，运行会出错",
}


def _old_geos(geos: str) -> bool:
    """Whether QGIS links a GEOS before those that later Shapelys are built for; one that is not known counts as old."""
    return version_tuple(geos) < _GEOS_OF_LATER


def commands(platform: str, found: Optional[list[State]] = None, lang: str = "en", geos: str = "") -> list[str]:
    """Commands that bring what is missing (or everything, where nothing is) on a platform.

    ``geos`` is the version that QGIS links; it limits Shapely where programs share the GEOS of the system.
    """
    lacking = [state for state in (states() if found is None else found) if state.status != OK]
    lacking = lacking or [State(library, ABSENT) for library in LIBRARIES.values()]
    pip = _pip_words(lacking)
    if platform == WINDOWS:
        return [f"python -m pip install --user {pip}"]
    if platform == MACOS:
        return [f'"{_mac_python()}" -m pip install --user {pip}']
    if platform == CONDA:
        return ["conda install -c conda-forge " + " ".join(f'"{state.library.wanted}"' for state in lacking)]
    pinned = _old_geos(geos) and any(state.library.name == "shapely" for state in lacking)
    why = [_WHY_PINNED.get(lang, _WHY_PINNED["en"])] if pinned else []
    if platform == DEBIAN:
        return _debian(lacking, lang, pinned, why)
    return [*why, f"python3 -m pip install --user {_pip_words(lacking, pinned)}"]


def _debian(lacking: list[State], lang: str, pinned: bool, why: list[str]) -> list[str]:
    """Packages of the distribution, and pip for those that it has too old."""
    fresh = [state.library.apt for state in lacking if state.status == ABSENT]
    lines = ["sudo apt install " + " ".join(fresh)] if fresh else []
    aged = [state for state in lacking if state.status != ABSENT]
    if not aged and pinned:
        lines.append(_ONLY_WHERE.get(lang, _ONLY_WHERE["en"]))
        aged = [State(LIBRARIES["shapely"], OLD)]
    if aged:  # the second option: pip of these systems refuses to install beside apt without it
        lines += why if any(state.library.name == "shapely" for state in aged) else []
        lines.append(f"python3 -m pip install --user --break-system-packages {_pip_words(aged, pinned)}")
    return lines


def remedy(absent: Iterable[str], lang: str = "en") -> str:
    """One sentence for a message: what is missing and where the plugin tells more."""
    names = ", ".join(absent)
    if lang == "zh":
        return f"缺少 Python 库：{names}。安装方法见菜单“碳规划 ▸ 所需库…”。"
    return f"Missing Python libraries: {names}. Carbon Planner ▸ Required libraries… shows how to install them."

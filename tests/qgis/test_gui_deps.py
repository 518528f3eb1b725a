"""Which libraries are missing, and what is said about it."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from carbon_planner import deps


@pytest.fixture(autouse=True)
def forget(monkeypatch):
    monkeypatch.setattr(deps, "_broken", {})


def package(folder, name, version, files=("__init__.py",), body=""):
    """A package on disk with metadata, as pip leaves it."""
    (folder / name).mkdir(parents=True)
    for file in files:
        (folder / name / file).write_text(body, encoding="utf-8")
    info = folder / f"{name}-{version}.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n", encoding="utf-8")


@pytest.fixture
def only(monkeypatch, tmp_path):
    """An interpreter that sees only one folder."""
    for name in deps.LIBRARIES:
        monkeypatch.delitem(sys.modules, name, raising=False)
    keep = [p for p in sys.path if not p.endswith(("-packages", "site-packages"))]
    monkeypatch.setattr(sys, "path", [str(tmp_path), *keep])
    return tmp_path


def test_here_all_is_well():
    assert deps.missing() == []
    assert [state.status for state in deps.states()] == [deps.OK] * len(deps.LIBRARIES)


@pytest.mark.parametrize("name", deps.LIBRARIES)
def test_each_hidden_in_turn(monkeypatch, name):
    monkeypatch.setitem(sys.modules, name, None)
    assert deps.find(name).status == deps.ABSENT
    assert deps.missing([name]) == [deps.LIBRARIES[name].wanted]
    assert (deps.missing() == []) is not deps.LIBRARIES[name].required


def test_versions(only):
    package(only, "pandas", "1.3.3")
    package(only, "numpy", "2.4.6")
    package(only, "shapely", "1.8.5", ("__init__.py", "coords.py"))
    states = {state.library.name: (state.status, state.version) for state in deps.states()}
    assert states["pandas"] == (deps.OLD, "1.3.3")
    assert states["numpy"] == (deps.OK, "2.4.6")
    assert states["shapely"] == (deps.OLD, "1.8.5")
    assert states["pyproj"] == (deps.ABSENT, "")
    assert deps.missing() == ["pandas>=1.5", "shapely>=2.0", "pyproj>=3.0"]


def test_shapely_without_a_readable_version(only):
    """Some distributions say 0+unknown: the files tell the age."""
    package(only, "shapely", "0+unknown", ("__init__.py", "set_operations.py"))
    assert deps.find("shapely").status == deps.OK


@pytest.mark.parametrize(
    "body", ["raise ImportError('numpy.core')", "raise OSError('DLL')", "1 +", "raise ValueError('x')"]
)
def test_damaged_library(only, body):
    """It is found at first; importing shows the damage, and from then on it counts as missing."""
    package(only, "pandas", "2.0.0", body=body)
    assert deps.find("pandas").status == deps.OK
    states = {state.library.name: state for state in deps.try_imports()}
    assert states["pandas"].status == deps.BROKEN
    assert states["pandas"].detail
    assert "pandas>=1.5" in deps.missing()


@pytest.mark.parametrize(
    ("text", "parts"),
    [("2.2.3+dfsg", (2, 2, 3)), ("0+unknown", ()), ("", ()), ("1.24.2", (1, 24, 2)), ("3.0rc1", (3, 0))],
)
def test_version_numbers(text, parts):
    assert deps.version_tuple(text) == parts


@pytest.mark.parametrize("platform", deps.PLATFORMS)
def test_commands(platform, only):
    package(only, "numpy", "1.24.2")
    package(only, "shapely", "1.8.5", ("__init__.py",))
    lines = deps.commands(platform)
    text = "\n".join(lines)
    assert "pandas" in text
    assert "shapely" in text
    if "pip" in text:
        assert '"numpy==1.24.2"' in text  # what QGIS is built against stays
    if platform == deps.DEBIAN:
        assert lines[0].startswith("sudo apt install python3-pandas")
        assert "python3-numpy" not in lines[0]
        assert "--break-system-packages" in lines[-1]


@pytest.mark.parametrize(
    ("platform", "geos", "pinned"),
    [
        (deps.DEBIAN, "3.11.1-CAPI-1.17.1", True),
        (deps.DEBIAN, "3.13.1", False),
        (deps.OTHER, "3.11.1", True),
        (deps.OTHER, "3.12.0", False),
        (deps.OTHER, "", True),  # not known: the careful advice
        (deps.WINDOWS, "3.11.1", False),  # wheels keep their own GEOS there
        (deps.MACOS, "3.11.1", False),
        (deps.CONDA, "3.11.1", False),  # one GEOS for all
    ],
)
def test_shapely_fits_the_geos_of_qgis(platform, geos, pinned, only):
    """Shapely 2.1 and later fail in a QGIS that links GEOS 3.11 (decision 0002): scripts/setup pins it as well."""
    package(only, "numpy", "1.24.2")
    package(only, "shapely", "1.8.5", ("__init__.py",))
    for lang, word in (("en", "# below 2.1: "), ("zh", "# 限定低于 2.1：")):
        lines = deps.commands(platform, lang=lang, geos=geos)
        assert ('"shapely>=2.0,<2.1"' in lines[-1]) is pinned
        assert '"shapely>=2.0' in lines[-1]
        assert any(line.startswith(word) for line in lines) is pinned


def test_shapely_of_the_distribution_first(only):
    """Where apt has none yet, it is asked first; pip serves only where apt's is too old, which GEOS tells."""
    package(only, "numpy", "1.24.2")
    old = deps.commands(deps.DEBIAN, geos="3.11.1")
    assert "python3-shapely" in old[0]
    assert old[1].startswith("# only where")
    assert old[-1].endswith('"numpy==1.24.2" "shapely>=2.0,<2.1"')
    assert deps.commands(deps.DEBIAN, geos="3.13.1") == [old[0]]


def test_platform(tmp_path, monkeypatch):
    release = tmp_path / "os-release"
    release.write_text('ID=linuxmint\nID_LIKE="ubuntu debian"\n', encoding="utf-8")
    monkeypatch.setattr(sys, "prefix", str(tmp_path))
    assert deps.platform_id(release) == deps.DEBIAN
    release.write_text("ID=fedora\n", encoding="utf-8")
    assert deps.platform_id(release) == deps.OTHER
    assert deps.platform_id(tmp_path / "none") == deps.OTHER
    (tmp_path / "conda-meta").mkdir()
    assert deps.platform_id(release) == deps.CONDA


def test_remedy_names_the_menu():
    from carbon_planner.gui.windows import Windows

    assert "pandas>=1.5" in deps.remedy(["pandas>=1.5"])
    assert "Required libraries" in deps.remedy([])
    assert "所需库" in deps.remedy([], "zh")
    assert hasattr(Windows, "show_libraries")


def test_nothing_installs_anything():
    """Neither pip nor a process is called from here."""
    source = Path(deps.__file__).read_text(encoding="utf-8")
    assert "subprocess" not in source
    assert "import pip" not in source

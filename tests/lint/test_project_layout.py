"""Rules of the repository: lengths, paths, links, versions, resources, licence."""

from __future__ import annotations

import re
import warnings
from pathlib import Path

import project
import pytest

MAX_LINES = 450
MANY_LINES = 250
# assembled, so that this file does not hold what it forbids
MACHINE_PATHS = ["/" + "work/", "/" + "var/tmp/cp", "/" + "home/", "/" + "root/"]
REGISTRY_HOSTS = ["pypi" + ".org", "debian" + ".org", "pythonhosted" + ".org", "npmjs" + ".org"]


def python_files(repository: Path) -> list[Path]:
    return [p for top in ("carbon_planner", "scripts", "tests") for p in sorted((repository / top).rglob("*.py"))]


def test_no_file_grows_too_long(repository):
    lengths = {p: len(p.read_text(encoding="utf-8").splitlines()) for p in python_files(repository)}
    for path, lines in lengths.items():
        if lines > MANY_LINES:
            warnings.warn(f"{path.relative_to(repository)} has {lines} lines", stacklevel=1)
    assert [f"{p.relative_to(repository)}: {n}" for p, n in lengths.items() if n > MAX_LINES] == []


def test_no_machine_paths_and_hosts(texts, repository):
    allowed = {repository / "scripts" / "inroot"}  # HOME of root inside a chroot
    found = [
        f"{path.relative_to(repository)}: {needle}"
        for path, text in texts.items()
        for needle in MACHINE_PATHS + REGISTRY_HOSTS
        if needle in text and path not in allowed
    ]
    assert found == []


def test_names_of_test_files_are_unique(repository):
    names = [p.name for p in (repository / "tests").rglob("test_*.py")]
    assert sorted(names) == sorted(set(names))


def test_no_test_skips_or_proves_nothing(repository):
    weak = re.compile(r"assert True|assert .* or True|pytest\.skip\(\)|@pytest\.mark\.(skip|xfail)\b(?!if)")
    me = Path(__file__)
    found = [p.name for p in (repository / "tests").rglob("*.py") if p != me and weak.search(p.read_text("utf-8"))]
    assert found == []


def test_documents_link_to_files_that_exist(texts, repository):
    found = []
    for path, text in texts.items():
        if path.suffix == ".md":
            for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", text):
                if "://" not in target and not (path.parent / target).exists():
                    found.append(f"{path.relative_to(repository)}: {target}")
    assert found == []


def test_every_decision_is_listed(repository):
    folder = repository / "docs" / "decisions"
    index = (folder / "README.md").read_text(encoding="utf-8")
    assert [p.name for p in folder.glob("*.md") if p.name != "README.md" and f"({p.name})" not in index] == []


def test_changelog_begins_with_the_version_of_the_metadata(repository):
    text = (repository / "CHANGELOG.md").read_text(encoding="utf-8")
    versions = re.findall(r"^## \[?(\d+\.\d+\.\d+)\]?", text, re.MULTILINE)
    assert versions[0] == project.version()


def test_metadata(repository):
    meta = project.metadata()
    assert meta["qgisMinimumVersion"] == "3.22"
    assert meta["qgisMaximumVersion"] == "3.99"
    assert meta["hasProcessingProvider"] == "yes"
    assert (repository / "carbon_planner" / meta["icon"]).is_file()
    for library in ("numpy", "pandas", "shapely", "pyproj"):
        assert library in meta["about"]


def test_licence_is_the_whole_text(repository):
    text = (repository / "LICENSE").read_text(encoding="utf-8")
    assert text.lstrip().startswith("GNU GENERAL PUBLIC LICENSE\n                       Version 2, June 1991")
    assert "END OF TERMS AND CONDITIONS" in text


def test_resources_name_every_icon_and_only_files_that_exist(repository):
    text = (repository / "resources.qrc").read_text(encoding="utf-8")
    listed = re.findall(r'<file alias="([^"]+)">([^<]+)</file>', text)
    icons = {p.relative_to(repository).as_posix() for p in (repository / "carbon_planner").rglob("icons/*.svg")}
    assert {path for _, path in listed} == icons
    assert all(alias == path.replace("carbon_planner/resources/", "") for alias, path in listed)


@pytest.mark.parametrize("name", ["plugin", "draw_zone", "evaluate", "factor_sets", "results", "help", "provider"])
def test_icon_stands_on_the_24_pixel_grid(repository, name):
    text = (repository / "carbon_planner" / "resources" / "icons" / f"{name}.svg").read_text(encoding="utf-8")
    assert 'width="24" height="24" viewBox="0 0 24 24"' in text
    assert "<image" not in text
    assert "<text" not in text


def test_scripts_are_executable(repository):
    names = ["setup", "run", "test", "package", "make_chroot", "inroot", "qgis_process", "update_translations"]
    names += ["desktop.py", "build_library", "prove_fresh"]
    paths = [*(repository / "scripts" / name for name in names), repository / ".ci" / "run"]
    assert [str(p) for p in paths if not p.stat().st_mode & 0o100] == []

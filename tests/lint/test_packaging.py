"""The zip checker and the security scan find what they are there for; requirements are pinned."""

from __future__ import annotations

import re
import sys
import zipfile
from pathlib import Path

import check_zip
import package
import pytest
import requirements_met
import scan_zip

METADATA = "[general]\n" + "\n".join(
    [
        "name=X", "description=X", "version=1.2.3", "qgisMinimumVersion=3.22", "qgisMaximumVersion=3.99", "author=A",
        "email=a@b.c", "about=X", "tracker=https://a.org/t", "repository=https://a.org/r", "homepage=https://a.org",
        "icon=x.svg", "license=GPL", "tags=x", "category=Analysis", "hasProcessingProvider=yes", "changelog=x",
    ]
)  # fmt: skip
GOOD = {"plug/__init__.py": "", "plug/metadata.txt": METADATA, "plug/LICENSE": "GPL", "plug/x.svg": "<svg/>"}


def make(folder: Path, more: dict[str, str | bytes | None], mode: int = 0o100644) -> Path:
    """A zip of the good plugin with members added, replaced or (None) left out."""
    path = folder / "plug.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in {**GOOD, **more}.items():
            if data is not None:
                info = zipfile.ZipInfo(name)
                info.external_attr = (mode if name in more else 0o100644) << 16
                archive.writestr(info, data)
    return path


def test_a_good_zip_has_no_problems(tmp_path):
    assert check_zip.problems(make(tmp_path, {})) == []


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"plug/../evil.py": ""}, "path plug/../evil.py"),
        ({"/evil.py": ""}, "path /evil.py"),
        ({"other/a.py": ""}, "not one top folder"),
        ({"plug/__init__.py": None}, "no plug/__init__.py"),
        ({"plug/LICENSE": None}, "no plug/LICENSE"),
        ({"plug/metadata.txt": None}, "no plug/metadata.txt"),
        ({"plug/__pycache__/a.py": ""}, "hidden or forbidden"),
        ({"plug/.git/config": ""}, "hidden or forbidden"),
        ({"plug/.bandit": ""}, "hidden or forbidden"),
        ({"plug/tests/test_a.py": ""}, "does not belong"),
        ({"plug/a.so": b"\x7fELF"}, "binary or script"),
        ({"plug/a.sh": ""}, "binary or script"),
        ({"plug/data.bin": b"\xff\xfe\x00"}, "not UTF-8 text"),
        ({"plug/data.gpkg": b"SQLite format 3\x00"}, "not text"),
        ({"plug/bad.py": "def"}, "bad.py"),
        ({"plug/metadata.txt": METADATA.replace("about=X", "about=50 % more")}, "metadata.txt"),
        ({"plug/metadata.txt": METADATA.replace("author=A", "author=A/B")}, "slash in author"),
        ({"plug/metadata.txt": METADATA.replace("email=a@b.c", "email=")}, "lacks email"),
        ({"plug/metadata.txt": METADATA.replace("https://a.org/t", "a.org")}, "tracker is no URL"),
        ({"plug/metadata.txt": METADATA.replace("x.svg", "y.svg")}, "icon"),
        ({"plug/big.csv": "x" * 6_000_000}, "our own limit"),
    ],
)
def test_each_broken_rule_is_found(tmp_path, more, words):
    assert any(words in line for line in check_zip.problems(make(tmp_path, more)))


def test_executable_bit_is_found(tmp_path):
    assert "executable bit on plug/a.py" in check_zip.problems(make(tmp_path, {"plug/a.py": ""}, 0o100755))


def test_damaged_zip_is_found(tmp_path):
    path = tmp_path / "a.zip"
    path.write_bytes(b"PK nothing")
    assert check_zip.problems(path)[0].startswith("unreadable")


def test_scan_has_the_sites_rules(tmp_path):
    assert len(set(scan_zip.IDS.split(","))) == 74
    (tmp_path / "a.py").write_text("import subprocess\nassert subprocess.run('x', shell=True)\n", encoding="utf-8")
    found = " ".join(scan_zip.bandit(tmp_path))
    assert "B101" in found
    assert "B602" in found
    key = "AKIA" + "IOSFODNN7EXAMPLQ"
    (tmp_path / "b.txt").write_text(f'aws = "{key}"\n', encoding="utf-8")
    assert any("b.txt" in line for line in scan_zip.secrets(tmp_path))


def test_unknown_kinds_of_files_are_refused(repository):
    folder = repository / "carbon_planner"
    assert package.shipped(folder / "plugin.py")
    assert not package.shipped(folder / "__pycache__" / "plugin.pyc")
    assert package.shipped(folder / package.LIBRARY)
    assert not package.shipped(folder / "factors" / "library" / "sets.csv")
    for name in ("model.pkl", "lib.so", ".hidden.py", "notes.docx"):
        with pytest.raises(package.PackageError):
            package.shipped(folder / name)


def test_requirements_are_pinned(repository, tmp_path):
    for path in (repository / "scripts").glob("requirements-*.txt"):
        for raw in path.read_text(encoding="utf-8").splitlines():
            line = raw.split("#")[0].strip()
            assert not line or line.startswith("-r ") or re.fullmatch(r"[\w-]+==[\d.]+", line), f"{path.name}: {line}"
    wanted = tmp_path / "r.txt"
    wanted.write_text(f"pytest=={pytest.__version__}\nno-such-thing==1.0\n", encoding="utf-8")
    assert requirements_met.lacking(wanted) == ["no-such-thing==1.0 (have none)"]
    assert sys.version_info >= (3, 9)

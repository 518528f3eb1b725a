"""Check a plugin zip by the rules of the plugin site that need no network, and by our own stricter ones.

usage: check_zip.py ZIP [ZIP ...]
"""

from __future__ import annotations

import ast
import configparser
import re
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

SITE_MAX_BYTES = 25_000_000
OWN_MAX_BYTES = 5_000_000
REQUIRED_KEYS = (
    "name", "description", "version", "qgisMinimumVersion", "author", "email", "about", "tracker", "repository",
)  # fmt: skip
OWN_KEYS = (
    "homepage",
    "icon",
    "license",
    "tags",
    "category",
    "hasProcessingProvider",
    "qgisMaximumVersion",
    "changelog",
)
URL_KEYS = ("tracker", "repository", "homepage")  # the site fetches all three
FORBIDDEN_DIRS = {"__MACOSX", ".git", "__pycache__"}
SUSPICIOUS = {".exe", ".dll", ".so", ".dylib", ".bat", ".sh", ".ps1", ".cmd", ".pyd", ".pyc", ".whl", ".zip", ".jar"}
OWN_BINARIES = re.compile(r"^[a-z_]+/(i18n/\w+\.qm|resources\.rcc|factors/library/library\.gpkg|.*\.png)$")
OWN_EXCLUDED = {"tests", "test", "scripts", "docs", "build", "dist"}


def container(path: Path, archive: zipfile.ZipFile) -> Iterator[str]:
    """Size, checksum, member names that would leave the folder."""
    size = path.stat().st_size
    if size > SITE_MAX_BYTES:
        yield f"{size} bytes, the site takes {SITE_MAX_BYTES}"
    if size >= OWN_MAX_BYTES:
        yield f"{size} bytes, our own limit is {OWN_MAX_BYTES}"
    damaged = archive.testzip()
    if damaged:
        yield f"damaged member {damaged}"
    names = archive.namelist()
    for name in names:
        if ".." in name or name.startswith(("/", "\\")) or "\\" in name or re.match(r"^[A-Za-z]:", name):
            yield f"path {name}"
    for name in sorted({n for n in names if names.count(n) > 1}):
        yield f"{name} stands twice"


def top_folder(names: list[str]) -> Iterator[str]:
    """One folder, with a name that Python and the site accept, with the three files that must be in it."""
    tops = sorted({n.split("/")[0] for n in names})
    if len(tops) != 1 or any("/" not in n for n in names):
        yield f"not one top folder: {tops}"
        return
    if not tops[0].isidentifier() or not re.match(r"^[A-Za-z][A-Za-z0-9_-]+$", tops[0]):
        yield f"folder name {tops[0]!r}"
    for need in ("__init__.py", "metadata.txt", "LICENSE"):
        if f"{tops[0]}/{need}" not in names:
            yield f"no {tops[0]}/{need}"


def members(archive: zipfile.ZipFile) -> Iterator[str]:
    """Hidden, forbidden, executable, binary or unreadable files."""
    for info in archive.infolist():
        path = PurePosixPath(info.filename)
        if FORBIDDEN_DIRS & set(path.parts) or any(part.startswith(".") for part in path.parts):
            yield f"hidden or forbidden {path}"
        if OWN_EXCLUDED & set(path.parts[1:-1]):
            yield f"does not belong into a release: {path}"
        if path.suffix.lower() in SUSPICIOUS:
            yield f"binary or script {path}"
        if info.external_attr >> 16 & 0o111:
            yield f"executable bit on {path}"
        if info.external_attr >> 28 == 0o12:
            yield f"symbolic link {path}"
        yield from content(str(path), archive.read(info))


def content(name: str, data: bytes) -> Iterator[str]:
    """Python must parse; everything else but the few binaries we build must be text."""
    if OWN_BINARIES.match(name):
        return
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        yield f"not UTF-8 text: {name}"
        return
    if "\0" in text:
        yield f"not text: {name}"
    if name.endswith(".py"):
        try:
            ast.parse(text, name)
        except SyntaxError as error:
            yield f"{name}: {error}"


def metadata(archive: zipfile.ZipFile) -> Iterator[str]:
    """The keys of metadata.txt, read with interpolation as the site does: a lone percent sign is an error."""
    top = archive.namelist()[0].split("/")[0]
    parser = configparser.ConfigParser()
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    try:
        parser.read_string(archive.read(f"{top}/metadata.txt").decode("utf-8"))
        values = dict(parser.items("general"))
    except (configparser.Error, KeyError, UnicodeDecodeError) as error:
        yield f"metadata.txt: {error}"
        return
    for key in REQUIRED_KEYS + OWN_KEYS:
        if not values.get(key, "").strip():
            yield f"metadata.txt lacks {key}"
    for key in URL_KEYS:
        if not re.match(r"^https?://[^/\s]+\.[^/\s]+", values.get(key, "")):
            yield f"metadata.txt: {key} is no URL"
    if "/" in values.get("author", ""):
        yield "metadata.txt: slash in author"
    if f"{top}/{values.get('icon', '')}" not in archive.namelist():
        yield f"metadata.txt: the icon {values.get('icon')!r} is not in the zip"
    if not re.match(r"^\d+\.\d+\.\d+$", values.get("version", "")):
        yield "metadata.txt: the version is not MAJOR.MINOR.PATCH"


def problems(path: Path) -> list[str]:
    """One line for each broken rule."""
    try:
        with zipfile.ZipFile(path) as archive:
            found = [*container(path, archive), *top_folder(archive.namelist()), *members(archive)]
            return [*found, *metadata(archive)]
    except (zipfile.BadZipFile, OSError) as error:
        return [f"unreadable: {error}"]


def main(args: list[str]) -> int:
    """Command line."""
    found = [(name, line) for name in args for line in problems(Path(name))]
    for name, line in found:
        print(f"check_zip: {Path(name).name}: {line}")
    if not found:
        print(f"check_zip: {', '.join(Path(name).name for name in args)}: all rules met")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

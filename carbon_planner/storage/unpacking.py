"""Archives of other people: checked before anything is written, unpacked into one folder and nowhere else."""

from __future__ import annotations

import stat
import zipfile
import zlib
from pathlib import Path, PurePosixPath

from ..base.errors import StorageError
from ..base.feedback import pause
from .aside import os_failure

UNPACKED_LIMIT = 100_000_000  # bytes
MEMBER_LIMIT = 1_000
_CHUNK = 1 << 20
_UTF8_NAME = 0x800  # bit of a member's flags: its name is UTF-8


def unpack(path: Path, folder: Path) -> list[Path]:
    """Unpack a zip archive into ``folder``; gives the files, by name.

    Raises :class:`StorageError`, before anything is written, for members that would leave the folder (``..``, absolute
    or drive names, links), for names that stand twice, for encrypted members, and for more than
    :data:`MEMBER_LIMIT` members or :data:`UNPACKED_LIMIT` bytes; while unpacking, where a member is damaged or larger
    than it says.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            members = [(member, _target(path, member)) for member in archive.infolist() if not member.is_dir()]
            _check(path, members)
            left = UNPACKED_LIMIT
            written = []
            for member, name in members:
                target = folder.joinpath(*name.parts)
                target.parent.mkdir(parents=True, exist_ok=True)
                left -= _extract(path, archive, member, target, left)
                written.append(target)
            return sorted(written)
    except OSError as error:
        raise os_failure(path, error) from error
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError) as error:
        raise StorageError("ARCHIVE_UNREADABLE", path=str(path), reason=str(error)) from error


def _target(path: Path, member: zipfile.ZipInfo) -> PurePosixPath:
    """Place of a member below the folder."""
    name = _name(member)
    parts = PurePosixPath(name).parts
    link = stat.S_ISLNK(member.external_attr >> 16)
    if link or not parts or name.startswith("/") or "\\" in name or ":" in name or ".." in parts or "\0" in name:
        raise StorageError("ARCHIVE_UNSAFE", path=str(path), member=name[:80])
    return PurePosixPath(*parts)


def _name(member: zipfile.ZipInfo) -> str:
    """The name of a member; without the mark of UTF-8 it is in the encoding of whoever packed it, here GBK or UTF-8."""
    if member.flag_bits & _UTF8_NAME or member.filename.isascii():
        return member.filename
    raw = member.filename.encode("cp437", "replace")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("gbk", "replace")


def _check(path: Path, members: list[tuple[zipfile.ZipInfo, PurePosixPath]]) -> None:
    if len(members) > MEMBER_LIMIT or sum(member.file_size for member, _ in members) > UNPACKED_LIMIT:
        limits = {"megabytes": UNPACKED_LIMIT // 1_000_000, "members": MEMBER_LIMIT}
        raise StorageError("ARCHIVE_TOO_LARGE", path=str(path), **limits)
    seen: set[str] = set()
    for member, name in members:
        key = str(name).casefold()
        if key in seen or member.flag_bits & 0x1:
            raise StorageError("ARCHIVE_UNSAFE", path=str(path), member=str(name)[:80])
        seen.add(key)


def _extract(path: Path, archive: zipfile.ZipFile, member: zipfile.ZipInfo, target: Path, left: int) -> int:
    """Write one member; gives its size. What unpacks to more than it says is a bomb."""
    size = 0
    with archive.open(member) as source, target.open("wb") as sink:
        while chunk := source.read(_CHUNK):
            pause()
            size += len(chunk)
            if size > left:
                limits = {"megabytes": UNPACKED_LIMIT // 1_000_000, "members": MEMBER_LIMIT}
                raise StorageError("ARCHIVE_TOO_LARGE", path=str(path), **limits)
            sink.write(chunk)
    return size

"""A look into a workbook before any parser opens it: size, member names, no document type definition.

A workbook is a zip archive of XML parts. None of them needs a document type definition, and those are what entity
attacks are made of; none needs to unpack to more than :data:`UNPACKED_LIMIT`.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from pathlib import Path

from ..base.errors import StorageError
from .aside import os_failure

UNPACKED_LIMIT = 100_000_000  # bytes
MEMBER_LIMIT = 1_000
_CHUNK = 1 << 20
_DOCTYPES = tuple("<!DOCTYPE".encode(coding) for coding in ("ascii", "utf-16-le", "utf-16-be"))
# A cell with a formula and no result: written by a program that does not compute.
_UNCOMPUTED = re.compile(
    rb'<c\b[^>]*\br="([A-Z]{1,3}\d{1,7})"[^>]*>\s*<f\b(?:[^>]*/>|[^>]*>[^<]*</f>)\s*(?:<v\s*/>|<v></v>)?\s*</c>'
)


def check_workbook(path: Path) -> frozenset[str]:
    """Refuse what no spreadsheet program writes; gives the addresses of formulas without a result.

    Raises :class:`StorageError` where the file is no zip archive, unpacks to too much, has members outside its
    folder, or carries a document type definition.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
            _check_members(path, members)
            found: set[str] = set()
            for member in members:
                found |= _scan(path, archive, member)
            return frozenset(found)
    except OSError as error:
        raise os_failure(path, error) from error
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError) as error:
        raise StorageError("WORKBOOK_UNREADABLE", path=str(path), reason=str(error)) from error


def _check_members(path: Path, members: list[zipfile.ZipInfo]) -> None:
    if len(members) > MEMBER_LIMIT or sum(m.file_size for m in members) > UNPACKED_LIMIT:
        raise StorageError("WORKBOOK_TOO_LARGE", path=str(path), limit=UNPACKED_LIMIT // 1_000_000)
    for member in members:
        name = member.filename
        if name.startswith("/") or "\\" in name or ":" in name or ".." in name.split("/"):
            raise StorageError("WORKBOOK_UNREADABLE", path=str(path), reason=name[:80])


def _scan(path: Path, archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> set[str]:
    """Read a part in blocks, never more than its stated size; look for a DOCTYPE and for uncomputed formulas."""
    sheet = member.filename.startswith("xl/worksheets/")
    if not member.filename.lower().endswith((".xml", ".rels", ".vml")):
        return set()
    kept = bytearray()
    with archive.open(member) as handle:
        tail = b""
        while chunk := handle.read(_CHUNK):
            window = tail + chunk
            if any(mark in window for mark in _DOCTYPES):
                raise StorageError("WORKBOOK_DOCTYPE", path=str(path))
            tail = window[-32:]
            if sheet:
                kept += chunk
    return {address.decode("ascii") for address in _UNCOMPUTED.findall(bytes(kept))}

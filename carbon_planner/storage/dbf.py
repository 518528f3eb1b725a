"""Raw bytes of a DBF table: what an encoding has to be told from, before anybody decodes them."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePath
from typing import Optional

from osgeo import gdal

_HEADER = struct.Struct("<B3xIHH17xB2x")
_BLOCK = 1 << 20
# Text fields; memo fields keep their text in another file.
_TEXT = (b"C",)
_ENOUGH = 20_000


@dataclass(frozen=True)
class DbfHeader:
    """What the header says: rows, sizes, language byte (LDID), and (name, type, offset in the row, width) per field."""

    rows: int
    header_size: int
    row_size: int
    ldid: int
    fields: tuple[tuple[bytes, bytes, int, int], ...]

    @property
    def file_size(self) -> int:
        """Size of a complete file; the end mark may be missing."""
        return self.header_size + self.rows * self.row_size


def companion(path: str, suffix: str) -> Optional[str]:
    """The file of a shapefile set with another suffix, in the spelling it has; None where there is none."""
    stem = path[: len(path) - len(PurePath(path).suffix)]
    for candidate in (stem + suffix, stem + suffix.upper()):
        if gdal.VSIStatL(candidate) is not None:
            return candidate
    return None


def read_bytes(path: str, start: int = 0, size: int = -1) -> bytes:
    """Bytes of a file, also inside an archive (``/vsizip/…``); empty where it cannot be read."""
    state = gdal.VSIStatL(path)
    handle = gdal.VSIFOpenL(path, "rb") if state is not None else None
    if handle is None:
        return b""
    try:
        gdal.VSIFSeekL(handle, start, 0)
        wanted = size if size >= 0 else max(state.size - start, 0)
        return bytes(gdal.VSIFReadL(1, wanted, handle) or b"") if wanted else b""
    finally:
        gdal.VSIFCloseL(handle)


def read_header(path: str) -> Optional[DbfHeader]:
    """The header of a DBF, None where the file is none."""
    head = read_bytes(path, 0, 32)
    if len(head) < 32:
        return None
    _, rows, header_size, row_size, ldid = _HEADER.unpack(head)
    body = read_bytes(path, 32, header_size - 32) if 32 < header_size < 65536 else b""
    fields, offset = [], 1  # the first byte of a row is the mark of deletion
    for start in range(0, len(body) - 31, 32):
        entry = body[start : start + 32]
        if entry[:1] == b"\r":
            break
        width = entry[16]
        fields.append((entry[:11].split(b"\0")[0], entry[11:12], offset, width))
        offset += width
    return DbfHeader(rows, header_size, row_size, ldid, tuple(fields)) if fields and row_size else None


def foreign_texts(path: str, header: DbfHeader) -> Iterator[bytes]:
    """Distinct names and values with bytes outside ASCII, names first, up to twenty thousand.

    Blocks of pure ASCII are passed over at the speed of the disk, so that one Chinese row among a million is found.
    """
    seen: set[bytes] = set()
    for name, _, _, _ in header.fields:
        if not name.isascii() and name not in seen:
            seen.add(name)
            yield name
    columns = [(offset, width) for _, kind, offset, width in header.fields if kind in _TEXT]
    rows_per_block = max(_BLOCK // header.row_size, 1)
    for first in range(0, header.rows, rows_per_block):
        block = read_bytes(path, header.header_size + first * header.row_size, rows_per_block * header.row_size)
        if block.isascii():
            continue
        for start in range(0, len(block) - header.row_size + 1, header.row_size):
            row = block[start : start + header.row_size]
            if row.isascii():
                continue
            for offset, width in columns:
                value = row[offset : offset + width].rstrip(b" \0")
                if not value.isascii() and value not in seen:
                    seen.add(value)
                    yield value
                    if len(seen) >= _ENOUGH:
                        return

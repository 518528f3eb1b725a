"""CSV tables of factors: whatever a spreadsheet, a script or a colleague writes in; UTF-8 with BOM for Excel out.

Encoding (UTF-8 with or without BOM, UTF-16, GBK and GB18030), separator (comma, semicolon, tab, bar) and decimal sign
are found out and stated in the findings; all three can differ from file to file without any setting.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from pathlib import Path
from typing import Any

from ..base.errors import FactorError
from ..base.messages import message
from ..storage.aside import os_failure
from .cells import guard, write_number
from .columns import EXPORT_FIELDS, HEADER_SEARCH, SET_PREFIX, recognise
from .drafts import Grid, ImportOptions
from .problems import WARNING, Problem, about_set
from .records import NUMBERS, FactorSet, as_dict

SEPARATORS = (",", ";", "\t", "|")
CELL_LIMIT = 131_072
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_EXCEL_HINT = re.compile(r"sep=(.)\r?\n", re.IGNORECASE)


def read_grid(path: Path, options: ImportOptions | None = None) -> Grid:
    """The cells of a CSV file. Raises :class:`FactorError` where it is no text in a known encoding."""
    options = options or ImportOptions()
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise os_failure(path, error) from error
    text, encoding = decode(raw, options.encoding, path.name)
    notes: list[Problem] = []
    if encoding not in ("utf-8", "utf-8-sig"):
        notes.append(about_set(WARNING, message("ENCODING_READ_AS", file=path.name, encoding=encoding.upper())))
    hint = _EXCEL_HINT.match(text)
    separator = hint[1] if hint else separator_of(text)
    text = text[hint.end() :] if hint else text
    return Grid(path.name, _records(text, separator, path.name), separator, tuple(notes))


def decode(raw: bytes, encoding: str, name: str) -> tuple[str, str]:
    """Text and encoding of a file. GB18030 holds all of GBK and GB2312, so it is the last to be tried."""
    if encoding:
        tries = [encoding]
    else:
        marked = [known for bom, known in _BOMS if raw.startswith(bom)]
        tries = marked or [*_unmarked_utf16(raw), "utf-8", "gb18030"]
    for one in tries:
        text = _decoded(raw, one)
        if text is not None:
            return text, one
    raise FactorError("ENCODING_UNREADABLE", file=name, tried=", ".join(t.upper() for t in tries))


def _decoded(raw: bytes, encoding: str) -> str | None:
    try:
        return raw.decode(encoding)
    except (UnicodeDecodeError, LookupError):
        return None


def _unmarked_utf16(raw: bytes) -> list[str]:
    """UTF-16 without its mark shows in the zero halves of its digits, separators and Latin letters."""
    head = raw[:4096]
    pairs = max(len(head) // 2, 1)
    even, odd = head[0::2].count(0) / pairs, head[1::2].count(0) / pairs
    if max(even, odd) < 0.2 or min(even, odd) > 0.02:
        return []
    return ["utf-16-le"] if odd > even else ["utf-16-be"]


def separator_of(text: str) -> str:
    """The separator that makes the most known headers; between equals, the one that makes the most cells."""

    def score(separator: str) -> tuple[int, int]:
        rows = _first_rows(text, separator)
        return max(((len(recognise(row)), len(row)) for row in rows), default=(0, 0))

    return max(SEPARATORS, key=score)


def _first_rows(text: str, separator: str) -> list[list[str]]:
    rows: list[list[str]] = []
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator):
            rows.append(row)
            if len(rows) == HEADER_SEARCH:
                break
    except csv.Error:
        return rows
    return rows


def _records(text: str, separator: str, name: str) -> list[list[str]]:
    try:
        return list(csv.reader(io.StringIO(text.replace("\0", ""), newline=""), delimiter=separator))
    except csv.Error as error:
        raise FactorError("CSV_BROKEN", file=name, reason=str(error)) from error


def to_rows(factor_set: FactorSet) -> list[list[Any]]:
    """Header and rows of an exported table; numbers are numbers, texts cannot run as formulas."""
    about = {SET_PREFIX + name: value for name, value in as_dict(factor_set.info).items()}
    rows: list[list[Any]] = [list(EXPORT_FIELDS)]
    for factor in factor_set.factors:
        values = {**as_dict(factor), **about}
        rows.append([guard(v) if isinstance(v, str) else v for v in (values[name] for name in EXPORT_FIELDS)])
    return rows


def to_bytes(factor_set: FactorSet) -> bytes:
    """A set as CSV: UTF-8 with BOM, comma, CRLF, so that Excel opens it with a double click."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\r\n")
    header, *rows = to_rows(factor_set)
    writer.writerow(header)
    numbers = [name in NUMBERS for name in EXPORT_FIELDS]
    for row in rows:
        writer.writerow([write_number(v) if number else "" if v is None else v for v, number in zip(row, numbers)])
    return codecs.BOM_UTF8 + buffer.getvalue().encode("utf-8")

"""Cells of tables: numbers as people write them, and texts that no spreadsheet may take for a formula."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from .canonical import clean

_PLAIN = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")
_COMMA = re.compile(r"[+-]?\d*,\d+(?:[eE][+-]?\d+)?")
_THOUSANDS = re.compile(r"[+-]?\d{1,3}(?:,\d{3})+(?:\.\d+)?")
_NO_VALUE = {"", "-", "/", "na", "n/a", "nan", "null", "none", "nil", "无", "空", "不详", "未知"}
_DASHES = str.maketrans({"\u2212": "-", "\u2010": "-", "\u2011": "-", "\u2012": "-", "\u2013": "-", "\u2014": "-"})

# A cell that begins so runs as a formula when a spreadsheet opens the file (CWE-1236); full-width forms do so in some
# locales.
_TRIGGERS = "=+\\-@\t\r\n\0＝＋－＠"
_LIVE = re.compile(f"'*[{_TRIGGERS}]")
_GUARDED = re.compile(f"'+[{_TRIGGERS}]")


def plain(text: str) -> str:
    """A number's text in ASCII: full-width digits, typographic minus signs and inner blanks put right."""
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text)).translate(_DASHES)


def is_number(text: str) -> bool:
    """Whether a spreadsheet would read the text as a number."""
    return _PLAIN.fullmatch(text) is not None


@dataclass(frozen=True)
class NumberStyle:
    """How a file writes its numbers; ``comma`` means decimal comma."""

    comma: bool = False

    def parse(self, text: str) -> float | None:
        """The number, or None for a cell that says that there is none. Raises ValueError for anything else.

        ``nan`` counts as *no value*; infinity, percent signs and thousands separators are refused.
        """
        digits = plain(text)
        if digits.lower() in _NO_VALUE:
            return None
        if self.comma and _COMMA.fullmatch(digits):
            digits = digits.replace(",", ".")
        if not _PLAIN.fullmatch(digits):
            raise ValueError(text)
        number = float(digits)
        if number in (float("inf"), float("-inf")):
            raise ValueError(text)
        return number


def number_style(texts: Iterable[str], separator: str) -> NumberStyle:
    """Decide once for a file whether its numbers have a decimal comma.

    They have, if at least one number needs it and none has a point. A file separated by commas must show one that
    cannot be a thousands separator (``0,42``); in ``1,234`` alone both would be possible, and it stays unreadable.
    """
    numbers = [plain(text) for text in texts]
    with_comma = [n for n in numbers if _COMMA.fullmatch(n)]
    with_point = any("." in n and _PLAIN.fullmatch(n) for n in numbers)
    if not with_comma or with_point:
        return NumberStyle()
    certain = separator in (";", "\t", "|") or any(not _may_be_thousands(n) for n in with_comma)
    return NumberStyle(comma=certain)


def _may_be_thousands(text: str) -> bool:
    return _THOUSANDS.fullmatch(text) is not None and not text.lstrip("+-").startswith("0")


def write_number(value: float | None) -> str:
    """The shortest text that reads back as the same double; "" for None, no needless ``.0``."""
    if value is None:
        return ""
    if value == int(value) and abs(value) < 1e15:
        return str(int(value))
    return repr(value)


def guard(text: str) -> str:
    """The text with an apostrophe before it where a spreadsheet would run it as a formula; numbers stay numbers."""
    if _LIVE.match(text) and not is_number(text):
        return "'" + text
    return text


def unguard(text: str) -> str:
    """Undo :func:`guard`, and trim."""
    if text.startswith("'") and _GUARDED.match(text):
        return clean(text[1:])
    return clean(text)

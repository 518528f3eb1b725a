"""Class codes as they stand in real layers: numbers, padded text, code and name in one cell, mixed uses."""

from __future__ import annotations

import math
import re
import unicodedata
from dataclasses import dataclass
from numbers import Integral, Real
from typing import Optional

# What people and drivers write where nothing is known. "0" is not among them: two land-cover products use it.
_NOTHING = frozenset({"", "null", "<null>", "none", "nan", "<na>", "nat", "n/a", "-", "--", "—", "——", "/", "无", "空"})

# A code: digits with a survey suffix (0201K, 08H2A), or one or two letters with digits (R21, EG1, XG).
_DIGITS = r"\d{1,8}(?:H\d)?[A-Z]?"
_LETTERS = r"[A-Z]{1,2}(?:\d{1,5}[A-Z]?)?"
_CODE = re.compile(rf"(?:{_DIGITS}|{_LETTERS})$")
_COMBINED = re.compile(
    # code, then either a separator and a name, or a Chinese name at once
    rf"(?P<code>{_DIGITS}|[A-Z]{{1,2}}\d{{1,5}}[A-Z]?)(?:[\s:：_|\-–—.、,，]+(?P<apart>\D.*)|(?P<joined>[\u4e00-\u9fff].*))$"
)
_LETTER_AND_NAME = re.compile(r"(?P<code>[A-Z]{1,2})[\s:：_|\-–—.、,，]*(?P<joined>(?!型)[\u4e00-\u9fff].*)$")
# "3号地块", "2类居住", "2018年": the number belongs to the words.
_COUNTED = re.compile(r"\d+(?:号|类|期|年|级|%|米|亩|公顷|个)")
_FLOAT = re.compile(r"(\d+)\.0+$")

_SEPARATORS = re.compile(r"[/+、，,;&|·]|(?:\s+(?=[0-9A-Z]))")
_NAME_SEPARATORS = re.compile(r"[/+、;&|]")
_RATIO = re.compile(r"[(\[]?\s*(?P<ratio>\d+(?:\.\d+)?(?:\s*:\s*\d+(?:\.\d+)?)+)\s*[)\]]?\s*$")
_PART = re.compile(
    rf"(?P<code>{_DIGITS}|{_LETTERS})(?![A-Z0-9.])[^\d(\[%A-Z]*[(\[]?(?:(?P<percent>\d+(?:\.\d+)?)%|(?P<share>0?\.\d+))?[)\]]?$"
)
_RUN = re.compile(r"(?:[A-Z]{1,2}\d{1,3}){2,}$")
_RUN_PART = re.compile(r"[A-Z]{1,2}\d{1,3}")
# Two major letters of GB 50137 written together (RB: residential with business). Pairs that end in G are codes of green
# space and never split.
_PAIR = re.compile(r"[RABMWSU]{2}$")


def plain(text: str) -> str:
    """Text with full-width characters made half-width, odd spaces made plain, trimmed."""
    return " ".join(unicodedata.normalize("NFKC", text).split())


def as_text(value: object) -> str:
    """A cell as text: whole numbers without a decimal point, everything that means "nothing" as ""."""
    if value is None or isinstance(value, bool):
        return ""
    if isinstance(value, Integral):
        return str(int(value))
    if isinstance(value, Real):
        number = float(value)
        if not math.isfinite(number):
            return ""
        return str(int(number)) if number.is_integer() else repr(number)
    text = plain(str(value))
    if text.casefold() in _NOTHING:
        return ""
    whole = _FLOAT.match(text)
    return whole.group(1) if whole else text


def split_code_name(value: object) -> tuple[str, str]:
    """Code and name of a cell that may hold either or both; "" for what is not there.

    ``0701城镇住宅用地`` → (``0701``, ``城镇住宅用地``); ``R2`` → (``R2``, ""); ``水田`` → ("", ``水田``).
    """
    text = as_text(value)
    upper = text.upper()
    if not text or _CODE.match(upper):
        return (upper, "")
    if _COUNTED.match(text):
        return ("", text)
    for pattern in (_COMBINED, _LETTER_AND_NAME):
        found = pattern.match(upper)
        if found:
            groups = found.groupdict()
            name = groups.get("apart") or groups["joined"]
            return (groups["code"], text[len(text) - len(name) :].strip())
    return ("", text)


def normalise(value: object) -> Optional[str]:
    """The code in a cell, or its name where there is no code, or None where the cell is empty.

    Handles ``"0701 "``, ``701.0``, ``"0701城镇住宅用地"``, ``" R2 "``, full-width characters. A lost leading zero is
    not put back here: see :func:`pad_candidates`. Mixed codes are returned whole, without spaces around separators.
    """
    text = as_text(value)
    if not text:
        return None
    if len(split_mixed(text)) > 1:
        return text.upper()
    code, name = split_code_name(text)
    return code or name


def is_code(text: str) -> bool:
    """Whether a text has the form of a single code."""
    return _CODE.match(text) is not None


def pad_candidates(code: str) -> tuple[str, ...]:
    """What a code may have been before a spreadsheet took its leading zero: ``101`` → (``0101``,).

    Codes of the Chinese classifications have an even number of digits, so an odd number means a lost zero or a local
    subdivision; which of both, the class system decides.
    """
    digits = re.match(r"\d+", code)
    if digits is None or len(digits.group()) % 2 == 0 or code.startswith("0"):
        return ()
    return ("0" + code,)


def split_mixed(code: object) -> tuple[tuple[str, float], ...]:
    """Parts of a mixed code with their shares, which sum to 1 (carbon rule 11).

    ``0701/0901(7:3)`` → ((``0701``, 0.7), (``0901``, 0.3)); ``0701(70%)0901(30%)`` likewise; ``R2B1``, ``R2+B1`` and
    ``RB`` → equal shares. Shares are of floor area. A single code, a name or an unreadable text comes back as one part
    with share 1, an empty one as ().
    """
    text = as_text(code)
    if not text:
        return ()
    upper = text.upper()
    mix = _read_mix(upper)
    if mix is None:
        return ((upper if is_code(upper) else text, 1.0),)
    total = math.fsum(mix.weights)
    merged: dict[str, float] = {}
    for part, weight in zip(mix.codes, mix.weights):
        merged[part] = merged.get(part, 0.0) + weight / total
    return tuple(merged.items())


def split_names(text: str) -> tuple[tuple[str, float], ...]:
    """As :func:`split_mixed` for names: ``城镇住宅用地/商业用地(6:4)``.

    Purely by form: many a single name has a stroke in it, so only a class system can tell whether the parts are names.
    """
    clean = plain(text)
    ratio = _RATIO.search(clean)
    body = clean[: ratio.start()] if ratio else clean
    names = [name.strip() for name in _NAME_SEPARATORS.split(body) if name.strip()]
    if len(names) < 2 or len(set(names)) < len(names):
        return ((clean, 1.0),)
    mix = _mix_of(names, [float(r) for r in ratio["ratio"].split(":")] if ratio else [])
    total = math.fsum(mix.weights)
    return tuple((name, weight / total) for name, weight in zip(mix.codes, mix.weights))


def shares_stated(code: object) -> bool:
    """Whether a mixed code says its shares itself; where it does not, they were taken as equal."""
    mix = _read_mix(as_text(code).upper())
    return mix is not None and mix.stated


@dataclass(frozen=True)
class _Mix:
    codes: tuple[str, ...]
    weights: tuple[float, ...]
    stated: bool


def _read_mix(text: str) -> Optional[_Mix]:
    """A mixed code taken apart, None where the text is no mix of codes."""
    if _PAIR.match(text):
        return _mix_of(list(text), []) if text[0] != text[1] else None
    if _RUN.match(text):
        return _mix_of(_RUN_PART.findall(text), [])
    if is_code(text):
        return None
    ratio = _RATIO.search(text)
    body = (text[: ratio.start()] if ratio else text).rstrip(" =")
    if _RUN.match(body):
        found: list[Optional[re.Match[str]]] = [_PART.match(part) for part in _RUN_PART.findall(body)]
    else:
        # "0701(70%)0901(30%)": a bracket or percent sign that is followed by a code separates as well.
        divided = _SEPARATORS.split(re.sub(r"([)\]%])(?=[0-9A-Z])", r"\1/", body))
        found = [_PART.match(piece.strip()) for piece in divided if piece.strip()]
    parts = [part for part in found if part is not None]
    if len(parts) < 2 or len(parts) < len(found):
        return None
    own = [float(p["percent"] or p["share"]) for p in parts if p["percent"] or p["share"]]
    return _mix_of([p["code"] for p in parts], [float(r) for r in ratio["ratio"].split(":")] if ratio else own)


def _mix_of(codes: list[str], stated: list[float]) -> _Mix:
    """Shares as stated where there is one for each part and they make sense, else equal."""
    usable = len(stated) == len(codes) and math.fsum(stated) > 0
    return _Mix(tuple(codes), tuple(stated) if usable else (1.0,) * len(codes), usable)

"""Comparing class names: what layers write is rarely letter for letter what the standard prints."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping

_DROP = re.compile(r"[\W_]+")
_BRACKETS = re.compile(r"[(\[（【][^)\]）】]*[)\]）】]")
_STEM = "用地"


def name_key(text: str) -> str:
    """Form in which names are compared: width, case, spaces and punctuation do not count."""
    return _DROP.sub("", unicodedata.normalize("NFKC", text)).casefold()


def name_keys(text: str) -> tuple[str, ...]:
    """Keys to try for a name, the strictest first: as it is, without remarks in brackets, without a final 用地."""
    whole = name_key(text)
    bare = name_key(_BRACKETS.sub("", unicodedata.normalize("NFKC", text)))
    stems = [key[: -len(_STEM)] for key in (whole, bare) if key.endswith(_STEM) and len(key) > len(_STEM) + 1]
    return tuple(dict.fromkeys(key for key in (whole, bare, *stems) if key))


def same_name(left: str, right: str) -> bool:
    """Whether two names mean the same class name: equal by one of their keys."""
    return bool(set(name_keys(left)) & set(name_keys(right)))


class NameIndex:
    """Codes by name. A full name always goes before a shortened one; a shortened one counts only if it is unique."""

    def __init__(self, names: Iterable[tuple[str, str]]) -> None:
        """``names`` are (name, code) pairs; several names may lead to one code and one name to several codes."""
        full: dict[str, tuple[str, ...]] = {}
        short: dict[str, tuple[str, ...]] = {}
        for name, code in names:
            first, *rest = name_keys(name) or ("",)
            _add(full, first, code)
            for key in rest:
                _add(short, key, code)
        full.pop("", None)
        self._full: Mapping[str, tuple[str, ...]] = full
        self._short: Mapping[str, tuple[str, ...]] = {k: v for k, v in short.items() if len(v) == 1}

    def find(self, text: str) -> tuple[str, ...]:
        """Codes that bear this name, () where none does."""
        keys = name_keys(text)
        for key in keys:
            if key in self._full:
                return self._full[key]
        for key in keys:
            if key in self._short:
                return self._short[key]
        return ()


def _add(index: dict[str, tuple[str, ...]], key: str, code: str) -> None:
    codes = index.get(key, ())
    if code not in codes:
        index[key] = (*codes, code)

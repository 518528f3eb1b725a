"""Names of classes for readers: a code becomes ``0701 城镇住宅用地`` or ``0701 Urban residential land``."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from ..classes.codes import split_mixed
from ..classes.library import ClassLibrary
from .numbers import number_or_none


def code_of(value: Any) -> str | None:
    """A class code of a frame, or None where there is none."""
    if value is None or (isinstance(value, float) and number_or_none(value) is None):
        return None
    text = str(value).strip()
    return text or None


@lru_cache(maxsize=4096)
def class_name(system: str, code: str, language: str) -> str:
    """Name of a class in a language, of each part of a mixed code; "" where the system does not hold it."""
    if not system:
        return ""
    library = ClassLibrary.shipped()
    matches = [library.match(system, part) for part, _ in split_mixed(code)]
    return " / ".join(filter(None, (m.name_zh if language == "zh" else m.name_en for m in matches)))


def class_label(system: str, code: str, language: str) -> str:
    """Code and name; the code alone where it has no name or the name repeats it."""
    name = class_name(system, code, language)
    return f"{code} {name}" if name and name != code else code


def system_name(system: str, language: str) -> str:
    """Name of a class system; its id where the library does not hold it."""
    for info in ClassLibrary.shipped().systems():
        if info.id == system:
            return str(info.name_zh if language == "zh" else info.name_en)
    return system

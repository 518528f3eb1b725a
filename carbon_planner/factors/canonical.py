"""The canonical form of texts and numbers of a record, so that it reads the same after a trip through any file."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import fields
from typing import Any

from ..base.errors import FactorError

# What no text cell needs and XML cannot hold: control characters, surrogates, byte order mark, non-characters.
_INVISIBLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]")
_SPACES = re.compile(r"[^\S\n\t]")


def clean(text: object) -> str:
    """A text in canonical form: "" for None, trimmed, LF as line end, no control characters, plain spaces."""
    if text is None:
        return ""
    raw = str(text)
    if raw.isprintable():
        return raw.strip()
    lines = raw.replace("\r\n", "\n").replace("\r", "\n")
    return _SPACES.sub(" ", _INVISIBLE.sub("", lines)).strip()


def number(value: Any, name: str) -> float | None:
    """A finite float, or None for *not known*. Raises :class:`FactorError` for NaN and infinity."""
    if value is None:
        return None
    found = float(value)
    if not math.isfinite(found):
        raise FactorError("FACTOR_NOT_FINITE", field=name)
    return found + 0.0  # turns -0.0 into 0.0, which would otherwise hash differently


def canonical_form(record: Any, reals: frozenset[str], integers: frozenset[str]) -> None:
    """Bring a frozen record into canonical form; called once, when it is made."""
    for spec in fields(record):
        value = getattr(record, spec.name)
        if spec.name in integers:
            value = None if value in (None, "") else int(value)
        elif spec.name in reals:
            value = number(value, spec.name)
        else:
            value = clean(value)
        object.__setattr__(record, spec.name, value)


def filled(record: Any, always: Iterable[str], later: Iterable[str]) -> dict[str, Any]:
    """What a hash covers: some fields always, others where they hold something."""
    content = {name: getattr(record, name) for name in always}
    for name in later:
        value = getattr(record, name)
        if value not in ("", None):
            content[name] = value
    return content

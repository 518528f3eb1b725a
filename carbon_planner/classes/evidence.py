"""How well the values of a class field fit each class system."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Optional

from .codes import as_text, split_code_name, split_mixed
from .library import ClassLibrary
from .system import ClassSystem, Resolution

# What a value is worth to a system, by the way in which it was found there.
_EXACT, _BY_NAME, _PADDED, _PARENT = 1.0, 0.95, 0.7, 0.5
_CODES_ALONE = 0.4  # weight of the codes where names are there to compare; the names have the rest


@dataclass(frozen=True)
class Value:
    """A distinct value of the class field: code, name (either may be ""), number of features."""

    code: str
    name: str
    count: int

    @property
    def text(self) -> str:
        """What a class system is asked for."""
        return self.code or self.name


@dataclass(frozen=True)
class Score:
    """Fit of one system, 0 to 1: ``coverage`` of the codes, ``agreement`` of the names (None where none is known)."""

    system: str
    score: float
    coverage: float
    agreement: Optional[float]


def distinct(codes: Sequence[object], names: Optional[Sequence[object]]) -> tuple[Value, ...]:
    """Distinct values with their counts, mixed codes taken apart, empty cells left out.

    Raises ValueError where ``names`` is not as long as ``codes``.
    """
    texts = [cell if isinstance(cell, str) else as_text(cell) for cell in codes]
    if names is None:
        pairs = Counter((text, "") for text in texts)
    elif len(names) != len(codes):
        raise ValueError("names must be as long as codes")
    else:
        pairs = Counter(zip(texts, (cell if isinstance(cell, str) else as_text(cell) for cell in names)))
    found: Counter[tuple[str, str]] = Counter()
    for (cell, name), count in pairs.items():
        parts = split_mixed(cell)
        for part, _ in parts:
            code, own_name = split_code_name(part)
            # The name beside a mixed code is that of the mix, not of its parts.
            found[code, (as_text(name) if len(parts) == 1 else "") or own_name] += count
    return tuple(Value(code, name, n) for (code, name), n in found.items() if code or name)


def scores(values: Sequence[Value], library: ClassLibrary) -> tuple[Score, ...]:
    """Fit of every system, best first; equal ones in the order of the library."""
    systems = [library.system(info.id) for info in library.systems()]
    readable = [v for v in values if v.code and v.name and any(s.codes_named(v.name) for s in systems)]
    rated = [_score(system, values, readable) for system in systems]
    return tuple(sorted(rated, key=lambda s: -s.score))


def _score(system: ClassSystem, values: Sequence[Value], readable: Sequence[Value]) -> Score:
    found = {value: system.resolve(value.text) for value in values}
    coverage = sum(map(_worth, found.values())) / len(values)
    if not readable:
        return Score(system.id, coverage, coverage, None)
    agreeing = sum(1 for value in readable if system.has_name(found[value].code or "", value.name))
    agreement = agreeing / len(readable)
    return Score(system.id, coverage * (_CODES_ALONE + (1 - _CODES_ALONE) * agreement), coverage, agreement)


def _worth(found: Resolution) -> float:
    if found.code is None:
        return 0.0
    worth = _EXACT
    for flag, value in (("NAME_MATCH", _BY_NAME), ("PADDED_CODE", _PADDED), ("PARENT_CODE", _PARENT)):
        if flag in found.flags:
            worth *= value
    return worth

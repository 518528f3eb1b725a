"""One class system: its codes, names and hierarchy, and which of its classes a text means."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from .codes import pad_candidates
from .names import NameIndex, same_name

MAX_CODE = 8  # local subdivisions add digits to an official code; anything longer is not a class code


@dataclass(frozen=True)
class SystemInfo:
    """What a class system is.

    ``hierarchy`` tells how a code contains that of its parent: by ``pairs`` of digits, by ``letters`` and digits,
    by single ``digits``, or not at all (``flat``).
    """

    id: str
    name_en: str
    name_zh: str
    kind: str
    hierarchy: str

    def name(self, lang: str = "en") -> str:
        """Name in a language."""
        return self.name_zh if lang == "zh" else self.name_en


@dataclass(frozen=True)
class ClassRecord:
    """One class of a system. ``confidence`` speaks of code and name."""

    code: str
    level: int
    name_en: str
    name_zh: str
    parent: str
    confidence: str

    def name(self, lang: str = "en") -> str:
        """Name in a language, else in the other, else the code."""
        first, second = (self.name_zh, self.name_en) if lang == "zh" else (self.name_en, self.name_zh)
        return first or second or self.code


@dataclass(frozen=True)
class Resolution:
    """Which class a text means: ``code`` or None, with flags that say how it was found, and codes it might mean."""

    code: str | None
    flags: tuple[str, ...] = ()
    suggestions: tuple[str, ...] = ()


_TAIL = {
    "pairs": re.compile(r"\d{2,}(?:H\d)?[A-Z]?\d?$"),
    "letters": re.compile(r"[A-Z]{1,2}\d+[A-Z]?$"),
    "digits": re.compile(r"\d{2,5}$"),
}
_PAD = ("PADDED_CODE",)
_PARENT = ("PARENT_CODE",)


class ClassSystem:
    """Codes of one system. Immutable after it is made."""

    def __init__(
        self, info: SystemInfo, records: Iterable[ClassRecord], other_names: Iterable[tuple[str, str]] = ()
    ) -> None:
        """Make a system of its classes.

        ``other_names`` are further (name, code) pairs under which classes are known, such as those of an older edition;
        a name of the system itself goes before them.
        """
        self.info = info
        self._records: Mapping[str, ClassRecord] = {record.code: record for record in records}
        own = [(name, r.code) for r in self._records.values() for name in (r.name_zh, r.name_en) if name]
        self._names = NameIndex(own)
        self._other_names = NameIndex(other_names)

    @property
    def id(self) -> str:
        """Identifier, such as ``landsea2023``."""
        return self.info.id

    def __contains__(self, code: object) -> bool:
        return code in self._records

    def __len__(self) -> int:
        return len(self._records)

    def codes(self) -> tuple[str, ...]:
        """All codes in the order of the standard."""
        return tuple(self._records)

    def records(self) -> tuple[ClassRecord, ...]:
        """All classes in the order of the standard."""
        return tuple(self._records.values())

    def record(self, code: str) -> ClassRecord | None:
        """The class of an exact code."""
        return self._records.get(code)

    def name(self, code: str, lang: str = "en") -> str:
        """Name of an exact code, "" where the system does not hold it."""
        record = self._records.get(code)
        return record.name(lang) if record else ""

    def ancestors(self, code: str) -> tuple[str, ...]:
        """Codes above a class, the nearest first."""
        found: list[str] = []
        record = self._records.get(code)
        while record is not None and record.parent and record.parent not in found:
            found.append(record.parent)
            record = self._records.get(record.parent)
        return tuple(found)

    def children(self, code: str = "") -> tuple[ClassRecord, ...]:
        """Classes directly under a code; under "" those of the first level."""
        return tuple(r for r in self._records.values() if r.parent == code)

    def has_name(self, code: str, name: str) -> bool:
        """Whether a class bears a name, in Chinese or English, small differences of spelling aside."""
        record = self._records.get(code)
        return record is not None and any(same_name(name, own) for own in (record.name_zh, record.name_en) if own)

    def codes_named(self, name: str) -> tuple[str, ...]:
        """Codes of the system's own classes that bear a name."""
        return self._names.find(name)

    def resolve(self, text: str) -> Resolution:
        """Which class a code (as :func:`~carbon_planner.classes.codes.normalise` gives it) or a name means.

        In this order: the exact code; the code with its leading zero put back, where that is the only reading
        (``PADDED_CODE``); the nearest parent (``PARENT_CODE``); a name (``NAME_MATCH``). Nothing is guessed: where two
        readings are possible both are suggested and none is taken.
        """
        if text in self._records:
            return Resolution(text)
        by_code = self._by_code(text)
        if by_code.code is not None or by_code.suggestions:
            return by_code
        return self._by_name(text)

    def _by_code(self, code: str) -> Resolution:
        pattern = _TAIL.get(self.info.hierarchy)
        if pattern is None or len(code) > MAX_CODE:
            return Resolution(None)
        padded = pad_candidates(code) if self.info.hierarchy == "pairs" else ()
        exact = [c for c in padded if c in self._records]
        if exact:
            return Resolution(exact[0], _PAD)
        if not pattern.match(code):
            return Resolution(None)
        cut = self._parent_of_unknown(code)
        other = next((p for p in map(self._parent_of_unknown, padded) if p), "")
        if cut and other:
            return Resolution(None, suggestions=(other, cut))
        if other:
            return Resolution(other, _PAD + _PARENT)
        return Resolution(cut, _PARENT) if cut else Resolution(None)

    def _parent_of_unknown(self, code: str) -> str:
        """The longest known beginning of a code that is a place of the hierarchy, "" where there is none."""
        for end in range(len(code) - 1, 0, -1):
            head = code[:end]
            record = self._records.get(head)
            if record is None or (self.info.hierarchy == "pairs" and head.isdigit() and end % 2):
                continue
            top = self._records.get((self.ancestors(head) or (head,))[-1])
            return head if top is not None and top.level == 1 else ""
        return ""

    def _by_name(self, text: str) -> Resolution:
        codes = self._names.find(text) or self._other_names.find(text)
        if len(codes) > 1:
            codes = self._common(codes)
        if len(codes) == 1:
            return Resolution(codes[0], ("NAME_MATCH",))
        return Resolution(None, suggestions=codes)

    def _common(self, codes: tuple[str, ...]) -> tuple[str, ...]:
        """The nearest class that holds all of these, else the codes as they are."""
        chains = [(code, *self.ancestors(code)) for code in codes]
        shared = [code for code in chains[0] if all(code in chain for chain in chains[1:])]
        return tuple(shared[:1]) or codes

"""What the class library says about the codes of a factor table."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from ..base.errors import ClassError
from ..base.messages import Message
from ..classes.detect import detect
from ..classes.library import OWN, ClassLibrary

OWN_SYSTEM = OWN  # prefix of a class system that only a table itself knows
GENERIC = "generic"


def is_own(system: str) -> bool:
    """Whether codes are free: no class system, the generic classes, or a table's own."""
    return not system or system == GENERIC or system.startswith(OWN_SYSTEM)


@cache
def _generic_names() -> dict[str, str]:
    """Usual names of broad classes, as the literature and yearbooks have them, by generic class."""
    with Path(__file__).with_name("generic_names.csv").open(encoding="utf-8", newline="") as handle:
        return {name: row["generic_class"] for row in csv.DictReader(handle) for name in row["names"].split("|")}


class CodeBook:
    """Answers for the import of factor tables."""

    def __init__(self, classes: ClassLibrary) -> None:
        self._classes = classes

    def known(self, system: str, item: str) -> bool | None:
        """Whether a system holds a code; None for a system that the library does not know, or a table's own."""
        if system.startswith(OWN_SYSTEM):
            return None
        try:
            return item in self._classes.system(system)
        except ClassError:
            return None

    def by_name(self, system: str, text: str) -> str | None:
        """The code of a class that is called exactly so, None where the text is a code or no name of the system."""
        if self.known(system, text) is not False:
            return None
        if system == GENERIC:
            return self.generic_of(text)
        found = self._classes.system(system).resolve(text)
        if found.code is None or {"PARENT_CODE", "PADDED_CODE"}.intersection(found.flags):
            return None
        return found.code

    def generic_of(self, text: str) -> str | None:
        """The generic class that a text names by its id or by a usual name (``耕地``, ``woodland``), or None."""
        name = text.strip().lower()
        found = name if self.known(GENERIC, name) else _generic_names().get(name)
        return found if found and self.known(GENERIC, found) else None

    def detect(self, codes: Sequence[str], names: Sequence[str]) -> tuple[str, Message]:
        """The class system that codes and names point to ("" where none), and the reasons."""
        found = detect(codes, names if any(names) else None, library=self._classes)
        return found.system, found.message

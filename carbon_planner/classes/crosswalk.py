"""From the classes of one system to those of another, and to the generic classes that factors attach to."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass

from ..storage.schema import GET_CROSSWALKS, GET_GENERIC


@dataclass(frozen=True)
class GenericClass:
    """A generic land class.

    ``parent`` is the class whose pools stand in where it has none; it says nothing of the IPCC category or
    of emissions.
    """

    id: str
    name_en: str
    name_zh: str
    parent: str
    built_up: bool
    ipcc_category: str

    def name(self, lang: str = "en") -> str:
        """Name in a language."""
        return self.name_zh if lang == "zh" else self.name_en


@dataclass(frozen=True)
class Link:
    """Counterpart of a class in another system. ``code`` is "" where the class has none: it is a container."""

    code: str
    relation: str
    alternatives: tuple[str, ...]
    confidence: str
    notes: str


Crosswalks = Mapping[tuple[str, str, str], Link]
"""(from system, code, to system) → counterpart."""


def read_crosswalks(connection: sqlite3.Connection) -> dict[tuple[str, str, str], Link]:
    """All crosswalks of a library."""
    return {
        (row["from_system"], row["from_code"], row["to_system"]): Link(
            row["to_code"],
            row["relation"],
            tuple(filter(None, row["alternatives"].split("|"))),
            row["confidence"],
            row["notes"],
        )
        for row in connection.execute(GET_CROSSWALKS)
    }


def read_generic(connection: sqlite3.Connection) -> dict[str, GenericClass]:
    """All generic classes of a library."""
    return {
        row["generic_class"]: GenericClass(
            row["generic_class"],
            row["name_en"],
            row["name_zh"],
            row["parent"],
            row["built_up"] == "y",
            row["ipcc_category"],
        )
        for row in connection.execute(GET_GENERIC)
    }

"""Colours of classes in legends and forms (``palette.csv``): 用地用海 codes and generic classes.

The table of official colours is not among the shipped data: first-level colours are recalled from the cartographic
rules of municipal territorial plans, the rest is chosen to fit; every row says which.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from .library import GENERIC, ClassLibrary
from .match import ClassMatch

NO_CLASS = "#f0f0f0"  # land without a class


@dataclass(frozen=True)
class PaletteEntry:
    """One row: a code of ``landsea2023`` or a generic class, and its colour as ``#rrggbb``."""

    system: str
    code: str
    colour: str
    confidence: str
    source: str


@lru_cache(maxsize=1)
def palette() -> Mapping[tuple[str, str], PaletteEntry]:
    """All rows by system and code."""
    with Path(__file__).with_name("palette.csv").open(encoding="utf-8", newline="") as handle:
        return {(row["system"], row["code"]): PaletteEntry(**row) for row in csv.DictReader(handle)}


def colour_of(match: ClassMatch) -> str:
    """Colour of a matched class as ``#rrggbb``.

    That of its 用地用海 code or the nearest parent, else that of its generic class, else a light grey.
    """
    rows = palette()
    for key in (*match.chain, (GENERIC, match.generic or "")):
        if key in rows:
            return rows[key].colour
    return NO_CLASS


def class_colour(system: str, code: object) -> str:
    """Colour of a code of any class system. Raises ClassError for an unknown system."""
    return colour_of(ClassLibrary.shipped().match(system, code))


def rgb(colour: str) -> tuple[int, int, int]:
    """Red, green, blue (0 to 255) of ``#rrggbb``."""
    return (int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16))

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

from .library import LANDSEA, ClassLibrary
from .match import ClassMatch

Colour = tuple[int, int, int]
NO_CLASS: Colour = (240, 240, 240)  # land without a class


@dataclass(frozen=True)
class PaletteEntry:
    """One row: ``code`` is a 用地用海 code or a generic class."""

    code: str
    colour: Colour
    confidence: str
    source: str


@lru_cache(maxsize=1)
def palette() -> Mapping[str, PaletteEntry]:
    """All rows by code."""
    with Path(__file__).with_name("palette.csv").open(encoding="utf-8", newline="") as handle:
        rows = csv.DictReader(handle)
        return {
            row["code"]: PaletteEntry(
                row["code"], (int(row["r"]), int(row["g"]), int(row["b"])), row["confidence"], row["source"]
            )
            for row in rows
        }


def colour_of(match: ClassMatch) -> Colour:
    """Red, green, blue (0 to 255) of a matched class.

    That of its 用地用海 code or the nearest parent, else that of its generic class, else a light grey.
    """
    rows = palette()
    codes = [code for system, code in match.chain if system == LANDSEA]
    for code in (*codes, match.generic or ""):
        if code in rows:
            return rows[code].colour
    return NO_CLASS


def class_colour(system: str, code: object) -> Colour:
    """Colour of a code of any class system. Raises ClassError for an unknown system."""
    return colour_of(ClassLibrary.shipped().match(system, code))

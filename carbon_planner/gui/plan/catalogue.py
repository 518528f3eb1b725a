"""The classes of one system as the drawing form and the legend need them: code, official names, colour, usual cover."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from ...bridge.settings import language
from ...classes.library import ClassLibrary

NATURAL, MIXED, KEEP_BASE = "natural", "mixed", "keep_base"
UNKNOWN_COLOUR = "#bdbdbd"

# Only for classes that classes/palette.csv does not colour: by the first level of the 2023 land and sea use classes.
FIRST_LEVEL = {
    "01": "#fff3b0", "02": "#e3d38a", "03": "#5fa55a", "04": "#b6d98b", "05": "#7fc8b3", "06": "#d8c39a",
    "07": "#ffe14d", "08": "#f28cb5", "09": "#e8503a", "10": "#b07a4f", "11": "#9d7cc1", "12": "#b9b9b9",
    "13": "#5b8fc7", "14": "#56c271", "15": "#c4798f", "16": "#f5f5f5", "17": "#8fc3e8", "18": "#79b4dd",
    "19": "#a3b6e0", "20": "#6aa0cc", "21": "#a6cbe6", "22": "#9db9cf", "23": "#d9cdb8", "24": "#cfe3ef",
}  # fmt: skip


@dataclass(frozen=True)
class Usual:
    """What the class defaults say of a class: shares of 1, plot ratio; None where they say nothing."""

    mode: str
    green: float | None
    building: float | None
    plot_ratio: float | None
    total: float = 1.0


@dataclass(frozen=True)
class ClassItem:
    """One class of a system."""

    code: str
    name_en: str
    name_zh: str
    parent: str
    colour: str

    def name(self, lang: str = "") -> str:
        """Name in the language of the user interface, or the one asked for."""
        return self.name_zh if (lang or language()) == "zh" else self.name_en

    def label(self) -> str:
        """Code and name."""
        return f"{self.code} {self.name()}"


@dataclass(frozen=True)
class Catalogue:
    """The classes of a system, in the order of their codes."""

    system: str
    name_en: str
    name_zh: str
    items: tuple[ClassItem, ...]

    def get(self, code: str | None) -> ClassItem | None:
        """The class of a code."""
        return next((item for item in self.items if item.code == code), None)

    def title(self) -> str:
        """Name of the system in the language of the user interface."""
        return self.name_zh if language() == "zh" else self.name_en

    def usual(self, code: str) -> Usual | None:
        """Usual cover of a class; None where the defaults do not reach it."""
        library = ClassLibrary.shipped()
        cover = library.cover(library.match(self.system, code))
        if cover is None:
            return None
        shares = {share.role: share.share for share in cover.shares}
        ratio = cover.plot_ratio.value if cover.plot_ratio else None
        return Usual(cover.mode, shares.get("green"), shares.get("building"), ratio, sum(shares.values()))


@cache
def palette() -> dict[tuple[str, str], str]:
    """Colours by system and code from ``classes/palette.csv``."""
    path = Path(__file__).parents[2] / "classes" / "palette.csv"
    if not path.is_file():
        return {}
    with path.open(encoding="utf-8-sig", newline="") as handle:
        return {(row["system"], row["code"]): row["colour"] for row in csv.DictReader(handle)}


def colour_of(system: str, code: str) -> str:
    """Colour of a class: its own, its nearest parent's, or that of the 2023 class that it corresponds to."""
    library = ClassLibrary.shipped()
    chain = ((system, code), *library.match(system, code).chain)
    for key in chain:
        if key in palette():
            return palette()[key]
    codes = [c for s, c in chain if s == "landsea2023"]
    return FIRST_LEVEL.get(codes[0][:2], UNKNOWN_COLOUR) if codes else UNKNOWN_COLOUR


@lru_cache(maxsize=8)
def catalogue(system: str) -> Catalogue:
    """Classes of a system. Raises ClassError for an unknown one, StorageError where the shipped library is missing."""
    found = ClassLibrary.shipped().system(system)
    items = tuple(
        ClassItem(entry.code, entry.name_en, entry.name_zh, entry.parent, colour_of(system, entry.code))
        for entry in found.records()
    )
    return Catalogue(system, found.info.name_en, found.info.name_zh, items)


def plan_systems() -> list[tuple[str, str]]:
    """Id and name of the systems that plans are drawn in."""
    return [
        (info.id, info.name(language()))
        for info in ClassLibrary.shipped().systems()
        if info.kind in ("plan", "green", "survey")
    ]

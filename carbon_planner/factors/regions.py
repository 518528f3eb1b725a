"""The tree of regions in which a factor is looked for: parcel → district → city → province → nation → world.

``regions.csv`` holds the tree. A region is named by its code (``CN-CQ``, ``500112``), an alias (``500000``) or its
Chinese name; a longer numeric code, such as that of a village in the land survey, stands below the district whose code
it begins with. Grid regions are no part of the way up: a province lies in one grid region by the division of 2010 to
2012 and perhaps in another by that of 2021, so they are asked for by division and never chained.
"""

from __future__ import annotations

import csv
import difflib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from ..base.errors import FactorError

WORLD = "World"
GRID_DIVISIONS = ("grid_2012", "grid_2021")
_FILE = Path(__file__).with_name("regions.csv")
_PREFIXES = (12, 9, 6)  # village, township, district in the codes of the land survey


@dataclass(frozen=True)
class Region:
    """A node of the tree. ``climates`` are labels of climate zones by which factors are keyed."""

    code: str
    parent: str
    kind: str
    name_en: str
    name_zh: str
    grid_2012: str = ""
    grid_2021: str = ""
    climates: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    confidence: str = ""
    notes: str = ""

    def name(self, lang: str = "en") -> str:
        """Name in a language."""
        return self.name_zh if lang == "zh" else self.name_en


def parse_regions(rows: Iterable[Mapping[str, str]]) -> list[Region]:
    """Rows of ``regions.csv``; lists within a cell are separated by bars."""
    lists = ("climates", "aliases")
    return [
        Region(**{name: _parts(cell) if name in lists else cell.strip() for name, cell in row.items()})  # type: ignore[arg-type]
        for row in rows
    ]


def _parts(cell: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in cell.split("|") if part.strip())


class RegionTree:
    """Answers about regions. Immutable."""

    def __init__(self, regions: Iterable[Region]) -> None:
        self._regions: dict[str, Region] = {}
        self._names: dict[str, str] = {}
        for region in regions:
            if region.code in self._regions:
                raise FactorError("REGION_TWICE", region=region.code)
            self._regions[region.code] = region
            for name in (region.code, region.name_zh, *region.aliases):
                self._names.setdefault(name, region.code)
        for region in self._regions.values():
            if region.parent and region.parent not in self._regions:
                raise FactorError("REGION_NO_PARENT", region=region.code, parent=region.parent)

    @staticmethod
    def shipped() -> RegionTree:
        """The tree that comes with the plugin."""
        return _shipped()

    def extended(self, regions: Iterable[Region]) -> RegionTree:
        """This tree with more regions (of a factor pack)."""
        return RegionTree([*self._regions.values(), *regions])

    def __iter__(self) -> Iterator[Region]:
        return iter(self._regions.values())

    def get(self, code: str) -> Region | None:
        """The node of a code, None where the tree has none."""
        return self._regions.get(code)

    def chain(self, text: str) -> tuple[str, ...]:
        """Codes from a region up to the world, nearest first; "" is the world alone.

        A code below the table (a village, a parcel ``500112/17``) stands first and then its district. Raises
        :class:`FactorError` (REGION_UNKNOWN) for a text that names no place.
        """
        name = text.strip()
        if not name:
            return (WORLD,)
        start = self._names.get(name)
        below: tuple[str, ...] = ()
        if start is None:
            below, start = self._below(name)
        chain: list[str] = []
        node: str = start
        while node and node not in chain:
            chain.append(node)
            node = self._regions[node].parent
        return (*below, *chain)

    def canonical(self, text: str) -> str:
        """The code of a region however it is named; the text itself where the tree does not know it."""
        return self._names.get(text.strip(), text.strip())

    def grid(self, text: str, division: str) -> str:
        """The grid region of a place by a division (``grid_2012``, ``grid_2021``), "" where it lies in none."""
        if division not in GRID_DIVISIONS:
            raise FactorError("GRID_DIVISION_UNKNOWN", division=division, known=", ".join(GRID_DIVISIONS))
        for code in self.chain(text):
            node = self._regions.get(code)
            if node and node.kind == "grid_region":
                return code
            found: str = getattr(node, division) if node else ""
            if found:
                return found
        return ""

    def climates(self, text: str) -> tuple[str, ...]:
        """Climate labels of a place: those of the nearest node that has any."""
        nodes = (self._regions.get(code) for code in self.chain(text))
        return next((node.climates for node in nodes if node and node.climates), ())

    def _below(self, name: str) -> tuple[tuple[str, ...], str]:
        """A place below the tree: the codes that are not in it, nearest first, and the node above them."""
        parcel, slash, _ = name.partition("/")
        own = (name,) if slash else ()
        if parcel in self._names:
            return own, self._names[parcel]
        if parcel.isascii() and parcel.isdigit() and len(parcel) >= _PREFIXES[-1]:
            heads = [parcel, *(parcel[:n] for n in _PREFIXES if n < len(parcel))]
            codes = [*heads, parcel[:4] + "00", parcel[:2] + "0000"]
            for number, code in enumerate(codes):
                if code in self._names:
                    more = tuple(c for c in heads[:number] if c not in self._names)
                    return own + more, self._names[code]
        near = difflib.get_close_matches(name, [*self._names], n=3, cutoff=0.6)
        raise FactorError("REGION_UNKNOWN", region=name, near=", ".join(near) or "CN-CQ")


@cache
def _shipped() -> RegionTree:
    with _FILE.open(encoding="utf-8", newline="") as handle:
        return RegionTree(parse_regions(csv.DictReader(handle)))

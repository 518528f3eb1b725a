"""What a class code tells of a zone where the zone itself is silent: its uses, and default densities.

A natural class (cropland, forest, water …) is *known* to have no floor area and no residents. A lumped built-up class
of a land-cover product says nothing about them: they are unknown (carbon rule 2), as for a code that is in no system.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Optional

from ...classes.cover import CoverDefault, Ranged
from ...classes.library import GENERIC, ClassLibrary, ClassMatch
from .catalogue import Catalogue
from .tables import FLOOR

Overridden = Callable[[str, str], Optional[float]]
NATURAL, BUILT, KEEP, UNKNOWN = "natural", "built", "keep", "unknown"


@dataclass(frozen=True)
class ClassInfo:
    """One class code with its uses.

    ``kind`` is natural, built, keep (reserve land keeps what is there) or unknown; ``uses`` the shares of building uses
    (they sum to 1) and of kinds of ground; ``defaults`` figures of the class, NaN where it gives none. ``source`` names
    the class that gave them.
    """

    kind: str
    uses: Mapping[str, float] = field(default_factory=dict)
    defaults: Mapping[str, float] = field(default_factory=dict)
    source: str = ""
    figures: Mapping[str, Ranged] = field(default_factory=dict)  # of a single class, with its bounds
    readable: bool = True  # whether the zone's own text of uses could be read

    @property
    def known(self) -> bool:
        """Whether the class says what stands on it."""
        return self.kind != UNKNOWN


class ClassReader:
    """Reads class codes and texts of uses; answers are cached by both."""

    def __init__(self, catalogue: Catalogue, classes: ClassLibrary, overridden: Overridden | None = None) -> None:
        """``overridden`` gives the figure of a class (code, name) that a scenario or region sets, None for others."""
        self._catalogue, self._classes = catalogue, classes
        self._overridden: Overridden = overridden or (lambda _code, _name: None)
        self._cache: dict[tuple[str, Optional[str], Optional[str]], ClassInfo] = {}
        self._uses = _names_of_uses(catalogue)

    def info(self, system: str, code: Optional[str], uses: Optional[str] = None) -> ClassInfo:
        """What a code of a system means, with the zone's own mix of uses before that of the class."""
        key = (system, code, uses)
        if key not in self._cache:
            self._cache[key] = self._read(system, code, uses)
        return self._cache[key]

    def _read(self, system: str, code: Optional[str], uses: Optional[str]) -> ClassInfo:
        info = ClassInfo(UNKNOWN) if code is None or not code.strip() or not system else self._of_code(system, code)
        if uses is None or not uses.strip():
            return info
        stated = read_uses(uses, self._uses)
        if stated is None:
            return replace(info, readable=False)
        floor = {u: s for u, s in stated.items() if self._catalogue.use_types[u].kind == FLOOR}
        total = math.fsum(floor.values())
        if floor and abs(total - 1.0) > 1e-6:
            return replace(info, readable=False)
        kept = {u: s for u, s in info.uses.items() if not floor or self._catalogue.use_types[u].kind != FLOOR}
        return replace(info, uses={**kept, **stated})

    def _of_code(self, system: str, code: str) -> ClassInfo:
        parts = [(self._single(match), share) for match, share in self._classes.parts(system, code)]
        if len(parts) == 1:
            return parts[0][0]
        if not all(info.known for info, _ in parts):
            return ClassInfo(UNKNOWN)
        uses: dict[str, float] = {}
        defaults: dict[str, float] = {}
        for info, share in parts:
            for use, part in info.uses.items():
                uses[use] = uses.get(use, 0.0) + share * part
            for name in DEFAULTS:
                value = 0.0 if info.kind == NATURAL else info.defaults.get(name, math.nan)
                defaults[name] = defaults.get(name, 0.0) + share * value
        kind = BUILT if any(info.kind == BUILT for info, _ in parts) else parts[0][0].kind
        return ClassInfo(kind, self._whole(uses), defaults, " + ".join(info.source for info, _ in parts))

    def _whole(self, uses: Mapping[str, float]) -> dict[str, float]:
        """Shares of building uses that sum to 1 again: natural parts of a mix have none."""
        floor = math.fsum(s for u, s in uses.items() if self._catalogue.use_types[u].kind == FLOOR)
        return {
            u: s / floor if floor > 0.0 and self._catalogue.use_types[u].kind == FLOOR else s for u, s in uses.items()
        }

    def _single(self, match: ClassMatch) -> ClassInfo:
        default = self._classes.cover(match)
        uses = self._mix(match)
        if default is None:
            if match.generic is None or self._classes.generic(match.generic).built_up:
                return ClassInfo(UNKNOWN, uses)
            return ClassInfo(NATURAL, uses, {}, match.generic)
        kind = {"natural": NATURAL, "keep_base": KEEP}.get(default.mode, BUILT)
        figures, ranged = _figures(default), _ranged(default)
        for name in DEFAULTS:
            value = self._overridden(default.code, name)
            if value is not None:
                figures[name] = value
                ranged[name] = Ranged(value, value, value)  # its range is that of the override, by the factor's record
        ranged = {name: figure for name, figure in ranged.items() if figure.value > 0.0}
        return ClassInfo(kind, uses, figures, default.code, ranged)

    def _mix(self, match: ClassMatch) -> dict[str, float]:
        chain = [*match.chain, *(((GENERIC, match.generic),) if match.generic else ())]
        for key in chain:
            if key in self._catalogue.uses:
                return dict(self._catalogue.uses[key])
        return {}


DEFAULTS = ("plot_ratio", "population_per_ha", "jobs_per_ha", "green_share", "sealed_share", "building_share")


def _figures(default: CoverDefault) -> dict[str, float]:
    """Figures of a class. Where a class states no residents there are none; unstated jobs of buildings are unknown."""

    def value(figure: Optional[Ranged], absent: float) -> float:
        return absent if figure is None else figure.value

    jobs_absent = math.nan if default.mode == "mixed" else 0.0
    return {
        "plot_ratio": value(default.plot_ratio, math.nan),
        "population_per_ha": value(default.population_per_ha, 0.0),
        "jobs_per_ha": value(default.jobs_per_ha, jobs_absent),
        "green_share": default.share("green").share,
        "sealed_share": default.share("other_sealed").share,
        "building_share": default.share("building").share,
    }


def _ranged(default: CoverDefault) -> dict[str, Ranged]:
    """Figures of a class with their bounds, where it states them."""
    green = default.share("green")
    found = {"green_share": Ranged(green.share, green.low, green.high)}
    for name in ("plot_ratio", "population_per_ha", "jobs_per_ha"):
        figure: Optional[Ranged] = getattr(default, name)
        if figure is not None:
            found[name] = figure
    return {name: figure for name, figure in found.items() if figure.value > 0.0}


def _names_of_uses(catalogue: Catalogue) -> dict[str, str]:
    names: dict[str, str] = {}
    for use in catalogue.use_types.values():
        for text in (use.name, use.name_en, use.name_zh, *use.codes):
            names[text.casefold()] = use.name
    return names


def read_uses(text: str, names: Mapping[str, str]) -> Optional[dict[str, float]]:
    """Uses with shares from a text such as ``residential:0.7;retail:0.3``; None where it cannot be read.

    Uses go by id, name or survey detail code; full-width signs are read; a lone use has the share 1.
    """
    found: dict[str, float] = {}
    for part in text.translate(_HALF_WIDTH).split(";"):
        if not part.strip():
            continue
        name, colon, share = part.partition(":")
        use = names.get(name.strip().casefold())
        value = _share(share) if colon else 1.0
        if use is None or value is None or use in found:
            return None
        found[use] = value
    return found or None


_HALF_WIDTH = str.maketrans({"：": ":", "；": ";", "，": ";", ",": ";", "％": "%"})


def _share(text: str) -> Optional[float]:
    percent = text.strip().endswith("%")
    try:
        value = float(text.strip().rstrip("%"))
    except ValueError:
        return None
    value = value / 100.0 if percent else value
    return value if 0.0 <= value <= 1.0 else None

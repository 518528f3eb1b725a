"""From a class code to what covers the ground (carbon rule 5).

Land use is not land cover: a planned construction class becomes green, building, other sealed, water and bare shares,
each from zone field > class default. What has no shares (a lumped built-up class of a land-cover product) keeps its
lumped pools and says so.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Optional

from ..classes.library import ClassLibrary, ClassMatch, CoverDefault
from ..factors.lookup import Found, Lookup

CROPLAND = "Cropland"  # IPCC category
# What follows a cover's name where a survey says more of it: what grows there, that its biomass was measured.
GROWS, MEASURED = "+", "*"
# Pools that follow the class of the land, whatever grows on it.
GROUND = ("soil", "total")
GREEN_URBAN = "green_urban"
BUILT = "built"
_SEALED_ROLES = ("building", "other_sealed")


@dataclass(frozen=True)
class Cover:
    """One kind of ground, as the factor tables know it.

    ``key`` names it in the ledger: a generic class, ``sealed``, or ``system:code`` where the factor set is keyed by
    codes. ``match`` is set in that last case. ``grows`` is the generic class of what grows there where a survey says
    other than the class, ``measured`` whether a survey measured its living biomass; such a cover is a variant of the
    ``plain`` one.
    """

    key: str
    generic: str
    built_up: bool = False
    cropland: bool = False
    match: Optional[ClassMatch] = None
    grows: str = ""
    measured: bool = False

    @property
    def plain(self) -> Cover:
        """The cover without what a survey added."""
        return replace(self, key=self.key.split(GROWS)[0].rstrip(MEASURED), grows="", measured=False)

    @property
    def sealed(self) -> bool:
        """Whether this is sealed ground by cover shares, as opposed to a lumped built-up class."""
        return self.key == SEALED.key


# Building and other sealed ground hold the same carbon: no biomass, and soil by rule 5.
SEALED = Cover("sealed", BUILT, built_up=True)


@dataclass(frozen=True)
class Mix:
    """What covers the ground of a class: shares that sum to 1, less ``unknown``; ``keep_base`` follows the baseline."""

    shares: tuple[tuple[Cover, float], ...]
    flags: tuple[str, ...] = ()
    keep_base: bool = False

    @property
    def unknown(self) -> float:
        """Share without a class or a factor."""
        return max(0.0, 1.0 - math.fsum(share for _, share in self.shares))


NOTHING = Mix(())


class Composer:
    """Turns class codes into covers for one factor set; answers are cached per code and ratios."""

    def __init__(self, classes: ClassLibrary, lookup: Lookup, parameters: tuple[str, ...]) -> None:
        self._classes, self._lookup, self._parameters = classes, lookup, parameters
        self._mixes: dict[tuple[str, str, float, float], Mix] = {}
        self._covers: dict[str, Cover] = {}
        self._flags: dict[str, Optional[tuple[str, ...]]] = {}

    def mix(self, system: str, code: Optional[str], green: float = math.nan, density: float = math.nan) -> Mix:
        """Covers of a class code; ``green`` and ``density`` are the plan's own ratios, NaN where it states none."""
        if code is None or not code.strip():
            return NOTHING
        # NaN is no dictionary key (it equals nothing); -1 stands for "not stated" inside the cache only.
        key = (system, code, -1.0 if math.isnan(green) else green, -1.0 if math.isnan(density) else density)
        if key not in self._mixes:
            self._mixes[key] = self._compose(system, code, green, density)
        return self._mixes[key]

    def surveyed(self, mix: Mix, grows: str, measured: bool) -> Mix:
        """A mix with what a survey found on it: other vegetation than that of the class, or measured biomass."""
        if not (grows or measured):
            return mix
        shares = tuple((self._variant(cover, grows, measured), share) for cover, share in mix.shares)
        return Mix(shares, (*mix.flags, *(["GROWS_OTHER"] if grows else []), *(["MEASURED"] if measured else [])))

    def _variant(self, cover: Cover, grows: str, measured: bool) -> Cover:
        if cover.built_up or (grows and grows == cover.generic and not measured):
            return cover
        key = f"{cover.key}{GROWS + grows if grows else ''}{MEASURED if measured else ''}"
        return self._covers.setdefault(key, replace(cover, key=key, grows=grows, measured=measured))

    def found(self, cover: Cover, parameter: str) -> Optional[Found]:
        """The factor of a cover, through parents where it has none of its own."""
        if cover.grows and parameter not in GROUND:
            return self._lookup.find(cover.grows, parameter)
        return self._lookup.find(cover.match if cover.match is not None else cover.generic, parameter)

    def _compose(self, system: str, code: str, green: float, density: float) -> Mix:
        parts = self._classes.parts(system, code)
        if len(parts) == 1:
            return self._single(parts[0][0], green, density)
        shares: dict[Cover, float] = {}
        flags: list[str] = []
        for match, weight in parts:
            mix = self._single(match, green, density)
            flags += mix.flags
            for cover, share in mix.shares:
                shares[cover] = shares.get(cover, 0.0) + weight * share
        return Mix(tuple(shares.items()), _unique(flags))

    def _single(self, match: ClassMatch, green: float, density: float) -> Mix:
        flags = list(match.flags)
        stated = not (math.isnan(green) and math.isnan(density))
        default = self._classes.cover(match)
        # Stated ratios ask for cover shares; a class of the user's own table knows none.
        own = None if stated and match.generic is not None else self._keyed_by_code(match)
        if own is not None:
            remarks = [*(["COVER_DEFAULT"] if own.built_up else []), *(["GREEN_IGNORED"] if stated else [])]
            return self._available(((own, 1.0),), flags + remarks)
        if default is not None and default.mode != "natural":
            shares = self._by_shares(default, green, density)
            flags += [] if stated else ["COVER_CLASS"]
            if default.mode == "keep_base" and not stated:
                mix = self._available(shares, [*flags, "KEEP_BASE"])
                return Mix(mix.shares, mix.flags, keep_base=True)
            return self._available(shares, flags)
        if match.generic is None:
            return Mix((), _unique(flags or ["UNKNOWN_CLASS"]))
        return self._generic_mix(match.generic, flags, green)

    def _generic_mix(self, generic: str, flags: list[str], green: float) -> Mix:
        cover = self._generic(generic)
        if not cover.built_up:
            ignored = [] if math.isnan(green) else ["GREEN_IGNORED"]
            return self._available(((cover, 1.0),), flags + ignored)
        if math.isnan(green):
            return self._available(((cover, 1.0),), [*flags, "COVER_DEFAULT"])
        return self._available(((self._generic(GREEN_URBAN), green), (SEALED, 1.0 - green)), flags)

    def _keyed_by_code(self, match: ClassMatch) -> Optional[Cover]:
        """The class itself, where the factor set knows its code or a parent of it (not only its generic class)."""
        for parameter in self._parameters:
            found = self._lookup.find_code(match, parameter)
            if found is not None:
                generic = match.generic or ""
                record = self._classes.generic(generic) if generic else None
                built_up = record is not None and record.built_up
                crop = record is not None and record.ipcc_category == CROPLAND
                key = f"{found.factor.system}:{found.factor.item}"
                return self._covers.setdefault(key, Cover(key, generic, built_up, crop, match=match))
        return None

    def _by_shares(self, default: CoverDefault, green: float, density: float) -> tuple[tuple[Cover, float], ...]:
        stated = {role: v for role, v in (("green", green), ("building", density)) if not math.isnan(v)}
        usual = {s.role: s.share for s in default.shares if s.role not in stated}
        left, total = 1.0 - math.fsum(stated.values()), math.fsum(usual.values())
        # What the plan does not state keeps the proportions of the class; a class without such shares is sealed there.
        scaled = {r: v * left / total for r, v in usual.items()} if total > 0 else {"other_sealed": left}
        generic_of = {s.role: s.generic for s in default.shares}
        shares: dict[Cover, float] = {}
        for role, share in {**stated, **scaled}.items():
            if share <= 0:
                continue
            cover = SEALED if role in _SEALED_ROLES else self._generic(generic_of.get(role) or GREEN_URBAN)
            shares[cover] = shares.get(cover, 0.0) + share
        return tuple(shares.items())

    def _generic(self, generic: str) -> Cover:
        if generic not in self._covers:
            record = self._classes.generic(generic)
            crop = record.ipcc_category == CROPLAND
            self._covers[generic] = Cover(generic, generic, record.built_up, crop)
        return self._covers[generic]

    def _available(self, shares: tuple[tuple[Cover, float], ...], flags: list[str]) -> Mix:
        """Drop covers without any factor (flag), mark those served by a parent."""
        kept = []
        for cover, share in shares:
            served = self._served(cover)
            if served is None:
                flags.append("NO_FACTOR")
                continue
            flags += served
            kept.append((cover, share))
        return Mix(tuple(kept), _unique(flags))

    def _served(self, cover: Cover) -> Optional[tuple[str, ...]]:
        """Flags of the first factor of a cover, None where it has none; asked for every zone with ratios of its own."""
        if cover.key not in self._flags:
            found = (self.found(cover, parameter) for parameter in self._parameters)
            self._flags[cover.key] = next((f.flags for f in found if f is not None), None)
        return self._flags[cover.key]


def _unique(flags: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(flags))

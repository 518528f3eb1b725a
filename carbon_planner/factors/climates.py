"""Labels of climate zones by which factors are keyed, in families that do not exclude each other.

A place has one label of each family: the zone of building design (GB 50176), the climate of the IPCC and the ecological
zone of its forest tables. A run may name some; the others stay those of its region.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence

from ..base.errors import FactorError

BUILDING = ("severe_cold", "cold", "hscw", "hsww", "mild")
IPCC = (
    "tropical_montane", "tropical_wet", "tropical_moist", "tropical_dry", "subtropical", "warm_temperate_wet",
    "warm_temperate_moist", "warm_temperate_dry", "cool_temperate_wet", "cool_temperate_moist", "cool_temperate_dry",
    "boreal_moist", "boreal_dry", "polar_moist", "polar_dry",
)  # fmt: skip
ECOLOGICAL = (
    "tropical_rain_forest", "tropical_moist_deciduous_forest", "tropical_dry_forest", "tropical_shrubland",
    "tropical_mountain", "subtropical_humid_forest", "subtropical_dry_forest", "subtropical_steppe",
    "subtropical_mountain", "temperate_oceanic_forest", "temperate_continental_forest", "temperate_mountain",
    "boreal_coniferous_forest",
)  # fmt: skip
FAMILIES = (BUILDING, IPCC, ECOLOGICAL)


def combine(named: Sequence[str], regional: Sequence[str]) -> tuple[str, ...]:
    """The labels that are named, and those of the region whose family is not named."""
    families = {family_of(label) for label in named}
    return (*named, *(label for label in regional if family_of(label) not in families))


def family_of(label: str) -> int | str:
    """The number of a label's family; a label of a pack is a family of its own."""
    return next((number for number, family in enumerate(FAMILIES) if label in family), label)


def parse_climates(text: str, more: Iterable[str] = ()) -> tuple[str, ...]:
    """Labels separated by bars; ``more`` are labels that packs add.

    Raises :class:`FactorError` (CLIMATE_UNKNOWN) for one that is not known, CLIMATE_TWICE for two of one family.
    """
    labels = tuple(part.strip() for part in text.split("|") if part.strip())
    known = [*(label for family in FAMILIES for label in family), *more]
    for label in labels:
        if label not in known:
            near = difflib.get_close_matches(label, known, n=3, cutoff=0.4)
            raise FactorError("CLIMATE_UNKNOWN", climate=label, near=", ".join(near) or ", ".join(BUILDING))
    families = [family_of(label) for label in labels]
    if len(set(families)) < len(families):
        raise FactorError("CLIMATE_TWICE", climate=text)
    return labels

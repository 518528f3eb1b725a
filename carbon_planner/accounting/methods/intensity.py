"""Intensities: tonnes per hectare, per m² of floor area, per person, per 10⁴ yuan. A missing base gives null, not 0."""

from __future__ import annotations

from collections.abc import Mapping

from .arrays import Floats, Numbers, divided, floats

# What a total can be divided by: name of the result → (name of the base, its unit).
BASES: Mapping[str, tuple[str, str]] = {
    "per_ha": ("area_ha", "ha"),
    "per_m2": ("floor_area_m2", "m2"),
    "per_person": ("population", "person"),
    "per_head": ("population_and_jobs", "person"),
    "per_1e4yuan": ("gdp_1e4yuan", "10^4 yuan"),
}


def intensity(total: Numbers, base: Numbers) -> Floats:
    """Total per base; NaN where the base is null, zero or negative, or the total is null."""
    return divided(total, base)


def intensities(total: Floats, bases: Mapping[str, Floats]) -> dict[str, Floats]:
    """All intensities of :data:`BASES` whose base is given, by name of the result.

    "population_and_jobs" is made of "population" and "jobs" where it is not given: null as soon as one is null.
    """
    known = dict(bases)
    if "population_and_jobs" not in known and {"population", "jobs"} <= known.keys():
        known["population_and_jobs"] = floats(known["population"]) + floats(known["jobs"])
    return {name: divided(total, known[base]) for name, (base, _) in BASES.items() if base in known}


def sink_share(emissions: Numbers, removals: Numbers) -> Floats:
    """|removals|/emissions as a share of 1; NaN where nothing is emitted."""
    return divided(abs(floats(removals)), emissions)

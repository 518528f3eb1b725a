"""A resolver over the shipped library and the packs in use, as a run wants it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..classes.library import ClassLibrary
from .climates import parse_climates
from .electricity import KEY as ELECTRICITY
from .overrides import Override, as_override
from .packs import packs
from .paths import parse_course
from .records import FactorSet
from .resolve import Resolver
from .store import open_set

# The shipped sets outside the land methods, in the order that decides between equals.
SHIPPED = ("energy", "building", "transport_waste_industry", "ipcc_afolu", "agri_inputs_cn", "class_defaults")


def open_resolver(
    *,
    region: str = "CN-CQ",
    climate_zone: str = "",
    overrides: Sequence[Override | Mapping[str, Any]] = (),
    grid_path: str = "frozen",
    sets: Sequence[FactorSet | str] = (),
    classes: ClassLibrary | None = None,
) -> Resolver:
    """A resolver: the sets that are named first, then those of packs, then the shipped ones.

    ``climate_zone`` holds labels separated by bars (:mod:`climates`), "" those of the region; ``grid_path`` is the
    series and course of electricity (:mod:`paths`); overrides may be records or mappings of their fields. Raises
    :class:`FactorError` for an unknown region, set or course.
    """
    found = packs()
    named = [open_set(one) if isinstance(one, str) else one for one in sets]
    names = {one.info.id for one in named}
    rest = [one for one in (*found.sets, *(open_set(name) for name in SHIPPED)) if one.info.id not in names]
    keys = found.keys()
    series, path = parse_course(grid_path, [name for name in keys.series(ELECTRICITY) if name])
    labels = {label for key in keys for row in keys.rows(key) for label in row.climates}
    resolver = Resolver(
        [*named, *rest], region=region, overrides=[as_override(one) for one in overrides],
        paths={ELECTRICITY: path}, series={ELECTRICITY: series} if series else None,
        climates=parse_climates(climate_zone, labels), classes=classes, keys=keys, regions=found.regions(),
    )  # fmt: skip
    resolver.regions.chain(region)  # an unknown region is told now, not at the first question
    return resolver

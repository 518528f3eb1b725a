"""A resolver over the shipped library and the packs in use, as a run wants it."""

from __future__ import annotations

from collections.abc import Sequence

from ..classes.library import ClassLibrary
from .climates import parse_climates
from .electricity import KEY as ELECTRICITY
from .overrides import Override
from .packs import packs
from .paths import parse_path
from .records import FactorSet
from .resolve import Resolver
from .store import open_set

# The shipped sets outside the land methods, in the order that decides between equals.
SHIPPED = ("energy", "building", "transport_waste_industry", "ipcc_afolu", "agri_inputs_cn", "class_defaults")


def open_resolver(
    *,
    region: str = "CN-CQ",
    climate_zone: str = "",
    overrides: Sequence[Override] = (),
    grid_path: str = "frozen",
    sets: Sequence[FactorSet | str] = (),
    classes: ClassLibrary | None = None,
) -> Resolver:
    """A resolver: the sets that are named first, then those of packs, then the shipped ones.

    ``climate_zone`` holds labels separated by bars (:mod:`climates`), "" those of the region; ``grid_path`` is the
    course of electricity (:mod:`paths`). Raises :class:`FactorError` for an unknown region, set or course.
    """
    found = packs()
    named = [open_set(one) if isinstance(one, str) else one for one in sets]
    names = {one.info.id for one in named}
    rest = [one for one in (*found.sets, *(open_set(name) for name in SHIPPED)) if one.info.id not in names]
    keys = found.keys()
    labels = {label for key in keys for row in keys.rows(key) for label in row.climates}
    resolver = Resolver(
        [*named, *rest], region=region, overrides=overrides, paths={ELECTRICITY: parse_path(grid_path)},
        climates=parse_climates(climate_zone, labels), classes=classes, keys=keys, regions=found.regions(),
    )  # fmt: skip
    resolver.regions.chain(region)  # an unknown region is told now, not at the first question
    return resolver

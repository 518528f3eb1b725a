"""Own figures of a scenario in the place of a set's pools and fluxes (zone field > scenario > region > default).

Pools and fluxes of land are found by class; an override of ``forest`` and ``above`` replaces the figure of that class,
or gives one to a class that its parent served so far.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from ..base.errors import FactorError
from ..base.messages import Message, message
from ..classes.library import ClassLibrary
from ..factors.overrides import Override, as_override, choose_override, factor_of
from ..factors.records import NET_FLUX, POOLS, Factor, FactorSet
from ..factors.regions import RegionTree
from .inputs import Settings

LAND_PARAMETERS = (*POOLS, NET_FLUX)
GENERIC = "generic"


@dataclass(frozen=True)
class ScenarioSet(FactorSet):
    """A set with figures of a scenario in it: named after the set it comes from, and told apart from it."""

    origin: str = ""

    @property
    def ref(self) -> str:
        """``id@version#12 hex+scenario``."""
        return f"{self.origin}+scenario"


def of_land(settings: Settings) -> tuple[Override, ...]:
    """The overrides that speak of land: their parameter is a pool or the net flux."""
    return tuple(o for o in map(as_override, settings.overrides) if o.parameter in LAND_PARAMETERS)


def with_overrides(factor_set: FactorSet, settings: Settings, classes: ClassLibrary) -> tuple[FactorSet, list[Message]]:
    """(the set with the figures that hold for the region and the start year, what to say of them).

    Raises :class:`FactorError` for an item that neither the set nor the generic classes know, and for units as
    :func:`~carbon_planner.factors.overrides.factor_of` does.
    """
    overrides = [o for o in of_land(settings) if o.parameter in factor_set.parameters]
    if not overrides:
        return factor_set, []
    tree = RegionTree.shipped()
    canonical = [replace(o, region=tree.canonical(o.region)) if o.region else o for o in overrides]
    places = tree.chain(settings.region)
    factors, notes = list(factor_set.factors), []
    for quantity in dict.fromkeys(o.quantity for o in canonical):
        chosen = choose_override(canonical, [quantity], places, settings.start_year + 1)
        if chosen is not None:
            notes.append(_put(chosen, factors, classes))
    return ScenarioSet(factor_set.info, tuple(factors), factor_set.ref), notes


def _put(override: Override, factors: list[Factor], classes: ClassLibrary) -> Message:
    """Put a figure in the place of the stored one of its class, or beside the others."""
    for number, stored in enumerate(factors):
        if (stored.item, stored.parameter) == (override.item, override.parameter):
            factors[number] = factor_of(override, stored)
            return _told(override, stored.factor_id)
    if all(generic.id != override.item for generic in classes.generics()):
        raise FactorError("OVERRIDE_ITEM", quantity=override.quantity, item=override.item)
    like = next(f for f in factors if f.parameter == override.parameter)
    about = classes.generic(override.item)
    named = replace(like, system=GENERIC, item=about.id, item_en=about.name_en, item_zh=about.name_zh)
    factors.append(replace(factor_of(override, named), notes=""))
    return _told(override, "—")


def _told(override: Override, replaced: str) -> Message:
    return message(
        "OVERRIDE_USED", level=message(f"OVERRIDE_OF_{override.level.upper()}"), quantity=override.quantity,
        value=override.value, replaced=replaced, reason=override.reason,
    )  # fmt: skip


def missed(factor_sets: Sequence[FactorSet], settings: Settings) -> list[Message]:
    """Overrides of land that no set of the run has a parameter for: a warning, for they change nothing."""
    known = {parameter for factor_set in factor_sets for parameter in factor_set.parameters}
    return [
        message("OVERRIDE_MISSED", quantity=o.quantity, parameter=o.parameter)
        for o in of_land(settings)
        if o.parameter not in known
    ]

"""The two sides of a comparison, and the class system that each follows."""

from __future__ import annotations

from dataclasses import dataclass

from ..base.errors import ClassError
from ..base.messages import Message
from ..classes.detect import detect
from ..classes.library import OWN, ClassLibrary
from ..factors.records import FactorSet
from .inputs import BaseParcels, Codes, PlanZones, Settings


@dataclass(frozen=True)
class Side:
    """Class codes of one side, and the parameter that states their system."""

    layer: str
    codes: Codes | None
    field: str
    parameter: str


def class_system(classes: ClassLibrary, stated: str, side: Side) -> tuple[str, list[Message]]:
    """The class system of a side: as stated, else detected from its codes and said so."""
    if side.codes is None:
        return "", []
    if stated:
        classes.system(stated)
        return stated, []
    found = detect(side.codes, field=side.field, layer=side.layer)
    if not found.system:
        nothing = found.message.id == "CLASS_NO_VALUES"
        msg_id = "CLASS_FIELD_EMPTY" if nothing else "CLASS_SYSTEM_UNCLEAR"
        raise ClassError(msg_id, layer=side.layer, detail=found.message, parameter=side.parameter)
    return found.system, [found.message, *found.notes, *(c.message for c in found.conflicts)]


def sides_of(zones: PlanZones, base: BaseParcels | None) -> tuple[Side, Side]:
    """(plan, baseline): the baseline is the base layer or, without it, a field of the zones."""
    plan = Side(zones.layer, zones.plan_class, zones.class_field, "ZONE_CLASS_SYSTEM")
    if base is not None:
        return plan, Side(base.layer, base.classes, base.class_field, "BASE_CLASS_SYSTEM")
    return plan, Side(zones.layer, zones.base_class, zones.base_class_field, "BASE_CLASS_SYSTEM")


def settle_systems(
    classes: ClassLibrary, settings: Settings, factor_set: FactorSet, plan: Side, before: Side
) -> tuple[str, str, list[Message]]:
    """(system of the plan, of the baseline, what to say about them); "" for a side that the run does not have."""
    # A table with codes of its own (InVEST) can serve no other system.
    own = factor_set.info.system if factor_set.info.system.startswith(OWN) else ""
    plan_system, notes = class_system(classes, settings.plan_system or own, plan)
    base_system, more = class_system(classes, settings.base_system or own, before)
    return plan_system, base_system, [*notes, *more]

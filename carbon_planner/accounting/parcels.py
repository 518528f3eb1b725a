"""What a survey knows of base parcels beyond their class, carried in the code by which rows are formed.

Rows of the accounting are fragment × base code. A parcel whose vegetation is not that of its class, or whose biomass
was measured, forms rows of its own: its code gets a suffix, ``0103+forest`` or ``0301*``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional

import numpy as np
from numpy.typing import NDArray

from ..base.messages import Message, message
from ..classes.library import ClassLibrary
from ..classes.survey import heavy_emitter, vegetation
from .covers import GROWS, MEASURED
from .inputs import BaseParcels, Codes


@dataclass(frozen=True)
class BaseCode:
    """A base code taken apart: the class, the generic class of what grows there, whether its biomass was measured."""

    code: Optional[str]
    grows: str = ""
    measured: bool = False

    @property
    def text(self) -> Optional[str]:
        """The code as rows carry it."""
        if self.code is None:
            return None
        return f"{self.code}{GROWS + self.grows if self.grows else ''}{MEASURED if self.measured else ''}"


def described(base: BaseParcels, classes: ClassLibrary) -> list[BaseCode]:
    """The code of each parcel with what its attributes and its measured biomass add."""
    names = list(base.attributes)
    columns = [base.attributes[name] for name in names]
    measured = np.zeros(len(base), dtype=bool) if base.living_tc_ha is None else np.isfinite(base.living_tc_ha)
    known = {g.id for g in classes.generics()}
    made: dict[tuple[object, ...], BaseCode] = {}
    found = []
    for key in zip(base.classes, measured.tolist(), *columns):
        if key not in made:
            code, own, *values = key
            grows = vegetation(code, dict(zip(names, values))) if code is not None else ""
            made[key] = BaseCode(code, grows if grows in known else "", bool(own) and code is not None)
        found.append(made[key])
    return found


def heavy_parcels(base: BaseParcels) -> tuple[NDArray[np.bool_], list[Message]]:
    """Parcels of heavy emitters, and a message for each kind of them (carbon rule 14)."""
    column: Codes = base.attributes.get("TBXHDM", [None] * len(base))
    kinds = [heavy_emitter({"TBXHDM": value}) for value in column]
    mask = np.array([kind is not None for kind in kinds], dtype=bool)
    by_kind: dict[str, list[str]] = {}
    for kind, parcel in zip(kinds, base.ids):
        if kind is not None:
            by_kind.setdefault(kind.code, []).append(parcel)
    notes = [
        message("HEAVY_EMITTERS", layer=base.layer, code=code, count=len(ids), features=", ".join(ids[:5]))
        for code, ids in sorted(by_kind.items())
    ]
    return mask, notes

"""What a survey knows of base parcels beyond their class, carried in the code by which rows are formed.

Rows of the accounting are fragment × base code. A parcel whose vegetation is not that of its class, or whose biomass
was measured, forms rows of its own: its code gets a suffix, ``0103+forest`` or ``0301*``.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Optional

import numpy as np
from numpy.typing import NDArray

from ..base.messages import Message, message
from ..classes.library import ClassLibrary
from ..classes.survey import heavy_emitter, vegetation
from .covers import GROWS, MEASURED
from .inputs import BaseParcels, Codes, Floats


@dataclass(frozen=True)
class BaseCode:
    """A base code taken apart: the class, the generic class of what grows there, whether its biomass was measured."""

    code: Optional[str]
    grows: str = ""
    measured: bool = False
    green: float = math.nan
    density: float = math.nan

    @property
    def text(self) -> Optional[str]:
        """The code as rows carry it."""
        if self.code is None:
            return None
        survey = f"{GROWS + self.grows if self.grows else ''}{MEASURED if self.measured else ''}"
        stated = (("green", self.green), ("density", self.density))
        return f"{self.code}{survey}" + "".join(f" {name}={v!r}" for name, v in stated if not math.isnan(v))


def described(base: BaseParcels, classes: ClassLibrary) -> list[BaseCode]:
    """The code of each parcel with what its attributes and its measured biomass add."""
    names = list(base.attributes)
    columns = [base.attributes[name] for name in names]
    measured = np.zeros(len(base), dtype=bool) if base.living_tc_ha is None else np.isfinite(base.living_tc_ha)
    ratios = [_stated(base.green_ratio, len(base)), _stated(base.building_density, len(base))]
    known = {g.id for g in classes.generics()}
    made: dict[tuple[object, ...], BaseCode] = {}
    found = []
    for key in zip(base.classes, measured.tolist(), *ratios, *columns):
        if key not in made:
            code, own, green, density, *values = key
            grows = vegetation(code, dict(zip(names, values))) if code is not None else ""
            shares = [math.nan if value is None else value for value in (green, density)]
            made[key] = BaseCode(code, grows if grows in known else "", bool(own) and code is not None, *shares)
        found.append(made[key])
    return found


def _stated(values: Floats | None, size: int) -> list[Optional[float]]:
    """Values as a dictionary can hold them: NaN, which equals nothing, becomes None."""
    if values is None:
        return [None] * size
    return [None if math.isnan(value) else value for value in values.tolist()]


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

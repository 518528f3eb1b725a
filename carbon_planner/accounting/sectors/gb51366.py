"""Life-cycle emission of a building in the form of GB/T 51366-2019, per square metre of floor area.

Formulas (recalled from the standard, to be checked against its text before a statement is filed):

    operation      C_M  = [Σ_i (E_i · EF_i) − C_p] · y / A      E_i = Σ_j (E_ij − ER_ij)
    construction   C_JZ = Σ_i (E_jz,i · EF_i) / A
    demolition     C_CC = Σ_i (E_cc,i · EF_i) / A
    materials      C_JC = (C_sc + C_ys) / A                     C_sc = Σ M_i · F_i,  C_ys = Σ M_i · D_i · T_i

All quantities may be arrays of one shape, so that a table of buildings is one call. NaN stays NaN: what is not known is
not nought.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from ...base.errors import InputError

Floats = NDArray[np.float64]

# Years where the design gives none (GB/T 51366-2019 4.1, recalled).
DESIGN_LIFE = 50.0


@dataclass(frozen=True)
class Material:
    """A material: ``mass`` M with its factor F per unit, hauled ``distance_km`` D with the factor T per unit and km."""

    mass: Floats
    factor: float
    distance_km: float = 0.0
    haul_factor: float = 0.0


@dataclass(frozen=True)
class BuildingAccount:
    """What the standard asks for of buildings.

    ``energy`` and ``renewable`` are yearly amounts by carrier, ``site_energy`` and ``demolition_energy`` amounts of
    the whole stage, ``factors`` kgCO2 (kgCO2e) per unit of each carrier. ``sink_kg`` is the yearly uptake C_p of the
    green space on the plot, positive: where the land of the plot is counted too it must be 0, or it counts twice.
    """

    floor_area_m2: Floats
    factors: Mapping[str, float]
    energy: Mapping[str, Floats] = field(default_factory=dict)
    renewable: Mapping[str, Floats] = field(default_factory=dict)
    sink_kg: Floats | float = 0.0
    years: Floats | float = DESIGN_LIFE
    materials: Sequence[Material] = ()
    site_energy: Mapping[str, Floats] = field(default_factory=dict)
    demolition_energy: Mapping[str, Floats] = field(default_factory=dict)

    def operation(self) -> Floats:
        """C_M in kgCO2/m2 over the design life. Renewable energy beyond the need of its carrier is no credit here."""
        yearly = self._carriers(self.energy, self.renewable)
        return self._per_m2((yearly - np.asarray(self.sink_kg)) * np.asarray(self.years))

    def operation_yearly(self) -> Floats:
        """Operation in kgCO2/(m2·yr), as an annual statement gives it."""
        return np.asarray(self.operation() / np.asarray(self.years))

    def construction(self) -> Floats:
        """C_JZ in kgCO2e/m2."""
        return self._per_m2(self._carriers(self.site_energy, {}))

    def demolition(self) -> Floats:
        """C_CC in kgCO2e/m2."""
        return self._per_m2(self._carriers(self.demolition_energy, {}))

    def material_production(self) -> Floats:
        """C_JC in kgCO2e/m2: production and transport of materials."""
        total = np.zeros(np.shape(self.floor_area_m2))
        for material in self.materials:
            total = total + material.mass * (material.factor + material.distance_km * material.haul_factor)
        return self._per_m2(total)

    def whole_life(self) -> Floats:
        """Sum of all stages in kgCO2e/m2."""
        return self.operation() + self.construction() + self.demolition() + self.material_production()

    def _carriers(self, energy: Mapping[str, Floats], renewable: Mapping[str, Floats]) -> Floats:
        unknown = sorted((set(energy) | set(renewable)) - set(self.factors))
        if unknown:
            raise InputError("SECTOR_CARRIER", carriers=", ".join(unknown), known=", ".join(self.factors))
        total = np.zeros(np.shape(self.floor_area_m2))
        for carrier in {**energy, **renewable}:
            used = np.asarray(energy.get(carrier, 0.0)) - np.asarray(renewable.get(carrier, 0.0))
            # What is made beyond the need is exported: avoided elsewhere, outside the account of the building.
            total = total + np.maximum(used, 0.0) * self.factors[carrier]
        return total

    def _per_m2(self, amount: Floats) -> Floats:
        area = np.asarray(self.floor_area_m2, dtype=np.float64)
        return np.divide(amount, area, out=np.full(np.shape(area), np.nan), where=area > 0.0)

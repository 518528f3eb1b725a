"""Carbon of buildings over their life: GB/T 51366-style, and dated against annualised views.

The formulas of GB/T 51366-2019 are *recalled* from the standard's chapters on operation, construction and demolition,
and materials and transport; they must be checked against the printed standard before a result is called compliant.
Legacy renewals, technical systems and the scaling of the grid factor follow City Energy Analyst.
"""

from __future__ import annotations

import numpy as np

from .arrays import Floats, Numbers, divided, floats, require_between, require_length, require_positive

# Design life where the design states none (GB/T 51366, recalled).
DESIGN_LIFE = 50
# Years over which City Energy Analyst counts renewals of a component.
ANALYSIS_YEARS = 60


def energy_use(uses: Floats, renewable: Floats) -> Floats:
    """E_i = Σ_j (E_ij − ER_ij): use of carrier i less what is made of it on site, per year; shapes (carriers, uses).

    More made than used gives a negative figure: it is exported and belongs to a line of its own, not here; the carrier
    then counts as 0.
    """
    return np.asarray(np.maximum((floats(uses) - floats(renewable)).sum(axis=-1), 0.0))


def exported(uses: Floats, renewable: Floats) -> Floats:
    """What is made on site beyond the use of its carrier, per year: avoided elsewhere, outside the net (rule 12)."""
    return np.asarray(np.maximum((floats(renewable) - floats(uses)).sum(axis=-1), 0.0))


def operation(
    energy: Floats, factors: Floats, green_sink: Numbers, area_m2: Numbers, years: float = DESIGN_LIFE
) -> Floats:
    """Operation, C_M = [Σ_i (E_i·EF_i) − C_p]·y/A, in kgCO2e/m² over the life.

    ``energy`` per year and carrier (last axis), ``factors`` in kgCO2e per unit, ``green_sink`` C_p in kgCO2e per year.
    """
    require_positive("y", years)
    return divided((np.sum(floats(energy) * factors, axis=-1) - green_sink) * years, area_m2)


def per_floor_area(amounts: Floats, factors: Floats, area_m2: Numbers) -> Floats:
    """Construction C_JZ = Σ_i (E_jz,i·EF_i)/A and demolition C_CC = Σ_i (E_cc,i·EF_i)/A, kgCO2e/m²."""
    return divided(np.sum(floats(amounts) * factors, axis=-1), area_m2)


def materials(
    mass: Floats, factors: Floats, distance_km: Floats, transport: Floats, area_m2: Numbers
) -> tuple[Floats, Floats, Floats]:
    """(C_JC, C_sc/A, C_ys/A): materials Σ M_i·F_i and their haul Σ M_i·D_i·T_i, in kgCO2e/m².

    ``mass`` in t, ``factors`` in kgCO2e/t, ``transport`` in kgCO2e/(t·km); the last axis counts materials.
    """
    made = divided(np.sum(floats(mass) * factors, axis=-1), area_m2)
    hauled = divided(np.sum(floats(mass) * distance_km * transport, axis=-1), area_m2)
    return made + hauled, made, hauled


def renewals(life: Numbers, period: float = ANALYSIS_YEARS) -> Floats:
    """How often a component is made within a period, ceil(period/life): 25 years within 60 give 3."""
    require_positive("life", life)
    return np.asarray(np.ceil(period / floats(life) - 1e-12))


def grid_path(years: Numbers, reference: float, target: float, share: float) -> Floats:
    """Scaling of the grid factor: 1 until the reference year, ``share`` from the target year on, straight in between.

    As in City Energy Analyst. Reference 2021, target 2023, share 0.5: 2020–2024 give 1, 1, 0.75, 0.5, 0.5.
    """
    require_positive("target − reference", target - reference)
    return np.asarray(np.interp(floats(years), [reference, target], [1.0, share]))


def dated(amount: float, life: int, start: int, years: Floats, period: int = ANALYSIS_YEARS) -> Floats:
    """Embodied carbon in the year it occurs: at ``start`` and at each renewal within the period, 0 in other years."""
    events = start + life * np.arange(int(renewals(float(life), period)))
    return np.asarray(amount * np.isin(floats(years), events))


def annualised(amount: float, life: int, start: int, years: Floats, period: int = ANALYSIS_YEARS) -> Floats:
    """The same total spread evenly over the period: 525 kg/m² once within 30 or 50 years is 17.5 or 10.5 a year."""
    total = amount * float(renewals(float(life), period))
    inside = (floats(years) >= start) & (floats(years) < start + period)
    return np.asarray(np.where(inside, total / period, 0.0))


def stock_of_floor(floor_m2: float, years: int, demolition_rate: float) -> tuple[Floats, Floats]:
    """(floor area standing at the end of each year, demolished in it) at a constant yearly rate of what stands."""
    require_between("demolition rate", demolition_rate, 0.0, 1.0)
    standing = floor_m2 * (1.0 - demolition_rate) ** np.arange(years + 1, dtype=np.float64)
    return np.asarray(standing[1:]), np.asarray(-np.diff(standing))


def combined_saving(rates: Floats) -> float:
    """Saving of measures that act one after the other, 1 − Π(1 − a): rates do not add."""
    require_between("saving", rates, 0.0, 1.0)
    return 1.0 - float(np.prod(1.0 - floats(rates)))


def yearly_statement(per_m2: Floats, area_m2: Floats) -> tuple[Floats, Floats]:
    """(t per year, kg/(m²·yr)) of a building from kgCO2e/(m²·yr) of its parts on the last axis."""
    require_length("area", floats(area_m2), floats(per_m2).shape[-2] if floats(per_m2).ndim > 1 else 1)
    total = floats(per_m2).sum(axis=-1)
    return np.asarray(total * area_m2 / 1000.0), np.asarray(total)

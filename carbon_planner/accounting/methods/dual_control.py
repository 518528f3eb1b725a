"""Dual control of total and intensity (能耗/碳排放双控): pass only where both hold; and the land that a cap allows."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Optional

from .arrays import Floats, Numbers, divided, floats

# Figures that agree to this share are equal: a total at its cap passes.
EQUAL = 1e-12


@dataclass(frozen=True)
class Verdict:
    """Result of dual control; None where a figure is not known. ``decline`` is the fall of intensity as a share."""

    intensity: float
    decline: float
    total_passes: Optional[bool]
    intensity_passes: Optional[bool]

    @property
    def passes(self) -> Optional[bool]:
        """Whether total *and* intensity pass; False as soon as one fails, None where the other is not known."""
        if self.total_passes is False or self.intensity_passes is False:
            return False
        return None if self.total_passes is None or self.intensity_passes is None else True


def dual_control(
    base_total: float, base_output: float, total: float, output: float, *, cap: float, decline: float
) -> Verdict:
    """Compare absolute gross emissions with a cap and their intensity per output with a decline (carbon rule 18).

    Totals in the same tonnes, outputs in the same money (or persons, m² …). Base 1.0 Mt at 1.0 t/10⁴ yuan, cap 0.95 Mt,
    decline 18 %: 0.94 Mt at GDP × 1.2 passes both (−21.667 %); 0.99 Mt at GDP × 1.3 passes intensity (−23.846 %) and
    fails by its total, so it fails.
    """
    before, now = float(divided(base_total, base_output)), float(divided(total, output))
    fall = 1.0 - now / before if before > 0.0 else math.nan
    return Verdict(
        now, fall, _known(total, cap, total <= cap + EQUAL * abs(cap)), _known(fall, decline, fall >= decline - EQUAL)
    )


def _known(value: float, limit: float, passes: bool) -> Optional[bool]:
    return None if math.isnan(value) or math.isnan(limit) else passes


def allowable_land(cap: Numbers, others: Numbers, sinks: Numbers, intensity: Numbers) -> Floats:
    """Construction land that a cap leaves, (cap − other sectors + sinks)/intensity per ha, in ha, not below 0.

    ``sinks`` is a positive amount of removal that the target's boundary counts; intensity in the tonnes of the cap per
    ha of construction land and year. NaN where the intensity is null or not above 0.
    """
    return floats(divided(floats(cap) - others + sinks, intensity)).clip(min=0.0)

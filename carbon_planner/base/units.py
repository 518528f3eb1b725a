"""Units of carbon, area and time: the only place where 44/12 and the size of a hectare are written down.

A factor's unit is text such as ``tC/ha``, ``tC/(ha·yr)`` or ``kgCO2e/kWh``. :func:`parse_unit` turns it into a
:class:`Unit`, so that carbon, CO2 and CO2e, per hectare and per square metre, can never be mixed by accident.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from .errors import UnitError

# Molar masses of the textbook: 44 for CO2, 12 for C. Never 3.67 (0.09 % too large).
CO2_PER_C = 44.0 / 12.0
CH4_PER_C = 16.0 / 12.0

M2_PER_HA = 1.0e4
M2_PER_KM2 = 1.0e6
MU_PER_HA = 15.0
MM2_PER_M2 = 1_000_000
GRAMS_PER_TONNE = 1_000_000
MM2_PER_HA = MM2_PER_M2 * 10_000

# What a mass is a mass of. CO2 and CO2e are kept apart: a CO2 figure says nothing of the other gases.
SUBSTANCES = ("C", "CO2", "CO2e", "CH4", "N2O", "N")

_TO_TONNE = {"g": 1e-6, "kg": 1e-3, "t": 1.0, "Mg": 1.0, "kt": 1e3, "Gg": 1e3, "Mt": 1e6}
_NUMERATOR = re.compile(r"^(?P<mass>kg|kt|Mg|Mt|Gg|g|t)\s?(?P<substance>CO2e|CO2eq|CO2|CH4|N2O-N|N2O|C|N)$")
_AREA_M2 = {"ha": M2_PER_HA, "m2": 1.0, "m²": 1.0, "km2": M2_PER_KM2, "km²": M2_PER_KM2, "mu": M2_PER_HA / MU_PER_HA}
AREA_UNITS = frozenset(_AREA_M2)
_YEAR = {"yr", "y", "a", "year"}


@dataclass(frozen=True)
class Unit:
    """A parsed unit.

    ``substance`` is one of :data:`SUBSTANCES` or "" where the numerator is no greenhouse-gas mass; ``tonnes`` is the
    factor from the numerator to tonnes; ``per`` holds the denominators as written, sorted; ``area_m2`` is the size of
    the area denominator in m² (0 where there is none); ``yearly`` says whether the figure is a rate per year.
    """

    text: str
    substance: str
    tonnes: float
    per: tuple[str, ...]
    area_m2: float
    yearly: bool

    def tonnes_per_ha(self) -> float:
        """Factor that turns a value in this unit into tonnes of its substance per hectare.

        Raises :class:`UnitError` where the unit has no mass or no area.
        """
        if not self.substance or not self.area_m2:
            raise UnitError("UNIT_NOT_PER_AREA", unit=self.text)
        return self.tonnes * M2_PER_HA / self.area_m2

    def co2_tonnes_per_ha(self) -> float:
        """As :meth:`tonnes_per_ha`, in tonnes of CO2 (CO2e) per hectare; carbon is multiplied by 44/12."""
        scale = self.tonnes_per_ha()
        if self.substance == "C":
            return scale * CO2_PER_C
        if self.substance in ("CO2", "CO2e"):
            return scale
        raise UnitError("UNIT_GAS_NEEDS_GWP", unit=self.text)

    def carbon_tonnes_per_ha(self) -> float:
        """As :meth:`tonnes_per_ha`, for a stock of elemental carbon; a CO2 figure is refused, not converted."""
        if self.substance != "C":
            raise UnitError("UNIT_NOT_CARBON", unit=self.text)
        return self.tonnes_per_ha()


def parse_unit(text: str) -> Unit:
    """Parse ``numerator/denominator`` or ``numerator/(a·b)``.

    Units without a greenhouse-gas mass (``m2/person``, ``%``) parse with an empty substance.
    Raises :class:`UnitError` for an empty text or one with two division signs.
    """
    clean = text.strip()
    if not clean:
        raise UnitError("UNIT_EMPTY")
    numerator, slash, denominator = clean.partition("/")
    if "/" in denominator:
        raise UnitError("UNIT_AMBIGUOUS", unit=clean)
    per = tuple(sorted(p.strip() for p in re.split(r"[·*]", denominator.strip("() ")) if p.strip())) if slash else ()
    match = _NUMERATOR.match(numerator.strip())
    substance, tonnes = "", 0.0
    if match:
        substance = match["substance"].replace("CO2eq", "CO2e").replace("N2O-N", "N")
        tonnes = _TO_TONNE[match["mass"]]
    areas = [_AREA_M2[p] for p in per if p in _AREA_M2]
    return Unit(clean, substance, tonnes, per, areas[0] if areas else 0.0, bool(_YEAR.intersection(per)))

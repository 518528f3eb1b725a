"""Land carbon by the IPCC Guidelines (2006, 2019 Refinement), volume 4, Tier 1.

Gain–loss (Eq. 2.4) and stock difference (Eq. 2.5), soil organic carbon with a transition of D years (Eq. 2.25), biomass
below ground. Stocks in t C/ha or t C, rates per year; a gain is positive here, as in the Guidelines: the sign of
emissions is put on by whoever writes the ledger.
"""

from __future__ import annotations

import numpy as np

from ...base.errors import SettingsError
from .arrays import Floats, Numbers, floats, require_length, require_positive

# Default period D over which soil organic carbon moves from one equilibrium to the next (Eq. 2.25).
TRANSITION_YEARS = 20

# Mokany et al. 2006 as Trends.Earth uses it: below = 0.489 · above^0.89, both in t of dry matter per ha.
MOKANY_SCALE, MOKANY_POWER = 0.489, 0.89


def gain_loss(gains: Numbers, losses: Numbers) -> Floats:
    """Change of carbon of one year, ΔC = ΔC_G − ΔC_L (Eq. 2.4)."""
    return floats(gains) - floats(losses)


def stock_difference(first: Numbers, second: Numbers, year_first: Numbers, year_second: Numbers) -> Floats:
    """Mean change of carbon per year between two states, ΔC = (C_t2 − C_t1)/(t2 − t1) (Eq. 2.5).

    Raises :class:`SettingsError` where the second year does not come after the first.
    """
    span = floats(year_second) - floats(year_first)
    require_positive("t2 − t1", span)
    return np.asarray((floats(second) - floats(first)) / span)


def soil_carbon(reference: Numbers, land_use: Numbers, management: Numbers, inputs: Numbers) -> Floats:
    """Soil organic carbon at equilibrium, SOC_ref · F_LU · F_MG · F_I (Eq. 2.25), in the unit of the reference."""
    return np.asarray(floats(reference) * land_use * management * inputs)


def soil_change_rate(before: Numbers, after: Numbers, years: float = TRANSITION_YEARS) -> Floats:
    """Change of soil carbon per year, (SOC_0 − SOC_(0−T))/D (Eq. 2.25); a loss is negative."""
    require_positive("D", years)
    return np.asarray((floats(after) - floats(before)) / years)


def soil_path(before: Numbers, after: Numbers, elapsed: Numbers, years: float = TRANSITION_YEARS) -> Floats:
    """Soil carbon ``elapsed`` years after the change: linear over D years, then exactly the new equilibrium.

    60 t/ha with a factor of 0.58 loses 1.26 t/(ha·yr): 44.88 after 12 years, 34.80 at and after 20.
    """
    require_positive("D", years)
    passed = np.clip(floats(elapsed), 0.0, years)
    start, end = floats(before), floats(after)
    # The end is taken as it is and not as a sum of steps, so that the transition stops exactly.
    return np.asarray(np.where(passed >= years, end, start + (end - start) * (passed / years)))


def middle_year(first: Numbers, second: Numbers) -> Floats:
    """Year of a change known only to lie between two maps: the middle, rounded down (Trends.Earth).

    Maps one year apart give the first year, so that the change has its full effect.
    """
    return np.asarray(floats(first) + np.floor((floats(second) - floats(first)) / 2.0))


def soil_between_maps(
    before: Numbers, after: Numbers, first: Numbers, second: Numbers, year: Numbers, years: float = TRANSITION_YEARS
) -> Floats:
    """Soil carbon in a year where cover changed between the maps of two years: :func:`soil_path` from the middle."""
    return soil_path(before, after, floats(year) - middle_year(first, second), years)


def below_ground(above: Numbers, ratio: Numbers) -> Floats:
    """Biomass below ground from a ratio of roots to shoots (Table 4.4), in the unit of ``above``."""
    return floats(above) * ratio


def root_ratio(above: Numbers, bounds: Floats, ratios: Floats) -> Floats:
    """Ratio of roots to shoots from a table by above-ground biomass (Table 4.4), NaN where ``above`` is NaN.

    ``bounds`` are the rising upper limits of all ratios but the last; a value on a limit takes the higher class.
    Raises :class:`SettingsError` where the table has not one ratio more than bounds.
    """
    require_length("R", floats(ratios), len(bounds) + 1)
    value = floats(above)
    if np.any(np.diff(bounds) <= 0):
        raise SettingsError("METHOD_NOT_RISING", parameter="AGB")
    found = floats(ratios)[np.searchsorted(bounds, value, side="right").clip(0, len(bounds))]
    return np.asarray(np.where(np.isnan(value), np.nan, found))


def below_ground_mokany(above: Numbers, scale: float = MOKANY_SCALE, power: float = MOKANY_POWER) -> Floats:
    """Biomass below ground as a power of that above, t d.m./ha: 50 gives 15.90, 100 gives 29.47."""
    return np.asarray(scale * floats(above) ** power)


def biomass_carbon(above: Numbers, below: Numbers, fraction: Numbers) -> Floats:
    """Carbon of living biomass, (AGB + BGB) · CF; CF is 0.47 in the IPCC default and InVEST, 0.5 in Trends.Earth."""
    return np.asarray((floats(above) + floats(below)) * fraction)

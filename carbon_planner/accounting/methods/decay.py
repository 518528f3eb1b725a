"""Decay: disturbed biomass and soil, landfilled waste, wood products, and how warmth speeds it up.

All are first-order: a constant share of what is left goes each year.
"""

from __future__ import annotations

import math

import numpy as np

from ...base.units import CH4_PER_C
from .arrays import Floats, Numbers, floats, require_between, require_positive


def rate_of_half_life(half_life: Numbers) -> Floats:
    """Constant k = ln 2/half-life, per year."""
    require_positive("half-life", half_life)
    return np.asarray(math.log(2.0) / floats(half_life))


def remaining(stock: Numbers, years: Numbers, half_life: Numbers) -> Floats:
    """What is left of a stock after some years, stock · 0.5^(years/half-life)."""
    require_positive("half-life", half_life)
    return np.asarray(floats(stock) * 0.5 ** (np.maximum(floats(years), 0.0) / half_life))


def released_in_year(stock: Numbers, year: Numbers, half_life: Numbers) -> Floats:
    """Emission in the k-th year after a disturbance, D·(0.5^((k−1)/H) − 0.5^(k/H)); 0 for k < 1.

    InVEST Coastal Blue Carbon. 100 with a half-life of 7.5 years gives 8.8278, 8.0485, 7.3380, 6.6902. An event acts
    from the year after it (k = year − year of the event). A half-life of 0 releases all of it in the first year.
    """
    k = np.maximum(floats(year), 0.0)
    half = floats(half_life)
    gone = half <= 0.0
    safe = np.where(gone, 1.0, half)
    share = 0.5 ** (np.maximum(k - 1.0, 0.0) / safe) - 0.5 ** (k / safe)
    return np.asarray(floats(stock) * np.where(gone, (k >= 1.0) & (k < 2.0), share))


def disturbance(
    years: Floats, event: Numbers, stock: Numbers, magnitude: Numbers, half_life: Numbers
) -> tuple[Floats, Floats]:
    """(emission of each year, what is left to emit after it) of a disturbed stock.

    Disturbed is stock · magnitude; the rest stays where it is.
    """
    require_between("magnitude", magnitude, 0.0, 1.0)
    disturbed = floats(stock) * magnitude
    since = floats(years) - event
    left = np.where(since >= 0.0, remaining(disturbed, since, half_life), disturbed)
    return released_in_year(disturbed, since, half_life), np.asarray(left)


def pool_with_half_life(inflow: Floats, half_life: float, start: float = 0.0) -> tuple[Floats, Floats]:
    """(stock at the end of each year, release in it) of wood products, IPCC 2019 Refinement vol. 4 Eq. 12.2.

    C(i+1) = e^(−k)·C(i) + (1 − e^(−k))/k · inflow(i), inflow spread evenly over its year. Stock and release close:
    start + Σ inflow = last stock + Σ release.
    """
    k = float(rate_of_half_life(half_life))
    keep, spread = math.exp(-k), -math.expm1(-k) / k
    stocks, held = np.zeros(len(inflow)), start
    for year, amount in enumerate(floats(inflow).tolist()):
        held = keep * held + spread * amount
        stocks[year] = held
    before = np.concatenate([[start], stocks[:-1]])
    return stocks, before + floats(inflow) - stocks


def landfill_carbon(waste: Numbers, doc: Numbers, decomposable: Numbers, correction: Numbers) -> Floats:
    """Carbon that will decompose, DDOCm = W·DOC·DOC_f·MCF (IPCC 2006 vol. 5 Eq. 3.2), t C."""
    return np.asarray(floats(waste) * doc * decomposable * correction)


def landfill_methane(carbon: Numbers, fraction: Numbers) -> Floats:
    """Methane that carbon gives in the end, L0 = DDOCm·F·16/12 (Eq. 3.3 and 3.6), t CH4."""
    return np.asarray(floats(carbon) * fraction * CH4_PER_C)


def first_order_landfill(
    deposited: Floats, rate: float, fraction: float, recovered: Numbers = 0.0, oxidised: Numbers = 0.0
) -> tuple[Floats, Floats]:
    """(t CH4 emitted in each year, t C still to decompose after it) of a landfill (Eq. 3.1, 3.4, 3.5).

    ``deposited`` is DDOCm by year. What is deposited begins to decay on 1 January of the next year (the default delay),
    a share 1 − e^(−rate) each year. ``recovered`` is t CH4 captured per year, ``oxidised`` the share that the cover
    turns into CO2: emitted = (generated − recovered)·(1 − oxidised), not below 0.
    """
    require_positive("k", rate)
    require_between("OX", oxidised, 0.0, 1.0)
    carbon = floats(deposited)
    left, decayed, held = np.zeros(len(carbon)), np.zeros(len(carbon)), 0.0
    for year, amount in enumerate(carbon.tolist()):
        decayed[year] = held * -math.expm1(-rate)
        held = held - decayed[year] + amount
        left[year] = held
    generated = landfill_methane(decayed, fraction)
    return np.asarray(np.maximum(generated - recovered, 0.0) * (1.0 - floats(oxidised))), left


def warmed_rate(rate: Numbers, temperature: Numbers, reference: Numbers, q10: Numbers) -> Floats:
    """Decay rate at a temperature, rate·e^((T − T_ref)·ln(Q10)·0.1) (as in libcbm): 10 K more multiply it by Q10."""
    require_positive("Q10", q10)
    return np.asarray(floats(rate) * np.exp((floats(temperature) - reference) * np.log(floats(q10)) * 0.1))

"""What drives a change: additive LMDI-I, and the ratios that Chinese land-carbon papers print.

LMDI-I: B. W. Ang, "The LMDI approach to decomposition analysis: a practical guide", Energy Policy 33 (2005); limits for
zeros: B. W. Ang and N. Liu, "Handling zero values in the logarithmic mean Divisia index decomposition approach", Energy
Policy 35 (2007). Both known from the literature, not read for this code; the identities are tested.
"""

from __future__ import annotations

import numpy as np

from ...base.errors import SettingsError
from .arrays import Floats, Numbers, divided, floats


def logarithmic_mean(a: Numbers, b: Numbers) -> Floats:
    """L(a, b) = (a − b)/ln(a/b), L(a, a) = a, 0 where one of them is 0; NaN for opposite signs."""
    one, two = np.broadcast_arrays(floats(a), floats(b))
    sign = np.sign(one) * np.sign(two)
    same = sign > 0.0
    logs = np.log(np.abs(one), out=np.zeros(one.shape), where=same) - np.log(
        np.abs(two), out=np.zeros(one.shape), where=same
    )
    near = np.abs(logs) < 1e-4
    plain = np.divide(one - two, logs, out=np.zeros(one.shape), where=same & ~near)
    # Near equal numbers the quotient loses its digits: with d = ln(a/b), (e^d − 1)/d = 1 + d/2 + d²/6 …
    d = np.where(near, logs, 0.0)
    mean = np.where(near, two * (1.0 + d / 2.0 + d**2 / 6.0), plain)
    return np.asarray(np.where(np.isnan(sign) | (sign < 0.0), np.nan, np.where(same, mean, 0.0)))


def lmdi(start: Floats, end: Floats) -> Floats:
    """Effects of factors on the change of their product, additive LMDI-I; shape (factors, …) like the inputs.

    The effect of factor x is L(C_t, C_0)·ln(x_t/x_0) with C = Π x; the effects sum to C_t − C_0 for each part. Parts
    (sectors, zones) lie on the further axes; sum over them for a total. Where C is zero at one end, the limits for a
    small number going to zero hold: the factors that are zero there share the whole change equally, the others have
    none. Factors below zero keep their sign. NaN (null) at an end gives NaN for all factors of that part. Raises
    :class:`SettingsError` where a factor changes its sign.
    """
    before, after = floats(start), floats(end)
    if before.shape != after.shape:
        raise SettingsError("METHOD_LENGTH", parameter="x_t", count=after.size, needed=before.size)
    if np.any(np.sign(before) * np.sign(after) < 0.0):
        raise SettingsError("METHOD_SIGN")
    total_before, total_after = before.prod(axis=0), after.prod(axis=0)
    both = (before != 0.0) & (after != 0.0)
    logs = np.log(np.divide(after, before, out=np.ones_like(before), where=both))
    effects = logarithmic_mean(total_after, total_before) * logs
    effects = _limits(effects, before, after, total_before, total_after)
    # What rounding left over goes to the largest effect: the sum is the change.
    change = total_after - total_before
    rest = change - effects.sum(axis=0)
    largest = np.abs(np.nan_to_num(effects)).argmax(axis=0)
    np.put_along_axis(effects, largest[None], np.take_along_axis(effects, largest[None], axis=0) + rest[None], axis=0)
    return np.asarray(effects)


def _limits(effects: Floats, before: Floats, after: Floats, total_before: Floats, total_after: Floats) -> Floats:
    """Effects where the product is zero at an end (Ang and Liu 2007)."""
    appeared = (total_before == 0.0) & (total_after != 0.0)
    gone = (total_before != 0.0) & (total_after == 0.0)
    for case, zero, change in ((appeared, before == 0.0, total_after), (gone, after == 0.0, -total_before)):
        shared = np.where(zero, change / np.maximum(zero.sum(axis=0), 1), 0.0)
        effects = np.where(case, shared, effects)
    nothing = (total_before == 0.0) & (total_after == 0.0)
    return np.asarray(np.where(nothing, 0.0, effects))


def dynamic_degree(first: Numbers, last: Numbers, years: Numbers) -> Floats:
    """Single land-use dynamic degree, K = (U_b − U_a)/U_a/T · 100, in per cent a year; NaN where U_a is 0."""
    return divided(floats(last) - floats(first), floats(first)) / years * 100.0


def cumulative_decline(declines: Floats) -> Floats:
    """Decline of an intensity over years, 1 − Π(1 − d_k), over the last axis: 3.9 % then 4.5 % is 8.2245 %."""
    return np.asarray(1.0 - np.prod(1.0 - floats(declines), axis=-1))


def ecological_support(sinks: Floats, emissions: Floats) -> Floats:
    """Ecological support ESC_i = (sink_i/Σ sink)/(emission_i/Σ emission), above 1: more sink than emission."""
    return divided(divided(sinks, floats(sinks).sum()), divided(emissions, floats(emissions).sum()))


def economic_contribution(gdp: Floats, emissions: Floats) -> Floats:
    """Economic contribution ECC_i = (GDP_i/Σ GDP)/(emission_i/Σ emission); above 1: more output than emission."""
    return divided(divided(gdp, floats(gdp).sum()), divided(emissions, floats(emissions).sum()))

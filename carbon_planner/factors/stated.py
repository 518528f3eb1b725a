"""Distributions that records state: their name and parameters, such as ``lognormal`` and ``gmean=2; gsd=1.2``."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Callable

from ..base.errors import FactorError
from .bounded import Empirical, Pert, Triangular, Uniform
from .records import Factor
from .shapes import Distribution, Lognormal, Normal
from .special import Z95

Params = Mapping[str, tuple[float, ...]]
_PARAM = re.compile(r"\s*([a-z_]+)\s*=\s*([^;]+)")


def parse_params(text: str, factor_id: str = "") -> dict[str, tuple[float, ...]]:
    """Parameters from text such as ``mean=2; sd=0.1`` or ``values=1,2,3``.

    Raises :class:`FactorError` where the text is something else.
    """
    found: dict[str, tuple[float, ...]] = {}
    for part in filter(str.strip, text.split(";")):
        match = _PARAM.fullmatch(part)
        try:
            numbers = tuple(float(n) for n in match[2].replace(",", " ").split()) if match else ()
        except ValueError:
            numbers = ()
        if match is None or not numbers or not all(map(math.isfinite, numbers)):
            raise FactorError("PARAMS_BAD", factor=factor_id, value=text)
        found[match[1]] = numbers
    return found


def stated(name: str, params: Params, factor: Factor) -> Distribution:
    """The distribution that a record names; what its parameters leave out is taken from value, low and high.

    Raises :class:`FactorError` for an unknown name and for parameters that do not fit.
    """
    if name not in _MAKERS:
        raise FactorError("DISTRIBUTION_UNKNOWN", factor=factor.factor_id, value=name, known=", ".join(sorted(_MAKERS)))
    try:
        return _MAKERS[name](params, factor)
    except (KeyError, TypeError, ValueError, ZeroDivisionError):
        raise FactorError("DISTRIBUTION_PARAMS", factor=factor.factor_id, name=name, needed=_NEEDED[name]) from None


def _normal(params: Params, factor: Factor) -> Distribution:
    if "sd" in params:
        return Normal(params.get("mean", (_value(factor),))[0], _positive(params["sd"][0]))
    low, high = _bounds(factor)
    return Normal((low + high) / 2.0, (high - low) / 2.0 / Z95)


def _lognormal(params: Params, factor: Factor) -> Distribution:
    if "gsd" in params:
        gmean, spread = params.get("gmean", (_value(factor),))[0], params["gsd"][0]
    else:
        low, high = _bounds(factor)
        gmean, spread = math.copysign(math.sqrt(low * high), low), math.exp(abs(math.log(high / low)) / 2.0 / Z95)
    if gmean == 0.0 or spread < 1.0:
        raise ValueError(factor.factor_id)
    return Lognormal(gmean, spread)


def _uniform(params: Params, factor: Factor) -> Distribution:
    low, high = _limits(params, factor)
    return Uniform.between(low, high)


def _triangular(params: Params, factor: Factor) -> Distribution:
    low, high = _limits(params, factor)
    return Triangular(low, _mode(params, factor, low, high), high)


def _pert(params: Params, factor: Factor) -> Distribution:
    low, high = _limits(params, factor)
    return Pert(low, _mode(params, factor, low, high), high)


def _empirical(params: Params, factor: Factor) -> Distribution:
    values = params["values"]
    if len(values) < 2:
        raise ValueError(factor.factor_id)
    return Empirical(values)


def _value(factor: Factor) -> float:
    if factor.value is None:
        raise ValueError(factor.factor_id)
    return factor.value


def _bounds(factor: Factor) -> tuple[float, float]:
    if factor.low is None or factor.high is None or factor.low > factor.high:
        raise ValueError(factor.factor_id)
    return factor.low, factor.high


def _limits(params: Params, factor: Factor) -> tuple[float, float]:
    if "min" not in params and "max" not in params:
        return _bounds(factor)
    low, high = params["min"][0], params["max"][0]
    if low > high:
        raise ValueError(factor.factor_id)
    return low, high


def _mode(params: Params, factor: Factor, low: float, high: float) -> float:
    mode = params.get("mode", (_value(factor),))[0]
    if not low <= mode <= high or low == high:
        raise ValueError(factor.factor_id)
    return mode


def _positive(number: float) -> float:
    if number < 0.0:
        raise ValueError(number)
    return number


_MAKERS: dict[str, Callable[[Params, Factor], Distribution]] = {
    "normal": _normal,
    "lognormal": _lognormal,
    "uniform": _uniform,
    "triangular": _triangular,
    "pert": _pert,
    "empirical": _empirical,
}
_NEEDED = {
    "normal": "mean, sd",
    "lognormal": "gmean, gsd",
    "uniform": "min, max",
    "triangular": "min, mode, max",
    "pert": "min, mode, max",
    "empirical": "values",
}

"""The rules for one factor by itself: what must be filled in, how ranges are read, which units and sizes make sense."""

from __future__ import annotations

from ..base.errors import UnitError
from ..base.messages import message
from ..base.units import Unit, parse_unit
from . import plausibility
from .full_rules import full_findings
from .problems import ERROR, WARNING, Finding
from .records import (
    CONFIDENCES,
    EVIDENCES,
    FACTOR_FIELDS,
    FLUXES,
    NUMBERS,
    POOL_PARTS,
    POOLS,
    RANGE_KINDS,
    Factor,
)

TEXT_LIMIT = 32_000  # a spreadsheet cell holds 32767 characters

_LAND = {"land_stock": (*POOLS, *POOL_PARTS), "land_flux": FLUXES}
_SUBSTANCE_OF_GAS = {"N2O-N": "N"}


def findings(kind: str, factor: Factor) -> list[Finding]:
    """Findings about one factor by itself."""
    return [
        *_texts(kind, factor),
        *_words(factor),
        *_range(factor),
        *_unit(kind, factor),
        *_size(kind, factor),
        *full_findings(factor),
    ]


def _texts(kind: str, factor: Factor) -> list[Finding]:
    needed = ("factor_id", "item", "parameter", "source")
    found: list[Finding] = [(ERROR, n, message("FIELD_EMPTY", field=n)) for n in needed if not getattr(factor, n)]
    for name in FACTOR_FIELDS:
        text = getattr(factor, name)
        if isinstance(text, str) and len(text) > TEXT_LIMIT:
            found.append((ERROR, name, message("TEXT_TOO_LONG", limit=TEXT_LIMIT)))
    if kind != "other" and not factor.system:
        found.append((WARNING, "system", message("SYSTEM_EMPTY")))
    if factor.value is None and not factor.notes:
        found.append((WARNING, "value", message("VALUE_EMPTY")))
    return found


def _words(factor: Factor) -> list[Finding]:
    """Fields that hold one of a few words."""
    lists = (("range_kind", RANGE_KINDS), ("confidence", CONFIDENCES), ("evidence", EVIDENCES))
    return [
        (ERROR, name, message("WORD_UNKNOWN", value=getattr(factor, name), known=", ".join(w for w in words if w)))
        for name, words in lists
        if getattr(factor, name) not in words
    ]


def _range(factor: Factor) -> list[Finding]:
    value, low, high, kind = factor.value, factor.low, factor.high, factor.range_kind
    bounds = [bound for bound in (low, high) if bound is not None]
    found: list[Finding] = []
    if value is None and bounds:
        found.append((ERROR, "value", message("RANGE_WITHOUT_VALUE")))
    if kind == "none" and bounds:
        found.append((ERROR, "range_kind", message("RANGE_KIND_NONE")))
    if kind == "95" and len(bounds) < 2:
        found.append((ERROR, "range_kind", message("RANGE_NEEDS_BOTH")))
    if kind in ("minmax", "unknown") and not bounds:
        found.append((ERROR, "range_kind", message("RANGE_NEEDS_ONE", kind=kind)))
    if low is not None and high is not None and low > high:
        found.append((ERROR, "low", message("RANGE_REVERSED", low=low, high=high)))
    elif value is not None and low is not None and value < low:
        found.append((ERROR, "value", message("VALUE_BELOW_LOW", value=value, low=low)))
    elif value is not None and high is not None and value > high:
        found.append((ERROR, "value", message("VALUE_ABOVE_HIGH", value=value, high=high)))
    return found


def _unit(kind: str, factor: Factor) -> list[Finding]:
    try:
        unit = parse_unit(factor.unit)
    except UnitError as error:
        # outside the land sectors a ratio of two ratios, such as (t/ha)/(kg/m2), is a unit like any other
        return [] if kind == "other" and factor.unit else [(ERROR, "unit", error.message)]
    if kind not in _LAND:
        return _carbon_gas(factor, unit)
    if factor.parameter not in _LAND[kind]:
        known = ", ".join(_LAND[kind])
        return [(WARNING, "parameter", message("PARAMETER_UNUSED", parameter=factor.parameter, known=known))]
    return _stock_unit(factor, unit) if kind == "land_stock" else _flux_unit(factor, unit)


def _stock_unit(factor: Factor, unit: Unit) -> list[Finding]:
    if unit.substance != "C" or not unit.area_m2 or unit.yearly or len(unit.per) != 1:
        return [(ERROR, "unit", message("UNIT_NOT_STOCK", unit=factor.unit))]
    return _gas(factor, unit)


def _flux_unit(factor: Factor, unit: Unit) -> list[Finding]:
    if unit.substance not in ("C", "CO2", "CO2e") or not unit.area_m2 or not unit.yearly or len(unit.per) != 2:
        return [(ERROR, "unit", message("UNIT_NOT_FLUX", unit=factor.unit))]
    return _gas(factor, unit)


def _carbon_gas(factor: Factor, unit: Unit) -> list[Finding]:
    """Outside the land sectors a gas may be given in CO2e; carbon that is called CO2, or CO2 carbon, is a slip."""
    if not unit.substance or not factor.gas or "C" not in (unit.substance, factor.gas):
        return []
    carbon = ("C", "CO2", "CO2e")
    return _gas(factor, unit) if {unit.substance, factor.gas}.issubset(carbon) else []


def _gas(factor: Factor, unit: Unit) -> list[Finding]:
    gas = _SUBSTANCE_OF_GAS.get(factor.gas, factor.gas)
    if not gas or gas == unit.substance:
        return []
    return [(ERROR, "gas", message("GAS_NOT_OF_UNIT", gas=factor.gas, unit=factor.unit))]


def _size(kind: str, factor: Factor) -> list[Finding]:
    found: list[Finding] = []
    for name in NUMBERS:
        number = getattr(factor, name)
        if kind == "land_stock" and factor.parameter in _LAND[kind] and number is not None and number < 0:
            found.append((ERROR, name, message("STOCK_NEGATIVE", value=number)))
            continue
        odd = plausibility.magnitude(factor, name)
        if odd:
            found.append((odd[0], name, odd[1]))
    return found

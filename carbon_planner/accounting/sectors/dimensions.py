"""Units of formulas: every unit is a scale and powers of base units, so that formulas can be checked before they run.

Base units are the tonne (of CO2, CH4, N2O, N, C or of any matter), m², m³, km, GJ, year and counts (person, household,
job, tree …). A word after a unit tells apart what must not be mixed: ``m2 crown`` is no ``m2``, ``t clinker`` no ``t``;
only ``wet`` says nothing. A day is 1/365 of a year.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from ...base.units import CO2_PER_C, M2_PER_HA, M2_PER_KM2, MU_PER_HA
from .grammar import FormulaError, Node, fold

DAYS_PER_YEAR = 365.0
HOURS_PER_YEAR = 8760.0
GJ_PER_KWH = 0.0036

_MASS = {"g": 1e-6, "kg": 1e-3, "t": 1.0, "Mg": 1.0, "kt": 1e3, "Gg": 1e3, "Mt": 1e6}
SUBSTANCES = ("CO2e", "CO2", "CH4", "N2O", "N", "C")
_OF_SUBSTANCE = re.compile(r"^(Mg|Mt|kg|kt|Gg|g|t)(CO2eq|CO2e|CO2|CH4|N2O-N|N2O|BOD|N|C|ce)$")
_POWER_OF_TEN = re.compile(r"^10\^(\d{1,2})(.+)$")
_ALIASES = {"CO2eq": "CO2e", "N2O-N": "N"}
_OTHER: Mapping[str, tuple[float, Mapping[str, int]]] = {
    "m2": (1.0, {"m2": 1}),
    "m²": (1.0, {"m2": 1}),
    "ha": (M2_PER_HA, {"m2": 1}),
    "km2": (M2_PER_KM2, {"m2": 1}),
    "mu": (M2_PER_HA / MU_PER_HA, {"m2": 1}),
    "m3": (1.0, {"m3": 1}),
    "Nm3": (1.0, {"m3": 1}),
    "L": (1e-3, {"m3": 1}),
    "km": (1.0, {"km": 1}),
    "kWh": (GJ_PER_KWH, {"GJ": 1}),
    "MWh": (GJ_PER_KWH * 1e3, {"GJ": 1}),
    "MJ": (1e-3, {"GJ": 1}),
    "GJ": (1.0, {"GJ": 1}),
    "TJ": (1e3, {"GJ": 1}),
    "kW": (GJ_PER_KWH * HOURS_PER_YEAR, {"GJ": 1, "yr": -1}),
    "yr": (1.0, {"yr": 1}),
    "y": (1.0, {"yr": 1}),
    "a": (1.0, {"yr": 1}),
    "d": (1.0 / DAYS_PER_YEAR, {"yr": 1}),
    "day": (1.0 / DAYS_PER_YEAR, {"yr": 1}),
    "h": (1.0 / HOURS_PER_YEAR, {"yr": 1}),
    "trip": (1.0, {"trip": 1}),
    "trips": (1.0, {"trip": 1}),
    # a trip is that of a person
    "pkm": (1.0, {"trip": 1, "km": 1}),
    "vkm": (1.0, {"vehicle": 1, "km": 1}),
    "persons": (1.0, {"person": 1}),
    "households": (1.0, {"household": 1}),
    "1": (1.0, {}),
    "%": (0.01, {}),
    "10^4yuan": (1.0, {"10^4yuan": 1}),
}
_COUNTS = ("person", "household", "job", "tree", "station", "kWp", "room", "bed", "pupil", "car")


@dataclass(frozen=True)
class Dimension:
    """A unit: ``scale`` base units, and the powers of these, sorted."""

    scale: float
    powers: tuple[tuple[str, int], ...]

    @classmethod
    def of(cls, scale: float, powers: Mapping[str, int]) -> Dimension:
        """From a mapping of powers; those of nought go."""
        return cls(scale, tuple(sorted((name, power) for name, power in powers.items() if power)))

    def times(self, other: Dimension, power: int = 1) -> Dimension:
        """Product, or quotient with power −1."""
        powers = dict(self.powers)
        for name, own in other.powers:
            powers[name] = powers.get(name, 0) + own * power
        return Dimension.of(self.scale * other.scale**power, powers)

    def text(self) -> str:
        """Base units as text, for messages."""
        above = [n if p == 1 else f"{n}^{p}" for n, p in self.powers if p > 0]
        below = [n if p == -1 else f"{n}^{-p}" for n, p in self.powers if p < 0]
        return ("·".join(above) or "1") + (f"/({'·'.join(below)})" if below else "")


NUMBER = Dimension(1.0, ())


@lru_cache(maxsize=1024)
def dimension(text: str) -> Dimension:
    """Read a unit such as ``kWh/(m2·yr)``. Raises :class:`FormulaError` for one that is not known."""
    numerator, slash, denominator = text.strip().partition("/")
    below = denominator.strip()
    if below.startswith("(") and below.endswith(")"):
        below = below[1:-1]
    if not numerator.strip() or (slash and not below) or set(below) & set("/()"):
        raise FormulaError("FORMULA_UNIT", unit=text)
    result = NUMBER
    for part, power in ((numerator.strip("() "), 1), (below, -1)):
        for word in re.split(r"[·*]", part) if part else ():
            result = result.times(_one(word.strip(), text), power)
    return result


def _one(word: str, text: str) -> Dimension:
    unit, _, kind = word.partition(" ")
    kind = "" if kind == "wet" else kind
    scale, powers = _plain(unit, text)
    if kind:  # the first base unit bears the word
        first = next(iter(powers), "")
        powers = {f"{name} {kind}" if name == first else name: power for name, power in powers.items()}
    return Dimension.of(scale, powers)


def _plain(unit: str, text: str) -> tuple[float, Mapping[str, int]]:
    if unit in _OTHER:
        return _OTHER[unit]
    if unit in _COUNTS:
        return 1.0, {unit: 1}
    if unit in _MASS:
        return _MASS[unit], {"t": 1}
    if match := _OF_SUBSTANCE.match(unit):
        return _MASS[match[1]], {f"t {_ALIASES.get(match[2], match[2])}": 1}
    if match := _POWER_OF_TEN.match(unit):
        scale, powers = _plain(match[2], text)
        return scale * 10.0 ** int(match[1]), powers
    raise FormulaError("FORMULA_UNIT", unit=text)


class Dimensions:
    """Algebra of units: what the names of a formula are measured in."""

    def __init__(self, units: Mapping[str, str], formula: str = "") -> None:
        self._units, self._formula = units, formula

    def number(self, value: float) -> Dimension:  # noqa: ARG002
        """A plain number has no unit."""
        return NUMBER

    def name(self, text: str) -> Dimension:
        """Unit of a name. Raises :class:`FormulaError` for an unknown one."""
        if text not in self._units:
            raise FormulaError("FORMULA_NAME", formula=self._formula, name=text)
        return Dimension(1.0, dimension(self._units[text]).powers)

    def add(self, left: Dimension, right: Dimension) -> Dimension:
        """Only the same can be added."""
        if left.powers != right.powers:
            raise FormulaError("FORMULA_UNITS_ADDED", formula=self._formula, one=left.text(), two=right.text())
        return left

    subtract = add

    def multiply(self, left: Dimension, right: Dimension) -> Dimension:
        """Product."""
        return left.times(right)

    def divide(self, left: Dimension, right: Dimension) -> Dimension:
        """Quotient."""
        return left.times(right, -1)


def unit_of(node: Node, units: Mapping[str, str], formula: str = "") -> Dimension:
    """Base units of a formula. A bare nought in front of a minus takes the unit of what follows."""
    return fold(_without_sign(node), Dimensions(units, formula))


def _without_sign(node: Node) -> Node:
    """The formula without its leading minus signs: they are written as 0 − x, and 0 has no unit."""
    from .grammar import Binary, Number

    if isinstance(node, Binary):
        left, right = _without_sign(node.left), _without_sign(node.right)
        if node.sign == "-" and left == Number(0.0):
            return right
        return Binary(node.sign, left, right)
    return node


def to_gas(unit: Dimension, gas: str, *, yearly: bool, formula: str) -> float:
    """Factor that turns activity × coefficient in base units into tonnes of a gas (per year where it is yearly).

    Carbon becomes CO2 by 44/12. Raises :class:`FormulaError` where the unit is no mass of that gas: CO2 is no CO2e.
    """
    time = (("yr", -1),) if yearly else ()
    allowed: list[tuple[str, float]] = [(gas, 1.0)]
    if gas == "CO2":
        allowed.append(("C", CO2_PER_C))
    for substance, factor in allowed:
        if unit.powers == tuple(sorted(((f"t {substance}", 1), *time))):
            return factor
    wanted = f"t {gas}/(yr)" if yearly else f"t {gas}"
    raise FormulaError("FORMULA_NOT_THE_GAS", formula=formula, unit=unit.text(), wanted=wanted)

"""Rules made ready: formulas parsed, units checked, what a zone's own figure replaces found."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from . import grammar
from .dimensions import dimension, to_gas, unit_of
from .grammar import FormulaError, Node
from .tables import EVERY_FLOOR_USE, Quantity, Rule, Symbol

YEARLY_TIMINGS = ("yearly", "fod", "saturating")
ONCE_TIMINGS = ("once_build", "once_demolish", "renewal", "annualised")
TIMINGS = YEARLY_TIMINGS + ONCE_TIMINGS
TIMED = ("fod", "saturating", "renewal", "annualised")  # need years or a rate
PARTS = ("all", "added", "kept", "lost")
SIDES = ("both", "plan", "baseline")
SPLITS = ("zone", "floor", "land", "carriers")
ROLES = ("net", "avoided", "displaced", "relocated", "info")
GASES = ("CO2", "CH4", "N2O", "CO2e")
SCOPES = ("1", "2", "3")
VIEWS = ("responsibility", "territorial", "lifecycle")


@dataclass(frozen=True)
class Replaced:
    """A symbol that a zone's own quantity replaces; ``power`` 1 multiplies the activity, −1 divides it."""

    symbol: str
    quantity: str
    power: int
    scale: float  # from the quantity's unit to base units


@dataclass(frozen=True)
class CompiledRule:
    """A rule with its formulas.

    ``scale`` turns activity (in the rule's unit) × coefficient (in base units) into tonnes of the gas, per year where
    the timing is yearly; ``uses`` are the uses that it serves, () for the zone as a whole.
    """

    number: int
    rule: Rule
    activity: Node
    coefficient: Node
    quantities: tuple[str, ...]
    symbols: tuple[str, ...]
    uses: tuple[str, ...]
    scale: float
    replaced: tuple[Replaced, ...]

    @property
    def on_plan(self) -> bool:
        """Whether the rule has an activity of the plan."""
        return self.rule.part in ("added", "kept") or (self.rule.part == "all" and self.rule.sides != "baseline")

    @property
    def on_base(self) -> bool:
        """Whether the rule has an activity of the baseline."""
        return self.rule.part == "lost" or (self.rule.part == "all" and self.rule.sides != "plan")

    @property
    def years_symbol(self) -> str:
        """Symbol that gives the years or the rate of the timing, "" for a plain number or none."""
        return "" if not self.rule.years or _is_number(self.rule.years) else self.rule.years

    @property
    def years_number(self) -> float | None:
        """Years of the timing where they are a plain number."""
        return float(self.rule.years) if _is_number(self.rule.years) else None


def compile_rules(
    rules: Iterable[Rule],
    quantities: Mapping[str, Quantity],
    symbols: Mapping[str, Mapping[str, Symbol]],
    floor_uses: Sequence[str],
) -> tuple[CompiledRule, ...]:
    """Compile rules that have been checked. Raises :class:`FormulaError` for one that does not fit together."""
    return tuple(compile_rule(n, rule, quantities, symbols, floor_uses) for n, rule in enumerate(rules))


def compile_rule(
    number: int,
    rule: Rule,
    quantities: Mapping[str, Quantity],
    symbols: Mapping[str, Mapping[str, Symbol]],
    floor_uses: Sequence[str],
) -> CompiledRule:
    """Compile one rule. Raises :class:`FormulaError`."""
    activity, coefficient = grammar.parse(rule.activity), grammar.parse(rule.coefficient)
    unit = dimension(rule.unit)
    of_activity = unit_of(activity, {n: q.unit for n, q in quantities.items()}, rule.activity)
    if of_activity.powers != unit.powers:
        raise FormulaError("FORMULA_ACTIVITY_UNIT", formula=rule.activity, unit=of_activity.text(), wanted=rule.unit)
    units = {name: next(iter(of_use.values())).unit for name, of_use in symbols.items()}
    whole = unit.times(unit_of(coefficient, units, rule.coefficient))
    scale = unit.scale * to_gas(whole, rule.gas, yearly=rule.timing in YEARLY_TIMINGS, formula=rule.coefficient)
    used = grammar.names(coefficient)
    return CompiledRule(
        number, rule, activity, coefficient, grammar.names(activity), used,
        tuple(floor_uses) if EVERY_FLOOR_USE in rule.uses else rule.uses, scale,
        _replaced(used, coefficient, symbols, quantities, rule.coefficient),
    )  # fmt: skip


def _replaced(
    used: tuple[str, ...],
    coefficient: Node,
    symbols: Mapping[str, Mapping[str, Symbol]],
    quantities: Mapping[str, Quantity],
    formula: str,
) -> tuple[Replaced, ...]:
    found = []
    for name in used:
        override = next((s.override for s in symbols[name].values() if s.override), "")
        if not override:
            continue
        power = grammar.power_of(coefficient, name)
        if power not in (1, -1):
            raise FormulaError("FORMULA_OVERRIDE_ADDED", formula=formula, name=name)
        one, two = dimension(quantities[override].unit), dimension(units_of(symbols, name))
        if one.powers != two.powers:
            raise FormulaError("FORMULA_ACTIVITY_UNIT", formula=override, unit=one.text(), wanted=two.text())
        found.append(Replaced(name, override, power, one.scale))
    return tuple(found)


def units_of(symbols: Mapping[str, Mapping[str, Symbol]], name: str) -> str:
    """Unit of a symbol, the same for all its uses."""
    return next(iter(symbols[name].values())).unit


def _is_number(text: str) -> bool:
    return bool(text) and text.replace(".", "", 1).isdigit()

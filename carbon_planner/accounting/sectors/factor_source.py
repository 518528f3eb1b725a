"""Coefficients of rules as amounts: symbols become factors, factors become amounts in base units.

Answers are cached by use, region and year; a coefficient is evaluated once for each set of factors and serves all
zones.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Optional

from ...base.errors import InputError
from ...classes.library import LANDSEA
from ...factors.gwp import GwpTable
from ...factors.records import Factor
from ...factors.resolve import Resolver
from ...factors.store import open_set
from ..amounts import Amount
from ..factor_book import FactorBook
from ..inputs import Settings
from . import grammar
from .catalogue import Catalogue
from .class_info import ClassInfo
from .coefficient import ONE, Amounts, Coefficient, one_over
from .dimensions import dimension
from .grammar import FormulaError
from .request import Finder
from .rule_types import CompiledRule

POTENTIALS = ("CH4", "N2O")
CLASS_SET = "class_defaults"
Part = tuple[Factor, str, float]


class FactorSource:
    """Finds the factors of rules; numbers them in the book of the run."""

    def __init__(self, catalogue: Catalogue, finder: Finder, book: FactorBook, settings: Settings) -> None:
        self._catalogue, self._finder, self._book, self._settings = catalogue, finder, book, settings
        self._symbols: dict[tuple[str, str, str, int], tuple[Part, ...]] = {}
        self._amounts: dict[tuple[tuple[Part, ...], str, str], Amount] = {}
        self._inverse: dict[tuple[object, ...], Amount] = {}
        self._coefficients: dict[tuple[int, str, str, tuple[str, ...]], Coefficient] = {}
        self._class_defaults = open_set(CLASS_SET)
        self._defaults = Resolver([catalogue.factors], region=settings.region)
        self._potentials: dict[str, Amount] = {}
        self._missing: dict[tuple[int, str, str, tuple[str, ...]], tuple[str, ...]] = {}
        self._with_defaults: dict[tuple[int, str, str], Coefficient] = {}
        self.flags: dict[tuple[str, str, str], tuple[str, ...]] = {}
        self.fallbacks: set[tuple[str, str, str]] = set()  # (symbol, use, region) served by a later key

    def coefficient(self, rule: CompiledRule, use: str, region: str, own: tuple[str, ...] = ()) -> Coefficient:
        """Coefficient of a rule for a use and region; symbols in ``own`` are given by the zones."""
        key = (rule.number, use, region, own)
        if key not in self._coefficients:
            self._coefficients[key] = self._evaluate(rule, use, region, own)
        return self._coefficients[key]

    def parts(self, symbol: str, use: str, region: str, year: int) -> tuple[Part, ...]:
        """Factors of a symbol with their weights, () where there is none or it is not estimated."""
        key = (symbol, use, region, year)
        if key not in self._symbols:
            self._symbols[key] = self._find(symbol, use, region, year)
        return self._symbols[key]

    def _find(self, symbol: str, use: str, region: str, year: int) -> tuple[Part, ...]:
        of_use = self._catalogue.symbols[symbol]
        row = of_use.get(use) or of_use.get("")
        if row is None:
            return ()
        found = ((key, *self._of_key(key, region, year)) for key in row.keys)
        key, parts, flags = next((one for one in found if one[1]), ("", (), ()))
        if not parts:
            return self._rest(row.rest, use, region, year)
        if flags:
            self.flags[symbol, use, region] = flags
        if key != row.keys[0]:
            self.fallbacks.add((symbol, use, region))
        return () if any(factor.value is None for factor, _, _ in parts) else parts

    def _of_key(self, key: str, region: str, year: int) -> tuple[tuple[Part, ...], tuple[str, ...]]:
        path = self._settings.grid_path
        # a path that is a named series of the library; assumed courses are the resolver's own business
        series = path if path in _series_names() and key == GRID_KEY else ""
        found = self._finder.find(key, "", region=region, year=year, series=series)
        if found is None:
            return self._default(key, region, year), ()
        return tuple(found.parts), tuple(found.flags)

    def _rest(self, others: Sequence[str], use: str, region: str, year: int) -> tuple[Part, ...]:
        """What is left of a whole: the parts of the other shares with negative weights, see :meth:`_start`."""
        found = [self.parts(other, use, region, year) for other in others]
        if not all(found):
            return ()
        return tuple((factor, fset, -weight) for parts in found for factor, fset, weight in parts)

    @staticmethod
    def _start(parts: tuple[Part, ...]) -> float:
        """What the parts of a symbol are added to: 1 where they are taken from a whole."""
        return 1.0 if parts and parts[0][2] < 0.0 else 0.0

    def value(self, symbol: str, use: str, region: str) -> Optional[float]:
        """Value of a symbol in base units in the first year, None where there is no factor. Nothing is numbered."""
        parts = self.parts(symbol, use, region, self._settings.start_year + 1)
        if not parts:
            return None
        of_use = self._catalogue.symbols[symbol]
        row = of_use.get(use) or of_use[""]
        scale = dimension(row.unit).scale / dimension(row.stored).scale
        return self._start(parts) + math.fsum(
            (factor.value or 0.0) * weight * dimension(factor.unit).scale * scale for factor, _, weight in parts
        )

    def plain(self, rule: CompiledRule, use: str, region: str, own: tuple[str, ...]) -> float:
        """Tonnes of the gas per unit of activity in the first year, for comparing lines. Nothing is numbered."""
        values = {
            name: Amount.constant(self.value(name, use, region) or 0.0) for name in rule.symbols if name not in own
        }
        inverse = Amounts(values, lambda amount: Amount.constant(1.0 / amount.value))
        return grammar.fold(rule.coefficient, inverse).value * rule.scale

    def _default(self, key: str, region: str, year: int) -> tuple[Part, ...]:
        """The default of the sector tables, where the library has none."""
        found = self._defaults.find(key, "", region=region, year=year)
        return () if found is None else tuple(found.parts)

    def amount(self, symbol: str, use: str, parts: tuple[Part, ...]) -> Amount:
        """The amount of a symbol in base units. Raises :class:`FormulaError` where a factor has another unit."""
        of_use = self._catalogue.symbols[symbol]
        row = of_use.get(use) or of_use[""]
        stored, wanted = dimension(row.stored), dimension(row.unit)
        key = (parts, row.unit, row.stored)
        if key not in self._amounts:
            total = Amount.constant(self._start(parts))
            for factor, fset, weight in parts:
                unit = dimension(factor.unit)
                if unit.powers != stored.powers:
                    raise FormulaError(
                        "SECTOR_FACTOR_UNIT",
                        factor=factor.factor_id,
                        unit=factor.unit,
                        symbol=symbol,
                        wanted=row.stored,
                    )
                scale = unit.scale / stored.scale * wanted.scale * weight
                total = total.plus(self._book.amount(factor, fset, scale) or Amount(0.0))
            if total.value < -ROUNDING and row.rest:
                raise InputError("SECTOR_NOTHING_LEFT", symbol=symbol, names=", ".join(row.rest))
            self._amounts[key] = total
        return self._amounts[key]

    def with_default(self, coefficient: Coefficient, info: ClassInfo, name: str) -> Coefficient:
        """A coefficient times the default of a class over itself: 1, with the range of that default.

        The activity holds the figure; this lets all zones of the class move together within its bounds (rule 15).
        """
        key = (id(coefficient), info.source, name)
        if key not in self._with_defaults:
            ratio, reference = self._of_class(info, name)
            moved: dict[int, Amount] = {}
            for amount in coefficient.amounts:
                if id(amount) not in moved:
                    moved[id(amount)] = amount.times(ratio)
            amounts = [moved[id(amount)] for amount in coefficient.amounts]
            fset = _names([*coefficient.fset.split("; "), reference])
            self._with_defaults[key] = replace(coefficient, amounts=amounts, fset=fset)
        return self._with_defaults[key]

    def _of_class(self, info: ClassInfo, name: str) -> tuple[Amount, str]:
        """(figure of a class over the figure that the activity holds, reference of its set).

        Both are the same unless a scenario overrides the figure of the class.
        """
        figure = info.figures[name]
        found = self._finder.find(info.source, name, system=LANDSEA)
        parts = tuple(found.parts) if found is not None else ()
        if not parts:
            stored = self._class_defaults.get(LANDSEA, info.source, name)
            parts = () if stored is None else ((stored, self._class_defaults.ref, 1.0),)
        ratio = Amount(0.0)
        for factor, fset, weight in parts:
            ratio = ratio.plus(self._book.amount(factor, fset, weight / figure.value) or Amount(0.0))
        return (ratio, parts[0][1]) if parts else (ONE, "")

    def potential(self, gas: str) -> Amount:
        """GWP of a gas in the set of the run: 1 for CO2 and for mixtures given as CO2e."""
        if gas not in POTENTIALS:
            return ONE
        if gas not in self._potentials:
            found = GwpTable.shipped().of(gas, self._settings.gwp)
            self._potentials[gas] = self._book.amount(found.factor, found.fset) or ONE
        return self._potentials[gas]

    def inverse(self, amount: Amount) -> Amount:
        """1 / amount."""
        if not amount.gradient:
            return Amount.constant(1.0 / amount.value)
        key = (amount.value, tuple(sorted(amount.polynomial.items())))
        if key not in self._inverse:
            self._inverse[key] = self._book.function("1/x", [amount], one_over)
        return self._inverse[key]

    def missing(self, rule: CompiledRule, use: str, region: str, own: tuple[str, ...] = ()) -> tuple[str, ...]:
        """Symbols of a rule without a factor. Nothing is numbered: a choice that is not taken leaves no trace."""
        key = (rule.number, use, region, own)
        if key not in self._missing:
            timed = [rule.years_symbol] if rule.years_symbol else []
            wanted = [s for s in (*rule.symbols, *timed) if s not in own]
            first, last = self._settings.start_year + 1, self._settings.end_year
            self._missing[key] = tuple(
                s for s in wanted if not all(self.parts(s, use, region, year) for year in range(first, last + 1))
            )
        return self._missing[key]

    def _evaluate(self, rule: CompiledRule, use: str, region: str, own: tuple[str, ...]) -> Coefficient:
        missing = self.missing(rule, use, region, own)
        if missing:
            return Coefficient(missing=missing)
        wanted = [s for s in rule.symbols if s not in own]
        done: dict[tuple[tuple[Part, ...], ...], Amount] = {}
        result = Coefficient()
        for year in range(self._settings.start_year + 1, self._settings.end_year + 1):
            found = tuple(self.parts(s, use, region, year) for s in wanted)
            if found not in done:
                values = {s: self.amount(s, use, parts) for s, parts in zip(wanted, found)}
                done[found] = grammar.fold(rule.coefficient, Amounts(values, self.inverse)).scaled(rule.scale)
            result.masses.append(done[found].value)
            result.amounts.append(done[found])
        self._finish(result, rule, use, region, wanted)
        return result

    def _years(self, rule: CompiledRule, parts: tuple[Part, ...], use: str) -> Amount:
        """Rate of decay as an amount; service life and saturation as plain numbers: years are steps, not slopes."""
        if rule.rule.timing == "fod":
            return self.amount(rule.years_symbol, use, parts)
        wanted = dimension(self._catalogue.symbols[rule.years_symbol][""].unit)
        total = math.fsum((f.value or 0.0) * weight * dimension(f.unit).scale for f, _, weight in parts)
        return Amount.constant(total / wanted.scale)

    def _finish(self, result: Coefficient, rule: CompiledRule, use: str, region: str, wanted: Sequence[str]) -> None:
        potential = self.potential(rule.rule.gas)
        converted: dict[int, Amount] = {}
        for number, amount in enumerate(result.amounts):
            if id(amount) not in converted:
                converted[id(amount)] = amount if potential is ONE else amount.times(potential)
            result.amounts[number] = converted[id(amount)]
        first = self._settings.start_year + 1
        sets = [fset for s in wanted for _, fset, _ in self.parts(s, use, region, first)]
        result.fset = _names(sets)
        flags = (f for s in wanted for f in self.flags.get((s, use, region), ()))
        result.flags = tuple(dict.fromkeys(flags))
        if rule.years_symbol:
            result.years = self._years(rule, self.parts(rule.years_symbol, use, region, first), use)
        elif rule.years_number is not None:
            result.years = Amount.constant(rule.years_number)


GRID_KEY = "grid.electricity"
ROUNDING = 1e-9


def _names(sets: Sequence[str]) -> str:
    """Sets as id@version: a coefficient may take from five; their hashes stand in the table of factors."""
    return "; ".join(dict.fromkeys(ref.partition("#")[0] for ref in sets if ref))


def _series_names() -> tuple[str, ...]:
    from ...factors.keys import KeyTable

    return tuple(name for name in KeyTable.shipped().series(GRID_KEY) if name)

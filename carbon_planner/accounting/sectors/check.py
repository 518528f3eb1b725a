"""What tables of sectors must keep. All problems are found at once, each with file and line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from ...base.errors import PlannerError
from ...base.messages import Message, message
from ...factors import validation
from ...factors.problems import ERROR
from .. import flags
from . import grammar, rule_types
from .dimensions import dimension, unit_of
from .grammar import FormulaError
from .tables import CAP, EVERY_FLOOR_USE, FLOOR, LAND, Finding, Quantity, Rule, finding

if TYPE_CHECKING:
    from .catalogue import Catalogue

SHARES_TOLERANCE = 1e-9
ACTIONS = ("refuse", "drop", "inform", CAP)
# What a class can give: see :mod:`.class_info`.
CLASS_DEFAULTS = ("plot_ratio", "population_per_ha", "jobs_per_ha", "green_share", "sealed_share", "building_share")


class SectorError(PlannerError):
    """Tables of a sector that break rules; ``problems`` holds all of them."""

    def __init__(self, msg_id: str, problems: list[Finding], **params: Any) -> None:
        self.problems: tuple[Message, ...] = tuple(problems)
        listed = "\n".join(p.text("en") for p in problems[:20])
        super().__init__(msg_id, count=len(problems), problems=listed, **params)


def check_tables(catalogue: Catalogue) -> list[Finding]:
    """All problems of a catalogue."""
    return [
        *_quantities(catalogue.quantities, catalogue),
        *_symbols(catalogue),
        *_uses(catalogue),
        *(problem for rule in catalogue.rules for problem in _rule(rule, catalogue)),
        *_lines(catalogue.rules),
        *_conflicts(catalogue),
        *_flags(catalogue),
        *_factors(catalogue),
    ]


def _quantities(quantities: Mapping[str, Quantity], catalogue: Catalogue) -> Iterator[Finding]:
    for quantity in quantities.values():
        if not (quantity.name_en and quantity.name_zh):
            yield finding("SECTOR_NAMES_MISSING", quantity.place, name=quantity.name)
        if quantity.default and quantity.default not in CLASS_DEFAULTS:
            yield _unknown(quantity, "default", quantity.default, CLASS_DEFAULTS)
        for use in quantity.uses:
            if use not in catalogue.use_types:
                yield _unknown(quantity, "uses", use, catalogue.use_types)
        try:
            unit = dimension(quantity.unit)
            if quantity.derive:
                units = {name: q.unit for name, q in quantities.items()}
                node = grammar.parse(quantity.derive)
                found = unit_of(node, units, quantity.derive)
                if found.powers != unit.powers:
                    yield finding("FORMULA_ACTIVITY_UNIT", quantity.place, formula=quantity.derive, unit=found.text(),
                                  wanted=quantity.unit)  # fmt: skip
                if _circular(quantity.name, quantities):
                    yield finding("SECTOR_CIRCULAR", quantity.place, name=quantity.name)
        except FormulaError as error:
            yield message("SECTOR_AT", place=str(quantity.place), problem=error.message)


def _circular(name: str, quantities: Mapping[str, Quantity]) -> bool:
    """Whether a quantity is derived from itself."""
    seen: set[str] = set()
    waiting = [name]
    while waiting:
        one = waiting.pop()
        derive = quantities[one].derive if one in quantities else ""
        for part in grammar.names(grammar.parse(derive)) if derive else ():
            if part == name:
                return True
            if part not in seen:
                seen.add(part)
                waiting.append(part)
    return False


def _symbols(catalogue: Catalogue) -> Iterator[Finding]:
    for name, of_use in catalogue.symbols.items():
        first = next(iter(of_use.values()))
        for symbol in of_use.values():
            if name in catalogue.quantities:
                yield finding("SECTOR_NAME_TWICE", symbol.place, name=name)
            if symbol.use and symbol.use not in catalogue.use_types:
                yield _unknown(symbol, "use", symbol.use, catalogue.use_types)
            if symbol.override and symbol.override not in catalogue.quantities:
                yield _unknown(symbol, "override", symbol.override, catalogue.quantities)
            unknown = [other for other in symbol.rest if other not in catalogue.symbols]
            yield from (_unknown(symbol, "rest", other, catalogue.symbols) for other in unknown)
            if not symbol.keys:
                yield finding("SECTOR_CELL_EMPTY", symbol.place, column="key")
            try:
                if dimension(symbol.unit).powers != dimension(first.unit).powers:
                    yield finding("SECTOR_UNITS_DIFFER", symbol.place, name=name)
                dimension(symbol.stored)
            except FormulaError as error:
                yield message("SECTOR_AT", place=str(symbol.place), problem=error.message)


def _uses(catalogue: Catalogue) -> Iterator[Finding]:
    for (system, code), mix in catalogue.uses.items():
        label = f"{system}:{code}"
        unknown = [use for use, _ in mix if use not in catalogue.use_types]
        for use in unknown:
            yield finding("SECTOR_VALUE_UNKNOWN", None, column=f"uses.csv {label}", value=use,
                          known=", ".join(catalogue.use_types))  # fmt: skip
        for kind in (FLOOR, LAND):
            shares = [s for use, s in mix if use not in unknown and catalogue.use_types[use].kind == kind]
            bad = any(not 0.0 <= s <= 1.0 for s in shares)
            if bad or (kind == FLOOR and shares and abs(sum(shares) - 1.0) > SHARES_TOLERANCE):
                yield finding("SECTOR_SHARES", None, code=label)


def _rule(rule: Rule, catalogue: Catalogue) -> Iterator[Finding]:
    known = (
        ("sector", rule.sector, catalogue.sectors), ("gas", rule.gas, rule_types.GASES),
        ("scope", rule.scope, rule_types.SCOPES), ("split", rule.split, rule_types.SPLITS),
        ("part", rule.part, rule_types.PARTS), ("sides", rule.sides, rule_types.SIDES),
        ("timing", rule.timing, rule_types.TIMINGS), ("role", rule.role, rule_types.ROLES),
    )  # fmt: skip
    for column, value, allowed in known:
        if value not in allowed:
            yield _unknown(rule, column, value, allowed)
    if not (rule.line and rule.name_en and rule.name_zh):
        yield finding("SECTOR_NAMES_MISSING", rule.place, name=rule.line)
    if (rule.split == "zone") != (not rule.uses):
        yield finding("SECTOR_USES_AND_SPLIT", rule.place, split=rule.split)
    yield from (_unknown(rule, "views", view, rule_types.VIEWS) for view in rule.views if view not in rule_types.VIEWS)
    uses = {EVERY_FLOOR_USE, *catalogue.use_types}
    yield from (_unknown(rule, "uses", use, catalogue.use_types) for use in rule.uses if use not in uses)
    for name in (*_names(rule.coefficient), *_years_name(rule)):
        if name not in catalogue.symbols:
            yield _unknown(rule, "coefficient", name, catalogue.symbols)
    yield from _compiles(rule, catalogue)


def _compiles(rule: Rule, catalogue: Catalogue) -> Iterator[Finding]:
    names = {*_names(rule.coefficient), *_years_name(rule)}
    good = rule.gas in rule_types.GASES and names <= set(catalogue.symbols)
    if rule.timing in rule_types.TIMED and not rule.years:
        yield finding("SECTOR_CELL_EMPTY", rule.place, column="years")
    try:
        if good:
            floor = catalogue.floor_uses
            rule_types.compile_rule(0, rule, catalogue.quantities, catalogue.symbols, floor)
        for name in _years_name(rule):
            wanted = (("yr", -1),) if rule.timing == "fod" else (("yr", 1),)
            if name in catalogue.symbols and dimension(rule_types.units_of(catalogue.symbols, name)).powers != wanted:
                yield finding("SECTOR_UNITS_DIFFER", rule.place, name=name)
    except FormulaError as error:
        yield message("SECTOR_AT", place=str(rule.place), problem=error.message)


def _names(formula: str) -> tuple[str, ...]:
    try:
        return grammar.names(grammar.parse(formula))
    except FormulaError:
        return ()  # reported where the rule is compiled


def _years_name(rule: Rule) -> tuple[str, ...]:
    return (rule.years,) if rule.years and not rule.years.replace(".", "", 1).isdigit() else ()


def _lines(rules: Iterable[Rule]) -> Iterator[Finding]:
    """Choices of one line count the same thing: gas, scope, views and role do not depend on the choice."""
    first: dict[str, Rule] = {}
    choices: set[tuple[str, int]] = set()
    for rule in rules:
        other = first.setdefault(rule.key, rule)
        if (rule.gas, rule.scope, rule.views, rule.role) != (other.gas, other.scope, other.views, other.role):
            yield finding("SECTOR_CHOICES_DIFFER", rule.place, line=rule.key)
        if (rule.key, rule.choice) in choices:
            yield finding("SECTOR_CHOICE_TWICE", rule.place, line=rule.key, choice=rule.choice)
        choices.add((rule.key, rule.choice))


def _factors(catalogue: Catalogue) -> Iterator[Finding]:
    """Defaults are factors: they keep the rules of the store, source and confidence included."""
    for problem in validation.check(catalogue.factors.info, catalogue.factors.factors):
        if problem.level == ERROR:
            yield message("SECTOR_AT", place="factors.csv", problem=problem.message)
    for factor in catalogue.factors.factors:
        if (unit := _unit_problem(factor.unit)) is not None:
            yield message("SECTOR_AT", place=f"factors.csv {factor.factor_id}".strip(), problem=unit)


def _unit_problem(text: str) -> Message | None:
    try:
        dimension(text)
    except FormulaError as error:
        return error.message
    return None


def _flags(catalogue: Catalogue) -> Iterator[Finding]:
    """Flags of zones must be worded: one that no table holds would reach nobody."""
    known = flags.table()
    for info in catalogue.sectors.values():
        if info.need_flag and info.need_flag not in known:
            yield finding("SECTOR_VALUE_UNKNOWN", column="need_flag", value=info.need_flag, known=", ".join(known))
    for one in catalogue.conflicts:
        if one.flag and one.flag not in known:
            yield _unknown(one, "flag", one.flag, known)


def _conflicts(catalogue: Catalogue) -> Iterator[Finding]:
    lines = {rule.key for rule in catalogue.rules}
    for one in catalogue.conflicts:
        if one.action not in ACTIONS:
            yield _unknown(one, "action", one.action, ACTIONS)
        for name in (one.first, *one.second):
            plain = name.partition("[")[0]
            known = plain in lines or plain.startswith("land.") or plain.endswith(".*")
            if not known:
                yield _unknown(one, "line", name, lines)


def _unknown(row: Any, column: str, value: str, known: Iterable[str]) -> Finding:
    return finding("SECTOR_VALUE_UNKNOWN", row.place, column=column, value=value or "-", known=", ".join(known))

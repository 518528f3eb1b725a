"""The rules that a factor set must keep. All findings come at once, each with row, column and cell of its table.

Errors refuse the set, warnings do not. A missing figure (None) is allowed and means *not estimated*; it is never read
as zero. Carbon, CO2 and CO2e are never mixed within one parameter of a set.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from typing import Optional

from ..base.messages import message
from ..base.units import AREA_UNITS, Unit
from ..classes.codes import pad_candidates
from . import plausibility
from .drafts import MIXED
from .problems import ERROR, WARNING, Finding, Place, Problem, about_set, at, raise_errors
from .records import CONFIDENCES, FILE_VERSION, KINDS, RANGE_KINDS, STATUSES, Factor, FactorSet, SetInfo
from .rules import findings
from .unitnames import try_unit

ROW_LIMIT = 100_000
# Whether a code of a class system is known; None for a system that the library does not hold.
Known = Callable[[str, str], Optional[bool]]
Reference = Callable[[Factor], Optional[Factor]]

_ID = re.compile(r"[^\W_][\w\-]*(?:\.[\w\-]+)*")
_VERSION = re.compile(r"\d+\.\d+\.\d+(?:-[0-9A-Za-z.\-]+)?")


def check_info(info: SetInfo) -> list[Problem]:
    """Findings about what a set says of itself."""
    checks = (
        (bool(_ID.fullmatch(info.id)) and len(info.id) <= 64, "SET_ID_BAD", info.id),
        (bool(_VERSION.fullmatch(info.version)) or info.version == FILE_VERSION, "SET_VERSION_BAD", info.version),
        (info.kind in KINDS, "SET_MIXES_METHODS" if info.kind == MIXED else "SET_KIND_BAD", info.kind),
        (info.status in STATUSES, "SET_STATUS_BAD", info.status),
    )
    return [about_set(ERROR, message(msg_id, value=value)) for good, msg_id, value in checks if not good]


def check(
    info: SetInfo,
    factors: Sequence[Factor],
    places: Sequence[Place] | None = None,
    *,
    known: Known | None = None,
    reference: Reference | None = None,
) -> list[Problem]:
    """All findings about a set, those about the set first, then row by row.

    ``places`` says where each factor stands in its file; ``known`` checks codes against the class systems;
    ``reference`` gives the factor of the default set for the same class and pool, to catch unit slips.
    """
    where = places or [Place(factor_id=f.factor_id) for f in factors]
    problems = check_info(info)
    if not factors:
        problems.append(about_set(ERROR, message("SET_EMPTY")))
    if len(factors) > ROW_LIMIT:
        problems.append(about_set(ERROR, message("SET_TOO_LARGE", count=len(factors), limit=ROW_LIMIT)))
        return problems
    problems += [*_unstated(factors), *_mixed_units(info.kind, factors, where)]
    repeats = _repeats(info.kind, factors, where)
    for number, (factor, place) in enumerate(zip(factors, where)):
        found = [*findings(info.kind, factor), *repeats.get(number, ())]
        found += _code(factor, known) if known else []
        far = plausibility.against(factor, reference(factor)) if reference else None
        found += [(WARNING, "value", far)] if far else []
        problems += [at(level, place, name, finding) for level, name, finding in found]
    return problems


def require_valid(factor_set: FactorSet) -> None:
    """Raise :class:`InvalidSet` with all errors of a set."""
    raise_errors(factor_set.info.ref, check(factor_set.info, factor_set.factors))


def check_documented(factors: Sequence[Factor]) -> list[Problem]:
    """What a factor must say before it may be approved or shipped.

    Unit, source, year (or, in the notes, why it has none), confidence, and how its range is to be read; where there is
    no value, the notes say why.
    """
    return [
        at(ERROR, Place(factor_id=factor.factor_id), name, message("NOT_DOCUMENTED", field=name))
        for factor in factors
        for name, good in (
            ("unit", factor.unit),
            ("source", factor.source),
            ("year", factor.year is not None or factor.notes),
            ("confidence", factor.confidence in CONFIDENCES),
            ("range_kind", factor.range_kind in RANGE_KINDS),
            ("notes", factor.value is not None or factor.notes),
        )
        if not good
    ]


def _unstated(factors: Sequence[Factor]) -> list[Problem]:
    """Regions and years that are missing: one finding each, with the number of rows."""
    counts = (
        ("REGION_EMPTY", sum(not f.region for f in factors)),
        ("YEAR_EMPTY", sum(f.year is None for f in factors)),
    )
    return [about_set(WARNING, message(msg_id, count=count)) for msg_id, count in counts if count]


def _mixed_units(kind: str, factors: Sequence[Factor], places: Sequence[Place]) -> list[Problem]:
    """Carbon with CO2, hectares with square metres in one quantity: an error each, at the first row that departs.

    In land sets a quantity is a parameter; elsewhere the same parameter stands for many, so category and item count.
    """
    first: dict[tuple[object, ...], tuple[object, Factor]] = {}
    mixed: dict[tuple[object, ...], Problem] = {}
    for factor, place in zip(factors, places):
        unit = try_unit(factor.unit)
        quantity = (factor.category, factor.item, factor.parameter) if kind == "other" else (factor.parameter,)
        for what, size, sort in _sorts(kind, unit) if unit else ():
            key = (what, size, *quantity)
            before, other = first.setdefault(key, (sort, factor))
            if before != sort and key not in mixed:
                texts = {"parameter": factor.parameter, "one": other.unit, "two": factor.unit}
                mixed[key] = at(ERROR, place, "unit", message(what, **texts))
    return list(mixed.values())


def _sorts(kind: str, unit: Unit) -> Iterator[tuple[str, tuple[str, ...], object]]:
    """What must be the same in all units of a quantity: (message where it is not, denominators, what must agree).

    Outside the land sectors a figure per kilogram and one per hectare are two quantities, so denominators count.
    """
    others = tuple(part for part in unit.per if part not in AREA_UNITS)
    per = others if kind == "other" else ()
    if unit.substance in ("C", "CO2", "CO2e") and (unit.area_m2 or kind == "other"):
        yield "SUBSTANCES_MIXED", per, unit.substance
    if unit.area_m2:
        yield "AREAS_MIXED", per, unit.area_m2


def _repeats(kind: str, factors: Sequence[Factor], places: Sequence[Place]) -> dict[int, list[Finding]]:
    """Ids and keys that occur twice, reported where they occur again."""
    found: dict[int, list[Finding]] = defaultdict(list)
    ids: dict[str, int] = {}
    keys: dict[tuple[object, ...], int] = {}
    for number, factor in enumerate(factors):
        # sets outside the land sectors hold the same quantity for several regions, years and editions
        rest = (factor.category, factor.region, factor.year) if kind == "other" else ()
        level = WARNING if kind == "other" else ERROR
        earlier = ids.setdefault(factor.factor_id, number)
        if earlier != number and factor.factor_id:
            first = places[earlier].label("factor_id")
            found[number].append((ERROR, "factor_id", message("ID_TWICE", factor=factor.factor_id, first=first)))
        earlier = keys.setdefault((*factor.key, *rest), number)
        if earlier != number and factor.item:
            first = places[earlier].label("item")
            text = message("KEY_TWICE", item=factor.item, parameter=factor.parameter, first=first)
            found[number].append((level, "item", text))
    return found


def padded(system: str, item: str, known: Known) -> str | None:
    """What ``item`` was before a spreadsheet dropped its leading zero (``101`` → ``0101``), if there is such a code."""
    if known(system, item) is not False:
        return None
    return next((longer for longer in pad_candidates(item) if known(system, longer)), None)


def _code(factor: Factor, known: Known) -> list[Finding]:
    if not factor.item or not factor.system or known(factor.system, factor.item) is not False:
        return []
    code = padded(factor.system, factor.item, known)
    if code:
        return [(ERROR, "item", message("CODE_LOST_ZERO", code=factor.item, padded=code, system=factor.system))]
    return [(WARNING, "item", message("CODE_UNKNOWN", code=factor.item, system=factor.system))]

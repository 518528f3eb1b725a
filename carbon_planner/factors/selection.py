"""The choice among the candidates of one key: place, climate, year, and the reasons for passing over the others."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ..base.messages import Message, message
from .candidates import Candidate, Query, Rejected, Step, reason_against, unfit
from .series import covers, pick, published

Group = tuple[int, int]  # place on the way to the world, and whether made for the climate (0) or for any (1)


@dataclass(frozen=True)
class Selection:
    """What was chosen, as candidates with weights; no parts where nothing fits."""

    parts: tuple[tuple[Candidate, float], ...] = ()
    where: str = ""
    series: str = ""
    rule: str = ""
    flags: tuple[str, ...] = ()
    rejected: tuple[Rejected, ...] = ()


def select(
    step: Step, query: Query, series: Sequence[str], places: Sequence[str], grid: Callable[[str], str]
) -> Selection:
    """Choose among the candidates of a step.

    ``series`` are tried in order; ``places`` are region codes from narrow to wide; ``grid`` gives the grid region of
    the place by a division.
    """
    for name in series:
        found = _in_series(step, query, name, places, grid)
        if found.parts:
            return found
    return Selection(rejected=_all_rejected(step, query, series, places, grid))


def _in_series(step: Step, query: Query, series: str, places: Sequence[str], grid: Callable[[str], str]) -> Selection:
    out: list[tuple[Candidate, Message]] = []
    groups: dict[Group, list[Candidate]] = {}
    for candidate in step.candidates:
        reason = unfit(candidate, query, series, places, _grid_of(candidate, grid))
        if reason is not None:
            out.append((candidate, reason))
            continue
        place = 0 if candidate.grid else places.index(candidate.where)
        groups.setdefault((place, 0 if candidate.climates else 1), []).append(candidate)
    for group in sorted(groups):
        found = _of_group(groups[group], query)
        if found is None:
            out += [(c, message("REJECTED_NO_YEAR", year=query.year or "-")) for c in groups[group]]
            continue
        parts, rule, flags = found
        taken = {id(candidate) for candidate, _ in parts}
        rest = [c for other in sorted(groups) if other >= group for c in groups[other] if id(c) not in taken]
        out += [(c, reason_against(c, parts[0][0], query)) for c in rest]
        return Selection(parts, parts[0][0].where, series, rule, flags, _ordered(out))
    return Selection(rejected=_ordered(out))


def _of_group(
    group: Sequence[Candidate], query: Query
) -> tuple[tuple[tuple[Candidate, float], ...], str, tuple[str, ...]] | None:
    """Candidates of one place and climate, one for each year, weighted by the rule of the best of them."""
    valued = [c for c in group if c.factor.value is not None] or list(group)
    stated = [c for c in valued if query.year is not None and _states(c) and covers(c.factor, query.year)]
    if stated:
        best = min(stated, key=lambda c: c.preference)
        return ((best, 1.0),), "exact", ()
    best_of: dict[int | None, Candidate] = {}
    for candidate in sorted(valued, key=lambda c: c.preference):
        best_of.setdefault(published(candidate.factor), candidate)
    rule = query.rule or min(valued, key=lambda c: c.preference).rule or "frozen"
    chosen = pick(best_of, query.year, rule)
    if chosen is None:
        return None
    return tuple((best_of[year], weight) for year, weight in chosen.weights), rule, chosen.flags


def _states(candidate: Candidate) -> bool:
    """Whether the record itself states a validity."""
    return candidate.factor.valid_from is not None or candidate.factor.valid_to is not None


def _grid_of(candidate: Candidate, grid: Callable[[str], str]) -> str:
    return grid(candidate.grid) if candidate.grid else ""


def _all_rejected(
    step: Step, query: Query, series: Sequence[str], places: Sequence[str], grid: Callable[[str], str]
) -> tuple[Rejected, ...]:
    """Each candidate of a step that gave nothing, with the reason that its own series would give."""
    out = []
    for candidate in step.candidates:
        asked = candidate.series if candidate.series in series else series[0]
        reason = unfit(candidate, query, asked, places, _grid_of(candidate, grid))
        out.append((candidate, reason or message("REJECTED_NO_YEAR", year=query.year or "-")))
    return _ordered(out)


def _ordered(found: Sequence[tuple[Candidate, Message]]) -> tuple[Rejected, ...]:
    """Rejected factors in a fixed order, whatever the order of rows: by set, then by id."""
    listed = sorted(found, key=lambda pair: (pair[0].order, pair[0].factor.factor_id))
    return tuple(Rejected(c.factor, c.fset, reason) for c, reason in listed)

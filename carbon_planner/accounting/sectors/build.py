"""Evaluate the sectors of a run: quantities → choices → activities on rows → columns and terms."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from ...base.errors import SettingsError
from ..columns import Pattern
from ..inputs import LAND_SECTOR
from ..terms import Term
from .caps import cap
from .catalogue import current
from .columns_of_rows import Assembled, assemble
from .double_count import Activity, Verdict, judge
from .factor_source import FactorSource
from .null_nets import null_rows, null_zones, refuse_sold_beyond, refuse_unsplit_plants
from .quantities_table import quantities_table
from .remarks_of_run import own_zones, remark
from .request import Ints, SectorPart, SectorRequest
from .rows import RowActivity, Rows
from .rule_types import CompiledRule
from .run_state import Line, Run
from .selection import by_line, select_line
from .sides_of_run import BASELINE, PLAN, sides
from .terms_of_rule import TermMaker
from .wholes import complete


def build_sectors(request: SectorRequest) -> SectorPart:
    """Evaluate the sectors that the settings name, beside the land.

    Raises :class:`SettingsError` for an unknown sector, :class:`InputError` for impossible quantities and for figures
    that count the same thing twice.
    """
    catalogue = current()
    wanted = [s for s in dict.fromkeys(request.settings.sectors) if s != LAND_SECTOR]
    unknown = [s for s in wanted if s not in catalogue.sectors]
    if unknown:
        raise SettingsError("SECTOR_NOT_THERE", value=", ".join(unknown), known=", ".join(catalogue.sectors))
    plan, base = sides(request, catalogue)
    source = FactorSource(catalogue, request.resolver, request.book, request.settings)
    run = Run(request, catalogue, plan, base, Rows(request, plan, base), source)
    complete(plan, source)
    complete(base, source)
    rules = [rule for rule in catalogue.compiled if rule.rule.sector in wanted]
    run.lines = [line for key, own in by_line(rules).items() if (line := _line(run, key, own)) is not None]
    verdict = judge(catalogue, request.settings, _activity(run), request.zones.layer, request.zones.ids)
    cap(run, verdict, _line)
    maker = TermMaker(request.settings, request.book, verdict.inform)
    refuse_unsplit_plants(run, wanted)
    refuse_sold_beyond(run, wanted)
    assembled = _assembled(run, _activities(run, verdict))
    terms = _terms(run, assembled, maker)
    rows_null = {sector: null_rows(run, sector, maker) for sector in wanted}
    run.null = {sector: null_zones(run, of_row) for sector, of_row in rows_null.items()}
    remark(run, verdict)
    used = {q for line in run.lines for rule in line.rules for q in rule.quantities}
    return SectorPart(
        tuple(assembled.columns), assembled.row, assembled.col, assembled.qty, terms, run.null, run.flags, run.notes,
        quantities_table(request, plan, base, run.rows, used),
        counts={"columns": len(assembled.columns), "terms": len(terms), "own": int(own_zones(run).sum())},
        null_rows=rows_null,
    )  # fmt: skip


def _line(run: Run, key: str, rules: list[CompiledRule]) -> Line | None:
    """Both sides of a line; None where no quantity of it is stated or known anywhere."""
    silent = all(any(run.plan.silent(q) and run.base.silent(q) for q in rule.quantities) for rule in rules)
    if silent:
        return None
    compared = any(r.rule.part != "all" for r in rules)
    # Where only one side is counted, the other is still asked whether it is known.
    on_plan = [r for r in rules if r.on_plan] or (rules if compared else [])
    on_base = [r for r in rules if r.on_base] or (rules if compared else [])
    return Line(key, rules, select_line(on_plan, run.plan, run.source), select_line(on_base, run.base, run.source))


def _activity(run: Run) -> Activity:
    """Where lines are active, on either side."""
    found = Activity(run.rows.zones)
    for line in run.lines:
        for picked in line.plan.picked:
            if picked.rule.on_plan:
                zones = np.zeros(run.rows.zones, dtype=bool)
                zones[picked.unit] = True
                found.add(picked.rule.rule, picked.use, zones, stated=_for_line(run, picked.rule))
        for picked in line.base.picked:
            if picked.rule.on_base:
                zones = run.rows.in_zones(picked.unit)
                found.add(picked.rule.rule, picked.use, zones, stated=_for_line(run, picked.rule))
    return found


def _for_line(run: Run, rule: CompiledRule) -> bool:
    """Whether the activity of a rule is a figure for its line alone, and no floor area or population."""
    return not any(run.catalogue.quantities[name].needed for name in rule.quantities)


def _activities(run: Run, verdict: Verdict) -> list[RowActivity]:
    """Activities of all lines on rows, those that give way to others left out; reserve land repeats its baseline."""
    found: list[RowActivity] = []
    # Lines that compare the same activity stand together: the comparison is made once.
    order = sorted(run.lines, key=lambda line: (line.rules[0].rule.part, line.rules[0].rule.activity))
    for line in order:
        for side, result in ((BASELINE, line.base), (PLAN, line.plan)):
            for picked in result.picked:
                if not (picked.rule.on_plan if side == PLAN else picked.rule.on_base):
                    continue
                found.append(_without(run.rows.spread(picked, side), verdict, run.rows))
                if side == BASELINE and picked.rule.rule.part == "all" and picked.rule.on_plan:
                    found.append(_repeated(found[-1], run.rows))
    return [one for one in found if len(one.row)]


def _repeated(activity: RowActivity, rows: Rows) -> RowActivity:
    """The plan's activity of reserve land: that of the baseline."""
    keep = rows.kept[activity.row]
    return replace(activity, side=PLAN, row=activity.row[keep], qty=activity.qty[keep])


def _without(activity: RowActivity, verdict: Verdict, rows: Rows) -> RowActivity:
    """An activity without the zones in which another line stands for it."""
    for key in ((activity.rule.number, activity.use), (activity.rule.number, "")):
        zones = verdict.drop.get(key)
        if zones is not None:
            keep = ~zones[rows.zone[activity.row]]
            return replace(activity, row=activity.row[keep], qty=activity.qty[keep])
    return activity


def _assembled(run: Run, activities: Sequence[RowActivity]) -> Assembled:
    request = run.request
    # A pattern that is whole in all years is none: its columns are those of existing plans.
    patterns: Sequence[Pattern | None] = [None if p is not None and p.whole else p for p in request.patterns] or [None]
    of_zone: Ints = np.zeros(run.rows.zones, dtype=np.int64)
    if request.pattern_of_zone is not None and request.patterns:
        of_zone = request.pattern_of_zone
    return assemble(activities, run.base.regions, run.base.region_of, patterns, of_zone[run.rows.zone])


def _terms(run: Run, assembled: Assembled, maker: TermMaker) -> list[Term]:
    terms: list[Term] = []
    infos = {info.source: info for side in (run.plan, run.base) for info in side.infos if info.figures}
    for number, (column, content) in enumerate(zip(assembled.columns, assembled.contents)):
        for rule in content.rules:
            coefficient = run.source.coefficient(rule, content.use, content.region, content.own)
            if content.default is not None:
                code, name = content.default
                coefficient = run.source.with_default(coefficient, infos[code], name)
            terms += maker.terms(number, rule, content.use, column.side, coefficient, column.pattern)
    return terms

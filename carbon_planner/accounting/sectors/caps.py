"""Lines that may take away no more than others hold: PV used on site is at most the electricity of the zone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Optional

import numpy as np

from ...base.messages import message
from ..overlay import listed
from .double_count import Verdict
from .request import Bools, Floats, Ints
from .rule_types import CompiledRule
from .run_state import Line, Run
from .selection import NOT_KNOWN, by_line
from .tables import CAP, Conflict
from .wholes import shares_of

MakeLine = Callable[[Run, str, list[CompiledRule]], Optional[Line]]
ROUNDING = 1e-9


def cap(run: Run, verdict: Verdict, make: MakeLine) -> None:
    """Keep every capped line within what caps it, by zone of the plan; the share beyond goes to the rest of its whole.

    ``make`` evaluates a line. Compared are tonnes of the first year: both sides have the same factor of electricity.
    Zones in which an amount that caps is not known are left as they are.
    """
    for conflict in run.catalogue.conflicts:
        line = next((one for one in run.lines if one.key == conflict.first), None)
        if conflict.action == CAP and line is not None:
            _cap(run, conflict, line, verdict, make)


def _cap(run: Run, conflict: Conflict, line: Line, verdict: Verdict, make: MakeLine) -> None:
    taken = -_tonnes(run, line, None)
    room, known = _room(run, conflict, verdict, make)
    over = known & (taken > room * (1.0 + ROUNDING))
    if not over.any():
        return
    changed = _settle(run, line, over, np.divide(room, taken, out=np.ones_like(taken), where=over))
    rules = by_line(run.catalogue.compiled)
    for number, one in enumerate(run.lines):
        symbols = {symbol for rule in one.rules for symbol in rule.symbols}
        if symbols & changed:
            again = make(run, one.key, rules[one.key]) or one
            again.plan.own[over] = one.plan.own[over]  # the limit is no figure of the zone's own
            run.lines[number] = again
    run.flag(conflict.flag, over)
    names = listed([run.request.zones.ids[i] for i in np.flatnonzero(over)])
    run.notes.append(message("SECTOR_NOTE_PV_CAPPED", count=int(over.sum()), zones=names))


def _room(run: Run, conflict: Conflict, verdict: Verdict, make: MakeLine) -> tuple[Floats, Bools]:
    """(tonnes of the lines that cap, whether they are known) by zone, be their sectors evaluated or not."""
    rules, have = by_line(run.catalogue.compiled), {line.key: line for line in run.lines}
    room, known = np.zeros(run.rows.zones), np.ones(run.rows.zones, dtype=bool)
    for key in conflict.second:
        line = have.get(key) or make(run, key, rules[key])
        if line is not None:
            room += _tonnes(run, line, verdict)
            known &= line.plan.state != NOT_KNOWN
    return room, known


def _tonnes(run: Run, line: Line, verdict: Verdict | None) -> Floats:
    """Tonnes of a line of the plan in its first year by zone, without what gives way to other lines."""
    found = np.zeros(run.rows.zones)
    for picked in line.plan.picked:
        region = run.plan.region_of[picked.unit]
        of_region = {
            number: run.source.plain(picked.rule, picked.use, run.plan.regions[number], picked.own)
            for number in np.unique(region).tolist()
        }
        each = np.array([of_region[number] for number in region.tolist()])
        np.add.at(found, picked.unit, picked.qty * each * _stays(picked.rule.number, picked.use, picked.unit, verdict))
    return found


def _stays(number: int, use: str, unit: Ints, verdict: Verdict | None) -> Floats:
    stays = np.ones(len(unit))
    if verdict is not None:
        for key in ((number, use), (number, "")):
            if key in verdict.drop:
                stays[verdict.drop[key][unit]] = 0.0
    return stays


def _settle(run: Run, line: Line, over: Bools, part: Floats) -> set[str]:
    """Lower the share behind a line to a part of itself, raise the other shares of its whole; the symbols changed."""
    quantity = next(one.quantity for rule in line.rules for one in rule.replaced)
    shares = next(members for members in shares_of(run.catalogue).values() if quantity in members)
    now = {name: _share(run, name, symbol) for name, symbol in shares.items()}
    less = now[quantity] * (1.0 - part)
    others = [name for name in shares if name != quantity]
    run.plan.settle(quantity, np.where(over, now[quantity] - less, np.nan))
    for name in others:
        run.plan.settle(name, np.where(over, now[name] + less / len(others), np.nan))
    return set(shares.values())


def _share(run: Run, quantity: str, symbol: str) -> Floats:
    """A share by zone: its own, else the default of its region."""
    defaults = np.array([run.source.value(symbol, "", region) or 0.0 for region in run.plan.regions])
    own = run.plan.own(quantity)
    return np.where(np.isfinite(own), own, defaults[run.plan.region_of])

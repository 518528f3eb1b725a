"""Where the net of a sector is null: what is not known on one side is never a gain (carbon rules 2, 4 and 14)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ...base.errors import InputError
from ..overlay import NOTEWORTHY, listed
from .remarks_of_run import HEAVY
from .request import Bools
from .run_state import Line, Run
from .selection import NOT_KNOWN, UNSTATED
from .side import Side
from .tables import SectorInfo
from .terms_of_rule import TermMaker

ROUNDING = 1e-9
# Substations and plants share a class: an own figure is asked for only where the plan states one.
PLANTS = ("energy_plant",)
FACILITY, SOLD = "facility_tco2", "facility_sold_tco2"


def null_rows(run: Run, sector: str, maker: TermMaker) -> Bools:
    """Rows whose net of a sector is null: an activity that should be known is not, on one side or the other.

    Rows, not zones: as for the land, ground that cannot be compared is left out, and dividing a zone changes no total.
    """
    null = np.zeros(run.rows.count, dtype=bool)
    # Without a class only what a zone states is known of its plan.
    silent = ~run.plan.known & ~run.plan.keeps
    for line in run.lines:
        if line.rules[0].rule.sector == sector and any(maker.counted(rule) for rule in line.rules):
            null |= _unknown(run, line)
            silent &= ~line.plan.active(run.rows.zones)
    null |= silent[run.rows.zone]
    if any(rule.on_base for rule in run.catalogue.compiled if rule.rule.sector == sector):
        null |= ~run.base.known
    spec = run.catalogue.sectors[sector]
    return null | _needing(run, spec) if spec.need_uses else null


def null_zones(run: Run, of_row: Bools) -> Bools:
    """Zones without a row that can be compared."""
    return run.rows.filled & ~run.rows.zones_with(~of_row, NOTEWORTHY)


def _unknown(run: Run, line: Line) -> Bools:
    rows, zone, kept = run.rows, run.rows.zone, run.plan.keeps
    unknown: Bools = ((line.plan.state == NOT_KNOWN) & ~kept)[zone]
    if all(rule.rule.part == "all" and rule.rule.sides == "plan" for rule in line.rules):
        return unknown
    unknown = unknown | (line.base.state == NOT_KNOWN)
    base_active, base_silent = line.base.active(rows.count), line.base.state == UNSTATED
    plan_silent = ((line.plan.state == UNSTATED) & ~kept)[zone]
    # One side states what the other passes over: comparing with nothing would be a gain or a loss of not knowing.
    return np.asarray(unknown | (line.plan.active(rows.zones)[zone] & base_silent) | (base_active & plan_silent))


def _needing(run: Run, spec: SectorInfo) -> Bools:
    """Rows with a use for which no area factor stands, and without a figure of their own."""
    uses = [u for u in spec.need_uses if u not in PLANTS]
    heavy = [u for u in uses if run.catalogue.use_types[u].heavy]
    found = np.zeros(run.rows.count, dtype=bool)
    for side in (run.plan, run.base):
        silent = ~_stated(side, spec.need_any)
        units = side.has_any(uses) & silent
        run.flag(spec.need_flag, _zones(run, side, units))
        run.flag(HEAVY, _zones(run, side, side.has_any(heavy) & silent))
        found |= (units & ~run.plan.keeps)[run.rows.zone] if side is run.plan else units
    return found


def _stated(side: Side, quantities: Sequence[str]) -> Bools:
    stated = np.zeros(len(side), dtype=bool)
    for name in quantities:
        if name in side.fields:
            stated |= np.isfinite(side.fields[name])
    return stated


def _zones(run: Run, side: Side, units: Bools) -> Bools:
    """Zones of units of a side; reserve land is judged by its baseline."""
    return units & ~run.plan.keeps if side is run.plan else run.rows.zones_with(units, NOTEWORTHY)


def refuse_sold_beyond(run: Run, wanted: Sequence[str]) -> None:
    """Refuse a facility that sells more emission than it has, or states the part sold without the whole."""
    if "industry" not in wanted:
        return
    zones = run.request.zones
    for fields in (zones.quantities, zones.base_quantities):
        if SOLD not in fields:
            continue
        sold = np.asarray(fields[SOLD], dtype=np.float64)
        whole = np.nan_to_num(np.asarray(fields.get(FACILITY, np.zeros_like(sold)), dtype=np.float64))
        bad = np.flatnonzero(sold > whole * (1.0 + ROUNDING))
        if bad.size:
            names = listed([zones.ids[i] for i in bad])
            raise InputError("SECTOR_SOLD_BEYOND", layer=zones.layer, count=int(bad.size), zones=names)


def refuse_unsplit_plants(run: Run, wanted: Sequence[str]) -> None:
    """Refuse a plant whose sold power is not told apart where the view leaves it out (carbon rule 12)."""
    fields = run.plan.fields
    if run.request.settings.view == "territorial" or "industry" not in wanted or FACILITY not in fields:
        return
    emits = np.isfinite(fields[FACILITY]) & (fields[FACILITY] > 0.0)
    sold = np.isfinite(fields[SOLD]) if SOLD in fields else np.zeros_like(emits)
    bad = np.flatnonzero(run.plan.has_any(PLANTS) & emits & ~sold)
    if bad.size:
        names = listed([run.request.zones.ids[i] for i in bad])
        raise InputError("SECTOR_SOLD_POWER", layer=run.request.zones.layer, count=int(bad.size), zones=names)

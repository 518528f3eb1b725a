"""What a result of the sectors says of itself: flags of zones and notes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from ...base.messages import message
from ...classes.match import Named
from ..overlay import listed
from .double_count import Verdict, line_name
from .heating import remark_heating
from .request import Bools
from .run_state import Run

ACT_DEFAULT, OWN_FIGURE, HEAVY, NO_DATA = "ACT_DEFAULT", "OWN_FIGURE", "HEAVY_EMITTER", "INDUSTRY_NO_DATA"
RELOCATED, CLIMATE_DEFAULT = "RELOCATED", "CLIMATE_DEFAULT"
SMALL = 0.5  # persons


def own_zones(run: Run) -> Bools:
    """Zones whose own figures stand for stored factors."""
    zones = np.zeros(run.rows.zones, dtype=bool)
    for line in run.lines:
        zones |= line.plan.own | run.rows.in_zones(np.flatnonzero(line.base.own))
    return zones


def remark(run: Run, verdict: Verdict) -> None:
    """Set flags and write notes: defaults taken, own figures, double counts, industry without data, null nets."""
    _defaults(run)
    _own(run)
    for flag, where in verdict.flags.items():
        run.flag(flag, where)
    run.notes += verdict.notes
    _industry(run)
    _null(run)
    _missing(run)
    _relocated(run)
    _climate(run)
    remark_heating(run)


def _defaults(run: Run) -> None:
    zones = np.zeros(run.rows.zones, dtype=bool)
    names: dict[str, None] = {}
    for line in run.lines:
        zones |= line.plan.defaults | run.rows.in_zones(np.flatnonzero(line.base.defaults))
        names.update(dict.fromkeys(sorted(line.plan.default_names | line.base.default_names)))
    run.flag(ACT_DEFAULT, zones)
    if zones.any():
        run.notes.append(message("SECTOR_NOTE_DEFAULTS", count=int(zones.sum()), names=_quantity_names(run, names)))


def _quantity_names(run: Run, names: Iterable[str]) -> Named:
    known = [run.catalogue.quantities[name] for name in names]
    return Named(", ".join(q.name_en for q in known), "、".join(q.name_zh for q in known))


def _own(run: Run) -> None:
    zones = own_zones(run)
    run.flag(OWN_FIGURE, zones)
    if zones.any():
        run.notes.append(message("SECTOR_NOTE_OWN", count=int(zones.sum()), names=listed(_ids(run, zones))))


def _industry(run: Run) -> None:
    nowhere = np.zeros(run.rows.zones, dtype=bool)
    zones = run.flags.get(HEAVY, nowhere) | run.flags.get(NO_DATA, nowhere)
    if zones.any():
        run.notes.append(message("SECTOR_NOTE_HEAVY", count=int(zones.sum()), zones=listed(_ids(run, zones))))


def _null(run: Run) -> None:
    for sector, zones in run.null.items():
        if zones.any():
            name = line_name(run.catalogue, f"{sector}.")
            run.notes.append(message("SECTOR_NOTE_NULL", sector=name, count=int(zones.sum())))


def _missing(run: Run) -> None:
    """Lines without a factor: told once per line, with the symbols."""
    for line in run.lines:
        symbols = {s for result in (line.plan, line.base) for names in result.missing.values() for s in names}
        if symbols:
            name = line_name(run.catalogue, line.key)
            run.notes.append(message("SECTOR_NOTE_NO_FACTOR", line=name, names=", ".join(sorted(symbols))))


def _climate(run: Run) -> None:
    """Lines for which a default stands because no climate is known."""
    for line in run.lines:
        names: set[str] = set()
        regions: set[str] = set()
        for side, result, zone_of in ((run.plan, line.plan, None), (run.base, line.base, run.rows.zone)):
            for picked in result.picked:
                for symbol, use, region in run.source.fallbacks:
                    wanted = (*picked.rule.symbols, picked.rule.years_symbol)
                    if symbol not in wanted or use != picked.use or region not in side.regions:
                        continue
                    units = picked.unit[side.region_of[picked.unit] == side.regions.index(region)]
                    zones = np.zeros(run.rows.zones, dtype=bool)
                    zones[units if zone_of is None else zone_of[units]] = True
                    run.flag(CLIMATE_DEFAULT, zones)
                    names.add(symbol)
                    regions.add(region)
        if names:
            run.notes.append(
                message(
                    "SECTOR_NOTE_CLIMATE", line=line_name(run.catalogue, line.key), regions=", ".join(sorted(regions)),
                    names=", ".join(sorted(names)),
                )
            )  # fmt: skip


def _relocated(run: Run) -> None:
    """Housing that gives way is relocated, not gone: within the plan it cancels, the rest is told (carbon rule 9)."""
    planned = np.nan_to_num(run.plan.quantity("population").values)
    of_row = np.nan_to_num(run.base.quantity("population").values)
    before = np.bincount(run.rows.zone, weights=of_row, minlength=run.rows.zones)
    kept = run.plan.keeps
    leave = np.where(kept, 0.0, np.maximum(before - planned, 0.0))
    zones = leave > SMALL
    if not zones.any():
        return
    arrive = float(np.where(kept, 0.0, np.maximum(planned - before, 0.0)).sum())
    run.flag(RELOCATED, zones)
    moved = float(leave.sum())
    housed = min(arrive, moved)
    run.notes.append(
        message(
            "SECTOR_NOTE_RELOCATED", count=int(zones.sum()), people=f"{moved:,.0f}", housed=f"{housed:,.0f}",
            rest=f"{moved - housed:,.0f}",
        )
    )  # fmt: skip


def _ids(run: Run, zones: Bools) -> Sequence[str]:
    return [run.request.zones.ids[i] for i in np.flatnonzero(zones)]

"""What differs between two runs: zones, figures, sectors, settings, sources, factor sets, versions.

A difference is told to exceed its uncertainty where it is larger than what the errors of both runs can explain. From
tables alone their intervals count as independent (root of the sum of squares), an upper bound for errors that move
together; from two evaluations the shared factors are netted first (decision 0068).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Optional

import numpy as np
import pandas as pd

from ..accounting.evaluate import Evaluation
from .job import Job, totals_of
from .shared import shared_half_width
from .versions import changed

ADDED, REMOVED, CHANGED = "added", "removed", "changed"
ZONE_COLUMNS = (
    "zone_id",
    "state",
    "field",
    "old",
    "new",
    "old_text",
    "new_text",
    "difference",
    "half_width",
    "exceeds",
)
SECTOR_COLUMNS = ("field", "old", "new", "difference", "half_width", "exceeds")
KEY, STAMP, FID = "cp_zone_id", "cp_stamp", "fid"
# Figures with an interval, and the fields or totals that hold its bounds.
BOUNDS = {"cp_net_t": ("cp_net_lo", "cp_net_hi"), "net": ("low", "high")}
BOUNDS.update({f"cp_{n}_t": (f"cp_{n}_lo", f"cp_{n}_hi") for n in ("land", "bldg", "tran", "wast", "sink", "oth")})


@dataclass
class Difference:
    """Two runs compared. ``zones`` and ``totals`` are tables of :data:`ZONE_COLUMNS` and :data:`SECTOR_COLUMNS`.

    ``settings``, ``sources``, ``factor_sets`` and ``versions`` list (name, old, new) of what differs.
    """

    zones: pd.DataFrame
    totals: pd.DataFrame
    settings: list[tuple[str, str, str]] = field(default_factory=list)
    sources: list[tuple[str, str, str]] = field(default_factory=list)
    factor_sets: list[tuple[str, str, str]] = field(default_factory=list)
    versions: list[tuple[str, str, str]] = field(default_factory=list)

    @property
    def counts(self) -> dict[str, int]:
        """Number of zones that were added, removed, changed."""
        first = self.zones.drop_duplicates(["zone_id", "state"])
        return {state: int((first["state"] == state).sum()) for state in (ADDED, REMOVED, CHANGED)}


def compare(
    old: pd.DataFrame, new: pd.DataFrame, old_job: Optional[Job] = None, new_job: Optional[Job] = None
) -> Difference:
    """Compare two zone tables with a column ``cp_zone_id``, and their jobs where they are known."""
    totals = _totals(_totals_in(old_job), _totals_in(new_job), None)
    difference = Difference(_zones(old, new), totals)
    if old_job is not None and new_job is not None:
        difference.settings = changed(_words(old_job.settings), _words(new_job.settings))
        difference.sources = changed(_places(old_job), _places(new_job))
        difference.factor_sets = changed(old_job.factor_sets, new_job.factor_sets)
        difference.versions = changed(old_job.versions, new_job.versions)
    return difference


def compare_evaluations(old: Evaluation, new: Evaluation) -> Difference:
    """Compare two evaluations; the uncertainty of the net's difference nets the factors that both share."""
    totals = _totals(totals_of(old), totals_of(new), shared_half_width(old, new))
    difference = Difference(_zones(old.zones, new.zones), totals)
    difference.settings = changed(_words(old.settings.as_dict()), _words(new.settings.as_dict()))
    refs = [{run.factor_set.info.ref: run.factor_set.content_hash} for run in (old, new)]
    difference.factor_sets = changed(refs[0], refs[1])
    return difference


def _zones(old: pd.DataFrame, new: pd.DataFrame) -> pd.DataFrame:
    before, after = (_by_zone(table) for table in (old, new))
    rows: list[tuple[Any, ...]] = []
    for zone in [*(z for z in before if z not in after), *after]:
        if zone not in after or zone not in before:
            rows.append(_whole(zone, before.get(zone), after.get(zone)))
        else:
            rows += [row for name in after[zone] if (row := _cell(zone, name, before[zone], after[zone])) is not None]
    return pd.DataFrame(rows, columns=list(ZONE_COLUMNS))


def _by_zone(table: pd.DataFrame) -> dict[str, dict[str, Any]]:
    names = [name for name in table.columns if name not in (STAMP, FID)]
    columns = [[_plain(value) for value in table[name].tolist()] for name in names]
    return {str(row[names.index(KEY)]): dict(zip(names, row)) for row in zip(*columns)}


def _whole(zone: str, before: Optional[dict[str, Any]], after: Optional[dict[str, Any]]) -> tuple[Any, ...]:
    """The row of a zone that only one run has, with its net."""
    name = "cp_net_t"
    old = None if before is None else before.get(name)
    new = None if after is None else after.get(name)
    state = REMOVED if after is None else ADDED
    return (zone, state, name, _number(old), _number(new), None, None, None, None, None)


def _cell(zone: str, name: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> Optional[tuple[Any, ...]]:
    if name not in before or before[name] == after[name]:
        return None
    old, new = before[name], after[name]
    if isinstance(old, str) or isinstance(new, str):
        return (zone, CHANGED, name, None, None, _text(old), _text(new), None, None, None)
    gap, width = _gap(old, new), _independent(name, before, after)
    return (zone, CHANGED, name, _number(old), _number(new), None, None, gap, width, _beyond(gap, width))


def _totals(
    old: Mapping[str, Optional[float]], new: Mapping[str, Optional[float]], shared: Optional[tuple[float, float]]
) -> pd.DataFrame:
    rows = []
    for name in dict.fromkeys([*old, *new]):
        if old.get(name) == new.get(name):
            continue
        gap = _gap(old.get(name), new.get(name))
        width = _independent(name, old, new)
        if shared is not None and name in ("net", "cp_net_t") and gap is not None:
            width = shared[0] if gap > 0 else shared[1]
        rows.append((name, old.get(name), new.get(name), gap, width, _beyond(gap, width)))
    return pd.DataFrame(rows, columns=list(SECTOR_COLUMNS))


def _independent(name: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Optional[float]:
    """Half-width of a difference, on the side of nought, with the errors of both runs taken as independent."""
    if name not in BOUNDS:
        return None
    figures = [side.get(key) for side in (old, new) for key in (name, *BOUNDS[name])]
    if any(value is None for value in figures):
        return None
    value, low, high, value_2, low_2, high_2 = (float(figure) for figure in figures if figure is not None)
    if value_2 > value:
        return math.hypot(high - value, value_2 - low_2)
    return math.hypot(value - low, high_2 - value_2)


def _gap(old: Any, new: Any) -> Optional[float]:
    return None if old is None or new is None else float(new) - float(old)


def _beyond(gap: Optional[float], width: Optional[float]) -> Optional[bool]:
    return None if gap is None or width is None else abs(gap) > width


def _plain(value: Any) -> Any:
    """None for NaN, numbers as floats, all else as text."""
    if value is None or value is pd.NA or value != value:
        return None
    return float(value) if isinstance(value, (int, float, np.number)) and not isinstance(value, bool) else str(value)


def _number(value: Any) -> Optional[float]:
    return value if isinstance(value, float) else None


def _text(value: Any) -> Optional[str]:
    return None if value is None else str(value)


def _totals_in(job: Optional[Job]) -> Mapping[str, Optional[float]]:
    return {} if job is None else job.results.get("totals", {})


def _words(settings: Mapping[str, Any]) -> dict[str, str]:
    return {name: str(value) for name, value in settings.items()}


def _places(job: Job) -> dict[str, str]:
    """Place and content of each source as words."""
    found = {}
    for name, record in job.sources.items():
        found[f"{name}.location"] = "|".join(part for part in (record.location, record.table) if part) or record.layer
        found.update({f"{name}.{role}": value[:12] for role, value in record.parts.items()})
        found.update({f"{name}.field.{role}": value for role, value in record.fields.items()})
    return found

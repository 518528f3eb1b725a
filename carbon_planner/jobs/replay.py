"""Run a job again: the same sources, settings and factor sets, and the same numbers.

Sources and factor sets are checked by their hashes before anything is computed; what has changed is named and nothing
is run. On the same versions the results agree bit for bit; on others the figures are compared, and the versions that
differ are listed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Optional

import numpy as np

from ..accounting.cells import BaseCells
from ..accounting.evaluate import Evaluation, evaluate
from ..accounting.inputs import BaseParcels, PlanZones
from ..base.errors import FactorError, GeometryError, InputError
from ..base.feedback import Feedback
from ..base.fields import zone_fields
from ..base.messages import Message, message
from ..geometry.crs import Crs
from . import digest
from .cells_digest import of_base
from .job import Job, hash_of_set, totals_of
from .sources import BASE, ZONES, SourceRecord
from .versions import changed, versions

if TYPE_CHECKING:
    import pandas as pd

TOLERANCE = 1e-9
IDENTICAL, EQUAL, DIFFERENT = "identical", "equal", "different"


@dataclass(frozen=True)
class Deviation:
    """A figure that came out otherwise: of a zone, or of the totals where ``zone`` is ""."""

    zone: str
    figure: str
    old: Optional[float]
    new: Optional[float]

    @property
    def relative(self) -> float:
        """Difference over the larger amount; infinite where one side is null."""
        if self.old is None or self.new is None:
            return float("inf")
        largest = max(abs(self.old), abs(self.new))
        return abs(self.new - self.old) / largest if largest else 0.0


@dataclass(frozen=True)
class Replay:
    """A job that was run again. ``verdict`` is *identical* (bit for bit), *equal* (within 1e-9) or *different*."""

    evaluation: Evaluation
    verdict: str
    deviations: list[Deviation]
    versions: list[tuple[str, str, str]]

    @property
    def largest(self) -> float:
        """The largest relative difference."""
        return max((deviation.relative for deviation in self.deviations), default=0.0)


def replay(
    job: Job,
    zones: PlanZones,
    base: BaseParcels | BaseCells | None = None,
    *,
    base_geometry: Any = None,
    stored: pd.DataFrame | None = None,
    more_versions: Mapping[str, str] | None = None,
    feedback: Feedback | None = None,
) -> Replay:
    """Run a job again on its sources, which the caller has read as the job says.

    ``stored`` is the zone table of the first run, where there is one: then figures of zones are compared, else the
    totals and the hash of the table. Raises :class:`InputError` where a source has changed and :class:`FactorError`
    where a factor set has, with everything that has.
    """
    check_sources(job, zones, base, base_geometry)
    check_factor_sets(job)
    again = evaluate(zones, base, job.run_settings(), feedback=feedback)
    same = digest.of_table(again.zones) == job.results.get("zones") and totals_of(again) == job.results.get("totals")
    found: list[Deviation] = [] if same else _deviations(job, again, stored)
    worst = max((deviation.relative for deviation in found), default=0.0)
    verdict = IDENTICAL if same else EQUAL if worst <= TOLERANCE else DIFFERENT
    return Replay(again, verdict, found, changed(job.versions, versions(more_versions, again.sectors)))


def check_sources(job: Job, zones: PlanZones, base: BaseParcels | BaseCells | None, base_geometry: Any = None) -> None:
    """Raise :class:`InputError` with all that differs between the sources and what the job was computed from."""
    reasons = _reasons(job.sources[ZONES], zones.layer, len(zones), digest.of_zones(zones), zones.crs)
    if BASE in job.sources and base is None:
        reasons.append(message("JOB_BASE_MISSING", layer=job.sources[BASE].layer))
    elif base is not None and BASE not in job.sources:
        reasons.append(message("JOB_BASE_TOO_MUCH", layer=base.layer))
    elif base is not None:
        _, parts = of_base(base, zones, base_geometry)
        reasons += _reasons(job.sources[BASE], base.layer, None, parts, None)
    if reasons:
        raise InputError("JOB_SOURCES_CHANGED", reasons=_joined(reasons))


def _reasons(
    record: SourceRecord, layer: str, rows: Optional[int], parts: Mapping[str, str], crs: Crs | None
) -> list[Message]:
    """What differs between a source and its record."""
    found: list[Message] = []
    if crs is not None and record.crs and not _same_crs(record.crs, crs):
        found.append(message("JOB_CRS_CHANGED", layer=layer))
    if rows is not None and rows != record.rows:
        found.append(message("JOB_ROWS_CHANGED", layer=layer, old=record.rows, new=rows))
    for role in dict.fromkeys([*record.parts, *parts]):
        if record.parts.get(role) != parts.get(role):
            field = record.fields.get(role, "") or "—"
            found.append(message("JOB_PART_CHANGED", layer=layer, role=role, field=field))
    return found


def _same_crs(wkt: str, crs: Crs) -> bool:
    try:
        return wkt == crs.wkt or Crs.from_text(wkt).same_as(crs)
    except GeometryError:
        return False


def check_factor_sets(job: Job) -> None:
    """Raise :class:`FactorError` with the sets of a job that are gone or hold other factors now."""
    reasons: list[Message] = []
    for ref, wanted in job.factor_sets.items():
        named = str(job.settings.get("factor_set", "")) if ref.endswith("@file") else ref
        found = hash_of_set(named)
        if found is None:
            reasons.append(message("JOB_SET_MISSING", ref=ref))
        elif found != wanted:
            reasons.append(message("JOB_SET_CHANGED", ref=ref, old=wanted[:12], new=found[:12]))
    if reasons:
        raise FactorError("JOB_FACTORS_CHANGED", reasons=_joined(reasons))


def _deviations(job: Job, again: Evaluation, stored: pd.DataFrame | None) -> list[Deviation]:
    found = []
    new = totals_of(again)
    for name, old in job.results.get("totals", {}).items():
        if old != new.get(name):
            found.append(Deviation("", name, old, new.get(name)))
    return [*found, *_of_zones(again.zones, stored)] if stored is not None else found


def _of_zones(again: pd.DataFrame, stored: pd.DataFrame) -> list[Deviation]:
    """Figures of zones that differ from the stored ones; zones that one side lacks differ in ``cp_zone_id``.

    Files keep as many decimals as their fields: what rounding to them explains is no difference.
    """
    decimals = {spec.name: spec.precision for spec in zone_fields()}
    old, new = (table.set_index(table["cp_zone_id"].astype(str)) for table in (stored, again))
    found = [Deviation(str(zone), "cp_zone_id", None, None) for zone in old.index.symmetric_difference(new.index)]
    both = [zone for zone in new.index if zone in set(old.index)]
    for name in new.columns:
        if new[name].dtype.kind != "f" or name not in old.columns:
            continue
        before = old.loc[both, name].to_numpy(dtype=np.float64, na_value=np.nan)
        after = new.loc[both, name].to_numpy(dtype=np.float64)
        step = 0.5000001 * 10.0 ** -decimals.get(name, 15)
        differs = ~((np.abs(before - after) <= step) | (np.isnan(before) & np.isnan(after)))
        found += [Deviation(str(both[i]), name, _null(before[i]), _null(after[i])) for i in np.flatnonzero(differs)]
    return found


def _null(value: float) -> Optional[float]:
    return None if value != value else float(value)


def _joined(reasons: list[Message]) -> Message:
    """Several sentences as one parameter."""
    head, *rest = reasons
    return head if not rest else message("JOB_AND", first=head, rest=_joined(rest))

"""The job of a run of ``evaluatezones``: what it was given and gave, as data."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qgis.core import Qgis

if TYPE_CHECKING:
    from ..jobs.job import Job
    from .evaluate_run import Outcome


def job_of(outcome: Outcome, created: str) -> Job:
    """The job of a finished evaluation."""
    from ..bridge.locations import record
    from ..jobs.job import QGIS, Job
    from ..jobs.sources import BASE, ZONES

    zones, base = outcome.zones, outcome.base
    sources = {ZONES: record(zones.source, zones.plan.crs, zones.fields.used(), zones.rows.fids)}
    if base is not None:
        sources[BASE] = record(base.source, base.crs or zones.plan.crs, base.used(), base.fids)
    return Job.from_evaluation(
        outcome.evaluation,
        base=None if base is None else base.parcels,
        base_geometry=None if base is None else base.geometry,
        sources=sources,
        route=QGIS,
        created=created,
        versions=host_versions(),
    )


def host_versions() -> dict[str, str]:
    """Versions that only the host knows."""
    from ..bridge.versions import gdal_version

    return {"GDAL": gdal_version(), "QGIS": str(Qgis.QGIS_VERSION)}

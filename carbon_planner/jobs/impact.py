"""Impact of a new version of factors on plans that were evaluated before: every stored job that used the old one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Optional

import pandas as pd

from ..accounting.inputs import BaseParcels, PlanZones
from ..analysis.impact import ImpactReport, impact
from ..analysis.verdicts import DEFAULT, Verdict
from ..base.feedback import Feedback, Part, Silent, check
from ..base.hashing import content_hash
from ..base.messages import Message, message
from ..factors.problems import lines
from ..factors.store import open_set
from .job import Job
from .replay import check_sources

_RULE = "carbon planner impact on plans 1"


@dataclass(frozen=True)
class StoredPlan:
    """A job and its sources, which the caller has read as the job says."""

    name: str
    job: Job
    zones: PlanZones
    base: Optional[BaseParcels] = None
    base_geometry: Any = None


@dataclass(frozen=True)
class PlansImpact:
    """One report for each plan that used the old version; ``untouched`` names the plans that did not."""

    reports: Mapping[str, ImpactReport]
    untouched: tuple[str, ...]

    @property
    def hash(self) -> str:
        """SHA-256 over the reports of all plans: what an approval names."""
        hashes = {name: report.hash for name, report in self.reports.items()}
        return content_hash({"rule": _RULE, "reports": hashes, "untouched": sorted(self.untouched)})

    @property
    def flips(self) -> pd.DataFrame:
        """The verdicts that change, of all plans: plan, verdict, zone_id (None for the plan itself), old, new."""
        columns = ["plan", "verdict", "zone_id", "old", "new"]
        tables = [report.flips.assign(plan=name)[columns] for name, report in self.reports.items()]
        filled = [table for table in tables if len(table)]
        return pd.concat(filled, ignore_index=True) if filled else pd.DataFrame(columns=columns)

    def message(self) -> Message:
        """What changes in each plan, in words."""
        found: list[Message] = []
        for name, report in self.reports.items():
            found += [message("PLANS_PLAN", plan=name), report.message()]
        found += [message("PLANS_UNTOUCHED", plan=name) for name in self.untouched]
        return lines([*found, message("PLANS_HASH", count=len(self.reports), hash=self.hash)])

    def text(self, lang: str = "en") -> str:
        """The reports in words, in a language."""
        return self.message().text(lang)


def impact_of_plans(
    plans: Sequence[StoredPlan],
    old: str,
    new: str,
    *,
    verdicts: Sequence[Verdict] = DEFAULT,
    feedback: Feedback | None = None,
) -> PlansImpact:
    """Evaluate stored plans with both versions; the settings are those of their jobs.

    A plan is left out where its job used no set with the id of the old version. Raises :class:`InputError` where the
    sources of a plan are no longer those of its job, and whatever ``impact`` raises.
    """
    feedback = feedback or Silent()
    set_id = open_set(old).info.id
    touched = [plan for plan in plans if _uses(plan.job, set_id)]
    reports: dict[str, ImpactReport] = {}
    for number, plan in enumerate(touched):
        check(feedback)
        check_sources(plan.job, plan.zones, plan.base, plan.base_geometry)
        part = Part(feedback, number / len(touched), (number + 1) / len(touched))
        settings = plan.job.run_settings()
        reports[plan.name] = impact(plan.zones, plan.base, settings, old, new, verdicts=verdicts, feedback=part)
    return PlansImpact(reports, tuple(plan.name for plan in plans if plan not in touched))


def _uses(job: Job, set_id: str) -> bool:
    return any(ref.partition("@")[0] == set_id for ref in (*job.factor_sets, job.land_set))

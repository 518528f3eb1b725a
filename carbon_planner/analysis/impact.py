"""Impact of a new version of factors: which zones, totals and verdicts change, and by how much.

The same zones are evaluated twice, once with each version; everything else stays. Whoever approves a version names the
hash of this report (:mod:`carbon_planner.factors.review`).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import pandas as pd

from ..accounting.evaluate import Evaluation, evaluate
from ..accounting.inputs import BaseParcels, PlanZones, Settings
from ..base.errors import SettingsError
from ..base.feedback import Feedback, Part, Silent
from ..base.hashing import content_hash
from ..base.messages import Message, message
from ..factors.diff import SetDiff, diff
from ..factors.problems import lines
from ..factors.records import FactorSet
from ..factors.store import open_set
from ..factors.substitutes import substituted
from .impact_tables import (
    FIGURE_COLUMNS,
    factors_of,
    figures_of,
    judgements_of,
    plan_row,
    records_of,
    stacked,
    zones_of,
)
from .verdicts import DEFAULT, Verdict

_RULE = "carbon planner impact 1"
SHOWN = 20  # zones in the text


@dataclass(frozen=True)
class ImpactReport:
    """The two results side by side.

    ``zones``: one row per zone, in order: id, ``net_old``, ``net_new``, ``change``, ``relative``, bounds, ``flips``
    (number of verdicts that change). ``figures``: one row per zone (``zone_id`` None for the plan) and figure that
    differs. ``totals``: all figures of the plan. ``verdicts``: one row per verdict and zone or plan: ``old``, ``new``,
    ``flipped``. ``factors``: changed figures of factors with the |tCO2e| that they stand for before and after.
    ``used`` is False where the run takes no factor from either set, so that nothing could change.
    """

    old: FactorSet
    new: FactorSet
    settings: Settings
    changes: SetDiff
    zones: pd.DataFrame
    figures: pd.DataFrame
    totals: pd.DataFrame
    verdicts: pd.DataFrame
    factors: pd.DataFrame
    used: bool = True

    @property
    def changed(self) -> int:
        """Number of zones whose net changes."""
        return int(self.zones["changed"].sum())

    @property
    def flips(self) -> pd.DataFrame:
        """The verdicts that change."""
        return self.verdicts[self.verdicts["flipped"]].reset_index(drop=True)

    def as_dict(self) -> dict[str, Any]:
        """The whole report as JSON holds it, with its hash."""
        return {**self._content, "hash": self.hash}

    @cached_property
    def hash(self) -> str:
        """SHA-256 of the report: both sets, settings, every figure and verdict of zones and plan."""
        return content_hash(self._content)

    @cached_property
    def _content(self) -> dict[str, Any]:
        tables = {
            name: records_of(getattr(self, name)) for name in ("zones", "figures", "totals", "verdicts", "factors")
        }
        sets = {"old": [self.old.info.ref, self.old.content_hash], "new": [self.new.info.ref, self.new.content_hash]}
        settings = json.loads(json.dumps(self.settings.as_dict(), default=str))
        return {"rule": _RULE, **sets, "settings": settings, **tables}

    def message(self) -> Message:
        """The report in words: the totals, the verdicts that flip, the zones that change most."""
        totals = self.totals.set_index("figure")
        net, left_out = totals.loc["cp_net_t"], totals.loc["cp_unk_ha"]
        told = {"zones": len(self.zones), "changed": self.changed, "flips": len(self.flips)}
        found = [self.changes.summary(), message("IMPACT_SUMMARY", **told)]
        if net["old"] == net["old"] and net["new"] == net["new"]:
            found.append(
                message("IMPACT_NET", old=_text(net["old"]), new=_text(net["new"]), change=_text(net["change"]))
            )
        if left_out["change"]:
            found.append(message("IMPACT_LEFT_OUT", old=_text(left_out["old"]), new=_text(left_out["new"])))
        found += [_flip(row) for row in records_of(self.flips.head(SHOWN))]
        moved = self.zones[self.zones["changed"]]
        order = moved["change"].abs().sort_values(ascending=False, kind="stable").index[:SHOWN]
        for row in records_of(moved.loc[order]):
            figures = {name: _text(row[column]) for name, column in _ZONE_TEXT.items()}
            found.append(message("IMPACT_ZONE", zone=row["zone_id"], **figures))
        if not self.used:
            found.append(message("IMPACT_UNUSED", old=self.old.info.ref, new=self.new.info.ref))
        return lines([*found, message("IMPACT_HASH", hash=self.hash)])

    def text(self, lang: str = "en") -> str:
        """The report in words, in a language."""
        return self.message().text(lang)


_TABLES = ("zones", "figures", "totals", "verdicts", "factors")
_ZONE_TEXT = {"old": "net_old", "new": "net_new", "change": "change"}


def impact(
    zones: PlanZones,
    base: BaseParcels | None,
    settings: Settings,
    old: str,
    new: str,
    *,
    verdicts: Sequence[Verdict] = DEFAULT,
    feedback: Feedback | None = None,
) -> ImpactReport:
    """Evaluate zones with two versions of a factor set and compare.

    ``old`` and ``new`` are names or files as ``open_set`` takes them. A land set takes the place of the set of the land
    method; any other stands in wherever a sector opens the set of the old one's id. Raises :class:`SettingsError` where
    the two are of different kinds, and whatever the evaluation raises.
    """
    feedback = feedback or Silent()
    before, after = open_set(old, settings.land_method), open_set(new, settings.land_method)
    if before.info.kind != after.info.kind:
        raise SettingsError("IMPACT_KINDS", old=before.info.kind, new=after.info.kind)
    results = [
        _result(zones, base, settings, before, spec, found, Part(feedback, *span))
        for spec, found, span in ((old, before, (0.0, 0.5)), (new, after, (0.5, 1.0)))
    ]
    return compare(results[0], results[1], before, after, verdicts)


def compare(
    one: Evaluation, two: Evaluation, old: FactorSet, new: FactorSet, verdicts: Sequence[Verdict] = DEFAULT
) -> ImpactReport:
    """Compare two results of the same zones that differ in a factor set."""
    plans = [plan_row(result) for result in (one, two)]
    judgements = pd.concat(
        [judgements_of(one.zones, two.zones, verdicts), judgements_of(plans[0], plans[1], verdicts)], ignore_index=True
    )
    changes = diff(old, new)
    return ImpactReport(
        old=old,
        new=new,
        settings=one.settings,
        changes=changes,
        zones=zones_of(one.zones, two.zones, judgements),
        figures=stacked([figures_of(one.zones, two.zones), figures_of(*plans)], FIGURE_COLUMNS),
        totals=figures_of(plans[0], plans[1], all_of_them=True).drop(columns="zone_id"),
        verdicts=judgements,
        factors=factors_of(changes, one.factors, two.factors),
        used=any(_takes_from(result, found) for result, found in ((one, old), (two, new))),
    )


def _result(
    zones: PlanZones,
    base: BaseParcels | None,
    settings: Settings,
    before: FactorSet,
    spec: str,
    found: FactorSet,
    feedback: Feedback,
) -> Evaluation:
    if found.info.kind != "other":
        return evaluate(zones, base, replace(settings, factor_set=spec or found.info.ref), feedback=feedback)
    with substituted({before.info.id: spec}):
        return evaluate(zones, base, settings, feedback=feedback)


def _takes_from(result: Evaluation, found: FactorSet) -> bool:
    """Whether a run has used a factor of a set, told by its content hash (a stand-in bears another id)."""
    pin = found.ref.partition("#")[2]
    return not result.factors.empty and any(str(ref).endswith(f"#{pin}") for ref in result.factors["fset"].unique())


def _text(value: float | None) -> str:
    return "–" if value is None or value != value else f"{value:.6g}"


def _flip(row: Mapping[str, Any]) -> Message:
    where = message("IMPACT_PLAN") if row["zone_id"] is None else message("IMPACT_OF_ZONE", zone=row["zone_id"])
    words = {side: message(f"VERDICT_{str(row[side]).upper()}") for side in ("old", "new")}
    return message("IMPACT_FLIP", where=where, verdict=row["verdict"], **words)

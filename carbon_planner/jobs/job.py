"""The job file: everything that a run was given, and hashes of what it gave, as JSON of schema 1.

A job names its sources by place and content hash, its settings in full, its factor sets by version and hash, and the
versions of all that took part. It stands in the metadata of result layers and in the report's JSON, so that any result
can be computed again (:mod:`.replay`) and compared with another (:mod:`.diff`).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Optional

import numpy as np

from ..accounting.cells import BaseCells
from ..accounting.evaluate import Evaluation
from ..accounting.inputs import BaseParcels, Settings
from ..accounting.sectors import current
from ..base.errors import FactorError, InputError
from ..factors.store import open_set
from . import digest
from .cells_digest import of_base
from .scenario import overrides_from
from .sources import BASE, ZONES, SourceRecord
from .versions import versions as all_versions

SCHEMA, VERSION = "carbon-planner-job", 1
QGIS, PYTHON = "qgis", "python"
_TOTALS = (
    "area_ha", "zone_overlap_ha", "unknown_ha", "net", "low", "high", "emissions", "removals", "committed",
    "baseline_stock_tc", "plan_stock_tc", "baseline_flux", "plan_flux", "covered_share",
)  # fmt: skip


@dataclass(frozen=True)
class Job:
    """A run as data. ``settings`` are those of :meth:`Settings.as_dict`, ``curve`` the phasing curve.

    ``factor_sets`` maps references to content hashes, ``land_set`` is the reference of the set of the land; ``results``
    holds the totals and the hash of the zone table. The order of entries means nothing: metadata are sorted.
    """

    created: str
    route: str
    sources: Mapping[str, SourceRecord]
    settings: Mapping[str, Any]
    curve: Any
    class_systems: Mapping[str, str]
    land_set: str
    factor_sets: Mapping[str, str]
    versions: Mapping[str, str]
    results: Mapping[str, Any]

    @classmethod
    def from_evaluation(
        cls,
        evaluation: Evaluation,
        *,
        base: BaseParcels | BaseCells | None = None,
        base_geometry: Any = None,
        sources: Mapping[str, SourceRecord] | None = None,
        route: str = PYTHON,
        created: str = "",
        versions: Mapping[str, str] | None = None,
    ) -> Job:
        """The job of a finished evaluation; ``base`` is the baseline it was given.

        ``base_geometry`` is that of the parcels before a transformation, ``sources`` says where zones and base lie,
        ``versions`` adds what only the caller knows.
        """
        plan, known = evaluation.inputs, dict(sources or {})
        zones = known.get(ZONES) or SourceRecord(plan.layer, crs=plan.crs.wkt)
        found = {ZONES: zones.filled(len(plan), digest.of_zones(plan))}
        if base is not None:
            record = known.get(BASE) or SourceRecord(base.layer, crs=base.crs.wkt)
            found[BASE] = record.filled(*of_base(base, plan, base_geometry))
        return cls(
            created=created,
            route=route,
            sources=found,
            settings=evaluation.settings.as_dict(),
            curve=None if plan.phases is None else plan.phases.curve,
            class_systems={"plan": evaluation.plan_system, "base": evaluation.base_system},
            land_set=evaluation.factor_set.info.ref,
            factor_sets=_sets(evaluation),
            versions=all_versions(versions, evaluation.sectors),
            results={"zones": digest.of_table(evaluation.zones), "totals": totals_of(evaluation)},
        )

    def as_dict(self) -> dict[str, Any]:
        """The job as JSON holds it."""
        return {"schema": SCHEMA, "schema_version": VERSION, **_listed(asdict(self))}

    def to_json(self) -> str:
        """The job file as text."""
        return json.dumps(self.as_dict(), ensure_ascii=False, allow_nan=False, indent=1) + "\n"

    @classmethod
    def from_dict(cls, known: Any) -> Job:
        """A job from plain data. Raises :class:`InputError` for what is no job or of a later schema."""
        if not isinstance(known, dict) or known.get("schema") != SCHEMA:
            raise InputError("JOB_NONE")
        if known.get("schema_version") != VERSION:
            raise InputError("JOB_SCHEMA", version=str(known.get("schema_version")), known=VERSION)
        try:
            values = {name: known[name] for name in cls.__dataclass_fields__}
            records = {name: SourceRecord.from_dict(row) for name, row in values["sources"].items()}
        except (KeyError, TypeError, AttributeError) as error:
            raise InputError("JOB_INCOMPLETE", detail=str(error)) from None
        return cls(**{**values, "sources": records})

    @classmethod
    def from_json(cls, text: str) -> Job:
        """A job from the text of a job file, of a report's JSON, or of a layer's history, which hold one."""
        try:
            known = json.loads(text)
        except ValueError as error:
            raise InputError("JOB_NO_JSON", detail=str(error)) from None
        if isinstance(known, dict) and known.get("schema") != SCHEMA and "job" in known:
            known = known["job"]
        return cls.from_dict(known)

    @classmethod
    def read(cls, path: Path) -> Job:
        """A job from a file. Raises :class:`InputError` where there is none."""
        try:
            return cls.from_json(path.read_text(encoding="utf-8-sig"))
        except (OSError, UnicodeDecodeError) as error:
            raise InputError("JOB_NO_FILE", file=str(path), detail=str(error)) from None

    def run_settings(self) -> Settings:
        """The settings for running again: class systems and factor set as they were found, nothing detected anew.

        Raises :class:`InputError` for a setting that this version does not know.
        """
        values = dict(self.settings)
        unknown = sorted(set(values) - set(Settings.__dataclass_fields__))
        if unknown:
            raise InputError("JOB_SETTING", names=", ".join(unknown))
        values["sectors"] = tuple(values.get("sectors", ("land",)))
        values["overrides"] = overrides_from(list(values.get("overrides", [])))
        values["plan_system"] = self.class_systems.get("plan") or values.get("plan_system", "")
        values["base_system"] = self.class_systems.get("base") or values.get("base_system", "")
        if not self.land_set.endswith("@file"):
            values["factor_set"] = self.land_set
        return Settings(**values)


def totals_of(evaluation: Evaluation) -> dict[str, Optional[float]]:
    """The totals of a run by name, null for what is not known; of sectors by the names of zone fields."""
    totals = evaluation.totals
    found = {name: getattr(totals, name) for name in _TOTALS}
    found.update(totals.figures)
    return {name: float(value) if np.isfinite(value) else None for name, value in found.items()}


def _sets(evaluation: Evaluation) -> dict[str, str]:
    """Reference → content hash of all sets that gave a factor; figures of scenarios stand in the settings."""
    found = {evaluation.factor_set.info.ref: evaluation.factor_set.content_hash}
    # Results name sets as id@version#hash; here the hash stands in full.
    for ref in sorted({ref.partition("#")[0] for ref in evaluation.model.book.fset} - set(found)):
        content = hash_of_set(ref)
        if content is not None:
            found[ref] = content
    return found


def hash_of_set(ref: str) -> Optional[str]:
    """Content hash of a stored set, None where there is none: a pseudo-set, such as that of a scenario's overrides."""
    defaults = current().factors  # beside the rules of the sectors, in no store
    if ref == defaults.info.ref:
        return defaults.content_hash
    try:
        return open_set(ref).content_hash
    except FactorError:
        return None


def _listed(value: Any) -> Any:
    """Tuples as lists, throughout."""
    if isinstance(value, Mapping):
        return {name: _listed(part) for name, part in value.items()}
    return [_listed(part) for part in value] if isinstance(value, (list, tuple)) else value

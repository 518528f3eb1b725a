"""One layer of a batch: mapping found or remembered, zones read, evaluated against the base, result written."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Optional

from ..accounting.evaluate import Evaluation, evaluate
from ..accounting.inputs import PlanZones, Settings
from ..accounting.phasing import Curve
from ..base.errors import InputError
from ..base.feedback import Feedback
from ..base.fields import zone_fields
from ..base.messages import Message
from ..factors.store import use_store
from ..storage.vector_layers import LayerInfo
from ..storage.vector_results import write_results
from .batch_base import base_for
from .batch_mapping import LayerMapping, Wanted, find_mapping
from .files import FileSource, read_zones
from .scenario import overrides_from

NONE = "-"  # in a mapping: this layer has no such field
# Messages that tell what was done, among those that want a look; and damage that a sum must not hide.
NOTES, DAMAGE = {"CLASS_DETECTED"}, {"VECTOR_DAMAGED"}
FIGURES = ("zone_count", "area_ha", "unknown_ha", "net", "low", "high", "emissions", "removals", "covered_share")
SECTORS = ("cp_land_t", "cp_bldg_t", "cp_tran_t", "cp_wast_t", "cp_sink_t", "cp_oth_t")


@dataclass(frozen=True)
class LayerRun:
    """What :func:`evaluate_layer` needs; ``result`` is the path below ``folder``."""

    path: Path
    layer: LayerInfo
    encoding: str
    wanted: Wanted
    known: Optional[LayerMapping]
    settings: Mapping[str, Any]
    roles: Mapping[str, str]
    curve: Any
    base: Optional[Mapping[str, Any]]
    folder: Path
    result: str
    store: str


@dataclass
class LayerDone:
    """Status as of ``evaluatezones``, figures of the summary, what to look at, the mapping that was used."""

    status: str
    figures: dict[str, Any]
    warnings: list[Message]
    base_warnings: list[Message]
    mapping: LayerMapping


class Listener:
    """A feedback that keeps warnings, refuses damage, and asks the whole whether to stop."""

    def __init__(self, whole: Feedback) -> None:
        self.cancelled = whole.cancelled
        self.warnings: list[Message] = []

    def progress(self, share: float) -> None:
        """A batch counts files, not shares of one."""

    def info(self, message: Message) -> None:
        """A batch of a thousand files tells what must be looked at, nothing else."""

    def warn(self, message: Message) -> None:
        """Keep. Raises :class:`InputError` where features are lost: nobody is there to see the warning in time."""
        if message.id in DAMAGE:
            raise InputError(message.id, **message.params)
        self.warnings.append(message)


def evaluate_layer(run: LayerRun, feedback: Feedback) -> LayerDone:
    """Evaluate a layer and write its result. Raises :class:`PlannerError` for all that stands against it."""
    if run.store:
        use_store(Path(run.store))
    if not run.layer.features:
        raise InputError("BATCH_EMPTY", layer=run.layer.name)
    voice = Listener(feedback)
    mapping, notes = mapping_of(run)
    source = FileSource(run.path, run.layer.name, mapping.crs, mapping.encoding)
    curve: Curve = run.curve if isinstance(run.curve, str) else tuple((float(x), float(y)) for x, y in run.curve)
    used = replace(mapping, base_class="") if run.base is not None else mapping
    zones = read_zones(source, {**_fields(used), **run.roles}, voice, curve).zones
    if not any(shape is not None and not shape.is_empty for shape in zones.geometry):
        raise InputError("BATCH_NO_GEOMETRY", layer=run.layer.name, count=len(zones))
    parcels, base_warnings = (None, []) if run.base is None else base_for(run.base, zones.crs)
    done = evaluate(zones, parcels, settings_of(run.settings, used), feedback=voice)
    warnings = [text for text in _once([*notes, *voice.warnings, *done.warnings]) if text.id not in NOTES]
    target = run.folder / run.result
    target.parent.mkdir(parents=True, exist_ok=True)
    _write(run, mapping, zones, done, target)
    figures = {"result": run.result, "sha256": sha256_of(target), "crs": zones.crs.name, **_figures(done)}
    shown = {name: value for name, value in used.as_dict().items() if name not in ("crs",)}
    shown.update(plan_system=done.plan_system, base_system=done.base_system)
    return LayerDone(
        _status(zones, done, parcels is not None, warnings), {**shown, **figures}, warnings, base_warnings, mapping
    )


def mapping_of(run: LayerRun) -> tuple[LayerMapping, list[Message]]:
    """The remembered mapping with what it leaves open detected."""
    known = run.known or LayerMapping()
    asked = {role: [name] for role, name in _fields(known).items()}
    none = {name for name, value in known.as_dict().items() if value == NONE}
    wanted = replace(
        run.wanted,
        fields={**{role: list(names) for role, names in run.wanted.fields.items()}, **asked},
        plan_system=known.plan_system or run.wanted.plan_system,
        base_system=known.base_system or run.wanted.base_system,
        crs=known.crs or run.wanted.crs,
    )
    for name in asked:
        if asked[name][0] not in (there for there, _ in run.layer.fields):
            shown = ", ".join(there for there, _ in run.layer.fields) or "—"
            raise InputError("VECTOR_NO_FIELD", layer=run.layer.name, field=asked[name][0], fields=shown)
    found, notes = find_mapping(run.path, run.layer, run.encoding, wanted)
    return replace(found, **dict.fromkeys(none, NONE)), notes


def _fields(mapping: LayerMapping) -> dict[str, str]:
    return {role: name for role, name in mapping.fields_of_zones().items() if name != NONE}


def settings_of(known: Mapping[str, Any], mapping: LayerMapping) -> Settings:
    """Settings of a run from plain data, with the class systems of a mapping."""
    values = dict(known)
    values["sectors"] = tuple(values.get("sectors", ("land",)))
    values["overrides"] = overrides_from(list(values.get("overrides", [])))
    values["plan_system"] = mapping.plan_system.strip(NONE) or values.get("plan_system", "")
    if mapping.base_class:
        values["base_system"] = mapping.base_system.strip(NONE) or values.get("base_system", "")
    return Settings(**values)


def _once(texts: list[Message]) -> list[Message]:
    """Each text once, in the order of the first."""
    return list({text.text(): text for text in texts}.values())


def _status(zones: PlanZones, done: Evaluation, based: bool, warnings: list[Message]) -> str:
    if zones.plan_class is None:
        return "baseline_only"
    if not based and zones.base_class is None:
        return "plan_only"
    if done.totals.unknown_ha > 0 or not done.totals.has_net:
        return "partial"
    return "warnings" if warnings else "ok"


def _figures(done: Evaluation) -> dict[str, Any]:
    """Figures of the summary; None for what is not known."""
    totals = done.totals
    values = {name: float(getattr(totals, name)) for name in FIGURES}
    if not totals.has_net:
        values.update(dict.fromkeys(("net", "low", "high"), float("nan")))
    by_sector = totals.figures or {"cp_land_t": values["net"]}
    values.update({name: float(by_sector.get(name, float("nan"))) for name in SECTORS})
    known = {name: value if value == value else None for name, value in values.items()}
    return {**known, "zone_count": int(totals.zone_count)}


def _write(run: LayerRun, mapping: LayerMapping, zones: PlanZones, done: Evaluation, target: Path) -> None:
    specs = [spec for spec in zone_fields() if spec.name in done.zones]
    columns = {spec.name: [_plain(value) for value in done.zones[spec.name].tolist()] for spec in specs}
    write_results(run.path, run.layer.name, mapping.encoding, target, zones.crs.wkt, specs, columns)


def _plain(value: Any) -> Any:
    return None if value is None or value != value else value


def sha256_of(path: Path) -> str:
    """Hash of a file; "" where it cannot be read."""
    digest = hashlib.sha256()
    try:
        digest.update(path.read_bytes())
    except OSError:
        return ""
    return digest.hexdigest()

"""How a layer is read: class field and system, encoding, the fields of ratios. Detected, remembered, editable.

The class field is that of the highest rank: one that the user has named, one that usual databases call so
(``batch_fields.csv``), one whose name points to a class system, then any text field; among equals the one whose values
fit a class system best. Whole numbers without a telling name are counters or ids and never taken for classes.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from functools import cache
from pathlib import Path
from typing import Any, Optional

from ..accounting.values import text
from ..base.errors import InputError
from ..base.messages import Message, message
from ..classes.detect import TIE, Detection, detect
from ..classes.hints import hinted_systems
from ..storage.encoding import chosen_encoding, detect_dbf_encoding
from ..storage.vector_layers import TEXT, WHOLE, LayerInfo
from ..storage.vectors import read_vectors
from .inventory import SHAPEFILE

MANY = 2000  # distinct values beyond which a field holds no classes
PLAN, BASE = "plan_class", "base_class"
RATIOS = ("green_ratio", "building_density", "plot_ratio")
ROLES = (PLAN, BASE, "zone_id", *RATIOS)


@dataclass(frozen=True)
class LayerMapping:
    """What a layer's fields mean; empty texts mean: none. ``crs`` is for files that state none."""

    encoding: str = ""
    crs: str = ""
    plan_class: str = ""
    plan_system: str = ""
    base_class: str = ""
    base_system: str = ""
    zone_id: str = ""
    green_ratio: str = ""
    building_density: str = ""
    plot_ratio: str = ""

    @classmethod
    def from_dict(cls, row: Mapping[str, Any]) -> LayerMapping:
        """From plain data; what is not known is left out, what is no text counts as such."""
        known = {spec.name for spec in fields(cls)}
        return cls(**{name: str(value or "").strip() for name, value in row.items() if name in known})

    def as_dict(self) -> dict[str, str]:
        """As JSON holds it."""
        return asdict(self)

    def fields_of_zones(self) -> dict[str, str]:
        """Role → field, as the reader of zones takes it."""
        return {role: getattr(self, role) for role in ROLES if getattr(self, role)}


@dataclass(frozen=True)
class Wanted:
    """What the user says beforehand: names of fields per role, class systems, encoding, CRS; all may be empty.

    ``detect_base`` lets a field of the existing class be looked for. ``exact``: a field that was named must be there,
    and no other is looked for but that of the classes.
    """

    fields: Mapping[str, Sequence[str]] = field(default_factory=dict)
    plan_system: str = ""
    base_system: str = ""
    encoding: str = ""
    crs: str = ""
    detect_base: bool = False
    exact: bool = False


def find_mapping(path: Path, layer: LayerInfo, encoding: str, wanted: Wanted) -> tuple[LayerMapping, list[Message]]:
    """Detect how a layer is to be read; gives notes as well.

    Raises :class:`InputError` where no field holds classes, or where a field that must be there is not (``exact``).
    """
    found: dict[str, str] = {}
    for role in ROLES:
        found[role] = _named(layer, role, wanted)
    notes: list[Message] = []
    system, base_system = wanted.plan_system, wanted.base_system
    if not found[PLAN] or not system or (wanted.detect_base and not found[BASE]):
        plan, base, notes = _by_values(path, layer, encoding, wanted, found)
        found[PLAN], system = plan[0], system or plan[1]
        if base[0]:
            found[BASE], base_system = base[0], base_system or base[1]
    if not wanted.detect_base:
        found[BASE] = ""
    known = {"encoding": encoding, "crs": wanted.crs, "plan_system": system}
    return LayerMapping(**known, **found, base_system=base_system if found[BASE] else ""), notes


def find_encoding(path: Path, wanted: str) -> tuple[str, list[Message]]:
    """Encoding of a shapefile's text, "" for other files. Raises :class:`InputError` where it cannot be told."""
    if path.suffix.lower() != SHAPEFILE:
        return "", []
    if wanted.strip():
        return chosen_encoding(wanted), []
    found = detect_dbf_encoding(str(path))
    if not found.encoding:
        raise InputError("ENCODING_FOUND", layer=path.stem, evidence=found.evidence)
    doubtful = found.contradicts or found.guessed
    return found.encoding, [message("ENCODING_FOUND", layer=path.stem, evidence=found.evidence)] if doubtful else []


def _named(layer: LayerInfo, role: str, wanted: Wanted) -> str:
    """The field of a role by its name: as the user says, else as databases call it."""
    there = {name.lower(): name for name, _ in layer.fields}
    asked = [name for name in wanted.fields.get(role, ()) if name]
    for name in asked:
        if name.lower() in there:
            return there[name.lower()]
    if asked and wanted.exact:
        shown = ", ".join(name for name, _ in layer.fields) or "—"
        raise InputError("VECTOR_NO_FIELD", layer=layer.name, field=asked[0], fields=shown)
    if wanted.exact or role in (PLAN, BASE):
        return ""  # classes are judged by their values, too
    return next((there[name.lower()] for name in usual(role) if name.lower() in there), "")


@cache
def _usual() -> tuple[tuple[str, str], ...]:
    with Path(__file__).with_name("batch_fields.csv").open(encoding="utf-8", newline="") as handle:
        return tuple((row["role"], row["field"]) for row in csv.DictReader(handle))


def usual(role: str) -> list[str]:
    """Usual names of the field of a role."""
    return [name for known, name in _usual() if known == role]


@dataclass(frozen=True)
class _Candidate:
    field: str
    rank: int
    detection: Detection


def _by_values(
    path: Path, layer: LayerInfo, encoding: str, wanted: Wanted, found: Mapping[str, str]
) -> tuple[tuple[str, str], tuple[str, str], list[Message]]:
    """(field, system) of plan and base by the values of the fields that may hold classes."""
    places = {name: _rank(name, kind, found) for name, kind in layer.fields}
    places = {name: rank for name, rank in places.items() if rank >= 0}
    table = read_vectors(path, list(places), layer=layer.name, encoding=encoding)
    candidates = []
    for name, rank in places.items():
        values = [text(value) for value in table.attributes[name]]
        distinct = {value for value in values if value}
        if not distinct or (len(distinct) > MANY and name != found[PLAN]):
            continue
        detection = detect(values, field=name, layer=layer.name)
        if detection.system or name in (found[PLAN], found[BASE]):
            candidates.append(_Candidate(name, rank, detection))
    plans = [c for c in candidates if not _existing(c.field) and c.field != found[BASE]]
    plan = _best([c for c in plans if not found[PLAN] or c.field == found[PLAN]])
    base = _best([c for c in candidates if (c.field == found[BASE] if found[BASE] else _existing(c.field))])
    if plan is None and not (base is not None and wanted.detect_base):
        raise InputError("BATCH_NO_CLASSES", layer=layer.name, fields=", ".join(n for n, _ in layer.fields) or "—")
    notes = _notes(layer, plan, plans, found)
    return _pair(plan), _pair(base), notes


def _pair(candidate: Optional[_Candidate]) -> tuple[str, str]:
    return ("", "") if candidate is None else (candidate.field, candidate.detection.system)


def _rank(name: str, kind: str, found: Mapping[str, str]) -> int:
    """How much a name says for classes; below nought where the field is not looked at."""
    if name in (found[PLAN], found[BASE]):
        return 3
    if kind not in (TEXT, WHOLE) or name.lower().startswith("cp_"):
        return -1
    listed = {known.lower() for role in (PLAN, BASE) for known in usual(role)}
    if name.lower() in listed:
        return 2
    if hinted_systems(name):
        return 1
    return 0 if kind == TEXT and name != found["zone_id"] else -1


def _existing(name: str) -> bool:
    """Whether a name says that the field holds the existing class."""
    upper = name.upper()
    return upper in {known.upper() for known in usual(BASE)} or upper.startswith(("XZ", "JQ", "BGQ"))


def _best(candidates: Sequence[_Candidate]) -> Optional[_Candidate]:
    """The first of the highest rank and score."""
    return max(candidates, key=lambda c: (c.rank, c.detection.score), default=None)


def _notes(
    layer: LayerInfo, plan: Optional[_Candidate], plans: Sequence[_Candidate], found: Mapping[str, str]
) -> list[Message]:
    """What should be looked at: several fields that fit alike."""
    if plan is None or plan.field == found[PLAN]:
        return []
    near = [
        c.field
        for c in plans
        if c is not plan and c.rank == plan.rank and c.detection.score >= plan.detection.score - TIE
    ]
    if not near:
        return []
    return [message("BATCH_CLASS_FIELDS", layer=layer.name, field=plan.field, others=", ".join(near))]

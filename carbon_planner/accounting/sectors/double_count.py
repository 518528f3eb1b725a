"""Lines that would count the same thing twice: refused with the zones named, dropped, or turned into information."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from ...base.errors import InputError
from ...base.messages import Message, message
from ...classes.match import Named
from ..inputs import LAND_SECTOR, Settings
from .catalogue import Catalogue
from .request import Bools
from .rule_types import CompiledRule
from .tables import CAP, Conflict, Rule

LAND_PREFIX = "land."


@dataclass
class Activity:
    """Where lines are active, by ``sector.line`` (and ``sector.line[use]``), shape (zones,)."""

    size: int
    of_line: dict[str, Bools] = field(default_factory=dict)
    stated: dict[str, Bools] = field(default_factory=dict)

    def add(self, rule: Rule, use: str, zones: Bools, *, stated: bool) -> None:
        """Note where a rule is active; ``stated`` says that it rests on a figure that is given for this line alone."""
        for key in (rule.key, f"{rule.key}[{use}]"):
            for lines in (self.of_line, self.stated) if stated else (self.of_line,):
                lines[key] = lines.get(key, np.zeros(self.size, dtype=bool)) | zones

    def of(self, name: str, *, stated: bool = False) -> Bools:
        """Where a line is active; ``sector.*`` means any line of a sector."""
        prefix = name[:-1] if name.endswith(".*") else None
        found = np.zeros(self.size, dtype=bool)
        for key, zones in (self.stated if stated else self.of_line).items():
            if key == name or (prefix is not None and key.startswith(prefix)):
                found |= zones
        return found


@dataclass
class Verdict:
    """What conflicts ask for: rules that are information only, and per rule the zones in which it is left out."""

    inform: dict[int, str] = field(default_factory=dict)  # rule number → flag
    drop: dict[tuple[int, str], Bools] = field(default_factory=dict)
    flags: dict[str, Bools] = field(default_factory=dict)
    notes: list[Message] = field(default_factory=list)


def judge(catalogue: Catalogue, settings: Settings, active: Activity, layer: str, ids: Sequence[str]) -> Verdict:
    """Judge all conflicts of the tables. Raises :class:`InputError` (SECTOR_DOUBLE_COUNT) for one that is refused."""
    verdict = Verdict()
    for conflict in catalogue.conflicts:
        if conflict.action == CAP or not _applies(conflict, settings):
            continue
        if conflict.first.startswith(LAND_PREFIX):
            _inform(conflict, catalogue, settings, active, verdict)
            continue
        first = active.of(conflict.first)
        for name in conflict.second:
            both = _meet(conflict, first, active.of(name))
            if not both.any():
                continue
            twice = _meet(conflict, first, active.of(name, stated=True))
            if conflict.action == "refuse" and twice.any():
                raise _refusal(conflict.first, name, catalogue, layer, [ids[i] for i in np.flatnonzero(twice)])
            # An estimate from floor area or residents gives way to the figure that is stated.
            _drop(conflict, name, both, catalogue, verdict)
    return verdict


def _applies(conflict: Conflict, settings: Settings) -> bool:
    """Whether the conditions of a conflict (``setting=value``) hold in this run."""
    conditions = (c.partition("=") for c in conflict.where if "=" in c)
    return all(str(getattr(settings, name)) == value for name, _, value in conditions)


def _meet(conflict: Conflict, first: Bools, second: Bools) -> Bools:
    """Zones in which two lines meet; with the condition ``run`` they need not meet in the same zone."""
    if "run" in conflict.where:
        return (first | second) if first.any() and second.any() else np.zeros_like(first)
    return first & second


def _refusal(first: str, second: str, catalogue: Catalogue, layer: str, zones: list[str]) -> InputError:
    shown = ", ".join(zones[:5]) + (", …" if len(zones) > 5 else "")
    return InputError(
        "SECTOR_DOUBLE_COUNT", layer=layer, first=line_name(catalogue, first), second=line_name(catalogue, second),
        count=len(zones), zones=shown,
    )  # fmt: skip


def _inform(conflict: Conflict, catalogue: Catalogue, settings: Settings, active: Activity, verdict: Verdict) -> None:
    if LAND_SECTOR not in settings.sectors:
        return
    for name in conflict.second:
        zones = active.of(name)
        for rule in _rules(name, catalogue):
            verdict.inform[rule.number] = conflict.flag
        if zones.any():
            _flag(verdict, conflict.flag, zones)
            verdict.notes.append(
                message(
                    "SECTOR_NOTE_CONFLICT", first=LAND_NAME, second=line_name(catalogue, name), count=int(zones.sum())
                )
            )


def _drop(conflict: Conflict, name: str, zones: Bools, catalogue: Catalogue, verdict: Verdict) -> None:
    use = name.partition("[")[2].rstrip("]")
    for rule in _rules(name.partition("[")[0], catalogue):
        verdict.drop[rule.number, use] = zones
    _flag(verdict, conflict.flag, zones)
    verdict.notes.append(
        message(
            "SECTOR_NOTE_DROPPED", first=line_name(catalogue, conflict.first), second=line_name(catalogue, name),
            count=int(zones.sum()),
        )
    )  # fmt: skip


def _flag(verdict: Verdict, flag: str, zones: Bools) -> None:
    if flag:
        verdict.flags[flag] = verdict.flags.get(flag, np.zeros_like(zones)) | zones


LAND_NAME = Named("the land cover", "地表覆被")


def _rules(name: str, catalogue: Catalogue) -> list[CompiledRule]:
    prefix = name[:-1] if name.endswith(".*") else None
    return [r for r in catalogue.compiled if r.rule.key == name or (prefix and r.rule.key.startswith(prefix))]


def line_name(catalogue: Catalogue, key: str) -> Named:
    """Name of a line in both languages."""
    plain = key.partition("[")[0]
    found: Mapping[str, Rule] = {rule.key: rule for rule in catalogue.rules}
    if plain in found:
        return Named(found[plain].name_en, found[plain].name_zh)
    sector = catalogue.sectors.get(plain.partition(".")[0])
    return Named(sector.name_en, sector.name_zh) if sector else Named(key, key)

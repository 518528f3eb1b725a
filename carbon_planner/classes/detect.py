"""Which class system a layer follows, stated with its reasons, and where codes and names contradict each other.

The rule: every system is scored by the share of distinct values that it knows, and by the share of names that are its
own names of these codes where names are known. The best score wins. Where several are equally good (within
:data:`TIE`), the name of the field decides, else the order of :data:`PREFERENCE`; the message then says so and lists
the codes that would mean something else. Below :data:`ENOUGH` no system is taken. The user can always override.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Optional

from ..base.messages import Message, message
from .conflicts import Conflict, find_conflicts
from .evidence import Score, Value, distinct, scores
from .hints import hinted_systems
from .library import LANDSEA, LANDSEA_2020, ClassLibrary
from .match import Named
from .system import ClassSystem

TIE = 0.02
ENOUGH = 0.5
PREFERENCE = ("landsea2023", "survey3", "landsea2020", "gb50137", "gbt21010", "cjjt85", "cjjt85_2002", "corine", "clcd")
EXAMPLES = 8  # how many codes a message lists


@dataclass(frozen=True)
class Detection:
    """Outcome. ``system`` is "" where none fits; ``message`` states it, ``notes`` hold what else should be looked at.

    ``runner_up`` is the next best system. ``ambiguous`` says that another system fits as well and that ``differing``
    codes would mean another class there. ``unknown`` are values that the system does not hold, ``padded`` codes whose
    leading zero was lost.
    """

    system: str
    score: float
    runner_up: Optional[Score]
    conflicts: tuple[Conflict, ...]
    message: Message
    ambiguous: bool = False
    differing: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    padded: tuple[str, ...] = ()
    notes: tuple[Message, ...] = ()
    scores: tuple[Score, ...] = ()


def detect(
    codes: Sequence[object],
    names: Optional[Sequence[object]] = None,
    field: str = "",
    *,
    layer: str = "",
    library: Optional[ClassLibrary] = None,
) -> Detection:
    """Detect the class system of a field.

    ``codes`` are its values as they are (text, numbers, code and name in one cell, None), ``names`` those of a name
    field beside it, ``field`` and ``layer`` their names. Raises StorageError where the shipped library is missing.
    """
    case = _Case(
        library or ClassLibrary.shipped(),
        _prefix(" / ".join(part for part in (layer, field) if part)),
        distinct(codes, names),
        hinted_systems(field),
    )
    if not case.values:
        return Detection("", 0.0, None, (), message("CLASS_NO_VALUES", where=case.where))
    ranked = scores(case.values, case.library)
    if ranked[0].score < ENOUGH:
        return case.nothing_fits(ranked)
    tied = [s for s in ranked if s.score >= ranked[0].score - TIE]
    chosen = min(tied, key=lambda s: case.rank(s.system))
    rest = sorted((s for s in ranked if s is not chosen), key=lambda s: (-s.score, case.rank(s.system)))
    return case.describe(chosen, tuple(rest), tuple(s.system for s in tied if s is not chosen))


@dataclass(frozen=True)
class _Case:
    """One field whose system is sought."""

    library: ClassLibrary
    where: Named
    values: tuple[Value, ...]
    hinted: tuple[str, ...]

    def rank(self, system: str) -> tuple[bool, int]:
        """Order among equals: systems that the field name points to, those usual in planning, the others."""
        return (system not in self.hinted, PREFERENCE.index(system) if system in PREFERENCE else len(PREFERENCE))

    def named(self, *systems: str) -> Named:
        """Names of systems for a message."""
        infos = [self.library.system(s).info for s in systems[:EXAMPLES]]
        return Named(", ".join(i.name_en for i in infos), "、".join(i.name_zh for i in infos))

    def nothing_fits(self, ranked: tuple[Score, ...]) -> Detection:
        """No system is good enough; the best one is named but not taken."""
        best = ranked[0]
        text = message(
            "CLASS_NOT_DETECTED",
            where=self.where,
            values=_listed([v.text for v in self.values]),
            system=self.named(best.system),
            percent=round(100 * best.score),
        )
        return Detection("", best.score, best, (), text, scores=ranked)

    def describe(self, chosen: Score, rest: tuple[Score, ...], rivals: tuple[str, ...]) -> Detection:
        """State the chosen system and all that speaks against it."""
        system = self.library.system(chosen.system)
        found = {v: system.resolve(v.text) for v in self.values}
        unknown = tuple(dict.fromkeys(v.text for v in self.values if found[v].code is None))
        padded = tuple(dict.fromkeys(v.code for v in self.values if "PADDED_CODE" in found[v].flags))
        differing = self.differing(system.id, *rivals)
        conflicts = find_conflicts(self.library, system, self.values, self.where)
        notes = [*self._edition_notes(chosen, rivals), *self._value_notes(system, unknown, padded)]
        return Detection(
            system.id,
            chosen.score,
            rest[0] if rest else None,
            conflicts,
            self._statement(system.id, rivals, differing, len(unknown)),
            bool(differing),
            differing,
            unknown,
            padded,
            (*notes, *(c.message for c in conflicts)),
            (chosen, *rest),
        )

    def differing(self, chosen: str, *rivals: str) -> tuple[str, ...]:
        """Values that lead to another class under a rival than under the chosen system."""
        found = []
        for value in self.values:
            own = self.library.match(chosen, value.text)
            others = [self.library.match(rival, value.text) for rival in rivals]
            if any((m.landsea or m.generic) != (own.landsea or own.generic) for m in others if m.code is not None):
                found.append(value.text)
        return tuple(dict.fromkeys(found))

    def _statement(self, system: str, rivals: tuple[str, ...], differing: tuple[str, ...], unknown: int) -> Message:
        if not differing:
            percent = round(100 * (1 - unknown / len(self.values)))
            return message(
                "CLASS_DETECTED", where=self.where, system=self.named(system), percent=percent, count=len(self.values)
            )
        return message(
            "CLASS_DETECTED_TIE",
            where=self.where,
            system=self.named(system),
            others=self.named(*(rival for rival in rivals if self.differing(system, rival))),
            why=message("CLASS_TIE_FIELD" if system in self.hinted else "CLASS_TIE_ORDER"),
            codes=_listed(differing),
        )

    def _edition_notes(self, chosen: Score, rivals: tuple[str, ...]) -> list[Message]:
        """What tells the editions of 2020 and 2023 apart, or that nothing does."""
        if chosen.system == LANDSEA and LANDSEA_2020 in rivals and chosen.agreement is None:
            reused = self.differing(LANDSEA, LANDSEA_2020)
            return [message("CLASS_EDITION_UNSURE", where=self.where, codes=_listed(reused))] if reused else []
        if chosen.system == LANDSEA_2020:
            old, new = self.library.system(LANDSEA_2020), self.library.system(LANDSEA)
            telling = [
                f"{v.code} {v.name}".strip()
                for v in self.values
                if v.code in old and (v.code not in new or _only(old, new, v))
            ]
            return [message("CLASS_EDITION_2020", where=self.where, codes=_listed(telling))] if telling else []
        return []

    def _value_notes(self, system: ClassSystem, unknown: tuple[str, ...], padded: tuple[str, ...]) -> list[Message]:
        notes = []
        if padded:
            read = _listed([f"{code} → {system.resolve(code).code}" for code in padded])
            notes.append(message("CLASS_ZEROS_LOST", where=self.where, codes=read))
        if unknown:
            notes.append(
                message(
                    "CLASS_VALUES_UNKNOWN",
                    where=self.where,
                    count=len(unknown),
                    values=_listed(unknown),
                    system=self.named(system.id),
                )
            )
        return notes


def _prefix(place: str) -> Named:
    """Layer and field before a sentence; nothing where neither is known."""
    return Named(f"{place}: " if place else "", f"{place}：" if place else "")


def _only(old: ClassSystem, new: ClassSystem, value: Value) -> bool:
    """Whether a name is that of a code in one edition and not in the other."""
    return old.has_name(value.code, value.name) and not new.has_name(value.code, value.name)


def _listed(values: Sequence[str]) -> str:
    shown = ", ".join(values[:EXAMPLES])
    return f"{shown} …" if len(values) > EXAMPLES else shown

"""Codes and names in a layer that contradict each other: the surest sign of another edition, or of a slip."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..base.messages import Message, message
from .evidence import Value
from .library import ClassLibrary
from .match import Named
from .system import ClassSystem

_ELSEWHERE = 3  # readings in other systems that are worth naming


@dataclass(frozen=True)
class Conflict:
    """A code and a name that do not belong together in the detected system.

    ``expected`` is the official name of the code, ``readings`` are (system, code) pairs to which the name belongs: the
    same code in another edition or system first, then other codes of the detected system. ``count`` features have it.
    """

    code: str
    name: str
    expected: Named
    readings: tuple[tuple[str, str], ...]
    count: int
    message: Message


def find_conflicts(
    library: ClassLibrary, system: ClassSystem, values: Sequence[Value], where: Named
) -> tuple[Conflict, ...]:
    """Values whose name is known, but not as the name of their code. ``where`` names layer and field."""
    found = []
    for value in values:
        code = system.resolve(value.code).code if value.code else None
        if code is None or not value.name or _belongs(system, code, value.name):
            continue
        readings = _readings(library, system, value)
        if readings:
            found.append(_conflict(library, system, code, value, readings, where))
    return tuple(found)


def _belongs(system: ClassSystem, code: str, name: str) -> bool:
    """Whether a name is that of a code, of a class above it, or an earlier name of the same code."""
    own = (code, *system.ancestors(code))
    return any(system.has_name(one, name) for one in own) or system.resolve(name).code == code


def _readings(library: ClassLibrary, system: ClassSystem, value: Value) -> tuple[tuple[str, str], ...]:
    """Where a name belongs. () where no system knows it: a free text beside a code proves nothing."""
    others = [library.system(info.id) for info in library.systems() if info.id != system.id]
    same_code = [(s.id, value.code) for s in others if s.has_name(value.code, value.name)]
    own = [(system.id, c) for c in system.codes_named(value.name)]
    elsewhere = [] if same_code or own else [(s.id, c) for s in others for c in s.codes_named(value.name)]
    return tuple(dict.fromkeys((*same_code, *own, *elsewhere[:_ELSEWHERE])))


def _conflict(
    library: ClassLibrary,
    system: ClassSystem,
    code: str,
    value: Value,
    readings: tuple[tuple[str, str], ...],
    where: Named,
) -> Conflict:
    record = system.record(code)
    expected = Named(record.name_en, record.name_zh) if record else Named(code, code)
    read_system, read_code = readings[0]
    names = {s: library.system(s).info for s in (system.id, read_system)}
    text = message(
        "CLASS_CODE_NAME",
        where=where,
        count=value.count,
        code=value.code,
        expected=expected,
        system=Named(names[system.id].name_en, names[system.id].name_zh),
        name=value.name,
        read_code=read_code,
        read_system=Named(names[read_system].name_en, names[read_system].name_zh),
    )
    return Conflict(value.code, value.name, expected, readings, value.count, text)

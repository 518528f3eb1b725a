"""The class library: every class system that the plugin knows, and the way from any code to factors.

A code is read in its own system, carried over to 用地用海 2023 where a crosswalk leads there, and from there (or
directly, for land-cover products) to a generic class. All of it is read once from the shipped library and never
changes, so one library serves all threads.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Optional

from ..base.errors import ClassError
from ..base.messages import message
from ..storage.library import library
from ..storage.schema import GET_CLASS_SYSTEMS, GET_CLASSES
from .codes import as_text, normalise, split_mixed, split_names
from .cover import CoverDefault, read_cover_defaults
from .crosswalk import Crosswalks, GenericClass, read_crosswalks, read_generic
from .match import ClassMatch, Named
from .system import ClassRecord, ClassSystem, Resolution, SystemInfo

__all__ = ["ClassLibrary", "ClassMatch", "CoverDefault", "GenericClass"]

LANDSEA = "landsea2023"
LANDSEA_2020 = "landsea2020"
GENERIC = "generic"
BUILT = "built"
OWN = "table:"  # prefix of a class system that only a user's own factor table knows; its codes are free
NO_DATA = "unknown"  # the generic class of "no data" and "cloud": area without a class
_CACHE = 1 << 16


class ClassLibrary:
    """All class systems, crosswalks and cover defaults. Use :meth:`shipped`."""

    def __init__(
        self,
        systems: Mapping[str, ClassSystem],
        crosswalks: Crosswalks,
        generic: Mapping[str, GenericClass],
        covers: Mapping[str, CoverDefault],
    ) -> None:
        self._systems, self._crosswalks, self._generic, self._covers = systems, crosswalks, generic, covers
        self._cached = lru_cache(maxsize=_CACHE)(self._match)

    @classmethod
    def shipped(cls) -> ClassLibrary:
        """The library that comes with the plugin, read once. Raises StorageError where its file is missing."""
        return _shipped()

    def systems(self) -> tuple[SystemInfo, ...]:
        """The class systems, the ones of Chinese planning first."""
        return tuple(system.info for system in self._systems.values())

    def system(self, system_id: str) -> ClassSystem:
        """A class system. Raises :class:`ClassError` (CLASS_SYSTEM_UNKNOWN) where there is none of that id.

        ``table:NAME``, the system of a user's own factor table, is there always and empty: only the factors know codes.
        """
        if system_id.startswith(OWN) and len(system_id) > len(OWN):
            return ClassSystem(SystemInfo(system_id, system_id, system_id, "table", "flat"), ())
        if system_id not in self._systems:
            raise ClassError("CLASS_SYSTEM_UNKNOWN", system=system_id, known=", ".join(self._systems))
        return self._systems[system_id]

    def generic(self, generic_id: str) -> GenericClass:
        """A generic class. Raises :class:`ClassError` (CLASS_GENERIC_UNKNOWN) where there is none of that id."""
        if generic_id not in self._generic:
            raise ClassError("CLASS_GENERIC_UNKNOWN", generic=generic_id)
        return self._generic[generic_id]

    def generics(self) -> tuple[GenericClass, ...]:
        """All generic classes."""
        return tuple(self._generic.values())

    def generic_chain(self, generic_id: str) -> tuple[str, ...]:
        """A generic class and those whose pools stand in for it: ``("built_residential", "built")``."""
        chain = [self.generic(generic_id).id]
        while (parent := self._generic[chain[-1]].parent) and parent not in chain:
            chain.append(parent)
        return tuple(chain)

    def match(self, system: str, code: object) -> ClassMatch:
        """What a code, a name, or code and name in one cell mean in a class system.

        Never raises for an unknown code: ``generic`` is then None and ``reason`` says why. A mixed code is matched by
        its largest part (flag ``MIXED_CODE``); :meth:`parts` gives all. Raises :class:`ClassError` for an unknown
        system.
        """
        return self._cached(system, code if isinstance(code, str) else as_text(code))

    def parts(self, system: str, code: object) -> tuple[tuple[ClassMatch, float], ...]:
        """All parts of a mixed code with their shares (carbon rule 11); one part with share 1 for a single code.

        Shares that are not stated are equal. The parts of a mix carry the flag ``MIXED_CODE``.
        """
        single = self.match(system, code)
        if "MIXED_CODE" not in single.flags:
            return ((single, 1.0),)
        parts = self._mix(self._systems[system], normalise(code) or "")
        return tuple((_flagged(self.match(system, part), "MIXED_CODE"), share) for part, share in parts)

    def cover(self, match: ClassMatch) -> Optional[CoverDefault]:
        """Default cover of a class; None unless it reaches a 用地用海 2023 code."""
        return None if match.landsea is None else self._covers.get(match.landsea)

    def name(self, system: str, code: str, lang: str = "en") -> str:
        """Official name of a code in a language; the code itself where it is unknown."""
        return self.match(system, code).name(lang)

    def _match(self, system_id: str, requested: str) -> ClassMatch:
        system = self.system(system_id)
        own = system_id.startswith(OWN)
        text = (as_text(requested) or None) if own else normalise(requested)
        if text is None:
            return ClassMatch(system_id, requested, flags=("UNKNOWN_CLASS",), reason=message("CLASS_EMPTY"))
        if own:
            return ClassMatch(system_id, requested, text, chain=((system_id, text),))
        found = system.resolve(text)
        if found.code is None and not found.suggestions:
            parts = self._mix(system, text)
            if len(parts) > 1:
                largest = max(parts, key=lambda part: part[1])[0]
                return replace(_flagged(self.match(system_id, largest), "MIXED_CODE"), requested=requested)
            if text.casefold() in self._generic:
                return self._by_generic(system_id, text.casefold(), requested)
        if found.code is None:
            return self._unknown(system, text, requested, found)
        return self._known(system, text, requested, found.code, found.flags)

    @staticmethod
    def _mix(system: ClassSystem, text: str) -> tuple[tuple[str, float], ...]:
        """Parts of a mix of codes, or of a mix of names that the system knows one and all."""
        parts = split_mixed(text)
        if len(parts) > 1:
            return parts
        names = split_names(text)
        return names if all(system.resolve(name).code is not None for name, _ in names) else parts

    def _known(self, system: ClassSystem, text: str, requested: str, code: str, flags: tuple[str, ...]) -> ClassMatch:
        own = (code, *system.ancestors(code))
        landsea, more, alternatives = self._to_landsea(system.id, own)
        generic = self._to_generic(system.id, own, landsea)
        chain = [(system.id, text), *((system.id, c) for c in own)]
        if landsea is not None and system.id != LANDSEA:
            chain += [(LANDSEA, c) for c in (landsea, *self._systems[LANDSEA].ancestors(landsea))]
        record = system.record(code) or ClassRecord(code, 1, "", "", "", "")
        reason = None
        if generic is None:
            reason = message("CLASS_CONTAINER", code=code, name=Named(record.name_en, record.name_zh))
        elif generic == NO_DATA:
            generic, more = None, (*more, "UNKNOWN_CLASS")
            reason = message("CLASS_NO_DATA", code=code, name=Named(record.name_en, record.name_zh))
        return ClassMatch(
            system.id,
            requested,
            code,
            landsea,
            generic,
            record.name("en"),
            record.name("zh"),
            tuple(dict.fromkeys((*flags, *more))),
            tuple(dict.fromkeys(chain)),
            alternatives,
            reason=reason,
        )

    def _to_landsea(self, system: str, own: tuple[str, ...]) -> tuple[Optional[str], tuple[str, ...], tuple[str, ...]]:
        """用地用海 code of a class, flags, other codes that it may be."""
        if system == LANDSEA:
            return own[0], (), ()
        link = self._crosswalks.get((system, own[0], LANDSEA))
        if link is None:
            return None, (), ()
        if not link.code:
            return None, ("CONTAINER",), link.alternatives
        flags: tuple[str, ...] = ("RECODED_2020",) if link.relation == "recoded" else ()
        # Most one-to-many classes are the same ground whichever is taken; only the others deserve a remark.
        grounds = {self._ground(code) for code in (link.code, *link.alternatives)}
        return link.code, flags + (("AMBIGUOUS",) if len(grounds) > 1 else ()), link.alternatives

    def _to_generic(self, system: str, own: tuple[str, ...], landsea: Optional[str]) -> Optional[str]:
        if landsea is not None:
            return self._landsea_generic(landsea)
        if system == GENERIC:
            return own[0]
        link = self._crosswalks.get((system, own[0], GENERIC))
        return link.code if link is not None and link.code else None

    def _landsea_generic(self, code: str) -> Optional[str]:
        for one in (code, *self._systems[LANDSEA].ancestors(code)):
            link = self._crosswalks.get((LANDSEA, one, GENERIC))
            if link is not None and link.code:
                return link.code
        return None

    def _ground(self, landsea: str) -> str:
        """Generic class of a code as far as pools go: built-up classes share theirs."""
        generic = self._landsea_generic(landsea) or NO_DATA
        return BUILT if BUILT in self.generic_chain(generic) else generic

    def _by_generic(self, system: str, generic: str, requested: str) -> ClassMatch:
        """A generic class written into a layer of another system."""
        match = self.match(GENERIC, generic)
        return replace(_flagged(match, "NAME_MATCH"), system=system, requested=requested)

    def _unknown(self, system: ClassSystem, text: str, requested: str, found: Resolution) -> ClassMatch:
        name = Named(system.info.name_en, system.info.name_zh)
        if found.suggestions:
            reason = message("CLASS_SEVERAL_READINGS", code=text, system=name, codes=", ".join(found.suggestions))
        else:
            reason = message("CLASS_NOT_IN_SYSTEM", code=text, system=name)
        return ClassMatch(
            system.id,
            requested,
            name_en=text,
            name_zh=text,
            flags=("UNKNOWN_CLASS",),
            chain=((system.id, text),),
            suggestions=found.suggestions,
            reason=reason,
        )


def _flagged(match: ClassMatch, flag: str) -> ClassMatch:
    return match if flag in match.flags else replace(match, flags=(*match.flags, flag))


@lru_cache(maxsize=1)
def _shipped() -> ClassLibrary:
    with library() as connection:
        records: dict[str, list[ClassRecord]] = {}
        for row in connection.execute(GET_CLASSES):
            record = ClassRecord(
                row["code"], row["level"], row["name_en"], row["name_zh"], row["parent"], row["confidence"]
            )
            records.setdefault(row["system"], []).append(record)
        crosswalks = read_crosswalks(connection)
        generic = read_generic(connection)
        records[GENERIC] = [ClassRecord(g.id, 1, g.name_en, g.name_zh, "", "derived") for g in generic.values()]
        infos = [
            SystemInfo(row["system_id"], row["name_en"], row["name_zh"], row["kind"], row["hierarchy"])
            for row in connection.execute(GET_CLASS_SYSTEMS)
        ]
        covers = read_cover_defaults(connection)
    # Names of the 2020 edition are still met in layers that follow the codes of 2023.
    older = [(r.name_zh, crosswalks[LANDSEA_2020, r.code, LANDSEA].code) for r in records[LANDSEA_2020]]
    systems = {info.id: ClassSystem(info, records[info.id], older if info.id == LANDSEA else ()) for info in infos}
    return ClassLibrary(systems, crosswalks, generic, covers)

"""Which factor serves a class: its own code first, then its parents, then the 用地用海 codes, then the generic chain.

Carbon pools of one class are taken so that nothing is counted twice: above and below ground together, or the sum of
both (``vegetation``) where the set gives only that; ``litter`` where there is no ``dead``; ``total`` only where no part
is known. A factor without value ends the search: this quantity is *not estimated* for the class, and a parent's figure
must not stand in for it (carbon rule 6).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Union

from ..base.messages import Message, message
from ..classes.library import LANDSEA, ClassLibrary, ClassMatch
from .records import POOLS, Factor, FactorSet

PARENT_FACTOR = "PARENT_FACTOR"
GENERIC = "generic"
Target = Union[ClassMatch, str]  # a matched class, or the id of a generic class
Key = tuple[str, str]  # (class system, code)


@dataclass(frozen=True)
class Found:
    """A factor and how it was found.

    ``key`` is the (system, code) that served, ``tried`` those before it in vain; ``flags`` holds ``PARENT_FACTOR``
    where a parent of the class served.
    """

    factor: Factor
    key: Key
    tried: tuple[Key, ...] = ()
    flags: tuple[str, ...] = ()

    def explain(self) -> Message:
        """Why this factor, in a sentence."""
        served = f"{self.key[0]}:{self.key[1]}"
        if not self.tried:
            return message("FOUND_OWN", factor=self.factor.factor_id, key=served)
        tried = ", ".join(f"{system}:{code}" for system, code in self.tried)
        return message("FOUND_AFTER", factor=self.factor.factor_id, key=served, tried=tried)


@dataclass(frozen=True)
class _Step:
    key: Key
    parent: bool


class Lookup:
    """Finds the factors of classes in one set. Answers are cached; one object may serve several threads."""

    def __init__(self, factor_set: FactorSet, classes: ClassLibrary) -> None:
        self._set, self._classes = factor_set, classes
        self._pools: dict[tuple[object, ...], dict[str, Found]] = {}
        self._others: dict[tuple[object, ...], Found | None] = {}

    @property
    def factor_set(self) -> FactorSet:
        """The set that is searched."""
        return self._set

    def find(self, target: Target, parameter: str) -> Found | None:
        """The factor of a class for a parameter, or None.

        For carbon pools this is the factor to *count*: ``find(x, "total")`` is None where parts are known, and
        ``find(x, "above")`` is None where ``vegetation`` serves. ``Found.factor.value`` may be None (not estimated).
        """
        if parameter in POOLS:
            return self.pools(target).get(parameter)
        key = (_identity(target), parameter)
        if key not in self._others:
            self._others[key] = self._first(self._steps(target), parameter)
        return self._others[key]

    def find_code(self, match: ClassMatch, parameter: str) -> Found | None:
        """As :meth:`find`, only by the codes of the class and its parents, not by its generic class."""
        steps = _code_steps(match)
        return self._select(steps).get(parameter) if parameter in POOLS else self._first(steps, parameter)

    def pools(self, target: Target) -> dict[str, Found]:
        """The pools to count for a class, by name, without overlap. Empty where the set holds none."""
        key = (_identity(target),)
        if key not in self._pools:
            self._pools[key] = self._select(self._steps(target))
        return self._pools[key]

    def tried(self, target: Target) -> tuple[Key, ...]:
        """All keys under which a factor is looked for, in order: what to add a factor under where none is found."""
        return tuple(step.key for step in self._steps(target))

    def _steps(self, target: Target) -> tuple[_Step, ...]:
        generic = target.generic if isinstance(target, ClassMatch) else target
        chain = self._classes.generic_chain(generic) if generic else ()
        own = _code_steps(target) if isinstance(target, ClassMatch) else ()
        seen = {step.key for step in own}
        more = (_Step((GENERIC, one), number > 0) for number, one in enumerate(chain))
        return own + tuple(step for step in more if step.key not in seen)

    def _first(self, steps: tuple[_Step, ...], parameter: str) -> Found | None:
        for number, step in enumerate(steps):
            factor = self._set.get(*step.key, parameter)
            if factor is not None:
                tried = tuple(s.key for s in steps[:number])
                return Found(factor, step.key, tried, (PARENT_FACTOR,) if step.parent else ())
        return None

    def _select(self, steps: tuple[_Step, ...]) -> dict[str, Found]:
        found = {name: hit for name in ("dead", "soil") if (hit := self._first(steps, name))}
        found.update(self._biomass(steps))
        if "dead" not in found:
            found.update(self._named(steps, "litter"))
        found = found or self._named(steps, "total")
        return {name: found[name] for name in POOLS if name in found}

    def _biomass(self, steps: tuple[_Step, ...]) -> dict[str, Found]:
        """Living biomass as the nearest class gives it: both parts, else their sum, else the one part there is."""
        for number, step in enumerate(steps):
            here = steps[number:]
            parts = [name for name in ("above", "below") if self._set.get(*step.key, name)]
            if len(parts) == 2 or (parts and not self._set.get(*step.key, "vegetation")):
                # the missing part may still come from a parent, as dead matter and soil may
                return {**self._named(steps, "above", here), **self._named(steps, "below", here)}
            if self._set.get(*step.key, "vegetation"):
                return self._named(steps, "vegetation", here)
        return {}

    def _named(self, steps: tuple[_Step, ...], name: str, within: tuple[_Step, ...] | None = None) -> dict[str, Found]:
        hit = self._first(steps if within is None else within, name)
        if hit is None:
            return {}
        skipped = tuple(s.key for s in steps[: len(steps) - len(within)]) if within is not None else ()
        return {name: Found(hit.factor, hit.key, skipped + hit.tried, hit.flags)}


def _identity(target: Target) -> object:
    return (target.chain, target.code, target.landsea, target.generic) if isinstance(target, ClassMatch) else target


def _code_steps(match: ClassMatch) -> tuple[_Step, ...]:
    """Keys of a class by code. The class itself and its 用地用海 counterpart are no parents; all others are."""
    own = {(match.system, match.code), (LANDSEA, match.landsea), *match.chain[:1]}
    return tuple(_Step(key, key not in own) for key in match.chain)

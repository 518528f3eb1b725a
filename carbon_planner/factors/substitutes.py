"""Other versions of sets for the length of a block: what a result would be if *energy* were another file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import replace

from .records import FactorSet

_SUBSTITUTES: ContextVar[Mapping[str, str]] = ContextVar("substitutes", default={})  # noqa: B039 - never changed


@contextmanager
def substituted(specs: Mapping[str, str]) -> Iterator[None]:
    """Let ``open_set`` open another spec for every set id named, in this thread, until the block ends.

    What stands in bears the id that was asked for, so that whatever is keyed by it finds its factors; version and
    content hash stay its own.
    """
    token = _SUBSTITUTES.set({**_SUBSTITUTES.get(), **specs})
    try:
        yield
    finally:
        _SUBSTITUTES.reset(token)


def substitute(name: str) -> str:
    """What to open for a name: itself, or what stands for its id (whatever version it names)."""
    return _SUBSTITUTES.get().get(name.partition("@")[0], name)


def bearing(found: FactorSet, asked: str) -> FactorSet:
    """A set under the id of the name that was asked for."""
    return FactorSet(replace(found.info, id=asked.partition("@")[0]), found.factors)

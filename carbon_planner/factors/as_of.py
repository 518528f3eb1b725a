"""Factor sets as they were at the end of a day: of the library by their day of release, of stores by their log."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ..base.errors import FactorError
from .packs import packs
from .records import FactorSet, SetInfo
from .store import (
    FILE_SUFFIXES,
    choose,
    no_such_set,
    open_team_set,
    reserved,
    shipped_set,
    shipped_sets,
    team_store,
    user_store,
)
from .user_store import UserStore


def open_as_of(name: str, day: str) -> FactorSet:
    """The version of a set that held at the end of a day (ISO); names are those of ``open_set``.

    Raises :class:`FactorError` where there is no such set, there was none then, or a file has no history.
    """
    path, _, member = name.partition("|")
    if Path(path).suffix.lower() in FILE_SUFFIXES:
        return _of_file(Path(path), member.strip(), day)
    set_id, _, version = name.partition("@")
    if reserved(set_id):
        info = choose([i for i in shipped_sets() if i.released <= day], set_id, version)
        if info is None:
            raise _none_then(set_id, day, shipped_sets())
        return shipped_set(info)
    packed = packs().get(set_id, version)
    if packed is not None:
        if packed.info.released > day:
            raise _none_then(set_id, day, [packed.info])
        return packed
    store = user_store()
    if store is not None and any(info.id == set_id for info in store.infos()):
        return _of_store(store, set_id, version, day)
    if team_store() is None:
        raise no_such_set(name)
    return open_team_set(name, day)


def _of_file(path: Path, member: str, day: str) -> FactorSet:
    if path.suffix.lower() != ".gpkg":
        raise FactorError("SET_AS_OF_FILE", path=str(path), day=day)
    store = UserStore(path)
    ids = list(dict.fromkeys(info.id for info in store.infos()))
    set_id, _, version = member.partition("@")
    if not member and len(ids) == 1:
        set_id = ids[0]
    if set_id not in ids:
        refs = ", ".join(info.ref for info in store.infos())
        raise FactorError("STORE_NO_MEMBER" if member else "STORE_MEMBER", path=str(path), set=member, known=refs)
    return _of_store(store, set_id, version, day)


def _of_store(store: UserStore, set_id: str, version: str, day: str) -> FactorSet:
    info = choose(store.infos_at(day), set_id, version)
    if info is None:
        raise _none_then(set_id, day, store.infos())
    return store.get_at(info.id, info.version, day)


def _none_then(set_id: str, day: str, infos: Sequence[SetInfo]) -> FactorError:
    versions = ", ".join(info.version for info in infos if info.id == set_id)
    return FactorError("SET_AS_OF_NONE", set=set_id, day=day, versions=versions)

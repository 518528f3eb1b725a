"""Opening factor sets by name: the shipped library, factor packs, the user's store, the team's store, files.

A set is asked for as ``""`` (the default of a land method), ``id`` (its best version: approved before published before
drafts, newer before older), ``id@version``, ``id@2026-01-31`` (the version that held at the end of that day), or the
path of a CSV, XLSX, JSON or GeoPackage file; ``path|id`` and ``path|id@version`` name one of several sets of a
GeoPackage; ``team:id`` and ``team:id@version`` look in the team's store only. All functions may be called from any
thread.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from ..base.errors import FactorError, PlannerError
from ..classes.library import ClassLibrary
from ..storage.library import library, library_path
from .database import read_default, read_infos, read_set
from .history import Author, day_of
from .packs import FOLDER as PACK_FOLDER
from .packs import packs, use_packs
from .records import APPROVED, DRAFT, FILE_VERSION, REVIEWED, SUPERSEDED, FactorSet, SetInfo
from .substitutes import bearing, substitute
from .user_store import NOBODY, UserStore

if TYPE_CHECKING:
    from .team_store import TeamStore

TEAM = "team:"
FILE_SUFFIXES = (".csv", ".tsv", ".txt", ".xlsx", ".xlsm", ".json", ".gpkg")
METHODS = ("stock", "flux")
_NUMBERS = re.compile(r"\d+")
_DATED = re.compile(r"(.+)@(\d{4}-\d{2}-\d{2})")


class _Places:
    """Where sets are looked for beside the shipped library; set once by the host, read from every thread."""

    store: UserStore | None = None
    team: TeamStore | None = None


def use_store(path: Path | None) -> UserStore | None:
    """Name the user store (a folder or a GeoPackage) that :func:`open_set` and :func:`list_sets` search, or None.

    Factor packs are looked for in the folder ``packs`` beside it.
    """
    _Places.store = UserStore(path) if path is not None else None
    use_packs(_Places.store.path.parent / PACK_FOLDER if _Places.store else None)
    return _Places.store


def user_store() -> UserStore | None:
    """The user store in use, or None."""
    return _Places.store


def use_team_store(store: TeamStore | None) -> None:
    """Name the team's store, which :func:`open_set` and :func:`list_sets` search last, or None."""
    _Places.team = store


def team_store() -> TeamStore | None:
    """The team's store in use, or None."""
    return _Places.team


def team_sets(patience: float | None = None) -> tuple[tuple[SetInfo, ...], PlannerError | None]:
    """The sets of the team's store, as ``team:id@version`` opens them; or none and why they cannot be listed.

    ``patience`` as in ``TeamStore.listed``.
    """
    team = team_store()
    return team.listed(patience) if team is not None else ((), None)


def default_set(method: str) -> str:
    """Id of the default set of a land method (``stock`` or ``flux``)."""
    if method not in METHODS:
        raise FactorError("METHOD_UNKNOWN", method=method, known=", ".join(METHODS))
    return _library_default(method, _stamp(library_path()))


def shipped_sets() -> tuple[SetInfo, ...]:
    """The sets that come with the plugin."""
    return _library_infos(_stamp(library_path()))


def shipped_set(info: SetInfo) -> FactorSet:
    """A set that comes with the plugin."""
    return _shipped_set(info, _stamp(library_path()))


def list_sets(patience: float | None = None) -> list[SetInfo]:
    """All sets that can be opened by name: shipped, of packs, the user's, and those that only the team's store has.

    A database that cannot be reached is passed over: :func:`team_sets` says why. ``patience`` as there.
    """
    store = user_store()
    near = [*shipped_sets(), *packs().infos(), *(store.infos() if store else ())]
    known = {info.ref for info in near}
    return [*near, *(info for info in team_sets(patience)[0] if info.ref not in known)]


def open_set(spec: str, method: str = "stock", *, as_of: str = "") -> FactorSet:
    """Open a set by name or path; see the module's text for the forms of ``spec``.

    ``method`` decides only which default set ``""`` means; ``as_of`` (a date as 2026-01-31) gives the version that held
    on that day, as it was at its end (UTC). Raises :class:`FactorError` where there is no such set
    (naming the nearest ones) or a file breaks rules (:class:`InvalidSet`, all findings at once).
    """
    asked = spec.strip() or default_set(method)
    name = substitute(asked)
    dated = None if as_of else _DATED.fullmatch(name)
    found = _opened(dated[1], dated[2]) if dated else _opened(name, as_of)
    return found if name == asked else bearing(found, asked)


def _opened(name: str, as_of: str) -> FactorSet:
    if name.startswith(TEAM):
        return open_team_set(name.removeprefix(TEAM).strip(), day_of(as_of) if as_of else "")
    if as_of:
        from .as_of import open_as_of  # asks this module in turn

        return open_as_of(name, day_of(as_of))
    path, _, member = name.partition("|")
    if Path(path).suffix.lower() in FILE_SUFFIXES:
        return _from_file(Path(path).absolute(), member.strip())
    set_id, _, version = name.partition("@")
    if any(info.id == set_id for info in shipped_sets()):
        info = choose(shipped_sets(), set_id, version)
        if info is None:
            raise no_such_set(name)
        return shipped_set(info)
    packed = packs().get(set_id, version)
    if packed is not None:
        return packed
    store = user_store()
    info = choose(store.infos() if store else (), set_id, version)
    if store is None or info is None:
        return open_team_set(name)
    return _stored_set(store.path, info, _stamp(store.path))


def choose(infos: Sequence[SetInfo], set_id: str, version: str) -> SetInfo | None:
    """The set of an id and version.

    Without version: the newest that is approved, else the newest published, else the newest reviewed, else the newest
    draft, at last one that was superseded.
    """
    same = [info for info in infos if info.id == set_id and version in ("", info.version)]
    return max(same, key=lambda info: (_RANKS.get(info.status, 3), version_order(info.version)), default=None)


# How ready a state is; what no review touches (published, reference, comparison, example) stands between.
_RANKS = {APPROVED: 4, REVIEWED: 2, DRAFT: 1, SUPERSEDED: 0}


def version_order(version: str) -> tuple[tuple[int, ...], bool, str]:
    """Sort key of versions: 1.10.0 after 1.9.0, a pre-release before its release."""
    release, dash, pre = version.partition("-")
    return tuple(int(n) for n in _NUMBERS.findall(release)), not dash, pre


def reserved(set_id: str) -> bool:
    """Whether an id belongs to a shipped set or a pack, so that no user set may take it."""
    return any(info.id == set_id for info in (*shipped_sets(), *packs().infos()))


def add_to_store(factor_set: FactorSet) -> None:
    """Add a set to the user store in use. Raises :class:`FactorError` without one, or for the id of a shipped set."""
    store = user_store()
    if store is None:
        raise FactorError("NO_STORE")
    if reserved(factor_set.info.id):
        raise FactorError("SET_ID_SHIPPED", set=factor_set.info.id)
    store.add(factor_set)


def add_to_team(
    factor_set: FactorSet, *, base: int | None = None, author: Author = NOBODY, team: TeamStore | None = None
) -> int:
    """Add a set to a team's store (that in use) and give its revision; ``base`` as in ``TeamStore.add``.

    Raises :class:`FactorError` without a team's store, for the id of a shipped set, and as ``TeamStore.add`` does.
    """
    team = team or team_store()
    if team is None:
        raise FactorError("NO_TEAM_STORE")
    if reserved(factor_set.info.id):
        raise FactorError("SET_ID_SHIPPED", set=factor_set.info.id)
    return team.add(factor_set, base=base, author=author)


def open_team_set(name: str, day: str = "", team: TeamStore | None = None) -> FactorSet:
    """A set of a team's store (that in use) by ``id`` or ``id@version``, as it is or was at the end of a day (ISO)."""
    team = team or team_store()
    set_id, _, version = name.partition("@")
    infos = (team.infos_at(day) if day else team.infos()) if team is not None else ()
    info = choose(infos, set_id, version)
    if team is None or info is None:
        raise no_such_set(name)
    return team.get_at(info.id, info.version, day) if day else team.read(info.id, info.version)[0]


def no_such_set(name: str) -> FactorError:
    """The error for a name that no set has: the nearest names first, else all."""
    refs = [info.ref for info in list_sets()]
    ids = list(dict.fromkeys(ref.partition("@")[0] for ref in refs))
    set_id, at, version = name.partition("@")
    if at and set_id in ids:
        versions = ", ".join(ref.partition("@")[2] for ref in refs if ref.startswith(set_id + "@"))
        return FactorError("SET_NO_VERSION", set=set_id, version=version, versions=versions)
    near = difflib.get_close_matches(set_id, ids, n=3, cutoff=0.5)
    if near:
        return FactorError("SET_UNKNOWN_NEAR", set=name, near=", ".join(near), known=", ".join(ids))
    return FactorError("SET_UNKNOWN", set=name, known=", ".join(ids))


# -- caches: a set is read once for each state of its file ------------------------------------------------------------

_State = tuple[int, int]


def _stamp(path: Path) -> _State:
    """Time and size of a file; (0, 0) where there is none, which opening it will then say."""
    try:
        status = path.stat()
    except OSError:
        return (0, 0)
    return (status.st_mtime_ns, status.st_size)


@lru_cache(maxsize=2)
def _library_infos(_state: _State) -> tuple[SetInfo, ...]:
    with library() as connection:
        return read_infos(connection)


@lru_cache(maxsize=4)
def _library_default(method: str, _state: _State) -> str:
    with library() as connection:
        return read_default(connection, method)


@lru_cache(maxsize=64)
def _shipped_set(info: SetInfo, _state: _State) -> FactorSet:
    with library() as connection:
        return read_set(connection, info)


@lru_cache(maxsize=64)
def _stored_set(path: Path, info: SetInfo, _state: _State) -> FactorSet:
    return UserStore(path).get(info.id, info.version)


def _from_file(path: Path, member: str) -> FactorSet:
    if not path.is_file():
        raise FactorError("SET_FILE_MISSING", path=str(path))
    return _file_set(path, member, _stamp(path))


@lru_cache(maxsize=16)
def _file_set(path: Path, member: str, _state: _State) -> FactorSet:
    """A set read from a file: its version is ``file``, its content hash tells which."""
    found = _store_member(path, member) if path.suffix.lower() == ".gpkg" else _table_set(path)
    return FactorSet(replace(found.info, version=FILE_VERSION), found.factors)


def _table_set(path: Path) -> FactorSet:
    from .formats import read_file

    return read_file(path, classes=ClassLibrary.shipped()).factor_set


def _store_member(path: Path, member: str) -> FactorSet:
    store = UserStore(path)
    infos = store.infos()
    refs = ", ".join(info.ref for info in infos)
    set_id, _, version = member.partition("@")
    if not member and len({info.id for info in infos}) == 1:
        set_id = infos[0].id
    info = choose(infos, set_id, version)
    if info is None:
        raise FactorError("STORE_MEMBER" if not member else "STORE_NO_MEMBER", path=str(path), set=member, known=refs)
    return store.get(info.id, info.version)

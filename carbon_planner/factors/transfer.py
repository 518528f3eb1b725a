"""Copies of sets between the user's store, files and the team's store; nothing is overwritten unseen on either side."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ..base.errors import FactorError
from .history import Author
from .records import DRAFT, INFO_STATE, PUBLISHED, FactorSet
from .store import TEAM, add_to_store, add_to_team, open_set, open_team_set, team_store, user_store
from .team_store import TeamStore
from .user_store import NOBODY


def to_team(
    spec: str,
    *,
    set_id: str = "",
    version: str = "",
    publish: bool = False,
    base: int | None = None,
    author: Author = NOBODY,
    team: TeamStore | None = None,
) -> tuple[FactorSet, int]:
    """Save a set in the team's store, as a draft or published; gives it as it was saved, with its revision.

    ``spec`` as in :func:`open_set`; ``set_id`` and ``version`` replace those of the set. A state beyond the draft
    (reviewed, approved …) is kept where ``publish`` asks for it. ``team`` is another store than the one in use;
    ``base`` and errors as in ``TeamStore.add``.
    """
    if spec.startswith(TEAM):
        found, revision = _read(spec, team)
        own_name = (set_id or found.info.id, version or found.info.version) == (found.info.id, found.info.version)
        base = revision if own_name and base is None else base
    else:
        found = open_set(spec)
    state: dict[str, Any] = {} if publish else {**dict.fromkeys(INFO_STATE, ""), "status": DRAFT}
    info = replace(found.info, id=set_id or found.info.id, version=version or found.info.version, **state)
    if publish and info.status == DRAFT:
        info = replace(info, status=PUBLISHED, released=info.released or author.stamped().at[:10])
    wanted = FactorSet(info, found.factors)
    return wanted, add_to_team(wanted, base=base, author=author, team=team)


def from_team(spec: str, *, overwrite: bool = False, team: TeamStore | None = None) -> tuple[FactorSet, int]:
    """Copy a set of the team's store into the user's; gives it with the revision that changes must be based on.

    Raises :class:`FactorError` where the user's store has another draft of the same name, unless ``overwrite`` is
    true, and where it holds a published set of the name with other content.
    """
    team, own = team or team_store(), user_store()
    if team is None:
        raise FactorError("NO_TEAM_STORE")
    if own is None:
        raise FactorError("NO_STORE")
    found, revision = _read(spec, team)
    info = found.info
    present = next((i for i in own.infos() if (i.id, i.version) == (info.id, info.version)), None)
    if present is not None and present.status == DRAFT and not overwrite:
        other = own.get(info.id, info.version)
        if other.content_hash != found.content_hash:
            raise FactorError("PULL_DRAFT_DIFFERS", set=info.ref)
    add_to_store(found)
    team.note(info.id, info.version, revision)
    return found, revision


def _read(spec: str, team: TeamStore | None) -> tuple[FactorSet, int]:
    """A set of the team's store by ``id`` or ``id@version``, with or without ``team:``, and its revision."""
    team = team or team_store()
    info = open_team_set((spec[len(TEAM) :] if spec.startswith(TEAM) else spec).strip(), team=team).info
    if team is None:
        raise FactorError("NO_TEAM_STORE")
    return team.read(info.id, info.version)

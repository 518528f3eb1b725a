"""Review of factor sets and single factors: draft → reviewed → approved → superseded.

Content that has left the draft never changes; a mistake is mended by a new version that supersedes the old one. Whoever
approves has seen what the new figures do to results: the hash of an impact report
(:mod:`carbon_planner.analysis.impact`), or a statement why none applies, is part of the decision and of the log.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from ..base.errors import FactorError
from . import history
from .history import Author, Change
from .problems import raise_errors
from .records import (
    APPROVED,
    DRAFT,
    INFO_STATE,
    PUBLISHED,
    REVIEWED,
    STATE_FIELDS,
    STATES,
    SUPERSEDED,
    Factor,
    FactorSet,
    SetInfo,
)
from .validation import check_documented, require_valid

# From a state to those that may follow.
NEXT: dict[str, tuple[str, ...]] = {
    "": (REVIEWED, APPROVED, SUPERSEDED),  # a factor that has no state of its own
    DRAFT: (REVIEWED, PUBLISHED),
    PUBLISHED: (REVIEWED, SUPERSEDED),
    REVIEWED: (APPROVED, SUPERSEDED),
    APPROVED: (SUPERSEDED,),
    SUPERSEDED: (),
}
_ACTIONS = {
    REVIEWED: history.REVIEW,
    APPROVED: history.APPROVE,
    SUPERSEDED: history.SUPERSEDE,
    PUBLISHED: history.PUBLISH,
}
_HASH = re.compile("[0-9a-f]{64}")
STATEMENT_LENGTH = 10  # characters: "n/a" is no statement


@dataclass(frozen=True)
class Decision:
    """What is decided: the new state, by whom and why.

    To approve, ``impact`` is the hash of an impact report, or ``no_impact`` says why none applies. ``replaced_by``
    names what supersedes: a version (``id@version``) for a set, a factor id for a factor.
    """

    state: str
    reviewer: str
    reason: str
    impact: str = ""
    no_impact: str = ""
    replaced_by: str = ""

    def check(self) -> None:
        """Raise :class:`FactorError` where reviewer, reason or evidence are missing."""
        if self.state not in STATES or self.state == DRAFT:
            raise FactorError("STATE_UNKNOWN", state=self.state, known=", ".join(STATES[1:]))
        for name, text in (("reviewer", self.reviewer), ("reason", self.reason)):
            if not text.strip():
                raise FactorError("DECISION_INCOMPLETE", field=name)
        if self.state == APPROVED:
            self._check_impact()

    def _check_impact(self) -> None:
        if self.impact and not _HASH.fullmatch(self.impact):
            raise FactorError("IMPACT_HASH_BAD", text=self.impact)
        if not self.impact and len(self.no_impact.strip()) < STATEMENT_LENGTH:
            raise FactorError("IMPACT_NEEDED", length=STATEMENT_LENGTH)

    @property
    def evidence(self) -> str:
        """What the log keeps beside the reason."""
        if self.state != APPROVED:
            return ""
        return f"impact:{self.impact}" if self.impact else f"no impact: {self.no_impact.strip()}"


@dataclass(frozen=True)
class Outcome:
    """What a decision changes in a store: states of sets, states of factors of the set decided on, rows of the log."""

    infos: tuple[SetInfo, ...]
    factors: tuple[Factor, ...]
    changes: tuple[Change, ...]


def decided(
    found: FactorSet,
    others: Iterable[SetInfo],
    decision: Decision,
    factor_ids: Sequence[str] = (),
    at: str = "",
) -> Outcome:
    """What follows from a decision about a set, or about the factors named.

    ``others`` are the sets of the store: approving a version supersedes those of the same id that were approved before.
    Raises :class:`FactorError` where the step is not allowed, incomplete, or the set is not fit for it.
    """
    decision.check()
    author = Author(decision.reviewer, decision.reason, at).stamped()
    if factor_ids:
        factors = _factors(found, decision, factor_ids)
        before = {f.factor_id: f for f in found.factors}
        rows = [row for f in factors for row in _factor_rows(found.info, before[f.factor_id], f, decision, author)]
        return Outcome((), tuple(factors), tuple(rows))
    known = list(others)
    info = _next_info(found, known, decision, author)
    infos = [(found.info, info, decision)]
    if decision.state == APPROVED:
        follows = replace(decision, state=SUPERSEDED, replaced_by=info.ref)
        older = [o for o in known if o.id == info.id and o.version != info.version and o.status == APPROVED]
        infos += [(o, replace(o, status=SUPERSEDED, replaced_by=info.ref), follows) for o in older]
    rows = [row for old, new, step in infos for row in _info_rows(old, new, step, author)]
    return Outcome(tuple(new for _, new, _ in infos), (), tuple(rows))


def published(found: FactorSet, author: Author) -> Outcome:
    """A draft that leaves its draft without review."""
    author = author.stamped()
    info = replace(found.info, status=PUBLISHED, released=found.info.released or author.at[:10])
    decision = Decision(PUBLISHED, author.who, author.reason)
    return Outcome((info,), (), tuple(_info_rows(found.info, info, decision, author)))


def _next_info(found: FactorSet, known: Sequence[SetInfo], decision: Decision, author: Author) -> SetInfo:
    info = found.info
    _check_step(info.ref, info.status, decision.state)
    if decision.state == SUPERSEDED:
        if decision.replaced_by and decision.replaced_by not in {o.ref for o in known if o.ref != info.ref}:
            raise FactorError("REPLACEMENT_UNKNOWN", replaced_by=decision.replaced_by)
        return replace(info, status=SUPERSEDED, replaced_by=decision.replaced_by)
    require_valid(found)
    raise_errors(info.ref, check_documented(found.factors))
    released = info.released or author.at[:10] if decision.state == APPROVED else info.released
    return replace(info, status=decision.state, reviewer=author.who, released=released)


def _factors(found: FactorSet, decision: Decision, factor_ids: Sequence[str]) -> list[Factor]:
    by_id = {f.factor_id: f for f in found.factors}
    unknown = [name for name in factor_ids if name not in by_id]
    if decision.state == SUPERSEDED and decision.replaced_by and decision.replaced_by not in by_id:
        unknown.append(decision.replaced_by)
    if unknown:
        raise FactorError("FACTOR_NOT_IN_SET", set=found.info.ref, factors=", ".join(unknown))
    changed = []
    for name in dict.fromkeys(factor_ids):
        factor = by_id[name]
        _check_step(name, factor.status, decision.state)
        raise_errors(name, check_documented([factor]) if decision.state != SUPERSEDED else [])
        replaced_by = decision.replaced_by if decision.state == SUPERSEDED else factor.replaced_by
        changed.append(replace(factor, status=decision.state, reviewer=decision.reviewer, replaced_by=replaced_by))
    return changed


def _check_step(name: str, old: str, new: str) -> None:
    allowed = NEXT.get(old, ())
    if new not in allowed:
        raise FactorError("STATE_STEP", name=name, old=old or DRAFT, new=new, allowed=", ".join(allowed) or "–")


def _info_rows(old: SetInfo, new: SetInfo, decision: Decision, author: Author) -> list[Change]:
    action = _ACTIONS[decision.state]
    return [
        Change(
            author.at, author.who, action, new.id, new.version, field=name, old=getattr(old, name),
            new=getattr(new, name), reason=author.reason, evidence=decision.evidence,
        )
        for name in INFO_STATE
        if getattr(old, name) != getattr(new, name)
    ]  # fmt: skip


def _factor_rows(info: SetInfo, old: Factor, new: Factor, decision: Decision, author: Author) -> list[Change]:
    return [
        Change(
            author.at, author.who, _ACTIONS[decision.state], info.id, info.version, new.factor_id, name,
            getattr(old, name), getattr(new, name), author.reason, decision.evidence,
        )
        for name in STATE_FIELDS
        if getattr(old, name) != getattr(new, name)
    ]  # fmt: skip

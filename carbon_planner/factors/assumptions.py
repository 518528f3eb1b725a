"""What a user assumes in the place of what is stored: overrides and courses in time, labelled as such."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from ..base.messages import message
from .candidates import Query, Rejected, Step
from .overrides import REGION, SCENARIO, SCENARIO_SET, Override, factor_of
from .paths import MULTIPLIER, YearPath
from .resolved import OVERRIDDEN, PATH_ASSUMED, Resolved
from .selection import Selection

_LEVEL_TEXTS = {SCENARIO: "OVERRIDE_OF_SCENARIO", REGION: "OVERRIDE_OF_REGION"}


def overridden(
    step: Step, query: Query, override: Override, found: Selection, rejected: Sequence[Rejected]
) -> Resolved:
    """The answer where a figure of the user stands in the place of what was found."""
    stored = [candidate.factor for candidate, _ in found.parts]
    factor = factor_of(override, stored[0] if stored else None)
    over = [Rejected(c.factor, c.fset, message("REJECTED_OVERRIDDEN")) for c, _ in found.parts]
    remark = message(
        "RESOLVED_OVERRIDE", quantity=override.quantity, value=override.value, unit=factor.unit, reason=override.reason,
        level=message(_LEVEL_TEXTS[override.level]), replaced=", ".join(f.factor_id for f in stored) or "-",
    )  # fmt: skip
    return Resolved(
        ((factor, SCENARIO_SET, 1.0),), query, step.name, override.region or found.where, found.series, "",
        (OVERRIDDEN,), (), (*over, *rejected), (remark,),
    )  # fmt: skip


def on_path(answer: Resolved, path: YearPath, year: int, stored_in: Callable[[int], Resolved | None]) -> Resolved:
    """The answer on a course that the user assumes.

    A multiplier scales the factor of its first year, which ``stored_in`` gives; a table puts figures of the
    pseudo-set ``scenario`` in its place.
    """
    label = message("RESOLVED_PATH", key=answer.key, path=path.text(), reason=path.reason or "-")
    flags = (*(flag for flag in answer.flags if not flag.startswith("YEAR_")), PATH_ASSUMED)
    if path.kind == MULTIPLIER:
        base = stored_in(path.points[0][0]) or answer
        scale = path.at(year)
        parts = tuple((factor, fset, weight * scale) for factor, fset, weight in base.parts)
    else:
        figures = dict(path.points)
        reason = path.reason or message("PATH_SOURCE", path=path.text()).text()
        parts = tuple(
            (factor_of(Override(answer.key, "", figures[y], year=y, reason=reason), answer.factor), SCENARIO_SET, w)
            for y, w in path.weights(year)
        )
    return replace(answer, parts=parts, flags=flags, rule=path.kind, remarks=(*answer.remarks, label))

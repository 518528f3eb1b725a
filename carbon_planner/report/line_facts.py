"""Lines of sectors that are in no net: other scopes and views, and what another line counts already."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from ..accounting.flags import table as flag_table
from ..accounting.sector_views import LEGACY, sector_of
from ..accounting.sectors import current
from .numbers import Numbers
from .texts import Texts, plain

if TYPE_CHECKING:
    from ..accounting.evaluate import Evaluation
    from ..accounting.terms import Term

SIDES = ("baseline", "plan")
# Where no side is known to compare with, or a figure of its own tells the line.
_TOLD_ELSEWHERE = {"NULL_NET", LEGACY}


def information(evaluation: Evaluation) -> list[dict[str, Any]]:
    """By sector, line and scope: tCO2e of both sides within the horizon, names, flags, whether a view counts it."""
    model, end = evaluation.model, evaluation.settings.end_year
    held = evaluation.counted[model.activities.row]
    size = len(model.activities.columns)
    amounts = np.bincount(model.activities.col[held], model.activities.qty[held], minlength=size)
    names = {rule.key: (rule.name_en, rule.name_zh, bool(rule.views)) for rule in current().rules}
    rows: dict[tuple[str, str, str], dict[str, Any]] = {}
    for term in model.terms:
        if not _shown(term) or not amounts[term.column]:
            continue
        line = term.item.partition(",")[0].partition(" [")[0]
        key = (sector_of(term), line, term.scope)
        english, chinese, viewed = names.get(f"{key[0]}.{line}", (line, line, True))
        row = rows.setdefault(
            key,
            {"sector": key[0], "line": line, "name_en": english, "name_zh": chinese, "scope": term.scope,
             "in_some_view": viewed, "flags": sorted(set(term.flags) - {"INFO"}), "baseline": 0.0, "plan": 0.0},
        )  # fmt: skip
        years = max(min(term.yr_to, end) - term.yr_from + 1, 0)
        row[term.stage] += term.yearly * years * float(amounts[term.column])
    return [rows[key] for key in sorted(rows)]


def _shown(term: Term) -> bool:
    beyond = sector_of(term) != "land" and term.gas != "C"
    return beyond and not term.net and term.stage in SIDES and not _TOLD_ELSEWHERE & set(term.flags)


def information_rows(known: Mapping[str, Any], t: Texts, n: Numbers) -> list[dict[str, Any]]:
    """The lines as the page prints them, with the reason why they are in no net."""
    return [
        {
            "sector": row["sector"],
            "line": plain(row[f"name_{t.language}"] or row["name_en"]),
            "scope": t.get(f"SCOPE_{row['scope']}", plain(row["scope"])),
            "why": _why(row, t),
            "baseline": n.quantity(row["baseline"]),
            "plan": n.quantity(row["plan"]),
        }
        for row in known["sector_detail"]["information"]
    ]


def _why(row: Mapping[str, Any], t: Texts) -> str:
    told = [flag_table()[flag][t.language] for flag in row["flags"] if flag in flag_table()]
    if told:
        return told[0]
    return t("WHY_OTHER_VIEW" if row["in_some_view"] else "WHY_SECOND_ESTIMATE")

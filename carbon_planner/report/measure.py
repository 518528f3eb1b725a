"""Which factor to measure next: the factors that make the interval, and those whose range nobody has stated."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .factor_table import factor_row
from .numbers import Numbers
from .sectors import interval_method
from .texts import Texts, plain


def measure_page(known: Mapping[str, Any], t: Texts, n: Numbers) -> dict[str, Any]:
    """Rows and sentences for the template; ``shown`` is False where the run has no such part."""
    facts = known["uncertainty"]
    if facts is None:
        return {"shown": False}
    records = {(f["factor_id"], f["fset"]): f for f in known["factors"]}
    largest = max((c["share"] for c in facts["contributors"]), default=0.0) or 1.0
    rows = [
        {
            **factor_row(records[key], 0.0, t, n),
            "share": n.percent(c["share"]),
            "narrows": n.percent(c["narrows"]),
            "bar": 100.0 * c["share"] / largest,
        }
        for c in facts["contributors"]
        if (key := (c["factor_id"], c["fset"])) in records
    ]
    open_ends = [
        {**factor_row(records[key], 0.0, t, n), "weight": n.percent(f["weight"])}
        for f in facts["without_range"]
        if (key := (f["factor_id"], f["fset"])) in records
    ]
    return {"shown": bool(rows or open_ends), "rows": rows, "open": open_ends, "lines": _lines(known, t, n)}


def _lines(known: Mapping[str, Any], t: Texts, n: Numbers) -> list[str]:
    """Method, partial interval, convergence, and what the shares mean."""
    facts, totals = known["uncertainty"], known["totals"]
    lines = [t("MEASURE_METHOD", method=interval_method(known["settings"], t, n))]
    if totals["partial"]:
        lines.append(t("MEASURE_PARTIAL", share=n.percent(totals["covered_share"] or 0.0)))
    if facts["convergence"]:
        lines.append(plain(facts["convergence"][f"text_{t.language}"]))
    if facts["explained"] is not None:
        lines.append(t("MEASURE_EXPLAINED", share=n.percent(min(max(facts["explained"], 0.0), 1.0))))
    else:
        lines.append(t("MEASURE_LINEAR"))
    return lines

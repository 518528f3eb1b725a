"""openLCA's process workbook: exchanges and parameters with their uncertainty, from XLSX or from one sheet as CSV.

Form read in GreenDelta/olca-modules (``olca-io``, package ``xls.process``: ``OutExchangeSync``, ``OutParameterSync``,
``SheetWriter``). Amounts are per amount of the reference flow; a factor is their quotient. Distributions come over with
their parameters divided alike (:mod:`.olca_uncertainty`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..base.messages import message
from .drafts import Draft, Grid, ImportOptions
from .foreign import Line, columns_of, draft_of, lines, noted, plain, said
from .olca_uncertainty import distribution_of, gas_of, pedigree_of
from .problems import ERROR, WARNING, Place, Problem, about_set, at
from .records import Factor

INPUTS, OUTPUTS, PARAMETERS = "Inputs", "Outputs", "Parameters"
FIELDS = {
    "reference": ("is reference?",),
    "flow": ("flow",),
    "category": ("category",),
    "amount": ("amount",),
    "unit": ("unit",),
    "uncertainty": ("uncertainty",),
    "mean": ("(g)mean | mode",),
    "sd": ("sd | gsd",),
    "minimum": ("minimum",),
    "maximum": ("maximum",),
    "avoided": ("is avoided?", "is avoided product?"),
    "provider": ("provider",),
    "quality": ("data quality entry",),
    "location": ("location",),
    "description": ("description",),
}
PARAMETER_FIELDS = {
    "name": ("name",), "value": ("value",), "uncertainty": ("uncertainty",), "mean": ("(g)mean | mode",),
    "sd": ("sd | gsd",), "minimum": ("minimum",), "maximum": ("maximum",), "description": ("description",),
}  # fmt: skip


@dataclass
class _About:
    """What the workbook says of the process."""

    file: str
    options: ImportOptions
    info: Mapping[str, str]
    cas: Mapping[str, str]
    per: float = 1.0
    unit: str = ""
    item: str = ""
    problems: list[Problem] = field(default_factory=list)


def sheet_of(rows: Sequence[Sequence[str]]) -> str:
    """Which sheet a table is by its header: exchanges (``Outputs``) or ``Parameters``; "" for neither."""
    for row in rows[:3]:
        heads = {plain(cell) for cell in row}
        if {"flow", "amount", "unit"} <= heads:
            return OUTPUTS
        if {"name", "value", "uncertainty"} <= heads:
            return PARAMETERS
    return ""


def read_draft(file: str, sheets: Mapping[str, Sequence[Sequence[str]]], options: ImportOptions) -> Draft:
    """Factors of a process: its exchanges per unit of the reference flow, and its input parameters."""
    info = _pairs(sheets.get("General information", ()))
    for sheet in ("Documentation", "Administrative information"):
        info.update({name: text for name, text in _pairs(sheets.get(sheet, ())).items() if name not in info})
    about = _About(file, options, info, _cas(sheets.get("Flows", ())))
    made: list[tuple[Factor, Place]] = []
    exchanges = [(name, list(_exchanges(name, sheets[name]))) for name in (OUTPUTS, INPUTS) if sheets.get(name)]
    if exchanges and _referred(about, [line for _, lines_ in exchanges for line in lines_]):
        made += [(_exchange(line, name, about), line.place) for name, lines_ in exchanges for line in lines_
                 if not line.text("reference")]  # fmt: skip
    made += [(_parameter(line, about), line.place) for line in _parameters(sheets.get(PARAMETERS, ()))]
    licence = info.get("access and use restrictions") or info.get("copyright", "")
    told = {"licence": licence if licence not in ("0", "1", "false", "true") else ""}
    return draft_of(Grid(file, ()), options, made, about.problems, {k: v for k, v in told.items() if v})


def _exchanges(name: str, rows: Sequence[Sequence[str]]) -> Sequence[Line]:
    start = next((i for i, row in enumerate(rows[:5]) if {"flow", "amount"} <= {plain(c) for c in row}), None)
    if start is None:
        return []
    columns = columns_of(rows[start], FIELDS)
    heads = {key: rows[start][index].strip() for key, index in columns.items()}
    return list(lines(rows, columns, heads, begin=start + 1, file=name))


def _referred(about: _About, exchanges: Sequence[Line]) -> bool:
    """Find the reference flow, by whose amount all others are divided."""
    found = [line for line in exchanges if line.text("reference")]
    if len(found) != 1:
        about.problems.append(about_set(ERROR, message("OLCA_NO_REFERENCE", file=about.file, count=len(found))))
        return False
    line = found[0]
    amount = line.number("amount", about.problems)
    if not amount:
        if amount is not None or not line.text("amount"):
            about.problems.append(at(ERROR, line.place, "amount", message("OLCA_REFERENCE_ZERO")))
        return False
    about.per, about.unit = amount, line.text("unit")
    about.item = about.info.get("name") or line.text("flow")
    return True


def _exchange(line: Line, sheet: str, about: _About) -> Factor:
    flow, unit, category = line.text("flow"), line.text("unit"), line.text("category")
    gas = gas_of(flow, category, unit, about.cas) if sheet == OUTPUTS else ""
    way = "output" if sheet == OUTPUTS else "input"
    return _made(
        line,
        about,
        number="amount",
        category=" / ".join(t for t in ("openLCA", way, category) if t),
        item=about.item,
        parameter=f"{way}: {flow}",
        region=line.text("location") or about.info.get("location", "") or about.options.region,
        unit=f"{unit}{gas}/{about.unit}" if gas else f"{unit}/{about.unit}",
        gas=gas,
        factor_id="|".join((about.info.get("uuid") or about.item, way, flow, category, line.text("provider"))),
        notes=noted(
            line.text("description"), said("provider", line.text("provider")), pedigree_of(line)[1],
            said("avoided product", line.text("avoided")), *(said(n, t) for n, t in line.others.items()),
        ),
    )  # fmt: skip


def _parameter(line: Line, about: _About) -> Factor:
    if not about.options.unit and not any(p.id == "OLCA_NO_UNIT" for p in about.problems):
        about.problems.append(about_set(WARNING, message("OLCA_NO_UNIT")))
    return _made(
        line,
        about,
        number="value",
        category="openLCA / parameter",
        item=line.text("name"),
        parameter="parameter",
        region=about.info.get("location", "") or about.options.region,
        unit=about.options.unit or "1",
        gas="",
        factor_id="|".join((about.info.get("uuid") or about.info.get("name") or about.file, line.text("name"))),
        notes=line.text("description"),
    )


def _made(line: Line, about: _About, *, number: str, notes: str, **known: Any) -> Factor:
    """A factor from an amount with its uncertainty, both per amount of the reference flow."""
    per = about.per if number == "amount" else 1.0
    amount, formula = line.number_or_formula(number)
    value = None if amount is None else amount / per
    if value is None:
        finding = message("OLCA_FORMULA", formula=formula) if formula else message("VALUE_EMPTY")
        about.problems.append(at(WARNING, line.place_of(number, "value"), "value", finding))
        notes = noted(notes, said("formula", formula))
    name, params = distribution_of(line, per, about.problems) if value is not None else ("", "")
    since, until = _year(about.info.get("valid from", "")), _year(about.info.get("valid until", ""))
    process = " ".join(t for t in (about.info.get("name", ""), about.info.get("version", "")) if t)
    return Factor(
        system="",
        item_en=known["item"],
        item_zh="",
        value=value,
        low=None,
        high=None,
        range_kind="none",
        distribution=name,
        params=params,
        pedigree=pedigree_of(line)[0],
        year=until or since or about.options.year,
        valid_from=since,
        valid_to=until,
        source="; ".join(t for t in (f"openLCA process {process}".strip(), about.file, about.options.source) if t),
        confidence=about.options.confidence or "recalled",
        evidence="transcription",
        notes=noted(notes, said("process", about.info.get("uuid", ""))),
        **known,
    )


def _parameters(rows: Sequence[Sequence[str]]) -> list[Line]:
    """Input parameters, of all sections of the sheet that have values and no formulas."""
    found: list[Line] = []
    for number, row in enumerate(rows):
        if not {"name", "value"} <= {plain(cell) for cell in row}:
            continue
        columns = columns_of(row, PARAMETER_FIELDS)
        heads = {key: row[index].strip() for key, index in columns.items()}
        end = next((i for i in range(number + 1, len(rows)) if not any(c.strip() for c in rows[i])), len(rows))
        found += lines(rows[:end], columns, heads, begin=number + 1, file=PARAMETERS)
    return found


def _pairs(rows: Sequence[Sequence[str]]) -> dict[str, str]:
    """Labels and values of an information sheet; of several with one label the first."""
    pairs: dict[str, str] = {}
    for row in rows:
        if len(row) > 1 and row[0].strip() and row[1].strip():
            pairs.setdefault(plain(row[0]), row[1].strip())
    return pairs


def _cas(rows: Sequence[Sequence[str]]) -> dict[str, str]:
    """CAS numbers of flows by name."""
    heads = [plain(cell) for cell in rows[0]] if rows else []
    if "name" not in heads or "cas" not in heads:
        return {}
    name, cas = heads.index("name"), heads.index("cas")
    return {row[name].strip(): row[cas].strip() for row in rows[1:] if len(row) > max(name, cas)}


def _year(text: str) -> int | None:
    match = re.match(r"\d{4}", text)
    return int(match[0]) if match else None

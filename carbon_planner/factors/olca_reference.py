"""openLCA's reference data as CSV: a folder of tables that refer to each other, of which impact factors are factors.

Form read in GreenDelta/olca-modules (``olca-io``, ``refdata/README`` and ``RefDataExport``, ``ImpactCategoryExport``)
and GreenDelta/data (``refdata/``): comma and header row (openLCA 2), or neither header nor category column and
semicolons (openLCA 1). A factor may be a number or a formula, and carries no uncertainty in this form.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from ..base.messages import message
from .drafts import Draft, Grid, ImportOptions
from .foreign import Line, draft_of, lines, noted, said
from .olca_tables import INDICATORS, UUID, Indicator, Reference, factor_files, reference_of
from .problems import ERROR, WARNING, Place, Problem, about_set, at
from .records import Factor
from .unitnames import try_unit, unit_text

TABLES = (INDICATORS, "units.csv", "flows.csv", "unit_groups.csv", "flow_properties.csv", "lcia_methods.csv")
PARAMETER = "characterisation factor"
# Positions of the columns of impact factors, by number of columns.
_FACTOR_COLUMNS = {
    6: {"indicator": 0, "flow": 1, "property": 2, "unit": 3, "location": 4, "value": 5},
    5: {"indicator": 0, "flow": 1, "property": 2, "unit": 3, "value": 4},
}
_HEADERS = {
    "indicator": "LCIA category", "flow": "Flow", "property": "Flow property", "unit": "Flow unit",
    "location": "Location", "value": "Factor",
}  # fmt: skip


def is_reference(path: Path) -> bool:
    """Whether a path is openLCA's folder of reference data, or one of its tables."""
    folder = path if path.is_dir() else path.parent
    named = path.is_dir() or path.name in TABLES or path.parent.name == "lcia_factors"
    return named and any((place / INDICATORS).is_file() for place in (folder, folder.parent))


def read_draft(path: Path, options: ImportOptions, indicators: Sequence[str] = ()) -> Draft:
    """Impact factors of the ``indicators`` (names or UUIDs; by default all that are measured in CO2 equivalents)."""
    folder = path if path.is_dir() else path.parent
    if not (folder / INDICATORS).is_file():
        folder = folder.parent
    tables = reference_of(folder)
    chosen, problems = _chosen(tables, indicators)
    made: list[tuple[Factor, Place]] = []
    for file, rows in factor_files(folder):
        begin = 0 if rows and UUID.fullmatch(rows[0][0].strip()) else 1
        columns = _FACTOR_COLUMNS.get(len(rows[begin]) if begin < len(rows) else 6, _FACTOR_COLUMNS[6])
        for line in lines(rows, columns, _HEADERS, begin=begin, file=file):
            indicator = chosen.get(line.text("indicator").lower())
            if indicator is not None:
                made.append((_factor(line, indicator, tables, folder.name, options, problems), line.place))
    if not made and not problems:
        problems.append(about_set(ERROR, message("SET_EMPTY")))
    return draft_of(Grid(folder.name, ()), options, made, problems)


def _chosen(tables: Reference, wanted: Sequence[str]) -> tuple[dict[str, Indicator], list[Problem]]:
    """Indicators by UUID; an error for each that is wanted and not there."""
    chosen: dict[str, Indicator] = {}
    problems: list[Problem] = []
    every = tables.indicators.values()
    for text in wanted:
        found = [one for one in every if text.strip().lower() in (one.uuid.lower(), one.name.lower())]
        chosen.update({one.uuid.lower(): one for one in found})
        if not found:
            known = ", ".join(sorted({one.name for one in every})[:20])
            problems.append(about_set(ERROR, message("OLCA_NO_INDICATOR", name=text, known=known)))
    if not wanted:
        chosen = {one.uuid.lower(): one for one in every if _substance(one.unit) == "CO2e"}
        if not chosen:
            known = ", ".join(sorted({one.name for one in every})[:20])
            problems.append(about_set(ERROR, message("OLCA_NO_CLIMATE", known=known)))
    return chosen, problems


def _factor(
    line: Line, indicator: Indicator, tables: Reference, folder: str, options: ImportOptions, problems: list[Problem]
) -> Factor:
    name, compartment, cas, formula = tables.flows.get(line.text("flow").lower(), ("", "", "", ""))
    if not name:
        problems.append(_unknown(line, "flow"))
    unit = tables.units.get(line.text("unit").lower(), "")
    if not unit:
        problems.append(_unknown(line, "unit"))
    location = line.text("location")
    place = tables.locations.get(location.lower(), "") if location else ""
    if location and not place:
        problems.append(_unknown(line, "location"))
    value, equation = _value(line, problems)
    substance = _substance(indicator.unit)
    method = " / ".join(indicator.methods)
    return Factor(
        factor_id="|".join(t for t in (indicator.uuid, line.text("flow"), place) if t),
        category=" / ".join(t for t in (method, indicator.name) if t),
        system="",
        item=f"{name} [{compartment}]" if compartment else name,
        item_en=name,
        item_zh="",
        parameter=PARAMETER,
        region=place or options.region,
        value=value,
        low=None,
        high=None,
        range_kind="none",
        unit=f"{_mass(indicator.unit)}/{unit}",
        gas=substance,
        year=options.year,
        source="; ".join(
            t for t in (f"openLCA reference data “{folder}”", method, indicator.name, options.source) if t
        ),
        confidence=options.confidence or "recalled",
        evidence="transcription",
        method=method,
        notes=noted(
            indicator.description, said("formula", equation), said("flow", line.text("flow")), said("CAS", cas),
            said("chemical formula", formula), said("flow property", line.text("property")),
        ),
    )  # fmt: skip


def _value(line: Line, problems: list[Problem]) -> tuple[float | None, str]:
    """The number, or the formula in its place: that needs parameters which this form of data does not hold."""
    number, formula = line.number_or_formula("value")
    if number is None:
        finding = message("OLCA_FORMULA", formula=formula) if formula else message("VALUE_EMPTY")
        problems.append(at(WARNING, line.place, "value", finding))
    return number, formula


def _unknown(line: Line, name: str) -> Problem:
    finding = message("OLCA_UNKNOWN_REFERENCE", table=_HEADERS[name], value=line.text(name))
    return at(ERROR, line.place, name, finding)


def _mass(unit: str) -> str:
    """``kg CO2 eq`` as ``kgCO2e``; what is no greenhouse gas stays as it is."""
    short = re.sub(r"[\s\-]*eq\.?$", "e", unit.strip(), flags=re.IGNORECASE).replace(" ", "")
    parsed = try_unit(f"{short}/kg")
    return short if parsed and parsed.substance else unit_text(unit)


def _substance(unit: str) -> str:
    parsed = try_unit(f"{_mass(unit)}/kg")
    return parsed.substance if parsed else ""

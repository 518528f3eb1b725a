"""The Open Emission Factors Database (OEFDB) as CSV: a row per activity, region and year, a column per gas.

Columns were read in the repository climatiq/Open-Emission-Factors-DB (the CSV of 2021 to 2022, ``DATA_GUIDANCE.md``,
``metadata/schema.toml``) and in its tools (climatiq/python-oefdb-sdk); all its forms are taken: one ``factor`` with the
unit ``kg-CO2e/tkm`` (2021), a column per gas and GWP set (2022), and the later ``uuid``, ``dataset``,
``year_valid_from``. ``not-supplied`` and an empty cell mean *not estimated*.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..base.messages import message
from . import io_csv
from .drafts import Draft, Grid, ImportOptions
from .foreign import Line, columns_of, draft_of, finish, lines, noted, plain, said
from .formats import Imported
from .oefdb_columns import FIELDS, GASES, NEEDED, QUALITY
from .problems import ERROR, WARNING, Place, Problem, about_set, at
from .records import Factor

# Life-cycle activities that name exactly what a stage of the record means; the others stay in the notes alone.
STAGES = {"cradle_to_gate": "A1-A3", "well_to_tank": "WTT", "end_of_life": "C1-C4"}
UNITS = {"tkm": "(t·km)", "tonne-km": "(t·km)", "passenger-km": "pkm"}
_WORLD = {"GLOBAL": "World"}
_NOTHING = "not-supplied"
_KG = re.compile(r"^kg[- ]?(CO2e|CO2|CH4|N2O)/", re.IGNORECASE)
_YEARS = re.compile(r"(\d{4})(?:\s*[-–]\s*(\d{4}))?")


@dataclass(frozen=True)
class Choice:
    """Which rows to take: regions and sectors (empty: all), in any spelling of capitals."""

    regions: tuple[str, ...] = ()
    sectors: tuple[str, ...] = ()

    def takes(self, line: Line) -> bool:
        """Whether a row is chosen."""
        pairs = ((self.regions, line.text("region")), (self.sectors, line.text("sector")))
        return all(not names or text.lower() in {n.lower() for n in names} for names, text in pairs)


def is_oefdb(grid: Grid) -> bool:
    """Whether a table has OEFDB's header, of any of its years."""
    if not grid.rows:
        return False
    headers = {plain(cell) for cell in grid.rows[0]}
    return {"source_link", "region", "sector"} <= headers and bool(headers & set(GASES))


def read_oefdb(path: Path, options: ImportOptions | None = None, choice: Choice | None = None) -> Imported:
    """Read a CSV of OEFDB into a set. Raises :class:`InvalidSet` with all errors and their cells."""
    options = options or ImportOptions()
    return finish(path.name, read_draft(io_csv.read_grid(path, options), options, choice or Choice()))


def read_draft(grid: Grid, options: ImportOptions, choice: Choice) -> Draft:
    """Factors of the chosen rows: one for each figure."""
    header = grid.rows[0] if grid.rows else []
    columns = columns_of(header, FIELDS)
    missing = [FIELDS[name][0] for name in NEEDED if name not in columns]
    if missing or not set(columns) & set(GASES):
        missing += [] if set(columns) & set(GASES) else ["kgCO2e-AR5"]
        return draft_of(
            grid, options, (), [about_set(ERROR, message("OEFDB_COLUMNS", file=grid.name, columns=", ".join(missing)))]
        )
    names = {field: header[index].strip() for field, index in columns.items()}
    problems: list[Problem] = []
    made: list[tuple[Factor, Place]] = []
    counts: Counter[str] = Counter()
    chosen = [line for line in lines(grid.rows, columns, names, begin=1) if choice.takes(line)]
    for line in chosen:
        found = list(_factors(line, options, problems))
        made += found
        counts["empty"] += not found
        counts.update(flag.strip().lower() for flag in line.text("data_quality").split("|") if flag.strip())
    problems += _told(grid, counts, len(chosen))
    return draft_of(grid, options, made, problems)


def _told(grid: Grid, counts: Counter[str], chosen: int) -> Iterator[Problem]:
    """Findings about the table as a whole: rows without a figure, and the database's own doubts."""
    if not chosen and len(grid.rows) > 1:
        yield about_set(ERROR, message("OEFDB_NOTHING_CHOSEN", file=grid.name, count=len(grid.rows) - 1))
    if counts["empty"]:
        yield about_set(WARNING, message("OEFDB_NO_FIGURE", count=counts["empty"]))
    for flag, text in QUALITY.items():
        if counts[flag]:
            meaning = message(text)
            yield about_set(WARNING, message("OEFDB_FLAGGED", count=counts[flag], flag=flag, meaning=meaning))


def _factors(line: Line, options: ImportOptions, problems: list[Problem]) -> Iterator[tuple[Factor, Place]]:
    """The figures of a row."""
    shared = _shared(line, options, problems)
    percent = line.number("uncertainty", problems, known="low")
    for column, (gas, gwp, parameter) in GASES.items():
        if line.text(column).strip().lower() in ("", _NOTHING):
            continue
        value = line.number(column, problems)
        half = None if value is None or not percent else abs(value) * percent / 100.0
        told = (line.text(name) for name in ("years_valid", "source", "lca_activity"))
        key = line.text("uuid") or "|".join((shared["item"], shared["region"], str(shared["year"] or ""), *told))
        factor = Factor(
            factor_id=f"{key}|{parameter}".replace(" ", "_"),
            parameter=parameter,
            value=value,
            low=None if half is None or value is None else value - half,
            high=None if half is None or value is None else value + half,
            range_kind="unknown" if half is not None else "none",
            unit=f"kg{gas}/{_per(line.text('activity_unit'))}",
            gas=gas,
            gwp=gwp,
            **shared,
        )
        yield factor, line.place_of(column, "value")


def _shared(line: Line, options: ImportOptions, problems: list[Problem]) -> dict[str, Any]:
    """What all figures of a row have in common."""
    scope, life = line.text("scope").strip(), line.text("lca_activity").strip()
    valid = line.place.headers.get("years_valid", "")
    first, last = _years(line.text("years_valid"), open_end=plain(valid) == "year_valid_from")
    since, until = _years(line.text("years_calculated_from"))
    year = line.number("year", problems, known="year")
    if year is not None and year != int(year):
        problems.append(at(ERROR, line.place_of("year", "year"), "year", message("YEAR_UNREADABLE", text=f"{year:g}")))
        year = None
    region = line.text("region").strip()
    return {
        "category": " / ".join(t for t in (line.text("sector"), line.text("category"), life) if t),
        "system": "",
        "item": line.text("activity_id"),
        "item_en": line.text("name"),
        "item_zh": "",
        "region": _WORLD.get(region, region) or options.region,
        "year": None if year is None else int(year),
        "valid_from": first,
        "valid_to": last,
        "calc_year": until or since,
        "source": "; ".join(t for t in (line.text("source"), line.text("dataset"), options.source) if t),
        "link": line.text("source_link"),
        "accessed": line.text("date_accessed").replace("/", "-"),
        "scope": scope if scope in ("1", "2", "3") else "",
        "stage": STAGES.get(life, ""),
        "confidence": options.confidence or "recalled",
        "evidence": "transcription",
        "notes": _notes(line),
    }


def _notes(line: Line) -> str:
    """What has no field of its own, with the name of its column."""
    named = (
        "lca_activity",
        "scope",
        "uncertainty",
        "data_quality",
        "years_valid",
        "years_calculated_from",
        "contributor",
    )
    return noted(
        line.text("description"),
        *(said(line.place.headers[name], line.text(name)) for name in named if name in line.place.headers),
        *(said(name, text) for name, text in line.others.items()),
    )


def _per(unit: str) -> str:
    """The unit of the activity, without a numerator that the forms of 2021 and early 2022 put before it."""
    clean = _KG.sub("", unit.strip())
    return UNITS.get(clean, clean)


def _years(text: str, *, open_end: bool = False) -> tuple[int | None, int | None]:
    """First and last year of ``2016-2021`` or ``2022``; with ``open_end`` a single year only begins the time."""
    match = _YEARS.fullmatch(text.strip())
    if not match:
        return None, None
    first = int(match[1])
    return first, int(match[2]) if match[2] else None if open_end else first

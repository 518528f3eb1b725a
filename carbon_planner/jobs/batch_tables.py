"""Summary and error table of a batch, as GeoPackage and CSV; the same outcomes give the same bytes."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from ..base.messages import load_texts
from ..storage.aside import aside, write_whole
from ..storage.batch_schema import ERROR_COLUMNS, ERRORS, PUT_ERRORS, PUT_SUMMARY, SUMMARY, SUMMARY_COLUMNS
from ..storage.geopackage import add_table, prepare
from ..storage.sqlite import writing

TABLES = "summary.gpkg"
SUMMARY_CSV, ERRORS_CSV = "summary.csv", "errors.csv"
FAILED, OTHER = "failed", "OTHER"
Row = list[Any]


def summary_rows(outcomes: Iterable[Mapping[str, Any]]) -> list[Row]:
    """One row per layer; a file that could not be opened has one row without a layer."""
    rows = []
    for outcome in outcomes:
        entries = list(outcome["entries"])
        if outcome["messages"] and not entries:
            entries.append({"layer": "", "status": FAILED, "messages": []})
        for entry in entries:
            known = {**entry, "source": outcome["source"], "content": outcome["content"]}
            known["warnings"] = len(entry["messages"]) if entry["status"] != FAILED else None
            rows.append([known.get(name) for name, _ in SUMMARY_COLUMNS])
    return rows


def error_rows(outcomes: Sequence[Mapping[str, Any]], base: str = "", base_notes: Iterable[Any] = ()) -> list[Row]:
    """One row per error and warning, with its remedy; what is to say of the base stands once, at the head."""
    about_base = [*base_notes, *(text for outcome in outcomes for text in outcome["base_messages"])]
    rows = [_row(base, "", text) for text in {text["en"]: text for text in about_base}.values()]
    for outcome in outcomes:
        rows += [_row(outcome["source"], "", text) for text in outcome["messages"]]
        for entry in outcome["entries"]:
            rows += [_row(outcome["source"], entry["layer"], text) for text in entry["messages"]]
    return rows


def _row(source: str, layer: str, text: Mapping[str, str]) -> Row:
    remedy = remedies().get(text["id"], remedies()[OTHER])
    return [source, layer, text["severity"], text["id"], text["en"], text["zh"], remedy["en"], remedy["zh"]]


@cache
def remedies() -> Mapping[str, Mapping[str, str]]:
    """What to do, by message id."""
    return load_texts(Path(__file__).with_name("batch_remedies.csv"))


def write_tables(folder: Path, summary: Sequence[Row], errors: Sequence[Row]) -> None:
    """Write both tables. Raises :class:`StorageError` where the folder takes no files."""
    with aside(folder / TABLES) as scratch, writing(scratch, create=True) as connection:
        prepare(connection)
        add_table(connection, SUMMARY)
        add_table(connection, ERRORS)
        connection.executemany(PUT_SUMMARY, summary)
        connection.executemany(PUT_ERRORS, errors)
    for name, columns, rows in ((SUMMARY_CSV, SUMMARY_COLUMNS, summary), (ERRORS_CSV, ERROR_COLUMNS, errors)):
        write_whole(folder / name, _csv([column for column, _ in columns], rows))


def _csv(header: Sequence[str], rows: Iterable[Row]) -> bytes:
    """With a mark of UTF-8, without which spreadsheet programs take Chinese for something else."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows([["" if cell is None else _safe(cell) for cell in row] for row in rows])
    return text.getvalue().encode("utf-8-sig", "replace")


def _safe(cell: Any) -> Any:
    """A text that a spreadsheet program would run as a formula gets an apostrophe before it."""
    return f"'{cell}" if isinstance(cell, str) and cell[:1] in ("=", "+", "@") else cell

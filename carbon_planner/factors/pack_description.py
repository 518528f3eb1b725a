"""The description of a factor pack (``pack.json`` or ``pack.csv``), and what was found wrong in its folder."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..base.errors import FactorError
from ..base.messages import Message, message
from . import io_csv
from .problems import ERROR, Problem, about_set

JSON_FILE, CSV_FILE = "pack.json", "pack.csv"
FORMAT = "carbon planner pack 1"
PACK_TEXTS = ("id", "version", "title_en", "title_zh", "licence", "keys", "regions", "sectors")
_SIZE_LIMIT = 1_000_000  # bytes of a description
_ID = re.compile(r"[A-Za-z0-9][\w\-.]{0,63}")


@dataclass
class Reading:
    """The folder that is read and what has been found so far."""

    folder: Path
    problems: list[Problem] = field(default_factory=list)

    def fail(self, name: str, finding: Message) -> None:
        """Note an error about a file of the pack."""
        self.problems.append(about_set(ERROR, message("PACK_AT", file=name, problem=finding)))

    def path(self, name: str) -> Path | None:
        """The path of a file or folder of the pack; None, and an error, where it is missing or lies outside."""
        path = (self.folder / name).resolve()
        if self.folder.resolve() not in path.parents:
            self.fail(name, message("PACK_OUTSIDE"))
        elif not path.exists():
            self.fail(name, message("PACK_NO_FILE"))
        else:
            return path
        return None


def description(reading: Reading) -> tuple[str, Mapping[str, Any]]:
    """Name and content of the description; empty, with an error noted, where it cannot be read."""
    name = JSON_FILE if (reading.folder / JSON_FILE).is_file() else CSV_FILE
    path = reading.folder / name
    if not path.is_file():
        reading.fail(JSON_FILE, message("PACK_NO_FILE"))
        return name, {}
    if path.stat().st_size > _SIZE_LIMIT:
        reading.fail(name, message("FILE_TOO_LARGE", path=name, limit=1))
        return name, {}
    try:
        return name, _from_json(path) if name == JSON_FILE else _from_csv(path)
    except FactorError as error:
        reading.fail(name, error.message)
        return name, {}


def _from_json(path: Path) -> Mapping[str, Any]:
    try:
        found = json.loads(path.read_text(encoding="utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise FactorError("JSON_BROKEN", file=path.name, reason=str(error)) from error
    if not isinstance(found, dict) or found.get("format") != FORMAT:
        raise FactorError("PACK_FORMAT", known=FORMAT)
    sets = found.get("sets")
    if not isinstance(sets, list) or not all(isinstance(one, dict) for one in sets):
        raise FactorError("PACK_NO_SETS")
    return found


def _from_csv(path: Path) -> Mapping[str, Any]:
    """One row per set; what the columns ``pack_…`` of the first row say is about the pack."""
    text, _ = io_csv.decode(path.read_bytes(), "", path.name)
    rows = [dict(row) for row in csv.DictReader(io.StringIO(text, newline=""))]
    if not rows:
        raise FactorError("PACK_NO_SETS")
    if any(None in row or None in row.values() for row in rows):
        raise FactorError("PACK_CELLS")
    about: dict[str, Any] = {key: rows[0].get(f"pack_{key}", "") for key in PACK_TEXTS}
    about["sets"] = [{k: v for k, v in row.items() if not k.startswith("pack_")} for row in rows]
    return about


def check_about(reading: Reading, name: str, about: Mapping[str, Any], texts: Mapping[str, str]) -> None:
    """Note what a description lacks and what in it is not known."""
    for key in ("id", "version", "title_en", "title_zh", "licence"):
        if not texts[key]:
            reading.fail(name, message("FIELD_EMPTY", field=key))
    if texts["id"] and not _ID.fullmatch(texts["id"]):
        reading.fail(name, message("SET_ID_BAD", value=texts["id"]))
    if not about.get("sets"):
        reading.fail(name, message("PACK_NO_SETS"))
    for key in sorted(set(about) - {*PACK_TEXTS, "sets", "format"}):
        reading.fail(name, message("PACK_FIELD", field=key, known=", ".join(PACK_TEXTS)))

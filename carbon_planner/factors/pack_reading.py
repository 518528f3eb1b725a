"""Reading a factor pack: a folder with a description, tables of factors, and perhaps keys, regions and sector rules.

``pack.json`` describes the pack; ``pack.csv`` is the same for people who work with spreadsheets, one row per set. What
is wrong comes at once, with file, row and cell. No file outside the folder is read and nothing in it is run.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ..base.errors import FactorError
from ..base.messages import message
from ..classes.library import ClassLibrary
from . import io_csv
from .drafts import ImportOptions
from .formats import read_file
from .keys import KeyRow, KeyTable, parse_keys
from .pack_description import CSV_FILE, JSON_FILE, PACK_TEXTS, Reading, check_about, description
from .problems import ERROR, InvalidSet, Problem, about_set, raise_errors
from .records import INFO_FIELDS, FactorSet, SetInfo
from .regions import Region, RegionTree, parse_regions
from .validation import check


@dataclass(frozen=True)
class Pack:
    """A pack as read and checked. ``sectors`` is the folder of its sector rules, None where it has none."""

    id: str
    version: str
    folder: Path
    title_en: str = ""
    title_zh: str = ""
    licence: str = ""
    sets: tuple[FactorSet, ...] = ()
    keys: tuple[KeyRow, ...] = ()
    regions: tuple[Region, ...] = ()
    sectors: Path | None = None

    def title(self, lang: str = "en") -> str:
        """Title in a language, else in the other, else the id."""
        first, second = (self.title_zh, self.title_en) if lang == "zh" else (self.title_en, self.title_zh)
        return first or second or self.id


def is_pack(folder: Path) -> bool:
    """Whether a folder describes a pack."""
    return (folder / JSON_FILE).is_file() or (folder / CSV_FILE).is_file()


def read_pack(folder: Path, *, taken: Callable[[str], bool] = lambda _: False) -> Pack:
    """Read and check a pack; ``taken`` says whether a set id belongs to somebody else already.

    Raises :class:`InvalidSet` with all findings at once.
    """
    reading = Reading(folder)
    name, about = description(reading)
    texts = {key: str(about.get(key) or "").strip() for key in PACK_TEXTS}
    if about:
        check_about(reading, name, about, texts)
    sets = _sets(reading, name, about.get("sets") or [], texts, taken)
    regions = _regions(reading, texts["regions"]) if texts["regions"] else ()
    keys = _keys(reading, texts["keys"], sets) if texts["keys"] else ()
    _check_places(reading, sets, keys, regions)
    sectors = reading.path(texts["sectors"]) if texts["sectors"] else None
    raise_errors(folder.name, reading.problems)
    about_pack = {key: texts[key] for key in ("id", "version", "title_en", "title_zh", "licence")}
    return Pack(**about_pack, folder=folder, sets=sets, keys=keys, regions=regions, sectors=sectors)


def _sets(
    reading: Reading,
    name: str,
    rows: Sequence[Mapping[str, Any]],
    pack: Mapping[str, str],
    taken: Callable[[str], bool],
) -> tuple[FactorSet, ...]:
    found: dict[str, FactorSet] = {}
    for row in rows:
        set_id = str(row.get("id") or "").strip()
        for key in sorted(set(row) - {*INFO_FIELDS, "file"}):
            reading.fail(name, message("PACK_FIELD", field=key, known=", ".join((*INFO_FIELDS, "file"))))
        if set_id in found:
            reading.fail(name, message("PACK_ID_TWICE", set=set_id))
        elif taken(set_id):
            reading.fail(name, message("PACK_ID_TAKEN", set=set_id))
        else:
            one = _set(reading, name, set_id, row, pack)
            if one is not None:
                found[set_id] = one
    return tuple(found.values())


def _set(reading: Reading, name: str, set_id: str, row: Mapping[str, Any], pack: Mapping[str, str]) -> FactorSet | None:
    files = row.get("file")
    names = [part.strip() for part in (files if isinstance(files, list) else str(files or "").split("|"))]
    texts = {key: str(row.get(key) or "").strip() for key in INFO_FIELDS}
    year = texts.pop("year")
    if not set_id or not all(names) or (year and not year.isdigit()):
        reading.fail(name, message("PACK_SET_BAD", set=set_id or "?"))
        return None
    texts["version"] = texts["version"] or pack["version"]
    texts["licence"] = texts["licence"] or pack["licence"]
    texts["kind"], texts["status"] = texts["kind"] or "other", texts["status"] or "published"
    for key in ("title_en", "title_zh", "description_en", "description_zh"):
        if not texts[key]:
            reading.fail(name, message("PACK_SET_TEXT", set=set_id, field=key))
    info = SetInfo(**texts, year=int(year) if year else None)
    factors = [factor for file in names for factor in _factors(reading, file, info)]
    if not factors:
        return None
    problems = check(info, factors) if len(names) > 1 else []
    for problem in problems:
        reading.problems.append(replace(problem, message=message("PACK_AT", file=set_id, problem=problem.message)))
    return FactorSet(info, tuple(factors))


def _factors(reading: Reading, file: str, info: SetInfo) -> Sequence[Any]:
    path = reading.path(file)
    if path is None:
        return ()
    options = ImportOptions(
        set_id=info.id, version=info.version, kind=info.kind, system=info.system, status=info.status,
        title_en=info.title_en, title_zh=info.title_zh, licence=info.licence,
    )  # fmt: skip
    try:
        imported = read_file(path, options, classes=ClassLibrary.shipped())
    except InvalidSet as error:
        found: Sequence[Problem] = error.problems
    except FactorError as error:
        found = (about_set(ERROR, error.message),)
    else:
        reading.problems += [_in_file(file, problem) for problem in imported.problems]
        return imported.factor_set.factors
    reading.problems += [_in_file(file, problem) for problem in found]
    return ()


def _in_file(file: str, problem: Problem) -> Problem:
    return replace(problem, message=message("PACK_AT", file=file, problem=problem.message))


def _table(reading: Reading, file: str) -> list[dict[str, str]]:
    path = reading.path(file)
    if path is None:
        return []
    text, _ = io_csv.decode(path.read_bytes(), "", file)
    rows = [dict(row) for row in csv.DictReader(io.StringIO(text, newline=""))]
    if any(None in row or None in row.values() for row in rows):
        reading.fail(file, message("PACK_CELLS"))
        return []
    return rows


def _regions(reading: Reading, file: str) -> tuple[Region, ...]:
    try:
        regions = parse_regions(_table(reading, file))
        RegionTree.shipped().extended(regions)
    except FactorError as error:
        reading.fail(file, error.message)
    except TypeError:
        reading.fail(file, message("PACK_COLUMNS"))
    else:
        return tuple(regions)
    return ()


def _check_places(
    reading: Reading, sets: Sequence[FactorSet], keys: Sequence[KeyRow], regions: Sequence[Region]
) -> None:
    """Regions that the tree does not know: such a factor would never serve. Sets of land may name places freely."""
    names = {one.info.id: sorted({f.region for f in one.factors}) for one in sets if one.info.kind == "other"}
    named = [(set_id, region) for set_id, found in names.items() for region in found]
    named += [(row.key, row.region) for row in keys if row.region]
    if not named:
        return
    shipped = RegionTree.shipped()
    codes = {region.code for region in regions}
    for where, region in named:
        if region not in codes and shipped.get(shipped.canonical(region)) is None:
            reading.fail(where, message("PACK_REGION", region=region or "-"))


def _keys(reading: Reading, file: str, sets: Sequence[FactorSet]) -> tuple[KeyRow, ...]:
    try:
        rows = parse_keys(_table(reading, file))
    except (FactorError, ValueError) as error:
        reading.fail(file, error.message if isinstance(error, FactorError) else message("PACK_COLUMNS"))
        return ()
    shipped = KeyTable.shipped()
    table = shipped.extended(rows)
    own = {one.info.id: one for one in sets}
    for row in rows:
        unit = shipped.unit(row.key, row.series)
        if unit and row.unit and unit != row.unit:
            reading.fail(file, message("PACK_KEY_UNIT", key=row.key, unit=row.unit, asked=unit))
        if row.parent and row.parent not in table:
            reading.fail(file, message("PACK_KEY_PARENT", key=row.key, parent=row.parent))
        if row.set_id in own and not any(row.takes(row.set_id, f) for f in own[row.set_id].factors):
            reading.fail(file, message("PACK_KEY_EMPTY", key=row.key, set=row.set_id))
    return tuple(rows)

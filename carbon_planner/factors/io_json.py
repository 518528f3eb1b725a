"""Factor sets as JSON: every field under its name, nothing lost, the content hash beside it."""

from __future__ import annotations

import json
from collections.abc import Collection
from pathlib import Path
from typing import Any

from ..base.errors import FactorError
from ..base.messages import message
from ..storage.aside import os_failure
from .drafts import Draft, Grid, ImportOptions, set_info
from .problems import ERROR, WARNING, Place, Problem, about_set, at
from .records import FACTOR_FIELDS, FIRST_FIELDS, INFO_FIELDS, INTEGERS, LATER_INFO, NUMBERS, Factor, FactorSet, as_dict

FORMAT = "carbon-planner/factor-set"
_FIRST_INFO = tuple(name for name in INFO_FIELDS if name not in LATER_INFO)
FORMAT_VERSION = 2  # 2 where a field of the full record is used, so that an older plugin does not drop it unseen


def to_bytes(factor_set: FactorSet) -> bytes:
    """A set as JSON text in UTF-8."""
    about = _written(as_dict(factor_set.info), _FIRST_INFO)
    factors = [_written(as_dict(factor), FIRST_FIELDS) for factor in factor_set.factors]
    full = len(about) > len(_FIRST_INFO) or any(len(entry) > len(FIRST_FIELDS) for entry in factors)
    content = {
        "format": FORMAT,
        "format_version": FORMAT_VERSION if full else 1,
        "content_hash": factor_set.content_hash,
        "set": about,
        "factors": factors,
    }
    return (json.dumps(content, ensure_ascii=False, indent=1, allow_nan=False) + "\n").encode("utf-8")


def _written(values: dict[str, Any], always: Collection[str]) -> dict[str, Any]:
    """The fields of a record; later ones only where they hold something."""
    return {name: value for name, value in values.items() if name in always or value not in ("", None)}


def read_draft(path: Path, options: ImportOptions) -> Draft:
    """Read a JSON file. Raises :class:`FactorError` where it is no factor set; wrong fields are findings."""
    content = _load(path)
    version = content.get("format_version")
    if content.get("format") != FORMAT or not isinstance(content.get("factors"), list):
        raise FactorError("JSON_NO_SET", file=path.name, format=FORMAT)
    if not isinstance(version, int) or version > FORMAT_VERSION:
        raise FactorError("JSON_NEWER", file=path.name, version=version, known=FORMAT_VERSION)
    problems: list[Problem] = []
    said = content.get("set")
    said = _fields(said if isinstance(said, dict) else {}, INFO_FIELDS, Place(entry=True), problems)
    factors, places = [], []
    for number, entry in enumerate(content["factors"], start=1):
        place = Place(number, entry=True)
        if not isinstance(entry, dict):
            problems.append(at(ERROR, place, "", message("JSON_NO_FACTOR")))
            continue
        empty: dict[str, Any] = {name: None if name in NUMBERS else "" for name in FACTOR_FIELDS}
        factors.append(Factor(**{**empty, **_fields(entry, FACTOR_FIELDS, place, problems)}))
        places.append(place)
    texts = {name: "" if value is None else str(value) for name, value in said.items()}
    info = set_info(Grid(path.name, ()), options, texts, factors)
    draft = Draft(info, tuple(factors), tuple(places), tuple(problems))
    return _compare_hash(draft, content.get("content_hash"))


def _load(path: Path) -> dict[str, Any]:
    try:
        text = path.read_bytes().decode("utf-8-sig")
        content = json.loads(text, object_pairs_hook=_unique, parse_constant=_refuse)
    except OSError as error:
        raise os_failure(path, error) from error
    except (ValueError, RecursionError) as error:
        raise FactorError("JSON_BROKEN", file=path.name, reason=str(error)) from error
    if not isinstance(content, dict):
        raise FactorError("JSON_NO_SET", file=path.name, format=FORMAT)
    return content


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Refuse an object that names a field twice: which of both would count is a matter of luck."""
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError(", ".join(sorted(key for key, _ in pairs)))
    return found


def _refuse(constant: str) -> None:
    raise ValueError(constant)


def _fields(entry: dict[str, Any], names: tuple[str, ...], place: Place, problems: list[Problem]) -> dict[str, Any]:
    """The known fields of an object with their types checked; unknown ones are said, wrong ones are errors."""
    values: dict[str, Any] = {}
    for name, value in entry.items():
        if name not in names:
            problems.append(at(WARNING, place, name, message("JSON_UNKNOWN_FIELD")))
        elif not _fits(name, value):
            problems.append(at(ERROR, place, name, message("JSON_WRONG_TYPE", value=str(value)[:80])))
        else:
            values[name] = value
    return values


def _fits(name: str, value: object) -> bool:
    if isinstance(value, bool):
        return False
    if name in NUMBERS:
        return value is None or (isinstance(value, (int, float)) and abs(value) < 1e300)
    if name in INTEGERS:
        return value is None or isinstance(value, int)
    return value is None or isinstance(value, str)


def _compare_hash(draft: Draft, stated: object) -> Draft:
    """Say so where a file was edited after the plugin wrote it."""
    if not isinstance(stated, str) or not draft.factors or stated == FactorSet(draft.info, draft.factors).content_hash:
        return draft
    edited = about_set(WARNING, message("JSON_EDITED"))
    return Draft(draft.info, draft.factors, draft.places, (*draft.problems, edited))

"""Scenarios: figures of the user in place of stored factors, written as JSON."""

from __future__ import annotations

import json
from dataclasses import fields
from pathlib import Path
from typing import Any

from ..base.errors import FactorError, SettingsError
from ..factors.overrides import Override

_NAMES = tuple(spec.name for spec in fields(Override))
_WHOLE = ("scenario", "overrides")


def read_scenario(written: str) -> tuple[str, tuple[Override, ...]]:
    """(name, overrides) of a scenario, given as JSON or as the path of a JSON file; "" gives none.

    The JSON is ``{"scenario": name, "overrides": [{"item": …, "parameter": …, "value": …, "reason": …}, …]}`` or the
    list alone; an override may also hold ``low``, ``high``, ``unit``, ``region``, ``year``, ``level`` and
    ``confidence``. Raises :class:`SettingsError` where it cannot be read, :class:`FactorError` for what an override
    may not say.
    """
    clean = written.strip()
    if not clean:
        return "", ()
    if clean[0] not in "{[":
        clean = _file(clean)
    try:
        known = json.loads(clean)
    except ValueError as error:
        raise SettingsError("SCENARIO_NO_JSON", detail=str(error)) from None
    if isinstance(known, list):
        known = {"overrides": known}
    if not isinstance(known, dict) or not isinstance(known.get("overrides", []), list):
        raise SettingsError("SCENARIO_FORM")
    _only(known, _WHOLE)
    return str(known.get("scenario", "")), overrides_from(known.get("overrides", []))


def overrides_from(rows: list[Any]) -> tuple[Override, ...]:
    """Overrides from plain data, as :meth:`Settings.as_dict` and scenario files hold them."""
    found = []
    for number, row in enumerate(rows, start=1):
        if not isinstance(row, dict) or not {"item", "parameter", "value"} <= set(row):
            raise SettingsError("SCENARIO_ROW", row=number)
        _only(row, _NAMES)
        try:
            found.append(Override(**{**row, **{n: _number(row[n]) for n in ("value", "low", "high") if n in row}}))
        except (TypeError, ValueError) as error:
            raise SettingsError("SCENARIO_ROW", row=number) from error
        except FactorError as error:
            raise SettingsError("SCENARIO_OVERRIDE", row=number, detail=error.message) from None
    return tuple(found)


def _number(value: Any) -> Any:
    return None if value is None else float(value)


def _file(path: str) -> str:
    try:
        return Path(path).read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError("SCENARIO_NO_FILE", file=path, detail=str(error)) from None


def _only(row: dict[str, Any], allowed: tuple[str, ...]) -> None:
    for name in row:
        if name not in allowed:
            raise SettingsError("SCENARIO_KEY", name=name, allowed=", ".join(allowed))

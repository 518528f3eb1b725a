"""Settings that have no parameter of their own, written as ``name=value; name=value``."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import fields
from typing import Any, Union

from ..accounting.inputs import Settings
from ..base.errors import SettingsError

_KINDS = (str, int, float)


def parse_settings(written: str, taken: Collection[str]) -> dict[str, Union[str, int, float]]:
    """Settings by name; ``taken`` are those that other parameters give.

    Raises :class:`SettingsError` for another form, for a setting that is unknown or has its own parameter, and for a
    value of the wrong kind.
    """
    defaults = {spec.name: spec.default for spec in fields(Settings)}
    open_ = [name for name, value in defaults.items() if name not in taken and isinstance(value, _KINDS)]
    found: dict[str, Union[str, int, float]] = {}
    for part in written.replace("；", ";").replace("\n", ";").split(";"):
        if not part.strip():
            continue
        name, sign, value = (piece.strip() for piece in part.partition("="))
        if not sign or name not in open_:
            raise SettingsError("SETTING_FORM", value=part.strip(), known=", ".join(open_))
        found[name] = _typed(name, value, defaults[name])
    return found


def _typed(name: str, value: str, default: Any) -> Union[str, int, float]:
    """The value in the kind of the setting's default."""
    if isinstance(default, str):
        return value
    try:
        return int(value) if isinstance(default, int) else float(value)
    except ValueError:
        raise SettingsError("SETTING_NUMBER", name=name, value=value) from None

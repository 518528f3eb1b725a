"""Sectors that a run may name."""

from __future__ import annotations

import re

from ..accounting.inputs import LAND_SECTOR
from ..accounting.sector_views import FIELD_OF_SECTOR
from ..accounting.sectors import current
from ..base.errors import SettingsError

ALL = "all"


def known_sectors() -> tuple[str, ...]:
    """Sectors of the library, the land first, and those registered by others."""
    return tuple(dict.fromkeys([*FIELD_OF_SECTOR, *current().sectors]))


def parse_sectors(written: str) -> tuple[str, ...]:
    """``land; buildings; transport`` in the order of the library; ``all`` names all, "" the land.

    Commas and blanks part as well. Raises :class:`SettingsError` for a sector that is not known.
    """
    named = [part for part in re.split(r"[\s;,，；、]+", written.strip()) if part]
    known = known_sectors()
    if ALL in named:
        return known
    for name in named:
        if name not in known:
            raise SettingsError("RUN_SECTOR_UNKNOWN", sector=name, known=", ".join(known))
    return tuple(name for name in known if name in named) or (LAND_SECTOR,)

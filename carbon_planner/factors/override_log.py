"""The count of figures that a user has put in the place of stored ones, at every level."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ..base.errors import FactorError
from ..base.messages import Message, message
from .overrides import LEVELS, RASTER, REGION, SCENARIO, ZONE_FIELD, ZoneOverride

_LEVEL_TEXTS = {
    ZONE_FIELD: "OVERRIDE_OF_FIELD",
    RASTER: "OVERRIDE_OF_RASTER",
    SCENARIO: "OVERRIDE_OF_SCENARIO",
    REGION: "OVERRIDE_OF_REGION",
}


@dataclass
class LogRow:
    """A figure of the user that served; ``zones`` counts zones for fields and rasters, ``replaced`` holds ids."""

    level: str
    quantity: str
    factor_id: str
    replaced: str
    value: float | None
    reason: str
    zones: int = 0


def _note(row: LogRow) -> Message:
    level = message(_LEVEL_TEXTS[row.level])
    if row.level == ZONE_FIELD:
        return message("OVERRIDE_FIELD", quantity=row.quantity, zones=row.zones, level=level)
    value = "-" if row.value is None else row.value
    return message(
        "OVERRIDE_USED", quantity=row.quantity, value=value, level=level, replaced=row.replaced or "-",
        reason=row.reason or "-",
    )  # fmt: skip


class OverrideLog:
    """Counts the figures that a user has put in the place of stored ones, at every level."""

    def __init__(self) -> None:
        self._rows: dict[tuple[str, str, str], LogRow] = {}

    def note(self, row: LogRow) -> None:
        """Add a row; the same figure again only adds its zones."""
        if row.level not in LEVELS:
            raise FactorError("OVERRIDE_LEVEL", level=row.level, known=", ".join(LEVELS))
        key = (row.level, row.quantity, row.factor_id)
        if key in self._rows:
            known = self._rows[key]
            known.zones += row.zones
            ids = dict.fromkeys(part for text in (known.replaced, row.replaced) for part in text.split("; ") if part)
            known.replaced = "; ".join(ids)
        else:
            self._rows[key] = row

    def zone_field(self, quantity: str, zones: int, reason: str = "") -> None:
        """Count a field of the zones that served for ``zones`` zones."""
        if zones:
            self.note(LogRow(ZONE_FIELD, quantity, "", "", None, reason, zones))

    def raster(self, override: ZoneOverride) -> None:
        """Count figures of a raster."""
        factor = override.factor
        zones = int(override.used.sum())
        self.note(LogRow(RASTER, factor.item, factor.factor_id, override.replaced, factor.value, factor.source, zones))

    def rows(self) -> list[LogRow]:
        """All rows, the stronger level first, then by quantity."""
        return sorted(self._rows.values(), key=lambda r: (LEVELS.index(r.level), r.quantity, r.factor_id))

    def counts(self) -> dict[str, int]:
        """Number of figures by level; levels without any are left out."""
        found: dict[str, int] = {}
        for row in self.rows():
            found[row.level] = found.get(row.level, 0) + 1
        return found

    def notes(self) -> list[Message]:
        """What to say of the overrides in a report: their number by level, then each one; nothing without any."""
        if not self._rows:
            return []
        counts = self.counts()
        numbers = {level.replace(" ", "_"): counts.get(level, 0) for level in LEVELS}
        return [message("OVERRIDES_COUNTED", count=len(self), **numbers), *(_note(row) for row in self)]

    def merge(self, others: Iterable[OverrideLog]) -> None:
        """Take over the rows of other logs (of tiles or workers)."""
        for other in others:
            for row in other:
                self.note(LogRow(**vars(row)))

    def __iter__(self) -> Iterator[LogRow]:
        return iter(self.rows())

    def __len__(self) -> int:
        return len(self._rows)

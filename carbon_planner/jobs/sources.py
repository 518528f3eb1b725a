"""Where a run read from, and what was there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Optional

ZONES, BASE = "zones", "base"


@dataclass(frozen=True)
class SourceRecord:
    """One source: name of the layer, where it lies ("" for what was in memory only), and its content.

    ``crs`` is WKT, ``encoding`` that of a shapefile's text; ``fields`` gives the field of each role; ``selection``
    holds the ids of the features that were read, where it was not all of them; ``uri`` is that of the layer in QGIS,
    ``provider:source``. ``rows`` and ``parts`` (hash by role)
    are filled in by :meth:`Job.from_evaluation`.
    """

    layer: str
    location: str = ""
    table: str = ""
    crs: str = ""
    encoding: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)
    selection: Optional[tuple[int, ...]] = None
    rows: int = 0
    parts: Mapping[str, str] = field(default_factory=dict)
    uri: str = ""

    def filled(self, rows: int, parts: Mapping[str, str]) -> SourceRecord:
        """The record with what was read."""
        return replace(self, rows=rows, parts=dict(parts))

    @classmethod
    def from_dict(cls, row: Mapping[str, Any]) -> SourceRecord:
        """A record from plain data."""
        chosen = row.get("selection")
        return cls(**{**row, "selection": None if chosen is None else tuple(int(i) for i in chosen)})

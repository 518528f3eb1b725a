"""What a run of the sectors holds while it is built."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from ...base.messages import Message
from .catalogue import Catalogue
from .factor_source import FactorSource
from .request import Bools, SectorRequest
from .rows import Rows
from .rule_types import CompiledRule
from .selection import LineResult
from .side import Side


@dataclass
class Line:
    """A line of both sides."""

    key: str
    rules: list[CompiledRule]
    plan: LineResult
    base: LineResult


@dataclass
class Run:
    """A run: what it was given, both sides, the lines served, and what is said of the zones."""

    request: SectorRequest
    catalogue: Catalogue
    plan: Side
    base: Side
    rows: Rows
    source: FactorSource
    lines: list[Line] = field(default_factory=list)
    null: dict[str, Bools] = field(default_factory=dict)
    flags: dict[str, Bools] = field(default_factory=dict)
    notes: list[Message] = field(default_factory=list)

    def flag(self, name: str, zones: Bools) -> None:
        """Set a flag on zones."""
        if zones.any():
            self.flags[name] = self.flags.get(name, np.zeros_like(zones)) | zones

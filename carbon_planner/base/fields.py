"""The typed table of output fields: one place for name, type, unit, aliases and meaning (``fields.csv``)."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

PREFIX = "cp_"
NAME_BYTES = 10  # what a shapefile can hold


@dataclass(frozen=True)
class FieldSpec:
    """One output field. ``kind`` is ``text``, ``real`` or ``int``; ``width`` and ``precision`` as in a DBF.

    ``part`` is ``always``, or ``sectors`` for what only a run of more than the land has.
    """

    name: str
    kind: str
    width: int
    precision: int
    unit: str
    alias_en: str
    alias_zh: str
    meaning_en: str
    meaning_zh: str
    part: str = "always"

    def alias(self, lang: str = "en") -> str:
        """Alias with its unit, as a table header or a form shows it."""
        alias = self.alias_zh if lang == "zh" else self.alias_en
        return f"{alias} ({self.unit})" if self.unit else alias

    def meaning(self, lang: str = "en") -> str:
        """What the field holds, in one sentence."""
        return self.meaning_zh if lang == "zh" else self.meaning_en


def _read(name: str) -> tuple[FieldSpec, ...]:
    with Path(__file__).with_name(name).open(encoding="utf-8", newline="") as handle:
        return tuple(
            FieldSpec(**{**row, "width": int(row["width"]), "precision": int(row["precision"])})  # type: ignore[arg-type]
            for row in csv.DictReader(handle)
        )


@cache
def zone_fields() -> tuple[FieldSpec, ...]:
    """All fields that evaluated zones may have, in the order in which they are written."""
    return _read("fields.csv")


@cache
def land_fields() -> tuple[FieldSpec, ...]:
    """Fields of zones that were evaluated for their land alone."""
    return tuple(spec for spec in zone_fields() if spec.part == "always")


@cache
def ledger_fields() -> tuple[FieldSpec, ...]:
    """Fields of the ledger table."""
    return _read("ledger_fields.csv")

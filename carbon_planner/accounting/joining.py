"""One model of all sectors: the columns and terms of the sectors beside those of the land."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from .activities import Activities
from .columns import SectorColumn
from .model import Floats, Ints
from .terms import Term

Bools = NDArray[np.bool_]

NULL_NET = "NULL_NET"


@dataclass(frozen=True)
class SectorEntries:
    """Activities of the sectors as triplets on the rows of the land, and their terms, numbered from 0."""

    columns: Sequence[SectorColumn]
    row: Ints
    col: Ints
    qty: Floats
    terms: Sequence[Term]


def silenced(entries: SectorEntries, null_rows: Mapping[str, Bools]) -> SectorEntries:
    """Entries on rows that cannot be compared in a sector move to columns of information.

    Ground whose baseline activity is unknown shows its plan, but has no net in that sector: comparing with nothing
    would make a gain or a loss of not knowing (carbon rule 2).
    """
    quiet = np.zeros(len(entries.row), dtype=bool)
    for sector in {c.sector for c in entries.columns} & set(null_rows):
        of_sector = np.array([c.sector == sector for c in entries.columns], dtype=bool)
        quiet |= of_sector[entries.col] & null_rows[sector][entries.row]
    if not quiet.any():
        return entries
    moved, where = np.unique(entries.col[quiet], return_inverse=True)
    first = len(entries.columns)
    col = entries.col.copy()
    col[quiet] = first + where.reshape(-1)
    place = {int(old): first + number for number, old in enumerate(moved)}
    silent = [
        replace(t, column=place[t.column], net=0, flags=tuple(dict.fromkeys((*t.flags, "INFO", NULL_NET))))
        for t in entries.terms
        if t.column in place
    ]
    columns = [*entries.columns, *(entries.columns[old] for old in moved.tolist())]
    return replace(entries, columns=columns, col=col, terms=[*entries.terms, *silent])


def joined(land: Activities, entries: SectorEntries) -> tuple[Activities, list[Term]]:
    """(all activities, the terms of the sectors with the numbers of their columns in them)."""
    offset = len(land.columns)
    row, col = np.concatenate([land.row, entries.row]), np.concatenate([land.col, entries.col + offset])
    order = np.lexsort((col, row))
    both = Activities(
        row[order], col[order], np.concatenate([land.qty, entries.qty])[order], (*land.columns, *entries.columns)
    )
    return both, [replace(term, column=term.column + offset) for term in entries.terms]

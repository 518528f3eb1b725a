"""Hashes of polygons that do not mind where rings start, which way they turn and in which order parts come.

The hash of a polygon is the sum of the hashes of its undirected edges, in 2 × 64 bits. It tells whether geometry has
changed; it is no protection against forgery. All in arrays: a million parcels take a few seconds, where normalising
them takes a minute.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any, Optional

import numpy as np
import shapely
from numpy.typing import NDArray

from ..base.feedback import pause

Hashes = NDArray[np.uint64]
# Odd constants of splitmix64 (Steele, Lea and Flood 2014), and one seed for each half of a hash.
_ONE, _TWO = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)
_BLOCK = 10_000  # geometries between two looks at the cancel button
_SEEDS = (np.uint64(0x9E3779B97F4A7C15), np.uint64(0xD1B54A32D192ED03))


def mix(value: Hashes) -> Hashes:
    """Finaliser of splitmix64: every bit of the input moves every bit of the output."""
    value = (value ^ (value >> np.uint64(30))) * _ONE
    value = (value ^ (value >> np.uint64(27))) * _TWO
    return np.asarray(value ^ (value >> np.uint64(31)), dtype=np.uint64)


def polygons(geometry: NDArray[np.object_]) -> Hashes:
    """Hash of each geometry, shape (n, 2); 0 for one that is None or empty. Only x and y of polygons count."""
    found = [np.zeros((0, len(_SEEDS)), dtype=np.uint64)]
    for begin in range(0, len(geometry), _BLOCK):
        pause()
        found.append(_polygons(geometry[begin : begin + _BLOCK]))
    return np.concatenate(found)


def _polygons(geometry: NDArray[np.object_]) -> Hashes:
    parts, owner = shapely.get_parts(np.asarray(geometry, dtype=object), return_index=True)
    rings, part = shapely.get_rings(parts, return_index=True)
    points, ring = shapely.get_coordinates(rings, return_index=True)
    bits = (points + 0.0).view(np.uint64)  # one nought for both
    same = ring[1:] == ring[:-1]
    of_edge = owner[part[ring[1:][same]]] if len(rings) else np.zeros(0, dtype=np.int64)
    bounds = np.searchsorted(of_edge, np.arange(len(geometry) + 1))
    found = np.zeros((len(geometry), len(_SEEDS)), dtype=np.uint64)
    for number, seed in enumerate(_SEEDS):
        point = mix(mix(bits[:, 0] + seed) + bits[:, 1])
        one, two = point[:-1][same], point[1:][same]
        edge = mix(one + two + mix(one ^ two))
        total = np.concatenate([np.zeros(1, dtype=np.uint64), np.cumsum(edge, dtype=np.uint64)])
        found[:, number] = total[bounds[1:]] - total[bounds[:-1]]
    return found


def texts(values: Sequence[Optional[str]]) -> Hashes:
    """Hash of each text, shape (n, 2); None is not the empty text."""
    known: dict[Optional[str], int] = {}
    place = np.array([known.setdefault(value, len(known)) for value in values], dtype=np.int64)
    table = np.array([_of_text(value) for value in known], dtype=np.uint64).reshape(-1, 2)
    return table[place] if len(values) else np.zeros((0, 2), dtype=np.uint64)


def _of_text(value: Optional[str]) -> tuple[int, int]:
    digest = hashlib.sha256(b"\x00" if value is None else b"\x01" + value.encode("utf-8", "surrogatepass")).digest()
    return int.from_bytes(digest[:8], "little"), int.from_bytes(digest[8:16], "little")


def reals(values: Any) -> Hashes:
    """Hash of each double, shape (n, 2); one for all NaN, one for both noughts."""
    clean = np.asarray(values, dtype=np.float64) + 0.0
    clean[np.isnan(clean)] = np.nan
    bits = clean.view(np.uint64)
    return np.stack([mix(bits + seed) for seed in _SEEDS], axis=1)


def rows(columns: Sequence[Hashes]) -> Hashes:
    """One hash for each row of several columns, shape (n, 2); the order of the columns counts."""
    found = columns[0].copy()
    for column in columns[1:]:
        found = mix(found) + column
    return mix(found)

"""Shares of a whole: where a zone states some of them, the others are what the rest leaves room for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from .catalogue import Catalogue
from .factor_source import FactorSource
from .request import Bools, Floats
from .side import Side

# Defaults that leave less than this open are a whole: treatment of waste, not modes of travel beside walking.
WHOLE = 1e-6


def shares_of(catalogue: Catalogue) -> Mapping[str, Mapping[str, str]]:
    """By whole, the quantities that are its shares with the symbol of their default."""
    symbols = {row.override: name for name, of_use in catalogue.symbols.items() for row in of_use.values()}
    found: dict[str, dict[str, str]] = {}
    for quantity in catalogue.quantities.values():
        if quantity.whole and quantity.name in symbols:
            found.setdefault(quantity.whole, {})[quantity.name] = symbols[quantity.name]
    return found


def complete(side: Side, source: FactorSource) -> None:
    """Settle the shares that units leave open beside those that they state.

    With defaults that fill the whole (treatment of waste) the rest is divided in proportion to the defaults, so that
    the shares sum to 1. Defaults that leave a part open (walking and cycling beside cars, buses and the metro) are only
    lowered, in proportion and together with that part, where the rest is too small for them.
    """
    for shares in shares_of(side.catalogue).values():
        stated = [name for name in shares if name in side.fields]
        if stated and len(stated) <= len(shares):
            _complete(side, source, shares)


def _complete(side: Side, source: FactorSource, shares: Mapping[str, str]) -> None:
    nothing = np.full(len(side), np.nan)
    stated = np.stack([side.fields.get(name, nothing) for name in shares])
    told = np.isfinite(stated)
    some = told.any(axis=0) & ~told.all(axis=0)
    defaults = _defaults(side, source, list(shares.values()))
    some &= np.isfinite(defaults).all(axis=0)
    if not some.any():
        return
    factor = _factor(np.where(told, stated, 0.0).sum(axis=0), np.where(told, 0.0, defaults).sum(axis=0), defaults)
    for number, name in enumerate(shares):
        open_here: Bools = some & ~told[number]
        side.settle(name, np.where(open_here, defaults[number] * factor, np.nan))


def _factor(stated: Floats, others: Floats, defaults: Floats) -> Floats:
    """By what the defaults of the shares left open are multiplied."""
    beside = np.maximum(1.0 - defaults.sum(axis=0), 0.0)
    rest = np.maximum(1.0 - stated, 0.0)
    room = others + beside
    factor = np.divide(rest, room, out=np.zeros_like(rest), where=room > 0.0)
    return np.where(beside > WHOLE, np.minimum(factor, 1.0), factor)


def _defaults(side: Side, source: FactorSource, symbols: Sequence[str]) -> Floats:
    """Defaults of shares by unit, shape (shares, units); NaN where a region has none."""
    table = np.full((len(symbols), len(side.regions)), np.nan)
    for column, region in enumerate(side.regions):
        for row, symbol in enumerate(symbols):
            value = source.value(symbol, "", region)
            table[row, column] = np.nan if value is None else value
    return np.asarray(table[:, side.region_of])

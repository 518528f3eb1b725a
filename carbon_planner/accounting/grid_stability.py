"""What a result says of its electricity: series and year (carbon rule 13), and whether a ranking hangs on the series.

The net of a zone is linear in the factor of electricity, so its value under another series is the net plus derivative
times difference: nothing is evaluated again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ..base.messages import Message, message
from ..factors.electricity import (
    ETS,
    FOOTPRINT,
    KEY,
    NATIONAL,
    PROVINCIAL,
    REGIONAL,
    RankStability,
    compare_ranks,
)
from ..factors.opening import open_resolver
from ..factors.overrides import SCENARIO_SET
from ..factors.packs import packs
from ..factors.records import Factor
from .factor_book import FactorBook
from .model import Model
from .overlay import listed
from .uncertainty import gradients, jacobian

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
_WORDS = {
    PROVINCIAL: "GRID_PROVINCIAL",
    REGIONAL: "GRID_REGIONAL",
    NATIONAL: "GRID_NATIONAL",
    ETS: "GRID_ETS",
    FOOTPRINT: "GRID_FOOTPRINT",
    SCENARIO_SET: "GRID_ASSUMED",
}
FROZEN = "frozen"
_OTHER = {PROVINCIAL: REGIONAL, REGIONAL: PROVINCIAL}
_CLOSE = 1e-12  # relative: what is nearer than rounding changes no place


def grid_statement(
    model: Model, ids: Sequence[str], zone_of_row: Ints, nets: Floats, region: str, course: str
) -> list[Message]:
    """Sentences about the electricity of a run; none where no electricity is in it.

    ``nets`` is the net of each zone (tCO2e, NaN where unknown), ``region`` the region of the run, ``course`` its
    setting.
    """
    used = _grid_factors(model.book)
    if not used:
        return []
    series = dict.fromkeys(name for _, name in used.values())
    years = sorted({str(factor.year) for factor, _ in used.values() if factor.year is not None})
    named = _word(next(iter(series))) if len(series) == 1 else ", ".join(series)
    told = message("GRID_COURSE_FROZEN") if course == FROZEN else course
    lines = [message("GRID_NAMED", series=named, years=", ".join(years) or "-", course=told)]
    found = stability(model, len(ids), zone_of_row, nets, region)
    if found is None:
        return lines
    words = {"series": _word(found.series[0]), "other": _word(found.series[1])}
    if found.stable:
        return [*lines, message("GRID_RANK_STABLE", **words)]
    moved = np.flatnonzero(np.nan_to_num(found.shift) != 0.0)
    order = moved[np.argsort(-np.abs(found.shift[moved]), kind="stable")]
    zones = listed([ids[i] for i in order.tolist()])
    return [*lines, message("GRID_RANK_UNSTABLE", **words, pairs=found.swapped, count=len(moved), zones=zones)]


def stability(model: Model, size: int, zone_of_row: Ints, nets: Floats, region: str) -> RankStability | None:
    """How the ranking of zones by net changes under the other series, provincial or regional.

    None where fewer than two zones have a net, or the run's electricity has no counterpart in the other series.
    """
    used = _grid_factors(model.book)
    series = {name for _, name in used.values()}
    if len(series) != 1 or not series & set(_OTHER) or int((~np.isnan(nets)).sum()) < 2:
        return None
    (own,) = series
    difference = _differences(used, _OTHER[own], region, len(model.book.factors))
    if difference is None:
        return None
    derivative = jacobian(model.terms, len(model.activities.columns), model.book)
    only = np.zeros(len(model.book.factors), dtype=bool)
    only[list(used)] = True
    derivative = replace(
        derivative, slope=np.where(only, derivative.slope, 0.0), weight=np.zeros_like(derivative.slope)
    )
    found = gradients(model.activities, zone_of_row, size, derivative)
    change = np.bincount(found.group, found.value * difference[found.factor], minlength=size)
    return compare_ranks({own: _rounded(nets), _OTHER[own]: _rounded(nets + change)})


def _word(series: str) -> Message | str:
    return message(_WORDS[series]) if series in _WORDS else series


def _grid_factors(book: FactorBook) -> dict[int, tuple[Factor, str]]:
    """The factors of electricity of a run by number, with their series; figures of the user are one of their own."""
    found: dict[int, tuple[Factor, str]] = {}
    rows = packs().keys().rows(KEY)
    for number, (factor, fset) in enumerate(zip(book.factors, book.fset)):
        if factor.item == KEY:  # a figure of the user, or of a pack that names the key itself
            found[number] = (factor, SCENARIO_SET if fset == SCENARIO_SET else factor.category)
            continue
        series = next((row.series for row in rows if row.takes(fset.partition("@")[0], factor)), None)
        if series is not None:
            found[number] = (factor, series)
    return found


def _differences(used: dict[int, tuple[Factor, str]], other: str, region: str, size: int) -> Floats | None:
    """Other series less own one, per factor; None where the other series has no factor for one of them."""
    difference = np.zeros(size)
    resolver = open_resolver(region=region)
    for number, (factor, _) in used.items():
        place = factor.region if other == REGIONAL else region
        found = resolver.find(KEY, region=place, year=factor.year, series=other)
        if found is None or found.value is None or factor.value is None or found.unit != factor.unit:
            return None
        difference[number] = found.value - factor.value
    return difference


def _rounded(values: Floats) -> Floats:
    """Values in which differences at the level of rounding are none."""
    scale = float(np.nanmax(np.abs(values), initial=0.0)) * _CLOSE
    return np.asarray(np.round(values / scale) * scale) if scale else values

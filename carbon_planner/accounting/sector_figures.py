"""Fields of the sectors beside the land: effects with intervals, lines outside the net, intensities."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Callable, Optional

import numpy as np
from numpy.typing import NDArray

from .intervals import Intervals
from .model import Floats, Groups, Model
from .sector_views import EMBODIED_IN, FIELDS, effect, field_of, gross, included, outside, sector_of, yearly_emission
from .terms import Term


@dataclass(frozen=True)
class Scope:
    """What a run evaluates beside the land: sectors, by sector the groups without a net in it, and the END year.

    ``nowhere`` are the groups without a yearly emission of a sector, where they are not those without a net.
    ``sizes`` holds what intensities are divided by, by group: ``ha``, ``m2``, ``pp`` and ``gdp`` (10⁴ yuan).
    """

    sectors: Sequence[str]
    end_year: int
    null: Mapping[str, NDArray[np.bool_]] = field(default_factory=dict)
    sizes: Mapping[str, Floats] = field(default_factory=dict)
    nowhere: Optional[Mapping[str, NDArray[np.bool_]]] = None


def add_sectors(
    columns: dict[str, Floats],
    model: Model,
    intervals: Intervals,
    groups: Groups,
    scope: Scope,
    no_land: NDArray[np.bool_],
) -> None:
    """Put the effects of all sectors, lines outside the net and intensities into the figures of the land."""
    nowhere = included({**scope.null, "land": no_land}, scope.sectors, groups.size)
    for name in FIELDS:
        part = effect(model, intervals, groups, _of_field(name), nowhere[name])
        columns[f"cp_{name}_t"], columns[f"cp_{name}_lo"], columns[f"cp_{name}_hi"] = part.value, part.low, part.high
    nothing = np.logical_and.reduce(list(nowhere.values()))
    plus, minus = gross(model, groups)
    land_plus, land_minus = model.gross
    whole = effect(model, intervals, groups, lambda _: True, nothing)
    columns["cp_net_t"], columns["cp_net_lo"], columns["cp_net_hi"] = whole.value, whole.low, whole.high
    columns["cp_emis_t"] = np.where(nothing, np.nan, model.total(land_plus, groups) + plus)
    columns["cp_rem_t"] = np.where(nothing, np.nan, model.total(land_minus, groups) + minus)
    columns["cp_net_cv"] = 100.0 * whole.cv
    columns.update({f"cp_{name}_t": value for name, value in outside(model, groups).items()})
    # Without the baseline it is not known what is new; without the sector nothing of it is.
    unknown = scope.null.get(EMBODIED_IN, np.zeros(groups.size, dtype=bool)) | (EMBODIED_IN not in scope.sectors)
    columns["cp_emb_t"][unknown] = np.nan
    columns.update(_intensities(model, groups, scope))


def _of_field(name: str) -> Callable[[Term], bool]:
    return lambda term: field_of(sector_of(term)) == name


def _intensities(model: Model, groups: Groups, scope: Scope) -> dict[str, Floats]:
    """Emissions of the END year and their intensities; null where the sector or the divisor is unknown or nought."""
    others = [sector for sector in scope.sectors if sector != "land"]
    empty = np.full(groups.size, np.nan)
    if not others:
        return {name: empty.copy() for name in ("cp_byr_t", "cp_pyr_t", "cp_i_ha", "cp_i_m2", "cp_i_pp", "cp_i_gdp")}
    before = yearly_emission(model, groups, "baseline", scope.end_year)
    after = yearly_emission(model, groups, "plan", scope.end_year)
    null = scope.null if scope.nowhere is None else scope.nowhere
    unknown = np.logical_or.reduce([null.get(s, np.zeros(groups.size, dtype=bool)) for s in others])
    before[unknown] = np.nan  # a sum with a sector that is not known would pass for the whole
    after[(after == 0.0) & (model.total(model.known(1), groups) <= 0.0)] = np.nan  # no plan emits nothing known
    found = {"cp_byr_t": before, "cp_pyr_t": after}
    for name, factor in (("ha", 1.0), ("m2", 1000.0), ("pp", 1.0), ("gdp", 1.0)):
        size = scope.sizes.get(name, empty)
        found[f"cp_i_{name}"] = np.divide(factor * after, size, out=empty.copy(), where=size > 0)
    return found

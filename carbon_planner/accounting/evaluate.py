"""Evaluate plan zones: geometry → activities → terms → zone table, ledger, totals. The entry point of the core."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Optional

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..base.errors import InputError
from ..base.feedback import Feedback, Part, Silent, check
from ..base.messages import Message
from ..classes.library import ClassLibrary
from ..factors.lookup import Lookup
from ..factors.records import FactorSet
from ..factors.store import open_set
from ..geometry.overlay import PairAreas
from . import activities as act
from .cells import BaseCells, laid_over_cells
from .columns import Pattern
from .covers import NOTHING, Composer, Mix
from .grid_stability import grid_statement
from .inputs import LAND_SECTOR, BaseParcels, PlanZones, Settings
from .intervals import Intervals
from .land_overrides import missed, with_overrides
from .ledger import expand
from .measured import with_measured
from .method import build_model, parameters
from .model import Groups, Ints, Model
from .overlay import overlay
from .parcels import heavy_parcels
from .phasing import patterns
from .remarks import class_warnings, result_warnings, statement
from .sector_run import run_sectors
from .sides import settle_systems, sides_of
from .views import Totals, Views
from .zone_table import pieces_table, totals_of, zone_table


@dataclass
class Evaluation:
    """Result of a run. ``zones`` follows the order of the input; tables are pandas frames, NaN and None are null."""

    inputs: PlanZones
    settings: Settings
    plan_system: str
    base_system: str
    factor_set: FactorSet
    zones: pd.DataFrame
    totals: Totals
    factors: pd.DataFrame
    warnings: list[Message]
    statement: list[Message]
    model: Model
    zone_of_row: Ints
    counted: NDArray[np.bool_]  # by row: whether the totals hold it, or another zone counts the place
    pieces: Optional[pd.DataFrame] = None
    sectors: tuple[str, ...] = (LAND_SECTOR,)
    intervals: Optional[Intervals] = None  # how bounds were found; gives more of them, and the variance by factor
    quantities: pd.DataFrame = field(default_factory=pd.DataFrame)  # what zones hold, and where each figure is from

    @cached_property
    def ledger(self) -> pd.DataFrame:
        """The ledger, expanded when first asked for; columns as in ``ledger_fields.csv``."""
        return expand(self.model.activities, self.zone_of_row, self.inputs.ids, self.model.terms, self.model.book)


def evaluate(
    zones: PlanZones,
    base: BaseParcels | BaseCells | None,
    settings: Settings,
    *,
    keep_pieces: bool = False,
    feedback: Feedback | None = None,
) -> Evaluation:
    """Evaluate plan zones against their baseline.

    The baseline is ``base``, parcels or a raster, or, without it, ``zones.base_class``; without either only the plan is
    valued and the net is null; without ``zones.plan_class`` only the baseline is. Raises :class:`InputError` where
    there is neither, :class:`ClassError` for a class system that cannot be told, and whatever settings, factors and
    geometry raise. Nothing is written; a cancel raises :class:`Cancelled`.
    """
    feedback = feedback or Silent()
    settings.check()
    zones.check()
    given: Optional[PairAreas] = None
    if isinstance(base, BaseCells):
        base, given = laid_over_cells(zones, base, settings, Part(feedback, 0.0, 0.7))
    if base is not None:
        base.check()
    has_plan, has_base = zones.plan_class is not None, base is not None or zones.base_class is not None
    if not has_plan and not has_base:
        raise InputError("NEITHER_PLAN_NOR_BASE", layer=zones.layer)
    classes = ClassLibrary.shipped()
    factor_set = open_set(settings.factor_set, settings.land_method)
    warnings: list[Message] = []
    plan, before = sides_of(zones, base)
    plan_system, base_system, notes = settle_systems(classes, settings, factor_set, plan, before)
    warnings += notes
    laid = overlay(
        zones, base, settings, classes, keep_pieces=keep_pieces, feedback=Part(feedback, 0.0, 0.8), given=given
    )
    warnings += laid.warnings
    check(feedback)

    of_run, told = with_overrides(factor_set, settings, classes)
    warnings += [*told, *missed([factor_set], settings)]
    composer = Composer(classes, Lookup(of_run, classes), parameters(settings.land_method))
    base_mixes = [
        composer.surveyed(composer.mix(base_system, d.code, d.green, d.density), d.grows, d.measured)
        for d in laid.described
    ]
    plan_mixes, plan_of_zone = _plan_mixes(composer, plan_system, zones)
    for side, system in ((plan, plan_system), (before, base_system)):
        warnings += class_warnings(classes, composer, side.layer, system, side.codes, factor_set.ref, warnings)
    zone_of_row = laid.pairs.fragment_zone[laid.fragment]
    shapes, pattern_of_zone = _patterns(zones, settings)
    rows = act.Rows(
        laid.fragment, laid.mm2, laid.code, plan_of_zone[zone_of_row],
        None if zones.phases is None else pattern_of_zone[zone_of_row],
    )  # fmt: skip
    of_land: list[Optional[Pattern]] = [None] if zones.phases is None else [None if p.whole else p for p in shapes]
    matrix = act.build(rows, base_mixes, plan_mixes, Part(feedback, 0.8, 0.9), of_land)
    matrix = with_measured(matrix, laid.living_gc)
    run = run_sectors(
        build_model(matrix, composer, of_run, classes, settings), settings, classes, zones, base, laid,
        (plan_system, base_system), (shapes, pattern_of_zone),
    )  # fmt: skip
    warnings += run.notes
    if base is not None and base.attributes:
        heavy, told = heavy_parcels(base)
        warnings += told
        run = run.flagged("HEAVY_EMITTER", laid.zones_with(heavy))
    views = Views(run.model, Intervals(run.model, settings.draws, settings.seed))
    detailed = run.beyond_land or settings.draws > 0
    by_zone = run.by_zone(settings.end_year) if detailed else None
    figures = views.figures(Groups(zone_of_row, len(zones)), baseline=has_base, plan=has_plan, scope=by_zone)
    check(feedback)
    table = zone_table(
        zones, settings, laid, rows, figures, run.model,
        base_mixes=base_mixes, plan_mixes=plan_mixes, has_base=has_base, has_plan=has_plan,
        run=run, fset=of_run.ref, uncertainty=views.intervals.method if detailed else None,
    )  # fmt: skip
    check(feedback)
    whole = run.of_plan(settings.end_year) if detailed else None
    totals, by_factor = totals_of(views, zones, laid, rows, whole, has_base=has_base, has_plan=has_plan)
    nets = np.asarray(table["cp_net_t"], dtype=np.float64)
    electricity = grid_statement(run.model, zones.ids, zone_of_row, nets, settings.region, settings.grid_path)
    feedback.progress(1.0)
    return Evaluation(
        inputs=zones, settings=settings, plan_system=plan_system, base_system=base_system, factor_set=factor_set,
        zones=table, totals=totals, factors=views.factors(by_factor),
        warnings=warnings + result_warnings(table, totals, zones, base),
        statement=[*statement(settings, totals), *electricity], model=run.model, zone_of_row=zone_of_row,
        counted=laid.pairs.fragment_counted[laid.fragment],
        pieces=pieces_table(zones, base, laid) if keep_pieces else None,
        sectors=run.sectors, quantities=run.quantities, intervals=views.intervals,
    )  # fmt: skip


def _patterns(zones: PlanZones, settings: Settings) -> tuple[Sequence[Pattern], Ints]:
    """(distinct patterns of building, the pattern of each zone); without phases the plan is there from the start."""
    if zones.phases is None:
        return [Pattern((1.0,) * settings.years)], np.zeros(len(zones), dtype=np.int64)
    zones.phases.check(zones.ids, zones.layer)
    return patterns(zones.phases, settings.start_year, settings.end_year)


def _plan_mixes(composer: Composer, system: str, zones: PlanZones) -> tuple[list[Mix], Ints]:
    """Covers of each distinct (class, green ratio, building density); entry 0 is "no class"."""
    mixes: list[Mix] = [NOTHING]
    if zones.plan_class is None:
        return mixes, np.zeros(len(zones), dtype=np.int64)
    nothing = np.full(len(zones), np.nan)
    green = nothing if zones.green_ratio is None else zones.green_ratio
    density = nothing if zones.building_density is None else zones.building_density
    index: dict[object, int] = {id(NOTHING): 0}
    of_zone = np.zeros(len(zones), dtype=np.int64)
    for i, (code, g, d) in enumerate(zip(zones.plan_class, green.tolist(), density.tolist())):
        mix = composer.mix(system, code, g, d)
        # The composer gives the same object for the same class and ratios.
        if id(mix) not in index:
            index[id(mix)] = len(mixes)
            mixes.append(mix)
        of_zone[i] = index[id(mix)]
    return mixes, of_zone

"""The sectors of a run beside its land: activities and terms from the rule tables, put into one model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..base.messages import Message
from ..base.units import MM2_PER_HA
from ..classes.library import ClassLibrary
from ..factors.override_log import OverrideLog
from .columns import Pattern
from .inputs import LAND_SECTOR, BaseParcels, PlanZones, Settings
from .joining import NULL_NET, SectorEntries, joined, silenced
from .ledger import check_keys
from .model import Floats, Ints, Model
from .overlay import NOTEWORTHY, Overlay
from .sector_figures import Scope
from .sector_views import field_of

Bools = NDArray[np.bool_]

# What intensities divide by, and where it stands among the quantities of a zone.
DIVISORS = {"m2": "floor_area_m2", "pp": "population", "gdp": "gdp_1e4yuan"}


@dataclass
class SectorRun:
    """The model of all sectors, and what the zone table and the report need to know of them."""

    model: Model
    sectors: tuple[str, ...]
    null: Mapping[str, Bools] = field(default_factory=dict)
    flags: Mapping[str, Bools] = field(default_factory=dict)
    sizes: Mapping[str, Floats] = field(default_factory=dict)
    quantities: pd.DataFrame = field(default_factory=pd.DataFrame)
    notes: Sequence[Message] = ()
    evaluated: frozenset[str] = frozenset()  # fields with an activity in the net somewhere

    @property
    def beyond_land(self) -> bool:
        """Whether there is more than the land."""
        return len(self.sectors) > 1

    def flagged(self, flag: str, where: Bools) -> SectorRun:
        """This run with a flag on some zones more."""
        had = self.flags.get(flag)
        return replace(self, flags={**self.flags, flag: where if had is None else had | where})

    def by_zone(self, end_year: int) -> Scope:
        """Scope of the figures of zones."""
        return Scope(self.sectors, end_year, self.null, self.sizes)

    def of_plan(self, end_year: int) -> Scope:
        """Scope of the totals: a sector is null where no zone with an activity has a net, a divisor where one lacks it.

        A sum over nothing but the zones without any activity would be 0 where it is not known.
        """
        nowhere = {sector: np.array([bool(mask.all())]) for sector, mask in self.null.items()}
        null = {
            sector: np.array([bool(nowhere[sector][0] or (mask.any() and field_of(sector) not in self.evaluated))])
            for sector, mask in self.null.items()
        }
        sizes = {name: np.array([float(np.sum(vector))]) for name, vector in self.sizes.items()}
        return Scope(self.sectors, end_year, null, sizes, nowhere)

    def texts(self, no_land: Bools) -> list[str]:
        """For each zone, the sectors that its net includes."""
        null = {**self.null, LAND_SECTOR: no_land}
        nothing = np.zeros(len(no_land), dtype=bool)
        within = np.stack([~null.get(sector, nothing) for sector in self.sectors], axis=1)
        rows, inverse = np.unique(within, axis=0, return_inverse=True)
        words = [" ".join(s for s, held in zip(self.sectors, row) if held) for row in rows.tolist()]
        return [words[i] for i in inverse.reshape(-1)]


def run_sectors(
    model: Model,
    settings: Settings,
    classes: ClassLibrary,
    zones: PlanZones,
    base: BaseParcels | None,
    laid: Overlay,
    systems: tuple[str, str],
    patterns: tuple[Sequence[Pattern], Ints],
) -> SectorRun:
    """Evaluate the sectors that the settings name and put them beside the land."""
    sectors = tuple(dict.fromkeys(settings.sectors))
    if sectors == (LAND_SECTOR,):
        return SectorRun(model, sectors)
    from ..factors.opening import open_resolver
    from .sectors import SectorRequest, build_sectors, current

    zone_of_row = laid.pairs.fragment_zone[laid.fragment]
    resolver = open_resolver(
        region=settings.region, climate_zone=settings.climate_zone, overrides=settings.overrides,
        grid_path=settings.grid_path, classes=classes, sets=[current().factors],
    )  # fmt: skip
    request = SectorRequest(
        zones=zones, base=base, settings=settings, classes=classes, book=model.book, resolver=resolver,
        plan_system=systems[0], base_system=systems[1],
        zone_of_row=zone_of_row, mm2=laid.mm2, base_code=[d.code for d in laid.described], base_of_row=laid.code,
        zone_mm2=laid.pairs.zone_mm2, pattern_of_zone=patterns[1], patterns=list(patterns[0]),
    )  # fmt: skip
    part = build_sectors(request)
    _count_fields(resolver.log, part.quantities)
    entries = SectorEntries(part.columns, part.row, part.col, part.qty, part.terms)
    null_rows, null = by_field(part.null_rows, sectors), by_field(part.null, sectors)
    entries = silenced(entries, null_rows)
    activities, terms = joined(model.activities, entries)
    whole = replace(model, activities=activities, terms=[*model.terms, *terms])
    check_keys(whole.terms)
    flags = {**part.flags, NULL_NET: _zones_of(null_rows, laid, zone_of_row)}
    sizes = {name: _quantity(part.quantities, zones, quantity) for name, quantity in DIVISORS.items()}
    sizes["ha"] = laid.pairs.zone_mm2 / MM2_PER_HA
    return SectorRun(whole, sectors, null, flags, sizes, part.quantities, (*part.notes, *resolver.log.notes()),
                     _evaluated(entries))  # fmt: skip


def _evaluated(entries: SectorEntries) -> frozenset[str]:
    """Fields that some activity enters with a net."""
    held = np.unique(entries.col[entries.qty != 0.0]).tolist()
    counted = {term.column for term in entries.terms if term.net}
    return frozenset(field_of(entries.columns[column].sector) for column in held if column in counted)


def _count_fields(log: OverrideLog, table: pd.DataFrame) -> None:
    """Count the zones whose own fields stand for stored factors."""
    from .sectors.catalogue import current

    names = {row.override for of_use in current().symbols.values() for row in of_use.values() if row.override}
    own = table[(table.origin == "field") & table.quantity.isin(names)]
    counts = own[["quantity", "zone_id"]].drop_duplicates()["quantity"].value_counts()
    for quantity in sorted(counts.index):
        log.zone_field(quantity, int(counts[quantity]))


def _zones_of(null_rows: Mapping[str, Bools], laid: Overlay, zone_of_row: Ints) -> Bools:
    """Zones that hold more than a sliver of ground without a net in some sector."""
    size = len(laid.pairs.zone_mm2)
    quiet = np.logical_or.reduce([np.zeros(len(zone_of_row), dtype=bool), *null_rows.values()])
    area = np.bincount(zone_of_row[quiet], weights=laid.mm2[quiet], minlength=size)
    return np.asarray(area > NOTEWORTHY * laid.pairs.zone_mm2)


def by_field(null: Mapping[str, Bools], sectors: Sequence[str]) -> dict[str, Bools]:
    """Where sectors are null, the same for all that share a field: a sum with an unknown part is unknown."""
    together: dict[str, Bools] = {}
    for sector in sectors:
        if sector in null:
            name = field_of(sector)
            together[name] = together.get(name, np.zeros_like(null[sector])) | null[sector]
    return {sector: together[field_of(sector)] for sector in sectors if field_of(sector) in together}


def _quantity(table: pd.DataFrame, zones: PlanZones, name: str) -> Floats:
    """A planned quantity by zone, NaN where it is not known."""
    rows = table[(table["quantity"] == name) & (table["side"] == "plan")]
    values = rows.drop_duplicates("zone_id").set_index("zone_id")["value"]
    return np.asarray(values.reindex(list(zones.ids)).to_numpy(dtype=np.float64, na_value=np.nan))

"""What the user should know about a result: overlaps, what was not evaluated and why, what is not included."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Optional

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..base.messages import Message, message
from ..base.units import M2_PER_HA
from ..classes.library import ClassLibrary
from ..classes.match import Named
from .covers import Composer
from .inputs import LAND_SECTOR, BaseParcels, Codes, PlanZones, Settings
from .overlay import NOTEWORTHY, listed
from .views import Totals

# Why area is not evaluated, in the order in which a user would look for the cause.
REASONS = ("NO_PLAN_CLASS", "NO_BASE", "PARTIAL_BASE", "UNKNOWN_CLASS", "NO_FACTOR")
Flags = NDArray[np.bool_]
SMALL_HA = 0.1  # areas below are told in m²


def area_text(hectares: float) -> Message:
    """An area with its unit: hectares, or square metres where hectares would show noughts."""
    if hectares < SMALL_HA:
        return message("AREA_M2", area=f"{hectares * M2_PER_HA:.2f}")
    return message("AREA_HA", area=f"{hectares:.4f}")


def result_warnings(
    table: pd.DataFrame, totals: Totals, zones: PlanZones, base: Optional[BaseParcels]
) -> list[Message]:
    """Warnings that only the result can give."""
    warnings = []
    if totals.zone_overlap_ha > 0:
        there = [str(i) for i in table.loc[_flagged(table, "ZONE_OVERLAP"), "cp_zone_id"]]
        area = area_text(totals.zone_overlap_ha)
        warnings.append(message("ZONES_OVERLAP", layer=zones.layer, area=area, count=len(there), zones=listed(there)))
    if totals.base_double_ha > 0 and base is not None:
        warnings.append(message("BASE_OVERLAPS", layer=base.layer, area=area_text(totals.base_double_ha)))
    if totals.unknown_ha > NOTEWORTHY * totals.area_ha:
        unknown = (table["cp_unk_ha"] > NOTEWORTHY * table["cp_area_ha"]).to_numpy()
        warnings.append(
            message(
                "AREA_NOT_EVALUATED",
                layer=zones.layer,
                area=area_text(totals.unknown_ha),
                count=int(unknown.sum()),
                reasons=_reasons(table, unknown),
            )
        )
    return warnings


def _reasons(table: pd.DataFrame, unknown: Flags) -> Named:
    """Number of zones by reason, in words."""
    counts = [(flag, int((unknown & _flagged(table, flag)).sum())) for flag in REASONS]
    told = [message(f"REASON_{flag}", count=count) for flag, count in counts if count]
    return Named(", ".join(m.text("en") for m in told) or "—", "、".join(m.text("zh") for m in told) or "—")


def _flagged(table: pd.DataFrame, flag: str) -> Flags:
    of_zone, texts = pd.factorize(table["cp_flags"])
    found: Flags = np.array([flag in text.split() for text in texts], dtype=bool)[of_zone]
    return found


def class_warnings(
    classes: ClassLibrary,
    composer: Composer,
    layer: str,
    system: str,
    codes: Codes | None,
    factor_set: str,
    told: Iterable[Message],
) -> list[Message]:
    """Codes of a layer that give nothing: not in the class system, or without a factor in the set.

    ``told`` are the messages given already: detection names unknown values itself.
    """
    values = sorted({code for code in codes or () if code is not None})
    flags = {code: composer.mix(system, code).flags for code in values}
    unknown = [code for code in values if "UNKNOWN_CLASS" in flags[code]]
    without = [code for code in values if "NO_FACTOR" in flags[code]]
    warnings = []
    if unknown and not any(m.id == "CLASS_VALUES_UNKNOWN" for m in told):
        info = classes.system(system).info
        warnings.append(
            message(
                "CLASS_VALUES_UNKNOWN",
                where=Named(f"{layer}: ", f"{layer}："),
                count=len(unknown),
                values=listed(unknown),
                system=Named(info.name_en, info.name_zh),
            )
        )
    if without:
        warnings.append(
            message(
                "CLASS_WITHOUT_FACTOR", layer=layer, count=len(without), values=listed(without), factor_set=factor_set
            )
        )
    return warnings


def _included(settings: Settings) -> Message:
    """Which sectors a result includes and which it does not."""
    if settings.sectors == (LAND_SECTOR,):
        return message("NOT_INCLUDED_SECTORS")
    from .sectors import current

    known = {LAND_SECTOR: message("SECTOR_LAND_NAME")}
    known.update({name: Named(info.name_en, info.name_zh) for name, info in current().sectors.items()})
    within = _joined([known[name] for name in settings.sectors if name in known])
    without = [text for name, text in known.items() if name not in settings.sectors]
    if not without:
        return message("ALL_SECTORS_INCLUDED", included=within)
    return message("NOT_INCLUDED_SOME", included=within, missing=_joined(without))


def _joined(names: Sequence[Message]) -> Named:
    return Named(", ".join(n.text("en") for n in names), "、".join(n.text("zh") for n in names))


def statement(settings: Settings, totals: Totals) -> list[Message]:
    """What the result does not include, in plain words."""
    lines = [_included(settings)]
    lines.append(message("NOT_INCLUDED_PULSE" if settings.land_method == "flux" else "NOT_INCLUDED_FLUX"))
    if not totals.has_net:
        lines.append(message("NOT_INCLUDED_NET"))
    lines.append(message("NOT_INCLUDED_LEAKAGE"))
    return lines

"""What a change of stock emits, year by year: loss, regrowth and soil, each with its own timing (carbon rule 3)."""

from __future__ import annotations

from ..base.units import CO2_PER_C
from .amounts import Amount
from .columns import Transition
from .covers import Cover
from .inputs import Settings
from .terms import Term
from .timing import Profile, decaying, gives_wood, growing, schedule, straight

# Years over which soil and new biomass come to rest (IPCC default transition period).
TRANSITION_YEARS = 20

# Pools of which a stated share goes into wood products: where a set gives only the sum of living biomass, of that.
WOOD_POOLS = ("above", "vegetation", "living (survey)")


class StockChanges:
    """Terms of the change of one pool by the timing that the settings ask for."""

    def __init__(self, settings: Settings, fset: str) -> None:
        self._settings, self._fset = settings, fset
        self._soil = straight(1 if settings.stock_timing == "pulse" else TRANSITION_YEARS)
        if settings.stock_timing == "rule":
            self._loss = decaying(settings.decay_half_life)
        else:
            self._loss = self._soil
        self._products = decaying(settings.hwp_half_life)

    def terms(self, index: int, change: Transition, pool: str, before: Amount, after: Amount) -> list[Term]:
        """Terms of a pool that goes from ``before`` to ``after``, both in t C/ha."""
        if after.minus(before).is_zero:
            return []
        if pool == "soil":
            return self._spread(index, change, f"{pool}", before.minus(after), self._soil)
        terms = [] if before.is_zero else self.lost(index, change, pool, before)
        if not after.is_zero:
            terms += self._spread(index, change, f"{pool} grown", after.scaled(-1.0), self._growth(change.target))
        return terms

    def lost(self, index: int, change: Transition, pool: str, carbon: Amount) -> list[Term]:
        """Terms of biomass or dead matter that is cleared: a stated share of wood lives on in products."""
        wood = self._settings.hwp_share if pool in WOOD_POOLS and _is_wood(change.source) else 0.0
        terms = (
            self._spread(index, change, f"{pool} lost to products", carbon.scaled(wood), self._products) if wood else []
        )
        if wood < 1.0:
            rest = carbon.scaled(1.0 - wood) if wood else carbon
            terms += self._spread(index, change, f"{pool} lost", rest, self._loss)
        return terms

    def _growth(self, target: Cover | None) -> Profile:
        if target is None or self._settings.stock_timing == "pulse":
            return self._soil
        return growing(target.grows or target.generic, self._settings.growth, TRANSITION_YEARS)

    def _spread(self, index: int, change: Transition, what: str, carbon: Amount, profile: Profile) -> list[Term]:
        """Emission of ``carbon`` (t C/ha, + is lost) over its years, what falls after END as committed."""
        emission = carbon.scaled(CO2_PER_C)
        timing = schedule(change.pattern, profile, self._settings.start_year, self._settings.end_year)
        spans = [("change", span, 1) for span in timing.inside]
        if timing.committed is not None:
            spans.append(("committed", timing.committed, 0))
        item = f"{change.label}: {what}"
        method = "-dC*44/12" + (" phased" if change.pattern is not None else "")
        return [
            Term(
                index, stage, "land_stock", item, "CO2", span.yr_from, span.yr_to, emission.scaled(span.share), net,
                self._fset, method if span.yr_from == span.yr_to else method + profile.name,
            )
            for stage, span, net in spans
        ]  # fmt: skip


def _is_wood(source: Cover | None) -> bool:
    return source is not None and gives_wood(source.grows or source.generic)

"""Land by stock difference: pools of carbon before and after, and when the difference reaches the air.

Method: IPCC 2006 Guidelines vol. 4, stock-difference (Eq. 2.5) with the timing of carbon rule 3: biomass and dead
matter leave in the year of conversion, new biomass grows and soil moves linearly over D = 20 years.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Optional

from ..base.units import parse_unit
from ..factors.records import FactorSet
from .amounts import ZERO, Amount
from .columns import MeasuredStock, Transition
from .covers import BUILT, Composer, Cover
from .factor_book import FactorBook
from .inputs import Settings
from .stock_change import StockChanges
from .terms import Term

# Order in which pools appear; `vegetation` is above + below where a source gives only the sum.
BIOMASS = ("above", "below", "vegetation", "dead", "litter")
POOLS = (*BIOMASS, "soil", "total")

LIVING = ("above", "below", "vegetation")
SURVEYED = "living (survey)"

PAVED_FACTOR = "i06_settle_paved"


class StockMethod:
    """Builds the terms of the stock method for one factor set."""

    def __init__(
        self, composer: Composer, factor_set: FactorSet, paved: FactorSet, settings: Settings, book: FactorBook
    ) -> None:
        self._composer, self._ref, self._settings, self._book = composer, factor_set.ref, settings, book
        self._changes = StockChanges(settings, factor_set.ref)
        self._paved_set = paved
        self._paved_share: Optional[Amount] = None
        # Where a set gives some classes only the sum of living biomass, that sum is what can be compared.
        self._summed = "vegetation" in factor_set.parameters
        self._cache: dict[tuple[Cover, str], tuple[bool, Optional[Amount]]] = {}

    def terms(self, index: int, transition: Transition, *, enters_net: bool) -> list[Term]:
        """Terms of one transition; ``enters_net`` is False where stocks are information beside fluxes."""
        source, target = transition.source, transition.target
        if source is None or target is None:
            known, stage = (target, "plan") if source is None else (source, "baseline")
            return [] if known is None else self._stocks(index, transition, known, stage)
        terms: list[Term] = []
        for pool in POOLS:
            before_has, before = self._before(source, pool)
            after_has, after = self._after(source, target, pool, before)
            if not (before_has or after_has):
                continue
            if before is None or after is None:
                terms.append(self._not_estimated(index, transition, pool, before, after))
                continue
            terms.append(self._stock_term(index, transition, pool, before, "baseline", ("INFO",)))
            terms.append(self._stock_term(index, transition, pool, after, "plan", ("INFO",)))
            if enters_net and source.key != target.key:
                terms += self._changes.terms(index, transition, pool, before, after)
        return terms

    def measured(self, index: int, stock: MeasuredStock, *, enters_net: bool) -> list[Term]:
        """Terms of a tonne of measured carbon: it stays, or leaves as the biomass of its change does."""
        change, one = stock.change, Amount.constant(1.0)
        terms = [self._stock_term(index, change, SURVEYED, one, "baseline", ("INFO",))]
        if change.target is None:
            return terms
        if change.source is not None and change.source.key == change.target.key:
            return [*terms, self._stock_term(index, change, SURVEYED, one, "plan", ("INFO",))]
        if enters_net:
            terms += self._changes.lost(index, change, SURVEYED, one)
        return terms

    def _pool(self, cover: Cover, pool: str) -> tuple[bool, Optional[Amount]]:
        """(whether the set speaks of this pool, its amount in t C/ha or None where it is not estimated)."""
        if cover.measured and pool in LIVING:
            has, _ = self._pool(replace(cover, measured=False), pool)
            return has, ZERO if has else None
        if pool in ("above", "below", "vegetation") and self._summed:
            return self._living(cover) if pool == "vegetation" else (False, None)
        return self._given(cover, pool)

    def _living(self, cover: Cover) -> tuple[bool, Optional[Amount]]:
        """Living biomass as one pool: as the set gives it, else above plus below ground."""
        has, amount = self._given(cover, "vegetation")
        if has:
            return has, amount
        (has_above, above), (has_below, below) = self._given(cover, "above"), self._given(cover, "below")
        if above is None or below is None:
            return has_above or has_below, None
        return True, above.plus(below)

    def _given(self, cover: Cover, pool: str) -> tuple[bool, Optional[Amount]]:
        key = (cover, pool)
        if key not in self._cache:
            found = self._composer.found(cover, pool)
            if found is None:
                self._cache[key] = (False, None)
            else:
                scale = parse_unit(found.factor.unit).carbon_tonnes_per_ha()
                self._cache[key] = (True, self._book.amount(found.factor, self._ref, scale))
        return self._cache[key]

    def _before(self, cover: Cover, pool: str) -> tuple[bool, Optional[Amount]]:
        if not cover.sealed:
            return self._pool(cover, pool)
        # Sealed ground found in the baseline: its former soil is unknown, so the pool of the built-up class serves.
        has, amount = self._pool(Cover(BUILT, BUILT), pool)
        if pool == "soil":
            return has, amount
        # A set that gives only totals does not say how much of them is the soil that stays.
        return has, None if pool == "total" else ZERO

    def _after(
        self, source: Cover, target: Cover, pool: str, before: Optional[Amount]
    ) -> tuple[bool, Optional[Amount]]:
        if source.key == target.key:
            return self._before(target, pool)
        if pool != "soil":
            return self._before(target, pool)
        if target.sealed:
            if before is None:
                return True, None
            # Ground already built up has lost its share: paving a yard does not pave the soil a second time.
            return True, before if source.built_up else before.times(self._paved())
        has, amount = self._pool(target, pool)
        if target.built_up and amount is not None and before is not None and amount.value > before.value:
            return has, before  # nothing is gained by sealing (carbon rule 6)
        return has, amount

    def _paved(self) -> Amount:
        if self._paved_share is None:
            factor = next(f for f in self._paved_set.factors if f.factor_id == PAVED_FACTOR)
            self._paved_share = self._book.amount(factor, self._paved_set.ref, 1.0)
        return ZERO if self._paved_share is None else self._paved_share

    def _stocks(self, index: int, transition: Transition, cover: Cover, stage: str) -> list[Term]:
        terms = []
        for pool in POOLS:
            has, amount = self._before(cover, pool)
            if has and amount is not None:
                terms.append(self._stock_term(index, transition, pool, amount, stage, ("INFO", "NOT_COMPARED")))
        return terms

    def _stock_term(
        self, index: int, transition: Transition, pool: str, amount: Amount, stage: str, flags: tuple[str, ...]
    ) -> Term:
        year = self._settings.start_year if stage == "baseline" else self._settings.end_year
        item = f"{transition.label}: {pool}"
        return Term(index, stage, "stock", item, "C", year, year, amount, 0, self._ref, "area*density", flags)

    def _not_estimated(
        self, index: int, transition: Transition, pool: str, before: Optional[Amount], after: Optional[Amount]
    ) -> Term:
        """A pool known on one side only is left out on both, and shown: never a gain or a loss from not knowing."""
        flag = "SOIL_NE" if pool == "soil" else "POOL_NE"
        amount = before if before is not None else after
        stage = "baseline" if before is not None else "plan"
        year = self._settings.start_year
        return Term(
            index,
            stage,
            "not_estimated",
            f"{transition.label}: {pool}",
            "C",
            year,
            year,
            amount if amount is not None else ZERO,
            0,
            self._ref,
            "left out on both sides",
            ("INFO", flag),
        )

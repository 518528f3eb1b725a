"""Land by yearly fluxes: area × coefficient × years, plan minus baseline (carbon rules 2, 8 and 9).

Method: direct coefficients of the Chinese land-use literature, E = Σ A·δ·44/12 per year (IPCC activity method,
Eq. 2.6). The pulse of carbon when land is converted is not in it (flag NO_PULSE).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Optional

from ..base.units import parse_unit
from ..factors.records import NET_FLUX, FactorSet
from .amounts import Amount
from .columns import Pattern, Transition
from .covers import GREEN_URBAN, Composer, Cover
from .factor_book import FactorBook
from .inputs import Settings
from .terms import Term
from .timing import added_within, in_place, spans_of

# Uptake of newly planted urban green ends when the trees are grown (IPCC 2006 vol. 4 ch. 8: active growth ≤ 20 years).
URBAN_SATURATION_YEARS = 20


class FluxMethod:
    """Builds the terms of the flux method for one factor set."""

    def __init__(self, composer: Composer, factor_set: FactorSet, settings: Settings, book: FactorBook) -> None:
        self._composer, self._ref, self._settings, self._book = composer, factor_set.ref, settings, book
        self._cache: dict[Cover, Optional[Amount]] = {}

    def terms(self, index: int, transition: Transition, *, enters_net: bool) -> list[Term]:
        """Terms of one transition; ``enters_net`` is False where fluxes are information beside stocks."""
        before = None if transition.source is None else self.yearly(transition.source)
        after = None if transition.target is None else self.yearly(transition.target)
        counted = enters_net and transition.compared and before is not None and after is not None
        pattern = None if _unchanged(transition) else transition.pattern
        if enters_net and pattern is not None and before is not None and after is not None:
            return self._phased(index, transition, pattern, before, after)
        terms: list[Term] = []
        if transition.source is not None and before is not None:
            terms.append(self._baseline(index, transition, before, counted))
        if transition.target is not None and after is not None:
            terms.append(self._plan(index, transition, after, counted))
        return terms

    def yearly(self, cover: Cover) -> Optional[Amount]:
        """Yearly flux of a cover in tCO2e/(ha·yr); None where the set has no coefficient."""
        if cover not in self._cache:
            found = self._composer.found(cover, NET_FLUX)
            self._cache[cover] = None
            if found is not None:
                scale = parse_unit(found.factor.unit).co2_tonnes_per_ha()
                self._cache[cover] = self._book.amount(found.factor, self._ref, scale)
        return self._cache[cover]

    def _baseline(self, index: int, transition: Transition, yearly: Amount, counted: bool) -> Term:
        years = self._settings.years
        if counted and _displaced(transition, yearly):
            return self._term(index, "displaced", transition, yearly, years, 0, ("INFO", "DISPLACED"))
        return self._term(index, "baseline", transition, yearly, years, -1 if counted else 0, ())

    def _plan(self, index: int, transition: Transition, yearly: Amount, counted: bool) -> Term:
        years = self._settings.years
        flags: tuple[str, ...] = ()
        if _unchanged(transition) and yearly.value < 0:
            flags = ("LEGACY_SINK",)  # cancels against the baseline: kept vegetation earns nothing (rule 8)
        elif _saturates(transition, yearly):
            years = min(years, URBAN_SATURATION_YEARS)
        return self._term(index, "plan", transition, yearly, years, 1 if counted else 0, flags)

    def _phased(
        self, index: int, transition: Transition, pattern: Pattern, before: Amount, after: Amount
    ) -> list[Term]:
        """Terms of a change that comes in phases: until its part is converted, the ground does what it did before.

        The yearly fluxes of both states are information; what counts has the flag PHASED.
        """
        settings = self._settings
        share = in_place(pattern, settings.years)
        grown = added_within(share, URBAN_SATURATION_YEARS) if _saturates(transition, after) else share
        terms = [self._term(index, "plan", transition, after, settings.years, 0, ("INFO",))]
        terms += self._spans(index, transition, "plan", "built", after, grown)
        if _displaced(transition, before):
            terms.append(self._term(index, "baseline", transition, before, settings.years, 0, ("INFO",)))
            return terms + self._spans(index, transition, "displaced", "displaced", before, share)
        terms.append(self._term(index, "baseline", transition, before, settings.years, -1, ()))
        return terms + self._spans(
            index, transition, "plan", "until converted", before, tuple(1.0 - part for part in share)
        )

    def _spans(
        self, index: int, transition: Transition, stage: str, what: str, yearly: Amount, share: Sequence[float]
    ) -> list[Term]:
        displaced = stage == "displaced"
        flags = ("INFO", "DISPLACED", "PHASED") if displaced else ("PHASED",)
        return [
            Term(
                index, stage, "displaced" if displaced else "land_flux", f"{transition.label}: {what}", "CO2e",
                span.yr_from, span.yr_to, yearly.scaled(span.share), 0 if displaced else 1, self._ref,
                "area*share*flux", flags,
            )
            for span in spans_of(share, self._settings.start_year)
        ]  # fmt: skip

    def _term(
        self,
        index: int,
        stage: str,
        transition: Transition,
        yearly: Amount,
        years: int,
        net: int,
        flags: tuple[str, ...],
    ) -> Term:
        start = self._settings.start_year
        if net == 0 and "INFO" not in flags:
            flags = ("INFO", *flags)
        amount = yearly.scaled(float(years))
        category = "land_flux" if net else ("displaced" if stage == "displaced" else "flux")
        method = f"area*flux*{years}yr"
        return Term(
            index, stage, category, transition.label, "CO2e", start + 1, start + years, amount, net, self._ref,
            method, flags,
        )  # fmt: skip


def _unchanged(transition: Transition) -> bool:
    source, target = transition.source, transition.target
    return source is not None and target is not None and source.key == target.key


def _displaced(transition: Transition, yearly: Amount) -> bool:
    """Cropland that goes: its coefficient holds farm inputs, which move elsewhere and earn no credit (rule 9)."""
    source, target = transition.source, transition.target
    if source is None or not source.cropland or yearly.value <= 0:
        return False
    return target is None or not (target.cropland or target.key == source.key)


def _saturates(transition: Transition, yearly: Amount) -> bool:
    """Whether the plan's uptake is that of new urban green, which ends when the trees are grown."""
    target = transition.target
    return (
        target is not None
        and target.generic == GREEN_URBAN
        and not target.sealed
        and yearly.value < 0
        and not _unchanged(transition)
    )

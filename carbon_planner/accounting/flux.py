"""Land by yearly fluxes: area × coefficient × years, plan minus baseline (carbon rules 2, 8 and 9).

Method: direct coefficients of the Chinese land-use literature, E = Σ A·δ·44/12 per year (IPCC activity method,
Eq. 2.6). The pulse of carbon when land is converted is not in it (flag NO_PULSE).
"""

from __future__ import annotations

from typing import Optional

from ..base.units import parse_unit
from ..factors.records import NET_FLUX, FactorSet
from .amounts import Amount
from .columns import Transition
from .covers import GREEN_URBAN, Composer, Cover
from .factor_book import FactorBook
from .inputs import Settings
from .terms import Term

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
        source, target = transition.source, transition.target
        years = self._settings.years
        # A coefficient of cropland holds its farm inputs. Paving the field moves them elsewhere: no credit (rule 9).
        displaced = (
            source is not None
            and source.cropland
            and yearly.value > 0
            and not (target is not None and (target.cropland or target.key == source.key))
        )
        if counted and displaced:
            return self._term(index, "displaced", transition, yearly, years, 0, ("INFO", "DISPLACED"))
        return self._term(index, "baseline", transition, yearly, years, -1 if counted else 0, ())

    def _plan(self, index: int, transition: Transition, yearly: Amount, counted: bool) -> Term:
        source, target = transition.source, transition.target
        years = self._settings.years
        flags: tuple[str, ...] = ()
        unchanged = source is not None and target is not None and source.key == target.key
        if unchanged and yearly.value < 0:
            flags = ("LEGACY_SINK",)  # cancels against the baseline: kept vegetation earns nothing (rule 8)
        elif target is not None and target.generic == GREEN_URBAN and not target.sealed and yearly.value < 0:
            years = min(years, URBAN_SATURATION_YEARS)
        return self._term(index, "plan", transition, yearly, years, 1 if counted else 0, flags)

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

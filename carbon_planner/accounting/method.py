"""From activities to a model: the terms of the land method in force, and those of the other as information."""

from __future__ import annotations

from typing import Optional

from ..classes.library import ClassLibrary
from ..factors.lookup import Lookup
from ..factors.records import NET_FLUX, FactorSet
from ..factors.store import default_set, open_set
from .activities import Activities
from .columns import MeasuredStock, Transition
from .covers import Composer
from .factor_book import FactorBook
from .flux import FluxMethod
from .inputs import Settings
from .ledger import check_keys
from .model import Model
from .stock import POOLS, StockMethod
from .terms import Term

PAVED_SET = "ipcc_afolu"


def parameters(land_method: str) -> tuple[str, ...]:
    """What the land method looks up for a class."""
    return POOLS if land_method == "stock" else (NET_FLUX,)


def build_model(
    matrix: Activities, composer: Composer, factor_set: FactorSet, classes: ClassLibrary, settings: Settings
) -> Model:
    """Terms of the land method in force, and those of the other as information where both sets are defaults."""
    book = FactorBook()
    stock_set, flux_set = _method_sets(factor_set, settings)
    terms: list[Term] = []
    changes = [(i, c) for i, c in enumerate(matrix.columns) if isinstance(c, Transition)]
    paved = open_set(PAVED_SET)
    if stock_set is not None:
        own = composer if stock_set is factor_set else Composer(classes, Lookup(stock_set, classes), POOLS)
        stock = StockMethod(own, stock_set, paved, settings, book)
        for index, transition in changes:
            terms += stock.terms(index, transition, enters_net=settings.land_method == "stock")
        for index, column in enumerate(matrix.columns):
            if isinstance(column, MeasuredStock):
                terms += stock.measured(index, column, enters_net=settings.land_method == "stock")
    if flux_set is not None:
        own = composer if flux_set is factor_set else Composer(classes, Lookup(flux_set, classes), (NET_FLUX,))
        flux = FluxMethod(own, flux_set, settings, book)
        for index, transition in changes:
            terms += flux.terms(index, transition, enters_net=settings.land_method == "flux")
    check_keys(terms)
    return Model(matrix, terms, book, settings.land_method)


def _method_sets(factor_set: FactorSet, settings: Settings) -> tuple[Optional[FactorSet], Optional[FactorSet]]:
    """(stock set, flux set). A set of the user's own says nothing of the other method: that one stays null."""
    own_default = factor_set.info.id == default_set(settings.land_method)
    if settings.land_method == "stock":
        return factor_set, open_set("", "flux") if own_default else None
    return (open_set("", "stock") if own_default else None), factor_set

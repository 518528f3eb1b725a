"""The log of ``evaluatezones``: what was done, what came out, what the result does not include."""

from __future__ import annotations

from collections.abc import Iterator

from qgis.core import QgsProcessingFeedback
from qgis.PyQt.QtCore import QCoreApplication

from ..accounting.evaluate import Evaluation
from ..classes.library import ClassLibrary
from .choice_names import choice_name, confidence_name, group_name, sector_name
from .evaluate_run import Outcome

translate = QCoreApplication.translate


def tell(outcome: Outcome, feedback: QgsProcessingFeedback, lang: str) -> None:
    """Say it line by line in the language of the user interface; warnings have been shown when they arose."""
    run = outcome.evaluation
    for line in (*_methods(run, lang), *_encodings(outcome), *_totals(run), *_sectors(run)):
        feedback.pushInfo(line)
    feedback.pushInfo(translate("CarbonPlanner", "What the result does not include:"))
    for message in outcome.evaluation.statement:
        feedback.pushInfo("  " + message.text(lang))


def _methods(evaluation: Evaluation, lang: str) -> Iterator[str]:
    for label, system in (
        (translate("CarbonPlanner", "Class system of the plan: {name}"), evaluation.plan_system),
        (translate("CarbonPlanner", "Class system of the baseline: {name}"), evaluation.base_system),
    ):
        if system:
            info = ClassLibrary.shipped().system(system).info
            yield label.format(name="{} ({})".format(info.name_zh if lang == "zh" else info.name_en, system))
    settings = evaluation.settings
    yield translate("CarbonPlanner", "Factor set: {ref}").format(ref=evaluation.factor_set.ref)
    yield translate(
        "CarbonPlanner", "Land method: {method}; timing: {timing}; area: {area}; years {first}–{last}"
    ).format(
        method=choice_name("LAND_METHOD", settings.land_method),
        timing=choice_name("STOCK_TIMING", settings.stock_timing if settings.land_method == "stock" else "yearly"),
        area=choice_name("AREA_METHOD", settings.area_method),
        first=settings.start_year + 1,
        last=settings.end_year,
    )


def _encodings(outcome: Outcome) -> Iterator[str]:
    for source in (outcome.zones.source, outcome.base.source if outcome.base else None):
        if source is not None and source.encoding:
            yield translate("CarbonPlanner", "Text of {layer} read as {encoding}").format(
                layer=source.name, encoding=source.encoding
            )


def _totals(evaluation: Evaluation) -> Iterator[str]:
    totals = evaluation.totals
    yield translate("CarbonPlanner", "Zones: {count}; area (overlaps counted once): {area:,.4f} ha").format(
        count=totals.zone_count, area=totals.area_ha
    )
    if totals.unknown_ha > 0:
        yield translate("CarbonPlanner", "Not evaluated: {area:,.4f} ha").format(area=totals.unknown_ha)
    if totals.has_net:
        yield translate(
            "CarbonPlanner", "Net carbon impact: {net:,.2f} tCO2e (95 % interval {low:,.2f} … {high:,.2f})"
        ).format(net=totals.net, low=totals.low, high=totals.high)
        yield translate(
            "CarbonPlanner",
            "Emissions {plus:,.2f}, removals {minus:,.2f}, committed after the end year {after:,.2f} tCO2e",
        ).format(plus=totals.emissions, minus=totals.removals, after=totals.committed)
    shares = ", ".join(f"{confidence_name(level)} {share:.0%}" for level, share in totals.confidence.items())
    if shares:
        yield translate("CarbonPlanner", "Confidence of the factors, weighted by |tCO2e|: {shares}").format(
            shares=shares
        )
    yield translate("CarbonPlanner", "Area balance error: {error:.2e} (relative)").format(error=totals.balance_error)


def _sectors(evaluation: Evaluation) -> Iterator[str]:
    """Effects of a run of more than the land, one sector a line."""
    totals, settings = evaluation.totals, evaluation.settings
    if len(evaluation.sectors) < 2:
        return
    yield translate("CarbonPlanner", "Sectors: {sectors}; gases: {gwp}; view: {view}").format(
        sectors=", ".join(map(sector_name, evaluation.sectors)),
        gwp=choice_name("GWP_SET", settings.gwp),
        view=choice_name("VIEW", settings.view),
    )
    for row in totals.sectors.to_dict("records"):
        if row["net_tco2e"] == row["net_tco2e"]:
            yield translate("CarbonPlanner", "{sector}: {net:,.2f} tCO2e ({low:,.2f} … {high:,.2f})").format(
                sector=group_name(row["field"]), net=row["net_tco2e"], low=row["low"], high=row["high"]
            )
    plan, base = (totals.figures.get(name, float("nan")) for name in ("cp_pyr_t", "cp_byr_t"))
    yield translate("CarbonPlanner", "Emission of the end year: plan {plan}, baseline {base} tCO2e/yr").format(
        plan="–" if plan != plan else f"{plan:,.2f}", base="–" if base != base else f"{base:,.2f}"
    )

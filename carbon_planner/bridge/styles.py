"""Styles of results: colour-blind-safe classes with units, aliases, read-only forms, map tips.

Zones are shown by net carbon impact; the styles *Net per hectare*, *Stock change* and *Baseline stock* lie beside it
in the layer's style menu. Brown is emission, blue-green removal (:mod:`..report.ramp`, the same as in the report);
zones that could not be evaluated are hatched, never left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from qgis.core import (
    QgsAttributeTableConfig,
    QgsCategorizedSymbolRenderer,
    QgsEditorWidgetSetup,
    QgsFeatureRenderer,
    QgsFeatureRequest,
    QgsFillSymbol,
    QgsLinePatternFillSymbolLayer,
    QgsLineSymbol,
    QgsMapLayerStyle,
    QgsRendererCategory,
    QgsRuleBasedRenderer,
    QgsUnitTypes,
    QgsVectorLayer,
)

from ..base.fields import FieldSpec, ledger_fields, zone_fields
from ..base.messages import message
from ..classes.library import ClassLibrary
from ..classes.palette import colour_of
from ..report.ramp import NOT_EVALUATED, ColourClass, diverging, sequential
from .tables import LEDGER, PIECES, ZONES, piece_fields
from .values import plain

_MM = QgsUnitTypes.RenderUnit.RenderMillimeters
_OUTLINE = "#6b7780"
# Styles of zones: field, whether it has two signs. The first that has values is shown.
_THEMES = (("cp_net_t", True), ("cp_net_ha", True), ("cp_stke_t", True), ("cp_bstk_tc", False))


@dataclass(frozen=True)
class Theme:
    """A quantity to colour zones by."""

    spec: FieldSpec
    signed: bool

    def classes(self, values: NDArray[np.float64]) -> tuple[ColourClass, ...]:
        """Classes with round bounds for the values at hand."""
        return diverging(values) if self.signed else sequential(values)


def themes() -> tuple[Theme, ...]:
    """The quantities that zones can be coloured by."""
    by_name = {spec.name: spec for spec in zone_fields()}
    return tuple(Theme(by_name[name], signed) for name, signed in _THEMES)


def apply_style(layer: QgsVectorLayer, kind: str, lang: str = "en", system: str = "") -> None:
    """Style a result layer in place: renderer, further styles, aliases, form, map tip.

    ``kind`` as in a table; ``system`` is the class system of the plan (of the baseline where there is no plan).
    """
    specs = {ZONES: zone_fields(), LEDGER: ledger_fields(), PIECES: piece_fields()}.get(kind, ())
    describe_fields(layer, specs, lang)
    if kind == ZONES:
        _style_zones(layer, lang)
    elif kind == PIECES:
        layer.setRenderer(_by_class(layer, lang, system or "landsea2023"))
        layer.setMapTipTemplate(_map_tip(piece_fields(), lang))


def describe_fields(layer: QgsVectorLayer, specs: Sequence[FieldSpec], lang: str) -> None:
    """Give the plugin's fields their aliases and make them read-only in forms: a typed figure would be nobody's."""
    form = layer.editFormConfig()
    for spec in specs:
        place = layer.fields().lookupField(spec.name)
        if place < 0:
            continue
        layer.setFieldAlias(place, spec.alias(lang))
        form.setReadOnly(place, True)
        if spec.kind == "real":
            options = {"IsMultiline": False, "UseHtml": False}
            layer.setEditorWidgetSetup(place, QgsEditorWidgetSetup("TextEdit", options))
    layer.setEditFormConfig(form)
    config = QgsAttributeTableConfig()
    config.update(layer.fields())
    layer.setAttributeTableConfig(config)


def _style_zones(layer: QgsVectorLayer, lang: str) -> None:
    values = _values(layer, [theme.spec.name for theme in themes()])
    shown = [theme for theme in themes() if np.isfinite(values[theme.spec.name]).any()] or list(themes()[:1])
    layer.setMapTipTemplate(_map_tip([s for s in zone_fields() if s.name in _TIP], lang))
    manager = layer.styleManager()
    for theme in reversed(shown):  # the first is set last and stays
        layer.setRenderer(zone_renderer(theme, values[theme.spec.name], lang))
        if theme is not shown[0]:
            style = QgsMapLayerStyle()
            style.readFromLayer(layer)
            manager.addStyle(theme.spec.alias(lang), style)
    manager.renameStyle(manager.currentStyle(), shown[0].spec.alias(lang))


def _values(layer: QgsVectorLayer, names: Sequence[str]) -> dict[str, NDArray[np.float64]]:
    places = {name: layer.fields().lookupField(name) for name in names}
    wanted = [place for place in places.values() if place >= 0]
    request = QgsFeatureRequest().setFlags(QgsFeatureRequest.Flag.NoGeometry).setSubsetOfAttributes(wanted)
    rows = [[plain(feature.attribute(place)) for place in wanted] for feature in layer.getFeatures(request)]
    table = np.array(rows, dtype=float).reshape(len(rows), len(wanted))
    empty = np.full(len(rows), np.nan)
    return {name: table[:, wanted.index(place)] if place >= 0 else empty for name, place in places.items()}


def zone_renderer(theme: Theme, values: NDArray[np.float64], lang: str) -> QgsFeatureRenderer:
    """Classes by rules, so that *not evaluated* is a class of its own; the heading of the legend says the unit."""
    name = theme.spec.name
    root = QgsRuleBasedRenderer.Rule(None)
    heading = QgsRuleBasedRenderer.Rule(None, label=theme.spec.alias(lang))
    root.appendChild(heading)
    classes = theme.classes(values)
    digits = _digits([b for c in classes for b in (c.low, c.high) if np.isfinite(b)])
    for item in classes:
        rule = QgsRuleBasedRenderer.Rule(fill(item.colour), filterExp=_within(name, item), label=_bounds(item, digits))
        heading.appendChild(rule)
    absent = QgsRuleBasedRenderer.Rule(hatched(), filterExp=f'"{name}" IS NULL')
    absent.setLabel(message("LEGEND_NOT_EVALUATED").text(lang))
    heading.appendChild(absent)
    return QgsRuleBasedRenderer(root)


def _within(name: str, item: ColourClass) -> str:
    parts = [f'"{name}" >= {item.low:.12g}'] if np.isfinite(item.low) else []
    parts += [f'"{name}" < {item.high:.12g}'] if np.isfinite(item.high) else []
    return " AND ".join(parts)


def _digits(bounds: Sequence[float]) -> int:
    """Decimals that the round bounds need."""
    return next((d for d in range(9) if all(abs(round(b, d) - b) <= 1e-9 * max(abs(b), 1e-9) for b in bounds)), 9)


def _bounds(item: ColourClass, digits: int) -> str:
    low, high = (f"{bound:,.{digits}f}".replace("-", "−") for bound in (item.low, item.high))
    if not np.isfinite(item.low):
        return f"< {high}"
    return f"≥ {low}" if not np.isfinite(item.high) else f"{low} … {high}"


def fill(colour: str, outline: str = _OUTLINE, width: float = 0.1) -> QgsFillSymbol:
    """A plain fill with a thin outline, widths in millimetres."""
    return QgsFillSymbol.createSimple(
        {"color": colour, "outline_color": outline, "outline_width": str(width), "outline_width_unit": "MM"}
    )


def hatched() -> QgsFillSymbol:
    """The fill of what was not evaluated."""
    symbol = fill("#f3f4f4")
    lines = QgsLinePatternFillSymbolLayer()
    lines.setLineAngle(45.0)
    lines.setDistance(1.6)
    lines.setDistanceUnit(_MM)
    lines.setSubSymbol(QgsLineSymbol.createSimple({"line_color": NOT_EVALUATED, "line_width": "0.35"}))
    symbol.appendSymbolLayer(lines)
    return symbol


def _by_class(layer: QgsVectorLayer, lang: str, system: str) -> QgsFeatureRenderer:
    """Pieces by planned class (by existing class where there is no plan), in the colours of the classes."""
    name, found = "plan_class", []
    for name in ("plan_class", "base_class"):
        place = layer.fields().lookupField(name)
        values = layer.uniqueValues(place) if place >= 0 else ()
        found = sorted(str(value) for value in values if plain(value) is not None)
        if found:
            break
    library = ClassLibrary.shipped()
    categories = []
    for code in found:
        match = library.match(system, code)
        title = match.name_zh if lang == "zh" else match.name_en
        categories.append(QgsRendererCategory(code, fill(colour_of(match)), f"{code} {title or ''}".rstrip()))
    categories.append(QgsRendererCategory(None, hatched(), message("LEGEND_NO_CLASS").text(lang)))
    return QgsCategorizedSymbolRenderer(name, categories)


_TIP = ("cp_zone_id", "cp_area_ha", "cp_bstk_tc", "cp_pstk_tc", "cp_net_t", "cp_net_lo", "cp_net_hi", "cp_flags")


def _map_tip(specs: Sequence[FieldSpec], lang: str) -> str:
    """A small table; values pass through the escaping of QGIS's own template functions."""
    rows = (f"<tr><td>{spec.alias(lang)}</td><td align=right>[% {_told(spec)} %]</td></tr>" for spec in specs)
    return "<table cellspacing=4>" + "".join(rows) + "</table>"


def _told(spec: FieldSpec) -> str:
    if spec.kind == "real":
        return f"coalesce(format_number(\"{spec.name}\", 2), '—')"
    return f"replace(replace(coalesce(to_string(\"{spec.name}\"), '—'), '&', '&amp;'), '<', '&lt;')"
